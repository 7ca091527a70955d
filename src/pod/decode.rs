//! Decoding: a tree to typed values, as the API server's strict decoder reads it, but going on where that stops.

use std::collections::HashMap;

use crate::schema::{Field, Release, Shape, Type};
use crate::yaml::{self, Entry, Kind, Node, NodeId, Scalar};

use super::formats::{is_base64, is_quantity, is_time};
use super::guess::{self, Guess};
use super::head;
use super::model::{Builder, Place};
use super::value::{State, Step, ValueId};
use super::{Model, head::HeadIssue};

/// How many values a document may have for each of its nodes: aliases repeat what they stand for, alias bombs without end.
const VALUES_PER_NODE: usize = 4;

/// What could not be decoded as it is written.
#[derive(Clone, Debug)]
pub enum Issue {
    /// A key that the struct does not know.
    UnknownField {
        /// The struct.
        within: ValueId,
        /// The key.
        key: NodeId,
        /// Its value.
        value: NodeId,
        /// What was probably meant.
        guess: Guess,
        /// The value that it was read as all the same. A misplaced one is read as if it stood where it belongs, if that is sure.
        read_as: Option<ValueId>,
    },
    /// A key that the mapping already has.
    DuplicateKey {
        /// The one that was written before.
        first: NodeId,
        /// The one that repeats it.
        again: NodeId,
        /// The number of the object.
        object: usize,
    },
    /// A value of another kind than its field asks for: text for a number, a mapping for a list. Where it is clear what was meant (the
    /// only item of a list without its dash), what is below has been read as that.
    Mismatch(ValueId),
    /// Something is wrong with `apiVersion` or `kind`.
    Head {
        /// What is wrong.
        issue: HeadIssue,
        /// The number of the object.
        object: usize,
    },
}

/// Reads all objects of a tree.
pub(super) fn read(tree: &yaml::Tree, model: &mut Model) {
    let budget = tree.len().saturating_mul(VALUES_PER_NODE).saturating_add(1000);
    let mut builder = Builder { tree, model, budget };
    let misspelt = head::read(&mut builder);
    for object in 0..builder.model.objects.len() {
        let start = builder.model.values.len() as u32;
        let data = &builder.model.objects[object];
        if let Some(info) = data.info {
            let written = tree.node(data.node);
            let place = Place { shape: Shape::Object(info.ty), step: Step::Object, key: None, written, parent: None };
            let root = value(&mut builder, place, &misspelt);
            builder.model.objects[object].root = root;
            duplicates(&mut builder, written, object);
        }
        builder.model.objects[object].values = start..builder.model.values.len() as u32;
    }
}

/// Reads a place and all below it. The keys `settled` are known to be misspelt. Recursion is bounded by the depth of the API's types,
/// whatever the text.
fn value<'t>(builder: &mut Builder<'t, '_>, place: Place<'t>, settled: &[(NodeId, &'static str)]) -> Option<ValueId> {
    let Place { shape, step, .. } = place;
    let Some(node) = place.written.resolved() else {
        return builder.push(place, State::Opaque);
    };
    let reading = match reading(shape, node) {
        // An item can't be absent: the server makes an empty struct of null.
        Reading::Null if matches!((step, shape), (Step::Item(_), Shape::Object(_))) => Reading::Sound,
        reading => reading,
    };
    let id = builder.push(place, reading.state())?;
    if reading == Reading::Mismatch {
        builder.issue(Issue::Mismatch(id));
    }
    match (shape, node.kind()) {
        (Shape::Object(ty), Kind::Mapping(_)) => fields(builder, id, ty, node, settled),
        (Shape::Object(ty), Kind::Sequence(_)) => {
            if let Some(only) = only_item(node) {
                fields(builder, id, ty, only, settled);
            }
        }
        (Shape::List(item), Kind::Sequence(_)) => {
            for (index, written) in node.items().enumerate() {
                value(builder, Place { shape: *item, step: Step::Item(index as u32), key: None, written, parent: Some(id) }, settled)?;
            }
        }
        (Shape::List(Shape::Object(ty)), Kind::Mapping(_)) if node.entries().any(|entry| ty.field(&entry.key.key_text()).is_some()) => {
            let place = Place { shape: Shape::Object(ty), step: Step::Item(0), key: None, written: node, parent: Some(id) };
            value(builder, place, settled)?;
        }
        (Shape::Map(item), Kind::Mapping(_)) => {
            for entry in last_of_each(node) {
                let place = Place { shape: *item, step: Step::Key, key: Some(entry.key.id()), written: entry.value, parent: Some(id) };
                value(builder, place, settled)?;
            }
        }
        _ => {}
    }
    Some(id)
}

/// The mapping that is the only item of a list.
fn only_item(list: Node<'_>) -> Option<Node<'_>> {
    let mut items = list.items();
    items.next().filter(|item| items.next().is_none() && matches!(item.kind(), Kind::Mapping(_)))
}

/// Reads the fields of a struct. A misspelt key counts as the field that was meant, unless that is there as well.
fn fields<'t>(builder: &mut Builder<'t, '_>, id: ValueId, ty: &'static Type, node: Node<'t>, settled: &[(NodeId, &'static str)]) {
    let release = builder.model.release();
    let mut taken: Vec<&'static Field> = vec![];
    let mut strange: Vec<Entry<'t>> = vec![];
    for entry in last_of_each(node) {
        match known(ty, &entry.key.key_text(), release) {
            Some(field) => {
                taken.push(field);
                read_field(builder, id, field, entry, settled);
            }
            None if entry.key.kind() == Kind::Template || entry.key.is_empty() => {}
            None => strange.push(entry),
        }
    }
    // After the known fields, so that a misplaced one finds the struct where it belongs.
    for entry in strange {
        let key = entry.key.id();
        if let Some(field) = settled.iter().find(|it| it.0 == key).and_then(|it| ty.field(it.1)) {
            read_field(builder, id, field, entry, settled);
            continue;
        }
        let guess = guess::field(builder, &guess::Struct { id, ty, taken: &taken }, entry);
        let read_as = guess.read_as().and_then(|field| {
            let parent = match &guess {
                Guess::Elsewhere(place) => place.parent().unwrap_or(id),
                _ => id,
            };
            read_field(builder, parent, field, entry, settled)
        });
        if let Guess::Rename(field) = guess {
            taken.push(field);
        }
        builder.issue(Issue::UnknownField { within: id, key, value: entry.value.id(), guess, read_as });
    }
}

fn read_field<'t>(
    builder: &mut Builder<'t, '_>,
    parent: ValueId,
    field: &'static Field,
    entry: Entry<'t>,
    settled: &[(NodeId, &'static str)],
) -> Option<ValueId> {
    let key = Some(entry.key.id());
    value(builder, Place { shape: field.shape, step: Step::Field(field), key, written: entry.value, parent: Some(parent) }, settled)
}

fn known(ty: &'static Type, key: &str, release: Release) -> Option<&'static Field> {
    ty.field(key).filter(|field| field.known_in(release))
}

/// The entries of a mapping as kubectl reads them: merges resolved, and of equal keys the last.
fn last_of_each(node: Node<'_>) -> Vec<Entry<'_>> {
    let entries = node.merged_entries();
    let keys: Vec<_> = entries.iter().map(|entry| entry.key.key_text()).collect();
    if keys.len() <= 16 {
        let last = |at: &usize| !keys[at + 1..].contains(&keys[*at]);
        return (0..keys.len()).filter(last).map(|at| entries[at]).collect();
    }
    let last: HashMap<_, _> = keys.iter().enumerate().map(|(at, key)| (key, at)).collect();
    entries.iter().enumerate().filter(|(at, _)| last[&keys[*at]] == *at).map(|(_, entry)| *entry).collect()
}

/// Notes every key below `root` that its mapping already has.
fn duplicates(builder: &mut Builder<'_, '_>, root: Node<'_>, object: usize) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        open.extend(node.children());
        let mut seen = HashMap::new();
        for entry in node.entries().filter(|entry| !entry.key.is_empty() && entry.key.kind() != Kind::Template) {
            let key = entry.key.key_text();
            if key == "<<" {
                continue;
            }
            if let Some(first) = seen.insert(key, entry.key.id()) {
                builder.issue(Issue::DuplicateKey { first, again: entry.key.id(), object });
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Reading {
    Sound,
    Null,
    Opaque,
    Mismatch,
}

impl Reading {
    fn state(self) -> State {
        match self {
            Reading::Sound => State::Sound,
            Reading::Null => State::Null,
            Reading::Opaque | Reading::Mismatch => State::Opaque,
        }
    }
}

/// How the server's JSON decoder takes a node where `shape` is wanted.
fn reading(shape: Shape, node: Node<'_>) -> Reading {
    let sound = match (node.kind(), shape) {
        (Kind::Template, _) => return Reading::Opaque,
        (Kind::Scalar(_), _) if matches!(yaml::resolve(node), Scalar::Float(float) if !float.is_finite()) => false,
        (_, Shape::Any) => true,
        (Kind::Mapping(_), Shape::Object(_) | Shape::Map(_)) | (Kind::Sequence(_), Shape::List(_)) => true,
        (Kind::Empty, _) => return Reading::Null,
        (Kind::Scalar(_), _) => match (yaml::resolve(node), shape) {
            (Scalar::Null, _) => return Reading::Null,
            (Scalar::Bool(_), Shape::Bool) => true,
            (Scalar::String, Shape::String | Shape::IntOrString) => true,
            (Scalar::String, Shape::Quantity) => is_quantity(&node.value()),
            (Scalar::String, Shape::Time) => is_time(&node.value()),
            (Scalar::String, Shape::Bytes) => is_base64(&node.value()),
            (Scalar::Int(_) | Scalar::Float(_), Shape::Double | Shape::Quantity) => true,
            (Scalar::Int(int), Shape::Int32 | Shape::IntOrString) => i32::try_from(int).is_ok(),
            (Scalar::Int(int), Shape::Int64) => i64::try_from(int).is_ok(),
            // kubectl writes 1.0 and 1e3 into the JSON without a fraction.
            (Scalar::Float(float), Shape::Int32 | Shape::IntOrString) => float.fract() == 0.0 && float.abs() <= f64::from(i32::MAX),
            (Scalar::Float(float), Shape::Int64) => float.fract() == 0.0 && float.abs() < i64::MAX as f64,
            _ => false,
        },
        _ => false,
    };
    if sound { Reading::Sound } else { Reading::Mismatch }
}
