//! `unknown-medium` and `oversized-volume`

use crate::pod::Value;
use crate::pod::spec::{Container, PodSpec, Role};
use crate::schema::ty;

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Storage media of an `emptyDir` that do not exist.
    ///
    /// ## Why
    /// The API server accepts any text. The kubelet knows `Memory`, `HugePages` and `HugePages-SIZE`; with another one the Pod stays in ContainerCreating
    /// ("unknown storage medium").
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
    ///   volumes:
    ///   - name: cache
    ///     emptyDir:
    ///       medium: memory
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
    ///   volumes:
    ///   - name: cache
    ///     emptyDir:
    ///       medium: Memory
    /// ```
    ///
    /// ## Source
    /// `emptyDir.SetUpAt` of the kubelet.
    UNKNOWN_MEDIUM = "unknown-medium", Warning from Itself, [Check::Type(ty::EMPTY_DIR_VOLUME_SOURCE, check_medium)]
}

declare_rule! {
    /// Volumes in memory that may grow larger than the memory of the containers that use them.
    ///
    /// ## Why
    /// What is written to an `emptyDir` with `medium: Memory` counts as memory of the container that writes it. Before the volume is full, the container is
    /// killed (OOMKilled).
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
    ///     resources:
    ///       limits:
    ///         memory: 256Mi
    ///     volumeMounts:
    ///     - name: cache
    ///       mountPath: /cache
    ///   volumes:
    ///   - name: cache
    ///     emptyDir:
    ///       medium: Memory
    ///       sizeLimit: 1Gi
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
    ///     resources:
    ///       limits:
    ///         memory: 256Mi
    ///     volumeMounts:
    ///     - name: cache
    ///       mountPath: /cache
    ///   volumes:
    ///   - name: cache
    ///     emptyDir:
    ///       medium: Memory
    ///       sizeLimit: 128Mi
    /// ```
    ///
    /// ## Source
    /// Volumes, "emptyDir".
    OVERSIZED_VOLUME = "oversized-volume", Information, [Check::PodSpec(check_size)]
}

fn check_medium<'m>(source: Value<'m>, report: &mut Report<'m>) {
    let Some(medium) = source.get("medium") else { return };
    let Some(text) = medium.text().filter(|it| !it.is_empty() && it != "Memory" && !it.starts_with("HugePages")) else { return };
    report.on(medium, format!("the kubelet knows no medium `{text}`, so the Pod does not start; use `Memory` or `HugePages`"));
}

fn check_size<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    for volume in pod.volumes() {
        let Some(source) = volume.0.get("emptyDir").filter(|it| it.text_of("medium").is_some_and(|it| it == "Memory")) else { continue };
        let Some((limit, size)) = source.get("sizeLimit").and_then(|it| Some((it, it.quantity()?.millis()))) else { continue };
        let mounts = |it: &Container<'m>| it.mounts().any(|mount| mount.name() == volume.name());
        let memory = |it: Container<'m>| {
            let limits = it.value.at(&["resources", "limits"])?;
            let memory = limits.children().find(|it| it.key_text().is_some_and(|it| it == "memory"))?;
            Some(memory.quantity()?.millis())
        };
        let users: Vec<_> = pod.containers().filter(|it| it.role != Role::Ephemeral).filter(mounts).map(memory).collect();
        if !users.is_empty() && users.iter().all(|it| it.is_some_and(|memory| memory < size)) {
            report
                .on(limit, "this is more than the memory limit of each container that uses the volume, which counts what they write there");
        }
    }
}
