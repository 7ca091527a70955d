//! A place in a document together with what Kubernetes says of it.

use std::borrow::Cow;
use std::fmt::Write;
use std::num::NonZeroU32;

use crate::schema::facts::Facts;
use crate::schema::{Field, Shape, Type, ty};
use crate::text::TextRange;
use crate::yaml::{self, Kind, Node, NodeId, Scalar};

use super::Model;
use super::quantity::Quantity;

/// Names a value of one [`Model`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueId(NonZeroU32);

impl ValueId {
    /// The name of the value of that number. There are never so many: offsets in a text have 32 bits.
    pub(super) fn new(index: usize) -> Self {
        ValueId(NonZeroU32::MIN.saturating_add(index as u32))
    }

    /// Its number in [`Model::values`].
    pub(super) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

#[derive(Debug)]
pub(super) struct ValueData {
    pub shape: Shape,
    pub step: Step,
    pub key: Option<NodeId>,
    pub written: NodeId,
    pub node: NodeId,
    pub parent: Option<ValueId>,
    pub first_child: Option<ValueId>,
    pub last_child: Option<ValueId>,
    pub next_sibling: Option<ValueId>,
    pub state: State,
    pub facts: &'static Facts,
    pub enforcement: Enforcement,
    /// A bit for the name of each of its fields, so that most questions for a field that is not there need no look at those that are.
    pub names: u64,
}

/// The bit of a field's name.
pub(super) const fn name_bit(name: &str) -> u64 {
    let name = name.as_bytes();
    match name {
        [] => 1,
        [first, .., last] => 1 << ((*first as usize ^ (*last as usize * 4) ^ (name.len() * 7)) & 63),
        [only] => 1 << (*only as usize & 63),
    }
}

/// The path segment from the parent to this value.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// It is a whole object.
    Object,
    /// It is a field of a struct.
    Field(&'static Field),
    /// It belongs to a key of a map.
    Key,
    /// It is an item of a list.
    Item(u32),
}

/// Whether a value can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is of the kind that its shape asks for.
    Sound,
    /// It is null: for the server the same as absent.
    Null,
    /// It is of another kind, which an [`Issue`](super::Issue) reports, or a template that stands for anything. Nothing more is to be said of
    /// it.
    Opaque,
}

/// What becomes of an object in which a value breaks the rules, though it could be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Enforcement {
    /// The server rejects the object.
    Refused,
    /// The server takes the object, and rejects the Pods or claims that are made from it: StatefulSets before 1.34.
    Later,
    /// Nothing: the server drops the value unread, since its feature gate is off, or since it is in `status`. Also where the field
    /// is rejected as such (`forbidden`), so that there is nothing to say of what it holds.
    Dropped,
}

/// A value of a model.
#[derive(Clone, Copy)]
pub struct Value<'m> {
    model: &'m Model,
    id: ValueId,
}

impl<'m> Value<'m> {
    pub(super) fn new(model: &'m Model, id: ValueId) -> Self {
        Value { model, id }
    }

    fn data(self) -> &'m ValueData {
        &self.model.values[self.id.index()]
    }

    fn link(self, id: Option<ValueId>) -> Option<Value<'m>> {
        id.map(|id| Value::new(self.model, id))
    }

    /// Its name in the model.
    pub fn id(self) -> ValueId {
        self.id
    }

    /// The model it belongs to.
    pub fn model(self) -> &'m Model {
        self.model
    }

    /// What it must be.
    pub fn shape(self) -> Shape {
        self.data().shape
    }

    /// How one comes to it.
    pub fn step(self) -> Step {
        self.data().step
    }

    /// Whether it can be used.
    pub fn state(self) -> State {
        self.data().state
    }

    /// What the server demands of it beyond its shape: the facts of its field; for an item or an entry those of the list or map.
    pub fn facts(self) -> &'static Facts {
        self.data().facts
    }

    /// What becomes of the object if the value breaks its facts.
    pub fn enforcement(self) -> Enforcement {
        self.data().enforcement
    }

    /// Whether it is of the kind that its shape asks for.
    pub fn is_sound(self) -> bool {
        self.state() == State::Sound
    }

    /// Whether it is null.
    pub fn is_null(self) -> bool {
        self.state() == State::Null
    }

    /// The struct that it is one of.
    pub fn ty(self) -> Option<&'static Type> {
        match self.shape() {
            Shape::Object(ty) => Some(ty),
            _ => None,
        }
    }

    /// Whether it is a struct of that name.
    pub fn is_a(self, ty: &Type) -> bool {
        self.ty() == Some(ty)
    }

    /// The field it is the value of.
    pub fn field(self) -> Option<&'static Field> {
        match self.step() {
            Step::Field(field) => Some(field),
            _ => None,
        }
    }

    /// The field whose value it is, or is an item or entry of; `None` for a whole object.
    pub fn holder(self) -> Option<&'static Field> {
        std::iter::once(self).chain(self.ancestors()).find_map(|value| match value.step() {
            Step::Object => Some(None),
            Step::Field(field) => Some(Some(field)),
            _ => None,
        })?
    }

    /// The value that holds it.
    pub fn parent(self) -> Option<Value<'m>> {
        self.link(self.data().parent)
    }

    /// What holds it, from the nearest on.
    pub fn ancestors(self) -> impl Iterator<Item = Value<'m>> {
        std::iter::successors(self.parent(), |value| value.parent())
    }

    /// Its fields, entries or items, in the order of the text.
    pub fn children(self) -> impl Iterator<Item = Value<'m>> {
        self.siblings(self.data().first_child)
    }

    /// A child and those after it.
    fn siblings(self, first: Option<ValueId>) -> impl Iterator<Item = Value<'m>> {
        std::iter::successors(self.link(first), |value| value.link(value.data().next_sibling))
    }

    /// The field of that name as written, be it null or of the wrong kind.
    #[inline]
    pub fn entry(self, name: &str) -> Option<Value<'m>> {
        if self.may_have(name) { self.entries(name).next() } else { None }
    }

    /// The field of that name, if there is a sound value. A template may write it in several ways; then this is the first.
    #[inline]
    pub fn get(self, name: &str) -> Option<Value<'m>> {
        if self.may_have(name) { self.sound_entry(name) } else { None }
    }

    fn sound_entry(self, name: &str) -> Option<Value<'m>> {
        self.entries(name).find(|value| value.is_sound())
    }

    /// The field of that name in all ways in which a template may write it.
    pub fn entries(self, name: &str) -> impl Iterator<Item = Value<'m>> {
        let first = if self.may_have(name) { self.data().first_child } else { None };
        self.siblings(first).filter(move |child| child.field().is_some_and(|field| field.name == name))
    }

    /// Whether it may have a field of that name.
    #[inline]
    fn may_have(self, name: &str) -> bool {
        self.data().names & name_bit(name) != 0
    }

    /// The value at that chain of fields, if all are sound.
    pub fn at(self, names: &[&str]) -> Option<Value<'m>> {
        names.iter().try_fold(self, |value, name| value.get(name))
    }

    /// Whether the field of that name is there for the server: neither null nor an empty text, list or map. What cannot be read may be.
    pub fn gives(self, name: &str) -> bool {
        self.entry(name).is_some_and(|value| !value.is_absent())
    }

    /// Whether it is for the server as if it were not written: null, or an empty text, list or map.
    pub fn is_absent(self) -> bool {
        match self.state() {
            State::Null => true,
            State::Opaque => false,
            State::Sound => match self.shape() {
                Shape::List(_) | Shape::Map(_) => self.data().first_child.is_none() && !self.node().is_open(),
                Shape::String => self.node().value().is_empty(),
                _ => false,
            },
        }
    }

    /// Whether no template writes any of it, nor may add to it.
    pub fn is_certain(self) -> bool {
        self.node().is_certain()
    }

    /// Whether it is certain which value the field of that name has, or that there is none.
    pub fn is_certain_of(self, name: &str) -> bool {
        if !self.model.tree().is_template() {
            return true;
        }
        let mut entries = self.entries(name);
        match entries.next() {
            None => !self.node().is_open(),
            Some(entry) => {
                let is_unconditional = entry.key().is_none_or(|key| key.branch() == self.node().branch());
                entries.next().is_none() && is_unconditional && entry.is_certain()
            }
        }
    }

    /// The items of a list of that name; nothing if there is none.
    pub fn list(self, name: &str) -> impl Iterator<Item = Value<'m>> {
        self.get(name).into_iter().flat_map(|list| list.children())
    }

    /// The text of the field of that name, if it is a text and not empty.
    pub fn text_of(self, name: &str) -> Option<Cow<'m, str>> {
        self.get(name)?.text().filter(|text| !text.is_empty())
    }

    /// Whether the field of that name is `true`.
    pub fn is_true(self, name: &str) -> bool {
        self.get(name).and_then(|value| value.bool()) == Some(true)
    }

    /// The node that was read, after an alias the node that the alias stands for.
    pub fn node(self) -> Node<'m> {
        self.model.tree().node(self.data().node)
    }

    /// The node at this place: the alias itself where there is one.
    pub fn written(self) -> Node<'m> {
        self.model.tree().node(self.data().written)
    }

    /// The key it is after.
    pub fn key(self) -> Option<Node<'m>> {
        self.data().key.map(|id| self.model.tree().node(id))
    }

    /// The text of the key it is after in a map, as JSON has it.
    pub fn key_text(self) -> Option<Cow<'m, str>> {
        self.key().map(|key| key.key_text())
    }

    /// Where a diagnostic on the value goes: its text, or its key where no value is written, or the item's dash.
    pub fn range(self) -> TextRange {
        let node = self.written();
        if !node.is_empty() {
            return first_line(node);
        }
        match self.key() {
            Some(key) => key.range(),
            None => node.range(),
        }
    }

    /// Where a diagnostic on the field as such goes: its key; for an item its first line.
    pub fn key_range(self) -> TextRange {
        self.key().map_or_else(|| self.range(), |key| key.range())
    }

    /// The text of a string; `None` for what is none.
    pub fn text(self) -> Option<Cow<'m, str>> {
        (self.is_sound() && matches!(self.node().kind(), Kind::Scalar(_))).then(|| self.node().value())
    }

    /// The scalar as kubectl reads it.
    pub fn scalar(self) -> Scalar {
        yaml::resolve(self.node())
    }

    /// The text as kubectl writes it into the JSON: of the number `0x10` that is `16`, of `1_000` it is `1000`.
    pub fn json_text(self) -> Option<Cow<'m, str>> {
        match self.scalar() {
            _ if !self.is_sound() => None,
            Scalar::Int(value) => Some(value.to_string().into()),
            Scalar::Float(value) => Some(value.to_string().into()),
            _ => self.text(),
        }
    }

    /// The amount that a quantity says; null is nothing. `None` where it cannot be read.
    pub fn quantity(self) -> Option<Quantity> {
        if self.is_null() { Some(Quantity::ZERO) } else { Quantity::parse(&self.json_text()?).ok() }
    }

    /// The value of a sound integer.
    pub fn int(self) -> Option<i64> {
        match self.scalar() {
            _ if !self.is_sound() => None,
            Scalar::Int(value) => value.try_into().ok(),
            Scalar::Float(value) if value.fract() == 0.0 && value.abs() < 9e18 => Some(value as i64),
            _ => None,
        }
    }

    /// The value of a sound boolean.
    pub fn bool(self) -> Option<bool> {
        match self.scalar() {
            Scalar::Bool(value) if self.is_sound() => Some(value),
            _ => None,
        }
    }

    /// The path as the API server prints it: `spec.containers[0].ports[1].containerPort`. Empty for a whole object.
    pub fn path(self) -> String {
        self.path_with(Self::is_skipped, |path, key| write!(path, "[{key}]").unwrap_or_default())
    }

    /// The path as the server's decoder prints it: as [`Value::path`], but with dots before the keys of maps.
    pub fn decoded_path(self) -> String {
        self.path_with(|_, _| false, push_field)
    }

    fn path_with(self, skips: fn(Value<'_>, Option<Value<'_>>) -> bool, push_key: impl Fn(&mut String, &str)) -> String {
        let mut steps: Vec<Value<'m>> = std::iter::once(self).chain(self.ancestors()).collect();
        steps.reverse();
        let mut path = String::new();
        let below = steps.iter().skip(1).copied().map(Some).chain([None]);
        for (value, _) in steps.iter().copied().zip(below).filter(|(value, below)| !skips(*value, *below)) {
            match value.step() {
                Step::Object => {}
                Step::Field(field) => push_field(&mut path, field.name),
                Step::Item(index) => write!(path, "[{index}]").unwrap_or_default(),
                Step::Key => push_key(&mut path, &value.key_text().unwrap_or_default()),
            }
        }
        path
    }

    /// Whether the server's validation leaves a step out: the list of files of a downwardAPI volume, and `metadata` before the labels and
    /// annotations of a template.
    fn is_skipped(value: Value<'_>, below: Option<Value<'_>>) -> bool {
        let of_template = |below: Value<'_>| {
            below.field().is_some_and(|field| ["labels", "annotations"].contains(&field.name))
                && value.parent().is_some_and(|parent| parent.is_a(ty::POD_TEMPLATE_SPEC))
                && value.field().is_some_and(|field| field.name == "metadata")
        };
        is_of_downward_api(value) || below.is_some_and(of_template)
    }

    /// The path that a field of this struct has, or should have.
    pub fn path_to(self, field: &str) -> String {
        let mut path = self.path();
        push_field(&mut path, field);
        path
    }

    /// The number of the object that it belongs to.
    pub fn object(self) -> usize {
        let at = self.id.index();
        self.model.objects.partition_point(|object| object.values.end as usize <= at)
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} = {:?}", self.path(), self.node())
    }
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.model, other.model) && self.id == other.id
    }
}

/// Whether a value is the list of files of a downwardAPI volume, or one of them.
fn is_of_downward_api(value: Value<'_>) -> bool {
    let item = match value.shape() {
        Shape::List(item) => *item,
        shape => shape,
    };
    matches!(item, Shape::Object(ty) if ty == ty::DOWNWARD_API_VOLUME_FILE)
}

fn push_field(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}

/// A collection or long text is marked on its first line only: a squiggle over half the file helps nobody.
fn first_line(node: Node<'_>) -> TextRange {
    let range = node.range();
    let line = node.text().lines().next().unwrap_or_default().trim_end();
    TextRange::new(range.start as usize, range.start as usize + line.len())
}
