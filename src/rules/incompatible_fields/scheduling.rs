//! Tolerations, selectors and spreading.

use crate::diagnostic::{Fix, Reason};
use crate::pod::Value;
use crate::pod::names::{self, selector_values};
use crate::pod::spec::PodSpec;
use crate::schema::{Release, ty};

use super::{Check, Report, declare_rule, lacking, rewrite, superfluous, text_or_empty};

declare_rule! {
    /// Fields of tolerations, affinities and spread constraints that contradict each other.
    ///
    /// ## Why
    /// The API server rejects the object. The operator `Exists` does not allow a value, `In` requires at least one, and `minDomains`
    /// requires `whenUnsatisfiable: DoNotSchedule`.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   tolerations:
    ///   - key: gpu
    ///     operator: Exists
    ///     value: "true"
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
    ///   tolerations:
    ///   - key: gpu
    ///     operator: Exists
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `ValidateTolerations`, `ValidateNodeSelectorRequirement`, `validateMatchLabelKeysAndMismatchLabelKeys` (into the selector of spread
    /// constraints from 1.34), `validateTopologySpreadConstraints`.
    INCOMPATIBLE_SCHEDULING_FIELDS = "incompatible-scheduling-fields", Error, [
        Check::Type(ty::LABEL_SELECTOR_REQUIREMENT, label_requirement),
        Check::Type(ty::NODE_SELECTOR_REQUIREMENT, node_requirement),
        Check::Type(ty::POD_AFFINITY_TERM, label_keys),
        Check::Type(ty::TOLERATION, toleration),
        Check::Type(ty::TOPOLOGY_SPREAD_CONSTRAINT, spread),
    ]
}

/// `ValidateTolerations`
pub(super) fn toleration<'m>(toleration: Value<'m>, report: &mut Report<'m>) {
    let (Some(key), Some(operator)) = (text_or_empty(toleration, "key"), text_or_empty(toleration, "operator")) else { return };
    let written = toleration.get("operator").filter(|it| !it.is_absent());
    if key.is_empty() && operator != "Exists" {
        let message = Reason::Invalid.of("a toleration without `key` requires `operator: Exists`");
        match written {
            Some(value) => {
                let edit = rewrite::scalar(value.written(), "Exists");
                report.on(value, message).fixes.push(Fix::possible("Set `operator: Exists`", vec![edit]));
            }
            None => _ = report.missing(toleration, "operator", message),
        }
    }
    if let Some(value) = toleration.get("value").filter(|value| !value.is_absent()) {
        let path = toleration.path_to("operator");
        if let Some(written) = written.filter(|_| operator == "Exists") {
            let diagnostic = report.on(written, Reason::Invalid.of("`value` is not allowed with `operator: Exists`"));
            diagnostic.related.push(crate::diagnostic::Related { range: value.range(), message: "the value".to_owned() });
            diagnostic.fixes.extend(rewrite::without(value).map(|edit| Fix::possible("Remove `value`", vec![edit])));
        } else if let (Some(text), true) = (value.text(), matches!(&*operator, "" | "Equal"))
            && let Err(words) = names::label_value(&text)
        {
            report.on(value, Reason::Invalid.of(format!("{text:?} cannot be the `value` of a toleration: {words}"))).field = path;
        }
    }
    let Some(effect) = text_or_empty(toleration, "effect").filter(|effect| effect != "NoExecute") else { return };
    if let Some(seconds) = toleration.get("tolerationSeconds") {
        let message = Reason::Invalid.of("`tolerationSeconds` requires `effect: NoExecute`");
        let edit = match toleration.get("effect").filter(|_| !effect.is_empty()) {
            Some(value) => Some(rewrite::scalar(value.written(), "NoExecute")),
            None if toleration.entry("effect").is_none() => rewrite::field(toleration, &[], "effect", &rewrite::Draft::text("NoExecute")),
            None => None,
        };
        let path = toleration.path_to("effect");
        let at = toleration.get("effect").filter(|_| !effect.is_empty());
        let diagnostic = match at {
            Some(value) => report.on(value, message),
            None => report.on_key(toleration.entry("effect").unwrap_or(seconds), message),
        };
        diagnostic.field = path;
        let preferred = effect.is_empty();
        diagnostic.fixes.extend(edit.map(|edit| Fix { title: "Set `effect: NoExecute`".into(), preferred, edits: vec![edit] }));
    }
}

/// `ValidateLabelSelectorRequirement`
pub(super) fn label_requirement<'m>(requirement: Value<'m>, report: &mut Report<'m>) {
    values(requirement, |operator, count| selector_values(operator, count).is_err(), report);
}

/// `ValidateNodeSelectorRequirement`; those of `matchFields` have facts of their own.
pub(super) fn node_requirement<'m>(requirement: Value<'m>, report: &mut Report<'m>) {
    if requirement.holder().is_some_and(|list| list.name == "matchFields") {
        return;
    }
    let wrong = |operator: &str, count: usize| match operator {
        "Gt" | "Lt" => count != 1,
        _ => selector_values(operator, count).is_err(),
    };
    values(requirement, wrong, report);
}

/// Compares the operator with the number of values.
fn values<'m>(requirement: Value<'m>, wrong: fn(&str, usize) -> bool, report: &mut Report<'m>) {
    let Some(operator) = requirement.text_of("operator") else { return };
    let list = requirement.entry("values");
    // An operator that is none has an error of its own.
    if !["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"].contains(&&*operator)
        || list.is_some_and(|list| !list.is_sound() && !list.is_null())
    {
        return;
    }
    let count = list.map_or(0, |list| list.children().count());
    if !wrong(&operator, count) || (["Gt", "Lt"].contains(&&*operator) && requirement.is_a(ty::LABEL_SELECTOR_REQUIREMENT)) {
        return;
    }
    match list {
        Some(list) if matches!(&*operator, "Exists" | "DoesNotExist") => {
            superfluous(list, Reason::Forbidden.of(format!("`values` is not allowed with `operator: {operator}`")), report);
        }
        Some(list) if count > 1 => {
            report.on_key(list, Reason::Required.of(format!("`operator: {operator}` requires exactly one value")));
        }
        _ => lacking(requirement, "values", Reason::Required.of(format!("`operator: {operator}` requires `values`")), report),
    }
}

/// `validateMatchLabelKeysAndMismatchLabelKeys`
pub(super) fn label_keys<'m>(term: Value<'m>, report: &mut Report<'m>) {
    let without_selector = term.entry("labelSelector").is_none_or(Value::is_null);
    for field in ["matchLabelKeys", "mismatchLabelKeys"] {
        if let Some(keys) = term.entry(field).filter(|keys| without_selector && !keys.is_absent()) {
            superfluous(keys, Reason::Forbidden.of(format!("`{field}` requires a `labelSelector`")), report);
        }
    }
    doubled_keys(term, report);
}

/// A key must not be in both lists, nor in `matchLabelKeys` and in the selector. In a Pod itself the server has by then put the Pod's
/// own labels of `matchLabelKeys` into the selector.
fn doubled_keys<'m>(term: Value<'m>, report: &mut Report<'m>) {
    let Some(selector) = term.get("labelSelector") else { return };
    let mismatched: Vec<_> = term.list("mismatchLabelKeys").filter_map(Value::text).collect();
    let pod = PodSpec::around(term).filter(|pod| pod.is_of_pod()).and_then(PodSpec::object);
    let own = pod.and_then(|pod| pod.at(&["metadata", "labels"]));
    // Before 1.34 nothing was put into the selector of a spread constraint.
    let merges = term.is_a(ty::POD_AFFINITY_TERM) || term.model().release() >= Release::V1_34;
    for key in term.list("matchLabelKeys") {
        let Some(text) = key.text() else { continue };
        let has = |map: Option<Value<'m>>| map.into_iter().flat_map(|map| map.children()).any(|it| it.key_text().as_ref() == Some(&text));
        let expressions = selector.list("matchExpressions").filter(|it| it.text_of("key").as_ref() == Some(&text)).count();
        let labels = usize::from(has(selector.get("matchLabels")));
        let doubled = match merges {
            true => {
                let expressions = expressions + usize::from(has(own));
                expressions > 0 && expressions + labels > 1
            }
            false => expressions + labels > 0,
        };
        let other = if mismatched.contains(&text) { "mismatchLabelKeys" } else { "labelSelector" };
        if doubled || other == "mismatchLabelKeys" {
            report.on(key, Reason::Invalid.of(format!("duplicate key in `matchLabelKeys` and `{other}`")));
        }
    }
}

/// `validateTopologySpreadConstraints`
pub(super) fn spread<'m>(constraint: Value<'m>, report: &mut Report<'m>) {
    label_keys(constraint, report);
    let relaxed = constraint.text_of("whenUnsatisfiable").is_some_and(|text| text == "ScheduleAnyway");
    if let Some(domains) = constraint.get("minDomains").filter(|_| relaxed) {
        superfluous(domains, Reason::Invalid.of("`minDomains` requires `whenUnsatisfiable: DoNotSchedule`"), report);
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    fn pod(term: &str) -> String {
        format!(
            "
apiVersion: v1
kind: Pod
metadata: {{name: web, labels: {{app: web}}}}
spec:
  affinity:
    podAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: rack
{term}  containers: [{{name: a, image: b}}]
"
        )
    }

    #[test]
    fn a_key_stands_in_one_place() {
        let keys = "        labelSelector: {matchLabels: {app: web}}\n        matchLabelKeys: [app, tier]\n";
        // The label `app` of the Pod has been put into the selector by then.
        check(&pod(&format!(
            "{keys}                         ^^^ error[incompatible-scheduling-fields]: `matchLabelKeys` and `labelSelector`\n"
        )));
        let keys = "        labelSelector: {}\n        matchLabelKeys: [app]\n";
        check(&pod(keys));
        let mark = "                         ^^^ error[incompatible-scheduling-fields]: `matchLabelKeys` and `mismatchLabelKeys`\n";
        check(&pod(&format!("{keys}{mark}        mismatchLabelKeys: [app]\n")));
    }
}
