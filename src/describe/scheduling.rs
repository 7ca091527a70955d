//! Tolerations and topology spread constraints.

use serde_json::Value as Json;

use super::json::{Read, sorted};
use super::metadata::selector_or_none;
use super::place::Place;
use super::writer::Writer;

/// `dedicated=web:NoSchedule`, one on each line (`printPodTolerationsMultiline`).
pub(super) fn tolerations(w: &mut Writer, level: usize, tolerations: &Json) {
    let mut lead = "Tolerations:\t";
    if !tolerations.is_given() {
        return w.line(level, format_args!("{lead}<none>"));
    }
    for toleration in sorted(tolerations, "key") {
        w.line(level, format_args!("{lead}{}", line(toleration)));
        lead = "\t";
    }
}

fn line(toleration: &Json) -> String {
    let [key, value, effect] = ["key", "value", "effect"].map(|field| toleration[field].show());
    let mut line = key;
    if !value.is_empty() {
        line += &format!("={value}");
    }
    if !effect.is_empty() {
        line += &format!(":{effect}");
    }
    if toleration["operator"] == "Exists" && value.is_empty() {
        line += if line.is_empty() { "op=Exists" } else { " op=Exists" };
    }
    if !toleration["tolerationSeconds"].is_null() {
        line += &format!(" for {}s", toleration["tolerationSeconds"].show());
    }
    line
}

/// How the Pods are spread, in the order of the topology keys.
pub(super) fn spread(w: &mut Writer, constraints: &Json, place: Place) {
    let mut lead = format!("{}Topology Spread Constraints:\t", place.indent);
    for constraint in sorted(constraints, "topologyKey") {
        let [key, otherwise, skew] = ["topologyKey", "whenUnsatisfiable", "maxSkew"].map(|field| constraint[field].show());
        let selector = &constraint["labelSelector"];
        let selector = if selector.is_object() { format!(" for selector {}", selector_or_none(selector)) } else { String::new() };
        w.line(0, format_args!("{lead}{key}:{otherwise} when max skew {skew} is exceeded{selector}"));
        lead = format!("{}\t", place.indent);
    }
}

/// The group that is scheduled together.
pub(super) fn group(w: &mut Writer, group: &Json, place: Place) {
    if group.is_object() {
        w.line(0, format_args!("{}SchedulingGroup:", place.indent));
        w.field(1, "PodGroupName", group["podGroupName"].show());
    }
}
