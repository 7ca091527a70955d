//! Marks in a finished tree what depends on the actions that were taken out of its text.

use crate::text::TextRange;

use super::super::tree::{NONE, NodeData, Tree};
use super::super::{Kind, Layout, NodeId, Style};
use super::Template;
use super::mask::{Mask, Print};

/// Turns the scalars that hold actions into [`Kind::Template`], and finds the collections that may get more entries.
/// `open` are those of which the parser knows.
pub(in crate::yaml) fn settle(tree: &mut Tree, mask: &Mask, open: Vec<u32>) {
    let mut template = Template { actions: mask.actions.clone(), branches: mask.branches.clone(), open, ..Template::default() };
    for node in tree.nodes.iter_mut().filter(|node| node.kind == Kind::Scalar(Style::Plain) && template.overlaps(node.range)) {
        fill_in(node);
    }
    let mut leaves: Vec<u32> = (0..tree.nodes.len() as u32).filter(|&id| tree.nodes[id as usize].first_child == NONE).collect();
    leaves.sort_by_key(|&id| tree.nodes[id as usize].range.start);
    for print in &mask.prints {
        let after = leaves.partition_point(|&id| tree.nodes[id as usize].range.start <= print.at);
        let before = after.checked_sub(1).map(|at| leaves[at]);
        Around { tree, mask, print: *print, before, after: leaves.get(after).copied() }.mark(&mut template.open);
    }
    cover_children(tree);
    let unnamed = tree.nodes.iter().filter(|node| node.kind == Kind::Template && node.parent != NONE);
    template.open.extend(unnamed.filter(|node| writes_entries(tree, node)).map(|node| node.parent));
    template.open.sort_unstable();
    template.open.dedup();
    tree.template = Some(Box::new(template));
}

/// Makes each collection end no earlier than what another branch or an action has put into it.
fn cover_children(tree: &mut Tree) {
    for id in 0..tree.nodes.len() {
        let NodeData { range, mut parent, .. } = tree.nodes[id];
        while parent != NONE && tree.nodes[parent as usize].range.end < range.end {
            tree.nodes[parent as usize].range.end = range.end;
            parent = tree.nodes[parent as usize].parent;
        }
    }
}

fn fill_in(node: &mut NodeData) {
    node.kind = Kind::Template;
    node.one_line = false;
}

/// Whether an unknown scalar may be several entries of its collection: a key, or an item in brackets.
fn writes_entries(tree: &Tree, node: &NodeData) -> bool {
    match tree.nodes[node.parent as usize].kind {
        Kind::Mapping(_) => is_key(tree, node),
        Kind::Sequence(layout) => layout == Layout::Flow,
        _ => false,
    }
}

/// Whether a child of a mapping is one of its keys.
fn is_key(tree: &Tree, node: &NodeData) -> bool {
    let parent = tree.node(NodeId(node.parent));
    parent.entries().any(|entry| std::ptr::eq(&tree.nodes[entry.key.id().index()], node))
}

/// An action that writes lines, and the leaves of the tree between which it lies.
struct Around<'t> {
    tree: &'t mut Tree,
    mask: &'t Mask,
    print: Print,
    before: Option<u32>,
    after: Option<u32>,
}

impl Around<'_> {
    fn mark(self, open: &mut Vec<u32>) {
        let print = self.print;
        let mut found = vec![];
        if let Some(before) = self.before {
            let node = &self.tree.nodes[before as usize];
            let holder = self.column_of(node.parent);
            let inside = |of: i32| print.column.is_none_or(|column| column as i32 >= of);
            match node.kind {
                Kind::Empty if inside(holder) => {
                    fill_in(&mut self.tree.nodes[before as usize]);
                    if print.column.is_some() {
                        return;
                    }
                }
                Kind::Scalar(Style::Literal | Style::Folded) if node.range.end > print.at => return,
                Kind::Scalar(Style::Literal | Style::Folded) if inside(holder + 1) => {
                    // What is written belongs to the text.
                    self.tree.nodes[before as usize].range.end = self.end_of_line(print.at);
                    if print.column.is_some() {
                        return;
                    }
                }
                _ if self.after.is_some_and(|after| self.is_value(before, after)) => {
                    // The rest of a plain scalar that an action begins.
                    fill_in(&mut self.tree.nodes[self.after.unwrap_or(NONE) as usize]);
                    return;
                }
                _ => {}
            }
            let inner = &self.tree.nodes[before as usize];
            found.extend(self.collections(inner.parent, |_| true));
        }
        if let Some(after) = self.after {
            found.extend(self.collections(self.tree.nodes[after as usize].parent, |node| node.range.start > print.at));
        }
        let exact: Vec<u32> = found.iter().copied().filter(|&id| print.column.is_some_and(|it| self.column_of(id) == it as i32)).collect();
        open.extend(if exact.is_empty() { found } else { exact });
    }

    /// The collections from `id` outwards, as far as `such`; brackets keep what is written in them.
    fn collections(&self, id: u32, such: impl Fn(&NodeData) -> bool) -> Vec<u32> {
        let mut found = vec![];
        let mut id = id;
        while id != NONE && such(&self.tree.nodes[id as usize]) {
            let node = &self.tree.nodes[id as usize];
            let in_brackets = matches!(node.kind, Kind::Mapping(Layout::Flow) | Kind::Sequence(Layout::Flow));
            if in_brackets && node.range.end > self.print.at {
                return vec![id];
            }
            if !in_brackets {
                found.push(id);
            }
            id = node.parent;
        }
        found
    }

    /// Whether a plain scalar is the value of a key.
    fn is_value(&self, key: u32, value: u32) -> bool {
        let parent = self.tree.nodes[key as usize].parent;
        self.tree.nodes[value as usize].kind == Kind::Scalar(Style::Plain)
            && parent != NONE
            && self.tree.node(NodeId(parent)).entries().any(|entry| entry.key.id() == NodeId(key) && entry.value.id() == NodeId(value))
    }

    /// The column in which the entries of a block collection begin; -1 outside of all.
    fn column_of(&self, id: u32) -> i32 {
        if id == NONE {
            return -1;
        }
        let start = self.tree.nodes[id as usize].range.start as usize;
        let line = self.tree.text[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        (start - line) as i32 - self.mask.shift(line)
    }

    fn end_of_line(&self, at: u32) -> u32 {
        let rest = &self.tree.text[at as usize..];
        at + rest.find(['\n', '\r']).unwrap_or(rest.len()) as u32
    }
}

/// Takes out the errors that need not be there in what is rendered, and notes their lines.
pub(in crate::yaml) fn drop_unsure(tree: &mut Tree, mask: &Mask) {
    let lines = Lines { text: &mask.text };
    let mut unsure: Vec<TextRange> = vec![];
    let Some(template) = tree.template.as_deref_mut() else { return };
    tree.errors.retain(|error| {
        let line = lines.at(error.range.start as usize);
        let above = lines.content_above(line.start as usize);
        let first_action = template.actions.get(template.actions.partition_point(|it| it.end <= line.start));
        let on_line = first_action.is_some_and(|it| it.start < line.end && it.start < error.range.end);
        let between = above.map_or(0, |it| it.end);
        let in_between = template.overlaps(TextRange { start: between, end: line.start });
        let written_above = above.is_some_and(|it| mask.prints.iter().any(|print| it.touches(print.at as usize)));
        let in_open = error.unfinished.is_some_and(|range| template.overlaps(range));
        let is_unsure = on_line || in_between || written_above || in_open;
        if is_unsure {
            unsure.push(error.unfinished.map_or(line, |range| line.cover(range)));
        }
        !is_unsure
    });
    template.unsure = unsure;
}

struct Lines<'t> {
    text: &'t str,
}

impl Lines<'_> {
    fn at(&self, offset: usize) -> TextRange {
        let start = self.text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let end = self.text[offset..].find(['\n', '\r']).map_or(self.text.len(), |at| offset + at);
        TextRange::new(start, end)
    }

    /// The nearest line above `start` that holds more than spaces and a comment.
    fn content_above(&self, start: usize) -> Option<TextRange> {
        let mut start = start;
        while start > 0 {
            let line = self.at(start - 1);
            let text = self.text[line.span()].trim();
            if !text.is_empty() && !text.starts_with('#') {
                return Some(line);
            }
            start = line.start as usize;
        }
        None
    }
}
