//! `not-an-object`

use crate::pod::Model;
use crate::yaml::{self, Entry, Kind, Scalar};

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Documents that are not Kubernetes objects, in a file that contains some.
    ///
    /// ## Why
    /// kubectl reads every document of a file and rejects one that has neither `apiVersion` nor `kind`. Usually an extra line `---`
    /// splits an object in two. podls ignores files that contain no Kubernetes objects.
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
    /// ---
    ///   - name: logs
    ///     image: fluent/fluent-bit:4.1
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
    ///   - name: logs
    ///     image: fluent/fluent-bit:4.1
    /// ```
    ///
    /// ## Source
    /// `Object 'Kind' is missing`, from `runtime.NewMissingKindErr` of k8s.io/apimachinery.
    NOT_AN_OBJECT = "not-an-object", Error from Itself, [Check::Document(check)]
}

fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    let Some(root) = model.tree().root().filter(|_| !model.is_manifest()) else { return };
    let is_unknown = |it: Entry<'_>| it.key.kind() == Kind::Template;
    let what = match root.kind() {
        Kind::Mapping(_) if root.entries().next().is_some() && root.entries().all(is_unknown) => return,
        Kind::Mapping(_) => match ["apiVersion", "kind"].map(|key| root.entries().any(|entry| entry.key.value() == key)) {
            [false, true] => "`apiVersion` is missing",
            [true, false] => "`kind` is missing",
            _ => "`apiVersion` and `kind` are missing",
        },
        Kind::Sequence(_) => "a list is not a Kubernetes object",
        Kind::Scalar(_) if yaml::resolve(root) != Scalar::Null => "a string is not a Kubernetes object",
        _ => return,
    };
    let remedy = match model.tree().text().starts_with("---") {
        true if root.children().next().is_some() => "remove the `---` above if this belongs to the previous document",
        _ => "remove this document",
    };
    report.stray(root, format!("{what}, so kubectl rejects the file; {remedy}"));
}

#[cfg(test)]
mod tests {
    use crate::analysis::Document;
    use crate::rules::Options;

    #[test]
    fn what_kubectl_rejects_beside_a_manifest() {
        let stray = |text: &str| Document::new(text, &Options::default()).stray().map(|it| it.message.clone());
        for text in ["{}\n", "---\n{}\n", "---\n# note\n[]\n", "---\nsome text\n", "---\nname: a\n"] {
            assert!(stray(text).is_some_and(|message| message.contains("kubectl rejects the file")), "{text}");
        }
        for text in ["", "---\n", "---\n~\n", "null\n", "---\n{{ x }}\n"] {
            assert_eq!(stray(text), None, "{text}");
        }
    }
}
