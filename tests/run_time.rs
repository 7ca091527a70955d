//! Manifests that the API server accepts: those that fail at run time are reported at the right field, and those that work are not.
//!
//! `UPDATE=1 cargo test --test run_time` writes the expected findings of the bad manifests again. A `-` marks one that is not found yet.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use podls::diagnostic::Severity;

mod common;

/// A manifest with its name and what is expected of it.
struct Case {
    name: String,
    expected: String,
    text: String,
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run_time").join(name)
}

fn cases(name: &str) -> Vec<Case> {
    let text = fs::read_to_string(path(name)).expect("the cases");
    let case = |text: &str| {
        let (head, text) = text.split_once('\n').expect("a manifest below the name");
        let (name, expected) = head.split_once(':').unwrap_or((head, ""));
        Case { name: name.trim().to_owned(), expected: expected.trim().to_owned(), text: text.to_owned() }
    };
    text.split("=== ").skip(1).map(case).collect()
}

/// The findings of at least that severity: `code field`.
fn found(text: &str, least: Severity) -> String {
    let all = common::diagnostics(text).into_iter().filter(|it| it.severity <= least);
    let all: Vec<_> = all.map(|it| format!("{} {}", it.code, it.field)).collect();
    if all.is_empty() { "-".to_owned() } else { all.join(", ") }
}

/// Compares the findings with what the file expects, and says how many of how many manifests are found.
fn check(file: &str, least: Severity) -> (usize, usize) {
    let cases = cases(file);
    let mut updated = String::new();
    let mut wrong = vec![];
    for case in &cases {
        let found = found(&case.text, least);
        _ = write!(updated, "=== {}: {found}\n{}", case.name, case.text);
        if found != case.expected {
            wrong.push(format!("{}: {found}, not {}", case.name, case.expected));
        }
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(path(file), updated).expect("the cases can be written");
    } else {
        assert!(wrong.is_empty(), "{file}: {wrong:#?}");
    }
    (cases.iter().filter(|case| case.expected != "-").count(), cases.len())
}

#[test]
fn what_certainly_fails_is_a_warning() {
    let (found, all) = check("certain.txt", Severity::Warning);
    assert!(found * 100 >= all * 90, "{found} of {all}");
}

#[test]
fn what_nearly_always_fails_is_reported() {
    let (found, all) = check("nearly.txt", Severity::Information);
    assert!(found * 100 >= all * 60, "{found} of {all}");
}

#[test]
fn what_works_gets_no_warning() {
    for case in cases("fine.txt") {
        assert_eq!(found(&case.text, Severity::Warning), "-", "{}\n{}", case.name, case.text);
    }
}
