//! `selector-mismatch`

use std::borrow::Cow;
use std::collections::HashMap;

use crate::diagnostic::{Fix, Incomplete, Reason};
use crate::pod::{Value, names};
use crate::schema::ty;

use super::rewrite::{self, Draft};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Selectors that do not match the labels in the Pod template.
    ///
    /// ## Why
    /// The API server rejects the object: otherwise the controller would not recognize its own Pods and would create new ones forever. An
    /// empty selector is rejected too. A Job generates its own selector.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: shop
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
    /// `ValidatePodTemplateSpecForReplicaSet`, `ValidateDeploymentSpec`, `ValidateJob` and others.
    SELECTOR_MISMATCH = "selector-mismatch", Error, [
        Check::Type(ty::DEPLOYMENT_SPEC, check),
        Check::Type(ty::REPLICA_SET_SPEC, check),
        Check::Type(ty::STATEFUL_SET_SPEC, check),
        Check::Type(ty::DAEMON_SET_SPEC, check),
        Check::Type(ty::REPLICATION_CONTROLLER_SPEC, check),
        Check::Type(ty::JOB_SPEC, check_job),
    ]
}

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if spec.is_a(ty::REPLICATION_CONTROLLER_SPEC) && !spec.gives("selector") {
        let labels = spec.get("template").map(|template| (template.entry("metadata"), template.at(&["metadata", "labels"])));
        if let Some((metadata, labels)) = labels
            && metadata.is_none_or(|it| it.is_null() || (it.is_sound() && it.entry("labels").is_none_or(Value::is_absent)))
            && labels.is_none_or(Value::is_absent)
        {
            report.missing(
                spec,
                "selector",
                Reason::Required.of("`selector` is required because the template has no labels to default it from"),
            );
        }
    }
    let Some(selector) = spec.get("selector") else { return };
    let demands = Demands::of(selector);
    if demands.is_empty() && selector.ty().is_some() {
        let diagnostic = report.on_key(selector, Reason::Invalid.of("the selector is empty; it must match the Pod template labels"));
        diagnostic.incomplete = Some(Incomplete::Node(spec.node().id()));
        return;
    }
    compare(spec, &demands, report);
}

/// A Job whose selector is set by hand must say so; then it must match.
fn check_job<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    // The template of a CronJob must have no selector at all.
    if spec.parent().is_some_and(|parent| parent.is_a(ty::JOB_TEMPLATE_SPEC)) {
        if let Some(manual) = spec.get("manualSelector").filter(|it| it.bool() == Some(true)) {
            let message = Reason::Unsupported.of("`manualSelector` must not be true in a CronJob; each Job gets a generated selector");
            let diagnostic = report.on(manual, message);
            diagnostic.fixes.extend(rewrite::without(manual).map(|edit| Fix::possible("Remove `manualSelector`", vec![edit])));
        }
        return;
    }
    if spec.entry("manualSelector").is_some_and(|it| it.bool().is_none() && !it.is_null()) {
        return;
    }
    let selector = spec.get("selector");
    if spec.is_true("manualSelector") {
        match selector {
            Some(selector) => compare(spec, &Demands::of(selector), report),
            None if spec.entry("selector").is_none_or(Value::is_null) => {
                report.missing(spec, "selector", Reason::Required.of("`selector` is required because `manualSelector` is true"));
            }
            None => {}
        }
    } else if let Some(selector) = selector.filter(|it| !Demands::of(*it).is_empty()) {
        let message = Reason::Invalid.of("the selector of a Job is generated automatically; remove it, or set `manualSelector: true`");
        let diagnostic = report.on_key(selector, message);
        diagnostic.fixes.extend(rewrite::without(selector).map(|edit| Fix::possible("Remove `selector`", vec![edit])));
    }
}

/// What a selector asks for: labels with their values, and expressions.
struct Demands<'m> {
    labels: Vec<Value<'m>>,
    expressions: Vec<Value<'m>>,
}

impl<'m> Demands<'m> {
    fn of(selector: Value<'m>) -> Self {
        // That of a ReplicationController is a plain map.
        let labels = if selector.ty().is_some() { selector.get("matchLabels") } else { Some(selector) };
        let labels = labels.into_iter().flat_map(|labels| labels.children()).collect();
        Demands { labels, expressions: selector.list("matchExpressions").filter(|it| it.is_sound()).collect() }
    }

    fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.expressions.is_empty()
    }
}

fn compare<'m>(spec: Value<'m>, demands: &Demands<'m>, report: &mut Report<'m>) {
    // A label that cannot be has an error of its own, but for the plain map of a ReplicationController.
    let fine = |demand: &Value<'m>| {
        demand.key_text().is_some_and(|key| names::qualified_name(&key).is_ok())
            && text(*demand).is_some_and(|value| names::label_value(&value).is_ok())
    };
    let read = spec.is_a(ty::REPLICATION_CONTROLLER_SPEC) || demands.labels.iter().all(fine);
    let readable = |it: &Value<'m>| {
        it.text_of("key").is_some_and(|key| names::qualified_name(&key).is_ok())
            && it.list("values").all(|value| text(value).is_some_and(|value| names::label_value(&value).is_ok()))
    };
    if !read || !demands.expressions.iter().all(readable) {
        return;
    }
    let Some(template) = spec.get("template").filter(|template| template.children().next().is_some()) else { return };
    let (written, metadata) = given(template.entry("metadata"));
    let (empty, labels) = given(metadata.and_then(|metadata| metadata.entry("labels")));
    let is_known = template.is_certain_of("metadata") && metadata.is_none_or(|metadata| metadata.is_certain_of("labels"));
    if !is_known || metadata.is_some_and(|it| !it.is_sound()) || labels.is_some_and(|it| !it.is_sound()) {
        return;
    }
    let mut by_key = HashMap::new();
    for label in labels.into_iter().flat_map(|labels| labels.children()) {
        by_key.entry(label.key_text().unwrap_or_default()).or_insert(label);
    }
    let found = |key: &str| by_key.get(key).copied();
    let mut wrong = vec![];
    let mut edits = Some(vec![]);
    let mut place = None;
    for demand in &demands.labels {
        let (Some(key), Some(value)) = (demand.key_text(), text(*demand)) else { continue };
        let edit = match found(&key) {
            Some(label) if text(label).is_none_or(|it| it == value) => continue,
            Some(label) => {
                place = place.or(Some(label));
                (!label.written().is_empty()).then(|| rewrite::scalar(label.written(), &value))
            }
            None => match (labels, metadata) {
                (Some(labels), _) => rewrite::field(labels, &[], &key, &Draft::text(value.as_ref())),
                (None, Some(metadata)) => rewrite::field(metadata, &["labels"], &key, &Draft::text(value.as_ref())),
                (None, None) => rewrite::field(template, &["metadata", "labels"], &key, &Draft::text(value.as_ref())),
            },
        };
        edits = edits.zip(edit).map(|(mut edits, edit)| {
            edits.push(edit);
            edits
        });
        wrong.push(format!("`{key}: {value}`"));
    }
    let unmet = demands.expressions.iter().find(|it| is_unmet(**it, &found));
    if wrong.is_empty() && unmet.is_none() {
        return;
    }
    let asks = if wrong.is_empty() { "`matchExpressions`".to_owned() } else { wrong.join(", ") };
    let message = Reason::Invalid.of(format!("the selector requires {asks}, which the Pod template labels do not match"));
    let node = spec.node().id();
    let range = place.or(empty).or(metadata).or(written).unwrap_or(template);
    let field = template.path_to("metadata.labels");
    if !report.reports_missing() {
        return;
    }
    let related = demands.labels.first().or(unmet).map(|it| it.key_range());
    let diagnostic = report.add(if place.is_some() { range.range() } else { range.key_range() }, field, message, Some(spec.object()));
    diagnostic.incomplete = Some(Incomplete::Node(node));
    diagnostic.related.extend(related.map(|range| crate::diagnostic::Related { range, message: "required by this selector".into() }));
    // Several insertions at one place would depend on each other.
    let edits = edits
        .filter(|edits| !edits.is_empty() && demands.expressions.is_empty() && edits.windows(2).all(|pair| pair[0].range != pair[1].range));
    diagnostic.fixes.extend(edits.map(|edits| Fix::preferred("Add the selector's labels to the template", edits)));
}

/// A field as it is written, and the same without null.
fn given(field: Option<Value<'_>>) -> (Option<Value<'_>>, Option<Value<'_>>) {
    (field, field.filter(|it| !it.is_null()))
}

/// The value of a label; null is an empty one. `None` where it cannot be read.
fn text<'m>(label: Value<'m>) -> Option<Cow<'m, str>> {
    if label.is_null() { Some("".into()) } else { label.text() }
}

/// Whether the labels do not fulfil an expression. One that the server would not read is fulfilled.
fn is_unmet<'m>(expression: Value<'m>, found: &dyn Fn(&str) -> Option<Value<'m>>) -> bool {
    let (Some(key), Some(operator)) = (expression.text_of("key"), expression.text_of("operator")) else { return false };
    let label = found(&key);
    if label.is_some_and(|label| text(label).is_none()) {
        return false;
    }
    let listed = || {
        let value = label.and_then(text);
        expression.list("values").any(|it| text(it) == value)
    };
    match &*operator {
        "In" => expression.list("values").next().is_some() && (label.is_none() || !listed()),
        "NotIn" => label.is_some() && listed(),
        "Exists" => label.is_none(),
        "DoesNotExist" => label.is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    fn text(selector: &str, template: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  selector:\n    {selector}\n  template:\n{template}    spec:\n      containers: [{{name: a, image: b}}]\n"
        )
    }

    #[test]
    fn labels() {
        let labels = |labels: &str| text("matchLabels: {app: web}", &format!("    metadata:\n      labels:\n        {labels}\n"));
        check(&labels("app: web"));
        check(&labels("app: web\n        tier: front"));
        check(&labels("app: shop\n             ^^^^ error[selector-mismatch]: requires `app: web`"));
        assert_eq!(fixed(&labels("app: shop"), "selector-mismatch"), labels("app: web"));
        assert_eq!(fixed(&labels("tier: front"), "selector-mismatch"), labels("tier: front\n        app: web"));
        let none = text("matchLabels: {app: web}", "");
        check(&none.replace("  template:\n", "  template:\n  ^^^^^^^^ error[selector-mismatch]\n"));
        let fixed = fixed(&none, "selector-mismatch");
        assert!(fixed.ends_with("    metadata:\n      labels:\n        app: web\n"), "{fixed}");
    }

    #[test]
    fn a_cron_job_makes_its_selectors() {
        check(
            "
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: \"@daily\"
  jobTemplate:
    spec:
      manualSelector: true
                      ^^^^ error[selector-mismatch]: `manualSelector` must not be true in a CronJob
      template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}
",
        );
    }

    #[test]
    fn expressions() {
        let expression = |expression: &str, mark: &str| {
            text(&format!("matchExpressions: [{{key: app, {expression}}}]"), &format!("    metadata: {{labels: {{app: web}}}}\n{mark}"))
        };
        let mark = "               ^^^^^^ error[selector-mismatch]\n";
        check(&expression("operator: In, values: [web, shop]", ""));
        check(&expression("operator: In, values: [shop]", mark));
        check(&expression("operator: NotIn, values: [web]", mark));
        // The server does not compare with what it cannot read.
        check(&text(
            "matchExpressions: [{key: app, operator: In, values: [a b]}]\n                                                         ^^^ error[invalid-name]",
            "    metadata: {labels: {app: web}}\n",
        ));
        check(&expression("operator: Exists", ""));
        check(&expression("operator: DoesNotExist", mark));
        check(
            &text("matchLabels: {}", "    metadata: {labels: {app: web}}\n")
                .replace("    matchLabels", "  ^^^^^^^^ error[selector-mismatch]: is empty\n    matchLabels"),
        );
    }
}
