//! On a probe: what it does, when, and what follows.

use crate::pod::Value;
use crate::pod::probe::{ActionPort, Purpose, Timing};
use crate::pod::restart::{Restart, has_rules};
use crate::pod::spec::{Container, Role};
use crate::schema::ty;

use super::runs::command_line;
use super::{Spot, describe};

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let probe = Some(spot.value).filter(|it| spot.on_key && it.is_a(ty::PROBE))?;
    let container = Container::around(probe)?;
    let purpose = Purpose::of(probe)?;
    let (does, port) = action(probe);
    let mut lines: Vec<String> = does.into_iter().collect();
    match port {
        Some(ActionPort::Unknown(name)) => {
            lines.push(format!("The container declares no port named `{name}`: {}", purpose.without_port(container)));
        }
        _ => {
            if let Some(timing) = Timing::of(probe) {
                lines.push(schedule(purpose, timing, container));
                lines.push(consequence(purpose, timing, container)?);
            }
        }
    }
    if lines.is_empty() {
        return None;
    }
    Some(spot.with_field(&describe::list(&lines)))
}

/// `doProbe` of the kubelet's worker: no probe before the delay is over, nor, but for the startup probe, before the container has started.
fn schedule(purpose: Purpose, timing: Timing, container: Container<'_>) -> String {
    let Timing { delay, period, timeout, .. } = timing;
    let from = if delay == 0 { "when".to_owned() } else { format!("{delay} s after") };
    let waits = purpose != Purpose::Startup && container.value.get("startupProbe").is_some();
    let waits = if waits { ", but not before the startup probe has succeeded" } else { "" };
    format!("Runs every {period} s, starting {from} the container starts{waits}; it fails if it takes longer than {timeout} s")
}

fn consequence(purpose: Purpose, timing: Timing, container: Container<'_>) -> Option<String> {
    let (count, seconds) = (timing.failures, timing.until_failure());
    let failures = if count == 1 { "one failure".to_owned() } else { format!("{count} failures in a row (about {seconds} s)") };
    Some(match purpose {
        Purpose::Liveness => format!("After {failures}, the container is {}", killed(container)),
        Purpose::Startup => {
            let rest = if container.role == Role::Sidecar { " and the containers after this sidecar" } else { "" };
            format!("The other probes{rest} wait until it succeeds; after {failures}, the container is {}", killed(container))
        }
        Purpose::Readiness => {
            let until = match timing.successes {
                1 => "it succeeds".to_owned(),
                count => format!("it has succeeded {count} times in a row"),
            };
            format!(
                "The Pod is not ready until {until}, and no longer ready after {failures}; Services exclude it then, unless they set `publishNotReadyAddresses`"
            )
        }
        Purpose::PostStart | Purpose::PreStop => return None,
    })
}

/// What becomes of a container whose probe has failed (`computePodActions`, `computeInitContainerActions`). The rules on exit codes are
/// looked at only after it has ended.
fn killed(container: Container<'_>) -> String {
    match Restart::after_end(container).map(|it| it.0) {
        Some(Restart::Always | Restart::OnFailure) => "killed and restarted".to_owned(),
        Some(Restart::Never) if has_rules(container) => {
            "killed, and restarted only if its exit code matches a rule of `restartPolicyRules`".to_owned()
        }
        Some(Restart::Never) => "killed and not restarted (`restartPolicy: Never`)".to_owned(),
        None => "killed".to_owned(),
    }
}

/// What a probe does, and the port it does it at.
fn action(probe: Value<'_>) -> (Option<String>, Option<ActionPort>) {
    let text = |value: Value<'_>, name: &str| value.text_of(name).map(|it| it.into_owned());
    let is_certain = |action: Value<'_>, fields: &[&str]| fields.iter().all(|field| action.is_certain_of(field));
    if let Some(exec) = probe.get("exec") {
        if !is_certain(exec, &["command"]) {
            return (None, None);
        }
        let words: Vec<_> = exec.list("command").filter_map(|it| Some(it.text()?.into_owned())).collect();
        return (Some(format!("Runs {} in the container; exit code 0 means success", command_line(&words))), None);
    }
    let Some((name, action)) = ["httpGet", "tcpSocket", "grpc"].into_iter().find_map(|name| Some((name, probe.get(name)?))) else {
        return (None, None);
    };
    let port = ActionPort::of(action);
    if !is_certain(action, &["path", "scheme", "host", "service", "port"]) {
        return (None, port);
    }
    let at = match &port {
        Some(ActionPort::Number(number)) => format!("port {number}"),
        Some(ActionPort::Named(name, number)) => format!("port {number} (`{name}`)"),
        Some(ActionPort::Unknown(name) | ActionPort::Open(name)) => format!("port `{name}`"),
        None => "the port".to_owned(),
    };
    let host = text(action, "host").map_or("the Pod".to_owned(), |host| format!("`{host}`"));
    let does = match name {
        "httpGet" => {
            let scheme = text(action, "scheme").unwrap_or_else(|| "HTTP".into());
            let path = text(action, "path").unwrap_or_default();
            let path = path.strip_prefix('/').unwrap_or(&path);
            format!("Sends `GET /{path}` over {scheme} to {at} of {host}; a status code from 200 to 399 means success")
        }
        "tcpSocket" => format!("Opens a TCP connection to {at} of {host}"),
        _ => {
            let service = text(action, "service").map_or(String::new(), |service| format!(" for `{service}`"));
            format!("Calls the gRPC health service{service} on {at} of the Pod; `SERVING` means success")
        }
    };
    (Some(does), port)
}
