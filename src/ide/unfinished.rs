//! What is merely not there yet, and whether the author is still writing it.

use crate::diagnostic::Incomplete;
use crate::text::TextRange;
use crate::yaml::{Kind, Layout, Node, Tree};

/// Whether an edit at `offset` falls inside of what is incomplete: within its text, or after it on lines that its indentation makes, or
/// would make, part of it.
pub fn is_unfinished_at(tree: &Tree, incomplete: Incomplete, offset: usize) -> bool {
    let text = tree.text();
    match incomplete {
        Incomplete::Text(range) => lines_of(text, range).touches(offset),
        Incomplete::Word(range) => offset == range.end as usize,
        Incomplete::Node(id) => {
            let node = tree.node(id);
            let own = lines_of(text, node.range());
            offset >= own.start as usize && offset <= reach(text, own.end as usize, indentation(node))
        }
    }
}

/// What a line after a node must look like to continue it.
#[derive(Clone, Copy)]
enum Indentation {
    /// Nothing continues it: brackets say where it ends.
    Closed,
    /// Lines indented by as much.
    From(usize),
    /// Items at that column, and what is indented further.
    Items(usize),
}

fn indentation(node: Node<'_>) -> Indentation {
    match node.kind() {
        Kind::Mapping(Layout::Block) => Indentation::From(column(node)),
        Kind::Sequence(Layout::Block) => Indentation::Items(column(node)),
        Kind::Mapping(Layout::Flow) | Kind::Sequence(Layout::Flow) => Indentation::Closed,
        // A value that is not written yet may follow on the next lines.
        _ => node.parent().map_or(Indentation::From(0), |parent| Indentation::From(column(parent) + 1)),
    }
}

fn column(node: Node<'_>) -> usize {
    let range = node.range();
    (range.start - lines_of(node.tree().text(), TextRange::at(range.start as usize)).start) as usize
}

/// The range widened to whole lines, without the last line's end.
fn lines_of(text: &str, range: TextRange) -> TextRange {
    let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let (before, after) = (&text.as_bytes()[..range.start as usize], &text.as_bytes()[range.end as usize..]);
    let start = before.iter().rposition(is_break).map_or(0, |at| at + 1);
    let end = after.iter().position(is_break).map_or(text.len(), |at| range.end as usize + at);
    TextRange::new(start, end)
}

/// How far the lines after `end` continue what ends there. Blank lines and comments belong to it.
fn reach(text: &str, mut end: usize, indentation: Indentation) -> usize {
    while let Some(next) = text[end..].chars().next() {
        let start = end + if text[end..].starts_with("\r\n") { 2 } else { next.len_utf8() };
        let line = lines_of(text, TextRange::at(start));
        let line = &text[start..line.end as usize];
        let content = line.trim_start_matches(' ');
        let width = line.len() - content.len();
        let continues = match indentation {
            Indentation::Closed => return end,
            _ if content.trim().is_empty() || content.starts_with('#') => true,
            Indentation::From(column) => width >= column && !line.starts_with("..."),
            Indentation::Items(column) => width > column || width == column && (content == "-" || content.starts_with("- ")),
        };
        if !continues {
            break;
        }
        end = start + line.len();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::yaml;

    /// Whether the collection that begins at `@` is unfinished while the author types at `$0`.
    fn unfinished(fixture: &str) -> bool {
        let (text, mut cursor) = fixture::cursor(fixture);
        let start = text.find('@').expect("a start");
        cursor -= usize::from(cursor > start);
        let tree = yaml::parse(text.replacen('@', "", 1));
        let mut node = tree.node_at(start).expect("a node");
        while let Some(parent) = node.parent().filter(|parent| parent.range().start as usize == start) {
            node = parent;
        }
        is_unfinished_at(&tree, Incomplete::Node(node.id()), cursor)
    }

    #[test]
    fn inside() {
        for fixture in [
            "@a: 1$0\nb: 2\n",
            "a:\n- @name: x\n  $0\n",
            "a:\n- @name: x\n$0",
            "a:\n- @name: x\n  ima$0\n- name: y\n",
            "a:\n- @name: x\n  ports:\n  - port: 1$0\n",
            "a:\n- @name: x\n  # more\n\n  $0\n- name: y\n",
            "a:\n- $0@name: x\n",
            "a:\n@- name: x\n- $0\n",
            "a:\n@- name: x\n-$0\n",
            "a: @{b: 1$0}\n",
        ] {
            assert!(unfinished(fixture), "{fixture}");
        }
    }

    #[test]
    fn outside() {
        for fixture in [
            "$0z: 1\na:\n  @b: 1\n",
            "a:\n- @name: x\n- $0\n",
            "a:\n- @name: x\n- name: y$0\n",
            "a:\n  @b: 1\nc$0\n",
            "a:\n@- name: x\nb$0: 1\n",
            "a: @{b: 1}\nc: 2$0\n",
            "a:\n- @name: x\n- name: y\n\n  $0\n",
        ] {
            assert!(!unfinished(fixture), "{fixture}");
        }
    }
}
