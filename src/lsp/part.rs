//! One document of an open file, and what is known of it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::setup::Setup;
use super::to_proto;
use super::types;
use crate::analysis::Document;
use crate::diagnostic::{Diagnostic, Incomplete};
use crate::guard;
use crate::project::config;
use crate::rules::Options;
use crate::text::{Encoding, Lines, Position, Text, TextRange};

/// What is known of a document, found out when it is first asked for. An edit replaces it by an empty one.
#[derive(Debug, Default)]
pub struct Part {
    document: OnceLock<Result<Arc<Document>, String>>,
    findings: OnceLock<Arc<Findings>>,
}

/// The diagnostics of a document, ready to be sent but for the number of its first line.
#[derive(Debug, Default)]
pub struct Findings {
    /// In the order of the text.
    pub shown: Vec<Finding>,
    /// See [`Document::stray`].
    pub stray: Option<Finding>,
    /// See [`Document::is_manifest`].
    pub is_manifest: bool,
    /// Where in our source the analysis failed.
    pub failed: Option<String>,
}

/// A diagnostic ready to be sent.
#[derive(Debug)]
pub struct Finding {
    /// With lines relative to the document.
    pub diagnostic: types::Diagnostic,
    /// Something is merely not there yet.
    pub incomplete: Option<Incomplete>,
}

impl Part {
    /// What was found out so far.
    pub fn findings(&self) -> Option<&Arc<Findings>> {
        self.findings.get()
    }

    /// The document, if it is at hand.
    pub fn document(&self) -> Option<&Arc<Document>> {
        self.document.get()?.as_ref().ok()
    }
}

/// A document at one moment, with all that is needed to look at it while the file is edited further.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The text of the whole file.
    pub text: Text,
    /// The bytes of the document in it.
    pub range: Range<usize>,
    /// What is known of the document.
    pub part: Arc<Part>,
    /// What is decided about the file.
    pub setup: Arc<Setup>,
}

impl Snapshot {
    /// The document, analysed and kept. `None` if the analysis failed.
    pub fn document(&self) -> Option<Arc<Document>> {
        self.part.document.get_or_init(|| self.analyse()).as_ref().ok().cloned()
    }

    /// Its diagnostics. The document itself is kept only where it is likely to be asked for again.
    pub fn findings(&self, keep: bool) -> &Arc<Findings> {
        self.part.findings.get_or_init(|| {
            let once = OnceLock::new();
            let place = if keep { &self.part.document } else { &once };
            let document = self.part.document.get().unwrap_or_else(|| place.get_or_init(|| self.analyse()));
            Arc::new(match document {
                Ok(document) => self.describe(document),
                Err(place) => Findings { failed: Some(place.clone()), ..Findings::default() },
            })
        })
    }

    /// How the document was checked.
    pub fn options(&self) -> &Options {
        self.setup.options()
    }

    /// What columns count.
    pub fn encoding(&self) -> Encoding {
        self.setup.client.encoding
    }

    /// The position in the file of an offset in the document.
    pub fn position(&self, offset: usize) -> Position {
        self.text.position(self.range.start + offset, self.encoding())
    }

    /// A range of the document as the client counts.
    pub fn to_proto(&self, range: TextRange) -> types::Range {
        let [start, end] = [range.start, range.end].map(|offset| to_proto::position(self.position(offset as usize)));
        types::Range { start, end }
    }

    /// Which document this is, for the report of a mistake of ours: nothing of its text.
    pub fn size(&self) -> String {
        let line = self.text.line_of(self.range.start) + 1;
        format!(", on a document of {} bytes at line {line} of a file of {}", self.range.len(), self.text.len())
    }

    /// The blanks before the line that holds an offset of the document.
    pub fn indentation(&self, offset: usize) -> String {
        let line = self.text.line(self.text.line_of(self.range.start + offset));
        line.chars().take_while(|char| *char == ' ').collect()
    }

    /// What is wrong with the document. podls's own configuration is read as such.
    pub fn diagnostics<'d>(&self, document: &'d Document) -> Cow<'d, [Diagnostic]> {
        match self.setup.is_config() {
            true => config::read(document.text()).1.into(),
            false => document.diagnostics().into(),
        }
    }

    fn analyse(&self) -> Result<Arc<Document>, String> {
        guard::run(|| {
            let text = self.text.slice(self.range.clone());
            guard::trip(&text);
            Arc::new(Document::new(text, self.options()))
        })
    }

    fn describe(&self, document: &Document) -> Findings {
        let lines = Lines::new(document.text());
        let describe = |it: &Diagnostic| Finding { diagnostic: to_proto::diagnostic(it, &lines, &self.setup), incomplete: it.incomplete };
        Findings {
            shown: self.diagnostics(document).iter().map(describe).collect(),
            stray: document.stray().map(describe),
            is_manifest: document.is_manifest(),
            failed: None,
        }
    }
}
