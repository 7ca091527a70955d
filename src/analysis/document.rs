//! One document with everything that podls knows of it.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::pod::Model;
use crate::rules::{self, Options};
use crate::yaml::{self, Tree};

/// A document of a file (the text between two `---` lines), analysed. All offsets are relative to the document.
#[derive(Debug)]
pub struct Document {
    model: Model,
    diagnostics: Vec<Diagnostic>,
    stray: Option<Diagnostic>,
}

impl Document {
    /// Reads and checks a document.
    pub fn new(text: impl Into<Arc<str>>, options: &Options) -> Self {
        let model = Model::new(yaml::parse(text), options.release);
        let rules::Findings { diagnostics, stray } = rules::check(&model, options);
        Document { model, diagnostics, stray }
    }

    /// The text that was analysed.
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
        &self.diagnostics
    }

    /// Whether it says `apiVersion` or `kind`, and so is meant as a Kubernetes object.
    pub fn is_manifest(&self) -> bool {
        self.model.is_manifest()
    }

    /// For a document that is no manifest: the error that it is where another document of the same file is one. kubectl refuses such
    /// a file; alone, the document is none of our business.
    pub fn stray(&self) -> Option<&Diagnostic> {
        self.stray.as_ref()
    }
}
