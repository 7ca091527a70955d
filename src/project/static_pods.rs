//! Which files a kubelet reads by itself.

use std::path::Path;

/// The folders whose files kubelets read by convention. A folder that is merely called `manifests` is not one.
const FOLDERS: [&str; 2] = ["etc/kubernetes/manifests", "kubelet.d"];

/// Whether a file is directly in such a folder.
pub fn is_in_folder(path: &Path) -> bool {
    path.parent().is_some_and(|folder| FOLDERS.iter().any(|it| folder.ends_with(it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders() {
        for (path, expected) in [
            ("/etc/kubernetes/manifests/web.yaml", true),
            ("roles/node/files/etc/kubernetes/manifests/web.yaml", true),
            ("/srv/kubelet.d/web", true),
            ("/etc/kubernetes/manifests/old/web.yaml", false),
            ("/work/manifests/web.yaml", false),
            ("/work/kubernetes/manifests/web.yaml", false),
        ] {
            assert_eq!(is_in_folder(Path::new(path)), expected, "{path}");
        }
    }
}
