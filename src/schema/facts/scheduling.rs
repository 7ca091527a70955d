//! Where a Pod may run: selectors, affinity, spreading, tolerations.

use super::Format::*;
use super::row::{MAX, Row, at, value};
use super::{Target, Value};

const IN: Value = value("In", "The value is one of `values`.");
const NOT_IN: Value = value("NotIn", "The value is none of `values`, or the label does not exist.");
const EXISTS: Value = value("Exists", "The label exists; `values` must be empty.");
const DOES_NOT_EXIST: Value = value("DoesNotExist", "The label does not exist; `values` must be empty.");

const TOPOLOGY_KEYS: &[Value] = &[
    value("kubernetes.io/hostname", "Per node."),
    value("topology.kubernetes.io/zone", "Per zone."),
    value("topology.kubernetes.io/region", "Per region."),
];

const NODE_LABELS: &[Value] = &[
    value("kubernetes.io/os", "`linux` or `windows`."),
    value("kubernetes.io/arch", "`amd64`, `arm64` …"),
    value("kubernetes.io/hostname", "The name of the node."),
    value("node.kubernetes.io/instance-type", "The instance type."),
    value("topology.kubernetes.io/zone", "The zone."),
    value("topology.kubernetes.io/region", "The region."),
    value("node-role.kubernetes.io/control-plane", "A control plane node."),
];

const INCLUSION: &[Value] =
    &[value("Honor", "Only nodes on which the Pod can be scheduled are counted."), value("Ignore", "All nodes are counted.")];

pub(super) const ROWS: &[Row] = &[
    at("PodSpec.nodeName").format(DnsSubdomain).refers_to(Target::Node).source("ValidatePodSpec"),
    at("PodSpec.nodeSelector").keys(QualifiedName).format(LabelValue).known_keys(NODE_LABELS).source("ValidatePodSpec"),
    at("PodSpec.schedulerName").default("`default-scheduler`").source("SetDefaults_PodSpec"),
    at("PodSpec.schedulingGates").unique(&[&["name"]]).source("validateSchedulingGates"),
    at("PodSchedulingGate.name").required().format(QualifiedName).source("validateSchedulingGates"),
    at("PodSpec.schedulingGroup").gate("GenericWorkload", None),
    at("PodSchedulingGroup.podGroupName").required().format(DnsSubdomain).source("validateSchedulingGroup"),
    at("PodSpec.workloadRef").gate("GenericWorkload", None),
    at("WorkloadReference.name").required().format(DnsSubdomain).source("validateWorkloadReference"),
    at("WorkloadReference.podGroup").required().format(DnsLabel).source("validateWorkloadReference"),
    at("WorkloadReference.podGroupReplicaKey").format(DnsLabel).source("validateWorkloadReference"),
    // Tolerations
    at("Toleration.key")
        .format(QualifiedName)
        .known(&[
            value("node-role.kubernetes.io/control-plane", "Control plane nodes."),
            value("node.kubernetes.io/not-ready", "The node is not ready."),
            value("node.kubernetes.io/unreachable", "The node cannot be reached."),
            value("node.kubernetes.io/memory-pressure", "The node is running out of memory."),
            value("node.kubernetes.io/disk-pressure", "The node is running out of disk space."),
            value("node.kubernetes.io/pid-pressure", "The node is running out of process IDs (PIDs)."),
            value("node.kubernetes.io/network-unavailable", "The node has no network yet."),
            value("node.kubernetes.io/unschedulable", "The node is cordoned."),
        ])
        .default("all taints; the operator must be `Exists`")
        .source("ValidateTolerations"),
    at("Toleration.operator")
        .values(&[value("Equal", "The taint has that key and value."), value("Exists", "The taint has that key; `value` must be empty.")])
        .default("`Equal`")
        .source("ValidateTolerations"),
    at("Toleration.value").default("`\"\"`"),
    at("Toleration.effect")
        .values(&[
            value("NoSchedule", "New Pods are not scheduled."),
            value("PreferNoSchedule", "New Pods are scheduled elsewhere if possible."),
            value("NoExecute", "New Pods are not scheduled, and running Pods are evicted."),
        ])
        .default("all effects")
        .source("validateTaintEffect"),
    at("Toleration.tolerationSeconds").default("forever"),
    // Node affinity
    at("NodeSelector.nodeSelectorTerms").required().source("ValidateNodeSelector"),
    at("NodeSelectorRequirement.key").required(),
    at("NodeSelectorTerm.matchExpressions.key").format(QualifiedName).known(NODE_LABELS).source("ValidateNodeSelectorRequirement"),
    at("NodeSelectorTerm.matchFields.key").values(&[value("metadata.name", "The name of the node.")]).source("nodeFieldSelectorValidators"),
    at("NodeSelectorRequirement.operator")
        .required()
        .values(&[
            IN,
            NOT_IN,
            EXISTS,
            DOES_NOT_EXIST,
            value("Gt", "The value is a greater number than the one in `values`."),
            value("Lt", "The value is a smaller number than the one in `values`."),
        ])
        .source("ValidateNodeSelectorRequirement"),
    at("NodeSelectorTerm.matchFields.values").required().format(DnsSubdomain).max_items(1).source("ValidateNodeFieldSelectorRequirement"),
    at("NodeSelectorTerm.matchFields.operator").values(&[IN, NOT_IN]).source("ValidateNodeFieldSelectorRequirement"),
    at("PreferredSchedulingTerm.weight").required().range(1, 100).source("ValidatePreferredSchedulingTerms"),
    // Pod affinity
    at("WeightedPodAffinityTerm.weight").required().range(1, 100).source("validateWeightedPodAffinityTerms"),
    at("WeightedPodAffinityTerm.podAffinityTerm").required().source("validatePodAffinityTerm"),
    at("PodAffinityTerm.topologyKey").required().format(QualifiedName).known(TOPOLOGY_KEYS).source("validatePodAffinityTerm"),
    at("PodAffinityTerm.namespaces").format(DnsLabel).refers_to(Target::Namespace).source("validatePodAffinityTerm"),
    at("PodAffinityTerm.matchLabelKeys").format(QualifiedName).source("validateLabelKeys"),
    at("PodAffinityTerm.mismatchLabelKeys").format(QualifiedName).source("validateLabelKeys"),
    // Selectors
    at("LabelSelector.matchLabels").keys(QualifiedName).format(LabelValue).source("ValidateLabelSelector"),
    at("LabelSelectorRequirement.key").required().format(QualifiedName).source("ValidateLabelSelectorRequirement"),
    at("LabelSelectorRequirement.operator")
        .required()
        .values(&[IN, NOT_IN, EXISTS, DOES_NOT_EXIST])
        .source("ValidateLabelSelectorRequirement"),
    at("LabelSelectorRequirement.values").format(LabelValue).source("ValidateLabelSelectorRequirement"),
    // Spreading
    at("PodSpec.topologySpreadConstraints").unique(&[&["topologyKey", "whenUnsatisfiable"]]).source("ValidateSpreadConstraintNotRepeat"),
    at("TopologySpreadConstraint.maxSkew").required().range(1, MAX).source("validateTopologySpreadConstraints"),
    at("TopologySpreadConstraint.minDomains").range(1, MAX).default("`1`").source("validateMinDomains"),
    at("TopologySpreadConstraint.topologyKey").required().known(TOPOLOGY_KEYS).source("ValidateTopologyKey"),
    at("TopologySpreadConstraint.whenUnsatisfiable")
        .required()
        .values(&[
            value("DoNotSchedule", "Rejects nodes where the skew would exceed `maxSkew`."),
            value("ScheduleAnyway", "Prefers nodes that reduce the skew."),
        ])
        .source("ValidateWhenUnsatisfiable"),
    at("TopologySpreadConstraint.nodeAffinityPolicy")
        .values(INCLUSION)
        .refuses_empty()
        .default("`Honor`")
        .source("validateNodeInclusionPolicy"),
    at("TopologySpreadConstraint.nodeTaintsPolicy")
        .values(INCLUSION)
        .refuses_empty()
        .default("`Ignore`")
        .source("validateNodeInclusionPolicy"),
    at("TopologySpreadConstraint.matchLabelKeys").format(QualifiedName).source("validateLabelKeys"),
    // Job.spec.scheduling, which no release reads by default
    at("JobSpec.scheduling").gate("WorkloadWithJob", None),
    at("JobSchedulingConfiguration.resourceClaims").unique(&[&["name"]]).max_items(4).source("+k8s:maxItems"),
];
