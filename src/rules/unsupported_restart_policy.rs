//! `unsupported-restart-policy`

use crate::diagnostic::{Fix, Reason};
use crate::pod::Value;
use crate::pod::spec::PodSpec;
use crate::schema::{facts, ty};

use super::rewrite::{self, Draft};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Values of `restartPolicy` that the kind does not support.
    ///
    /// A Deployment, StatefulSet, DaemonSet, ReplicaSet or ReplicationController keeps its Pods running, so `restartPolicy` can only be
    /// `Always`, and `activeDeadlineSeconds` is not allowed. The Pods of a Job must terminate, so it must be `OnFailure` or `Never`.
    ///
    /// ## Why
    /// The API server rejects the object. The default is `Always`, so a Job must set it explicitly.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: import
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///       - name: import
    ///         image: ghcr.io/example/backup:1.0
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: import
    /// spec:
    ///   template:
    ///     spec:
    ///       restartPolicy: Never
    ///       containers:
    ///       - name: import
    ///         image: ghcr.io/example/backup:1.0
    /// ```
    ///
    /// ## Source
    /// `ValidatePodTemplateSpecForReplicaSet`, `ValidateJobSpec`.
    UNSUPPORTED_RESTART_POLICY = "unsupported-restart-policy", Error from Itself, [
        Check::Type(ty::DEPLOYMENT_SPEC, check_running),
        Check::Type(ty::REPLICA_SET_SPEC, check_running),
        Check::Type(ty::STATEFUL_SET_SPEC, check_running),
        Check::Type(ty::DAEMON_SET_SPEC, check_running),
        Check::Type(ty::REPLICATION_CONTROLLER_SPEC, check_running),
        Check::Type(ty::JOB_SPEC, check_job),
    ]
}

fn check_running<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = spec.at(&["template", "spec"]) else { return };
    let kind = pod.model().object(pod.object()).and_then(|it| it.info()).map_or("object", |info| info.kind);
    if let Some(policy) = pod.get("restartPolicy")
        && let Some(text) = policy.text().filter(|text| !text.is_empty() && text != "Always")
        && is_policy(policy, &text)
    {
        let message = Reason::Unsupported.of(format!("a {kind} supports only `restartPolicy: Always`"));
        let diagnostic = report.on(policy, message);
        diagnostic.fixes.push(Fix::preferred("Replace with `Always`", vec![rewrite::scalar(policy.written(), "Always")]));
    }
    if let Some(deadline) = pod.get("activeDeadlineSeconds") {
        let message = Reason::Forbidden.of(format!("`activeDeadlineSeconds` is not allowed in a {kind}"));
        let diagnostic = report.on_key(deadline, message);
        diagnostic.fixes.extend(rewrite::without(deadline).map(|edit| Fix::possible("Remove `activeDeadlineSeconds`", vec![edit])));
    }
}

fn check_job<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = spec.at(&["template", "spec"]).and_then(PodSpec::new) else { return };
    let value = pod.value();
    let policies: &[&str] = if spec.gives("podFailurePolicy") { &["Never"] } else { &["Never", "OnFailure"] };
    let known = if policies.len() == 1 { "`Never` because it has a `podFailurePolicy`" } else { "`OnFailure` or `Never`" };
    let message = Reason::Required.of(format!("`restartPolicy` of a Job must be {known}"));
    let fix = |at: usize, title: String, edit| Fix { title, preferred: at == 0, edits: vec![edit] };
    match value.entry("restartPolicy") {
        None => {
            let add = |name: &str| rewrite::field(value, &[], "restartPolicy", &Draft::text(name));
            let diagnostic = report.missing(value, "restartPolicy", message);
            for (at, name) in policies.iter().enumerate() {
                diagnostic.fixes.extend(add(name).map(|edit| fix(at, format!("Add `restartPolicy: {name}`"), edit)));
            }
        }
        Some(policy) if policy.is_absent() || policy.text().is_some_and(|text| text == "Always") => {
            let absent = policy.is_absent();
            if absent && !report.reports_missing() {
                return;
            }
            let diagnostic = report.on(policy, message);
            if absent {
                diagnostic.incomplete = Some(crate::diagnostic::Incomplete::Node(value.node().id()));
            }
            for (at, name) in policies.iter().enumerate().filter(|_| !policy.written().is_empty()) {
                diagnostic.fixes.push(fix(at, format!("Replace with `{name}`"), rewrite::scalar(policy.written(), name)));
            }
        }
        Some(policy) if policies.len() == 1 && policy.text().is_some_and(|text| text == "OnFailure") => {
            // A failure policy may be gone in the whole.
            if !report.reports_missing() || !spec.is_certain_of("podFailurePolicy") {
                return;
            }
            let message = Reason::Invalid.of("`podFailurePolicy` requires `restartPolicy: Never`");
            let diagnostic = report.on(policy, message);
            diagnostic.fixes.push(fix(0, "Replace with `Never`".into(), rewrite::scalar(policy.written(), "Never")));
        }
        Some(_) => {}
    }
}

/// Whether it is a policy at all; another text has its own diagnostic.
fn is_policy(policy: Value<'_>, text: &str) -> bool {
    policy.field().is_some_and(|field| facts::of(field).values.iter().any(|known| known.name == text))
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    #[test]
    fn jobs_end() {
        let job = |policy: &str| {
            format!(
                "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      containers: [{{name: a, image: b}}]\n{policy}"
            )
        };
        check(&job("      restartPolicy: OnFailure\n"));
        check(&job("      restartPolicy: Always\n                     ^^^^^^ error[unsupported-restart-policy]: `OnFailure` or `Never`\n"));
        assert_eq!(fixed(&job(""), "unsupported-restart-policy"), job("      restartPolicy: Never\n"));
        check("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n");
    }

    #[test]
    fn deployments_run() {
        check(
            "
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: a}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      restartPolicy: Never
                     ^^^^^ error[unsupported-restart-policy]: a DaemonSet supports only `restartPolicy: Always`
      activeDeadlineSeconds: 5
      ^^^^^^^^^^^^^^^^^^^^^ error[unsupported-restart-policy]: `activeDeadlineSeconds` is not allowed in a DaemonSet
      containers: [{name: a, image: b}]
",
        );
    }
}
