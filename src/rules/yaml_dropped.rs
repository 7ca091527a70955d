//! `yaml-dropped`

use crate::pod::Model;
use crate::yaml::SyntaxErrorKind;

use super::{Check, Report, declare_rule, yaml_syntax};

declare_rule! {
    /// YAML content that kubectl silently ignores.
    ///
    /// ## Why
    /// kubectl splits a file at lines that begin with `---` and reads only the first document of each part. Content after `...` is never
    /// sent to the API server.
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
    ///     image: nginx:1.29
    /// ...
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: api
    /// spec:
    ///   containers:
    ///   - name: api
    ///     image: nginx:1.29
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
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: api
    /// spec:
    ///   containers:
    ///   - name: api
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `yaml.YAMLReader` and `yaml.splitYAMLDocument` of k8s.io/apimachinery.
    YAML_DROPPED = "yaml-dropped", Warning from Itself, [Check::Document(check)]
}

fn check(model: &Model, report: &mut Report) {
    yaml_syntax::emit(model, report, SyntaxErrorKind::Dropped);
}
