//! Merge keys: `<<: *defaults`.

use std::collections::HashSet;

use super::{Entry, Kind, Node, Style};

/// How many entries a mapping may gain by merging; beyond it the rest is left out.
const MAX_MERGED: usize = 10_000;

/// Whether a key merges: a plain `<<`, or one tagged so.
pub(super) fn is_merge(key: Node<'_>) -> bool {
    key.kind() == Kind::Scalar(Style::Plain) && key.text() == "<<" && key.tag().is_none()
}

/// Whether the value of `<<` is what kubectl can merge.
pub(super) fn can_merge(value: Node<'_>) -> bool {
    let mapping = |node: Node<'_>| node.resolved().is_none_or(|it| matches!(it.kind(), Kind::Mapping(_)));
    match value.kind() {
        Kind::Sequence(_) => value.items().all(mapping),
        _ => mapping(value),
    }
}

impl<'t> Node<'t> {
    /// The entries of a mapping as kubectl reads them: those of merged mappings behind its own, unless the key is its own or was merged
    /// before. Duplicates among its own entries all appear. Nothing for other nodes.
    pub fn merged_entries(self) -> Vec<Entry<'t>> {
        let (merges, mut entries): (Vec<_>, Vec<_>) = self.entries().partition(|entry| is_merge(entry.key));
        if merges.is_empty() {
            return entries;
        }
        let mut seen: HashSet<_> = entries.iter().map(|entry| super::key_text(entry.key)).collect();
        let mut open: Vec<Node<'t>> = Vec::new();
        let queue = |open: &mut Vec<Node<'t>>, value: Node<'t>| match value.kind() {
            // The last one is taken first from the stack.
            Kind::Sequence(_) => open.extend(value.items().collect::<Vec<_>>().into_iter().rev()),
            _ => open.push(value),
        };
        merges.iter().for_each(|entry| queue(&mut open, entry.value));
        let mut visited = HashSet::new();
        while let Some(mapping) = open.pop().and_then(Node::resolved) {
            if !visited.insert(mapping.id()) || entries.len() > MAX_MERGED {
                continue;
            }
            for entry in mapping.entries() {
                if is_merge(entry.key) {
                    queue(&mut open, entry.value);
                } else if seen.insert(super::key_text(entry.key)) {
                    entries.push(entry);
                }
            }
        }
        entries
    }
}
