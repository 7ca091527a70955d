//! Deployments, ReplicaSets, ReplicationControllers, StatefulSets and DaemonSets.

use serde_json::Value as Json;

use super::create::CREATED;
use super::json::Read;
use super::metadata::{annotations, controller, labels, on_a_line, selector, selector_or_none};
use super::template::{self, optional};
use super::volume::storage_class;
use super::writer::Writer;

const NO_PODS: &str = "0 Running / 0 Waiting / 0 Succeeded / 0 Failed";

pub(super) fn deployment(w: &mut Writer, object: &Json) {
    let (metadata, spec) = (&object["metadata"], &object["spec"]);
    name(w, metadata);
    w.field(0, "CreationTimestamp", CREATED);
    labels_and_annotations(w, metadata);
    w.field(0, "Selector", selector(&spec["selector"]));
    w.field(0, "Replicas", format_args!("{} desired | 0 updated | 0 total | 0 available | 0 unavailable", spec["replicas"].show()));
    w.field(0, "StrategyType", spec["strategy"]["type"].show());
    w.field(0, "MinReadySeconds", spec["minReadySeconds"].show_or("0"));
    let update = &spec["strategy"]["rollingUpdate"];
    if update.is_object() {
        let (unavailable, surge) = (update["maxUnavailable"].show(), update["maxSurge"].show());
        w.field(0, "RollingUpdateStrategy", format_args!("{unavailable} max unavailable, {surge} max surge"));
    }
    template::section(w, &spec["template"]);
}

pub(super) fn replica_set(w: &mut Writer, object: &Json) {
    let (metadata, spec) = (&object["metadata"], &object["spec"]);
    name(w, metadata);
    w.field(0, "Selector", selector_or_none(&spec["selector"]));
    labels_and_annotations(w, metadata);
    controller(w, object);
    replicas(w, spec);
    template::section(w, &spec["template"]);
}

pub(super) fn replication_controller(w: &mut Writer, object: &Json) {
    let (metadata, spec) = (&object["metadata"], &object["spec"]);
    name(w, metadata);
    w.field(0, "Selector", on_a_line(&spec["selector"]));
    labels_and_annotations(w, metadata);
    replicas(w, spec);
    template::section(w, &spec["template"]);
}

pub(super) fn stateful_set(w: &mut Writer, object: &Json) {
    let (metadata, spec) = (&object["metadata"], &object["spec"]);
    name(w, metadata);
    w.field(0, "CreationTimestamp", CREATED);
    w.field(0, "Selector", selector(&spec["selector"]));
    labels_and_annotations(w, metadata);
    optional(w, 0, "Service Name", &spec["serviceName"]);
    optional(w, 0, "Pod Management Policy", &spec["podManagementPolicy"]);
    w.field(0, "Replicas", format_args!("{} desired | 0 total", spec["replicas"].show()));
    w.field(0, "Update Strategy", spec["updateStrategy"]["type"].show());
    let update = &spec["updateStrategy"]["rollingUpdate"];
    if !update["partition"].is_null() {
        w.field(1, "Partition", update["partition"].show());
        optional(w, 1, "MaxUnavailable", &update["maxUnavailable"]);
    }
    let policy = &spec["persistentVolumeClaimRetentionPolicy"];
    w.line(0, "Persistent Volume Claim Retention Policy:");
    w.field(1, "WhenDeleted", policy["whenDeleted"].show());
    w.field(1, "WhenScaled", policy["whenScaled"].show());
    w.field(0, "Pods Status", NO_PODS);
    template::section(w, &spec["template"]);
    claims(w, &spec["volumeClaimTemplates"]);
}

pub(super) fn daemon_set(w: &mut Writer, object: &Json) {
    let (metadata, spec) = (&object["metadata"], &object["spec"]);
    name(w, metadata);
    w.field(0, "Selector", selector(&spec["selector"]));
    w.field(0, "Node-Selector", on_a_line(&spec["template"]["spec"]["nodeSelector"]));
    labels_and_annotations(w, metadata);
    for count in [
        "Desired Number of Nodes Scheduled",
        "Current Number of Nodes Scheduled",
        "Number of Nodes Scheduled with Up-to-date Pods",
        "Number of Nodes Scheduled with Available Pods",
        "Number of Nodes Misscheduled",
    ] {
        w.line(0, format_args!("{count}: 0"));
    }
    w.field(0, "Pods Status", NO_PODS);
    template::section(w, &spec["template"]);
}

/// Name and namespace.
pub(super) fn name(w: &mut Writer, metadata: &Json) {
    w.field(0, "Name", metadata["name"].show());
    w.field(0, "Namespace", metadata["namespace"].show());
}

pub(super) fn labels_and_annotations(w: &mut Writer, metadata: &Json) {
    labels(w, 0, "Labels", &metadata["labels"]);
    annotations(w, 0, &metadata["annotations"]);
}

fn replicas(w: &mut Writer, spec: &Json) {
    w.field(0, "Replicas", format_args!("0 current / {} desired", spec["replicas"].show()));
    w.field(0, "Pods Status", NO_PODS);
}

fn claims(w: &mut Writer, claims: &Json) {
    if !claims.is_given() {
        return w.field(0, "Volume Claims", "<none>");
    }
    w.line(0, "Volume Claims:");
    for claim in claims.items() {
        let (metadata, spec) = (&claim["metadata"], &claim["spec"]);
        w.field(1, "Name", metadata["name"].show());
        w.field(1, "StorageClass", storage_class(metadata, spec));
        for (title, field) in [("Labels", "labels"), ("Annotations", "annotations")] {
            labels(w, 1, title, &metadata[field]);
        }
        w.field(1, "Capacity", spec["resources"]["requests"]["storage"].show_or("<default>"));
        w.field(1, "Access Modes", spec["accessModes"].show_or("[]"));
    }
}
