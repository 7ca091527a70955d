//! `missing-field`

use crate::diagnostic::{Fix, Reason};
use crate::pod::format::suggest_valid;
use crate::pod::spec::Container;
use crate::pod::{Step, Value};
use crate::schema::facts::{self, Format};
use crate::schema::{Field, Shape, ty};

use super::rewrite::{self, Draft};
use super::split_item::SplitItem;
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Required fields that are missing or empty.
    ///
    /// ## Why
    /// The API server rejects the object: `Required value`. `null` and an empty string, list, or mapping count as missing.
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
    /// The functions of `pkg/apis/core/validation`, `pkg/apis/apps/validation` and `pkg/apis/batch/validation`.
    MISSING_FIELD = "missing-field", Error from Itself, [Check::Types(facts::has_required, check)]
}

fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let Some(ty) = value.ty() else { return };
    if ty.is_custom() {
        // The server looks at keys: what is empty is given.
        for field in ty.fields.iter().filter(|field| field.required && value.entry(field.name).is_none()) {
            report.missing(value, field.name, Reason::Required.of(format!("`{}` is missing", field.name)));
        }
        return;
    }
    let release = value.model().release();
    let fields = || facts::required(value.holder(), ty).filter(move |(field, facts)| field.known_in(release) && facts.enforced_in(release));
    if value.children().next().is_none() && matches!(value.step(), Step::Item(_)) {
        // One diagnostic for the item, not one for each field that it lacks.
        let scalar = |field: &&'static Field| !matches!(field.shape, Shape::Object(_));
        if let Some(field) = fields().map(|(field, _)| field).find(scalar).or_else(|| fields().next().map(|(field, _)| field)) {
            let names: Vec<_> = fields().map(|(field, _)| format!("`{}`", field.name)).collect();
            let message = Reason::Required.of(format!("empty list item; add {}", listed(&names)));
            let path = printed(value, value.path_to(field.name));
            report.missing(value, field.name, message).field = path;
        }
        return;
    }
    if !fields().any(|(field, _)| !value.gives(field.name)) {
        return;
    }
    if let Some(split) = SplitItem::around(value) {
        return emit_split(value, &split, report);
    }
    for (field, _) in fields() {
        if matches!(value.step(), Step::Object) && ["apiVersion", "kind"].contains(&field.name) {
            continue;
        }
        // The server makes a name for it.
        if value.is_a(ty::LIMIT_RANGE) && field.name == "metadata" {
            continue;
        }
        match value.entry(field.name) {
            None => {
                let diagnostic = report.missing(value, field.name, Reason::Required.of(format!("`{}` is missing", field.name)));
                diagnostic.field = printed(value, std::mem::take(&mut diagnostic.field));
                diagnostic.fixes.extend(name_of_image(value, field));
                diagnostic.fixes.extend(selector_of_labels(value, field));
            }
            Some(entry) if entry.is_absent() && report.reports_missing() && !report.is_reported_otherwise(value, field.name) => {
                let path = lacking(entry);
                let what = if entry.is_null() { "has no value" } else { "is empty" };
                let node = value.node().id();
                let diagnostic = report.on(entry, Reason::Required.of(format!("`{}` is required but {what}", field.name)));
                diagnostic.incomplete = Some(crate::diagnostic::Incomplete::Node(node));
                diagnostic.field = path;
            }
            Some(_) => {}
        }
    }
}

/// One error for all parts of a split item, at the first dash too many.
fn emit_split<'m>(value: Value<'m>, split: &SplitItem<'m>, report: &mut Report<'m>) {
    if split.first_to_lack() == Some(value) {
        let diagnostic = report.incomplete(split.second(), split.message());
        diagnostic.field = split.field();
        diagnostic.fixes.extend(split.join());
    }
}

/// The path as the server prints it for an empty value: of a template, which for the server is always there, it names the containers.
fn lacking(entry: Value<'_>) -> String {
    match entry.field().map(|field| field.name) {
        Some("template") => entry.path_to("spec.containers"),
        Some("jobTemplate") => entry.path_to("spec.template.spec.containers"),
        Some("spec") if entry.is_a(ty::JOB_SPEC) => entry.path_to("template.spec.containers"),
        Some("spec") if entry.is_a(ty::POD_SPEC) => entry.path_to("containers"),
        Some("metadata") => entry.path_to("name"),
        // Only claims must have requests, namely of storage.
        Some("requests") => entry.parent().map(Value::path).unwrap_or_default(),
        _ => entry.path(),
    }
}

/// The path as the server prints it: of some lists it names only the item, or not even that.
fn printed(value: Value<'_>, path: String) -> String {
    match value.holder().map(|field| field.name) {
        Some("claims" | "options" | "schedulingGates") => value.path(),
        Some("resources") if value.is_a(ty::VOLUME_RESOURCE_REQUIREMENTS) => value.path(),
        Some("httpHeaders" | "resizePolicy") => value.parent().map(Value::path).unwrap_or_default(),
        _ => path,
    }
}

/// A container gets the name of its image.
fn name_of_image(value: Value<'_>, field: &'static Field) -> Option<Fix> {
    let image = Container::around(value).filter(|it| it.value == value && field.name == "name")?.image()?;
    let base = image.rsplit('/').next()?.split([':', '@']).next()?;
    let name = suggest_valid(Format::DnsLabel, base).unwrap_or_else(|| base.to_owned());
    let edit = rewrite::field(value, &[], "name", &Draft::text(&name))?;
    Some(Fix::possible(format!("Add `name: {name}`"), vec![edit]))
}

/// A selector gets the labels of the template.
fn selector_of_labels(value: Value<'_>, field: &'static Field) -> Option<Fix> {
    let labels = Some(value).filter(|_| field.name == "selector")?.at(&["template", "metadata", "labels"])?;
    let mut edit = None;
    // One label after the other would need one edit each at the same place; the first one is usually the one that selects.
    for label in labels.children().take(1) {
        let key = label.key_text()?;
        edit = rewrite::field(value, &["selector", "matchLabels"], &key, &Draft::text(label.text()?));
    }
    Some(Fix::preferred("Add a selector that matches the first Pod template label", vec![edit?]))
}

/// `a`, `a and b`, `a, b and c`
fn listed(names: &[String]) -> String {
    match names {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, check_with};
    use crate::rules::{Completeness, Layers, Options};

    #[test]
    fn the_metadata_of_a_template_is_not_looked_at() {
        let text = |own: &str, templates: &str| {
            format!(
                "apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: a\n{own}spec:\n  selector: {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: {{a: b}}{templates}}}\n    spec: {{containers: [{{name: a, image: b}}]}}\n"
            )
        };
        check(&text("", ", ownerReferences: [{}], managedFields: [{}]"));
        check(&text("  managedFields: [{manager: a}]\n                  ^^^^^^^^^^^^ error[missing-field]: `operation`\n", ""));
    }

    #[test]
    fn missing_null_and_empty() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: \"\"
          ^^ error[missing-field]: is empty
    image:
    ^^^^^ error[missing-field]: has no value
    ports:
    - name: http
      ^^^^^^^^^^ error[missing-field]: `containerPort` is missing
    -
     ^ error[missing-field]: empty list item; add `containerPort`
    volumeMounts:
    - {name: data}
      ^^^^^^^^^^^^ error[missing-field]: `mountPath`
  volumes:
  - {name: data, emptyDir: {}}
",
        );
    }

    #[test]
    fn patches_may_leave_out_anything() {
        let patch = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: a\n";
        check_with(patch, &Options { layers: Layers::of(Completeness::Patch), ..Options::default() });
    }

    #[test]
    fn status_is_not_read() {
        check(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: b}]}\nstatus: {containerStatuses: [{}]}\n",
        );
    }
}
