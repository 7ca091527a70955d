//! Changes of a text that leave its layout as it is: what fixes are made of.
//!
//! Each returns `None` where it can't be sure of the layout (tabs, explicit keys, broken lines); then there is no such fix.

mod draft;
mod place;
mod reshape;

use std::borrow::Cow;

use crate::text::{Edit, line_at};
use crate::yaml::{self, Kind, Layout, Node, Scalar, Style};

pub(crate) use draft::{Draft, Indent, field, item, scalar, without};
pub(crate) use place::comments_above;
pub(super) use place::{Path, add, insert, relocate, remove};
pub(super) use reshape::{dash, pair, pairs, undash, unwrap};

/// A key of a mapping with its value, and the mapping.
#[derive(Clone, Copy)]
pub(super) struct Written<'t> {
    pub mapping: Node<'t>,
    pub key: Node<'t>,
    pub value: Node<'t>,
}

impl<'t> Written<'t> {
    /// The entry that a key belongs to.
    pub fn of(key: Node<'t>) -> Option<Written<'t>> {
        let mapping = key.parent()?;
        let entry = mapping.entries().find(|entry| entry.key.id() == key.id())?;
        Some(Written { mapping, key, value: entry.value })
    }
}

/// Gives a key another name, quoted if its neighbors are. The neighbors of a lone key are those of the mapping around it.
pub(super) fn rename(key: Node<'_>, name: &str) -> Edit {
    let around = std::iter::successors(key.parent(), |node| node.parent());
    let neighbours = around.map(|node| node.entries().map(|entry| entry.key).filter(|it| it.id() != key.id()).take(20));
    let quoted = neighbours.map(Iterator::peekable).find_map(|mut keys| keys.peek().is_some().then(|| keys.all(is_double_quoted)));
    let quoted = quoted.unwrap_or_else(|| is_double_quoted(key));
    Edit::replace(key.range(), if quoted { quote(name) } else { plain_or_quoted(name).into_owned() })
}

/// Writes another value in place of one.
pub(super) fn replace(node: Node<'_>, value: impl Into<String>) -> Edit {
    Edit::replace(node.range(), value)
}

/// The text as a double-quoted scalar, in YAML as well as in JSON.
pub(crate) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The text as a scalar that is read as this text, also in brackets: without quotes where that is safe.
pub(crate) fn plain_or_quoted(text: &str) -> Cow<'_, str> {
    let colon = !text.contains(": ") && !text.ends_with(':');
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./ =+@%".contains(&byte) || (byte == b':' && colon);
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_'))
        || (text.starts_with(['-', '.']) && text.as_bytes().get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/'));
    let plain = starts && text.trim_end() == text && text.bytes().all(safe) && {
        let tree = yaml::parse(text);
        tree.root().is_some_and(|root| yaml::resolve(root) == Scalar::String && root.value() == text)
    };
    if plain { Cow::Borrowed(text) } else { Cow::Owned(quote(text)) }
}

/// Whether the node is in a JSON text, or a part of a YAML text that is written like one.
pub(crate) fn is_json(node: Node<'_>) -> bool {
    let root = std::iter::successors(Some(node), |node| node.parent()).last().unwrap_or(node);
    root.kind() == Kind::Mapping(Layout::Flow) && root.entries().next().is_some_and(|entry| is_double_quoted(entry.key))
}

fn is_double_quoted(node: Node<'_>) -> bool {
    node.kind() == Kind::Scalar(Style::DoubleQuoted)
}

/// How far a node's start is from the start of its line.
pub(crate) fn column(node: Node<'_>) -> usize {
    let start = node.range().start as usize;
    start - line_at(node.tree().text(), start).start as usize
}
