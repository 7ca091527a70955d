//! `gated-field`

use crate::diagnostic::Fix;
use crate::pod::{Enforcement, Step, Value};

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Fields whose feature gate is disabled by default in the Kubernetes release.
    ///
    /// ## Why
    /// When the feature gate is disabled, the API server accepts the manifest but silently drops the field and everything in it. If your
    /// cluster enables the gate, suppress this warning with `# podls: allow(gated-field)`.
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
    ///   volumes:
    ///   - name: scratch
    ///     emptyDir:
    ///       mode: 01777
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
    ///   volumes:
    ///   - name: scratch
    ///     emptyDir: {}
    /// ```
    ///
    /// ## Source
    /// `DropDisabledTemplateFields`, `DropDisabledPodFields` and others; the defaults of the gates in each release's `kube_features.go`.
    GATED_FIELD = "gated-field", Warning from Itself, [Check::Field(|_, facts| facts.gate.is_some(), check)]
}

fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let release = value.model().release();
    let (Some(gate), Step::Field(field)) = (value.facts().gate.filter(|gate| !gate.on_in(release)), value.step()) else { return };
    if report.is_conditional(value.written()) {
        return;
    }
    let Some(parent) = value.parent().filter(|parent| parent.enforcement() != Enforcement::Dropped && !value.is_absent()) else { return };
    let since = gate.on_since.map_or(String::new(), |since| format!(" before {since}"));
    let message = format!(
        "`{}` has no effect in Kubernetes {release} because feature gate `{}` is disabled by default{since}; remove the field, or enable the gate",
        field.name, gate.name
    );
    let diagnostic = report.about(parent).on_key(value, message);
    diagnostic.fixes.extend(rewrite::without(value).map(|edit| Fix::possible(format!("Remove `{}`", field.name), vec![edit])));
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check_with, release};

    #[test]
    fn what_a_release_switches_off() {
        let text = |mark: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: a\n    volumeMounts: [{{name: b, mountPath: /b}}]\n  volumes:\n  - name: b\n    image: {{reference: c, pullPolicy: Bad}}\n{mark}"
            )
        };
        check_with(&text("    ^^^^^ warning[gated-field]: `ImageVolume` is disabled by default before 1.35\n"), &release("1.34"));
        check_with(&text("                                      ^^^ error[unsupported-value]\n"), &release("1.35"));
    }

    #[test]
    fn nothing_is_said_of_what_is_not_set() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: web, image: a}]\n  schedulingGroup:\n";
        check_with(text, &release("1.37"));
    }
}
