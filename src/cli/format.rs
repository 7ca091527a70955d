//! How findings are printed. Each file is printed separately, so the output can be written while others are still checked.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use clap::ValueEnum;

use crate::diagnostic::Severity;

use super::Status;
use super::baseline::Compared;
use super::finding::Finding;

mod concise;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod place;
mod rdjson;
mod sarif;

/// The forms of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Human-readable, with source excerpts.
    Human,
    /// One JSON object: `files` with their `diagnostics`, positions as in the Language Server Protocol.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// One line per finding.
    Concise,
    /// JUnit XML, for viewers of test results.
    Junit,
    /// The code quality report of GitLab CI.
    Gitlab,
    /// The diagnostic format of reviewdog.
    Rdjson,
}

/// A file with what was found in it.
#[derive(Debug)]
pub struct Checked {
    pub path: String,
    pub text: String,
    /// In the order of the text.
    pub findings: Vec<Finding>,
    /// `--fix` can write the file.
    pub is_fixable: bool,
}

impl Checked {
    /// Whether `--fix` would fix a finding.
    fn is_fixable(&self, finding: &Finding) -> bool {
        self.is_fixable && finding.diagnostic.preferred().is_some()
    }
}

/// The findings of a file, printed.
#[derive(Debug, Default)]
pub struct Printed {
    pub text: String,
    /// The rule of each finding, with the end of its text; only for people.
    pub ends: Vec<(&'static str, usize)>,
    /// What was fixed in the file.
    pub fixed: Option<String>,
    /// Why it was not.
    pub problem: Option<String>,
}

impl Printed {
    /// A text that is printed as a whole.
    pub fn whole(text: String) -> Printed {
        Printed { text, ..Printed::default() }
    }
}

/// How many findings a rule has.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    /// The worst of them.
    pub severity: Severity,
    pub findings: usize,
    /// Of these, how many have a fix that `--fix` applies.
    pub fixable: usize,
}

/// A file or folder that could not be read.
#[derive(Clone, Debug)]
pub struct Unread {
    /// Where it is.
    pub path: String,
    /// Which, why, and what to do.
    pub message: String,
    /// It was given by the user, not found in a folder, so the check is not complete.
    pub was_named: bool,
}

impl Unread {
    /// As it is reported on standard error.
    pub fn text(&self) -> String {
        if self.was_named { self.message.clone() } else { format!("warning: {}", self.message) }
    }
}

/// What was found, in numbers.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Files in which something was found.
    pub affected: usize,
    pub errors: usize,
    pub warnings: usize,
    /// Information and hints.
    pub remarks: usize,
    /// Findings that were fixed, or would be.
    pub fixed: usize,
    /// Findings that make the check fail.
    pub failing: usize,
    /// How the findings compare with the baseline.
    pub compared: Compared,
    /// Findings that were kept for a baseline.
    pub recorded: usize,
    pub rules: BTreeMap<&'static str, Count>,
    /// The files and folders that could not be read.
    pub unread: Vec<Unread>,
    /// Something that was asked for could not be done.
    pub has_failed: bool,
}

impl Summary {
    /// The numbers of one file.
    pub fn of(checked: &Checked, fail_on: Severity) -> Self {
        let mut rules = BTreeMap::new();
        for finding in &checked.findings {
            let severity = finding.diagnostic.severity;
            let one = Count { severity, findings: 1, fixable: usize::from(checked.is_fixable(finding)) };
            add(&mut rules, finding.diagnostic.code, one);
        }
        let count = |wanted: fn(Severity) -> bool| checked.findings.iter().filter(|it| wanted(it.diagnostic.severity)).count();
        Summary {
            files: 1,
            affected: usize::from(!checked.findings.is_empty()),
            errors: count(|it| it == Severity::Error),
            warnings: count(|it| it == Severity::Warning),
            remarks: count(|it| it > Severity::Warning),
            failing: checked.findings.iter().filter(|it| it.diagnostic.severity <= fail_on).count(),
            rules,
            ..Summary::default()
        }
    }

    /// The numbers of a file of which so many findings would be fixed.
    pub fn of_diff(fixed: usize) -> Self {
        Summary { files: 1, affected: usize::from(fixed > 0), fixed, failing: fixed, ..Summary::default() }
    }

    pub fn add(&mut self, other: &Summary) {
        self.files += other.files;
        self.affected += other.affected;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.remarks += other.remarks;
        self.fixed += other.fixed;
        self.failing += other.failing;
        self.compared.known += other.compared.known;
        self.compared.gone += other.compared.gone;
        self.recorded += other.recorded;
        other.rules.iter().for_each(|(code, count)| add(&mut self.rules, code, *count));
        self.has_failed |= other.has_failed;
    }

    pub fn status(&self) -> Status {
        match (self.has_failed, self.failing) {
            (true, _) => Status::Failed,
            (false, 0) => Status::Clean,
            (false, _) => Status::Errors,
        }
    }
}

fn add(rules: &mut BTreeMap<&'static str, Count>, code: &'static str, count: Count) {
    let of_rule = rules.entry(code).or_insert(Count { findings: 0, fixable: 0, ..count });
    of_rule.severity = of_rule.severity.min(count.severity);
    of_rule.findings += count.findings;
    of_rule.fixable += count.fixable;
}

/// Items of a JSON list, the first of which comes after others or not.
fn joined(items: impl Iterator<Item = String>, is_later: bool) -> String {
    let mut text = String::new();
    for item in items {
        text += if is_later || !text.is_empty() { ",\n" } else { "" };
        text += &item;
    }
    text
}

/// The check of what could not be read, in forms that need one.
const UNREAD: &str = "unreadable-file";

/// So many findings of one rule are printed for people.
const MOST_OF_A_RULE: usize = 50;

/// Prints in one of the forms.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    pub format: Format,
    pub color: bool,
    /// Only how many findings each rule has is printed.
    pub counts_only: bool,
    /// Findings that are less severe do not make the check fail.
    pub fail_on: Severity,
    /// The changes are printed that fixes would make, and no findings.
    pub is_diff: bool,
    /// However many findings a rule has, all are printed.
    pub prints_all: bool,
}

impl Printer {
    /// What comes before all files.
    pub fn head(&self) -> String {
        match self.format {
            Format::Human | Format::Concise | Format::Github => String::new(),
            Format::Json => json::HEAD.into(),
            Format::Sarif => sarif::head(),
            Format::Gitlab => gitlab::HEAD.into(),
            Format::Junit => junit::HEAD.into(),
            Format::Rdjson => rdjson::HEAD.into(),
        }
    }

    /// One file; may be empty.
    pub fn file(&self, checked: &Checked) -> Printed {
        match self.format {
            _ if self.counts_only => Printed::default(),
            Format::Human => human::file(checked, self.color),
            Format::Concise => Printed::whole(concise::file(checked)),
            Format::Json => Printed::whole(json::file(checked)),
            Format::Sarif => Printed::whole(sarif::file(checked)),
            Format::Github => Printed::whole(github::file(checked)),
            Format::Gitlab => Printed::whole(gitlab::file(checked)),
            Format::Junit => Printed::whole(junit::file(checked, self.fail_on)),
            Format::Rdjson => Printed::whole(rdjson::file(checked)),
        }
    }

    /// What is printed of a file, where `so_far` was found before: of each rule only the first findings, for people.
    pub fn selected<'p>(&self, printed: &'p Printed, so_far: &Summary) -> Cow<'p, str> {
        if self.prints_all || printed.ends.is_empty() {
            return Cow::Borrowed(&printed.text);
        }
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let mut text = String::new();
        let mut start = 0;
        for (code, end) in &printed.ends {
            let count = counts.entry(code).or_insert_with(|| so_far.rules.get(code).map_or(0, |it| it.findings));
            *count += 1;
            if *count <= MOST_OF_A_RULE {
                text += &printed.text[start..*end];
            }
            start = *end;
        }
        Cow::Owned(text)
    }

    /// What is between what was printed so far and the next text that is not empty.
    pub fn separator(&self, so_far: &Summary) -> &'static str {
        match self.format {
            Format::Json if so_far.files > 0 => ",\n",
            Format::Sarif | Format::Gitlab | Format::Rdjson if so_far.affected > 0 => ",\n",
            _ => "",
        }
    }

    /// What comes after all files.
    pub fn tail(&self, summary: &Summary, quiet: bool) -> String {
        match self.format {
            Format::Human if quiet && self.counts_only => human::by_rule(summary),
            Format::Human if quiet => String::new(),
            Format::Human => human::summary(summary, self),
            Format::Concise => String::new(),
            Format::Github => github::tail(summary),
            Format::Json => json::tail(summary),
            Format::Sarif => sarif::tail(summary),
            Format::Gitlab => gitlab::tail(summary),
            Format::Junit => junit::tail(summary),
            Format::Rdjson => rdjson::tail(summary),
        }
    }
}
