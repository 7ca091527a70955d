//! `not-an-object`

use crate::pod::Model;
use crate::yaml::Kind;

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Finds documents that are no Kubernetes objects, in a file that has some.
    ///
    /// ## Why
    /// kubectl reads every document of a file and refuses one that has neither `apiVersion` nor `kind`. Mostly a line `---` too many cuts
    /// an object in two. A file without any object is none of our business, and nothing is said of it.
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
    ///     image: busybox:1.37
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
    ///     image: busybox:1.37
    /// ```
    ///
    /// ## Source
    /// `Object 'Kind' is missing`, from `runtime.NewMissingKindErr` of k8s.io/apimachinery.
    NOT_AN_OBJECT = "not-an-object", Error from Itself, [Check::Document(check)]
}

fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    let Some(root) = model.tree().root().filter(|_| !model.is_manifest()) else { return };
    match root.kind() {
        Kind::Mapping(_) if root.entries().all(|entry| entry.key.kind() == Kind::Template) => {}
        Kind::Mapping(_) => {
            let is_missing = |key: &&str| !root.entries().any(|entry| entry.key.value() == **key);
            let message = match ["apiVersion", "kind"].into_iter().filter(is_missing).collect::<Vec<_>>()[..] {
                [key] => format!("document has no `{key}`; remove the extra `---` above it, or add the key"),
                _ => "document has no `apiVersion` and `kind`; remove the extra `---` above it".into(),
            };
            report.stray(root, message);
        }
        Kind::Sequence(_) => report.stray(root, "a list is no Kubernetes object: kubectl refuses the file. Is the `---` above too many?"),
        Kind::Scalar(_) if crate::yaml::resolve(root) != crate::yaml::Scalar::Null => {
            report.stray(root, "this text is no Kubernetes object: kubectl refuses the file");
        }
        _ => {}
    }
}
