//! What podls says of a place in a document, and how to fix it.

pub mod condition;

use crate::text::{Edit, TextRange};
use crate::yaml::NodeId;

/// How bad it is. One meaning everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The API server, or kubectl before it, rejects this.
    Error,
    /// Accepted, but it fails at run time nearly everywhere; or the API server itself warns.
    Warning,
    /// Advice worth a look.
    Information,
    /// A low-priority suggestion.
    Hint,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Severity; 4] = [Severity::Error, Severity::Warning, Severity::Information, Severity::Hint];

    /// The word for it in settings and in output: `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
            Severity::Hint => "hint",
        }
    }

    /// The severity of that name.
    pub fn named(name: &str) -> Option<Severity> {
        Severity::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// How the API server answers: the class of its error, or that it only warns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// A field that must be set is not.
    Required,
    /// The value is malformed, or contradicts another one.
    Invalid,
    /// The value is not one of those that the field may have.
    Unsupported,
    /// The field must not be set here.
    Forbidden,
    /// The value must be unique, and is not.
    Duplicate,
    /// What the value refers to is not there.
    NotFound,
    /// The value is longer than allowed.
    TooLong,
    /// A list has more items than allowed.
    TooMany,
    /// The object is accepted, with a warning in the answer.
    Warning,
}

impl Reason {
    /// The words of the API server for it, as in `field.ErrorType`: `Required value`.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Required => "Required value",
            Reason::Invalid => "Invalid value",
            Reason::Unsupported => "Unsupported value",
            Reason::Forbidden => "Forbidden",
            Reason::Duplicate => "Duplicate value",
            Reason::NotFound => "Not found",
            Reason::TooLong => "Too long",
            Reason::TooMany => "Too many",
            Reason::Warning => "Warning",
        }
    }

    /// A message about something that the server answers so.
    pub fn of(self, text: impl Into<String>) -> Message {
        Message { text: text.into(), reason: Some(self) }
    }
}

/// What is said of something, and how the server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// See [`Diagnostic::message`].
    pub text: String,
    /// See [`Diagnostic::reason`].
    pub reason: Option<Reason>,
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Message { text, reason: None }
    }
}

/// One problem, reported once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule: `unknown-field`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The narrowest range that must be edited, relative to the document.
    pub range: TextRange,
    /// The path as the API server prints it: `spec.containers[0].ports[1].containerPort`. Empty where there is none (syntax).
    pub field: String,
    /// What is wrong and, after `;`, the remedy: one clause.
    pub message: String,
    /// How the API server answers, where it does in one of the usual ways.
    pub reason: Option<Reason>,
    /// Other places that explain it, relative to the same document.
    pub related: Vec<Related>,
    /// How to fix it; at most one is preferred.
    pub fixes: Vec<Fix>,
    /// Set where something is merely not there yet: the mapping or list item that lacks it. The editor waits with it while the
    /// author is still inside.
    pub incomplete: Option<Incomplete>,
    /// The object it belongs to: an index into the model's objects.
    pub object: Option<usize>,
    /// Set where it holds only if the other documents of the file are so.
    pub condition: Option<Box<condition::Condition>>,
}

/// What is not finished yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// A mapping or list lacks something.
    Node(NodeId),
    /// A quote or bracket is not closed; the text from its opening on.
    Text(TextRange),
    /// A word is the beginning of one that is right.
    Word(TextRange),
}

/// A place that explains a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Relative to the document.
    pub range: TextRange,
    /// What is to be seen there.
    pub message: String,
}

/// A change of the text that fixes a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// As the editor's menu shows it: "Rename to `spec`".
    pub title: String,
    /// Sure to be what the author meant: applied by `source.fixAll.podls`.
    pub preferred: bool,
    /// Relative to the document; they do not overlap.
    pub edits: Vec<Edit>,
}

impl Diagnostic {
    /// A diagnostic without related places and fixes.
    pub fn new(code: &'static str, severity: Severity, range: TextRange, field: impl Into<String>, message: impl Into<Message>) -> Self {
        let Message { text, reason } = message.into();
        Diagnostic {
            code,
            severity,
            range,
            field: field.into(),
            message: text,
            reason,
            related: Vec::new(),
            fixes: Vec::new(),
            incomplete: None,
            object: None,
            condition: None,
        }
    }

    /// Adds a way to fix it.
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Adds a place that explains it.
    pub fn related(mut self, range: TextRange, message: impl Into<String>) -> Self {
        self.related.push(Related { range, message: message.into() });
        self
    }

    /// The fix that restores what was meant, if there is one.
    pub fn preferred(&self) -> Option<&Fix> {
        self.fixes.iter().find(|fix| fix.preferred)
    }

    /// The same with every range taken elsewhere: from a piece to its document, from a document to its file.
    pub fn placed(&self, to: impl Fn(TextRange) -> TextRange) -> Self {
        let mut copy = self.clone();
        copy.range = to(copy.range);
        copy.related.iter_mut().for_each(|it| it.range = to(it.range));
        copy.fixes.iter_mut().flat_map(|fix| &mut fix.edits).for_each(|edit| edit.range = to(edit.range));
        if let Some(Incomplete::Text(range) | Incomplete::Word(range)) = &mut copy.incomplete {
            *range = to(*range);
        }
        copy
    }

    /// The same in ranges of the file, where its document begins at `start`.
    pub fn moved(&self, start: u32) -> Self {
        self.placed(|range| TextRange { start: range.start + start, end: range.end + start })
    }

    /// Says that it is merely not there yet.
    pub fn incomplete(mut self, node: NodeId) -> Self {
        self.incomplete = Some(Incomplete::Node(node));
        self
    }
}

impl Fix {
    /// A fix that is sure.
    pub fn preferred(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Fix { title: title.into(), preferred: true, edits }
    }

    /// A fix that may be meant.
    pub fn possible(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Fix { title: title.into(), preferred: false, edits }
    }
}
