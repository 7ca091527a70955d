//! What a container lacks: a volume with its mount, a probe, resources, the name of a port.

use std::collections::HashSet;

use crate::pod::Value;
use crate::pod::spec::{Container, PodSpec, Port, Role};
use crate::rules::rewrite::{self, Draft};
use crate::schema::ty;
use crate::text::Edit;

use super::{At, Refactoring, RefactoringKind};

/// The fields of a container that say what it is: at these, and at its dash, it is offered what it lacks.
const HEAD: [&str; 3] = ["name", "image", "imagePullPolicy"];

pub(super) fn proposals(at: At<'_>) -> Vec<Refactoring> {
    let Some(value) = at.value() else { return vec![] };
    let Some(container) = Container::around(value).filter(|it| it.value.is_sound() && it.role != Role::Ephemeral) else { return vec![] };
    let field = (value.parent() == Some(container.value)).then(|| value.field()).flatten().map(|field| field.name);
    let at_head = value == container.value || field.is_some_and(|field| HEAD.contains(&field));
    let at_field = |name: &str| at_head || field == Some(name);
    let port = std::iter::once(value).chain(value.ancestors()).find(|it| it.is_a(ty::CONTAINER_PORT) && it.is_sound()).map(Port);
    let mut found = vec![];
    found.extend(port.and_then(|port| name(container, port)));
    found.extend(port.into_iter().flat_map(|port| probes(container, port)));
    found.extend(at_field("volumeMounts").then(|| volume(container)).flatten());
    found.extend(at_field("resources").then(|| resources(container)).flatten());
    found
}

fn add(title: impl Into<String>, edits: Vec<Edit>) -> Refactoring {
    Refactoring::new(RefactoringKind::Rewrite, title, edits)
}

/// An empty directory, mounted in the container.
fn volume(container: Container<'_>) -> Option<Refactoring> {
    let spec = PodSpec::around(container.value)?;
    let taken: HashSet<_> = spec.volumes().filter_map(|it| it.name()).collect();
    let claims: HashSet<_> = spec.claim_templates().filter_map(|it| it.at(&["metadata"])?.text_of("name")).collect();
    let paths: HashSet<_> = container.mounts().filter_map(|it| it.path()).collect();
    let is_free = |name: &str| !taken.contains(name) && !claims.contains(name) && !paths.contains(&*format!("/{name}"));
    let names = ["data", "cache", "tmp"].map(str::to_owned).into_iter().chain((2..100).map(|number| format!("data-{number}")));
    let name = names.into_iter().find(|name| is_free(name))?;
    let volume = Draft::Map(vec![("name", Draft::text(&name)), ("emptyDir", Draft::Map(vec![]))]);
    let mount = Draft::Map(vec![("name", Draft::text(&name)), ("mountPath", Draft::text(format!("/{name}")))]);
    let edits = vec![append(container.value, "volumeMounts", mount)?, append(spec.value(), "volumes", volume)?];
    Some(add(format!("Add volume `{name}` and mount it here"), edits))
}

/// An item at the end of a list of that name, which is added where there is none.
fn append(within: Value<'_>, list: &str, item: Draft) -> Option<Edit> {
    match within.entry(list) {
        Some(list) if list.is_sound() => rewrite::item(list, &item),
        Some(_) => None,
        None => rewrite::field(within, &[], list, &Draft::List(vec![item])),
    }
}

/// What the smallest of programs needs, to be changed by the author.
fn resources(container: Container<'_>) -> Option<Refactoring> {
    let list = |entries: &[(&'static str, &str)]| Draft::Map(entries.iter().map(|(name, text)| (*name, Draft::text(*text))).collect());
    let both = Draft::Map(vec![("requests", list(&[("cpu", "100m"), ("memory", "128Mi")])), ("limits", list(&[("memory", "128Mi")]))]);
    container.value.entry("resources").is_none().then_some(())?;
    Some(add("Add `resources`", vec![rewrite::field(container.value, &[], "resources", &both)?]))
}

/// The name that a port has by custom.
fn name(container: Container<'_>, port: Port<'_>) -> Option<Refactoring> {
    const NAMES: &[(i64, &str)] = &[
        (21, "ftp"),
        (22, "ssh"),
        (25, "smtp"),
        (53, "dns"),
        (80, "http"),
        (443, "https"),
        (1433, "mssql"),
        (1883, "mqtt"),
        (2379, "etcd"),
        (3000, "http"),
        (3306, "mysql"),
        (4317, "otlp-grpc"),
        (4318, "otlp-http"),
        (5000, "http"),
        (5432, "postgres"),
        (5672, "amqp"),
        (6379, "redis"),
        (8000, "http"),
        (8080, "http"),
        (8443, "https"),
        (9042, "cql"),
        (9090, "http"),
        (9092, "kafka"),
        (9100, "metrics"),
        (9200, "http"),
        (11211, "memcached"),
        (27017, "mongodb"),
        (50051, "grpc"),
    ];
    let number = port.number()?;
    port.0.entry("name").is_none().then_some(())?;
    let of_pod = PodSpec::around(container.value)?.containers().flat_map(Container::ports).filter_map(Port::name).collect::<HashSet<_>>();
    let protocol = port.protocol().to_lowercase();
    let usual = NAMES.iter().find(|row| row.0 == number).map(|row| row.1.to_owned());
    let name = usual.into_iter().chain([format!("{protocol}-{number}")]).find(|name| !of_pod.contains(name.as_str()))?;
    Some(add(format!("Name this port `{name}`"), vec![rewrite::field(port.0, &[], "name", &Draft::text(&name))?]))
}

/// Probes that ask a port by its name.
fn probes(container: Container<'_>, port: Port<'_>) -> Vec<Refactoring> {
    let (Some(name), Some(number)) = (port.name(), port.number()) else { return vec![] };
    if port.protocol() != "TCP" || container.role == Role::Init {
        return vec![];
    }
    let port = ("port", Draft::text(&*name));
    let (ask, how) = if name.starts_with("grpc") {
        ("grpc", vec![("port", Draft::Raw(number.to_string()))])
    } else if name.starts_with("https") {
        ("httpGet", vec![("path", Draft::text("/")), port, ("scheme", Draft::text("HTTPS"))])
    } else if name.starts_with("http") || name == "web" {
        ("httpGet", vec![("path", Draft::text("/")), port])
    } else {
        ("tcpSocket", vec![port])
    };
    let probe = Draft::Map(vec![(ask, Draft::Map(how))]);
    let missing = ["readinessProbe", "livenessProbe"].into_iter().filter(|field| container.value.entry(field).is_none());
    let edit = |field| Some((field, rewrite::field(container.value, &[], field, &probe)?));
    missing.filter_map(edit).map(|(field, edit)| add(format!("Add `{field}` for port `{name}`"), vec![edit])).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{in_text, offered};

    #[test]
    fn volumes() {
        for (before, after) in [
            (
                "    image: ngi$0nx\n  hostname: a\n",
                "    image: nginx\n    volumeMounts:\n    - name: data\n      mountPath: /data\n  hostname: a\n  volumes:\n  - name: data\n    emptyDir: {}\n",
            ),
            (
                "    volumeMounts$0:\n    - {name: data, mountPath: /a} # b\n  volumes: [{name: data, emptyDir: {}}]\n",
                "    volumeMounts:\n    - {name: data, mountPath: /a} # b\n    - name: cache\n      mountPath: /cache\n  volumes: [{name: data, emptyDir: {}}, {name: cache, emptyDir: {}}]\n",
            ),
        ] {
            assert_eq!(offered(before, "Add volume"), [after], "{before}");
        }
        let wide = "apiVersion: v1\nkind: Pod\nmetadata:\n    name: web\nspec:\n    containers:\n        - name: a$0\n          image: b\n";
        let expected = wide.replace("$0", "")
            + "          resources:\n              requests:\n                  cpu: 100m\n                  memory: 128Mi\n              limits:\n                  memory: 128Mi\n";
        assert_eq!(in_text(wide, "Add `resources`"), [expected]);
    }

    #[test]
    fn ports_and_probes() {
        for (before, title, after) in [
            ("    ports:\n    - containerPort: 80$080\n", "Name", "    ports:\n    - containerPort: 8080\n      name: http\n"),
            (
                "    ports: [{containerPort: 7000, protocol: UDP$0}]\n",
                "Name",
                "    ports: [{containerPort: 7000, protocol: UDP, name: udp-7000}]\n",
            ),
            (
                "    ports: [{containerPort: 8080, name: http$0}]\n",
                "Add `readinessProbe`",
                "    ports: [{containerPort: 8080, name: http}]\n    readinessProbe:\n      httpGet:\n        path: /\n        port: http\n",
            ),
            ("    ports: [{containerPort: 53, protocol: UDP, name: dns$0}]\n", "Add `readinessProbe`", ""),
            ("    ports: [{containerPort: 53, protocol: UDP, name: dns$0}]\n", "Name", ""),
            ("    livenessProbe:\n      tcpSocket: {port: 1}\n    ports: [{containerPort: 53, name: dns$0}]\n", "Add `livenessProbe`", ""),
        ] {
            assert_eq!(offered(before, title).first().map_or("", |it| it), after, "{before}");
        }
    }
}
