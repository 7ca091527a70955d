//! The rules: what can be wrong with a document.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::pod::Model;
use crate::schema::Release;

/// What the analysis must know beside the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The Kubernetes release that the manifest is meant for.
    pub release: Release,
    /// The file is a template (Helm): nothing is said of what depends on `{{ … }}`.
    pub template: bool,
    /// The file is a patch (Kustomize): nothing is said of what is missing.
    pub partial: bool,
    /// Which rules are off or have another severity.
    pub levels: Arc<Levels>,
}

/// What a team or user decided about single rules. A rule that is not named keeps its own severity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels(pub HashMap<String, Level>);

/// What is decided about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The rule says nothing.
    Off,
    /// The rule speaks with this severity.
    At(Severity),
}

/// What the rules found.
#[derive(Debug, Default)]
pub struct Findings {
    /// In the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// See [`crate::analysis::Document::stray`].
    pub stray: Option<Diagnostic>,
}

/// A rule as its author declares it.
#[derive(Debug)]
pub struct Rule {
    /// `unknown-field`; "allow unknown-field" reads well.
    pub code: &'static str,
    /// Its severity where nobody decided otherwise.
    pub severity: Severity,
    /// Its page in Markdown: what it does, why, a bad and a good example, the Kubernetes function it stands for.
    pub page: &'static str,
}

/// All rules, sorted by code.
pub fn all() -> &'static [&'static Rule] {
    &[]
}

/// The rule of that code.
pub fn named(code: &str) -> Option<&'static Rule> {
    all().iter().copied().find(|rule| rule.code == code)
}

/// Checks a document.
pub fn check(_model: &Model, _options: &Options) -> Findings {
    Findings::default()
}
