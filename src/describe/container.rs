//! The section of the containers (`describeContainers`).

use serde_json::Value as Json;

use super::json::{Read, sorted};
use super::place::Place;
use super::writer::Writer;
use super::{env, probe};

/// Prints a list of containers; `pod` is the Pod, whose fields variables may show, and null for a template.
pub(super) fn containers(w: &mut Writer, title: &str, containers: &[Json], pod: &Json, place: Place) {
    let none = if containers.is_empty() { " <none>" } else { "" };
    w.line(0, format_args!("{}{title}:{none}", place.indent));
    for container in containers {
        w.line(1, format_args!("{}{}:", place.name_indent, container["name"].show()));
        basics(w, container);
        words(w, "Command", &container["command"]);
        words(w, "Args", &container["args"]);
        resources(w, 2, &container["resources"]);
        for (title, field) in [("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe")] {
            if container[field].is_object() {
                w.field(2, title, probe::line(&container[field]));
            }
        }
        env::from(w, &container["envFrom"]);
        env::variables(w, container, pod);
        mounts(w, container);
    }
}

fn basics(w: &mut Writer, container: &Json) {
    w.field(2, "Image", container["image"].show());
    for (title, field) in [("Port", "containerPort"), ("Host Port", "hostPort")] {
        let ports = ports(&container["ports"], field);
        match ports.contains(',') {
            true => w.field(2, &format!("{title}s"), ports),
            false if ports.is_empty() => w.field(2, title, "<none>"),
            false => w.field(2, title, ports),
        }
    }
    let profile = &container["securityContext"]["seccompProfile"];
    if profile.is_object() {
        w.field(2, "SeccompProfile", profile["type"].show());
        if profile["type"] == "Localhost" {
            w.field(3, "LocalhostProfile", profile["localhostProfile"].show());
        }
    }
}

/// `80/TCP (http), 53/UDP`
fn ports(ports: &Json, field: &str) -> String {
    let port = |port: &Json| {
        let name = port["name"].show();
        let name = if name.is_empty() { name } else { format!(" ({name})") };
        format!("{}/{}{name}", port[field].show_or("0"), port["protocol"].show())
    };
    ports.items().iter().map(port).collect::<Vec<_>>().join(", ")
}

fn words(w: &mut Writer, title: &str, words: &Json) {
    if words.is_given() {
        w.line(2, format_args!("{title}:"));
        words.items().iter().for_each(|word| word.show().split('\n').for_each(|line| w.line(3, line)));
    }
}

/// Limits and requests.
pub(super) fn resources(w: &mut Writer, level: usize, resources: &Json) {
    for (title, field) in [("Limits", "limits"), ("Requests", "requests")] {
        if resources[field].is_given() {
            w.line(level, format_args!("{title}:"));
            resources[field].entries().for_each(|(name, quantity)| w.field(level + 1, name, quantity.show()));
        }
    }
}

fn mounts(w: &mut Writer, container: &Json) {
    let none = if container["volumeMounts"].is_given() { "" } else { "\t<none>" };
    w.line(2, format_args!("Mounts:{none}"));
    for mount in sorted(&container["volumeMounts"], "mountPath") {
        let access = if mount["readOnly"].is_true() { "ro" } else { "rw" };
        let part = mount["subPath"].show();
        let part = if part.is_empty() { part } else { format!(",path={}", quoted(&part)) };
        w.line(3, format_args!("{} from {} ({access}{part})", mount["mountPath"].show(), mount["name"].show()));
    }
    if container["volumeDevices"].is_given() {
        // kubectl says whether there are mounts, not devices.
        w.line(2, format_args!("Devices:{none}"));
        for device in sorted(&container["volumeDevices"], "devicePath") {
            w.line(3, format_args!("{} from {}", device["devicePath"].show(), device["name"].show()));
        }
    }
}

/// A text as Go's `%q` quotes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            char if char.is_control() => quoted.push_str(&format!("\\x{:02x}", u32::from(char))),
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}
