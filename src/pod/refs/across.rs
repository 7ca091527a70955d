//! Names across objects: which kinds can be named, and where which kind names others.
//!
//! What a PodSpec names say the facts of its fields. Of kinds without one only the head is read with the schema, so their references are
//! paths in `USES`.

use std::borrow::Cow;

use crate::pod::spec::Container;
use crate::pod::symbols::{Demand, Key, Notes, ObjectSymbol, Operator, Selector, Spot, Symbols, Written, text};
use crate::pod::{Model, Object, Value};
use crate::schema::facts::Target;
use crate::schema::{KindInfo, ty, workloads};
use crate::text::TextRange;
use crate::yaml::{Kind, Node, Style};

use super::used;

/// A kind of objects that others name.
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    /// `ConfigMap`
    pub kind: &'static str,
    /// Its group; empty for the core.
    group: &'static str,
    /// Whether its objects are in namespaces.
    pub is_namespaced: bool,
}

const NAMED: &[Named] = &[
    named("ConfigMap", "", true),
    named("Secret", "", true),
    named("PersistentVolumeClaim", "", true),
    named("ServiceAccount", "", true),
    named("Service", "", true),
    named("ResourceClaim", "resource.k8s.io", true),
    named("ResourceClaimTemplate", "resource.k8s.io", true),
    named("Role", "rbac.authorization.k8s.io", true),
    named("ClusterRole", "rbac.authorization.k8s.io", false),
    named("PersistentVolume", "", false),
    named("Namespace", "", false),
    named("Node", "", false),
    named("PriorityClass", "scheduling.k8s.io", false),
    named("RuntimeClass", "node.k8s.io", false),
    named("StorageClass", "storage.k8s.io", false),
    named("VolumeAttributesClass", "storage.k8s.io", false),
    named("IngressClass", "networking.k8s.io", false),
];

const fn named(kind: &'static str, group: &'static str, is_namespaced: bool) -> Named {
    Named { kind, group, is_namespaced }
}

/// The kind of that name whose objects others name; `None` if there is none in that API group.
fn kind_of(kind: &str, api_version: Option<&str>) -> Option<&'static str> {
    let group = api_version.map(|it| it.split_once('/').map_or("", |(group, _)| group));
    let fits = |own: &str| group.is_none_or(|group| group == own);
    let workload = || workloads().iter().find(|it| it.kind == kind && fits(it.group()));
    NAMED.iter().find(|it| it.kind == kind && fits(it.group)).map(|it| it.kind).or_else(|| workload().map(|it| it.kind))
}

/// Whether the objects of a kind are in namespaces.
pub fn is_namespaced(kind: &str) -> bool {
    NAMED.iter().find(|it| it.kind == kind).is_none_or(|it| it.is_namespaced)
}

/// What is at a path.
enum What {
    /// The name of an object of this kind.
    Name(&'static str),
    /// A struct with `name`, perhaps `namespace`, and `kind`, which is this one if it is not written.
    Reference(&'static str),
    /// As a reference to a Service, with one of its ports: `port`, or `port.name` and `port.number`.
    Backend,
    /// A selector of Pods, with `matchLabels` and `matchExpressions`.
    Selector,
    /// A port of the Pods that the object selects.
    Port,
}

/// Where kinds without a PodSpec name others. `[]` goes on with each item of a list.
const USES: &[(&str, &str, What)] = &[
    ("APIService", "spec.service", What::Reference("Service")),
    ("ClusterRoleBinding", "roleRef", What::Reference("")),
    ("ClusterRoleBinding", "subjects[]", What::Reference("")),
    ("GRPCRoute", "spec.rules[].backendRefs[]", What::Backend),
    ("HTTPRoute", "spec.rules[].backendRefs[]", What::Backend),
    ("HorizontalPodAutoscaler", "spec.scaleTargetRef", What::Reference("")),
    ("Ingress", "spec.defaultBackend.service", What::Backend),
    ("Ingress", "spec.ingressClassName", What::Name("IngressClass")),
    ("Ingress", "spec.rules[].http.paths[].backend.service", What::Backend),
    ("Ingress", "spec.tls[].secretName", What::Name("Secret")),
    ("MutatingWebhookConfiguration", "webhooks[].clientConfig.service", What::Reference("Service")),
    ("NetworkPolicy", "spec.podSelector", What::Selector),
    ("NetworkPolicy", "spec.ingress[].ports[].port", What::Port),
    ("PersistentVolume", "spec.claimRef", What::Reference("PersistentVolumeClaim")),
    ("PersistentVolume", "spec.storageClassName", What::Name("StorageClass")),
    ("PersistentVolumeClaim", "spec.storageClassName", What::Name("StorageClass")),
    ("PersistentVolumeClaim", "spec.volumeName", What::Name("PersistentVolume")),
    ("PodDisruptionBudget", "spec.selector", What::Selector),
    ("PodMonitor", "spec.selector", What::Selector),
    ("RoleBinding", "roleRef", What::Reference("")),
    ("RoleBinding", "subjects[]", What::Reference("")),
    ("ScaledObject", "spec.scaleTargetRef", What::Reference("Deployment")),
    ("ServiceAccount", "imagePullSecrets[].name", What::Name("Secret")),
    ("ServiceAccount", "secrets[].name", What::Name("Secret")),
    ("ValidatingWebhookConfiguration", "webhooks[].clientConfig.service", What::Reference("Service")),
    ("VerticalPodAutoscaler", "spec.targetRef", What::Reference("")),
];

/// The key of a ConfigMap or Secret that a value names: kind and name of the object.
pub fn entry(value: Value<'_>) -> Option<(&'static str, Cow<'_, str>)> {
    let within = value.parent().filter(|_| value.field().is_some_and(|field| field.name == "key"))?;
    let source = if within.is_a(ty::KEY_TO_PATH) { within.parent()?.parent()? } else { within };
    let kind = match source.ty()?.name {
        name if name.starts_with("ConfigMap") => "ConfigMap",
        name if name.starts_with("Secret") => "Secret",
        _ => return None,
    };
    Some((kind, source.text_of("name").or_else(|| source.text_of("secretName"))?))
}

impl Symbols {
    /// The symbols of a document. `place` makes a spot of a range of it, if that is on one line.
    pub fn of(model: &Model, place: &dyn Fn(TextRange) -> Option<Spot>) -> Symbols {
        let mut symbols = Symbols::default();
        symbols.add(model, place);
        symbols
    }

    /// Adds those of another document, or of another piece of this one.
    pub fn add(&mut self, model: &Model, place: &dyn Fn(TextRange) -> Option<Spot>) {
        self.is_template |= model.tree().is_template();
        let mut notes = Notes { symbols: self, place };
        model.objects().filter(|object| object.is_meant() || model.is_manifest()).for_each(|object| whole(object, &mut notes));
        if let Some(root) = model.tree().root() {
            generators(root, &mut notes);
        }
    }
}

/// Notes an object with its names.
fn whole(object: Object<'_>, notes: &mut Notes<'_>) {
    let Some(kind) = object.info().map(|info| info.kind.into()).or_else(|| object.kind().and_then(text)) else { return };
    let node_at = |path| at(object.node(), path);
    let name = node_at("metadata.name").filter(|node| text(*node).is_some());
    let at_kind = object.kind().and_then(|node| (notes.place)(node.content_range()));
    notes.begin(ObjectSymbol {
        kind,
        name: name.and_then(text).unwrap_or_default(),
        namespace: node_at("metadata.namespace").and_then(text),
        at: name.and_then(|node| (notes.place)(node.content_range())).or(at_kind),
        kind_at: at_kind,
        ..ObjectSymbol::default()
    });
    self::object(object, notes);
}

/// Notes all names in an object that mean something to others.
fn object(object: Object<'_>, notes: &mut Notes<'_>) {
    let node = object.node();
    let Some((own_kind, own_name)) = notes.current().map(|it| (it.kind.clone(), it.name.clone())) else { return };
    let api_version = object.info().map(|info| info.api_version.into()).or_else(|| Some(object.api_version()?.value()));
    let own = kind_of(&own_kind, api_version.as_deref());
    if let (Some(kind), Some(name)) = (own, at(node, "metadata.name")) {
        note(notes, name, true, None, |name| Key::Object(kind, name));
    }
    if let Some(kind @ ("ConfigMap" | "Secret")) = own
        && !own_name.is_empty()
    {
        entries(node, kind, &own_name, notes);
    }
    if own == Some("Service") {
        service(node, &own_name, notes);
    }
    match object.root().filter(|_| object.info().is_some_and(KindInfo::holds_pods)) {
        Some(root) => of_pods(object, root, notes),
        None => {
            at(node, "metadata.namespace").into_iter().for_each(|it| note(notes, it, false, None, |name| Key::Object("Namespace", name)));
            USES.iter().filter(|(kind, ..)| **kind == *own_kind).for_each(|(_, path, what)| follow(node, path, what, notes));
        }
    }
}

/// The keys of a ConfigMap or Secret.
fn entries(node: Node<'_>, kind: &'static str, name: &str, notes: &mut Notes<'_>) {
    let maps = ["data", "stringData", "binaryData"].into_iter().filter_map(|map| at(node, map)?.resolved());
    for key in maps.flat_map(|map| map.entries()).map(|entry| entry.key) {
        note(notes, key, true, None, |entry| Key::Entry(kind, name.into(), entry));
    }
}

/// The ports of a Service and the Pods that it selects.
fn service(node: Node<'_>, name: &str, notes: &mut Notes<'_>) {
    for port in all(node, "spec.ports[]") {
        for field in ["name", "port"].into_iter().filter_map(|field| at(port, field)) {
            note(notes, field, true, None, |port| Key::Entry("Service", name.into(), port));
        }
    }
    let labels = at(node, "spec.selector").and_then(Node::resolved).filter(|it| it.entries().next().is_some());
    let first = notes.count();
    if let Some(demands) = labels.and_then(|labels| demands(labels, notes)) {
        all(node, "spec.ports[].targetPort").into_iter().for_each(|it| note(notes, it, false, None, Key::Port));
        select(demands, false, first, notes);
    }
}

/// What an object with Pods names, and what others may name in it.
fn of_pods(object: Object<'_>, root: Value<'_>, notes: &mut Notes<'_>) {
    let template = object.pod_spec().and_then(Value::parent);
    let labels = template.and_then(|it| it.at(&["metadata", "labels"])).map(Value::node);
    let own = labels.into_iter().flat_map(Node::entries).filter_map(|label| Some((text(label.key)?, label_value(label.value)?)));
    let own: Vec<_> = own.collect();
    if let Some(current) = notes.current().filter(|_| template.is_some()) {
        current.pod_labels = Some(own);
    }
    for label in labels.into_iter().flat_map(Node::entries) {
        note_label(label.key, label.value, true, notes);
    }
    for value in object.values() {
        if let Some(kind) = used(value).and_then(|it| it.target.kind()) {
            note(notes, value.written(), false, None, |name| Key::Object(kind, name));
        } else if let Some((kind, name)) = entry(value) {
            note(notes, value.written(), false, None, |entry| Key::Entry(kind, name.into(), entry));
        } else if value.is_a(ty::CONTAINER_PORT) {
            let fields = ["name", "containerPort"].into_iter().filter_map(|field| value.get(field));
            fields.for_each(|field| note(notes, field.written(), true, None, Key::Port));
        } else if let Some(is_own) = selects(value) {
            selector(value.node(), is_own, notes);
        } else if let Some(image) = image(value)
            && let Some(object) = notes.current().filter(|it| !it.images.contains(&image))
        {
            object.images.push(image);
        }
    }
    // A ReplicationController selects by a plain map.
    let map = root.at(&["spec", "selector"]).filter(|it| it.ty().is_none() && it.children().next().is_some());
    let first = notes.count();
    if let Some(demands) = map.and_then(|map| demands(map.node(), notes)) {
        select(demands, true, first, notes);
    }
}

/// The image of a container. `text` leaves out what a template writes, and digests, which nobody types.
fn image(value: Value<'_>) -> Option<Box<str>> {
    value.field().filter(|field| field.name == "image")?;
    value.parent().and_then(Container::new)?;
    text(value.written())
}

/// Whether a value in an object with Pods selects Pods: its own ones, or any of its namespace.
fn selects(value: Value<'_>) -> Option<bool> {
    let within = value.parent().filter(|_| value.is_sound() && value.is_a(ty::LABEL_SELECTOR))?;
    match (within.ty()?.name, value.field()?.name) {
        ("PodAffinityTerm", "labelSelector") if !within.gives("namespaces") && within.entry("namespaceSelector").is_none() => Some(false),
        ("TopologySpreadConstraint", "labelSelector") => Some(false),
        (_, "selector") if within.get("template").is_some() => Some(true),
        _ => None,
    }
}

/// Notes what is at a path.
fn follow(node: Node<'_>, path: &str, what: &What, notes: &mut Notes<'_>) {
    let found = all(node, path);
    match what {
        What::Name(kind) => found.into_iter().for_each(|it| note(notes, it, false, None, |name| Key::Object(kind, name))),
        What::Reference(kind) => found.into_iter().for_each(|it| _ = reference(it, kind, notes)),
        What::Backend => found.into_iter().for_each(|it| backend(it, notes)),
        What::Selector => found.into_iter().filter_map(Node::resolved).for_each(|it| selector(it, false, notes)),
        What::Port => {
            found.into_iter().for_each(|it| note(notes, it, false, None, Key::Port));
            let count = notes.count();
            notes.current().and_then(|it| it.selectors.last_mut()).into_iter().for_each(|it| it.sites.end = count);
        }
    }
}

/// Notes the name in a reference. Gives name and namespace of what is referred to.
fn reference(node: Node<'_>, kind: &'static str, notes: &mut Notes<'_>) -> Option<(Box<str>, Option<Box<str>>)> {
    let get = |field| at(node, field).and_then(text);
    let group = get("apiVersion").or_else(|| get("apiGroup").or_else(|| get("group")).map(|group| format!("{group}/").into()));
    let kind = match at(node, "kind") {
        Some(kind) => kind_of(&text(kind)?, group.as_deref())?,
        None => Some(kind).filter(|kind| !kind.is_empty())?,
    };
    let (name, namespace) = (at(node, "name")?, get("namespace"));
    note(notes, name, false, namespace.clone(), |name| Key::Object(kind, name));
    Some((text(name).filter(|_| kind == "Service")?, namespace))
}

fn backend(node: Node<'_>, notes: &mut Notes<'_>) {
    let Some((service, namespace)) = reference(node, "Service", notes) else { return };
    for port in ["port", "port.name", "port.number"].into_iter().filter_map(|path| at(node, path)) {
        note(notes, port, false, namespace.clone(), |port| Key::Entry("Service", service.clone(), port));
    }
}

/// Notes a selector with `matchLabels` and `matchExpressions`. One that is not certain says nothing.
fn selector(node: Node<'_>, is_own: bool, notes: &mut Notes<'_>) {
    let first = notes.count();
    let labels = at(node, "matchLabels").and_then(Node::resolved);
    let of_labels = labels.map_or_else(|| Some(vec![]), |labels| demands(labels, notes));
    let expressions = all(node, "matchExpressions[]").into_iter().map(expression).collect::<Option<Vec<_>>>();
    if let (Some(mut demands), Some(expressions), true) = (of_labels, expressions, node.is_certain()) {
        demands.extend(expressions);
        select(demands, is_own, first, notes);
    }
}

fn select(demands: Vec<Demand>, is_own: bool, first: u32, notes: &mut Notes<'_>) {
    let sites = first..notes.count();
    notes.current().into_iter().for_each(|it| it.selectors.push(Selector { demands: demands.clone(), is_own, sites: sites.clone() }));
}

/// What a map of labels asks for; `None` if that is not certain.
fn demands(labels: Node<'_>, notes: &mut Notes<'_>) -> Option<Vec<Demand>> {
    let demand = |key, value| Some(Demand { key: text(key)?, operator: Operator::In, values: vec![label_value(value)?] });
    let demands = labels.entries().map(|label| demand(label.key, label.value)).collect::<Option<Vec<_>>>();
    let demands = demands.filter(|_| labels.is_certain())?;
    labels.entries().for_each(|label| note_label(label.key, label.value, false, notes));
    Some(demands)
}

fn expression(node: Node<'_>) -> Option<Demand> {
    let operator = match &*text(at(node, "operator")?)? {
        "In" => Operator::In,
        "NotIn" => Operator::NotIn,
        "Exists" => Operator::Exists,
        "DoesNotExist" => Operator::DoesNotExist,
        _ => return None,
    };
    let values = all(node, "values[]").into_iter().map(label_value).collect::<Option<_>>()?;
    Some(Demand { key: text(at(node, "key")?)?, operator, values })
}

/// The value of a label, which may be empty.
fn label_value(node: Node<'_>) -> Option<Box<str>> {
    let is_empty = node.resolved().is_some_and(|node| !node.is_collection() && !node.has_template() && node.value().is_empty());
    text(node).or_else(|| is_empty.then(Box::default))
}

/// The key and the value of a label together are its place.
fn note_label(key: Node<'_>, value: Node<'_>, is_definition: bool, notes: &mut Notes<'_>) {
    let Some(name) = text(key) else { return };
    let both = key.range().cover(value.range());
    let range = if notes.place(both).is_some() { both } else { key.range() };
    notes.note_at(range, is_definition, Written::Otherwise, Key::Label(name), None);
}

/// The objects that a kustomization generates, with their keys.
fn generators(root: Node<'_>, notes: &mut Notes<'_>) {
    if at(root, "kind").and_then(text).is_some_and(|kind| !["Kustomization", "Component"].contains(&&*kind)) {
        return;
    }
    for (list, kind) in [("configMapGenerator[]", "ConfigMap"), ("secretGenerator[]", "Secret")] {
        for item in all(root, list) {
            let Some((written, name)) = at(item, "name").and_then(|it| Some((it, text(it)?))) else { continue };
            let namespace = at(item, "namespace").or_else(|| at(root, "namespace")).and_then(text);
            let spot = notes.place(written.range());
            notes.begin(ObjectSymbol {
                kind: kind.into(),
                name: name.clone(),
                namespace,
                at: spot,
                is_generated: true,
                ..ObjectSymbol::default()
            });
            note(notes, written, true, None, |name| Key::Object(kind, name));
            let literals =
                all(item, "literals[]").into_iter().filter_map(|it| Some((it, it.resolved()?.value().split_once('=')?.0.to_owned())));
            let files = all(item, "files[]").into_iter().filter_map(|it| Some((it, file_key(&it.resolved()?.value()))));
            for (node, key) in literals.chain(files) {
                notes.note_at(node.range(), true, Written::Otherwise, Key::Entry(kind, name.clone(), key.into()), None);
            }
        }
    }
}

/// The key that a file of a generator gets: `key=path`, or else its name.
fn file_key(file: &str) -> String {
    let (key, _) = file.split_once('=').unwrap_or((file.rsplit('/').next().unwrap_or(file), ""));
    key.to_owned()
}

fn note(notes: &mut Notes<'_>, node: Node<'_>, is_definition: bool, namespace: Option<Box<str>>, key: impl FnOnce(Box<str>) -> Key) {
    if let Some(name) = text(node) {
        notes.note(node, is_definition, key(name), namespace);
    }
}

/// The node at a path of keys, as it is written: an alias is not followed at its end.
pub fn at<'t>(node: Node<'t>, path: &str) -> Option<Node<'t>> {
    path.split('.').try_fold(node, |node, key| Some(node.resolved()?.entries().find(|entry| is_key(entry.key, key))?.value))
}

/// Whether a key has that name. Most are plain, and need not be decoded.
fn is_key(node: Node<'_>, name: &str) -> bool {
    match node.kind() {
        Kind::Scalar(Style::Plain) => node.text() == name,
        _ => node.value() == name,
    }
}

/// The nodes at a path of keys, of which those with `[]` go on with each item of a list.
fn all<'t>(node: Node<'t>, path: &str) -> Vec<Node<'t>> {
    path.split('.').fold(vec![node], |nodes, step| {
        let (key, is_list) = step.strip_suffix("[]").map_or((step, false), |key| (key, true));
        let values = nodes.into_iter().filter_map(|node| at(node, key));
        match is_list {
            true => values.filter_map(Node::resolved).flat_map(Node::items).collect(),
            false => values.collect(),
        }
    })
}

impl Target {
    /// The kind of what it names, if that is an object of its own.
    pub fn kind(self) -> Option<&'static str> {
        Some(match self {
            Target::ConfigMap => "ConfigMap",
            Target::Secret => "Secret",
            Target::PersistentVolumeClaim => "PersistentVolumeClaim",
            Target::ServiceAccount => "ServiceAccount",
            Target::Service => "Service",
            Target::PriorityClass => "PriorityClass",
            Target::RuntimeClass => "RuntimeClass",
            Target::StorageClass => "StorageClass",
            Target::VolumeAttributesClass => "VolumeAttributesClass",
            Target::Node => "Node",
            Target::Namespace => "Namespace",
            Target::ResourceClaim => "ResourceClaim",
            Target::ResourceClaimTemplate => "ResourceClaimTemplate",
            Target::Volume | Target::Container | Target::Port | Target::PodResourceClaim => return None,
        })
    }
}
