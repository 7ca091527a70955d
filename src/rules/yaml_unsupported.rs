//! `yaml-unsupported`

use crate::pod::Model;
use crate::yaml::SyntaxErrorKind;

use super::{Check, Report, declare_rule, yaml_syntax};

declare_rule! {
    /// Valid YAML that kubectl cannot read.
    ///
    /// ## Why
    /// kubectl and the API server use a YAML 1.1 parser that rejects some valid YAML 1.2: the directive `%YAML 1.2`, keys that are
    /// mappings or lists.
    ///
    /// ## Bad
    /// ```yaml
    /// %YAML 1.2
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `yaml.YAMLToJSON` of sigs.k8s.io/yaml: "found incompatible YAML document", "invalid map key".
    YAML_UNSUPPORTED = "yaml-unsupported", Error from Itself, [Check::Document(check)]
}

fn check(model: &Model, report: &mut Report) {
    yaml_syntax::emit(model, report, SyntaxErrorKind::Unsupported);
}
