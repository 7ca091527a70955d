//! Completion of keys, values, names and whole blocks.
use std::sync::Arc;

use crate::analysis::Document;
use crate::rules::Options;
use crate::text::TextRange;

/// What is completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A key of the API.
    Field,
    /// One of a field's allowed values.
    Value,
    /// A name that is declared in the file.
    Name,
    /// A whole block of lines.
    Block,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// As the menu shows it.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words beside the label: the type, the place of the declaration.
    pub detail: Option<String>,
    /// What is replaced, relative to the document.
    pub range: TextRange,
    /// What is inserted, as plain text.
    pub new_text: String,
    /// What is inserted where the client knows snippets (LSP's syntax: `${1:name}`), if it differs.
    pub snippet: Option<String>,
    /// What the typed letters are compared with, if it is not the label.
    pub filter: Option<String>,
    /// Key of the longer text that [`documentation`] gives on demand.
    pub documentation: Option<String>,
}

/// What may stand at `offset`, best first. `siblings` are the other documents of the file, read only where names are looked for.
pub fn completion(
    _document: &Document,
    _offset: usize,
    _options: &Options,
    _siblings: &mut dyn Iterator<Item = Arc<Document>>,
) -> Vec<Completion> {
    Vec::new()
}

/// The longer text of a completion in Markdown, by the key in [`Completion::documentation`].
pub fn documentation(_key: &str) -> Option<String> {
    None
}
