//! `unknown-port` and `probe-host`

use crate::diagnostic::Fix;
use crate::pod::Value;
use crate::pod::format;
use crate::pod::probe::Purpose;
use crate::pod::refs::{self, Names};
use crate::pod::spec::Container;
use crate::schema::facts::{Format, Target};
use crate::schema::ty;

use super::rewrite;
use super::unknown_name::while_written;
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Probes and lifecycle hooks that refer to a port name that the container does not declare.
    ///
    /// ## Why
    /// The API server accepts it, but the kubelet finds no such port. It discards the result of the probe: a readiness or startup probe
    /// then never succeeds, so the Pod is never ready, and a liveness probe never fails, so it never restarts the container. A
    /// `postStart` hook fails, and the kubelet kills the container; a `preStop` hook fails, and the container is stopped without it. Only
    /// port names of the same container are considered.
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
    ///     ports:
    ///     - name: http
    ///       containerPort: 80
    ///     readinessProbe:
    ///       httpGet:
    ///         port: htpp
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
    ///     ports:
    ///     - name: http
    ///       containerPort: 80
    ///     readinessProbe:
    ///       httpGet:
    ///         port: http
    /// ```
    ///
    /// ## Source
    /// The kubelet's `ResolveContainerPort`; for probes `doProbe`, for hooks `startContainer` and `executePreStopHook`.
    UNKNOWN_PORT = "unknown-port", Warning from Others, [Check::Type(ty::HTTP_GET_ACTION, check_port), Check::Type(ty::TCP_SOCKET_ACTION, check_port)]
}

declare_rule! {
    /// Probes and lifecycle hooks that are sent to `localhost`.
    ///
    /// ## Why
    /// The kubelet sends these requests from the node, where `localhost` is the node and not the Pod. If `host` is not set, the Pod's IP
    /// address is used, which is almost always intended. With `hostNetwork: true`, both are the same.
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
    ///     readinessProbe:
    ///       httpGet:
    ///         host: localhost
    ///         port: 80
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
    ///     readinessProbe:
    ///       httpGet:
    ///         port: 80
    /// ```
    ///
    /// ## Source
    /// The kubelet's prober.
    PROBE_HOST = "probe-host", Warning, [Check::Type(ty::HTTP_GET_ACTION, check_host), Check::Type(ty::TCP_SOCKET_ACTION, check_host)]
}

fn check_port<'m>(action: Value<'m>, report: &mut Report<'m>) {
    let Some(used) = action.get("port").and_then(refs::used) else { return };
    // A text that is no name has an error of its own.
    if format::check(Format::PortName, &used.name, None, action.model().release()).is_err() || refs::definition(&used).is_some() {
        return;
    }
    let (Some(container), Some(scope)) = (Container::around(action), refs::scope(action, Target::Port)) else { return };
    if !refs::is_complete(scope, Target::Port) {
        return;
    }
    let names = Names::new(scope, Target::Port);
    let known: Vec<_> = names.iter().map(|it| format!("\"{}\"", it.name)).collect();
    let only = if known.is_empty() { String::new() } else { format!(" (it has {})", known.join(", ")) };
    let follows = Purpose::of(action).map_or("the kubelet cannot find it", |purpose| purpose.without_port(container));
    let message = format!("container {} has no port named \"{}\"{only}, so {follows}", container.label(), used.name);
    let near = names.nearest(&used.name).or(names.iter().next().filter(|_| known.len() == 1)).map(|it| it.name.to_string());
    let diagnostic = report.on(used.site, message);
    diagnostic.incomplete = while_written(container.value, "ports");
    if let Some(near) = near {
        let edit = rewrite::scalar(used.site.written(), &near);
        diagnostic.fixes.push(Fix::preferred(format!("Use the port `{near}`"), vec![edit]));
    }
}

fn check_host<'m>(action: Value<'m>, report: &mut Report<'m>) {
    let Some(host) = action.get("host") else { return };
    let loopback = host.text().is_some_and(|text| ["localhost", "127.0.0.1", "::1"].contains(&&*text));
    let on_node = action.ancestors().any(|it| it.is_a(ty::POD_SPEC) && (it.is_true("hostNetwork") || !it.is_certain_of("hostNetwork")));
    // A hook with `tcpSocket` is never sent (`handlerRunner.Run`).
    let is_hook = matches!(Purpose::of(action), Some(Purpose::PostStart | Purpose::PreStop));
    if !loopback || on_node || (is_hook && action.is_a(ty::TCP_SOCKET_ACTION)) {
        return;
    }
    let message = "the kubelet sends this request from the node, where `localhost` is the node; remove `host` to target the Pod";
    let diagnostic = report.on(host, message);
    diagnostic.fixes.extend(rewrite::without(host).map(|edit| Fix::possible("Remove `host`", vec![edit])));
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed, offered};

    const TEXT: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: a
    ports: [{name: http, containerPort: 80}]
    livenessProbe: {httpGet: {port: http}}
    startupProbe: {tcpSocket: {port: 80}}
    readinessProbe: {httpGet: {port: htpp}}
  - name: admin
    image: a
    ports: [{name: admin, containerPort: 81}]
    livenessProbe: {httpGet: {port: admin, host: 127.0.0.1}}
";

    #[test]
    fn ports_and_hosts() {
        let marked = TEXT.replace(
            "  - name: admin",
            "                                     ^^^^ warning[unknown-port]: (it has \"http\"), so the readiness probe never succeeds\n  - name: admin",
        );
        check(&format!("{marked}                                                 ^^^^^^^^^ warning[probe-host]\n"));
        assert_eq!(fixed(TEXT, "unknown-port"), TEXT.replace("htpp", "http"));
        assert_eq!(offered(TEXT, "probe-host"), TEXT.replace(", host: 127.0.0.1", ""));
    }

    #[test]
    fn what_follows() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - name: proxy
    image: a
    restartPolicy: Always
    startupProbe: {tcpSocket: {port: http}}
                                     ^^^^ warning[unknown-port]: container \"proxy\" has no port named \"http\", so the startup probe never succeeds and the containers after this sidecar never start
  containers:
  - name: web
    image: a
    livenessProbe: {httpGet: {port: http}}
                                    ^^^^ warning[unknown-port]: container \"web\" has no port named \"http\", so the liveness probe never fails and never restarts the container
    readinessProbe: {tcpSocket: {port: http}}
                                       ^^^^ warning[unknown-port]: never ready
    startupProbe: {httpGet: {port: http}}
                                   ^^^^ warning[unknown-port]: container \"web\" has no port named \"http\", so the startup probe never succeeds and the Pod is never ready
    lifecycle:
      postStart: {httpGet: {port: http}}
                                  ^^^^ warning[unknown-port]: kills the container
      preStop: {httpGet: {port: http}}
                                ^^^^ warning[unknown-port]: stopped without it
",
        );
    }
}
