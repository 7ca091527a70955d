//! CustomResourceDefinitions of a project: they say what its custom resources look like.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder};

use crate::schema::{self, KindInfo};

use super::read_up_to;

/// No definition is longer, in bytes.
const LONGEST: u64 = 8 << 20;
/// So many files of a project are looked at.
const SEARCHED: usize = 50_000;

/// Whether a file may hold definitions, by its name and that of its folders: `crds/fleets.yaml`, `config/crd/bases/fleets.yaml`,
/// `fleet-crd.yaml`.
pub(super) fn may_define(path: &Path) -> bool {
    let is_yaml = path.extension().is_some_and(|it| it == "yaml" || it == "yml" || it == "json");
    let mentions = |name: &std::ffi::OsStr| name.to_str().is_some_and(|name| name.to_ascii_lowercase().contains("crd"));
    is_yaml && path.iter().rev().take(3).any(mentions)
}

/// The kinds that are defined below a folder.
pub(super) fn defined_below(root: &Path) -> Vec<&'static KindInfo> {
    let is_wanted = |entry: &DirEntry| !matches!(entry.file_name().to_str(), Some(".git" | "node_modules"));
    let walk = WalkBuilder::new(root).hidden(false).require_git(false).filter_entry(is_wanted).build();
    let paths = walk.take(SEARCHED).filter_map(Result::ok).map(DirEntry::into_path);
    let mut paths: Vec<PathBuf> = paths.filter(|path| may_define(path)).collect();
    paths.sort();
    paths.iter().filter_map(|path| read_up_to(path, LONGEST).ok()).flat_map(|text| definitions(&text)).collect()
}

/// The kinds that a text defines. They are kept for good, so that the same text is read only once.
fn definitions(text: &str) -> Vec<&'static KindInfo> {
    static KNOWN: LazyLock<Mutex<HashMap<u64, Vec<&'static KindInfo>>>> = LazyLock::new(Mutex::default);
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(hasher.finish()).or_insert_with(|| schema::definitions(text)).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_definitions() {
        for (path, expected) in [
            ("crds/fleets.yaml", true),
            ("config/crd/bases/fleets.yaml", true),
            ("fleet-CRD.yml", true),
            ("crds/README.md", false),
            ("deploy/web.yaml", false),
        ] {
            assert_eq!(may_define(Path::new(path)), expected, "{path}");
        }
    }
}
