//! One document with everything that podls knows of it.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use crate::diagnostic::Diagnostic;
use crate::pod::Model;
use crate::rules::across::{self, Interests, Offer};
use crate::rules::{self, Options};
use crate::yaml::Tree;

/// A document of a file (the text between two `---` lines), read. All offsets are relative to the document.
///
/// It is checked when somebody asks what is wrong: a completion right after a keystroke does not wait for the rules.
#[derive(Debug)]
pub struct Document {
    model: Model,
    options: Options,
    findings: OnceLock<rules::Findings>,
    conditional: OnceLock<Vec<Diagnostic>>,
}

impl Document {
    /// Reads a document.
    pub fn new(text: impl Into<Arc<str>>, options: &Options) -> Self {
        let model = options.read(text);
        Document { model, options: options.clone(), findings: OnceLock::new(), conditional: OnceLock::new() }
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        self.tree().text()
    }

    /// Its syntax tree.
    pub fn tree(&self) -> &Tree {
        self.model.tree()
    }

    /// Its meaning.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How it was read.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What is wrong with it, in the order of the text.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.findings().diagnostics
    }

    /// What is wrong with it if the other documents of the file are so.
    pub fn conditional(&self) -> &[Diagnostic] {
        self.known_conditional().unwrap_or_else(|| self.conditional.get_or_init(|| self.find_conditional(Interests::ALL)))
    }

    /// The same, where what the file holds is known already.
    pub fn conditional_among(&self, among: Interests) -> Cow<'_, [Diagnostic]> {
        self.known_conditional().map_or_else(|| Cow::Owned(self.find_conditional(among)), Cow::Borrowed)
    }

    /// A comment that allows something needs them too.
    fn known_conditional(&self) -> Option<&[Diagnostic]> {
        self.findings.get()?.conditional.as_deref()
    }

    fn find_conditional(&self, among: Interests) -> Vec<Diagnostic> {
        rules::check_across(&self.model, &self.options, among)
    }

    /// What the other documents of the file may be about.
    pub fn offers(&self) -> Vec<Offer> {
        let mut offers = across::offers(&self.model, &self.options);
        if !self.options.silenced.is_empty() {
            offers.push(Offer::silenced(self.findings().silenced.clone()));
        }
        offers
    }

    /// See [`Model::is_manifest`].
    pub fn is_manifest(&self) -> bool {
        self.model.is_manifest()
    }

    /// See [`Model::is_checked`].
    pub fn is_checked(&self) -> bool {
        self.model.is_checked()
    }

    /// For a document that is no manifest: the error that it is where another document of the same file is one. kubectl rejects such
    /// a file; alone, the document is none of our business.
    pub fn stray(&self) -> Option<&Diagnostic> {
        self.findings().stray.as_ref()
    }

    fn findings(&self) -> &rules::Findings {
        self.findings.get_or_init(|| rules::check(&self.model, &self.options))
    }
}
