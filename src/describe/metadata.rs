//! Labels, annotations and selectors as kubectl prints them.

use serde_json::Value as Json;

use super::json::Read;
use super::writer::Writer;

/// What kubectl does not print.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// The longest line of an annotation, in bytes.
pub(super) const MAX_LINE: usize = 140;

/// A map as lines `key=value` in the second column (`printLabelsMultiline`).
pub(super) fn labels(w: &mut Writer, level: usize, title: &str, labels: &Json) {
    let mut lead = format!("{title}:\t");
    if !labels.is_given() {
        return w.line(level, format_args!("{lead}<none>"));
    }
    for (key, value) in labels.entries() {
        w.line(level, format_args!("{lead}{key}={}", value.show()));
        lead = "\t".into();
    }
}

/// Annotations: short ones as `key: value`, others below their key (`printAnnotationsMultiline`).
pub(super) fn annotations(w: &mut Writer, level: usize, annotations: &Json) {
    annotations_within(w, level, 0, annotations);
}

/// As [`annotations`]; `nesting` is the level of the writer, which indents also what follows a tab.
pub(super) fn annotations_within(w: &mut Writer, level: usize, nesting: usize, annotations: &Json) {
    w.put(level, "Annotations:\t");
    let mut is_first = true;
    for (key, value) in annotations.entries().filter(|(key, _)| *key != LAST_APPLIED) {
        if !std::mem::take(&mut is_first) {
            w.put(nesting, "\t");
        }
        let value = value.show();
        let value = value.strip_suffix('\n').unwrap_or(&value);
        if key.len() + value.len() + 2 > MAX_LINE || value.contains('\n') {
            w.line(nesting, format_args!("{key}:"));
            value.split('\n').for_each(|line| w.line(nesting, format_args!("\t  {}", shorten(line, MAX_LINE - 2))));
        } else {
            w.line(nesting, format_args!("{key}: {value}"));
        }
    }
    if is_first {
        w.line(nesting, "<none>");
    }
}

/// At most so many bytes of a text; kubectl cuts characters in two.
pub(super) fn shorten(text: &str, max: usize) -> String {
    if text.len() <= max { text.to_owned() } else { format!("{}...", String::from_utf8_lossy(&text.as_bytes()[..max])) }
}

/// A label selector on a line: `app=web,!legacy,track in (canary,stable)`.
pub(super) fn selector(selector: &Json) -> String {
    let equal = selector["matchLabels"].entries().map(|(key, value)| (key, format!("{key}={}", value.show())));
    let expressions = selector["matchExpressions"].items().iter().map(|it| (it["key"].text(), expression(it)));
    let mut requirements: Vec<(&str, String)> = equal.chain(expressions).collect();
    requirements.sort_by_key(|(key, _)| *key);
    requirements.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(",")
}

/// As [`selector`], for kubectl's `FormatLabelSelector`.
pub(super) fn selector_or_none(it: &Json) -> String {
    let text = selector(it);
    if text.is_empty() { "<none>".into() } else { text }
}

fn expression(expression: &Json) -> String {
    let key = expression["key"].text();
    let mut values: Vec<String> = expression["values"].items().iter().map(Read::show).collect();
    values.sort();
    let values = values.join(",");
    match expression["operator"].text() {
        "In" => format!("{key} in ({values})"),
        "NotIn" => format!("{key} notin ({values})"),
        "DoesNotExist" => format!("!{key}"),
        _ => key.to_owned(),
    }
}

/// A map on a line: `a=b,c=d` (`labels.FormatLabels`).
pub(super) fn on_a_line(map: &Json) -> String {
    let pairs: Vec<_> = map.entries().map(|(key, value)| format!("{key}={}", value.show())).collect();
    if pairs.is_empty() { "<none>".into() } else { pairs.join(",") }
}

/// The object that controls this one.
pub(super) fn controller(w: &mut Writer, object: &Json) {
    let owners = object["metadata"]["ownerReferences"].items();
    if let Some(owner) = owners.iter().find(|owner| owner["controller"].is_true()) {
        w.field(0, "Controlled By", format_args!("{}/{}", owner["kind"].text(), owner["name"].text()));
    }
}
