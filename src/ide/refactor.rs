//! Refactorings: changes that the author asks for at a place.
//!
//! Each family is a file; it proposes edits where the cursor or the selection makes them apply. [`check`] then reads the text that they
//! give, and drops every proposal that would harm.

mod add;
mod block_scalar;
mod check;
mod create;
mod extract_env;
mod labels;
mod layout;
mod shell;
mod sort_keys;
mod static_pod;
#[cfg(test)]
mod tests;
mod workload;

use std::sync::Arc;

use crate::analysis::{Analysis, Document};
use crate::pod::{Object, Value};
use crate::text::{Edit, TextRange, line_at};
use crate::yaml::{Entry, Node, Tree};

/// A change of the text that is offered at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refactoring {
    /// An imperative for the menu: "Sort the keys of `containers[0]`".
    pub title: String,
    /// What sort of change it is.
    pub kind: RefactoringKind,
    /// Relative to the document; they do not overlap.
    pub edits: Vec<Edit>,
    /// Whether the text means the same afterwards.
    pub is_pure: bool,
}

/// What sort of change a refactoring is, in LSP's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefactoringKind {
    /// Something gets an object of its own.
    Extract,
    /// Something is taken out of what is around it.
    Inline,
    /// It is written in another way, or gets something that it lacks.
    Rewrite,
}

/// The other documents of a file.
type Siblings<'s> = &'s mut dyn Iterator<Item = Arc<Document>>;

/// Longer documents are not refactored: each proposal is checked by reading the text that it gives.
const LONGEST: usize = 32 << 10;

/// What is offered for a selection, which may be empty: the cursor. In a text with syntax errors, and in files that are not manifests,
/// nothing. `siblings` are the other documents of the file, read only where an object may be created that they hold already.
pub fn refactorings(analysis: &Analysis, selection: TextRange, siblings: Siblings<'_>) -> Vec<Refactoring> {
    let (piece, start) = analysis.at(selection.start as usize);
    let document = &*piece.document;
    let tree = document.tree();
    let is_readable = tree.errors().is_empty() && tree.unsure().is_empty() && tree.text().len() <= LONGEST;
    let is_inside = start + selection.len() <= tree.text().len();
    if !is_readable || !is_inside || !document.is_manifest() {
        return vec![];
    }
    let Some(at) = At::new(document, TextRange::new(start, start + selection.len())) else { return vec![] };
    let pure = [block_scalar::proposals(at), layout::proposals(at), sort_keys::proposals(at)];
    let mut offered: Vec<_> = pure.into_iter().flatten().collect();
    // What a template fills in, and what a patch leaves to its base, is not known well enough to add to it.
    if !tree.is_template() && !document.options().layers.is_patch() && !document.model().is_partial() {
        offered.extend(add::proposals(at));
        offered.extend(shell::proposals(at));
        offered.extend(extract_env::proposals(at, siblings));
        offered.extend(workload::proposals(at));
        offered.extend(static_pod::proposals(at));
        offered.extend(create::proposals(at, siblings));
    }
    offered.retain(|it| it.edits.iter().all(|edit| piece.cut.holds(edit.range)) && check::is_safe(document, it));
    for edit in offered.iter_mut().flat_map(|it| &mut it.edits) {
        edit.range = piece.cut.to_whole(edit.range);
    }
    offered
}

impl Refactoring {
    fn new(kind: RefactoringKind, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Refactoring { title: title.into(), kind, edits, is_pure: false }
    }

    /// The same meaning, written in another way.
    fn pure(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Refactoring { is_pure: true, ..Refactoring::new(RefactoringKind::Rewrite, title, edits) }
    }
}

/// Where refactorings are asked for.
#[derive(Clone, Copy)]
struct At<'d> {
    document: &'d Document,
    /// What is selected, without the spaces and dashes around it.
    range: TextRange,
    /// The deepest node that holds it.
    node: Node<'d>,
}

impl<'d> At<'d> {
    fn new(document: &'d Document, selection: TextRange) -> Option<Self> {
        let tree = document.tree();
        let range = visible(tree.text(), selection)?;
        let mut node = tree.node_at(range.start as usize)?;
        while node.range().end < range.end {
            node = node.parent()?;
        }
        Some(At { document, range, node })
    }

    fn tree(self) -> &'d Tree {
        self.document.tree()
    }

    /// The entry whose key is at the cursor, or begins the selection.
    fn entry(self) -> Option<Entry<'d>> {
        let key = self.tree().node_at(self.range.start as usize)?;
        let entry = key.parent()?.entries().find(|entry| entry.key.id() == key.id())?;
        (self.range.end <= entry.key.range().cover(entry.value.range()).end).then_some(entry)
    }

    /// The object whose `apiVersion` or `kind` is at the cursor.
    fn head(self) -> Option<Object<'d>> {
        let node = self.entry().map_or(self.node, |entry| entry.value);
        let is_head = |object: &Object<'d>| [object.kind(), object.api_version()].into_iter().flatten().any(|it| it.id() == node.id());
        self.document.model().objects().find(is_head)
    }

    /// The deepest value that holds the selection, with its key.
    fn value(self) -> Option<Value<'d>> {
        let value = self.document.model().value_at(self.range.start as usize)?;
        let holds =
            |it: &Value<'d>| it.key().map_or(it.written().range(), |key| key.range().cover(it.written().range())).end >= self.range.end;
        std::iter::once(value).chain(value.ancestors()).find(holds)
    }
}

/// A selection without the spaces around it, and without the dash that it begins with; of a cursor before the text of its line, that text.
fn visible(text: &str, selection: TextRange) -> Option<TextRange> {
    let (start, end) = (selection.start as usize, selection.end as usize);
    let line = line_at(text, start);
    let before = text.get(line.start as usize..start)?;
    let is_margin = |it: char| it == ' ' || it == '-';
    let begin = if before.chars().all(is_margin) {
        let rest = text.get(start..line.end as usize)?;
        let margin = rest.find(|it| !is_margin(it)).unwrap_or(0);
        // A dash that is not an indicator belongs to the text.
        if rest[..margin].is_empty() || rest[..margin].ends_with(' ') { start + margin } else { start }
    } else {
        start
    };
    let end = begin.max(start + text.get(start..end)?.trim_end().len());
    Some(TextRange::new(begin, end))
}
