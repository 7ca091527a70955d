//! `yaml-template`

use crate::pod::Model;
use crate::yaml::SyntaxErrorKind;

use super::{Check, Report, declare_rule, yaml_syntax};

declare_rule! {
    /// Finds template marks (`{{ … }}`) in a file that is no template.
    ///
    /// ## Why
    /// kubectl does not fill in templates: it takes `{{` for a mapping in a mapping and refuses the file. Files below a `Chart.yaml` are
    /// templates of Helm; there the marks are right, and nothing is said of what depends on them.
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
    ///     image: {{ .Values.image }}
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
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `yaml.YAMLToJSON` of sigs.k8s.io/yaml: "invalid map key".
    YAML_TEMPLATE = "yaml-template", Error from Itself, [Check::Document(check)]
}

fn check(model: &Model, report: &mut Report) {
    if !report.options().template {
        yaml_syntax::tell(model, report, SyntaxErrorKind::Template);
    }
}
