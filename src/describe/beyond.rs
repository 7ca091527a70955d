//! What podls knows of a Pod beyond what kubectl describes: the order of starting and stopping, what is reserved, and what follows from
//! defaults.

use serde_json::Value as Json;

use crate::pod::spec::{Container, PodSpec, Role};

use super::json::Read;
use super::resources;

/// A statement: its title and its lines.
pub type Statement = (&'static str, Vec<String>);

/// The statements on the Pods of an object. `written` is their PodSpec as in the manifest, `spec` the same with the server's defaults.
pub(super) fn statements(pods: PodSpec<'_>, kind: &str, written: &Json, spec: &Json) -> Vec<Statement> {
    let all = [
        ("Start order", start_order(pods, spec)),
        ("Stop", stop(pods, spec)),
        ("Network", network(pods)),
        ("QoS class", quality_of_service(spec)),
        ("By default", defaults(written, spec)),
        ("By admission", admission(kind, spec)),
    ];
    all.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

fn start_order(pods: PodSpec<'_>, spec: &Json) -> Vec<String> {
    let mut steps: Vec<String> = vec![];
    for container in pods.containers() {
        let name = name(container);
        let waits = container.value.get("startupProbe").is_some();
        steps.extend(match container.role {
            Role::Init => Some(format!("{name} runs to its end")),
            Role::Sidecar if waits => {
                Some(format!("{name} (sidecar) starts and keeps running; the next one starts once its startup probe succeeds"))
            }
            Role::Sidecar => Some(format!("{name} (sidecar) starts and keeps running")),
            Role::Regular | Role::Ephemeral => None,
        });
    }
    let names: Vec<_> = pods.containers().filter(|it| it.role == Role::Regular).map(name).collect();
    match &names[..] {
        [] => {}
        [only] => steps.push(format!("{only} starts")),
        [names @ .., last] => steps.push(format!("{} and {last} start, none waits until another is ready", names.join(", "))),
    }
    let numbered = steps.len() > 1;
    let mut lines: Vec<String> =
        steps.iter().enumerate().map(|(index, step)| if numbered { format!("{}. {step}", index + 1) } else { step.clone() }).collect();
    let own = pods.containers().any(|it| it.role != Role::Sidecar && it.value.get("restartPolicy").is_some());
    let unless = if own { ", where they have no restartPolicy of their own" } else { "" };
    let policy = match spec["restartPolicy"].text() {
        "Never" => "restartPolicy Never: containers that end are not started again",
        "OnFailure" => "restartPolicy OnFailure: containers that fail are started again",
        _ => "restartPolicy Always: containers that end are started again, init containers if they fail",
    };
    lines.push(format!("{policy}{unless}"));
    lines
}

fn stop(pods: PodSpec<'_>, spec: &Json) -> Vec<String> {
    let seconds = spec["terminationGracePeriodSeconds"].int();
    let hooks: Vec<_> = pods.running().filter(|it| it.value.at(&["lifecycle", "preStop"]).is_some()).map(name).collect();
    let mut lines = vec![match seconds {
        0 => "terminationGracePeriodSeconds is 0: the Pod is deleted without waiting until its containers have stopped".to_owned(),
        seconds => format!("containers get their stop signal, and are killed if they still run after {seconds} s"),
    }];
    if !hooks.is_empty() && seconds > 0 {
        lines.push(format!("before the stop signal, the preStop hook of {} runs within this time", hooks.join(" and ")));
    }
    let mut sidecars: Vec<_> = pods.containers().filter(|it| it.role == Role::Sidecar).map(name).collect();
    sidecars.reverse();
    match &sidecars[..] {
        [] => {}
        [only] => lines.push(format!("the sidecar {only} is stopped after the containers")),
        all => lines.push(format!("the sidecars are stopped after the containers, one after the other: {}", all.join(", "))),
    }
    lines
}

fn network(pods: PodSpec<'_>) -> Vec<String> {
    let count = pods.running().count();
    let reach = if count > 1 { "; its containers reach each other at localhost" } else { "" };
    let mut lines = vec![match pods.uses_host_network() {
        true => format!("the network of the node: ports are taken on the node{reach}"),
        false => format!("one IP address{reach}"),
    }];
    let ports = pods.running().flat_map(Container::ports).filter(|port| port.host_port().is_some()).count();
    if ports > 0 && !pods.uses_host_network() {
        lines.push("a hostPort is taken on the node: only one Pod with it runs on a node".into());
    }
    lines
}

fn quality_of_service(spec: &Json) -> Vec<String> {
    let mut lines = vec![match resources::qos_class(spec) {
        "Guaranteed" => "Guaranteed: CPU and memory are limited, and the requests equal the limits; least likely to be evicted".to_owned(),
        "BestEffort" => "BestEffort: no CPU or memory is requested or limited; evicted first when the node runs out of memory".to_owned(),
        class => format!("{class}, not Guaranteed: {}", resources::not_guaranteed(spec).unwrap_or_default()),
    }];
    let reserved = resources::reserved(spec);
    if !reserved.is_empty() {
        let overhead = if spec["runtimeClassName"].is_given() { ", and the overhead of its RuntimeClass" } else { "" };
        lines.push(format!("reserved on the node: {}{overhead}", reserved.join(", ")));
    }
    lines
}

/// What the server filled in, of the fields that decide how the Pod runs.
fn defaults(written: &Json, spec: &Json) -> Vec<String> {
    let mut lines = vec![];
    for field in ["restartPolicy", "dnsPolicy", "terminationGracePeriodSeconds", "serviceAccountName"] {
        if written[field].is_null() && spec[field].is_given() {
            lines.push(format!("{field}: {}", spec[field].show()));
        }
    }
    for (policy, why) in [("Always", ": their images have no tag but `latest`"), ("IfNotPresent", "")] {
        let names: Vec<_> = pulled(written, spec).filter(|it| it["imagePullPolicy"] == policy).map(|it| it["name"].show()).collect();
        if !names.is_empty() {
            lines.push(format!("imagePullPolicy: {policy} for {}{why}", names.join(", ")));
        }
    }
    lines
}

/// The containers that do not say themselves when their image is pulled.
fn pulled<'j>(written: &'j Json, spec: &'j Json) -> impl Iterator<Item = &'j Json> {
    let lists = ["initContainers", "containers"].into_iter();
    let pairs = lists.flat_map(|list| spec[list].items().iter().zip(written[list].items()));
    pairs.filter(|(_, before)| !before["imagePullPolicy"].is_given()).map(|(container, _)| container)
}

/// Where the token of the service account is found.
const TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// What the admission plugins of nearly every cluster add to a Pod. The Pods of a DaemonSet have their tolerations from its controller.
fn admission(kind: &str, spec: &Json) -> Vec<String> {
    let mut lines = vec![];
    let has_token = |container: &Json| container["volumeMounts"].items().iter().any(|mount| mount["mountPath"] == TOKEN);
    if spec["automountServiceAccountToken"] != false && !spec["containers"].items().iter().all(has_token) {
        lines.push(format!("mount {TOKEN} (ro), unless the service account turns it off"));
    }
    let tolerates = |key: &str| {
        let mut tolerations = spec["tolerations"].items().iter();
        tolerations.any(|it| {
            let of_key = it["key"] == key || !it["key"].is_given() && it["operator"] == "Exists";
            of_key && (!it["effect"].is_given() || it["effect"] == "NoExecute")
        })
    };
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        if kind != "DaemonSet" && !tolerates(key) {
            lines.push(format!("toleration {key}:NoExecute op=Exists for 300s"));
        }
    }
    lines
}

fn name(container: Container<'_>) -> String {
    container.name().map_or_else(|| "a container without a name".into(), |name| name.into_owned())
}

#[cfg(test)]
mod tests {
    use crate::describe::describe;
    use crate::pod::Model;
    use crate::schema::Release;

    #[test]
    fn what_holds_for_a_pod() {
        for (spec, title, expected) in [
            ("containers: [{name: a}]", "Start order", "a starts"),
            ("containers: [{name: a}, {name: b}]", "Start order", "a and b start, none waits until another is ready"),
            ("initContainers: [{name: i}], containers: [{name: a}]", "Start order", "1. i runs to its end"),
            (
                "initContainers: [{name: s, restartPolicy: Always, startupProbe: {exec: {command: [x]}}}], containers: [{name: a}]",
                "Start order",
                "1. s (sidecar) starts and keeps running; the next one starts once its startup probe succeeds",
            ),
            (
                "restartPolicy: Never, containers: [{name: a}]",
                "Start order",
                "restartPolicy Never: containers that end are not started again",
            ),
            ("containers: [{name: a}]", "Stop", "containers get their stop signal, and are killed if they still run after 30 s"),
            (
                "terminationGracePeriodSeconds: 5, containers: [{name: a, lifecycle: {preStop: {sleep: {seconds: 1}}}}]",
                "Stop",
                "before the stop signal, the preStop hook of a runs within this time",
            ),
            (
                "initContainers: [{name: s, restartPolicy: Always}, {name: t, restartPolicy: Always}], containers: [{name: a}]",
                "Stop",
                "the sidecars are stopped after the containers, one after the other: t, s",
            ),
            ("containers: [{name: a}]", "Network", "one IP address"),
            ("hostNetwork: true, containers: [{name: a}]", "Network", "the network of the node: ports are taken on the node"),
            (
                "containers: [{name: a, ports: [{containerPort: 1, hostPort: 1}]}]",
                "Network",
                "a hostPort is taken on the node: only one Pod with it runs on a node",
            ),
            (
                "containers: [{name: a, resources: {limits: {cpu: 1, memory: 1Gi}}}]",
                "QoS class",
                "Guaranteed: CPU and memory are limited, and the requests equal the limits; least likely to be evicted",
            ),
            (
                "containers: [{name: a, resources: {limits: {cpu: 1}}}]",
                "QoS class",
                "Burstable, not Guaranteed: a: no memory request and limit",
            ),
            (
                "initContainers: [{name: i, resources: {requests: {cpu: 2}}}], containers: [{name: a, resources: {requests: {cpu: 0.5}}}]",
                "QoS class",
                "reserved on the node: cpu 2",
            ),
            (
                "containers: [{name: a, image: a}, {name: b, image: 'b:1'}]",
                "By default",
                "imagePullPolicy: Always for a: their images have no tag but `latest`",
            ),
            (
                "tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists}], containers: [{name: a}]",
                "By admission",
                "toleration node.kubernetes.io/unreachable:NoExecute op=Exists for 300s",
            ),
        ] {
            let text = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{{spec}}}\n");
            let model = Model::new(crate::yaml::parse(text.as_str()), Release::default());
            let described = model.objects().find_map(describe).expect("a Pod");
            let lines = described.statements.iter().find(|it| it.0 == title).map(|it| it.1.as_slice()).unwrap_or_default();
            assert!(lines.iter().any(|line| line == expected), "{spec}: {lines:#?}");
        }
    }
}
