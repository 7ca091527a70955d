//! Roles and bindings, webhooks and admission policies.

use crate::diagnostic::Reason;
use crate::pod::{Object, Value, names};
use crate::schema::ty;

use super::{
    Check, Report, certificates, declare_rule, excluded, expressions, flow_control, has, lacking, lacking_any, lone_wildcards, superfluous,
};
use super::{text_or_empty, texts};

declare_rule! {
    /// Fields of roles, webhooks, policies, certificates, and flow schemas that contradict each other.
    ///
    /// ## Why
    /// The API server rejects the object. A rule of a role is either about resources or about other URLs; a subject of kind `User` or
    /// `Group` has another API group than a ServiceAccount; a policy can only use the variables that it defines.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: metrics-reader
    /// rules:
    /// - verbs: [get]
    ///   apiGroups: [""]
    ///   resources: [pods]
    ///   nonResourceURLs: [/metrics]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: metrics-reader
    /// rules:
    /// - verbs: [get]
    ///   apiGroups: [""]
    ///   resources: [pods]
    /// - verbs: [get]
    ///   nonResourceURLs: [/metrics]
    /// ```
    ///
    /// ## Source
    /// `ValidatePolicyRule`, `ValidateRoleBindingSubject`, `validateRule`, `validateValidationActions`, `validateMutation`,
    /// `ValidateFlowSchemaSubject`, `ValidatePriorityLevelConfigurationSpec`, `ParseCSR` and others.
    INCOMPATIBLE_ACCESS_FIELDS = "incompatible-access-fields", Error, [
        Check::Type(ty::POLICY_RULE, policy_rule),
        Check::Type(ty::SUBJECT, subject),
        Check::Type(ty::RULE_WITH_OPERATIONS, rule),
        Check::Type(ty::NAMED_RULE_WITH_OPERATIONS, rule),
        Check::Type(ty::VALIDATING_WEBHOOK, webhook),
        Check::Type(ty::MUTATING_WEBHOOK, webhook),
        Check::Type(ty::VALIDATING_ADMISSION_POLICY_BINDING_SPEC, binding),
        Check::Type(ty::MUTATION, mutation),
        Check::Type(ty::AUDIT_ANNOTATION, audit_annotation),
        Check::Type(ty::MATCH_CONDITION, expressions::of_policy),
        Check::Type(ty::VARIABLE, expressions::of_policy),
        Check::Type(ty::VALIDATION, expressions::of_policy),
        Check::Type(ty::AUDIT_ANNOTATION, expressions::of_policy),
        Check::Type(ty::APPLY_CONFIGURATION, expressions::of_policy),
        Check::Type(ty::JSON_PATCH, expressions::of_policy),
        Check::Type(ty::CERTIFICATE_SIGNING_REQUEST_SPEC, certificates::request),
        Check::Type(ty::CLUSTER_TRUST_BUNDLE_SPEC, certificates::bundle),
        Check::Type(ty::POD_CERTIFICATE_REQUEST_SPEC, certificates::pod_request),
        Check::Object(certificates::bundle_name),
        Check::Object(flow_control::object),
        Check::Type(ty::FLOWCONTROL_SUBJECT, flow_control::subject),
        Check::Type(ty::RESOURCE_POLICY_RULE, flow_control::resource_rule),
        Check::Type(ty::NON_RESOURCE_POLICY_RULE, flow_control::other_rule),
        Check::Type(ty::LIMIT_RESPONSE, flow_control::response),
        Check::Type(ty::QUEUING_CONFIGURATION, flow_control::queues),
    ]
}

const RBAC_GROUP: &str = "rbac.authorization.k8s.io";

/// `ValidatePolicyRule`
fn policy_rule<'m>(rule: Value<'m>, report: &mut Report<'m>) {
    if rule.children().next().is_none() {
        return;
    }
    match rule.entry("nonResourceURLs").filter(|urls| !urls.is_absent()) {
        Some(urls) => {
            let other = ["apiGroups", "resources", "resourceNames"].into_iter().find(|field| rule.gives(field));
            // In a Role they are rejected as such.
            if let Some(other) = other.filter(|_| urls.facts().forbidden.is_none()) {
                let message = format!("a rule cannot have both `nonResourceURLs` and `{other}`; split it in two");
                report.on_key(urls, Reason::Invalid.of(message));
            }
        }
        None if rule.is_certain_of("nonResourceURLs") => {
            lacking(rule, "apiGroups", Reason::Required.of("a rule about resources requires `apiGroups`"), report);
            lacking(rule, "resources", Reason::Required.of("a rule about resources requires `resources`"), report);
        }
        None => {}
    }
}

/// `ValidateRoleBindingSubject`
fn subject<'m>(subject: Value<'m>, report: &mut Report<'m>) {
    let Some(kind) = text_or_empty(subject, "kind").filter(|_| subject.is_certain_of("kind")) else { return };
    let group = subject.get("apiGroup").and_then(|value| Some((value, value.text()?))).filter(|(_, text)| !text.is_empty());
    match &*kind {
        "ServiceAccount" => {
            if let Some((value, _)) = group {
                superfluous(value, Reason::Unsupported.of("a ServiceAccount has no `apiGroup`; remove it"), report);
            }
            let in_cluster =
                subject.model().object(subject.object()).and_then(|it| it.info()).is_some_and(|it| it.kind == "ClusterRoleBinding");
            if in_cluster && !report.options().layers.sets_namespace() {
                let message = Reason::Required.of("a ServiceAccount requires `namespace` in a ClusterRoleBinding");
                lacking(subject, "namespace", message, report);
            }
            if let Some((name, Err(words))) = subject.get("name").and_then(|name| Some((name, names::dns_subdomain(&name.text()?))))
                && subject.gives("name")
            {
                report.on(name, Reason::Invalid.of(format!("the name of a ServiceAccount is not valid: {words}")));
            }
        }
        "User" | "Group" => {
            if let Some((value, text)) = group.filter(|(_, text)| text != RBAC_GROUP) {
                let message = format!("`apiGroup` of a {kind} must be `{RBAC_GROUP}`, not `{text}`");
                let diagnostic = report.on(value, Reason::Unsupported.of(message));
                let edit = super::rewrite::scalar(value.written(), RBAC_GROUP);
                diagnostic.fixes.push(crate::diagnostic::Fix::preferred(format!("Replace with `{RBAC_GROUP}`"), vec![edit]));
            }
        }
        _ => {}
    }
}

/// `validateRule`, `validateRuleWithOperations`
fn rule<'m>(rule: Value<'m>, report: &mut Report<'m>) {
    lone_wildcards(rule, &["apiGroups", "apiVersions", "operations"], report);
    if let Some(list) = rule.get("resources") {
        resources(list, report);
    }
    let mutates = |it: Value<'m>| it.is_a(ty::MUTATING_ADMISSION_POLICY_SPEC) || it.is_a(ty::MUTATING_ADMISSION_POLICY_BINDING_SPEC);
    let list = rule.parent().filter(|list| list.field().is_some_and(|field| field.name == "resourceRules"));
    if let Some(list) = list.filter(|_| rule.ancestors().any(mutates)) {
        let path = format!("{}.operations", list.path());
        for item in rule.list("operations").filter(|item| item.text().is_some_and(|text| text == "DELETE")) {
            report.on(item, Reason::Unsupported.of("what is deleted cannot be mutated; remove `DELETE`")).field.clone_from(&path);
        }
    }
}

/// `validateResources`
fn resources<'m>(list: Value<'m>, report: &mut Report<'m>) {
    let all = texts(list);
    let (mut whole, mut sub) = (vec![], vec![]);
    let mut plain = false;
    let mut reported = false;
    for (item, text) in all.iter().filter(|(_, text)| !text.is_empty()) {
        let Some((resource, subresource)) = text.split_once('/') else {
            plain = text != "*";
            continue;
        };
        let by = [(whole.contains(&resource), format!("{resource}/*")), (sub.contains(&subresource), format!("*/{subresource}"))];
        if let Some((_, by)) = by.into_iter().find(|(covered, _)| *covered) {
            report.on(*item, Reason::Invalid.of(format!("`{by}` covers `{text}` already; remove this item")));
            reported = true;
        }
        if subresource == "*" {
            whole.push(resource);
        }
        if resource == "*" {
            sub.push(subresource);
        }
    }
    let path = list.path();
    let star = |star: &str| all.iter().find(|(_, text)| text == star).map(|(item, _)| *item);
    if let Some(item) = star("*/*").filter(|_| all.len() > 1 && !reported) {
        report.on(item, Reason::Invalid.of("`*/*` must be the only item of `resources`; remove it or the others")).field = path;
    } else if let Some(item) = star("*").filter(|_| plain) {
        let message = "`*` means all resources; remove it or those without a subresource";
        report.on(item, Reason::Invalid.of(message)).field = path;
    }
}

/// `validateAdmissionReviewVersions`
fn webhook<'m>(webhook: Value<'m>, report: &mut Report<'m>) {
    if let Some(list) = webhook.get("admissionReviewVersions") {
        known_version(list, report);
    }
}

/// Of the versions of a review the server must know one.
pub(super) fn known_version<'m>(list: Value<'m>, report: &mut Report<'m>) {
    let all = texts(list);
    if !list.is_absent() && all.len() == list.children().count() && !all.iter().any(|(_, text)| text == "v1" || text == "v1beta1") {
        let name = list.field().map_or("", |field| field.name);
        report.on_key(list, Reason::Invalid.of(format!("`{name}` must include `v1` or `v1beta1`")));
    }
}

/// `validateValidationActions`
fn binding<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(list) = spec.get("validationActions") else { return };
    let all = texts(list);
    let find = |action: &str| all.iter().find(|(_, text)| text == action).map(|(item, _)| *item);
    if let (Some(_), Some(warn)) = (find("Deny"), find("Warn")) {
        let path = list.path();
        let message = "`Warn` repeats what `Deny` says; remove one of them";
        report.on(warn, Reason::Invalid.of(message)).field = path;
    }
}

/// `validateMutation`
fn mutation<'m>(mutation: Value<'m>, report: &mut Report<'m>) {
    let Some(kind) = mutation.text_of("patchType").filter(|_| mutation.is_certain_of("patchType")) else { return };
    let (wanted, other) = match &*kind {
        "JSONPatch" => ("jsonPatch", "applyConfiguration"),
        "ApplyConfiguration" => ("applyConfiguration", "jsonPatch"),
        _ => return,
    };
    excluded(mutation, &[other], &format!("`patchType: {kind}`"), report);
    if !has(mutation, wanted) {
        lacking_any(mutation, wanted, format!("`patchType: {kind}` requires `{wanted}`"), report);
    }
}

/// `validateAuditAnnotation`: the key of the annotation has the name of the policy as its prefix.
fn audit_annotation<'m>(annotation: Value<'m>, report: &mut Report<'m>) {
    let Some(key) = annotation.get("key") else { return };
    let policy = annotation.model().object(annotation.object()).and_then(Object::name);
    let (Some(text), Some(policy)) = (key.text().filter(|text| !text.is_empty()), policy) else { return };
    if names::dns_subdomain(&policy).is_ok()
        && let Err(words) = names::qualified_name(&format!("{policy}/{text}"))
    {
        report.on(key, Reason::Invalid.of(format!("{text:?} cannot be the key of an audit annotation: {words}")));
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn roles() {
        check(
            "
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: \"system:a\"}
rules:
- {verbs: [get], nonResourceURLs: [/a], resources: [pods]}
                 ^^^^^^^^^^^^^^^ error[incompatible-access-fields]: split it
- {verbs: [get], resources: [pods]}
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[incompatible-access-fields]: requires `apiGroups`
- {verbs: [get], resources: [pods], apiGroups: [\"\"]}
- {verbs: [get], nonResourceURLs: [/a]}
",
        );
        check(
            "
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: a}
rules:
- {verbs: [get], nonResourceURLs: [/a]}
                 ^^^^^^^^^^^^^^^ error[forbidden-field]: ClusterRole
",
        );
    }

    #[test]
    fn bindings() {
        check(
            "
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}
                                                     ^^^^ error[unsupported-value]: `ClusterRole`
subjects:
- {kind: ServiceAccount, name: a}
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[incompatible-access-fields]: requires `namespace`
- {kind: ServiceAccount, name: a, namespace: b, apiGroup: rbac.authorization.k8s.io}
                                                ^^^^^^^^ error[incompatible-access-fields]: has no `apiGroup`
- {kind: User, name: \"system:a\", apiGroup: rbac}
                                           ^^^^ error[incompatible-access-fields]: must be
- {kind: Group, name: a}
",
        );
    }

    #[test]
    fn webhooks() {
        check(
            "
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: a}
webhooks:
- name: a.b.c
  sideEffects: None
  admissionReviewVersions: [v2]
  ^^^^^^^^^^^^^^^^^^^^^^^ error[incompatible-access-fields]: `v1`
  clientConfig: {service: {name: a, namespace: b, path: /c}}
  rules:
  - apiGroups: [\"*\", apps]
                ^^^ error[incompatible-access-fields]: only item of `apiGroups`
    apiVersions: [v1]
    operations: [CREATE, \"*\"]
                         ^^^ error[incompatible-access-fields]: only item of `operations`
    resources: [pods/*, pods/log, \"*\", nodes]
                        ^^^^^^^^ error[incompatible-access-fields]: covers `pods/log` already
                                  ^^^ error[incompatible-access-fields]: all resources
",
        );
    }

    #[test]
    fn policies() {
        check(
            "
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: a}
spec:
  policyName: a
  validationActions: [Deny, Warn]
                            ^^^^ error[incompatible-access-fields]: remove one
",
        );
        check(
            "
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: a}
spec:
  reinvocationPolicy: Never
  matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [DELETE], resources: [a]}]}
                                                                                         ^^^^^^ error[incompatible-access-fields]: deleted
  mutations:
  - patchType: JSONPatch
    ^^^^^^^^^^^^^^^^^^^^ error[incompatible-access-fields]: requires `jsonPatch`
    applyConfiguration: {expression: \"Object{}\"}
    ^^^^^^^^^^^^^^^^^^ error[incompatible-access-fields]: not allowed
",
        );
        check(
            "
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: a}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [a]}]}
  variables:
  - {name: a, expression: object.spec}
  - {name: b, expression: variables.a}
  validations:
  - expression: variables.c == params.x
                ^^^^^^^^^^^^^^^^^^^^^^^ error[incompatible-access-fields]: `params` requires `paramKind`
  - expression: variables.b == object.metadata.name
    messageExpression: 1 == 2
                       ^^^^^^ error[incompatible-access-fields]: must yield a string
  - expression: nothing.there
                ^^^^^^^^^^^^^ error[incompatible-access-fields]: `nothing` is not defined
  - expression: variables.c
                ^^^^^^^^^^^ error[incompatible-access-fields]: no variable `c`
  - expression: a b
                ^^^ error[invalid-format]: syntax error
  auditAnnotations:
  - {key: a/b, valueExpression: \"'c'\"}
          ^^^ error[incompatible-access-fields]: key of an audit annotation
",
        );
    }
}
