//! The parser against the YAML test suite (data branch), which is not part of this repository: `$PODLS_SHARED/yaml-test-suite`, or
//! `../shared/yaml-test-suite`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use podls::yaml::{self, Document, Kind, Layout, Node, Style, SyntaxErrorKind, Tree};

/// Cases in which podls differs from the suite, with the reason.
const DIFFERENT: &[(&str, &str)] = &[];

#[test]
fn agrees_with_the_suite() {
    let Some(root) = suite() else {
        eprintln!("SKIPPED: no yaml-test-suite in $PODLS_SHARED or ../shared");
        return;
    };
    let mut cases = Vec::new();
    collect(&root, &mut cases);
    cases.sort();
    let mut wrong = Vec::new();
    for case in &cases {
        let name = case.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let verdict = check(case);
        match (DIFFERENT.iter().any(|(it, _)| *it == name), verdict) {
            (false, Err(why)) => wrong.push(format!("{name}: {why}")),
            (true, Ok(())) => wrong.push(format!("{name} agrees by now: take it from the list")),
            _ => {}
        }
    }
    eprintln!("{} of {} cases agree", cases.len() - wrong.len() - DIFFERENT.len(), cases.len());
    assert!(wrong.is_empty(), "{} of {} cases are wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn suite() -> Option<PathBuf> {
    let shared = std::env::var_os("PODLS_SHARED").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    Some(shared.join("yaml-test-suite")).filter(|it| it.is_dir())
}

fn collect(dir: &Path, cases: &mut Vec<PathBuf>) {
    if dir.join("in.yaml").exists() {
        cases.push(dir.to_path_buf());
    }
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() && !entry.file_type().unwrap().is_symlink() {
            collect(&entry.path(), cases);
        }
    }
}

fn check(case: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(case.join("in.yaml")).unwrap();
    let trees: Vec<Tree> = yaml::split(&text).into_iter().map(|part| yaml::parse(&text[part.span()])).collect();
    let errors: Vec<_> = trees.iter().flat_map(Tree::errors).collect();
    let invalid = errors.iter().find(|it| it.kind == SyntaxErrorKind::Invalid);
    if case.join("error").exists() {
        // Some of it kubectl reads, or drops.
        let milder = errors.iter().any(|it| matches!(it.kind, SyntaxErrorKind::Lenient | SyntaxErrorKind::Dropped));
        return if invalid.is_some() || milder { Ok(()) } else { Err("no error found".into()) };
    }
    if let Some(error) = invalid {
        return Err(format!("valid, but: {:?} {}", error.range, error.message));
    }
    let expected = std::fs::read_to_string(case.join("test.event")).unwrap();
    let printed = events(&trees);
    if printed.trim_end() == expected.trim_end() { Ok(()) } else { Err(format!("events differ\n{}", side_by_side(&expected, &printed))) }
}

fn side_by_side(expected: &str, printed: &str) -> String {
    let (mut left, mut right) = (expected.lines(), printed.lines());
    let mut out = String::new();
    loop {
        match (left.next(), right.next()) {
            (None, None) => return out,
            (a, b) => writeln!(out, "  {} {:40} {}", if a == b { ' ' } else { '!' }, a.unwrap_or(""), b.unwrap_or("")).unwrap(),
        }
    }
}

/// The event stream, in the notation of the suite.
fn events(trees: &[Tree]) -> String {
    let mut out = String::from("+STR\n");
    for tree in trees {
        for (root, Document { start, end }) in tree.roots().zip(tree.documents()) {
            out.push_str(if start.is_some() { "+DOC ---\n" } else { "+DOC\n" });
            node_events(root, &mut out);
            out.push_str(if end.is_some() { "-DOC ...\n" } else { "-DOC\n" });
        }
    }
    out + "-STR\n"
}

fn node_events(node: Node<'_>, out: &mut String) {
    let (open, close) = match node.kind() {
        Kind::Alias => return writeln!(out, "=ALI {}", node.text()).unwrap(),
        Kind::Mapping(Layout::Block) => ("+MAP", "-MAP"),
        Kind::Mapping(Layout::Flow) => ("+MAP {}", "-MAP"),
        Kind::Sequence(Layout::Block) => ("+SEQ", "-SEQ"),
        Kind::Sequence(Layout::Flow) => ("+SEQ []", "-SEQ"),
        Kind::Empty | Kind::Scalar(_) | Kind::Template => ("=VAL", ""),
    };
    out.push_str(open);
    if let Some(anchor) = node.anchor() {
        write!(out, " {}", &node.tree().text()[anchor.span()]).unwrap();
    }
    if let Some(tag) = node.tag_uri() {
        write!(out, " <{tag}>").unwrap();
    }
    if close.is_empty() {
        let mark = match node.kind() {
            Kind::Scalar(Style::SingleQuoted) => '\'',
            Kind::Scalar(Style::DoubleQuoted) => '"',
            Kind::Scalar(Style::Literal) => '|',
            Kind::Scalar(Style::Folded) => '>',
            _ => ':',
        };
        writeln!(out, " {mark}{}", escaped(&node.value())).unwrap();
        return;
    }
    out.push('\n');
    node.children().for_each(|child| node_events(child, out));
    writeln!(out, "{close}").unwrap();
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\0' => out.push_str("\\0"),
            _ => out.push(c),
        }
    }
    out
}
