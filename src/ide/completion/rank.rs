//! Which field of a struct comes next, best first.

use std::collections::HashMap;

use crate::ide::describe;
use crate::pod::Value;
use crate::pod::spec::{Container, Role};
use crate::schema::facts::groups;
use crate::schema::{Field, Shape, Type};
use crate::yaml::{Kind, Node};

use super::habits::{Expectation, Site, is_set_by_server};
use super::slot::Reading;

/// What the author did before in the same file outweighs what others do.
const HABIT: f32 = 8.0;
/// What is below the cursor must fit the field above it.
const HELD: f32 = 30.0;
/// The server would reject it as things are, or nobody writes it.
const REFUSED: f32 = -40.0;
/// Of init containers only sidecars can have these.
const OF_SIDECARS: [&str; 4] = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];
/// A name speaks for a field: `password` for a Secret.
const NAMED: f32 = 3.0;

/// The fields that the struct does not have yet and can have beside those it has.
pub(super) fn fields<'m>(
    reading: &'m Reading,
    within: Value<'m>,
    ty: &'static Type,
    mapping: Node<'m>,
    held: Node<'m>,
) -> Vec<&'static Field> {
    let hole = reading.hole;
    let taken: Vec<(bool, &'static Field)> = within
        .children()
        .filter_map(|child| Some((child.key()?, child.field()?)))
        .filter(|(key, _)| reading.is_written(*key))
        .map(|(key, field)| (key.range().start < hole.start, field))
        .collect();
    let above = taken.iter().rev().find(|it| it.0).map(|it| it.1);
    let below = taken.iter().find(|it| !it.0).map(|it| it.1);
    let holder = within.holder();
    let site = Site { ty, holder, before: above, after: reading.is_followed().then_some(below) };
    let expectation = Expectation::at(site);
    let habit = own_habit(within, site);
    let full: Vec<&'static Field> = groups(ty)
        .iter()
        .filter(|group| taken.iter().filter(|it| group.fields.contains(&it.1)).count() >= group.max)
        .flat_map(|group| group.fields.iter().copied())
        .collect();
    let hinted = named(ty, within);
    let score = |field: &'static Field| {
        let refused = is_set_by_server(field) && within.parent().is_none();
        expectation.of(field)
            + habit.get(&field.id).map_or(0.0, |_| HABIT)
            + HELD * fit(field.shape, held)
            + if refused { REFUSED } else { 0.0 }
            + if hinted.contains(&field.name) { NAMED } else { 0.0 }
    };
    let keys: Vec<_> = reading.keys(mapping).map(|key| key.key_text()).collect();
    let free = |field: &&'static Field| {
        let of_server = field.name == "status" && within.parent().is_none();
        let allowed = !of_server
            && is_possible(within, field.name)
            && describe::facts_of(holder, field).forbidden.is_none()
            && !full.contains(field)
            && fit(field.shape, held) >= 0.0;
        allowed && !taken.iter().any(|it| it.1 == *field) && !keys.iter().any(|key| *key == field.name)
    };
    let mut fields: Vec<_> = ty.fields_in(within.model().release()).filter(free).map(|field| (score(field), field)).collect();
    fields.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.name.cmp(b.1.name)));
    fields.into_iter().map(|it| it.1).collect()
}

/// Whether the server lets a struct have a field: the probes and hooks of an init container are for sidecars.
pub(super) fn is_possible(within: Value<'_>, field: &str) -> bool {
    !OF_SIDECARS.contains(&field) || Container::new(within).is_none_or(|it| it.role != Role::Init)
}

/// What came next in the other structs of the same place, by the number of the field.
fn own_habit(within: Value<'_>, site: Site) -> HashMap<u16, ()> {
    let mut next = HashMap::new();
    for other in within.model().values().filter(|it| it.ty() == Some(site.ty) && *it != within) {
        if other.holder() != site.holder {
            continue;
        }
        let mut fields = other.children().filter_map(|child| child.field());
        let before = site.before;
        let after = match before {
            None => fields.next(),
            Some(before) => fields.by_ref().find(|field| *field == before).and_then(|_| fields.next()),
        };
        next.extend(after.map(|field| (field.id, ())));
    }
    next
}

/// How well a field fits what already is below it, from -1 to 1; nothing there fits all.
fn fit(shape: Shape, held: Node<'_>) -> f32 {
    let shares = |node: Node<'_>| {
        let keys: Vec<_> = node.entries().map(|entry| entry.key.value()).collect();
        let ty = shape.struct_within();
        let known = |key: &&std::borrow::Cow<'_, str>| ty.is_some_and(|ty| ty.field(key).is_some());
        match (ty, keys.len()) {
            (_, 0) => 0.0,
            (None, _) => 0.2,
            (Some(_), count) => keys.iter().filter(known).count() as f32 / count as f32,
        }
    };
    match (held.kind(), shape) {
        (Kind::Mapping(_), Shape::Object(_) | Shape::Map(_)) => shares(held),
        (Kind::Sequence(_), Shape::List(item)) => match (held.items().next(), item) {
            (Some(first), Shape::Object(_)) if matches!(first.kind(), Kind::Mapping(_)) => shares(first),
            (Some(first), Shape::Object(_)) if !first.is_empty() => -1.0,
            (Some(first), _) if matches!(first.kind(), Kind::Mapping(_)) => -1.0,
            _ => 0.2,
        },
        (Kind::Mapping(_) | Kind::Sequence(_), _) => -1.0,
        (Kind::Scalar(_), Shape::Object(_) | Shape::List(_) | Shape::Map(_)) => -1.0,
        _ => 0.0,
    }
}

/// Fields that the name beside them speaks for.
fn named(ty: &Type, within: Value<'_>) -> &'static [&'static str] {
    type Words = &'static [(&'static str, &'static [&'static str])];
    const VARIABLES: Words = &[
        ("password", &["valueFrom"]),
        ("secret", &["valueFrom"]),
        ("token", &["valueFrom"]),
        ("pod_", &["valueFrom"]),
        ("node_name", &["valueFrom"]),
        ("namespace", &["valueFrom"]),
        ("host_ip", &["valueFrom"]),
    ];
    const VOLUMES: Words = &[
        ("secret", &["secret"]),
        ("cert", &["secret"]),
        ("tls", &["secret"]),
        ("password", &["secret"]),
        ("cred", &["secret"]),
        ("token", &["projected", "secret"]),
        ("conf", &["configMap"]),
        ("script", &["configMap"]),
        ("tmp", &["emptyDir"]),
        ("temp", &["emptyDir"]),
        ("cache", &["emptyDir"]),
        ("shared", &["emptyDir"]),
        ("scratch", &["emptyDir"]),
        ("workdir", &["emptyDir"]),
        ("docker", &["hostPath"]),
        ("host", &["hostPath"]),
        ("proc", &["hostPath"]),
        ("dev", &["hostPath"]),
        ("modules", &["hostPath"]),
        ("pvc", &["persistentVolumeClaim"]),
        ("claim", &["persistentVolumeClaim"]),
        ("persist", &["persistentVolumeClaim"]),
        ("storage", &["persistentVolumeClaim"]),
        ("data", &["persistentVolumeClaim", "emptyDir"]),
        ("log", &["emptyDir", "hostPath"]),
    ];
    let words = match ty.name {
        "EnvVar" => VARIABLES,
        "Volume" => VOLUMES,
        _ => return &[],
    };
    let Some(name) = within.text_of("name").map(|name| name.to_lowercase()) else { return &[] };
    words.iter().find(|(word, _)| name.contains(word)).map_or(&[], |(_, fields)| fields)
}
