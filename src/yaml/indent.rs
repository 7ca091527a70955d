//! Which collection a line belongs to by its indentation, and what its author most likely meant where it fits none.

use crate::text::TextRange;

use super::parser::{Frame, Parser, State};
use super::plain::{Stop, plain_stop};
use super::tree::NONE;
use super::{Kind, Layout, recovery};

const SEQUENCE: Kind = Kind::Sequence(Layout::Block);

/// How far to look for the next line with content.
const LOOKAHEAD: usize = 30;

/// A line below the one being read.
#[derive(Clone, Copy)]
pub(super) struct Below {
    pub col: i32,
    pub dash: bool,
    entry: bool,
}

impl Parser<'_> {
    /// Ends the collections that a line at `col` does not belong to. Gives the column it counts for: another one on a mis-indented line.
    pub fn settle(&mut self, col: i32, dash: bool) -> i32 {
        let mut at = self.stack.len() - 1;
        while self.stack[at].indent > col {
            at -= 1;
        }
        let mut frame = self.stack[at];
        if frame.indent == col && frame.is_sequence() && !dash && self.stack[at - 1].indent == col {
            // A key ends the list at its own column.
            at -= 1;
            frame = self.stack[at];
        }
        let innermost = at + 1 == self.stack.len();
        let fits = if frame.indent == col {
            frame.is_sequence() == dash || dash && innermost && frame.awaits()
        } else {
            innermost && frame.awaits()
        };
        if fits {
            self.close_to(at);
            return col;
        }
        self.misplaced(at, col, dash)
    }

    /// Ends the collections inside the one at `at`.
    fn close_to(&mut self, at: usize) {
        while self.stack.len() > at + 1 {
            self.pop();
        }
    }

    /// A line that fits nowhere; `at` is the innermost collection that is indented no more than it. Tells which line to move, once, and
    /// takes it for what it most likely is.
    fn misplaced(&mut self, at: usize, col: i32, dash: bool) -> i32 {
        let innermost = at + 1 == self.stack.len();
        if innermost && (at > 0 || self.lone.is_some_and(|it| !it.commented)) && self.lone_to_key(col) {
            return col;
        }
        let matches = |frame: &Frame| if dash { frame.is_sequence() } else { frame.is_mapping() };
        let lowest = at.saturating_sub(3);
        if let Some(known) = (lowest..self.stack.len()).rev().find(|&n| self.stack[n].also == col && matches(&self.stack[n])) {
            self.close_to(known);
            return self.stack[known].indent;
        }
        if self.stack[at].state == State::Root || self.stack[at].state == State::Done {
            return self.after_root(col);
        }
        if !dash && self.entry_above_was_wrong(at, col)
            || self.first_line_was_wrong(at + 1, col, dash)
            || self.first_line_was_wrong(at, col, dash)
            || !dash && self.first_key_was_wrong(at, col)
        {
            return col;
        }
        if dash && let Some(slot_col) = self.dash_for_slot(col) {
            self.report_indentation(col, slot_col);
            return slot_col;
        }
        if dash && self.dash_was_lost(at, col) || !dash && self.dash_was_extra(at, col) {
            return col;
        }
        let below = self.line_below(i32::MAX);
        if dash && self.stack[at].indent == col && below.is_some_and(|it| it.col == col && !it.dash) {
            return self.homeless(at, col, dash);
        }
        let cost = |frame: &Frame| {
            let fits = below.is_some_and(|it| it.col == frame.indent && it.dash == dash || dash && !it.dash && it.col == frame.indent + 2);
            (frame.indent - col).abs() * 2 - if fits { 3 } else { 0 }
        };
        let nearest = (lowest..self.stack.len()).rev().filter(|&n| matches(&self.stack[n])).min_by_key(|&n| cost(&self.stack[n]));
        match nearest {
            Some(nearest) if !(dash && innermost && self.is_scalar(self.last_placed()) && col > self.stack[at].indent) => {
                let indent = self.stack[nearest].indent;
                self.report_indentation(col, indent);
                self.close_to(nearest);
                self.stack[nearest].also = col;
                indent
            }
            _ => self.homeless(at, col, dash),
        }
    }

    fn report_indentation(&mut self, col: i32, indent: i32) {
        self.report(recovery::indentation(self.word(), TextRange::new(self.line, self.pos), col, indent));
    }

    fn is_scalar(&self, node: u32) -> bool {
        node != NONE && matches!(self.out.nodes[node as usize].kind, Kind::Scalar(_) | Kind::Empty)
    }

    /// The document's value is complete: kubectl reads no further.
    fn after_root(&mut self, col: i32) -> i32 {
        if self.goes_on_from_plain() {
            self.report(recovery::stray_key(self.word()));
        } else {
            self.report(recovery::dropped_behind_root(self.rest_of_line()));
        }
        self.close_to(0);
        self.stop_reading();
        self.stack[0].state = State::Root;
        self.stack[0].slot = self.pos;
        col
    }

    /// Whether the root is plain text with nothing between it and this line: to readers the line goes on with it.
    fn goes_on_from_plain(&self) -> bool {
        if self.stack.len() > 1 {
            return false;
        }
        let Some(root) = self.out.nodes.get(self.last_placed() as usize) else { return false };
        root.kind == Kind::Scalar(super::Style::Plain) && self.bytes[root.range.end as usize..self.pos].iter().all(u8::is_ascii_whitespace)
    }

    /// A dash that is indented less than the key whose list it begins: the column it should have.
    fn dash_for_slot(&mut self, col: i32) -> Option<i32> {
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

    /// The first line of the collection at `inner` stands at another column than this one, and the step of the text says that it is the
    /// wrong one.
    fn first_line_was_wrong(&mut self, inner: usize, col: i32, dash: bool) -> bool {
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

    /// The first key of a mapping stands too far right, at the column of its own entries, which so were taken for its siblings.
    fn first_key_was_wrong(&mut self, at: usize, col: i32) -> bool {
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
        let start = self.out.nodes[key as usize].range.start as usize;
        self.report_at(start, col);
        // What follows the empty value becomes it.
        let mut child = std::mem::replace(&mut self.out.nodes[empty as usize].next_sibling, NONE);
        self.out.nodes[frame.node as usize].last_child = empty;
        let first = self.out.nodes[child as usize].range.start;
        let end = self.out.nodes[self.stack[at + 1].last_key as usize].range.end;
        self.out.nodes[empty as usize].kind = Kind::Mapping(Layout::Block);
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

    /// Tells that the line of the node at `start` should be indented by `indent`.
    fn report_at(&mut self, start: usize, indent: i32) {
        let line = self.line_start(start);
        let eol = super::split::line_end(self.bytes, start);
        let len = self.bytes[start..eol].iter().position(|b| b" \t:".contains(b)).unwrap_or(eol - start).max(1);
        let blank = TextRange::new(line, start);
        self.report(recovery::indentation(TextRange::new(start, start + len), blank, blank.len() as i32, indent));
    }

    /// By how much the text mostly indents a collection inside another.
    fn step(&self) -> i32 {
        (1..self.steps.len()).rev().max_by_key(|&n| (self.steps[n], n == 2)).unwrap_or(2) as i32
    }

    /// The last entry stands too far left: it belongs to the value before it, whose keys stand at `col`, or which lacks it.
    fn entry_above_was_wrong(&mut self, at: usize, col: i32) -> bool {
        let frame = self.stack[at];
        let innermost = at + 1 == self.stack.len();
        if !frame.is_mapping() || frame.indent >= col || frame.prev == NONE || innermost && frame.awaits() {
            return false;
        }
        let inner = self.stack.get(at + 1).map(|it| it.indent - col);
        let value = &self.out.nodes[frame.prev as usize];
        let start = value.range.start as usize;
        let fits = match value.kind {
            Kind::Mapping(Layout::Block) => start - self.line_start(start) == col as usize,
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
            value.kind = Kind::Mapping(Layout::Block);
            value.range = TextRange { start: key_start as u32, end };
        }
        value.next_sibling = NONE;
        self.out.nodes[frame.node as usize].last_child = frame.prev;
        self.out.nodes[key as usize].next_sibling = NONE;
        self.attach(frame.prev, key);
        self.attach(frame.prev, last);
        let born = self.line;
        let also = frame.indent;
        self.stack[at].prev = NONE;
        self.stack.push(Frame { node: frame.prev, indent: col, also, born, entries: 2, last_key: key, ..Frame::new(State::Key, start) });
        true
    }

    fn first_value_is_empty(&self, mapping: u32) -> bool {
        let key = self.out.nodes[mapping as usize].first_child;
        let value = if key == NONE { NONE } else { self.out.nodes[key as usize].next_sibling };
        value != NONE && self.out.nodes[value as usize].kind == Kind::Empty
    }

    fn line_start(&self, at: usize) -> usize {
        memchr::memrchr2(b'\n', b'\r', &self.bytes[..at]).map_or(0, |n| n + 1)
    }

    /// A list whose first item lost its dash reads like a mapping.
    fn dash_was_lost(&mut self, at: usize, col: i32) -> bool {
        let owner = self.stack[at];
        let Some(first) = self.stack.get(at + 1).copied() else { return false };
        if !owner.is_mapping() || !first.is_mapping() || first.indent < col + 2 {
            return false;
        }
        let start = self.out.nodes[first.node as usize].range.start as usize;
        if col == owner.indent && !self.same_key(start) {
            return false;
        }
        self.report(recovery::lost_dash(start, self.byte(start.saturating_sub(2)) == b' ' && self.byte(start.saturating_sub(1)) == b' '));
        self.close_to(at);
        let node = self.wrap_last(owner.node, owner.last_key, SEQUENCE, start);
        self.stack.push(Frame { node, indent: col, also: col, entries: 1, born: self.line, ..Frame::new(State::Dash, start) });
        true
    }

    /// Whether the item on this line begins with the same key as the mapping at `start`.
    fn same_key(&self, start: usize) -> bool {
        let item = self.skip_blanks(self.pos + 1);
        let key = |at: usize, eol: usize| match plain_stop(self.bytes, at, eol).1 {
            Stop::Colon(colon) => Some(&self.bytes[at..colon]),
            _ => None,
        };
        let other = key(start, super::split::line_end(self.bytes, start));
        other.is_some() && key(item, self.eol) == other
    }

    /// A mapping whose first line got a dash too many reads like a list, until its second key comes.
    fn dash_was_extra(&mut self, at: usize, col: i32) -> bool {
        let list = self.stack[at];
        let Some(item) = self.stack.get(at + 1).copied() else { return false };
        let owner = self.stack[at - 1];
        let alone = list.is_sequence() && list.indent == col && list.entries == 1 && item.is_mapping() && item.entries == 1;
        let next = self.line_below(item.indent);
        if !alone || next.is_some_and(|it| it.col == item.indent && !it.dash || it.col == col && it.dash) {
            return false;
        }
        let start = self.out.nodes[list.node as usize].range.start as usize;
        self.report(recovery::extra_dash(start));
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

    /// A line for which no collection of its kind is open.
    fn homeless(&mut self, at: usize, col: i32, dash: bool) -> i32 {
        let word = self.word();
        self.close_to(at);
        let top = *self.top();
        if !dash {
            self.report(recovery::stray_key(word));
            self.close_to(0);
            self.stack[0].state = State::Root;
            self.stack[0].slot = self.pos;
            return col;
        }
        self.report(recovery::stray_dash(word));
        let value = self.last_placed();
        if self.is_scalar(value) && col > top.indent {
            // The list replaces the scalar that stands in its place.
            let data = &mut self.out.nodes[value as usize];
            data.kind = SEQUENCE;
            data.range = TextRange::at(self.pos);
            self.stack.push(Frame { node: value, indent: col, also: col, born: self.line, ..Frame::new(State::Dash, self.pos) });
            return col;
        }
        // The line counts as if the dash were not there.
        while self.pos < self.eol && self.bytes[self.pos] == b'-' && self.blank_at(self.pos + 1) {
            self.pos = self.skip_blanks(self.pos + 1);
        }
        self.top_mut().also = col;
        top.indent
    }

    /// `-name: value` where a list item must be meant: tells of the missing blank, and takes the line as one.
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
        self.report(recovery::glued_dash(TextRange::new(self.pos, self.pos + 1)));
        let column = self.settle(col, true);
        self.shift = column - (self.pos - self.line) as i32;
        if self.dash(column) {
            self.shift += 1;
            let column = self.column();
            self.nodes(column);
        }
        true
    }

    /// The next line with content, indented by at most `limit`.
    pub fn line_below(&self, limit: i32) -> Option<Below> {
        let mut eol = self.eol;
        for _ in 0..LOOKAHEAD {
            let line = self.line_behind(eol)?;
            eol = super::split::line_end(self.bytes, line);
            let text = &self.bytes[line..eol];
            let col = text.iter().position(|&b| b != b' ').unwrap_or(text.len());
            let Some(&first) = text.get(col).filter(|&&b| b != b'#' && col as i64 <= limit as i64) else { continue };
            let dash = first == b'-' && text.get(col + 1).is_none_or(|b| *b == b' ');
            let entry = dash || matches!(plain_stop(self.bytes, line + col, eol).1, Stop::Colon(_));
            return Some(Below { col: col as i32, dash, entry });
        }
        None
    }
}
