//! What the API server accepts with a warning.

pub mod annotations;
pub mod labels;
pub mod other_kinds;
pub mod paths;

use std::collections::HashMap;
use std::net::IpAddr;

use crate::diagnostic::{Diagnostic, Reason, Related};
use crate::pod::spec::{Container, PodSpec, Port, Role};
use crate::pod::{Object, Value, ip, names};
use crate::schema::{Release, ty};

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Fields that have no effect without another field, or with their current value.
    ///
    /// ## Why
    /// kubectl prints the warning of the API server and continues, so it is easily missed in CI output. A Pod affinity term without
    /// `labelSelector` matches no Pods; `hostIP` without `hostPort` has no effect.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     ports:
    ///     - containerPort: 80
    ///       hostIP: 10.0.0.4
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     ports:
    ///     - containerPort: 80
    ///       hostIP: 10.0.0.4
    ///       hostPort: 8080
    /// ```
    ///
    /// ## Source
    /// `warningsForPodSpecAndMeta`, `GetWarningsForNodeSelectorTerm`.
    INEFFECTIVE_FIELD = "ineffective-field", Warning, [
        Check::PodSpec(ineffective),
        Check::Type(ty::NODE_SELECTOR_TERM, labels::node_values),
        Check::Type(ty::TOPOLOGY_SPREAD_CONSTRAINT, selector),
        Check::Type(ty::POD_AFFINITY_TERM, selector),
        Check::Type(ty::PROJECTED_VOLUME_SOURCE, paths::empty_sources),
        Check::Type(ty::SERVICE_SPEC, other_kinds::ineffective),
    ]
}

declare_rule! {
    /// Values that the API server accepts but interprets differently.
    ///
    /// ## Why
    /// A negative `terminationGracePeriodSeconds` is treated as 1 second, and a negative `revisionHistoryLimit` of a StatefulSet keeps
    /// all revisions.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata:
    ///   name: web
    /// spec:
    ///   serviceName: web
    ///   revisionHistoryLimit: -1
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: web
    ///     spec:
    ///       containers:
    ///       - name: web
    ///         image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata:
    ///   name: web
    /// spec:
    ///   serviceName: web
    ///   revisionHistoryLimit: 10
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: web
    ///     spec:
    ///       containers:
    ///       - name: web
    ///         image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `warningsForPodSpecAndMeta`, `WarningsForJobSpec`, `WarningsOnCreate` of StatefulSets.
    QUESTIONABLE_VALUE = "questionable-value", Warning, [
        Check::PodSpec(grace_period),
        Check::Type(ty::STATEFUL_SET_SPEC, history),
        Check::Type(ty::JOB_SPEC, indexed_job),
        Check::Type(ty::RESOURCE_QUOTA_SPEC, other_kinds::quota),
    ]
}

declare_rule! {
    /// Ports with the same name in two containers.
    ///
    /// ## Why
    /// A Service that refers to the port by its name selects only one of them.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     ports:
    ///     - name: http
    ///       containerPort: 80
    ///   - name: admin
    ///     image: nginx:1.29
    ///     ports:
    ///     - name: http
    ///       containerPort: 8080
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     ports:
    ///     - name: http
    ///       containerPort: 80
    ///   - name: admin
    ///     image: nginx:1.29
    ///     ports:
    ///     - name: admin
    ///       containerPort: 8080
    /// ```
    ///
    /// ## Source
    /// `warningsForPodSpecAndMeta`, and `FindPort` of the endpoints controllers.
    DUPLICATE_PORT_NAME = "duplicate-port-name", Warning, [
        Check::PodSpec(port_names),
    ]
}

declare_rule! {
    /// Duplicate owner references.
    ///
    /// ## Why
    /// The API server drops the duplicate.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   ownerReferences:
    ///   - apiVersion: v1
    ///     kind: ConfigMap
    ///     name: web
    ///     uid: 4c6f1c1e
    ///   - apiVersion: v1
    ///     kind: ConfigMap
    ///     name: web
    ///     uid: 4c6f1c1e
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   ownerReferences:
    ///   - apiVersion: v1
    ///     kind: ConfigMap
    ///     name: web
    ///     uid: 4c6f1c1e
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `WarningsOnCreate`, `dedupOwnerReferencesAndAddWarning`.
    DUPLICATE_OWNER = "duplicate-owner", Warning, [
        Check::Object(owners),
    ]
}

declare_rule! {
    /// Object names that are not valid hostnames for their Pods.
    ///
    /// ## Why
    /// The name of a Pod, or the name of its controller with which it starts, becomes the hostname of its containers. A hostname has no
    /// dots and at most 63 characters.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web.v2
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web-v2
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `WarningsOnCreate` of each kind.
    INVALID_HOST_NAME = "invalid-host-name", Warning, [
        Check::Object(name),
    ]
}

declare_rule! {
    /// IP addresses that are not in canonical form.
    ///
    /// ## Why
    /// Programs parse an address such as `010.0.0.1` differently; Kubernetes has rejected it since 1.36.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   hostAliases:
    ///   - ip: 2001:DB8::0:1
    ///     hostnames: [db]
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   hostAliases:
    ///   - ip: 2001:db8::1
    ///     hostnames: [db]
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `GetWarningsForIP`.
    NONCANONICAL_ADDRESS = "noncanonical-address", Warning, [
        Check::Type(ty::HOST_ALIAS, host_alias),
        Check::Type(ty::POD_DNS_CONFIG, nameservers),
        Check::Type(ty::SERVICE_SPEC, other_kinds::addresses),
        Check::Type(ty::ENDPOINT_ADDRESS, other_kinds::addresses),
        Check::Type(ty::ENDPOINT, other_kinds::addresses),
        Check::Type(ty::IP_BLOCK, other_kinds::addresses),
        Check::Type(ty::NODE_SPEC, other_kinds::addresses),
    ]
}

/// The kinds whose name becomes, or begins, the host name of Pods.
const NAMES_HOSTS: [&str; 6] = ["Pod", "Deployment", "ReplicaSet", "ReplicationController", "Job", "CronJob"];

fn name<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(metadata) = object.at(&["metadata"]).filter(|_| object.info().is_some_and(|it| NAMES_HOSTS.contains(&it.kind))) else {
        return;
    };
    let (site, text) = match (metadata.text_of("name"), metadata.text_of("generateName")) {
        (Some(name), _) => ("name", name.into_owned()),
        // The server adds five letters and digits.
        (None, Some(prefix)) => ("generateName", format!("{prefix}00000")),
        (None, None) => return,
    };
    let (Err(words), Ok(()), Some(site)) = (names::dns_label(&text), names::dns_subdomain(&text), metadata.get(site)) else { return };
    let path = metadata.path_to("name");
    let message = Reason::Warning.of(format!("this name is used as the hostname of Pods, but it is not a DNS label: {words}"));
    report.on(site, message).field = path;
}

/// The server keeps the first of owner references that are the same.
fn owners<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(metadata) = object.at(&["metadata"]) else { return };
    let mut seen = HashMap::new();
    for owner in metadata.list("ownerReferences").filter(|it| it.is_sound()) {
        let mut fields: Vec<_> = owner.children().filter_map(|it| Some((it.field()?.name, it.node().value()))).collect();
        fields.sort_unstable();
        if let Some(first) = seen.insert(fields, owner) {
            let path = metadata.path_to("ownerReferences");
            let diagnostic = report.on_key(owner, Reason::Warning.of("duplicate owner reference; the API server drops it"));
            diagnostic.field = path;
            diagnostic.related.push(Related { range: Value::key_range(first), message: "first defined here".to_owned() });
        }
    }
}

fn grace_period<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if let Some(seconds) = spec.get("terminationGracePeriodSeconds").filter(|it| it.int().is_some_and(|seconds| seconds < 0)) {
        report.on(seconds, Reason::Warning.of("a negative value is treated as 1 second"));
    }
}

fn ineffective<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    for secret in spec.list("imagePullSecrets") {
        let message = Reason::Warning.of("a secret without a name has no effect");
        match secret.entry("name") {
            Some(name) if name.is_absent() => _ = report.on(name, message),
            Some(_) => {}
            None if secret.is_null() => _ = report.on(secret, message),
            None if secret.is_sound() => _ = report.missing(secret, "name", message),
            None => {}
        }
    }
    // The server gives the ports of a Pod on the node's network their `hostPort`, but not those of a template.
    if pod.uses_host_network() && pod.is_of_pod() {
        return;
    }
    for port in pod.containers().flat_map(|container| container.ports()).filter(|port| port.host_port().is_none()) {
        if let Some(address) = port.0.get("hostIP").filter(|it| !it.is_absent()) {
            let path = port.0.path();
            report.on_key(address, Reason::Warning.of("without `hostPort`, `hostIP` has no effect")).field = path;
        }
    }
}

fn port_names<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    let mut named: HashMap<_, (_, Value<'m>)> = HashMap::new();
    for container in pod.containers() {
        for port in container.ports() {
            let (Some(text), Some(site)) = (port.name(), port.0.get("name")) else { continue };
            match named.get(&text) {
                None => _ = named.insert(text, (container, site)),
                // Within one container the server rejects it, which has its own rule.
                Some((other, first)) if *other != container => emit_port_name((container, site), (*other, *first), report),
                Some(_) => {}
            }
        }
    }
}

/// A name that the ports of two containers have: each container, and where the name is written.
fn emit_port_name<'m>(again: (Container<'m>, Value<'m>), first: (Container<'m>, Value<'m>), report: &mut Report<'m>) {
    let ((own, site), (other, earlier)) = (again, first);
    let protocol = |site: Value<'m>| site.parent().map(|port| Port(port).protocol().into_owned());
    // `FindPort` of the endpoints controllers: by name and protocol, in the containers, then in the sidecars.
    let rank = |role| match role {
        Role::Regular => Some(0),
        Role::Sidecar => Some(1),
        Role::Init | Role::Ephemeral => None,
    };
    let effect = match (rank(own.role), rank(other.role)) {
        (Some(_), Some(_)) if protocol(site) != protocol(earlier) => "Services can distinguish the two only by protocol".to_owned(),
        (Some(a), Some(b)) if b <= a => format!("a Service that uses this name selects only the port of {}", other.label()),
        (Some(_), Some(_)) => "a Service that uses this name selects only this port".to_owned(),
        _ => "Services ignore the ports of init containers".to_owned(),
    };
    let path = site.parent().map(Value::path).unwrap_or_default();
    let name = site.text().unwrap_or_default();
    let message = format!("container {} also has a port named \"{name}\"; {effect}", other.label());
    let diagnostic = report.on(site, Reason::Warning.of(message));
    diagnostic.field = path;
    diagnostic.related.push(Related { range: earlier.range(), message: format!("the port of container {}", other.label()) });
}

/// Without a selector no Pod matches; an empty one matches all.
fn selector<'m>(term: Value<'m>, report: &mut Report<'m>) {
    let message = Reason::Warning.of("without `labelSelector`, this matches no Pods; use `labelSelector: {}` to match all");
    match term.entry("labelSelector") {
        None => _ = report.missing(term, "labelSelector", message),
        Some(null) if null.is_null() => _ = report.on(null, message),
        Some(_) => {}
    }
}

fn host_alias<'m>(alias: Value<'m>, report: &mut Report<'m>) {
    alias.get("ip").into_iter().for_each(|it| _ = address(it, report));
}

fn nameservers<'m>(config: Value<'m>, report: &mut Report<'m>) {
    config.list("nameservers").for_each(|it| _ = address(it, report));
}

/// `GetWarningsForIP`
fn address<'r, 'm>(value: Value<'m>, report: &'r mut Report<'m>) -> Option<&'r mut Diagnostic> {
    let text = value.text()?;
    let address = ip::parse(&text, value.model().release()).ok()?;
    let mapped = matches!(address, IpAddr::V6(six) if six.to_ipv4_mapped().is_some());
    let message = if text.parse::<IpAddr>().is_err() || mapped {
        Reason::Warning.of(format!(
            "this address is rejected by Kubernetes {} and later; write `{}`",
            Release::V1_36,
            address.to_canonical()
        ))
    } else if address.is_ipv6() && address.to_string() != text {
        Reason::Warning.of(format!("the canonical form of this address is `{address}`"))
    } else {
        return None;
    };
    Some(report.on(value, message))
}

fn history<'m>(set: Value<'m>, report: &mut Report<'m>) {
    if let Some(limit) = set.get("revisionHistoryLimit").filter(|it| it.int().is_some_and(|limit| limit < 0)) {
        report.on(limit, Reason::Warning.of("a negative value keeps all revisions"));
    }
}

fn indexed_job<'m>(job: Value<'m>, report: &mut Report<'m>) {
    let number = |field| job.get(field).and_then(|it: Value<'m>| it.int()).unwrap_or_default();
    let is_indexed = job.text_of("completionMode").is_some_and(|mode| mode == "Indexed");
    if let Some(site) = job.get("completions").filter(|_| is_indexed && number("completions") > 100_000 && number("parallelism") > 10_000) {
        let path = job.path();
        report
            .on(site, Reason::Warning.of("with this many completions and this much parallelism, the Job status may exceed the size limit"))
            .field = path;
    }
}

#[cfg(test)]
mod tests;
