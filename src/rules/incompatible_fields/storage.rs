//! Persistent volumes, storage classes and drivers.

use crate::diagnostic::{Fix, Incomplete, Reason};
use crate::pod::{Step, Value};
use crate::schema::ty;
use crate::text::meant;

use super::{Check, Report, declare_rule, rewrite, superfluous, text_or_empty};

declare_rule! {
    /// Fields of a PersistentVolume, a storage class or a driver that contradict each other.
    ///
    /// ## Why
    /// The API server rejects the object. For example, a `local` volume needs `nodeAffinity`, and `capacity` holds `storage` alone.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: PersistentVolume
    /// metadata:
    ///   name: data
    /// spec:
    ///   capacity:
    ///     storage: 10Gi
    ///   accessModes:
    ///   - ReadWriteOnce
    ///   local:
    ///     path: /mnt/data
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: PersistentVolume
    /// metadata:
    ///   name: data
    /// spec:
    ///   capacity:
    ///     storage: 10Gi
    ///   accessModes:
    ///   - ReadWriteOnce
    ///   local:
    ///     path: /mnt/data
    ///   nodeAffinity:
    ///     required:
    ///       nodeSelectorTerms:
    ///       - matchExpressions:
    ///         - key: kubernetes.io/hostname
    ///           operator: In
    ///           values:
    ///           - node-1
    /// ```
    ///
    /// ## Source
    /// `ValidatePersistentVolumeSpec`, `ValidateStorageClass`, `validateCSIDriverSpec`.
    INCOMPATIBLE_STORAGE_FIELDS = "incompatible-storage-fields", Error, [
        Check::Type(ty::PERSISTENT_VOLUME_SPEC, volume),
        Check::Type(ty::ISCSI_PERSISTENT_VOLUME_SOURCE, iscsi),
        Check::Type(ty::FLEX_PERSISTENT_VOLUME_SOURCE, super::volumes::flex),
        Check::Type(ty::STORAGE_CLASS, class),
        Check::Type(ty::CSI_DRIVER_SPEC, driver),
    ]
}

fn given<'m>(within: Value<'m>, field: &str) -> Option<Value<'m>> {
    within.entry(field).filter(|it| !it.is_null())
}

/// `ValidatePersistentVolumeSpec`
pub(super) fn volume<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let modes: Vec<_> = spec.list("accessModes").collect();
    let is = |mode: &Value<'m>, wanted: &str| mode.text().is_some_and(|text| text == wanted);
    let others = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"];
    if let Some(alone) = modes.iter().find(|mode| is(mode, "ReadWriteOncePod"))
        && modes.iter().any(|mode| others.iter().any(|other| is(mode, other)))
    {
        let path = spec.path_to("accessModes");
        report.on(*alone, Reason::Forbidden.of("`ReadWriteOncePod` cannot be combined with other access modes")).field = path;
    }
    let is_whole = spec.parent().is_some_and(|it| matches!(it.step(), Step::Object));
    if is_whole {
        capacity(spec, report);
    }
    if let Some(local) = given(spec, "local").filter(|_| is_whole && given(spec, "nodeAffinity").is_none() && report.reports_missing()) {
        let path = spec.path_to("nodeAffinity");
        let node = spec.node().id();
        let diagnostic = report.on_key(local, Reason::Required.of("a `local` volume requires `nodeAffinity`"));
        diagnostic.field = path;
        diagnostic.incomplete = Some(Incomplete::Node(node));
    }
    let recycles = spec.get("persistentVolumeReclaimPolicy").filter(|it| it.text().is_some_and(|text| text == "Recycle"));
    let root = spec.at(&["hostPath"]).and_then(|it| it.text_of("path")).is_some_and(|path| is_root(&path));
    if let Some(policy) = recycles.filter(|_| root) {
        report.on(policy, Reason::Forbidden.of("`Recycle` is not allowed for a `hostPath` of `/`"));
    }
    let class = given(spec, "volumeAttributesClassName").filter(|it| it.enforcement() == spec.enforcement());
    if let Some(class) = class.filter(|_| is_whole && given(spec, "csi").is_none() && report.reports_missing()) {
        let path = spec.path_to("csi");
        report.on_key(class, Reason::Required.of("`volumeAttributesClassName` requires `csi`")).field = path;
    }
}

/// `path.Clean` of the path is `/`.
fn is_root(path: &str) -> bool {
    path.starts_with('/')
        && path.split('/').try_fold(0u32, |depth, part| match part {
            "" | "." => Some(depth),
            ".." => Some(depth.saturating_sub(1)),
            _ => depth.checked_add(1),
        }) == Some(0)
}

/// It holds `storage`, and nothing else.
fn capacity<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(capacity) = spec.get("capacity").filter(|it| !it.is_absent()) else { return };
    let path = capacity.path();
    let other = capacity.children().find(|it| it.is_sound() && it.key_text().is_some_and(|key| key != "storage"));
    let has = capacity.children().any(|it| it.key_text().is_some_and(|key| key == "storage"));
    match other {
        Some(other) => {
            let message = if has { "`capacity` can have `storage` alone" } else { "`capacity` must have `storage`" };
            let diagnostic = report.on_key(other, Reason::Unsupported.of(message));
            diagnostic.field = path;
            if let Some(key) = other.key().filter(|key| !has && meant(&key.key_text(), ["storage"]).is_some()) {
                diagnostic.fixes.push(Fix::preferred("Rename to `storage`", vec![rewrite::rename(key, "storage")]));
            }
        }
        None if !has => report.missing(capacity, "storage", Reason::Unsupported.of("`capacity` must have `storage`")).field = path,
        None => {}
    }
}

/// `validateISCSIPersistentVolumeSource`
pub(super) fn iscsi<'m>(source: Value<'m>, report: &mut Report<'m>) {
    let asks = ["chapAuthDiscovery", "chapAuthSession"].into_iter().find(|field| source.is_true(field));
    if let Some(value) = asks.and_then(|field| source.get(field)).filter(|_| given(source, "secretRef").is_none()) {
        let path = source.path_to("secretRef");
        let name = value.field().map_or("", |field| field.name);
        if report.reports_missing() {
            report.on_key(value, Reason::Required.of(format!("`{name}` requires a `secretRef` with the CHAP credentials"))).field = path;
        }
    }
    let object = source.model().object(source.object());
    let portal = source.get("targetPortal").and_then(|it| Some((it, it.text()?)));
    if let (Some(name), Some((value, portal))) = (object.and_then(|it| it.name()), portal)
        && given(source, "initiatorName").is_some()
        && name.len() + 1 + portal.len() > 64
    {
        let message = "with `initiatorName`, the volume name and `targetPortal` together must have at most 63 characters";
        report.on(value, Reason::Invalid.of(message));
    }
}

/// `ValidateStorageClass`: no two terms are the same.
pub(super) fn class<'m>(class: Value<'m>, report: &mut Report<'m>) {
    let mut seen: Vec<Vec<(String, Vec<String>)>> = vec![];
    for term in class.list("allowedTopologies").filter(|it| it.is_sound() || it.is_null()) {
        let requirement = |it: Value<'m>| {
            let mut values: Vec<String> = it.list("values").filter_map(|value| Some(value.text()?.into_owned())).collect();
            values.sort_unstable();
            (text_or_empty(it, "key").unwrap_or_default().into_owned(), values)
        };
        let mut requirements: Vec<_> = term.list("matchLabelExpressions").map(requirement).collect();
        requirements.sort_unstable();
        // An empty one is for the server the same as none.
        if requirements.is_empty() || seen.contains(&requirements) {
            let path = term.path_to("matchLabelExpressions");
            report.on_key(term, Reason::Duplicate.of("another item of `allowedTopologies` says the same")).field = path;
        } else {
            seen.push(requirements);
        }
    }
}

/// `validateCSIDriverSpec`
pub(super) fn driver<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let mut seen = vec![];
    for request in spec.list("tokenRequests").filter(|it| it.is_sound()) {
        let Some(audience) = text_or_empty(request, "audience") else { continue };
        if seen.contains(&audience) {
            let site = request.get("audience").unwrap_or(request);
            let path = request.path_to("audience");
            report.on(site, Reason::Duplicate.of(format!("another token has the same audience {audience:?}"))).field = path;
        } else {
            seen.push(audience);
        }
    }
    let in_secrets = given(spec, "serviceAccountTokenInSecrets").filter(|it| it.enforcement() == spec.enforcement());
    if let Some(value) = in_secrets.filter(|_| !spec.gives("tokenRequests")) {
        superfluous(value, Reason::Invalid.of("`serviceAccountTokenInSecrets` requires `tokenRequests`"), report);
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn a_claim_without_a_copied_source() {
        let text = |source: &str| {
            format!(
                "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: a}}\nspec:\n  accessModes: [ReadWriteOnce]\n  resources: {{requests: {{storage: 1Gi}}}}\n{source}"
            )
        };
        check(&text("  dataSource: {kind: VolumeSnapshot, apiGroup: a/b}\n"));
        check(&text("  dataSource: {kind: PersistentVolumeClaim}\n  ^^^^^^^^^^ error[missing-field]: `name`\n"));
        check(&text("  dataSourceRef: {kind: A, namespace: ..}\n"));
    }

    #[test]
    fn volumes() {
        let text = |spec: &str| {
            format!("apiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: a}}\nspec:\n  accessModes: [ReadWriteOnce]\n{spec}")
        };
        check(&text("  capacity: {storage: 1Gi}\n  nfs: {server: a, path: /b}\n"));
        check(&text(
            "  capacity: {cpu: 1}\n             ^^^ error[incompatible-storage-fields]: `storage`\n  nfs: {server: a, path: /b}\n",
        ));
        check(&text(
            "  capacity: {storage: 1Gi}\n  nfs: {server: a, path: /b}\n  csi: {driver: a, volumeHandle: b}\n  ^^^ error[mutually-exclusive]\n",
        ));
    }
}
