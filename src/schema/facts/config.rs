//! ConfigMap, Secret, Namespace, Node, ServiceAccount, Event, Lease.

use super::Format::*;
use super::groups;
use super::row::{MAX, Row, at, value};
use super::{Target, Value};

const EVENT_TYPES: &[Value] = &[value("Normal", "For information only."), value("Warning", "Something may go wrong.")];

pub(super) const ROWS: &[Row] = &[
    at("ConfigMap.data").keys(ConfigKey).source("ValidateConfigMap"),
    at("ConfigMap.binaryData").keys(ConfigKey).source("ValidateConfigMap"),
    at("ConfigMap.immutable").default("`false`: the data can be changed"),
    at("Secret.data").keys(ConfigKey).source("ValidateSecret"),
    at("Secret.stringData").keys(ConfigKey).source("ValidateSecret, Convert_v1_Secret_To_core_Secret"),
    at("Secret.immutable").default("`false`: the data can be changed"),
    at("Secret.type")
        .known(&[
            value("Opaque", "Any keys."),
            value("kubernetes.io/tls", "A certificate and its private key: `tls.crt` and `tls.key`."),
            value("kubernetes.io/dockerconfigjson", "Credentials of image registries: `.dockerconfigjson`."),
            value("kubernetes.io/dockercfg", "Credentials of image registries in the old format: `.dockercfg`."),
            value("kubernetes.io/basic-auth", "`username` and `password`."),
            value("kubernetes.io/ssh-auth", "A private key: `ssh-privatekey`."),
            value("kubernetes.io/service-account-token", "A token of the service account that an annotation names."),
            value("bootstrap.kubernetes.io/token", "A token with which nodes join the cluster."),
        ])
        .default("`Opaque`")
        .source("SetDefaults_Secret"),
    at("Namespace.metadata.name").format(DnsLabel).source("ValidateNamespaceName"),
    at("Namespace.metadata.generateName").format(DnsLabelPrefix).source("ValidateNamespaceName"),
    at("NamespaceSpec.finalizers").format(Finalizer).source("validateFinalizerName"),
    at("NodeSpec.podCIDR").format(Cidr).source("ValidateNode, Convert_v1_NodeSpec_To_core_NodeSpec"),
    at("NodeSpec.podCIDRs").format(Cidr).source("ValidateNode"),
    at("NodeSpec.taints").unique(&[&["key", "effect"]]).source("validateNodeTaints"),
    at("NodeSpec.unschedulable").default("`false`"),
    at("Taint.key").required().format(QualifiedName).source("validateNodeTaints"),
    at("Taint.value").format(LabelValue).source("validateNodeTaints"),
    at("Taint.effect")
        .required()
        .values(&[
            value("NoSchedule", "No new Pods without a toleration; running Pods stay."),
            value("PreferNoSchedule", "New Pods without a toleration only if no other node fits."),
            value("NoExecute", "No Pods without a toleration; running Pods are evicted."),
        ])
        .source("validateTaintEffect"),
    at("ServiceAccount.automountServiceAccountToken").default("`true`"),
    at("ServiceAccount.imagePullSecrets.name").refers_to(Target::Secret),
    // Events: of the core group only what every object must have.
    at("Event.metadata.name").format(PathSegment).source("ValidatePathSegmentName"),
    at("Event.metadata.generateName").format(PathSegmentPrefix).source("ValidatePathSegmentName"),
    at("Event.type").known(EVENT_TYPES),
    at("events/Event.eventTime").required().source("ValidateEventCreate"),
    at("events/Event.type").required().values(EVENT_TYPES).source("ValidateEventCreate"),
    at("events/Event.reason").required().max_length(128).source("legacyValidateEvent"),
    at("events/Event.action").required().max_length(128).source("legacyValidateEvent"),
    at("events/Event.note").max_length(1024).source("legacyValidateEvent"),
    at("events/Event.reportingController").required().format(QualifiedName).source("legacyValidateEvent"),
    at("events/Event.reportingInstance").required().max_length(128).source("legacyValidateEvent"),
    at("events/EventSeries.count").required().range(2, MAX).source("validateV1EventSeries"),
    at("events/EventSeries.lastObservedTime").required().source("validateV1EventSeries"),
    at("LeaseSpec.leaseDurationSeconds").range(1, MAX).source("ValidateLeaseSpec"),
    at("LeaseSpec.leaseTransitions").range(0, MAX).source("ValidateLeaseSpec"),
    at("LeaseSpec.strategy").gate("CoordinatedLeaderElection", None),
    at("LeaseSpec.preferredHolder").gate("CoordinatedLeaderElection", None),
];

pub(super) const GROUPS: &[groups::Row] = &[];
