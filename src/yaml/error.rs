//! What can be wrong with the syntax.

use crate::text::{Edit, TextRange};

/// Which reader stumbles, and so how bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// No YAML: every reader rejects it.
    Invalid,
    /// Valid YAML that kubectl's reader rejects.
    Unsupported,
    /// No YAML by the standard, but kubectl reads it; or it reads something else there.
    Lenient,
    /// `{{ … }}` in a file that is no template.
    Template,
    /// kubectl drops it silently: what is after `...`, or after the end of the document's only value.
    Dropped,
}

/// One mistake of syntax: what is wrong and what to do, in words for the author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Which reader stumbles.
    pub kind: SyntaxErrorKind,
    /// Where the hand must go.
    pub range: TextRange,
    /// What is wrong, and the remedy: a clause, as all messages are.
    pub message: String,
    /// The place is merely not finished (an unclosed quote or bracket): the end of what is open, so that an editor can wait while the
    /// author is still inside.
    pub unfinished: Option<TextRange>,
    /// A replacement that fixes it, where one is sure.
    pub fix: Option<(String, Edit)>,
    /// Replacements of which the right one depends on what is expected at the place.
    pub choices: Vec<(Expected, String, Edit)>,
}

/// What the schema may expect at a place, as far as it decides how an error is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A mapping.
    Mapping,
    /// The reference of an image.
    Image,
    /// Any other string.
    String,
}
