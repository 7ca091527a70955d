//! Whether a refactoring harms: the text that it gives is read again.

use std::collections::HashMap;
use std::hash::Hash;

use crate::analysis::Document;
use crate::diagnostic::Severity;
use crate::rules::Options;
use crate::text::{BREAKS, apply};
use crate::yaml::{self, Kind, Node, Scalar, Style, Tree};

use super::Refactoring;

/// So many values are compared. Aliases may repeat subtrees without end.
const MOST_VALUES: usize = 100_000;

/// Whether a document has no new errors and warnings after a change, keeps its comments and anchors, and its value where it must.
/// Nothing that a template writes may be touched.
pub(super) fn is_safe(document: &Document, change: &Refactoring) -> bool {
    let tree = document.tree();
    if change.edits.is_empty() || change.edits.iter().any(|edit| tree.has_action(edit.range)) || !change.is_pure && ends_open(tree) {
        return false;
    }
    let text = apply(document.text(), &change.edits);
    if text == document.text() {
        return false;
    }
    // What is said of a text is enough here; the search for the slip that explains it takes long.
    let options = Options { as_found: true, ..document.options().clone() };
    let parts: Vec<Document> = yaml::split(&text).into_iter().map(|part| Document::new(&text[part.span()], &options)).collect();
    let before = problems(document).next().map(|_| Document::new(document.text(), &options));
    let after = || parts.iter();
    is_within(after().flat_map(problems), before.iter().flat_map(problems))
        && is_within(comments(tree), after().flat_map(|it| comments(it.tree())))
        && is_within(anchors(tree), after().flat_map(|it| anchors(it.tree())))
        && (!change.is_pure || parts.len() == 1 && same_value(tree, parts[0].tree()))
}

/// Whether the text ends in the last line of a block scalar, which would get a line end if anything were added.
fn ends_open(tree: &Tree) -> bool {
    let is_last = |node: &Node<'_>| node.range().end as usize == tree.text().len();
    let is_block = |node: Node<'_>| matches!(node.kind(), Kind::Scalar(Style::Literal | Style::Folded));
    !tree.text().ends_with(BREAKS) && tree.nodes().filter(is_last).any(is_block)
}

fn problems(document: &Document) -> impl Iterator<Item = (&'static str, &str)> {
    let grave = document.diagnostics().iter().filter(|it| it.severity <= Severity::Warning);
    grave.map(|it| (it.code, it.message.as_str()))
}

fn comments(tree: &Tree) -> impl Iterator<Item = &str> {
    tree.comments().iter().map(|it| tree.text()[it.span()].trim_end())
}

fn anchors(tree: &Tree) -> impl Iterator<Item = &str> {
    tree.anchored().filter_map(|node| Some(&tree.text()[node.anchor()?.span()]))
}

/// Whether each is among the others, as often as it is there.
fn is_within<T: Eq + Hash>(each: impl Iterator<Item = T>, others: impl Iterator<Item = T>) -> bool {
    let mut counts: HashMap<T, usize> = HashMap::new();
    others.for_each(|it| *counts.entry(it).or_default() += 1);
    let mut each = each;
    each.all(|it| counts.get_mut(&it).filter(|count| **count > 0).map(|count| *count -= 1).is_some())
}

/// Whether two texts are read the same but for the order of keys.
fn same_value(a: &Tree, b: &Tree) -> bool {
    let (mut a, mut b) = (a.roots(), b.roots());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if same(a, b) => {}
            _ => return false,
        }
    }
}

/// Whether two nodes are read the same but for the order of keys; not where aliases repeat too much to be compared.
pub(super) fn same(a: Node<'_>, b: Node<'_>) -> bool {
    if a.tree().expanded().max(b.tree().expanded()) > MOST_VALUES {
        return false;
    }
    let mut open = vec![(a, b)];
    while let Some((a, b)) = open.pop() {
        let (Some(a), Some(b)) = (a.resolved(), b.resolved()) else { return false };
        let is_alike = match (a.kind(), b.kind()) {
            (Kind::Mapping(_), Kind::Mapping(_)) => {
                let (a, b) = (sorted(a), sorted(b));
                let same_keys = a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.0 == b.0);
                open.extend(a.into_iter().zip(b).map(|(a, b)| (a.1, b.1)));
                same_keys
            }
            (Kind::Sequence(_), Kind::Sequence(_)) => {
                open.extend(a.items().zip(b.items()));
                a.items().count() == b.items().count()
            }
            (Kind::Scalar(_) | Kind::Empty, Kind::Scalar(_) | Kind::Empty) => match (yaml::resolve(a), yaml::resolve(b)) {
                (Scalar::String, Scalar::String) => a.value() == b.value(),
                (a, b) => a == b,
            },
            _ => a.text() == b.text() && a.kind() == b.kind(),
        };
        if !is_alike || a.tag_uri() != b.tag_uri() {
            return false;
        }
    }
    true
}

/// The entries by their keys; equal keys stay in their order.
fn sorted(mapping: Node<'_>) -> Vec<(String, Node<'_>)> {
    let mut entries: Vec<_> = mapping.entries().map(|entry| (entry.key.key_text().into_owned(), entry.value)).collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries
}
