//! The typed reading of a document: which object it holds, and for every node that the API knows its field, its type and its path.
//!
//! Reading is forgiving where the author's meaning is clear: the value of `spce` is read as that of `spec`, and the slip is kept as an
//! [`Issue`], so that everything below it is checked and completed all the same.

use std::sync::OnceLock;

use crate::schema::facts::{self, Facts};
use crate::schema::{Field, KindInfo, Kinds, Release, Shape, ty};
use crate::yaml::{Node, NodeId, Tree};

use super::decode::{self, Issue};
use super::node_path::Siblings;
use super::value::{Enforcement, State, Step, Value, ValueData, ValueId, name_bit};

/// A document read with the schema in hand.
#[derive(Debug)]
pub struct Model {
    tree: Tree,
    release: Release,
    kinds: Kinds,
    pub(super) values: Vec<ValueData>,
    pub(super) objects: Vec<ObjectData>,
    pub(super) issues: Vec<Issue>,
    pub(super) meant_as_manifest: bool,
    partial: bool,
    pub(super) siblings: OnceLock<Siblings>,
}

/// What is known of a Kubernetes object in the document.
#[derive(Debug)]
pub(super) struct ObjectData {
    pub node: NodeId,
    pub api_version: Option<NodeId>,
    pub kind: Option<NodeId>,
    pub info: Option<&'static KindInfo>,
    /// Whether a template may make it an object of another kind than `info`.
    pub is_kind_certain: bool,
    /// Whether it is an object beyond doubt.
    pub is_meant: bool,
    pub root: Option<ValueId>,
    pub values: std::ops::Range<u32>,
}

/// A Kubernetes object: the document itself, or an item of a `List` in it.
#[derive(Clone, Copy, Debug)]
pub struct Object<'m> {
    model: &'m Model,
    index: usize,
}

impl Model {
    /// Reads a tree as the API server of `release` would.
    pub fn new(tree: Tree, release: Release) -> Self {
        Model::with_kinds(tree, release, &Kinds::default())
    }

    /// The same with the custom resources of a project.
    pub fn with_kinds(tree: Tree, release: Release, kinds: &Kinds) -> Self {
        Model::read(tree, release, kinds, decode::GUESSES)
    }

    /// Reads a tree in which every key is known; `None` if one is not, without the search for what it means.
    pub fn without_unknown_keys(tree: Tree, release: Release, kinds: &Kinds) -> Option<Self> {
        let model = Model::read(tree, release, kinds, 0);
        let is_unknown = |issue: &Issue| matches!(issue, Issue::UnknownField { .. });
        (!model.issues.iter().any(is_unknown)).then_some(model)
    }

    fn read(tree: Tree, release: Release, kinds: &Kinds, guesses: usize) -> Self {
        let mut model = Model { kinds: kinds.clone(), ..Model::without_objects(Tree::default(), release) };
        decode::read(&tree, &mut model, guesses);
        model.partial = is_partial(&tree);
        model.tree = tree;
        model
    }

    /// A tree that another program reads: it holds no Kubernetes objects, whatever it looks like.
    pub fn without_objects(tree: Tree, release: Release) -> Self {
        Model {
            tree,
            release,
            kinds: Kinds::default(),
            values: vec![],
            objects: vec![],
            issues: vec![],
            meant_as_manifest: false,
            partial: false,
            siblings: OnceLock::new(),
        }
    }

    /// The syntax tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The release it was read for.
    pub fn release(&self) -> Release {
        self.release
    }

    /// The custom resources that it was read with.
    pub fn kinds(&self) -> &Kinds {
        &self.kinds
    }

    /// Whether it is meant as a Kubernetes object: it says `apiVersion` and `kind`, or one of them and has containers.
    pub fn is_manifest(&self) -> bool {
        self.meant_as_manifest
    }

    /// Whether podls checks an object in it: of other kinds, only the syntax is looked at.
    pub fn is_checked(&self) -> bool {
        let is_misread = |issue: &Issue| matches!(issue, Issue::Head { object, .. } if self.objects[*object].is_meant);
        self.objects.iter().any(|object| object.is_meant && object.info.is_some()) || self.issues.iter().any(is_misread)
    }

    /// Whether it is part of an object that is merged with others: it holds a `$patch` directive.
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    /// The objects of the document: one, or the items of a `List`. Of a kind that holds no PodSpec nothing but the head is read.
    pub fn objects(&self) -> impl Iterator<Item = Object<'_>> {
        (0..self.objects.len()).map(|index| Object { model: self, index })
    }

    /// The object of that number.
    pub fn object(&self, index: usize) -> Option<Object<'_>> {
        (index < self.objects.len()).then_some(Object { model: self, index })
    }

    /// All values, parents before their children, in the order of the text.
    pub fn values(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.values.len()).map(|id| Value::new(self, ValueId::new(id)))
    }

    /// The value of that name.
    pub fn value(&self, id: ValueId) -> Value<'_> {
        Value::new(self, id)
    }

    /// What could not be decoded as it is written.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// The value that `node` was read as: the first one, where aliases repeat it.
    pub fn value_of(&self, node: NodeId) -> Option<Value<'_>> {
        self.values().find(|value| value.node().id() == node)
    }

    /// The deepest value whose text, or the text of whose key, holds or touches `offset`.
    pub fn value_at(&self, offset: usize) -> Option<Value<'_>> {
        let touches =
            |value: &Value<'_>| value.written().range().touches(offset) || value.key().is_some_and(|key| key.range().touches(offset));
        let misplaced = self.issues.iter().filter_map(|issue| match issue {
            Issue::UnknownField { read_as, .. } => read_as.map(|id| self.value(id)),
            _ => None,
        });
        let roots = self.objects().filter_map(|object| object.root());
        let mut at = misplaced.chain(roots).find(touches)?;
        while let Some(child) = at.children().filter(touches).last() {
            at = child;
        }
        Some(at)
    }
}

impl<'m> Object<'m> {
    fn data(self) -> &'m ObjectData {
        &self.model.objects[self.index]
    }

    /// Its number in the document.
    pub fn index(self) -> usize {
        self.index
    }

    /// The document it is in.
    pub fn model(self) -> &'m Model {
        self.model
    }

    /// The mapping that is the object.
    pub fn node(self) -> Node<'m> {
        self.model.tree.node(self.data().node)
    }

    /// What is written as `apiVersion`.
    pub fn api_version(self) -> Option<Node<'m>> {
        self.data().api_version.map(|id| self.model.tree.node(id))
    }

    /// What is written as `kind`.
    pub fn kind(self) -> Option<Node<'m>> {
        self.data().kind.map(|id| self.model.tree.node(id))
    }

    /// The kind it was read as, one of the nine that hold a PodSpec. Slips in `kind` and `apiVersion` are forgiven where it is clear
    /// what was meant.
    pub fn info(self) -> Option<&'static KindInfo> {
        self.data().info
    }

    /// Whether it is an object beyond doubt. Until its `apiVersion` and `kind` are written, or its containers, it may be anything.
    pub fn is_meant(self) -> bool {
        self.data().is_meant
    }

    /// Whether it is of the kind of [`Object::info`] whatever its template is filled in with.
    pub fn is_kind_certain(self) -> bool {
        self.data().is_kind_certain
    }

    /// The whole object as a value; `None` where [`Object::info`] is.
    pub fn root(self) -> Option<Value<'m>> {
        self.data().root.map(|id| Value::new(self.model, id))
    }

    /// `metadata.name`, or else `metadata.generateName`, as written.
    pub fn name(self) -> Option<String> {
        let named = |mapping: Node<'m>, key: &str| {
            mapping.entries().find(|entry| entry.key.value() == key).and_then(|entry| entry.value.resolved())
        };
        let metadata = named(self.node(), "metadata")?;
        let name = named(metadata, "name").or_else(|| named(metadata, "generateName"))?;
        Some(name.value().into_owned())
    }

    /// Its values, parents before their children.
    pub fn values(self) -> impl Iterator<Item = Value<'m>> {
        self.data().values.clone().map(move |id| Value::new(self.model, ValueId::new(id as usize)))
    }

    /// The value at that chain of field names.
    pub fn at(self, fields: &[&str]) -> Option<Value<'m>> {
        fields.iter().try_fold(self.root()?, |value, field| value.get(field))
    }

    /// The PodSpec that it holds, wherever it lies; `None` if it may hold several.
    pub fn pod_spec(self) -> Option<Value<'m>> {
        self.at(self.info().map(|info| info.pod_spec).filter(|path| !path.is_empty())?)
    }

    /// All PodSpecs that it holds: one, or those of a custom resource.
    pub fn pod_specs(self) -> impl Iterator<Item = Value<'m>> {
        let is_custom = self.info().is_some_and(|info| info.custom.is_some());
        let all = is_custom.then(|| self.values().filter(|value| value.is_a(ty::POD_SPEC)));
        self.pod_spec().filter(|_| !is_custom).into_iter().chain(all.into_iter().flatten())
    }
}

/// What builds a model, value by value.
pub(super) struct Builder<'t, 'm> {
    pub tree: &'t Tree,
    pub model: &'m mut Model,
    /// How many values may still be made: aliases may repeat subtrees, but not without end.
    pub budget: usize,
}

/// A place that is about to become a value.
pub(super) struct Place<'t> {
    pub shape: Shape,
    pub step: Step,
    pub key: Option<NodeId>,
    pub written: Node<'t>,
    pub parent: Option<ValueId>,
}

impl Builder<'_, '_> {
    /// Appends a value; `None` when the budget is used up.
    pub fn push(&mut self, place: Place<'_>, state: State) -> Option<ValueId> {
        self.budget = self.budget.checked_sub(1)?;
        let id = ValueId::new(self.model.values.len());
        let node = place.written.resolved().map_or(place.written.id(), |node| node.id());
        let (facts, enforcement) = self.facts(&place);
        self.model.values.push(ValueData {
            shape: place.shape,
            step: place.step,
            key: place.key,
            written: place.written.id(),
            node,
            parent: place.parent,
            last_child: None,
            next_sibling: None,
            first_child: None,
            state,
            facts,
            enforcement,
            names: 0,
        });
        if let Some(parent) = place.parent {
            let data = &mut self.model.values[parent.index()];
            if let Step::Field(field) = place.step {
                data.names |= name_bit(field.name);
            }
            match data.last_child.replace(id) {
                Some(last) => self.model.values[last.index()].next_sibling = Some(id),
                None => data.first_child = Some(id),
            }
        }
        Some(id)
    }

    /// What is known of a place, and whether the server acts on it there.
    fn facts(&self, place: &Place<'_>) -> (&'static Facts, Enforcement) {
        let Some(parent) = place.parent.map(|id| &self.model.values[id.index()]) else { return (&Facts::NONE, Enforcement::Refused) };
        let Step::Field(field) = place.step else { return (parent.facts, parent.enforcement) };
        let facts = match self.holder(parent) {
            Some(holder) => facts::within(holder, field),
            None => facts::of(field),
        };
        let release = self.model.release;
        let own = if facts.forbidden.is_some()
            || (matches!(parent.step, Step::Object) && field.name == "status")
            || self.is_of_template(parent, field)
        {
            Enforcement::Dropped
        } else if facts.enforced_in(release) {
            Enforcement::Refused
        } else if facts.gate.is_none() && matches!(field.shape, Shape::Object(_) | Shape::List(Shape::Object(_))) {
            Enforcement::Later
        } else {
            Enforcement::Dropped
        };
        (facts, own.max(parent.enforcement))
    }

    /// Whether `field` belongs to the metadata of a template, where the server looks at names, labels and annotations alone.
    fn is_of_template(&self, metadata: &ValueData, field: &Field) -> bool {
        let outer = metadata.parent.map(|id| self.model.values[id.index()].step);
        ["ownerReferences", "managedFields"].contains(&field.name) && outer.is_some_and(|step| !matches!(step, Step::Object))
    }

    /// The field whose value `parent` is, or is an item or entry of.
    fn holder(&self, parent: &ValueData) -> Option<&'static Field> {
        match parent.step {
            Step::Field(field) => Some(field),
            Step::Object => None,
            Step::Item(_) | Step::Key => self.holder(&self.model.values[parent.parent?.index()]),
        }
    }

    /// Notes what could not be decoded.
    pub fn issue(&mut self, issue: Issue) {
        self.model.issues.push(issue);
    }
}

/// Whether a tree holds the strategic merge directive `$patch`.
fn is_partial(tree: &Tree) -> bool {
    memchr::memmem::find(tree.text().as_bytes(), b"$patch").is_some()
        && tree.nodes().any(|node| node.entries().any(|entry| entry.key.value() == "$patch"))
}
