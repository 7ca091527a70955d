//! What the API server does to an object when it is created, beside its defaults: names, generated labels, status
//! (`PrepareForCreate` of the strategies).

use serde_json::{Map, Value as Json, json};

use crate::schema::Release;

use super::defaults;
use super::json::{Read, default, items_mut, within};
use super::{place, resources};

/// What only the cluster decides, as it is shown.
pub(super) const UID: &str = "<uid>";
/// The time at which the object is created, as it is shown.
pub(super) const CREATED: &str = "<creation time>";
/// The end of a generated name: five random letters and digits.
const SUFFIX: &str = "xxxxx";
/// What remains of `generateName` is at most this long.
const MAX_PREFIX: usize = 58;

/// Makes of what a manifest says what a client reads right after the object was created.
pub(super) fn create(kind: &str, mut object: Json, release: Release) -> Json {
    if kind == "Pod"
        && let Some(spec) = within(&mut object, "spec")
        && !spec["serviceAccount"].is_given()
    {
        // By admission: the rest of that needs the cluster.
        default(spec, "serviceAccountName", "default");
    }
    defaults::set(kind, &mut object, release);
    if let Some(metadata) = within(&mut object, "metadata") {
        set_metadata(metadata);
    }
    match kind {
        "Pod" => pod(&mut object, release),
        "DaemonSet" => daemon_set(&mut object),
        "Job" => job(&mut object),
        _ => {}
    }
    object
}

fn set_metadata(metadata: &mut Json) {
    default(metadata, "namespace", "default");
    let prefix = metadata["generateName"].text();
    let end = (0..=MAX_PREFIX.min(prefix.len())).rev().find(|at| prefix.is_char_boundary(*at)).unwrap_or_default();
    let generated = format!("{}{SUFFIX}", &prefix[..end]);
    if !prefix.is_empty() {
        default(metadata, "name", generated);
    }
    if let Some(metadata) = metadata.as_object_mut() {
        for dropped in ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"] {
            metadata.remove(dropped);
        }
        metadata.insert("uid".into(), UID.into());
        metadata.insert("creationTimestamp".into(), CREATED.into());
        metadata.insert("resourceVersion".into(), "<resource version>".into());
        metadata.insert("generation".into(), 1.into());
    }
}

fn pod(pod: &mut Json, release: Release) {
    let labels = pod["metadata"]["labels"].clone();
    let Some(spec) = within(pod, "spec") else { return };
    // The gate MatchLabelKeysInPodTopologySpreadSelectorMerge.
    if release >= Release::V1_34 {
        items_mut(spec, "topologySpreadConstraints").for_each(|constraint| merge_label_keys(constraint, &labels));
    }
    resources::of_pod(spec, release);
    let qos_class = resources::qos_class(spec);
    let conditions = if spec["schedulingGates"].is_given() { json!([{ "type": "PodScheduled", "status": "False" }]) } else { json!([]) };
    pod["status"] = json!({ "phase": "Pending", "qosClass": qos_class, "conditions": conditions });
}

/// What `matchLabelKeys` names becomes a part of the selector.
fn merge_label_keys(constraint: &mut Json, labels: &Json) {
    let keys: Vec<Json> = constraint["matchLabelKeys"].items().to_vec();
    if !constraint["labelSelector"].is_object() || keys.is_empty() {
        return;
    }
    let selector = &mut constraint["labelSelector"];
    let mut expressions = selector["matchExpressions"].items().to_vec();
    let merged = keys.iter().filter(|key| !labels[key.text()].is_null());
    expressions.extend(merged.map(|key| json!({ "key": key, "operator": "In", "values": [labels[key.text()]] })));
    selector["matchExpressions"] = expressions.into();
}

/// In `apps/v1` the generation of the template is an annotation.
fn daemon_set(set: &mut Json) {
    const GENERATION: &str = "deprecated.daemonset.template.generation";
    let annotations = within(set, "metadata").and_then(|metadata| within(metadata, "annotations"));
    if let Some(Json::Object(annotations)) = annotations {
        let given = annotations.get(GENERATION).and_then(|it| it.text().parse::<i64>().ok());
        annotations.insert(GENERATION.into(), given.unwrap_or_default().max(1).to_string().into());
    }
}

/// A Job selects its Pods by generated labels, unless `manualSelector` is set; one without labels has those of its template.
fn job(job: &mut Json) {
    let name = job["metadata"]["name"].clone();
    let is_manual = job["spec"]["manualSelector"].is_true();
    if !is_manual && let Some(spec) = within(job, "spec") {
        let selector = within(spec, "selector").and_then(|selector| within(selector, "matchLabels"));
        if let Some(Json::Object(labels)) = selector {
            labels.entry("batch.kubernetes.io/controller-uid").or_insert_with(|| UID.into());
        }
        let labels = within(spec, "template").and_then(|it| within(it, "metadata")).and_then(|it| within(it, "labels"));
        if let Some(Json::Object(labels)) = labels {
            for (key, value) in [("job-name", &name), ("controller-uid", &Json::from(UID))] {
                labels.entry(key).or_insert_with(|| value.clone());
                labels.entry(format!("batch.kubernetes.io/{key}")).or_insert_with(|| value.clone());
            }
        }
    }
    let labels = place::pod_template("Job", job)["metadata"]["labels"].clone();
    defaults::set_labels(job, if labels.is_given() { labels } else { Json::Object(Map::new()) });
}

/// The object without what only a cluster decides.
pub(super) fn without_identity(mut object: Json) -> Json {
    if let Some(Json::Object(metadata)) = object.get_mut("metadata") {
        ["uid", "creationTimestamp", "resourceVersion", "generation"].iter().for_each(|field| _ = metadata.remove(*field));
    }
    if let Some(object) = object.as_object_mut() {
        object.remove("status");
    }
    object
}
