//! `missing-name`

use crate::diagnostic::{Incomplete, Reason};
use crate::pod::Object;
use crate::schema::ty;

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Objects without a name.
    ///
    /// ## Why
    /// The API server rejects the object: `metadata.name: Required value: name or generateName is required`.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   labels:
    ///     app: web
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
    ///   generateName: web-
    ///   labels:
    ///     app: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `ValidateObjectMetaAccessor`.
    MISSING_NAME = "missing-name", Error from Itself, [Check::Object(check)]
}

fn check<'m>(object: Object<'m>, report: &mut Report<'m>) {
    // The server makes a name for a LimitRange.
    if object.root().is_some_and(|root| root.is_a(ty::LIMIT_RANGE)) {
        return;
    }
    // Without any metadata, that is what is missing.
    let Some(metadata) = object.at(&["metadata"]).filter(|it| !it.gives("name") && !it.gives("generateName")) else { return };
    let message = Reason::Required.of("the object has no name; set `metadata.name` or `metadata.generateName`");
    match metadata.entry("name").or_else(|| metadata.entry("generateName")) {
        Some(name) if report.reports_missing() => {
            let diagnostic = report.on(name, message);
            diagnostic.field = metadata.path_to("name");
            diagnostic.incomplete = Some(Incomplete::Node(metadata.node().id()));
        }
        Some(_) => {}
        None => _ = report.missing(metadata, "name", message),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn names() {
        let text = |metadata: &str| format!("apiVersion: v1\nkind: Pod\n{metadata}\nspec: {{containers: [{{name: a, image: b}}]}}\n");
        check(&text("metadata: {name: a}"));
        check(&text("metadata: {generateName: a-}"));
        check(&text("metadata: {}\n^^^^^^^^ error[missing-name]"));
        check(&text("metadata: {name: \"\"}\n                 ^^ error[missing-name]"));
        check(&text("metadata: {generateName: }\n           ^^^^^^^^^^^^ error[missing-name]"));
        check(&text("metadata:\n^^^^^^^^ error[missing-field]: `metadata` is required but has no value"));
    }
}
