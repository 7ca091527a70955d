//! Offsets to lines and columns.

use serde::Serialize;

use crate::text::TextRange;

/// A place as the Language Server Protocol has it: both numbers from zero, columns in UTF-16 code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    pub line: usize,
    pub character: usize,
}

/// From `start` to before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range {
    pub start: Position,
    pub end: Position,
}

/// Where the lines of a text begin. They end with LF, CRLF or CR, as in the protocol.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<u32>,
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        Lines { text, starts: std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect() }
    }

    /// The number of the line that holds `offset`, from zero.
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset) - 1
    }

    /// The offsets of a line with its line end; of the last line where there are not so many.
    pub fn line(&self, line: usize) -> TextRange {
        let line = line.min(self.starts.len() - 1);
        let end = self.starts.get(line + 1).map_or(self.text.len(), |&end| end as usize);
        TextRange::new(self.starts[line] as usize, end)
    }

    /// The text of a line up to `offset`.
    pub fn before(&self, offset: u32) -> &'t str {
        &self.text[self.line(self.line_of(offset)).start as usize..offset as usize]
    }

    pub fn range(&self, range: TextRange) -> Range {
        Range { start: self.position(range.start), end: self.position(range.end) }
    }

    fn position(&self, offset: u32) -> Position {
        let before = self.before(offset);
        let character = if before.is_ascii() { before.len() } else { before.encode_utf16().count() };
        Position { line: self.line_of(offset), character }
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_end_as_in_the_protocol() {
        let text = "a\r\nbé😀c\rd\u{2028}\n";
        let lines = Lines::new(text);
        for (word, line, character) in [("a", 0, 0), ("\n", 0, 2), ("b", 1, 0), ("c", 1, 4), ("d", 2, 0), ("\u{2028}", 2, 1)] {
            let position = lines.position(text.find(word).unwrap_or_default() as u32);
            assert_eq!((position.line, position.character), (line, character), "{word:?}");
        }
        let end = lines.position(text.len() as u32);
        assert_eq!((end.line, end.character), (3, 0));
        assert!(lines.line(9).is_empty());
    }
}
