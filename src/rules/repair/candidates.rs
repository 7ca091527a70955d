//! What may have been meant: small changes near the first error.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::diagnostic::Diagnostic;
use crate::schema::{self, Field, Release, Shape, Type};
use crate::text::{Edit, TextRange, indent_with, plural};

use super::lines::{Line, Lines};

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
    /// Whether it only writes or removes a dash.
    pub is_of_dash: bool,
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
    if memchr::memchr(b'#', text.as_bytes()).is_none() {
        return false;
    }
    let lines = Lines::new(text);
    (0..lines.all.len()).any(|number| lines.commented_key(number).is_some())
}

/// The lines that may be the cause, by their distance from an error.
fn suspects(lines: &Lines<'_>, errors: &[&Diagnostic]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = vec![];
    for error in errors.iter().take(3) {
        let at = lines.number(error.range.start as usize);
        let near = (at.saturating_sub(ABOVE)..(at + BELOW + 1).min(lines.all.len())).map(|number| (number, number.abs_diff(at)));
        let around = lines.parent(at).into_iter().chain(lines.key_of_items(at)).flat_map(|parent| [(parent, 1), (parent + 1, 1)]);
        // What is missing in a block may be right below it.
        let below = (error.code == "missing-field").then(|| lines.block(at).end).filter(|end| *end < lines.all.len());
        for (number, distance) in near.chain(around).chain(below.map(|number| (number, 1))) {
            match found.iter_mut().find(|it| it.1 == number) {
                Some(known) => known.0 = known.0.min(distance),
                None => found.push((distance, number)),
            }
        }
    }
    found
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
        self.found.push(Candidate {
            cost,
            at,
            message,
            title,
            is_sure: true,
            removes: false,
            begins_item: false,
            is_of_dash: false,
            edits,
        });
    }

    /// The line, or its block, in the column of a line near it.
    fn columns(&mut self) {
        let line = self.line();
        if !line.is_content() {
            return;
        }
        // What every object begins with is where it belongs: other lines are still being written.
        if line.indent == 0 && line.key().is_some_and(|key| HEAD.contains(&key)) && !self.lines.is_below_items(self.number) {
            return;
        }
        let near = self.number.saturating_sub(8)..(self.number + 9).min(self.lines.all.len());
        let beside = [self.lines.content_above(self.number), self.lines.content_below(self.number)];
        let step = self.lines.step;
        let places = |it: &Line<'_>| [it.indent, it.indent + 2, it.indent + step, it.content_column()];
        let beside: Vec<usize> = beside.iter().flatten().flat_map(places).collect();
        let mut columns: BTreeSet<usize> = self.lines.all[near].iter().filter(|it| it.is_content()).flat_map(places).collect();
        let around = std::iter::successors(self.lines.parent(self.number), |parent| self.lines.parent(*parent));
        columns.extend(around.map(|parent| self.lines.all[parent].indent));
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
                format!("tab in the indentation; use {}", plural(column, "space"))
            } else {
                format!("wrong indentation: found {}, expected {column}", plural(line.indent, "space"))
            };
            let alone = vec![Edit::replace(line.indentation(), " ".repeat(column))];
            self.add(cost, message.clone(), indent_with(column), alone);
            if block.len() > 1 && !has_tab {
                let edits = self.lines.all[block.clone()].iter().filter(|it| it.is_content());
                let moved = edits.map(|it| Edit::replace(it.indentation(), " ".repeat((it.indent + column).saturating_sub(line.indent))));
                self.add(cost + 1, message.clone(), format!("Indent the block with {}", plural(column, "space")), moved.collect());
            }
            // What belongs to a line that has lost a step, and what comes after it, cannot be distinguished by their columns.
            if column == line.indent + step && !has_tab {
                let end = if self.follows_open_key() { self.lines.siblings(self.number).end + 1 } else { block.end };
                for end in block.start + 2..end.min(block.start + LONGEST_PART) {
                    let moved = self.lines.all[block.start..end].iter().filter(|it| it.is_content());
                    let edits = moved.map(|it| Edit::replace(it.indentation(), " ".repeat(it.indent + step)));
                    self.add(cost + 1, message.clone(), format!("Indent the block with {}", plural(column, "space")), edits.collect());
                }
            }
        }
    }

    /// Whether the line above is a key in the same column that has no value.
    fn follows_open_key(&self) -> bool {
        self.lines.content_above(self.number).is_some_and(|above| {
            let column = above.content_column();
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
            let dash = line.content_column() - line.indent;
            let edit = Edit::replace(TextRange::new(content, content + dash), " ".repeat(dash));
            self.add(3, "unexpected `-`; this line belongs to the item above".into(), "Remove the dash".into(), vec![edit]);
            self.found.last_mut().into_iter().for_each(|it| it.is_of_dash = true);
        } else if line.indent >= self.lines.dash {
            let dash = self.lines.dash;
            let edit = Edit::replace(TextRange::new(content - dash, content), format!("{:dash$}", "-"));
            self.add(3, "missing `-` before this list item".into(), "Add the dash".into(), vec![edit]);
            let is_sure = self.begins_like_others(line);
            if let Some(candidate) = self.found.last_mut() {
                (candidate.is_sure, candidate.begins_item, candidate.is_of_dash) = (is_sure, true, true);
            }
        }
    }

    /// Whether the items beside a line, which has no dash, begin with its key. If not, its first line is lost; a single item may have lost
    /// it unless it begins with its name.
    fn begins_like_others(&self, line: Line<'_>) -> bool {
        let near = self.number.saturating_sub(12)..(self.number + 13).min(self.lines.all.len());
        let items = self.lines.all[near].iter().filter(|it| it.has_dash() && it.content_column() == line.indent);
        let mut keys = items.filter_map(Line::key).peekable();
        if keys.peek().is_none() { line.key() == Some("name") } else { keys.all(|key| Some(key) == line.key()) }
    }

    /// The line with what separates its key from its value.
    fn colon(&mut self) {
        let line = self.line();
        let content = line.content();
        let item = content.strip_prefix("- ").unwrap_or(content).trim_start();
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
        let Some((key, restored)) = self.lines.commented_key(self.number) else { return };
        let range = TextRange::new(line.start, line.start + line.indent + line.content().len());
        for text in restored {
            let message = format!("`{key}` is commented out, but the lines below belong to it; remove the `#`");
            self.add(1, message, "Remove the `#`".into(), vec![Edit::replace(range, text)]);
        }
    }

    /// A key line above the block that begins here, if the schema says which keys take it.
    fn key_above(&mut self) {
        let line = self.line();
        let is_first =
            self.lines.content_above(self.number).is_none_or(|above| above.indent != line.indent || above.has_dash() != line.has_dash());
        if !line.is_content() || line.key().is_none() || line.indent < 2 && !line.has_dash() || !is_first && self.distance > 1 {
            return;
        }
        // Below a key line that is lost, there is a gap between the columns.
        let is_gap = self.lines.content_above(self.number).is_some_and(|above| above.content_column() + 2 * self.lines.step <= line.indent);
        let depth = line.content_column();
        let is_of_block =
            |it: &&Line<'_>| !it.is_content() || it.indent > line.indent || it.indent == line.indent && it.has_dash() == line.has_dash();
        let of_block = self.lines.all[self.number..].iter().take_while(is_of_block);
        let keys: Vec<&str> = of_block.filter(|it| it.is_content() && it.content_column() == depth).filter_map(Line::key).collect();
        let mut columns = BTreeSet::from([line.indent.saturating_sub(self.lines.step)]);
        columns.extend(line.has_dash().then_some(line.indent));
        // A step may be one space, or four: the key was beside one above.
        columns.extend(self.lines.parent(self.number).map(|above| self.lines.all[above].content_column()).filter(|it| *it < line.indent));
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
        self.add(2, "this block repeats the one above".into(), "Remove the duplicate block".into(), vec![edit]);
        // Of one line in an item, it may be the first line of the next one that is lost.
        let above = self.lines.all[..self.number].iter().rev().find(|it| it.indent < self.line().indent);
        let in_item = block.len() == 1 && above.is_some_and(|it| it.has_dash());
        if let Some(candidate) = self.found.last_mut() {
            (candidate.is_sure, candidate.removes) = (!in_item, true);
        }
    }
}

/// All fields that have further fields, or items with such.
static HOLDING: LazyLock<Vec<&'static Field>> = LazyLock::new(|| {
    let holds = |field: &&Field| matches!(field.shape, Shape::List(Shape::Object(_)) | Shape::Object(_) | Shape::Map(_));
    schema::workload_types().flat_map(|ty| ty.fields).filter(holds).collect()
});

/// The fields that take a mapping with all these keys, or a list of such.
fn holders(keys: &[&str], is_list: bool, release: Release) -> BTreeSet<&'static str> {
    const OF_QUANTITIES: [&str; 4] = ["cpu", "memory", "ephemeral-storage", "storage"];
    let is_field = |key: &&str| *key != "name" && schema::workload_types().any(|ty| ty.field(key).is_some());
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
    let fields = HOLDING.iter().filter(|field| field.known_in(release));
    fields.filter(|field| !keys.is_empty() && fits(&field.shape)).map(|field| field.name).collect()
}
