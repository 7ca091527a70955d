//! Lines that fit nowhere, by the slip of the hand that explains them.

use crate::text::TextRange;

use super::parser::{Frame, Given, MAPPING, Parser, SEQUENCE, State};
use super::plain::{Stop, plain_stop};
use super::tree::NONE;
use super::{Kind, Style, mistake};

impl Parser<'_> {
    /// Turns a scalar into the key it was going to be, now that a line of a collection follows at or after its column.
    pub fn lone_to_key(&mut self, col: i32) -> bool {
        let Some(lone) = self.lone else { return false };
        let top = *self.top();
        let at_root = top.state == State::Done;
        if self.last_placed() != lone.node || lone.col > col && !at_root || lone.col <= top.indent || top.awaits() {
            return false;
        }
        self.lone = None;
        let lone_col = lone.col.min(col);
        let range = self.out.nodes[lone.node as usize].range;
        let mapping = self.wrap_last(top.node, lone.before, MAPPING, range.start as usize);
        if top.last_key == lone.node {
            self.top_mut().last_key = mapping;
        }
        let (key, value) = self.bare_key(range);
        self.out.nodes[lone.node as usize].range = key;
        let slot = key.end as usize;
        self.stack.push(Frame {
            node: mapping,
            indent: lone_col,
            also: lone.col - lone.shift,
            last_key: lone.node,
            entries: 1,
            born: self.line,
            ..Frame::new(State::Value, slot)
        });
        let Some(value) = value else { return true };
        let value = self.add(Kind::Scalar(Style::Plain), value.start as usize, value.end as usize, Given::default());
        self.place(value);
        col == lone_col
    }

    /// A dash that is indented less than the key whose list it begins: the column it should have.
    pub fn dash_for_slot(&mut self, col: i32) -> Option<i32> {
        let top = *self.top();
        if !(top.is_mapping() && top.state == State::Value && col < top.indent) {
            return None;
        }
        let below = self.line_below(i32::MAX).filter(|it| !it.dash).map(|it| it.col - 2);
        let enclosing = self.stack.iter().rev().take(4).find(|frame| frame.is_sequence()).map(|frame| frame.indent);
        match (below, enclosing) {
            (Some(col), _) if col >= top.indent => Some(col),
            (_, Some(indent)) if (indent - col).abs() <= 1 || below == Some(indent) => None,
            _ => Some(top.indent),
        }
    }

    /// The first line of the collection at `inner` is at another column than this one, and the step of the text says that it is the
    /// wrong one.
    pub fn first_line_was_wrong(&mut self, inner: usize, col: i32, dash: bool) -> bool {
        let Some(frame) = self.stack.get(inner).copied() else { return false };
        let begins_list = dash && frame.is_mapping() && inner + 1 == self.stack.len() && frame.awaits();
        if frame.entries != 1 || frame.is_sequence() != dash && !begins_list || frame.indent <= 0 || frame.indent == col {
            return false;
        }
        let mut outer = inner;
        while self.stack[outer - 1].born == frame.born && self.stack[outer - 1].entries == 1 {
            outer -= 1;
        }
        let (owner, first) = (self.stack[outer - 1], self.stack[outer]);
        // Where a list begins is another habit: a bit that stands for no number of columns.
        self.out.habits |= u16::from(first.is_sequence());
        let by = col - frame.indent;
        let delta = first.indent - owner.indent;
        let step = self.step();
        let usual = |delta: i32| match (first.is_sequence(), owner.is_mapping(), owner.is_sequence()) {
            (true, true, _) => delta == step || delta == 0,
            (_, _, true) => delta == 2,
            _ => delta == step,
        };
        if owner.indent < 0 || usual(delta) || !usual(delta + by) {
            return false;
        }
        let start = self.out.nodes[first.node as usize].range.start as usize;
        self.report_at(start, first.indent + by);
        for frame in &mut self.stack[outer..=inner] {
            frame.also = frame.indent;
            frame.indent += by;
        }
        self.close_to(inner);
        true
    }

    /// The first key of a mapping is too far right, at the column of its own entries, which so were taken for its siblings.
    pub fn first_key_was_wrong(&mut self, at: usize, col: i32) -> bool {
        let Some(frame) = self.stack.get(at + 1).copied() else { return false };
        let owner = self.stack[at];
        if !frame.is_mapping() || !owner.is_mapping() || frame.entries < 2 || col - owner.indent != self.step() {
            return false;
        }
        let key = self.out.nodes[frame.node as usize].first_child;
        let empty = self.out.nodes[key as usize].next_sibling;
        if empty == NONE || self.out.nodes[empty as usize].kind != Kind::Empty {
            return false;
        }
        self.close_to(at + 1);
        self.finish_entry();
        let start = self.out.nodes[key as usize].range.start as usize;
        self.report_at(start, col);
        // What follows the empty value becomes it.
        let mut child = std::mem::replace(&mut self.out.nodes[empty as usize].next_sibling, NONE);
        self.out.nodes[frame.node as usize].last_child = empty;
        let first = self.out.nodes[child as usize].range.start;
        let end = self.out.nodes[self.stack[at + 1].last_key as usize].range.end;
        self.out.nodes[empty as usize].kind = MAPPING;
        self.out.nodes[empty as usize].range = TextRange { start: first, end };
        while child != NONE {
            let next = std::mem::replace(&mut self.out.nodes[child as usize].next_sibling, NONE);
            let end = self.out.nodes[child as usize].range.end;
            self.attach(empty, child);
            let range = &mut self.out.nodes[empty as usize].range;
            range.end = range.end.max(end);
            child = next;
        }
        let frame = &mut self.stack[at + 1];
        (frame.also, frame.indent, frame.entries) = (frame.indent, col, 1);
        (frame.last_key, frame.prev) = (key, NONE);
        true
    }

    /// The last entry is too far left: it belongs to the value before it, whose keys are at `col`, or which lacks it.
    pub fn entry_above_was_wrong(&mut self, at: usize, col: i32) -> bool {
        let frame = self.stack[at];
        let innermost = at + 1 == self.stack.len();
        if !frame.is_mapping() || frame.indent >= col || frame.prev == NONE || innermost && frame.awaits() {
            return false;
        }
        let inner = self.stack.get(at + 1).map(|it| it.indent - col);
        let value = &self.out.nodes[frame.prev as usize];
        let start = value.range.start as usize;
        let fits = match value.kind {
            MAPPING => start - self.line_start(start) == col as usize,
            Kind::Empty => col - frame.indent == self.step(),
            _ => false,
        };
        let nested = inner.is_none_or(|delta| delta == self.step() || delta == 0 && self.stack[at + 1].is_sequence());
        let listed = self.stack.get(at + 1).is_some_and(|it| it.is_mapping() && it.entries > 1 && self.first_value_is_empty(it.node));
        if !fits || !nested || listed {
            return false;
        }
        self.close_to(at);
        let key = frame.last_key;
        let last = self.out.nodes[frame.node as usize].last_child;
        if last == key || self.out.nodes[key as usize].next_sibling != last {
            return false;
        }
        let key_start = self.out.nodes[key as usize].range.start as usize;
        self.report_at(key_start, col);
        let end = self.out.nodes[last as usize].range.end;
        let value = &mut self.out.nodes[frame.prev as usize];
        if value.kind == Kind::Empty {
            value.kind = MAPPING;
            value.range = TextRange { start: key_start as u32, end };
        }
        value.next_sibling = NONE;
        self.out.nodes[frame.node as usize].last_child = frame.prev;
        self.out.nodes[key as usize].next_sibling = NONE;
        self.attach(frame.prev, key);
        self.attach(frame.prev, last);
        let born = self.line;
        let also = frame.indent;
        let first = self.out.nodes[frame.node as usize].first_child;
        let siblings = std::iter::successors(Some(first), |&it| Some(self.out.nodes[it as usize].next_sibling).filter(|&it| it != NONE));
        let owner_key = siblings.take(100).find(|&it| self.out.nodes[it as usize].next_sibling == frame.prev);
        (self.stack[at].prev, self.stack[at].last_key) = (NONE, owner_key.unwrap_or(NONE));
        self.stack.push(Frame { node: frame.prev, indent: col, also, born, entries: 2, last_key: key, ..Frame::new(State::Key, start) });
        true
    }

    pub fn first_value_is_empty(&self, mapping: u32) -> bool {
        let key = self.out.nodes[mapping as usize].first_child;
        let value = if key == NONE { NONE } else { self.out.nodes[key as usize].next_sibling };
        value != NONE && self.out.nodes[value as usize].kind == Kind::Empty
    }

    /// A list whose first item lost its dash reads like a mapping.
    pub fn dash_was_lost(&mut self, at: usize, col: i32) -> bool {
        let owner = self.stack[at];
        let Some(first) = self.stack.get(at + 1).copied() else { return false };
        if !owner.is_mapping() || owner.last_key == NONE || owner.last_key == first.node || !first.is_mapping() || first.indent < col + 2 {
            return false;
        }
        let start = self.out.nodes[first.node as usize].range.start as usize;
        let is_alike = self.same_key(start);
        if col == owner.indent && !is_alike {
            return false;
        }
        // An item that begins unlike the next one may have lost its first line.
        let has_room = self.byte(start.saturating_sub(2)) == b' ' && self.byte(start.saturating_sub(1)) == b' ';
        self.report(mistake::lost_dash(start, is_alike && has_room));
        self.close_to(at);
        let node = self.wrap_last(owner.node, owner.last_key, SEQUENCE, start);
        self.stack.push(Frame { node, indent: col, also: col, entries: 1, born: self.line, ..Frame::new(State::Dash, start) });
        true
    }

    /// Whether the item on this line begins with the same key as the mapping at `start`.
    pub fn same_key(&self, start: usize) -> bool {
        let item = self.skip_blanks(self.pos + 1);
        let key = |at: usize, eol: usize| match plain_stop(self.bytes, at, eol).1 {
            Stop::Colon(colon) => Some(&self.bytes[at..colon]),
            _ => None,
        };
        let other = key(start, self.line_end(start));
        other.is_some() && key(item, self.eol) == other
    }

    /// A mapping whose first line got a dash too many reads like a list, until its second key comes.
    pub fn dash_was_extra(&mut self, at: usize, col: i32) -> bool {
        let list = self.stack[at];
        let Some(item) = self.stack.get(at + 1).copied() else { return false };
        let owner = self.stack[at - 1];
        let alone = list.is_sequence() && list.indent == col && list.entries == 1 && item.is_mapping() && item.entries == 1;
        let next = self.line_below(item.indent);
        if !alone
            || owner.last_key == list.node
            || owner.is_mapping() && owner.last_key == NONE
            || next.is_some_and(|it| it.col == item.indent && !it.dash || it.col == col && it.dash)
        {
            return false;
        }
        let start = self.out.nodes[list.node as usize].range.start as usize;
        self.report(mistake::extra_dash(start));
        self.close_to(at + 1);
        self.stack.remove(at);
        // The item takes the place of the list.
        let before = if owner.is_mapping() { owner.last_key } else { owner.prev };
        match (owner.node, before) {
            (NONE, _) => {
                self.out.roots.pop();
                self.out.roots.push(super::NodeId(item.node));
            }
            (node, NONE) => self.out.nodes[node as usize].first_child = item.node,
            (_, before) => self.out.nodes[before as usize].next_sibling = item.node,
        }
        if owner.node != NONE {
            self.out.nodes[owner.node as usize].last_child = item.node;
        }
        self.out.nodes[item.node as usize].parent = owner.node;
        self.stack[at].also = item.indent;
        self.stack[at].indent = col;
        true
    }

    /// `-name: value` where a list item must be meant: reports the missing space, and takes the line as one.
    pub fn glued_dash(&mut self, col: i32) -> bool {
        let next = self.byte(self.pos + 1);
        if !(next.is_ascii_alphanumeric() || matches!(next, b'"' | b'\'' | b'{')) {
            return false;
        }
        let at = self.stack.iter().rposition(|frame| frame.indent <= col).unwrap_or(0);
        let top = *self.top();
        let below = self.line_below(i32::MAX);
        let in_list = self.stack[at].indent == col && self.stack[at].is_sequence();
        let begins_list = || {
            let (_, stop) = plain_stop(self.bytes, self.pos, self.eol);
            let Stop::Colon(colon) = stop else { return false };
            top.awaits()
                && (col > top.indent || top.is_mapping() && col == top.indent)
                && self.skip_blanks(colon + 1) < self.eol
                && below.is_some_and(|it| it.col == col + 2 && it.entry && !it.dash || it.col == col && it.dash)
        };
        let before_list = next == b'{' && below.is_some_and(|it| it.col == col && it.dash);
        if !in_list && !before_list && !begins_list() {
            return false;
        }
        self.report(mistake::glued_dash(TextRange::new(self.pos, self.pos + 1)));
        let column = self.settle(col, true);
        self.shift = column - (self.pos - self.line) as i32;
        if self.dash(column) {
            self.shift += 1;
            let column = self.column();
            self.nodes(column);
        }
        true
    }
}
