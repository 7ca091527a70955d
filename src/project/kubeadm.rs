//! Patches that kubeadm applies to the static Pods of a control plane, by their file names (`kubeadm init --patches FOLDER`).

use std::path::Path;

/// What kubeadm patches: the static Pods, and two more. A file is named `TARGET[SUFFIX][+TYPE].yaml` (`parseFilename` of kubeadm's package `patches`).
const TARGETS: [&str; 6] =
    ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubeletconfiguration", "corednsdeployment"];

/// How kubeadm reads a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patch {
    /// As a part of the object.
    Merge,
    /// As a list of operations (RFC 6902).
    Json,
}

/// Whether the file of that name is such a patch. Without a type in its name it counts as one only in a folder called `patches`.
pub fn patch(path: &Path) -> Option<Patch> {
    let stem = path.file_stem()?.to_str()?;
    let (name, kind) = stem.split_once('+').map_or((stem, None), |(name, kind)| (name, Some(kind)));
    if !TARGETS.iter().any(|target| name.starts_with(target)) {
        return None;
    }
    match kind {
        Some("json") => Some(Patch::Json),
        Some("strategic" | "merge") => Some(Patch::Merge),
        Some(_) => None,
        None => path.parent()?.ends_with("patches").then_some(Patch::Merge),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Patch, patch};

    #[test]
    fn patches_have_names() {
        for (path, expected) in [
            ("a/kube-apiserver0+merge.yaml", Some(Patch::Merge)),
            ("etcd+json.yaml", Some(Patch::Json)),
            ("kind/patches/kube-controller-manager.yaml", Some(Patch::Merge)),
            ("kind/patches/web.yaml", None),
            ("manifests/kube-apiserver.yaml", None),
            ("etcd+x.yaml", None),
        ] {
            assert_eq!(patch(Path::new(path)), expected, "{path}");
        }
    }
}
