//! The PodSpec itself: restart, DNS, host names, the host's namespaces.

use super::Format::*;
use super::row::{MAX_ID, Row, at, value};
use super::{Release, Target};

pub(super) const ROWS: &[Row] = &[
    at("Kind.spec").required().source("ValidatePodSpec and those of the kinds"),
    at("PodSpec.containers").required().unique(&[&["name"]]).source("validateContainers"),
    at("PodSpec.initContainers").unique(&[&["name"]]).source("validateInitContainers"),
    at("PodSpec.ephemeralContainers")
        .unique(&[&["name"]])
        .forbidden("an ephemeral container is added to a running Pod: `kubectl debug`")
        .source("ValidatePodCreate, ValidatePodTemplateSpec"),
    at("PodSpec.restartPolicy")
        .values(&[
            value("Always", "Restart a container whenever it ends."),
            value("OnFailure", "Restart a container when it fails."),
            value("Never", "Never restart a container."),
        ])
        .default("`Always`")
        .source("validateRestartPolicy"),
    at("PodSpec.terminationGracePeriodSeconds").default("`30`").source("SetDefaults_PodSpec"),
    at("PodSpec.activeDeadlineSeconds").range(1, MAX_ID).default("no deadline").source("ValidatePodSpec"),
    at("PodSpec.dnsPolicy")
        .values(&[
            value("ClusterFirst", "Ask the cluster's DNS; it passes on other names. Under `hostNetwork` the same as `Default`."),
            value("ClusterFirstWithHostNet", "As `ClusterFirst`, for a Pod with `hostNetwork`."),
            value("Default", "Resolve names as the node does."),
            value("None", "Only what `dnsConfig` says."),
        ])
        .default("`ClusterFirst`")
        .source("validateDNSPolicy"),
    at("PodDNSConfig.nameservers").format(Ip).max_items(3).source("validatePodDNSConfig"),
    at("PodDNSConfig.searches").format(SearchDomain).max_items(32).source("validatePodDNSConfig"),
    at("PodDNSConfigOption.name")
        .required()
        .known(&[
            value("ndots", "How many dots a name needs to be tried as it is first; 5 with ClusterFirst."),
            value("timeout", "Seconds to wait for an answer."),
            value("attempts", "How often to ask."),
            value("edns0", "Use the DNS extensions."),
            value("single-request-reopen", "Ask for A and AAAA over separate sockets."),
            value("use-vc", "Ask over TCP."),
        ])
        .source("validatePodDNSConfig"),
    // In a StatefulSet both are given by it, and what the template says is put aside unread.
    at("PodSpec.hostname")
        .format(DnsLabel)
        .not_in("StatefulSet")
        .default("the name of the Pod; under `hostNetwork` that of the node")
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
    at("PodSpec.automountServiceAccountToken").default("what the ServiceAccount says, else `true`").source("ServiceAccount admission"),
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
            value("system-node-critical", "The highest; for what the node needs."),
            value("system-cluster-critical", "For what the cluster needs."),
        ])
        .default("the class that is marked as the default, if any")
        .source("ValidatePodSpec"),
    at("PodSpec.priority").default("that of the priority class, else `0`").source("Priority admission"),
    at("PodSpec.preemptionPolicy")
        .values(&[
            value("PreemptLowerPriority", "Pods of lower priority may be evicted to make room."),
            value("Never", "Wait for room, before Pods of lower priority."),
        ])
        .refuses_empty()
        .default("that of the priority class, else `PreemptLowerPriority`")
        .source("ValidatePreemptionPolicy"),
    at("PodSpec.overhead")
        .keys(ContainerResource)
        .format(NonNegativeQuantity)
        .default("that of the runtime class")
        .source("validateOverhead"),
    at("PodOS.name").required().values(&[value("linux", ""), value("windows", "")]).source("validateOS"),
    at("PodSpec.readinessGates").source("validateReadinessGates"),
    at("PodReadinessGate.conditionType").required().format(QualifiedName).source("validateReadinessGates"),
    // Resources of the whole Pod, and devices
    at("PodSpec.resources").gate("PodLevelResources", Some(Release::V1_34)),
    at("PodSpec.resources.limits").keys(PodResource).source("validatePodResourceName"),
    at("PodSpec.resources.requests").keys(PodResource).default("what its containers ask for").source("validatePodResourceName"),
    at("PodSpec.resources.claims")
        .refuses_empty()
        .forbidden("claims belong to a container; move it to `resources.claims` of one")
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
