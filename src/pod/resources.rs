//! What the containers of a Pod ask for together, as the scheduler and the kubelet reckon.

use super::Value;
use super::quantity::Quantity;
use super::spec::{Container, PodSpec, Role};

/// The quality of service of a Pod: which Pods the kubelet evicts first when a node runs out of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qos {
    /// Evicted first: no container asks for anything.
    BestEffort,
    /// Everything between the two others.
    Burstable,
    /// Evicted last: each container has limits for CPU and memory, and requests as much.
    Guaranteed,
}

impl Qos {
    /// As `status.qosClass` has it.
    pub fn name(self) -> &'static str {
        match self {
            Qos::BestEffort => "BestEffort",
            Qos::Burstable => "Burstable",
            Qos::Guaranteed => "Guaranteed",
        }
    }

    /// That of a Pod: `ComputePodQOS`. `None` where an amount cannot be read, and for Pods with resources of their own.
    pub fn of(spec: PodSpec<'_>) -> Option<Self> {
        if spec.value().entry("resources").is_some() {
            return None;
        }
        let (mut any, mut guaranteed) = (false, true);
        for container in spec.containers().filter(|it| it.role != Role::Ephemeral) {
            for resource in ["cpu", "memory"] {
                let (request, limit) = (request(container, resource)?, amount(container, "limits", resource)?.unwrap_or_default());
                any |= request > Quantity::ZERO || limit > Quantity::ZERO;
                guaranteed &= limit > Quantity::ZERO && request == limit;
            }
        }
        Some(match (any, guaranteed) {
            (false, _) => Qos::BestEffort,
            (true, true) => Qos::Guaranteed,
            (true, false) => Qos::Burstable,
        })
    }
}

/// The requests of a Pod for a resource as the scheduler adds them up (`PodRequests`): what runs beside each other, or an init container
/// beside the sidecars before it, whichever is more. `None` where an amount cannot be read, and for Pods with resources of their own.
pub fn requests(spec: PodSpec<'_>, resource: &str) -> Option<Quantity> {
    if spec.value().entry("resources").is_some() {
        return None;
    }
    let (mut running, mut sidecars, mut most) = (Quantity::ZERO, Quantity::ZERO, Quantity::ZERO);
    for container in spec.containers() {
        let request = request(container, resource)?;
        match container.role {
            Role::Regular => running = running + request,
            Role::Sidecar => sidecars = sidecars + request,
            Role::Init => most = most.max(sidecars + request),
            Role::Ephemeral => {}
        }
    }
    let overhead = spec.value().get("overhead").map_or(Some(None), |it| entry(it, resource))?;
    Some(most.max(running + sidecars) + overhead.unwrap_or_default())
}

/// What a container requests; without a request its limit (`SetDefaults_Pod`). `None` where it cannot be read.
fn request(container: Container<'_>, resource: &str) -> Option<Quantity> {
    let request = amount(container, "requests", resource)?;
    Some(if request.is_none() { amount(container, "limits", resource)? } else { request }.unwrap_or_default())
}

/// What a container says of a resource, if anything. `None` where it cannot be read.
fn amount(container: Container<'_>, list: &str, resource: &str) -> Option<Option<Quantity>> {
    container.value.at(&["resources", list]).map_or(Some(None), |amounts| entry(amounts, resource))
}

fn entry(amounts: Value<'_>, resource: &str) -> Option<Option<Quantity>> {
    let amount = amounts.children().find(|it| it.key_text().is_some_and(|key| key == resource));
    amount.map_or(Some(None), |amount| amount.quantity().map(Some))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::Model;
    use crate::schema::Release;

    /// The class, and the requests for CPU and memory.
    fn sums(spec: &str) -> (Option<&'static str>, String, String) {
        let model = Model::new(crate::yaml::parse(format!("{{apiVersion: v1, kind: Pod, spec: {{{spec}}}}}")), Release::default());
        let spec = PodSpec::of(model.object(0).expect("an object")).expect("a spec");
        let sum = |resource, unit: fn(Quantity) -> String| requests(spec, resource).map_or("?".to_owned(), unit);
        (Qos::of(spec).map(Qos::name), sum("cpu", Quantity::in_cores), sum("memory", Quantity::in_bytes))
    }

    #[test]
    fn classes_and_sums() {
        let container = |resources: &str| format!("{{resources: {{{resources}}}}}");
        let full = container("limits: {cpu: 1, memory: 1Gi}");
        let half = container("requests: {cpu: 500m, memory: 512Mi}");
        let none = container("");
        for (spec, qos, cpu, memory) in [
            (format!("containers: [{none}]"), Some("BestEffort"), "0", "0"),
            (format!("containers: [{full}]"), Some("Guaranteed"), "1", "1Gi"),
            (format!("containers: [{full}, {none}]"), Some("Burstable"), "1", "1Gi"),
            (format!("containers: [{}]", container("requests: {cpu: 0}, limits: {cpu: 1, memory: 1Gi}")), Some("Burstable"), "0", "1Gi"),
            (format!("containers: [{half}]"), Some("Burstable"), "500m", "512Mi"),
            (format!("containers: [{half}, {half}], initContainers: [{full}]"), Some("Burstable"), "1", "1Gi"),
            (
                format!("containers: [{half}], initContainers: [{{restartPolicy: Always, {}, {full}]", &half[1..]),
                Some("Burstable"),
                "1500m",
                "1536Mi",
            ),
            (format!("containers: [{full}], overhead: {{cpu: 250m}}"), Some("Guaranteed"), "1250m", "1Gi"),
            ("containers: [{resources: {limits: {cpu: one, memory: 1Gi}}}]".to_owned(), None, "?", "1Gi"),
            (format!("containers: [{full}], resources: {{limits: {{cpu: 2}}}}"), None, "?", "?"),
        ] {
            assert_eq!(sums(&spec), (qos, cpu.to_owned(), memory.to_owned()), "{spec}");
        }
    }
}
