//! Replaces the actions of a template, so that what is left is YAML of the same length.

use crate::text::TextRange;

use super::arms::{self, Mark};
use super::branch::Branches;
use super::lex::{Action, ActionKind, Language, actions};

/// A text without its actions. Those that write part of a scalar have become letters, all others spaces.
#[derive(Debug)]
pub(in crate::yaml) struct Mask {
    /// For the parser.
    pub text: String,
    /// In the order of the text.
    pub actions: Vec<TextRange>,
    /// What may write entries of the collections around it.
    pub prints: Vec<Print>,
    pub branches: Branches,
    pub marks: Vec<Mark>,
    /// For lines that begin with actions that write nothing: the start of the line, and by how many columns their content moves left.
    pub shifts: Vec<(u32, u32)>,
}

/// An action that writes whole lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) struct Print {
    pub at: u32,
    /// Where its lines begin, if that is known.
    pub column: Option<u32>,
}

impl Mask {
    /// By how many columns the content of the line at `start` moves left.
    pub fn shift(&self, start: usize) -> i32 {
        let found = self.shifts.binary_search_by_key(&(start as u32), |it| it.0);
        found.map_or(0, |at| self.shifts[at].1 as i32)
    }
}

/// Takes the actions out of a text.
pub(in crate::yaml) fn mask(text: &str, language: Language) -> Mask {
    let actions = actions(text, language);
    let branches = Branches::new(&actions);
    let marks = arms::marks(&actions);
    let ranges = actions.iter().map(|it| it.range).collect();
    let mut masker = Masker {
        bytes: text.as_bytes(),
        masked: text.as_bytes().to_vec(),
        actions,
        mask: Mask { text: String::new(), actions: ranges, prints: vec![], branches, marks, shifts: vec![] },
    };
    masker.lines();
    masker.definitions();
    // Each action became ASCII as a whole, and begins and ends with ASCII.
    let text = String::from_utf8(masker.masked).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Mask { text, ..masker.mask }
}

struct Masker<'t> {
    bytes: &'t [u8],
    masked: Vec<u8>,
    actions: Vec<Action>,
    mask: Mask,
}

/// A line, with the lines into which its actions reach.
#[derive(Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
    /// Its actions, by number.
    first: usize,
    after: usize,
}

impl Masker<'_> {
    fn lines(&mut self) {
        let mut line = self.line_at(0, 0);
        let mut above = 0;
        // The column of the key or dash before the block scalar that is open.
        let mut block_scalar = None;
        loop {
            let content = self.content(line, line.start);
            let column = content.map(|at| self.width(line, at));
            block_scalar = block_scalar.filter(|around| column.is_none_or(|column| column > *around));
            match content {
                _ if block_scalar.is_some() => self.text(line),
                Some(at) if self.is_alternative(line, above, at) => self.alternative(line, at),
                _ if line.first < line.after => self.line(line, content),
                _ => {}
            }
            if block_scalar.is_none() {
                block_scalar = content.and_then(|at| self.block_scalar(line, at));
            }
            above = content.filter(|&at| self.bytes[at] != b'#').unwrap_or(above);
            let Some(next) = self.next(line) else { return };
            line = next;
        }
    }

    /// The columns before an offset in a line, without those of actions.
    fn width(&self, line: Line, at: usize) -> usize {
        at - line.start - self.within(line, line.start..at).map(|it| it.range.len()).sum::<usize>()
    }

    /// The column of the key or dash whose value is a block scalar that begins on a line.
    fn block_scalar(&self, line: Line, content: usize) -> Option<usize> {
        let end = self.last_content(line, content) + 1;
        let header = self.bytes[content..end].iter().rposition(|byte| is_space(*byte)).map_or(content, |at| content + at + 1);
        let is_indicator = |it: &u8| matches!(it, b'+' | b'-' | b'1'..=b'9');
        let is_header = matches!(&self.bytes[header..end], [b'|' | b'>', rest @ ..] if rest.iter().all(is_indicator));
        let before = self.bytes[content..header].trim_ascii_end();
        if !is_header || !matches!(before.last(), Some(b':' | b'-')) {
            return None;
        }
        let dashes = before.iter().take_while(|byte| matches!(byte, b'-' | b' ')).count();
        let key = if dashes == before.len() { before.iter().rposition(|byte| *byte == b'-').unwrap_or(0) } else { dashes };
        Some(self.width(line, content) + key)
    }

    /// A line of a block scalar: whatever its actions write belongs to the text.
    fn text(&mut self, line: Line) {
        let content = self.content(line, line.start);
        let actions: Vec<Action> = self.within(line, line.start..line.end).collect();
        for action in actions {
            match content {
                Some(at) if at < action.range.start as usize => self.fill(action.range, b'x'),
                Some(_) => self.spaces(action.range),
                None => self.entries(action),
            }
        }
    }

    /// Whether a line is a whole value that a condition chooses: it has no key and no dash, and a branch begins right above it.
    fn is_alternative(&self, line: Line, above: usize, content: usize) -> bool {
        let before = self.actions[..line.after].iter().rev().filter(|it| (it.range.end as usize) <= content);
        let branch = before
            .filter(|it| !matches!(it.kind, ActionKind::Print { .. } | ActionKind::Silent))
            .map(|it| (it.range.start, it.kind))
            .next();
        let text = &self.bytes[content..line.end];
        let count = |brackets: &[u8]| text.iter().filter(|byte| brackets.contains(byte)).count();
        branch.is_some_and(|(at, kind)| at as usize > above && matches!(kind, ActionKind::Begin | ActionKind::Else))
            && !matches!(text[0], b'-' | b'#')
            && count(b"[{") == count(b"]}")
            && self.colon(line, content).is_none()
    }

    /// What one of several values is written by is as unknown as what an action writes.
    fn alternative(&mut self, line: Line, content: usize) {
        self.spaces(TextRange::new(line.start, line.end));
        self.mask.prints.push(Print { at: content as u32, column: None });
    }

    fn line_at(&self, start: usize, first: usize) -> Line {
        let mut after = first;
        let mut from = start;
        loop {
            let end = memchr::memchr2(b'\n', b'\r', &self.bytes[from..]).map_or(self.bytes.len(), |n| from + n);
            while self.actions.get(after).is_some_and(|it| (it.range.start as usize) < end) {
                from = from.max(self.actions[after].range.end as usize);
                after += 1;
            }
            if from <= end {
                return Line { start, end, first, after };
            }
        }
    }

    fn next(&self, line: Line) -> Option<Line> {
        (line.end < self.bytes.len()).then(|| self.line_at(line.end + 1, line.after))
    }

    /// The actions of a line that begin in a range.
    fn within(&self, line: Line, range: std::ops::Range<usize>) -> impl Iterator<Item = Action> + use<'_> {
        self.actions[line.first..line.after].iter().copied().filter(move |it| range.contains(&(it.range.start as usize)))
    }

    fn line(&mut self, line: Line, content: Option<usize>) {
        let is_comment = content.is_some_and(|at| self.bytes[at] == b'#');
        let leading: Vec<Action> = self.within(line, line.start..content.unwrap_or(line.end)).collect();
        if content.is_none() || is_comment {
            for action in leading {
                self.entries(action);
            }
            if let Some(at) = content {
                self.letters(line, at..line.end);
            }
            return;
        }
        // What comes first of the line when it is rendered.
        let printed = leading.iter().position(|it| it.prints());
        let silent = &leading[..printed.unwrap_or(leading.len())];
        silent.iter().for_each(|it| self.spaces(it.range));
        if !silent.is_empty() {
            let width = silent.iter().map(|it| it.range.len() as u32).sum();
            self.mask.shifts.push((line.start as u32, width));
        }
        let start = printed.map_or(content.unwrap_or(line.end), |at| leading[at].range.start as usize);
        self.node(line, start);
    }

    /// The first byte of a line, from an offset on, that is neither a space nor part of an action.
    fn content(&self, line: Line, from: usize) -> Option<usize> {
        let mut actions = self.within(line, from..line.end).peekable();
        let mut at = from;
        while at < line.end {
            match actions.next_if(|it| it.range.start as usize == at) {
                Some(action) => at = action.range.end as usize,
                None if is_space(self.bytes[at]) => at += 1,
                None => return Some(at),
            }
        }
        None
    }

    /// Masks what a line holds from `start` on: dashes, a key, a value.
    fn node(&mut self, line: Line, start: usize) {
        let mut at = start;
        while self.bytes[at] == b'-' && at + 1 < line.end && is_space(self.bytes[at + 1]) {
            at += 1;
            while at < line.end && is_space(self.bytes[at]) {
                at += 1;
            }
            if at == line.end {
                return;
            }
        }
        let shift = self.mask.shifts.last().filter(|it| it.0 == line.start as u32).map_or(0, |it| it.1 as usize);
        match self.colon(line, at) {
            Some(colon) => {
                self.letters(line, at..colon);
                self.value(line, colon + 1, at - line.start - shift, true);
            }
            // The column of a scalar's lines counts from the dash.
            None => self.value(line, at, (at - line.start - shift).saturating_sub(1), false),
        }
    }

    /// Where the key ends that begins at `start`; `None` where there is none.
    fn colon(&self, line: Line, start: usize) -> Option<usize> {
        let mut actions = self.within(line, start..line.end).peekable();
        let mut at = start;
        if matches!(self.bytes[at], b'"' | b'\'') {
            at = self.quote_end(line, at)?;
        } else if matches!(self.bytes[at], b'[' | b'{' | b'|' | b'>') && actions.peek().is_none_or(|it| it.range.start as usize != at) {
            return None;
        }
        while at < line.end {
            while actions.next_if(|it| (it.range.start as usize) < at).is_some() {}
            if let Some(action) = actions.next_if(|it| it.range.start as usize == at) {
                at = action.range.end as usize;
                continue;
            }
            // What `nindent` writes begins with a line break.
            let breaks = |it: &Action| !it.prints() || matches!(it.kind, ActionKind::Print { column: Some(_) });
            let next = actions.peek().filter(|it| it.range.start as usize == at + 1);
            let ends = |at: usize| at >= line.end || is_space(self.bytes[at]) || next.is_some_and(breaks);
            match self.bytes[at] {
                b':' if ends(at + 1) => return Some(at),
                b'#' if self.after_space(at) => return None,
                _ => at += 1,
            }
        }
        None
    }

    /// The end of the quoted text at `start`, quotes in actions aside.
    fn quote_end(&self, line: Line, start: usize) -> Option<usize> {
        let quote = self.bytes[start];
        let mut actions = self.within(line, start..line.end).peekable();
        let mut at = start + 1;
        while at < line.end {
            if let Some(action) = actions.next_if(|it| it.range.start as usize == at) {
                at = action.range.end as usize;
                continue;
            }
            match self.bytes[at] {
                b'\\' if quote == b'"' => at += 2,
                b'\'' if quote == b'\'' && self.bytes.get(at + 1) == Some(&b'\'') => at += 2,
                byte if byte == quote => return Some(at + 1),
                _ => at += 1,
            }
        }
        None
    }

    /// Masks a value that may begin at `start`. `column` is that of its key or dash.
    fn value(&mut self, line: Line, start: usize, column: usize, has_key: bool) {
        let actions: Vec<Action> = self.within(line, start..line.end).collect();
        let Some(first) = actions.first().copied() else { return };
        let Some(content) = self.content(line, start) else {
            if !actions.iter().any(|it| it.prints()) || self.goes_deeper(line, column, has_key) {
                actions.into_iter().for_each(|it| self.entries(it));
            } else {
                self.scalar(&actions, None, start);
            }
            return;
        };
        let begins_with_action = (first.range.start as usize) < content;
        match self.bytes[content] {
            _ if begins_with_action => self.scalar(&actions, Some(self.last_content(line, content)), start),
            b'"' | b'\'' => {
                let end = self.quote_end(line, content).unwrap_or(line.end);
                self.letters(line, start..end);
                self.after_quote(line, end);
            }
            b'[' | b'{' => {
                actions.into_iter().for_each(|it| if it.prints() { self.fill(it.range, b'x') } else { self.in_flow(content, it) })
            }
            _ => self.scalar(&actions, Some(self.last_content(line, content)), start),
        }
    }

    fn after_quote(&mut self, line: Line, from: usize) {
        let rest: Vec<Action> = self.within(line, from..line.end).collect();
        for action in rest {
            if action.prints() { self.fill(action.range, b'x') } else { self.spaces(action.range) }
        }
    }

    /// In brackets, a condition separates entries, unless it lies in quotes.
    fn in_flow(&mut self, start: usize, action: Action) {
        let before = &self.masked[start..action.range.start as usize];
        let open = |quote: u8| memchr::memchr_iter(quote, before).count() % 2 == 1;
        if open(b'"') || open(b'\'') { self.fill(action.range, b'x') } else { self.spaces(action.range) }
    }

    fn after_space(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| is_space(self.bytes[before]))
    }

    /// The last byte of a line that is content, comments aside.
    fn last_content(&self, line: Line, from: usize) -> usize {
        let mut actions = self.within(line, from..line.end).peekable();
        let (mut at, mut last) = (from, from);
        while at < line.end {
            if let Some(action) = actions.next_if(|it| it.range.start as usize == at) {
                at = action.range.end as usize;
                if action.prints() {
                    last = at - 1;
                }
                continue;
            }
            match self.bytes[at] {
                b'#' if self.after_space(at) => return last,
                byte if !is_space(byte) => last = at,
                _ => {}
            }
            at += 1;
        }
        last
    }

    /// Makes the actions of a plain scalar part of it; conditions that end after its last content are no part of it.
    fn scalar(&mut self, actions: &[Action], last_content: Option<usize>, start: usize) {
        let last_print = actions.iter().rev().find(|it| it.prints()).map(|it| it.range.start as usize);
        let last = last_content.max(last_print).unwrap_or(0);
        for action in actions {
            let is_inside = action.range.start as usize <= last;
            if !is_inside {
                self.spaces(action.range);
                continue;
            }
            self.fill(action.range, b'x');
            if action.range.start as usize == start && start > 0 && self.bytes[start - 1] == b':' {
                // There must be a space after the colon.
                self.masked[start] = b' ';
            }
        }
    }

    /// Whether the next line with content lies deeper than `column`, or is an item in that column below a key.
    fn goes_deeper(&self, line: Line, column: usize, has_key: bool) -> bool {
        let mut line = line;
        while let Some(next) = self.next(line) {
            line = next;
            let Some(content) = self.content(line, line.start).filter(|&at| self.bytes[at] != b'#') else { continue };
            let own = self.width(line, content);
            let is_item = self.bytes[content] == b'-' && self.bytes.get(content + 1).is_none_or(|&it| is_space(it) || it == b'\n');
            return own > column || has_key && own == column && is_item;
        }
        false
    }

    /// An action on a line of its own, or before deeper lines.
    fn entries(&mut self, action: Action) {
        self.spaces(action.range);
        if let ActionKind::Print { column } = action.kind {
            self.mask.prints.push(Print { at: action.range.start, column });
        }
    }

    /// Makes letters of the actions in a range.
    fn letters(&mut self, line: Line, range: std::ops::Range<usize>) {
        let actions: Vec<Action> = self.within(line, range).collect();
        actions.into_iter().for_each(|it| self.fill(it.range, b'x'));
    }

    fn fill(&mut self, range: TextRange, with: u8) {
        self.masked[range.span()].fill(with);
    }

    fn spaces(&mut self, range: TextRange) {
        self.masked[range.span()].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    }

    /// What a template defines is written elsewhere: here it is nothing.
    fn definitions(&mut self) {
        let mut open = vec![];
        let mut found = vec![];
        for action in &self.actions {
            match action.kind {
                ActionKind::Begin | ActionKind::Define => open.push(*action),
                ActionKind::End => {
                    let begin = open.pop().filter(|it| it.kind == ActionKind::Define);
                    found.extend(begin.map(|it| it.range.cover(action.range)));
                }
                _ => {}
            }
        }
        for range in found {
            self.spaces(range);
            self.mask.prints.retain(|it| !range.touches(it.at as usize));
            self.mask.shifts.retain(|it| !range.touches(it.0 as usize));
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The masked text, and the columns of what may write entries.
    fn masked(text: &str) -> (String, Vec<Option<u32>>) {
        let mask = mask(text, Language::Go);
        assert_eq!(mask.text.len(), text.len());
        let lines: Vec<_> = mask.text.lines().map(str::trim_end).collect();
        (lines.join("\n"), mask.prints.iter().map(|it| it.column).collect())
    }

    #[test]
    fn actions_in_scalars_become_letters() {
        for (text, expected) in [
            ("a: {{ .x }}", "a: xxxxxxxx"),
            ("a: b{{ .x }}c # {{ d }}", "a: bxxxxxxxxc # xxxxxxx"),
            ("a: \"{{ include \"x\" . }}:{{ .y }}\"", "a: \"xxxxxxxxxxxxxxxxxxx:xxxxxxxx\""),
            ("- {{ .x | quote }}", "- xxxxxxxxxxxxxxxx"),
            ("{{ .k }}: {{ .v }}", "xxxxxxxx: xxxxxxxx"),
            ("{{ .k }}-b: {{ .v }}", "xxxxxxxx-b: xxxxxxxx"),
            ("a: {{ if x }}\"b\"{{ else }}\"c\"{{ end }}", "a: xxxxxxxxxx\"b\"xxxxxxxxxx\"c\""),
            ("a: b{{- if x }}: c{{ end }}", "a: bxxxxxxxxxxx: c"),
            ("a: {{ dict\n \"b\" 1 }}\nc: d", "a: xxxxxxxxxxxxxxxxx\nc: d"),
            ("[a, {{ .x }}, \"{{ .y }}\"]", "[a, xxxxxxxx, \"xxxxxxxx\"]"),
            ("- a:{{ .x }}", "- a:xxxxxxxx"),
            ("a:{{ .x | nindent 2 }}", "a: xxxxxxxxxxxxxxxxxxx"),
            ("a: :{{ .x }}", "a: :xxxxxxxx"),
            ("a: |\n  b: {{ c }}\n  {{- if d }}\n  e\n  {{- end }}\nf: g", "a: |\n  b: xxxxxxx\n\n  e\n\nf: g"),
            ("\"a{{ .x }}\": b", "\"axxxxxxxx\": b"),
            ("# {{ .x }}\n", "# xxxxxxxx"),
        ] {
            assert_eq!(masked(text), (expected.to_owned(), vec![]), "{text}");
        }
    }

    #[test]
    fn all_others_become_spaces() {
        for (text, expected, prints) in [
            ("{{- if x }}\na: b\n{{- end }}", "\na: b\n", vec![]),
            ("a: b {{- end }}", "a: b", vec![]),
            ("a: {{- if x }}\n  b: c\n", "a:\n  b: c", vec![]),
            ("a:\n  {{- toYaml .x | nindent 4 }}", "a:\n", vec![Some(4)]),
            ("a: {{- include \"x\" . | nindent 2 }}\n  b: c", "a:\n  b: c", vec![Some(2)]),
            ("a: {{ x }}\n- b", "a:\n- b", vec![None]),
            ("- a: {{ x }}\n- b", "- a: xxxxxxx\n- b", vec![]),
            ("- {{ x | nindent 2 }}\n  b: c", "-\n  b: c", vec![Some(2)]),
            ("{{- with x }}{{ toYaml . }}{{ end }}", "", vec![None]),
            ("{{/* a: {{ b }}\n---\n*/}}\nc: d", "\n\n\nc: d", vec![]),
            ("a: [b, {{ if x }}c, {{ end }}d]", "a: [b,           c,          d]", vec![]),
            ("a:\n{{ if x }}\n  {}\n{{ else }}\n  b: c\n{{ end }}", "a:\n\n\n\n  b: c\n", vec![None]),
            ("a: {{ if x -}}\nb\n{{- else -}}\nc\n{{- end }}", "a:\n\n\n\n", vec![None, None]),
            ("a: [b,\n{{ if x }}\nc,\n{{ end }}\nd]", "a: [b,\n\n\n\nd]", vec![None]),
            ("{{ define \"x\" }}\na: {{ .b }}\n{{ end }}\nc: d", "\n\n\nc: d", vec![]),
        ] {
            assert_eq!(masked(text), (expected.to_owned(), prints), "{text}");
        }
    }

    #[test]
    fn content_after_a_condition_keeps_its_column() {
        let mask = mask("a:\n  {{ if x }}b: c{{ end }}\n{{ if y }}  {{/* z */}}- d{{ end }}\n", Language::Go);
        assert_eq!(mask.text, "a:\n            b: c         \n                       - d         \n");
        assert_eq!((mask.shift(0), mask.shift(3), mask.shift(29)), (0, 10, 21));
    }
}
