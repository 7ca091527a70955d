//! Characters that look like those with a meaning: spaces of Unicode, curly quotes. Text from web pages and word processors brings them.

use crate::text::TextRange;

use super::mistake;
use super::parser::{Parser, is_blank};

/// Whether it looks like a space, or like nothing at all, and is text to YAML.
pub fn is_odd_space(char: char) -> bool {
    let is_break = matches!(char, '\u{85}' | '\u{2028}' | '\u{2029}');
    !char.is_ascii() && char.is_whitespace() && !is_break || is_zero_width(char)
}

fn is_zero_width(char: char) -> bool {
    matches!(char, '\u{200b}' | '\u{2060}')
}

/// The text between curly quotes.
pub fn in_curly_quotes(text: &str) -> Option<&str> {
    let pairs = [(['“', '”', '„', '‟'], ['“', '”', '‟']), (['‘', '’', '‚', '‛'], ['‘', '’', '‛'])].map(|(open, close)| {
        let inner = text.strip_prefix(open.as_slice())?.strip_suffix(close.as_slice())?;
        (!inner.contains(open.as_slice())).then_some(inner)
    });
    pairs.into_iter().flatten().next()
}

/// A run of spaces in which there are odd ones.
pub(super) struct OddRun {
    pub range: TextRange,
    /// How wide it looks.
    pub columns: i32,
    /// The first odd one.
    pub char: char,
}

impl Parser<'_> {
    /// The run of spaces that goes on at `at`, if it holds odd ones.
    pub fn odd_run(&self, at: usize) -> Option<OddRun> {
        if !self.odd_spaces {
            return None;
        }
        let rest = self.text.get(at..self.eol.max(at))?;
        let is_space = |char: &char| is_blank_char(*char) || is_odd_space(*char);
        let run = &rest[..rest.find(|char| !is_space(&char)).unwrap_or(rest.len())];
        let columns = run.chars().filter(|char| !is_zero_width(*char)).count() as i32;
        let char = run.chars().find(|char| is_odd_space(*char))?;
        Some(OddRun { range: TextRange::new(at, at + run.len()), columns, char })
    }

    /// Whether an odd space is at `at`.
    pub fn odd_space_at(&self, at: usize) -> bool {
        self.odd_spaces && at < self.eol && self.text.get(at..).is_some_and(|rest| rest.starts_with(is_odd_space))
    }

    /// A line whose indentation, from `at` on, holds odd spaces. Gives the column its content counts for; `None` if it has none.
    pub fn odd_indentation(&mut self, at: usize) -> Option<i32> {
        let spaces = (at - self.line) as i32;
        let Some(run) = self.odd_run(at) else { return Some(spaces) };
        let content = run.range.end as usize;
        let whole = TextRange::new(self.line, content);
        if content >= self.eol || self.bytes[content] == b'#' {
            self.report(mistake::odd_indentation(whole, run.char, 0, content >= self.eol));
            if content < self.eol {
                self.comment(content);
            }
            return None;
        }
        let top = *self.top();
        if top.awaits() && spaces > top.indent && !self.looks_like_entry(content) {
            // A text may begin with whatever it likes.
            return Some(spaces);
        }
        let column = spaces + run.columns;
        self.report(mistake::odd_indentation(whole, run.char, column, false));
        self.pos = content;
        Some(column)
    }

    /// A dash with an odd space after it: takes the line as the item that it was to be.
    pub fn odd_dash(&mut self, col: i32) -> bool {
        let Some(run) = self.odd_run(self.pos + 1).filter(|_| self.odd_space_at(self.pos + 1)) else { return false };
        let content = run.range.end as usize;
        let in_list = self.stack.iter().rev().any(|frame| frame.indent == col && frame.is_sequence());
        if !in_list && !self.looks_like_entry(content) {
            return false;
        }
        let below = self.line_below(i32::MAX).filter(|it| it.entry && !it.dash && it.col > col).map(|it| it.col - col - 1);
        let spaces = below.unwrap_or(run.columns);
        self.report(mistake::odd_space(run.range, run.char, spaces));
        let column = self.settle(col, true);
        if self.dash(column) {
            self.pos = content;
            self.shift = column + 1 + spaces - (content - self.line) as i32;
            if content < self.eol {
                self.nodes(column + 1 + spaces);
            }
        }
        true
    }

    /// Skips odd spaces before a key at `pos`. Gives the key's column.
    pub fn odd_spaces_before_key(&mut self, col: i32) -> i32 {
        let Some(run) = self.odd_run(self.pos).filter(|run| self.looks_like_entry(run.range.end as usize)) else { return col };
        self.report(mistake::odd_space(run.range, run.char, run.columns));
        self.pos = run.range.end as usize;
        self.shift = col + run.columns - (self.pos - self.line) as i32;
        col + run.columns
    }

    /// Skips odd spaces before a key in brackets, or after its colon.
    pub fn odd_spaces_in_flow(&mut self) {
        if let Some(run) = self.odd_run(self.pos) {
            self.flow_report(mistake::odd_space(run.range, run.char, 1));
            self.pos = run.range.end as usize;
        }
    }

    /// The end of a key that ends at `end`, without the odd spaces before its colon.
    pub fn odd_spaces_after_key(&mut self, start: usize, end: usize) -> usize {
        let text = &self.text[start..end];
        let key = text.trim_end_matches(|char| is_blank_char(char) || is_odd_space(char));
        let Some(char) = text[key.len()..].chars().find(|char| is_odd_space(*char)).filter(|_| self.odd_spaces && !key.is_empty()) else {
            return end;
        };
        let end_of_key = start + key.len();
        self.report(mistake::odd_space_after_key(TextRange::new(end_of_key, end), char));
        end_of_key
    }
}

fn is_blank_char(char: char) -> bool {
    char.is_ascii() && is_blank(char as u8)
}
