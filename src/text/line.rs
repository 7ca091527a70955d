//! The lines of a text, where only some are looked at. They end at LF, CRLF or CR, and nowhere else.

use super::TextRange;

/// What ends a line, alone or as CRLF.
pub const BREAKS: [char; 2] = ['\n', '\r'];

/// The line that holds `offset`, without its line end; at a line end, the line before it.
pub fn line_at(text: &str, offset: usize) -> TextRange {
    let bytes = text.as_bytes();
    let between = offset > 0 && bytes[offset - 1] == b'\r' && bytes.get(offset) == Some(&b'\n');
    let offset = if between { offset - 1 } else { offset };
    let start = memchr::memrchr2(b'\n', b'\r', &bytes[..offset]).map_or(0, |at| at + 1);
    let end = memchr::memchr2(b'\n', b'\r', &bytes[offset..]).map_or(bytes.len(), |at| offset + at);
    TextRange::new(start, end)
}

/// Where the line after the one that holds `offset` begins; the end of the text where there is none.
pub fn next_line(text: &str, offset: usize) -> usize {
    let end = line_at(text, offset).end as usize;
    let rest = &text.as_bytes()[end..];
    end + if rest.starts_with(b"\r\n") { 2 } else { rest.len().min(1) }
}

/// The lines of a text, without their ends.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let line = (at < text.len()).then(|| line_at(text, at))?;
        at = next_line(text, at);
        Some(&text[line.span()])
    })
}

/// The line end that a text uses: its first one; LF where there is none.
pub fn line_end(text: &str) -> &'static str {
    match memchr::memchr2(b'\n', b'\r', text.as_bytes()).map(|at| &text.as_bytes()[at..]) {
        Some([b'\r', b'\n', ..]) => "\r\n",
        Some([b'\r', ..]) => "\r",
        _ => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways() {
        let text = "a\nbc\r\n\rd";
        assert_eq!(lines(text).collect::<Vec<_>>(), ["a", "bc", "", "d"]);
        for (offset, line, next) in
            [(0, "a", 2), (1, "a", 2), (3, "bc", 6), (4, "bc", 6), (5, "bc", 6), (6, "", 7), (7, "d", 8), (8, "d", 8)]
        {
            assert_eq!((&text[line_at(text, offset).span()], next_line(text, offset)), (line, next), "{offset}");
        }
        for (text, end) in [("a", "\n"), ("a\nb\r", "\n"), ("a\r\nb\n", "\r\n"), ("a\rb", "\r")] {
            assert_eq!(line_end(text), end, "{text:?}");
        }
    }
}
