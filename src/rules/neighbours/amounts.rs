//! `limit-range` and `quota-resources`: the amounts that a namespace allows

use crate::diagnostic::Severity;
use crate::diagnostic::condition::{Amount, Condition, Scope};
use crate::pod::quantity::Quantity;
use crate::pod::spec::{Container, PodSpec, Role};
use crate::pod::{Object, Value};
use crate::yaml::Node;

use super::{is_of, only_if, pod_of};
use crate::rules::across::{self, get};
use crate::rules::{Check, Report, declare_rule};

declare_rule! {
    /// Amounts of resources that the LimitRange of the same file does not allow.
    ///
    /// ## Why
    /// The API server refuses a Pod whose container asks for more than `max` or less than `min`, for more than `default` without a limit of its own, or whose
    /// limit is more than `maxLimitRequestRatio` times its request; likewise what a whole Pod or a claim asks for. A workload is accepted, and makes no Pods.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: LimitRange
    /// metadata:
    ///   name: limits
    /// spec:
    ///   limits:
    ///   - type: Container
    ///     max:
    ///       memory: 1Gi
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       limits:
    ///         memory: 2Gi
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: LimitRange
    /// metadata:
    ///   name: limits
    /// spec:
    ///   limits:
    ///   - type: Container
    ///     max:
    ///       memory: 1Gi
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       limits:
    ///         memory: 1Gi
    /// ```
    ///
    /// ## Source
    /// `PodValidateLimitFunc` of the admission plugin LimitRanger.
    LIMIT_RANGE = "limit-range", Warning, [], across [Check::AnyObject(check_limits)] beside "LimitRange"
}

declare_rule! {
    /// Containers without the resources that the ResourceQuota of the same file counts, or with more than it has.
    ///
    /// ## Why
    /// Where a quota counts `limits.memory`, say, the API server refuses each Pod with a container that sets no such limit. A LimitRange may set it. It
    /// also refuses what asks for more than the quota has in all; where only the replicas together do, that is reported as information.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: ResourceQuota
    /// metadata:
    ///   name: quota
    /// spec:
    ///   hard:
    ///     limits.memory: 4Gi
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: ResourceQuota
    /// metadata:
    ///   name: quota
    /// spec:
    ///   hard:
    ///     limits.memory: 4Gi
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       limits:
    ///         memory: 1Gi
    /// ```
    ///
    /// ## Source
    /// `podEvaluator.Constraints` of the admission plugin ResourceQuota.
    QUOTA_RESOURCES = "quota-resources", Warning, [], across [Check::AnyObject(check_quota)] beside "ResourceQuota"
}

fn check_limits<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let scope = across::scope(object.node());
    if let Some((storage, quantity)) = storage_of(object) {
        let (resource, millis) = ("storage".to_owned(), quantity.millis());
        let message = "the LimitRange of this file does not allow this amount, so the claim is refused";
        let diagnostic = report.add(storage.range(), STORAGE, message, Some(object.index()));
        let amount = Amount { of: "PersistentVolumeClaim", list: "requests", resource, millis, other: None };
        only_if(diagnostic, Condition::BreaksLimits(scope.clone(), amount));
    }
    let Some(pod) = pod_of(object) else { return };
    for container in pod.containers().filter(|it| it.role != Role::Ephemeral) {
        for (list, value, amount) in amounts(container) {
            let other = amount_of(container, opposite(list), &amount.resource).and_then(Value::quantity).map(|it| it.millis());
            let diagnostic = report.on(value, REFUSED);
            only_if(diagnostic, Condition::BreaksLimits(scope.clone(), Amount { other, ..amount }));
        }
    }
    for list in LISTS {
        for (value, amount) in totals(pod, list) {
            let diagnostic = report.on(
                value,
                format!("the LimitRange of this file does not allow what the Pod has in all ({}), so it is refused", amount.resource),
            );
            only_if(diagnostic, Condition::BreaksLimits(scope.clone(), amount));
        }
    }
}

const REFUSED: &str = "the LimitRange of this file does not allow this amount, so the Pod is refused";
const LISTS: [&str; 2] = ["limits", "requests"];

/// What a list of a container says of a resource.
fn amount_of<'m>(container: Container<'m>, list: &str, resource: &str) -> Option<Value<'m>> {
    container.value.at(&["resources", list])?.children().find(|it| it.key_text().is_some_and(|key| key == resource))
}

fn opposite(list: &str) -> &'static str {
    if list == "limits" { "requests" } else { "limits" }
}

const STORAGE: &str = "spec.resources.requests[storage]";

/// How much a claim asks for, and where.
fn storage_of(object: Object<'_>) -> Option<(Node<'_>, Quantity)> {
    let storage =
        get(object.node(), &["spec", "resources", "requests", "storage"]).filter(|_| is_of(object, "v1", "PersistentVolumeClaim"))?;
    Some((storage, Quantity::parse(&storage.value()).ok()?))
}

/// What a container asks for.
fn amounts<'m>(container: Container<'m>) -> impl Iterator<Item = (&'static str, Value<'m>, Amount)> {
    let of = move |list: &'static str| {
        container.value.at(&["resources", list]).into_iter().flat_map(|it| it.children()).map(move |it| (list, it))
    };
    LISTS.into_iter().flat_map(of).filter_map(|(list, value)| {
        let (resource, millis) = (value.key_text()?.into_owned(), value.quantity()?.millis());
        Some((list, value, Amount { of: "Container", list, resource, millis, other: None }))
    })
}

/// What the containers of a Pod ask for together, each resource with the first place of several.
fn totals<'m>(pod: PodSpec<'m>, list: &'static str) -> Vec<(Value<'m>, Amount)> {
    let mut totals: Vec<(Value<'m>, Amount)> = vec![];
    if pod.value().gives("resources") {
        return totals;
    }
    let lasting = pod.containers().filter(|it| matches!(it.role, Role::Regular | Role::Sidecar));
    // Without a request it is the limit.
    let counts = |container: &Container<'m>, given: &'static str, resource: &str| {
        given == list || list == "requests" && amount_of(*container, "requests", resource).is_none()
    };
    let all = lasting.flat_map(|container| amounts(container).map(move |it| (container, it)));
    for (_, (_, value, amount)) in all.filter(|(container, (given, _, amount))| counts(container, given, &amount.resource)) {
        match totals.iter_mut().find(|(_, total)| total.resource == amount.resource) {
            Some((_, total)) => total.millis = total.millis.saturating_add(amount.millis),
            None => totals.push((value, Amount { of: "Pod", list, ..amount })),
        }
    }
    totals
}

fn check_quota<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let scope = across::scope(object.node());
    check_service(object, &scope, report);
    if let Some((storage, quantity)) = storage_of(object) {
        let message = "the ResourceQuota of this file allows less storage in all, so the claim is refused";
        let diagnostic = report.add(storage.range(), STORAGE, message, Some(object.index()));
        only_if(diagnostic, Condition::ExceedsQuota(scope.clone(), "requests.storage".to_owned(), quantity.millis()));
    }
    let Some(pod) = pod_of(object).filter(|pod| !pod.value().gives("resources")) else { return };
    for container in pod.containers().filter(|it| it.role != Role::Ephemeral) {
        check_missing(container, &scope, report);
    }
    let replicas = object.at(&["spec", "replicas"]);
    let number = replicas.and_then(Value::int).filter(|number| *number > 1);
    if let (Some(replicas), Some(number)) = (replicas, number) {
        let diagnostic = report.on(replicas, format!("the ResourceQuota of this file allows fewer Pods than {number}"));
        diagnostic.severity = Severity::Information;
        only_if(diagnostic, Condition::ExceedsQuota(scope.clone(), "pods".to_owned(), i128::from(number) * 1000));
    }
    for list in LISTS {
        for (value, amount) in totals(pod, list) {
            let name = format!("{list}.{}", amount.resource);
            let message = format!("the ResourceQuota of this file allows less in all ({name}), so the Pod is refused");
            only_if(report.on(value, message), Condition::ExceedsQuota(scope.clone(), name.clone(), amount.millis));
            if let (Some(replicas), Some(number)) = (replicas, number) {
                let diagnostic = report
                    .on_key(replicas, format!("the ResourceQuota of this file allows less than {number} of these Pods need ({name})"));
                diagnostic.severity = Severity::Information;
                let all = amount.millis.saturating_mul(i128::from(number));
                only_if(diagnostic, Condition::ExceedsQuota(scope.clone(), name, all));
            }
        }
    }
}

fn check_service<'m>(object: Object<'m>, scope: &Scope, report: &mut Report<'m>) {
    let Some(ty) = get(object.node(), &["spec", "type"]).filter(|_| is_of(object, "v1", "Service")) else { return };
    let counted = match &*ty.value() {
        "NodePort" => "services.nodeports",
        "LoadBalancer" => "services.loadbalancers",
        _ => return,
    };
    let message = format!("the ResourceQuota of this file allows no such Service ({counted})");
    let diagnostic = report.add(ty.range(), "spec.type", message, Some(object.index()));
    only_if(diagnostic, Condition::ExceedsQuota(scope.clone(), counted.to_owned(), 1000));
}

fn check_missing<'m>(container: Container<'m>, scope: &Scope, report: &mut Report<'m>) {
    let of = |list: &str, resource: &str| amount_of(container, list, resource).is_some();
    let sets = |list: &str, resource: &str| of(list, resource) || list == "requests" && of("limits", resource);
    let all = [("requests", "cpu"), ("requests", "memory"), ("limits", "cpu"), ("limits", "memory")];
    let missing: Vec<_> = all.into_iter().filter(|(list, name)| !sets(list, name)).map(|(list, name)| format!("{list}.{name}")).collect();
    if missing.is_empty() {
        return;
    }
    let message = format!(
        "the ResourceQuota of this file counts resources that container {} does not set ({}), so the Pod is refused",
        container.label(),
        missing.join(", ")
    );
    let site = container.value.entry("resources").or_else(|| container.value.get("name")).unwrap_or(container.value);
    let diagnostic = report.on_key(site, message);
    diagnostic.field = container.value.path_to("resources");
    only_if(diagnostic, Condition::LacksForQuota(scope.clone(), missing));
}
