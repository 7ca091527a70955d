//! Resource claims, device classes, resource slices.

use std::collections::HashMap;

use crate::diagnostic::Reason;
use crate::pod::quantity::Quantity;
use crate::pod::{Enforcement, Value, names};
use crate::schema::ty;
use crate::yaml::{Kind, Scalar};

use super::{Check, Report, declare_rule, expressions, has, superfluous, text_or_empty, texts_of};

declare_rule! {
    /// Fields of resource claims and slices that contradict each other.
    ///
    /// ## Why
    /// The API server rejects the object. Constraints and configurations name requests of the claim; the devices of a slice belong to one
    /// node, to those that a selector selects, or to all nodes.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: resource.k8s.io/v1
    /// kind: ResourceClaim
    /// metadata:
    ///   name: accelerator
    /// spec:
    ///   devices:
    ///     requests:
    ///     - name: gpu
    ///       exactly:
    ///         deviceClassName: gpu.example.com
    ///     constraints:
    ///     - requests: [gpus]
    ///       matchAttribute: gpu.example.com/numa
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: resource.k8s.io/v1
    /// kind: ResourceClaim
    /// metadata:
    ///   name: accelerator
    /// spec:
    ///   devices:
    ///     requests:
    ///     - name: gpu
    ///       exactly:
    ///         deviceClassName: gpu.example.com
    ///     constraints:
    ///     - requests: [gpu]
    ///       matchAttribute: gpu.example.com/numa
    /// ```
    ///
    /// ## Source
    /// `validateDeviceClaim`, `validateDeviceAllocationMode`, `validateDeviceToleration`, `validateResourceSliceSpec`, `validateDevice`,
    /// `validateRequestPolicy`.
    INCOMPATIBLE_DEVICE_FIELDS = "incompatible-device-fields", Error, [
        Check::Type(ty::DEVICE_CLAIM, claim),
        Check::Type(ty::EXACT_DEVICE_REQUEST, count),
        Check::Type(ty::DEVICE_SUB_REQUEST, count),
        Check::Type(ty::DEVICE_TOLERATION, toleration),
        Check::Type(ty::CEL_DEVICE_SELECTOR, selector),
        Check::Type(ty::OPAQUE_DEVICE_CONFIGURATION, parameters),
        Check::Type(ty::RESOURCE_SLICE_SPEC, slice),
    ]
}

/// The most devices of a slice that has taints or counters, and of any other (`ResourceSliceMaxDevicesWithAdvancedFeatures`).
const MOST_ADVANCED: usize = 64;
/// The most attributes and capacities of a device (`ResourceSliceMaxAttributesAndCapacitiesPerDevice`).
const MOST_ATTRIBUTES: usize = 32;

/// `validateRequestNameRef`: constraints and configurations name requests.
fn claim<'m>(claim: Value<'m>, report: &mut Report<'m>) {
    if !claim.get("requests").is_none_or(Value::is_certain) {
        return;
    }
    let mut known: HashMap<String, Vec<String>> = HashMap::new();
    for request in claim.list("requests") {
        let Some(name) = text_or_empty(request, "name") else { return };
        let subs = request.list("firstAvailable").filter_map(|sub| text_or_empty(sub, "name")).map(|it| it.into_owned());
        known.insert(name.into_owned(), subs.collect());
    }
    let users = claim.list("constraints").chain(claim.list("config"));
    for (item, text) in users.flat_map(|user| texts_of(user, "requests")) {
        let (request, sub) = text.split_once('/').map_or((&*text, None), |(request, sub)| (request, Some(sub)));
        let is_known = known.get(request).is_some_and(|subs| sub.is_none_or(|sub| subs.iter().any(|it| it == sub)));
        if !is_known {
            let names: Vec<_> = known.keys().map(String::as_str).collect();
            let near = crate::text::meant(&text, names.iter().copied()).map(str::to_owned);
            let diagnostic = report.on(item, Reason::Invalid.of(format!("the claim has no request `{text}`")));
            if let Some(near) = near.filter(|_| !item.is_null()) {
                let edit = super::rewrite::scalar(item.written(), &near);
                diagnostic.fixes.push(crate::diagnostic::Fix::preferred(format!("Replace with `{near}`"), vec![edit]));
            }
        }
    }
}

/// `validateDeviceAllocationMode`
fn count<'m>(request: Value<'m>, report: &mut Report<'m>) {
    let Some(mode) = text_or_empty(request, "allocationMode").filter(|_| request.is_certain_of("allocationMode")) else { return };
    let Some((value, count)) = request.get("count").and_then(|value| Some((value, value.int()?))) else { return };
    match &*mode {
        "All" if count != 0 => {
            superfluous(value, Reason::Invalid.of("`count` is not allowed with `allocationMode: All`"), report);
        }
        // 0 becomes 1.
        "" | "ExactCount" if count < 0 => _ = report.on(value, Reason::Invalid.of("`count` must be greater than zero")),
        _ => {}
    }
}

/// `validateDeviceToleration`
fn toleration<'m>(toleration: Value<'m>, report: &mut Report<'m>) {
    let Some(operator) = text_or_empty(toleration, "operator").filter(|_| toleration.is_certain_of("operator")) else { return };
    let Some((value, text)) = toleration.get("value").and_then(|value| Some((value, value.text()?))) else { return };
    match &*operator {
        "Exists" if !text.is_empty() => {
            superfluous(value, Reason::Invalid.of("`value` is not allowed with `operator: Exists`"), report);
        }
        "" | "Equal" => {
            if let Err(words) = names::label_value(&text) {
                report.on(value, Reason::Invalid.of(format!("{text:?} cannot be the value of a taint: {words}")));
            }
        }
        _ => {}
    }
}

/// `CompileCELExpression`
fn selector<'m>(selector: Value<'m>, report: &mut Report<'m>) {
    if let Some(expression) = selector.get("expression") {
        expressions::with_names(expression, &["device"], false, report);
    }
}

/// `validateRawExtension`
fn parameters<'m>(opaque: Value<'m>, report: &mut Report<'m>) {
    let Some(value) = opaque.get("parameters") else { return };
    if matches!(value.node().kind(), Kind::Scalar(_) | Kind::Sequence(_)) && !matches!(value.scalar(), Scalar::Null) {
        report.on(value, Reason::Invalid.of("`parameters` must be a mapping"));
    }
}

/// The fields that say on which nodes devices are.
const PLACES: [&str; 4] = ["nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection"];

/// Which of [`PLACES`] are given, as the server counts them.
fn places<'m>(within: Value<'m>, fields: &'static [&'static str]) -> Vec<Value<'m>> {
    let is_given = |value: &Value<'m>| {
        value.enforcement() != Enforcement::Dropped
            && match value.field().map(|field| field.name) {
                Some("nodeName") => !value.is_absent(),
                Some("nodeSelector") => !value.is_null(),
                _ => value.bool() != Some(false) && !value.is_null(),
            }
    };
    fields.iter().filter_map(|field| within.entry(field)).filter(is_given).collect()
}

/// `validateResourceSliceSpec`
fn slice<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let given = places(spec, &PLACES);
    let path = spec.path();
    match given[..] {
        [] if PLACES.iter().all(|field| spec.is_certain_of(field)) && !only_false(spec, report) => {
            let message = "a slice requires one of `nodeName`, `nodeSelector`, `allNodes: true`, `perDeviceNodeSelection: true`";
            report.incomplete(spec, Reason::Required.of(message));
        }
        [_, second, ..] => {
            let message = "only one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is allowed";
            superfluous(second, Reason::Invalid.of(message), report).field.clone_from(&path);
        }
        _ => _ = only_false(spec, report),
    }
    let counters = spec.entry("sharedCounters").filter(|it| !it.is_null() && it.enforcement() != Enforcement::Dropped);
    if let (Some(counters), true) = (counters, has(spec, "devices")) {
        superfluous(counters, Reason::Invalid.of("a slice has either `sharedCounters` or `devices`"), report).field = path;
    }
    let per_device = given.iter().any(|value| value.field().is_some_and(|field| field.name == "perDeviceNodeSelection"));
    let devices: Vec<_> = spec.list("devices").filter(|device| device.is_sound() || device.is_null()).collect();
    let advanced = |device: &Value<'m>| {
        ["taints", "consumesCounters"]
            .iter()
            .any(|field| device.get(field).is_some_and(|value| !value.is_absent() && value.enforcement() != Enforcement::Dropped))
    };
    if devices.len() > MOST_ADVANCED
        && devices.len() <= 128
        && devices.iter().any(advanced)
        && let Some(list) = spec.get("devices")
    {
        let message = format!("at most {MOST_ADVANCED} devices are allowed where one has taints or counters");
        report.on_key(list, Reason::TooMany.of(message));
    }
    for device in devices {
        self::device(device, per_device, report);
    }
}

/// `false` is none of the values that the two switches may have.
fn only_false<'m>(within: Value<'m>, report: &mut Report<'m>) -> bool {
    let wrong = ["allNodes", "perDeviceNodeSelection"]
        .into_iter()
        .filter_map(|field| within.get(field))
        .find(|value| value.bool() == Some(false) && value.enforcement() != Enforcement::Dropped);
    if let Some(value) = wrong {
        let name = value.field().map_or("", |field| field.name);
        superfluous(value, Reason::Invalid.of(format!("`{name}` must be `true` or not set")), report);
    }
    wrong.is_some()
}

/// `validateDevice`
fn device<'m>(device: Value<'m>, per_device: bool, report: &mut Report<'m>) {
    let fields = &PLACES[..3];
    let path = device.path();
    if per_device {
        match places(device, &["nodeName", "nodeSelector", "allNodes"])[..] {
            [] if fields.iter().all(|field| device.is_certain_of(field)) && !only_false(device, report) => {
                let message = "with `perDeviceNodeSelection`, a device requires one of `nodeName`, `nodeSelector`, `allNodes: true`";
                report.incomplete(device, Reason::Required.of(message));
            }
            [_, second, ..] => {
                let message = "only one of `nodeName`, `nodeSelector`, `allNodes` is allowed";
                superfluous(second, Reason::Invalid.of(message), report).field.clone_from(&path);
            }
            _ => {}
        }
    } else {
        let is_given = |value: &Value<'m>| !value.is_null() && value.enforcement() != Enforcement::Dropped;
        if let Some(value) = fields.iter().filter_map(|field| device.entry(field)).find(is_given) {
            let name = value.field().map_or("", |field| field.name);
            let message = format!("`{name}` of a device requires `perDeviceNodeSelection: true` in the slice");
            superfluous(value, Reason::Invalid.of(message), report).field.clone_from(&path);
        }
    }
    let number = ["attributes", "capacity"].iter().filter_map(|field| device.get(field)).map(|map| map.children().count()).sum::<usize>();
    if number > MOST_ATTRIBUTES {
        let message = format!("a device can have at most {MOST_ATTRIBUTES} attributes and capacities");
        report.on(device, Reason::Invalid.of(message)).field = path;
    }
    conditions(device, report);
    let shared = device.entry("allowMultipleAllocations").filter(|it| it.enforcement() != Enforcement::Dropped);
    let shared = shared.is_some_and(|it| it.bool() != Some(false) && !it.is_null());
    for capacity in device.get("capacity").into_iter().flat_map(|map| map.children()) {
        let policy = capacity.get("requestPolicy").filter(|policy| policy.enforcement() != Enforcement::Dropped);
        match policy {
            Some(policy) if !shared => {
                superfluous(policy, Reason::Forbidden.of("`requestPolicy` requires `allowMultipleAllocations: true`"), report);
            }
            Some(policy) => request_policy(capacity, policy, report),
            None => {}
        }
    }
}

/// `validateDeviceBindingParameters`
fn conditions<'m>(device: Value<'m>, report: &mut Report<'m>) {
    let is_enforced = |field: &str| device.entry(field).is_none_or(|value| value.enforcement() != Enforcement::Dropped);
    if !is_enforced("bindingConditions") || !is_enforced("bindingFailureConditions") {
        return;
    }
    let (good, bad) = (texts_of(device, "bindingConditions"), texts_of(device, "bindingFailureConditions"));
    for (item, text) in bad.iter().filter(|(_, text)| good.iter().any(|(_, other)| other == text)) {
        let message = format!("`{text}` must not be in both `bindingConditions` and `bindingFailureConditions`");
        report.on(*item, Reason::Invalid.of(message));
    }
    for (has, lacks) in [("bindingConditions", "bindingFailureConditions"), ("bindingFailureConditions", "bindingConditions")] {
        if let Some(value) = device.get(has).filter(|value| !value.is_absent() && !device.gives(lacks)) {
            let path = device.path_to(lacks);
            report.on_key(value, Reason::Invalid.of(format!("`{has}` requires `{lacks}`"))).field = path;
        }
    }
}

/// `validateRequestPolicy`
fn request_policy<'m>(capacity: Value<'m>, policy: Value<'m>, report: &mut Report<'m>) {
    let amount = |within: Value<'m>, field: &str| within.get(field).and_then(|value| Some((value, value.quantity()?)));
    let (values, range) = (policy.get("validValues").filter(|it| !it.is_absent()), policy.get("validRange"));
    let path = policy.path();
    let Some(most) = capacity.get("value").and_then(Value::quantity) else { return };
    match (values, range) {
        (Some(_), Some(range)) => {
            let message = "`validValues` and `validRange` are mutually exclusive";
            superfluous(range, Reason::Forbidden.of(message), report).field = path;
        }
        (Some(values), None) => {
            let Some((_, default)) = amount(policy, "default") else {
                return default_required(policy, "validValues", report);
            };
            let all: Vec<(Value<'m>, Quantity)> = values.children().filter_map(|item| Some((item, item.quantity()?))).collect();
            if let Some(pair) = all.windows(2).find(|pair| pair[0].1 > pair[1].1) {
                report.on(pair[1].0, Reason::Invalid.of("the values must be in ascending order"));
            }
            if let Some((item, _)) = all.iter().find(|(_, value)| *value > most) {
                report.on(*item, Reason::Invalid.of("a valid value must not exceed the capacity's `value`"));
            } else if let Some(pair) = all.windows(2).find(|pair| pair[0].1 == pair[1].1) {
                report.on(pair[1].0, Reason::Duplicate.of("duplicate value in `validValues`"));
            }
            if all.len() == values.children().count() && !all.iter().any(|(_, value)| *value == default) {
                report.on_key(values, Reason::Invalid.of("`validValues` must include `default`"));
            }
        }
        (None, Some(range)) => {
            let Some((default_value, default)) = amount(policy, "default") else {
                return default_required(policy, "validRange", report);
            };
            request_range(range, most, default_value, default, report);
        }
        (None, None) => {}
    }
}

fn default_required<'m>(policy: Value<'m>, because: &str, report: &mut Report<'m>) {
    super::lacking_any(policy, "default", format!("`{because}` requires `default`"), report);
}

/// `validateRequestPolicyRange`
fn request_range<'m>(range: Value<'m>, most: Quantity, default_value: Value<'m>, default: Quantity, report: &mut Report<'m>) {
    let amount = |field: &str| range.get(field).and_then(|value| Some((value, value.quantity()?)));
    let Some((min_value, min)) = amount("min") else {
        return super::lacking_any(range, "min", "`validRange` requires `min`".to_owned(), report);
    };
    if min > most {
        report.on(min_value, Reason::Invalid.of("`min` must not exceed the capacity's `value`"));
    }
    if default < min {
        let path = range.path_to("default");
        report.on(default_value, Reason::Invalid.of("`default` must not be less than `min`")).field = path;
    }
    if let Some((max_value, max)) = amount("max") {
        let path = max_value.path();
        if min > max {
            report.on(max_value, Reason::Invalid.of("`max` must not be less than `min`"));
        } else if max > most {
            report.on(max_value, Reason::Invalid.of("`max` must not exceed the capacity's `value`"));
        } else if default > max {
            report.on(default_value, Reason::Invalid.of("`default` must not exceed `max`")).field = path;
        }
    }
    let Some((step_value, step)) = amount("step") else { return };
    if step.nanos() <= 0 {
        report.on(step_value, Reason::Invalid.of("`step` must be greater than zero"));
        return;
    }
    if min + step > most {
        report.on(step_value, Reason::Invalid.of("`min` and one `step` must not exceed the capacity's `value`"));
    }
    let fits = |value: Quantity| (value.nanos() - min.nanos()) % step.nanos() == 0;
    if !fits(default) || amount("max").is_some_and(|(_, max)| !fits(max)) {
        report.on(step_value, Reason::Invalid.of("`default` and `max` must be whole steps above `min`"));
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn claims() {
        check(
            "
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: a}
spec:
  devices:
    requests:
    - name: one
      exactly: {deviceClassName: a, allocationMode: All, count: 2}
                                                         ^^^^^ error[incompatible-device-fields]: not allowed with
    - name: two
      firstAvailable:
      - {name: x, deviceClassName: a, selectors: [{cel: {expression: self.a}}]}
                                                                     ^^^^^^ error[incompatible-device-fields]: `self` is not defined
    constraints:
    - {requests: [two/x, two/y, one, three], matchAttribute: a.b/c}
                         ^^^^^ error[incompatible-device-fields]: no request `two/y`
                                     ^^^^^ error[incompatible-device-fields]: no request `three`
    config: [{opaque: {driver: a.b, parameters: [1]}}]
                                                ^^^ error[incompatible-device-fields]: must be a mapping
",
        );
    }

    #[test]
    fn classes_and_claims_may_be_empty() {
        check("apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {name: a}\n");
        check("apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {name: a}\n");
    }

    #[test]
    fn slices() {
        check(
            "
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {name: a}
spec:
  driver: a.b
  pool: {name: a, resourceSliceCount: 1, generation: 1}
  nodeName: a
  allNodes: true
  ^^^^^^^^ error[incompatible-device-fields]: only one of
  devices:
  - {name: a, nodeName: b}
              ^^^^^^^^ error[incompatible-device-fields]: requires `perDeviceNodeSelection: true`
  - {name: b, bindingConditions: [a], bindingFailureConditions: [a]}
                                                                 ^ error[incompatible-device-fields]: in both
  - name: c
    allowMultipleAllocations: true
    capacity:
      a: {value: 4, requestPolicy: {default: 2, validValues: [1, 3]}}
                                                ^^^^^^^^^^^ error[incompatible-device-fields]: include `default`
      b: {value: 4, requestPolicy: {default: 2, validRange: {min: 1, step: 2}}}
                                                                           ^ error[incompatible-device-fields]: whole steps
",
        );
    }
}
