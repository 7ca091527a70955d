//! `incompatible-fields`

mod containers;
mod pod;
mod scheduling;
mod volumes;
mod workloads;

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, Fix};
use crate::pod::Value;

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Finds fields that do not go together, or that need another one.
    ///
    /// ## Why
    /// The API server refuses the object. Each field is right by itself, but `Bidirectional` mounts need a privileged container, `hostPID`
    /// excludes `shareProcessNamespace`, a profile of type `Localhost` needs its file.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   securityContext:
    ///     seccompProfile:
    ///       type: RuntimeDefault
    ///       localhostProfile: profiles/web.json
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
    ///   securityContext:
    ///     seccompProfile:
    ///       type: Localhost
    ///       localhostProfile: profiles/web.json
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// The functions of `pkg/apis/core/validation`, `pkg/apis/apps/validation` and `pkg/apis/batch/validation`.
    INCOMPATIBLE_FIELDS = "incompatible-fields", Error, [
        Check::Type("AppArmorProfile", containers::apparmor),
        Check::Type("Container", containers::container),
        Check::Type("Lifecycle", containers::lifecycle),
        Check::Type("ResourceFieldSelector", containers::divisor),
        Check::Type("SeccompProfile", containers::seccomp),
        Check::Type("SecurityContext", containers::security),
        Check::Type("VolumeMount", containers::mount),
        Check::PodSpec(pod::spec),
        Check::Type("LabelSelectorRequirement", scheduling::label_requirement),
        Check::Type("NodeSelectorRequirement", scheduling::node_requirement),
        Check::Type("PodAffinityTerm", scheduling::label_keys),
        Check::Type("Toleration", scheduling::toleration),
        Check::Type("TopologySpreadConstraint", scheduling::spread),
        Check::Type("FCVolumeSource", volumes::fibre_channel),
        Check::Type("ImageVolumeSource", volumes::image),
        Check::Type("PersistentVolumeClaimSpec", volumes::claim),
        Check::Type("ProjectedVolumeSource", volumes::projected),
        Check::Type("DaemonSetSpec", workloads::daemon_set),
        Check::Type("DeploymentSpec", workloads::deployment),
        Check::Type("JobSpec", workloads::job),
        Check::Type("StatefulSetSpec", workloads::stateful_set),
    ]
}

/// Says of a field that it cannot stand there, with the removal as fix.
fn superfluous<'r, 'm>(value: Value<'m>, message: impl Into<String>, report: &'r mut Report<'m>) -> &'r mut Diagnostic {
    let name = value.field().map_or("", |field| field.name);
    let diagnostic = report.on_key(value, message);
    diagnostic.fixes.extend(rewrite::without(value).map(|edit| Fix::possible(format!("Remove `{name}`"), vec![edit])));
    diagnostic
}

/// Says of a field that it must be there: at the field if it is empty, else at the struct that lacks it.
fn lacking<'m>(within: Value<'m>, field: &str, message: impl Into<String>, report: &mut Report<'m>) {
    match within.entry(field) {
        Some(value) if value.is_absent() && report.tells_missing() => {
            report.on(value, message).incomplete = Some(crate::diagnostic::Incomplete::Node(within.node().id()));
        }
        Some(_) => {}
        None => _ = report.missing(within, field, message),
    }
}

/// The text of a field, empty where it is not given; `None` where it cannot be read.
fn text_or_empty<'m>(within: Value<'m>, field: &str) -> Option<Cow<'m, str>> {
    match within.entry(field) {
        Some(value) if value.is_null() => Some("".into()),
        Some(value) => value.text(),
        None => Some("".into()),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

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
                                ^^^^^ error[incompatible-fields]: `privileged`
      privileged: true
      seccompProfile: {type: Localhost}
      ^^^^^^^^^^^^^^ error[incompatible-fields]: `localhostProfile`
    lifecycle: {preStop: {sleep: {seconds: 11}}}
                                           ^^ error[incompatible-fields]: terminationGracePeriodSeconds
    env:
    - {name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 2}}}
                                                                              ^ error[incompatible-fields]: 1m and 1
    volumeMounts:
    - {name: a, mountPath: /a, mountPropagation: Bidirectional}
    - {name: a, mountPath: /b, recursiveReadOnly: Enabled}
                                                  ^^^^^^^ error[incompatible-fields]: readOnly
  - name: b
    image: b
    volumeMounts:
    - {name: a, mountPath: /a, mountPropagation: Bidirectional}
                                                 ^^^^^^^^^^^^^ error[incompatible-fields]: privileged
    restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [3]}}]
    ^^^^^^^^^^^^^^^^^^ error[incompatible-fields]: restartPolicy
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
             ^^^^ error[incompatible-fields]: nameserver
  hostPID: true
  shareProcessNamespace: true
  ^^^^^^^^^^^^^^^^^^^^^ error[incompatible-fields]: hostPID
  tolerations:
  - {key: a, operator: Exists, value: b}
                       ^^^^^^ error[incompatible-fields]: no `value`
  - {key: a, effect: NoSchedule, tolerationSeconds: 4}
                     ^^^^^^^^^^ error[incompatible-fields]: NoExecute
  - {operator: Equal}
               ^^^^^ error[incompatible-fields]: Exists
  - {operator: Exists}
  topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway, minDomains: 3, labelSelector: {matchExpressions: [{key: a, operator: In}]}}
                                                                    ^^^^^^^^^^ error[incompatible-fields]: DoNotSchedule
                                                                                                                      ^^^^^^^^^^^^^^^^^^^^^^ error[incompatible-fields]: values
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
        assert_eq!(fixed(&text("key: a, operator: Exists, value: b"), "incompatible-fields"), text("key: a, operator: Exists"));
        assert_eq!(
            fixed(&text("key: a, tolerationSeconds: 4"), "incompatible-fields"),
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
                                                    ^ error[incompatible-fields]: two sources write to `x`
  - name: b
    secret: {secretName: a, items: [{key: a, path: x}, {key: b, path: x}]}
                                                                      ^ warning[server-warning]: overlapping paths
  - name: c
    ephemeral:
      volumeClaimTemplate:
        spec:
          accessModes: [ReadWriteOnce, ReadWriteOncePod]
                                       ^^^^^^^^^^^^^^^^ error[incompatible-fields]: other access modes
          resources: {requests: {storage: 0}}
                                          ^ error[incompatible-fields]: greater than zero
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
  ^^^^ error[incompatible-fields]
  maxFailedIndexes: 5
  ^^^^^^^^^^^^^^^^ error[incompatible-fields]: backoffLimitPerIndex
  template:
    spec: {restartPolicy: Never, containers: [{name: a, image: b}]}
"
            .replace("  ^^^^ error[incompatible-fields]\n", "                  ^^^^^^^ error[incompatible-fields]: needs `completions`\n")
            .as_str(),
        );
        check(
            "
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: a}
spec:
  updateStrategy: {rollingUpdate: {maxSurge: 1}}
                                             ^ error[incompatible-fields]: `maxUnavailable` is 1 by default
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec: {containers: [{name: a, image: b}]}
",
        );
    }
}
