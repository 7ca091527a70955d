//! Views: what a Pod is made of, in words that rules, hovers and completion share. All are places in the model, nothing is copied.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::schema::facts::groups;
use crate::schema::{Field, ty};

use super::command::Daemon;
use super::{Enforcement, Object, Value};

/// A PodSpec, in whatever kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PodSpec<'m>(Value<'m>);

/// What a container is there for, and so when it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An init container: runs to its end before those after it start.
    Init,
    /// An init container with restartPolicy `Always`: starts before those after it, and runs beside them.
    Sidecar,
    /// One of `containers`.
    Regular,
    /// One of `ephemeralContainers`.
    Ephemeral,
}

/// A container of any role.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Container<'m> {
    /// Its struct: `Container` or `EphemeralContainer`.
    pub value: Value<'m>,
    /// What it is there for.
    pub role: Role,
}

/// How long what is written to a volume is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Until the Pod goes: emptyDir, ephemeral claims, inline CSI volumes.
    Pod,
    /// On the node, whatever becomes of the Pod: hostPath.
    Node,
    /// Beyond the Pod and the node: claims, network storage.
    Cluster,
    /// Nothing is written to it: files made from objects of the API.
    ReadOnly,
}

/// An entry of `volumes`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Volume<'m>(pub Value<'m>);

/// An entry of `volumeMounts`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mount<'m>(pub Value<'m>);

/// An entry of `ports`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Port<'m>(pub Value<'m>);

impl<'m> PodSpec<'m> {
    /// The view of a sound value of that type.
    pub fn new(value: Value<'m>) -> Option<Self> {
        (value.is_sound() && value.is_a(ty::POD_SPEC)).then_some(PodSpec(value))
    }

    /// The PodSpec of an object.
    pub fn of(object: Object<'m>) -> Option<Self> {
        object.pod_spec().and_then(PodSpec::new)
    }

    /// The PodSpec that a value lies in, or is.
    pub fn around(value: Value<'m>) -> Option<Self> {
        std::iter::once(value).chain(value.ancestors()).find_map(PodSpec::new)
    }

    /// Its struct.
    pub fn value(self) -> Value<'m> {
        self.0
    }

    /// The object that holds it.
    pub fn object(self) -> Option<Object<'m>> {
        self.0.model().object(self.0.object())
    }

    /// Whether it says that it is for Windows.
    pub fn is_windows(self) -> bool {
        self.value().at(&["os", "name"]).and_then(Value::text).is_some_and(|os| os == "windows")
    }

    /// Whether it is that of a Pod itself, and not of a template.
    pub fn is_of_pod(self) -> bool {
        self.0.parent().is_some_and(|parent| parent.is_a(ty::POD))
    }

    /// All containers in the order in which they start: init containers and sidecars, regular ones, ephemeral ones.
    pub fn containers(self) -> impl Iterator<Item = Container<'m>> {
        let of = move |list: &'static str, role| self.0.list(list).filter(|it| it.is_sound()).map(move |value| Container { value, role });
        let init =
            of("initContainers", Role::Init).map(|it| if is_sidecar(it.value) { Container { role: Role::Sidecar, ..it } } else { it });
        init.chain(of("containers", Role::Regular)).chain(of("ephemeralContainers", Role::Ephemeral))
    }

    /// Its containers by their names; the first one of a name.
    pub fn containers_by_name(self) -> HashMap<Cow<'m, str>, Container<'m>> {
        let mut named = HashMap::new();
        for container in self.containers() {
            if let Some(name) = container.name() {
                named.entry(name).or_insert(container);
            }
        }
        named
    }

    /// The containers that run all the time beside each other: sidecars and regular ones.
    pub fn running(self) -> impl Iterator<Item = Container<'m>> {
        self.containers().filter(|it| matches!(it.role, Role::Sidecar | Role::Regular))
    }

    /// Its volumes.
    pub fn volumes(self) -> impl Iterator<Item = Volume<'m>> {
        self.0.list("volumes").filter(|it| it.is_sound()).map(Volume)
    }

    /// The claim templates of the StatefulSet around it; nothing elsewhere.
    pub fn claim_templates(self) -> impl Iterator<Item = Value<'m>> {
        let set = self.0.ancestors().find(|it| it.is_a(ty::STATEFUL_SET_SPEC));
        set.into_iter().flat_map(|set| set.list("volumeClaimTemplates")).filter(|it| it.is_sound())
    }

    /// The volumes that the StatefulSet around it replaces by those of its claim templates: the server does not look at them.
    pub fn replaced_volumes(self) -> impl Iterator<Item = Volume<'m>> {
        let names: HashSet<_> = self.claim_templates().filter_map(|template| template.at(&["metadata"])?.text_of("name")).collect();
        let volumes = (!names.is_empty()).then(|| self.volumes()).into_iter().flatten();
        volumes.filter(move |volume| volume.name().is_some_and(|name| names.contains(&name)))
    }

    /// The mounts that the server drops together with their volume, unread: those of an `image` before Kubernetes 1.35 (`dropImageVolumes`).
    pub fn dropped_mounts(self) -> impl Iterator<Item = Mount<'m>> {
        let image = |volume: &Volume<'m>| volume.0.get("image").is_some_and(|it| it.enforcement() == Enforcement::Dropped);
        let names: HashSet<_> = self.volumes().filter(image).filter_map(Volume::name).collect();
        let mounts = (!names.is_empty()).then(|| self.containers().flat_map(Container::mounts)).into_iter().flatten();
        mounts.filter(move |mount| mount.name().is_some_and(|name| names.contains(&name)))
    }

    /// `restartPolicy` as written, else the server's default.
    pub fn restart_policy(self) -> Cow<'m, str> {
        self.0.text_of("restartPolicy").unwrap_or(Cow::Borrowed("Always"))
    }

    /// Whether the Pods are made of it as it is. Controllers of custom resources may add volumes, or set `restartPolicy`.
    pub fn is_final(self) -> bool {
        let custom = self.object().and_then(Object::info).and_then(|info| info.custom);
        custom.is_none_or(|it| it.is_like_deployment)
    }

    /// Whether its containers use the network of the node.
    pub fn uses_host_network(self) -> bool {
        self.0.is_true("hostNetwork")
    }
}

impl<'m> Container<'m> {
    /// The container that a value lies in, or is.
    pub fn around(value: Value<'m>) -> Option<Self> {
        std::iter::once(value).chain(value.ancestors()).find_map(Container::new)
    }

    /// The view of a value of that type.
    pub fn new(value: Value<'m>) -> Option<Self> {
        if !value.is_a(ty::CONTAINER) && !value.is_a(ty::EPHEMERAL_CONTAINER) {
            return None;
        }
        let role = match value.holder()?.name {
            "initContainers" if is_sidecar(value) => Role::Sidecar,
            "initContainers" => Role::Init,
            "ephemeralContainers" => Role::Ephemeral,
            _ => Role::Regular,
        };
        Some(Container { value, role })
    }

    /// Its name.
    pub fn name(self) -> Option<Cow<'m, str>> {
        self.value.text_of("name")
    }

    /// Its image.
    pub fn image(self) -> Option<Cow<'m, str>> {
        self.value.text_of("image")
    }

    /// Its name in quotes for messages, or its place in the list.
    pub fn label(self) -> String {
        self.name().map_or_else(|| self.value.path(), |name| format!("\"{name}\""))
    }

    /// Its ports.
    pub fn ports(self) -> impl Iterator<Item = Port<'m>> {
        self.value.list("ports").filter(|it| it.is_sound()).map(Port)
    }

    /// Its environment variables, those of `envFrom` left out.
    pub fn env(self) -> impl Iterator<Item = Value<'m>> {
        self.value.list("env").filter(|it| it.is_sound())
    }

    /// Its mounts.
    pub fn mounts(self) -> impl Iterator<Item = Mount<'m>> {
        self.value.list("volumeMounts").filter(|it| it.is_sound()).map(Mount)
    }

    /// Its probes, with their field names.
    pub fn probes(self) -> impl Iterator<Item = (&'static str, Value<'m>)> {
        ["startupProbe", "readinessProbe", "livenessProbe"].into_iter().filter_map(move |name| Some((name, self.value.get(name)?)))
    }

    /// Whether it gives a program settings that may keep it in the foreground: a volume mounted over them, or the variable it reads.
    pub fn may_configure(self, daemon: &Daemon) -> bool {
        let below = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let mounted = self.mounts().filter_map(Mount::path).any(|path| {
            let path = path.trim_end_matches('/');
            daemon.settings.iter().any(|settings| below(path, settings.trim_end_matches('/')) || below(settings, path))
        });
        let by_env = |name: &str| {
            self.env().any(|env| env.text_of("name").is_some_and(|it| it == name)) || self.value.list("envFrom").next().is_some()
        };
        mounted || daemon.unless_env.is_some_and(by_env)
    }

    /// Whether it ends by design: an init container, and no sidecar.
    pub fn must_end(self) -> bool {
        self.role == Role::Init
    }
}

impl<'m> Volume<'m> {
    /// Its name.
    pub fn name(self) -> Option<Cow<'m, str>> {
        self.0.text_of("name")
    }

    /// The field that says what it is made of, and the value; `None` for a volume that the server makes an emptyDir.
    pub fn source(self) -> Option<(&'static Field, Value<'m>)> {
        let sources = groups(self.0.ty()?).iter().find(|group| group.noun == "volume source")?;
        let given = self.0.children().filter(|child| !child.is_null());
        given.filter_map(|child| Some((child.field()?, child))).find(|(field, _)| sources.fields.contains(field))
    }

    /// Whether all its mounts are read-only, whatever they say: by its kind, or by its own `readOnly` (`makeMounts`).
    pub fn is_read_only(self) -> bool {
        self.lifetime() == Lifetime::ReadOnly || self.source().is_some_and(|(_, source)| source.is_true("readOnly"))
    }

    /// How long it is kept.
    pub fn lifetime(self) -> Lifetime {
        match self.source().map_or("emptyDir", |(field, _)| field.name) {
            "emptyDir" | "ephemeral" | "gitRepo" | "csi" => Lifetime::Pod,
            "hostPath" => Lifetime::Node,
            "configMap" | "secret" | "downwardAPI" | "projected" | "image" => Lifetime::ReadOnly,
            _ => Lifetime::Cluster,
        }
    }
}

impl<'m> Mount<'m> {
    /// The name of the volume.
    pub fn name(self) -> Option<Cow<'m, str>> {
        self.0.text_of("name")
    }

    /// Where it appears in the container.
    pub fn path(self) -> Option<Cow<'m, str>> {
        self.0.text_of("mountPath")
    }

    /// Whether it is read-only, even where the volume is not.
    pub fn is_read_only(self) -> bool {
        self.0.is_true("readOnly")
    }
}

impl<'m> Port<'m> {
    /// Its name.
    pub fn name(self) -> Option<Cow<'m, str>> {
        self.0.text_of("name")
    }

    /// `containerPort`, if it is there and not 0.
    pub fn number(self) -> Option<i64> {
        self.0.get("containerPort")?.int().filter(|number| *number != 0)
    }

    /// `hostPort`, if it is there and not 0.
    pub fn host_port(self) -> Option<i64> {
        self.0.get("hostPort")?.int().filter(|number| *number != 0)
    }

    /// `hostIP`; empty for all addresses.
    pub fn host_ip(self) -> Cow<'m, str> {
        self.0.text_of("hostIP").unwrap_or_default()
    }

    /// `protocol`, TCP without one.
    pub fn protocol(self) -> Cow<'m, str> {
        self.0.text_of("protocol").unwrap_or(Cow::Borrowed("TCP"))
    }
}

fn is_sidecar(container: Value<'_>) -> bool {
    container.text_of("restartPolicy").is_some_and(|policy| policy == "Always")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::Model;
    use crate::schema::Release;

    #[test]
    fn what_a_pod_is_made_of() {
        let text = "
apiVersion: apps/v1
kind: StatefulSet
spec:
  volumeClaimTemplates: [{metadata: {name: data}}]
  template:
    spec:
      initContainers:
      - {name: one}
      - {name: two, restartPolicy: Always}
      containers:
      - name: three
        ports: [{containerPort: 80}, {containerPort: 53, protocol: UDP, name: dns}]
      volumes:
      - {name: a, configMap: {name: a}}
      - {name: b, hostPath: }
      - {name: c, hostPath: {path: /c}}
";
        let model = Model::new(crate::yaml::parse(text), Release::default());
        let spec = PodSpec::of(model.object(0).expect("an object")).expect("a spec");
        let roles: Vec<_> = spec.containers().map(|it| (it.name().unwrap_or_default().into_owned(), it.role)).collect();
        assert_eq!(roles, [("one".into(), Role::Init), ("two".into(), Role::Sidecar), ("three".into(), Role::Regular)]);
        let lifetimes: Vec<_> = spec.volumes().map(Volume::lifetime).collect();
        assert_eq!(lifetimes, [Lifetime::ReadOnly, Lifetime::Pod, Lifetime::Node]);
        assert_eq!(spec.claim_templates().count(), 1);
        let three = spec.running().nth(1).expect("a container");
        let ports: Vec<_> = three.ports().map(|port| (port.number(), port.protocol().into_owned())).collect();
        assert_eq!(ports, [(Some(80), "TCP".into()), (Some(53), "UDP".into())]);
        assert_eq!(Container::around(three.ports().next().expect("a port").0), Some(three));
        assert!(!spec.is_of_pod());
        assert_eq!(spec.restart_policy(), "Always");
    }
}
