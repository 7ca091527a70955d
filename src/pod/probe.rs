//! Probes and lifecycle hooks as the kubelet runs them.

use crate::schema::facts::Target;

use super::Value;
use super::refs;
use super::spec::{Container, Port, Role};

/// What a probe or hook is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `livenessProbe`
    Liveness,
    /// `readinessProbe`
    Readiness,
    /// `startupProbe`
    Startup,
    /// `lifecycle.postStart`
    PostStart,
    /// `lifecycle.preStop`
    PreStop,
}

impl Purpose {
    /// That of a probe or hook, or of the action in one.
    pub fn of(value: Value<'_>) -> Option<Self> {
        std::iter::once(value).chain(value.ancestors()).find_map(|it| match it.field()?.name {
            "livenessProbe" => Some(Purpose::Liveness),
            "readinessProbe" => Some(Purpose::Readiness),
            "startupProbe" => Some(Purpose::Startup),
            "postStart" => Some(Purpose::PostStart),
            "preStop" => Some(Purpose::PreStop),
            _ => None,
        })
    }

    /// What follows where the port of the action has a name that the container does not declare (`ResolveContainerPort`): `doProbe` discards
    /// the error, so that the result stays what it was at first, and hooks fail (`startContainer`, `executePreStopHook`).
    pub fn without_port(self, container: Container<'_>) -> &'static str {
        match self {
            Purpose::Liveness => "the liveness probe never fails and never restarts the container",
            Purpose::Readiness => "the readiness probe never succeeds and the Pod is never ready",
            Purpose::Startup if container.role == Role::Sidecar => {
                "the startup probe never succeeds and the containers after this sidecar never start"
            }
            Purpose::Startup => "the startup probe never succeeds and the Pod is never ready",
            Purpose::PostStart => "the hook fails and the kubelet kills the container",
            Purpose::PreStop => "the hook fails and the container is stopped without it",
        }
    }
}

/// When a probe runs and what it takes to pass or fail, with the defaults of the server, which replaces 0 too (`SetDefaults_Probe`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Seconds from the start of the container to the first probe.
    pub delay: i64,
    /// Seconds from one probe to the next.
    pub period: i64,
    /// Seconds after which no answer is a failure.
    pub timeout: i64,
    /// Successes in a row after a failure that count as success.
    pub successes: i64,
    /// Failures in a row that count as failure.
    pub failures: i64,
}

impl Timing {
    /// That of a probe; `None` where a template may fill part of it in.
    pub fn of(probe: Value<'_>) -> Option<Self> {
        let fields = ["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold"];
        if !fields.iter().all(|field| probe.is_certain_of(field)) {
            return None;
        }
        let number = |name: &str, default| probe.get(name).and_then(|it| it.int()).filter(|it| *it != 0).unwrap_or(default);
        Some(Timing {
            delay: number("initialDelaySeconds", 0),
            period: number("periodSeconds", 10),
            timeout: number("timeoutSeconds", 1),
            successes: number("successThreshold", 1),
            failures: number("failureThreshold", 3),
        })
    }

    /// About how many seconds pass until the failures count.
    pub fn until_failure(self) -> i64 {
        self.failures.saturating_mul(self.period)
    }
}

/// The port of an `httpGet`, `tcpSocket` or `grpc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionPort {
    /// By its number.
    Number(i64),
    /// By the name of a port of the container, with its number.
    Named(String, i64),
    /// By a name that the container does not declare.
    Unknown(String),
    /// By a name that a template may declare.
    Open(String),
}

impl ActionPort {
    /// That of an action; `None` where it is missing or cannot be read.
    pub fn of(action: Value<'_>) -> Option<Self> {
        let port = action.get("port")?;
        if let Some(number) = port.int() {
            return Some(ActionPort::Number(number));
        }
        let used = refs::used(port).filter(|it| it.target == Target::Port)?;
        let name = used.name.to_string();
        match refs::definition(&used) {
            Some(port) => Some(ActionPort::Named(name, Port(port.owner).number()?)),
            None if refs::scope(port, Target::Port).is_some_and(|it| refs::is_complete(it, Target::Port)) => {
                Some(ActionPort::Unknown(name))
            }
            None => Some(ActionPort::Open(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::Model;
    use crate::schema::Release;
    use crate::schema::ty;

    #[test]
    fn what_the_kubelet_reads() {
        let text = "
apiVersion: v1
kind: Pod
spec:
  containers:
  - ports: [{name: http, containerPort: 80}]
    livenessProbe: {periodSeconds: 0, timeoutSeconds: 0, successThreshold: 0, failureThreshold: 0, tcpSocket: {port: http}}
    readinessProbe: {initialDelaySeconds: 5, failureThreshold: 2, successThreshold: 4, tcpSocket: {port: 81}}
    lifecycle: {preStop: {httpGet: {port: https}}}
";
        let model = Model::new(crate::yaml::parse(text), Release::default());
        let actions: Vec<_> = model.values().filter(|it| it.is_a(ty::TCP_SOCKET_ACTION) || it.is_a(ty::HTTP_GET_ACTION)).collect();
        let purposes: Vec<_> = actions.iter().filter_map(|it| Purpose::of(*it)).collect();
        assert_eq!(purposes, [Purpose::Liveness, Purpose::Readiness, Purpose::PreStop]);
        let ports: Vec<_> = actions.iter().filter_map(|it| ActionPort::of(*it)).collect();
        assert_eq!(ports, [ActionPort::Named("http".into(), 80), ActionPort::Number(81), ActionPort::Unknown("https".into())]);
        let timings: Vec<_> = model.values().filter(|it| it.is_a(ty::PROBE)).filter_map(Timing::of).collect();
        assert_eq!(timings[0], Timing { delay: 0, period: 10, timeout: 1, successes: 1, failures: 3 });
        assert_eq!(timings[1], Timing { delay: 5, period: 10, timeout: 1, successes: 4, failures: 2 });
        assert_eq!(timings[1].until_failure(), 20);
    }
}
