//! `missing-api-version`

use crate::diagnostic::Fix;
use crate::pod::{HeadIssue, Issue, Model};

use super::{Check, Report, declare_rule, head};

declare_rule! {
    /// Objects without `apiVersion`.
    ///
    /// ## Why
    /// `apiVersion` and `kind` together identify the type of an object; without both, kubectl cannot determine it. Because files of other
    /// programs may contain one of these keys too, this is reported only for documents that have containers or a list of objects.
    ///
    /// ## Bad
    /// ```yaml
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
    /// `error validating data: apiVersion not set`, from kubectl; `runtime.NewMissingVersionErr` of k8s.io/apimachinery.
    MISSING_API_VERSION = "missing-api-version", Error from Itself, [Check::Document(check)]
}

fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    for issue in model.issues() {
        let Issue::Head { issue: HeadIssue::MissingApiVersion, object } = issue else { continue };
        let Some(object) = model.object(*object) else { continue };
        let diagnostic = head::emit_lack(report, object, "apiVersion", object.api_version());
        if let Some(info) = object.info() {
            let edit = head::give(object, "apiVersion", info.api_version);
            diagnostic.fixes.extend(edit.map(|edit| Fix::preferred(format!("Set `apiVersion: {}`", info.api_version), vec![edit])));
        }
    }
}
