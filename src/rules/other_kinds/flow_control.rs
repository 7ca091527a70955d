//! FlowSchema and PriorityLevelConfiguration.

use crate::diagnostic::Reason;
use crate::pod::{Object, Value, api_names};
use crate::schema::ty;

use super::{Report, excluded, has, lacking_any, lone_wildcards, text_or_empty};

/// The most bits that the server takes for the choice of queues (`MaxHashBits`).
const MAX_BITS: f64 = 60.0;

/// `ValidateFlowSchemaSpec`, `ValidatePriorityLevelConfigurationSpec`: what depends on the name of the object.
pub(super) fn object<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(spec) = object.at(&["spec"]) else { return };
    let name = object.name();
    let is_exempt = name.as_deref() == Some("exempt");
    if spec.is_a(ty::FLOW_SCHEMA_SPEC) {
        if let Some(value) = spec.get("matchingPrecedence").filter(|value| value.int() == Some(1) && !is_exempt) {
            report.on(value, Reason::Invalid.of("only the FlowSchema named `exempt` may have `matchingPrecedence: 1`"));
        }
    } else if spec.is_a(ty::PRIORITY_LEVEL_CONFIGURATION_SPEC) {
        level(spec, is_exempt, report);
    }
}

fn level<'m>(spec: Value<'m>, is_exempt: bool, report: &mut Report<'m>) {
    let Some((value, kind)) = spec.get("type").and_then(|value| Some((value, value.text()?))) else { return };
    match &*kind {
        "Exempt" => {
            if !is_exempt {
                report.on(value, Reason::Invalid.of("only the PriorityLevelConfiguration named `exempt` may have `type: Exempt`"));
            }
            excluded(spec, &["limited"], "`type: Exempt`", report);
        }
        "Limited" => {
            if is_exempt {
                report.on(value, Reason::Invalid.of("the PriorityLevelConfiguration named `exempt` must have `type: Exempt`"));
            }
            excluded(spec, &["exempt"], "`type: Limited`", report);
            if !has(spec, "limited") {
                lacking_any(spec, "limited", "`type: Limited` requires `limited`".to_owned(), report);
            }
        }
        _ => {}
    }
}

/// `ValidateFlowSchemaSubject`
pub(super) fn subject<'m>(subject: Value<'m>, report: &mut Report<'m>) {
    let Some(kind) = text_or_empty(subject, "kind").filter(|_| subject.is_certain_of("kind")) else { return };
    let (wanted, others) = match &*kind {
        "ServiceAccount" => ("serviceAccount", ["user", "group"]),
        "User" => ("user", ["serviceAccount", "group"]),
        "Group" => ("group", ["serviceAccount", "user"]),
        _ => return,
    };
    excluded(subject, &others, &format!("`kind: {kind}`"), report);
    if !has(subject, wanted) {
        lacking_any(subject, wanted, format!("`kind: {kind}` requires `{wanted}`"), report);
    }
    if let Some((name, Err(words))) =
        subject.at(&["serviceAccount", "name"]).and_then(|name| Some((name, api_names::account_or_all(&name.text()?))))
        && wanted == "serviceAccount"
        && !name.is_absent()
    {
        report.on(name, Reason::Invalid.of(format!("the name of a ServiceAccount is not valid: {words}")));
    }
}

/// `ValidateFlowSchemaResourcePolicyRule`
pub(super) fn resource_rule<'m>(rule: Value<'m>, report: &mut Report<'m>) {
    if rule.children().next().is_none() {
        return;
    }
    lone_wildcards(rule, &["verbs", "apiGroups", "resources", "namespaces"], report);
    if !rule.is_true("clusterScope") && rule.is_certain_of("clusterScope") {
        let message = "a rule without `clusterScope: true` requires `namespaces`; use `*` for all";
        lacking_any(rule, "namespaces", message.to_owned(), report);
    }
    let namespaces = super::texts_of(rule, "namespaces");
    if namespaces.iter().any(|(_, text)| text == "*") {
        return;
    }
    for (item, text) in namespaces {
        if let Err(words) = api_names::namespace_or_all(&text) {
            report.on(item, Reason::Invalid.of(format!("{text:?} is not a namespace: {words}")));
        }
    }
}

/// `ValidateFlowSchemaNonResourcePolicyRule`
pub(super) fn other_rule<'m>(rule: Value<'m>, report: &mut Report<'m>) {
    lone_wildcards(rule, &["verbs", "nonResourceURLs"], report);
}

/// `ValidateLimitResponse`
pub(super) fn response<'m>(response: Value<'m>, report: &mut Report<'m>) {
    match response.text_of("type").as_deref() {
        Some("Reject") => excluded(response, &["queuing"], "`type: Reject`", report),
        Some("Queue") if !has(response, "queuing") => {
            lacking_any(response, "queuing", "`type: Queue` requires `queuing`".to_owned(), report);
        }
        _ => {}
    }
}

/// `ValidatePriorityLevelQueuingConfiguration`
pub(super) fn queues<'m>(queuing: Value<'m>, report: &mut Report<'m>) {
    let number = |field: &str, default: i64| match queuing.entry(field).filter(|value| !value.is_null()) {
        None => Some(default),
        Some(value) => value.int().map(|number| if number == 0 { default } else { number }),
    };
    let (Some(queues), Some(hand)) = (number("queues", 64), number("handSize", 8)) else { return };
    if !(0..=10_000_000).contains(&queues) || hand < 0 {
        return;
    }
    let message = if hand > queues {
        format!("`handSize` ({hand}) must not exceed `queues` ({queues})")
    } else if ((queues as f64).log2() * hand as f64).ceil() > MAX_BITS {
        format!("`handSize` ({hand}) is too large for {queues} queues; choose less of one of them")
    } else {
        return;
    };
    let path = queuing.path_to("handSize");
    if let Some(value) = queuing.get("handSize").or_else(|| queuing.get("queues")) {
        report.on(value, Reason::Invalid.of(message)).field = path;
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn schemas() {
        check(
            "
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: a}
spec:
  matchingPrecedence: 1
                      ^ error[incompatible-access-fields]: named `exempt`
  priorityLevelConfiguration: {name: a}
  rules:
  - subjects:
    - {kind: User, user: {name: a}, group: {name: b}}
                                    ^^^^^ error[incompatible-access-fields]: not allowed with `kind: User`
    - {kind: Group}
      ^^^^^^^^^^^^^ error[incompatible-access-fields]: requires `group`
    - {kind: ServiceAccount, serviceAccount: {name: \"*\", namespace: a}}
    resourceRules:
    - {verbs: [\"*\", get], apiGroups: [\"\"], resources: [pods], namespaces: [a.b]}
               ^^^ error[incompatible-access-fields]: only item of `verbs`
                                                                           ^^^ error[incompatible-access-fields]: is not a namespace
    - {verbs: [get], apiGroups: [\"\"], resources: [pods]}
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[incompatible-access-fields]: requires `namespaces`
",
        );
    }

    #[test]
    fn levels() {
        check(
            "
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: a}
spec:
  type: Limited
  exempt: {}
  ^^^^^^ error[incompatible-access-fields]: not allowed with `type: Limited`
  limited: {limitResponse: {type: Queue, queuing: {queues: 4, handSize: 5}}}
                                                                        ^ error[incompatible-access-fields]: must not exceed `queues` (4)
",
        );
        check(
            "
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: a}
spec:
  type: Exempt
        ^^^^^^ error[incompatible-access-fields]: named `exempt`
",
        );
    }
}
