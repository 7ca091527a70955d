//! `volume-without-source` and `removed-volume-type`

use crate::diagnostic::{Reason, Severity};
use crate::pod::spec::Volume;
use crate::pod::{Enforcement, Value};
use crate::schema::{Release, ty};

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Volumes without a source.
    ///
    /// ## Why
    /// The API server silently turns them into `emptyDir` volumes, so the expected files are missing. A `configMap:` key without a value
    /// is `null` and has the same effect. After `emptyDir:` this is a hint, since the volume is as it was meant.
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
    ///   volumes:
    ///   - name: conf
    ///     configMap:
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
    ///   volumes:
    ///   - name: conf
    ///     configMap:
    ///       name: web
    /// ```
    ///
    /// ## Source
    /// `SetDefaults_Volume`.
    VOLUME_WITHOUT_SOURCE = "volume-without-source", Warning, [Check::Type(ty::VOLUME, check_source)]
}

declare_rule! {
    /// Volumes whose driver is no longer part of Kubernetes.
    ///
    /// ## Why
    /// The API server accepts them and warns, but the kubelet can no longer mount them, so a Pod that mounts one never starts. Use a CSI
    /// driver instead.
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
    ///   volumes:
    ///   - name: data
    ///     cephfs:
    ///       monitors: ["10.0.0.1:6789"]
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
    ///   volumes:
    ///   - name: data
    ///     persistentVolumeClaim:
    ///       claimName: data
    /// ```
    ///
    /// ## Source
    /// `warningsForPodSpecAndMeta`.
    REMOVED_VOLUME_TYPE = "removed-volume-type", Warning from Itself, [
        Check::Type(ty::VOLUME, check_driver),
        Check::Type(ty::PERSISTENT_VOLUME_SPEC, check_persistent),
    ]
}

/// The release since which Kubernetes has no driver for a volume source of that name.
pub fn dead_since(source: &str) -> Option<&'static str> {
    DEAD.iter().find(|(name, ..)| *name == source).map(|(_, release, _)| *release)
}

/// The source, the release without it, and its name in the server's warning.
const DEAD: &[(&str, &str, &str)] = &[
    ("photonPersistentDisk", "1.16", "photonPersistentDisk"),
    ("scaleIO", "1.22", "scaleIO"),
    ("flocker", "1.25", "flocker"),
    ("storageos", "1.25", "storageOS"),
    ("quobyte", "1.25", "quobyte"),
    ("glusterfs", "1.26", "glusterfs"),
    ("cephfs", "1.31", "cephfs"),
    ("rbd", "1.31", "rbd"),
];

/// The first release in which the gate `GitRepoVolumeDriver` is locked to off.
const NO_GIT_REPO: Release = Release::V1_36;

fn check_source<'m>(volume: Value<'m>, report: &mut Report<'m>) {
    // One without a name is rejected, and reported as such.
    if Volume(volume).source().is_some() || !volume.gives("name") {
        return;
    }
    let null = volume.children().find(|child| child.is_null() && child.field().is_some_and(|field| field.name != "name"));
    let message = match null.and_then(Value::field) {
        Some(field) => format!("`{}` has no value, so the API server makes this volume an `emptyDir`", field.name),
        None => "the volume has no source, so the API server makes it an `emptyDir`; write `emptyDir: {}` if that is intended".to_owned(),
    };
    let is_meant = null.and_then(Value::field).is_some_and(|field| field.name == "emptyDir");
    let diagnostic = report.incomplete(volume, message);
    if is_meant {
        diagnostic.severity = Severity::Hint;
    }
}

fn check_driver<'m>(volume: Value<'m>, report: &mut Report<'m>) {
    let source = Volume(volume).source().filter(|(_, value)| value.enforcement() != Enforcement::Dropped);
    let Some((field, value)) = source.filter(|(_, value)| !report.is_conditional(value.written())) else { return };
    if let Some((name, gone, printed)) = DEAD.iter().find(|(name, ..)| *name == field.name) {
        let path = volume.path_to(printed);
        let message =
            Reason::Warning.of(format!("volume type `{name}` was removed in Kubernetes {gone}; a Pod that mounts it never starts"));
        report.on_key(value, message).field = path;
    } else if field.name == "gitRepo" {
        let state = if volume.model().release() < NO_GIT_REPO {
            "has been disabled by default since Kubernetes 1.33"
        } else {
            "cannot be used since Kubernetes 1.36"
        };
        report.on_key(value, Reason::Warning.of(format!("`gitRepo` {state}; clone the repository in an init container")));
    }
}

/// `warningsForPersistentVolumeSpecAndMeta`
fn check_persistent<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    for (name, gone, printed) in DEAD.iter().filter(|(name, ..)| !["flocker", "quobyte"].contains(name)) {
        let Some(value) = spec.entry(name).filter(|it| !it.is_null() && !report.is_conditional(it.written())) else { continue };
        let path = spec.path_to(printed);
        let message = format!("volume type `{name}` was removed in Kubernetes {gone}; a Pod that mounts it never starts");
        report.on_key(value, Reason::Warning.of(message)).field = path;
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn volumes() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: a, image: b}]
  volumes:
  - name: a
    ^^^^^^^ warning[volume-without-source]: no source
  - {name: b, secret: }
    ^^^^^^^^^^^^^^^^^^^ warning[volume-without-source]: `secret` has no value
  - {name: c, emptyDir: {}}
  - {name: e, emptyDir: }
    ^^^^^^^^^^^^^^^^^^^^^ hint[volume-without-source]: `emptyDir` has no value
  - {name: d, gitRepo: {repository: e}}
              ^^^^^^^ warning[removed-volume-type]
",
        );
    }
}
