//! The PodSpec itself: restart, DNS, host names, the host's namespaces.

use super::Format::*;
use super::row::{MAX_ID, Row, at, value};
use super::{Release, Target};

pub(super) const ROWS: &[Row] = &[
    at("Workload.spec").required().source("ValidatePodSpec and those of the kinds"),
    at("PodSpec.containers").required().unique(&[&["name"]]).source("validateContainers"),
    at("PodSpec.initContainers").unique(&[&["name"]]).source("validateInitContainers"),
    at("PodSpec.ephemeralContainers")
        .unique(&[&["name"]])
        .forbidden("ephemeral containers can only be added to a running Pod; use `kubectl debug`")
        .source("ValidatePodCreate, ValidatePodTemplateSpec"),
    at("PodSpec.restartPolicy")
        .values(&[
            value("Always", "Always restart containers."),
            value("OnFailure", "Restart containers that fail."),
            value("Never", "Never restart containers."),
        ])
        .default("`Always`")
        .source("validateRestartPolicy"),
    at("PodSpec.terminationGracePeriodSeconds").default("`30`").source("SetDefaults_PodSpec"),
    at("PodSpec.activeDeadlineSeconds").range(1, MAX_ID).default("no deadline").source("ValidatePodSpec"),
    at("PodSpec.dnsPolicy")
        .values(&[
            value("ClusterFirst", "Use the cluster DNS, which forwards other names upstream. With `hostNetwork`, the same as `Default`."),
            value("ClusterFirstWithHostNet", "Same as `ClusterFirst`, for a Pod with `hostNetwork`."),
            value("Default", "Resolve names as the node does."),
            value("None", "Only the settings in `dnsConfig`."),
        ])
        .default("`ClusterFirst`")
        .source("validateDNSPolicy"),
    at("PodDNSConfig.nameservers").format(Ip).max_items(3).source("validatePodDNSConfig"),
    at("PodDNSConfig.searches").format(SearchDomain).max_items(32).source("validatePodDNSConfig"),
    at("PodDNSConfigOption.name")
        .required()
        .known(&[
            value("ndots", "Names with at least this many dots are first tried as absolute names; 5 with ClusterFirst."),
            value("timeout", "Seconds to wait for a response."),
            value("attempts", "Number of attempts."),
            value("edns0", "Enable DNS extensions (EDNS0)."),
            value("single-request-reopen", "Send A and AAAA queries over separate sockets."),
            value("use-vc", "Use TCP for queries."),
        ])
        .source("validatePodDNSConfig"),
    // In a StatefulSet both are given by it, and what the template says is put aside unread.
    at("PodSpec.hostname")
        .format(DnsLabel)
        .not_in("StatefulSet")
        .default("the name of the Pod; with `hostNetwork`, the name of the node")
        .source("ValidatePodSpec"),
    at("PodSpec.subdomain").format(DnsLabel).not_in("StatefulSet").refers_to(Target::Service).source("ValidatePodSpec"),
    at("PodSpec.hostnameOverride")
        .format(DnsSubdomain)
        .refuses_empty()
        .max_length(64)
        .gate("HostnameOverride", Some(Release::V1_35))
        .source("validatePodHostName"),
    at("PodSpec.setHostnameAsFQDN").default("`false`"),
    at("PodSpec.hostAliases").warns_repeated("ip").source("warningsForPodSpecAndMeta"),
    at("HostAlias.ip").required().format(Ip).source("ValidateHostAliases"),
    at("HostAlias.hostnames").format(DnsSubdomain).source("ValidateHostAliases"),
    at("PodSpec.hostNetwork").default("`false`"),
    at("PodSpec.hostPID").default("`false`"),
    at("PodSpec.hostIPC").default("`false`"),
    at("PodSpec.hostUsers").default("`true`"),
    at("PodSpec.shareProcessNamespace").default("`false`"),
    at("PodSpec.enableServiceLinks").default("`true`").source("SetDefaults_Pod"),
    at("PodSpec.automountServiceAccountToken").default("the ServiceAccount's setting, otherwise `true`").source("ServiceAccount admission"),
    at("PodSpec.serviceAccountName")
        .format(DnsSubdomain)
        .refers_to(Target::ServiceAccount)
        .default("`default`")
        .source("ValidatePodSpec, ServiceAccount admission"),
    // Its form counts only where serviceAccountName is not given.
    at("PodSpec.serviceAccount").refers_to(Target::ServiceAccount).source("SetDefaults_PodSpec"),
    at("PodSpec.imagePullSecrets").warns_repeated("name").source("warningsForPodSpecAndMeta"),
    at("PodSpec.imagePullSecrets.name").refers_to(Target::Secret),
    at("PodSpec.runtimeClassName").format(DnsSubdomain).refuses_empty().refers_to(Target::RuntimeClass).source("ValidateRuntimeClassName"),
    at("PodSpec.priorityClassName")
        .format(DnsSubdomain)
        .refers_to(Target::PriorityClass)
        .known(&[
            value("system-node-critical", "The highest priority, for components critical to the node."),
            value("system-cluster-critical", "For components critical to the cluster."),
        ])
        .default("the PriorityClass marked as the default, if any")
        .source("ValidatePodSpec"),
    at("PodSpec.priority").default("the PriorityClass's value, otherwise `0`").source("Priority admission"),
    at("PodSpec.preemptionPolicy")
        .values(&[
            value("PreemptLowerPriority", "Pods of lower priority may be evicted to make room."),
            value("Never", "Do not preempt; wait ahead of lower-priority Pods."),
        ])
        .refuses_empty()
        .default("the PriorityClass's value, otherwise `PreemptLowerPriority`")
        .source("ValidatePreemptionPolicy"),
    at("PodSpec.overhead")
        .keys(ContainerResource)
        .format(NonNegativeQuantity)
        .default("the RuntimeClass's overhead")
        .source("validateOverhead"),
    at("PodOS.name").required().values(&[value("linux", ""), value("windows", "")]).source("validateOS"),
    at("PodSpec.readinessGates").source("validateReadinessGates"),
    at("PodReadinessGate.conditionType").required().format(QualifiedName).source("validateReadinessGates"),
    // Resources of the whole Pod, and devices
    at("PodSpec.resources").gate("PodLevelResources", Some(Release::V1_34)),
    at("PodSpec.resources.limits").keys(PodResource).source("validatePodResourceName"),
    at("PodSpec.resources.requests").keys(PodResource).default("the sum of the container requests").source("validatePodResourceName"),
    at("PodSpec.resources.claims")
        .refuses_empty()
        .forbidden("Pod-level resources have no claims; move this to a container's `resources.claims`")
        .source("validatePodResources"),
    at("PodSpec.resourceClaims")
        .gate("DynamicResourceAllocation", Some(Release::V1_34))
        .unique(&[&["name"]])
        .source("validatePodResourceClaims"),
    at("PodResourceClaim.name").required().format(DnsLabel).source("validatePodResourceClaim"),
    at("PodResourceClaim.resourceClaimName")
        .format(DnsSubdomain)
        .refuses_empty()
        .refers_to(Target::ResourceClaim)
        .source("validatePodResourceClaim"),
    at("PodResourceClaim.resourceClaimTemplateName")
        .format(DnsSubdomain)
        .refuses_empty()
        .refers_to(Target::ResourceClaimTemplate)
        .source("validatePodResourceClaim"),
    at("PodSpec.evictionResponders").unique(&[&["name"]]).max_items(10).gate("EvictionRequestAPI", None).source("+k8s:maxItems"),
    at("EvictionResponder.name").required().format(PrefixedKey).source("+k8s:format"),
    at("EvictionResponder.priority").required().range(0, 100_000).source("+k8s:maximum"),
];
