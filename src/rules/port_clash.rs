//! `port-clash`, `host-port-clash` and `host-port-mismatch`

use std::collections::HashMap;

use crate::diagnostic::{Fix, Reason, Related};
use crate::pod::Value;
use crate::pod::spec::{Container, PodSpec, Port, Role};

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Two containers that declare the same port.
    ///
    /// ## Why
    /// The containers of a Pod share one network, so only one of them can listen on a port: the second one fails with "address already in
    /// use". A `hostPort` does not change the port that a container listens on. The API server accepts it, usually with a warning:
    /// `duplicate port definition`.
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
    ///     - containerPort: 8080
    ///   - name: admin
    ///     image: tomcat:11
    ///     ports:
    ///     - containerPort: 8080
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
    ///     - containerPort: 8080
    ///   - name: admin
    ///     image: tomcat:11
    ///     ports:
    ///     - containerPort: 8081
    /// ```
    ///
    /// ## Source
    /// `warningsForPodSpecAndMeta`.
    PORT_CLASH = "port-clash", Warning, [Check::PodSpec(check_ports)]
}

declare_rule! {
    /// Two container ports that use the same host port.
    ///
    /// ## Why
    /// The API server rejects the object: `hostPort: Duplicate value`. With `hostNetwork: true`, every container port is a host port.
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
    ///     - containerPort: 80
    ///       hostPort: 8080
    ///   - name: admin
    ///     image: tomcat:11
    ///     ports:
    ///     - containerPort: 81
    ///       hostPort: 8080
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
    ///     - containerPort: 80
    ///       hostPort: 8080
    ///   - name: admin
    ///     image: tomcat:11
    ///     ports:
    ///     - containerPort: 81
    ///       hostPort: 8081
    /// ```
    ///
    /// ## Source
    /// `checkHostPortConflicts`.
    HOST_PORT_CLASH = "host-port-clash", Error, [Check::PodSpec(check_host_ports)]
}

declare_rule! {
    /// Ports whose `hostPort` differs from `containerPort` although the Pod uses the host network.
    ///
    /// ## Why
    /// The API server rejects the object: with `hostNetwork: true`, both are the same port.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   hostNetwork: true
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     ports:
    ///     - containerPort: 80
    ///       hostPort: 8080
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
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     ports:
    ///     - containerPort: 8080
    /// ```
    ///
    /// ## Source
    /// `validateHostNetwork`.
    HOST_PORT_MISMATCH = "host-port-mismatch", Error, [Check::PodSpec(check_host_network)]
}

fn check_ports<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    // Rejected anyway, and reported there.
    if pod.uses_host_network() && pod.is_of_pod() {
        return;
    }
    let mut seen = HashMap::<_, Vec<_>>::new();
    for container in pod.containers().filter(|it| it.role != Role::Ephemeral) {
        for port in container.ports() {
            let Some(number) = port.number() else { continue };
            let before = seen.entry((number, port.protocol())).or_default();
            // The server says nothing of what goes to different addresses or ports of the node, though two containers clash all the same.
            let beside = |other: Container<'m>| other != container && !other.must_end() && !container.must_end();
            let warned = before.iter().find(|(_, earlier)| warns(*earlier, port)).map(|first| (*first, true));
            let unseen = || before.iter().find(|(other, _)| beside(*other)).map(|first| (*first, false));
            if let Some((first, warns)) = warned.or_else(unseen) {
                report_clash((container, port), first, warns, report);
            }
            // More than that many are no manifest, and must not cost the time of the square.
            if before.len() < 64 {
                before.push((container, port));
            }
        }
    }
}

/// Whether the server warns of two definitions of one container port.
fn warns(earlier: Port<'_>, port: Port<'_>) -> bool {
    match (earlier.host_port(), port.host_port(), earlier.host_ip(), port.host_ip()) {
        (None, ..) | (_, None, ..) => true,
        (a, b, c, d) => a == b && (c == d || c.is_empty() || d.is_empty()),
    }
}

/// Two definitions of one port, and whether the server warns of them.
fn report_clash<'m>(again: (Container<'m>, Port<'m>), first: (Container<'m>, Port<'m>), warns: bool, report: &mut Report<'m>) {
    let ((container, port), (other, earlier)) = (again, first);
    let Some(number) = port.0.get("containerPort") else { return };
    let (written, protocol) = (number.int().unwrap_or_default(), port.protocol());
    let message = if container == other {
        format!("port {written}/{protocol} is declared twice in this container")
    } else if container.must_end() || other.must_end() {
        format!("container {} also declares port {written}/{protocol}", other.label())
    } else {
        format!(
            "container {} also declares port {written}/{protocol}; they share the Pod's network, so only one can listen on it",
            other.label()
        )
    };
    let path = port.0.path();
    let range = earlier.0.get("containerPort").map_or(earlier.0.range(), |it| it.range());
    let diagnostic = report.on(number, message);
    diagnostic.field = path;
    diagnostic.reason = warns.then_some(Reason::Warning);
    diagnostic.related.push(Related { range, message: format!("port {written}/{protocol} of container {}", other.label()) });
}

fn check_host_ports<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    let taken_by_default = pod.uses_host_network() && pod.is_of_pod();
    let host_port = |port: Port<'m>| port.host_port().or_else(|| port.number().filter(|_| taken_by_default));
    let mut seen = HashMap::new();
    for (at, container) in pod.containers().enumerate() {
        // Init containers run one after the other; the server looks at each by itself.
        let alone = match container.role {
            Role::Regular => None,
            Role::Init | Role::Sidecar => Some(at),
            Role::Ephemeral => continue,
        };
        for port in container.ports() {
            let Some(number) = host_port(port) else { continue };
            let key = (alone, port.protocol(), port.host_ip(), number);
            let Some(first) = seen.get(&key).copied() else {
                seen.insert(key, port);
                continue;
            };
            let site = |port: Port<'m>| port.0.get("hostPort").or_else(|| port.0.get("containerPort")).unwrap_or(port.0);
            let message = Reason::Duplicate.of(format!("host port {number}/{} is already used in this Pod", port.protocol()));
            let diagnostic = report.on(site(port), message);
            diagnostic.field = port.0.path_to("hostPort");
            diagnostic.related.push(Related { range: site(first).range(), message: "first used here".to_owned() });
        }
    }
}

fn check_host_network<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec).filter(|pod| pod.uses_host_network()) else { return };
    for port in pod.containers().filter(|it| it.role == Role::Regular).flat_map(Container::ports) {
        let (Some(own), Some(on_node)) = (port.number(), port.host_port()) else { continue };
        if own == on_node {
            continue;
        }
        let Some(value) = port.0.get("hostPort") else { continue };
        let message = Reason::Invalid.of(format!("with `hostNetwork: true`, `hostPort` must equal `containerPort` ({own})"));
        let diagnostic = report.on(value, message);
        diagnostic.fixes.extend(rewrite::without(value).map(|edit| Fix::possible("Remove `hostPort`", vec![edit])));
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, offered};

    #[test]
    fn one_network_one_listener() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: init, image: a, ports: [{containerPort: 70}]}
  - {name: side, image: a, restartPolicy: Always, ports: [{containerPort: 90}]}
  containers:
  - {name: web, image: a, ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}, {containerPort: 70}]}
                                                                                                           ^^ warning[port-clash]: container \"init\" also declares port 70/TCP
  - name: admin
    image: a
    ports:
    - containerPort: 80
                     ^^ warning[port-clash]: container \"web\" also declares port 80/TCP; they share the Pod's network, so only one can listen on it
    - containerPort: 90
                     ^^ warning[port-clash]: container \"side\" also declares port 90/TCP; they share the Pod's network, so only one can listen on it
    - containerPort: 91
    - {containerPort: 91, hostPort: 1}
                      ^^ warning[port-clash]: port 91/TCP is declared twice in this container
",
        );
    }

    #[test]
    fn a_host_port_does_not_change_what_a_container_listens_on() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: duo}
spec:
  containers:
  - name: database
    image: a
    ports:
    - {containerPort: 8080, hostPort: 8083}
    - {containerPort: 8080, hostPort: 8084}
  - name: app
    image: a
    ports:
    - {containerPort: 8080, hostPort: 8082}
                      ^^^^ warning[port-clash]: container \"database\" also declares port 8080/TCP; they share the Pod's network, so only one can listen on it
",
        );
    }

    #[test]
    fn ports_of_the_node() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: a
    ports:
    - {containerPort: 80, hostPort: 80}
    - {containerPort: 81, hostPort: 80, protocol: UDP}
    - {containerPort: 82, hostPort: 80, hostIP: 10.0.0.1}
    - {containerPort: 83, hostPort: 80}
                                    ^^ error[host-port-clash]: host port 80/TCP is already used in this Pod
",
        );
    }

    #[test]
    fn network_of_the_node() {
        let text = |port: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  hostNetwork: true\n  containers:\n  - name: a\n    image: b\n    ports:\n    - {{containerPort: 80{port}}}\n"
            )
        };
        assert_eq!(offered(&text(", hostPort: 81"), "host-port-mismatch"), text(""));
        check(&text(", hostPort: 80"));
        check(&text("}\n    - {containerPort: 80").replace(
            "- {containerPort: 80}\n    - {containerPort: 80}",
            "- {containerPort: 80}\n    - {containerPort: 80}\n                      ^^ error[host-port-clash]",
        ));
    }
}
