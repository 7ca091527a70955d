//! Tabs where YAML, or kubectl's reader of it, wants spaces.

use crate::text::TextRange;

use super::mistake;
use super::parser::Parser;

impl Parser<'_> {
    /// A line with a tab at `at` in its indentation. Gives the column its content counts for; `None` if it has none.
    pub fn tabbed(&mut self, at: usize) -> Option<i32> {
        self.pos = self.skip_blanks(at);
        let tabs = TextRange::new(self.line, self.pos);
        if self.pos >= self.eol || self.bytes[self.pos] == b'#' {
            if self.pos < self.eol {
                self.comment(self.pos);
            }
            if self.tabs_from.is_none_or(|from| at - self.line < from) {
                self.report(mistake::tab_on_empty_line(tabs));
            }
            return None;
        }
        let spaces = (at - self.line) as i32;
        let top = *self.top();
        let entry = self.looks_like_entry(self.pos) || self.bytes[self.pos] == b'?' && self.blank_at(self.pos + 1);
        if top.awaits() && spaces > top.indent && !entry {
            // Enough spaces before it: only kubectl minds.
            self.report(mistake::tab_before_value(tabs));
            return Some(spaces);
        }
        let dash = self.bytes[self.pos] == b'-' && self.blank_at(self.pos + 1);
        let col = self.tab_column(tabs, dash);
        self.report(mistake::tab_indentation(tabs, col));
        Some(col)
    }

    /// A tab on an empty line above the document.
    pub fn tab_before_document(&mut self) {
        let end = self.skip_blanks(self.line);
        if memchr::memchr(b'\t', &self.bytes[self.line..end]).is_some() {
            self.report(mistake::tab_on_empty_line(TextRange::new(self.line, end)));
        }
    }

    /// The column that the author most likely sees: one at which a line of this kind fits.
    fn tab_column(&self, indentation: TextRange, dash: bool) -> i32 {
        let width = |tab: i32| {
            let indent = &self.bytes[indentation.span()];
            indent.iter().fold(0, |col, &b| if b == b'\t' { (col / tab + 1) * tab } else { col + 1 })
        };
        let top = *self.top();
        let widths = [2, 4, 8].map(width);
        let near = &self.stack[self.stack.len().saturating_sub(64)..];
        let fits = |&&col: &&i32| near.iter().any(|frame| frame.indent == col && (frame.is_sequence() == dash || dash && frame.awaits()));
        let child = |&&col: &&i32| top.awaits() && col > top.indent;
        if dash && let Some(below) = self.line_below(i32::MAX).filter(|it| !it.dash && it.col - 2 >= top.indent) {
            return below.col - 2;
        }
        if top.awaits() {
            widths.iter().find(child).or_else(|| widths.iter().find(fits)).copied().unwrap_or(top.indent + 2)
        } else if let Some(below) = self.line_below(i32::MAX).filter(|it| it.dash == dash && fits(&&it.col)) {
            below.col
        } else {
            let nearest = near.iter().rev().filter(|frame| frame.is_sequence() == dash && frame.indent >= 0);
            let nearest = nearest.max_by_key(|frame| frame.indent).map(|frame| frame.indent);
            widths.iter().find(fits).copied().or(nearest).unwrap_or(widths[0])
        }
    }

    /// A tab between an indicator and what follows: kubectl's reader takes none there, and YAML none before a collection.
    pub fn tab_after_indicator(&mut self, after: usize) {
        let range = TextRange::new(after, self.pos);
        let indicator = matches!(self.bytes[self.pos], b'-' | b'?' | b':') && self.blank_at(self.pos + 1);
        self.report(mistake::tab_after_indicator(range, indicator || self.looks_like_entry(self.pos)));
    }

    /// A line of spaces in a block scalar, with a tab before its column.
    pub fn tab_in_block_scalar(&mut self, at: usize) {
        self.report(mistake::tab_in_text(TextRange::new(self.line, self.skip_blanks(at))));
    }
}
