//! Services, Ingresses, network policies and their addresses.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::diagnostic::Reason;
use crate::pod::{Object, Value, ip, names};
use crate::schema::{Release, ty};

use super::{Check, Report, declare_rule, superfluous};

declare_rule! {
    /// Fields of a Service, an Ingress or a NetworkPolicy that contradict each other.
    ///
    /// ## Why
    /// The API server rejects the object. For example, a Service of type `ClusterIP` has no node ports, several ports need names, and
    /// the backend of an Ingress has a port.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: web
    /// spec:
    ///   selector:
    ///     app: web
    ///   ports:
    ///   - port: 80
    ///     nodePort: 30080
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: web
    /// spec:
    ///   type: NodePort
    ///   selector:
    ///     app: web
    ///   ports:
    ///   - port: 80
    ///     nodePort: 30080
    /// ```
    ///
    /// ## Source
    /// `validateService`, `ValidateServiceClusterIPsRelatedFields`, `ValidateIngressSpec`, `ValidateNetworkPolicySpec`,
    /// `validateEndpoints` and others.
    INCOMPATIBLE_NETWORK_FIELDS = "incompatible-network-fields", Error, [
        Check::Object(object),
        Check::Type(ty::SERVICE_SPEC, service),
        Check::Type(ty::INGRESS_SPEC, ingress),
        Check::Type(ty::HTTP_INGRESS_PATH, path),
        Check::Type(ty::INGRESS_SERVICE_BACKEND, backend),
        Check::Type(ty::INGRESS_CLASS_PARAMETERS_REFERENCE, parameters),
        Check::Type(ty::NETWORK_POLICY_SPEC, policy_types),
        Check::Type(ty::NETWORK_POLICY_PORT, policy_port),
        Check::Type(ty::NETWORK_POLICY_PEER, peer),
        Check::Type(ty::IP_BLOCK, block),
        Check::Type(ty::ENDPOINT_SUBSET, subset),
        Check::Type(ty::ENDPOINT_SLICE, slice),
        Check::Type(ty::SERVICE_CIDR_SPEC, cidrs),
    ]
}

/// A text with the value that it is of.
type Text<'m> = (Value<'m>, Cow<'m, str>);

/// The text of a field that is given and can be read.
fn text<'m>(within: Value<'m>, field: &str) -> Option<Text<'m>> {
    let value = within.get(field)?;
    Some((value, value.text()?)).filter(|(_, text)| !text.is_empty())
}

/// A field that is not null.
fn given<'m>(within: Value<'m>, field: &str) -> Option<Value<'m>> {
    within.entry(field).filter(|it| !it.is_null())
}

/// What the server wants of a whole object.
pub(super) fn object<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(root) = object.root() else { return };
    if root.is_a(ty::SERVICE) {
        if root.entry("spec").is_none_or(Value::is_null) {
            report.missing(root, "spec", Reason::Required.of("a Service needs `ports`")).field = root.path_to("spec.ports");
        }
        service_annotations(root, report);
    } else if root.is_a(ty::INGRESS) {
        if root.entry("spec").is_none_or(Value::is_null) {
            report.missing(root, "spec", Reason::Invalid.of("an Ingress needs `defaultBackend` or `rules`"));
        }
        let old = annotation(root, "kubernetes.io/ingress.class");
        let class = root.at(&["spec", "ingressClassName"]).and_then(Value::text);
        if let (Some((value, old)), Some(class)) = (old, class)
            && old != class
        {
            let message = Reason::Invalid.of("this annotation must match `ingressClassName`; remove it");
            report.on(value, message).field = "annotations.kubernetes.io/ingress.class".into();
        }
    }
}

/// An annotation of an object.
pub fn annotation<'m>(root: Value<'m>, key: &str) -> Option<Text<'m>> {
    let annotations = root.at(&["metadata", "annotations"])?;
    let entry = annotations.children().find(|it| it.key_text().is_some_and(|it| it == key)).filter(|it| it.is_sound())?;
    Some((entry, entry.text()?))
}

fn service_annotations<'m>(root: Value<'m>, report: &mut Report<'m>) {
    let hints = annotation(root, "service.kubernetes.io/topology-aware-hints");
    let mode = annotation(root, "service.kubernetes.io/topology-mode");
    if let (Some((_, hints)), Some((value, mode))) = (&hints, &mode)
        && hints != mode
    {
        report.on(*value, Reason::Invalid.of("this must match the annotation `service.kubernetes.io/topology-aware-hints`"));
    }
    let ranges = annotation(root, "service.beta.kubernetes.io/load-balancer-source-ranges");
    let Some((value, ranges)) = ranges.filter(|_| root.at(&["spec", "loadBalancerSourceRanges"]).is_none_or(Value::is_absent)) else {
        return;
    };
    let Some(kind) = root.at(&["spec"]).and_then(service_type) else { return };
    if kind != "LoadBalancer" {
        report.on_key(value, Reason::Forbidden.of("source ranges require `type: LoadBalancer`"));
    }
    for range in ranges.split(',').map(str::trim).filter(|_| !ranges.trim().is_empty()) {
        if let Err(words) = ip::cidr(range, value.model().release()) {
            report.on(value, Reason::Invalid.of(format!("{range:?} cannot be a source range: {words}")));
        }
    }
}

/// The type of a Service; `None` where it cannot be read.
fn service_type(spec: Value<'_>) -> Option<Cow<'_, str>> {
    match given(spec, "type") {
        None => Some("ClusterIP".into()),
        Some(kind) => kind.text().map(|text| if text.is_empty() { "ClusterIP".into() } else { text }),
    }
}

/// `validateService`
pub(super) fn service<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(kind) = service_type(spec) else { return };
    if !["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"].contains(&&*kind) {
        return;
    }
    let cluster = text(spec, "clusterIP");
    let addresses: Vec<Value<'m>> = spec.list("clusterIPs").collect();
    let none = match (&cluster, &addresses[..]) {
        (Some((value, text)), []) if text == "None" => Some(*value),
        (_, [only]) if only.text().is_some_and(|text| text == "None") => Some(*only),
        _ => None,
    };
    if !spec.gives("ports") && none.is_none() && kind != "ExternalName" {
        let message = Reason::Required.of("a Service needs `ports`, unless it is headless (`clusterIP: None`)");
        super::lacking(spec, "ports", message, report);
    }
    match &*kind {
        "LoadBalancer" | "NodePort" => {
            if let Some(none) = none {
                let path = spec.path_to("clusterIPs[0]");
                report.on(none, Reason::Invalid.of(format!("a Service of type `{kind}` cannot be headless"))).field = path;
            }
        }
        "ExternalName" => external_name(spec, report),
        _ => {}
    }
    if kind != "ExternalName" {
        cluster_ips(spec, &cluster, &addresses, report);
    }
    ports(spec, &kind, report);
    affinity(spec, report);
    let only_load_balancer = ["allocateLoadBalancerNodePorts", "loadBalancerClass"];
    let ranges = spec.get("loadBalancerSourceRanges").filter(|it| !it.is_absent());
    for value in only_load_balancer.into_iter().filter_map(|field| given(spec, field)).chain(ranges).filter(|_| kind != "LoadBalancer") {
        let name = value.field().map_or("", |field| field.name);
        // The server's own spelling.
        let path = spec.path_to(if name == "loadBalancerSourceRanges" { "LoadBalancerSourceRanges" } else { name });
        superfluous(value, Reason::Forbidden.of(format!("`{name}` requires `type: LoadBalancer`")), report).field = path;
    }
    let policy = text(spec, "externalTrafficPolicy");
    let is_outside = kind == "LoadBalancer" || kind == "NodePort" || (kind == "ClusterIP" && spec.gives("externalIPs"));
    if let Some((value, _)) = policy.as_ref().filter(|_| !is_outside) {
        let message = Reason::Invalid.of("`externalTrafficPolicy` is only for Services that can be reached from outside");
        let path = value.path();
        superfluous(*value, message, report).field = path;
    }
    let health = spec.get("healthCheckNodePort").and_then(|it| Some((it, it.int()?))).filter(|(_, port)| *port != 0);
    let is_local = kind == "LoadBalancer" && policy.is_some_and(|(_, text)| text == "Local");
    match health {
        Some((value, _)) if !is_local => {
            let message = Reason::Invalid.of("`healthCheckNodePort` requires `type: LoadBalancer` and `externalTrafficPolicy: Local`");
            superfluous(value, message, report);
        }
        Some((value, port)) if !NODE_PORTS.contains(&port) => {
            report.on(value, Reason::Invalid.of(OUTSIDE));
        }
        _ => {}
    }
}

/// The ports of nodes that Services can have where the server is not started with another range.
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30000..=32767;
const OUTSIDE: &str = "node ports must be from 30000 to 32767, the default range of clusters";

/// An alias has no addresses.
fn external_name<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let lists = ["clusterIP", "clusterIPs", "ipFamilies"].into_iter().filter_map(|field| spec.get(field)).filter(|it| !it.is_absent());
    for value in lists.chain(given(spec, "ipFamilyPolicy")) {
        let name = value.field().map_or("", |field| field.name);
        let path = spec.path_to(if name == "clusterIP" { "clusterIPs" } else { name });
        superfluous(value, Reason::Forbidden.of(format!("`{name}` must not be set with `type: ExternalName`")), report).field = path;
    }
    let name = text(spec, "externalName");
    if name.as_ref().is_none_or(|(_, name)| name == ".") && spec.entry("externalName").is_none_or(|it| it.is_absent() || name.is_some()) {
        super::lacking(spec, "externalName", Reason::Required.of("`type: ExternalName` requires `externalName`"), report);
    }
}

/// `ValidateServiceClusterIPsRelatedFields`
fn cluster_ips<'m>(spec: Value<'m>, cluster: &Option<Text<'m>>, addresses: &[Value<'m>], report: &mut Report<'m>) {
    let path = spec.path_to("clusterIPs");
    if addresses.iter().any(|it| !it.is_sound() && !it.is_null())
        || (cluster.is_none() && spec.entry("clusterIP").is_some_and(|it| !it.is_absent()))
    {
        return;
    }
    let texts: Vec<Cow<'m, str>> = addresses.iter().filter_map(|it| if it.is_null() { Some("".into()) } else { it.text() }).collect();
    if texts.len() != addresses.len() {
        return;
    }
    let release = spec.model().release();
    let mut all: Vec<Text<'m>> = addresses.iter().copied().zip(texts).collect();
    if let Some((value, text)) = cluster {
        match all.first() {
            None => all.push((*value, text.clone())),
            Some((first, other)) if other != text => {
                report.on(*first, Reason::Invalid.of("the first item of `clusterIPs` must be `clusterIP`")).field = path.clone();
            }
            Some(_) => {}
        }
    } else if let Some((first, _)) = all.first() {
        let message = Reason::Invalid.of("`clusterIPs` requires `clusterIP`, the same as its first item");
        let list = first.parent().unwrap_or(*first);
        report.on_key(list, message).field = path.clone();
    }
    let mut bad = false;
    for (at, (value, text)) in all.iter().enumerate() {
        if at == 0 && text == "None" {
            if all.len() > 1 {
                bad = true;
                report.on(*value, Reason::Invalid.of("`None` must be the only item of `clusterIPs`")).field = path.clone();
            }
        } else if let Err(words) = ip::parse(text, release) {
            bad = true;
            report.on(*value, Reason::Invalid.of(format!("{text:?} cannot be a cluster IP: {words}"))).field = format!("{path}[{at}]");
        }
    }
    if let Some((third, _)) = all.get(2) {
        report.on(*third, Reason::Invalid.of("`clusterIPs` must have at most 2 items")).field = path.clone();
    }
    let families: Vec<Option<bool>> = all.iter().map(|(_, text)| ip::parse(text, release).ok().map(|it| it.is_ipv6())).collect();
    if !bad && all.len() > 1 && !(families.contains(&Some(true)) && families.contains(&Some(false)) && all.len() == 2) && all.len() < 3 {
        report.on(all[1].0, Reason::Invalid.of("`clusterIPs` can have only one address of each IP family")).field = path.clone();
    }
    let asked: Vec<Value<'m>> = spec.list("ipFamilies").collect();
    if !bad {
        for (at, ((value, _), family)) in all.iter().zip(&families).enumerate() {
            let (Some(is_v6), Some(asked)) = (family, asked.get(at).and_then(|it| it.text())) else { continue };
            if (asked == "IPv4" && *is_v6) || (asked == "IPv6" && !is_v6) {
                let message = Reason::Invalid.of(format!("item {at} of `ipFamilies` is `{asked}`"));
                report.on(*value, message).field = format!("{path}[{at}]");
            }
        }
    }
    let selectorless = all.first().is_some_and(|(_, text)| text == "None") && !spec.gives("selector");
    let policy = match given(spec, "ipFamilyPolicy") {
        Some(policy) => policy.text(),
        None => Some(if selectorless { "RequireDualStack".into() } else { "SingleStack".into() }),
    };
    let many = all.get(1).map(|it| it.0).or(asked.get(1).copied());
    if let Some(second) = many.filter(|_| policy.is_some_and(|text| text == "SingleStack") && all.len() < 3 && asked.len() < 3) {
        let path = spec.path_to("ipFamilyPolicy");
        let message = Reason::Invalid.of("two IP families require `ipFamilyPolicy: PreferDualStack` or `RequireDualStack`");
        report.on(spec.get("ipFamilyPolicy").unwrap_or(second), message).field = path;
    }
}

/// Names, numbers and node ports.
fn ports<'m>(spec: Value<'m>, kind: &str, report: &mut Report<'m>) {
    let ports: Vec<Value<'m>> = spec.list("ports").collect();
    let number = |port: Value<'m>, field: &str| port.get(field).and_then(Value::int).filter(|number| *number != 0);
    let protocol = |port: Value<'m>| text(port, "protocol").map_or("TCP".into(), |(_, text)| text);
    for port in ports.iter().filter(|port| ports.len() > 1 && port.is_sound()) {
        super::lacking(*port, "name", Reason::Required.of("with several ports, each one needs a `name`"), report);
    }
    for (at, port) in ports.iter().enumerate() {
        let same = |field: &str| {
            let own = number(*port, field)?;
            ports[..at].iter().find(|it| number(**it, field) == Some(own) && protocol(**it) == protocol(*port))
        };
        if let (Some(_), Some(value)) = (same("port"), port.get("port")) {
            let path = port.path();
            report.on(value, Reason::Duplicate.of("another port has the same number and protocol")).field = path;
        }
        let Some((value, wanted)) = port.get("nodePort").zip(number(*port, "nodePort")) else { continue };
        if kind == "ClusterIP" {
            superfluous(value, Reason::Forbidden.of("`nodePort` requires `type: NodePort` or `LoadBalancer`"), report);
        } else if kind != "ExternalName" && !NODE_PORTS.contains(&wanted) {
            report.on(value, Reason::Invalid.of(OUTSIDE));
        }
        if same("nodePort").is_some() {
            report.on(value, Reason::Duplicate.of("another port has the same `nodePort` and protocol"));
        } else if ["NodePort", "LoadBalancer"].contains(&kind)
            && let Some(other) = ports[..at].iter().find(|it| number(**it, "nodePort") == Some(wanted))
            && number(*other, "port") != number(*port, "port")
        {
            report.on(value, Reason::Invalid.of("another `port` already has this `nodePort`"));
        }
    }
}

/// `validateClientIPAffinityConfig`
fn affinity<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if spec.text_of("sessionAffinity").as_deref() != Some("ClientIP") {
        return;
    }
    let Some(timeout) = spec.at(&["sessionAffinityConfig", "clientIP", "timeoutSeconds"]) else { return };
    if timeout.int().is_some_and(|seconds| !(1..=86400).contains(&seconds)) {
        report.on(timeout, Reason::Invalid.of("`timeoutSeconds` must be from 1 to 86400, one day"));
    }
}

/// `ValidateIngressSpec`
pub(super) fn ingress<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if !spec.gives("rules") && given(spec, "defaultBackend").is_none() {
        report.incomplete(spec, Reason::Invalid.of("an Ingress needs `defaultBackend` or `rules`"));
    }
}

/// `validateHTTPIngressPath`
pub(super) fn path<'m>(path: Value<'m>, report: &mut Report<'m>) {
    let Some(kind) = path.text_of("pathType") else { return };
    let written = path.entry("path");
    let Some(text) = written.map_or(Some("".into()), |it| if it.is_null() { Some("".into()) } else { it.text() }) else { return };
    let is_strict = match &*kind {
        "Exact" | "Prefix" => true,
        "ImplementationSpecific" => false,
        _ => return,
    };
    if !text.starts_with('/') && (is_strict || !text.is_empty()) {
        let message = Reason::Invalid.of(format!("with `pathType: {kind}`, `path` must begin with `/`"));
        match written.filter(|it| !it.is_null()) {
            Some(written) => _ = report.on(written, message),
            None => _ = report.missing(path, "path", message),
        }
    }
    let Some(written) = written.filter(|_| is_strict) else { return };
    let part = ["//", "/./", "/../", "%2f", "%2F"].into_iter().find(|part| text.contains(part));
    let end = ["/..", "/."].into_iter().find(|end| text.ends_with(end));
    if let Some(part) = part {
        report.on(written, Reason::Invalid.of(format!("with `pathType: {kind}`, `path` must not contain `{part}`")));
    } else if let Some(end) = end {
        report.on(written, Reason::Invalid.of(format!("with `pathType: {kind}`, `path` must not end with `{end}`")));
    }
}

/// `validateIngressBackend`: either the name or the number of the port.
pub(super) fn backend<'m>(service: Value<'m>, report: &mut Report<'m>) {
    // Of two backends the server looks at neither.
    let Some(backend) = service.parent().filter(|it| given(*it, "resource").is_none()) else { return };
    let path = backend.path();
    let port = given(service, "port");
    let unread = |field: &str| port.and_then(|port| port.entry(field)).is_some_and(|it| !it.is_null() && !it.is_sound());
    if unread("name") || unread("number") || port.is_some_and(|it| !it.is_sound()) {
        return;
    }
    let name = port.and_then(|port| text(port, "name"));
    let number = port.and_then(|port| port.get("number")).filter(|it| it.int() != Some(0));
    match (name, number) {
        (Some((name, _)), Some(_)) => {
            let message = Reason::Invalid.of("`name` and `number` are mutually exclusive; remove one");
            superfluous(name, message, report).field = path;
        }
        (None, None) => {
            let message = Reason::Required.of("the backend needs the `name` or the `number` of a port");
            report.missing(port.unwrap_or(service), if port.is_some() { "number" } else { "port" }, message).field = path;
        }
        _ => {}
    }
}

/// `validateIngressClassParametersReference`
pub(super) fn parameters<'m>(parameters: Value<'m>, report: &mut Report<'m>) {
    let scope = match given(parameters, "scope") {
        None => Some("Cluster".into()),
        Some(scope) => scope.text(),
    };
    match (scope.as_deref(), given(parameters, "namespace")) {
        (Some("Namespace"), None) => {
            let message = Reason::Required.of("`scope: Namespace` requires `namespace`");
            report.missing(parameters, "namespace", message);
        }
        (Some("Namespace"), Some(namespace)) if namespace.text().is_some_and(|it| it.is_empty()) => {}
        (Some("Cluster"), Some(namespace)) => {
            superfluous(namespace, Reason::Forbidden.of("`namespace` requires `scope: Namespace`"), report);
        }
        _ => {}
    }
}

/// `ValidateNetworkPolicySpec`
pub(super) fn policy_types<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if let Some(third) = spec.list("policyTypes").nth(2) {
        let path = spec.path_to("policyTypes");
        report.on(third, Reason::Invalid.of("`policyTypes` must have at most 2 items")).field = path;
    }
}

/// `ValidateNetworkPolicyPort`
pub(super) fn policy_port<'m>(port: Value<'m>, report: &mut Report<'m>) {
    let Some(end) = port.get("endPort") else { return };
    let Some(start) = given(port, "port") else {
        superfluous(end, Reason::Invalid.of("`endPort` requires `port`"), report);
        return;
    };
    let Some(last) = end.int().filter(|_| start.is_sound()) else { return };
    match start.int() {
        None => _ = superfluous(end, Reason::Invalid.of("`endPort` requires a `port` that is a number"), report),
        Some(first) if last < first => _ = report.on(end, Reason::Invalid.of(format!("`endPort` must not be below `port` ({first})"))),
        Some(_) if !(1..=65535).contains(&last) => _ = report.on(end, Reason::Invalid.of("`endPort` must be from 1 to 65535")),
        Some(_) => {}
    }
}

/// `ValidateNetworkPolicyPeer`
pub(super) fn peer<'m>(peer: Value<'m>, report: &mut Report<'m>) {
    let Some(block) = given(peer, "ipBlock") else { return };
    let Some(other) = ["podSelector", "namespaceSelector"].into_iter().find_map(|field| given(peer, field)) else { return };
    let name = other.field().map_or("", |field| field.name);
    let path = peer.path();
    superfluous(block, Reason::Forbidden.of(format!("`ipBlock` and `{name}` are mutually exclusive; make them two peers")), report).field =
        path;
}

/// `ValidateIPBlock`
pub(super) fn block<'m>(block: Value<'m>, report: &mut Report<'m>) {
    let Some(outer) = block.text_of("cidr").and_then(|text| ip::sloppy_cidr(&text)) else { return };
    for except in block.list("except") {
        if let Some(inner) = except.text().and_then(|text| ip::sloppy_cidr(&text))
            && !outer.holds_strictly(inner)
        {
            report.on(except, Reason::Invalid.of(format!("this range must be a smaller part of `cidr` ({outer})")));
        }
    }
}

/// `validateEndpointSubsets`
pub(super) fn subset<'m>(subset: Value<'m>, report: &mut Report<'m>) {
    let ports: Vec<Value<'m>> = subset.list("ports").collect();
    for port in ports.iter().filter(|port| ports.len() > 1 && port.is_sound()) {
        super::lacking(*port, "name", Reason::Required.of("with several ports, each one needs a `name`"), report);
    }
}

/// `validateEndpoints`, `validatePorts`
pub(super) fn slice<'m>(slice: Value<'m>, report: &mut Report<'m>) {
    let release = slice.model().release();
    let kind = slice.text_of("addressType").unwrap_or_default();
    for list in slice.list("endpoints").filter_map(|endpoint| endpoint.get("addresses")) {
        for address in list.children() {
            let Some(text) = address.text().or_else(|| address.is_null().then(|| "".into())) else { continue };
            let (read, name): (Result<Option<IpAddr>, String>, _) = match &*kind {
                "IPv4" => (ip::parse(&text, release).map(Some), "IPv4"),
                "IPv6" => (ip::canonical(&text).map(|()| ip::parse(&text, Release::V1_36).ok()), "IPv6"),
                "FQDN" => (fully_qualified(&text).map(|()| None), "FQDN"),
                _ => return,
            };
            match read {
                Err(words) => _ = report.on(address, Reason::Invalid.of(format!("{text:?} cannot be an address: {words}"))),
                Ok(Some(ip)) if ip.is_ipv6() != (name == "IPv6") => {
                    let path = list.path();
                    report.on(address, Reason::Invalid.of(format!("{text:?} is not an {name} address, as `addressType` requires"))).field =
                        path;
                }
                Ok(Some(_)) => {
                    if let Err(words) = ip::endpoint(&text, release) {
                        report.on(address, Reason::Invalid.of(format!("{text:?} cannot be an address: {words}")));
                    }
                }
                Ok(None) => {}
            }
        }
    }
    let mut seen: Vec<Cow<'m, str>> = vec![];
    for port in slice.list("ports").filter(|it| it.is_sound()) {
        let Some(name) = given(port, "name").map_or(Some("".into()), Value::text) else { continue };
        if !seen.contains(&name) {
            seen.push(name);
            continue;
        }
        let message = Reason::Duplicate.of(format!("another port has the same name {name:?}"));
        match port.get("name") {
            Some(name) => _ = report.on(name, message),
            None => _ = report.missing(port, "name", message),
        }
    }
}

/// `IsFullyQualifiedDomainName`
fn fully_qualified(text: &str) -> Result<(), String> {
    let name = text.strip_suffix('.').unwrap_or(text);
    names::dns_subdomain(name)?;
    if name.split('.').count() < 2 {
        return Err("should be a domain with at least two segments separated by dots".into());
    }
    name.split('.').try_for_each(names::dns_label)
}

/// `validateServiceCIDRSpec`
pub(super) fn cidrs<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let ranges: Vec<_> = spec.list("cidrs").collect();
    let [first, second] = ranges[..] else { return };
    let family = |value: Value<'m>| Some(ip::sloppy_cidr(&value.text()?)?.address.is_ipv6());
    if family(first).is_some() && family(first) == family(second) {
        let path = spec.path_to("cidrs");
        report.on(second, Reason::Invalid.of("`cidrs` can have only one range of each IP family")).field = path;
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, check_with, release};

    fn service(spec: &str) -> String {
        format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec:\n{spec}")
    }

    #[test]
    fn services() {
        check(&service("  clusterIP: None\n"));
        check(&service("  type: ExternalName\n  externalName: example.com.\n"));
        check(&service("  selector: {a: b}\n  ports: [{port: 80, targetPort: 0}]\n"));
        check(&service(
            "  ports: [{port: 80}, {port: 81}]\n          ^^^^^^^^^^ error[incompatible-network-fields]: needs a `name`\n                      ^^^^^^^^^^ error[incompatible-network-fields]\n",
        ));
        check(&service(
            "  type: NodePort\n  ports:\n  - {name: a, port: 53, protocol: UDP, nodePort: 30053}\n  - {name: b, port: 53, nodePort: 30053}\n",
        ));
        check(&service(
            "  ports: [{port: 80}]\n  loadBalancerClass: a/b\n  ^^^^^^^^^^^^^^^^^ error[incompatible-network-fields]: type: LoadBalancer\n",
        ));
    }

    #[test]
    fn names_of_services() {
        let text = "apiVersion: v1\nkind: Service\nmetadata: {name: 1a}\nspec: {clusterIP: None}\n";
        check(text);
        check_with(&text.replace("spec:", "                 ^^ error[invalid-name]\nspec:"), &release("1.35"));
    }

    #[test]
    fn ranges() {
        let text = |except: &str| {
            format!(
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: a}}\nspec:\n  podSelector: {{}}\n  ingress:\n  - from:\n    - ipBlock:\n        cidr: 10.0.0.0/8\n        except: [{except}]\n"
            )
        };
        check(&text("10.1.0.0/16"));
        check(&(text("11.1.0.0/16") + "                 ^^^^^^^^^^^ error[incompatible-network-fields]: smaller part\n"));
        check(&(text("10.1.0.0/33") + "                 ^^^^^^^^^^^ error[invalid-format]\n"));
        check_with(&(text("10.1.0.1/16") + "                 ^^^^^^^^^^^ warning[noncanonical-address]\n"), &release("1.35"));
        check(&(text("10.1.0.1/16") + "                 ^^^^^^^^^^^ error[invalid-format]: bits\n"));
    }
}
