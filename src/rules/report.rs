//! Where rules put what they find.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use crate::diagnostic::{Diagnostic, Incomplete, Message, Severity};
use crate::pod::refs::{self, Names};
use crate::pod::{Enforcement, Guess, Issue, Model, Object, Value, ValueId};
use crate::schema::facts::Target;
use crate::text::{BREAKS, TextRange, distance, lines};
use crate::yaml::{BranchId, Node};

use super::certainty::{Origin, kind_of};
use super::command_line::CommandLine;
use super::{Completeness, Evidence, Layers, Options, Rule};

/// Where names of a kind are used in an object.
pub type Uses<'m> = HashMap<Cow<'m, str>, Vec<Value<'m>>>;

/// Collects what the rules find in one document.
pub struct Report<'m> {
    model: &'m Model,
    options: &'m Options,
    rule: Option<&'static Rule>,
    /// The severity of the rule whose check it is.
    severity: Severity,
    subject: Option<Value<'m>>,
    later: bool,
    diagnostics: Vec<Diagnostic>,
    /// What each diagnostic rests on.
    origins: Vec<Origin<'m>>,
    stray: Option<Diagnostic>,
    /// Takes suppressed diagnostics, so that callers can go on with them.
    discarded: Option<Diagnostic>,
    /// The unknown keys of each struct, and those that belong there.
    strange: HashMap<ValueId, Vec<&'m Issue>>,
    names: HashMap<(ValueId, Target), Rc<Names<'m>>>,
    uses: HashMap<(usize, Target), Rc<Uses<'m>>>,
    command_lines: HashMap<ValueId, Option<Rc<CommandLine<'m>>>>,
}

impl<'m> Report<'m> {
    pub(super) fn new(model: &'m Model, options: &'m Options) -> Self {
        Report {
            model,
            options,
            rule: None,
            severity: Severity::Error,
            subject: None,
            later: false,
            diagnostics: vec![],
            origins: vec![],
            stray: None,
            discarded: None,
            strange: strangers(model),
            names: HashMap::new(),
            uses: HashMap::new(),
            command_lines: HashMap::new(),
        }
    }

    /// The report, for a check of `rule`.
    pub(super) fn begin(&mut self, rule: &'static Rule) -> &mut Self {
        self.severity = rule.severity;
        self.of(rule)
    }

    /// The report, with what is added from now on in the name of `rule`. A check of a rule that finds no errors finds none for others.
    pub(super) fn of(&mut self, rule: &'static Rule) -> &mut Self {
        debug_assert!(self.severity == Severity::Error || rule.severity != Severity::Error, "{} is found by a lesser rule", rule.code);
        self.rule = Some(rule);
        self.subject = None;
        self.later = false;
        self
    }

    /// The report, with what is added from now on found by a check of `subject`.
    pub(super) fn in_check_of(&mut self, subject: Option<Value<'m>>) -> &mut Self {
        self.subject = subject;
        self
    }

    /// The report, with errors toned down to warnings if the server rejects not this object, only what is made from it.
    pub(super) fn about(&mut self, value: Value<'m>) -> &mut Self {
        self.later = value.enforcement() == Enforcement::Later;
        self
    }

    /// The document that is checked.
    pub fn model(&self) -> &'m Model {
        self.model
    }

    /// What was decided outside the document.
    pub fn options(&self) -> &'m Options {
        self.options
    }

    /// The names of that kind in a scope. Who asks at each of thousands of mounts does not have them collected again.
    pub fn names(&mut self, scope: Value<'m>, target: Target) -> Rc<Names<'m>> {
        self.names.entry((scope.id(), target)).or_insert_with(|| Rc::new(Names::new(scope, target))).clone()
    }

    /// Where an object uses names of that kind, in the order of the text.
    pub fn uses(&mut self, object: Object<'m>, target: Target) -> Rc<Uses<'m>> {
        let collect = || {
            let mut uses = Uses::new();
            refs::uses(object, target).for_each(|it| uses.entry(it.name).or_default().push(it.site));
            Rc::new(uses)
        };
        self.uses.entry((object.index(), target)).or_insert_with(collect).clone()
    }

    /// The words that a container, a probe or a hook runs; see [`CommandLine::of`]. All rules about them share what is known.
    pub(crate) fn command_line(&mut self, holder: Value<'m>) -> Option<Rc<CommandLine<'m>>> {
        self.command_lines.entry(holder.id()).or_insert_with(|| CommandLine::of(holder).map(Rc::new)).clone()
    }

    /// Whether missing fields are reported: not in patches, and not where a template may still write them.
    pub fn reports_missing(&self) -> bool {
        let kind = kind_of(self.model, self.subject.map(Value::object));
        self.options.layers.completeness(kind.as_deref()) == Completeness::Whole && !self.model.is_partial()
    }

    /// Whether a template writes the text of a node only sometimes.
    pub fn is_conditional(&self, node: Node<'m>) -> bool {
        node.branch() != BranchId::ALWAYS
    }

    /// Whether what `within` does not have is certain to be missing.
    fn lacks(&self, within: Value<'m>) -> bool {
        self.reports_missing() && !within.node().is_open()
    }

    /// Adds a diagnostic on the text of a value (see [`Value::range`]) and gives it back to be completed.
    pub fn on(&mut self, value: Value<'m>, message: impl Into<Message>) -> &mut Diagnostic {
        self.add(value.range(), value.path(), message, Some(value.object()))
    }

    /// Adds a diagnostic on the key of a field.
    pub fn on_key(&mut self, value: Value<'m>, message: impl Into<Message>) -> &mut Diagnostic {
        self.add(value.key_range(), value.path(), message, Some(value.object()))
    }

    /// Adds a diagnostic on a field that `within` lacks: at the key of `within` or, for an item, at its first line. Nothing is reported in a
    /// partial manifest, nor of a field that is there, but misplaced or misspelled beyond recognition: those have their own diagnostic.
    pub fn missing(&mut self, within: Value<'m>, field: &str, message: impl Into<Message>) -> &mut Diagnostic {
        let range = place_of(within);
        if !self.lacks(within) || self.is_reported_otherwise(within, field) {
            return self.discarded.insert(Diagnostic::new("", Severity::Hint, range, "", ""));
        }
        self.absence(within, range, within.path_to(field), message)
    }

    /// Adds a diagnostic on a struct that lacks something, whichever of several fields that is: at its key or, for an item, at its first
    /// line. Nothing is reported in a partial manifest, nor where an unknown key may be what is missing.
    pub fn incomplete(&mut self, within: Value<'m>, message: impl Into<Message>) -> &mut Diagnostic {
        let range = place_of(within);
        if !self.lacks(within) || self.strange.contains_key(&within.id()) {
            return self.discarded.insert(Diagnostic::new("", Severity::Hint, range, "", ""));
        }
        self.absence(within, range, within.path(), message)
    }

    /// Adds a diagnostic on what is certain to be missing in a struct.
    fn absence(&mut self, within: Value<'m>, range: TextRange, field: String, message: impl Into<Message>) -> &mut Diagnostic {
        self.add(range, field, message, Some(within.object()));
        if let Some(origin) = self.origins.last_mut() {
            origin.evidence = Evidence::Itself;
        }
        let diagnostic = self.diagnostics.last_mut().expect("just added");
        diagnostic.incomplete = Some(Incomplete::Node(within.node().id()));
        diagnostic
    }

    /// Adds a diagnostic on a bare range, with the field path the server would name.
    pub fn add(
        &mut self,
        range: TextRange,
        field: impl Into<String>,
        message: impl Into<Message>,
        object: Option<usize>,
    ) -> &mut Diagnostic {
        let (code, severity) = self.rule.map_or(("", Severity::Error), |rule| (rule.code, rule.severity));
        let mut diagnostic = Diagnostic::new(code, severity, range, field, message);
        diagnostic.object = object;
        if self.later && severity == Severity::Error {
            diagnostic.severity = Severity::Warning;
        }
        self.diagnostics.push(diagnostic);
        self.origins.push(Origin { evidence: self.rule.map_or(Evidence::Itself, |rule| rule.evidence), subject: self.subject });
        self.diagnostics.last_mut().expect("just pushed")
    }

    /// Sets what is to be said if another document of the file is a manifest.
    pub fn stray(&mut self, node: Node<'m>, message: impl Into<Message>) {
        let (code, severity) = self.rule.map_or(("", Severity::Error), |rule| (rule.code, rule.severity));
        let line = lines(node.text()).next().unwrap_or_default().trim_end().len();
        let start = node.range().start as usize;
        self.stray = Some(Diagnostic::new(code, severity, TextRange::new(start, start + line), "apiVersion", message));
    }

    /// Whether the field that `within` lacks (or a path of fields from it on) may be an unknown key elsewhere or in `within` itself. That
    /// has a diagnostic of its own.
    pub fn is_reported_otherwise(&self, within: Value<'m>, field: &str) -> bool {
        let starts_alike = |path: &str| {
            let (short, long) = if path.len() < field.len() { (path, field) } else { (field, path) };
            long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let may_be = |issue: &&Issue| match issue {
            Issue::UnknownField { guess: Guess::Elsewhere(place), .. } => {
                let missing = place.missing.iter().map(|field| field.name);
                starts_alike(&missing.chain([&*place.key]).collect::<Vec<_>>().join("."))
            }
            Issue::UnknownField { guess: Guess::Pair, .. } => ["name", "value"].contains(&field),
            Issue::UnknownField { guess: Guess::Wrapper, value, .. } => {
                self.model.tree().node(*value).entries().any(|entry| starts_alike(&entry.key.key_text()))
            }
            Issue::UnknownField { key, .. } => {
                let key = self.model.tree().node(*key).key_text();
                distance(&key, field, key.len().max(field.len()) / 2).is_some()
            }
            _ => false,
        };
        self.strange.get(&within.id()).is_some_and(|issues| issues.iter().take(100).any(may_be))
    }

    /// Whether to compute fixes: not beyond a number that nobody fixes one by one.
    pub fn wants_fixes(&self) -> bool {
        self.diagnostics.len() < 200
    }

    pub(super) fn finish(self) -> (Vec<Diagnostic>, Option<Diagnostic>) {
        let Report { model, options, mut diagnostics, mut origins, stray, .. } = self;
        let is_meant = |it: &Diagnostic| it.object.and_then(|index| model.object(index)).is_none_or(Object::is_meant);
        if !model.objects().all(Object::is_meant) {
            let found = diagnostics.into_iter().zip(origins);
            (diagnostics, origins) = found.filter(|(it, _)| is_meant(it) || it.code.starts_with("yaml-")).unzip();
        }
        let is_template = model.tree().is_template();
        let mut layers = Cow::Borrowed(&options.layers);
        if model.is_partial() {
            layers.to_mut().join(&Layers::of(Completeness::Patch));
        }
        if !is_template && layers.changes_nothing() {
            return (diagnostics, stray);
        }
        let certain = |(diagnostic, origin): &(Diagnostic, Origin<'_>)| {
            !origin.depends_on(&layers, model, diagnostic) && (!is_template || origin.is_certain(model, diagnostic))
        };
        let found = diagnostics.into_iter().zip(origins);
        (found.filter(certain).map(|it| it.0).collect(), stray.filter(|_| !is_template))
    }
}

/// Where it is said that something is missing in a struct: at its key, or at the empty brackets on a line below it; for an item at its
/// first entry.
pub(super) fn place_of(within: Value<'_>) -> TextRange {
    let value = within.written();
    match within.key() {
        Some(key) if value.text() == "{}" && !on_one_line(within.model(), key.range(), value.range()) => value.range(),
        Some(key) => key.range(),
        None => within.range(),
    }
}

fn on_one_line(model: &Model, first: TextRange, second: TextRange) -> bool {
    let between = model.tree().text().get(first.end as usize..second.start as usize);
    between.is_none_or(|between| !between.contains(BREAKS))
}

/// The unknown keys by the structs in which they are, and by those where they belong.
fn strangers(model: &Model) -> HashMap<ValueId, Vec<&Issue>> {
    let mut strange: HashMap<ValueId, Vec<&Issue>> = HashMap::new();
    for issue in model.issues() {
        match issue {
            Issue::UnknownField { guess: Guess::Elsewhere(place), .. } => {
                place.targets.iter().for_each(|target| strange.entry(*target).or_default().push(issue));
            }
            Issue::UnknownField { within, guess: Guess::Nothing | Guess::OneOf(_) | Guess::Pair | Guess::Wrapper, .. } => {
                strange.entry(*within).or_default().push(issue);
            }
            _ => {}
        }
    }
    strange
}
