//! Volumes and claims.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::diagnostic::{Fix, Incomplete, Reason, Related};
use crate::pod::quantity::Quantity;
use crate::pod::spec::PodSpec;
use crate::pod::{Enforcement, Step, Value};
use crate::schema::{Release, ty};
use crate::text::meant;

use super::{Check, Report, declare_rule, lacking, rewrite, text_or_empty};

declare_rule! {
    /// Fields of a volume or PersistentVolumeClaim that contradict each other.
    ///
    /// ## Why
    /// The API server rejects the object. `ReadWriteOncePod` cannot be combined with other access modes, CHAP authentication of an iSCSI
    /// volume requires a `secretRef`, and the options of a FlexVolume must not have reserved prefixes.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     volumeMounts:
    ///     - name: data
    ///       mountPath: /data
    ///   volumes:
    ///   - name: data
    ///     ephemeral:
    ///       volumeClaimTemplate:
    ///         spec:
    ///           accessModes:
    ///           - ReadWriteOncePod
    ///           - ReadWriteOnce
    ///           resources:
    ///             requests:
    ///               storage: 1Gi
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     volumeMounts:
    ///     - name: data
    ///       mountPath: /data
    ///   volumes:
    ///   - name: data
    ///     ephemeral:
    ///       volumeClaimTemplate:
    ///         spec:
    ///           accessModes:
    ///           - ReadWriteOncePod
    ///           resources:
    ///             requests:
    ///               storage: 1Gi
    /// ```
    ///
    /// ## Source
    /// `validateAzureDisk`, `validateFCVolumeSource`, `validateFlexVolumeSource`, `validateISCSIVolumeSource`,
    /// `ValidatePersistentVolumeClaimSpec`, `validateProjectionSources`.
    INCOMPATIBLE_VOLUME_FIELDS = "incompatible-volume-fields", Error, [
        Check::Type(ty::AZURE_DISK_VOLUME_SOURCE, azure_disk),
        Check::Type(ty::FC_VOLUME_SOURCE, fibre_channel),
        Check::Type(ty::FLEX_VOLUME_SOURCE, flex),
        Check::Type(ty::ISCSI_VOLUME_SOURCE, iscsi),
        Check::Type(ty::IMAGE_VOLUME_SOURCE, image),
        Check::Type(ty::PERSISTENT_VOLUME_CLAIM_SPEC, claim),
        Check::Type(ty::PROJECTED_VOLUME_SOURCE, projected),
    ]
}

/// `validateFCVolumeSource`
pub(super) fn fibre_channel<'m>(source: Value<'m>, report: &mut Report<'m>) {
    if !source.gives("targetWWNs") || source.gives("wwids") {
        return;
    }
    match source.get("lun") {
        None if source.entry("lun").is_none_or(Value::is_null) => {
            lacking(source, "lun", Reason::Required.of("`targetWWNs` requires `lun`"), report);
            if let Some(lun) = source.entry("lun") {
                report.on_key(lun, Reason::Required.of("`targetWWNs` requires `lun`"));
            }
        }
        Some(lun) if lun.int().is_some_and(|number| !(0..=255).contains(&number)) => {
            report.on(lun, Reason::Invalid.of("`lun` must be from 0 to 255"));
        }
        _ => {}
    }
}

/// `validateISCSIVolumeSource`
pub(super) fn iscsi<'m>(source: Value<'m>, report: &mut Report<'m>) {
    let asks = ["chapAuthDiscovery", "chapAuthSession"].into_iter().find(|field| source.is_true(field));
    let secret = source.entry("secretRef");
    if let (Some(field), true) = (asks, secret.is_none_or(Value::is_null)) {
        let message = Reason::Required.of(format!("`{field}` requires a `secretRef` with the CHAP credentials"));
        let path = source.path_to("secretRef");
        match (secret, source.get(field)) {
            (Some(secret), _) if report.reports_missing() => report.on(secret, message).field = path,
            (None, Some(value)) if report.reports_missing() => {
                let diagnostic = report.on_key(value, message);
                diagnostic.field = path;
                diagnostic.incomplete = Some(Incomplete::Node(source.node().id()));
            }
            _ => {}
        }
    }
    let named = source.parent().and_then(|volume| volume.get("name")).filter(|_| source.get("initiatorName").is_some());
    if let (Some(name), Some(portal)) = (named, source.text_of("targetPortal"))
        && name.text().is_some_and(|name| name.len() + 1 + portal.len() > 64)
    {
        let path = name.path();
        let message =
            Reason::Invalid.of("with `initiatorName`, the volume name and `targetPortal` together must have at most 63 characters");
        report.on(source.get("targetPortal").unwrap_or(name), message).field = path;
    }
}

/// `validateFlexVolumeSource`
pub(super) fn flex<'m>(source: Value<'m>, report: &mut Report<'m>) {
    for option in source.list("options") {
        let Some(key) = option.key_text() else { continue };
        let namespace = format!(".{}", key.split('/').next().unwrap_or_default().to_ascii_lowercase());
        if [".kubernetes.io", ".k8s.io"].iter().any(|end| namespace.ends_with(end)) {
            report.on_key(option, Reason::Invalid.of("the prefixes `kubernetes.io` and `k8s.io` are reserved; use another one"));
        }
    }
}

/// `validateAzureDisk`
pub(super) fn azure_disk<'m>(disk: Value<'m>, report: &mut Report<'m>) {
    let Some(kind) = text_or_empty(disk, "kind") else { return };
    let start = match &*kind {
        "Managed" => "/subscriptions/",
        "" | "Shared" | "Dedicated" => "https://",
        _ => return,
    };
    let uri = disk.get("diskURI").and_then(|uri| Some((uri, uri.text()?)));
    if let Some((uri, _)) = uri.filter(|(_, text)| !text.is_empty() && !text.starts_with(start)) {
        let kind = if kind.is_empty() { "Shared" } else { &kind };
        let message = Reason::Unsupported.of(format!("the `diskURI` of a disk of kind `{kind}` must begin with `{start}`"));
        report.on(uri, message);
    }
}

/// `validateImageVolumeSource`: before 1.37 only in a Pod, not in templates.
pub(super) fn image<'m>(image: Value<'m>, report: &mut Report<'m>) {
    let is_of_pod = PodSpec::around(image).is_some_and(PodSpec::is_of_pod);
    if is_of_pod && image.model().release() < Release::V1_37 && !image.gives("reference") {
        lacking(image, "reference", Reason::Required.of("`reference` is missing"), report);
    }
}

/// `ValidatePersistentVolumeClaimSpec`, `validateDataSource`
pub(super) fn claim<'m>(claim: Value<'m>, report: &mut Report<'m>) {
    let modes: Vec<_> = claim.list("accessModes").collect();
    let alone = modes.iter().find(|mode| mode.text().is_some_and(|text| text == "ReadWriteOncePod"));
    let is_other = |mode: &Value<'m>| mode.text().is_some_and(|text| text != "ReadWriteOncePod");
    if let Some(mode) = alone.filter(|_| modes.iter().any(is_other)) {
        let path = claim.path_to("accessModes");
        report.on(*mode, Reason::Forbidden.of("`ReadWriteOncePod` cannot be combined with other access modes")).field = path;
    }
    if let Some(resources) = claim.get("resources") {
        storage(resources, report);
    }
    // What the server drops of a claim it does not look at.
    let in_object = claim.parent().is_some_and(|it| matches!(it.step(), Step::Object));
    let unread: Vec<_> = unread_sources(claim).filter(|_| in_object).collect();
    for source in ["dataSource", "dataSourceRef"].into_iter().filter_map(|field| claim.get(field)).filter(|it| !unread.contains(it)) {
        let core = source.entry("apiGroup").is_none_or(Value::is_absent);
        if let Some(kind) =
            source.get("kind").filter(|kind| core && kind.text().is_some_and(|text| !text.is_empty() && text != "PersistentVolumeClaim"))
        {
            let path = source.path();
            let place = source.entry("apiGroup").unwrap_or(kind);
            let message = Reason::Invalid
                .of("without `apiGroup`, `kind` must be `PersistentVolumeClaim`; for a snapshot, set `apiGroup: snapshot.storage.k8s.io`");
            report.on(place, message).field = path;
        }
    }
    if unread.is_empty() {
        sources(claim, report);
    }
}

/// Two data sources must be the same, and with a namespace only the newer field can say it.
fn sources<'m>(claim: Value<'m>, report: &mut Report<'m>) {
    let (Some(old), Some(new)) = (claim.get("dataSource"), claim.get("dataSourceRef")) else { return };
    let gated = new.entry("namespace").is_some_and(|it| it.enforcement() == Enforcement::Dropped);
    let message = if !gated && new.gives("namespace") {
        Reason::Invalid.of("`dataSource` may not be specified when `dataSourceRef.namespace` is specified; remove it")
    } else if ["apiGroup", "kind", "name"].iter().any(|field| text_or_empty(old, field) != text_or_empty(new, field)) {
        Reason::Invalid.of("`dataSource` must match `dataSourceRef`; remove it")
    } else {
        return;
    };
    let path = claim.path();
    let diagnostic = report.on_key(old, message);
    diagnostic.field = path;
    diagnostic.related.push(Related { range: new.key_range(), message: "`dataSourceRef`".to_owned() });
    diagnostic.fixes.extend(rewrite::without(old).map(|edit| Fix::possible("Remove `dataSource`", vec![edit])));
}

fn storage<'m>(resources: Value<'m>, report: &mut Report<'m>) {
    let Some(requests) = resources.get("requests").filter(|it| !it.is_absent()) else { return };
    let path = resources.path();
    let storage = requests.children().find(|it| it.key_text().as_deref() == Some("storage"));
    match storage {
        None => {
            let diagnostic = report.missing(requests, "storage", Reason::Required.of("the PersistentVolumeClaim must request `storage`"));
            diagnostic.field = path;
            if let Some(key) = requests.children().filter_map(Value::key).find(|key| meant(&key.key_text(), ["storage"]).is_some()) {
                diagnostic.range = key.range();
                diagnostic.fixes.push(Fix::preferred("Rename to `storage`", vec![rewrite::rename(key, "storage")]));
            }
        }
        Some(amount) => {
            if amount.quantity().is_some_and(|quantity| quantity <= Quantity::ZERO) {
                report.on(amount, Reason::Invalid.of("the `storage` of a PersistentVolumeClaim must be greater than zero")).field = path;
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
                let token = |path: Value<'m>| path.parent().is_some_and(|it| it.is_a(ty::SERVICE_ACCOUNT_TOKEN_PROJECTION));
                // With a token in it the server only warns.
                let warned = token(path) || token(first);
                let reason = if warned { Reason::Warning } else { Reason::Invalid };
                let diagnostic = report.on(path, reason.of(format!("two sources write to the same path `{text}`")));
                if warned {
                    diagnostic.severity = crate::diagnostic::Severity::Warning;
                }
                diagnostic.field = field;
                diagnostic.related.push(Related { range: first.range(), message: "first defined here".to_owned() });
            }
        }
    }
}

/// The data sources of a claim that the server drops (`EnforceDataSourceBackwardsCompatibility`, `DropDisabledFields`): the older one
/// if it is neither a claim nor a snapshot, the newer one with a namespace. In templates it keeps both.
pub(super) fn unread_sources(spec: Value<'_>) -> impl Iterator<Item = Value<'_>> {
    let own = spec.is_a(ty::PERSISTENT_VOLUME_CLAIM_SPEC);
    let old = spec.get("dataSource").filter(|source| own && !is_copied(*source));
    let new = spec.get("dataSourceRef").filter(|source| own && source.gives("namespace"));
    old.into_iter().chain(new)
}

/// `dataSourceIsPvcOrSnapshot`
fn is_copied(source: Value<'_>) -> bool {
    let (group, kind) = (text_or_empty(source, "apiGroup"), text_or_empty(source, "kind"));
    let (Some(group), Some(kind)) = (group, kind) else { return true };
    (group.is_empty() && kind == "PersistentVolumeClaim") || (group == "snapshot.storage.k8s.io" && kind == "VolumeSnapshot")
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn disks() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: a, image: b}]
  volumes:
  - name: a-volume-with-a-long-name
    iscsi:
      targetPortal: storage.a-long-domain.of.example.com:3260
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[incompatible-volume-fields]: at most 63
      iqn: iqn.2001-04.com.example:storage
      initiatorName: iqn.2001-04.com.example:web
      lun: 0
      chapAuthSession: true
      ^^^^^^^^^^^^^^^ error[incompatible-volume-fields]: `secretRef`
  - {name: b, azureDisk: {diskName: a, diskURI: /subscriptions/a}}
                                                ^^^^^^^^^^^^^^^^ error[incompatible-volume-fields]: https://
  - {name: c, azureDisk: {diskName: a, diskURI: /subscriptions/a, kind: Managed}}
  - {name: d, flexVolume: {driver: a/b, options: {k8s.io/x: a, example.com/x: b}}}
                                                  ^^^^^^^^ error[incompatible-volume-fields]: reserved
",
        );
    }

    #[test]
    fn two_data_sources_are_the_same() {
        let text = |new: &str| {
            format!(
                "
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:
  containers: [{{name: a, image: b}}]
  volumes:
  - name: a
    ephemeral:
      volumeClaimTemplate:
        spec:
          accessModes: [ReadWriteOnce]
          resources: {{requests: {{storage: 1Gi}}}}
          dataSource: {{kind: PersistentVolumeClaim, name: old}}
{new}"
            )
        };
        check(&text("          dataSourceRef: {kind: PersistentVolumeClaim, name: old}\n"));
        let mark = "          ^^^^^^^^^^ error[incompatible-volume-fields]: must match `dataSourceRef`\n";
        check(&text(&format!("{mark}          dataSourceRef: {{kind: PersistentVolumeClaim, name: new}}\n")));
    }
}
