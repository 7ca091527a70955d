//! How findings are printed. Each file is printed for itself, so that the output can be written while others are still checked.

use clap::ValueEnum;

use crate::diagnostic::{Diagnostic, Severity};

use super::Status;

mod github;
mod human;
mod json;
mod place;
mod sarif;

/// The forms of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the lines in question, for people.
    Human,
    /// One JSON object: `files` with their `diagnostics`, places as in the Language Server Protocol.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

/// A file with what was found in it.
#[derive(Debug)]
pub struct Checked {
    pub path: String,
    pub text: String,
    /// In the order of the text.
    pub findings: Vec<Finding>,
}

/// A diagnostic, in ranges of the file.
#[derive(Debug)]
pub struct Finding {
    pub diagnostic: Diagnostic,
    /// The object that it is about.
    pub object: Option<ObjectName>,
}

/// An object as it names itself; empty where it doesn't.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectName {
    pub api_version: String,
    pub kind: String,
    pub name: String,
}

/// What was found, in numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Files in which something was found.
    pub affected: usize,
    pub errors: usize,
    pub warnings: usize,
    /// Informations and hints.
    pub remarks: usize,
    /// Files and folders that could not be read.
    pub unread: usize,
    /// Something that was asked for could not be done.
    pub has_failed: bool,
}

impl Summary {
    /// The numbers of one file.
    pub fn of(checked: &Checked) -> Self {
        let count = |wanted: fn(Severity) -> bool| checked.findings.iter().filter(|it| wanted(it.diagnostic.severity)).count();
        Summary {
            files: 1,
            affected: usize::from(!checked.findings.is_empty()),
            errors: count(|it| it == Severity::Error),
            warnings: count(|it| it == Severity::Warning),
            remarks: count(|it| it > Severity::Warning),
            unread: 0,
            has_failed: false,
        }
    }

    pub fn add(&mut self, other: &Summary) {
        self.files += other.files;
        self.affected += other.affected;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.remarks += other.remarks;
        self.unread += other.unread;
        self.has_failed |= other.has_failed;
    }

    pub fn status(&self) -> Status {
        match (self.has_failed, self.errors) {
            (true, _) => Status::Failed,
            (false, 0) => Status::Clean,
            (false, _) => Status::Errors,
        }
    }
}

/// Prints in one of the forms.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    pub format: Format,
    pub color: bool,
}

impl Printer {
    /// What stands before all files.
    pub fn head(&self) -> String {
        match self.format {
            Format::Human | Format::Github => String::new(),
            Format::Json => json::HEAD.into(),
            Format::Sarif => sarif::head(),
        }
    }

    /// One file; may be empty.
    pub fn file(&self, checked: &Checked) -> String {
        match self.format {
            Format::Human => human::file(checked, self.color),
            Format::Json => json::file(checked),
            Format::Sarif => sarif::file(checked),
            Format::Github => github::file(checked),
        }
    }

    /// What stands between what was printed so far and the next text that is not empty.
    pub fn separator(&self, so_far: &Summary) -> &'static str {
        match self.format {
            Format::Json if so_far.files > 0 => ",\n",
            Format::Sarif if so_far.affected > 0 => ",\n",
            _ => "",
        }
    }

    /// What stands behind all files.
    pub fn tail(&self, summary: &Summary, quiet: bool) -> String {
        match self.format {
            Format::Human if quiet => String::new(),
            Format::Human => human::summary(summary, self.color),
            Format::Json => json::TAIL.into(),
            Format::Sarif => sarif::TAIL.into(),
            Format::Github => String::new(),
        }
    }
}
