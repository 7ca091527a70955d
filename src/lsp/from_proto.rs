//! LSP's structs to ours.

use std::ops::Range;

use super::types;
use crate::text::Position;

/// A position.
pub fn position(position: types::Position) -> Position {
    Position { line: position.line as usize, column: position.character as usize }
}

/// A range; one whose end comes first is turned around.
pub fn range(range: types::Range) -> Range<Position> {
    let (start, end) = (position(range.start), position(range.end));
    start.min(end)..start.max(end)
}

/// What is to be replaced by what. No range stands for the whole text.
pub fn change(change: &types::TextDocumentContentChangeEvent) -> (Option<Range<Position>>, &str) {
    (change.range.map(range), &change.text)
}
