//! What is in a place of block syntax: a node, or the key that begins an entry.

use crate::text::TextRange;

use super::parser::{Given, LoneScalar, Parser, State, is_blank};
use super::plain::Stop;
use super::{Kind, Style, mistake};

/// A node that was read from one line or more, not yet placed.
pub(super) struct Read {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// The node, if reading it made one.
    pub node: Option<u32>,
}

impl Parser<'_> {
    /// A node that is no block collection, or the key that begins one. `col` is its column where keys may be; after a key, or after
    /// `---` on the same line, they may not.
    pub fn node(&mut self, col: Option<i32>) {
        let start = self.pos;
        let given = if matches!(self.bytes[start], b'&' | b'!') { self.properties() } else { Given::default() };
        if given.any() && !self.content_follows_properties(given) {
            return self.defer(given);
        }
        let byte = self.bytes[self.pos];
        if matches!(byte, b'-' | b'?' | b':') && self.blank_at(self.pos + 1) {
            return self.indicator_in_place(col, given, start);
        }
        match byte {
            b'|' | b'>' if !self.is_key_column(col) => return self.block_scalar(given),
            b'"' | b'\'' | b'[' | b'{' | b'*' => {
                let n = self.top().indent;
                let line = self.line;
                if let Some(read) = self.read_node(n) {
                    return self.read_or_key(col, given, start, read, line);
                }
            }
            _ => {}
        }
        self.plain_or_key(col, given, start);
    }

    /// Whether a node at `col` would be a key of the innermost mapping.
    fn is_key_column(&self, col: Option<i32>) -> bool {
        col.is_some_and(|col| self.top().is_mapping() && self.top().indent == col)
    }

    /// Properties whose node comes on a later line.
    fn defer(&mut self, given: Given) {
        let top = *self.top();
        if !top.awaits() || self.is_key_column(Some((given.start() - self.line) as i32 + self.shift)) {
            self.report(mistake::lone_property(TextRange::new(given.start(), given.end())));
            return;
        }
        self.pending = self.merge_given(self.pending, given);
    }

    /// Two layers of properties on one node: each may be given once.
    pub fn merge_given(&mut self, outer: Given, inner: Given) -> Given {
        for (a, b) in [(outer.anchor, inner.anchor), (outer.tag, inner.tag)] {
            if let (Some(_), Some(second)) = (a, b) {
                self.report(mistake::second_property(second));
            }
        }
        Given { anchor: inner.anchor.or(outer.anchor), tag: inner.tag.or(outer.tag) }
    }

    /// `-`, `?` or `:` where no collection may begin: after a key or properties on the same line.
    fn indicator_in_place(&mut self, col: Option<i32>, given: Given, start: usize) {
        let here = TextRange::new(self.pos, self.pos + 1);
        match (self.bytes[self.pos], col) {
            (b':', Some(col)) => {
                // An empty key with properties.
                if !self.begin_key(col, start) {
                    return self.too_deep();
                }
                let key = self.add(Kind::Empty, self.pos, self.pos, given);
                self.place(key);
                self.report(mistake::empty_key(here));
                self.value_after_colon();
            }
            (b'-', _) => {
                self.report(mistake::list_on_line(here, given.any()));
                self.pending = self.merge_given(self.pending, given);
                let col = self.column();
                self.nodes(col);
            }
            _ => {
                self.report(mistake::indicator_in_value(here));
                self.plain_or_key(None, given, start);
            }
        }
    }

    /// Makes ready for a key at `col`. False if that would be too deep.
    fn begin_key(&mut self, col: i32, start: usize) -> bool {
        if !self.mapping_at(col, start) {
            return false;
        }
        if self.top().state != State::Key {
            self.finish_entry();
        }
        true
    }

    /// Places what was read, or makes it a key if a colon follows on the line it began on.
    fn read_or_key(&mut self, col: Option<i32>, given: Given, start: usize, read: Read, line: usize) {
        let after = self.skip_blanks(self.pos);
        let colon = after < self.eol && self.bytes[after] == b':';
        let key_column = self.is_key_column(col);
        if let Some(col) = col
            && colon
            && (self.blank_at(after + 1) || key_column && after == self.pos)
        {
            if line != self.line {
                self.report(mistake::key_over_lines(TextRange::new(read.start, read.end)));
            }
            if !self.begin_key(col, start) {
                return self.too_deep();
            }
            let key = self.made(read, given);
            self.place(key);
            self.pos = after;
            if !self.blank_at(after + 1) {
                let key = TextRange::new(start, after);
                self.report(mistake::no_space(&self.text[key.span()], key, after));
            }
            return self.value_after_colon();
        }
        if key_column && let Some(col) = col {
            let range = TextRange::new(read.start, read.end);
            if self.top().state == State::Value && line == self.line {
                // No key, so rather the value of the key above.
                let space = TextRange::new(self.line, start);
                self.report(mistake::shallow_value(range, space, col + 2));
                let node = self.made(read, given);
                self.place(node);
                return self.trailing();
            }
            if !self.begin_key(col, start) {
                return self.too_deep();
            }
            let key = self.made(read, given);
            self.place(key);
            self.top_mut().slot = range.end as usize;
            self.report(mistake::no_colon(range, &self.text[range.span()], range.end as usize));
            return self.trailing();
        }
        if !self.top().awaits() {
            self.report(mistake::garbage(TextRange::new(read.start, read.end)));
            return;
        }
        let given = std::mem::take(&mut self.pending).over(self, given);
        let lone = col.filter(|_| line == self.line && matches!(read.kind, Kind::Scalar(_)));
        let before = self.last_placed();
        let node = self.made(read, given);
        self.place(node);
        self.lone = lone.map(|col| LoneScalar { node, commented: true, before, col, shift: self.shift });
        self.trailing();
    }

    fn made(&mut self, read: Read, given: Given) -> u32 {
        if read.kind == Kind::Alias && given.any() {
            self.report(mistake::property_on_alias(TextRange::new(read.start, read.end)));
        }
        match read.node {
            Some(node) => {
                self.give(node, given);
                node
            }
            None => {
                let node = self.add(read.kind, read.start, read.end, given);
                if read.kind == Kind::Alias {
                    self.link_alias(node);
                }
                node
            }
        }
    }

    /// At the colon of a key that has been placed: what follows on the line.
    fn value_after_colon(&mut self) {
        self.pos += 1;
        let slot = self.pos;
        let top = self.top_mut();
        (top.state, top.slot) = (State::Value, slot);
        self.pos = self.skip_blanks(slot);
        if self.pos >= self.eol {
            return;
        }
        if self.bytes[self.pos] == b'#' && self.pos > slot {
            return self.comment(self.pos);
        }
        self.node(None);
    }

    /// A plain scalar or key. What can't begin one has been reported, or is reported here.
    fn plain_or_key(&mut self, col: Option<i32>, given: Given, start: usize) {
        let text = self.pos;
        if let Some(message) = self.bad_start(text) {
            self.report(message);
        }
        let (end, stop) = self.plain_on_line(text);
        if let (Stop::Colon(colon), Some(col)) = (stop, col) {
            if !self.begin_key(col, start) {
                return self.too_deep();
            }
            let end = self.odd_spaces_after_key(text, end);
            let key = self.add(Kind::Scalar(Style::Plain), text, end, given);
            self.place(key);
            self.pos = colon;
            return self.value_after_colon();
        }
        if self.is_key_column(col) {
            return self.key_without_colon(TextRange::new(text, end), given, stop);
        }
        self.plain_value(col, given, text, end, stop);
    }

    /// A line at the column of the keys without `: `.
    fn key_without_colon(&mut self, range: TextRange, given: Given, stop: Stop) {
        self.finish_entry();
        let (key, value) = self.bare_key(range);
        let key = self.add(Kind::Scalar(Style::Plain), key.start as usize, key.end as usize, given);
        self.place(key);
        let end = self.out.nodes[key as usize].range.end as usize;
        self.top_mut().slot = end;
        match value {
            Some(value) => {
                self.pos = value.start as usize;
                self.node(None);
            }
            None => match stop {
                Stop::Comment(at) => self.comment(at),
                _ => self.pos = self.eol,
            },
        }
    }

    /// What is after a finished node on its line: nothing but a comment should.
    pub fn trailing(&mut self) {
        let from = self.pos;
        self.pos = self.skip_blanks(from);
        if self.pos >= self.eol {
            return;
        }
        if self.bytes[self.pos] == b'#' {
            if self.pos == from && self.pos > self.line {
                self.report(mistake::glued_comment(self.pos));
            }
            return self.comment(self.pos);
        }
        let rest = self.rest_of_line();
        // Before the first document, nothing is open.
        if self.stack.last().is_some_and(|top| top.state == State::Done) && self.pos > self.line + 3 {
            self.report(mistake::dropped_after_root(rest));
        } else {
            self.report(mistake::garbage(rest));
        }
        self.pos = self.eol;
    }

    /// Skips spaces after properties; false if no node follows them on the line.
    fn content_follows_properties(&mut self, given: Given) -> bool {
        debug_assert!(given.any());
        if self.pos < self.eol && !is_blank(self.bytes[self.pos]) {
            return true;
        }
        self.content_follows()
    }
}
