//! How a chosen key is written: with its colon, and for a block with the start of its first line.

use crate::schema::{Field, Shape};
use crate::yaml::{Kind, Layout, Node, Tree};

use super::slot::{self, Reading};
use super::token::Token;

/// How the file is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Columns by which a block is indented.
    pub step: usize,
    /// Columns by which a list is indented below its key: none, or a step.
    pub list: usize,
}

impl Style {
    /// As the file has it so far.
    pub fn of(tree: &Tree) -> Style {
        let column = |node: Node<'_>| slot::column_at(tree, node.range());
        let mut style = Style { step: 2, list: 2 };
        let (mut step, mut list) = (false, false);
        for node in tree.nodes().filter(|node| matches!(node.kind(), Kind::Mapping(Layout::Block))) {
            for entry in node.entries() {
                let Some(deeper) = column(entry.value).checked_sub(column(node)) else { continue };
                match entry.value.kind() {
                    Kind::Mapping(Layout::Block) if !step && (1..=8).contains(&deeper) => (style.step, step) = (deeper, true),
                    Kind::Sequence(Layout::Block) if !list && deeper <= 8 => (style.list, list) = (deeper, true),
                    _ => {}
                }
            }
            if step && list {
                break;
            }
        }
        style
    }
}

/// The text after the key of a field.
pub(super) fn after_key(reading: &Reading, field: &Field, held: Node<'_>) -> String {
    let token = &reading.token;
    if token.colon {
        return String::new();
    }
    if token.flow {
        return ": ".into();
    }
    if !held.is_empty() {
        return ":".into();
    }
    let style = Style::of(reading.model.tree());
    let indent = |columns: usize| format!(":\n{}", " ".repeat(reading.column() + columns));
    match field.shape {
        // Nearly always it is empty.
        Shape::Object(_) if field.name == "emptyDir" => ": {}".into(),
        Shape::Object(_) | Shape::ObjectOrBool(_) | Shape::Map(_) => indent(style.step),
        Shape::List(_) => indent(style.list) + "- ",
        _ => ": ".into(),
    }
}

/// A word with the quotes that the place asks for, and the `:` where it is a key.
pub(super) fn word(token: &Token, word: &str, after: &str, json: bool) -> String {
    match token.quote {
        Some(quote) if !token.closed => format!("{word}{quote}{after}"),
        Some(_) => format!("{word}{}", if token.closed { "" } else { after }),
        None if json => format!("\"{word}\"{after}"),
        None => format!("{word}{after}"),
    }
}
