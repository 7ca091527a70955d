//! `invalid-format`

use crate::diagnostic::{Fix, Reason};
use crate::pod::{Value, format};
use crate::schema::facts::Format;
use crate::text::Edit;

use super::invalid_name::{is_name, role, text_to_check};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Values in the wrong format: paths, ports, addresses, percentages, schedules, references to fields.
    ///
    /// ## Why
    /// The API server rejects the object: `Invalid value`. A quoted port, `"8080"`, is treated as a port name, and a port name must
    /// contain at least one letter.
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
    ///         port: "8080"
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
    ///     readinessProbe:
    ///       tcpSocket:
    ///         port: 8080
    /// ```
    ///
    /// ## Source
    /// The functions of `pkg/apis/core/validation`, `pkg/apis/apps/validation` and `pkg/apis/batch/validation`.
    INVALID_FORMAT = "invalid-format", Error from Itself, [Check::Validated(|_, facts| facts.format.is_some_and(|it| !is_name(it)), check)]
}

fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let Some(format) = value.facts().format.filter(|format| !is_name(*format)) else { return };
    let Some(text) = text_to_check(value) else { return };
    let number = value.int();
    let Err(words) = format::check(format, &text, number, value.model().release()) else { return };
    let message = match (format, number) {
        (Format::PortNumberOrName, None) if text.parse::<u16>().is_ok() => {
            Reason::Invalid.of(format!("quoted {text:?} is a port name, and a port name {words}; write {text} without quotes"))
        }
        _ => Reason::Invalid.of(format!("{text:?} cannot be {}: {words}", role(value))),
    };
    let diagnostic = report.on(value, message);
    if format == Format::PortNumberOrName && number.is_none() && text.parse::<u16>().is_ok_and(|port| port > 0) {
        let edit = Edit::replace(value.written().range(), text.into_owned());
        diagnostic.fixes.push(Fix::preferred("Remove the quotes", vec![edit]));
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, check_with, fixed, release};

    #[test]
    fn formats() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostAliases: [{ip: 1.2.3, hostnames: [a]}]
                     ^^^^^ error[invalid-format]: IP
  containers:
  - name: web
    image: nginx:1.29
    env:
    - {name: A, valueFrom: {fieldRef: {fieldPath: metadata.labels}}}
                                                  ^^^^^^^^^^^^^^^ error[invalid-format]
    - {name: B, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
    livenessProbe: {httpGet: {port: 70000}}
                                    ^^^^^ error[invalid-format]: between 1 and 65535
    volumeMounts: [{name: a, mountPath: a, subPath: ../b}]
                                                    ^^^^ error[invalid-format]
  volumes: [{name: a, hostPath: {path: relative/fine}}]
",
        );
    }

    #[test]
    fn a_port_in_quotes() {
        let text = |port: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: a\n    image: b\n    livenessProbe: {{httpGet: {{port: {port}}}}}\n"
            )
        };
        assert_eq!(fixed(&text("\"8080\""), "invalid-format"), text("8080"));
    }

    #[test]
    fn mounts_that_go_with_their_volume() {
        let text = |mark: &str, end: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: a\n    volumeMounts: [{{name: i, mountPath: /a, subPath: ../b}}]\n{mark}  volumes: [{{name: i, image: {{reference: b}}}}]\n{end}"
            )
        };
        let refused = "                                                     ^^^^ error[invalid-format]\n";
        check_with(&text(refused, ""), &release("1.35"));
        check_with(&text("", "                      ^^^^^ warning[gated-field]\n"), &release("1.34"));
    }
}
