//! The documents of an open file, kept up to date edit by edit.

use std::ops::Range;

use crate::text::Text;
use crate::yaml;

/// The parts that [`yaml::split`] gives for a text, each with a value of its own. An edit splits only its surroundings again; the parts
/// that it leaves alone keep their values.
///
/// The arrays are side by side so that an edit, which moves every part after it, runs through numbers only: some microseconds for
/// ten thousand parts.
#[derive(Debug)]
pub struct Parts<T> {
    starts: Vec<usize>,
    lines: Vec<usize>,
    marks: Vec<u8>,
    values: Vec<T>,
    len: usize,
    /// The text begins with `{`: where its parts end shows only when it is read from the start.
    is_json: bool,
    /// Whether the text may hold a comment of a template.
    has_comments: bool,
}

impl<T: Clone + Default> Parts<T> {
    /// Splits a text.
    pub fn new(text: &Text) -> Self {
        let mut parts = Parts {
            starts: vec![0],
            lines: vec![0],
            marks: vec![0],
            values: vec![T::default()],
            len: 0,
            is_json: false,
            has_comments: false,
        };
        parts.edit(text, 0..0, text.len(), true);
        parts
    }

    /// Number of parts; never zero.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// The part that holds a byte offset; at a border the one that begins there.
    pub fn at(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).max(1) - 1
    }

    /// The bytes of a part.
    pub fn range(&self, part: usize) -> Range<usize> {
        self.starts[part]..self.end(part)
    }

    fn end(&self, part: usize) -> usize {
        self.starts.get(part + 1).copied().unwrap_or(self.len)
    }

    /// The number of a part's first line.
    pub fn line(&self, part: usize) -> usize {
        self.lines[part]
    }

    /// What is kept for a part. Empty for a new one.
    pub fn value(&self, part: usize) -> &T {
        &self.values[part]
    }

    /// A byte for each part, for the owner's use: what must be known of all parts at every keystroke. Zero for a new part.
    pub fn marks(&self) -> &[u8] {
        &self.marks
    }

    /// Sets the mark of a part.
    pub fn mark(&mut self, part: usize, mark: u8) {
        self.marks[part] = mark;
    }

    /// Gives a new part, one without a mark, the value that it begins with.
    pub fn begin(&mut self, part: usize, value: T) {
        if self.marks[part] == 0 {
            self.values[part] = value;
        }
    }

    /// Forgets all values and marks.
    pub fn reset(&mut self) {
        self.marks.fill(0);
        self.values.fill_with(T::default);
    }

    /// Follows an edit: the bytes `old` became `new_len` other bytes, and the text is now `text`. `bounded` says whether one of the old
    /// lines could bound parts (see [`yaml::BOUNDARIES`]).
    pub fn edit(&mut self, text: &Text, old: Range<usize>, new_len: usize, bounded: bool) {
        // Whether a part begins somewhere depends on what is between the `---` before it and its own (directives, `...`), so one part
        // on each side of the edit is enough to find every border that moved.
        let was_json = std::mem::replace(&mut self.is_json, text.first_visible() == Some('{'));
        let new = old.start..old.start + new_len;
        let part = self.at(old.start);
        // The comment of a template may reach over any number of parts.
        let had_comments = std::mem::replace(&mut self.has_comments, false);
        let may_comment = had_comments || yaml::has_comments(&text.lines_around(new.clone()));
        let is_whole = was_json || self.is_json || may_comment;
        let may_move = bounded || is_whole || text.has_line_beginning(new, &yaml::BOUNDARIES);
        if !may_move && !text.has_line_with(self.starts[part]..self.end(part) - old.len() + new_len, yaml::DIRECTIVE) {
            (self.marks[part], self.values[part]) = (0, T::default());
            return self.move_after(part + 1, text, &old, new_len);
        }
        let (first, after) = match is_whole {
            true => (0, self.len()),
            false => (self.at(old.start).saturating_sub(1), (self.at(old.end) + 2).min(self.len())),
        };
        let start = self.starts[first];
        let to_new = |offset: usize| offset - old.len() + new_len;
        let end = to_new(self.end(after - 1));
        self.has_comments = may_comment && yaml::has_comments(&text.slice(start..end));

        // Of JSON a part may begin in the middle of a line: an edit before it on that line moves what is known of it by columns.
        let edited_line = text.line_of(old.start + new_len);
        let (mut starts, mut lines, mut marks, mut values) = (vec![], vec![], vec![], vec![]);
        for range in yaml::split(&text.slice(start..end)) {
            let (from, to) = (start + range.start as usize, start + range.end as usize);
            let line = text.line_of(from);
            let before = if to <= old.start {
                self.part_of(from, to)
            } else if from >= old.start + new_len && line > edited_line {
                self.part_of(from + old.len() - new_len, to + old.len() - new_len)
            } else {
                None
            };
            starts.push(from);
            lines.push(line);
            marks.push(before.map_or(0, |part| self.marks[part]));
            values.push(before.map_or_else(T::default, |part| self.values[part].clone()));
        }
        let added = starts.len();
        self.starts.splice(first..after, starts);
        self.lines.splice(first..after, lines);
        self.marks.splice(first..after, marks);
        self.values.splice(first..after, values);
        self.move_after(first + added, text, &old, new_len);
    }

    /// Moves the parts from `after` on, which an edit left alone.
    fn move_after(&mut self, after: usize, text: &Text, old: &Range<usize>, new_len: usize) {
        self.len = text.len();
        self.starts[after..].iter_mut().for_each(|start| *start = *start - old.len() + new_len);
        if after < self.len() {
            let (old_line, new_line) = (self.lines[after], text.line_of(self.starts[after]));
            self.lines[after..].iter_mut().for_each(|line| *line = *line - old_line + new_line);
        }
    }

    fn part_of(&self, start: usize, end: usize) -> Option<usize> {
        let part = self.starts.binary_search(&start).ok()?;
        (self.end(part) == end).then_some(part)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::text::Encoding;

    type Kept = Arc<std::sync::OnceLock<(usize, String)>>;

    /// Every part remembers its own text and the column of it, as an analysis and its diagnostics would.
    fn remember(parts: &mut Parts<Kept>, text: &Text) {
        for part in 0..parts.len() {
            let range = parts.range(part);
            let now = (text.position(range.start, Encoding::Utf8).column, text.slice(range));
            assert_eq!(parts.value(part).get_or_init(|| now.clone()), &now, "a part kept the value of another text or column");
            assert_eq!(parts.line(part), text.line_of(parts.range(part).start));
        }
    }

    fn borders(parts: &Parts<Kept>) -> Vec<Range<usize>> {
        (0..parts.len()).map(|part| parts.range(part)).collect()
    }

    const PIECES: &[&str] = &[
        "a: 1\n",
        "---\n",
        "---",
        "--- x\n",
        "...\n",
        "...",
        "%YAML 1.1\n",
        "%",
        "# c\n",
        "\n",
        "\r",
        "\r\n",
        "-",
        ".",
        " ",
        "\u{feff}",
        "é",
        "b: |\n",
        "  x\n",
        "- \"",
        "'\n",
        "{",
        "}",
        "{\"a\": 1}",
        "{{/*",
        "*/}}",
    ];

    fn any_text(most: usize) -> impl Strategy<Value = String> {
        proptest::collection::vec(proptest::sample::select(PIECES), 0..most).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn incremental_equals_fresh(source in any_text(40), edits in proptest::collection::vec((0usize..1000, 0usize..12, any_text(4)), 1..12)) {
            let mut text = Text::new(&source);
            let mut parts = Parts::<Kept>::new(&text);
            remember(&mut parts, &text);
            for (at, cut, new) in edits {
                let whole = text.slice(0..text.len());
                let mut start = at % (whole.len() + 1);
                let mut end = (start + cut).min(whole.len());
                while !whole.is_char_boundary(start) { start -= 1; }
                while !whole.is_char_boundary(end) { end += 1; }
                let bounded = text.has_line_beginning(start..end, &yaml::BOUNDARIES);
                text.replace(start..end, &new);
                parts.edit(&text, start..end, new.len(), bounded);
                remember(&mut parts, &text);
                let fresh: Vec<_> = yaml::split(&text.slice(0..text.len())).iter().map(|range| range.span()).collect();
                prop_assert_eq!(borders(&parts), fresh);
            }
        }
    }

    #[test]
    fn other_parts_keep_their_values() {
        let source = "a: 1\n---\nb: 1\n---\nc: 1\n---\nd: 1\n";
        let mut text = Text::new(source);
        let mut parts = Parts::<Kept>::new(&text);
        remember(&mut parts, &text);
        let at = source.find("b:").unwrap();
        text.replace(at..at + 1, "bb");
        parts.edit(&text, at..at + 1, 2, false);
        let fresh = (0..parts.len()).filter(|&part| parts.value(part).get().is_none()).count();
        assert_eq!(fresh, 1);
    }

    #[test]
    fn a_part_in_the_middle_of_a_line_is_moved_by_what_stands_before() {
        let one_line = "{\"a\": 1}{\"b\": 1}";
        let two_lines = "{\"a\": 1}\n{\"b\": 1}";
        for (text, at, cut, new) in [(one_line, 2, 1, "long"), (one_line, 8, 0, "\n"), (two_lines, 8, 1, "")] {
            let mut text = Text::new(text);
            let mut parts = Parts::<Kept>::new(&text);
            remember(&mut parts, &text);
            text.replace(at..at + cut, new);
            parts.edit(&text, at..at + cut, new.len(), false);
            remember(&mut parts, &text);
        }
    }
}
