//! The names of files that decide how others are read.

use std::ffi::OsStr;
use std::path::Path;

use super::{assertions, chart, kustomize};

/// What makes a folder the root of a repository.
pub(super) const REPOSITORY: &str = ".git";

/// The names of a configuration. The first one takes precedence if a folder has both.
pub const CONFIGS: [&str; 2] = [".podls.yaml", ".podls.yml"];

/// Whether a file has the name of a configuration.
pub fn is_config(path: &Path) -> bool {
    path.file_name().is_some_and(|name| CONFIGS.iter().any(|it| name == *it))
}

const NAMES: [&str; 8] =
    [CONFIGS[0], CONFIGS[1], chart::CHART, assertions::CHAINSAW, kustomize::NAMES[0], kustomize::NAMES[1], kustomize::NAMES[2], REPOSITORY];

/// Which of these names a folder has, as far as somebody has listed it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Markers(u8);

impl Markers {
    /// Of a folder that nobody has listed: each name must be looked for.
    pub const UNLISTED: Markers = Markers(u8::MAX);

    /// Takes in a name of the folder.
    pub fn note(&mut self, name: &OsStr) {
        if let Some(index) = index(name) {
            self.0 |= 1 << index;
        }
    }

    /// Whether the folder has the name, or may have it.
    pub(super) fn may_have(self, name: &str) -> bool {
        index(OsStr::new(name)).is_none_or(|index| self.0 & 1 << index != 0)
    }

    /// Whether the folder has a kustomization, or may have one.
    pub(super) fn may_have_kustomization(self) -> bool {
        kustomize::NAMES.iter().any(|name| self.may_have(name))
    }
}

/// Whether a file of that name decides how others are read.
pub(super) fn is_marker(name: &OsStr) -> bool {
    name != REPOSITORY && index(name).is_some()
}

fn index(name: &OsStr) -> Option<usize> {
    NAMES.iter().position(|it| name == *it)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::{Markers, NAMES};

    #[test]
    fn a_listed_folder_has_what_was_seen_in_it() {
        let mut markers = Markers::default();
        ["Chart.yaml", "pod.yaml"].iter().for_each(|name| markers.note(OsStr::new(name)));
        let seen: Vec<_> = NAMES.iter().filter(|name| markers.may_have(name)).collect();
        assert_eq!(seen, [&"Chart.yaml"]);
        assert!(NAMES.iter().all(|name| Markers::UNLISTED.may_have(name)) && Markers::UNLISTED.may_have_kustomization());
    }
}
