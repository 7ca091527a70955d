//! On `restartPolicy`: what happens when a container ends.

use crate::pod::Value;
use crate::pod::restart::{DecidedBy, Restart};
use crate::pod::spec::{Container, PodSpec, Role};
use crate::schema::ty;

use super::{Spot, describe};

/// How often a Job tries again by default (`SetDefaults_Job`).
const BACKOFF_LIMIT: i64 = 6;

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let field = spot.value.field().filter(|it| it.name == "restartPolicy")?;
    let spec = PodSpec::around(spot.value)?;
    let parent = spot.value.parent()?;
    let lines = if parent.is_a(ty::POD_SPEC) {
        of_pod(spec)?
    } else if Container::around(parent).is_some_and(|it| it.value == parent && it.role == Role::Sidecar) {
        vec!["Sidecar container: starts before the app containers, runs alongside them, and terminates after them; a Job does not wait for it".into()]
    } else {
        return None;
    };
    let here = describe::list(&lines);
    let value = spot.value.text().filter(|_| !spot.on_key);
    Some(match value {
        Some(value) => format!("**{value}** · {}\n\n{here}", field.name),
        None => spot.with_field(&here),
    })
}

/// `ContainerShouldRestart`, `doBackOff` and `getPhase` of the kubelet.
fn of_pod(spec: PodSpec<'_>) -> Option<Vec<String>> {
    if !spec.value().is_certain_of("restartPolicy") {
        return None;
    }
    let policy = spec.restart_policy();
    let mut lines = vec![
        match &*policy {
            "Always" => "A container that exits is restarted in the same Pod: immediately, then after 10 s, 20 s, 40 s … up to 5 min",
            "OnFailure" => {
                "A container that fails is restarted in the same Pod with exponential back-off; one that exits with 0 is not restarted"
            }
            "Never" => {
                "A container that exits is not restarted; when all have exited, the Pod is `Failed` if any failed, otherwise `Succeeded`"
            }
            _ => return None,
        }
        .to_owned(),
    ];
    let decided_by = |it: &Container<'_>| Restart::after_end(*it).map(|it| it.1);
    if spec.containers().any(|it| it.role == Role::Init && decided_by(&it) == Some(DecidedBy::Pod)) {
        let failed = if policy == "Never" { "makes the Pod `Failed`" } else { "is retried" };
        lines.push(format!("An init container that fails {failed}"));
    }
    let own: Vec<_> = spec.containers().filter(|it| decided_by(it) == Some(DecidedBy::Container)).take(3).map(Container::label).collect();
    if !own.is_empty() {
        lines.push(format!("A container's own `restartPolicy` overrides the Pod's: {}", own.join(", ")));
    }
    if policy != "Always" && spec.containers().any(|it| it.role == Role::Sidecar) {
        lines.push("Sidecars are always restarted while the Pod runs".into());
    }
    lines.extend(of_controller(spec, &policy));
    Some(lines)
}

/// What the controller of the Pod does: `syncJob`, `pastBackoffLimitOnFailure`, `ValidatePodTemplateSpecForReplicaSet`.
fn of_controller(spec: PodSpec<'_>, policy: &str) -> Option<String> {
    if let Some(job) = spec.value().ancestors().find(|it| it.is_a(ty::JOB_SPEC)) {
        return of_job(job, policy);
    }
    let is_template_alone = spec.value().ancestors().any(|it| it.is_a(ty::POD_TEMPLATE));
    let only = "Only `Always` is allowed for this kind; the controller replaces lost Pods";
    (!spec.is_of_pod() && !is_template_alone).then(|| only.into())
}

fn of_job(job: Value<'_>, policy: &str) -> Option<String> {
    if !["backoffLimit", "backoffLimitPerIndex", "podFailurePolicy"].iter().all(|field| job.is_certain_of(field)) {
        return None;
    }
    let number = |name: &str| job.get(name).and_then(|it| it.int());
    let limit = number("backoffLimit").unwrap_or(BACKOFF_LIMIT);
    match policy {
        "Never" => {
            let rules = if job.gives("podFailurePolicy") { ", unless `podFailurePolicy` specifies otherwise" } else { "" };
            let too_many = |limit: i64, of: &str| match limit {
                0 if of.is_empty() => "a Pod has failed".to_owned(),
                0 => "one of its Pods has failed".to_owned(),
                limit => format!("{}{of} Pods have failed", limit.saturating_add(1)),
            };
            let fails = match number("backoffLimitPerIndex") {
                Some(limit) => format!("an index fails when {} (`backoffLimitPerIndex: {limit}`)", too_many(limit, " of its")),
                None => format!("the Job fails when {} (`backoffLimit: {limit}`)", too_many(limit, "")),
            };
            Some(format!("The Job controller replaces failed Pods; {fails}{rules}"))
        }
        "OnFailure" if job.gives("backoffLimitPerIndex") => None,
        "OnFailure" => {
            let count = if limit <= 1 { "1 restart".to_owned() } else { format!("{limit} restarts") };
            Some(format!("The Job fails after {count} of its containers (`backoffLimit: {limit}`)"))
        }
        _ => None,
    }
}
