//! `wrong-api-version`

use crate::diagnostic::Fix;
use crate::pod::{HeadIssue, Issue, Model};

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// An `apiVersion` that does not contain the kind: a wrong group, a removed version, or a misspelling.
    ///
    /// ## Why
    /// Each kind belongs to an API group and version; kubectl finds no match for any other pair. The beta versions of the workload APIs
    /// were removed in Kubernetes 1.16, and `batch/v1beta1` CronJob in 1.25.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: extensions/v1beta1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: web
    ///     spec:
    ///       containers:
    ///       - name: web
    ///         image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: web
    ///     spec:
    ///       containers:
    ///       - name: web
    ///         image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `no matches for kind "Deployment" in version "extensions/v1beta1"`, from `meta.NoKindMatchError` of k8s.io/apimachinery; the
    /// deprecated API migration guide.
    WRONG_API_VERSION = "wrong-api-version", Error from Itself, [Check::Document(check)]
}

/// Versions that are gone, and the release that no longer had them.
const GONE: &[(&str, &str)] = &[
    ("extensions/v1beta1", "1.16"),
    ("apps/v1beta1", "1.16"),
    ("apps/v1beta2", "1.16"),
    ("batch/v2alpha1", "1.21"),
    ("batch/v1beta1", "1.25"),
];

fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    for issue in model.issues() {
        let Issue::Head { issue: HeadIssue::WrongApiVersion(right), object } = issue else { continue };
        let Some(object) = model.object(*object) else { continue };
        let (Some(kind), Some(version)) = (object.kind(), object.api_version()) else { continue };
        let (kind, written) = (kind.value(), version.value());
        let message = match GONE.iter().find(|(gone, _)| *gone == written) {
            // Ingress left `extensions` later than the workloads.
            Some((_, release)) if right.starts_with("apps/") || right.starts_with("batch/") => {
                format!("`{written}` was removed in Kubernetes {release}; use `{right}` for `{kind}`")
            }
            Some(_) => format!("`{written}` was removed; use `{right}` for `{kind}`"),
            None => format!("no kind `{kind}` in `{written}`; use `{right}`"),
        };
        // What is no version at all the server cannot even look for.
        let field = if written.split('/').count() > 2 { "apiVersion" } else { "kind" };
        let diagnostic = report.add(version.range(), field, message, Some(object.index()));
        let text = if rewrite::is_json(version) { rewrite::quote(right) } else { (*right).to_owned() };
        diagnostic.fixes.push(Fix::preferred(format!("Change to `{right}`"), vec![rewrite::replace(version, text)]));
    }
}

#[cfg(test)]
mod tests;
