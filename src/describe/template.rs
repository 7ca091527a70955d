//! Pod templates: where they are, and their section (`DescribePodTemplate`).

use serde_json::Value as Json;

use super::container::containers;
use super::json::{Read, within};
use super::metadata::{annotations, labels};
use super::scheduling;
use super::volume::volumes;
use super::writer::Writer;

/// Whether a section is that of a Pod, or of a template, which is indented.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Before a title.
    pub indent: &'static str,
    /// Before a name below a title, in addition to its level.
    pub name_indent: &'static str,
}

impl Place {
    pub const POD: Place = Place { indent: "", name_indent: "" };
    pub const TEMPLATE: Place = Place { indent: "  ", name_indent: " " };
}

/// The field names that lead to the template of a kind.
fn path(kind: &str) -> &'static [&'static str] {
    match kind {
        "Pod" => &[],
        "PodTemplate" => &["template"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template"],
        _ => &["spec", "template"],
    }
}

/// The template of an object; a Pod is its own.
pub(super) fn pod_template<'j>(kind: &str, object: &'j Json) -> &'j Json {
    path(kind).iter().fold(object, |it, field| &it[*field])
}

/// The PodSpec of an object.
pub(super) fn pod_spec_mut<'j>(kind: &str, object: &'j mut Json) -> Option<&'j mut Json> {
    let mut fields = path(kind).iter().chain(&["spec"]);
    fields.try_fold(object, |it, field| within(it, field))
}

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
