//! Manifests with marks, for tests.
//!
//! A line of carets marks the text above it: `^^^^ error[unknown-field]: part of the message`. A `#` may be before the carets. The
//! marked diagnostics are all that may be found: each fixture is also a test of silence. `$0` is the cursor.

use crate::analysis::Analysis;
use crate::diagnostic::{Fix, Severity};
use crate::rules::Options;
use crate::schema::Release;
pub use crate::text::apply;

/// Options for a release.
pub fn release(name: &str) -> Options {
    Options { release: name.parse::<Release>().expect("a release"), ..Options::default() }
}

/// Checks the marks of a fixture against the diagnostics of its text. Prints what is found as marks, ready to be pasted.
#[track_caller]
pub fn check(fixture: &str) {
    check_with(fixture, &Options::default());
}

/// The same with other options.
#[track_caller]
pub fn check_with(fixture: &str, options: &Options) {
    let lines: Vec<&str> = fixture.lines().collect();
    let text: String = lines.iter().filter(|line| mark(line).is_none()).map(|line| format!("{line}\n")).collect();
    let found = marks(&text, options);
    let mut wanted = vec![];
    let mut row = 0;
    for line in &lines {
        match mark(line) {
            Some((start, end, head, message)) => wanted.push((row - 1, start, end, head, message)),
            None => row += 1,
        }
    }
    // Each mark stands for one diagnostic.
    let mut left: Vec<_> = found.iter().collect();
    let same = wanted.iter().all(|(row, start, end, head, message)| {
        let is_marked = |it: &&(usize, usize, usize, String, String)| {
            (it.0, it.1, it.2) == (*row, *start, *end) && it.3 == *head && it.4.contains(message)
        };
        left.iter().position(is_marked).map(|at| left.swap_remove(at)).is_some()
    });
    if !same || !left.is_empty() {
        let mut shown = String::new();
        for (row, line) in text.lines().enumerate() {
            shown.push_str(&format!("{line}\n"));
            for (_, start, end, head, message) in found.iter().filter(|it| it.0 == row) {
                shown.push_str(&format!("{}{} {head}: {message}\n", " ".repeat(*start), "^".repeat((end - start).max(1))));
            }
        }
        panic!("the diagnostics are not those that the fixture marks; they are:\n\n{shown}");
    }
}

/// Applies the preferred fix of the only diagnostic with that code.
#[track_caller]
pub fn fixed(text: &str, code: &str) -> String {
    with_fix(text, code, |fix| fix.preferred)
}

/// Applies the first fix of the only diagnostic with that code, which is not preferred.
#[track_caller]
pub fn offered(text: &str, code: &str) -> String {
    with_fix(text, code, |fix| !fix.preferred)
}

#[track_caller]
fn with_fix(text: &str, code: &str, such: fn(&Fix) -> bool) -> String {
    let analysis = Analysis::new(text, &Options::default(), None);
    let diagnostics = analysis.diagnostics();
    let mut of_code = diagnostics.iter().map(|(_, it)| it).filter(|it| it.code == code);
    let diagnostic = of_code.next().unwrap_or_else(|| panic!("no {code} in {diagnostics:?}"));
    assert!(of_code.next().is_none(), "more than one {code}");
    let fix = diagnostic.fixes.iter().find(|fix| such(fix)).unwrap_or_else(|| panic!("no such fix: {diagnostic:?}"));
    apply(text, &fix.edits)
}

/// The text without its `$0`, and where that was.
#[track_caller]
pub fn cursor(fixture: &str) -> (String, usize) {
    let offset = fixture.find("$0").expect("a cursor");
    (fixture.replacen("$0", "", 1), offset)
}

type Mark<'t> = (usize, usize, String, &'t str);

/// A line of marks: columns (in characters), `severity[code]`, part of the message.
fn mark(line: &str) -> Option<Mark<'_>> {
    let start = line.find('^')?;
    if !line[..start].chars().all(|c| c == ' ' || c == '#') {
        return None;
    }
    let carets = line[start..].bytes().take_while(|b| *b == b'^').count();
    let rest = line[start + carets..].trim_start();
    let (head, message) = rest.split_once(": ").unwrap_or((rest, ""));
    let known = ["error[", "warning[", "info[", "hint["].iter().any(|it| head.starts_with(it));
    known.then(|| (start, start + carets, head.to_owned(), message))
}

fn marks(text: &str, options: &Options) -> Vec<(usize, usize, usize, String, String)> {
    let place = |offset: u32| {
        let before = &text[..offset as usize];
        let line = before.matches('\n').count();
        (line, before.rsplit('\n').next().unwrap_or_default().chars().count())
    };
    let severity = |it| match it {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "info",
        Severity::Hint => "hint",
    };
    let shown = |it: &crate::diagnostic::Diagnostic| {
        let ((row, start), (last, end)) = (place(it.range.start), place(it.range.end));
        let width = text.lines().nth(row).unwrap_or_default().chars().count();
        let end = if last == row { end } else { width };
        (row, start, end.max(start + 1), format!("{}[{}]", severity(it.severity), it.code), it.message.clone())
    };
    Analysis::new(text, options, None).diagnostics().iter().map(|(_, it)| shown(it)).collect()
}
