//! The environment of a container, where kubectl shows the values that it can compute.

use serde_json::Value as Json;

use crate::pod::quantity::Quantity;

use super::json::Read;
use super::writer::Writer;

/// The objects that all variables are taken from (`describeContainerEnvFrom`).
pub(super) fn from(w: &mut Writer, sources: &Json) {
    if !sources.is_given() {
        return;
    }
    w.line(2, "Environment Variables from:");
    for source in sources.items() {
        let kinds = [("configMapRef", "ConfigMap"), ("secretRef", "Secret")];
        let (field, kind) = kinds.into_iter().find(|(field, _)| source[field].is_object()).unwrap_or_default();
        let prefix = source["prefix"].show();
        let prefix = if prefix.is_empty() { prefix } else { format!(" with prefix '{prefix}'") };
        let of = &source[field];
        w.line(3, format_args!("{}\t{kind}{prefix}\tOptional: {}", of["name"].show(), of["optional"].is_true()));
    }
}

/// The single variables (`describeContainerEnvVars`).
pub(super) fn variables(w: &mut Writer, container: &Json, pod: &Json) {
    let none = if container["env"].is_given() { "" } else { "\t<none>" };
    w.line(2, format_args!("Environment:{none}"));
    for variable in container["env"].items() {
        let name = variable["name"].show();
        let source = &variable["valueFrom"];
        let (field, resource, secret, map) =
            (&source["fieldRef"], &source["resourceFieldRef"], &source["secretKeyRef"], &source["configMapKeyRef"]);
        if source.is_null() {
            let mut lead = format!("{name}:");
            for line in variable["value"].show().split('\n') {
                w.line(3, format_args!("{lead}\t{line}"));
                lead.clear();
            }
        } else if field.is_object() {
            let path = field["fieldPath"].show();
            w.field(3, &name, format_args!("{} ({}:{path})", of_pod(pod, &path), field["apiVersion"].show()));
        } else if resource.is_object() {
            let which = resource["resource"].show();
            w.field(3, &name, format_args!("{} ({which})", of_resources(container, &which, &resource["divisor"])));
        } else if secret.is_object() {
            let (key, of) = (secret["key"].show(), secret["name"].show());
            let optional = secret["optional"].is_true();
            w.field(3, &name, format_args!("<set to the key '{key}' in secret '{of}'>\tOptional: {optional}"));
        } else if map.is_object() {
            let (key, of) = (map["key"].show(), map["name"].show());
            let optional = map["optional"].is_true();
            w.field(3, &name, format_args!("<set to the key '{key}' of config map '{of}'>\tOptional: {optional}"));
        }
    }
}

/// The value of a field of the Pod, where kubectl converts its path: name and namespace alone.
fn of_pod(pod: &Json, path: &str) -> String {
    let metadata = &pod["metadata"];
    match path {
        "metadata.name" => metadata["name"].show(),
        "metadata.namespace" => metadata["namespace"].show(),
        _ => String::new(),
    }
}

/// The amount of a resource in units of the divisor, rounded up (`ExtractContainerResourceValue`).
fn of_resources(container: &Json, which: &str, divisor: &Json) -> String {
    let Some((field, name)) = which.split_once('.') else { return String::new() };
    let is_known = ["cpu", "memory", "ephemeral-storage"].contains(&name) || name.starts_with("hugepages-");
    if !["limits", "requests"].contains(&field) || !is_known {
        return String::new();
    }
    let amount = Quantity::parse(container["resources"][field][name].text()).unwrap_or_default();
    let divisor = Quantity::parse(divisor.text()).ok().filter(|it| *it != Quantity::ZERO);
    let in_units = |of: fn(Quantity) -> i128, one: i128| {
        let divisor = divisor.map_or(one, of);
        if divisor == 0 { 0 } else { of(amount).div_euclid(divisor) + i128::from(of(amount).rem_euclid(divisor) != 0) }
    };
    match if name == "cpu" { in_units(Quantity::millis, 1000) } else { in_units(Quantity::value, 1) } {
        0 if ["limits.cpu", "limits.memory"].contains(&which) => "node allocatable".into(),
        units => units.to_string(),
    }
}
