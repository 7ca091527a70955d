//! The way from the value of a scalar back to the text.

use std::ops::Range;

use super::{Kind, Node, Style, breaks};
use crate::text::TextRange;

/// Where the bytes of a scalar's value are written in the text.
#[derive(Debug)]
pub struct SourceMap {
    /// What is the same in both, in order: where it begins in the value and in the text, and its length.
    runs: Vec<(usize, usize, usize)>,
    end: usize,
}

impl SourceMap {
    /// That of a scalar with this value. `None` where escapes blur it.
    pub fn new(node: Node<'_>, value: &str) -> Option<SourceMap> {
        let source = node.text();
        let start = node.range().start as usize;
        let mut aligned = Aligned { source, start, value, at: 0, runs: vec![] };
        match node.kind() {
            Kind::Scalar(Style::Plain) => aligned.folded(source, |it, line| it.same(line))?,
            Kind::Scalar(Style::SingleQuoted) => aligned.folded(unquoted(source, b'\''), Aligned::single)?,
            Kind::Scalar(Style::DoubleQuoted) => aligned.folded(unquoted(source, b'"'), Aligned::double)?,
            Kind::Scalar(Style::Literal | Style::Folded) => aligned.block(node.literal_indent())?,
            _ => return None,
        }
        let is_complete = value[aligned.at..].bytes().all(is_fold);
        is_complete.then_some(SourceMap { runs: aligned.runs, end: node.range().end as usize })
    }

    /// Where a range of the value is written. What lies between its first and its last byte belongs to it.
    pub fn range(&self, range: Range<usize>) -> TextRange {
        let start = match self.run_at(range.start) {
            Some((value, source, len)) => source + (range.start - value).min(len),
            None => self.runs.first().map_or(self.end, |run| run.1),
        };
        let end = match range.end.checked_sub(1).and_then(|last| self.run_at(last)) {
            Some((value, source, len)) if range.end - value <= len => source + range.end - value,
            Some((value, ..)) => self.runs.get(self.runs.partition_point(|run| run.0 <= value)).map_or(self.end, |run| run.1),
            None => start,
        };
        TextRange::new(start, end)
    }

    /// The last run that begins at an offset of the value or before it.
    fn run_at(&self, offset: usize) -> Option<(usize, usize, usize)> {
        self.runs[..self.runs.partition_point(|run| run.0 <= offset)].last().copied()
    }
}

/// The text between the quotes; the last one may be missing.
fn unquoted(source: &str, quote: u8) -> &str {
    let inner = &source[1..];
    let is_closed = super::closing(inner.as_bytes(), 0, quote) == Some(inner.len());
    if is_closed { &inner[..inner.len() - 1] } else { inner }
}

/// What a line break and the spaces around it may become.
fn is_fold(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n')
}

/// A value and its text, side by side.
struct Aligned<'t> {
    source: &'t str,
    /// Where `source` begins.
    start: usize,
    value: &'t str,
    /// How far the value is found in the text.
    at: usize,
    runs: Vec<(usize, usize, usize)>,
}

impl<'t> Aligned<'t> {
    /// Where a part of the source begins in the text.
    fn offset(&self, part: &str) -> usize {
        self.start + (part.as_ptr() as usize - self.source.as_ptr() as usize)
    }

    /// Text that means itself, after what line breaks have become.
    fn same(&mut self, text: &'t str) -> Option<()> {
        while !self.value.get(self.at..)?.starts_with(text) {
            if !self.value.as_bytes().get(self.at).copied().is_some_and(is_fold) {
                return None;
            }
            self.at += 1;
        }
        self.runs.push((self.at, self.offset(text), text.len()));
        self.at += text.len();
        Some(())
    }

    /// Lines whose spaces at the breaks do not count.
    fn folded(&mut self, text: &'t str, mut line_of: impl FnMut(&mut Self, &'t str) -> Option<()>) -> Option<()> {
        let mut lines = breaks::lines(text).enumerate().peekable();
        while let Some((number, (line, _))) = lines.next() {
            let line = if number > 0 { line.trim_start_matches([' ', '\t']) } else { line };
            let line = if lines.peek().is_some() { line.trim_end_matches([' ', '\t']) } else { line };
            if !line.is_empty() {
                line_of(self, line)?;
            }
        }
        Some(())
    }

    fn single(&mut self, mut line: &'t str) -> Option<()> {
        while let Some(at) = line.find("''") {
            self.same(&line[..at + 1])?;
            line = &line[at + 2..];
        }
        self.same(line)
    }

    fn double(&mut self, mut line: &'t str) -> Option<()> {
        while let Some(at) = line.find('\\') {
            self.same(&line[..at])?;
            let length = match line[at + 1..].chars().next() {
                // The break is escaped.
                None => return Some(()),
                Some('x') => 4,
                Some('u') if line[at + 2..].starts_with(['d', 'D']) => return None,
                Some('u') => 6,
                Some('U') => 10,
                Some(escape) if "0abt\tnvfre \"/\\'N_LP".contains(escape) => 1 + escape.len_utf8(),
                Some(_) => return None,
            };
            self.at += self.value.get(self.at..)?.chars().next()?.len_utf8();
            line = line.get(at + length..)?;
        }
        self.same(line)
    }

    fn block(&mut self, indent: Option<usize>) -> Option<()> {
        let spaces = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let lines = || breaks::lines(self.source).skip(1).map(|(line, _)| line);
        let indent = indent.or_else(|| lines().find(|line| spaces(line) < line.len()).map(spaces)).unwrap_or(0);
        let lines: Vec<&str> = lines().map(|line| &line[spaces(line).min(indent)..]).collect();
        lines.into_iter().filter(|line| !line.is_empty()).try_for_each(|line| self.same(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;

    #[test]
    fn every_part_is_found_again() {
        for text in [
            "plain words",
            "one\n  two\n\n  three",
            "'it''s ''it'''",
            "'one\n   two '",
            "'open",
            "\"a \\\"b\\\" c\\n d\\te\"",
            "\"x\\x41\\u00e9 y\"",
            "\"one \\\n   two\"",
            "\"one\n\n  two\"",
            "|\n  set -e\n\n    ./run.sh é &\n  wait\n",
            "|2-\n    a\n   b\n",
            "|+\n  a\n\n",
            ">\n  a b\n  c\n\n  d\n    e\n  f\n",
            "|\r\n  a\r\n  b\r\n",
        ] {
            let tree = parse(format!("key: {text}"));
            let node = tree.root().unwrap().entries().next().unwrap().value;
            let value = node.value();
            let map = SourceMap::new(node, &value).unwrap_or_else(|| panic!("{text:?}"));
            for word in value.split([' ', '\n', '\t']).filter(|word| !word.is_empty() && !word.contains(['\'', '"', 'A'])) {
                let at = word.as_ptr() as usize - value.as_ptr() as usize;
                assert_eq!(&tree.text()[map.range(at..at + word.len()).span()], word, "{text:?}");
            }
        }
        let tree = parse(r#"["say \"hi\"", "\ud83d\ude00"]"#);
        let items: Vec<_> = tree.root().unwrap().items().collect();
        let map = SourceMap::new(items[0], "say \"hi\"").unwrap();
        assert_eq!(&tree.text()[map.range(4..8).span()], "\\\"hi\\\"");
        assert!(SourceMap::new(items[1], "😀").is_none());
    }
}
