//! The kinds around the Pod.

use crate::diagnostic::{Incomplete, Reason};
use crate::pod::Value;
use crate::pod::fields::{Share, share};
use crate::schema::ty;

use super::{Check, Report, declare_rule, superfluous, text_or_empty};

declare_rule! {
    /// Fields of a rollout that contradict each other.
    ///
    /// ## Why
    /// The API server rejects the object. `rollingUpdate` is allowed only with the `RollingUpdate` strategy, and a rollout with both
    /// `maxSurge` and `maxUnavailable` set to 0 could never make progress.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   strategy:
    ///     type: Recreate
    ///     rollingUpdate:
    ///       maxSurge: 1
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
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   strategy:
    ///     type: RollingUpdate
    ///     rollingUpdate:
    ///       maxSurge: 1
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
    /// ```
    ///
    /// ## Source
    /// `ValidateDeploymentSpec`, `ValidateRollingUpdateDaemonSet`, `ValidateStatefulSetSpec`.
    INCOMPATIBLE_ROLLOUT_FIELDS = "incompatible-rollout-fields", Error, [
        Check::Type(ty::DAEMON_SET_SPEC, daemon_set),
        Check::Type(ty::DEPLOYMENT_SPEC, deployment),
        Check::Type(ty::STATEFUL_SET_SPEC, stateful_set),
    ]
}

/// The count or percentage of a field; the server's default where it is not given. `None` where it cannot be read.
fn share_of<'m>(within: Value<'m>, field: &str, default: Share) -> Option<Share> {
    match within.entry(field) {
        Some(value) if !value.is_null() => share(&value.text()?, value.int()).ok(),
        _ => Some(default),
    }
}

/// `ValidateDeploymentStrategy`, `ValidateDeploymentSpec`
pub(super) fn deployment<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if let Some(strategy) = spec.get("strategy") {
        let recreate = strategy.text_of("type").is_some_and(|text| text == "Recreate");
        if let Some(rolling) = strategy.get("rollingUpdate") {
            let both = (share_of(rolling, "maxUnavailable", Share::Percent(25)), share_of(rolling, "maxSurge", Share::Percent(25)));
            if recreate {
                superfluous(rolling, Reason::Forbidden.of("`rollingUpdate` is not allowed with `type: Recreate`"), report);
            } else if let (Some(unavailable), Some(surge)) = both
                && unavailable.is_zero()
                && surge.is_zero()
                && let Some(value) = rolling.get("maxUnavailable")
            {
                report.on(value, Reason::Invalid.of("`maxUnavailable` and `maxSurge` must not both be 0; no Pod could be replaced"));
            }
        }
    }
    let int = |field: &str, default: i64| match spec.entry(field) {
        Some(value) if !value.is_null() => value.int(),
        _ => Some(default),
    };
    if let (Some(deadline), Some(ready)) = (int("progressDeadlineSeconds", 600), int("minReadySeconds", 0))
        && deadline >= 0
        && ready >= 0
        && deadline <= ready
    {
        let path = spec.path_to("progressDeadlineSeconds");
        let message =
            Reason::Invalid.of(format!("`progressDeadlineSeconds` ({deadline}) must be greater than `minReadySeconds` ({ready})"));
        let written = |field: &str| spec.get(field);
        if let Some(value) = written("progressDeadlineSeconds").or(written("minReadySeconds")) {
            report.on(value, message).field = path;
        }
    }
}

/// `ValidateRollingUpdateDaemonSet`
pub(super) fn daemon_set<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(strategy) = spec.get("updateStrategy") else { return };
    if text_or_empty(strategy, "type").is_none_or(|text| !["", "RollingUpdate"].contains(&&*text)) {
        return;
    }
    let Some(rolling) = strategy.get("rollingUpdate") else { return };
    let both = (share_of(rolling, "maxUnavailable", Share::Count(1)), share_of(rolling, "maxSurge", Share::Count(0)));
    let (Some(unavailable), Some(surge)) = both else { return };
    if unavailable.is_zero() && surge.is_zero() {
        let path = rolling.path_to("maxUnavailable");
        if let Some(value) = rolling.get("maxUnavailable") {
            let message = Reason::Required.of("`maxUnavailable` and `maxSurge` must not both be 0; no Pod could be replaced");
            report.on(value, message).field = path;
        }
    } else if let Some(value) = rolling.get("maxSurge").filter(|_| !unavailable.is_zero() && !surge.is_zero()) {
        let default = if rolling.gives("maxUnavailable") { "" } else { "; `maxUnavailable` is 1 by default, so set it to 0" };
        let message = Reason::Invalid.of(format!("`maxSurge` must not be set unless `maxUnavailable` is 0{default}"));
        report.on(value, message).incomplete = Some(Incomplete::Node(rolling.node().id()));
    }
}

/// `ValidateStatefulSetSpec`
pub(super) fn stateful_set<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(strategy) = spec.get("updateStrategy") else { return };
    let on_delete = strategy.text_of("type").is_some_and(|text| text == "OnDelete");
    if let Some(rolling) = strategy.get("rollingUpdate").filter(|_| on_delete) {
        superfluous(rolling, Reason::Invalid.of("`rollingUpdate` is not allowed with `type: OnDelete`"), report);
    }
}
