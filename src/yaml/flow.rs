//! Flow syntax: what stands in brackets.

use crate::text::TextRange;

use super::block::Read;
use super::parser::{Given, MAX_DEPTH, Parser, is_blank};
use super::plain::Stop;
use super::tree::NONE;
use super::{Kind, Layout, Style, recovery};

const MAPPING: Kind = Kind::Mapping(Layout::Flow);
const SEQUENCE: Kind = Kind::Sequence(Layout::Flow);

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
    node: u32,
    turn: Turn,
    /// A mapping of one entry without braces, in a sequence.
    pair: bool,
    /// Whether its key began with `?`.
    explicit: bool,
    /// The sibling before the last node, to wrap that in a pair.
    before: u32,
    /// Start of the line on which the last node began.
    line: usize,
}

/// State of the flow reader; empty in block context.
#[derive(Debug, Default)]
pub(super) struct FlowState {
    pub stack: Vec<FlowFrame>,
    given: Given,
    /// A mistake in these brackets was told of: what follows from it is not.
    told: bool,
    /// Whether a comma, a bracket or a colon was the last thing read.
    open_ended: bool,
}

impl Parser<'_> {
    /// The collection in brackets at `pos`, over as many lines as it takes; `n` is the column of the block collection around it.
    pub fn read_flow(&mut self, n: i32) -> Read {
        let start = self.pos;
        let outer = std::mem::take(&mut self.flow.given);
        self.flow.told = false;
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
                    self.flow_report(recovery::glued_comment(self.pos));
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
        }
    }

    /// Whether the line that has been entered is not part of the brackets any more.
    fn flow_line_ends(&mut self, n: i32) -> bool {
        let Some((at, byte)) = self.first_byte() else { return false };
        let spaces = self.spaces() as i32;
        if spaces > n || byte == b'#' {
            return false;
        }
        if self.looks_like_entry(at) && !self.goes_on(at) {
            return true;
        }
        self.flow_report(recovery::dedented_in_brackets(TextRange::new(at, at + 1), n + 1));
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
        let line_end = self.trim(opened, super::split::line_end(self.bytes, opened)).min(end.max(opened + 1));
        let error = recovery::unclosed_bracket(
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

    fn flow_report(&mut self, error: super::SyntaxError) {
        if error.kind == super::SyntaxErrorKind::Invalid {
            if self.flow.told {
                return;
            }
            self.flow.told = true;
        }
        self.report(error);
    }

    /// Reads one token at `pos`.
    fn flow_token(&mut self, n: i32) {
        let start = self.pos;
        let byte = self.bytes[start];
        let top = self.flow.stack[self.flow.stack.len() - 1];
        let ends_word = start + 1 >= self.eol || is_blank(self.bytes[start + 1]) || b",[]{}".contains(&self.bytes[start + 1]);
        match byte {
            b',' => self.flow_comma(),
            b']' | b'}' => self.flow_closer(),
            b'?' if ends_word && matches!(top.turn, Turn::Item | Turn::Key) => self.flow_question(),
            b':' if ends_word || self.after_json_key(top) => self.flow_colon(ends_word),
            b'[' | b'{' if !(byte == b'{' && self.marks && self.byte(start + 1) == b'{') => {
                if self.flow.stack.len() + self.stack.len() > MAX_DEPTH {
                    self.flow_report(recovery::too_deep(TextRange::new(start, start + 1)));
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
                        self.flow_report(recovery::property_on_alias(TextRange::new(read.start, read.end)));
                    }
                }
                self.flow_put_from(node, start, line);
                self.flow.open_ended = false;
            }
        }
    }

    /// Whether the last node lets a colon follow without a blank: a quoted scalar or brackets as key.
    fn after_json_key(&self, top: FlowFrame) -> bool {
        let last = self.out.nodes[top.node as usize].last_child;
        matches!(top.turn, Turn::AfterKey | Turn::AfterItem)
            && matches!(
                self.out.nodes[last as usize].kind,
                Kind::Scalar(Style::SingleQuoted | Style::DoubleQuoted)
                    | Kind::Mapping(Layout::Flow)
                    | Kind::Sequence(Layout::Flow)
                    | Kind::Template
            )
    }

    /// A plain scalar, over several lines if need be.
    fn flow_plain(&mut self, n: i32) {
        let start = self.pos;
        let line = self.line;
        if let Some(error) = self.bad_flow_start(start) {
            self.flow_report(error);
        }
        let (mut end, mut stop) = self.flow_plain_on_line(start);
        while stop == Stop::Eol {
            let last = (self.line, self.eol, self.shift);
            self.pos = end;
            self.flow.open_ended = false;
            let more = loop {
                if !self.next_line() || self.marker().is_some() {
                    break false;
                }
                let Some((at, byte)) = self.first_byte() else { continue };
                let ends = self.pos_of_colon(at) || matches!(byte, b'#' | b',' | b'[' | b']' | b'{' | b'}');
                if ends || self.flow_line_ends(n) {
                    break false;
                }
                self.pos = at;
                break true;
            };
            if !more {
                (self.line, self.eol, self.shift) = last;
                break;
            }
            (end, stop) = self.flow_plain_on_line(self.pos);
        }
        self.pos = end;
        if memchr::memchr(b'?', &self.bytes[start..end]).is_some() {
            self.report(recovery::question_in_flow(TextRange::new(start, end), &self.text[start..end]));
        }
        let given = std::mem::take(&mut self.flow.given);
        let node = self.add(Kind::Scalar(Style::Plain), start, end, given);
        self.flow_put_from(node, start, line);
        self.flow.open_ended = false;
    }

    /// Whether a value indicator is at `at`.
    fn pos_of_colon(&self, at: usize) -> bool {
        self.bytes[at] == b':' && (self.blank_at(at + 1) || b",[]{}".contains(&self.bytes[at + 1]))
    }

    fn flow_plain_on_line(&self, from: usize) -> (usize, Stop) {
        let mut at = from;
        let stop = loop {
            if at >= self.eol {
                break Stop::Eol;
            }
            match self.bytes[at] {
                b',' | b'[' | b']' | b'{' | b'}' if at > from => break Stop::Colon(at),
                b':' if at > from && self.pos_of_colon(at) => break Stop::Colon(at),
                b'#' if at > from && is_blank(self.bytes[at - 1]) => break Stop::Comment(at),
                _ => at += 1,
            }
        };
        (self.trim(from, at).max(from + 1).min(self.eol), stop)
    }

    fn bad_flow_start(&self, at: usize) -> Option<super::SyntaxError> {
        let byte = self.bytes[at];
        let next = self.byte(at + 1);
        let ends_word = self.blank_at(at + 1) || b",[]{}".contains(&next);
        let text = &self.text[at..self.flow_plain_on_line(at).0];
        match byte {
            b'-' if ends_word && !self.blank_at(at + 1) => Some(recovery::lone_dash_in_flow(TextRange::new(at, at + 1))),
            b'-' if ends_word => Some(recovery::dash_in_flow(TextRange::new(at, at + 1))),
            b'?' | b':' if ends_word => Some(recovery::indicator_in_value(TextRange::new(at, at + 1))),
            b'?' | b':' => Some(recovery::question_in_flow(TextRange::new(at, at + text.len()), text)),
            b'&' | b'#' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`' => Some(recovery::bad_start(text, at)),
            _ => None,
        }
    }

    fn flow_top(&mut self) -> &mut FlowFrame {
        let last = self.flow.stack.len() - 1;
        &mut self.flow.stack[last]
    }

    /// Puts a node where the innermost bracket wants one.
    fn flow_put(&mut self, node: u32, start: usize) {
        self.flow_put_from(node, start, self.line);
    }

    fn flow_put_from(&mut self, node: u32, start: usize, line: usize) {
        let top = *self.flow_top();
        let turn = match top.turn {
            Turn::Item => Turn::AfterItem,
            Turn::Key => Turn::AfterKey,
            Turn::Value => Turn::AfterValue,
            Turn::AfterItem | Turn::AfterKey | Turn::AfterValue => {
                self.flow_report(recovery::missing_comma(TextRange::new(start, start + 1), self.last_flow_end()));
                if top.pair {
                    self.flow_close_top(start);
                    return self.flow_put_from(node, start, line);
                }
                if top.turn == Turn::AfterKey {
                    self.flow_empty();
                }
                if top.turn == Turn::AfterItem { Turn::AfterItem } else { Turn::AfterKey }
            }
        };
        let before = self.out.nodes[top.node as usize].last_child;
        self.attach(top.node, node);
        let top = self.flow_top();
        (top.turn, top.before, top.line) = (turn, before, line);
    }

    fn last_flow_end(&self) -> usize {
        let top = self.flow.stack[self.flow.stack.len() - 1];
        let last = self.out.nodes[top.node as usize].last_child;
        if last == NONE { self.pos } else { self.out.nodes[last as usize].range.end as usize }
    }

    /// An empty node, with the properties that wait, as the next key, value or item.
    fn flow_empty(&mut self) {
        let given = std::mem::take(&mut self.flow.given);
        let at = if given.any() { given.end() } else { self.last_empty_place() };
        let node = self.add(Kind::Empty, at, at, given);
        let top = *self.flow_top();
        let before = self.out.nodes[top.node as usize].last_child;
        self.attach(top.node, node);
        let line = self.line;
        let top = self.flow_top();
        top.turn = match top.turn {
            Turn::Item => Turn::AfterItem,
            Turn::Key => Turn::AfterKey,
            _ => Turn::AfterValue,
        };
        (top.before, top.line) = (before, line);
    }

    /// Where an empty node stands: at the token that shows it missing, or behind the colon just read.
    fn last_empty_place(&self) -> usize {
        self.flow.stack.last().map_or(self.pos, |top| match top.turn {
            Turn::AfterKey => self.last_flow_end(),
            _ => self.pos,
        })
    }

    fn flow_comma(&mut self) {
        self.flow_end_entry();
        let top = *self.flow_top();
        if matches!(top.turn, Turn::Item | Turn::Key) {
            self.flow_report(recovery::nothing_before_comma(TextRange::new(self.pos, self.pos + 1)));
        }
        let top = self.flow_top();
        top.turn = if matches!(top.turn, Turn::Item | Turn::AfterItem) { Turn::Item } else { Turn::Key };
        top.explicit = false;
        self.pos += 1;
        self.flow.open_ended = true;
    }

    /// Fills what the entry lacks, and ends a pair.
    fn flow_end_entry(&mut self) {
        let top = *self.flow_top();
        match top.turn {
            Turn::Item | Turn::Key if self.flow.given.any() || top.explicit => {
                self.flow_empty();
                if top.turn == Turn::Key {
                    self.flow_empty();
                }
            }
            Turn::AfterKey | Turn::Value => self.flow_empty(),
            _ if self.flow.given.any() => {
                self.flow_report(recovery::missing_comma(TextRange::new(self.flow.given.start(), self.flow.given.end()), self.pos));
                self.flow.given = Given::default();
            }
            _ => {}
        }
        if top.pair {
            self.flow_close_top(self.pos);
        }
    }

    fn flow_closer(&mut self) {
        let start = self.pos;
        let kind = if self.bytes[start] == b']' { SEQUENCE } else { MAPPING };
        self.flow_end_entry();
        let matches = |parser: &Self, frame: &FlowFrame| !frame.pair && parser.out.nodes[frame.node as usize].kind == kind;
        let top = *self.flow_top();
        if !matches(self, &top) {
            let opener = self.out.nodes[top.node as usize].range.start as usize;
            let open = self.text[opener..=opener].to_string();
            let outer = self.flow.stack.iter().rev().take(4).any(|frame| matches(self, frame));
            self.flow_report(recovery::wrong_closer(TextRange::new(start, start + 1), &open, outer));
            if !outer {
                // A typo for the right closer ends the bracket; a stray one inside others is skipped.
                if self.flow.stack.len() > 1 {
                    self.pos += 1;
                    return;
                }
            } else {
                while !matches(self, &self.flow.stack[self.flow.stack.len() - 1]) {
                    self.flow_end_entry_of_top();
                    self.flow_close_top(start);
                }
            }
        }
        self.flow_close_top(start + 1);
        self.pos += 1;
        self.flow.open_ended = false;
    }

    fn flow_end_entry_of_top(&mut self) {
        if matches!(self.flow_top().turn, Turn::AfterKey | Turn::Value) {
            self.flow_empty();
        }
    }

    fn flow_close_top(&mut self, end: usize) {
        self.flow_end_entry_of_top();
        if let Some(frame) = self.flow.stack.pop() {
            let last = self.out.nodes[frame.node as usize].last_child;
            let inner = if last == NONE { 0 } else { self.out.nodes[last as usize].range.end };
            let range = &mut self.out.nodes[frame.node as usize].range;
            range.end = if frame.pair { range.end.max(inner) } else { (end as u32).max(inner).max(range.start) };
        }
    }

    fn flow_question(&mut self) {
        let start = self.pos;
        if self.flow_top().turn == Turn::Item {
            let given = std::mem::take(&mut self.flow.given);
            let node = self.add(MAPPING, start, start + 1, given);
            self.flow_put(node, start);
            self.flow.stack.push(FlowFrame { node, turn: Turn::Key, pair: true, explicit: true, before: NONE, line: self.line });
        } else {
            self.flow_top().explicit = true;
        }
        self.pos += 1;
        self.flow.open_ended = true;
    }

    fn flow_colon(&mut self, ends_word: bool) {
        let start = self.pos;
        let here = TextRange::new(start, start + 1);
        let top = *self.flow_top();
        if top.turn == Turn::Key || top.turn == Turn::Item {
            if top.turn == Turn::Item {
                // The key is empty, or only properties.
                let begin = if self.flow.given.any() { self.flow.given.end() } else { start };
                let node = self.add(MAPPING, begin, start, Given::default());
                self.flow_put(node, start);
                self.flow.stack.push(FlowFrame { node, turn: Turn::Key, pair: true, explicit: false, before: NONE, line: self.line });
            }
            self.flow_empty();
            self.report(recovery::empty_key(here));
        } else if top.turn == Turn::AfterItem {
            let key = self.out.nodes[top.node as usize].last_child;
            let range = self.out.nodes[key as usize].range;
            if top.line != self.line {
                self.flow_report(recovery::key_over_lines(range));
            }
            let pair = self.wrap_last(top.node, top.before, MAPPING, range.start as usize);
            self.flow.stack.push(FlowFrame {
                node: pair,
                turn: Turn::AfterKey,
                pair: true,
                explicit: false,
                before: NONE,
                line: self.line,
            });
        } else if top.turn == Turn::AfterKey {
            if top.line != self.line && !top.explicit {
                self.report(recovery::flow_key_over_lines(here));
            }
        } else if top.turn == Turn::Value || top.pair || !self.split_value(top.node) {
            self.flow_report(recovery::second_colon_in_flow(here));
            self.pos += 1;
            return;
        }
        if ends_word && b",[]{}".contains(&self.byte(start + 1)) && start + 1 < self.eol {
            let plain = top.turn == Turn::AfterKey && !self.after_json_key(top);
            if plain {
                self.report(recovery::glued_colon(here));
            }
        }
        self.flow_top().turn = Turn::Value;
        self.pos += 1;
        self.flow.open_ended = true;
    }

    /// `{a: b c: d}`: the last word of the value is the key of the next entry, without a comma before it.
    fn split_value(&mut self, mapping: u32) -> bool {
        let value = self.out.nodes[mapping as usize].last_child;
        let data = &mut self.out.nodes[value as usize];
        let text = &self.text[data.range.span()];
        let Some(blank) = text.rfind([' ', '\t']).filter(|_| data.kind == Kind::Scalar(Style::Plain)) else { return false };
        let start = data.range.start as usize;
        let (value_end, end) = (start + text[..blank].trim_end().len(), start + text.len());
        data.range.end = value_end as u32;
        self.flow_report(recovery::missing_comma(TextRange::new(start + blank + 1, end), value_end));
        let key = self.add(Kind::Scalar(Style::Plain), start + blank + 1, end, Given::default());
        self.attach(mapping, key);
        true
    }

    /// Puts a new collection in the place of the last child of `parent` (`NONE` for a root), and that child into it.
    pub fn wrap_last(&mut self, parent: u32, before: u32, kind: Kind, start: usize) -> u32 {
        let node = self.add(kind, start, start, Given::default());
        let child = if parent == NONE {
            match self.out.roots.last_mut() {
                Some(root) => std::mem::replace(&mut root.0, node),
                None => return node,
            }
        } else {
            let child = std::mem::replace(&mut self.out.nodes[parent as usize].last_child, node);
            match before {
                NONE => self.out.nodes[parent as usize].first_child = node,
                _ => self.out.nodes[before as usize].next_sibling = node,
            }
            self.out.nodes[node as usize].parent = parent;
            child
        };
        self.out.nodes[child as usize].next_sibling = NONE;
        self.attach(node, child);
        node
    }
}
