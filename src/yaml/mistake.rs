//! What is said of each mistake of syntax, and how it is fixed.

mod brackets;
mod document;
mod entry;
mod indentation;
mod lookalike;
mod property;
mod stray_line;
mod text;

use crate::text::{Edit, TextRange};

use super::{Expected, SyntaxError, SyntaxErrorKind};

pub(super) use brackets::*;
pub(super) use document::*;
pub(super) use entry::*;
pub(super) use indentation::*;
pub(super) use lookalike::*;
pub(super) use property::*;
pub(super) use stray_line::*;
pub(super) use text::*;

fn error(kind: SyntaxErrorKind, range: TextRange, message: impl Into<String>) -> SyntaxError {
    SyntaxError { kind, range, message: message.into(), unfinished: None, fix: None, choices: vec![] }
}

impl SyntaxError {
    fn fix(mut self, title: impl Into<String>, edit: Edit) -> Self {
        self.fix = Some((title.into(), edit));
        self
    }

    fn choice(mut self, expected: Expected, title: impl Into<String>, edit: Edit) -> Self {
        self.choices.push((expected, title.into(), edit));
        self
    }

    fn unfinished(mut self, open: TextRange) -> Self {
        self.unfinished = Some(open);
        self
    }
}

/// `text` in quotes of the kind that needs no escapes.
fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

fn brief(text: &str) -> String {
    let text = text.lines().next().unwrap_or("");
    if text.chars().count() <= 40 { text.to_string() } else { text.chars().take(37).chain("...".chars()).collect() }
}

fn quote_fix(it: SyntaxError, range: TextRange, text: &str) -> SyntaxError {
    it.fix("Add quotes", Edit::replace(range, quoted(text)))
}

fn spaces(n: i32) -> String {
    " ".repeat(n.max(0) as usize)
}
