//! `forbidden-field`

use crate::diagnostic::{Fix, Reason};
use crate::pod::{Enforcement, Step, Value};

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Fields that exist but must not be set in this context.
    ///
    /// ## Why
    /// The API server rejects the object: `Forbidden`. For example, ephemeral containers can only be added to a running Pod, with
    /// `kubectl debug`.
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
    ///     readinessProbe:
    ///       tcpSocket:
    ///         port: 80
    ///       terminationGracePeriodSeconds: 10
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
    ///     livenessProbe:
    ///       tcpSocket:
    ///         port: 80
    ///       terminationGracePeriodSeconds: 10
    /// ```
    ///
    /// ## Source
    /// `validateReadinessProbe`, `ValidatePodCreate`, `ValidatePodTemplateSpec` and others.
    FORBIDDEN_FIELD = "forbidden-field", Error from Itself, [Check::Field(|_, facts| facts.forbidden.is_some(), check)]
}

fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let (Some(remedy), Step::Field(field)) = (value.facts().forbidden, value.step()) else { return };
    let Some(parent) = value.parent().filter(|parent| parent.enforcement() != Enforcement::Dropped && is_set(value)) else { return };
    let diagnostic = report.about(parent).on_key(value, Reason::Forbidden.of(format!("`{}` must not be set here: {remedy}", field.name)));
    diagnostic.fixes.extend(rewrite::without(value).map(|edit| Fix::possible(format!("Remove `{}`", field.name), vec![edit])));
}

/// Of some lists even an empty one is rejected; a generation of 0 is none.
fn is_set(value: Value<'_>) -> bool {
    let is_zero = || value.field().is_some_and(|field| field.name == "generation") && value.int() == Some(0);
    if value.facts().refuses_empty { !value.is_null() } else { !value.is_absent() && !is_zero() }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, offered};

    const TEXT: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: b}]
  ephemeralContainers:
  - name: Debug
";

    #[test]
    fn the_template_of_a_claim_has_labels_and_annotations_alone() {
        let text = |metadata: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers: [{{name: web, image: b}}]\n  volumes:\n  - name: a\n    ephemeral:\n      volumeClaimTemplate:\n        metadata:\n{metadata}        spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}\n"
            )
        };
        check(&text("          creationTimestamp: null\n          generation: 0\n          uid: \"\"\n"));
        check(&text(
            "          uid: a\n          ^^^ error[forbidden-field]\n          managedFields: []\n          ^^^^^^^^^^^^^ error[forbidden-field]\n",
        ));
    }

    #[test]
    fn nothing_is_said_of_what_it_holds() {
        check(&TEXT.replace("  - name", "  ^^^^^^^^^^^^^^^^^^^ error[forbidden-field]: kubectl debug\n  - name"));
        assert_eq!(offered(TEXT, "forbidden-field"), TEXT.split("  ephemeral").next().unwrap_or_default());
    }
}
