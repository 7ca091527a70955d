//! `yaml-template`

use crate::pod::Model;
use crate::yaml::SyntaxErrorKind;

use super::{Check, Report, declare_rule, yaml_syntax};

declare_rule! {
    /// The actions of a template (`{{ … }}`, `{% … %}`) in a file that is not a template.
    ///
    /// ## Why
    /// kubectl does not fill in templates: it takes `{{` for a mapping in a mapping and refuses the file. In the `templates` folder
    /// of a chart (a folder with a `Chart.yaml`) they are right, and nothing is reported that depends on them; elsewhere in a chart
    /// a file with such actions is taken for one that a template renders.
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
