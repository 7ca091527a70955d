//! One word where a mapping is wanted: `hostPath: /tmp`, `ports: [80]`, `env: [A=b]`. What it is short for, written in full.

use crate::pod::Value;
use crate::pod::command::foreground_words;
use crate::pod::spec::Container;
use crate::rules::rewrite::Draft;
use crate::schema::{Type, ty};
use crate::yaml::Scalar;

/// The field that a word for the whole struct can only mean. Other fields of these types are optional, or have a default.
const MAIN: &[(&str, &str)] = &[
    ("AppArmorProfile", "type"),
    ("ConfigMapEnvSource", "name"),
    ("ConfigMapProjection", "name"),
    ("ConfigMapVolumeSource", "name"),
    ("DaemonSetUpdateStrategy", "type"),
    ("DeploymentStrategy", "type"),
    ("EmptyDirVolumeSource", "medium"),
    ("HostPathVolumeSource", "path"),
    ("ImageVolumeSource", "reference"),
    ("LocalObjectReference", "name"),
    ("ObjectFieldSelector", "fieldPath"),
    ("PersistentVolumeClaimVolumeSource", "claimName"),
    ("PodOS", "name"),
    ("PodReadinessGate", "conditionType"),
    ("PodSchedulingGate", "name"),
    ("SeccompProfile", "type"),
    ("SecretEnvSource", "name"),
    ("SecretProjection", "name"),
    ("SecretVolumeSource", "secretName"),
    ("StatefulSetUpdateStrategy", "type"),
];

/// The same for numbers.
const NUMBER: &[(&str, &str)] =
    &[("ContainerPort", "containerPort"), ("GRPCAction", "port"), ("SleepAction", "seconds"), ("TCPSocketAction", "port")];

/// The struct that a scalar stands for; `None` where that is anybody's guess.
pub(super) fn written_out(value: Value<'_>, ty: &Type, text: &str, scalar: Scalar) -> Option<Draft> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let field = |table: &[(&str, &'static str)]| table.iter().find(|it| it.0 == ty.name).map(|it| it.1);
    let pair = |separator| text.split_once(separator).filter(|(left, right): &(&str, &str)| !left.is_empty() && !right.is_empty());
    match (ty.name, scalar) {
        (_, Scalar::Int(_)) => field(NUMBER).map(|field| Draft::Map(vec![(field, Draft::Raw(text.to_owned()))])),
        (_, Scalar::String) if field(MAIN).is_some() => field(MAIN).map(|field| Draft::Map(vec![(field, Draft::text(text))])),
        ("EnvVar" | "Sysctl" | "HTTPHeader", Scalar::String) => {
            let (name, value) = pair(if ty == ty::HTTP_HEADER { ':' } else { '=' })?;
            Some(Draft::Map(vec![("name", Draft::text(name.trim())), ("value", Draft::text(value.trim()))]))
        }
        ("PodDNSConfigOption", Scalar::String) => Some(match pair(':') {
            Some((name, value)) => Draft::Map(vec![("name", Draft::text(name)), ("value", Draft::text(value))]),
            None => Draft::Map(vec![("name", Draft::text(text))]),
        }),
        ("VolumeMount", Scalar::String) => {
            let (name, path) = pair(':')?;
            Some(Draft::Map(vec![("name", Draft::text(name)), ("mountPath", Draft::text(path))]))
        }
        ("ContainerPort", Scalar::String) => port(text),
        ("ExecAction", Scalar::String) => {
            Some(Draft::Map(vec![("command", Draft::List(foreground_words(text).into_iter().map(Draft::text).collect()))]))
        }
        ("HTTPGetAction", Scalar::String) if text.starts_with('/') => {
            let port = Container::around(value)?.ports().find_map(|port| port.number())?;
            Some(Draft::Map(vec![("path", Draft::text(text)), ("port", Draft::Raw(port.to_string()))]))
        }
        _ => None,
    }
}

/// What `8080:80` may stand for, as Docker writes it: few Pods need the port of the node.
pub(super) fn published(text: &str) -> Option<[Draft; 2]> {
    let (host, container) = text.trim().split_once(':')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let own = ("containerPort", Draft::Raw(container.to_owned()));
    let both = vec![own.clone(), ("hostPort", Draft::Raw(host.to_owned()))];
    (is_number(host) && is_number(container)).then(|| [Draft::Map(vec![own]), Draft::Map(both)])
}

/// A port with its protocol: `80/udp`.
fn port(text: &str) -> Option<Draft> {
    let (number, protocol) = text.split_once('/').map_or((text, None), |(number, protocol)| (number, Some(protocol.to_ascii_uppercase())));
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let protocol = protocol.map(|it| ("protocol", Draft::text(it)));
    is_number.then(|| Draft::Map([("containerPort", Draft::Raw(number.to_owned()))].into_iter().chain(protocol).collect()))
}
