//! `pod-security-level`

use crate::diagnostic::condition::{Condition, Level};
use crate::pod::spec::{PodSpec, Port, Volume};
use crate::pod::{Object, Value};

use super::{only_if, pod_of};
use crate::rules::{Check, Report, across, declare_rule, scheduling_hints};

declare_rule! {
    /// Pods that the Pod Security level of their Namespace, in the same file, does not allow.
    ///
    /// ## Why
    /// A Namespace with the label `pod-security.kubernetes.io/enforce` refuses Pods that its level does not allow. A workload is accepted with a warning, and makes
    /// no Pods.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: shop
    ///   labels:
    ///     pod-security.kubernetes.io/enforce: baseline
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   namespace: shop
    /// spec:
    ///   hostNetwork: true
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata:
    ///   name: shop
    ///   labels:
    ///     pod-security.kubernetes.io/enforce: baseline
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   namespace: shop
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// Pod Security Standards; `k8s.io/pod-security-admission`.
    POD_SECURITY_LEVEL = "pod-security-level", Warning, [], across [Check::AnyObject(check)] beside "Namespace"
}

fn check<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(namespace) = across::scope(object.node()) else { return };
    let Some(pod) = pod_of(object).filter(|pod| !pod.is_windows()) else { return };
    let baseline = above_baseline(pod);
    let level = if baseline.is_some() { Level::Baseline } else { Level::Restricted };
    let Some((site, what)) = baseline.or_else(|| above_restricted(pod)) else { return };
    let name = if level == Level::Baseline { "this" } else { "`restricted`" };
    let message = format!("namespace `{namespace}` of this file does not allow {what} ({name} level), so the Pod is refused")
        .replace(" (this level)", "");
    only_if(report.on(site, message), Condition::Violates(namespace, level));
}

/// Capabilities that `baseline` allows to add.
#[rustfmt::skip]
const BASELINE: [&str; 13] = [
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP",
    "SETUID", "SYS_CHROOT",
];

/// The first thing that only `privileged` allows.
fn above_baseline(pod: PodSpec<'_>) -> Option<(Value<'_>, String)> {
    let of_host = ["hostNetwork", "hostPID", "hostIPC"].into_iter().find(|it| pod.value().is_true(it));
    if let Some(name) = of_host {
        return Some((pod.value().get(name)?, format!("`{name}`")));
    }
    if let Some(path) = pod.volumes().find_map(|volume| volume.0.get("hostPath")) {
        return Some((path, "`hostPath` volumes".to_owned()));
    }
    if let Some(found) = pod.value().get("securityContext").and_then(context_above_baseline) {
        return Some(found);
    }
    pod.containers().find_map(|container| {
        let context = container.value.get("securityContext");
        let privileged = context.and_then(|it| it.get("privileged")).filter(|it| it.bool() == Some(true));
        let added = context.and_then(|it| it.get("capabilities")).into_iter().flat_map(|it| it.list("add"));
        let capability = added.into_iter().find(|it| it.text().is_some_and(|it| !BASELINE.contains(&&*it)));
        let port = container.ports().find(|port| Port::host_port(*port).is_some()).and_then(|port| port.0.get("hostPort"));
        privileged
            .map(|it| (it, "privileged containers".to_owned()))
            .or(capability.map(|it| (it, format!("the capability `{}`", it.text().unwrap_or_default()))))
            .or(port.map(|it| (it, "`hostPort`".to_owned())))
            .or_else(|| context.and_then(context_above_baseline))
    })
}

const SAFE_SINCE_1_37: [&str; 2] = ["net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"];

/// What of a security context, of a Pod or of a container, only `privileged` allows.
fn context_above_baseline(context: Value<'_>) -> Option<(Value<'_>, String)> {
    let unconfined = ["seccompProfile", "appArmorProfile"].into_iter().find_map(|profile| {
        let ty = context.at(&[profile, "type"]).filter(|it| it.text().is_some_and(|it| it == "Unconfined"))?;
        Some((ty, format!("`{profile}` of type `Unconfined`")))
    });
    let sysctl = || {
        let names = context.list("sysctls").filter_map(|it| it.get("name"));
        let is_allowed = |name: &str| scheduling_hints::is_safe_sysctl(name) || SAFE_SINCE_1_37.contains(&name);
        let unsafe_one = names.into_iter().find(|it| it.text().is_some_and(|name| !is_allowed(&name)))?;
        Some((unsafe_one, format!("the sysctl `{}`", unsafe_one.text().unwrap_or_default())))
    };
    let allowed = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
    let label = || {
        let ty = context.at(&["seLinuxOptions", "type"])?;
        let other = ty.text().filter(|it| !it.is_empty() && !allowed.contains(&&**it))?;
        Some((ty, format!("the SELinux type `{other}`")))
    };
    let user = || {
        context
            .at(&["seLinuxOptions"])
            .and_then(|it| it.get("user").or_else(|| it.get("role")))
            .map(|it| (it, "an SELinux user or role".to_owned()))
    };
    unconfined.or_else(sysctl).or_else(label).or_else(user)
}

/// The first thing that only `restricted` forbids, or demands.
fn above_restricted(pod: PodSpec<'_>) -> Option<(Value<'_>, String)> {
    let allowed = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret", "image"];
    let other = pod.volumes().filter_map(Volume::source).find(|(field, _)| !allowed.contains(&field.name));
    if let Some((field, value)) = other {
        return Some((value, format!("`{}` volumes", field.name)));
    }
    pod.containers().find_map(|container| {
        let own = container.value.get("securityContext");
        let site = own.or_else(|| container.value.get("name")).unwrap_or(container.value);
        let set = |field: &str| own.and_then(|it| it.get(field)).or_else(|| pod.value().at(&["securityContext", field]));
        let is = |field: &str, wanted: bool| set(field).and_then(Value::bool) == Some(wanted);
        let drops =
            own.and_then(|it| it.get("capabilities")).is_some_and(|it| it.list("drop").any(|it| it.text().is_some_and(|it| it == "ALL")));
        let seccomp = set("seccompProfile").and_then(|it| it.text_of("type"));
        let is_root = set("runAsUser").and_then(Value::int) == Some(0);
        let added = own.and_then(|it| it.get("capabilities")).into_iter().flat_map(|it| it.list("add"));
        if let Some(added) = added.into_iter().find(|it| it.text().is_some_and(|it| it != "NET_BIND_SERVICE")) {
            return Some((added, format!("the capability `{}`", added.text().unwrap_or_default())));
        }
        // Root in a user namespace is not root on the node; since 1.35 it is allowed.
        let has_own_users = pod.value().get("hostUsers").and_then(Value::bool) == Some(false);
        let missing = match () {
            () if own.and_then(|it| it.get("allowPrivilegeEscalation")).and_then(Value::bool) != Some(false) => {
                "without `allowPrivilegeEscalation: false`"
            }
            () if !drops => "without `capabilities: {drop: [ALL]}`",
            () if !has_own_users && !is("runAsNonRoot", true) => "without `runAsNonRoot: true`",
            () if !has_own_users && is_root => "as user 0",
            () if !seccomp.is_some_and(|it| it == "RuntimeDefault" || it == "Localhost") => {
                "without a `seccompProfile` of type `RuntimeDefault`"
            }
            () => return None,
        };
        Some((site, format!("a container {missing}")))
    })
}
