//! A Pod (`describePod`).

use serde_json::Value as Json;

use super::container::{containers, resources};
use super::json::Read;
use super::metadata::{annotations, controller, labels};
use super::place::Place;
use super::scheduling;
use super::template::optional;
use super::volume::volumes;
use super::writer::Writer;

pub(super) fn describe(w: &mut Writer, pod: &Json) {
    let (metadata, spec, status) = (&pod["metadata"], &pod["spec"], &pod["status"]);
    head(w, metadata, spec);
    w.field(0, "Status", status["phase"].show());
    let profile = &spec["securityContext"]["seccompProfile"];
    if profile.is_object() {
        w.field(0, "SeccompProfile", profile["type"].show());
        if profile["type"] == "Localhost" {
            w.field(0, "LocalhostProfile", profile["localhostProfile"].show());
        }
    }
    w.field(0, "IP", "");
    w.field(0, "IPs", "<none>");
    controller(w, pod);
    if spec["resources"].is_object() {
        w.line(0, "Resources:");
        resources(w, 1, &spec["resources"]);
    }
    for (title, field) in
        [("Init Containers", "initContainers"), ("Containers", "containers"), ("Ephemeral Containers", "ephemeralContainers")]
    {
        if field == "containers" || spec[field].is_given() {
            containers(w, title, spec[field].items(), pod, Place::POD);
        }
    }
    conditions(w, "Readiness Gates", &spec["readinessGates"], "conditionType");
    conditions(w, "Conditions", &status["conditions"], "type");
    volumes(w, &spec["volumes"], Place::POD);
    w.field(0, "QoS Class", status["qosClass"].show());
    labels(w, 0, "Node-Selectors", &spec["nodeSelector"]);
    scheduling::tolerations(w, 0, &spec["tolerations"]);
    scheduling::spread(w, &spec["topologySpreadConstraints"], Place::POD);
    scheduling::group(w, &spec["schedulingGroup"], Place::POD);
}

fn head(w: &mut Writer, metadata: &Json, spec: &Json) {
    w.field(0, "Name", metadata["name"].show());
    w.field(0, "Namespace", metadata["namespace"].show());
    optional(w, 0, "Priority", &spec["priority"]);
    optional(w, 0, "Priority Class Name", &spec["priorityClassName"]);
    optional(w, 0, "Runtime Class Name", &spec["runtimeClassName"]);
    optional(w, 0, "Service Account", &spec["serviceAccountName"]);
    let node = spec["nodeName"].show();
    w.field(0, "Node", if node.is_empty() { "<none>".into() } else { format!("{node}/") });
    labels(w, 0, "Labels", &metadata["labels"]);
    annotations(w, 0, &metadata["annotations"]);
}

fn conditions(w: &mut Writer, title: &str, conditions: &Json, name: &str) {
    if conditions.is_given() {
        w.line(0, format_args!("{title}:"));
        w.line(1, "Type\tStatus");
        conditions.items().iter().for_each(|it| w.line(1, format_args!("{} \t{} ", it[name].show(), it["status"].show_or("<none>"))));
    }
}
