//! `unknown-kind`

use crate::diagnostic::Fix;
use crate::pod::{HeadIssue, Issue, Model};

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Kinds that do not exist in the API groups of the API server, or only in later releases.
    ///
    /// ## Why
    /// Kinds are singular and written in UpperCamelCase: `Pod`, not `pod` or `Pods`. kubectl finds no other. Other API servers and
    /// programs define their own kinds in `v1`; there, podls reports a kind only if it resembles a known one or has containers.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: pod
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
    /// `no matches for kind "pod" in version "v1"`, from `meta.NoKindMatchError` of k8s.io/apimachinery.
    UNKNOWN_KIND = "unknown-kind", Error from Itself, [Check::Document(check)]
}

fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    for issue in model.issues() {
        let Issue::Head { issue: issue @ (HeadIssue::UnknownKind(_) | HeadIssue::LaterKind(_)), object } = issue else { continue };
        let Some(object) = model.object(*object) else { continue };
        let (Some(kind), Some(version)) = (object.kind(), object.api_version()) else { continue };
        let near = match issue {
            HeadIssue::UnknownKind(near) => near,
            HeadIssue::LaterKind(since) => {
                let message = format!("`{}` of `{}` is served by default only since Kubernetes {since}", kind.value(), version.value());
                report.add(kind.range(), "kind", message, Some(object.index()));
                continue;
            }
            _ => continue,
        };
        let is_preview = version.value().rsplit('/').next().is_some_and(|it| it.contains("alpha") || it.contains("beta"));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = match near {
            None if is_preview => format!("the API server does not serve `{}` of `{}` by default", kind.value(), version.value()),
            _ => format!("no kind `{}` in `{}`{hint}", kind.value(), version.value()),
        };
        let diagnostic = report.add(kind.range(), "kind", message, Some(object.index()));
        if let Some(near) = near {
            let written = if rewrite::is_json(kind) { rewrite::quote(near) } else { (*near).to_owned() };
            diagnostic.fixes.push(Fix::preferred(format!("Change to `{near}`"), vec![rewrite::replace(kind, written)]));
        }
    }
}
