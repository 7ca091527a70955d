//! Plain scalars, and lines that are almost a key.

use crate::text::TextRange;

use super::block_node::Read;
use super::parser::{Given, LoneScalar, Parser, is_blank};
use super::{Kind, Style, mistake};

/// Why plain text ends on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Eol,
    /// At a comment.
    Comment(usize),
    /// At a colon with a space or the line's end after it.
    Colon(usize),
}

impl Parser<'_> {
    /// End of the plain text from `from` on this line, spaces before the stop cut.
    pub fn plain_on_line(&self, from: usize) -> (usize, Stop) {
        let (end, stop) = plain_stop(self.bytes, from, self.eol);
        (self.trim(from, end), stop)
    }

    /// A plain scalar in an open slot, over as many lines as belong to it.
    pub fn plain_value(&mut self, col: Option<i32>, given: Given, start: usize, end: usize, stop: Stop) {
        let (mut end, mut stop) = (end, stop);
        if let Stop::Colon(at) = stop {
            if self.mapping_on_line_of_key(col, start, at) {
                return;
            }
            let comment = memchr::memchr_iter(b'#', &self.bytes[at..self.eol]).map(|n| at + n).find(|&n| is_blank(self.bytes[n - 1]));
            stop = comment.map_or(Stop::Eol, Stop::Comment);
            end = self.trim(start, comment.unwrap_or(self.eol));
            let error = self.second_colon(TextRange::new(start, end), at, None);
            self.report(error);
        }
        if !self.top().awaits() {
            self.report(mistake::garbage(TextRange::new(start, end)));
            self.pos = self.eol;
            return;
        }
        let n = self.top().indent;
        let first_line = self.line;
        if stop == Stop::Eol {
            (end, stop) = self.plain_lines(n, end, col);
        }
        let given = std::mem::take(&mut self.pending).over(self, given);
        let before = self.last_placed();
        let node = self.add(Kind::Scalar(Style::Plain), start, end, given);
        self.place(node);
        if let (Some(col), true) = (col, self.line == first_line) {
            let commented = matches!(stop, Stop::Comment(_)) || self.comment_follows();
            self.lone = Some(LoneScalar { node, commented, before, col, shift: self.shift });
        }
        match stop {
            Stop::Comment(at) => self.comment(at),
            _ => self.pos = self.eol,
        }
        self.tabs_from = Some((n + 1) as usize);
    }

    /// Takes the lines below that go on with a plain scalar, and moves to the last of them.
    fn plain_lines(&mut self, n: i32, first_end: usize, col: Option<i32>) -> (usize, Stop) {
        let (mut end, mut stop) = (first_end, Stop::Eol);
        let first = (self.line, self.eol);
        let mut last = first;
        while stop == Stop::Eol {
            if !self.next_line() {
                break;
            }
            let spaces = self.spaces();
            let Some((at, byte)) = self.first_byte() else { continue };
            if byte == b'#' || spaces as i32 <= n || n < 0 && self.marker().is_some() {
                break;
            }
            self.pos = at;
            let (line_end, line_stop) = self.plain_on_line(at);
            if let Stop::Colon(_) = line_stop {
                // No scalar holds a key: it ended above, or was a half-typed key itself.
                if col.is_some_and(|col| col <= spaces as i32) {
                    (last, end) = (first, first_end);
                }
                break;
            }
            (end, stop, last) = (line_end, line_stop, (self.line, self.eol));
        }
        if self.line != last.0 {
            let shift = if last == first { self.shift } else { 0 };
            (self.line, self.eol, self.shift) = (last.0, last.1, shift);
        }
        (end, stop)
    }

    /// Whether the next line with content is a comment.
    fn comment_follows(&self) -> bool {
        self.stack.len() == 1 && {
            let rest = self.text[self.eol..].trim_start();
            rest.starts_with('#')
        }
    }

    /// What is wrong with plain text that begins at `at`.
    pub fn bad_start(&self, at: usize) -> Option<super::SyntaxError> {
        let bad = match self.bytes[at] {
            b'-' | b'?' | b':' => self.blank_at(at + 1),
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`' => true,
            _ => false,
        };
        bad.then(|| mistake::bad_start(&self.text[at..self.trim(at, self.eol)], at))
    }

    /// The key, and the value if there is one, in a line without `: `. Reports what is missing.
    pub fn bare_key(&mut self, range: TextRange) -> (TextRange, Option<TextRange>) {
        let text = &self.text[range.span()];
        let start = range.start as usize;
        let word = text.find(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '：')).unwrap_or(text.len());
        let is_space = |c: char| c.is_whitespace() || super::is_odd_space(c);
        let after = text[word..].trim_start_matches(is_space);
        let sign = &after[..after.find(|c| !matches!(c, ':' | '=' | '>' | '：')).unwrap_or(after.len())];
        let rest = after[sign.len()..].trim_start_matches(is_space);
        let value = TextRange::new(start + text.len() - rest.len(), range.end as usize);
        if word == 0 || text[..word].contains(['\'', '"', '{', '[']) {
            self.report(mistake::no_colon(range, text, start + text.len()));
            return (range, None);
        }
        let key = TextRange::new(start, start + word);
        let colon = start + text.len() - after.len();
        let error = match (sign, self.odd_run(colon + 1)) {
            (":", Some(run)) => mistake::odd_space(run.range, run.char, 1),
            (":", None) => mistake::no_space(&text[..word], range, colon),
            ("" | ">", _) => mistake::no_colon(range, &text[..word], start + word),
            _ => mistake::wrong_sign(range, sign, TextRange::new(start + word, value.start as usize), rest.is_empty()),
        };
        self.report(error);
        let is_comment = sign == ":" && rest.starts_with('#');
        (key, (!rest.is_empty() && !is_comment).then_some(value))
    }

    /// The first word of what is left of the line, for messages.
    pub fn word(&self) -> TextRange {
        let rest = &self.bytes[self.pos..self.eol];
        let len = rest.iter().position(|&b| is_blank(b) || b == b':').unwrap_or(rest.len());
        TextRange::new(self.pos, self.pos + len.max(1).min(rest.len()))
    }

    /// `*name`; `None` if that is rather text, reported by the caller.
    pub fn read_alias(&mut self) -> Option<Read> {
        let start = self.pos;
        let end = self.name_end(start + 1);
        let name = &self.text[start + 1..end];
        let after = self.skip_blanks(end);
        let ends = after >= self.eol || b"#:,]}".contains(&self.bytes[after]);
        let named = ends && name.bytes().all(is_name_byte) || self.anchors.contains_key(name);
        if name.is_empty() || !named {
            return None;
        }
        self.pos = end;
        Some(Read { kind: Kind::Alias, start, end, node: None })
    }

    /// Ties an alias to its anchor; one inside the value of its own anchor stands for nothing.
    pub fn link_alias(&mut self, node: u32) {
        let range = self.out.nodes[node as usize].range;
        let name = &self.text[range.start as usize + 1..range.end as usize];
        let Some(&anchored) = self.anchors.get(name) else {
            return self.report(mistake::no_anchor(range, name));
        };
        let data = &self.out.nodes[anchored as usize];
        let collection = matches!(data.kind, Kind::Mapping(_) | Kind::Sequence(_));
        if collection && (data.range.is_empty() || self.is_open(anchored)) {
            return self.report(mistake::inside_itself(range, name));
        }
        self.out.aliases.push((super::NodeId(node), super::NodeId(anchored)));
        if !name.bytes().all(is_name_byte) {
            self.report(mistake::odd_name(range, false));
        }
    }

    fn is_open(&self, node: u32) -> bool {
        self.stack.iter().any(|frame| frame.node == node)
    }

    /// End of an anchor's name.
    pub fn name_end(&self, from: usize) -> usize {
        let rest = &self.bytes[from..self.eol];
        from + rest.iter().position(|b| is_blank(*b) || b",[]{}".contains(b)).unwrap_or(rest.len())
    }

    /// Anchor and tag before a node, and the spaces after them. Stops at what is neither.
    pub fn properties(&mut self) -> Given {
        let mut given = Given::default();
        loop {
            let start = self.pos;
            let end = match self.byte(start) {
                _ if start >= self.eol => return given,
                b'&' => self.name_end(start + 1),
                b'!' => self.tag_end(start),
                _ => return given,
            };
            let anchor = self.bytes[start] == b'&';
            if anchor && end == start + 1 {
                return given;
            }
            let range = TextRange::new(start, end);
            if anchor && !self.text[start + 1..end].bytes().all(is_name_byte) {
                let odd = self.text[start + 1..end].bytes().find(|&b| !is_name_byte(b));
                self.report(mistake::odd_name(range, matches!(odd, Some(b':' | b'?')) && self.bytes[end - 1] != b':'));
            }
            let slot = if anchor { &mut given.anchor } else { &mut given.tag };
            if slot.replace(range).is_some() {
                self.report(mistake::second_property(range));
            }
            self.pos = self.skip_blanks(end);
            if self.pos == end && end < self.eol {
                let in_flow = !self.flow.stack.is_empty();
                if !in_flow || !b",]}".contains(&self.bytes[end]) {
                    let lenient = !anchor && b",[]".contains(&self.bytes[end]);
                    self.report(mistake::glued_property(range, lenient));
                }
                return given;
            }
            if self.pos < self.eol && self.bytes[self.pos] == b'#' {
                // Leave the space, by which the comment is known.
                self.pos = end;
                return given;
            }
        }
    }

    fn tag_end(&self, start: usize) -> usize {
        let rest = &self.bytes[start..self.eol];
        if rest.starts_with(b"!<")
            && let Some(n) = memchr::memchr(b'>', rest)
        {
            return start + n + 1;
        }
        start + rest.iter().position(|b| is_blank(*b) || b",[]{}".contains(b)).unwrap_or(rest.len())
    }
}

impl Given {
    /// This layer with the one nearer to the node.
    pub fn over(self, parser: &mut Parser, inner: Given) -> Given {
        if self.any() { parser.merge_given(self, inner) } else { inner }
    }
}

/// What kubectl's reader takes in the name of an anchor.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Where plain text from `from` stops before `eol`, in block context.
pub(super) fn plain_stop(bytes: &[u8], from: usize, eol: usize) -> (usize, Stop) {
    let mut at = from;
    while let Some(n) = memchr::memchr2(b':', b'#', &bytes[at..eol]) {
        at += n;
        if bytes[at] == b':' {
            if at + 1 >= eol || is_blank(bytes[at + 1]) {
                return (at, Stop::Colon(at));
            }
        } else if at > from && is_blank(bytes[at - 1]) {
            return (at, Stop::Comment(at));
        }
        at += 1;
    }
    (eol, Stop::Eol)
}
