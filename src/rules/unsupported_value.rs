//! `unsupported-value`

use crate::diagnostic::{Fix, Reason};
use crate::pod::{Step, Value};
use crate::schema::ty;
use crate::text::meant;

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Values that are not among the allowed values of a field.
    ///
    /// ## Why
    /// The API server rejects the object: `Unsupported value`. Values are case-sensitive.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   restartPolicy: always
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
    ///   restartPolicy: Always
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// The functions of `pkg/apis/core/validation`, `pkg/apis/apps/validation` and `pkg/apis/batch/validation`.
    UNSUPPORTED_VALUE = "unsupported-value", Error from Itself, [Check::Validated(|_, facts| facts.closed, check)]
}

fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let facts = value.facts();
    let is_item = matches!(value.step(), Step::Item(_));
    if !facts.closed || value.shape().is_collection() || !(value.is_sound() || (is_item && value.is_null())) {
        return;
    }
    let text = value.text().unwrap_or_default();
    let release = value.model().release();
    if (text.is_empty() && !is_item && !facts.refuses_empty) || (text.is_empty() && facts.required && !is_item) {
        return;
    }
    if facts.values_in(release).any(|known| known.name == text) {
        return;
    }
    let field = value.holder().map_or("", |field| field.name);
    let names: Vec<_> = facts.values_in(release).map(|known| known.name).collect();
    let known: Vec<_> = names.iter().map(|name| if name.is_empty() { "\"\"".to_owned() } else { format!("`{name}`") }).collect();
    let expected = if let [only] = &known[..] { only.clone() } else { format!("one of {}", known.join(", ")) };
    let later = facts.values.iter().find(|known| known.name == text);
    let message = match later {
        Some(later) => format!("`{text}` was added in Kubernetes {}; {release} supports {expected}", later.since),
        None => format!("unsupported value `{text}` for `{field}`; expected {expected}"),
    };
    let near = meant(&text, names.iter().copied());
    let path = printed(value);
    let diagnostic = report.on(value, Reason::Unsupported.of(message));
    diagnostic.field = path;
    let mut names = names;
    names.retain(|name| !name.is_empty());
    names.sort_by_key(|name| Some(*name) != near);
    for name in names.into_iter().filter(|_| !value.is_null()) {
        let edit = vec![rewrite::scalar(value.written(), name)];
        let title = format!("Replace with `{name}`");
        diagnostic.fixes.push(if Some(name) == near { Fix::preferred(title, edit) } else { Fix::possible(title, edit) });
    }
}

/// The path as the server prints it: a wrong version of a field reference it notices while it reads the path of the field, and of access
/// modes it names only the list.
fn printed(value: Value<'_>) -> String {
    if let Some(list) = value.parent().filter(|list| list.field().is_some_and(|field| field.name == "accessModes")) {
        return list.path();
    }
    let reference = value.parent().filter(|it| it.is_a(ty::OBJECT_FIELD_SELECTOR));
    reference.map_or_else(|| value.path(), |reference| reference.path_to("fieldPath"))
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, check_with, fixed, release};

    #[test]
    fn values() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  dnsPolicy: \"\"
  restartPolicy: Sometimes
                 ^^^^^^^^^ error[unsupported-value]: unsupported value `Sometimes` for `restartPolicy`
  os: {name: Linux}
             ^^^^^ error[unsupported-value]
  containers:
  - name: web
    image: nginx:1.29
    imagePullPolicy: \"\"
    ports: [{containerPort: 80, protocol: tcp}]
                                          ^^^ error[unsupported-value]: unsupported value `tcp` for `protocol`; expected one of `TCP`, `UDP`, `SCTP`
  volumes:
  - {name: a, hostPath: {path: /a, type: \"\"}}
",
        );
    }

    #[test]
    fn by_release() {
        let text = |mark: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  securityContext:\n    seLinuxChangePolicy: MountOption\n{mark}  containers: [{{name: a, image: b}}]\n"
            )
        };
        check(&text(""));
        let mark = "                         ^^^^^^^^^^^ error[unsupported-value]: was added in Kubernetes 1.37\n";
        check_with(&text(mark), &release("1.36"));
    }

    #[test]
    fn fix() {
        let text = |policy: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  restartPolicy: {policy}\n  containers: [{{name: a, image: b}}]\n"
            )
        };
        for (wrong, right) in [("on-failure", "OnFailure"), ("'Nevr'", "'Never'"), ("ALWAYS", "Always")] {
            assert_eq!(fixed(&text(wrong), "unsupported-value"), text(right));
        }
    }
}
