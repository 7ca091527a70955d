//! What may have been meant: small changes near the first error.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::schema::{self, Release, Shape, Type};
use crate::text::{Edit, TextRange, line_end, next_line};

/// A change of the text that may be what was meant.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What speaks against it; the least is tried first.
    pub cost: usize,
    /// The start of the line that is changed.
    pub at: usize,
    /// What is wrong, if this is it.
    pub message: String,
    /// The title of the fix.
    pub title: String,
    /// Whether it gives back all that was there.
    pub is_sure: bool,
    /// Whether it takes away what is there twice.
    pub removes: bool,
    /// Whether it makes the line an item.
    pub begins_item: bool,
    pub edits: Vec<Edit>,
}

/// How many lines above and below an error may be the cause.
const ABOVE: usize = 3;
const BELOW: usize = 2;
/// Of a block that may be moved in part, how many lines are.
const LONGEST_PART: usize = 16;
/// The first keys of every object.
const HEAD: [&str; 3] = ["apiVersion", "kind", "metadata"];
/// How many key lines are tried for one block.
const MOST_KEYS: usize = 24;

/// All candidates, the simplest first.
pub fn of(text: &str, errors: &[&Diagnostic], release: Release) -> Vec<Candidate> {
    let lines = Lines::new(text);
    let mut found = vec![];
    for (distance, number) in suspects(&lines, errors) {
        let mut maker = Maker { lines: &lines, number, distance, release, found: &mut found };
        maker.columns();
        maker.dashes();
        maker.colon();
        maker.key_above();
        maker.repetition();
    }
    for number in 0..lines.all.len() {
        let distance = errors.iter().map(|it| lines.number(it.range.start as usize).abs_diff(number)).min().unwrap_or(0).min(8);
        Maker { lines: &lines, number, distance, release, found: &mut found }.comment();
    }
    found.sort_by_key(|it| it.cost);
    found
}

/// Whether a key line is commented out, and deeper lines are left below it.
pub fn has_commented_key(text: &str) -> bool {
    let lines = Lines::new(text);
    (0..lines.all.len()).any(|number| lines.commented_key(number).is_some())
}

/// The lines that may be the cause, by their distance from an error.
fn suspects(lines: &Lines<'_>, errors: &[&Diagnostic]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = vec![];
    for error in errors.iter().take(3) {
        let at = lines.number(error.range.start as usize);
        let near = (at.saturating_sub(ABOVE)..(at + BELOW + 1).min(lines.all.len())).map(|number| (number, number.abs_diff(at)));
        let around = lines.parent(at).into_iter().flat_map(|parent| [(parent, 1), (parent + 1, 1)]);
        for (number, distance) in near.chain(around) {
            match found.iter_mut().find(|it| it.1 == number) {
                Some(known) => known.0 = known.0.min(distance),
                None => found.push((distance, number)),
            }
        }
    }
    found
}

/// A text by its lines.
struct Lines<'t> {
    all: Vec<Line<'t>>,
    /// What ends them.
    end: &'static str,
}

#[derive(Clone, Copy)]
struct Line<'t> {
    start: usize,
    text: &'t str,
    /// Bytes of its indentation, tabs included.
    indent: usize,
}

impl<'t> Line<'t> {
    fn content(&self) -> &'t str {
        self.text[self.indent..].trim_end()
    }

    fn is_content(&self) -> bool {
        !self.content().is_empty() && !self.content().starts_with('#') && self.content() != "---"
    }

    fn has_dash(&self) -> bool {
        self.content().starts_with("- ")
    }

    /// Its key, after a dash too.
    fn key(&self) -> Option<&'t str> {
        let content = self.content().trim_start_matches("- ");
        let (key, rest) = content.split_once(':')?;
        (!key.is_empty() && (rest.is_empty() || rest.starts_with(' ')) && key.bytes().all(|it| it.is_ascii_graphic())).then_some(key)
    }

    fn indentation(&self) -> TextRange {
        TextRange::new(self.start, self.start + self.indent)
    }
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let mut start = 0;
        let all = with_ends(text).map(|line| {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            let line = Line { start, text: line, indent: indent.min(line.trim_end().len()) };
            start += line.text.len();
            line
        });
        Lines { all: all.collect(), end: line_end(text) }
    }

    fn number(&self, offset: usize) -> usize {
        self.all.partition_point(|line| line.start <= offset).saturating_sub(1)
    }

    /// The lines that belong to the one of that number: all deeper ones below it, and the items in the column of a key.
    fn block(&self, number: usize) -> std::ops::Range<usize> {
        let first = self.all[number];
        let belongs = |line: &Line<'_>| {
            let is_item = line.indent == first.indent && line.has_dash() && !first.has_dash() && first.content().ends_with(':');
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
    fn siblings(&self, number: usize) -> std::ops::Range<usize> {
        let indent = self.all[number].indent;
        let is_sibling = |line: &&Line<'_>| {
            !line.is_content() && line.content() != "---" || line.indent > indent || line.indent == indent && !line.has_dash()
        };
        let below = self.all[number + 1..].iter().take_while(is_sibling).count();
        number..number + 1 + below
    }

    /// The line that the one of that number is below, by the columns.
    fn parent(&self, number: usize) -> Option<usize> {
        let indent = self.all.get(number)?.indent;
        self.all[..number].iter().rposition(|line| line.is_content() && line.indent < indent)
    }

    /// Whether a line in that column, in the place of the one of that number, is a usual step to the right of the line it is below.
    fn is_usual_step(&self, number: usize, column: usize) -> bool {
        let first = self.all.iter().filter(|line| line.is_content()).map(|line| line.indent).find(|indent| *indent > 0).unwrap_or(2);
        let parent = self.all[..number].iter().rfind(|line| line.is_content() && line.indent < column);
        parent.is_none_or(|parent| [2, first].contains(&(column - parent.indent)))
    }

    /// Whether a line can be in that column below the line above it: deeper only if that is an open key or a dash.
    fn can_follow(&self, number: usize, column: usize) -> bool {
        self.content_above(number).is_none_or(|above| {
            let content = above.indent + if above.has_dash() { 2 } else { 0 };
            column <= content || above.content().ends_with([':', '|', '>', '-', '+']) || above.key().is_none()
        })
    }

    /// The key of a comment above deeper lines.
    fn commented_key(&self, number: usize) -> Option<&'t str> {
        let line = self.all[number];
        let key = line.content().strip_prefix('#').map(str::trim).filter(|it| it.ends_with(':') && !it.contains(' '))?;
        let below = self.content_below(number)?;
        (below.indent > line.indent || below.has_dash() && below.indent == line.indent).then_some(key)
    }

    fn content_above(&self, number: usize) -> Option<Line<'t>> {
        self.all[..number].iter().rev().find(|line| line.is_content()).copied()
    }

    fn content_below(&self, number: usize) -> Option<Line<'t>> {
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

struct Maker<'l, 'f> {
    lines: &'l Lines<'l>,
    number: usize,
    distance: usize,
    release: Release,
    found: &'f mut Vec<Candidate>,
}

impl<'l> Maker<'l, '_> {
    fn line(&self) -> Line<'l> {
        self.lines.all[self.number]
    }

    fn add(&mut self, cost: usize, message: String, title: String, edits: Vec<Edit>) {
        let at = self.line().start;
        let cost = cost * 4 + self.distance;
        self.found.push(Candidate { cost, at, message, title, is_sure: true, removes: false, begins_item: false, edits });
    }

    /// The line, or its block, in the column of a line near it.
    fn columns(&mut self) {
        let line = self.line();
        if !line.is_content() {
            return;
        }
        // What every object begins with is where it belongs: other lines are still being written.
        if line.indent == 0 && line.key().is_some_and(|key| HEAD.contains(&key)) {
            return;
        }
        let near = self.number.saturating_sub(8)..(self.number + 9).min(self.lines.all.len());
        let beside = [self.lines.content_above(self.number), self.lines.content_below(self.number)];
        let beside: Vec<usize> = beside.iter().flatten().flat_map(|it| [it.indent, it.indent + 2]).collect();
        let mut columns: BTreeSet<usize> =
            self.lines.all[near].iter().filter(|it| it.is_content()).flat_map(|it| [it.indent, it.indent + 2]).collect();
        let has_tab = line.text[..line.indent].contains('\t');
        if !has_tab {
            columns.remove(&line.indent);
        }
        let block = self.lines.block(self.number);
        columns.retain(|column| self.lines.can_follow(self.number, *column));
        for column in columns {
            let is_usual = beside.contains(&column) && self.lines.is_usual_step(self.number, column);
            let cost = if has_tab { 1 } else { column.abs_diff(line.indent) } + if is_usual { 0 } else { 2 };
            let message = if has_tab {
                format!("tab in the indentation; use {column} spaces")
            } else {
                format!("wrong indentation: {} spaces, expected {column}", line.indent)
            };
            let alone = vec![Edit::replace(line.indentation(), " ".repeat(column))];
            self.add(cost, message.clone(), format!("Indent by {column}"), alone);
            if block.len() > 1 && !has_tab {
                let edits = self.lines.all[block.clone()].iter().filter(|it| it.is_content());
                let moved = edits.map(|it| Edit::replace(it.indentation(), " ".repeat((it.indent + column).saturating_sub(line.indent))));
                self.add(cost + 1, message.clone(), format!("Indent the block by {column}"), moved.collect());
            }
            // What belongs to a line that has lost two columns, and what comes after it, cannot be told apart by their columns.
            if column == line.indent + 2 && !has_tab {
                let end = if self.follows_open_key() { self.lines.siblings(self.number).end + 1 } else { block.end };
                for end in block.start + 2..end.min(block.start + LONGEST_PART) {
                    let moved = self.lines.all[block.start..end].iter().filter(|it| it.is_content());
                    let edits = moved.map(|it| Edit::replace(it.indentation(), " ".repeat(it.indent + 2)));
                    self.add(cost + 1, message.clone(), format!("Indent the block by {column}"), edits.collect());
                }
            }
        }
    }

    /// Whether the line above is a key in the same column that has no value.
    fn follows_open_key(&self) -> bool {
        self.lines.content_above(self.number).is_some_and(|above| {
            let column = above.indent + if above.has_dash() { 2 } else { 0 };
            above.content().ends_with(':') && column == self.line().indent
        })
    }

    /// The line with a dash, or without it.
    fn dashes(&mut self) {
        let line = self.line();
        if !line.is_content() {
            return;
        }
        let content = line.start + line.indent;
        if line.has_dash() {
            let edit = Edit::replace(TextRange::new(content, content + 2), "  ");
            self.add(3, "this line begins with a dash, but belongs to the item above".into(), "Remove the dash".into(), vec![edit]);
        } else if line.indent >= 2 {
            let edit = Edit::replace(TextRange::new(content - 2, content), "- ");
            self.add(3, "an item begins here, but has no dash".into(), "Write the dash".into(), vec![edit]);
            let is_sure = self.begins_like_others(line);
            if let Some(candidate) = self.found.last_mut() {
                (candidate.is_sure, candidate.begins_item) = (is_sure, true);
            }
        }
    }

    /// Whether the items beside a line, which has no dash, begin with its key. If not, its first line is lost.
    fn begins_like_others(&self, line: Line<'_>) -> bool {
        let near = self.number.saturating_sub(12)..(self.number + 13).min(self.lines.all.len());
        let items = self.lines.all[near].iter().filter(|it| it.has_dash() && it.indent + 2 == line.indent);
        items.filter_map(Line::key).all(|key| Some(key) == line.key())
    }

    /// The line with what separates its key from its value.
    fn colon(&mut self) {
        let line = self.line();
        let content = line.content();
        let item = content.strip_prefix("- ").unwrap_or(content);
        let len = item.find(|it: char| !it.is_ascii_alphanumeric() && !"-_./".contains(it)).unwrap_or(item.len());
        let (word, rest) = item.split_at(len);
        if !line.is_content() || !word.starts_with(|it: char| it.is_ascii_alphabetic()) {
            return;
        }
        let end = line.start + line.indent + content.len() - rest.len();
        if rest.starts_with(':') && rest.len() > 1 && !rest.starts_with(": ") {
            let edit = Edit::insert(end + 1, " ");
            self.add(1, format!("missing space after `{word}:`"), "Add the space".into(), vec![edit]);
        } else if rest.is_empty() || rest.starts_with(' ') && !rest.contains(": ") {
            self.add(2, format!("missing `:` after `{word}`"), "Add the colon".into(), vec![Edit::insert(end, ":")]);
        }
    }

    /// The line, if it is a key that has become a comment.
    fn comment(&mut self) {
        let line = self.line();
        let Some(key) = self.lines.commented_key(self.number) else { return };
        let content = line.start + line.indent;
        let edit = Edit::replace(TextRange::new(content, content + line.content().len()), key);
        self.add(1, format!("`{key}` is commented out, but the lines below belong to it"), "Remove the `#`".into(), vec![edit]);
    }

    /// A key line above the block that begins here, if the schema says which keys take it.
    fn key_above(&mut self) {
        let line = self.line();
        let is_first =
            self.lines.content_above(self.number).is_none_or(|above| above.indent != line.indent || above.has_dash() != line.has_dash());
        if !line.is_content() || line.key().is_none() || line.indent < 2 && !line.has_dash() || !is_first && self.distance > 0 {
            return;
        }
        // Below a key line that is lost, there is a gap between the columns.
        let is_gap = self.lines.content_above(self.number).is_some_and(|above| above.indent + 4 <= line.indent);
        let depth = line.indent + if line.has_dash() { 2 } else { 0 };
        let of_block = self.lines.all[self.number..].iter().take_while(|it| !it.is_content() || it.indent >= line.indent);
        let keys: Vec<&str> =
            of_block.filter(|it| it.is_content() && it.indent + if it.has_dash() { 2 } else { 0 } == depth).filter_map(Line::key).collect();
        let columns = if line.has_dash() { vec![line.indent, line.indent.saturating_sub(2)] } else { vec![line.indent - 2] };
        for name in holders(&keys, line.has_dash(), self.release).into_iter().take(MOST_KEYS) {
            for column in &columns {
                let edit = Edit::insert(line.start, format!("{}{name}:{}", " ".repeat(*column), self.lines.end));
                self.add(if is_gap { 1 } else { 3 }, format!("`{name}:` is missing above this line"), format!("Add `{name}:`"), vec![edit]);
            }
        }
    }

    /// The block without its repetition right below it.
    fn repetition(&mut self) {
        let block = self.lines.block(self.number);
        let text = |range: std::ops::Range<usize>| self.lines.all[range].iter().map(|it| it.text.trim_end()).collect::<Vec<_>>();
        let Some(before) = block.start.checked_sub(block.len()) else { return };
        if !self.line().is_content() || text(before..block.start) != text(block.clone()) {
            return;
        }
        let last = self.lines.all[block.end - 1];
        let edit = Edit::delete(TextRange::new(self.line().start, last.start + last.text.len()));
        self.add(1, "this block repeats the one above".into(), "Remove this repetition".into(), vec![edit]);
        // Of one line in an item, it may be the first line of the next one that is lost.
        let above = self.lines.all[..self.number].iter().rev().find(|it| it.indent < self.line().indent);
        let in_item = block.len() == 1 && above.is_some_and(|it| it.has_dash());
        if let Some(candidate) = self.found.last_mut() {
            (candidate.is_sure, candidate.removes) = (!in_item, true);
        }
    }
}

/// The fields that take a mapping with all these keys, or a list of such.
fn holders(keys: &[&str], is_list: bool, release: Release) -> BTreeSet<&'static str> {
    const OF_QUANTITIES: [&str; 4] = ["cpu", "memory", "ephemeral-storage", "storage"];
    let is_field = |key: &&str| *key != "name" && schema::types().iter().any(|ty| ty.field(key).is_some());
    let takes = |ty: &Type| keys.iter().all(|key| ty.field(key).is_some_and(|field| field.known_in(release)));
    // Many fields are of the same type.
    let taking: Vec<bool> = schema::types().iter().map(takes).collect();
    let fits = |shape: &Shape| match shape {
        Shape::List(Shape::Object(ty)) if is_list => taking[usize::from(ty.id)],
        Shape::Object(ty) if !is_list => taking[usize::from(ty.id)],
        Shape::Map(Shape::Quantity) if !is_list => keys.iter().any(|key| OF_QUANTITIES.contains(key)),
        Shape::Map(Shape::String) => !is_list && !keys.iter().all(is_field),
        _ => false,
    };
    let fields = schema::types().iter().flat_map(|ty| ty.fields_in(release));
    fields.filter(|field| !keys.is_empty() && fits(&field.shape)).map(|field| field.name).collect()
}
