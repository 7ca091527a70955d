//! `unmatched-selector`, `unknown-target-port`, `unknown-service-port` and `unknown-service`

use crate::diagnostic::Severity;
use crate::diagnostic::condition::{Condition, Labels, TargetPort};
use crate::pod::Object;
use crate::schema::ty;

use super::{entry, is_of, labels, match_labels, only_if};
use crate::rules::across::{get, items, scope, text};
use crate::rules::{Check, Report, declare_rule};

declare_rule! {
    /// Selectors of Services, PodDisruptionBudgets and NetworkPolicies that match no Pod of their file.
    ///
    /// ## Why
    /// A Service without Pods has no endpoints: every connection is refused. Where a file holds both a Service and workloads, one of them is nearly always
    /// meant. Nothing is said where something in the file may make other Pods.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: web
    /// spec:
    ///   selector:
    ///     app: wbe
    ///   ports:
    ///   - port: 80
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   labels:
    ///     app: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
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
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   labels:
    ///     app: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `Controller.syncService` of the endpoint slices.
    UNMATCHED_SELECTOR = "unmatched-selector", Information, [], across [Check::AnyObject(check_selectors)]
}

declare_rule! {
    /// Services and NetworkPolicies for a port that none of their Pods in the file declares.
    ///
    /// ## Why
    /// A `targetPort` by name is looked up among the ports of the containers. If no Pod has one of that name, the Service has no endpoints for it. A number works
    /// without a declaration; where the Pods declare others only, it is reported as information.
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
    ///     targetPort: http
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   labels:
    ///     app: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     ports:
    ///     - name: web
    ///       containerPort: 80
    /// ```
    ///
    /// ## Good
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
    ///     targetPort: http
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   labels:
    ///     app: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     ports:
    ///     - name: http
    ///       containerPort: 80
    /// ```
    ///
    /// ## Source
    /// `FindPort` of `k8s.io/kubernetes/pkg/api/v1/pod`.
    UNKNOWN_TARGET_PORT = "unknown-target-port", Warning, [], across [Check::AnyObject(check_ports), Check::AnyObject(check_policy)]
}

declare_rule! {
    /// Ingresses for a port that their Service in the same file does not have.
    ///
    /// ## Why
    /// The backend of an Ingress names a port of the Service, not one of the Pods. Where the Service has no such port, the controller has no endpoints and answers
    /// with an error.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: web
    /// spec:
    ///   ports:
    ///   - port: 80
    ///     targetPort: 8080
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: web
    /// spec:
    ///   defaultBackend:
    ///     service:
    ///       name: web
    ///       port:
    ///         number: 8080
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: web
    /// spec:
    ///   ports:
    ///   - port: 80
    ///     targetPort: 8080
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: web
    /// spec:
    ///   defaultBackend:
    ///     service:
    ///       name: web
    ///       port:
    ///         number: 80
    /// ```
    ///
    /// ## Source
    /// Ingress, "The Ingress resource".
    UNKNOWN_SERVICE_PORT = "unknown-service-port", Warning, [], across [Check::AnyObject(check_ingress)]
}

declare_rule! {
    /// StatefulSets whose `serviceName` is none of the headless Services of their file.
    ///
    /// ## Why
    /// The Pods of a StatefulSet get their names in the DNS from this Service, which must be headless (`clusterIP: None`). Without it they have none;
    /// everything else works.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: db
    /// spec:
    ///   clusterIP: None
    ///   ports:
    ///   - port: 5432
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata:
    ///   name: db
    /// spec:
    ///   serviceName: database
    ///   selector:
    ///     matchLabels:
    ///       app: db
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: db
    ///     spec:
    ///       containers:
    ///       - name: db
    ///         image: ghcr.io/example/db:1.0
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: db
    /// spec:
    ///   clusterIP: None
    ///   ports:
    ///   - port: 5432
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata:
    ///   name: db
    /// spec:
    ///   serviceName: db
    ///   selector:
    ///     matchLabels:
    ///       app: db
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: db
    ///     spec:
    ///       containers:
    ///       - name: db
    ///         image: ghcr.io/example/db:1.0
    /// ```
    ///
    /// ## Source
    /// StatefulSets, "Stable Network ID".
    UNKNOWN_SERVICE = "unknown-service", Information, [], across [Check::AnyObject(check_stateful_set)]
}

/// The selector of a Service for Pods.
fn selector_of_service(object: Object<'_>) -> Option<Labels> {
    let node = object.node();
    let is_of_pods = is_of(object, "v1", "Service") && text(node, &["spec", "type"]).is_none_or(|it| it != "ExternalName");
    get(node, &["spec", "selector"]).filter(|_| is_of_pods).and_then(labels).filter(|it| !it.is_empty())
}

fn check_selectors<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let (path, selector): (&[&str], _) = if let Some(selector) = selector_of_service(object) {
        (&["spec", "selector"], selector)
    } else if is_of(object, "policy/v1", "PodDisruptionBudget") {
        (&["spec", "selector"], match_labels(object.node(), &["spec", "selector"]).unwrap_or_default())
    } else if is_of(object, "networking.k8s.io/v1", "NetworkPolicy") {
        (&["spec", "podSelector"], match_labels(object.node(), &["spec", "podSelector"]).unwrap_or_default())
    } else {
        return;
    };
    let Some(entry) = entry(object.node(), path).filter(|_| !selector.is_empty()) else { return };
    let kind = object.kind().map(|it| it.value()).unwrap_or_default();
    let message = format!("no Pod of this file has these labels, so this {kind} has no effect on any");
    let diagnostic = report.add(entry.key.range(), path.join("."), message, Some(object.index()));
    only_if(diagnostic, Condition::SelectsNothing(scope(object.node()), selector));
}

fn check_ports<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(selector) = selector_of_service(object) else { return };
    let node = object.node();
    let is_headless = text(node, &["spec", "clusterIP"]).is_some_and(|it| it == "None");
    for (at, port) in items(node, &["spec", "ports"]).enumerate() {
        // An empty one is `port`.
        let name = if text(port, &["targetPort"]).is_some() { "targetPort" } else { "port" };
        let (Some(value), Some(written)) = (get(port, &[name]), text(port, &[name])) else { continue };
        let protocol = text(port, &["protocol"]).unwrap_or_else(|| "TCP".to_owned());
        let target = written.parse().map_or(TargetPort::Name(written.clone()), TargetPort::Number);
        let (message, severity) = match target {
            TargetPort::Name(_) => (format!("no Pod of this Service has a {protocol} port named `{written}`"), Severity::Warning),
            TargetPort::Number(_) if is_headless => continue,
            TargetPort::Number(_) => (format!("the Pods of this Service declare no {protocol} port {written}"), Severity::Information),
        };
        let diagnostic = report.add(value.range(), format!("spec.ports[{at}].{name}"), message, Some(object.index()));
        diagnostic.severity = severity;
        only_if(diagnostic, Condition::LacksPort(scope(node), selector.clone(), target, protocol));
    }
}

/// A NetworkPolicy that allows a port by a name which no Pod has has no effect there.
fn check_policy<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let node = object.node();
    let selector = match_labels(node, &["spec", "podSelector"]).filter(|_| is_of(object, "networking.k8s.io/v1", "NetworkPolicy"));
    let Some(selector) = selector else { return };
    for (rule, it) in items(node, &["spec", "ingress"]).enumerate() {
        for (at, port) in items(it, &["ports"]).enumerate() {
            let (Some(value), Some(name)) = (get(port, &["port"]), text(port, &["port"])) else { continue };
            if name.parse::<u16>().is_ok() {
                continue;
            }
            let protocol = text(port, &["protocol"]).unwrap_or_else(|| "TCP".to_owned());
            let message = format!("no Pod of this NetworkPolicy has a {protocol} port named `{name}`");
            let diagnostic = report.add(value.range(), format!("spec.ingress[{rule}].ports[{at}].port"), message, Some(object.index()));
            only_if(diagnostic, Condition::LacksPort(scope(node), selector.clone(), TargetPort::Name(name), protocol));
        }
    }
}

fn check_stateful_set<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let spec = object.root().and_then(|it| it.get("spec")).filter(|it| it.is_a(ty::STATEFUL_SET_SPEC));
    let Some(name) = spec.and_then(|it| it.get("serviceName")) else { return };
    let Some(text) = name.text().filter(|text| !text.is_empty()) else { return };
    let scope = scope(object.node());
    let message = format!("this file has no Service `{text}`, so the Pods have no names in the DNS");
    only_if(report.on(name, message), Condition::LacksTarget(scope.clone(), "Service".to_owned(), text.clone().into_owned()));
    let message =
        format!("the Service `{text}` has an address of its own, so the Pods have no names in the DNS; set its `clusterIP: None`");
    only_if(report.on(name, message), Condition::HasAddress(scope, text.into_owned()));
}

fn check_ingress<'m>(object: Object<'m>, report: &mut Report<'m>) {
    if !is_of(object, "networking.k8s.io/v1", "Ingress") {
        return;
    }
    let node = object.node();
    let by_default = get(node, &["spec", "defaultBackend"]).map(|it| ("spec.defaultBackend".to_owned(), it));
    let rules = items(node, &["spec", "rules"]).enumerate().flat_map(|(rule, it)| {
        let paths = items(it, &["http", "paths"]).enumerate();
        paths
            .filter_map(move |(path, it)| Some((format!("spec.rules[{rule}].http.paths[{path}].backend"), get(it, &["backend"])?)))
            .collect::<Vec<_>>()
    });
    for (path, backend) in by_default.into_iter().chain(rules) {
        let Some(name) = text(backend, &["service", "name"]) else { continue };
        let number = get(backend, &["service", "port", "number"]).and_then(|it| Some((it, TargetPort::Number(it.value().parse().ok()?))));
        let named = get(backend, &["service", "port", "name"]).map(|it| (it, TargetPort::Name(it.value().into_owned())));
        // The AWS Load Balancer Controller takes the backend from an annotation.
        let Some((value, port)) = number.or(named).filter(|(value, _)| value.value() != "use-annotation") else { continue };
        let field = if matches!(port, TargetPort::Number(_)) { "number" } else { "name" };
        let message = format!("the Service `{name}` has no port {}", value.value());
        let diagnostic = report.add(value.range(), format!("{path}.service.port.{field}"), message, Some(object.index()));
        only_if(diagnostic, Condition::LacksServicePort(scope(node), name, port));
    }
}
