//! `host-network-dns`, `host-port-replicas`, `undeclared-probe-port` and `unresolvable-probe-host`

use crate::diagnostic::Fix;
use crate::pod::Value;
use crate::pod::probe::{ActionPort, Purpose};
use crate::pod::spec::{Container, PodSpec, Port};
use crate::schema::ty;

use super::rewrite;
use super::{Check, Report, declare_rule};

declare_rule! {
    /// `dnsPolicy: ClusterFirst` of a Pod in the network of the node.
    ///
    /// ## Why
    /// With `hostNetwork` this policy means `Default`: names of the cluster, as those of Services, are not found. `ClusterFirstWithHostNet` asks the DNS of
    /// the cluster.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   hostNetwork: true
    ///   dnsPolicy: ClusterFirst
    ///   containers:
    ///   - name: agent
    ///     image: ghcr.io/example/agent:1.0
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   hostNetwork: true
    ///   dnsPolicy: ClusterFirstWithHostNet
    ///   containers:
    ///   - name: agent
    ///     image: ghcr.io/example/agent:1.0
    /// ```
    ///
    /// ## Source
    /// `getPodDNSType` of the kubelet.
    HOST_NETWORK_DNS = "host-network-dns", Information, [Check::PodSpec(check_dns)]
}

declare_rule! {
    /// Ports of the node in a workload that may run two Pods on one node.
    ///
    /// ## Why
    /// Only one Pod of a node can have a `hostPort`: of several replicas each needs a node of its own, the others stay `Pending`. An update that starts the
    /// new Pod before it stops the old one (`maxUnavailable: 0`) waits for a free node too. A DaemonSet has one Pod on each node.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   replicas: 3
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: web
    ///     spec:
    ///       containers:
    ///       - name: web
    ///         image: nginx:1.29
    ///         ports:
    ///         - containerPort: 80
    ///           hostPort: 8080
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   replicas: 3
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: web
    ///     spec:
    ///       containers:
    ///       - name: web
    ///         image: nginx:1.29
    ///         ports:
    ///         - containerPort: 80
    /// ```
    ///
    /// ## Source
    /// The plugin NodePorts of the scheduler.
    HOST_PORT_REPLICAS = "host-port-replicas", Information, [Check::PodSpec(check_host_ports)]
}

declare_rule! {
    /// Probes of a port that the container does not declare among its ports.
    ///
    /// ## Why
    /// `ports` are no more than a declaration, so such a probe may work. Where a container declares its ports and a probe asks another number, one of
    /// the two is often a slip. A number that the command or a variable names is not reported.
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
    ///     image: ghcr.io/example/web:1.0
    ///     ports:
    ///     - containerPort: 8080
    ///     readinessProbe:
    ///       httpGet:
    ///         port: 8081
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
    ///     image: ghcr.io/example/web:1.0
    ///     ports:
    ///     - name: http
    ///       containerPort: 8080
    ///     readinessProbe:
    ///       httpGet:
    ///         port: http
    /// ```
    ///
    /// ## Source
    /// `ResolveContainerPort` of the kubelet.
    UNDECLARED_PROBE_PORT = "undeclared-probe-port", Information, [Check::Type(ty::CONTAINER, check_probes)]
}

declare_rule! {
    /// Hosts of probes that are no host: a URL, or with a port or path.
    ///
    /// ## Why
    /// The kubelet puts `host` between the scheme and the port. With `http://web` or `web/healthz` it asks for a host that does not exist, and the probe fails
    /// each time. Without `host` it asks the Pod.
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
    ///     livenessProbe:
    ///       httpGet:
    ///         host: http://web
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
    ///     livenessProbe:
    ///       httpGet:
    ///         port: 80
    /// ```
    ///
    /// ## Source
    /// `formatURL` of the kubelet's prober.
    UNRESOLVABLE_PROBE_HOST = "unresolvable-probe-host", Warning from Itself, [
    Check::Type(ty::HTTP_GET_ACTION, check_host), Check::Type(ty::TCP_SOCKET_ACTION, check_host)]
}

declare_rule! {
    /// Hooks with `tcpSocket`, which the kubelet does not run.
    ///
    /// ## Why
    /// The field exists for compatibility. As `postStart` the hook fails, and the kubelet kills the container; as `preStop` it does nothing.
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
    ///     lifecycle:
    ///       preStop:
    ///         tcpSocket:
    ///           port: 80
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
    ///     lifecycle:
    ///       preStop:
    ///         sleep:
    ///           seconds: 5
    /// ```
    ///
    /// ## Source
    /// `handlerRunner.Run` of the kubelet.
    UNSUPPORTED_HOOK = "unsupported-hook", Warning from Itself, [Check::Type(ty::LIFECYCLE, check_hooks)]
}

fn check_hooks<'m>(lifecycle: Value<'m>, report: &mut Report<'m>) {
    for (name, follows) in [("postStart", "the hook fails, and the container is killed"), ("preStop", "it does nothing")] {
        if let Some(socket) = lifecycle.at(&[name, "tcpSocket"]) {
            report.on_key(socket, format!("the kubelet does not run hooks with `tcpSocket`, so {follows}"));
        }
    }
}

fn check_dns<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(policy) = spec.get("dnsPolicy").filter(|_| spec.is_true("hostNetwork")) else { return };
    if policy.text().is_some_and(|text| text == "ClusterFirst") {
        let better = "ClusterFirstWithHostNet";
        let diagnostic =
            report.on(policy, format!("with `hostNetwork` this means `Default`, so names of the cluster are not found; use `{better}`"));
        diagnostic.fixes.push(Fix::possible(format!("Replace with `{better}`"), vec![rewrite::scalar(policy.written(), better)]));
    }
}

fn check_host_ports<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    let Some(workload) = spec.ancestors().find(|it| {
        [ty::DEPLOYMENT_SPEC, ty::REPLICA_SET_SPEC, ty::STATEFUL_SET_SPEC, ty::REPLICATION_CONTROLLER_SPEC].iter().any(|ty| it.is_a(ty))
    }) else {
        return;
    };
    if !workload.is_certain_of("replicas") {
        return;
    }
    let replicas = workload.get("replicas").and_then(Value::int).unwrap_or(1);
    let most_unavailable = workload.at(&["strategy", "rollingUpdate", "maxUnavailable"]).and_then(|it| it.json_text());
    let waits = most_unavailable.is_some_and(|it| it == "0" || it == "0%");
    for port in pod.running().flat_map(Container::ports) {
        let Some(site) = port.0.get("hostPort").filter(|_| port.host_port().is_some()) else { continue };
        if replicas > 1 {
            report.on(site, format!("only one Pod of a node can have this port, so {replicas} replicas need {replicas} nodes"));
        } else if replicas == 1 && waits {
            report.on(site, "the old Pod keeps this port until the new one runs (`maxUnavailable: 0`), so an update needs another node");
        }
    }
}

fn check_probes<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let Some(container) = Container::around(value) else { return };
    let ports: Vec<_> = container.ports().filter_map(Port::number).collect();
    if ports.is_empty() {
        return;
    }
    for (_, probe) in container.probes() {
        let actions = ["httpGet", "tcpSocket", "grpc"].into_iter().filter_map(|name| probe.get(name));
        for action in actions.filter(|it| !it.gives("host")) {
            let Some(ActionPort::Number(number)) = ActionPort::of(action) else { continue };
            let Some(site) = action.get("port").filter(|_| !ports.contains(&number)) else { continue };
            if names_number(container, number) {
                continue;
            }
            let declared: Vec<_> = ports.iter().map(ToString::to_string).collect();
            report.on(site, format!("container {} declares no port {number}, only {}", container.label(), declared.join(", ")));
        }
    }
}

/// Whether the command or a variable of a container has a number in it.
fn names_number(container: Container<'_>, number: i64) -> bool {
    let number = number.to_string();
    let words = ["command", "args"].into_iter().flat_map(|list| container.value.list(list));
    let mut texts = words.chain(container.env().filter_map(|env| env.get("value"))).filter_map(Value::text);
    texts.any(|text| text.contains(&number))
}

fn check_host<'m>(action: Value<'m>, report: &mut Report<'m>) {
    // A hook with `tcpSocket` is never sent.
    if action.is_a(ty::TCP_SOCKET_ACTION) && matches!(Purpose::of(action), Some(Purpose::PostStart | Purpose::PreStop)) {
        return;
    }
    let Some(host) = action.get("host") else { return };
    let Some(text) = host.text() else { return };
    let has_port = text.matches(':').count() == 1;
    if text.contains("://") || text.contains('/') || text.contains(' ') || has_port {
        let diagnostic =
            report.on(host, format!("`{text}` is not a host; leave out scheme, port and path, or remove `host` to ask the Pod"));
        diagnostic.fixes.extend(rewrite::without(host).map(|edit| Fix::possible("Remove `host`", vec![edit])));
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    fn text(lines: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: a\n    {lines}\n")
    }

    #[test]
    fn probes() {
        for fine in [
            "livenessProbe: {tcpSocket: {port: 81}}",
            "ports: [{containerPort: 80}]\n    livenessProbe: {tcpSocket: {port: 80}}",
            "ports: [{containerPort: 80}]\n    args: ['--health=:81']\n    livenessProbe: {tcpSocket: {port: 81}}",
            "ports: [{containerPort: 80}]\n    livenessProbe: {tcpSocket: {port: 81, host: example.com}}",
            "livenessProbe: {httpGet: {port: 81, host: '::1:2'}}",
        ] {
            check(&text(fine));
        }
        check(&text(
            "livenessProbe: {httpGet: {port: 81, host: 'web:81'}}\n                                              ^^^^^^^^ warning[unresolvable-probe-host]",
        ));
    }

    #[test]
    fn one_replica_has_room() {
        let deployment = |replicas: &str, strategy: &str| {
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  selector: {{matchLabels: {{a: b}}}}\n{replicas}{strategy}  template:\n    metadata: {{labels: {{a: b}}}}\n    spec:\n      containers: [{{name: a, image: b, ports: [{{containerPort: 80, hostPort: 80}}]}}]\n"
            )
        };
        check(&deployment("", ""));
        check(&deployment("  replicas: 1\n", "  strategy: {type: Recreate}\n"));
        check(&format!(
            "{}                                                                             ^^ info[host-port-replicas]: 2 nodes\n",
            deployment("  replicas: 2\n", "")
        ));
    }
}
