//! Suppression comments: `# podls: allow(rule-a, rule-b)`, and `# podls: allow-file(rule)` at the top of a file.

use std::borrow::Cow;
use std::sync::Arc;

use super::declare::declare_rule;
use super::{Level, Options, Rule};
use crate::diagnostic::condition::Condition;
use crate::diagnostic::{Diagnostic, Fix, Message};
use crate::text::{Edit, TextRange, line_at, meant, next_line};
use crate::yaml::{Kind, Tree};

declare_rule! {
    /// A suppression comment (`# podls: allow(…)`) that suppresses nothing.
    ///
    /// The comment is at the end of a line or on the lines directly above it. It suppresses the named rules for diagnostics that start on
    /// that line; a diagnostic inside a multi-line string counts as starting on the first line of the string. Separate several rules with
    /// commas. An explanation may follow the parenthesis: `# podls: allow(port-clash) one at a time`. At the top of the file,
    /// `# podls: allow-file(…)` suppresses the rules in the whole file.
    ///
    /// ## Why
    /// The problem was fixed, or the comment is in the wrong place. An unused comment would hide the next problem of that kind.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   # podls: allow(unknown-field)
    ///   containers:
    ///   - name: web
    ///     image: nginx
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx
    /// ```
    ///
    /// ## Source
    /// podls itself; Kubernetes does not read comments.
    UNUSED_ALLOW = "unused-allow", Warning, []
}

declare_rule! {
    /// A suppression comment (`# podls: allow(…)`) that names an unknown rule.
    ///
    /// ## Why
    /// It suppresses nothing; usually the name is misspelled. `podls rules` lists all rules.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   # podls: allow(unknown-feild)
    ///   containers:
    ///   - name: web
    ///     image: nginx
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx
    /// ```
    ///
    /// ## Source
    /// podls itself; Kubernetes does not read comments.
    UNKNOWN_RULE = "unknown-rule", Warning, []
}

/// Whether a comment of the document allows something.
pub fn has_any(tree: &Tree) -> bool {
    tree.comments().iter().any(|&comment| Allow::read(tree.text(), comment).is_some())
}

/// Takes away what the comments of the document allow, and adds what is wrong with the comments. Keeps the order of the text.
pub fn apply(tree: &Tree, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut allows: Vec<Allow<'_>> = tree.comments().iter().filter_map(|&comment| Allow::read(tree.text(), comment)).collect();
    if allows.is_empty() {
        return diagnostics;
    }
    aim(tree, &mut allows);
    diagnostics.retain(|diagnostic| {
        let start = anchor(tree, diagnostic.range.start);
        let first = allows.partition_point(|allow| allow.target.end < start);
        let on_line = allows[first..].iter_mut().take_while(|allow| allow.target.start <= start);
        let names = on_line.filter(|allow| !allow.for_file).flat_map(|allow| &mut allow.names).filter(|name| name.code == diagnostic.code);
        names.map(|name| name.used = true).count() == 0
    });
    let before = diagnostics.len();
    diagnostics.extend(allows.iter().flat_map(|allow| allow.complaints(tree.text())));
    if diagnostics.len() > before {
        diagnostics.sort_by_key(|it| (it.range, it.severity, it.code));
    }
    diagnostics
}

/// The offset whose line a comment must be on or above to silence what begins at `offset`: in a text of several lines its start, as no
/// comment can be inside of it.
pub fn anchor(tree: &Tree, offset: u32) -> u32 {
    let scalar = tree.node_at(offset as usize).filter(|it| matches!(it.kind(), Kind::Scalar(_)));
    scalar.map_or(offset, |it| it.range().start.min(offset))
}

/// How a file is checked whose first comments, `head`, may silence rules in all of it.
pub fn in_file<'o>(head: &str, options: &'o Options) -> Cow<'o, Options> {
    let codes: Vec<&str> = head.lines().filter_map(|line| list(line, ALLOW_FILE)).flat_map(codes).collect();
    if codes.is_empty() {
        return Cow::Borrowed(options);
    }
    let mut levels = (*options.levels).clone();
    levels.0.extend(codes.iter().map(|&code| (code.to_owned(), Level::Off)));
    Cow::Owned(Options { levels: Arc::new(levels), silenced: codes.into_iter().map(str::to_owned).collect(), ..options.clone() })
}

/// The rules that the comments of the document silence in the whole file, each as unused if no document has such a finding.
pub fn unused_in_file(tree: &Tree, options: &Options) -> Vec<Diagnostic> {
    if options.silenced.is_empty() {
        return vec![];
    }
    let text = tree.text();
    let allows = tree.comments().iter().filter_map(|&comment| Allow::read(text, comment)).filter(|it| it.for_file && !it.is_kept());
    let complaints = |allow: Allow<'_>| {
        let known = allow.names.iter().filter_map(|name| Some((name, super::named(name.code)?.code)));
        let complaint = |(name, code)| Diagnostic { condition: Some(Box::new(Condition::Unused(code))), ..allow.complaint(text, name) };
        known.map(complaint).collect::<Vec<_>>()
    };
    allows.flat_map(complaints).collect()
}

/// The comments with which a text begins.
pub fn head(text: &str) -> &str {
    let mut end = 0;
    while end < text.len() && is_in_head(&text[line_at(text, end).span()]) {
        end = next_line(text, end);
    }
    &text[..end]
}

/// Whether a line may be before all content.
pub fn is_in_head(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    line.is_empty() || line.starts_with('#')
}

const ALLOW: &str = "allow";
const ALLOW_FILE: &str = "allow-file";

/// What is in the parentheses after `# podls: NAME`.
fn list<'t>(comment: &'t str, name: &str) -> Option<&'t str> {
    let comment = comment.trim_start_matches('\u{feff}').trim_start().strip_prefix('#')?;
    let body = comment.trim_start_matches('#').trim_start().strip_prefix("podls:")?;
    let list = body.trim_start().strip_prefix(name)?.trim_start().strip_prefix('(')?;
    Some(list.split_once(')')?.0)
}

/// The codes of a list.
fn codes(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|code| !code.is_empty())
}

/// The rule code that was probably meant by `typed`.
pub fn nearest_rule(typed: &str) -> Option<&'static str> {
    meant(typed, super::all().iter().map(|rule| rule.code))
}

/// The rule or group of rules that was probably meant by `typed`.
pub fn nearest_name(typed: &str) -> Option<&'static str> {
    let groups = super::group::GROUPS.iter().map(|group| group.name);
    meant(typed, super::all().iter().map(|rule| rule.code).chain(groups))
}

/// What is said where a rule is named that podls does not have.
pub fn unknown_rule(typed: &str) -> String {
    let remedy = nearest_name(typed).map_or("`podls rules` lists all rules".to_owned(), |right| format!("did you mean `{right}`?"));
    format!("unknown rule `{typed}`; {remedy}")
}

/// One suppression comment.
struct Allow<'t> {
    comment: TextRange,
    names: Vec<Name<'t>>,
    /// The line whose diagnostics it silences, without its line end.
    target: TextRange,
    /// It is before all content, for the whole file; see [`in_file`].
    for_file: bool,
}

/// A rule that a comment names.
struct Name<'t> {
    code: &'t str,
    range: TextRange,
    used: bool,
}

impl<'t> Allow<'t> {
    /// Reads a comment. `None` if it does not begin with `podls:`; no names if it can't be read.
    fn read(text: &'t str, comment: TextRange) -> Option<Self> {
        let written = &text[comment.span()];
        written.trim_start_matches('#').trim_start().strip_prefix("podls:")?;
        let for_file = list(written, ALLOW_FILE).is_some() && (comment.start as usize) < head(text).len();
        let list = list(written, if for_file { ALLOW_FILE } else { ALLOW }).unwrap_or_default();
        let names = codes(list).map(|code| {
            let start = code.as_ptr() as usize - text.as_ptr() as usize;
            Name { code, range: TextRange::new(start, start + code.len()), used: false }
        });
        Some(Allow { comment, names: names.collect(), target: line_at(text, comment.start as usize), for_file })
    }

    /// What is wrong with the comment.
    fn complaints(&self, text: &str) -> Vec<Diagnostic> {
        if self.names.is_empty() {
            let message = match list(&text[self.comment.span()], ALLOW_FILE) {
                Some(_) => "`allow-file` has no effect here; move it to the top of the file",
                None => "invalid suppression comment; write `# podls: allow(rule)`",
            };
            return vec![new(&UNUSED_ALLOW, self.comment, message)];
        }
        if self.is_kept() {
            return vec![];
        }
        let is_wrong = |name: &&Name<'_>| if self.for_file { super::named(name.code).is_none() } else { !name.used };
        self.names.iter().filter(is_wrong).map(|name| self.complaint(text, name)).collect()
    }

    /// Whether it is not reported where it is of no use.
    fn is_kept(&self) -> bool {
        self.names.iter().any(|name| name.code == UNUSED_ALLOW.code)
    }

    fn complaint(&self, text: &str, name: &Name<'_>) -> Diagnostic {
        let code = name.code;
        if super::named(code).is_some() {
            let message = format!("unused suppression of `{code}`; remove it");
            return new(&UNUSED_ALLOW, name.range, message).fix(Fix::possible("Remove the suppression", vec![self.without(text, name)]));
        }
        match nearest_rule(code) {
            Some(right) => {
                let fix = Fix::preferred(format!("Rename to `{right}`"), vec![Edit::replace(name.range, right)]);
                new(&UNKNOWN_RULE, name.range, format!("unknown rule `{code}`; did you mean `{right}`?")).fix(fix)
            }
            None => new(&UNKNOWN_RULE, name.range, format!("unknown rule `{code}`; `podls rules` lists all rules")),
        }
    }

    /// The edit that takes one name out of the comment: the whole comment if it is the only one, and its line if nothing else is on it.
    fn without(&self, text: &str, name: &Name<'_>) -> Edit {
        let at = self.names.iter().position(|it| it.range == name.range).unwrap_or_default();
        if let [_] = self.names[..] {
            let line = line_at(text, self.comment.start as usize);
            let code = text[line.start as usize..self.comment.start as usize].trim_end().len();
            let end = if code > 0 { line.end as usize } else { next_line(text, line.end as usize) };
            return Edit::delete(TextRange::new(line.start as usize + code, end));
        }
        Edit::delete(match self.names.get(at + 1) {
            Some(next) => TextRange { start: name.range.start, end: next.range.start },
            None => TextRange { start: self.names[at - 1].range.end, end: name.range.end },
        })
    }
}

fn new(rule: &Rule, range: TextRange, message: impl Into<Message>) -> Diagnostic {
    Diagnostic::new(rule.code, rule.severity, range, "", message)
}

/// Lets each comment that has a line for itself speak for the first line below that is more than a comment.
fn aim(tree: &Tree, allows: &mut [Allow<'_>]) {
    let text = tree.text();
    let alone = |comment: &TextRange| {
        let line = line_at(text, comment.start as usize);
        text[line.start as usize..comment.start as usize].trim().is_empty()
    };
    let mut below: Option<(u32, TextRange)> = None;
    let mut allows = allows.iter_mut().rev().peekable();
    for comment in tree.comments().iter().rev().filter(|comment| alone(comment)) {
        let line = line_at(text, comment.start as usize);
        let next = line_at(text, next_line(text, line.end as usize));
        let target = match below {
            Some((start, target)) if start == next.start => target,
            _ => next,
        };
        below = Some((line.start, target));
        while allows.peek().is_some_and(|allow| allow.comment.start > comment.start) {
            allows.next();
        }
        if let Some(allow) = allows.next_if(|allow| allow.comment == *comment) {
            allow.target = target;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{apply, head, in_file};
    use crate::diagnostic::{Diagnostic, Severity};
    use crate::fixture;
    use crate::rules::Options;
    use crate::text::TextRange;
    use crate::yaml;

    /// What is left of one `unused-allow`-like finding for each line that holds `!`, as `line:code`.
    fn left(text: &str) -> Vec<String> {
        let starts = |code: &'static str, mark: char| {
            text.match_indices(mark).map(move |(at, _)| Diagnostic::new(code, Severity::Error, TextRange::at(at), "", "")).collect()
        };
        let mut found: Vec<Diagnostic> = starts("unknown-rule", '!');
        found.extend(starts("unused-allow", '?'));
        found.sort_by_key(|it| it.range);
        let line = |it: &Diagnostic| text[..it.range.start as usize].matches('\n').count() + 1;
        apply(&yaml::parse(text), found).iter().map(|it| format!("{}:{}", line(it), it.code)).collect()
    }

    #[test]
    fn silences_what_begins_on_its_line() {
        for (text, expected) in [
            ("a: 1!\n", vec!["1:unknown-rule"]),
            ("a: 1! # podls: allow(unknown-rule)\n", vec![]),
            ("a: 1! # podls: allow(unknown-rule) because\n", vec![]),
            ("a: 1! #podls:allow ( unknown-rule )\n", vec![]),
            ("# podls: allow(unknown-rule)\na: 1!\n", vec![]),
            ("# podls: allow(unknown-rule)\r\na: 1!\r\n", vec![]),
            ("a:\n  # podls: allow(unknown-rule)\n  # more\n  b: 1!\n", vec![]),
            ("# podls: allow(unknown-rule)\n# podls: allow(unused-allow)\na: !?\n", vec![]),
            ("a: 1!? # podls: allow(unknown-rule, unused-allow)\n", vec![]),
            ("a: 1!? # podls: allow(unknown-rule)\n", vec!["1:unused-allow"]),
            ("a: 1! # podls: allow(unknown-rule)\nb: 1!\n", vec!["2:unknown-rule"]),
            ("a: 1 # podls: allow(unknown-rule)\nb: 1!\n", vec!["1:unused-allow", "2:unknown-rule"]),
            ("# podls: allow(unknown-rule)\n\na: 1!\n", vec!["1:unused-allow", "3:unknown-rule"]),
            ("a: 1!\n# podls: allow(unknown-rule)", vec!["1:unknown-rule", "2:unused-allow"]),
            ("a: 1! # podls: alow(unknown-rule)\n", vec!["1:unknown-rule", "1:unused-allow"]),
            ("a: 1! # podls: allow()\n", vec!["1:unknown-rule", "1:unused-allow"]),
            ("a: 1 # podls: allow(nothing-like-it)\n", vec!["1:unknown-rule"]),
            ("a: 1 # podls: allow(nothing-like-it, unused-allow)\n", vec![]),
            ("a: |\n  # podls: allow(unknown-rule)\n  1!\n", vec!["3:unknown-rule"]),
            ("a: 1! # about podls: allow(unknown-rule)\n", vec!["1:unknown-rule"]),
            ("# podls: allow(unknown-rule)\na: |\n  1\n  2!\n", vec![]),
            ("a: | # podls: allow(unknown-rule)\n  1\n  2!\n", vec![]),
            ("# podls: allow(unknown-rule)\na: [\n  1,\n  2!]\n", vec!["1:unused-allow", "4:unknown-rule"]),
            ("# podls: allow-file(unused-allow)\na: 1\n", vec![]),
            ("# podls: allow-file(nothing-like-it)\na: 1\n", vec!["1:unknown-rule"]),
            ("a: 1\n# podls: allow-file(unused-allow)\n", vec!["2:unused-allow"]),
        ] {
            assert_eq!(left(text), expected, "{text}");
        }
    }

    #[test]
    fn what_the_first_comments_silence_in_a_file() {
        let silenced = |text: &str| {
            let mut codes: Vec<_> = in_file(head(text), &Options::default()).levels.0.keys().cloned().collect();
            codes.sort();
            codes.join(" ")
        };
        assert_eq!(silenced("# podls: allow-file(a, b) because\n\n#podls:allow-file(c)\r\n---\n# podls: allow-file(d)\n"), "a b c");
        assert_eq!(silenced("\u{feff}# podls: allow-file(a)\nkind: Pod\n"), "a");
        assert_eq!(silenced("kind: Pod # podls: allow-file(a)\n"), "");
        assert_eq!(silenced("# podls: allow(a)\n"), "");
    }

    #[test]
    fn fixes() {
        for (text, expected) in [
            ("a: 1 # podls: allow(unused-alow)\n", "a: 1 # podls: allow(unused-allow)\n"),
            ("a: 1   # podls: allow(unknown-rule)\nb: 2\n", "a: 1\nb: 2\n"),
            ("a:\n  # podls: allow(unknown-rule)\r\n  b: 2\n", "a:\n  b: 2\n"),
            ("# podls: allow(unknown-rule)", ""),
            ("a: ! # podls: allow(unused-allow-x, unknown-rule)\n", "a: ! # podls: allow(unused-allow, unknown-rule)\n"),
        ] {
            let diagnostic = apply(&yaml::parse(text), vec![]).remove(0);
            assert_eq!(fixture::apply(text, &diagnostic.fixes[0].edits), expected, "{text}");
        }
    }
}
