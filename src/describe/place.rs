//! Where the PodSpec of an object is, and how its sections are indented there.

use serde_json::Value as Json;

use super::json::within;

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
