//! Quoted scalars, also over several lines, also unclosed.

use crate::text::TextRange;

use super::block_node::Read;
use super::parser::Parser;
use super::plain::{Stop, plain_stop};
use super::{Kind, Style, mistake};

impl Parser<'_> {
    /// A scalar in quotes, an alias or a collection in flow style at `pos`; `n` is the column of the block collection around it.
    /// `None` if it is none of these.
    pub fn read_node(&mut self, n: i32) -> Option<Read> {
        match self.bytes[self.pos] {
            b'"' | b'\'' => Some(self.read_quoted(n)),
            b'*' => self.read_alias(),
            b'[' | b'{' => Some(self.read_flow(n)),
            _ => None,
        }
    }

    /// The scalar in quotes at `pos`.
    pub fn read_quoted(&mut self, n: i32) -> Read {
        let start = self.pos;
        let quote = self.bytes[start];
        let style = if quote == b'"' { Style::DoubleQuoted } else { Style::SingleQuoted };
        let read = |end| Read { kind: Kind::Scalar(style), start, end, node: None };
        let mut from = start + 1;
        // The last line with content, to come back to if the quote is not closed.
        let mut last = (self.line, self.eol, self.shift);
        let mut closes_below = None;
        loop {
            if let Some(end) = closing(&self.bytes[..self.eol], from, quote) {
                self.pos = end;
                if quote == b'"' {
                    self.escapes(start + 1, end - 1);
                }
                return read(end);
            }
            if !self.next_line() || self.marker().is_some() {
                break;
            }
            let Some((at, _)) = self.first_byte() else {
                from = self.line;
                continue;
            };
            let spaces = self.spaces() as i32;
            if spaces <= n {
                let mut closes = || *closes_below.get_or_insert_with(|| self.closes(at, self.bytes.len(), quote));
                if self.looks_like_entry(at) && !self.closes(at, self.eol, quote) && !(self.is_prose(at) && closes()) {
                    break;
                }
                self.report(mistake::dedented_in_brackets(TextRange::new(at, at + 1), n + 1));
            }
            last = (self.line, self.eol, 0);
            from = at;
        }
        let first_eol = self.line_end(start);
        (self.line, self.eol, self.shift) = last;
        let end = self.trim(start + 1, self.eol);
        self.pos = end;
        let range = TextRange::new(start, self.trim(start + 1, first_eol));
        let in_flow = !self.flow.stack.is_empty();
        self.report(mistake::unclosed_quote(&self.text[start..=start], range, TextRange::new(start, end), in_flow));
        read(end)
    }

    /// Whether the line, from its first byte at `at`, reads like an entry of a block collection.
    pub fn looks_like_entry(&self, at: usize) -> bool {
        let byte = self.bytes[at];
        if byte == b'-' {
            return self.blank_at(at + 1);
        }
        let from = if byte == b'"' || byte == b'\'' { closing(&self.bytes[..self.eol], at + 1, byte).unwrap_or(at) } else { at };
        matches!(plain_stop(self.bytes, from, self.eol).1, Stop::Colon(_))
    }

    /// Whether what looks like a key is several words, as in no manifest.
    fn is_prose(&self, at: usize) -> bool {
        let line = &self.bytes[at..self.eol];
        let key = &line[..memchr::memchr(b':', line).unwrap_or(line.len())];
        key.contains(&b' ') && !matches!(key[0], b'"' | b'\'' | b'-' | b'?')
    }

    /// Whether the next quote up to `until` ends a scalar from above, rather than beginning one: text before it and nothing after it.
    fn closes(&self, at: usize, until: usize, quote: u8) -> bool {
        let Some(end) = closing(&self.bytes[..until], at, quote) else { return false };
        let eol = self.line_end(end);
        let after = end + self.bytes[end..eol].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let before = self.byte(end.saturating_sub(2));
        end - 1 > at
            && !matches!(before, b' ' | b'\t' | b':' | b'[' | b',' | b'{')
            && (after >= eol || matches!(self.bytes[after], b'#' | b',' | b']' | b'}'))
    }

    /// Checks the escapes between two double quotes.
    fn escapes(&mut self, start: usize, end: usize) {
        let mut at = start;
        while let Some(n) = memchr::memchr(b'\\', &self.bytes[at..end]) {
            at += n;
            let digits = match self.byte(at + 1) {
                b'0' | b'a' | b'b' | b't' | b'\t' | b'n' | b'v' | b'f' | b'r' | b'e' | b' ' | b'"' | b'\\' | b'N' | b'_' | b'L' | b'P' => 0,
                _ if super::breaks::width(self.bytes, at + 1) > 0 => 0,
                b'x' => 2,
                b'u' => 4,
                b'U' => 8,
                b'/' | b'\'' => {
                    self.report(mistake::odd_escape(TextRange::new(at, at + 2), self.bytes[at + 1]));
                    0
                }
                _ => {
                    let wide = self.text[at + 1..].chars().next().map_or(0, char::len_utf8);
                    self.report(mistake::bad_escape(TextRange::new(at, at + 1 + wide), &self.text[at..at + 1 + wide]));
                    at += 1;
                    continue;
                }
            };
            at += 2;
            if digits > 0 {
                let hex = self.bytes[at..end].iter().take(digits).take_while(|b| b.is_ascii_hexdigit()).count();
                let range = TextRange::new(at - 2, at + hex);
                let code = self.text.get(at..at + hex).and_then(|it| u32::from_str_radix(it, 16).ok());
                if hex < digits {
                    self.report(mistake::short_escape(range, digits));
                } else if code.and_then(char::from_u32).is_none() {
                    self.report(mistake::surrogate_escape(range));
                }
                at += hex;
            }
        }
    }
}

/// Where a quoted scalar that goes on at `from` ends: after the closing quote. `None` if it is not closed.
pub fn closing(bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
    let mut at = from;
    if quote == b'\'' {
        loop {
            at += memchr::memchr(b'\'', bytes.get(at..)?)? + 1;
            if bytes.get(at) != Some(&b'\'') {
                return Some(at);
            }
            at += 1;
        }
    }
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}
