//! `non-root-conflict`

use crate::pod::Value;
use crate::pod::known_image::{KnownImage, User};
use crate::pod::spec::{Container, PodSpec};

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Containers that must not run as root, and do.
    ///
    /// ## Why
    /// With `runAsNonRoot` the kubelet looks at the user before it starts a container: by `runAsUser`, else by the image. If that is 0, or a name
    /// instead of a number, the container waits with `CreateContainerConfigError`. What a container says wins over what the Pod says. Of an image
    /// whose user podls does not know, nothing is said.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   securityContext:
    ///     runAsNonRoot: true
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    ///     securityContext:
    ///       runAsUser: 0
    /// ```
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     securityContext:
    ///       runAsNonRoot: true
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
    ///     runAsNonRoot: true
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    ///   - name: proxy
    ///     image: nginxinc/nginx-unprivileged:1.29
    ///   - name: tools
    ///     image: busybox:1.37
    ///     command: ["httpd", "-f", "-p", "8080"]
    ///     securityContext:
    ///       runAsUser: 1000
    /// ```
    ///
    /// ## Source
    /// `verifyRunAsNonRoot` of the kubelet.
    NON_ROOT_CONFLICT = "non-root-conflict", Warning, [Check::PodSpec(check)]
}

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec).filter(|pod| !pod.is_windows()) else { return };
    for container in pod.containers() {
        let Some(wanted) = effective(pod, container, "runAsNonRoot").filter(|it| it.bool() == Some(true)) else { continue };
        if let Some(user) = effective(pod, container, "runAsUser") {
            if user.int() == Some(0) {
                let message = format!(
                    "container {} must not run as root (`runAsNonRoot`), but this is root: the kubelet does not start it",
                    container.label()
                );
                report.on(user, message);
            }
            continue;
        }
        let Some(image) = container.image() else { continue };
        let who = match KnownImage::of(&image).map(|row| row.user) {
            Some(User::Root) => "runs as root".to_owned(),
            Some(User::Named(name)) => format!("runs as \"{name}\", a name that may be root for all the kubelet knows"),
            _ => continue,
        };
        let message = format!("container {} is not started, for `{image}` {who}; set `runAsUser` to a number above 0", container.label());
        report.on(wanted, message);
    }
}

/// A field of the security context that counts for a container: its own, else that of the Pod.
fn effective<'m>(pod: PodSpec<'m>, container: Container<'m>, field: &str) -> Option<Value<'m>> {
    let of = |value: Value<'m>| value.get("securityContext")?.get(field);
    of(container.value).or_else(|| of(pod.value()))
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn who_decides() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsNonRoot: true, runAsUser: 0}
                                                   ^ warning[non-root-conflict]: container \"b\"
  initContainers:
  - {name: a, image: busybox:1.37, securityContext: {runAsUser: 101}}
  containers:
  - {name: b, image: x}
  - {name: c, image: x, securityContext: {runAsNonRoot: false}}
  - {name: d, image: x, securityContext: {runAsUser: 5}}
  - {name: e, image: x, securityContext: {runAsUser: 0, runAsNonRoot: false}}
",
        );
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: b, image: memcached:1.6, securityContext: {runAsNonRoot: true}}
                                                                    ^^^^ warning[non-root-conflict]: a name that may be root
  - {name: c, image: grafana/grafana:12.0.0, securityContext: {runAsNonRoot: true}}
  - {name: d, image: ghcr.io/x/nginx, securityContext: {runAsNonRoot: true}}
",
        );
    }
}
