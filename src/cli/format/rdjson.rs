//! The diagnostic format of reviewdog (`rdjson`): lines and columns from one, columns in bytes of UTF-8.

use serde_json::{Value, json};

use crate::diagnostic::{Fix, Severity};
use crate::rules;
use crate::text::{Encoding, Lines, TextRange};

use super::{Checked, Summary, UNREAD, Unread, joined};

pub const HEAD: &str = "{\"source\":{\"name\":\"podls\",\"url\":\"https://github.com/podls/podls\"},\"diagnostics\":[\n";

/// What could not be read, as diagnostics of whole files, and the end.
pub fn tail(summary: &Summary) -> String {
    let diagnostic = |it: &Unread| {
        let severity = severity(if it.was_named { Severity::Error } else { Severity::Warning });
        json!({ "message": it.message, "location": { "path": it.path }, "severity": severity, "code": { "value": UNREAD } })
    };
    let diagnostics = summary.unread.iter().map(|it| diagnostic(it).to_string());
    let text = joined(diagnostics, summary.affected > 0);
    format!("{text}\n]}}\n")
}

pub fn file(checked: &Checked) -> String {
    let lines = Lines::new(&checked.text);
    let diagnostics = checked.findings.iter().map(|finding| {
        let it = &finding.diagnostic;
        let suggestion = it.preferred().map(|fix| suggestions(fix, &lines)).unwrap_or_default();
        let diagnostic = json!({
            "message": it.message,
            "location": { "path": checked.path, "range": range(it.range, &lines) },
            "severity": severity(it.severity),
            "code": { "value": it.code, "url": rules::page_url(it.code) },
            "suggestions": suggestion,
        });
        diagnostic.to_string()
    });
    diagnostics.collect::<Vec<_>>().join(",\n")
}

/// reviewdog treats each suggestion as an alternative, so a fix with several edits is not a suggestion.
fn suggestions(fix: &Fix, lines: &Lines<'_>) -> Vec<Value> {
    match &fix.edits[..] {
        [edit] => vec![json!({ "range": range(edit.range, lines), "text": edit.new_text })],
        _ => vec![],
    }
}

fn range(range: TextRange, lines: &Lines<'_>) -> Value {
    let position = |offset: u32| {
        let at = lines.position(offset as usize, Encoding::Utf8);
        json!({ "line": at.line + 1, "column": at.column + 1 })
    };
    json!({ "start": position(range.start), "end": position(range.end) })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Information | Severity::Hint => "INFO",
    }
}
