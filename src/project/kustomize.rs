//! `kustomization.yaml`: which files are patches, and so are allowed to be incomplete.

use std::path::PathBuf;

use serde::Deserialize;

/// The names that Kustomize looks for.
pub const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What podls wants of a kustomization; of anything unexpected in it nothing is said.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Kustomization {
    patches: Vec<Patch>,
    patches_json6902: Vec<Patch>,
    /// Paths, or the patch itself as text.
    patches_strategic_merge: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Patch {
    path: Option<PathBuf>,
}

/// The paths of the patches that a kustomization lists, relative to its folder.
pub fn patches(text: &str) -> Vec<PathBuf> {
    let Kustomization { patches, patches_json6902, patches_strategic_merge } = serde_yaml::from_str(text).unwrap_or_default();
    let merged = patches_strategic_merge.into_iter().filter(|it| !it.contains('\n')).map(PathBuf::from);
    patches.into_iter().chain(patches_json6902).filter_map(|patch| patch.path).chain(merged).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::patches;

    #[test]
    fn lists_the_patches() {
        for (text, expected) in [
            ("patches:\n- path: a.yaml\n  target: {kind: Pod}\n- patch: |\n    x: 1\n", vec!["a.yaml"]),
            ("patchesStrategicMerge:\n- ../b.yaml\n- |\n  kind: Pod\n  x: 1\n", vec!["../b.yaml"]),
            ("patchesJson6902:\n- path: c.json\nresources: [d.yaml]\n", vec!["c.json"]),
            ("resources: [d.yaml]\n", vec![]),
            ("", vec![]),
            ("[", vec![]),
        ] {
            assert_eq!(patches(text), expected.into_iter().map(PathBuf::from).collect::<Vec<_>>(), "{text}");
        }
    }
}
