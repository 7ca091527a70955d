//! The rules: what can be wrong with a document, and how to fix it.
//!
//! What is true of a single field (allowed values, formats, ranges, what is required) is a fact in [`crate::schema::facts`] with one
//! of a dozen generic rules; what needs a look across fields is a rule file of its own. `README.md` beside this file is generated.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use crate::diagnostic::{Diagnostic, Severity};
use crate::pod::{Model, Object, Value};
use crate::schema::facts::Facts;
use crate::schema::{Field, Kinds, Release, Releases, Type};
use crate::yaml::{self, Dialect, Placeholder, Tree};

pub mod allow;
pub mod across;
mod block_volume;
mod capability;
mod certainty;
pub(crate) mod command_line;
mod consequences;
mod cron_schedule;
mod curly_quotes;
mod database_password;
mod declare;
mod dispatch;
mod duplicate_item;
mod duplicate_key;
mod empty_dir;
mod empty_volume;
mod entrypoint;
mod file_details;
mod forbidden_field;
mod gated_field;
mod grace_period;
pub mod group;
mod half_typed;
mod head;
mod image_needs;
mod image_whitespace;
mod incompatible_fields;
mod init_container_probe;
mod invalid_annotation;
mod invalid_format;
mod invalid_image;
mod invalid_name;
mod invalid_quantity;
mod job_index;
mod layers;
mod length_limit;
mod lifetime;
mod loopback_server;
mod lost_signal;
mod misplaced_field;
mod missing_api_version;
mod missing_field;
mod missing_kind;
mod missing_name;
mod mounts;
mod mutually_exclusive;
mod neighbours;
mod node_constraints;
mod node_ports;
mod non_root;
mod not_an_object;
mod os_mismatch;
mod other_kinds;
mod out_of_range;
pub mod outside;
mod overridden_item;
mod pod_resources;
mod port_clash;
mod probe_port;
mod releases;
mod repair;
mod report;
mod resources;
pub(crate) mod rewrite;
mod scheduling_hints;
mod script_errors;
mod script_lines;
mod selector_mismatch;
mod server_warning;
mod shell_words;
mod split_item;
mod static_pods;
mod sure;
mod type_mismatch;
mod unfilled_placeholder;
mod unknown_field;
mod unknown_kind;
mod unknown_name;
pub mod unknown_object;
mod unknown_volume;
mod unlikely_amount;
mod unsupported_restart_policy;
mod unsupported_value;
mod variable_reference;
mod wrong_api_version;
mod yaml_dropped;
mod yaml_lenient;
mod yaml_syntax;
mod yaml_template;
mod yaml_unsupported;

use across::Interests;
use declare::declare_rule;
use dispatch::{ACROSS, ERRORS, OWN, find, find_among};
pub use empty_volume::dead_since;
pub use layers::{Completeness, Layers};
pub use report::Report;
pub use unfilled_placeholder::is_once;

/// What the rules must know beside the document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The Kubernetes release that the manifest is meant for; the oldest of several.
    pub release: Release,
    /// The others of several, oldest first.
    pub later: Vec<Release>,
    /// How the file is read. Nothing is reported that depends on the actions of a template.
    pub dialect: Dialect,
    /// What other files of the project (Kustomize) do to it: nothing is said of what they may supply.
    pub layers: Layers,
    /// Another program reads the file for itself (values of a chart, a kustomization): nothing is said of it.
    pub is_foreign: bool,
    /// A kubelet reads the file from a folder of its own: its Pod is a static Pod.
    pub is_static: bool,
    /// What is around such a file.
    pub static_file: Arc<StaticFile>,
    /// What is filled in later in the file: nothing is said of what depends on it.
    pub placeholders: Arc<[Placeholder]>,
    /// The custom resources of the project.
    pub kinds: Kinds,
    /// Which rules are off or have another severity.
    pub levels: Arc<Levels>,
    /// The rules that a comment at the top of the file silences; they are off in `levels` too.
    pub silenced: Arc<[String]>,
    /// Every finding is reported as its rule has it: those that one slip explains are not made one.
    pub as_found: bool,
}

impl Options {
    /// The same for other releases.
    pub fn with_releases(self, releases: Releases) -> Options {
        let mut later: Vec<Release> = releases.iter().collect();
        Options { release: later.remove(0), later, ..self }
    }

    /// All releases that the manifest is meant for.
    pub fn releases(&self) -> Releases {
        self.later.iter().fold(self.release.into(), |all: Releases, release| all.with(*release))
    }

    /// Whether the document holds all of an object: it is not a patch, and no overlay adds to it.
    pub(crate) fn holds_all_of(&self, object: Object<'_>) -> bool {
        let kind = object.info().map(|it| it.kind);
        self.layers.completeness(kind) == Completeness::Whole && !object.model().is_partial()
    }

    /// Parses a document.
    pub fn parse(&self, text: impl Into<Arc<str>>) -> Tree {
        yaml::parse_with(text, self.dialect, &self.placeholders)
    }

    /// Reads a document.
    pub fn read(&self, text: impl Into<Arc<str>>) -> Model {
        let tree = self.parse(text);
        if self.is_foreign { Model::without_objects(tree, self.release) } else { Model::with_kinds(tree, self.release, &self.kinds) }
    }
}

/// What is around a file from which a kubelet makes a static Pod.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StaticFile {
    /// Its name begins with a dot, so that the kubelet passes it over.
    pub is_hidden: bool,
    /// It is a copy by its name: `web.yaml.bak`, or `web-old.yaml` beside `web.yaml`.
    pub is_copy: bool,
    /// The Pods of the files beside it.
    pub beside: Vec<StaticPod>,
}

/// The Pod of another file beside one.
#[derive(Clone, Debug, PartialEq)]
pub struct StaticPod {
    /// The name of the file.
    pub file: String,
    /// `metadata.namespace` as the kubelet fills it in.
    pub namespace: String,
    /// `metadata.name`
    pub name: String,
    /// The file comes later in the order of the names.
    pub is_later: bool,
    /// One of the two files is a copy of the other by its name.
    pub is_copy: bool,
}

/// What a team or user decided about rules and groups of rules, by their names. A rule that is not named keeps its own severity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels(pub HashMap<String, Level>);

impl Levels {
    /// What is decided about a rule: by its name, else by that of its group.
    pub fn of(&self, code: &str) -> Option<Level> {
        let by_group = || self.0.get(group::of(code)?.name);
        if self.0.is_empty() { None } else { self.0.get(code).or_else(by_group).copied() }
    }

    /// Takes in what is decided more narrowly.
    pub fn extend(&mut self, narrower: &Levels) {
        self.0.extend(narrower.0.iter().map(|(code, level)| (code.clone(), *level)));
    }
}

/// What is decided about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The rule says nothing.
    Off,
    /// The rule speaks with this severity.
    At(Severity),
}

impl Level {
    /// Reads `off` or the name of a severity.
    pub fn named(name: &str) -> Option<Level> {
        match name {
            "off" => Some(Level::Off),
            _ => Severity::named(name).map(Level::At),
        }
    }
}

/// What the rules found.
#[derive(Debug, Default)]
pub struct Findings {
    /// In the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// See [`crate::analysis::Document::stray`].
    pub stray: Option<Diagnostic>,
    /// What [`check_across`] finds, where that had to be looked at already.
    pub conditional: Option<Vec<Diagnostic>>,
    /// The rules of [`Options::silenced`] that would have reported something.
    pub silenced: BTreeSet<&'static str>,
}

/// What a finding rests on. It is reported only if nothing can change that which is filled in later, be it a value of a template or what
/// another layer of Kustomize holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The marked text and its place alone.
    Itself,
    /// The marked text, and other fields or names; the rule asks for itself whether a template writes those.
    Others,
    /// Everything in the value that the check looks at; or, if the diagnostic has related places, these and the marked text.
    Subject,
}

/// A rule as its author declares it, with `declare_rule!`.
#[derive(Debug)]
pub struct Rule {
    /// `unknown-field`; "allow unknown-field" reads well.
    pub code: &'static str,
    /// Its severity where nobody decided otherwise.
    pub severity: Severity,
    /// What its findings rest on.
    pub evidence: Evidence,
    /// Its page in Markdown: what it does, why, a bad and a good example, the Kubernetes function it stands for.
    pub page: &'static str,
    /// Where it looks.
    pub checks: &'static [Check],
    /// Where it looks only in a file that has other objects: for findings that depend on them, see [`across`].
    pub across: &'static [Check],
    /// A kind of which there must be an object, else nothing that is found there holds.
    pub beside: &'static [&'static str],
}

impl Rule {
    /// The first sentence of its page: what it finds.
    pub fn summary(&self) -> &'static str {
        self.page.lines().next().unwrap_or_default().trim()
    }
}

/// Where a rule looks. It is called for nothing else.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// At the document as a whole.
    Document(OnDocument),
    /// At every object of the nine kinds.
    Object(OnObject),
    /// At every object, of whatever kind.
    AnyObject(OnObject),
    /// At every sound PodSpec that the server validates.
    PodSpec(OnValue),
    /// At every sound struct of this type that the server validates, in whatever object: `Container`.
    Type(&'static Type, OnValue),
    /// At every sound struct of such a type that the server validates.
    Types(OfType, OnValue),
    /// At every value of such a field, and at its items or entries.
    Field(OfField, OnValue),
    /// At those of them that the server validates.
    Validated(OfField, OnValue),
}

/// All rules, sorted by code.
pub fn all() -> &'static [&'static Rule] {
    static SORTED: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
        let mut rules: Vec<&Rule> = group::GROUPS.iter().flat_map(|group| group.rules).copied().collect();
        rules.sort_by_key(|rule| rule.code);
        rules
    });
    &SORTED
}

/// The address of a rule's page.
pub fn page_url(code: &str) -> String {
    format!("https://github.com/podls/podls/blob/main/src/rules/README.md#{code}")
}

/// Whether settings may name it: a rule, or a group of rules.
pub fn has_level(name: &str) -> bool {
    named(name).is_some() || group::named(name).is_some()
}

/// The rule of that code.
pub fn named(code: &str) -> Option<&'static Rule> {
    all().binary_search_by_key(&code, |rule| rule.code).ok().map(|at| all()[at])
}

/// A check of a whole document.
pub type OnDocument = for<'m> fn(&'m Model, &mut Report<'m>);
/// A check of one object.
pub type OnObject = for<'m> fn(Object<'m>, &mut Report<'m>);
/// A check of one value.
pub type OnValue = for<'m> fn(Value<'m>, &mut Report<'m>);

/// Whether a check looks at the values of a field, by what is known of it.
pub type OfField = fn(&Field, &Facts) -> bool;
/// Whether a check looks at structs of a type.
pub type OfType = fn(&Type) -> bool;

/// Checks a document by itself.
pub fn check(model: &Model, options: &Options) -> Findings {
    if options.is_foreign {
        return Findings::default();
    }
    let (mut diagnostics, stray) = if options.later.is_empty() { check_one(model, options) } else { releases::check(model, options) };
    let with_others = allow::has_any(model.tree()) || !options.silenced.is_empty();
    if with_others {
        // A comment is of use, too, if it silences what depends on other documents.
        diagnostics.extend(find(&ACROSS, model, options).0);
    }
    let found = diagnostics.iter().chain(&stray).map(|it| it.code);
    let silenced = found.filter(|code| options.silenced.iter().any(|it| it == code)).collect();
    if with_others {
        diagnostics.extend(allow::unused_in_file(model.tree(), options));
    }
    let mut diagnostics = decided(model, options, diagnostics);
    let mut conditional = None;
    if with_others {
        let depending = diagnostics.extract_if(.., |it| it.condition.is_some()).collect();
        conditional = Some(if depends_on_others(model, options) { depending } else { vec![] });
    }
    diagnostics.retain(|it| it.condition.is_none());
    if model.tree().is_ytt() {
        diagnostics.retain(|it| it.code == yaml_syntax::YAML_SYNTAX.code);
    }
    other_kinds::extensions::rename_fields(model, &mut diagnostics);
    let stray = stray.and_then(|mut it| apply_level(&options.levels, &mut it).then_some(it));
    Findings { diagnostics, stray, conditional, silenced }
}

/// What is wrong with a document if the other documents of its file, `among` which it is, are so: each finding has a
/// [`Diagnostic::condition`].
pub fn check_across(model: &Model, options: &Options, among: Interests) -> Vec<Diagnostic> {
    if !depends_on_others(model, options) {
        return vec![];
    }
    let mut diagnostics = find_among(among, &ACROSS, model, options).0;
    diagnostics.extend(allow::unused_in_file(model.tree(), options));
    let mut diagnostics = decided(model, options, diagnostics);
    diagnostics.retain(|it| it.condition.is_some());
    diagnostics
}

/// Whether anything may be wrong with a document that depends on others.
fn depends_on_others(model: &Model, options: &Options) -> bool {
    !options.is_foreign && options.layers.changes_nothing() && !model.is_partial() && !model.tree().is_ytt()
}

/// What is left after everybody's decisions about single rules.
fn decided(model: &Model, options: &Options, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut diagnostics = allow::apply(model.tree(), diagnostics);
    diagnostics.retain_mut(|it| apply_level(&options.levels, it));
    half_typed::mark(model.tree().text(), &mut diagnostics);
    diagnostics
}

/// What is found for one release, with the fixes that are sure, before anybody's decisions about single rules.
fn check_one(model: &Model, options: &Options) -> (Vec<Diagnostic>, Option<Diagnostic>) {
    let (mut diagnostics, stray) = find(&OWN, model, options);
    sure::prefer_what_fixes(model, options, &mut diagnostics);
    if !options.as_found {
        repair::explain(model, options, &mut diagnostics);
    }
    (diagnostics, stray)
}

/// Whether a diagnostic is wanted; gives it the severity that was decided.
fn apply_level(levels: &Levels, diagnostic: &mut Diagnostic) -> bool {
    match levels.of(diagnostic.code) {
        Some(Level::Off) => return false,
        Some(Level::At(severity)) => diagnostic.severity = severity,
        None => {}
    }
    true
}
