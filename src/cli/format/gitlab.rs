//! The code quality report of GitLab CI: a list of issues, in the form of Code Climate.

use std::collections::HashMap;

use serde_json::json;

use crate::diagnostic::Severity;
use crate::text::Lines;

use super::Checked;
use super::place::Range;
use crate::cli::paths::slashes;

pub const HEAD: &str = "[\n";
pub const TAIL: &str = "\n]\n";

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
