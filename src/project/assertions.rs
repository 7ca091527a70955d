//! Files of tests (kuttl, Chainsaw) that look like manifests, but are only compared with what there is in a cluster.

use std::path::{Path, PathBuf};

use crate::yaml::{self, Node};

/// The file that holds a test of Chainsaw.
pub const CHAINSAW: &str = "chainsaw-test.yaml";

/// Whether a file has the name of an assertion: `00-assert.yaml`, `01-errors.yaml`, `assert-ready.yaml`.
pub fn has_name(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let words: Vec<&str> = stem.split(['-', '_', '.']).collect();
    let is_step = words[0].parse::<u32>().is_ok();
    words.contains(&"assert") || is_step && words[1..].iter().any(|word| ["error", "errors"].contains(word))
}

/// The files that a test of Chainsaw compares, or makes only a part of an object of.
pub fn named(text: &str) -> Vec<PathBuf> {
    let trees = yaml::split(text).into_iter().map(|part| yaml::parse(&text[part.span()]));
    trees.flat_map(|tree| tree.nodes().flat_map(files).collect::<Vec<_>>()).collect()
}

fn files(node: Node<'_>) -> Vec<PathBuf> {
    let steps = node.entries().filter(|entry| ["assert", "error", "patch"].contains(&&*entry.key.value()));
    let files = steps.flat_map(|step| step.value.entries().filter(|entry| entry.key.value() == "file").collect::<Vec<_>>());
    files.map(|entry| PathBuf::from(&*entry.value.value())).collect()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{has_name, named};

    #[test]
    fn assertions_have_names() {
        for (name, expected) in [
            ("a/00-assert.yaml", true),
            ("01-errors.yaml", true),
            ("assert-ready.yml", true),
            ("deploy.assert.yaml", true),
            ("errors.yaml", false),
            ("00-install.yaml", false),
            ("assertive.yaml", false),
            ("", false),
        ] {
            assert_eq!(has_name(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn chainsaw_names_files() {
        let text = "spec:\n  steps:\n  - try:\n    - apply: {file: a.yaml}\n    - assert: {file: b.yaml}\n    - error:\n        file: sub/c.yaml\n";
        assert_eq!(named(text), [PathBuf::from("b.yaml"), PathBuf::from("sub/c.yaml")]);
    }
}
