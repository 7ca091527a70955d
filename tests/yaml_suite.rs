//! The parser against the YAML test suite (https://github.com/yaml/yaml-test-suite, MIT), packed by `fixtures/yaml-test-suite.py`.

use std::fmt::Write;
use std::io::Read;

use flate2::read::GzDecoder;
use podls::yaml::{self, Document, Kind, Layout, Node, Style, SyntaxErrorKind, Tree};
use serde::Deserialize;

const SUITE: &[u8] = include_bytes!("fixtures/yaml-test-suite.ndjson.gz");

#[derive(Deserialize)]
struct Case {
    /// Its folder: `229Q`, `2G84/00`.
    name: String,
    yaml: String,
    /// The events of a reader; empty where it is an error.
    events: String,
    is_error: bool,
}

/// Cases in which podls differs from the suite, with the reason.
const DIFFERENT: &[(&str, &str)] = &[];

#[test]
fn agrees_with_the_suite() {
    let mut text = String::new();
    GzDecoder::new(SUITE).read_to_string(&mut text).unwrap();
    let cases: Vec<Case> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(cases.len(), 402);
    let mut wrong = Vec::new();
    for case in &cases {
        match (DIFFERENT.iter().any(|(it, _)| *it == case.name), check(case)) {
            (false, Err(why)) => wrong.push(format!("{}: {why}", case.name)),
            (true, Ok(())) => wrong.push(format!("{} agrees by now; remove it from the list", case.name)),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases are wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn check(case: &Case) -> Result<(), String> {
    let text = &case.yaml;
    let trees: Vec<Tree> = yaml::split(text).into_iter().map(|part| yaml::parse(&text[part.span()])).collect();
    let errors: Vec<_> = trees.iter().flat_map(Tree::errors).collect();
    let invalid = errors.iter().find(|it| it.kind == SyntaxErrorKind::Invalid);
    if case.is_error {
        // Some of it kubectl reads, or drops.
        let milder = errors.iter().any(|it| matches!(it.kind, SyntaxErrorKind::Lenient | SyntaxErrorKind::Dropped));
        return if invalid.is_some() || milder { Ok(()) } else { Err("no error found".into()) };
    }
    if let Some(error) = invalid {
        return Err(format!("valid, but: {:?} {}", error.range, error.message));
    }
    let expected = &case.events;
    let printed = events(&trees);
    if printed.trim_end() == expected.trim_end() { Ok(()) } else { Err(format!("events differ\n{}", side_by_side(expected, &printed))) }
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
