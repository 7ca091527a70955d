//! Fields of the PodSpec.

use crate::diagnostic::Reason;
use crate::pod::Value;
use crate::schema::ty;

use super::{Check, Report, declare_rule, lacking, superfluous};

declare_rule! {
    /// Fields of a Pod that contradict each other.
    ///
    /// ## Why
    /// The API server rejects the object. Each field is valid on its own, but `hostPID` cannot be combined with `shareProcessNamespace`,
    /// and `dnsPolicy: None` requires a nameserver in `dnsConfig`.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   hostPID: true
    ///   shareProcessNamespace: true
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
    ///   shareProcessNamespace: true
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `ValidatePodSpec`, `validatePodDNSConfig`, `validateHostUsers`, `validatePodHostName`, `ValidateHostSysctl`.
    INCOMPATIBLE_POD_FIELDS = "incompatible-pod-fields", Error, [
        Check::PodSpec(spec),
    ]
}

/// `ValidatePodSpec`, `validatePodDNSConfig`, `validateHostUsers`
pub(super) fn spec<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    dns(spec, report);
    namespaces(spec, report);
    sysctls(spec, report);
    if let Some(name) = spec.get("hostnameOverride").filter(|it| it.enforcement() == spec.enforcement()) {
        for field in ["setHostnameAsFQDN", "hostNetwork"] {
            if spec.is_true(field) {
                superfluous(name, Reason::Forbidden.of(format!("`hostnameOverride` and `{field}` are mutually exclusive")), report);
                break;
            }
        }
    }
    if let Some(node) = spec.get("nodeName").filter(|it| !it.is_absent() && spec.list("schedulingGates").next().is_some())
        && spec.parent().is_some_and(|parent| parent.is_a(ty::POD))
    {
        superfluous(node, Reason::Forbidden.of("`nodeName` must not be set with `schedulingGates`"), report);
    }
}

fn dns<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(policy) = spec.get("dnsPolicy").filter(|it| it.text().is_some_and(|text| text == "None")) else { return };
    let message = Reason::Required.of("`dnsPolicy: None` requires a nameserver in `dnsConfig`");
    match spec.entry("dnsConfig") {
        Some(config) if config.is_sound() => {
            lacking(config, "nameservers", message, report);
        }
        Some(config) if !config.is_null() => {}
        _ if report.reports_missing() => {
            let path = spec.path_to("dnsConfig");
            let diagnostic = report.on(policy, message);
            diagnostic.field = path;
            diagnostic.incomplete = Some(crate::diagnostic::Incomplete::Node(spec.node().id()));
        }
        _ => {}
    }
}

/// `ValidateHostSysctl`: what the host shares with the Pod, the Pod must not set.
fn sysctls<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    const OF_IPC: [&str; 5] = ["kernel.sem", "kernel.shm", "kernel.msg", "fs.mqueue.", "kernel.shm_rmid_forced"];
    let listed = spec.get("securityContext").into_iter().flat_map(|context| context.list("sysctls"));
    for name in listed.filter_map(|sysctl| sysctl.get("name")) {
        let Some(text) = name.text().map(|text| text.replace('/', ".")) else { continue };
        let shared = if text.starts_with("net.") {
            "hostNetwork"
        } else if OF_IPC.iter().any(|start| text.starts_with(start)) {
            "hostIPC"
        } else {
            continue;
        };
        if spec.is_true(shared) {
            report.on(
                name,
                Reason::Invalid.of(format!("this sysctl must not be set when `{shared}` is true, because it would change the node")),
            );
        }
    }
}

fn namespaces<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if let Some(shares) = spec.get("shareProcessNamespace").filter(|it| it.bool() == Some(true) && spec.is_true("hostPID")) {
        let message = Reason::Invalid.of("`shareProcessNamespace` and `hostPID` are mutually exclusive; remove one of them");
        superfluous(shares, message, report);
    }
    if spec.get("hostUsers").and_then(Value::bool) != Some(false) {
        return;
    }
    for (field, path) in [("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")] {
        if let Some(value) = spec.get(field).filter(|it| it.bool() == Some(true)) {
            let path = spec.path_to(path);
            superfluous(value, Reason::Forbidden.of(format!("`{field}` must not be true when `hostUsers` is false")), report).field = path;
        }
    }
}
