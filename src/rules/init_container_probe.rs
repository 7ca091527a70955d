//! `init-container-probe`

use crate::diagnostic::Fix;
use crate::pod::Value;
use crate::pod::spec::{PodSpec, Role};

use super::rewrite::{self, Draft};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Finds probes and lifecycle hooks of init containers that are no sidecars.
    ///
    /// ## Why
    /// The API server refuses the object: an init container runs to its end before the Pod starts, there is nothing to probe. One with
    /// `restartPolicy: Always` is a sidecar: it runs beside the containers and may have probes and hooks.
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
    for container in pod.containers().filter(|it| it.role == Role::Init) {
        let policy = container.value.entry("restartPolicy");
        if policy.is_some_and(|policy| !policy.is_sound() && !policy.is_null()) {
            continue;
        }
        for field in FIELDS.iter().filter_map(|name| container.value.entry(name)).filter(|field| !field.is_null()) {
            let name = field.field().map_or("", |field| field.name);
            let message = format!(
                "`{name}` must not be set (Forbidden): an init container runs to its end before the others start. With `restartPolicy: Always` it is a sidecar and may have it"
            );
            let sidecar = match policy {
                Some(policy) if !policy.written().is_empty() => Some(rewrite::scalar(policy.written(), "Always")),
                Some(_) => None,
                None => rewrite::field(container.value, &[], "restartPolicy", &Draft::text("Always")),
            };
            let diagnostic = report.on_key(field, message);
            diagnostic.fixes.extend(rewrite::without(field).map(|edit| Fix::possible(format!("Remove `{name}`"), vec![edit])));
            diagnostic.fixes.extend(sidecar.map(|edit| Fix::possible("Make it a sidecar: `restartPolicy: Always`", vec![edit])));
        }
    }
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
    lifecycle: {preStop: {exec: {command: [a]}}}
    ^^^^^^^^^ error[init-container-probe]
  - name: two
    image: a
    restartPolicy: Always
    livenessProbe: {exec: {command: [a]}}
  containers: [{name: web, image: b}]
",
        );
    }
}
