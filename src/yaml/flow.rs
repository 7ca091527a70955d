//! Flow syntax: what is in brackets.

use crate::text::TextRange;

use super::block_node::Read;
use super::parser::{Given, MAX_DEPTH, Parser, is_blank};
use super::tree::NONE;
use super::{Kind, Layout, mistake, template};

pub(super) const MAPPING: Kind = Kind::Mapping(Layout::Flow);
pub(super) const SEQUENCE: Kind = Kind::Sequence(Layout::Flow);

/// What was read last, and so what may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Item,
    AfterItem,
    Key,
    AfterKey,
    Value,
    AfterValue,
}

/// A collection in brackets, or a pair in a sequence, that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct FlowFrame {
    pub node: u32,
    pub turn: Turn,
    /// A mapping of one entry without braces, in a sequence.
    pub pair: bool,
    /// Whether its key began with `?`.
    pub explicit: bool,
    /// The sibling before the last node, to wrap that in a pair.
    pub before: u32,
    /// Start of the line on which the last node began.
    pub line: usize,
}

/// State of the flow reader; empty in block context.
#[derive(Debug, Default)]
pub(super) struct FlowState {
    pub stack: Vec<FlowFrame>,
    pub given: Given,
    /// A mistake in these brackets was informed of: what follows from it is not.
    pub reported: bool,
    /// Whether a comma, a bracket or a colon was the last thing read.
    pub open_ended: bool,
}

impl Parser<'_> {
    /// The collection in brackets at `pos`, over as many lines as it takes; `n` is the column of the block collection around it.
    pub fn read_flow(&mut self, n: i32) -> Read {
        let start = self.pos;
        let outer = std::mem::take(&mut self.flow.given);
        self.flow.reported = false;
        let root = self.flow_open(None);
        let mut end = self.pos;
        let kind = self.out.nodes[root as usize].kind;
        while !self.flow.stack.is_empty() {
            if !self.flow_space(n, end) {
                self.flow_unclosed(start, end);
                break;
            }
            self.flow_token(n);
            end = self.pos;
        }
        self.flow.stack.clear();
        self.flow.given = outer;
        let range = &mut self.out.nodes[root as usize].range;
        range.end = end as u32;
        Read { kind, start, end, node: Some(root) }
    }

    /// Opens the bracket at `pos`.
    fn flow_open(&mut self, given: Option<Given>) -> u32 {
        let start = self.pos;
        if self.first_action.is_none() && template::begins_action(&self.bytes[start..]) {
            self.first_action = Some(start);
        }
        let (kind, turn) = if self.bytes[start] == b'[' { (SEQUENCE, Turn::Item) } else { (MAPPING, Turn::Key) };
        let node = self.add(kind, start, start, given.unwrap_or_default());
        if given.is_some() {
            self.flow_put(node, start);
        }
        self.flow.stack.push(FlowFrame { node, turn, pair: false, explicit: false, before: NONE, line: self.line });
        self.flow.open_ended = true;
        self.pos += 1;
        node
    }

    /// Goes to the next token. False where the brackets must end: at the end of the document, or at a line of the block around them.
    fn flow_space(&mut self, n: i32, end: usize) -> bool {
        let last = (self.line, self.eol, self.shift);
        loop {
            let from = self.pos;
            self.pos = self.skip_blanks(from);
            if self.pos < self.eol {
                if self.bytes[self.pos] != b'#' {
                    return true;
                }
                if self.pos == from && self.pos > self.line {
                    self.flow_report(mistake::glued_comment(self.pos));
                }
                self.comment(self.pos);
            }
            if !self.next_line() || self.marker().is_some() || self.flow_line_ends(n) {
                // Back to where the brackets were still fine.
                (self.line, self.eol, self.shift) = last;
                while self.eol < end {
                    self.next_line();
                }
                self.pos = end;
                return false;
            }
            self.conflict_marker();
        }
    }

    /// Whether the line that has been entered is not part of the brackets any more.
    pub fn flow_line_ends(&mut self, n: i32) -> bool {
        let Some((at, byte)) = self.first_byte() else { return false };
        let spaces = self.spaces() as i32;
        if spaces > n || byte == b'#' {
            return false;
        }
        if self.looks_like_entry(at) && !self.goes_on(at) {
            return true;
        }
        self.flow_report(mistake::dedented_in_brackets(TextRange::new(at, at + 1), n + 1));
        false
    }

    /// Whether a line that looks like a block entry is rather one of these brackets: it ends with a comma, or closes more than it opens.
    fn goes_on(&self, at: usize) -> bool {
        let text = &self.bytes[at..self.trim(at, self.eol)];
        let json = text[0] == b'"';
        let balance = text.iter().fold(0i32, |sum, b| match b {
            b'[' | b'{' => sum + 1,
            b']' | b'}' => sum - 1,
            _ => sum,
        });
        balance < 0 || self.flow.open_ended && (json || text.ends_with(b","))
    }

    fn flow_unclosed(&mut self, start: usize, end: usize) {
        // The innermost bracket is the one to close; on one line the outermost shows it as well.
        let innermost = self.flow.stack.iter().rev().find(|frame| !frame.pair);
        let opened = innermost.map_or(start, |frame| self.out.nodes[frame.node as usize].range.start as usize);
        let line_end = self.trim(opened, self.line_end(opened)).min(end.max(opened + 1));
        let error = mistake::unclosed_bracket(
            &self.text[opened..=opened],
            TextRange::new(opened, line_end),
            TextRange::new(start, end),
            self.flow.stack.iter().filter(|frame| !frame.pair).count(),
        );
        self.flow_report(error);
        self.flow_end_entry();
        while !self.flow.stack.is_empty() {
            self.flow_close_top(end);
        }
    }

    pub fn flow_report(&mut self, error: super::SyntaxError) {
        if error.kind == super::SyntaxErrorKind::Invalid {
            if self.flow.reported {
                return;
            }
            self.flow.reported = true;
        }
        self.report(error);
    }

    /// Reads one token at `pos`.
    fn flow_token(&mut self, n: i32) {
        let top = self.flow.stack[self.flow.stack.len() - 1];
        if top.turn == Turn::Key && self.odd_space_at(self.pos) {
            return self.odd_spaces_in_flow();
        }
        let start = self.pos;
        let byte = self.bytes[start];
        let ends_word = start + 1 >= self.eol
            || is_blank(self.bytes[start + 1])
            || b",[]{}".contains(&self.bytes[start + 1])
            || self.odd_space_at(start + 1);
        match byte {
            b',' => self.flow_comma(),
            b']' | b'}' => self.flow_closer(),
            b'?' if ends_word && matches!(top.turn, Turn::Item | Turn::Key) => self.flow_question(),
            b':' if ends_word || self.after_json_key(top) => self.flow_colon(ends_word),
            b'[' | b'{' => {
                if self.flow.stack.len() + self.stack.len() > MAX_DEPTH {
                    self.flow_report(mistake::too_deep(TextRange::new(start, start + 1)));
                    self.pos = self.eol;
                    while !self.flow.stack.is_empty() {
                        self.flow_close_top(start);
                    }
                    return;
                }
                let given = std::mem::take(&mut self.flow.given);
                self.flow_open(Some(given));
            }
            b'&' | b'!' => {
                let given = self.properties();
                if given.any() {
                    let outer = std::mem::take(&mut self.flow.given);
                    self.flow.given = outer.over(self, given);
                    self.flow.open_ended = true;
                } else {
                    self.flow_plain(n);
                }
            }
            _ => {
                let line = self.line;
                let Some(read) = self.read_node(n) else { return self.flow_plain(n) };
                let given = std::mem::take(&mut self.flow.given);
                let node = self.add(read.kind, read.start, read.end, given);
                if read.kind == Kind::Alias {
                    self.link_alias(node);
                    if given.any() {
                        self.flow_report(mistake::property_on_alias(TextRange::new(read.start, read.end)));
                    }
                }
                self.flow_put_from(node, start, line);
                self.flow.open_ended = false;
            }
        }
    }
}
