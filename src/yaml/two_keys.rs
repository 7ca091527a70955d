//! `key: name: x`: two keys on one line, or a text that lacks its quotes.

use crate::text::{Edit, TextRange, line_end};

use super::parser::{MAPPING, Parser, State};
use super::plain::Stop;
use super::{SyntaxError, mistake};

impl Parser<'_> {
    /// Takes a value with a key in it, whose colon is at `colon`, for the first entry of a mapping, if the line below goes on with that.
    pub fn mapping_on_line_of_key(&mut self, col: Option<i32>, start: usize, colon: usize) -> bool {
        let top = *self.top();
        let below = self.line_below(i32::MAX).filter(|it| it.entry && !it.dash && it.col > top.indent);
        let is_value = col.is_none() && top.is_mapping() && top.state == State::Value && self.pending.start() == u32::MAX as usize;
        let Some(below) = below.filter(|_| is_value) else { return false };
        let (end, _) = self.plain_on_line(start);
        if self.text[start..end].contains([' ', '\t']) {
            return false;
        }
        let (value_end, stop) = self.plain_on_line(colon + 1);
        let rest = TextRange::new(start, if let Stop::Colon(_) = stop { self.trim(start, self.eol) } else { value_end });
        let error = self.second_colon(rest, colon, Some(below.col));
        self.report(error);
        if !self.open(MAPPING, below.col, start) {
            return false;
        }
        self.shift = below.col - (start - self.line) as i32;
        self.node(Some(below.col));
        true
    }

    /// What is said of a value with a colon in it. `column` is that of the entries below it.
    pub fn second_colon(&mut self, range: TextRange, colon: usize, column: Option<i32>) -> SyntaxError {
        let value = &self.text[range.span()];
        if let Some(inner) = super::in_curly_quotes(value) {
            return mistake::curly_quotes(range, inner);
        }
        let column = column.unwrap_or_else(|| self.top().indent.max(0) + self.step());
        let slot = self.top().slot;
        let indented = format!("{}{}", line_end(self.text), " ".repeat(column as usize));
        mistake::second_colon(range, value, colon, Edit::replace(TextRange::new(slot, range.start as usize), indented))
    }
}
