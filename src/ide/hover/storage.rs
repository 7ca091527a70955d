//! On a volume or mount: who mounts it where, and how long it is kept.

use crate::pod::Value;
use crate::pod::refs;
use crate::pod::spec::{Mount, PodSpec, Volume};
use crate::rules::dead_since;
use crate::schema::facts::Target;
use crate::schema::ty;

use super::{Spot, describe};

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let (name, volume) = volume(spot)?;
    let spec = PodSpec::around(spot.value).or_else(|| {
        let object = spot.value.model().object(spot.value.object())?;
        PodSpec::of(object)
    })?;
    let what = match volume {
        Some(volume) if spec.replaced_volumes().any(|it| it.0 == volume) => {
            "replaced by the `volumeClaimTemplates` entry of this name".into()
        }
        Some(volume) if volume.is_a(ty::VOLUME) => kept(Volume(volume)),
        Some(template) => claim_template(template),
        None => "no volume of this name is defined here".into(),
    };
    let mut lines = vec![format!("**{name}** · {what}"), String::new()];
    let mut rows = vec![];
    for container in spec.containers() {
        for mount in container.mounts().filter(|it| it.name().is_some_and(|it| it == name)) {
            let access = [access(mount, volume), part(mount)].into_iter().flatten().collect::<Vec<_>>().join(", ");
            let label = container.label().replace('"', "");
            rows.push(format!("| {label} | {} | {access} |", mount.path().unwrap_or_default()));
        }
        for device in container.value.list("volumeDevices").filter(|it| it.text_of("name").is_some_and(|it| it == name)) {
            let access = if is_read_only(volume) { ", read-only" } else { "" };
            let path = device.text_of("devicePath").unwrap_or_default();
            rows.push(format!("| {} | {path} | block device{access} |", container.label().replace('"', "")));
        }
    }
    if rows.is_empty() {
        lines.push("No container mounts it.".into());
    } else {
        lines.push("| container | path | |\n|---|---|---|".into());
        let more = rows.len().saturating_sub(8);
        lines.extend(rows.into_iter().take(8));
        lines.extend((more > 0).then(|| format!("| and {more} more | | |")));
    }
    if let Some(field) = spot.value.field().filter(|field| field.name != "name" && spot.on_key) {
        lines.push(format!("\n{}", describe::short(field.doc)));
    }
    Some(lines.join("\n"))
}

/// The volume that the cursor is on, by its own name, by its source, or by a mount.
fn volume<'m>(spot: Spot<'m>) -> Option<(String, Option<Value<'m>>)> {
    let parent = spot.value.parent()?;
    let field = spot.value.field()?.name;
    if parent.is_a(ty::VOLUME_MOUNT) || parent.is_a(ty::VOLUME_DEVICE) {
        if !["name", "mountPath", "devicePath"].contains(&field) {
            return None;
        }
        let name = parent.text_of("name")?.into_owned();
        // A claim template, which comes last, replaces the volume of its name.
        let defined = refs::candidates(parent, Target::Volume).filter(|it| it.name == *name).last();
        return Some((name, defined.map(|it| it.owner)));
    }
    if parent.is_a(ty::VOLUME) {
        return Some((parent.text_of("name")?.into_owned(), Some(parent)));
    }
    let definition = refs::defined(spot.value).filter(|it| it.target == Target::Volume)?;
    Some((definition.name.into_owned(), Some(definition.owner)))
}

/// Whether a mount can be written to; `None` where a template fills that in.
fn access(mount: Mount<'_>, volume: Option<Value<'_>>) -> Option<String> {
    if mount.is_read_only() || is_read_only(volume) {
        return Some("read-only".to_owned());
    }
    let source = volume.filter(|it| it.is_a(ty::VOLUME)).and_then(|it| Volume(it).source());
    let is_certain = mount.0.is_certain_of("readOnly") && source.is_none_or(|(_, source)| source.is_certain_of("readOnly"));
    is_certain.then(|| "read and write".to_owned())
}

/// The part of the volume that is mounted.
fn part(mount: Mount<'_>) -> Option<String> {
    let part = ["subPath", "subPathExpr"].into_iter().find_map(|field| mount.0.text_of(field))?;
    Some(format!("only {}", describe::code(&part)))
}

const EMPTY_DIR: &str = "emptyDir: created empty with the Pod and deleted with it; files survive container restarts";

/// What a volume is made of, and how long it is kept.
fn kept(volume: Volume<'_>) -> String {
    let Some((field, source)) = volume.source() else {
        return if volume.0.node().is_open() { "its source is set by a template".into() } else { EMPTY_DIR.into() };
    };
    let named = |name: &str| source.text_of(name).map_or(String::new(), |it| format!(" {}", describe::code(&it)));
    if let Some(release) = dead_since(field.name) {
        return format!("{}: cannot be mounted since Kubernetes {release}", field.name);
    }
    match field.name {
        "emptyDir" => match source.text_of("medium").as_deref() {
            Some("Memory") => {
                "emptyDir in memory: created empty with the Pod and deleted with it; counts toward the memory of the containers".into()
            }
            Some(medium) if medium.starts_with("HugePages") => {
                "emptyDir on huge pages: created empty with the Pod and deleted with it; counts toward the huge pages limit".into()
            }
            _ => EMPTY_DIR.into(),
        },
        "gitRepo" => {
            "gitRepo: a clone in an emptyDir, deleted with the Pod; disabled by default since Kubernetes 1.33, cannot be enabled since 1.36"
                .into()
        }
        "ephemeral" => "ephemeral: a PersistentVolumeClaim created for this Pod and deleted with it".into(),
        "csi" => format!("inline volume of the CSI driver{}: created for this Pod and deleted with it", named("driver")),
        "flexVolume" => format!("volume of the FlexVolume driver{}, which decides whether the data persists", named("driver")),
        "hostPath" => format!("{} on the node: remains after the Pod is deleted; different on each node", named("path").trim_start()),
        "persistentVolumeClaim" => format!(
            "PersistentVolumeClaim{}: independent of the Pod; after the claim is deleted, the reclaim policy decides",
            named("claimName")
        ),
        "configMap" => format!(
            "files from the ConfigMap{}: read-only; updated when it changes, except with `subPath` or if it is immutable",
            named("name")
        ),
        "secret" => format!(
            "files from the Secret{}: read-only, in memory; updated when it changes, except with `subPath` or if it is immutable",
            named("secretName")
        ),
        "projected" => "projected volume: files from several sources, read-only".into(),
        "downwardAPI" => "downward API: fields of the Pod as files, read-only".into(),
        "image" => format!("files of the image{}: read-only", named("reference")),
        other => format!("{other}: external storage that outlives the Pod"),
    }
}

/// What becomes of the claims that a StatefulSet makes (`updateClaimOwnerRefForSetAndPod`).
fn claim_template(template: Value<'_>) -> String {
    const OWN: &str = "volumeClaimTemplates: each Pod gets its own PersistentVolumeClaim";
    let set = template.ancestors().find(|it| it.is_a(ty::STATEFUL_SET_SPEC));
    if set.is_some_and(|set| !set.is_certain_of("persistentVolumeClaimRetentionPolicy")) {
        return OWN.into();
    }
    let policy = set.and_then(|set| set.get("persistentVolumeClaimRetentionPolicy"));
    let deletes = |field: &str| policy.is_some_and(|it| it.text_of(field).is_some_and(|it| it == "Delete"));
    let fate = match (deletes("whenScaled"), deletes("whenDeleted")) {
        (false, false) => "which is retained when the Pod or the StatefulSet is deleted",
        (true, false) => "which is retained when the Pod is replaced or the StatefulSet is deleted, but not when it is scaled down",
        (false, true) => "which is retained when the Pod is replaced or the StatefulSet is scaled down, but not when it is deleted",
        (true, true) => "which is retained when the Pod is replaced, but not when the StatefulSet is scaled down or deleted",
    };
    format!("{OWN}, {fate}")
}

fn is_read_only(volume: Option<Value<'_>>) -> bool {
    volume.filter(|it| it.is_a(ty::VOLUME)).is_some_and(|it| Volume(it).is_read_only())
}
