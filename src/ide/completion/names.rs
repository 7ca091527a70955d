//! Completion of names: what the Pod declares, what other documents of the file hold, what is named elsewhere.

use std::collections::HashSet;

use crate::pod::Value;
use crate::pod::refs::{self, across};
use crate::pod::spec::{Container, PodSpec, Port, Volume};
use crate::schema::facts::Target;
use crate::schema::ty;
use crate::text::TextRange;

use super::slot::Slot;
use super::{Completion, CompletionKind, Context, Lookup, Named};

/// Whether the images of the file are wanted.
pub(super) fn is_image(slot: &Slot<'_>) -> bool {
    matches!(slot, Slot::Value { value } if value.field().is_some_and(|field| field.name == "image"))
}

/// A name and a few words on it.
pub(super) type Name = (String, Option<String>);

/// The names that a field may have.
pub(super) fn of(context: &Context<'_>, owner: Value<'_>) -> Vec<Completion> {
    let mut found = match owner.facts().refers_to {
        Some(Target::Volume) => volumes(context, owner),
        Some(Target::Port) => ports(owner),
        Some(target) if target.kind().is_some() => objects(context, owner, target),
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

/// The objects of that kind, then the names by which this document refers to others.
fn objects(context: &Context<'_>, owner: Value<'_>, target: Target) -> Vec<Name> {
    let Some(kind) = target.kind() else { return vec![] };
    let (defined, used): (Vec<_>, Vec<_>) =
        context.names.look_up(Lookup::Objects(kind), namespace(owner).as_deref()).into_iter().partition(|it| !it.is_only_used);
    let mut names: Vec<Name> = defined.into_iter().map(|it| described(it, kind)).collect();
    let others = owner.model().objects().flat_map(|object| refs::uses(object, target)).filter(|it| it.site != owner);
    names.extend(others.map(|it| (it.name.into_owned(), None)));
    names.extend(used.into_iter().map(|it| described(it, kind)));
    names
}

/// The keys of the ConfigMap or Secret that is beside.
fn keys(context: &Context<'_>, owner: Value<'_>) -> Vec<Name> {
    let Some((kind, name)) = across::entry(owner) else { return vec![] };
    let keys = context.names.look_up(Lookup::Entries(kind, &name), namespace(owner).as_deref());
    keys.into_iter().map(|it| described(it, &format!("{kind} {name}"))).collect()
}

/// A name with what it names and where that is.
pub(super) fn described(Named { name, file, is_only_used, .. }: Named, what: &str) -> Name {
    let used = if is_only_used { "used " } else { "" };
    let place = file.map_or_else(|| "in this file".to_owned(), |file| format!("in {file}"));
    (name, Some(format!("{what} {used}{place}")))
}

/// The namespace of the object that a value is in.
fn namespace(value: Value<'_>) -> Option<String> {
    let object = value.model().object(value.object())?;
    Some(across::at(object.node(), "metadata.namespace")?.resolved()?.value().into_owned())
}

/// The environment variables of the container that may be used there, after `$(`; `None` if none is being written. In the value of a variable these are those before it.
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
    let env: Vec<_> = container.env().collect();
    let own = env.iter().position(|variable| value.parent() == Some(*variable)).unwrap_or(env.len());
    let items = env[..own].iter().filter_map(|variable| {
        let mut item = context.value(&variable.text_of("name")?, CompletionKind::Name, content(*variable));
        item.range = range;
        item.new_text = format!("{}{}", item.label, if closed { "" } else { ")" });
        Some(item)
    });
    Some(items.collect())
}

/// What a variable holds: its value, or where that is from.
fn content(variable: Value<'_>) -> Option<String> {
    let source = || {
        let source = variable.get("valueFrom")?.children().next()?;
        let parts = ["name", "key", "fieldPath", "resource"].into_iter().filter_map(|part| source.text_of(part));
        Some(format!("from {}", parts.collect::<Vec<_>>().join(" ")))
    };
    variable.text_of("value").map(|it| it.into_owned()).or_else(source)
}
