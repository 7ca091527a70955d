//! `unfilled-placeholder`

use crate::diagnostic::{Diagnostic, Severity};
use crate::pod::Model;
use crate::text::TextRange;
use crate::yaml::{self, Placeholder};

use super::invalid_image::INVALID_IMAGE;
use super::{Evidence, declare_rule};

declare_rule! {
    /// Unsubstituted placeholders, such as `${NAME}`.
    ///
    /// ## Why
    /// kubectl does not substitute `${NAME}`, `$NAME`, `$(NAME)`, `<name>`, `@NAME@` or `{{ name }}`, so the API server rejects the
    /// manifest. Only the first placeholder in a file is reported. If a tool substitutes them (envsubst, Flux, Kustomize), declare the
    /// pattern in `.podls.yaml`; podls then reports nothing that depends on their values:
    /// `placeholders: {"flux/": "${NAME}", "*.in.yaml": ["@NAME@", "<NAME>"]}`.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   replicas: ${REPLICAS}
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
    ///   replicas: 2
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
    /// `envsubst` of GNU gettext; `spec.postBuild.substitute` of Flux; `vars` of Kustomize.
    UNFILLED_PLACEHOLDER = "unfilled-placeholder", Error from Itself, []
}

/// Puts one diagnostic in the place of all that only placeholders cause.
pub(super) fn gather(model: &Model, diagnostics: &mut Vec<Diagnostic>) {
    let text = model.tree().text();
    let has_action = || memchr::memmem::find(text.as_bytes(), b"{{").is_some() && !model.tree().is_template();
    if diagnostics.is_empty() || memchr::memchr3(b'$', b'<', b'@', text.as_bytes()).is_none() && !has_action() {
        return;
    }
    let mut placeholders = yaml::placeholders(text, &Placeholder::usual());
    if has_action() {
        placeholders.extend(yaml::actions(text));
        placeholders.sort();
    }
    let mut first: Option<Diagnostic> = None;
    diagnostics.retain(|it| {
        let Some(placeholder) = cause(text, &placeholders, it) else { return true };
        if first.as_ref().is_none_or(|first| it.range < first.range) {
            let message = format!(
                "kubectl does not substitute `{}`; substitute it first, or declare it under `placeholders` in .podls.yaml",
                &text[placeholder.span()]
            );
            let diagnostic = Diagnostic::new(UNFILLED_PLACEHOLDER.code, it.severity, it.range, it.field.clone(), message);
            first = Some(Diagnostic { object: it.object, ..diagnostic });
        }
        false
    });
    if first.is_some() {
        // The image is filled in with the rest.
        let is_filled_in = |range: TextRange| placeholders.iter().any(|it| it.start < range.end && range.start < it.end);
        diagnostics.retain(|it| it.code != INVALID_IMAGE.code || !is_filled_in(it.range));
    }
    let at = first.as_ref().map(|first| diagnostics.partition_point(|it| it.range < first.range));
    at.into_iter().zip(first).for_each(|(at, first)| diagnostics.insert(at, first));
}

/// Whether of diagnostics with this code only the first in a file is reported.
pub fn is_once(code: &str) -> bool {
    code == UNFILLED_PLACEHOLDER.code
}

/// The placeholder that a diagnostic is due to.
fn cause(text: &str, placeholders: &[TextRange], diagnostic: &Diagnostic) -> Option<TextRange> {
    let rule = super::named(diagnostic.code)?;
    if rule.evidence == Evidence::Subject || rule.severity != Severity::Error || diagnostic.incomplete.is_some() {
        return None;
    }
    let range = diagnostic.range;
    let first = placeholders.partition_point(|it| it.end <= range.start);
    let placeholder = *placeholders.get(first).filter(|it| it.start < range.end)?;
    let is_all = || text[range.span()].trim_matches(['"', '\'']) == &text[placeholder.span()];
    let is_due = match diagnostic.code {
        // A list or mapping is not put together from texts.
        "type-mismatch" => is_all(),
        "yaml-syntax" => placeholder.start == range.start,
        code => !code.starts_with("yaml-"),
    };
    is_due.then_some(placeholder)
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, check_with};
    use crate::rules::Options;
    use crate::yaml::Placeholder;

    fn deployment(replicas: &str, name: &str) -> String {
        format!(
            "apiVersion: apps/v1
kind: Deployment
metadata: {{name: \"{name}\"}}
spec:
{replicas}
  selector: {{matchLabels: {{a: \"{name}\"}}}}
  template:
    metadata: {{labels: {{a: \"{name}\"}}}}
    spec:
      containers:
      - name: {name}
        image: {name}/a:1
        args: [--home=$HOME, $$(HOME), <a>]
"
        )
    }

    #[test]
    fn one_for_all() {
        check(&deployment("  replicas: ${N:=1}", "${APP}").replace(
            "spec:\n  rep",
            "                 ^^^^^^^^ error[unfilled-placeholder]: kubectl does not substitute `${APP}`\nspec:\n  rep",
        ));
        check(&deployment("  replicas: ${N}\n            ^^^^ error[unfilled-placeholder]: under `placeholders`", "web"));
        check(&deployment("  replicas: @N@\n            ^^^ error[unfilled-placeholder]: `@N@`", "web"));
        check(&deployment("  replicas: <replicas>\n            ^^^^^^^^^^ error[unfilled-placeholder]: `<replicas>`", "web"));
        check(
            &deployment("  replicas: 2", "web-{{ .env }}")
                .replace("spec:\n  rep", "                 ^^^^^^^^^^^^^^^^ error[unfilled-placeholder]: `{{ .env }}`\nspec:\n  rep"),
        );
        // Only what is rejected counts, and only where a value could help.
        check(&deployment("  replicas: 2", "web").replace("web/a:1", "${REG}/a:1\n               ^^^^^^^^^^ warning[invalid-image]"));
        check(&deployment("  replicas: 2", "web").replace(
            "        args: [--home=$HOME, $$(HOME), <a>]",
            "        args: echo $HOME\n              ^^^^^^^^^^ error[type-mismatch]",
        ));
    }

    #[test]
    fn none_where_they_are_declared() {
        for (form, text) in
            [("${NAME}", "${A:=x}"), ("$NAME", "$A"), ("$(NAME)", "$(A)"), ("<NAME>", "<a-b>"), ("@NAME@", "@A@"), ("__NAME__", "__A__")]
        {
            let options = Options { placeholders: Placeholder::new(form).into_iter().collect(), ..Options::default() };
            check_with(&deployment(&format!("  replicas: {text}"), text), &options);
            let slip = format!("  replica: {text}\n  ^^^^^^^ error[unknown-field]");
            check_with(&deployment(&slip, text), &options);
        }
    }
}
