//! `yaml-syntax`

use crate::diagnostic::{Fix, Incomplete};
use crate::pod::Model;
use crate::schema::Shape;
use crate::yaml::{Expected, SyntaxErrorKind};

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Invalid YAML.
    ///
    /// ## Why
    /// The file cannot be parsed, so kubectl sends nothing to the API server. podls still checks the rest of the file.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: "nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: "nginx:1.29"
    /// ```
    ///
    /// ## Source
    /// The YAML specification 1.2; `yaml.YAMLToJSON` of sigs.k8s.io/yaml.
    YAML_SYNTAX = "yaml-syntax", Error from Itself, [Check::Document(check)]
}

fn check(model: &Model, report: &mut Report) {
    emit(model, report, SyntaxErrorKind::Invalid);
}

/// Passes on what the parser found of one kind. What no reader of manifests takes is reported in all of them, the rest in those that podls
/// checks; workflows, playbooks and the like are not ours to judge.
pub(super) fn emit(model: &Model, report: &mut Report, kind: SyntaxErrorKind) {
    let is_ours = match kind {
        SyntaxErrorKind::Lenient | SyntaxErrorKind::Dropped | SyntaxErrorKind::Template => model.is_checked(),
        SyntaxErrorKind::Invalid | SyntaxErrorKind::Unsupported => {
            model.is_manifest() || model.tree().root().is_none() || begins_a_head(model.tree().text())
        }
    };
    if !is_ours {
        return;
    }
    for error in model.tree().errors().iter().filter(|error| error.kind == kind) {
        let (object, path) = match model.path_at(error.range.start as usize) {
            Some((object, path)) => (Some(object), path),
            None => (None, String::new()),
        };
        let diagnostic = report.add(error.range, path, error.message.clone(), object);
        diagnostic.incomplete = error.unfinished.map(Incomplete::Text);
        diagnostic.fixes.extend(error.fix.iter().map(|(title, edit)| Fix::preferred(title.clone(), vec![edit.clone()])));
        if !error.choices.is_empty() {
            let expected = expected(model, error.range.start);
            diagnostic.fixes.extend(error.choices.iter().map(|(wanted, title, edit)| {
                let preferred = expected == Some(*wanted);
                Fix { title: title.clone(), preferred, edits: vec![edit.clone()] }
            }));
        }
    }
}

/// What is expected of the value that begins at a place, if that is known.
fn expected(model: &Model, start: u32) -> Option<Expected> {
    let deepest = model.value_at(start as usize)?;
    let value = std::iter::once(deepest).chain(deepest.ancestors()).filter(|it| it.written().range().start == start).last()?;
    match value.shape() {
        Shape::Object(_) | Shape::Map(_) => Some(Expected::Mapping),
        Shape::String if value.field().is_some_and(|field| field.name == "image") => Some(Expected::Image),
        Shape::String => Some(Expected::String),
        _ => None,
    }
}

/// Whether lines begin with `apiVersion` and `kind`, or one does and there are containers, however broken the rest is. A text in braces has
/// them anywhere, or one as its first key.
fn begins_a_head(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let lines = || text.split(['\n', '\r']);
    let first = lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with('#'));
    let [version, kind] = if let Some(flow) = first.and_then(|line| line.strip_prefix('{')) {
        let first_key = flow.trim_start().trim_start_matches('"');
        if ["apiVersion", "kind"].iter().any(|key| first_key.starts_with(key)) {
            return true;
        }
        ["apiVersion", "kind"].map(|key| has_key(text, key))
    } else {
        ["apiVersion", "kind"].map(|key| lines().any(|line| line.starts_with(key)))
    };
    version && kind || (version || kind) && has_key(text, "containers")
}

/// Whether a word is anywhere followed by a colon, or by its closing quote and a colon.
fn has_key(text: &str, key: &str) -> bool {
    let mut after = text.match_indices(key).map(|(at, _)| text[at + key.len()..].trim_start_matches(['"', '\'']).trim_start());
    after.any(|rest| rest.starts_with(':'))
}

#[cfg(test)]
mod tests;
