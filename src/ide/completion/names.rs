//! Completion of names: what the Pod declares, what other documents of the file hold, what is named elsewhere.

use crate::ide::describe;
use crate::pod::Value;
use crate::schema::facts::Target;
use crate::text::TextRange;
use crate::yaml::Node;

use super::slot::Slot;
use super::{Completion, CompletionKind, Context, rank};

/// Whether the other documents of the file must be looked at.
pub(super) fn are_wanted(slot: &Slot<'_>) -> bool {
    let Slot::Value { value } = slot else { return false };
    let Some(field) = value.field() else { return false };
    let holder = value.parent().and_then(rank::holder);
    field.name == "key" || describe::facts_of(holder, field).refers_to.is_some_and(|target| kind_of(target).is_some())
}

/// The names that a field may have.
pub(super) fn of(context: &Context<'_>, owner: Value<'_>, target: Option<Target>) -> Vec<Completion> {
    let mut found: Vec<(String, Option<String>)> = match target {
        Some(Target::Volume) => volumes(context, owner),
        Some(Target::Port) => ports(owner),
        Some(Target::Container) => containers(owner),
        Some(Target::PodResourceClaim) => pod_spec(owner).map_or(vec![], |spec| declared(spec, "resourceClaims", "resource claim")),
        Some(target) => objects(context, owner, target),
        None => keys(context, owner),
    };
    let mut seen = vec![];
    found.retain(|(name, _)| {
        !name.is_empty() && !seen.contains(name) && {
            seen.push(name.clone());
            true
        }
    });
    found.into_iter().map(|(name, detail)| context.value(&name, CompletionKind::Name, detail)).collect()
}

fn pod_spec(value: Value<'_>) -> Option<Value<'_>> {
    value.ancestors().find(|it| it.is_a("PodSpec"))
}

/// The names in a list of the PodSpec.
fn declared(spec: Value<'_>, list: &str, noun: &str) -> Vec<(String, Option<String>)> {
    spec.list(list).filter_map(|it| Some((it.text_of("name")?.into_owned(), Some(noun.to_owned())))).collect()
}

/// The volumes of the Pod: first those that this container does not mount yet, of these first those that nobody mounts, and whose name is in
/// the path that stands below.
fn volumes(context: &Context<'_>, owner: Value<'_>) -> Vec<(String, Option<String>)> {
    let Some(spec) = pod_spec(owner) else { return vec![] };
    let container = owner.ancestors().find(|it| it.is_a("Container") || it.is_a("EphemeralContainer"));
    let mount = owner.parent();
    let mounts_of = |container: Value<'_>| {
        let mounts = container.list("volumeMounts").chain(container.list("volumeDevices")).filter(|it| Some(*it) != mount);
        mounts.filter_map(|it| Some(it.text_of("name")?.into_owned())).collect::<Vec<_>>()
    };
    let everyone: Vec<Value<'_>> = ["initContainers", "containers"].iter().flat_map(|list| spec.list(list)).collect();
    let own = container.map(mounts_of).unwrap_or_default();
    let all: Vec<String> = everyone.iter().flat_map(|it| mounts_of(*it)).collect();
    let mut names: Vec<(String, Option<String>)> = spec
        .list("volumes")
        .filter_map(|volume| {
            let source = volume.children().filter_map(|it| it.field()).find(|field| field.name != "name").map(|field| field.name);
            Some((volume.text_of("name")?.into_owned(), Some(source.unwrap_or("emptyDir").to_owned())))
        })
        .collect();
    let templates = spec.ancestors().find(|it| it.is_a("StatefulSetSpec"));
    let templates = templates.into_iter().flat_map(|it| it.list("volumeClaimTemplates"));
    names.extend(templates.filter_map(|it| Some((it.at(&["metadata"])?.text_of("name")?.into_owned(), Some("claim template".into())))));
    if !context.reading.is_followed() {
        // The volumes are still to be written; what others mount will be among them.
        names.extend(all.iter().map(|name| (name.clone(), None)));
    }
    let path = mount.and_then(|it| it.text_of("mountPath")).unwrap_or_default().to_lowercase();
    let fits = |name: &str| path.split(['/', '-', '.', '_']).any(|part| part.len() > 2 && name.to_lowercase().contains(part));
    names.sort_by_key(|(name, _)| (own.contains(name), !fits(name), all.contains(name)));
    names
}

/// The ports of the container: their names, then their numbers.
fn ports(owner: Value<'_>) -> Vec<(String, Option<String>)> {
    let Some(container) = owner.ancestors().find(|it| it.is_a("Container") || it.is_a("EphemeralContainer")) else { return vec![] };
    let number = |port: &Value<'_>| port.get("containerPort").and_then(|it| it.text()).map(|it| it.into_owned());
    let ports: Vec<_> = container.list("ports").collect();
    let names = ports.iter().filter_map(|port| Some((port.text_of("name")?.into_owned(), number(port))));
    names.chain(ports.iter().filter_map(|port| Some((number(port)?, port.text_of("name").map(|it| it.into_owned()))))).collect()
}

/// The containers of the Pod.
fn containers(owner: Value<'_>) -> Vec<(String, Option<String>)> {
    let spec = pod_spec(owner).or_else(|| {
        let root = owner.ancestors().last()?;
        owner.model().values().find(|it| it.is_a("PodSpec") && it.ancestors().last() == Some(root))
    });
    let Some(spec) = spec else { return vec![] };
    [declared(spec, "containers", "container"), declared(spec, "initContainers", "init container")].concat()
}

/// The kind of a target that is an object of its own.
fn kind_of(target: Target) -> Option<&'static str> {
    Some(match target {
        Target::ConfigMap => "ConfigMap",
        Target::Secret => "Secret",
        Target::PersistentVolumeClaim => "PersistentVolumeClaim",
        Target::ServiceAccount => "ServiceAccount",
        Target::Service => "Service",
        Target::PriorityClass => "PriorityClass",
        Target::RuntimeClass => "RuntimeClass",
        Target::StorageClass => "StorageClass",
        Target::Namespace => "Namespace",
        Target::ResourceClaim => "ResourceClaim",
        Target::ResourceClaimTemplate => "ResourceClaimTemplate",
        _ => return None,
    })
}

/// The objects of that kind in the file, then the names by which this document refers to others.
fn objects(context: &Context<'_>, owner: Value<'_>, target: Target) -> Vec<(String, Option<String>)> {
    let Some(kind) = kind_of(target) else { return vec![] };
    let mut names = vec![];
    each_object(context, |object| {
        if text_at(object, &["kind"]).is_some_and(|it| it == kind) {
            names.extend(text_at(object, &["metadata", "name"]).map(|name| (name, Some(format!("{kind} in this file")))));
        }
    });
    for other in owner.model().values().filter(|it| *it != owner) {
        let Some(field) = other.field() else { continue };
        let holder = other.parent().and_then(rank::holder);
        if describe::facts_of(holder, field).refers_to == Some(target) {
            names.extend(other.text().map(|name| (name.into_owned(), None)));
        }
    }
    names
}

/// The keys of the ConfigMap or Secret that stands beside.
fn keys(context: &Context<'_>, owner: Value<'_>) -> Vec<(String, Option<String>)> {
    let Some(within) = owner.parent().filter(|_| owner.field().is_some_and(|field| field.name == "key")) else { return vec![] };
    let source = if within.is_a("KeyToPath") { within.parent().and_then(|items| items.parent()) } else { Some(within) };
    let Some((ty, source)) = source.and_then(|it| Some((it.ty()?, it))) else { return vec![] };
    let kind = match ty.name {
        name if name.starts_with("ConfigMap") => "ConfigMap",
        name if name.starts_with("Secret") => "Secret",
        _ => return vec![],
    };
    let Some(name) = source.text_of("name").or_else(|| source.text_of("secretName")) else { return vec![] };
    let mut keys = vec![];
    each_object(context, |object| {
        let is_it =
            text_at(object, &["kind"]).is_some_and(|it| it == kind) && text_at(object, &["metadata", "name"]).is_some_and(|it| it == name);
        let maps = object.entries().filter(|entry| is_it && ["data", "stringData", "binaryData"].contains(&&*entry.key.value()));
        for entry in maps.flat_map(|map| map.value.entries()) {
            keys.push((entry.key.key_text().into_owned(), Some(format!("{kind} {name}"))));
        }
    });
    keys
}

/// Calls `look` with every object of the file.
fn each_object(context: &Context<'_>, mut look: impl FnMut(Node<'_>)) {
    let models = std::iter::once(&context.reading.model).chain(context.siblings.iter().map(|it| it.model()));
    for object in models.flat_map(|model| model.objects()) {
        look(object.node());
    }
}

/// The scalar at a chain of keys.
fn text_at(node: Node<'_>, keys: &[&str]) -> Option<String> {
    let at = keys.iter().try_fold(node, |node, key| node.entries().find(|it| it.key.value() == *key)?.value.resolved())?;
    Some(at.value().into_owned())
}

/// The environment variables of the container, behind `$(`; `None` if none is being written.
pub(super) fn variables(context: &Context<'_>, value: Value<'_>) -> Option<Vec<Completion>> {
    let token = context.reading.token;
    let text = context.document.text();
    let written = &text[token.word.start as usize..token.cursor];
    let open = written.rfind("$(")?;
    if written[open..].contains(')') || written[..open].ends_with('$') {
        return None;
    }
    let container = value.ancestors().find(|it| it.is_a("Container") || it.is_a("EphemeralContainer"))?;
    let range = TextRange::new(token.word.start as usize + open + 2, token.cursor);
    let closed = text[token.cursor..].starts_with(')');
    let names =
        container.list("env").filter_map(|it| Some((it.text_of("name")?.into_owned(), it.text_of("value").map(|it| it.into_owned()))));
    let items = names.map(|(name, value)| {
        let mut item = context.value(&name, CompletionKind::Name, value);
        item.range = range;
        item.new_text = format!("{name}{}", if closed { "" } else { ")" });
        item
    });
    Some(items.collect())
}
