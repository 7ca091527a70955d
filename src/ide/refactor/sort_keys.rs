//! The keys of a mapping in the conventional order.

use crate::ide::completion::usual;
use crate::rules::rewrite::{column, comments_above};
use crate::schema::ty;
use crate::text::{BREAKS, Edit, TextRange, line_at, line_end, next_line};
use crate::yaml::{Entry, Kind, Layout, Node};

use super::{At, Refactoring};

/// What objects of kinds that podls does not know begin with.
const OBJECT: &str = "apiVersion kind metadata";

pub(super) fn proposals(at: At<'_>) -> Option<Refactoring> {
    let mapping = std::iter::successors(Some(at.node), |node| node.parent()).find(|node| matches!(node.kind(), Kind::Mapping(_)))?;
    let order = order(at, mapping)?;
    let entries: Vec<_> = mapping.entries().collect();
    let sorted = sorted(&entries, order);
    if sorted.iter().copied().eq(0..entries.len()) {
        return None;
    }
    let edits = match mapping.kind() {
        Kind::Mapping(Layout::Flow) => in_flow(&entries, &sorted),
        _ => vec![in_block(mapping, &entries, &sorted)?],
    };
    Some(Refactoring::pure("Sort keys in the conventional order", edits))
}

/// The order of the fields of the struct that a mapping is.
fn order(at: At<'_>, mapping: Node<'_>) -> Option<&'static str> {
    let values = at.value().into_iter().flat_map(|value| std::iter::once(value).chain(value.ancestors()));
    let ty = values.filter(|value| value.written().id() == mapping.id()).find_map(|value| value.ty());
    let name = ty.map(|ty| if ty == ty::EPHEMERAL_CONTAINER { "Container" } else { ty.name });
    let known = name.and_then(|name| usual::ROWS.iter().find(|row| row.0 == name)).map(|row| row.1);
    let is_object = || at.document.model().objects().any(|object| object.node().id() == mapping.id());
    known.or_else(|| is_object().then_some(OBJECT))
}

/// The entries in their order. One that has no place in it stays after the one that it follows.
fn sorted(entries: &[Entry<'_>], order: &str) -> Vec<usize> {
    let mut last = 0;
    let ranks: Vec<usize> = entries
        .iter()
        .map(|entry| {
            let key = entry.key.key_text();
            last = order.split_whitespace().position(|name| name == key).map_or(last, |at| at + 1);
            last
        })
        .collect();
    let mut sorted: Vec<usize> = (0..entries.len()).collect();
    sorted.sort_by_key(|at| ranks[*at]);
    sorted
}

fn in_flow(entries: &[Entry<'_>], sorted: &[usize]) -> Vec<Edit> {
    let range = |at: usize| entries[at].key.range().cover(entries[at].value.range());
    let text = |at: usize| &entries[at].key.tree().text()[range(at).span()];
    let moved = sorted.iter().enumerate().filter(|(to, from)| to != *from);
    moved.map(|(to, from)| Edit::replace(range(to), text(*from))).collect()
}

/// Each entry moves with its lines, those of the comments right above it included.
fn in_block(mapping: Node<'_>, entries: &[Entry<'_>], sorted: &[usize]) -> Option<Edit> {
    let text = mapping.tree().text();
    let indent = column(entries[0].key);
    let pad = " ".repeat(indent);
    let mut starts = vec![];
    for (at, entry) in entries.iter().enumerate() {
        let start = entry.key.range().start as usize;
        let line = line_at(text, start).start as usize;
        let before = &text[line..start];
        starts.push(match before.bytes().all(|byte| byte == b' ') {
            _ if column(entry.key) != indent => return None,
            // The comments at the top are about the document.
            true if at == 0 && mapping.parent().is_none() => line,
            true => comments_above(text, line, indent),
            false if at == 0 && before.bytes().all(|byte| matches!(byte, b' ' | b'-')) => start,
            false => return None,
        });
    }
    let last = entries.last()?;
    let end = last.key.range().end.max(last.value.range().end) as usize;
    let end = if text[..end].ends_with(BREAKS) { end } else { next_line(text, end) };
    let is_after_dash = starts[0] == entries[0].key.range().start as usize && indent > 0;
    let range = TextRange::new(starts[0], end);
    starts.push(end);
    let mut new_text = String::new();
    for (to, from) in sorted.iter().copied().enumerate() {
        let chunk = text.get(starts[from]..starts[from + 1])?;
        match (from == 0, to == 0) {
            _ if !is_after_dash => new_text += chunk,
            (true, false) => new_text.extend([&pad, chunk]),
            (false, true) => new_text += chunk.strip_prefix(&pad)?,
            _ => new_text += chunk,
        }
        if !chunk.ends_with(BREAKS) {
            new_text += line_end(text);
        }
    }
    if !text[range.span()].ends_with(BREAKS) {
        new_text.truncate(new_text.trim_end_matches(BREAKS).len());
    }
    Some(Edit::replace(range, new_text))
}

#[cfg(test)]
mod tests {
    use super::super::tests::offered;

    const TITLE: &str = "Sort keys";

    #[test]
    fn comments_move_with_their_entries() {
        for (before, after) in [
            (
                "    # two\n    command: [a] # c\n\n    # one\n    # more\n    ima$0ge: b\n    x: y\n",
                "    # one\n    # more\n    image: b\n    x: y\n    # two\n    command: [a] # c\n\n",
            ),
            ("    ports: [{containerPort: 80, na$0me: http}]\n", "    ports: [{name: http, containerPort: 80}]\n"),
            (
                "    ports:\n    - containerPort: 80 # number\n      # say\n      na$0me: http\n",
                "    ports:\n    - # say\n      name: http\n      containerPort: 80 # number\n",
            ),
            ("    args: |+\n      a\n\n    command: [b$0]\n", "    command: [b]\n    args: |+\n      a\n\n"),
            ("    args: &a [x]\n    command: $0*a\n", ""),
            ("    ? args\n    : [x]\n    command: $0[y]\n", ""),
        ] {
            let found = offered(before, TITLE);
            assert_eq!(found.first().map_or("", |it| it), after, "{before}");
        }
    }
}
