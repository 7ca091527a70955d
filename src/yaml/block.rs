//! Block syntax: which collection a line belongs to, and the dashes, `?` and `:` that begin its entries.

use crate::text::TextRange;

use super::parser::{Given, MAPPING, Parser, SEQUENCE, State};
use super::{Kind, mistake};

impl Parser<'_> {
    /// Reads one line in block context, and those that its scalars and brackets reach into.
    pub fn block_line(&mut self) {
        let mut at = self.line;
        while at < self.eol && self.bytes[at] == b' ' {
            at += 1;
        }
        self.pos = at;
        if at >= self.eol {
            return;
        }
        let mut col = (at - self.line) as i32;
        match self.bytes[at] {
            b'#' => return self.comment(at),
            b'%' if at == self.line => {
                self.report(mistake::directive_inside(self.rest_of_line()));
                self.stop_reading();
                return;
            }
            b'\t' => match self.tabbed(at) {
                Some(column) => col = column,
                None => return,
            },
            _ if self.odd_space_at(at) => match self.odd_indentation(at) {
                Some(column) => col = column,
                None => return,
            },
            _ => {}
        }
        if let Some(mask) = self.mask {
            // The mask knows only the line ends of editors: of those that YAML 1.1 adds, an action may follow one.
            col = (col - mask.shift(self.line)).max(0);
        }
        self.tabs_from = None;
        if self.bytes[self.pos] == b'-' && (self.odd_dash(col) || self.glued_dash(col)) {
            return;
        }
        let dash = self.bytes[self.pos] == b'-' && self.blank_at(self.pos + 1);
        self.follow_branches(col, dash);
        let column = self.settle(col, dash);
        if self.pos >= self.eol {
            return;
        }
        // kubectl's reader takes the text of a key from its own column too.
        let is_text = matches!(self.bytes[self.pos], b'|' | b'>') && self.top().is_mapping() && self.top().awaits();
        let column = if is_text && self.top().indent == column { column + 1 } else { column };
        self.shift = column - (self.pos - self.line) as i32;
        self.nodes(column);
    }

    /// The nodes on a line, from `pos` at effective column `col`, in a place where collections may begin.
    pub fn nodes(&mut self, mut col: i32) {
        loop {
            let byte = self.bytes[self.pos];
            if !matches!(byte, b'-' | b'?' | b':') || !self.blank_at(self.pos + 1) {
                let col = self.odd_spaces_before_key(col);
                return self.node(Some(col));
            }
            let opened = match byte {
                b'-' => self.dash(col),
                b'?' => self.question(col),
                _ => self.colon(col),
            };
            if !opened {
                return self.too_deep();
            }
            let after = self.pos;
            if !self.content_follows() {
                return;
            }
            if memchr::memchr(b'\t', &self.bytes[after..self.pos]).is_some() {
                self.tab_after_indicator(after);
            }
            col = self.column();
        }
    }

    pub fn dash(&mut self, col: i32) -> bool {
        let top = *self.top();
        let here = top.is_sequence() && top.indent == col;
        if !here && !self.open(SEQUENCE, col, self.pos) {
            return false;
        }
        self.finish_entry();
        self.pos += 1;
        let slot = self.pos;
        let top = self.top_mut();
        (top.state, top.slot) = (State::Item, slot);
        top.entries += 1;
        true
    }

    fn question(&mut self, col: i32) -> bool {
        if !self.mapping_at(col, self.pos) {
            return false;
        }
        self.finish_entry();
        self.pos += 1;
        let slot = self.pos;
        let top = self.top_mut();
        (top.state, top.slot) = (State::KeyNode, slot);
        true
    }

    fn colon(&mut self, col: i32) -> bool {
        if !self.mapping_at(col, self.pos) {
            return false;
        }
        match self.top().state {
            State::KeyNode => self.fill_empty(),
            State::ValueMark => {}
            _ => {
                self.finish_entry();
                let key = self.add(Kind::Empty, self.pos, self.pos, Given::default());
                self.place(key);
                self.report(mistake::empty_key(TextRange::new(self.pos, self.pos + 1)));
            }
        }
        self.pos += 1;
        let slot = self.pos;
        let top = self.top_mut();
        (top.state, top.slot) = (State::Value, slot);
        true
    }

    /// Makes a mapping whose keys are at `col` the innermost collection.
    pub fn mapping_at(&mut self, col: i32, start: usize) -> bool {
        let top = self.top();
        top.is_mapping() && top.indent == col || self.open(MAPPING, col, start)
    }

    /// No collection could be begun here.
    pub fn too_deep(&mut self) {
        let deep = self.stack.len() > super::parser::MAX_DEPTH;
        self.report(if deep { mistake::too_deep(self.word()) } else { mistake::garbage(self.rest_of_line()) });
        self.pos = self.eol;
    }
}
