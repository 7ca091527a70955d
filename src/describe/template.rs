//! The section of a Pod template (`DescribePodTemplate`).

use serde_json::Value as Json;

use super::container::containers;
use super::json::Read;
use super::metadata::{annotations, labels};
use super::place::Place;
use super::scheduling;
use super::volume::volumes;
use super::writer::Writer;

/// Prints the template of a workload.
pub(super) fn section(w: &mut Writer, template: &Json) {
    let (metadata, spec, place) = (&template["metadata"], &template["spec"], Place::TEMPLATE);
    w.line(0, "Pod Template:");
    labels(w, 1, "Labels", &metadata["labels"]);
    if metadata["annotations"].is_given() {
        annotations(w, 1, &metadata["annotations"]);
    }
    optional(w, 1, "Service Account", &spec["serviceAccountName"]);
    if spec["initContainers"].is_given() {
        containers(w, "Init Containers", spec["initContainers"].items(), &Json::Null, place);
    }
    containers(w, "Containers", spec["containers"].items(), &Json::Null, place);
    volumes(w, &spec["volumes"], place);
    scheduling::spread(w, &spec["topologySpreadConstraints"], place);
    optional(w, 1, "Priority Class Name", &spec["priorityClassName"]);
    labels(w, 1, "Node-Selectors", &spec["nodeSelector"]);
    scheduling::tolerations(w, 1, &spec["tolerations"]);
    scheduling::group(w, &spec["schedulingGroup"], place);
}

/// A field that is printed only where it is given.
pub(super) fn optional(w: &mut Writer, level: usize, title: &str, value: &Json) {
    if value.is_given() {
        w.field(level, title, value.show());
    }
}
