//! The rules: what can be wrong with a document, and how to fix it.
//!
//! What is true of a single field (allowed values, formats, ranges, what is required) is a fact in [`crate::schema::facts`] with one
//! of a dozen generic rules; what needs a look across fields is a rule file of its own. `README.md` beside this file is generated.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use crate::diagnostic::{Diagnostic, Severity};
use crate::pod::{Enforcement, Model, Object, Value};
use crate::schema::facts::{self, Facts};
use crate::schema::{self, Field, Release, Releases, Type};
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

use declare::declare_rule;
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
    /// What is filled in later in the file: nothing is said of what depends on it.
    pub placeholders: Arc<[Placeholder]>,
    /// Which rules are off or have another severity.
    pub levels: Arc<Levels>,
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

    /// Reads a document.
    pub fn parse(&self, text: impl Into<Arc<str>>) -> Tree {
        yaml::parse_with(text, self.dialect, &self.placeholders)
    }
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
    Types(fn(&Type) -> bool, OnValue),
    /// At every value of such a field, and at its items or entries.
    Field(OfField, OnValue),
    /// At those of them that the server validates.
    Validated(OfField, OnValue),
    /// As the check within has it, but only in a file that has other objects: for findings that depend on them, see [`across`].
    Across(&'static Check),
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

/// The checks by what they look at, so that a node meets only its own.
#[derive(Default)]
struct Dispatch {
    document: Vec<(&'static Rule, OnDocument)>,
    object: Vec<(&'static Rule, OnObject)>,
    any_object: Vec<(&'static Rule, OnObject)>,
    pod_spec: Vec<(&'static Rule, OnValue)>,
    /// By the number of the type.
    of_type: Vec<Vec<(&'static Rule, OnValue)>>,
    /// By the number of the facts.
    field: Vec<Vec<(&'static Rule, OnValue)>>,
    validated: Vec<Vec<(&'static Rule, OnValue)>>,
    /// Whether any check looks at single values.
    reads_fields: bool,
}

/// The checks of a document by itself.
static DISPATCH: LazyLock<Dispatch> = LazyLock::new(|| {
    let own = |check: &'static Check| (!matches!(check, Check::Across(_))).then_some(check);
    dispatch(own)
});

/// The checks of a document among others.
static DISPATCH_ACROSS: LazyLock<Dispatch> = LazyLock::new(|| {
    let across = |check: &'static Check| if let Check::Across(check) = check { Some(*check) } else { None };
    dispatch(across)
});

fn dispatch(such: impl Fn(&'static Check) -> Option<&'static Check>) -> Dispatch {
    let all: Vec<(&Field, &Facts)> = facts::all().collect();
    let facts_of = |such: OfField| all.iter().filter(move |(field, facts)| such(field, facts)).map(|(_, facts)| usize::from(facts.id));
    let fields = vec![vec![]; all.len() + 1];
    let mut dispatch =
        Dispatch { of_type: vec![vec![]; schema::types().len()], field: fields.clone(), validated: fields, ..Dispatch::default() };
    for rule in self::all() {
        for check in rule.checks.iter().filter_map(&such) {
            match *check {
                Check::Document(check) => dispatch.document.push((rule, check)),
                Check::Object(check) => dispatch.object.push((rule, check)),
                Check::AnyObject(check) => dispatch.any_object.push((rule, check)),
                Check::PodSpec(check) => dispatch.pod_spec.push((rule, check)),
                Check::Field(such, check) => facts_of(such).for_each(|id| dispatch.field[id].push((rule, check))),
                Check::Validated(such, check) => facts_of(such).for_each(|id| dispatch.validated[id].push((rule, check))),
                Check::Types(such, check) => {
                    let types = schema::types().iter().filter(|ty| such(ty));
                    types.for_each(|ty| dispatch.of_type[usize::from(ty.id)].push((rule, check)));
                }
                Check::Type(ty, check) => dispatch.of_type[usize::from(ty.id)].push((rule, check)),
                Check::Across(_) => unreachable!("one check in another"),
            }
        }
    }
    dispatch.reads_fields =
        [&dispatch.of_type, &dispatch.field, &dispatch.validated].into_iter().flatten().any(|checks| !checks.is_empty());
    dispatch
}

/// Checks a document by itself.
pub fn check(model: &Model, options: &Options) -> Findings {
    if options.is_foreign {
        return Findings::default();
    }
    let (mut diagnostics, stray) = if options.later.is_empty() { check_one(model, options) } else { releases::check(model, options) };
    if allow::has_any(model.tree()) {
        // A comment is of use, too, if it silences what depends on other documents.
        diagnostics.extend(find(&DISPATCH_ACROSS, model, options).0);
    }
    let mut diagnostics = decided(model, options, diagnostics);
    diagnostics.retain(|it| it.condition.is_none());
    if is_ytt(model.tree()) {
        diagnostics.retain(|it| it.code == yaml_syntax::YAML_SYNTAX.code);
    }
    other_kinds::extensions::rename_fields(model, &mut diagnostics);
    let stray = stray.and_then(|mut it| apply_level(&options.levels, &mut it).then_some(it));
    Findings { diagnostics, stray }
}

/// What is wrong with a document if the other documents of its file are so: each finding has a [`Diagnostic::condition`].
pub fn check_across(model: &Model, options: &Options) -> Vec<Diagnostic> {
    if options.is_foreign || !options.layers.changes_nothing() || model.is_partial() || is_ytt(model.tree()) {
        return vec![];
    }
    let mut diagnostics = decided(model, options, find(&DISPATCH_ACROSS, model, options).0);
    diagnostics.retain(|it| it.condition.is_some());
    diagnostics
}

/// Whether comments of a document are read by ytt, a template engine: `image: #@ data.values.image`, `#@ if`, `#@overlay/match`. Its
/// values and which of its lines count are decided there.
fn is_ytt(tree: &Tree) -> bool {
    let annotates = |comment: &str| comment.strip_prefix("#@").is_some_and(|rest| rest.starts_with(' ') || rest.contains('/'));
    tree.comments().iter().any(|comment| annotates(&tree.text()[comment.span()]))
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
    let (mut diagnostics, stray) = find(&DISPATCH, model, options);
    sure::prefer_what_fixes(model, options, &mut diagnostics);
    if !options.as_found {
        repair::explain(model, options, &mut diagnostics);
    }
    (diagnostics, stray)
}

/// What all rules say, and [`Findings::stray`], before anybody's decisions about single rules.
fn find(dispatch: &Dispatch, model: &Model, options: &Options) -> (Vec<Diagnostic>, Option<Diagnostic>) {
    let mut report = Report::new(model, options);
    for (rule, check) in &dispatch.document {
        check(model, report.of(rule));
    }
    if !dispatch.any_object.is_empty() {
        for object in model.objects().filter(|object| object.is_meant()) {
            for (rule, check) in &dispatch.any_object {
                check(object, report.of(rule).in_check_of(object.pod_spec().or_else(|| object.root())));
            }
        }
    }
    for object in model.objects().filter(|object| object.info().is_some() && object.is_meant()) {
        for (rule, check) in &dispatch.object {
            check(object, report.of(rule).in_check_of(object.root()));
        }
        if let Some(spec) = object.pod_spec().filter(|spec| spec.enforcement() != Enforcement::Dropped) {
            for (rule, check) in &dispatch.pod_spec {
                check(spec, report.of(rule).in_check_of(Some(spec)).about(spec));
            }
        }
        if !dispatch.reads_fields {
            continue;
        }
        let unread = consequences::unread(object);
        for value in object.values() {
            let is_unread = !unread.is_empty() && std::iter::once(value).chain(value.ancestors()).any(|it| unread.contains(&it.id()));
            if is_unread {
                continue;
            }
            let facts = usize::from(value.facts().id);
            for (rule, check) in &dispatch.field[facts] {
                check(value, report.of(rule).in_check_of(Some(value)));
            }
            if value.enforcement() == Enforcement::Dropped {
                continue;
            }
            let own = value.ty().filter(|_| value.is_sound()).map(|ty| &dispatch.of_type[usize::from(ty.id)]);
            for (rule, check) in dispatch.validated[facts].iter().chain(own.into_iter().flatten()) {
                check(value, report.of(rule).in_check_of(Some(value)).about(value));
            }
        }
    }
    let (diagnostics, stray) = report.finish();
    let mut diagnostics = consequences::without(model, diagnostics);
    diagnostics.sort_by_key(|it| (it.range, it.severity, it.code));
    diagnostics.dedup_by(|b, a| a.code == b.code && a.range == b.range && a.condition == b.condition);
    unfilled_placeholder::gather(model, &mut diagnostics);
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
