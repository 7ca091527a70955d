//! Autoscalers, limits, quotas and priorities.

use std::borrow::Cow;

use crate::diagnostic::Reason;
use crate::pod::quantity::Quantity;
use crate::pod::{Object, Value, fields};
use crate::schema::{Release, ty};

use super::{Check, Report, declare_rule, superfluous};

declare_rule! {
    /// Fields of an autoscaler, a LimitRange, a ResourceQuota or a PriorityClass that contradict each other.
    ///
    /// ## Why
    /// The API server rejects the object. For example, `maxReplicas` is not below `minReplicas`, a metric of type `Resource` has the
    /// field `resource` alone, and a default is between `min` and `max`.
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
    ///     kind: Deployment
    ///     name: web
    ///   minReplicas: 5
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
    ///   minReplicas: 3
    ///   maxReplicas: 5
    /// ```
    ///
    /// ## Source
    /// `validateHorizontalPodAutoscalerSpec`, `ValidateLimitRange`, `ValidateResourceQuotaSpec`, `ValidatePriorityClass`.
    INCOMPATIBLE_SCALING_FIELDS = "incompatible-scaling-fields", Error, [
        Check::Type(ty::HORIZONTAL_POD_AUTOSCALER_SPEC, autoscaler),
        Check::Type(ty::AUTOSCALING_HORIZONTAL_POD_AUTOSCALER_SPEC, autoscaler),
        Check::Type(ty::METRIC_SPEC, metric),
        Check::Type(ty::HPA_SCALING_RULES, policies),
        Check::Type(ty::LIMIT_RANGE_ITEM, limits),
        Check::Type(ty::RESOURCE_QUOTA_SPEC, quota),
        Check::Object(priority),
    ]
}

/// A field that is not null.
fn given<'m>(within: Value<'m>, field: &str) -> Option<Value<'m>> {
    within.entry(field).filter(|it| !it.is_null())
}

/// `validateHorizontalPodAutoscalerSpec`
pub(super) fn autoscaler<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let release = spec.model().release();
    let least = spec.get("minReplicas").and_then(|it| Some((it, it.int()?)));
    let most = spec.get("maxReplicas").and_then(|it| Some((it, it.int()?)));
    if let (Some((_, least)), Some((value, most))) = (least, most)
        && most < least
        && most > 0
    {
        report.on(value, Reason::Invalid.of(format!("`maxReplicas` must not be below `minReplicas` ({least})")));
    }
    if let Some((value, 0)) = least {
        if release < Release::V1_37 {
            report.on(value, Reason::Invalid.of("`minReplicas` must be 1 or more"));
        } else if !scales_to_zero(spec) {
            let path = spec.path_to("metrics");
            report.on(value, Reason::Forbidden.of("`minReplicas: 0` requires a metric of type `Object` or `External`")).field = path;
        }
    }
    target(spec, report);
}

/// Whether there is a metric that is there without Pods.
fn scales_to_zero(spec: Value<'_>) -> bool {
    // In the old version an annotation holds the other metrics.
    let annotated = spec.is_a(ty::AUTOSCALING_HORIZONTAL_POD_AUTOSCALER_SPEC)
        && spec.parent().and_then(|root| super::network::annotation(root, "autoscaling.alpha.kubernetes.io/metrics")).is_some();
    let unread = spec.entry("metrics").is_some_and(|it| !it.is_null() && !it.is_sound());
    let kinds = spec.list("metrics").map(|metric| metric.text_of("type"));
    annotated || unread || kinds.into_iter().any(|kind| kind.is_none_or(|kind| kind == "Object" || kind == "External"))
}

/// `ValidateAPIVersion`, from 1.34 on.
fn target<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(target) = spec.get("scaleTargetRef").filter(|_| spec.model().release() >= Release::V1_34) else { return };
    if target.text_of("kind").as_deref() == Some("ReplicationController") {
        return;
    }
    let message = Reason::Invalid.of("`apiVersion` must name a group; for a Deployment, set `apiVersion: apps/v1`");
    match given(target, "apiVersion") {
        None => _ = report.missing(target, "apiVersion", message),
        Some(version) => match version.text().map(|text| text.split('/').map(str::to_owned).collect::<Vec<_>>()).as_deref() {
            None => {}
            Some([group, _]) if !group.is_empty() => {}
            Some([_, _, _, ..]) => _ = report.on(version, Reason::Invalid.of("`apiVersion` must be <group>/<version>")),
            Some(_) => _ = report.on(version, message),
        },
    }
}

/// The types of metrics, the field of each, and what its target can have, in the order in which the server looks at them.
const METRICS: [(&str, &str, &[&str]); 5] = [
    ("Object", "object", &["averageValue", "value"]),
    ("External", "external", &["averageValue", "value"]),
    ("Pods", "pods", &["averageValue"]),
    ("Resource", "resource", &["averageUtilization", "averageValue"]),
    ("ContainerResource", "containerResource", &["averageUtilization", "averageValue"]),
];

/// `validateMetricSpec`
pub(super) fn metric<'m>(metric: Value<'m>, report: &mut Report<'m>) {
    let kind = metric.text_of("type").unwrap_or_default();
    let fields: Vec<_> = METRICS.iter().filter_map(|(_, field, _)| given(metric, field)).collect();
    let expected = METRICS.iter().find(|(name, _, _)| *name == kind).map(|it| it.1);
    if let Some(expected) = expected
        && given(metric, expected).is_none()
    {
        match fields.first() {
            Some(other) if fields.len() == 1 && report.reports_missing() => {
                let path = metric.path_to(expected);
                let name = other.field().map_or("", |field| field.name);
                let message = format!("a metric of type `{kind}` needs `{expected}`, not `{name}`");
                report.on_key(*other, Reason::Required.of(message)).field = path;
            }
            _ => {
                let message = Reason::Required.of(format!("a metric of type `{kind}` needs `{expected}`"));
                report.missing(metric, expected, message);
            }
        }
    }
    if fields.len() > 1 {
        for other in fields.iter().filter(|it| it.field().map(|field| field.name) != expected) {
            let name = other.field().map_or("", |field| field.name);
            superfluous(*other, Reason::Forbidden.of(format!("`{name}` is not for a metric of this type; remove it")), report);
        }
    }
    // The server looks into the first one alone.
    let Some((field, (_, name, can))) = METRICS.iter().find_map(|row| Some((given(metric, row.1)?, row))) else { return };
    let Some(target) = field.get("target") else { return };
    let wanted: Vec<_> = can.iter().filter_map(|name| given(target, name)).collect();
    match wanted[..] {
        [] => {
            let names: Vec<_> = can.iter().map(|name| format!("`{name}`")).collect();
            report.missing(target, can[0], Reason::Required.of(format!("the target needs {}", names.join(" or "))));
        }
        [_, other] if *name != "object" => {
            let path = target.path_to(can[1]);
            let message = format!("`{}` and `{}` are mutually exclusive; remove one", can[0], can[1]);
            superfluous(other, Reason::Forbidden.of(message), report).field = path;
        }
        _ => {}
    }
}

/// `validateScalingRules`: no list is the default, an empty one is not.
pub(super) fn policies<'m>(rules: Value<'m>, report: &mut Report<'m>) {
    if let Some(policies) = rules.get("policies").filter(|it| it.is_absent()) {
        report.on(policies, Reason::Required.of("`policies` must not be empty; leave it out for the default"));
    }
}

type Amount<'m> = (Value<'m>, Quantity);

/// `ValidateLimitRange`
pub(super) fn limits<'m>(item: Value<'m>, report: &mut Report<'m>) {
    let kind = item.text_of("type").unwrap_or_default();
    let of_containers = kind == "Container" || kind == "Pod";
    let maps = ["min", "max", "default", "defaultRequest", "maxLimitRequestRatio"];
    if kind == "Pod" {
        for value in ["default", "defaultRequest"].into_iter().filter_map(|name| item.get(name)).filter(|it| !it.is_absent()) {
            let name = value.field().map_or("", |field| field.name);
            superfluous(value, Reason::Forbidden.of(format!("`{name}` must not be set for `type: Pod`")), report);
        }
    }
    for entry in maps.into_iter().flat_map(|name| item.list(name)).filter(|_| of_containers) {
        let Some(key) = entry.key_text() else { continue };
        if let (Ok(()), Err(words)) = (fields::resource(&key), fields::container_resource(&key)) {
            report.on_key(entry, Reason::Invalid.of(format!("{key:?} cannot be limited for `type: {kind}`: {words}")));
        }
    }
    if kind == "PersistentVolumeClaim" {
        let has = |name: &str| item.list(name).any(|entry| entry.key_text().is_some_and(|key| key == "storage"));
        if !has("min") && !has("max") {
            let message = Reason::Required.of("`type: PersistentVolumeClaim` requires `storage` in `min` or `max`");
            report.missing(item, "max", message).field = item.path_to("limits");
        }
    }
    let mut keys: Vec<Cow<'m, str>> = maps.into_iter().flat_map(|name| item.list(name)).filter_map(|it| it.key_text()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.iter().for_each(|key| amounts(item, &kind, key, report));
}

/// The bounds of one resource.
fn amounts<'m>(item: Value<'m>, kind: &str, key: &str, report: &mut Report<'m>) {
    let entry = |name: &str| item.list(name).find(|it| it.key_text().is_some_and(|it| it == key));
    let amount = |name: &str| -> Option<Amount<'m>> { entry(name).and_then(|it| Some((it, it.quantity()?))) };
    let (min, max, ratio) = (amount("min"), amount("max"), amount("maxLimitRequestRatio"));
    let (mut default, mut request) = match kind {
        "Pod" => (None, None),
        _ => (amount("default"), amount("defaultRequest")),
    };
    if kind == "Container" {
        // What the server fills in.
        if entry("default").is_none() {
            default = max;
        }
        if entry("defaultRequest").is_none() {
            request = default.or(min);
        }
    }
    let mut above = |low: Option<Amount<'m>>, high: Option<Amount<'m>>, at: Option<Amount<'m>>, field: &str| {
        if let (Some((low, a)), Some((high, b)), Some((site, _))) = (low, high, at)
            && a > b
        {
            let name = |value: Value<'m>| value.parent().and_then(Value::field).map_or("", |field| field.name);
            let path = item.path_to(&format!("{field}[{key}]"));
            let message = format!("`{}` of `{key}` must not be greater than `{}`", name(low), name(high));
            let diagnostic = report.on(site, Reason::Invalid.of(message));
            diagnostic.field = path;
        }
    };
    above(min, max, min, "min");
    above(min, request, request, "defaultRequest");
    above(request, max, request, "defaultRequest");
    above(request, default, request, "defaultRequest");
    above(min, default, default, "default");
    above(default, max, default, "default");
    if let Some((value, ratio)) = ratio {
        let path = value.path();
        let limit = min.zip(max).map(|((_, min), (_, max))| max.millis() as f64 / min.millis() as f64);
        if ratio < Quantity::whole(1) {
            report.on(value, Reason::Invalid.of("a ratio must be 1 or more")).field = path;
        } else if limit.is_some_and(|limit| ratio.millis() as f64 / 1000.0 > limit) {
            report.on(value, Reason::Invalid.of("the ratio must not be greater than that of `max` to `min`")).field = path;
        }
    }
    let overcommits = !fields::is_extended(key) && !key.starts_with("hugepages-");
    if let (Some((_, a)), Some((site, b))) = (default, request)
        && !overcommits
        && a != b
    {
        let path = item.path_to(&format!("defaultRequest[{key}]"));
        report.on(site, Reason::Invalid.of(format!("`default` and `defaultRequest` of `{key}` must be equal"))).field = path;
    }
}

/// The scopes of a quota, with which of them go together.
const OPPOSITES: [[&str; 2]; 2] = [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]];

/// Whether a scope is for a resource (`IsResourceQuotaScopeValidForResource`).
fn scope_fits(scope: &str, resource: &str) -> bool {
    const COMPUTE: [&str; 7] = ["pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];
    match scope {
        "Terminating" | "NotTerminating" | "NotBestEffort" | "PriorityClass" | "CrossNamespacePodAffinity" => COMPUTE.contains(&resource),
        "BestEffort" => resource == "pods",
        "VolumeAttributesClass" => ["persistentvolumeclaims", "requests.storage"].contains(&resource),
        _ => true,
    }
}

/// `ValidateResourceQuotaSpec`
pub(super) fn quota<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let hard: Vec<(Value<'m>, Cow<'m, str>)> = spec.list("hard").filter_map(|it| Some((it, it.key_text()?))).collect();
    for (entry, key) in &hard {
        if fields::counts(key) && entry.quantity().is_some_and(|it| it.millis() % 1000 != 0) {
            report.on(*entry, Reason::Invalid.of(format!("`{key}` must be an integer")));
        }
    }
    let misfit = |scope: &str| hard.iter().find(|(_, key)| fields::is_standard_quota(key) && !scope_fits(scope, key)).map(|it| &it.1);
    let opposite = |scopes: &[(Value<'m>, Cow<'m, str>)]| {
        let pair = |pair: &[&str; 2]| {
            let at = |name: &str| scopes.iter().position(|(_, scope)| scope == name);
            Some(at(pair[0])?.max(at(pair[1])?))
        };
        OPPOSITES.iter().find_map(pair).map(|at| scopes[at].0)
    };
    let scopes: Vec<_> = spec.list("scopes").filter_map(|it| Some((it, it.text()?))).collect();
    let path = spec.path_to("scopes");
    for (value, scope) in &scopes {
        if let Some(key) = misfit(scope) {
            report.on(*value, Reason::Invalid.of(format!("scope `{scope}` is not for `{key}`"))).field = path.clone();
        }
    }
    if let Some(value) = opposite(&scopes) {
        report.on(value, Reason::Invalid.of("these scopes exclude each other")).field = path;
    }
    let Some(selector) = spec.get("scopeSelector") else { return };
    let path = selector.path_to("matchExpressions");
    let named: Vec<_> =
        selector.list("matchExpressions").filter_map(|it| it.get("scopeName")).filter_map(|it| Some((it, it.text()?))).collect();
    for (value, scope) in &named {
        if let Some(key) = misfit(scope) {
            report.on(*value, Reason::Invalid.of(format!("scope `{scope}` is not for `{key}`"))).field = path.clone();
        }
    }
    if let Some(value) = opposite(&named) {
        report.on(value, Reason::Invalid.of("these scopes exclude each other")).field = path.clone();
    }
    for requirement in selector.list("matchExpressions").filter(|it| it.is_sound()) {
        let Some(operator) = requirement.get("operator") else { continue };
        let Some(text) = operator.text() else { continue };
        let scope = requirement.text_of("scopeName").unwrap_or_default();
        let only_exists = ["BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"];
        if only_exists.contains(&&*scope) && text != "Exists" {
            let message = Reason::Invalid.of(format!("scope `{scope}` requires `operator: Exists`"));
            report.on(operator, message).field = format!("{path}.operator");
        }
        let values = format!("{path}.values");
        match &*text {
            "In" | "NotIn" if !requirement.gives("values") => {
                report.missing(requirement, "values", Reason::Required.of(format!("`operator: {text}` requires `values`"))).field = values;
            }
            "Exists" | "DoesNotExist" => {
                if let Some(given) = requirement.get("values").filter(|it| !it.is_absent()) {
                    superfluous(given, Reason::Invalid.of(format!("`values` must not be set with `operator: {text}`")), report).field =
                        values;
                }
            }
            _ => {}
        }
    }
}

/// The highest priority that is not the system's (`HighestUserDefinablePriority`).
const HIGHEST: i64 = 1_000_000_000;

/// `ValidatePriorityClass`
pub(super) fn priority<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(root) = object.root().filter(|root| root.is_a(ty::PRIORITY_CLASS)) else { return };
    let name = root.at(&["metadata", "name"]).and_then(|it| Some((it, it.text()?)));
    let value = root.get("value").and_then(|it| Some((it, it.int()?)));
    match (name, value) {
        (Some((site, name)), value) if name.starts_with("system-") => {
            let number = value.map_or(0, |it| it.1);
            let known = [("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000)];
            if !known.contains(&(&*name, number)) || root.is_true("globalDefault") {
                report.on(site, Reason::Forbidden.of("names that begin with `system-` are reserved; use another one"));
            }
        }
        (_, Some((site, number))) if number > HIGHEST => {
            report.on(site, Reason::Forbidden.of(format!("`value` must not be greater than {HIGHEST}")));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, check_with, release};

    #[test]
    fn metrics() {
        let text = |metric: &str| {
            format!(
                "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: a}}\nspec:\n  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}\n  maxReplicas: 3\n  metrics:\n{metric}"
            )
        };
        check(&text("  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}\n"));
        check(&text(
            "  - {type: Pods, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}\n                 ^^^^^^^^ error[incompatible-scaling-fields]: needs `pods`\n",
        ));
        check(&text(
            "  - {type: Resource, resource: {name: cpu, target: {type: Utilization}}}\n                                           ^^^^^^ error[incompatible-scaling-fields]: `averageUtilization`\n",
        ));
    }

    #[test]
    fn the_group_of_what_is_scaled() {
        let text = "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec:\n  maxReplicas: 3\n  scaleTargetRef: {kind: Deployment, name: web}\n";
        let mark = "                         ^^^^^^^^^^ warning[unscalable-target]: apps/v1\n";
        check_with(&format!("{text}{mark}"), &release("1.33"));
        check(&format!("{text}  ^^^^^^^^^^^^^^ error[incompatible-scaling-fields]: apps/v1\n"));
        check(&text.replace("Deployment", "ReplicationController"));
    }

    #[test]
    fn limits() {
        let text = |item: &str| format!("apiVersion: v1\nkind: LimitRange\nmetadata: {{name: a}}\nspec:\n  limits:\n  - {item}\n");
        check(&text("{type: Container, min: {cpu: 50m}, max: {cpu: 1}, default: {cpu: 500m}}"));
        check(
            &(text("{type: Container, max: {cpu: 1}, default: {cpu: 2}}")
                + "                                                    ^ error[incompatible-scaling-fields]: `max`\n"),
        );
        check(&(text("{type: Pod, default: {cpu: 2}}") + "                ^^^^^^^ error[incompatible-scaling-fields]: type: Pod\n"));
    }
}
