//! `yaml-template`

use crate::pod::Model;
use crate::yaml::SyntaxErrorKind;

use super::{Check, Report, declare_rule, yaml_syntax};

declare_rule! {
    /// Template syntax (`{{ … }}`, `{% … %}`) in a file that is not a template.
    ///
    /// ## Why
    /// kubectl does not render templates: it parses `{{` as nested flow mappings and rejects the file. In the `templates` folder of a
    /// chart (a folder with a `Chart.yaml`), template syntax is allowed, and podls reports nothing that depends on it; elsewhere in a
    /// chart, podls treats a file with such syntax as a template.
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
    yaml_syntax::emit(model, report, SyntaxErrorKind::Template);
}
