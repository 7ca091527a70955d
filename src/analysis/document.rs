//! One document with everything that podls knows of it.

use std::sync::{Arc, OnceLock};

use crate::diagnostic::Diagnostic;
use crate::pod::Model;
use crate::rules::{self, Options};
use crate::yaml::{self, Tree};

/// A document of a file (the text between two `---` lines), read. All offsets are relative to the document.
///
/// It is checked when somebody asks what is wrong: a completion right behind a keystroke does not wait for the rules.
#[derive(Debug)]
pub struct Document {
    model: Model,
    options: Options,
    findings: OnceLock<rules::Findings>,
}

impl Document {
    /// Reads a document.
    pub fn new(text: impl Into<Arc<str>>, options: &Options) -> Self {
        let model = Model::new(yaml::parse_as(text, options.dialect()), options.release);
        Document { model, options: options.clone(), findings: OnceLock::new() }
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

    /// What is wrong with it, in the order of the text.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.findings().diagnostics
    }

    /// Whether it says `apiVersion` or `kind`, and so is meant as a Kubernetes object.
    pub fn is_manifest(&self) -> bool {
        self.model.is_manifest()
    }

    /// For a document that is no manifest: the error that it is where another document of the same file is one. kubectl refuses such
    /// a file; alone, the document is none of our business.
    pub fn stray(&self) -> Option<&Diagnostic> {
        self.findings().stray.as_ref()
    }

    fn findings(&self) -> &rules::Findings {
        self.findings.get_or_init(|| rules::check(&self.model, &self.options))
    }
}
