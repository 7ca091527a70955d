//! What was made of a document for editors to show in and beside its text.

use std::sync::Arc;

use super::tokens::Word;
use super::types::{DocumentLink, InlayHint, Range};
use crate::analysis::Document;
use crate::ide;

/// The decorations of a document. Lines are relative to its first one, so that they hold as long as the document does.
#[derive(Debug, Default)]
pub struct Decorations {
    pub hints: Vec<InlayHint>,
    pub words: Vec<Word>,
    pub links: Vec<DocumentLink>,
    pub lenses: Vec<Lens>,
    /// Those of its pieces, which an edit of another piece leaves alone.
    pub pieces: Vec<(Arc<Document>, Arc<OfPiece>)>,
}

/// The decorations of a piece, with offsets in it.
#[derive(Debug, Default)]
pub struct OfPiece {
    pub hints: Vec<ide::Hint>,
    pub tokens: Vec<ide::Token>,
    pub links: Vec<ide::Link>,
    pub lenses: Vec<ide::Lens>,
}

/// A lens with its places.
#[derive(Debug)]
pub struct Lens {
    pub range: Range,
    pub title: String,
    pub places: Vec<Range>,
}
