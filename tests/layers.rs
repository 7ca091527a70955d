//! Layering: a module imports only from the modules above it in `lib.rs`, and only the last ones do IO.

use std::fs;
use std::path::{Path, PathBuf};

/// The first layer that may read files; those after it may do more.
const FIRST_WITH_IO: &str = "project";
/// What the pure layers must not know.
const IO: [&str; 10] = [
    "std::fs",
    "std::io",
    "net::Tcp",
    "std::env",
    "std::time",
    "std::process",
    "std::thread",
    "tokio::",
    "tower_lsp_server::",
    "ls_types::",
];
/// Entry points, which must not know each other.
const ENTRY_POINTS: [&str; 2] = ["lsp", "cli"];

#[test]
fn imports_go_up() {
    let layers = layers();
    let rank = |layer: &str| layers.iter().position(|it| it == layer);
    let mut wrong = vec![];
    for Source { file, layer, code } in sources() {
        let own = rank(&layer).unwrap_or_else(|| panic!("{} is in no layer of lib.rs", file.display()));
        for (line, text) in code {
            for other in imported(&text) {
                let beside = ENTRY_POINTS.contains(&layer.as_str()) && ENTRY_POINTS.contains(&other.as_str()) && other != layer;
                if rank(&other).is_some_and(|other| other > own) || beside {
                    wrong.push(format!("{}:{line}: `{layer}` imports `{other}`", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "imports against the order of lib.rs:\n{}", wrong.join("\n"));
}

#[test]
fn the_core_is_pure() {
    let layers = layers();
    let pure = layers.iter().take_while(|layer| *layer != FIRST_WITH_IO).cloned().collect::<Vec<_>>();
    assert!(pure.len() < layers.len(), "no layer `{FIRST_WITH_IO}` in lib.rs");
    let mut wrong = vec![];
    for Source { file, code, .. } in sources().into_iter().filter(|source| pure.contains(&source.layer)) {
        for (line, text) in code {
            if let Some(world) = IO.into_iter().find(|world| text.contains(world)) {
                wrong.push(format!("{}:{line}: {world}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "the world, in layers that must not know it:\n{}", wrong.join("\n"));
}

#[test]
fn reads_imports() {
    for (line, expected) in [
        ("use crate::yaml::{self, Tree};", vec!["yaml"]),
        ("use crate::{text::Edit, yaml::{self, Tree}, pod};", vec!["text", "yaml", "pod"]),
        ("    let it = crate::pod::Model::new(crate::yaml::parse(text));", vec!["pod", "yaml"]),
        ("use podls_crate::yaml;", vec![]),
    ] {
        assert_eq!(imported(line), expected, "{line}");
    }
}

/// The layers in the order of lib.rs.
fn layers() -> Vec<String> {
    let lib = fs::read_to_string(root().join("lib.rs")).expect("src/lib.rs");
    lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(str::to_owned).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// A source file with its numbered lines, without comments and the tests at its end. Files named `tests.rs` are left out.
struct Source {
    file: PathBuf,
    layer: String,
    code: Vec<(usize, String)>,
}

/// All files of the layers.
fn sources() -> Vec<Source> {
    let mut folders = vec![root()];
    let mut sources = vec![];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            let relative = path.strip_prefix(root()).expect("below src").to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let first = relative.iter().next().unwrap_or_default().to_string_lossy();
                let layer = first.trim_end_matches(".rs").to_owned();
                let is_test = relative.file_stem().is_some_and(|stem| stem == "tests");
                if !is_test && !["lib", "main", "fixture"].contains(&layer.as_str()) {
                    let text = fs::read_to_string(&path).expect("a source file");
                    sources.push(Source { file: relative, layer, code: code(&text) });
                }
            }
        }
    }
    sources
}

fn code(text: &str) -> Vec<(usize, String)> {
    let before_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = before_tests.lines().enumerate().map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default().to_owned()));
    lines.collect()
}

/// The layers that a line names after `crate::`.
fn imported(line: &str) -> Vec<String> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let name = |text: &str| text.trim_start().chars().take_while(|&c| is_name(c)).collect::<String>();
    let mut found = vec![];
    for (at, prefix) in line.match_indices("crate::") {
        if line[..at].ends_with(is_name) {
            continue;
        }
        let rest = &line[at + prefix.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(name(rest));
            continue;
        };
        let mut depth = 0;
        found.push(name(group));
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => found.push(name(&group[at + 1..])),
                _ => {}
            }
            if depth < 0 {
                break;
            }
        }
    }
    found
}
