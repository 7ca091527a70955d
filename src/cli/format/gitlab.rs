//! The code quality report of GitLab CI: a list of issues, in the form of Code Climate.

use std::collections::HashMap;

use serde_json::json;

use crate::diagnostic::Severity;
use crate::text::Lines;

use super::place::Range;
use super::{Checked, Summary, UNREAD, Unread, joined};
use crate::cli::finding;
use crate::cli::paths::slashes;

pub const HEAD: &str = "[\n";

/// What could not be read, as issues of their first lines, and the end.
pub fn tail(summary: &Summary) -> String {
    let issue = |it: &Unread| {
        let severity = severity(if it.was_named { Severity::Error } else { Severity::Warning });
        json!({
            "description": it.message,
            "check_name": UNREAD,
            "fingerprint": finding::fingerprint(&[&slashes(&it.path), UNREAD]),
            "severity": severity,
            "location": { "path": slashes(&it.path), "lines": { "begin": 1, "end": 1 } },
        })
    };
    let issues = summary.unread.iter().map(|it| issue(it).to_string());
    let text = joined(issues, summary.affected > 0);
    format!("{text}\n]\n")
}

pub fn file(checked: &Checked) -> String {
    let lines = Lines::new(&checked.text);
    let mut seen = HashMap::new();
    let issues = checked.findings.iter().map(|finding| {
        let it = &finding.diagnostic;
        let range = Range::new(it.range, &lines);
        let issue = json!({
            "description": it.message,
            "check_name": it.code,
            "fingerprint": finding.fingerprint(&checked.path, &mut seen),
            "severity": severity(it.severity),
            "location": {
                "path": slashes(&checked.path),
                "lines": { "begin": range.start.line + 1, "end": range.end.line + 1 },
            },
        });
        issue.to_string()
    });
    issues.collect::<Vec<_>>().join(",\n")
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Information | Severity::Hint => "info",
    }
}
