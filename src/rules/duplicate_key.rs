//! `duplicate-key`

use std::collections::HashMap;

use crate::diagnostic::Fix;
use crate::pod::{Issue, Model};
use crate::text::{Edit, TextRange, line_end};
use crate::yaml::{self, Kind, Node, NodeId, Scalar, Tree};

use super::rewrite::{self, Written};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Duplicate keys in a mapping.
    ///
    /// ## Why
    /// kubectl silently keeps the last value, so the first one has no effect. Strict parsers reject the file, for example the API server
    /// when it receives YAML directly, or a GitOps controller. If `apiVersion` and `kind` are repeated, the line `---` between two
    /// objects is missing, and kubectl sends a mixture of both.
    ///
    /// This is the only error that the API server does not report: it never sees the discarded value.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     image: nginx:1.28
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
    /// `yaml.UnmarshalStrict` of sigs.k8s.io/yaml: `key "image" already set in map`.
    DUPLICATE_KEY = "duplicate-key", Error, [Check::Document(check)]
}

fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    let tree = model.tree();
    let seams = seams(model);
    for issue in model.issues() {
        let Issue::DuplicateKey { first, again, object } = issue else { continue };
        let (first, again) = (tree.node(*first), tree.node(*again));
        let key = again.key_text();
        match seams.get(object) {
            Some(seam) if again.id() == *seam => {
                let message = format!(
                    "`{key}` is repeated, so a second object probably starts here; add a `---` line before it, or kubectl sends a mixture of both"
                );
                let diagnostic = report.add(again.range(), model.node_path(*object, again), message, Some(*object));
                diagnostic.related.push(related(first));
                let start = again.range().start as usize;
                // Where only CR ends the lines, kubectl sees no separator.
                let line_end = Some(line_end(tree.text())).filter(|it| *it != "\r");
                let separate = line_end.map(|it| vec![Edit::insert(start, format!("---{it}"))]);
                diagnostic.fixes.extend(separate.map(|edits| Fix::preferred("Insert `---` above this line", edits)));
            }
            Some(seam) if parent(again) == parent(tree.node(*seam)) => {}
            _ => emit(report, model, *object, first, again),
        }
    }
}

fn emit<'m>(report: &mut Report<'m>, model: &'m Model, object: usize, first: Node<'m>, again: Node<'m>) {
    let key = again.key_text();
    let message = format!("duplicate key `{key}`; kubectl silently keeps only this value");
    let wants_fixes = report.wants_fixes();
    let diagnostic = report.add(again.range(), model.node_path(object, again), message, Some(object));
    diagnostic.related.push(related(first));
    if !wants_fixes {
        return;
    }
    let (Some(before), Some(after)) = (Written::of(first), Written::of(again)) else { return };
    if same(before.value, after.value) {
        // In an item the first line of the next one may be lost.
        let line = |it: Written<'_>| it.key.tree().text()[it.key.range().start as usize..it.value.range().end as usize].to_owned();
        let in_item = line(before) == line(after)
            && again.parent().and_then(Node::parent).is_some_and(|list| matches!(list.kind(), Kind::Sequence(_)));
        let (Some(first), Some(second)) = (rewrite::remove(before), rewrite::remove(after)) else { return };
        // A comment that only one of them has must stay.
        let comments = |edit: &Edit| comments_in(model.tree(), edit.range);
        let loses = |removed: &Edit, kept: &Edit| comments(removed).iter().any(|it| !comments(kept).contains(it));
        let (title, edit, other) = match (loses(&second, &first), loses(&first, &second)) {
            (true, false) => ("Remove the first value", first, second),
            _ => ("Remove this duplicate", second, first),
        };
        let preferred = !in_item && !loses(&edit, &other);
        diagnostic.fixes.push(Fix { title: title.to_owned(), preferred, edits: vec![edit] });
    } else {
        diagnostic.fixes.extend(rewrite::remove(before).map(|edit| Fix::possible("Keep this value", vec![edit])));
        diagnostic.fixes.extend(rewrite::remove(after).map(|edit| Fix::possible("Keep the first value", vec![edit])));
    }
}

/// The comments in a range.
fn comments_in(tree: &Tree, range: TextRange) -> Vec<&str> {
    tree.comments().iter().filter(|comment| range.covers(**comment)).map(|comment| &tree.text()[comment.span()]).collect()
}

fn parent(node: Node<'_>) -> Option<NodeId> {
    node.parent().map(Node::id)
}

fn related(first: Node<'_>) -> crate::diagnostic::Related {
    crate::diagnostic::Related { range: first.range(), message: "first defined here".to_owned() }
}

/// For each object that looks like two, the key at which the second begins: the first one of a repeated `apiVersion` and `kind`.
fn seams(model: &Model) -> HashMap<usize, NodeId> {
    let mut heads: HashMap<usize, Vec<Node<'_>>> = HashMap::new();
    for issue in model.issues() {
        if let Issue::DuplicateKey { again, object, .. } = issue {
            let again = model.tree().node(*again);
            let at_top = model.tree().root().map(Node::id) == parent(again);
            if at_top && ["apiVersion", "kind"].contains(&&*again.key_text()) {
                heads.entry(*object).or_default().push(again);
            }
        }
    }
    let both = heads.into_iter().filter(|(_, keys)| keys.len() == 2);
    both.filter_map(|(object, keys)| Some((object, keys.into_iter().min_by_key(|key| key.range().start)?.id()))).collect()
}

/// Whether two values are read the same.
fn same(a: Node<'_>, b: Node<'_>) -> bool {
    let mut open = vec![(a, b)];
    while let Some((a, b)) = open.pop() {
        let alike = match (a.kind(), b.kind()) {
            (Kind::Mapping(_), Kind::Mapping(_)) | (Kind::Sequence(_), Kind::Sequence(_)) => a.children().count() == b.children().count(),
            (Kind::Empty, Kind::Empty) => true,
            (Kind::Scalar(_), Kind::Scalar(_)) => match (yaml::resolve(a), yaml::resolve(b)) {
                (Scalar::String, Scalar::String) => a.value() == b.value(),
                (a, b) => a == b,
            },
            _ => a.text() == b.text(),
        };
        if !alike {
            return false;
        }
        open.extend(a.children().zip(b.children()));
    }
    true
}

#[cfg(test)]
mod tests;
