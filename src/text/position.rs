//! Lines and columns.

use super::TextRange;

/// What a column counts. The client and the server agree on one at the start of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Half words, as JavaScript and LSP's default count: an emoji is two.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The width of a piece of a line. Bytes are counted, not characters decoded: a file may be one line of megabytes.
    pub fn width(self, text: &str) -> usize {
        let count = |wanted: fn(u8) -> bool| text.bytes().filter(|&byte| wanted(byte)).count();
        let begins_character = |byte| !(0x80..0xC0).contains(&byte);
        match self {
            Encoding::Utf8 => text.len(),
            // What takes four bytes in UTF-8 takes two half words in UTF-16.
            Encoding::Utf16 => count(begins_character) + count(|byte| byte >= 0xF0),
            Encoding::Utf32 => count(begins_character),
        }
    }
}

/// A place in a text, both numbers from zero. Lines end at LF, CRLF or CR, and nowhere else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Number of the line.
    pub line: usize,
    /// How far into the line, in units of an [`Encoding`].
    pub column: usize,
}

impl Position {
    /// The place at that line and column.
    pub fn new(line: usize, column: usize) -> Self {
        Position { line, column }
    }
}

/// The lines of a text that does not change: the way from offsets to positions.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// Every column is a count of bytes then, whatever the encoding, and need not be counted on lines of megabytes.
    is_ascii: bool,
}

impl<'t> Lines<'t> {
    /// The lines of `text`.
    pub fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        let starts = std::iter::once(0).chain(ends.map(|at| at + 1)).collect();
        Lines { text, starts, is_ascii: text.is_ascii() }
    }

    /// The position of a byte offset. One that lies after the end or inside a character counts as the next place before it.
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_of(offset);
        let before = &self.text[self.starts[line]..offset];
        Position { line, column: if self.is_ascii { before.len() } else { encoding.width(before) } }
    }

    /// The number of the line that holds a byte offset, from zero.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset) - 1
    }

    /// The bytes of a line with its line end; of the last one where there are not so many.
    pub fn line(&self, number: usize) -> TextRange {
        let number = number.min(self.starts.len() - 1);
        TextRange::new(self.starts[number], self.starts.get(number + 1).copied().unwrap_or(self.text.len()))
    }
}

/// The way from offsets to positions, each near the one before: a line of megabytes is not counted from its start each time.
#[derive(Debug)]
pub struct Walk<'t> {
    lines: Lines<'t>,
    encoding: Encoding,
    offset: usize,
    last: Position,
}

impl<'t> Walk<'t> {
    /// From the start of a text.
    pub fn new(text: &'t str, encoding: Encoding) -> Self {
        Walk { lines: Lines::new(text), encoding, offset: 0, last: Position::default() }
    }

    /// The position of a byte offset between two characters.
    pub fn position(&mut self, offset: usize) -> Position {
        let line = self.lines.line_of(offset);
        let (near, text) = (line == self.last.line, self.lines.text);
        self.last = match near {
            true if self.offset <= offset => Position { column: self.last.column + self.encoding.width(&text[self.offset..offset]), line },
            true => Position { column: self.last.column - self.encoding.width(&text[offset..self.offset]), line },
            false => self.lines.position(offset, self.encoding),
        };
        self.offset = offset;
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_by_encoding() {
        let text = "a\r\né😀x\rb\nc\u{2028}d";
        let lines = Lines::new(text);
        let at = |needle: &str, encoding| lines.position(text.find(needle).unwrap(), encoding);
        assert_eq!(at("x", Encoding::Utf8), Position::new(1, 6));
        assert_eq!(at("x", Encoding::Utf16), Position::new(1, 3));
        assert_eq!(at("x", Encoding::Utf32), Position::new(1, 2));
        assert_eq!(at("b", Encoding::Utf16), Position::new(2, 0));
        assert_eq!(at("d", Encoding::Utf32), Position::new(3, 2));
        assert_eq!(lines.position(99, Encoding::Utf32), Position::new(3, 3));
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let mut walk = Walk::new(text, encoding);
            for offset in text.char_indices().map(|(at, _)| at).chain([9, 5, 3, 0, text.len()]) {
                assert_eq!(walk.position(offset), lines.position(offset, encoding), "{offset}");
            }
        }
        assert_eq!([0, 1, 2, 9].map(|line| &text[lines.line(line).span()]), ["a\r\n", "é😀x\r", "b\n", "c\u{2028}d"]);
    }
}
