//! `unknown-container` and `unknown-resource-claim`

use crate::diagnostic::{Fix, Incomplete, Reason};
use crate::pod::refs::{self, Names, Use};
use crate::pod::{Enforcement, Value};
use crate::schema::facts::Target;
use crate::schema::ty;

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// References to containers that the Pod does not define.
    ///
    /// ## Why
    /// The API server rejects a Job whose `podFailurePolicy` names an unknown container. A `resourceFieldRef` to an unknown container is
    /// accepted, but the container that uses it fails to start, or the volume cannot be mounted.
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
    ///     env:
    ///     - name: MEMORY
    ///       valueFrom:
    ///         resourceFieldRef:
    ///           containerName: wbe
    ///           resource: limits.memory
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
    ///     env:
    ///     - name: MEMORY
    ///       valueFrom:
    ///         resourceFieldRef:
    ///           containerName: web
    ///           resource: limits.memory
    /// ```
    ///
    /// ## Source
    /// `validatePodFailurePolicyRuleOnExitCodes`; for the rest the kubelet's `ExtractResourceValueByContainerName`.
    UNKNOWN_CONTAINER = "unknown-container", Error from Others, [Check::PodSpec(check_containers)]
}

declare_rule! {
    /// Container resource claims that are not listed in the Pod's `resourceClaims`.
    ///
    /// ## Why
    /// The API server rejects the object: `must be one of the names in pod.spec.resourceClaims`.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   resourceClaims:
    ///   - name: gpu
    ///     resourceClaimTemplateName: one-gpu
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       claims:
    ///       - name: gpus
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   resourceClaims:
    ///   - name: gpu
    ///     resourceClaimTemplateName: one-gpu
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       claims:
    ///       - name: gpu
    /// ```
    ///
    /// ## Source
    /// `validateResourceClaimNames`.
    UNKNOWN_RESOURCE_CLAIM = "unknown-resource-claim", Error from Others, [Check::PodSpec(check_claims)]
}

fn check_containers<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    for (used, near) in unknown(spec, Target::Container) {
        let refused = !used.site.ancestors().any(|it| it.is_a(ty::RESOURCE_FIELD_SELECTOR));
        let in_container = used.site.ancestors().any(|it| it.is_a(ty::CONTAINER) || it.is_a(ty::EPHEMERAL_CONTAINER));
        let end = match refused {
            true => "",
            false if in_container => ", so the container fails to start",
            false => ", so the volume cannot be mounted",
        };
        let diagnostic = report.on(used.site, format!("the Pod has no container \"{}\"{end}", used.name));
        diagnostic.incomplete = while_written(spec, "containers");
        if refused {
            diagnostic.reason = Some(Reason::Invalid);
        } else {
            diagnostic.severity = crate::diagnostic::Severity::Warning;
        }
        diagnostic.fixes.extend(near.map(|near| use_instead(&used, near)));
    }
}

fn check_claims<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    for (used, near) in unknown(spec, Target::PodResourceClaim) {
        let path = used.site.parent().map(Value::path).unwrap_or_default();
        let diagnostic = report.on(used.site, Reason::NotFound.of(format!("the Pod has no resource claim \"{}\"", used.name)));
        diagnostic.field = path;
        diagnostic.incomplete = while_written(spec, "resourceClaims");
        diagnostic.fixes.extend(near.map(|near| use_instead(&used, near)));
    }
}

/// The list that defines the names, or what is to have it: while the author writes that, the name may still come.
pub(super) fn while_written(within: Value<'_>, list: &str) -> Option<Incomplete> {
    Some(Incomplete::Node(within.entry(list).unwrap_or(within).node().id()))
}

/// The names of that kind that are used and not defined, each with the one that was probably meant.
fn unknown<'m>(spec: Value<'m>, target: Target) -> Vec<(Use<'m>, Option<String>)> {
    let Some(object) = spec.model().object(spec.object()) else { return vec![] };
    if !refs::is_complete(spec, target) {
        return vec![];
    }
    let mut names = None;
    let uses = refs::uses(object, target).filter(|it| it.site.enforcement() != Enforcement::Dropped);
    let unknown = uses.filter_map(|used| {
        let names = names.get_or_insert_with(|| Names::new(spec, target));
        let near = names.nearest(&used.name).map(|it| it.name.to_string());
        names.get(&used.name).is_none().then_some((used, near))
    });
    unknown.collect()
}

fn use_instead(used: &Use<'_>, near: String) -> Fix {
    let edit = rewrite::scalar(used.site.written(), &near);
    Fix::preferred(format!("Use `{near}`"), vec![edit])
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn names() {
        check(
            "
apiVersion: batch/v1
kind: Job
metadata: {name: bake}
spec:
  podFailurePolicy:
    rules:
    - {action: Ignore, onExitCodes: {containerName: oven, operator: In, values: [3]}}
    - {action: Ignore, onExitCodes: {containerName: over, operator: In, values: [3]}}
                                                    ^^^^ error[unknown-container]: no container \"over\"
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: oven
        image: b
        resources: {claims: [{name: heat}]}
                                    ^^^^ error[unknown-resource-claim]
        env:
        - {name: A, valueFrom: {resourceFieldRef: {containerName: none, resource: limits.cpu}}}
                                                                  ^^^^ warning[unknown-container]
",
        );
    }
}
