//! `missing-kind`

use crate::diagnostic::Fix;
use crate::pod::{HeadIssue, Issue, Model};
use crate::schema;

use super::{Check, Report, declare_rule, head};

declare_rule! {
    /// Objects without `kind`.
    ///
    /// ## Why
    /// `apiVersion` and `kind` together identify the type of an object; without both, kubectl cannot determine it. Because files of other
    /// programs may contain one of these keys too, this is reported only for documents that have containers or a list of objects.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
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
    /// `Object 'Kind' is missing`, from `runtime.NewMissingKindErr` of k8s.io/apimachinery.
    MISSING_KIND = "missing-kind", Error from Itself, [Check::Document(check)]
}

fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    for issue in model.issues() {
        let Issue::Head { issue: HeadIssue::MissingKind, object } = issue else { continue };
        let Some(object) = model.object(*object) else { continue };
        let version = object.api_version().map(|node| node.value()).unwrap_or_default();
        let diagnostic = head::emit_lack(report, object, "kind", object.kind());
        for info in schema::workloads().iter().filter(|info| info.api_version == version) {
            let edit = head::give(object, "kind", info.kind);
            diagnostic.fixes.extend(edit.map(|edit| Fix::possible(format!("Add `kind: {}`", info.kind), vec![edit])));
        }
    }
}
