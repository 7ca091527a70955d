//! Which collection a line belongs to by its indentation, and what its author most likely meant where it fits none.

use crate::text::TextRange;

use super::parser::{Frame, Parser, SEQUENCE, State};
use super::plain::{Stop, plain_stop};
use super::tree::NONE;
use super::{Kind, mistake};

/// How far to look for the next line with content.
const LOOKAHEAD: usize = 30;

/// A line below the one being read.
#[derive(Clone, Copy)]
pub(super) struct Below {
    pub col: i32,
    pub dash: bool,
    pub entry: bool,
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
    pub fn close_to(&mut self, at: usize) {
        while self.stack.len() > at + 1 {
            self.pop();
        }
    }

    /// Whether a scalar begins as an object does, so that only its colon is missing.
    fn begins_object(&self, scalar: u32) -> bool {
        let text = &self.text[self.out.nodes[scalar as usize].range.span()];
        ["apiVersion", "kind"].iter().any(|key| text.strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', ':'])))
    }

    /// A line that fits nowhere; `at` is the innermost collection that is indented no more than it. Reports which line to move, once, and
    /// takes it for what it most likely is.
    fn misplaced(&mut self, at: usize, col: i32, dash: bool) -> i32 {
        let innermost = at + 1 == self.stack.len();
        if innermost && (at > 0 || self.lone.is_some_and(|it| !it.commented || self.begins_object(it.node))) && self.lone_to_key(col) {
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
        self.report(mistake::indentation(self.word(), TextRange::new(self.line, self.pos), col, indent));
    }

    fn is_scalar(&self, node: u32) -> bool {
        node != NONE && matches!(self.out.nodes[node as usize].kind, Kind::Scalar(_) | Kind::Empty)
    }

    /// The document's value is complete: kubectl reads no further.
    fn after_root(&mut self, col: i32) -> i32 {
        if self.goes_on_from_plain() {
            self.report(mistake::stray_key(self.word()));
        } else {
            self.report(mistake::dropped_after_root(self.rest_of_line()));
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
        root.kind == Kind::Scalar(super::Style::Plain) && self.text[root.range.end as usize..self.pos].trim().is_empty()
    }

    /// Reports that the line of the node at `start` should be indented by `indent`.
    pub fn report_at(&mut self, start: usize, indent: i32) {
        let line = self.line_start(start);
        let eol = self.line_end(start);
        let len = self.bytes[start..eol].iter().position(|b| b" \t:".contains(b)).unwrap_or(eol - start).max(1);
        let space = TextRange::new(line, start);
        self.report(mistake::indentation(TextRange::new(start, start + len), space, space.len() as i32, indent));
    }

    /// By how much the text usually indents a collection inside another.
    pub fn step(&mut self) -> i32 {
        let step = (1..self.steps.len()).rev().max_by_key(|&n| (self.steps[n], n == 2)).unwrap_or(2);
        self.out.habits |= 1 << step;
        step as i32
    }

    /// A line for which no collection of its kind is open.
    fn homeless(&mut self, at: usize, col: i32, dash: bool) -> i32 {
        let word = self.word();
        self.close_to(at);
        let top = *self.top();
        if !dash {
            self.report(mistake::stray_key(word));
            self.close_to(0);
            self.stack[0].state = State::Root;
            self.stack[0].slot = self.pos;
            return col;
        }
        self.report(mistake::stray_dash(word));
        let value = self.last_placed();
        if self.is_scalar(value) && col > top.indent {
            // The list replaces the scalar that is in its place, which so is no key any more.
            self.lone = None;
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

    /// The next line with content, indented by at most `limit`.
    pub fn line_below(&self, limit: i32) -> Option<Below> {
        let mut eol = self.eol;
        for _ in 0..LOOKAHEAD {
            let line = self.line_after(eol)?;
            eol = self.line_end(line);
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
