//! Places as the Language Server Protocol has them.

use serde::Serialize;

use crate::text::{Encoding, Lines, TextRange};

/// Both numbers from zero, columns in UTF-16 code units.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Position {
    pub line: usize,
    pub character: usize,
}

/// From `start` to before `end`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Range {
    pub start: Position,
    pub end: Position,
}

impl Range {
    pub fn new(range: TextRange, lines: &Lines<'_>) -> Self {
        let position = |offset: u32| {
            let position = lines.position(offset as usize, Encoding::Utf16);
            Position { line: position.line, character: position.column }
        };
        Range { start: position(range.start), end: position(range.end) }
    }
}
