//! What the API server fills in (`SetDefaults_…` of its packages `core/v1`, `apps/v1` and `batch/v1`).

use serde_json::{Value as Json, json};

use crate::pod::image::Reference;
use crate::schema::Release;

use super::json::{Read, default, default_pointer, items_mut, within};
use super::{place, resources};

/// Sets the defaults of an object.
pub(super) fn set(kind: &str, object: &mut Json, release: Release) {
    match kind {
        "Pod" => pod(object),
        "ReplicationController" => replication_controller(object),
        "Deployment" => within(object, "spec").into_iter().for_each(deployment),
        "ReplicaSet" => within(object, "spec").into_iter().for_each(|spec| default_pointer(spec, "replicas", 1)),
        "StatefulSet" => within(object, "spec").into_iter().for_each(|spec| stateful_set(spec, release)),
        "DaemonSet" => within(object, "spec").into_iter().for_each(daemon_set),
        "Job" => within(object, "spec").into_iter().for_each(job),
        "CronJob" => within(object, "spec").into_iter().for_each(cron_job),
        _ => {}
    }
    if let Some(spec) = place::pod_spec_mut(kind, object) {
        pod_spec(spec);
    }
}

fn pod(pod: &mut Json) {
    let Some(spec) = within(pod, "spec") else { return };
    for list in ["initContainers", "containers"] {
        items_mut(spec, list).for_each(|container| {
            if let Some(of_container) = container.get_mut("resources") {
                resources::requests_from_limits(of_container);
            }
        });
    }
    default_pointer(spec, "enableServiceLinks", true);
    if spec["terminationGracePeriodSeconds"].int() < 0 {
        spec["terminationGracePeriodSeconds"] = 1.into();
    }
    if spec["hostNetwork"].is_true() {
        for list in ["initContainers", "containers"] {
            items_mut(spec, list).for_each(host_ports);
        }
    }
}

/// In the network of the node a container port is a port of the node.
fn host_ports(container: &mut Json) {
    for port in items_mut(container, "ports") {
        if port["hostPort"].int() == 0 {
            let number = port["containerPort"].clone();
            default_or_zero(port, "hostPort", number);
        }
    }
}

fn pod_spec(spec: &mut Json) {
    for (field, other) in [("serviceAccountName", "serviceAccount"), ("serviceAccount", "serviceAccountName")] {
        let account = spec[other].clone();
        if account.is_given() {
            default(spec, field, account);
        }
    }
    if spec["serviceAccountName"].is_given() {
        spec["serviceAccount"] = spec["serviceAccountName"].clone();
    }
    default(spec, "dnsPolicy", "ClusterFirst");
    default(spec, "restartPolicy", "Always");
    default_pointer(spec, "securityContext", json!({}));
    default_pointer(spec, "terminationGracePeriodSeconds", 30);
    default(spec, "schedulerName", "default-scheduler");
    items_mut(spec, "volumes").for_each(volume);
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        items_mut(spec, list).for_each(container);
    }
}

fn container(container: &mut Json) {
    let image = container["image"].text();
    // As for the server, the tag of an image that it cannot read is empty.
    let pull = if Reference::parse(image).is_some_and(Reference::is_latest) { "Always" } else { "IfNotPresent" };
    default(container, "imagePullPolicy", pull);
    default(container, "terminationMessagePath", "/dev/termination-log");
    default(container, "terminationMessagePolicy", "File");
    items_mut(container, "ports").for_each(|port| default(port, "protocol", "TCP"));
    for variable in items_mut(container, "env") {
        if let Some(field) = variable.pointer_mut("/valueFrom/fieldRef") {
            default(field, "apiVersion", "v1");
        }
        if let Some(key) = variable.pointer_mut("/valueFrom/fileKeyRef") {
            default_pointer(key, "optional", false);
        }
    }
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        container.get_mut(name).into_iter().for_each(probe);
    }
    for hook in ["/lifecycle/postStart/httpGet", "/lifecycle/preStop/httpGet"] {
        container.pointer_mut(hook).into_iter().for_each(http_get);
    }
}

fn probe(probe: &mut Json) {
    for (field, value) in [("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)] {
        default_or_zero(probe, field, value.into());
    }
    probe.get_mut("httpGet").into_iter().for_each(http_get);
    if let Some(grpc) = probe.get_mut("grpc") {
        default_pointer(grpc, "service", "");
    }
}

fn http_get(action: &mut Json) {
    default(action, "path", "/");
    default(action, "scheme", "HTTP");
}

/// The defaults of the fields of volume sources that are plain values: source, field, value.
const SOURCES: &[(&str, &str, &str)] = &[
    ("iscsi", "iscsiInterface", "default"),
    ("rbd", "pool", "rbd"),
    ("rbd", "user", "admin"),
    ("rbd", "keyring", "/etc/ceph/keyring"),
    ("scaleIO", "storageMode", "ThinProvisioned"),
    ("scaleIO", "fsType", "xfs"),
];
const DEFAULT_MODE: i64 = 0o644;

fn volume(volume: &mut Json) {
    let is_empty = volume.entries().all(|(field, value)| field == "name" || value.is_null());
    if is_empty {
        default_pointer(volume, "emptyDir", json!({}));
    }
    for (source, field, value) in SOURCES {
        volume.get_mut(*source).into_iter().for_each(|it| default(it, field, *value));
    }
    for source in ["secret", "configMap", "downwardAPI", "projected"] {
        volume.get_mut(source).into_iter().for_each(|it| default_pointer(it, "defaultMode", DEFAULT_MODE));
    }
    if let Some(disk) = volume.get_mut("azureDisk") {
        default_pointer(disk, "cachingMode", "ReadWrite");
        default_pointer(disk, "fsType", "ext4");
        default_pointer(disk, "readOnly", false);
        default_pointer(disk, "kind", "Shared");
    }
    volume.get_mut("hostPath").into_iter().for_each(|it| default_pointer(it, "type", ""));
    volume.get_mut("downwardAPI").into_iter().for_each(downward_api);
    if let Some(projected) = volume.get_mut("projected") {
        for source in items_mut(projected, "sources") {
            source.get_mut("downwardAPI").into_iter().for_each(downward_api);
            source.get_mut("serviceAccountToken").into_iter().for_each(|it| default_pointer(it, "expirationSeconds", 3600));
        }
    }
    if let Some(spec) = volume.pointer_mut("/ephemeral/volumeClaimTemplate/spec") {
        default_pointer(spec, "volumeMode", "Filesystem");
    }
    if let Some(image) = volume.get_mut("image") {
        let latest = Reference::parse(image["reference"].text()).is_some_and(Reference::is_latest);
        default(image, "pullPolicy", if latest { "Always" } else { "IfNotPresent" });
    }
}

fn downward_api(source: &mut Json) {
    for item in items_mut(source, "items") {
        item.get_mut("fieldRef").into_iter().for_each(|it| default(it, "apiVersion", "v1"));
    }
}

fn replication_controller(controller: &mut Json) {
    let labels = controller["spec"]["template"]["metadata"]["labels"].clone();
    let Some(spec) = within(controller, "spec") else { return };
    default_pointer(spec, "replicas", 1);
    if labels.is_given() {
        if !spec["selector"].is_given() {
            spec["selector"] = labels.clone();
        }
        set_labels(controller, labels);
    }
}

/// Gives an object without labels those of its template.
pub(super) fn set_labels(object: &mut Json, labels: Json) {
    if let Some(metadata) = within(object, "metadata")
        && !metadata["labels"].is_given()
    {
        metadata["labels"] = labels;
    }
}

fn deployment(spec: &mut Json) {
    default_pointer(spec, "replicas", 1);
    let Some(strategy) = within(spec, "strategy") else { return };
    default(strategy, "type", "RollingUpdate");
    if strategy["type"] == "RollingUpdate"
        && let Some(update) = within(strategy, "rollingUpdate")
    {
        default_pointer(update, "maxUnavailable", "25%");
        default_pointer(update, "maxSurge", "25%");
    }
}

fn stateful_set(spec: &mut Json, release: Release) {
    default_pointer(spec, "replicas", 1);
    default(spec, "podManagementPolicy", "OrderedReady");
    if let Some(strategy) = within(spec, "updateStrategy") {
        if !strategy["type"].is_given() {
            strategy["type"] = "RollingUpdate".into();
            default_pointer(strategy, "rollingUpdate", json!({}));
        }
        if strategy["type"] == "RollingUpdate"
            && let Some(update) = strategy.get_mut("rollingUpdate")
        {
            default_pointer(update, "partition", 0);
            // The gate MaxUnavailableStatefulSet.
            if release >= Release::V1_37 {
                default_pointer(update, "maxUnavailable", 1);
            }
        }
    }
    if let Some(policy) = within(spec, "persistentVolumeClaimRetentionPolicy") {
        default(policy, "whenDeleted", "Retain");
        default(policy, "whenScaled", "Retain");
    }
    for claim in items_mut(spec, "volumeClaimTemplates") {
        within(claim, "spec").into_iter().for_each(|spec| default_pointer(spec, "volumeMode", "Filesystem"));
    }
}

fn daemon_set(spec: &mut Json) {
    let Some(strategy) = within(spec, "updateStrategy") else { return };
    default(strategy, "type", "RollingUpdate");
    if strategy["type"] == "RollingUpdate"
        && let Some(update) = within(strategy, "rollingUpdate")
    {
        default_pointer(update, "maxUnavailable", 1);
        default_pointer(update, "maxSurge", 0);
    }
}

fn job(spec: &mut Json) {
    if spec["completions"].is_null() && spec["parallelism"].is_null() {
        default_pointer(spec, "completions", 1);
    }
    default_pointer(spec, "parallelism", 1);
    let retries = if spec["backoffLimitPerIndex"].is_null() { 6 } else { i64::from(i32::MAX) };
    default_pointer(spec, "backoffLimit", retries);
    default_pointer(spec, "completionMode", "NonIndexed");
    default_pointer(spec, "suspend", false);
    default_pointer(spec, "manualSelector", false);
}

fn cron_job(spec: &mut Json) {
    default(spec, "concurrencyPolicy", "Allow");
    default_pointer(spec, "suspend", false);
    default_pointer(spec, "successfulJobsHistoryLimit", 3);
    default_pointer(spec, "failedJobsHistoryLimit", 1);
}

/// Sets a number that is absent or 0, which is the zero of a field that is no pointer.
fn default_or_zero(object: &mut Json, field: &str, value: Json) {
    if let Some(object) = object.as_object_mut() {
        let entry = object.entry(field).or_insert(Json::Null);
        if entry.is_null() || *entry == 0 {
            *entry = value;
        }
    }
}
