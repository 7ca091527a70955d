//! `unmatched-selector`, `unknown-target-port`, `blocking-budget` and `unscalable-target`: objects about the Pods of the same file

use crate::diagnostic::Severity;
use crate::diagnostic::condition::{Condition, Labels, TargetPort};
use crate::pod::{Model, Object};
use crate::yaml::{Entry, Node};

use super::across::{get, items, scope, text};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Selectors of Services and PodDisruptionBudgets that match no Pod of their file.
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
    UNMATCHED_SELECTOR = "unmatched-selector", Information, [Check::Across(&Check::Document(check))]
}

declare_rule! {
    /// Services for a port that none of their Pods in the file declares.
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
    UNKNOWN_TARGET_PORT = "unknown-target-port", Warning, []
}

declare_rule! {
    /// PodDisruptionBudgets that never allow an eviction.
    ///
    /// ## Why
    /// `kubectl drain` waits until the budget allows to evict a Pod. With `minAvailable` equal to the number of replicas, or with `maxUnavailable: 0`, that is
    /// never, and nodes cannot be updated.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata:
    ///   name: web
    /// spec:
    ///   maxUnavailable: 0
    ///   selector:
    ///     matchLabels:
    ///       app: web
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata:
    ///   name: web
    /// spec:
    ///   maxUnavailable: 1
    ///   selector:
    ///     matchLabels:
    ///       app: web
    /// ```
    ///
    /// ## Source
    /// Specifying a Disruption Budget for your Application, "Rounding logic when specifying percentages" and above.
    BLOCKING_BUDGET = "blocking-budget", Information, [Check::Document(check_budgets)]
}

declare_rule! {
    /// HorizontalPodAutoscalers that cannot work out how much their target uses, or cannot scale it.
    ///
    /// ## Why
    /// A utilization is a percentage of what the containers request. If a container requests nothing of that resource, the autoscaler reports "missing
    /// request for cpu" and does nothing. Kinds without `replicas`, as DaemonSets, cannot be scaled. A target that is missing in a file with others of its kind is
    /// reported as information.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata:
    ///   name: web
    /// spec:
    ///   scaleTargetRef:
    ///     apiVersion: apps/v1
    ///     kind: DaemonSet
    ///     name: web
    ///   maxReplicas: 3
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata:
    ///   name: web
    /// spec:
    ///   scaleTargetRef:
    ///     apiVersion: apps/v1
    ///     kind: Deployment
    ///     name: web
    ///   maxReplicas: 3
    /// ```
    ///
    /// ## Source
    /// `calculatePodRequests` of the autoscaler.
    UNSCALABLE_TARGET = "unscalable-target", Warning, [Check::Document(check_targets)]
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
    UNKNOWN_SERVICE_PORT = "unknown-service-port", Warning, []
}

const BLOCKS: &str = "this budget never allows an eviction, so the nodes of its Pods cannot be drained";

const UNSCALABLE: [&str; 4] = ["DaemonSet", "Job", "CronJob", "Pod"];

fn check_ingress<'m>(object: Object<'m>, report: &mut Report<'m>) {
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
        let Some((value, port)) = number.or(named) else { continue };
        let field = if matches!(port, TargetPort::Number(_)) { "number" } else { "name" };
        let message = format!("the Service `{name}` has no port {}", value.value());
        let diagnostic =
            report.of(&UNKNOWN_SERVICE_PORT).add(value.range(), format!("{path}.service.port.{field}"), message, Some(object.index()));
        diagnostic.condition = Some(Box::new(Condition::LacksServicePort(scope(node), name, port)));
    }
}

/// What Kubernetes calls an object that Pods are not made of.
#[derive(Clone, Copy, PartialEq)]
enum Neighbour {
    Service,
    Ingress,
    Budget,
    Autoscaler,
}

fn neighbours<'m>(model: &'m Model, report: &Report<'m>) -> impl Iterator<Item = (Neighbour, Object<'m>)> + use<'m> {
    let is_whole = report.options().layers.changes_nothing() && !model.is_partial();
    let others = model.objects().filter(move |object| is_whole && object.info().is_none());
    others.filter_map(|object| {
        let neighbour = match (&*object.api_version()?.value(), &*object.kind()?.value()) {
            ("v1", "Service") => Neighbour::Service,
            ("networking.k8s.io/v1", "Ingress") => Neighbour::Ingress,
            ("policy/v1", "PodDisruptionBudget") => Neighbour::Budget,
            ("autoscaling/v2" | "autoscaling/v1", "HorizontalPodAutoscaler") => Neighbour::Autoscaler,
            _ => return None,
        };
        Some((neighbour, object))
    })
}

/// One look at the document serves all rules of this file.
fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    for (neighbour, object) in neighbours(model, report) {
        match neighbour {
            Neighbour::Service => check_service(object, report),
            Neighbour::Ingress => check_ingress(object, report),
            Neighbour::Budget => check_budget(object, report),
            Neighbour::Autoscaler => check_autoscaler(object, report),
        }
    }
}

fn check_budgets<'m>(model: &'m Model, report: &mut Report<'m>) {
    for (_, object) in neighbours(model, report).filter(|(it, _)| *it == Neighbour::Budget) {
        for (field, never) in [("maxUnavailable", &["0", "0%"][..]), ("minAvailable", &["100%"])] {
            let value = get(object.node(), &["spec", field]).filter(|it| never.contains(&&*it.value()));
            if let Some(value) = value {
                report.add(value.range(), format!("spec.{field}"), BLOCKS, Some(object.index()));
            }
        }
    }
}

fn check_targets<'m>(model: &'m Model, report: &mut Report<'m>) {
    for (_, object) in neighbours(model, report).filter(|(it, _)| *it == Neighbour::Autoscaler) {
        let kind = get(object.node(), &["spec", "scaleTargetRef", "kind"]).filter(|it| UNSCALABLE.contains(&&*it.value()));
        if let Some(kind) = kind {
            let message = format!("a {} cannot be scaled", kind.value());
            report.add(kind.range(), "spec.scaleTargetRef.kind", message, Some(object.index()));
        }
    }
}

fn check_service<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let node = object.node();
    let is_of_pods = text(node, &["spec", "type"]).is_none_or(|it| it != "ExternalName");
    let Some(selector) = get(node, &["spec", "selector"]).and_then(labels).filter(|it| is_of_pods && !it.is_empty()) else { return };
    check_selector(object, &["spec", "selector"], &selector, report);
    let is_headless = text(node, &["spec", "clusterIP"]).is_some_and(|it| it == "None");
    for (at, port) in items(node, &["spec", "ports"]).enumerate() {
        let name = if get(port, &["targetPort"]).is_some() { "targetPort" } else { "port" };
        let Some(value) = get(port, &[name]) else { continue };
        let written = value.value().into_owned();
        if written.is_empty() {
            continue;
        }
        let target = written.parse().map_or(TargetPort::Name(written.clone()), TargetPort::Number);
        let (message, severity) = match target {
            TargetPort::Name(_) => (format!("no Pod of this Service has a port named `{written}`"), Severity::Warning),
            TargetPort::Number(_) if is_headless => continue,
            TargetPort::Number(_) => (format!("the Pods of this Service declare no port {written}"), Severity::Information),
        };
        let path = format!("spec.ports[{at}].{name}");
        let diagnostic = report.of(&UNKNOWN_TARGET_PORT).add(value.range(), path, message, Some(object.index()));
        diagnostic.severity = severity;
        diagnostic.condition = Some(Box::new(Condition::LacksPort(scope(node), selector.clone(), target)));
    }
}

fn check_budget<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let node = object.node();
    let selector = get(node, &["spec", "selector", "matchLabels"]).and_then(labels).filter(|it| !it.is_empty());
    let selector = selector.filter(|_| get(node, &["spec", "selector", "matchExpressions"]).is_none());
    if let Some(selector) = &selector {
        check_selector(object, &["spec", "selector"], selector, report);
    }
    let index = Some(object.index());
    let Some(value) = get(node, &["spec", "minAvailable"]) else { return };
    if let (Ok(least), Some(selector)) = (value.value().parse(), selector) {
        let message = format!("the workload has no more than {least} replicas; {BLOCKS}");
        let diagnostic = report.of(&BLOCKING_BUDGET).add(value.range(), "spec.minAvailable", message, index);
        diagnostic.condition = Some(Box::new(Condition::NeedsAll(scope(node), selector, least)));
    }
}

fn check_selector<'m>(object: Object<'m>, path: &[&str], selector: &Labels, report: &mut Report<'m>) {
    let Some(entry) = entry(object.node(), path) else { return };
    let kind = object.kind().map(|it| it.value()).unwrap_or_default();
    let message = format!("no Pod of this file has these labels, so this {kind} has no effect on any");
    let diagnostic = report.of(&UNMATCHED_SELECTOR).add(entry.key.range(), path.join("."), message, Some(object.index()));
    diagnostic.condition = Some(Box::new(Condition::SelectsNothing(scope(object.node()), selector.clone())));
}

fn check_autoscaler<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let (node, index) = (object.node(), Some(object.index()));
    let target = ["spec", "scaleTargetRef"];
    let of_target = |field| get(node, &target).and_then(|it| get(it, &[field]));
    let (Some(kind), Some(name)) = (of_target("kind"), of_target("name")) else { return };
    let (kind_text, name_text) = (kind.value().into_owned(), name.value().into_owned());
    if UNSCALABLE.contains(&kind_text.as_str()) {
        return;
    }
    let message = format!("this file has no {kind_text} `{name_text}`");
    let diagnostic = report.of(&UNSCALABLE_TARGET).add(name.range(), "spec.scaleTargetRef.name", message, index);
    diagnostic.severity = Severity::Information;
    diagnostic.condition = Some(Box::new(Condition::LacksTarget(scope(node), kind_text.clone(), name_text.clone())));
    let metrics = items(node, &["spec", "metrics"]).enumerate().filter_map(|(at, metric)| {
        let resource = get(metric, &["resource"]).filter(|it| get(*it, &["target", "averageUtilization"]).is_some())?;
        Some((format!("spec.metrics[{at}].resource.name"), get(resource, &["name"])?, text(resource, &["name"])?))
    });
    let old = get(node, &["spec", "targetCPUUtilizationPercentage"])
        .map(|it| ("spec.targetCPUUtilizationPercentage".to_owned(), it, "cpu".to_owned()));
    for (path, value, resource) in metrics.chain(old) {
        let message = format!("the {kind_text} `{name_text}` has a container that requests no {resource}, so its utilization is not known");
        let diagnostic = report.of(&UNSCALABLE_TARGET).add(value.range(), path, message, index);
        diagnostic.condition = Some(Box::new(Condition::LacksRequests(scope(node), kind_text.clone(), name_text.clone(), resource)));
    }
}

/// A mapping as labels; `None` where a value is none.
fn labels(node: Node<'_>) -> Option<Labels> {
    let pair = |entry: Entry<'_>| Some((entry.key.key_text().into_owned(), entry.value.resolved()?.value().into_owned()));
    node.entries().map(pair).collect()
}

/// The entry at a path of keys.
fn entry<'t>(node: Node<'t>, path: &[&str]) -> Option<Entry<'t>> {
    let (last, before) = path.split_last()?;
    get(node, before)?.entries().find(|entry| entry.key.value() == *last)
}
