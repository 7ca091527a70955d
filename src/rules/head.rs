//! The head of an object, `apiVersion` and `kind`: how a missing one is reported, and how it is added.

use crate::diagnostic::{Diagnostic, Incomplete};
use crate::pod::Object;
use crate::text::{BREAKS, Edit, line_end};
use crate::yaml::Node;

use super::{Report, rewrite};

/// Reports that a key of the head is missing, empty, or no text; `written` is its value.
pub(super) fn emit_lack<'a, 'm>(
    report: &'a mut Report<'m>,
    object: Object<'m>,
    key: &str,
    written: Option<Node<'m>>,
) -> &'a mut Diagnostic {
    let entry = written.and_then(|value| object.node().entries().find(|entry| entry.value.id() == value.id()));
    let (range, what, is_given) = match entry {
        Some(entry) if entry.value.is_empty() => (entry.key.range(), "is empty", false),
        Some(entry) => (entry.value.range(), "must be a string", true),
        None => (object.node().entries().next().map_or(object.node().range(), |first| first.key.range()), "is missing", false),
    };
    let message = format!("`{key}` {what}; every object needs `apiVersion` and `kind`");
    let diagnostic = report.add(range, key, message, Some(object.index()));
    diagnostic.incomplete = (!is_given).then(|| Incomplete::Node(object.node().id()));
    diagnostic
}

/// The edit that gives the object a key of its head: in place of what is there, or as a new first line.
pub(super) fn give(object: Object<'_>, key: &str, value: &str) -> Option<Edit> {
    let node = object.node();
    let text = node.tree().text();
    let first = node.entries().next()?;
    let value = if rewrite::is_json(node) { rewrite::quote(value) } else { value.to_owned() };
    if let Some(entry) = node.entries().find(|entry| entry.key.key_text() == key) {
        if !entry.value.is_empty() {
            return Some(rewrite::replace(entry.value, value));
        }
        let end = entry.key.range().end as usize;
        return Some(Edit::insert(end + text[end..].find(':')? + 1, format!(" {value}")));
    }
    let start = first.key.range().start as usize;
    if start == 0 || text[..start].ends_with(BREAKS) {
        return Some(Edit::insert(start, format!("{key}: {value}{}", line_end(text))));
    }
    rewrite::insert(rewrite::Path { target: node, missing: &[], key }, &value)
}
