//! `unknown-key`, `shared-claim`, `limit-range`, `quota-resources` and `pod-security-level`: Pods that another object of the file is about

use crate::diagnostic::Diagnostic;
use crate::diagnostic::condition::{Amount, Condition, Level, Scope};
use crate::pod::Value;
use crate::pod::spec::{Container, PodSpec, Port, Role, Volume};
use crate::schema::ty;

use super::unknown_object::{self, UNKNOWN_OBJECT};
use super::{Check, Report, across, declare_rule};

declare_rule! {
    /// Keys that the ConfigMap or Secret of the same file does not have.
    ///
    /// ## Why
    /// A container with a variable from a key that is missing waits with `CreateContainerConfigError`; a volume with such a file is not mounted. Not reported is
    /// what is `optional`, and what is not in the file.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: web
    /// data:
    ///   host: example.com
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     env:
    ///     - name: HOST
    ///       valueFrom:
    ///         configMapKeyRef:
    ///           name: web
    ///           key: hostname
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: web
    /// data:
    ///   host: example.com
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     env:
    ///     - name: HOST
    ///       valueFrom:
    ///         configMapKeyRef:
    ///           name: web
    ///           key: host
    /// ```
    ///
    /// ## Source
    /// `makeEnvironmentVariables` and the volume plugins of the kubelet.
    UNKNOWN_KEY = "unknown-key", Warning, [Check::Across(&Check::PodSpec(check))]
}

declare_rule! {
    /// Claims that several Pods of a workload use at once.
    ///
    /// ## Why
    /// A volume with `ReadWriteOnce` is mounted on one node. Replicas on other nodes, and the new Pod of a rolling update, wait with "Multi-Attach error". A
    /// claim with `ReadWriteMany` may be shared; a StatefulSet has one claim for each Pod; `strategy: Recreate` stops the old Pod first.
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
    ///         volumeMounts:
    ///         - name: data
    ///           mountPath: /data
    ///       volumes:
    ///       - name: data
    ///         persistentVolumeClaim:
    ///           claimName: data
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   replicas: 1
    ///   strategy:
    ///     type: Recreate
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
    ///         volumeMounts:
    ///         - name: data
    ///           mountPath: /data
    ///       volumes:
    ///       - name: data
    ///         persistentVolumeClaim:
    ///           claimName: data
    /// ```
    ///
    /// ## Source
    /// Persistent Volumes, "Access Modes".
    SHARED_CLAIM = "shared-claim", Information, []
}

declare_rule! {
    /// Amounts of resources that the LimitRange of the same file does not allow.
    ///
    /// ## Why
    /// The API server refuses a Pod whose container asks for more than `max` or less than `min`. A workload is accepted, and makes no Pods.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: LimitRange
    /// metadata:
    ///   name: limits
    /// spec:
    ///   limits:
    ///   - type: Container
    ///     max:
    ///       memory: 1Gi
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       limits:
    ///         memory: 2Gi
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: LimitRange
    /// metadata:
    ///   name: limits
    /// spec:
    ///   limits:
    ///   - type: Container
    ///     max:
    ///       memory: 1Gi
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       limits:
    ///         memory: 1Gi
    /// ```
    ///
    /// ## Source
    /// `PodValidateLimitFunc` of the admission plugin LimitRanger.
    LIMIT_RANGE = "limit-range", Warning, []
}

declare_rule! {
    /// Containers without the resources that the ResourceQuota of the same file counts.
    ///
    /// ## Why
    /// Where a quota counts `limits.memory`, say, the API server refuses each Pod with a container that sets no such limit. A LimitRange may set it.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: ResourceQuota
    /// metadata:
    ///   name: quota
    /// spec:
    ///   hard:
    ///     limits.memory: 4Gi
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: ResourceQuota
    /// metadata:
    ///   name: quota
    /// spec:
    ///   hard:
    ///     limits.memory: 4Gi
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       limits:
    ///         memory: 1Gi
    /// ```
    ///
    /// ## Source
    /// `podEvaluator.Constraints` of the admission plugin ResourceQuota.
    QUOTA_RESOURCES = "quota-resources", Warning, []
}

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
    POD_SECURITY_LEVEL = "pod-security-level", Warning, []
}

declare_rule! {
    /// Claims that are mounted as a file system and are block devices, or the other way round.
    ///
    /// ## Why
    /// A claim with `volumeMode: Block` has no file system: a container gets it by `volumeDevices`. The Pod waits with "FailedMount" otherwise.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata:
    ///   name: data
    /// spec:
    ///   accessModes: ["ReadWriteOnce"]
    ///   volumeMode: Block
    ///   resources:
    ///     requests:
    ///       storage: 1Gi
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     volumeMounts:
    ///     - name: data
    ///       mountPath: /data
    ///   volumes:
    ///   - name: data
    ///     persistentVolumeClaim:
    ///       claimName: data
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata:
    ///   name: data
    /// spec:
    ///   accessModes: ["ReadWriteOnce"]
    ///   volumeMode: Block
    ///   resources:
    ///     requests:
    ///       storage: 1Gi
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     volumeDevices:
    ///     - name: data
    ///       devicePath: /dev/data
    ///   volumes:
    ///   - name: data
    ///     persistentVolumeClaim:
    ///       claimName: data
    /// ```
    ///
    /// ## Source
    /// `getPVCVolume` of the kubelet's desired state of the world: "has volumeMode Block, but is specified in volumeMounts".
    CLAIM_MODE = "claim-mode", Warning, []
}

declare_rule! {
    /// StatefulSets whose `serviceName` is none of the Services of their file.
    ///
    /// ## Why
    /// The Pods of a StatefulSet get their names in the DNS from this Service. Without it they have none; everything else works.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: db
    /// spec:
    ///   clusterIP: None
    ///   ports:
    ///   - port: 5432
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata:
    ///   name: db
    /// spec:
    ///   serviceName: database
    ///   selector:
    ///     matchLabels:
    ///       app: db
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: db
    ///     spec:
    ///       containers:
    ///       - name: db
    ///         image: ghcr.io/example/db:1.0
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: db
    /// spec:
    ///   clusterIP: None
    ///   ports:
    ///   - port: 5432
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata:
    ///   name: db
    /// spec:
    ///   serviceName: db
    ///   selector:
    ///     matchLabels:
    ///       app: db
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: db
    ///     spec:
    ///       containers:
    ///       - name: db
    ///         image: ghcr.io/example/db:1.0
    /// ```
    ///
    /// ## Source
    /// StatefulSets, "Stable Network ID".
    UNKNOWN_SERVICE = "unknown-service", Information, []
}

/// One look at the Pod serves all rules of this file.
fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let (Some(pod), Some(object)) = (PodSpec::new(spec), spec.model().object(spec.object())) else { return };
    if !report.options().layers.changes_nothing() || spec.parent().is_some_and(|it| it.is_a(ty::POD_TEMPLATE)) {
        return;
    }
    let scope = across::scope(object.node());
    unknown_object::check(pod, &scope, report.of(&UNKNOWN_OBJECT).in_check_of(Some(spec)));
    check_keys(pod, &scope, report.of(&UNKNOWN_KEY).in_check_of(Some(spec)));
    check_claims(pod, &scope, report.of(&SHARED_CLAIM).in_check_of(Some(spec)));
    check_modes(pod, &scope, report.of(&CLAIM_MODE).in_check_of(Some(spec)));
    if let Some(name) = spec.ancestors().find(|it| it.is_a(ty::STATEFUL_SET_SPEC)).and_then(|it| it.get("serviceName"))
        && let Some(text) = name.text().filter(|text| !text.is_empty())
    {
        let message = format!("this file has no Service `{text}`, so the Pods have no names in the DNS");
        let diagnostic = report.of(&UNKNOWN_SERVICE).in_check_of(Some(spec)).on(name, message);
        only_if(diagnostic, Condition::LacksTarget(scope.clone(), "Service".to_owned(), text.into_owned()));
    }
    for container in pod.containers().filter(|it| it.role != Role::Ephemeral) {
        check_amounts(container, &scope, report.of(&LIMIT_RANGE).in_check_of(Some(spec)));
        if !spec.gives("resources") {
            check_quota(container, &scope, report.of(&QUOTA_RESOURCES).in_check_of(Some(spec)));
        }
    }
    if let Some(namespace) = scope.filter(|_| !pod.is_windows()) {
        check_level(pod, &namespace, report.of(&POD_SECURITY_LEVEL).in_check_of(Some(spec)));
    }
}

fn only_if(diagnostic: &mut Diagnostic, condition: Condition) {
    diagnostic.condition = Some(Box::new(condition));
}

fn check_keys<'m>(pod: PodSpec<'m>, scope: &Scope, report: &mut Report<'m>) {
    let mut look = |kind, holder: Value<'m>, name: &str, key: Value<'m>| {
        let Some(text) = key.text().filter(|text| !text.is_empty() && !holder.is_true("optional")) else { return };
        let diagnostic = report.on(key, format!("the {kind} `{name}` has no key `{text}`"));
        only_if(diagnostic, Condition::LacksKey(scope.clone(), kind, name.to_owned(), text.into_owned()));
    };
    for env in pod.containers().flat_map(Container::env) {
        for (field, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
            if let Some(source) = env.at(&["valueFrom", field])
                && let (Some(name), Some(key)) = (source.text_of("name"), source.get("key"))
            {
                look(kind, source, &name, key);
            }
        }
    }
    for volume in pod.volumes() {
        for (field, named, kind) in [("configMap", "name", "ConfigMap"), ("secret", "secretName", "Secret")] {
            let Some(source) = volume.0.get(field) else { continue };
            let Some(name) = source.text_of(named) else { continue };
            source.list("items").filter_map(|item| item.get("key")).for_each(|key| look(kind, source, &name, key));
            if source.list("items").next().is_none() {
                let of_volume = |mount: &crate::pod::spec::Mount<'m>| mount.name() == volume.name();
                let sub_paths = pod.containers().flat_map(Container::mounts).filter(of_volume).filter_map(|it| it.0.get("subPath"));
                sub_paths.for_each(|sub_path| look(kind, source, &name, sub_path));
            }
        }
        for (field, kind) in [("configMap", "ConfigMap"), ("secret", "Secret")] {
            for source in volume.0.get("projected").into_iter().flat_map(|it| it.list("sources")).filter_map(|it| it.get(field)) {
                let Some(name) = source.text_of("name") else { continue };
                source.list("items").filter_map(|item| item.get("key")).for_each(|key| look(kind, source, &name, key));
            }
        }
    }
}

fn check_claims<'m>(pod: PodSpec<'m>, scope: &Scope, report: &mut Report<'m>) {
    let shares = [ty::DEPLOYMENT_SPEC, ty::REPLICA_SET_SPEC, ty::REPLICATION_CONTROLLER_SPEC, ty::STATEFUL_SET_SPEC];
    let Some(workload) = pod.value().ancestors().find(|it| shares.iter().any(|ty| it.is_a(ty))) else { return };
    if !workload.is_certain_of("replicas") {
        return;
    }
    let replicas = workload.get("replicas").and_then(Value::int).unwrap_or(1);
    let strategy = workload.at(&["strategy", "type"]).and_then(Value::text);
    let starts_first = workload.is_a(ty::DEPLOYMENT_SPEC)
        && strategy.is_none_or(|it| it == "RollingUpdate")
        && workload.at(&["strategy", "rollingUpdate", "maxSurge"]).and_then(|it| it.json_text()).is_none_or(|it| it != "0" && it != "0%");
    let replaced: Vec<_> = pod.replaced_volumes().collect();
    for volume in pod.volumes().filter(|it| !replaced.contains(it)) {
        let Some(claim) = volume.0.at(&["persistentVolumeClaim", "claimName"]) else { continue };
        let Some(name) = claim.text().filter(|_| !volume.is_read_only()) else { continue };
        if replicas > 1 {
            let message = format!("all {replicas} replicas use this claim; with `ReadWriteOnce` those on other nodes never start");
            only_if(report.on(claim, message), Condition::ClaimNotShared(scope.clone(), name.into_owned()));
        } else if replicas == 1 && starts_first {
            let message =
                "an update starts the new Pod before the old one releases this claim (`ReadWriteOnce`); use `strategy: {type: Recreate}`";
            only_if(report.on(claim, message), Condition::ClaimOfOneNode(scope.clone(), name.into_owned()));
        }
    }
}

fn check_modes<'m>(pod: PodSpec<'m>, scope: &Scope, report: &mut Report<'m>) {
    let replaced: Vec<_> = pod.replaced_volumes().collect();
    for volume in pod.volumes().filter(|it| !replaced.contains(it)) {
        let Some(claim) = volume.0.at(&["persistentVolumeClaim"]).and_then(|it| it.text_of("claimName")) else { continue };
        let uses = |list: &'static str| {
            let all = pod.containers().flat_map(move |it| it.value.list(list));
            all.filter_map(|it| it.get("name")).find(|it| it.text() == volume.name())
        };
        for (list, is_block) in [("volumeMounts", true), ("volumeDevices", false)] {
            let Some(site) = uses(list) else { continue };
            let what = if is_block { "a block device; use `volumeDevices`" } else { "a file system; use `volumeMounts`" };
            only_if(
                report.on(site, format!("the claim `{claim}` is {what}")),
                Condition::ClaimIsBlock(scope.clone(), claim.to_string(), is_block),
            );
        }
    }
}

fn check_amounts<'m>(container: Container<'m>, scope: &Scope, report: &mut Report<'m>) {
    for list in ["limits", "requests"] {
        for value in container.value.at(&["resources", list]).into_iter().flat_map(|it| it.children()) {
            let (Some(resource), Some(quantity)) = (value.key_text(), value.quantity()) else { continue };
            let amount = Amount { list, resource: resource.into_owned(), millis: quantity.millis() };
            let diagnostic = report.on(value, "the LimitRange of this file does not allow this amount, so the Pod is refused");
            only_if(diagnostic, Condition::BreaksLimits(scope.clone(), vec![amount]));
        }
    }
}

fn check_quota<'m>(container: Container<'m>, scope: &Scope, report: &mut Report<'m>) {
    let sets = |list: &str, resource: &str| {
        let of = |list: &str| {
            container
                .value
                .at(&["resources", list])
                .is_some_and(|it| it.children().any(|it| it.key_text().is_some_and(|it| it == resource)))
        };
        of(list) || list == "requests" && of("limits")
    };
    let all = [("requests", "cpu"), ("requests", "memory"), ("limits", "cpu"), ("limits", "memory")];
    let missing: Vec<_> = all.into_iter().filter(|(list, name)| !sets(list, name)).map(|(list, name)| format!("{list}.{name}")).collect();
    if missing.is_empty() {
        return;
    }
    let message = format!(
        "the ResourceQuota of this file counts resources that container {} does not set ({}), so the Pod is refused",
        container.label(),
        missing.join(", ")
    );
    let site = container.value.entry("resources").or_else(|| container.value.get("name")).unwrap_or(container.value);
    let diagnostic = report.on_key(site, message);
    diagnostic.field = container.value.path_to("resources");
    only_if(diagnostic, Condition::LacksForQuota(scope.clone(), missing));
}

fn check_level<'m>(pod: PodSpec<'m>, namespace: &str, report: &mut Report<'m>) {
    let baseline = above_baseline(pod);
    let level = if baseline.is_some() { Level::Baseline } else { Level::Restricted };
    let Some((site, what)) = baseline.or_else(|| above_restricted(pod)) else { return };
    let name = if level == Level::Baseline { "this" } else { "`restricted`" };
    let message = format!("namespace `{namespace}` of this file does not allow {what} ({name} level), so the Pod is refused")
        .replace(" (this level)", "");
    only_if(report.on(site, message), Condition::Violates(namespace.to_owned(), level));
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
    })
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
        let missing = match () {
            () if own.and_then(|it| it.get("allowPrivilegeEscalation")).and_then(Value::bool) != Some(false) => {
                "without `allowPrivilegeEscalation: false`"
            }
            () if !drops => "without `capabilities: {drop: [ALL]}`",
            () if !is("runAsNonRoot", true) => "without `runAsNonRoot: true`",
            () if is_root => "as user 0",
            () if !seccomp.is_some_and(|it| it == "RuntimeDefault" || it == "Localhost") => {
                "without a `seccompProfile` of type `RuntimeDefault`"
            }
            () => return None,
        };
        Some((site, format!("a container {missing}")))
    })
}
