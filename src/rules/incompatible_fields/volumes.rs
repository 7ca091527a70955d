//! Volumes and claims.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::diagnostic::{Fix, Related};
use crate::pod::Value;
use crate::pod::quantity::Quantity;
use crate::pod::spec::PodSpec;
use crate::schema::Release;

use super::{Report, lacking, rewrite};

/// `validateFCVolumeSource`
pub(super) fn fibre_channel<'m>(source: Value<'m>, report: &mut Report<'m>) {
    if !source.gives("targetWWNs") || source.gives("wwids") {
        return;
    }
    match source.get("lun") {
        None if source.entry("lun").is_none_or(Value::is_null) => {
            lacking(source, "lun", "`targetWWNs` need a `lun` (Required value)", report);
            if let Some(lun) = source.entry("lun") {
                report.on_key(lun, "`targetWWNs` need a `lun` (Required value)");
            }
        }
        Some(lun) if lun.int().is_some_and(|number| !(0..=255).contains(&number)) => {
            report.on(lun, "`lun` must be from 0 to 255 (Invalid value)");
        }
        _ => {}
    }
}

/// `validateImageVolumeSource`: before 1.37 only in a Pod, not in templates.
pub(super) fn image<'m>(image: Value<'m>, report: &mut Report<'m>) {
    let is_of_pod = PodSpec::around(image).is_some_and(PodSpec::is_of_pod);
    if is_of_pod && image.model().release() < Release::V1_37 && !image.gives("reference") {
        lacking(image, "reference", "`reference` is missing (Required value)", report);
    }
}

/// `ValidatePersistentVolumeClaimSpec`, `validateDataSource`
pub(super) fn claim<'m>(claim: Value<'m>, report: &mut Report<'m>) {
    let modes: Vec<_> = claim.list("accessModes").collect();
    let alone = modes.iter().find(|mode| mode.text().is_some_and(|text| text == "ReadWriteOncePod"));
    if let Some(mode) = alone.filter(|_| modes.len() > 1) {
        let path = claim.path_to("accessModes");
        report.on(*mode, "`ReadWriteOncePod` cannot stand beside other access modes (Forbidden)").field = path;
    }
    if let Some(resources) = claim.get("resources") {
        storage(resources, report);
    }
    for field in ["dataSource", "dataSourceRef"] {
        let Some(source) = claim.get(field) else { continue };
        let core = source.entry("apiGroup").is_none_or(Value::is_absent);
        if let Some(kind) =
            source.get("kind").filter(|kind| core && kind.text().is_some_and(|text| !text.is_empty() && text != "PersistentVolumeClaim"))
        {
            let path = source.path();
            let message = "without `apiGroup` the kind can only be `PersistentVolumeClaim` (Invalid value); snapshots are of `snapshot.storage.k8s.io`";
            report.on(kind, message).field = path;
        }
    }
}

fn storage<'m>(resources: Value<'m>, report: &mut Report<'m>) {
    let Some(requests) = resources.get("requests").filter(|it| !it.is_absent()) else { return };
    let path = resources.path();
    let storage = requests.children().find(|it| it.key_text().as_deref() == Some("storage"));
    match storage {
        None => {
            let diagnostic = report.missing(requests, "storage", "the claim must say how much `storage` it wants (Required value)");
            diagnostic.field = path;
            let near = requests.children().filter_map(Value::key).find(|key| strsim::osa_distance(&key.key_text(), "storage") <= 2);
            diagnostic.fixes.extend(near.map(|key| Fix::preferred("Rename to `storage`", vec![rewrite::rename(key, "storage")])));
        }
        Some(amount) => {
            let quantity = if amount.is_null() { Some(Quantity::ZERO) } else { amount.text().and_then(|text| Quantity::parse(&text).ok()) };
            if quantity.is_some_and(|quantity| quantity <= Quantity::ZERO) {
                report.on(amount, "the `storage` of a claim must be greater than zero (Invalid value)").field = path;
            }
        }
    }
}

/// `validateProjectionSources`: no two sources may write one file.
pub(super) fn projected<'m>(volume: Value<'m>, report: &mut Report<'m>) {
    let mut seen: HashMap<Cow<'m, str>, Value<'m>> = HashMap::new();
    for source in volume.list("sources").filter(|source| source.is_sound()) {
        for target in source.children().filter(|it| it.is_sound() && it.enforcement() == volume.enforcement()) {
            let own = ["path", "credentialBundlePath", "keyPath", "certificateChainPath"].into_iter().filter_map(|field| target.get(field));
            for path in own.chain(target.list("items").filter_map(|item| item.get("path"))) {
                let Some(text) = path.text().filter(|text| !text.is_empty()) else { continue };
                let Some(first) = seen.get(&text).copied() else {
                    seen.insert(text, path);
                    continue;
                };
                let field = volume.path();
                let token = |path: Value<'m>| path.parent().is_some_and(|it| it.is_a("ServiceAccountTokenProjection"));
                // With a token in it the server only warns.
                let warned = token(path) || token(first);
                let words = if warned { "the server warns: overlapping paths" } else { "Invalid value: conflicting duplicate paths" };
                let diagnostic = report.on(path, format!("two sources write to `{text}` ({words})"));
                if warned {
                    diagnostic.severity = crate::diagnostic::Severity::Warning;
                }
                diagnostic.field = field;
                diagnostic.related.push(Related { range: first.range(), message: "the first one".to_owned() });
            }
        }
    }
}
