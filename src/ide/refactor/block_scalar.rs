//! A text of several lines in quotes becomes a block scalar: a script that can be read.

use crate::rules::rewrite::{Indent, column};
use crate::text::{Edit, line_at, line_end};
use crate::yaml::{Kind, Layout, Node, Style};

use super::{At, Refactoring};

pub(super) fn proposals(at: At<'_>) -> Option<Refactoring> {
    let node = at.node;
    if !matches!(node.kind(), Kind::Scalar(Style::DoubleQuoted | Style::SingleQuoted | Style::Plain)) {
        return None;
    }
    let value = node.value();
    let (lines, header) = match value.strip_suffix('\n') {
        Some(lines) => (lines, "|"),
        None => (&*value, "|-"),
    };
    if !value.contains('\n') || !can_be_literal(lines) {
        return None;
    }
    let text = node.tree().text();
    let pad = " ".repeat(indent(node)?);
    let written = lines.split('\n').map(|line| if line.is_empty() { String::new() } else { format!("{pad}{line}") });
    let below: String = written.map(|line| format!("{}{line}", line_end(text))).collect();
    let rest = line_at(text, node.range().end as usize).end as usize;
    let edits = vec![Edit::replace(node.range(), header), Edit::insert(rest, below)];
    Some(Refactoring::pure("Write as a block scalar", edits))
}

/// Whether lines can be written as they are.
fn can_be_literal(lines: &str) -> bool {
    let is_writable = |it: char| it == '\n' || !it.is_control() && !matches!(it, '\u{feff}' | '\u{2028}' | '\u{2029}');
    let is_line = |line: &str| line.is_empty() || !line.trim().is_empty();
    lines.chars().all(is_writable) && lines.split('\n').all(is_line) && !lines.starts_with([' ', '\n']) && !lines.ends_with('\n')
}

/// The column of the lines: further in than what holds the scalar.
fn indent(node: Node<'_>) -> Option<usize> {
    let parent = node.parent()?;
    match parent.kind() {
        Kind::Mapping(Layout::Block) => {
            let entry = parent.entries().find(|entry| entry.value.id() == node.id())?;
            Some(column(entry.key) + Indent::of(node.tree()).step)
        }
        Kind::Sequence(Layout::Block) => Some(column(parent) + 2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::offered;

    #[test]
    fn scripts_become_readable() {
        for (before, after) in [
            ("    args:\n    - \"set -e\\n\\nru$0n\\n\" # x\n    - b\n", "    args:\n    - | # x\n      set -e\n\n      run\n    - b\n"),
            (
                "    env:\n    - name: A\n      value: 'a$0\n\n        b'\n",
                "    env:\n    - name: A\n      value: |-\n        a\n        b\n",
            ),
            ("    args: [\"a$0\\nb\"]\n", ""),
            ("    args:\n    - \"a$0 b\"\n", ""),
            ("    args:\n    - \" a$0\\nb\"\n", ""),
            ("    args:\n    - \"a$0\\n  \\nb\"\n", ""),
        ] {
            assert_eq!(offered(before, "block scalar").first().map_or("", |it| it), after, "{before}");
        }
    }
}
