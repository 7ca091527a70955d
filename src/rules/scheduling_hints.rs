//! `unusual-scheduler`, `removed-node-role`, `unmatched-spread` and `unsafe-sysctl`

use crate::diagnostic::{Fix, Severity};
use crate::pod::Value;
use crate::pod::labels::Labels;
use crate::pod::spec::PodSpec;
use crate::text::{distance, slips};

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Schedulers whose name is nearly that of the usual one.
    ///
    /// ## Why
    /// A Pod waits for the scheduler of its `schedulerName`. Where none of that name runs, it stays `Pending`, without an event. The usual one is
    /// called `default-scheduler`.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   schedulerName: default
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
    ///   schedulerName: default-scheduler
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `SetDefaults_PodSpec`.
    UNUSUAL_SCHEDULER = "unusual-scheduler", Information from Itself, [Check::PodSpec(check_scheduler)]
}

declare_rule! {
    /// Tolerations of the taint `node-role.kubernetes.io/master`, which control planes no longer have.
    ///
    /// ## Why
    /// Since Kubernetes 1.25 kubeadm taints control planes with `node-role.kubernetes.io/control-plane` alone.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   tolerations:
    ///   - key: node-role.kubernetes.io/master
    ///     effect: NoSchedule
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
    ///   tolerations:
    ///   - key: node-role.kubernetes.io/master
    ///     effect: NoSchedule
    ///   - key: node-role.kubernetes.io/control-plane
    ///     effect: NoSchedule
    ///   containers:
    ///   - name: agent
    ///     image: ghcr.io/example/agent:1.0
    /// ```
    ///
    /// ## Source
    /// KEP 2067, Rename the kubeadm "master" label and taint.
    REMOVED_NODE_ROLE = "removed-node-role", Information, [Check::PodSpec(check_tolerations)]
}

declare_rule! {
    /// Spreading by labels that the Pod itself does not have.
    ///
    /// ## Why
    /// `topologySpreadConstraints` counts the Pods that `labelSelector` matches. If it does not match the Pod itself, the Pods of this object are not
    /// spread among each other.
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
    ///       topologySpreadConstraints:
    ///       - maxSkew: 1
    ///         topologyKey: kubernetes.io/hostname
    ///         whenUnsatisfiable: DoNotSchedule
    ///         labelSelector:
    ///           matchLabels:
    ///             app: shop
    ///       containers:
    ///       - name: web
    ///         image: nginx:1.29
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
    ///       topologySpreadConstraints:
    ///       - maxSkew: 1
    ///         topologyKey: kubernetes.io/hostname
    ///         whenUnsatisfiable: DoNotSchedule
    ///         labelSelector:
    ///           matchLabels:
    ///             app: web
    ///       containers:
    ///       - name: web
    ///         image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// Pod Topology Spread Constraints, "Implicit conventions".
    UNMATCHED_SPREAD = "unmatched-spread", Information, [Check::PodSpec(check_spread)]
}

declare_rule! {
    /// Kernel settings that a kubelet refuses unless its configuration allows them.
    ///
    /// ## Why
    /// Only some sysctls are safe for the other Pods of a node. With another one the Pod fails with `SysctlForbidden`, unless the kubelet has it in
    /// `allowedUnsafeSysctls`. One that has no namespace of its own (`vm.max_map_count`) is refused everywhere, which is a warning.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   securityContext:
    ///     sysctls:
    ///     - name: net.core.somaxconn
    ///       value: "1024"
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
    ///     sysctls:
    ///     - name: net.ipv4.ip_local_port_range
    ///       value: "1024 65535"
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `SafeSysctls` of the kubelet.
    UNSAFE_SYSCTL = "unsafe-sysctl", Information from Itself, [Check::PodSpec(check_sysctls)]
}

const SCHEDULER: &str = "default-scheduler";

fn check_scheduler<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(name) = spec.get("schedulerName") else { return };
    let Some(text) = name.text().filter(|text| text != SCHEDULER) else { return };
    let is_near =
        ["default", "kube-scheduler", "default-scheduller"].contains(&&*text) || distance(&text, SCHEDULER, slips(SCHEDULER)).is_some();
    if is_near {
        let diagnostic =
            report.on(name, format!("the usual scheduler is called `{SCHEDULER}`; without one named `{text}` the Pod stays Pending"));
        diagnostic.fixes.push(Fix::possible(format!("Replace with `{SCHEDULER}`"), vec![rewrite::scalar(name.written(), SCHEDULER)]));
    }
}

const MASTER: &str = "node-role.kubernetes.io/master";
const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";

fn check_tolerations<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let tolerates = |key: &str| spec.list("tolerations").any(|it| it.text_of("key").is_none_or(|it| it == key));
    if tolerates(CONTROL_PLANE) {
        return;
    }
    let keys = spec.list("tolerations").filter_map(|it| it.get("key"));
    for key in keys.filter(|it| it.text().is_some_and(|text| text == MASTER)) {
        let diagnostic = report.on(key, format!("control planes have had the taint `{CONTROL_PLANE}` instead since Kubernetes 1.25"));
        diagnostic
            .fixes
            .push(Fix::possible(format!("Replace with `{CONTROL_PLANE}`"), vec![rewrite::scalar(key.written(), CONTROL_PLANE)]));
    }
}

fn check_spread<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    // A Pod by itself is spread among those of others.
    let Some(labels) = PodSpec::new(spec).filter(|pod| !pod.is_of_pod()).and_then(Labels::of) else { return };
    for selector in spec.list("topologySpreadConstraints").filter_map(|it| it.get("labelSelector")) {
        if labels.are_matched_by(selector) == Some(false) {
            report.on_key(selector, "this does not match the labels of the Pod itself, so its Pods are not spread among each other");
        }
    }
}

/// `SafeSysctls`.
const SAFE: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
];

/// `namespacesForSysctl`
const NAMESPACED: [&str; 5] = ["kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.", "net."];

/// Whether a kubelet allows a sysctl by default.
pub(super) fn is_safe_sysctl(name: &str) -> bool {
    SAFE.contains(&&*name.replace('/', "."))
}

fn check_sysctls<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    for sysctl in spec.get("securityContext").into_iter().flat_map(|it| it.list("sysctls")) {
        let Some(name) = sysctl.get("name") else { continue };
        let Some(text) = name.text().map(|text| text.replace('/', ".")) else { continue };
        if !text.is_empty() && !is_safe_sysctl(&text) {
            let is_namespaced = NAMESPACED.iter().any(|it| text.starts_with(it));
            if is_namespaced {
                report.on(name, format!("the kubelet refuses the Pod unless `allowedUnsafeSysctls` of the node allows `{text}`"));
            } else {
                let message = format!("the kubelet refuses the Pod (SysctlForbidden), for `{text}` is a setting of the whole node");
                report.on(name, message).severity = Severity::Warning;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn what_is_meant() {
        let text = |spec: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, labels: {{app: a}}}}\nspec:\n  containers: [{{name: a, image: b}}]\n{spec}\n"
            )
        };
        for fine in [
            "  schedulerName: volcano",
            "  schedulerName: my-scheduler",
            "  tolerations: [{operator: Exists}]",
            "  tolerations: [{key: node-role.kubernetes.io/master, operator: Exists}, {key: node-role.kubernetes.io/control-plane, operator: Exists}]",
            "  securityContext: {sysctls: [{name: net/ipv4/tcp_syncookies, value: '1'}]}",
            "  topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: a}}}]",
        ] {
            check(&text(fine));
        }
        check(&text("  schedulerName: default_scheduler\n                 ^^^^^^^^^^^^^^^^^ info[unusual-scheduler]"));
    }
}
