//! `{{ … }}`: places that a template engine such as Helm fills in.

use memchr::memmem;

use crate::text::TextRange;

use super::block_node::Read;
use super::parser::Parser;
use super::plain::plain_stop;
use super::{Kind, mistake};

impl Parser<'_> {
    /// Takes a line of nothing but `{{ … }}`, at `pos`. It disturbs no collection around it. False if the line holds more.
    pub fn template_line(&mut self) -> bool {
        let start = self.pos;
        if !self.bytes[start..].starts_with(b"{{") {
            return false;
        }
        let line = (self.line, self.eol, self.shift);
        let marks = self.out.templates.len();
        while self.bytes[self.pos..].starts_with(b"{{") {
            let Some(end) = self.template_end(self.pos) else { break };
            self.out.templates.push(TextRange::new(self.pos, end));
            while self.eol < end && self.next_line() {}
            self.pos = self.skip_blanks(end);
        }
        let alone = self.pos >= self.eol || self.bytes[self.pos] == b'#' && self.pos > start && self.bytes[self.pos - 1] == b' ';
        if alone {
            if self.pos < self.eol {
                self.comment(self.pos);
            }
            self.template_report(start, marks);
            return true;
        }
        self.out.templates.truncate(marks);
        (self.line, self.eol, self.shift) = line;
        self.pos = start;
        false
    }

    /// A value or key that begins with `{{`, with the text around it.
    pub fn read_template(&mut self) -> Read {
        let start = self.pos;
        let marks = self.out.templates.len();
        let in_flow = !self.flow.stack.is_empty();
        let mut end = start;
        loop {
            if self.bytes[self.pos..].starts_with(b"{{") {
                let Some(close) = self.template_end(self.pos) else {
                    end = self.trim(start, self.eol);
                    self.out.templates.push(TextRange::new(self.pos, end));
                    self.report(mistake::unclosed_template(TextRange::new(self.pos, end)));
                    break;
                };
                self.out.templates.push(TextRange::new(self.pos, close));
                while self.eol < close && self.next_line() {}
                end = close;
                self.pos = close;
                continue;
            }
            // Text between and behind the marks.
            let (stop, _) = plain_stop(self.bytes, self.pos.saturating_sub(1).max(start), self.eol);
            let text = &self.bytes[self.pos..stop.max(self.pos)];
            let next = memmem::find(text, b"{{");
            let stop_in_flow = text.iter().position(|b| in_flow && b",[]{}".contains(b)).filter(|&n| next.is_none_or(|it| n < it));
            match (stop_in_flow, next) {
                (Some(n), _) => {
                    end = self.trim(end, self.pos + n);
                    break;
                }
                (None, Some(n)) => self.pos += n,
                (None, None) => {
                    end = self.trim(end, self.pos + text.len());
                    break;
                }
            }
        }
        self.pos = end;
        self.template_report(start, marks);
        Read { kind: Kind::Template, start, end, node: None }
    }

    /// Where the `{{` at `at` is closed, before the next one opens. May lie on a later line.
    fn template_end(&self, at: usize) -> Option<usize> {
        let rest = &self.bytes[at + 2..];
        let next = memmem::find(rest, b"{{").unwrap_or(rest.len());
        memmem::find(&rest[..next], b"}}").map(|n| at + 2 + n + 2)
    }

    /// kubectl can't read this: told once, at the first mark.
    fn template_report(&mut self, start: usize, marks: usize) {
        if marks == 0 {
            let end = self.out.templates.first().map_or(start + 2, |it| it.end as usize);
            self.report(mistake::template(TextRange::new(start, end)));
        }
    }
}
