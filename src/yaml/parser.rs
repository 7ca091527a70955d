//! Text to tree.
use std::sync::Arc;

use super::Tree;

/// Reads one part of a file (see [`super::split`]). Total: any text gives a tree; linear in its length.
pub fn parse(text: impl Into<Arc<str>>) -> Tree {
    Tree { text: text.into(), nodes: vec![], roots: vec![], properties: vec![], aliases: vec![], comments: vec![], errors: vec![] }
}
