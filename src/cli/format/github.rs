//! Annotations of GitHub Actions: one workflow command a line.

use std::fmt::Write;

use crate::diagnostic::Severity;
use crate::text::Lines;

use super::place::Range;
use super::{Checked, Summary, Unread};

pub fn file(checked: &Checked) -> String {
    let lines = Lines::new(&checked.text);
    checked.findings.iter().fold(String::new(), |mut text, finding| {
        let it = &finding.diagnostic;
        let command = match it.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information | Severity::Hint => "notice",
        };
        let range = Range::new(it.range, &lines);
        let (line, end_line) = (range.start.line + 1, range.end.line + 1);
        // GitHub rejects columns if an annotation spans lines.
        let columns = match line == end_line {
            true => format!(",col={},endColumn={}", range.start.character + 1, range.end.character + 1),
            false => String::new(),
        };
        let (path, message) = (property(&checked.path), data(&it.message));
        _ = writeln!(text, "::{command} file={path},line={line},endLine={end_line}{columns},title={}::{message}", property(it.code));
        text
    })
}

/// What could not be read.
pub fn tail(summary: &Summary) -> String {
    let command = |it: &Unread| if it.was_named { "error" } else { "warning" };
    summary.unread.iter().map(|it| format!("::{} title=podls::{}\n", command(it), data(&it.message))).collect()
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
