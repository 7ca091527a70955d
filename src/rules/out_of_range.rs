//! `out-of-range`

use crate::diagnostic::{Fix, Reason};
use crate::pod::Value;

use super::rewrite::{is_json, scalar};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Numbers that are too small or too large for their field.
    ///
    /// ## Why
    /// The API server rejects the object: `Invalid value`. File modes are octal: write `0644` for `chmod 644`. A bare `644` is a decimal
    /// number, octal 1204, and exceeds the maximum of 0777.
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
    ///     ports:
    ///     - containerPort: 80800
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
    ///     ports:
    ///     - containerPort: 8080
    /// ```
    ///
    /// ## Source
    /// The functions of `pkg/apis/core/validation`, `pkg/apis/apps/validation` and `pkg/apis/batch/validation`.
    OUT_OF_RANGE = "out-of-range", Error from Itself, [Check::Validated(|_, facts| facts.range.is_some(), check)]
}

const MAX_MODE: i64 = 0o777;

fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let Some((min, max)) = value.facts().range else { return };
    let Some(number) = value.int().filter(|number| !(min..=max).contains(number)) else { return };
    let field = value.holder().map_or("", |field| field.name);
    let text = value.node().text();
    if max == MAX_MODE {
        let octal = text.bytes().all(|digit| (b'0'..=b'7').contains(&digit)).then(|| i64::from_str_radix(text, 8).ok()).flatten();
        let message = Reason::Invalid.of(format!("{number} is not a valid file mode; use octal, from 0 to 0777"));
        let diagnostic = report.on(value, message);
        if let Some(mode) = octal.filter(|mode| (0..=MAX_MODE).contains(mode)) {
            let json = is_json(value.written());
            let written = if json { mode.to_string() } else { format!("0{}", text.trim_start_matches('0')) };
            diagnostic.fixes.push(Fix::preferred(format!("Change to `{written}`"), vec![scalar(value.written(), &written)]));
        }
        return;
    }
    let message = match (min, max) {
        (0, i64::MAX) => Reason::Invalid.of(format!("`{field}` must not be negative")),
        (_, i64::MAX) => Reason::Invalid.of(format!("`{field}` must be {min} or more")),
        (0, 1) => Reason::Invalid.of(format!("`{field}` must be 1 here")),
        _ => Reason::Invalid.of(format!("`{field}` must be from {min} to {max}")),
    };
    report.on(value, message);
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    #[test]
    fn ranges() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  activeDeadlineSeconds: 0
                         ^ error[out-of-range]: from 1 to 2147483647
  containers:
  - name: web
    image: nginx:1.29
    ports: [{containerPort: 0}, {containerPort: 65535, hostPort: 0}]
                            ^ error[out-of-range]: from 1 to 65535
    livenessProbe: {exec: {command: [a]}, successThreshold: 2, periodSeconds: 0}
                                                            ^ error[out-of-range]: must be 1 here
    readinessProbe: {exec: {command: [ab]}, successThreshold: 2, periodSeconds: -1}
                                                                                ^^ error[out-of-range]: not be negative
",
        );
    }

    #[test]
    fn modes() {
        let text = |mode: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers: [{{name: a, image: b}}]\n  volumes:\n  - {{name: c, secret: {{secretName: d, defaultMode: {mode}}}}}\n"
            )
        };
        for (wrong, right) in [("644", "0644"), ("755", "0755")] {
            assert_eq!(fixed(&text(wrong), "out-of-range"), text(right));
        }
        // What is not written as octal is decimal.
        for mode in ["0644", "420", "0o620", "0o400"] {
            check(&text(mode));
        }
    }
}
