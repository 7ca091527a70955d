//! One slip in a right manifest is one error, and no preferred fix makes it worse.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use podls::analysis::Analysis;
use podls::diagnostic::{Diagnostic, Severity};
use podls::ide;
use podls::rules::Options;
use podls::text::apply;

mod common;

/// Of the lines of a manifest, every one of so many gets slips.
const STEP: usize = 7;

#[derive(Default)]
struct Figures {
    all: usize,
    one: usize,
    wrong: usize,
}

#[test]
fn one_slip_is_one_error_and_no_preferred_fix_is_wrong() {
    let mut figures = Figures::default();
    for (number, text) in manifests().iter().enumerate() {
        for slip in slips(text, number) {
            judge(text, &slip, &mut figures);
        }
    }
    let Figures { all, one, wrong } = figures;
    assert!(all > 400, "only {all} slips are errors");
    assert!(one * 100 >= all * 93, "{one} of {all} slips are one error");
    assert!(wrong * 100 <= all, "after {wrong} of {all} slips the preferred fix leaves errors");
}

/// The recorded manifests of one document without any finding, with LF.
fn manifests() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/bases");
    let mut paths: Vec<_> = fs::read_dir(folder).expect("the bases").map(|it| it.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "yaml"));
    paths.sort();
    let texts = paths.iter().map(|path| fs::read_to_string(path).expect("a manifest"));
    texts.filter(|text| !text.contains("\n---") && !text.contains(['\r', '\t']) && common::diagnostics(text).is_empty()).collect()
}

/// The text with one slip, at some of its lines.
fn slips(text: &str, first: usize) -> Vec<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#') && line.trim_end() != "---";
    let put = |at: usize, line: String| [&lines[..at].concat(), &*line, &lines[at + 1..].concat()].concat();
    let at_line = |at: usize| {
        let line = lines[at];
        let content = line.trim_start();
        let indent = &line[..line.len() - content.len()];
        let mut found = vec![put(at, format!("  {line}")), put(at, format!("\t{content}"))];
        found.extend(line.strip_prefix("  ").map(|rest| put(at, rest.into())));
        found.extend(content.strip_prefix("- ").map(|rest| put(at, format!("{indent}  {rest}"))));
        if content.trim_end().ends_with(':') && !indent.is_empty() {
            found.extend([put(at, String::new()), put(at, format!("{indent}# {content}")), put(at, line.replace(':', ""))]);
        }
        found
    };
    let chosen = (first % STEP..lines.len()).step_by(STEP).filter(|at| is_content(lines[*at]));
    chosen.flat_map(at_line).collect::<BTreeSet<_>>().into_iter().collect()
}

fn judge(right: &str, wrong: &str, figures: &mut Figures) {
    let found = errors(wrong);
    if found.is_empty() {
        return;
    }
    figures.all += 1;
    figures.one += usize::from(found.len() == 1);
    if let Some(fix) = found[0].fixes.iter().find(|fix| fix.preferred) {
        figures.wrong += usize::from(!errors(&common::apply(wrong, fix)).is_empty());
    }
    let fixed = apply(wrong, &ide::fix_all(&Analysis::new(wrong, &Options::default(), None)));
    let lost: Vec<&str> = words(wrong).difference(&words(&fixed)).copied().filter(|word| words(right).contains(word)).collect();
    assert!(lost.len() <= 3, "fix all loses {lost:?}\n{wrong}---\n{fixed}");
}

fn errors(text: &str) -> Vec<Diagnostic> {
    common::diagnostics(text).into_iter().filter(|it| it.severity == Severity::Error).collect()
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|it: char| !it.is_alphanumeric() && !"_./-".contains(it)).filter(|it| !it.is_empty()).collect()
}
