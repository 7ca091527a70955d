//! SARIF 2.1.0, the form that code scanning services read.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::diagnostic::{Fix, Severity};
use crate::rules;
use crate::text::Lines;

use super::place::Range;
use super::{Checked, Summary, Unread};
use crate::cli::finding::Finding;

/// What comes after the results: whether all that was asked for could be read, and what could not.
pub fn tail(summary: &Summary) -> String {
    let level = |it: &Unread| if it.was_named { "error" } else { "warning" };
    let notify = |it: &Unread| json!({ "level": level(it), "message": { "text": it.message } });
    let notifications: Vec<Value> = summary.unread.iter().map(notify).collect();
    let invocation = json!({ "executionSuccessful": !summary.has_failed, "toolExecutionNotifications": notifications });
    format!("\n],\"invocations\":[{invocation}]}}]}}\n")
}

/// Everything before the results.
pub fn head() -> String {
    let rules: Vec<Value> = rules::all()
        .iter()
        .map(|rule| {
            json!({
                "id": rule.code,
                "shortDescription": { "text": rule.summary() },
                "helpUri": rules::page_url(rule.code),
                "help": { "text": format!("podls explain {}", rule.code), "markdown": rule.page },
                "defaultConfiguration": { "level": level(rule.severity) },
            })
        })
        .collect();
    let driver = json!({ "name": "podls", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let schema = "https://json.schemastore.org/sarif-2.1.0.json";
    format!(
        "{{\"$schema\":\"{schema}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"columnKind\":\"utf16CodeUnits\",\"results\":[\n"
    )
}

/// The results of one file.
pub fn file(checked: &Checked) -> String {
    let lines = Lines::new(&checked.text);
    let uri = uri(&checked.path);
    let mut seen = HashMap::new();
    let results = checked.findings.iter().map(|finding| {
        let mut result = result(finding, &lines, &uri);
        result["partialFingerprints"] = json!({ "podls/v1": finding.fingerprint(&checked.path, &mut seen) });
        result.to_string()
    });
    let results: Vec<String> = results.collect();
    results.join(",\n")
}

fn result(finding: &Finding, lines: &Lines<'_>, uri: &str) -> Value {
    let it = &finding.diagnostic;
    let place = |range| json!({ "artifactLocation": { "uri": uri }, "region": region(Range::new(range, lines)) });
    let mut result = json!({
        "ruleId": it.code,
        "level": level(it.severity),
        "message": { "text": it.message },
        "locations": [{ "physicalLocation": place(it.range) }],
    });
    if let Some(reason) = it.reason {
        result["properties"] = json!({ "reason": reason.name() });
    }
    if !it.related.is_empty() {
        let related = it.related.iter().map(|it| json!({ "physicalLocation": place(it.range), "message": { "text": it.message } }));
        result["relatedLocations"] = related.collect();
    }
    if !it.fixes.is_empty() {
        result["fixes"] = it.fixes.iter().map(|it| fix(it, lines, uri)).collect();
    }
    result
}

fn fix(fix: &Fix, lines: &Lines<'_>, uri: &str) -> Value {
    let replace = |edit: &crate::text::Edit| json!({ "deletedRegion": region(Range::new(edit.range, lines)), "insertedContent": { "text": edit.new_text } });
    let replacements: Vec<Value> = fix.edits.iter().map(replace).collect();
    let changes = json!([{ "artifactLocation": { "uri": uri }, "replacements": replacements }]);
    json!({ "description": { "text": fix.title }, "artifactChanges": changes })
}

/// SARIF counts from one.
fn region(range: Range) -> Value {
    json!({
        "startLine": range.start.line + 1,
        "startColumn": range.start.character + 1,
        "endLine": range.end.line + 1,
        "endColumn": range.end.character + 1,
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

/// A path as a URI reference.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    path.replace(std::path::MAIN_SEPARATOR, "/")
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
