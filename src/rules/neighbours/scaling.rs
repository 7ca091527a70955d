//! `blocking-budget` and `unscalable-target`

use crate::diagnostic::Severity;
use crate::diagnostic::condition::{Condition, Least, Workload};
use crate::pod::{Model, Object};
use crate::schema::Release;
use crate::yaml::Node;

use super::{is_of, match_labels, only_if};
use crate::rules::across::{get, items, scope, text};
use crate::rules::{Check, Report, declare_rule};

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
    BLOCKING_BUDGET = "blocking-budget", Information, [Check::Document(check_blocking)], across [Check::AnyObject(check_budget)]
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
    UNSCALABLE_TARGET = "unscalable-target", Warning, [Check::Document(check_kinds)], across [Check::AnyObject(check_autoscaler)]
}

fn check_budget<'m>(object: Object<'m>, report: &mut Report<'m>) {
    if !is_of(object, "policy/v1", "PodDisruptionBudget") {
        return;
    }
    let (node, index) = (object.node(), Some(object.index()));
    let name = object.name().unwrap_or_default();
    if let (Some(selector), Some(site)) = (match_labels(node, &["spec", "selector"]), super::entry(node, &["spec", "selector"])) {
        let message = "another PodDisruptionBudget has Pods of this one too, and the API server evicts no Pod with several";
        let diagnostic = report.add(site.key.range(), "spec.selector", message, index);
        diagnostic.severity = Severity::Warning;
        only_if(diagnostic, Condition::HasOtherBudget(scope(node), selector, name));
    }
    let Some((value, written)) = get(node, &["spec", "minAvailable"]).and_then(|it| Some((it, text(node, &["spec", "minAvailable"])?)))
    else {
        return;
    };
    let least = match written.strip_suffix('%') {
        Some("100") => return,
        Some(percent) => percent.parse().map(Least::Percent),
        None => written.parse().map(Least::Count),
    };
    if let (Ok(least), Some(selector)) = (least, match_labels(node, &["spec", "selector"])) {
        let message = format!("the workload has so few replicas that {BLOCKS}");
        let diagnostic = report.add(value.range(), "spec.minAvailable", message, index);
        only_if(diagnostic, Condition::NeedsAll(scope(node), selector, least));
    }
}

const BLOCKS: &str = "this budget never allows an eviction, so the nodes of its Pods cannot be drained";

/// What blocks whatever the workload is.
fn check_blocking<'m>(model: &'m Model, report: &mut Report<'m>) {
    if !report.options().layers.changes_nothing() || model.is_partial() {
        return;
    }
    for object in model.objects().filter(|it| is_of(*it, "policy/v1", "PodDisruptionBudget")) {
        for (field, values) in [("maxUnavailable", &["0", "0%"][..]), ("minAvailable", &["100%"])] {
            if let Some(value) = get(object.node(), &["spec", field]).filter(|it| values.contains(&&*it.value())) {
                report.add(value.range(), format!("spec.{field}"), BLOCKS, Some(object.index()));
            }
        }
    }
}

/// The kinds that have no `replicas`.
const UNSCALABLE: [&str; 4] = ["DaemonSet", "Job", "CronJob", "Pod"];

/// The kind and the name of what an autoscaler scales.
fn target(object: Object<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let of = |field| get(object.node(), &["spec", "scaleTargetRef", field]);
    let is_scaler = ["autoscaling/v2", "autoscaling/v1"].iter().any(|it| is_of(object, it, "HorizontalPodAutoscaler"));
    Some((of("kind")?, of("name")?)).filter(|_| is_scaler)
}

fn check_kinds<'m>(model: &'m Model, report: &mut Report<'m>) {
    if !report.options().layers.changes_nothing() || model.is_partial() {
        return;
    }
    for (object, (kind, _)) in model.objects().filter_map(|it| Some((it, target(it)?))) {
        if UNSCALABLE.contains(&&*kind.value()) {
            let message = format!("a {} cannot be scaled", kind.value());
            report.add(kind.range(), "spec.scaleTargetRef.kind", message, Some(object.index()));
        } else if ["Deployment", "StatefulSet", "ReplicaSet"].contains(&&*kind.value()) {
            check_group(object, kind, report);
        }
    }
}

/// The autoscaler looks for the kind in the group of `apiVersion`; its version does not matter.
fn check_group<'m>(object: Object<'m>, kind: Node<'m>, report: &mut Report<'m>) {
    let version = get(object.node(), &["spec", "scaleTargetRef", "apiVersion"]);
    let written = version.map(|it| it.value().into_owned()).unwrap_or_default();
    // From 1.34 on the server rejects a version without a group.
    let has_group = written.find('/').is_some_and(|at| at > 0);
    if !written.starts_with("apps/") && (has_group || object.model().release() < Release::V1_34) {
        let (site, field) = version.map_or((kind, "kind"), |it| (it, "apiVersion"));
        let message = format!("the kind {} is not in this group; write `apiVersion: apps/v1`", kind.value());
        report.add(site.range(), format!("spec.scaleTargetRef.{field}"), message, Some(object.index()));
    }
}

fn check_autoscaler<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some((kind, name)) = target(object).filter(|(kind, _)| !UNSCALABLE.contains(&&*kind.value())) else { return };
    let (node, index) = (object.node(), Some(object.index()));
    let workload = Workload { scope: scope(node), kind: kind.value().into_owned(), name: name.value().into_owned() };
    let kind_node = kind;
    let Workload { kind, name: called, .. } = &workload;
    let diagnostic = report.add(name.range(), "spec.scaleTargetRef.name", format!("this file has no {kind} `{called}`"), index);
    diagnostic.severity = Severity::Information;
    only_if(diagnostic, Condition::LacksTarget(workload.scope.clone(), kind.clone(), called.clone()));
    let diagnostic = report.add(
        kind_node.range(),
        "spec.scaleTargetRef.kind",
        format!("another autoscaler scales the {kind} `{called}` too, and they work against each other"),
        index,
    );
    only_if(diagnostic, Condition::HasOtherScaler(workload.clone(), object.name().unwrap_or_default()));
    let old = get(node, &["spec", "targetCPUUtilizationPercentage"]);
    let old = old.map(|it| ("spec.targetCPUUtilizationPercentage".to_owned(), it, "cpu".to_owned(), None));
    for (path, value, resource, container) in metrics(node).chain(old) {
        let message = match &container {
            Some(container) => {
                format!("container \"{container}\" of the {kind} `{called}` requests no {resource}, so its utilization is not known")
            }
            None => format!("the {kind} `{called}` has a container that requests no {resource}, so its utilization is not known"),
        };
        let diagnostic = report.add(value.range(), path, message, index);
        only_if(diagnostic, Condition::LacksRequests(workload.clone(), resource, container));
    }
    for (at, metric) in items(node, &["spec", "metrics"]).enumerate() {
        let Some(value) = get(metric, &["containerResource", "container"]) else { continue };
        let container = value.value().into_owned();
        let message = format!("the {kind} `{called}` has no container \"{container}\"");
        let diagnostic = report.add(value.range(), format!("spec.metrics[{at}].containerResource.container"), message, index);
        only_if(diagnostic, Condition::LacksContainer(workload.clone(), container));
    }
}

/// The resources whose utilization counts, with the container that is meant.
fn metrics<'m>(node: Node<'m>) -> impl Iterator<Item = (String, Node<'m>, String, Option<String>)> {
    items(node, &["spec", "metrics"]).enumerate().filter_map(|(at, metric)| {
        let field = ["resource", "containerResource"].into_iter().find(|it| get(metric, &[it]).is_some())?;
        let resource = get(metric, &[field]).filter(|it| get(*it, &["target", "averageUtilization"]).is_some())?;
        let path = format!("spec.metrics[{at}].{field}.name");
        Some((path, get(resource, &["name"])?, text(resource, &["name"])?, text(resource, &["container"])))
    })
}
