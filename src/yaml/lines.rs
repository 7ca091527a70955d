//! The cursor: lines, spaces, comments, columns.

use crate::text::TextRange;

use super::parser::{Parser, is_blank};

impl Parser<'_> {
    /// `-` or `.` if the line is a document marker, `---` or `...`.
    pub fn marker(&self) -> Option<u8> {
        let line = &self.bytes[self.line..self.eol];
        match line {
            [b @ (b'-' | b'.'), rest @ ..]
                if rest.starts_with(&[*b, *b]) && (rest.len() == 2 || is_blank(rest[2]) || *b == b'-' && rest[2] == b'#') =>
            {
                Some(*b)
            }
            _ => None,
        }
    }

    pub fn enter_line(&mut self, start: usize) {
        self.line = start;
        self.pos = start;
        self.shift = 0;
        self.eol = self.line_end(start);
    }

    /// Where the line after the one that ends at `eol` starts; `None` at the end of the text.
    pub fn line_after(&self, eol: usize) -> Option<usize> {
        Some(eol + super::breaks::width(self.bytes, eol)).filter(|after| *after > eol)
    }

    /// Moves to the next line; false at the end of the text.
    pub fn next_line(&mut self) -> bool {
        match self.line_after(self.eol) {
            Some(start) => {
                self.enter_line(start);
                true
            }
            None => false,
        }
    }

    pub fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Whether a space or the end of the line is at `at`.
    pub fn blank_at(&self, at: usize) -> bool {
        at >= self.eol || is_blank(self.bytes[at])
    }

    /// The first byte of the line that is no space.
    pub fn first_byte(&self) -> Option<(usize, u8)> {
        let at = self.skip_blanks(self.line);
        (at < self.eol).then(|| (at, self.bytes[at]))
    }

    /// The first place from `at` on this line that is no space.
    pub fn skip_blanks(&self, mut at: usize) -> usize {
        while at < self.eol && is_blank(self.bytes[at]) {
            at += 1;
        }
        at
    }

    /// `end` without the spaces before it, but not before `start`.
    pub fn trim(&self, start: usize, mut end: usize) -> usize {
        while end > start && is_blank(self.bytes[end - 1]) {
            end -= 1;
        }
        end
    }

    /// From `pos` to the end of the line, spaces cut.
    pub fn rest_of_line(&self) -> TextRange {
        TextRange::new(self.pos, self.trim(self.pos, self.eol))
    }

    pub fn comment(&mut self, at: usize) {
        // Recovery may come by a line twice.
        if self.out.comments.last().is_none_or(|last| (last.start as usize) < at) {
            self.out.comments.push(TextRange::new(at, self.eol));
        }
        self.pos = self.eol;
    }

    /// Skips spaces; false if nothing but a comment is left on the line.
    pub fn content_follows(&mut self) -> bool {
        let from = self.pos;
        self.pos = self.skip_blanks(from);
        if self.pos >= self.eol {
            return false;
        }
        if self.bytes[self.pos] == b'#' && (self.pos > from || from == self.line) {
            self.comment(self.pos);
            return false;
        }
        true
    }

    /// Column of `pos`.
    pub fn column(&self) -> i32 {
        (self.pos - self.line) as i32 + self.shift
    }

    /// Number of spaces the line begins with.
    pub fn spaces(&self) -> usize {
        self.bytes[self.line..self.eol].iter().take_while(|&&b| b == b' ').count()
    }
}
