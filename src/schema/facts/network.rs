//! Service, Endpoints, EndpointSlice, Ingress, IngressClass, NetworkPolicy, IPAddress, ServiceCIDR.

use super::Format::*;
use super::groups::{self, Members::Only, group};
use super::row::{Row, at, value};
use super::{Release, Target, Value};

const PROTOCOLS: &[Value] = &[value("TCP", ""), value("UDP", ""), value("SCTP", "")];

const FAMILIES: &[Value] = &[value("IPv4", ""), value("IPv6", "")];

const APP_PROTOCOLS: &[Value] = &[
    value("http", ""),
    value("https", ""),
    value("kubernetes.io/h2c", "HTTP/2 without TLS."),
    value("kubernetes.io/ws", "WebSocket without TLS."),
    value("kubernetes.io/wss", "WebSocket over TLS."),
];

pub(super) const ROWS: &[Row] = &[
    // Services
    at("Service.metadata.name").format(ServiceName).source("ValidateServiceName, RelaxedServiceNameValidation"),
    at("Service.metadata.generateName").format(DnsLabelPrefix).source("ValidateServiceName"),
    at("ServiceSpec.type")
        .values(&[
            value("ClusterIP", "Reachable inside the cluster only."),
            value("NodePort", "Also reachable at a port of every node."),
            value("LoadBalancer", "Also reachable through a load balancer of the cloud provider."),
            value("ExternalName", "An alias in DNS for `externalName`; no ports, no Pods."),
        ])
        .default("`ClusterIP`")
        .source("validateService, SetDefaults_Service"),
    at("ServiceSpec.ports").unique(&[&["name"]]).source("validateServicePort"),
    at("ServicePort.name").format(DnsLabel).source("validateServicePort"),
    at("ServicePort.port").required().range(1, 65535).source("validateServicePort"),
    at("ServicePort.targetPort").format(TargetPort).default("the same as `port`").source("validateServicePort, SetDefaults_Service"),
    at("ServicePort.protocol").values(PROTOCOLS).default("`TCP`").source("validateServicePort, SetDefaults_Service"),
    at("ServicePort.appProtocol").format(QualifiedName).known(APP_PROTOCOLS).refuses_empty().source("validateServicePort"),
    at("ServicePort.nodePort").default("a free port, from 30000 to 32767 by default"),
    at("ServiceSpec.selector")
        .keys(QualifiedName)
        .format(LabelValue)
        .default("none: nobody fills in the endpoints")
        .source("validateService"),
    at("ServiceSpec.clusterIP").known(&[value("None", "Headless: DNS answers with the addresses of the Pods.")]).default("a free address"),
    at("ServiceSpec.clusterIPs").known(&[value("None", "Headless: DNS answers with the addresses of the Pods.")]),
    at("ServiceSpec.externalIPs").format(EndpointIp).source("validateService, ValidateEndpointIP"),
    at("ServiceSpec.externalName").format(DomainName),
    at("ServiceSpec.sessionAffinity")
        .values(&[value("None", "Any Pod for every connection."), value("ClientIP", "The same Pod for all connections of a client.")])
        .default("`None`")
        .source("validateService, SetDefaults_Service"),
    at("ClientIPConfig.timeoutSeconds").default("`10800`, three hours").source("SetDefaults_Service"),
    at("ServiceSpec.ipFamilies").values(FAMILIES).unique(&[&[]]).source("ValidateServiceClusterIPsRelatedFields"),
    at("ServiceSpec.ipFamilyPolicy")
        .values(&[
            value("SingleStack", "One family of addresses."),
            value("PreferDualStack", "Both families if the cluster has them."),
            value("RequireDualStack", "Both families; rejected where the cluster has only one."),
        ])
        .refuses_empty()
        .default("`SingleStack`; `RequireDualStack` for a headless Service without selector")
        .source("ValidateServiceClusterIPsRelatedFields"),
    at("ServiceSpec.externalTrafficPolicy")
        .values(&[
            value("Cluster", "Pods of all nodes; the address of the client may be lost."),
            value("Local", "Only Pods of the node that gets the connection; keeps the address of the client."),
        ])
        .default("`Cluster`, if the Service can be reached from outside")
        .source("validateServiceExternalTrafficPolicy"),
    at("ServiceSpec.internalTrafficPolicy")
        .values(&[value("Cluster", "Pods of all nodes."), value("Local", "Only Pods of the same node.")])
        .refuses_empty()
        .default("`Cluster`")
        .source("validateServiceInternalTrafficFieldsValue"),
    at("ServiceSpec.trafficDistribution")
        .values(&[
            value("PreferSameZone", "Pods of the client's zone where there are any.").since(Release::V1_34),
            value("PreferSameNode", "Pods of the client's node where there are any.").since(Release::V1_34),
            value("PreferClose", "The old name of `PreferSameZone`."),
        ])
        .refuses_empty()
        .source("validateServiceTrafficDistribution"),
    at("ServiceSpec.loadBalancerClass").format(QualifiedName).refuses_empty().source("validateLoadBalancerClassField"),
    at("ServiceSpec.loadBalancerSourceRanges").format(PaddedCidr).source("validateService"),
    at("ServiceSpec.allocateLoadBalancerNodePorts").default("`true`"),
    at("ServiceSpec.publishNotReadyAddresses").default("`false`"),
    // Endpoints
    at("EndpointAddress.ip").required().format(EndpointIp).source("validateEndpointAddress"),
    at("EndpointAddress.hostname").format(DnsLabel).source("validateEndpointAddress"),
    at("EndpointAddress.nodeName").format(DnsSubdomain).refuses_empty().refers_to(Target::Node).source("validateEndpointAddress"),
    at("EndpointPort.name").format(DnsLabel).source("validateEndpointPort"),
    at("EndpointPort.port").required().range(1, 65535).source("validateEndpointPort"),
    at("EndpointPort.protocol").values(PROTOCOLS).default("`TCP`").source("validateEndpointPort, SetDefaults_Endpoints"),
    at("EndpointPort.appProtocol").format(QualifiedName).known(APP_PROTOCOLS).refuses_empty().source("validateEndpointPort"),
    at("EndpointSlice.addressType")
        .required()
        .values(&[value("IPv4", ""), value("IPv6", ""), value("FQDN", "DNS names; deprecated.")])
        .source("validateAddressType"),
    at("EndpointSlice.endpoints").max_items(1000).source("validateEndpoints"),
    at("EndpointSlice.ports").max_items(20000).source("validatePorts"),
    at("Endpoint.addresses").required().max_items(100).source("validateEndpoints"),
    at("Endpoint.hostname").format(DnsLabel).refuses_empty().source("validateEndpoints"),
    at("Endpoint.nodeName").format(DnsSubdomain).refuses_empty().refers_to(Target::Node).source("validateEndpoints"),
    at("EndpointConditions.ready").default("unknown, which most take for `true`"),
    at("discovery/EndpointPort.name").format(DnsLabel).source("validatePorts"),
    at("discovery/EndpointPort.protocol")
        .values(PROTOCOLS)
        .refuses_empty()
        .default("`TCP`")
        .source("validatePorts, SetDefaults_EndpointPort"),
    at("discovery/EndpointPort.appProtocol").format(QualifiedName).known(APP_PROTOCOLS).refuses_empty().source("validatePorts"),
    at("EndpointHints.forZones").max_items(8).unique(&[&["name"]]).source("validateHints"),
    at("EndpointHints.forNodes")
        .max_items(8)
        .unique(&[&["name"]])
        .gate("PreferSameTrafficDistribution", Some(Release::V1_34))
        .source("validateHints"),
    at("ForZone.name").format(LabelValue).source("validateHints"),
    at("ForNode.name").required().format(DnsSubdomain).refers_to(Target::Node).source("validateHints"),
    // Ingresses
    at("IngressSpec.ingressClassName")
        .format(DnsSubdomain)
        .refuses_empty()
        .default("the cluster's default class")
        .source("ValidateIngressSpec"),
    at("IngressRule.host").format(Host).default("all hosts").source("validateIngressRules"),
    at("HTTPIngressRuleValue.paths").required().source("validateHTTPIngressRuleValue"),
    at("HTTPIngressPath.pathType")
        .required()
        .values(&[
            value("Prefix", "All paths that begin with these elements."),
            value("Exact", "This path alone."),
            value("ImplementationSpecific", "As the controller of the class has it."),
        ])
        .source("validateHTTPIngressPath"),
    at("HTTPIngressPath.path").default("all paths, with `ImplementationSpecific`"),
    at("HTTPIngressPath.backend").required().source("validateIngressBackend"),
    at("IngressBackend.resource.kind").required().format(PathSegment).known(&[value("StorageBucket", "")]),
    at("IngressBackend.resource.name").required().format(PathSegment).source("validateIngressTypedLocalObjectReference"),
    at("IngressBackend.resource.apiGroup").format(DnsSubdomain).refuses_empty().source("validateIngressTypedLocalObjectReference"),
    at("IngressServiceBackend.name").required().format(ServiceName).refers_to(Target::Service).source("validateIngressBackend"),
    at("ServiceBackendPort.name").format(PortName).source("validateIngressBackend"),
    at("ServiceBackendPort.number").range(0, 65535).source("validateIngressBackend"),
    at("IngressTLS.hosts").format(TlsHost).default("those of the certificate").source("validateIngressTLS"),
    at("IngressTLS.secretName").format(DnsSubdomain).refers_to(Target::Secret).source("validateTLSSecretName"),
    at("IngressClass.spec").required().source("validateIngressClassSpec"),
    at("IngressClassSpec.controller").required().format(PrefixedPath).max_length(250).source("validateIngressClassSpec"),
    at("IngressClassParametersReference.kind").required().format(PathSegment).source("validateIngressClassParametersReference"),
    at("IngressClassParametersReference.name").required().format(PathSegment).source("validateIngressClassParametersReference"),
    at("IngressClassParametersReference.apiGroup").format(DnsSubdomain).refuses_empty().source("validateIngressClassParametersReference"),
    at("IngressClassParametersReference.scope")
        .values(&[value("Cluster", "An object in no namespace."), value("Namespace", "An object in `namespace`.")])
        .refuses_empty()
        .default("`Cluster`")
        .source("validateIngressClassParametersReference, SetDefaults_IngressClass"),
    at("IngressClassParametersReference.namespace").format(DnsLabel).refers_to(Target::Namespace).refuses_empty(),
    // Network policies
    at("NetworkPolicySpec.policyTypes")
        .values(&[value("Ingress", "Limits who may connect to the Pods."), value("Egress", "Limits where the Pods may connect to.")])
        .default("`Ingress`, and `Egress` if there are egress rules")
        .source("ValidateNetworkPolicySpec, SetDefaults_NetworkPolicy"),
    at("NetworkPolicyPort.port").format(PortNumberOrName).default("all ports").source("ValidateNetworkPolicyPort"),
    at("NetworkPolicyPort.protocol").values(PROTOCOLS).refuses_empty().default("`TCP`").source("ValidateNetworkPolicyPort"),
    at("IPBlock.cidr").required().format(Cidr).source("ValidateIPBlock"),
    at("IPBlock.except").format(Cidr).source("ValidateIPBlock"),
    at("NetworkPolicyIngressRule.from").default("everybody"),
    at("NetworkPolicyEgressRule.to").default("everywhere"),
    // Addresses
    at("IPAddress.metadata.name").format(CanonicalIp).source("ValidateIPAddressName"),
    at("IPAddress.metadata.generateName").format(CanonicalIp).source("ValidateIPAddressName"),
    at("IPAddress.spec").required().source("validateIPAddressParentReference"),
    at("IPAddressSpec.parentRef").required().source("validateIPAddressParentReference"),
    at("ParentReference.group").format(DnsSubdomain).source("validateIPAddressParentReference"),
    at("ParentReference.resource").required().format(PathSegment).source("validateIPAddressParentReference"),
    at("ParentReference.name").required().format(PathSegment).source("validateIPAddressParentReference"),
    at("ParentReference.namespace").format(PathSegment).source("validateIPAddressParentReference"),
    at("ServiceCIDR.spec").required().source("validateServiceCIDRSpec"),
    at("ServiceCIDRSpec.cidrs").required().max_items(2).format(CanonicalCidr).source("validateServiceCIDRSpec"),
];

pub(super) const GROUPS: &[groups::Row] = &[
    group("EndpointSubset", "list of addresses", Only(&["addresses", "notReadyAddresses"]), 1, 2, "validateEndpointSubsets")
        .empty_does_not_count(),
    group("IngressBackend", "backend", Only(&["service", "resource"]), 1, 1, "validateIngressBackend").blames_struct(),
    group("NetworkPolicyPeer", "peer", Only(&["podSelector", "namespaceSelector", "ipBlock"]), 1, 3, "ValidateNetworkPolicyPeer"),
];
