//! The README shows what podls really prints: each `console` block is run and compared. `UPDATE=1 cargo test --test readme` writes them
//! again.

use std::path::Path;
use std::process::Command;

#[test]
fn the_readme_shows_real_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("README.md");
    let readme = std::fs::read_to_string(&path).expect("README.md").replace("\r\n", "\n");
    let mut real = String::new();
    let mut rest = readme.as_str();
    while let Some((before, block)) = rest.split_once("```console\n") {
        let (shown, after) = block.split_once("```").expect("the block ends");
        let command = shown.lines().next().and_then(|line| line.strip_prefix("$ podls ")).expect("a block begins with `$ podls `");
        real.push_str(&format!("{before}```console\n$ podls {command}\n{}```", output(root, command)));
        rest = after;
    }
    real.push_str(rest);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &real).expect("the README can be written");
    } else {
        assert_eq!(real, readme, "UPDATE=1 cargo test --test readme");
    }
}

/// What podls prints, without spaces at the ends of lines.
fn output(root: &Path, command: &str) -> String {
    let (command, last) = command.split_once(" | tail -").map_or((command, None), |(command, last)| (command, last.parse().ok()));
    let output = Command::new(env!("CARGO_BIN_EXE_podls")).args(command.split(' ')).current_dir(root).output().expect("podls runs");
    let text = String::from_utf8(output.stdout).expect("podls prints UTF-8");
    let first = last.map_or(0, |last: usize| text.lines().count() - last);
    text.lines().skip(first).map(|line| format!("{}\n", line.trim_end())).collect()
}
