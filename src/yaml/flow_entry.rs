//! Items, keys and values in brackets, and the marks between them.

use crate::text::TextRange;

use super::flow::{FlowFrame, MAPPING, SEQUENCE, Turn};
use super::parser::{Given, Parser};
use super::tree::NONE;
use super::{Kind, Layout, Style, mistake};

impl Parser<'_> {
    /// Puts a node where the innermost bracket wants one.
    pub fn flow_put(&mut self, node: u32, start: usize) {
        self.flow_put_from(node, start, self.line);
    }

    pub fn flow_put_from(&mut self, node: u32, start: usize, line: usize) {
        let top = *self.flow_top();
        let turn = match top.turn {
            Turn::Item => Turn::AfterItem,
            Turn::Key => Turn::AfterKey,
            Turn::Value => Turn::AfterValue,
            Turn::AfterItem | Turn::AfterKey | Turn::AfterValue => {
                self.flow_report(mistake::missing_comma(TextRange::new(start, start + 1), self.last_flow_end()));
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
        if turn == Turn::AfterKey {
            self.note_key(node);
        }
        let top = self.flow_top();
        (top.turn, top.before, top.line) = (turn, before, line);
    }

    pub fn last_flow_end(&self) -> usize {
        let top = self.flow.stack[self.flow.stack.len() - 1];
        let last = self.out.nodes[top.node as usize].last_child;
        if last == NONE { self.pos } else { self.out.nodes[last as usize].range.end as usize }
    }

    /// An empty node, with the properties that wait, as the next key, value or item.
    pub fn flow_empty(&mut self) {
        let given = std::mem::take(&mut self.flow.given);
        let at = if given.any() { given.end() } else { self.last_empty_place() };
        let node = self.add(Kind::Empty, at, at, given);
        let top = *self.flow_top();
        let before = self.out.nodes[top.node as usize].last_child;
        self.attach(top.node, node);
        if top.turn == Turn::Key {
            self.note_key(node);
        }
        let line = self.line;
        let top = self.flow_top();
        top.turn = match top.turn {
            Turn::Item => Turn::AfterItem,
            Turn::Key => Turn::AfterKey,
            _ => Turn::AfterValue,
        };
        (top.before, top.line) = (before, line);
    }

    /// Where an empty node is: at the token that shows it missing, or after the colon just read.
    pub fn last_empty_place(&self) -> usize {
        self.flow.stack.last().map_or(self.pos, |top| match top.turn {
            Turn::AfterKey => self.last_flow_end(),
            _ => self.pos,
        })
    }

    pub fn flow_comma(&mut self) {
        self.flow_end_entry();
        let top = *self.flow_top();
        if matches!(top.turn, Turn::Item | Turn::Key) {
            self.flow_report(mistake::nothing_before_comma(TextRange::new(self.pos, self.pos + 1)));
        }
        let top = self.flow_top();
        top.turn = if matches!(top.turn, Turn::Item | Turn::AfterItem) { Turn::Item } else { Turn::Key };
        top.explicit = false;
        self.pos += 1;
        self.flow.open_ended = true;
    }

    /// Fills what the entry lacks, and ends a pair.
    pub fn flow_end_entry(&mut self) {
        let top = *self.flow_top();
        match top.turn {
            Turn::Item | Turn::Key if self.flow.given.any() || top.explicit => {
                self.flow_empty();
                if top.turn == Turn::Key {
                    self.flow_empty();
                }
            }
            Turn::AfterKey if !top.pair && self.flow_wrong_sign(top.node) => {}
            Turn::AfterKey | Turn::Value => self.flow_empty(),
            _ if self.flow.given.any() => {
                self.flow_report(mistake::missing_comma(TextRange::new(self.flow.given.start(), self.flow.given.end()), self.pos));
                self.flow.given = Given::default();
            }
            _ => {}
        }
        if top.pair {
            self.flow_close_top(self.pos);
        }
    }

    /// `{a = b}`: a key without a colon that holds another sign in its place.
    fn flow_wrong_sign(&mut self, mapping: u32) -> bool {
        let key = self.out.nodes[mapping as usize].last_child;
        let data = &self.out.nodes[key as usize];
        if data.kind != Kind::Scalar(Style::Plain) || !self.text[data.range.span()].contains(['=', '：']) {
            return false;
        }
        let (name, value) = self.bare_key(data.range);
        self.out.nodes[key as usize].range = name;
        let Some(value) = value else { return false };
        let value = self.add(Kind::Scalar(Style::Plain), value.start as usize, value.end as usize, Given::default());
        self.attach(mapping, value);
        self.flow_top().turn = Turn::AfterValue;
        true
    }

    pub fn flow_closer(&mut self) {
        let start = self.pos;
        let kind = if self.bytes[start] == b']' { SEQUENCE } else { MAPPING };
        self.flow_end_entry();
        let matches = |parser: &Self, frame: &FlowFrame| !frame.pair && parser.out.nodes[frame.node as usize].kind == kind;
        let top = *self.flow_top();
        if !matches(self, &top) {
            let opener = self.out.nodes[top.node as usize].range.start as usize;
            let open = self.text[opener..=opener].to_string();
            let outer = self.flow.stack.iter().rev().take(4).any(|frame| matches(self, frame));
            self.flow_report(mistake::wrong_closer(TextRange::new(start, start + 1), &open, outer));
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

    pub fn flow_end_entry_of_top(&mut self) {
        if matches!(self.flow_top().turn, Turn::AfterKey | Turn::Value) {
            self.flow_empty();
        }
    }

    pub fn flow_close_top(&mut self, end: usize) {
        self.flow_end_entry_of_top();
        if let Some(frame) = self.flow.stack.pop() {
            let last = self.out.nodes[frame.node as usize].last_child;
            let inner = if last == NONE { 0 } else { self.out.nodes[last as usize].range.end };
            let range = &mut self.out.nodes[frame.node as usize].range;
            range.end = if frame.pair { range.end.max(inner) } else { (end as u32).max(inner).max(range.start) };
        }
    }

    pub fn flow_question(&mut self) {
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

    pub fn flow_colon(&mut self, ends_word: bool) {
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
            self.report(mistake::empty_key(here));
        } else if top.turn == Turn::AfterItem {
            let key = self.out.nodes[top.node as usize].last_child;
            let range = self.out.nodes[key as usize].range;
            if top.line != self.line {
                self.flow_report(mistake::key_over_lines(range));
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
                self.report(mistake::flow_key_over_lines(here));
            }
        } else if top.turn == Turn::Value || top.pair || !self.split_value(top.node) {
            self.flow_report(mistake::second_colon_in_flow(here));
            self.pos += 1;
            return;
        }
        if ends_word && b",[]{}".contains(&self.byte(start + 1)) && start + 1 < self.eol {
            let plain = top.turn == Turn::AfterKey && !self.after_json_key(top);
            if plain {
                let bracket = b"[{".contains(&self.byte(start + 1));
                self.report(if bracket { mistake::glued_bracket(here) } else { mistake::glued_colon(here) });
            }
        }
        self.flow_top().turn = Turn::Value;
        self.pos += 1;
        if self.odd_space_at(self.pos) && top.turn == Turn::AfterKey && !top.pair {
            self.odd_spaces_in_flow();
        }
        self.flow.open_ended = true;
    }

    /// `{a: b c: d}`: the last word of the value is the key of the next entry, without a comma before it.
    pub fn split_value(&mut self, mapping: u32) -> bool {
        let value = self.out.nodes[mapping as usize].last_child;
        let data = &mut self.out.nodes[value as usize];
        let text = &self.text[data.range.span()];
        let Some(space) = text.rfind([' ', '\t']).filter(|_| data.kind == Kind::Scalar(Style::Plain)) else { return false };
        let start = data.range.start as usize;
        let (value_end, end) = (start + text[..space].trim_end().len(), start + text.len());
        data.range.end = value_end as u32;
        self.flow_report(mistake::missing_comma(TextRange::new(start + space + 1, end), value_end));
        let key = self.add(Kind::Scalar(Style::Plain), start + space + 1, end, Given::default());
        self.attach(mapping, key);
        self.note_key(key);
        true
    }

    pub fn flow_top(&mut self) -> &mut FlowFrame {
        let last = self.flow.stack.len() - 1;
        &mut self.flow.stack[last]
    }

    /// Whether the last node lets a colon follow without a space: a quoted scalar or brackets as key.
    pub fn after_json_key(&self, top: FlowFrame) -> bool {
        let last = self.out.nodes[top.node as usize].last_child;
        matches!(top.turn, Turn::AfterKey | Turn::AfterItem)
            && matches!(
                self.out.nodes[last as usize].kind,
                Kind::Scalar(Style::SingleQuoted | Style::DoubleQuoted) | Kind::Mapping(Layout::Flow) | Kind::Sequence(Layout::Flow)
            )
    }
}
