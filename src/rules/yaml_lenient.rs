//! `yaml-lenient`

use crate::pod::Model;
use crate::yaml::SyntaxErrorKind;

use super::{Check, Report, declare_rule, yaml_syntax};

declare_rule! {
    /// Invalid YAML that kubectl accepts.
    ///
    /// ## Why
    /// Other tools that read the file (a GitOps controller, a formatter, an editor) may reject it or read it differently.
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
    ///     image: "nginx:1.29"# pinned
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
    ///     image: "nginx:1.29" # pinned
    /// ```
    ///
    /// ## Source
    /// `yaml.YAMLToJSON` of sigs.k8s.io/yaml, compared with the YAML specification 1.2.
    YAML_LENIENT = "yaml-lenient", Warning from Itself, [Check::Document(check)]
}

fn check(model: &Model, report: &mut Report) {
    yaml_syntax::emit(model, report, SyntaxErrorKind::Lenient);
}
