//! The text of an open file.

use std::ops::Range;

use ropey::{Rope, RopeSlice};

use super::{Encoding, Position};

/// A text that is edited: a rope, so that an edit costs the same at every size and a clone is a snapshot for free.
#[derive(Clone, Debug, Default)]
pub struct Text(Rope);

impl Text {
    /// The text of a file.
    pub fn new(text: &str) -> Self {
        Text(Rope::from_str(text))
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len_bytes()
    }

    /// Whether it holds no byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first character that is no space.
    pub fn first_visible(&self) -> Option<char> {
        self.0.chars().find(|char| !char.is_whitespace())
    }

    /// A copy of a part. Both ends must lie between characters.
    pub fn slice(&self, range: Range<usize>) -> String {
        self.0.byte_slice(range).into()
    }

    /// Whether one of the lines that a range touches begins with one of these.
    pub fn has_line_beginning(&self, range: Range<usize>, beginnings: &[&str]) -> bool {
        let text = self.lines_around(range);
        let bytes = text.as_bytes();
        let mut starts = std::iter::once(0).chain(memchr::memchr2_iter(b'\n', b'\r', bytes).map(|at| at + 1));
        starts.any(|start| beginnings.iter().any(|it| bytes[start..].starts_with(it.as_bytes())))
    }

    /// Whether a line of a part begins with a byte. Fast enough for a part of megabytes at each keystroke.
    pub fn has_line_with(&self, range: Range<usize>, first: u8) -> bool {
        let mut last = b'\n';
        self.0.byte_slice(range).chunks().any(|chunk| {
            let bytes = chunk.as_bytes();
            let before = |at: usize| if at == 0 { last } else { bytes[at - 1] };
            let found = memchr::memchr_iter(first, bytes).any(|at| matches!(before(at), b'\n' | b'\r'));
            last = bytes.last().copied().unwrap_or(last);
            found
        })
    }

    /// A copy of the lines that a range touches.
    pub fn lines_around(&self, range: Range<usize>) -> String {
        // A rope counts the lines of a chunk again for each one that it is asked for.
        let (first, last) = (self.line_of(range.start), self.line_of(range.end));
        self.slice(self.0.line_to_byte(first)..self.0.line_to_byte(last + 1))
    }

    /// A copy of a line with the break at its end.
    pub fn line(&self, line: usize) -> String {
        self.slice(self.0.line_to_byte(line)..self.0.line_to_byte(line + 1))
    }

    /// The number of the line that holds a byte offset.
    pub fn line_of(&self, offset: usize) -> usize {
        self.0.byte_to_line(offset.min(self.len()))
    }

    /// The byte offset of a position. As LSP has it, a column after the end of its line is the end of the line, a line after the last
    /// is the end of the text; the inside of a character is its start.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let Position { line, column } = position;
        if line >= self.0.len_lines() {
            return self.len();
        }
        let text = self.0.line(line);
        let char = match encoding {
            Encoding::Utf8 => text.byte_to_char(column.min(text.len_bytes())),
            Encoding::Utf16 => text.utf16_cu_to_char(column.min(text.len_utf16_cu())),
            Encoding::Utf32 => column.min(text.len_chars()),
        };
        self.0.line_to_byte(line) + text.char_to_byte(char).min(without_break(text))
    }

    /// The position of a byte offset; the inverse of [`Text::offset`].
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        // The inside of a character is its start.
        let offset = self.0.char_to_byte(self.0.byte_to_char(offset.min(self.len())));
        let line = self.0.byte_to_line(offset);
        let start = self.0.line_to_byte(line);
        let before = || self.0.byte_slice(start..offset);
        let column = match encoding {
            Encoding::Utf8 => offset - start,
            Encoding::Utf16 => before().len_utf16_cu(),
            Encoding::Utf32 => before().len_chars(),
        };
        Position { line, column }
    }

    /// Replaces a part. Both ends must lie between characters.
    pub fn replace(&mut self, range: Range<usize>, new_text: &str) {
        let (start, end) = (self.0.byte_to_char(range.start), self.0.byte_to_char(range.end));
        self.0.remove(start..end);
        self.0.insert(start, new_text);
    }

    /// What must be replaced by what to get `new`: the piece between the common beginning and the common end.
    pub fn difference<'n>(&self, new: &'n str) -> (Range<usize>, &'n str) {
        let bytes = new.as_bytes();
        let mut prefix = 0;
        for chunk in self.0.chunks() {
            let same = common_prefix(chunk.as_bytes(), &bytes[prefix..]);
            prefix += same;
            if same < chunk.len() {
                break;
            }
        }
        while !new.is_char_boundary(prefix) {
            prefix -= 1;
        }
        let room = self.len().min(new.len()) - prefix;
        let mut suffix = 0;
        let mut chunks = self.0.chunks_at_byte(self.len()).0;
        while let Some(chunk) = chunks.prev().filter(|_| suffix < room) {
            let same = common_suffix(chunk.as_bytes(), &bytes[..new.len() - suffix]);
            suffix += same;
            if same < chunk.len() {
                break;
            }
        }
        let mut start = new.len() - suffix.min(room);
        while !new.is_char_boundary(start) {
            start += 1;
        }
        let end = self.len() - (new.len() - start);
        (prefix..end, &new[prefix..start])
    }
}

fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    if b.starts_with(a) { a.len() } else { a.iter().zip(b).take_while(|(a, b)| a == b).count() }
}

fn common_suffix(a: &[u8], b: &[u8]) -> usize {
    if b.ends_with(a) { a.len() } else { a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count() }
}

/// Length of a line in bytes without LF, CRLF or CR at its end.
fn without_break(line: RopeSlice<'_>) -> usize {
    let mut chars = line.chars_at(line.len_chars());
    let cut = match chars.prev() {
        Some('\n') => 1 + usize::from(chars.prev() == Some('\r')),
        Some('\r') => 1,
        _ => 0,
    };
    line.len_bytes() - cut
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Lines;
    use super::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    #[test]
    fn out_of_range_is_clamped() {
        let text = Text::new("ab\r\né😀\rc");
        for encoding in ALL {
            assert_eq!(text.offset(Position::new(0, 99), encoding), 2);
            assert_eq!(text.offset(Position::new(1, 99), encoding), 10);
            assert_eq!(text.offset(Position::new(2, 99), encoding), 12);
            assert_eq!(text.offset(Position::new(usize::MAX, 0), encoding), 12);
        }
        assert_eq!(text.offset(Position::new(1, 2), Encoding::Utf16), 6, "inside of the emoji");
        assert_eq!(text.offset(Position::new(1, 1), Encoding::Utf8), 4, "inside of é");
    }

    #[test]
    fn only_lsp_line_ends_count() {
        let text = Text::new("a\u{2028}b\u{85}c\u{b}d\u{c}e\nf");
        assert_eq!(text.line_of(text.len()), 1);
    }

    fn any_text() -> impl Strategy<Value = String> {
        proptest::collection::vec(proptest::sample::select(vec!["a", "é", "😀", "\n", "\r", "\r\n", " ", "\u{2028}"]), 0..30)
            .prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn positions_and_offsets_agree(source in any_text()) {
            let text = Text::new(&source);
            let lines = Lines::new(&source);
            for (offset, _) in source.char_indices() {
                for encoding in ALL {
                    let position = text.position(offset, encoding);
                    prop_assert_eq!(position, lines.position(offset, encoding));
                    let in_break = source[..offset].ends_with('\r') && source[offset..].starts_with('\n');
                    prop_assert_eq!(text.offset(position, encoding), offset - usize::from(in_break));
                }
            }
        }

        #[test]
        fn difference_leads_to_the_new_text(old in any_text(), new in any_text()) {
            let mut text = Text::new(&old);
            let (range, piece) = text.difference(&new);
            text.replace(range, piece);
            prop_assert_eq!(text.slice(0..text.len()), new);
        }
    }
}
