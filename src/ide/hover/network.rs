//! On a container or port: who shares the network with whom, and which ports are taken.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use crate::pod::spec::{Container, PodSpec, Role};
use crate::schema::ty;

use super::Spot;

/// How many containers are listed.
const SHOWN: usize = 6;

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let container = Container::around(spot.value)?;
    let field = spot.holder();
    let on_container = field == "name" && spot.value.parent() == Some(container.value);
    let on_port = field == "ports" || spot.value.ancestors().any(|it| it.is_a(ty::CONTAINER_PORT));
    let spec = PodSpec::around(container.value).filter(|_| on_container || on_port)?;
    let others = beside(spec, container);
    let mut lines = vec![heading(spec, container, others.len())];
    let shown: Vec<_> = spec.containers().filter(|it| *it == container || others.contains(it)).collect();
    if !others.is_empty() || container.ports().next().is_some() {
        lines.push(String::new());
        lines.push("| container | ports |\n|---|---|".into());
        lines.extend(shown.iter().take(SHOWN).map(|it| format!("| {} | {} |", it.label().replace('"', ""), ports(*it))));
        if shown.len() > SHOWN {
            lines.push(format!("| and {} more | |", shown.len() - SHOWN));
        }
        lines.push(String::new());
    }
    let collisions = collisions(&shown);
    let name = label(container);
    for other in others.iter().take(SHOWN / 2).filter(|_| collisions.is_empty()) {
        lines.extend(reach(*other).map(|at| format!("- {name} reaches {} at {at}", label(*other))));
        lines.extend(reach(container).map(|at| format!("- {} reaches {name} at {at}", label(*other))));
    }
    lines.extend(collisions);
    if !others.is_empty() {
        lines.extend(shared(spec).iter().map(|it| format!("- {it}")));
    }
    Some(lines.join("\n"))
}

/// What runs while a container runs: all but init containers, which have only the sidecars before them (`computeInitContainerActions`).
fn beside<'m>(spec: PodSpec<'m>, container: Container<'m>) -> Vec<Container<'m>> {
    match container.role {
        Role::Init => {
            let before = spec.containers().take_while(|it| *it != container);
            before.filter(|it| it.role == Role::Sidecar).collect()
        }
        _ => spec.running().filter(|it| *it != container).collect(),
    }
}

fn label(container: Container<'_>) -> String {
    container.label().replace('"', "`")
}

fn heading(spec: PodSpec<'_>, container: Container<'_>, others: usize) -> String {
    let name = container.label().replace('"', "");
    let network = match spec.uses_host_network() {
        true => "the host network (`hostNetwork`)",
        false if spec.value().is_certain_of("hostNetwork") => "one IP address and one loopback interface",
        false => "one loopback interface",
    };
    let is_template = spec.value().model().tree().is_template();
    let role = match container.role {
        Role::Init => "init container: must succeed before the next one starts",
        Role::Sidecar => "sidecar container: starts before the app containers and runs alongside them",
        Role::Regular => "container",
        Role::Ephemeral => "ephemeral container: added to a running Pod, never restarted",
    };
    let shares = match others {
        0 if container.role == Role::Init => "app containers start after all init containers have succeeded".to_owned(),
        0 if is_template => "the only declared container".to_owned(),
        0 if spec.uses_host_network() => format!("the only container, in {network}"),
        0 => "the only container; other Pods reach it at the Pod's IP address".to_owned(),
        1 => format!("shares its network with one other container: {network}"),
        others => format!("shares its network with {others} other containers: {network}"),
    };
    format!("**{name}** · {role}; {shares}")
}

/// What containers share beside the network, and what they do not: "Pods" and "Share Process Namespace between Containers in a Pod" of the
/// documentation, `NamespacesForPod` of the kubelet. Nothing where a template may fill in what decides it.
fn shared(spec: PodSpec<'_>) -> Vec<String> {
    const APART: &str = "file systems, except volumes mounted by both; environment variables";
    if !["hostPID", "hostIPC", "shareProcessNamespace"].iter().all(|field| spec.value().is_certain_of(field)) {
        return vec![];
    }
    if spec.is_windows() {
        return vec![format!("Not shared: {APART}; processes")];
    }
    let ipc = if spec.value().is_true("hostIPC") { "IPC of the host (`hostIPC`)" } else { "IPC (shared memory, semaphores)" };
    let processes = if spec.value().is_true("hostPID") {
        "all processes of the host (`hostPID`)"
    } else if spec.value().is_true("shareProcessNamespace") {
        "processes (`shareProcessNamespace`)"
    } else {
        return vec![format!("Also shared: {ipc}"), format!("Not shared: {APART}; processes, unless `shareProcessNamespace: true`")];
    };
    vec![
        format!("Also shared: {processes}; {ipc}"),
        "Through `/proc`, a process can read the files and environment variables of other processes of the same user".to_owned(),
    ]
}

/// `80, 8125/UDP (stats)`
fn ports(container: Container<'_>) -> String {
    let port = |port: crate::pod::spec::Port<'_>| {
        let name = port.name().map_or(String::new(), |name| format!(" ({name})"));
        Some(format!("{}{name}", numbered(port.number()?, &port.protocol())))
    };
    let ports: Vec<_> = container.ports().filter_map(port).collect();
    if ports.is_empty() { "none declared".into() } else { ports.join(", ") }
}

fn numbered(number: i64, protocol: &str) -> String {
    if protocol == "TCP" { number.to_string() } else { format!("{number}/{protocol}") }
}

/// Where the others reach a container; nothing if it declares no port.
fn reach(container: Container<'_>) -> Option<String> {
    let mut protocols: BTreeMap<i64, Vec<Cow<'_, str>>> = BTreeMap::new();
    for port in container.ports() {
        let Some(number) = port.number() else { continue };
        let of_number = protocols.entry(number).or_default();
        if !of_number.contains(&port.protocol()) {
            of_number.push(port.protocol());
        }
    }
    let at = protocols.iter().take(SHOWN).map(|(number, protocols)| match &protocols[..] {
        [only] if only == "TCP" => format!("`localhost:{number}`"),
        protocols => format!("`localhost:{number}` ({})", protocols.join(" and ")),
    });
    let at: Vec<_> = at.collect();
    (!at.is_empty()).then(|| at.join(", "))
}

/// The ports that more than one container wants.
fn collisions(running: &[Container<'_>]) -> Vec<String> {
    let mut seen: HashMap<(i64, Cow<'_, str>), Container<'_>> = HashMap::new();
    let mut lines = vec![];
    for container in running {
        for port in container.ports() {
            let Some(number) = port.number() else { continue };
            let first = *seen.entry((number, port.protocol())).or_insert(*container);
            if first != *container {
                let port = numbered(number, &port.protocol());
                lines.push(format!(
                    "- {port} is declared by {} and {}; only one of them can listen on it",
                    label(first),
                    label(*container)
                ));
            }
        }
    }
    lines
}
