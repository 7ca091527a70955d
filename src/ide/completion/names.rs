//! Completion of names: what the Pod declares, what other documents of the file hold, what is named elsewhere.

use std::collections::HashSet;

use crate::pod::Value;
use crate::pod::refs;
use crate::pod::spec::{Container, PodSpec, Port, Volume};
use crate::schema::facts::Target;
use crate::schema::ty;
use crate::text::TextRange;
use crate::yaml::Node;

use super::slot::Slot;
use super::{Completion, CompletionKind, Context};

/// Whether the other documents of the file must be looked at.
pub(super) fn are_wanted(slot: &Slot<'_>) -> bool {
    let Slot::Value { value } = slot else { return false };
    value.field().is_some_and(|field| ["key", "image"].contains(&field.name))
        || value.facts().refers_to.is_some_and(|target| kind_of(target).is_some())
}

/// A name and a few words on it.
type Name = (String, Option<String>);

/// The names that a field may have.
pub(super) fn of(context: &Context<'_>, owner: Value<'_>) -> Vec<Completion> {
    let mut found = match owner.facts().refers_to {
        Some(Target::Volume) => volumes(context, owner),
        Some(Target::Port) => ports(owner),
        Some(target) if kind_of(target).is_some() => objects(context, owner, target),
        Some(target) => refs::candidates(owner, target).map(|it| (it.name.into_owned(), None)).collect(),
        None => keys(context, owner),
    };
    let mut seen = HashSet::new();
    found.retain(|(name, _)| !name.is_empty() && seen.insert(name.clone()));
    found.into_iter().map(|(name, detail)| context.value(&name, CompletionKind::Name, detail)).collect()
}

/// The volumes of the Pod: first those that this container does not mount yet, of these first those whose name is in the path that is
/// below, then those that nobody mounts.
fn volumes(context: &Context<'_>, owner: Value<'_>) -> Vec<Name> {
    let Some(spec) = PodSpec::around(owner) else { return vec![] };
    let mount = owner.parent();
    let mounts_of = |container: Container<'_>| {
        let mounts = container.value.list("volumeMounts").chain(container.value.list("volumeDevices")).filter(|it| Some(*it) != mount);
        mounts.filter_map(|it| Some(it.text_of("name")?.into_owned())).collect::<Vec<_>>()
    };
    let own = Container::around(owner).map(mounts_of).unwrap_or_default();
    let all: Vec<String> = spec.containers().flat_map(mounts_of).collect();
    let source = |volume: Value<'_>| match Volume(volume).source() {
        Some((field, _)) => field.name,
        None if volume.is_a(ty::VOLUME) => "emptyDir",
        None => "claim template",
    };
    let mut names: Vec<Name> =
        refs::candidates(owner, Target::Volume).map(|it| (it.name.into_owned(), Some(source(it.owner).to_owned()))).collect();
    if !context.reading.is_followed() {
        // The volumes are still to be written; what others mount will be among them. The first is often named like its container.
        names.extend(all.iter().map(|name| (name.clone(), None)));
        if names.is_empty() {
            names.extend(Container::around(owner).and_then(|it| Some((it.name()?.into_owned(), None))));
        }
    }
    let path = mount.and_then(|it| it.text_of("mountPath")).unwrap_or_default().to_lowercase();
    let fits = |name: &str| path.split(['/', '-', '.', '_']).any(|part| part.len() > 2 && name.to_lowercase().contains(part));
    names.sort_by_key(|(name, _)| (own.contains(name), !fits(name), all.contains(name)));
    names
}

/// The ports of the container: their names, then their numbers.
fn ports(owner: Value<'_>) -> Vec<Name> {
    let Some(container) = Container::around(owner) else { return vec![] };
    let number = |port: Port<'_>| port.number().map(|it| it.to_string());
    let name = |port: Port<'_>| port.name().map(|it| it.into_owned());
    let names = container.ports().filter_map(|port| Some((name(port)?, number(port))));
    names.chain(container.ports().filter_map(|port| Some((number(port)?, name(port))))).collect()
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
fn objects(context: &Context<'_>, owner: Value<'_>, target: Target) -> Vec<Name> {
    let Some(kind) = kind_of(target) else { return vec![] };
    let mut names = vec![];
    each_object(context, |object| {
        if text_at(object, &["kind"]).is_some_and(|it| it == kind) {
            names.extend(text_at(object, &["metadata", "name"]).map(|name| (name, Some(format!("{kind} in this file")))));
        }
    });
    let others = owner.model().objects().flat_map(|object| refs::uses(object, target)).filter(|it| it.site != owner);
    names.extend(others.map(|it| (it.name.into_owned(), None)));
    names
}

/// The keys of the ConfigMap or Secret that is beside.
fn keys(context: &Context<'_>, owner: Value<'_>) -> Vec<Name> {
    let Some(within) = owner.parent().filter(|_| owner.field().is_some_and(|field| field.name == "key")) else { return vec![] };
    let source = if within.is_a(ty::KEY_TO_PATH) { within.parent().and_then(|items| items.parent()) } else { Some(within) };
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

/// The environment variables of the container, after `$(`; `None` if none is being written.
pub(super) fn variables(context: &Context<'_>, value: Value<'_>) -> Option<Vec<Completion>> {
    let token = context.reading.token;
    let text = context.document.text();
    let written = &text[token.word.start as usize..token.cursor];
    let open = written.rfind("$(")?;
    if written[open..].contains(')') || written[..open].ends_with('$') {
        return None;
    }
    let container = Container::around(value)?;
    let range = TextRange::new(token.word.start as usize + open + 2, token.cursor);
    let closed = text[token.cursor..].starts_with(')');
    let items = container.env().filter_map(|variable| {
        let (name, value) = (variable.text_of("name")?, variable.text_of("value"));
        let mut item = context.value(&name, CompletionKind::Name, value.map(|it| it.into_owned()));
        item.range = range;
        item.new_text = format!("{name}{}", if closed { "" } else { ")" });
        Some(item)
    });
    Some(items.collect())
}
