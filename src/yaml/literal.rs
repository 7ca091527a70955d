//! Block scalars: `|` and `>`.

use crate::text::TextRange;

use super::parser::{Given, Parser, is_blank};
use super::{Kind, Style, breaks, mistake};

impl Parser<'_> {
    /// A literal or folded scalar in the open slot; `pos` is at its `|` or `>`.
    pub fn block_scalar(&mut self, given: Given) {
        let start = self.pos;
        let style = if self.bytes[start] == b'|' { Style::Literal } else { Style::Folded };
        let header = self.header();
        let n = if self.top().awaits() { self.top().indent } else { self.top().indent.max(0) };
        let mut indent = header.indent.map(|it| n.max(0) + it);
        let mut end = header.end;
        let mut last = (self.line, self.eol);
        let mut widest: Option<(i32, usize)> = None;
        let mut reported = false;
        while self.next_line() {
            if self.conflict_marker() {
                continue;
            }
            let spaces = self.spaces() as i32;
            let at = self.line + spaces as usize;
            let is_empty = at >= self.eol;
            if is_empty && (indent.is_none() || spaces <= indent.unwrap_or(0)) {
                if indent.is_none() && widest.is_none_or(|(width, _)| spaces > width) {
                    widest = Some((spaces, self.line));
                }
                if header.keep {
                    last = (self.line, self.eol);
                    end = self.eol;
                }
                continue;
            }
            if self.marker().is_some() {
                break;
            }
            let mut least = indent.unwrap_or(n + 1);
            if indent.is_none() && spaces > n {
                indent = Some(spaces);
                least = spaces;
                if let Some((width, line)) = widest
                    && width > spaces
                {
                    self.report(mistake::blank_line_too_deep(TextRange::new(line, line + width as usize), spaces, self.byte(at) == b'#'));
                }
                if self.byte(at) == b'\t' {
                    self.report(mistake::tab_first_in_text(TextRange::new(at, at + 1), &self.text[start..=start]));
                }
            }
            if spaces < least {
                let byte = self.byte(at);
                if byte == b'\t' && self.skip_blanks(at) >= self.eol {
                    self.tab_in_block_scalar(at);
                    continue;
                }
                if spaces <= n || byte == b'#' {
                    break;
                }
                // Too little indented for the text, too much for anything else.
                if !reported {
                    self.report(mistake::shallow_text(TextRange::new(at, self.trim(at, self.eol)), TextRange::new(self.line, at), least));
                    reported = true;
                }
            }
            last = (self.line, self.eol);
            end = self.eol;
        }
        (self.line, self.eol, self.shift) = (last.0, last.1, 0);
        self.pos = self.eol;
        let given = std::mem::take(&mut self.pending).over(self, given);
        let node = self.add(Kind::Scalar(style), start, end, given);
        if header.indent.is_some() {
            self.out.literal_indents.push((node, indent.unwrap_or(0) as u32));
        }
        self.place(node);
    }

    /// Reads `|2-` and the like and goes to the end of the line.
    fn header(&mut self) -> Header {
        let start = self.pos;
        let mut header = Header { indent: None, keep: false, end: start };
        let mut chomped = false;
        self.pos += 1;
        while self.pos < self.eol {
            match self.bytes[self.pos] {
                b @ (b'+' | b'-') if !chomped => {
                    chomped = true;
                    header.keep = b == b'+';
                }
                b @ b'1'..=b'9' if header.indent.is_none() => header.indent = Some((b - b'0') as i32),
                _ => break,
            }
            self.pos += 1;
        }
        header.end = self.pos;
        let rest = self.skip_blanks(self.pos);
        if rest < self.eol && self.bytes[rest] == b'#' {
            if rest == self.pos {
                self.report(mistake::glued_comment(rest));
            }
            self.comment(rest);
        } else if rest < self.eol {
            self.pos = rest;
            self.report(mistake::text_after_bar(&self.text[start..=start], self.rest_of_line()));
        }
        self.pos = self.eol;
        header
    }
}

struct Header {
    indent: Option<i32>,
    keep: bool,
    end: usize,
}

/// Value of a block scalar: `text` from its `|` or `>`, `after` what follows in the document, `indent` the column of its text where the
/// header says so.
pub(super) fn decode(text: &str, after: &str, indent: Option<usize>) -> String {
    let folded = text.starts_with('>');
    let (header, body) = breaks::lines(text).next().map_or((text, ""), |(line, _)| text.split_at(line.len()));
    let header = &header[1..];
    let header = &header[..header.find(|c: char| !matches!(c, '+' | '-' | '1'..='9')).unwrap_or(header.len())];
    let (keep, strip) = (header.contains('+'), header.contains('-'));
    let body = breaks::strip(body).map_or("", |(_, body)| body);
    if body.is_empty() {
        return String::new();
    }
    let mut lines: Vec<_> = breaks::lines(body).collect();
    // The end of the document counts as the end of a line, as kubectl's reader has it.
    if let Some(last) = lines.last_mut().filter(|last| !after.is_empty() || !last.0.is_empty()) {
        last.1 = breaks::strip(after).map_or(if after.is_empty() { "\n" } else { "" }, |(at_break, _)| at_break);
    }
    let indent = indent.unwrap_or_else(|| {
        let first = lines.iter().find(|(line, _)| !line.trim_matches(' ').is_empty());
        first.map_or_else(|| lines.iter().map(|it| it.0.len()).max().unwrap_or(0), |it| it.0.len() - it.0.trim_start_matches(' ').len())
    });
    let mut out = String::with_capacity(body.len());
    // The breaks since the last text, and whether that line or this one is indented more and so keeps them.
    let mut pending = String::new();
    let mut deeper = true;
    for (line, at_break) in lines {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        let line = &line[spaces.min(indent)..];
        if !line.is_empty() {
            let is_deeper = is_blank(line.as_bytes()[0]);
            if folded && !deeper && !is_deeper {
                breaks::fold(&mut out, &pending)
            } else {
                out.push_str(&pending)
            }
            out.push_str(line);
            pending.clear();
            deeper = is_deeper;
        }
        pending.push_str(at_break);
    }
    if keep {
        out.push_str(&pending);
    } else if !strip && !out.is_empty() {
        out.extend(pending.chars().next());
    }
    out
}
