//! Bytes, positions and edits. Knows nothing of YAML.

mod buffer;
mod distance;
mod line;
mod position;

pub use buffer::Text;
pub use distance::{distance, fold, meant, slips};
pub use line::{BREAKS, line_at, line_end, lines, next_line};
pub use position::{Encoding, Lines, Position, Walk};

/// A half-open range of byte offsets. What it is relative to (a document or a file) is said where it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextRange {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; never less than `start`.
    pub end: u32,
}

impl TextRange {
    /// The range from `start` to `end`; an `end` before `start` gives the empty range at `start`.
    pub fn new(start: usize, end: usize) -> Self {
        TextRange { start: start as u32, end: end.max(start) as u32 }
    }

    /// The empty range at `offset`.
    pub fn at(offset: usize) -> Self {
        TextRange::new(offset, offset)
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `offset` lies in the range or at one of its ends.
    pub fn touches(self, offset: usize) -> bool {
        self.start as usize <= offset && offset <= self.end as usize
    }

    /// Whether `other` lies inside this range; the ends may meet.
    pub fn covers(self, other: TextRange) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest range that holds both.
    pub fn cover(self, other: TextRange) -> TextRange {
        TextRange { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The range as indices, to slice a string with.
    pub fn span(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A number of things in words: `1 file`, `2 files`.
pub fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The title of a fix that gives a line that many spaces of indentation.
pub fn indent_with(columns: usize) -> String {
    if columns == 0 { "Remove the indentation".to_owned() } else { format!("Indent with {}", plural(columns, "space")) }
}

/// The text after edits that do not overlap.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.range));
    let mut text = text.to_owned();
    edits.iter().for_each(|edit| text.replace_range(edit.range.span(), &edit.new_text));
    text
}

/// One replacement in a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub range: TextRange,
    /// What is there afterwards.
    pub new_text: String,
}

impl Edit {
    /// Replaces `range` by `new_text`.
    pub fn replace(range: TextRange, new_text: impl Into<String>) -> Self {
        Edit { range, new_text: new_text.into() }
    }

    /// Inserts `new_text` at `offset`.
    pub fn insert(offset: usize, new_text: impl Into<String>) -> Self {
        Edit { range: TextRange::at(offset), new_text: new_text.into() }
    }

    /// Removes `range`.
    pub fn delete(range: TextRange) -> Self {
        Edit { range, new_text: String::new() }
    }
}
