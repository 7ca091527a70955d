//! Decoding: a tree to typed values, as the API server's strict decoder reads it, but going on where that stops.

use std::collections::HashMap;

use crate::schema::{Field, Release, Shape, Type};
use crate::yaml::{self, Entry, Kind, Node, NodeId, Scalar};

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
    /// A value of another kind than its field asks for: text for a number, a mapping for a list.
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
    head::read(&mut builder);
    for object in 0..builder.model.objects.len() {
        let start = builder.model.values.len() as u32;
        let data = &builder.model.objects[object];
        if let Some(info) = data.info {
            let written = tree.node(data.node);
            let place = Place { shape: Shape::Object(info.ty), step: Step::Object, key: None, written, parent: None };
            let root = value(&mut builder, place, &[]);
            builder.model.objects[object].root = root;
            duplicates(&mut builder, written, object);
        }
        builder.model.objects[object].values = start..builder.model.values.len() as u32;
    }
}

/// Reads a place and all below it. Recursion is bounded by the depth of the API's types, whatever the text.
fn value<'t>(builder: &mut Builder<'t, '_>, place: Place<'t>, outer: &[&'static Type]) -> Option<ValueId> {
    let shape = place.shape;
    let Some(node) = place.written.resolved() else {
        return builder.push(place, State::Opaque);
    };
    let reading = reading(shape, node);
    let id = builder.push(place, if reading == Reading::Mismatch { State::Opaque } else { reading.state() })?;
    match (reading, shape) {
        (Reading::Mismatch, _) => builder.issue(Issue::Mismatch(id)),
        (Reading::Sound, Shape::Object(ty)) => {
            let outer: Vec<_> = outer.iter().copied().chain([ty]).collect();
            fields(builder, id, ty, node, &outer);
        }
        (Reading::Sound, Shape::List(item)) => {
            for (index, written) in node.items().enumerate() {
                value(builder, Place { shape: *item, step: Step::Item(index as u32), key: None, written, parent: Some(id) }, outer)?;
            }
        }
        (Reading::Sound, Shape::Map(item)) => {
            for entry in last_of_each(node) {
                let place = Place { shape: *item, step: Step::Key, key: Some(entry.key.id()), written: entry.value, parent: Some(id) };
                value(builder, place, outer)?;
            }
        }
        _ => {}
    }
    Some(id)
}

/// Reads the fields of a struct. A misspelt key counts as the field that was meant, unless that is there as well.
fn fields<'t>(builder: &mut Builder<'t, '_>, id: ValueId, ty: &'static Type, node: Node<'t>, outer: &[&'static Type]) {
    let release = builder.model.release();
    let entries = last_of_each(node);
    let exact: Vec<Option<&'static Field>> = entries.iter().map(|entry| known(ty, &entry.key.key_text(), release)).collect();
    let mut taken: Vec<&'static Field> = exact.iter().flatten().copied().collect();
    for (entry, exact) in entries.iter().zip(exact) {
        let field = match exact {
            Some(field) => Some(field),
            None if entry.key.kind() == Kind::Template || entry.key.is_empty() => None,
            None => {
                let guess = guess::field(ty, *entry, &taken, outer, release);
                builder.issue(Issue::UnknownField { within: id, key: entry.key.id(), value: entry.value.id(), guess });
                if let Guess::Rename(field) = guess {
                    taken.push(field);
                }
                guess.read_as()
            }
        };
        if let Some(field) = field {
            let place =
                Place { shape: field.shape, step: Step::Field(field), key: Some(entry.key.id()), written: entry.value, parent: Some(id) };
            value(builder, place, outer);
        }
    }
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
        (_, Shape::Any) => true,
        (Kind::Mapping(_), Shape::Object(_) | Shape::Map(_)) | (Kind::Sequence(_), Shape::List(_)) => true,
        (Kind::Empty, _) => return Reading::Null,
        (Kind::Scalar(_), _) => match (yaml::resolve(node), shape) {
            (Scalar::Null, _) => return Reading::Null,
            (Scalar::Bool(_), Shape::Bool) => true,
            (Scalar::String, Shape::String | Shape::IntOrString | Shape::Quantity | Shape::Time | Shape::Bytes) => true,
            (Scalar::Int(_) | Scalar::Float(_), Shape::Double | Shape::Quantity) => true,
            (Scalar::Int(int), Shape::Int32 | Shape::IntOrString) => i32::try_from(int).is_ok(),
            (Scalar::Int(int), Shape::Int64) => i64::try_from(int).is_ok(),
            (Scalar::Float(float), Shape::Int32 | Shape::IntOrString) => float.fract() == 0.0 && float.abs() <= f64::from(i32::MAX),
            (Scalar::Float(float), Shape::Int64) => float.fract() == 0.0 && float.abs() < 1e18,
            _ => false,
        },
        _ => false,
    };
    if sound { Reading::Sound } else { Reading::Mismatch }
}
