//! A Pod as a picture in text: its containers in the order of time, the network they share, and who mounts which volume where.

use std::borrow::Cow;

use crate::pod::spec::{Container, Mount, PodSpec, Port, Role, Volume};

use super::writer::align;

/// How wide a phase is drawn, and if there are more than so many of them.
const PHASE: usize = 6;
const NARROW_PHASE: usize = 3;
const MANY: usize = 8;

/// The picture, in lines without a line break at the end; empty for a PodSpec without containers, and in a template, which may be filled in
/// with anything.
pub fn picture(spec: PodSpec<'_>) -> String {
    if spec.value().model().tree().is_template() {
        return String::new();
    }
    let containers: Vec<Container<'_>> = spec.containers().filter(|it| it.role != Role::Ephemeral).collect();
    if containers.is_empty() {
        return String::new();
    }
    let mut lines = phases(&containers);
    lines.push(String::new());
    lines.extend(network(spec, &containers));
    let volumes = volumes(spec, &containers);
    if !volumes.is_empty() {
        lines.push(String::new());
        lines.extend(volumes);
    }
    lines.join("\n")
}

/// A line for each container. An init container lasts one phase, what starts later comes after it, and sidecars go on.
fn phases(containers: &[Container<'_>]) -> Vec<String> {
    let starting = containers.iter().filter(|it| it.role != Role::Regular).count();
    let phase = if starting > MANY { NARROW_PHASE } else { PHASE };
    let end = starting * phase + PHASE;
    let line = |(index, container): (usize, &Container<'_>)| {
        let start = index.min(starting) * phase;
        let (stop, what) = match container.role {
            Role::Init => (start + phase, "init container: runs to its end"),
            Role::Sidecar => (end, "sidecar: keeps running"),
            _ => (end, "container"),
        };
        let mark = if container.role == Role::Init { '┤' } else { '▶' };
        format!("{}\t{}├{}{mark}\t{what}", name(*container), " ".repeat(start), "─".repeat(stop - start - 2))
    };
    in_columns(containers.iter().enumerate().map(line))
}

/// The network that all containers share, as a box with the declared ports.
fn network(spec: PodSpec<'_>, containers: &[Container<'_>]) -> Vec<String> {
    let title = if spec.uses_host_network() { "the network of the node" } else { "one IP address, one localhost" };
    let described = |container: &Container<'_>, port: Port<'_>| {
        let label = port.name().map_or_else(String::new, |name| format!(" ({name})"));
        let on_node = port.host_port().filter(|_| !spec.uses_host_network());
        let on_node = on_node.map_or_else(String::new, |number| format!(", port {number} of the node"));
        Some(format!("{}/{}{label}\t{}{on_node}", port.number()?, port.protocol(), name(*container)))
    };
    let mut ports = in_columns(containers.iter().flat_map(|it| it.ports().filter_map(move |port| described(it, port))));
    if ports.is_empty() {
        ports.push("no declared ports".into());
    }
    let width = ports.iter().map(|it| it.chars().count()).max().unwrap_or_default().max(title.len() + 2);
    let top = format!("┌─ {title} {}┐", "─".repeat(width - title.len() - 1));
    let inner = ports.iter().map(|port| format!("│ {port:width$} │"));
    std::iter::once(top).chain(inner).chain([format!("└{}┘", "─".repeat(width + 2))]).collect()
}

/// A row for each volume, a column for each container that mounts one.
fn volumes(spec: PodSpec<'_>, containers: &[Container<'_>]) -> Vec<String> {
    let mounts_any = |it: &Container<'_>| it.mounts().next().is_some() || it.value.list("volumeDevices").next().is_some();
    let columns: Vec<Container<'_>> = containers.iter().copied().filter(mounts_any).collect();
    let row = |title: String, volume_name: &str, volume: Option<Volume<'_>>| {
        let cells = columns.iter().map(|container| cell(*container, volume_name, volume));
        std::iter::once(title).chain(cells).collect::<Vec<_>>().join("\t")
    };
    let mut rows = vec![];
    let replaced: Vec<Volume<'_>> = spec.replaced_volumes().collect();
    for volume in spec.volumes().filter(|volume| !replaced.contains(volume)) {
        let name = volume.name().unwrap_or_default();
        let kind = volume.source().map_or("emptyDir", |(field, _)| field.name);
        rows.push(row(format!("{name} ({kind})"), &name, Some(volume)));
    }
    for template in spec.claim_templates() {
        let name = template.get("metadata").and_then(|it| it.text_of("name")).unwrap_or_default();
        rows.push(row(format!("{name} (a claim for each Pod)"), &name, None));
    }
    if rows.is_empty() {
        return rows;
    }
    let head = std::iter::once("volume".to_owned()).chain(columns.iter().map(|it| name(*it)));
    in_columns(std::iter::once(head.collect::<Vec<_>>().join("\t")).chain(rows))
}

/// Lines whose tabs become columns.
fn in_columns(lines: impl Iterator<Item = String>) -> Vec<String> {
    let text = lines.collect::<Vec<_>>().join("\n");
    align(&text).lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Where a container sees a volume, and whether it can write there.
fn cell(container: Container<'_>, volume_name: &str, volume: Option<Volume<'_>>) -> String {
    let is_of = |name: Option<Cow<'_, str>>| name.is_some_and(|it| it == volume_name);
    let access = |mount: &Mount<'_>| if mount.is_read_only() || volume.is_some_and(Volume::is_read_only) { "ro" } else { "rw" };
    let mounts = container.mounts().filter(|mount| is_of(mount.name()));
    let mounts = mounts.map(|mount| format!("{} {}", access(&mount), mount.path().unwrap_or_default()));
    let devices = container.value.list("volumeDevices").filter(|device| is_of(device.text_of("name")));
    let devices = devices.map(|device| format!("device {}", device.text_of("devicePath").unwrap_or_default()));
    let all: Vec<_> = mounts.chain(devices).collect();
    if all.is_empty() { "·".into() } else { all.join(", ") }
}

fn name(container: Container<'_>) -> String {
    container.name().map_or_else(|| "?".into(), |name| name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::Model;
    use crate::schema::Release;

    #[test]
    fn a_pod() {
        let text = "
apiVersion: v1
kind: Pod
spec:
  initContainers:
  - {name: fetch, volumeMounts: [{name: work, mountPath: /wrk}]}
  - {name: logs, restartPolicy: Always, ports: [{containerPort: 2020, name: metrics}]}
  containers:
  - {name: web, ports: [{containerPort: 80, hostPort: 8080}], volumeMounts: [{name: work, mountPath: /srv}, {name: conf, mountPath: /etc/web}]}
  - {name: proxy}
  volumes: [{name: work}, {name: conf, configMap: {name: web}}]
";
        let model = Model::new(crate::yaml::parse(text), Release::default());
        let spec = PodSpec::of(model.object(0).expect("an object")).expect("a spec");
        let expected = "\
fetch  ├────┤              init container: runs to its end
logs         ├──────────▶  sidecar: keeps running
web                ├────▶  container
proxy              ├────▶  container

┌─ one IP address, one localhost ────────────────┐
│ 2020/TCP (metrics)  logs                       │
│ 80/TCP              web, port 8080 of the node │
└────────────────────────────────────────────────┘

volume            fetch    web
work (emptyDir)   rw /wrk  rw /srv
conf (configMap)  ·        ro /etc/web";
        assert_eq!(picture(spec), expected, "\n{}\n", picture(spec));
    }
}
