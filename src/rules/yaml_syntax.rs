//! `yaml-syntax`

use crate::diagnostic::{Fix, Incomplete};
use crate::pod::Model;
use crate::yaml::SyntaxErrorKind;

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Finds text that is no YAML.
    ///
    /// ## Why
    /// No reader makes sense of it, so that kubectl sends nothing to the API server. What stands around the broken place is checked all
    /// the same.
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
    YAML_SYNTAX = "yaml-syntax", Error, [Check::Document(check)]
}

fn check(model: &Model, report: &mut Report) {
    tell(model, report, SyntaxErrorKind::Invalid);
}

/// Passes on what the parser found of one kind.
pub(super) fn tell(model: &Model, report: &mut Report, kind: SyntaxErrorKind) {
    for error in model.tree().errors().iter().filter(|error| error.kind == kind) {
        let diagnostic = report.add(error.range, "", error.message.clone(), None);
        diagnostic.incomplete = error.unfinished.map(Incomplete::Text);
        diagnostic.fixes.extend(error.fix.iter().map(|(title, edit)| Fix::preferred(title.clone(), vec![edit.clone()])));
    }
}

#[cfg(test)]
mod tests;
