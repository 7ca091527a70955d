//! `init-container-probe`

use crate::diagnostic::{Fix, Reason};
use crate::pod::spec::{PodSpec, Role};
use crate::pod::{Enforcement, Value};

use super::rewrite::{self, Draft};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Probes and lifecycle hooks on init containers that are not sidecar containers.
    ///
    /// ## Why
    /// The API server rejects the object: an init container runs to completion before the app containers start, so there is nothing to
    /// probe. One with `restartPolicy: Always` is a sidecar container: it runs alongside the app containers and may have probes and
    /// hooks.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   initContainers:
    ///   - name: proxy
    ///     image: envoyproxy/envoy:v1.35.0
    ///     readinessProbe:
    ///       tcpSocket:
    ///         port: 9901
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
    ///   initContainers:
    ///   - name: proxy
    ///     image: envoyproxy/envoy:v1.35.0
    ///     restartPolicy: Always
    ///     readinessProbe:
    ///       tcpSocket:
    ///         port: 9901
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `validateInitContainers`.
    INIT_CONTAINER_PROBE = "init-container-probe", Error, [Check::PodSpec(check)]
}

const FIELDS: [&str; 4] = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    for field in refused(pod) {
        let Some(container) = field.parent() else { continue };
        let name = field.field().map_or("", |field| field.name);
        let message = Reason::Forbidden
            .of(format!("`{name}` is not allowed in an init container; only a sidecar container (`restartPolicy: Always`) may have it"));
        let sidecar = match container.entry("restartPolicy") {
            Some(policy) if !policy.written().is_empty() => Some(rewrite::scalar(policy.written(), "Always")),
            Some(_) => None,
            None => rewrite::field(container, &[], "restartPolicy", &Draft::text("Always")),
        };
        let diagnostic = report.on_key(field, message);
        diagnostic.fixes.extend(rewrite::without(field).map(|edit| Fix::possible(format!("Remove `{name}`"), vec![edit])));
        diagnostic.fixes.extend(sidecar.map(|edit| Fix::possible("Set `restartPolicy: Always` (sidecar container)", vec![edit])));
    }
}

/// The probes and hooks that init containers must not have.
pub(super) fn refused(pod: PodSpec<'_>) -> impl Iterator<Item = Value<'_>> {
    let readable = |policy: Option<Value<'_>>| policy.is_none_or(|policy| policy.is_sound() || policy.is_null());
    let plain = pod.containers().filter(move |it| it.role == Role::Init && readable(it.value.entry("restartPolicy")));
    let given = |field: &Value<'_>| {
        // Without what a gate drops, hooks may be none.
        let dropped = |child: Value<'_>| !child.is_null() && child.enforcement() == Enforcement::Dropped;
        let gone = field.children().any(dropped) && field.children().all(|child| child.is_null() || dropped(child));
        !field.is_null() && !gone
    };
    plain.flat_map(|container| FIELDS.iter().filter_map(move |name| container.value.entry(name))).filter(given)
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn only_sidecars_have_probes() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - name: one
    image: a
    livenessProbe: {exec: {command: [a]}}
    ^^^^^^^^^^^^^ error[init-container-probe]
    lifecycle: {preStop: {exec: {}}}
    ^^^^^^^^^ error[init-container-probe]
  - name: three
    image: a
    lifecycle: {stopSignal: SIGTERM}
                ^^^^^^^^^^ warning[gated-field]
  - name: two
    image: a
    restartPolicy: Always
    livenessProbe: {exec: {command: [a]}}
  containers: [{name: web, image: b}]
",
        );
    }
}
