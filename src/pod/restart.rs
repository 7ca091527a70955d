//! What the kubelet does with a container after it has ended, or after a probe has killed it.

use crate::schema::Release;

use super::spec::{Container, PodSpec, Role};

/// When a container is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// Whenever it has ended.
    Always,
    /// When it has failed. After a probe has killed it, in any case.
    OnFailure,
    /// Never.
    Never,
}

/// What decides when a container is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// That it is a sidecar, or an ephemeral container.
    Role,
    /// Its own `restartPolicy`.
    Container,
    /// The `restartPolicy` of the Pod.
    Pod,
}

/// The first release in which a container that is not a sidecar can have a restart policy of its own (gate `ContainerRestartRules`).
const OWN_POLICY: Release = Release::V1_35;

impl Restart {
    /// As `restartPolicy` names it.
    pub fn name(self) -> &'static str {
        match self {
            Restart::Always => "Always",
            Restart::OnFailure => "OnFailure",
            Restart::Never => "Never",
        }
    }

    fn of(policy: &str) -> Option<Self> {
        [Restart::Always, Restart::OnFailure, Restart::Never].into_iter().find(|it| it.name() == policy)
    }

    /// When the kubelet starts a container again, and what decides it: `ContainerShouldRestart`, and for ephemeral containers
    /// `computePodActions`. `None` where the policy is not one, or a template may fill it in.
    pub fn after_end(container: Container<'_>) -> Option<(Self, DecidedBy)> {
        match container.role {
            Role::Ephemeral => return Some((Restart::Never, DecidedBy::Role)),
            Role::Sidecar => return Some((Restart::Always, DecidedBy::Role)),
            Role::Init | Role::Regular => {}
        }
        let spec = PodSpec::around(container.value)?;
        if ![container.value, spec.value()].iter().all(|it| it.is_certain_of("restartPolicy")) {
            return None;
        }
        let own = container.value.text_of("restartPolicy").filter(|_| container.value.model().release() >= OWN_POLICY);
        match own {
            Some(policy) => Some((Restart::of(&policy)?, DecidedBy::Container)),
            None if spec.value().entry("restartPolicy").is_none() && !spec.is_final() => None,
            None => Some((Restart::of(&spec.restart_policy())?, DecidedBy::Pod)),
        }
    }
}

/// Whether rules on exit codes decide before the policy of the container: `FindMatchingContainerRestartRule`.
pub fn has_rules(container: Container<'_>) -> bool {
    container.value.model().release() >= OWN_POLICY
        && container.value.text_of("restartPolicy").is_some()
        && container.value.list("restartPolicyRules").next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::Model;

    #[test]
    fn who_decides() {
        let text = "
apiVersion: v1
kind: Pod
spec:
  restartPolicy: OnFailure
  initContainers:
  - {name: init}
  - {name: sidecar, restartPolicy: Always}
  containers:
  - {name: plain}
  - {name: own, restartPolicy: Never, restartPolicyRules: [{action: Restart}]}
  - {name: wrong, restartPolicy: Sometimes}
  ephemeralContainers:
  - {name: debug}
";
        let read = |release| {
            let model = Model::new(crate::yaml::parse(text), release);
            let spec = model.object(0).and_then(PodSpec::of).expect("a spec");
            spec.containers().map(|it| (Restart::after_end(it), has_rules(it))).collect::<Vec<_>>()
        };
        let of_pod = (Some((Restart::OnFailure, DecidedBy::Pod)), false);
        let sidecar = (Some((Restart::Always, DecidedBy::Role)), false);
        let own = (Some((Restart::Never, DecidedBy::Container)), true);
        let never = (Some((Restart::Never, DecidedBy::Role)), false);
        assert_eq!(read(Release::V1_35), [of_pod, sidecar, of_pod, own, (None, false), never]);
        assert_eq!(read(Release::V1_34), [of_pod, sidecar, of_pod, of_pod, of_pod, never]);
    }
}
