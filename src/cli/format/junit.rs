//! JUnit XML: each file is a suite, each finding a test that failed, and a file without findings one that passed. A finding that does not
//! make the check fail is a test that passed with some output. What could not be read is a test with an error.

use std::fmt::Write;

use crate::diagnostic::Severity;
use crate::text::{Encoding, Lines};

use super::{Checked, Summary};
use crate::cli::finding::Finding;

pub const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"podls\">\n";

/// What could not be read, and the end.
pub fn tail(summary: &Summary) -> String {
    let count = summary.unread.len();
    let mut text = String::new();
    if count > 0 {
        _ = writeln!(text, "<testsuite name=\"unread\" tests=\"{count}\" failures=\"0\" errors=\"{count}\">");
        for unread in &summary.unread {
            let message = escaped(&unread.message);
            _ = writeln!(text, "<testcase name=\"unread\" classname=\"podls\"><error message=\"{message}\"/></testcase>");
        }
        text += "</testsuite>\n";
    }
    text + "</testsuites>\n"
}

pub fn file(checked: &Checked, fail_on: Severity) -> String {
    let lines = Lines::new(&checked.text);
    let path = escaped(&checked.path);
    let is_failure = |finding: &Finding| finding.diagnostic.severity <= fail_on;
    let (tests, failures) = (checked.findings.len().max(1), checked.findings.iter().filter(|it| is_failure(it)).count());
    let mut text = format!("<testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n");
    if checked.findings.is_empty() {
        _ = writeln!(text, "<testcase name=\"{path}\" classname=\"podls\"/>");
    }
    for finding in &checked.findings {
        let it = &finding.diagnostic;
        let at = lines.position(it.range.start as usize, Encoding::Utf32);
        let place = format!("{path}:{}:{}", at.line + 1, at.column + 1);
        let (code, message, severity) = (escaped(it.code), escaped(&it.message), it.severity.name());
        let object = finding.place().map_or(String::new(), |it| format!("\nin {}", escaped(&it)));
        let result = match is_failure(finding) {
            true => format!("<failure type=\"{severity}\" message=\"{message}\">{place}: {message}{object}</failure>"),
            false => format!("<system-out>{place}: {severity}: {message}{object}</system-out>"),
        };
        _ = writeln!(text, "<testcase name=\"{code} at {place}\" classname=\"podls.{code}\">{result}</testcase>");
    }
    text + "</testsuite>\n"
}

/// A text in XML. Characters that XML does not have become `�`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\n' | '\r' | '\t' => _ = write!(escaped, "&#{};", u32::from(char)),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            _ => escaped.push(char),
        }
    }
    escaped
}
