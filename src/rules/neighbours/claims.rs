//! `shared-claim` and `claim-mode`

use crate::diagnostic::Severity;
use crate::diagnostic::condition::Condition;
use crate::pod::spec::{PodSpec, Volume};
use crate::pod::{Object, Value};
use crate::schema::ty;

use super::{only_if, pod_of};
use crate::rules::{Check, Report, across, declare_rule};

declare_rule! {
    /// Claims that several Pods of a workload use at once.
    ///
    /// ## Why
    /// A volume with `ReadWriteOnce` is mounted on one node. Replicas on other nodes, and the new Pod of a rolling update, wait with "Multi-Attach error". A
    /// claim with `ReadWriteMany` may be shared, one with `ReadWriteOncePod` never, which is a warning; a StatefulSet has one claim for each Pod; `strategy: Recreate` stops the old Pod first.
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
    SHARED_CLAIM = "shared-claim", Information, [], across [Check::PodSpec(check_shared), Check::AnyObject(check_of_one_pod)]
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
    CLAIM_MODE = "claim-mode", Warning, [], across [Check::AnyObject(check_modes)]
}

fn check_shared<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let shares = [ty::DEPLOYMENT_SPEC, ty::REPLICA_SET_SPEC, ty::REPLICATION_CONTROLLER_SPEC, ty::STATEFUL_SET_SPEC];
    let Some(workload) = spec.ancestors().find(|it| shares.iter().any(|ty| it.is_a(ty))) else { return };
    let (Some(pod), Some(object)) = (PodSpec::new(spec), spec.model().object(spec.object())) else { return };
    if !workload.is_certain_of("replicas") || !report.options().layers.changes_nothing() {
        return;
    }
    let replicas = workload.get("replicas").and_then(Value::int).unwrap_or(1);
    let starts_first = starts_first(workload);
    for (claim, name) in claims(pod).filter(|(volume, _)| !volume.is_read_only()).filter_map(|(_, claim)| Some((claim, claim.text()?))) {
        let scope = across::scope(object.node());
        if replicas > 1 {
            let message = format!("all {replicas} replicas use this claim; with `ReadWriteOnce` those on other nodes never start");
            only_if(report.on(claim, message), Condition::ClaimNotShared(scope, name.into_owned()));
        } else if replicas == 1 && starts_first {
            let message =
                "an update starts the new Pod before the old one releases this claim (`ReadWriteOnce`); use `strategy: {type: Recreate}`";
            only_if(report.on(claim, message), Condition::ClaimOfOneNode(scope, name.into_owned()));
        }
    }
}

fn check_of_one_pod<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let replicas = object.at(&["spec", "replicas"]).and_then(Value::int).filter(|replicas| *replicas > 1);
    let (Some(pod), Some(replicas)) = (pod_of(object), replicas) else { return };
    for (claim, name) in claims(pod).filter_map(|(_, claim)| Some((claim, claim.text()?))) {
        let message = format!("only one of the {replicas} replicas can use this claim (`ReadWriteOncePod`); the others stay Pending");
        let diagnostic = report.on(claim, message);
        diagnostic.severity = Severity::Warning;
        only_if(diagnostic, Condition::ClaimOfOnePod(across::scope(object.node()), name.into_owned()));
    }
}

/// Whether an update of a workload starts new Pods before it stops the old ones.
fn starts_first(workload: Value<'_>) -> bool {
    let strategy = workload.at(&["strategy", "type"]).and_then(Value::text);
    let surge = workload.at(&["strategy", "rollingUpdate", "maxSurge"]).and_then(|it| it.json_text());
    workload.is_a(ty::DEPLOYMENT_SPEC) && strategy.is_none_or(|it| it == "RollingUpdate") && surge.is_none_or(|it| it != "0" && it != "0%")
}

/// The volumes that are claims, with the name of the claim.
fn claims<'m>(pod: PodSpec<'m>) -> impl Iterator<Item = (Volume<'m>, Value<'m>)> {
    let replaced: Vec<_> = pod.replaced_volumes().collect();
    let claim = |volume: Volume<'m>| Some((volume, volume.0.at(&["persistentVolumeClaim", "claimName"])?));
    pod.volumes().filter(move |it| !replaced.contains(it)).filter_map(claim)
}

fn check_modes<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(pod) = pod_of(object) else { return };
    for (volume, claim) in claims(pod).filter_map(|(volume, claim)| Some((volume, claim.text()?))) {
        let uses = |list: &'static str| {
            let all = pod.containers().flat_map(move |it| it.value.list(list));
            all.filter_map(|it| it.get("name")).find(|it| it.text() == volume.name())
        };
        for (list, is_block) in [("volumeMounts", true), ("volumeDevices", false)] {
            let Some(site) = uses(list) else { continue };
            let what = if is_block { "a block device; use `volumeDevices`" } else { "a file system; use `volumeMounts`" };
            let condition = Condition::ClaimIsBlock(across::scope(object.node()), claim.to_string(), is_block);
            only_if(report.on(site, format!("the claim `{claim}` is {what}")), condition);
        }
    }
}
