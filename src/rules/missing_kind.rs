//! `missing-kind`

use crate::diagnostic::{Diagnostic, Fix, Incomplete};
use crate::pod::{HeadIssue, Issue, Model, Object};
use crate::schema;
use crate::text::Edit;
use crate::yaml::Node;

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Finds objects that do not say their `kind`.
    ///
    /// ## Why
    /// `apiVersion` and `kind` together say what an object is; without one of them kubectl does not know where to send it.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `Object 'Kind' is missing`, from `runtime.NewMissingKindErr` of k8s.io/apimachinery.
    MISSING_KIND = "missing-kind", Error, [Check::Document(check)]
}

fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    for issue in model.issues() {
        let Issue::Head { issue: HeadIssue::MissingKind, object } = issue else { continue };
        let Some(object) = model.object(*object) else { continue };
        let version = object.api_version().map(|node| node.value()).unwrap_or_default();
        let kinds: Vec<_> = schema::kinds().iter().filter(|info| info.api_version == version).map(|info| info.kind).collect();
        let diagnostic = tell(report, object, "kind", object.kind());
        for kind in &kinds {
            diagnostic.fixes.extend(give(object, "kind", kind).map(|edit| Fix::possible(format!("Add `kind: {kind}`"), vec![edit])));
        }
    }
}

/// Tells that a key of the head is missing, empty, or no text.
pub(super) fn tell<'a, 'm>(report: &'a mut Report<'m>, object: Object<'m>, key: &str, written: Option<Node<'m>>) -> &'a mut Diagnostic {
    let at = written.and_then(|value| object.node().entries().find(|entry| entry.value.id() == value.id()));
    let (range, what) = match (at, written) {
        (Some(entry), Some(value)) if value.is_empty() => (entry.key.range(), "is empty"),
        (Some(_), Some(value)) => (value.range(), "must be a string"),
        _ => (object.node().entries().next().map_or(object.node().range(), |entry| entry.key.range()), "is missing"),
    };
    let message = format!("`{key}` {what}: without it, kubectl cannot tell what the object is");
    let diagnostic = report.add(range, key, message, Some(object.index()));
    if what != "must be a string" {
        diagnostic.incomplete = Some(Incomplete::Node(object.node().id()));
    }
    diagnostic
}

/// The edit that gives the object a key of its head: in place of what is there, or as a new first line.
pub(super) fn give(object: Object<'_>, key: &str, value: &str) -> Option<Edit> {
    let node = object.node();
    let first = node.entries().next()?;
    if let Some(entry) = node.entries().find(|entry| entry.key.key_text() == key) {
        return Some(match entry.value.is_empty() {
            true => {
                let end = entry.key.range().end as usize;
                let colon = end + node.tree().text()[end..].find(':')? + 1;
                Edit::insert(colon, format!(" {value}"))
            }
            false => rewrite::replace(entry.value, value),
        });
    }
    let start = first.key.range().start as usize;
    let text = node.tree().text();
    if text[..start].ends_with('\n') || start == 0 {
        return Some(Edit::insert(start, format!("{key}: {value}{}", rewrite::newline(text))));
    }
    rewrite::insert(
        rewrite::Path { target: node, missing: &[], key },
        &if rewrite::is_json(node) { rewrite::quote(value) } else { value.to_owned() },
    )
}
