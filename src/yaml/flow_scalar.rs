//! Plain scalars in brackets.

use crate::text::TextRange;

use super::flow::Turn;
use super::parser::{Parser, is_blank};
use super::plain::Stop;
use super::{Kind, Style, mistake};

impl Parser<'_> {
    /// A plain scalar, over several lines if need be.
    pub fn flow_plain(&mut self, n: i32) {
        let start = self.pos;
        let line = self.line;
        if let Some(mut error) = self.bad_flow_start(start) {
            let end = error.range.end as usize;
            if matches!(self.byte(end), b'[' | b'{') {
                error.fix = None;
            }
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
            self.report(mistake::question_in_flow(TextRange::new(start, end), &self.text[start..end]));
        }
        let given = std::mem::take(&mut self.flow.given);
        let node = self.add(Kind::Scalar(Style::Plain), start, end, given);
        self.flow_put_from(node, start, line);
        self.flow.open_ended = false;
    }

    /// Whether a value indicator is at `at`.
    pub fn pos_of_colon(&self, at: usize) -> bool {
        self.bytes[at] == b':' && (self.blank_at(at + 1) || b",[]{}".contains(&self.bytes[at + 1]))
    }

    pub fn flow_plain_on_line(&self, from: usize) -> (usize, Stop) {
        let mut at = from;
        let in_key = self.flow.stack.last().is_some_and(|top| top.turn == Turn::Key);
        let stop = loop {
            if at >= self.eol {
                break Stop::Eol;
            }
            match self.bytes[at] {
                b',' | b'[' | b']' | b'{' | b'}' if at > from => break Stop::Colon(at),
                b':' if at > from && (self.pos_of_colon(at) || self.odd_space_at(at + 1) && in_key) => break Stop::Colon(at),
                b'#' if at > from && is_blank(self.bytes[at - 1]) => break Stop::Comment(at),
                _ => at += 1,
            }
        };
        (self.trim(from, at).max(from + 1).min(self.eol), stop)
    }

    pub fn bad_flow_start(&self, at: usize) -> Option<super::SyntaxError> {
        let byte = self.bytes[at];
        let next = self.byte(at + 1);
        let ends_word = self.blank_at(at + 1) || b",[]{}".contains(&next);
        let text = &self.text[at..self.flow_plain_on_line(at).0];
        match byte {
            b'-' if ends_word && !self.blank_at(at + 1) => Some(mistake::lone_dash_in_flow(TextRange::new(at, at + 1))),
            b'-' if ends_word => Some(mistake::dash_in_flow(TextRange::new(at, at + 1))),
            b'?' | b':' if ends_word => Some(mistake::indicator_in_value(TextRange::new(at, at + 1))),
            b'?' | b':' => Some(mistake::question_in_flow(TextRange::new(at, at + text.len()), text)),
            b'&' | b'#' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`' => Some(mistake::bad_start(text, at)),
            _ => None,
        }
    }
}
