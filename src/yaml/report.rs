//! Mistakes as they are found, and the order in which they are reported.

use super::SyntaxErrorKind::{Dropped, Invalid, Lenient, Template, Unsupported};
use super::parser::Parser;
use super::{SyntaxError, SyntaxErrorKind};

/// More mistakes than this in one document are not reported.
const MAX_ERRORS: usize = 1000;

impl Parser<'_> {
    /// Notes a mistake. Of several on one line the gravest is reported: [`settle_errors`] sees to it.
    pub fn report(&mut self, mut error: SyntaxError) {
        if self.out.errors.len() >= MAX_ERRORS {
            return;
        }
        // To know that the document ends, kubectl's reader looks at the first token after it.
        let start = error.range.start as usize;
        let looked_at = start == self.read_end && (error.unfinished.is_some() || matches!(self.byte(start), b'@' | b'`' | b'&' | b'*'));
        if start >= self.read_end && !looked_at {
            match error.kind {
                Invalid => error.kind = Lenient,
                Unsupported | Template => return,
                Lenient | Dropped => {}
            }
        }
        // A range of one byte may have met the first of a longer character.
        while !self.text.is_char_boundary(error.range.end as usize) {
            error.range.end += 1;
        }
        let at = error.range.start as usize;
        let line = if at >= self.line && at <= self.eol { self.line } else { self.line_start(at.min(self.bytes.len())) };
        self.error_lines.push(line as u32);
        self.out.errors.push(error);
    }
}

/// Of the mistakes on one line only the gravest is reported, as the others usually follow from it.
pub(super) fn settle_errors(parser: &mut Parser<'_>) {
    let rank = |kind| match kind {
        SyntaxErrorKind::Invalid => 0,
        SyntaxErrorKind::Unsupported => 1,
        SyntaxErrorKind::Template => 2,
        SyntaxErrorKind::Dropped => 3,
        SyntaxErrorKind::Lenient => 4,
    };
    let lines = std::mem::take(&mut parser.error_lines);
    let mut errors: Vec<_> = lines.into_iter().zip(std::mem::take(&mut parser.out.errors)).collect();
    errors.sort_by_key(|(line, error)| (*line, rank(error.kind)));
    errors.dedup_by_key(|(line, _)| *line);
    parser.out.errors = errors.into_iter().map(|(_, error)| error).collect();
}
