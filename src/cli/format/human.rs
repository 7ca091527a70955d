//! Human-readable, in the style of rustc.

use std::borrow::Cow;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};

use crate::diagnostic::Severity;
use crate::rules;
use crate::text::{Encoding, Lines, TextRange, plural};

use super::{Checked, Count, MOST_OF_A_RULE, Printed, Printer, Summary};
use crate::cli::finding::Finding;

/// Explaining places that are so many lines away share one excerpt with the finding.
const NEAR: usize = 20;
/// With more findings than these, the summary says how many each rule has; with many more, what to do about them.
const MANY: usize = 10;
const VERY_MANY: usize = 200;
/// Longer excerpts (minified JSON) are not printed, only their place.
const LONG: usize = 4096;

pub fn file(checked: &Checked, color: bool) -> Printed {
    if checked.findings.is_empty() {
        return Printed::default();
    }
    let page = Page { path: normalize_untrusted_str(&checked.path), text: &checked.text, lines: Lines::new(&checked.text) };
    let renderer = renderer(color);
    let mut printed = Printed::default();
    for finding in &checked.findings {
        printed.text += &renderer.render(&[page.group(finding, color)]);
        printed.text += "\n\n";
        printed.ends.push((finding.diagnostic.code, printed.text.len()));
    }
    printed
}

/// "12 files checked: 3 errors and 1 warning in 2 of them"
pub fn summary(summary: &Summary, printer: &Printer) -> String {
    let color = printer.color;
    if printer.is_diff {
        let what = format!("{} would be fixed in {}", plural(summary.fixed, "finding"), plural(summary.affected, "file"));
        return renderer(color).render(&[Group::with_title(Level::INFO.with_name("podls").primary_title(what))]) + "\n";
    }
    let counts = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.remarks, "info")];
    let counts: Vec<String> = counts.into_iter().filter(|it| it.0 > 0).map(|(count, what)| plural(count, what)).collect();
    let found = match counts.split_last() {
        None if summary.compared.known > 0 => "no new findings".to_owned(),
        None if summary.recorded > 0 => format!("{} recorded", plural(summary.recorded, "finding")),
        None => "no findings".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    };
    let place = if summary.affected > 0 && summary.files > 1 { format!(" in {} of them", summary.affected) } else { String::new() };
    let fixed = if summary.fixed > 0 { format!("; {} fixed", summary.fixed) } else { String::new() };
    let known = if summary.compared.known > 0 { format!("; {} in the baseline", summary.compared.known) } else { String::new() };
    let unread = summary.unread.len();
    let unread_text = if unread > 0 { format!("; {} could not be read", plural(unread, "path")) } else { String::new() };
    let level = match (summary.errors + unread, summary.warnings) {
        (0, 0) => Level::INFO.with_name("podls"),
        (0, _) => Level::WARNING.with_name("podls"),
        _ => Level::ERROR.with_name("podls"),
    };
    let line = match summary.files + unread {
        0 => "no .yaml, .yml or .json file to check".to_owned(),
        _ => format!("{} checked: {found}{place}{fixed}{known}{unread_text}", plural(summary.files, "file")),
    };
    let hidden: usize = summary.rules.values().map(|it| it.findings.saturating_sub(MOST_OF_A_RULE)).sum();
    let hidden = if printer.prints_all || printer.counts_only { 0 } else { hidden };
    let advice = advice(summary, hidden);
    let lines = std::iter::once(level.primary_title(line)).chain(advice.iter().map(|it| Level::HELP.primary_title(it.as_str())));
    let lines: String = lines.map(|line| renderer(color).render(&[Group::with_title(line)]) + "\n").collect();
    if printer.counts_only || findings(summary) > MANY { by_rule(summary) + &lines } else { lines }
}

fn findings(summary: &Summary) -> usize {
    summary.rules.values().map(|it| it.findings).sum()
}

/// What to do about the findings.
fn advice(summary: &Summary, hidden: usize) -> Vec<String> {
    let mut advice = vec![];
    if hidden > 0 {
        advice.push(format!("{hidden} more findings of the same rules are hidden; use `--all` to show them"));
    }
    let fixable: usize = summary.rules.values().map(|it| it.fixable).sum();
    if fixable > 0 {
        advice.push(format!("{} fixable with `--fix`; preview with `--diff`", plural(fixable, "finding")));
    }
    if summary.compared.gone > 0 {
        let gone = plural(summary.compared.gone, "baseline finding");
        advice.push(format!("{gone} no longer found; use `--write-baseline` to update the baseline"));
    }
    if findings(summary) > VERY_MANY && summary.compared.known == 0 {
        advice
            .push("use `--write-baseline FILE` to record the current findings, then `--baseline FILE` to report only new ones".to_owned());
        advice.push("use `podls init` to create a .podls.yaml, which can disable rules and exclude files".to_owned());
    }
    if !summary.rules.is_empty() {
        advice.push("run `podls explain CODE` for details of a finding".to_owned());
    }
    advice
}

/// How many findings each rule has, the most first.
pub fn by_rule(summary: &Summary) -> String {
    let mut rules: Vec<_> = summary.rules.iter().collect();
    rules.sort_by_key(|(code, it)| (std::cmp::Reverse(it.findings), **code));
    let width = rules.iter().map(|(code, _)| code.len()).max().unwrap_or(0);
    let line = |(code, it): &(&&str, &Count)| {
        let fixable = match it.fixable {
            0 => String::new(),
            all if all == it.findings => "  [fixable]".to_owned(),
            some => format!("  [{some} fixable]"),
        };
        format!("{:>6}  {:<11}  {code:<width$}{fixable}", it.findings, it.severity.name()).trim_end().to_owned() + "\n"
    };
    rules.iter().map(line).collect()
}

fn renderer(color: bool) -> Renderer {
    if color { Renderer::styled() } else { Renderer::plain() }
}

/// A file to take excerpts from.
struct Page<'c> {
    path: String,
    text: &'c str,
    lines: Lines<'c>,
}

impl Page<'_> {
    fn group<'a>(&'a self, finding: &'a Finding, links: bool) -> Group<'a> {
        let it = &finding.diagnostic;
        let level = match it.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Information => Level::INFO,
            Severity::Hint => Level::NOTE.with_name("hint"),
        };
        let line = self.lines.line_of(it.range.start as usize);
        let is_near = |range: TextRange| self.lines.line_of(range.start as usize).abs_diff(line) <= NEAR;
        let (near, far): (Vec<_>, Vec<_>) = it.related.iter().partition(|related| is_near(related.range));
        let marks = near.iter().map(|related| (AnnotationKind::Context, related.range, related.message.as_str()));
        let marks = std::iter::once((AnnotationKind::Primary, it.range, "")).chain(marks).collect();
        let far = far.iter().map(|related| self.excerpt(vec![(AnnotationKind::Context, related.range, related.message.as_str())]));
        let fixes = it.fixes.iter().map(|fix| Level::HELP.message(normalize_untrusted_str(&fix.title)).into());
        let title = level.primary_title(it.message.as_str()).id(it.code);
        let title = if links { title.id_url(rules::page_url(it.code)) } else { title };
        let place = finding.place().map(|place| Level::NOTE.message(normalize_untrusted_str(&format!("in {place}"))).into());
        title
            .element(self.excerpt(marks))
            .elements(far)
            .elements(place.into_iter().collect::<Vec<Element<'_>>>())
            .elements(fixes.collect::<Vec<Element<'_>>>())
    }

    /// The lines that are marked, each mark on its first line.
    fn excerpt<'a>(&'a self, marks: Vec<(AnnotationKind, TextRange, &'a str)>) -> Element<'a> {
        let numbers = marks.iter().map(|(_, range, _)| self.lines.line_of(range.start as usize));
        let (first, last) = numbers.fold((usize::MAX, 0), |(first, last), line| (first.min(line), last.max(line)));
        let shown = self.lines.line(first).cover(self.lines.line(last));
        if shown.len() > LONG {
            let place = self.lines.position(marks[0].1.start as usize, Encoding::Utf32);
            return Origin::path(self.path.as_str()).line(place.line + 1).char_column(place.column + 1).into();
        }
        let annotations = marks.into_iter().map(|(kind, range, label)| {
            let line = self.lines.line(self.lines.line_of(range.start as usize));
            let end = range.end.min(line.start + self.text[line.span()].trim_end().len() as u32).max(range.start);
            let annotation: Annotation<'_> = kind.span((range.start - shown.start) as usize..(end - shown.start) as usize);
            annotation.label((!label.is_empty()).then_some(label))
        });
        let source = lf(&self.text[shown.span()]);
        Snippet::source(source).path(self.path.as_str()).line_start(first + 1).annotations(annotations).into()
    }
}

/// The text with LF for each CR that ends a line alone; as long as before.
fn lf(text: &str) -> Cow<'_, str> {
    let mut bytes = text.bytes().peekable();
    let mut alone = false;
    while let Some(byte) = bytes.next() {
        alone |= byte == b'\r' && bytes.peek() != Some(&b'\n');
    }
    if alone { text.replace("\r\n", " \n").replace('\r', "\n").into() } else { text.into() }
}
