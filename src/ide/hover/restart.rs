//! On `restartPolicy`: what happens when a container ends.

use crate::pod::spec::{Container, PodSpec, Role};

use super::{Spot, describe};

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let field = spot.value.field().filter(|it| it.name == "restartPolicy")?;
    let spec = PodSpec::around(spot.value)?;
    let parent = spot.value.parent()?;
    let mut lines = vec![];
    if parent.is_a("PodSpec") {
        let policy = spec.restart_policy();
        lines.push(match &*policy {
            "Always" => "A container that ends is started again in the same Pod, after 10 s, 20 s, 40 s … up to 5 min".to_owned(),
            "OnFailure" => {
                "A container that fails is started again in the same Pod, with growing delay; one that exits with 0 is done".to_owned()
            }
            "Never" => "A container that ends stays ended; one failure makes the Pod `Failed`".to_owned(),
            _ => return None,
        });
        if spec.containers().any(|it| it.role == Role::Init) {
            let failed = if policy == "Never" { "makes the Pod `Failed`" } else { "is retried" };
            lines.push(format!("An init container that fails {failed}"));
        }
        let job = spec.value().ancestors().find(|it| it.is_a("JobSpec"));
        if job.is_some() && policy == "Never" {
            lines.push("The Job makes a new Pod for a failed one, up to `backoffLimit` times".into());
        } else if job.is_none() && !spec.is_of_pod() {
            lines.push("In this kind only `Always` is allowed; lost Pods are replaced by the controller".into());
        }
    } else if Container::around(spot.value).is_some_and(|it| it.role == Role::Sidecar) {
        lines.push("A sidecar: starts before the containers, runs beside them, and ends after them; a Job does not wait for it".into());
    } else {
        return None;
    }
    let here = describe::list(&lines);
    let value = spot.value.text().filter(|_| !spot.on_key);
    Some(match value {
        Some(value) => format!("**{value}** · {}\n\n{here}", field.name),
        None => spot.with_field(&here),
    })
}
