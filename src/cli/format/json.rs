//! JSON with places as in the Language Server Protocol: lines from zero, columns in UTF-16 code units.
//!
//! Every member is always there: `object`, `field` and `reason` (the words of the API server) are null where a finding has none, `fixes` is empty where there is none.

use serde::Serialize;

use crate::diagnostic::Reason;
use crate::text::Lines;

use super::place::Range;
use super::{Checked, Summary, Unread};
use crate::cli::finding::{Finding, ObjectName};

pub const HEAD: &str = "{\"files\":[\n";

/// What comes after all files: the version of this form, which grows only by members, what could not be read, and how many findings are
/// left out because a baseline has them.
pub fn tail(summary: &Summary) -> String {
    let unread: Vec<String> = summary.unread.iter().map(Unread::text).collect();
    let unread = serde_json::to_string(&unread).unwrap_or_default();
    format!("\n],\"version\":1,\"unread\":{unread},\"known\":{}}}\n", summary.compared.known)
}

#[derive(Serialize)]
struct File<'c> {
    path: &'c str,
    diagnostics: Vec<Diagnostic<'c>>,
}

#[derive(Serialize)]
struct Diagnostic<'c> {
    code: &'c str,
    severity: &'static str,
    message: &'c str,
    reason: Option<&'static str>,
    range: Range,
    object: Option<&'c ObjectName>,
    field: Option<&'c str>,
    related: Vec<Related<'c>>,
    fixes: Vec<Fix<'c>>,
}

#[derive(Serialize)]
struct Related<'c> {
    range: Range,
    message: &'c str,
}

#[derive(Serialize)]
struct Fix<'c> {
    title: &'c str,
    preferred: bool,
    edits: Vec<Edit<'c>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Edit<'c> {
    range: Range,
    new_text: &'c str,
}

pub fn file(checked: &Checked) -> String {
    let diagnostics = match &checked.findings[..] {
        [] => vec![],
        findings => {
            let lines = Lines::new(&checked.text);
            findings.iter().map(|finding| diagnostic(finding, &lines)).collect()
        }
    };
    serde_json::to_string(&File { path: &checked.path, diagnostics }).unwrap_or_default()
}

fn diagnostic<'c>(finding: &'c Finding, lines: &Lines<'_>) -> Diagnostic<'c> {
    let it = &finding.diagnostic;
    let related = it.related.iter().map(|it| Related { range: Range::new(it.range, lines), message: &it.message });
    let fixes = it.fixes.iter().map(|fix| {
        let edits = fix.edits.iter().map(|edit| Edit { range: Range::new(edit.range, lines), new_text: &edit.new_text });
        Fix { title: &fix.title, preferred: fix.preferred, edits: edits.collect() }
    });
    Diagnostic {
        code: it.code,
        severity: it.severity.name(),
        message: &it.message,
        reason: it.reason.map(Reason::name),
        range: Range::new(it.range, lines),
        object: finding.object.as_ref(),
        field: Some(it.field.as_str()).filter(|field| !field.is_empty()),
        related: related.collect(),
        fixes: fixes.collect(),
    }
}
