//! What is said of lines that belong to no document.

use super::error;
use crate::text::{Edit, TextRange};
use crate::yaml::SyntaxError;
use crate::yaml::SyntaxErrorKind::Invalid;

/// `line` begins with the indentation.
pub fn almost_separator(range: TextRange, line: TextRange, dashes: &str) -> SyntaxError {
    let what = if dashes == "---" { "an indented `---`".to_owned() } else { format!("`{dashes}`") };
    error(Invalid, range, format!("{what} does not separate documents; write `---` at the start of the line"))
        .fix("Replace with `---`", Edit::replace(line, "---"))
}

pub fn conflict(range: TextRange) -> SyntaxError {
    error(Invalid, range, "unresolved merge conflict; keep one side and remove the conflict markers")
}

pub fn left_of_conflict(range: TextRange) -> SyntaxError {
    error(Invalid, range, "leftover merge conflict marker; remove this line")
}
