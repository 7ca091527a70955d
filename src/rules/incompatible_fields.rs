//! `invalid-owner`, and the rules about fields that contradict each other

pub mod config;
pub mod containers;
pub mod jobs;
pub mod network;
pub mod pod;
pub mod scaling;
pub mod scheduling;
pub mod storage;
pub mod volumes;
pub mod workloads;

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, Fix, Message, Reason, Related};
use crate::pod::spec::PodSpec;
use crate::pod::{Object, Value};
use crate::schema::ty;

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Invalid owner references.
    ///
    /// ## Why
    /// The API server rejects the object. Only one owner reference can have `controller: true`, and an Event cannot be an owner.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   ownerReferences:
    ///   - apiVersion: apps/v1
    ///     kind: ReplicaSet
    ///     name: web
    ///     uid: 4c6f1c1e
    ///     controller: true
    ///   - apiVersion: batch/v1
    ///     kind: Job
    ///     name: web
    ///     uid: 9d2b7a30
    ///     controller: true
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
    ///   name: web
    ///   ownerReferences:
    ///   - apiVersion: apps/v1
    ///     kind: ReplicaSet
    ///     name: web
    ///     uid: 4c6f1c1e
    ///     controller: true
    ///   - apiVersion: batch/v1
    ///     kind: Job
    ///     name: web
    ///     uid: 9d2b7a30
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `ValidateOwnerReferences` of apimachinery.
    INVALID_OWNER = "invalid-owner", Error, [Check::Type(ty::OBJECT_META, owners)]
}

/// What the server does not look into, since it rejects it as such.
pub(super) fn refused(pod: PodSpec<'_>) -> impl Iterator<Item = Value<'_>> {
    let job = pod.value().ancestors().find(|it| it.is_a(ty::JOB_SPEC));
    job.and_then(jobs::refused).into_iter()
}

/// The same of kinds without a PodSpec.
pub(super) fn unread(object: Object<'_>) -> impl Iterator<Item = Value<'_>> {
    let spec = object.at(&["spec"]);
    let sources = spec.into_iter().flat_map(volumes::unread_sources);
    sources.chain(spec.and_then(config::unread_ranges))
}

/// Reports a field that must not be set, with the removal as fix.
pub(super) fn superfluous<'r, 'm>(value: Value<'m>, message: impl Into<Message>, report: &'r mut Report<'m>) -> &'r mut Diagnostic {
    let name = value.field().map_or("", |field| field.name);
    let diagnostic = report.on_key(value, message);
    diagnostic.fixes.extend(rewrite::without(value).map(|edit| Fix::possible(format!("Remove `{name}`"), vec![edit])));
    diagnostic
}

/// Says of a field that it must be there: at the field if it is empty, else at the struct that lacks it.
pub(super) fn lacking<'m>(within: Value<'m>, field: &str, message: impl Into<Message>, report: &mut Report<'m>) {
    match within.entry(field) {
        Some(value) if value.is_absent() && report.reports_missing() => {
            report.on(value, message).incomplete = Some(crate::diagnostic::Incomplete::Node(within.node().id()));
        }
        Some(_) => {}
        None => _ = report.missing(within, field, message),
    }
}

/// `ValidateOwnerReferences`
fn owners<'m>(metadata: Value<'m>, report: &mut Report<'m>) {
    let owners = || metadata.list("ownerReferences").filter(|owner| owner.is_sound());
    // The server drops those that repeat another one.
    let same = |a: Value<'m>, b: Value<'m>| {
        ["apiVersion", "kind", "name", "uid", "blockOwnerDeletion"].iter().all(|field| text_or_empty(a, field) == text_or_empty(b, field))
    };
    let controller = |owner: &Value<'m>| owner.is_true("controller");
    let first = owners().find(controller);
    let mut controllers =
        first.into_iter().chain(owners().filter(controller).filter(|owner| first.is_some_and(|first| !same(first, *owner))));
    if let (Some(first), Some(again)) = (controllers.next(), controllers.next())
        && let (Some(first), Some(again)) = (first.get("controller"), again.get("controller"))
    {
        let path = again.ancestors().nth(1).map(Value::path).unwrap_or_default();
        let diagnostic =
            report.on(again, Reason::Invalid.of("only one owner reference can have `controller: true`; an earlier one already has it"));
        diagnostic.field = path;
        diagnostic.related.push(Related { range: first.range(), message: "first defined here".to_owned() });
    }
    for owner in owners() {
        let version = owner.get("apiVersion").and_then(|value| Some((value, value.text()?)));
        let kind = owner.text_of("kind");
        match version {
            Some((value, text)) if !text.is_empty() && (text.ends_with('/') || text.split('/').count() > 2) => {
                report.on(value, Reason::Invalid.of(format!("{text:?} must be <group>/<version> or <version>")));
            }
            Some((_, text)) if text == "v1" && kind.as_deref() == Some("Event") => {
                let path = owner.path();
                report.on(owner.get("kind").unwrap_or(owner), Reason::Invalid.of("an Event must not be an owner")).field = path;
            }
            _ => {}
        }
    }
}

/// The text of a field, empty where it is not given; `None` where it cannot be read.
pub(super) fn text_or_empty<'m>(within: Value<'m>, field: &str) -> Option<Cow<'m, str>> {
    match within.entry(field) {
        Some(value) if value.is_null() => Some("".into()),
        Some(value) => value.text(),
        None => Some("".into()),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed, offered};

    #[test]
    fn containers() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 10
  containers:
  - name: web
    image: a
    securityContext:
      allowPrivilegeEscalation: false
                                ^^^^^ error[incompatible-container-fields]: `privileged`
      privileged: true
      seccompProfile: {type: Localhost}
      ^^^^^^^^^^^^^^ error[incompatible-container-fields]: `localhostProfile`
    lifecycle: {preStop: {sleep: {seconds: 11}}}
                                           ^^ error[incompatible-container-fields]: terminationGracePeriodSeconds
    env:
    - {name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 2}}}
                                                                              ^ error[incompatible-container-fields]: 1m and 1
    volumeMounts:
    - {name: a, mountPath: /a, mountPropagation: Bidirectional}
    - {name: a, mountPath: /b, recursiveReadOnly: Enabled}
                                                  ^^^^^^^ error[incompatible-container-fields]: readOnly
  - name: b
    image: b
    volumeMounts:
    - {name: a, mountPath: /a, mountPropagation: Bidirectional}
                                                 ^^^^^^^^^^^^^ error[incompatible-container-fields]: privileged
    restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [3]}}]
    ^^^^^^^^^^^^^^^^^^ error[incompatible-container-fields]: restartPolicy
  volumes: [{name: a, emptyDir: {}}]
",
        );
    }

    #[test]
    fn pods() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  dnsPolicy: None
             ^^^^ error[incompatible-pod-fields]: nameserver
  hostIPC: true
  securityContext: {sysctls: [{name: kernel/shm_rmid_forced, value: \"1\"}, {name: net.ipv4.tcp_syncookies, value: \"1\"}]}
                                     ^^^^^^^^^^^^^^^^^^^^^^ error[incompatible-pod-fields]: hostIPC
  hostPID: true
  shareProcessNamespace: true
  ^^^^^^^^^^^^^^^^^^^^^ error[incompatible-pod-fields]: hostPID
  tolerations:
  - {key: a, operator: Exists, value: b}
                       ^^^^^^ error[incompatible-scheduling-fields]: `value` is not allowed with `operator: Exists`
  - {key: a, effect: NoSchedule, tolerationSeconds: 4}
                     ^^^^^^^^^^ error[incompatible-scheduling-fields]: NoExecute
  - {operator: Equal}
               ^^^^^ error[incompatible-scheduling-fields]: Exists
  - {operator: Exists}
  topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway, minDomains: 3, labelSelector: {matchExpressions: [{key: a, operator: In}]}}
                                                                    ^^^^^^^^^^ error[incompatible-scheduling-fields]: DoNotSchedule
                                                                                                                      ^^^^^^^^^^^^^^^^^^^^^^ error[incompatible-scheduling-fields]: values
  containers: [{name: a, image: b}]
",
        );
    }

    #[test]
    fn fixes() {
        let text = |toleration: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  tolerations:\n  - {{{toleration}}}\n  containers: [{{name: a, image: b}}]\n"
            )
        };
        assert_eq!(
            offered(&text("key: a, operator: Exists, value: b"), "incompatible-scheduling-fields"),
            text("key: a, operator: Exists")
        );
        assert_eq!(
            fixed(&text("key: a, tolerationSeconds: 4"), "incompatible-scheduling-fields"),
            text("key: a, tolerationSeconds: 4, effect: NoExecute")
        );
    }

    #[test]
    fn volumes() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: a, image: b}]
  volumes:
  - name: a
    projected:
      sources:
      - secret: {name: a, items: [{key: a, path: x}]}
      - configMap: {name: a, items: [{key: a, path: x}]}
                                                    ^ error[incompatible-volume-fields]: two sources write to the same path `x`
  - name: b
    secret: {secretName: a, items: [{key: a, path: x}, {key: b, path: x}]}
                                                                      ^ warning[overlapping-path]: path `x` overlaps another path in this volume
  - name: c
    ephemeral:
      volumeClaimTemplate:
        spec:
          accessModes: [ReadWriteOnce, ReadWriteOncePod]
                                       ^^^^^^^^^^^^^^^^ error[incompatible-volume-fields]: other access modes
          resources: {requests: {storage: 0}}
                                          ^ error[incompatible-volume-fields]: greater than zero
",
        );
    }

    #[test]
    fn owners() {
        let owner = |name: &str| format!("  - {{apiVersion: apps/v1, kind: ReplicaSet, name: {name}, uid: \"1\", controller: true}}\n");
        let text = |owners: String| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  ownerReferences:\n{owners}spec: {{containers: [{{name: a, image: b}}]}}\n"
            )
        };
        let twice = format!("    {} warning[duplicate-owner]: duplicate owner\n", "^".repeat(owner("a").len() - 5));
        check(&text(owner("a") + &owner("a") + &twice));
        let mark = "                                                                           ^^^^ error[invalid-owner]: only one owner\n";
        check(&text(owner("a") + &owner("b") + mark));
        let mark = "                 ^^^^^ error[invalid-owner]: <group>/<version>\n";
        check(&text(owner("a").replace("apps/v1", "a/b/c") + mark));
    }

    #[test]
    fn a_pod_that_never_restarts_is_not_resized_by_a_restart() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  restartPolicy: Never
  containers:
  - {name: a, image: b, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}
                                                                          ^^^^^^^^^^^^^^^^ error[incompatible-container-fields]: `NotRequired`
",
        );
    }

    #[test]
    fn workloads() {
        check(
            "
apiVersion: batch/v1
kind: Job
metadata: {name: a}
spec:
  completionMode: Indexed
                  ^^^^^^^ error[incompatible-job-fields]: requires `completions`
  parallelism: 2
  maxFailedIndexes: 5
  ^^^^^^^^^^^^^^^^ error[incompatible-job-fields]: backoffLimitPerIndex
  template:
    spec: {restartPolicy: Never, containers: [{name: a, image: b}]}
",
        );
        check(
            "
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: a}
spec:
  updateStrategy: {rollingUpdate: {maxSurge: 1}}
                                             ^ error[incompatible-rollout-fields]: `maxUnavailable` is 1 by default
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec: {containers: [{name: a, image: b}]}
",
        );
    }
}
