//! Every refactoring at every place of our manifests gives a text that podls finds nothing new in, and that other readers of YAML take.

use std::collections::HashSet;
use std::path::Path;

use podls::analysis::Analysis;
use podls::diagnostic::Severity;
use podls::ide::{self, Refactoring};
use podls::rules::{self, Options};
use podls::text::{TextRange, apply};
use podls::yaml;
use rayon::prelude::*;
use serde_json::Value;

mod common;

#[test]
fn nothing_is_harmed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = ["tests/conformance/bases", "examples"].iter().flat_map(|folder| common::manifests(&root.join(folder)));
    let texts: Vec<String> = files.chain(examples_of_rules()).collect();
    assert!(texts.len() > 200, "only {} manifests", texts.len());
    let every: usize = std::env::var("PODLS_EVERY").ok().and_then(|number| number.parse().ok()).unwrap_or(97).max(1);
    let offered: usize = texts.par_iter().enumerate().map(|(number, text)| refactor(text, number % every, every)).sum();
    eprintln!("{offered} refactorings of {} manifests", texts.len());
    assert!(offered > texts.len());
}

/// Applies all that is offered at some of the places of a text. Says how many that were.
fn refactor(text: &str, first: usize, every: usize) -> usize {
    // Some have other line ends already.
    let windows = if text.contains('\r') { text.to_owned() } else { text.replace('\n', "\r\n") };
    let mut seen = HashSet::new();
    let mut at_lines = 0;
    for part in yaml::split(text) {
        let (part, start) = (&text[part.span()], part.start as usize);
        let shift = |text: &str| if text.contains('\r') { 0 } else { text.matches('\n').count() };
        let other_start = start + shift(&text[..start]);
        let other = yaml::split(&windows).into_iter().find(|it| it.start as usize == other_start).map(|it| &windows[it.span()]);
        let analysis = Analysis::new(part, &Options::default(), None);
        let other = other.map(|other| (other, Analysis::new(other, &Options::default(), None)));
        for (at, _) in part.char_indices().skip(first).step_by(every) {
            let found = ide::refactorings(&analysis, TextRange::at(at), &mut std::iter::empty());
            let new: Vec<_> = found.into_iter().filter(|it| seen.insert((start, it.title.clone(), it.edits.clone()))).collect();
            new.iter().for_each(|it| check(part, it));
            at_lines += new.len();
            if let (Some((other, analysis)), false) = (&other, new.is_empty()) {
                let at = at + shift(&part[..at]);
                let same = ide::refactorings(analysis, TextRange::at(at), &mut std::iter::empty());
                for it in &new {
                    let twin = same.iter().find(|twin| twin.title == it.title);
                    let result = twin.map(|twin| apply(other, &twin.edits));
                    let expected = apply(part, &it.edits).replace('\r', "").replace('\n', "\r\n");
                    assert_eq!(result, Some(expected), "{} with other line ends at {at}, of\n{part}", it.title);
                }
            }
        }
    }
    at_lines
}

fn check(text: &str, it: &Refactoring) {
    let inside = |range: TextRange| text.get(range.span()).is_some();
    assert!(it.edits.iter().all(|edit| inside(edit.range)), "{it:?} in {text}");
    let mut ranges: Vec<_> = it.edits.iter().map(|edit| edit.range).collect();
    ranges.sort_unstable();
    assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start), "{it:?} overlaps in {text}");
    let result = apply(text, &it.edits);
    assert!(
        !result.lines().any(|line| line.ends_with(' ') && !text.contains(line)),
        "{}: spaces at the end of a line in\n{result}",
        it.title
    );
    let (before, after) = (problems(text), problems(&result));
    assert!(after.iter().all(|it| before.contains(it)), "{}: {after:?} after {before:?} in\n{result}", it.title);
    for comment in text.lines().filter_map(|line| line.split_once("# ").filter(|(before, _)| before.trim().is_empty())) {
        assert!(result.contains(comment.1), "{}: lost {comment:?} in\n{result}", it.title);
    }
    // The other reader takes less than kubectl does: what it cannot read before, it need not read afterwards.
    let Some(before) = read(text) else { return };
    let after = read(&result).unwrap_or_else(|| panic!("{}: another reader refuses\n{result}", it.title));
    if it.is_pure {
        assert_eq!(before, after, "{} changed\n{text}\nto\n{result}", it.title);
    }
}

fn read(text: &str) -> Option<Vec<Value>> {
    yaml::split(text).into_iter().map(|part| yaml_serde::from_str(&text[part.span()]).ok()).collect()
}

fn problems(text: &str) -> Vec<(&'static str, String)> {
    let parts = yaml::split(text).into_iter();
    let of = |part: TextRange| {
        let analysis = Analysis::new(&text[part.span()], &Options::default(), None);
        let grave = analysis.diagnostics().into_iter().filter(|(_, it)| it.severity <= Severity::Warning);
        grave.map(|(_, it)| (it.code, it.message.clone())).collect::<Vec<_>>()
    };
    parts.flat_map(of).collect()
}

/// The examples on the pages of the rules, good and bad.
fn examples_of_rules() -> Vec<String> {
    rules::all().iter().flat_map(|rule| ["Good", "Bad"].into_iter().flat_map(|section| common::blocks(rule, section))).collect()
}
