//! A text by its lines and their columns, whether or not it can be read.

use crate::text::{TextRange, line_end, next_line};

/// A text by its lines.
pub struct Lines<'t> {
    pub all: Vec<Line<'t>>,
    /// What ends them.
    pub end: &'static str,
    /// The spaces of one more level of indentation.
    pub step: usize,
    /// From a dash to what follows it: 2 in `- a`, 4 in `-   a`.
    pub dash: usize,
}

/// A line.
#[derive(Clone, Copy)]
pub struct Line<'t> {
    pub start: usize,
    /// With its break.
    pub text: &'t str,
    /// Bytes of its indentation, tabs included.
    pub indent: usize,
    content: &'t str,
}

impl<'t> Line<'t> {
    fn new(start: usize, text: &'t str) -> Self {
        let indent = text.len() - text.trim_start_matches([' ', '\t']).len();
        let indent = indent.min(text.trim_end().len());
        Line { start, text, indent, content: without_comment(text[indent..].trim_end()) }
    }

    /// Without its indentation, and without a comment at its end.
    pub fn content(&self) -> &'t str {
        self.content
    }

    /// Whether it is neither empty nor a comment, and no `---`.
    pub fn is_content(&self) -> bool {
        !self.content().is_empty() && !self.content().starts_with('#') && self.content() != "---"
    }

    /// Whether it begins an item.
    pub fn has_dash(&self) -> bool {
        self.content().starts_with("- ")
    }

    /// The column of its content, after a dash too.
    pub fn content_column(&self) -> usize {
        let content = self.content();
        self.indent + if self.has_dash() { content.len() - content[1..].trim_start_matches(' ').len() } else { 0 }
    }

    /// Its key, after a dash too.
    pub fn key(&self) -> Option<&'t str> {
        let content = self.content().trim_start_matches("- ").trim_start();
        let (key, rest) = content.split_once(':')?;
        (!key.is_empty() && (rest.is_empty() || rest.starts_with(' ')) && key.bytes().all(|it| it.is_ascii_graphic())).then_some(key)
    }

    /// Its indentation in the text.
    pub fn indentation(&self) -> TextRange {
        TextRange::new(self.start, self.start + self.indent)
    }
}

impl<'t> Lines<'t> {
    /// The lines of a text.
    pub fn new(text: &'t str) -> Self {
        let mut start = 0;
        let all = with_ends(text).map(|line| {
            let line = Line::new(start, line);
            start += line.text.len();
            line
        });
        let all: Vec<Line<'t>> = all.collect();
        let step =
            all.iter().find(|line| line.is_content() && line.indent > 0 && !line.has_dash()).map_or(2, |line| line.indent.clamp(1, 8));
        let dash = all.iter().find(|line| line.is_content() && line.has_dash()).map_or(2, |line| line.content_column() - line.indent);
        Lines { all, end: line_end(text), step, dash }
    }

    /// The number of the line that holds an offset.
    pub fn number(&self, offset: usize) -> usize {
        self.all.partition_point(|line| line.start <= offset).saturating_sub(1)
    }

    /// The lines that belong to the one of that number: all deeper ones below it, and the items in the column of a key.
    pub fn block(&self, number: usize) -> std::ops::Range<usize> {
        let first = self.all[number];
        let is_in_column = |line: &Line<'_>| line.indent == first.indent && line.has_dash() && !first.has_dash();
        let has_items = first.content().ends_with(':') && self.content_below(number).as_ref().is_some_and(is_in_column);
        let belongs = |line: &Line<'_>| {
            let is_item = has_items && is_in_column(line);
            !line.is_content() && line.content() != "---" || line.indent > first.indent || is_item
        };
        let below = self.all[number + 1..].iter().take_while(|line| belongs(line)).count();
        let mut end = number + 1 + below;
        while end > number + 1 && !self.all[end - 1].is_content() {
            end -= 1;
        }
        number..end
    }

    /// The lines from the one of that number on, up to one that is further left or begins an item.
    pub fn siblings(&self, number: usize) -> std::ops::Range<usize> {
        let indent = self.all[number].indent;
        let is_sibling = |line: &&Line<'_>| {
            !line.is_content() && line.content() != "---" || line.indent > indent || line.indent == indent && !line.has_dash()
        };
        let below = self.all[number + 1..].iter().take_while(is_sibling).count();
        number..number + 1 + below
    }

    /// The line that the one of that number is below, by the columns.
    pub fn parent(&self, number: usize) -> Option<usize> {
        let indent = self.all.get(number)?.indent;
        self.all[..number].iter().rposition(|line| line.is_content() && line.indent < indent)
    }

    /// The key line of the list whose item begins with the line of that number, if it is in its column.
    pub fn key_of_items(&self, number: usize) -> Option<usize> {
        let item = self.all.get(number).filter(|line| line.has_dash())?;
        let above = self.all[..number].iter().rposition(|line| line.is_content() && !line.has_dash() && line.indent <= item.indent)?;
        (self.all[above].indent == item.indent && self.all[above].content().ends_with(':')).then_some(above)
    }

    /// Whether a line in that column, in the place of the one of that number, is a usual step to the right of the line it is below.
    pub fn is_usual_step(&self, number: usize, column: usize) -> bool {
        let parent = self.all[..number].iter().rfind(|line| line.is_content() && line.indent < column);
        parent.is_none_or(|parent| [2, self.step].contains(&(column - parent.indent)))
    }

    /// Whether a line can be in that column below the line above it: deeper only if that is an open key or a dash.
    pub fn can_follow(&self, number: usize, column: usize) -> bool {
        self.content_above(number).is_none_or(|above| {
            let content = above.content_column();
            column <= content || above.content().ends_with([':', '|', '>', '-', '+']) || above.key().is_none()
        })
    }

    /// Whether the items of a `List` begin above a line.
    pub fn is_below_items(&self, number: usize) -> bool {
        self.all[..number].iter().any(|line| line.indent == 0 && line.content() == "items:")
    }

    /// The key of a comment above lines that belong to it, and the line as it may have been: the `#` took the place of nothing, or was
    /// written before all of the line.
    pub fn commented_key(&self, number: usize) -> Option<(&'t str, Vec<String>)> {
        let line = self.all[number];
        let comment = line.content().strip_prefix('#')?;
        let key = comment.trim().trim_start_matches("- ");
        let below = self.content_below(number).filter(|_| key.ends_with(':') && !key.contains(' '))?;
        let in_place = format!("{}{}", &line.text[..line.indent], comment.trim());
        let shifted = [comment, comment.strip_prefix(' ').unwrap_or(comment)].map(str::to_owned).into_iter().filter(|_| line.indent == 0);
        let is_key_of = |restored: &String| {
            let restored = Line::new(0, restored);
            below.indent > restored.content_column() || below.has_dash() && below.indent == restored.content_column()
        };
        let mut restored: Vec<String> = [in_place].into_iter().chain(shifted).filter(is_key_of).collect();
        restored.dedup();
        (!restored.is_empty()).then_some((key, restored))
    }

    /// The nearest line with content above the one of that number.
    pub fn content_above(&self, number: usize) -> Option<Line<'t>> {
        self.all[..number].iter().rev().find(|line| line.is_content()).copied()
    }

    /// The nearest line with content below the one of that number.
    pub fn content_below(&self, number: usize) -> Option<Line<'t>> {
        self.all[number + 1..].iter().find(|line| line.is_content()).copied()
    }
}

/// Lines with the break that ends each: LF, CRLF or CR.
fn with_ends(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = next_line(rest, 0);
        let line = &rest[..end];
        rest = &rest[end..];
        (!line.is_empty()).then_some(line)
    })
}

/// A line without the comment at its end; one with quotes is taken as it is, since its `#` may be in a text.
pub fn without_comment(line: &str) -> &str {
    let end =
        memchr::memmem::find(line.as_bytes(), b" #").filter(|end| !line[..*end].contains(['"', '\'']) && !line[..*end].trim().is_empty());
    end.map_or(line, |end| line[..end].trim_end())
}
