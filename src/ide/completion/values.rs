//! Completion of values: what a field allows, and what fits the rest of the object.

use crate::ide::describe;
use crate::pod::{Step, Value};
use crate::schema::{self, Field, KindInfo, Shape, ty};
use crate::yaml::{Kind, Node};

use super::{Completion, CompletionKind, Context, labels, names, usual_values};

/// The values of a field, or of the items of a list.
pub(super) fn of(context: &Context<'_>, value: Value<'_>) -> Vec<Completion> {
    if let Some(items) = names::variables(context, value) {
        return items;
    }
    if matches!(value.step(), Step::Key) {
        return labels::values(context, value);
    }
    let owner = if value.field().is_some() { Some(value) } else { value.parent() };
    let Some((owner, field)) = owner.and_then(|owner| Some((owner, owner.field()?))) else { return vec![] };
    let holder = owner.parent().and_then(|it| it.holder());
    let facts = owner.facts();
    let item = |name: &str, kind| {
        let mut item = context.value(name, kind, None);
        item.documentation = describe::value_text(holder, field, name).map(|_| describe::value_key(holder, field, name));
        item
    };
    let named = names::of(context, owner);
    if scalar(field.shape) == Some(true) {
        let first = facts.default != Some("`true`");
        return [first, !first].map(|it| item(if it { "true" } else { "false" }, CompletionKind::Value)).into();
    }
    let claim = owner.parent().is_some_and(|it| it.is_a(ty::VOLUME_CLAIM_TEMPLATE));
    let fixed = match field.name {
        "apiVersion" if claim || owner.parent().is_some_and(|it| it.is_a(ty::OBJECT_FIELD_SELECTOR)) => Some("v1"),
        "kind" if claim => Some("PersistentVolumeClaim"),
        _ => None,
    };
    let mut values: Vec<&str> = facts.values_in(context.options.release).map(|value| value.name).collect();
    let before: Vec<_> = used(context, field);
    let (refused, last) = restart_policies(owner, field);
    values.retain(|name| !refused.contains(name));
    values.sort_by_key(|name| (last.contains(name), std::cmp::Reverse(before.iter().filter(|it| it == name).count())));
    if matches!(owner.shape(), Shape::List(_)) {
        let there: Vec<_> = owner.children().filter(|it| *it != value).filter_map(|it| it.text()).collect();
        values.retain(|name| !there.iter().any(|it| it == name));
    }
    let values = fixed.into_iter().chain(values);
    let usual = usual_values::of(context, owner, field);
    named.into_iter().chain(values.map(|name| item(name, CompletionKind::Value))).chain(usual).collect()
}

/// Whether the shape is, or lists, booleans.
fn scalar(shape: Shape) -> Option<bool> {
    match shape {
        Shape::Bool => Some(true),
        Shape::List(Shape::Bool) => Some(true),
        _ => None,
    }
}

/// The texts that the field has elsewhere in the document.
fn used(context: &Context<'_>, field: &'static Field) -> Vec<String> {
    let same = context.reading.model.values().filter(|it| it.field() == Some(field));
    same.filter_map(|it| it.text()).map(|it| it.into_owned()).collect()
}

/// Restart policies that the kind rejects, and those that are seldom meant.
fn restart_policies(owner: Value<'_>, field: &Field) -> (&'static [&'static str], &'static [&'static str]) {
    let in_pod = field.name == "restartPolicy" && owner.parent().is_some_and(|it| it.is_a(ty::POD_SPEC));
    if !in_pod {
        return (&[], &[]);
    }
    if owner.ancestors().any(|it| it.is_a(ty::JOB_SPEC)) {
        return (&["Always"], &[]);
    }
    match owner.ancestors().last().and_then(|root| root.ty()) {
        Some(ty) if ty.name != "Pod" && ty.name != "PodTemplate" => (&["OnFailure", "Never"], &[]),
        _ => (&[], &["OnFailure"]),
    }
}

/// The order in which kinds are offered where nothing speaks for one.
const KINDS: &[&str] =
    &["Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet", "ReplicationController", "PodTemplate"];

/// Kinds without a PodSpec that often are beside them in a file.
const OTHER_KINDS: &[&str] = &["Service", "ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim", "Namespace", "List"];

/// The kinds of the apiVersion that is written, those first that know the fields of the spec.
pub(super) fn kinds(context: &Context<'_>, object: Node<'_>) -> Vec<Completion> {
    let version = head(context, object, "apiVersion");
    let fits = |info: &&KindInfo| version.as_deref().is_none_or(|it| it == info.api_version);
    let mut infos: Vec<_> = ordered().filter(fits).collect();
    let of_version = || schema::kinds().iter().filter(|info| version.as_deref() == Some(info.api_version));
    if infos.is_empty() && of_version().next().is_none() {
        infos = ordered().collect();
    }
    infos.sort_by_key(|info| std::cmp::Reverse(known_fields(info, object)));
    let kinds = infos.iter().map(|info| (info.kind, Some(info.api_version.to_owned())));
    let others = OTHER_KINDS.iter().filter(|_| version.as_deref() == Some("v1")).map(|kind| (*kind, None));
    let rest = of_version().filter(|info| !info.is_workload() && !OTHER_KINDS.contains(&info.kind));
    kinds
        .chain(others)
        .chain(rest.map(|info| (info.kind, None)))
        .map(|(kind, detail)| context.value(kind, CompletionKind::Value, detail))
        .collect()
}

/// The apiVersions of the kind that is written, or else all, those first whose kinds know the fields of the spec.
pub(super) fn api_versions(context: &Context<'_>, object: Node<'_>) -> Vec<Completion> {
    let kind = head(context, object, "kind");
    let fits = |info: &&KindInfo| kind.as_deref().is_none_or(|it| it == info.kind);
    let mut infos: Vec<_> = ordered().filter(fits).collect();
    if infos.is_empty() && kind.as_deref() != Some("List") {
        infos = schema::kinds().iter().filter(fits).collect();
        if infos.is_empty() {
            infos = ordered().collect();
        }
    }
    infos.sort_by_key(|info| std::cmp::Reverse(known_fields(info, object)));
    let mut versions: Vec<&str> = infos.iter().map(|info| info.api_version).collect();
    if infos.is_empty() {
        versions.push("v1");
    }
    let mut seen = vec![];
    versions.retain(|version| {
        !seen.contains(version) && {
            seen.push(*version);
            true
        }
    });
    let kinds_of = |version: &str| infos.iter().filter(|it| it.api_version == version).map(|it| it.kind).collect::<Vec<_>>().join(", ");
    versions.iter().map(|version| context.value(version, CompletionKind::Value, Some(kinds_of(version)))).collect()
}

fn ordered() -> impl Iterator<Item = &'static KindInfo> {
    KINDS.iter().filter_map(|kind| schema::kinds().iter().find(|info| info.kind == *kind))
}

/// What is written as `kind` or `apiVersion`.
fn head(context: &Context<'_>, object: Node<'_>, name: &str) -> Option<String> {
    let entry = object.entries().find(|entry| entry.key.value() == name)?;
    let value = entry.value.resolved()?;
    let text = value.value().into_owned();
    (context.reading.is_written(entry.key) && value.range() != context.reading.hole && !text.is_empty()).then_some(text)
}

/// How many fields of the object and of its spec a kind knows, less those it does not know.
fn known_fields(info: &KindInfo, object: Node<'_>) -> i32 {
    let known = |ty: &'static schema::Type, node: Node<'_>| {
        node.entries().map(|entry| if ty.field(&entry.key.value()).is_some() { 1 } else { -1 }).sum::<i32>()
    };
    let spec = object.entries().find(|entry| entry.key.value() == "spec").map(|entry| entry.value);
    let spec = spec.filter(|spec| matches!(spec.kind(), Kind::Mapping(_)));
    let spec_type = info.ty.field("spec").and_then(|field| field.shape.struct_within());
    known(info.ty, object) + spec.zip(spec_type).map_or(0, |(spec, ty)| known(ty, spec))
}
