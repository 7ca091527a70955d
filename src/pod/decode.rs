//! Decoding: a tree to typed values, as the API server's strict decoder reads it, but going on where that stops.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};

use crate::schema::{self, Field, Shape, Type, ty};
use crate::yaml::{self, Entry, Kind, Node, NodeId, Scalar};

use super::guess::{self, Guess};
use super::head;
use super::model::{Builder, Place};
use super::quantity::Quantity;
use super::time::{is_micro_time, is_time};
use super::value::{State, Step, Value, ValueId};
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
        /// The value that it was read as all the same. A misplaced one is read as if it was where it belongs, if that is sure.
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

/// Whether a mapping of a kind that is none of ours swallowed an object that is one: no `---` is between them, and the last `kind` wins.
fn runs_into_another(node: Node<'_>) -> bool {
    let mut kinds = node.entries().filter(|entry| entry.key.text() == "kind").map(|entry| entry.value.value());
    kinds.next().is_some_and(|first| kinds.next().is_some() && schema::kinds().iter().any(|info| info.kind == first))
}

/// Up to so many keys are looked at one by one.
const FEW: usize = 16;

/// In how many unknown keys of a document a meaning is sought: the search costs far more than reading, and nobody makes so many slips.
pub(super) const GUESSES: usize = 200;

/// Reads all objects of a tree, with a meaning sought for as many unknown keys.
pub(super) fn read(tree: &yaml::Tree, model: &mut Model, guesses: usize) {
    let budget = tree.len().saturating_mul(VALUES_PER_NODE).saturating_add(1000);
    let mut builder = Builder { tree, model, budget };
    let misspelt = head::read(&mut builder).into_iter().collect();
    if builder.model.objects.iter().any(|object| object.info.is_some()) {
        // The other half are keys.
        builder.model.values.reserve(tree.len() / 2);
    }
    let mut reader = Reader {
        builder,
        misspelt,
        strange: vec![],
        guesses,
        stops_at_unknown: guesses == 0,
        json: None,
        clear: 0,
        object: 0,
        root: ValueId::new(0),
    };
    let mappings = tree.nodes().filter(|node| matches!(node.kind(), Kind::Mapping(_))).count();
    for object in 0..reader.builder.model.objects.len() {
        let start = reader.builder.model.values.len() as u32;
        (reader.object, reader.root) = (object, ValueId::new(start as usize));
        let data = &reader.builder.model.objects[object];
        if let Some(info) = data.info {
            let written = tree.node(data.node);
            let place = Place { shape: Shape::Object(info.ty), step: Step::Object, key: None, written, parent: None };
            let root = reader.value(place);
            reader.builder.model.objects[object].root = root;
            reader.strangers();
            // Usually all mappings have been read, each of them once, and were found clear.
            if reader.clear < mappings || tree.anchored().next().is_some() {
                reader.duplicates(written, object);
            }
        } else if runs_into_another(tree.node(data.node)) {
            reader.duplicates(tree.node(data.node), object);
        }
        let model = &mut reader.builder.model;
        model.objects[object].values = start..model.values.len() as u32;
    }
}

struct Reader<'t, 'm> {
    builder: Builder<'t, 'm>,
    /// The keys of heads that are misspelled, and what they should be.
    misspelt: HashMap<NodeId, &'static str>,
    /// Keys that their structs don't know, not yet reported.
    strange: Vec<Stranger<'t>>,
    /// How many more meanings are sought.
    guesses: usize,
    /// No meaning is sought: all that is asked is whether there is such a key.
    stops_at_unknown: bool,
    /// Whether the whole text is JSON, once somebody asked.
    json: Option<bool>,
    /// How many mappings were read that have each key once.
    clear: usize,
    /// The object that is read, by its number, and its value.
    object: usize,
    root: ValueId,
}

/// A key that its struct does not know.
#[derive(Clone, Copy)]
struct Stranger<'t> {
    within: ValueId,
    ty: &'static Type,
    entry: Entry<'t>,
}

impl<'t> Reader<'t, '_> {
    /// Reads a place and all below it. Recursion is bounded by the depth of the API's types, whatever the text.
    fn value(&mut self, place: Place<'t>) -> Option<ValueId> {
        let Some(node) = place.written.resolved() else {
            return self.builder.push(place, State::Opaque);
        };
        let scalar = yaml::resolve(node);
        let shape = match (place.shape, scalar) {
            (Shape::ObjectOrBool(_), Scalar::Bool(_)) if matches!(node.kind(), Kind::Scalar(_)) => Shape::Bool,
            (Shape::ObjectOrBool(ty), _) => Shape::Object(ty),
            (shape, _) => shape,
        };
        let place = Place { shape, ..place };
        let step = place.step;
        let reading = match reading(shape, node, scalar) {
            _ if self.is_filled_in(node) => Reading::Opaque,
            // kubectl reads JSON as such, and there 1.0 is no whole number.
            Reading::Sound if is_whole_float(shape, scalar) && self.is_json() => Reading::Mismatch,
            // An item can't be absent: the server makes an empty struct of null.
            Reading::Null if matches!((step, shape), (Step::Item(_), Shape::Object(_))) => Reading::Sound,
            reading => reading,
        };
        let parent = place.parent.map(|id| self.builder.model.values[id.index()].step);
        let id = self.builder.push(place, reading.state())?;
        // What is wrong with the head of an object has been reported as an issue of its own.
        let head = matches!((parent, step), (Some(Step::Object), Step::Field(field)) if ["apiVersion", "kind"].contains(&field.name));
        if reading == Reading::Mismatch && !head {
            self.builder.issue(Issue::Mismatch(id));
        }
        let at = |shape, step, key, written| Place { shape, step, key, written, parent: Some(id) };
        match (shape, node.kind()) {
            (Shape::Object(ty), Kind::Mapping(_)) => self.fields(id, ty, node),
            (Shape::Object(ty), Kind::Sequence(_)) => {
                if let Some(only) = only_item(node) {
                    self.fields(id, ty, only);
                }
            }
            (Shape::List(item), Kind::Sequence(_)) => {
                for (index, written) in node.items().enumerate() {
                    self.value(at(*item, Step::Item(index as u32), None, written))?;
                }
            }
            (Shape::List(Shape::Object(ty)), Kind::Mapping(_)) if node.entries().any(|entry| ty.field(&entry.key.key_text()).is_some()) => {
                self.value(at(Shape::Object(ty), Step::Item(0), None, node))?;
            }
            (Shape::Map(item), Kind::Mapping(_)) => {
                for (_, entry) in self.entries(node) {
                    self.value(at(*item, Step::Key, Some(entry.key.id()), entry.value))?;
                }
            }
            _ => {}
        }
        Some(id)
    }

    /// Whether the controller of a custom resource fills something in.
    fn is_filled_in(&self, node: Node<'_>) -> bool {
        let custom = self.builder.model.objects[self.object].info.and_then(|info| info.custom);
        custom.is_some_and(|it| matches!(node.kind(), Kind::Scalar(_)) && it.fills_in.iter().any(|mark| node.text().contains(mark)))
    }

    /// Whether the whole text is JSON.
    fn is_json(&mut self) -> bool {
        let text = self.builder.tree.text();
        *self.json.get_or_insert_with(|| text.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
    }

    /// Reads the fields of a struct; unknown keys are put by.
    fn fields(&mut self, within: ValueId, ty: &'static Type, node: Node<'t>) {
        let release = self.builder.model.release();
        for (name, entry) in self.entries(node) {
            let known = ty.field(&name).filter(|field| field.known_in(release));
            let meant = || self.misspelt.get(&entry.key.id()).and_then(|name| ty.field(name));
            match known.or_else(meant) {
                Some(field) => {
                    self.field(within, field, entry);
                }
                None if entry.key.has_template() || entry.key.is_empty() => {}
                // What is null is dropped without loss.
                None if ty.is_custom() && (ty.is_open || matches!(yaml::resolve(entry.value), Scalar::Null)) => {}
                None if self.is_of_other_kind(within, &name) => {}
                None => {
                    self.strange.push(Stranger { within, ty, entry });
                    if self.stops_at_unknown {
                        self.builder.budget = 0;
                        return;
                    }
                }
            }
        }
    }

    /// Whether a key belongs to another kind than the one that an object is read as, where a template may choose between them.
    fn is_of_other_kind(&self, within: ValueId, name: &str) -> bool {
        let model = &self.builder.model;
        if model.objects[self.object].is_kind_certain {
            return false;
        }
        let knows = |shape: Shape| matches!(shape, Shape::Object(ty) if ty.field(name).is_some());
        let mut kinds = schema::kinds().iter().map(|info| info.ty);
        match model.values[within.index()].step {
            Step::Object => kinds.any(|ty| knows(Shape::Object(ty))),
            Step::Field(field) if field.name == "spec" && model.values[within.index()].parent == Some(self.root) => {
                kinds.filter_map(|ty| ty.field("spec")).any(|spec| knows(spec.shape))
            }
            // Every kind has Pods of the same structure, and much else of its own.
            _ => !self.is_in_pod(within),
        }
    }

    /// Whether a value lies in a PodSpec.
    fn is_in_pod(&self, id: ValueId) -> bool {
        let values = &self.builder.model.values;
        let mut around = std::iter::successors(Some(id), |id| values[id.index()].parent);
        around.any(|id| matches!(values[id.index()].shape, Shape::Object(ty) if ty == ty::POD_SPEC))
    }

    /// The entries of a mapping as kubectl reads them, by name: merges resolved, and of equal names the last.
    fn entries(&mut self, node: Node<'t>) -> Vec<(Cow<'t, str>, Entry<'t>)> {
        let (mut entries, is_merged) = node.merged();
        let written = if is_merged { node.entries().count() } else { entries.len() };
        keep_last_of_each(&mut entries);
        self.clear += usize::from(entries.len() == written);
        entries
    }

    fn field(&mut self, within: ValueId, field: &'static Field, entry: Entry<'t>) -> Option<ValueId> {
        let key = Some(entry.key.id());
        self.value(Place { shape: field.shape, step: Step::Field(field), key, written: entry.value, parent: Some(within) })
    }

    /// Makes a guess at all unknown keys. A misspelled key counts as the field that was meant, unless that is there as well; what is
    /// misplaced is looked at afterwards, when it is clear which structs there are.
    fn strangers(&mut self) {
        while !self.strange.is_empty() {
            let mut found: VecDeque<_> = self.strange.drain(..).collect();
            let mut misplaced = vec![];
            while let Some(stranger) = found.pop_front() {
                match self.guess(stranger) {
                    Guess::Rename(field) => self.emit(stranger, Guess::Rename(field), stranger.within),
                    _ => misplaced.push(stranger),
                }
                found.extend(self.strange.drain(..));
            }
            for stranger in misplaced {
                let guess = self.guess(stranger);
                let home = match &guess {
                    Guess::Elsewhere(place) => place.parent(),
                    _ => None,
                };
                self.emit(stranger, guess, home.unwrap_or(stranger.within));
            }
        }
    }

    fn guess(&mut self, Stranger { within, ty, entry }: Stranger<'t>) -> Guess {
        match self.guesses.checked_sub(1) {
            Some(left) => self.guesses = left,
            None => return Guess::Nothing,
        }
        let model = &self.builder.model;
        let taken: Vec<_> = Value::new(model, within).children().filter_map(Value::field).collect();
        guess::field(&self.builder, &guess::Struct { id: within, ty, taken: &taken }, entry)
    }

    fn emit(&mut self, Stranger { within, ty, entry }: Stranger<'t>, guess: Guess, parent: ValueId) {
        if ty.is_open && !matches!(guess, Guess::Rename(_)) {
            return;
        }
        let read_as = guess.read_as().and_then(|field| self.field(parent, field, entry));
        self.builder.issue(Issue::UnknownField { within, key: entry.key.id(), value: entry.value.id(), guess, read_as });
    }

    /// Notes every key below `root` that its mapping already has.
    fn duplicates(&mut self, root: Node<'_>, object: usize) {
        let mut open = vec![root];
        let mut keys = vec![];
        while let Some(node) = open.pop() {
            open.extend(node.children().filter(|child| child.is_collection()));
            let named = node.entries().filter(|entry| !entry.key.is_empty() && entry.key.kind() != Kind::Template);
            keys.clear();
            keys.extend(named.map(|entry| (entry.key.key_text(), entry.key.id())).filter(|(name, _)| name != "<<"));
            let tree = self.builder.tree;
            let mut emit = |first, again| self.builder.issue(Issue::DuplicateKey { first, again, object });
            let branch = |key: NodeId| tree.node(key).branch();
            if keys.len() <= FEW {
                for (at, (name, again)) in keys.iter().enumerate() {
                    let is_first = |(earlier, key): &&(Cow<'_, str>, NodeId)| earlier == name && branch(*key) == branch(*again);
                    if let Some((_, first)) = keys[..at].iter().rfind(is_first) {
                        emit(*first, *again);
                    }
                }
                continue;
            }
            let mut last = HashMap::with_capacity(keys.len());
            for (name, again) in &keys {
                if let Some(first) = last.insert((name, branch(*again)), *again) {
                    emit(first, *again);
                }
            }
        }
    }
}

/// The mapping that is the only item of a list.
fn only_item(list: Node<'_>) -> Option<Node<'_>> {
    let mut items = list.items();
    items.next().filter(|item| items.next().is_none() && matches!(item.kind(), Kind::Mapping(_)))
}

/// Drops the entries whose name comes again, if a template writes both.
fn keep_last_of_each(entries: &mut Vec<(Cow<'_, str>, Entry<'_>)>) {
    let branch = |entry: &Entry<'_>| entry.key.branch();
    if entries.len() <= FEW {
        for at in (0..entries.len()).rev() {
            let (name, entry) = &entries[at];
            if entries[at + 1..].iter().any(|(later, other)| later == name && branch(other) == branch(entry)) {
                entries.remove(at);
            }
        }
        return;
    }
    let last: HashMap<_, _> = entries.iter().map(|(name, entry)| ((name.clone(), branch(entry)), entry.key.id())).collect();
    entries.retain(|(name, entry)| last[&(name.clone(), branch(entry))] == entry.key.id());
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

/// Whether a whole number is wanted and one is written as a fraction or with an exponent: `1.0`, `1e3`.
fn is_whole_float(shape: Shape, scalar: Scalar) -> bool {
    matches!((shape, scalar), (Shape::Int32 | Shape::Int64 | Shape::IntOrString, Scalar::Float(_)))
}

/// How the server's JSON decoder takes a node that resolves to `scalar` where `shape` is wanted.
fn reading(shape: Shape, node: Node<'_>, scalar: Scalar) -> Reading {
    let sound = match (node.kind(), shape) {
        (Kind::Template, _) => return Reading::Opaque,
        (Kind::Scalar(_), Shape::String | Shape::IntOrString | Shape::Quantity | Shape::Time | Shape::MicroTime | Shape::Bytes)
            if node.has_template() =>
        {
            return Reading::Opaque;
        }
        _ if matches!(scalar, Scalar::Float(float) if !float.is_finite()) => false,
        (_, Shape::Any) => true,
        (Kind::Mapping(_), Shape::Object(_) | Shape::Map(_)) | (Kind::Sequence(_), Shape::List(_)) => true,
        (Kind::Empty, _) => return Reading::Null,
        (Kind::Scalar(_), _) => match (scalar, shape) {
            (Scalar::Null, _) => return Reading::Null,
            (Scalar::Bool(_), Shape::Bool) => true,
            (Scalar::String, Shape::String | Shape::IntOrString) => true,
            (Scalar::String, Shape::Quantity) => Quantity::parse(&node.value()).is_ok(),
            (Scalar::String, Shape::Time) => is_time(&node.value()),
            (Scalar::String, Shape::MicroTime) => is_micro_time(&node.value()),
            (Scalar::String, Shape::Bytes) => yaml::is_base64(&node.value()),
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
