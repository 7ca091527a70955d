//! What the thing under the cursor means.
use crate::analysis::Document;
use crate::rules::Options;
use crate::text::TextRange;

/// A text for the thing under the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it speaks of, relative to the document.
    pub range: TextRange,
    /// Markdown.
    pub text: String,
}

/// Explains what stands at `offset`.
pub fn hover(_document: &Document, _offset: usize, _options: &Options) -> Option<Hover> {
    None
}
