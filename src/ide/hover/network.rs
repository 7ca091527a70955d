//! On a container or port: who shares the network with whom, and which ports are taken.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::pod::spec::{Container, PodSpec};

use super::Spot;

/// How many containers are told one by one.
const SHOWN: usize = 6;

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let container = Container::around(spot.value)?;
    let field = spot.holder();
    let on_container = field == "name" && spot.value.parent() == Some(container.value);
    let on_port = field == "ports" || spot.value.ancestors().any(|it| it.is_a("ContainerPort"));
    let spec = PodSpec::around(container.value).filter(|_| on_container || on_port)?;
    let name = container.label().replace('"', "`");
    let running: Vec<Container<'_>> = spec.running().collect();
    let others: Vec<Container<'_>> = running.iter().copied().filter(|it| *it != container).collect();
    let mut lines = vec![heading(spec, container, others.len())];
    if !others.is_empty() || container.ports().next().is_some() {
        lines.push(String::new());
        lines.push("| container | ports |\n|---|---|".into());
        lines.extend(running.iter().take(SHOWN).map(|it| format!("| {} | {} |", it.label().replace('"', ""), ports(*it))));
        if running.len() > SHOWN {
            lines.push(format!("| and {} more | |", running.len() - SHOWN));
        }
        lines.push(String::new());
    }
    let collisions = collisions(&running);
    for other in others.iter().take(SHOWN / 2).filter(|_| running.contains(&container) && collisions.is_empty()) {
        let label = other.label().replace('"', "`");
        lines.extend(reach(*other).map(|at| format!("- {name} reaches {label} at {at}")));
        lines.extend(reach(container).map(|at| format!("- {label} reaches {name} at {at}")));
    }
    lines.extend(collisions);
    if !others.is_empty() {
        let processes = if spec.value().is_true("shareProcessNamespace") {
            "Processes are shared too (`shareProcessNamespace`). Not shared: files, but for the volumes that both mount; environment"
        } else {
            "Not shared: files, but for the volumes that both mount; environment; processes, unless `shareProcessNamespace: true`"
        };
        lines.push(format!("- {processes}"));
    }
    Some(lines.join("\n"))
}

fn heading(spec: PodSpec<'_>, container: Container<'_>, others: usize) -> String {
    let name = container.label().replace('"', "");
    let network = if spec.uses_host_network() { "the network of the node (`hostNetwork`)" } else { "one IP address, one localhost" };
    match (container.must_end(), others) {
        (true, _) => format!("**{name}** · init container: runs to its end before the containers start; same network"),
        (_, 0) if spec.uses_host_network() => format!("**{name}** · container, in {network}"),
        (_, 0) => format!("**{name}** · the only container; other Pods reach it at the IP address of the Pod"),
        (_, 1) => format!("**{name}** · container; shares its network with the other one: {network}"),
        (_, others) => format!("**{name}** · container; shares its network with {others} others: {network}"),
    }
}

/// `80, 8125/UDP (stats)`
fn ports(container: Container<'_>) -> String {
    let port = |port: crate::pod::spec::Port<'_>| {
        let protocol = port.protocol();
        let protocol = if protocol == "TCP" { String::new() } else { format!("/{protocol}") };
        let name = port.name().map_or(String::new(), |name| format!(" ({name})"));
        Some(format!("{}{protocol}{name}", port.number()?))
    };
    let ports: Vec<_> = container.ports().filter_map(port).collect();
    if ports.is_empty() { "none declared".into() } else { ports.join(", ") }
}

/// Where the others reach a container; nothing if it declares no port.
fn reach(container: Container<'_>) -> Option<String> {
    let at: Vec<_> = container.ports().filter_map(|port| Some(format!("`localhost:{}`", port.number()?))).take(SHOWN).collect();
    (!at.is_empty()).then(|| at.join(", "))
}

/// The ports that more than one container wants.
fn collisions(running: &[Container<'_>]) -> Vec<String> {
    let mut seen: HashMap<(i64, Cow<'_, str>), String> = HashMap::new();
    let mut lines = vec![];
    for container in running {
        let label = container.label().replace('"', "`");
        for port in container.ports() {
            let Some(number) = port.number() else { continue };
            let first = seen.entry((number, port.protocol())).or_insert_with(|| label.clone());
            if *first != label {
                lines.push(format!("- {number} is wanted by {first} and {label}: only one can listen there"));
            }
        }
    }
    lines
}
