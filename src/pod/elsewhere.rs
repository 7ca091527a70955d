//! Where a field belongs that is in a struct that does not know it.

use crate::schema::facts::{self, groups};
use crate::schema::{self, Field, Home, Release, Shape, Type};
use crate::yaml::Node;

use super::guess::{self, Struct, UNFIT};
use super::model::Builder;
use super::value::{State, Step, ValueId};

/// How many structs lie at most between two places that are mixed up.
const DEPTH: usize = 4;
/// How many structs may have to be written for a field to get its place.
const MISSING: usize = 2;
/// What it costs to leave a struct, to enter one, to enter one that is not written yet, and to come to a field that is there already.
const OUT: usize = 10;
const IN: usize = 9;
const NEW: usize = 14;
const OCCUPIED: usize = 30;

/// What speaks for a place that people are known to miss, and how much better than all others a place must be to be sure.
const KNOWN: usize = 3;
const MARGIN: usize = 3;

/// Where a misplaced key belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Elsewhere {
    /// What the key is to be called there.
    pub key: String,
    /// The field that it is there; `None` for an entry of a map.
    pub field: Option<&'static Field>,
    /// The struct or map where it belongs or, where that is not written yet, the nearest one around it that is. More than one if several
    /// items of a list may be meant; none if the list that should hold it is missing.
    pub targets: Vec<ValueId>,
    /// The name of the field that the struct or map is the value of, or an item of; empty for a whole object.
    pub inside: &'static str,
    /// What is to be written between the target and the key.
    pub missing: Vec<&'static Field>,
    /// Each target has such a key already.
    pub occupied: bool,
    /// No other place is nearly as likely.
    pub sure: bool,
}

impl Elsewhere {
    /// The struct that has the field, if it is written and certain.
    pub(super) fn parent(&self) -> Option<ValueId> {
        match self.targets[..] {
            [only] if self.missing.is_empty() && self.sure && !self.occupied => Some(only),
            _ => None,
        }
    }
}

/// A struct or map that may have the key.
struct Spot {
    cost: usize,
    shape: Shape,
    inside: &'static str,
    targets: Vec<ValueId>,
    missing: Vec<&'static Field>,
}

/// Looks for a place for `key`: in the structs around `within` and below it, the nearest first.
pub(super) fn find(builder: &Builder<'_, '_>, within: &Struct<'_>, key: &str, value: Node<'_>) -> Option<Elsewhere> {
    let around: Vec<ValueId> = std::iter::successors(Some(within.id), |id| builder.model.values[id.index()].parent).collect();
    let structs: Vec<ValueId> =
        around.iter().copied().filter(|id| matches!(builder.model.values[id.index()].shape, Shape::Object(_))).collect();
    let release = builder.model.release();
    let mut search = Search { builder, key, value, release, best: None, second: usize::MAX };
    if let Some(place) = search.open_above(within) {
        return Some(place);
    }
    if let Some(home) = schema::home(within.ty, key) {
        search.home(home, &structs);
    }
    if guess::is_field_name(key) {
        let mut from = None;
        for (up, id) in structs.iter().enumerate() {
            let spot = Spot { cost: up * OUT, shape: search.shape(*id), inside: search.name(*id), targets: vec![*id], missing: vec![] };
            search.below(spot, up == 0, from);
            let next = structs.get(up + 1);
            from = around.iter().skip_while(|it| *it != id).take_while(|it| Some(*it) != next).filter_map(|id| search.field(*id)).last();
        }
    }
    let Search { best, second, .. } = search;
    best.map(|(cost, place)| Elsewhere { sure: place.sure && second >= cost + MARGIN, ..place })
}

struct Search<'a, 't, 'm> {
    builder: &'a Builder<'t, 'm>,
    key: &'a str,
    value: Node<'a>,
    release: Release,
    best: Option<(usize, Elsewhere)>,
    second: usize,
}

impl Search<'_, '_, '_> {
    /// A key beside this one, above it, that has no value and takes the field: the indentation is missing.
    fn open_above(&self, within: &Struct<'_>) -> Option<Elsewhere> {
        let values = &self.builder.model.values;
        let takes = |id: ValueId| {
            let value = &values[id.index()];
            let is_open = value.state == State::Null && self.builder.tree.node(value.node).is_empty() && value.node < self.value.id();
            let step = self.field(id).filter(|_| is_open)?;
            let field = struct_of(step.shape)?.field(self.key).filter(|field| field.known_in(self.release))?;
            (guess::unfit(field.shape, self.value) < UNFIT).then_some((step, field))
        };
        let (step, field) = self.children(within.id).filter_map(takes).last()?;
        let (key, targets) = (self.key.to_owned(), vec![within.id]);
        Some(Elsewhere { key, field: Some(field), targets, inside: step.name, missing: vec![step], occupied: false, sure: true })
    }

    /// Follows a way that people are known to miss.
    fn home(&mut self, home: Home, structs: &[ValueId]) {
        let Some(&start) = structs.get(home.up) else { return };
        let mut spot =
            Spot { cost: home.up * OUT, shape: self.shape(start), inside: self.name(start), targets: vec![start], missing: vec![] };
        for name in home.down {
            let Some(step) = struct_of(spot.shape).and_then(|ty| ty.field(name)) else { return };
            spot = self.enter(&spot, step);
        }
        spot.cost = spot.cost.saturating_sub(KNOWN);
        self.judge(&spot, home.rename.unwrap_or(self.key), true);
    }

    /// Looks in a struct, unless it is the one where the key is, and in the structs below, but not through the field `from`. What is
    /// meant by a stray key is seldom a cousin, so that of the structs around only what is written is entered, and the frame of every
    /// object.
    fn below(&mut self, start: Spot, own: bool, from: Option<&'static Field>) {
        if !own {
            self.judge(&start, self.key, false);
        }
        let mut level = vec![start];
        for depth in 0..DEPTH {
            let mut next = vec![];
            for spot in level {
                let Some(ty) = struct_of(spot.shape) else { continue };
                let steps = ty.fields_in(self.release).filter(|field| !["status", "managedFields"].contains(&field.name));
                for step in steps.filter(|field| depth > 0 || Some(*field) != from) {
                    let below = self.enter(&spot, step);
                    if below.missing.len() == 1 && !spot.targets.iter().any(|target| self.has_room(*target, step)) {
                        continue;
                    }
                    let near = below.missing.len() <= MISSING
                        && (own || below.missing.iter().all(|field| ["metadata", "spec", "template"].contains(&field.name)));
                    let written = !below.targets.is_empty() || own && step.name == "containers";
                    if struct_of(below.shape).is_some() && near && written {
                        next.push(below);
                    }
                }
            }
            next.retain(|spot| self.best.as_ref().is_none_or(|(best, _)| spot.cost <= best + MARGIN));
            next.iter().for_each(|spot| self.judge(spot, self.key, false));
            level = next;
        }
    }

    /// Goes through a field to what is after it: to the items if it is a list.
    fn enter(&self, spot: &Spot, step: &'static Field) -> Spot {
        let sound = |id: &ValueId| self.builder.model.values[id.index()].state == State::Sound;
        let written: Vec<ValueId> = if spot.missing.is_empty() {
            spot.targets.iter().filter_map(|target| self.child(*target, step)).filter(sound).collect()
        } else {
            vec![]
        };
        match step.shape {
            Shape::List(item) => {
                let targets = written.iter().flat_map(|list| self.children(*list)).filter(sound).collect();
                Spot { cost: spot.cost + IN, shape: *item, inside: step.name, targets, missing: vec![] }
            }
            shape if written.is_empty() => {
                let missing = spot.missing.iter().copied().chain([step]).collect();
                Spot { cost: spot.cost + NEW, shape, inside: step.name, targets: spot.targets.clone(), missing }
            }
            shape => Spot { cost: spot.cost + IN, shape, inside: step.name, targets: written, missing: vec![] },
        }
    }

    /// Whether a struct has neither the field nor one that excludes it. What is null is not there.
    fn has_room(&self, id: ValueId, field: &'static Field) -> bool {
        let groups = struct_of(self.shape(id)).map_or(&[][..], groups);
        let rivals = || groups.iter().filter(|group| group.max == 1 && group.fields.contains(&field)).flat_map(|group| &group.fields);
        let given = self.children(id).filter(|child| self.builder.model.values[child.index()].state != State::Null);
        !given.filter_map(|child| self.field(child)).any(|it| it == field || rivals().any(|rival| *rival == it))
    }

    /// Keeps a struct or map that takes the key, if it is the best so far. Of a place that has such a key already something is said only
    /// if it is `known` for being missed.
    fn judge(&mut self, spot: &Spot, key: &str, known: bool) {
        let (field, shape) = match spot.shape {
            Shape::Object(ty) | Shape::ObjectOrBool(ty) => match ty.field(key).filter(|field| field.known_in(self.release)) {
                Some(field) => (Some(field), field.shape),
                None => return,
            },
            Shape::Map(item) => (None, *item),
            _ => return,
        };
        let unfit = guess::unfit(shape, self.value);
        if unfit >= UNFIT {
            return;
        }
        let has_room = |target: &ValueId| match field {
            _ if !spot.missing.is_empty() => true,
            Some(field) => self.has_room(*target, field),
            None => !self.children(*target).any(|child| self.has_key(child, key)),
        };
        let free: Vec<_> = spot.targets.iter().copied().filter(has_room).collect();
        let occupied = free.is_empty() && !spot.targets.is_empty();
        if occupied && !known {
            return;
        }
        let cost = spot.cost + unfit + if occupied { OCCUPIED } else { 0 };
        let targets = if occupied { spot.targets.clone() } else { free };
        // A struct that needs more than this field would only be the next mistake.
        let needs_more = !spot.missing.is_empty()
            && struct_of(spot.shape)
                .is_some_and(|ty| ty.fields.iter().any(|it| Some(it) != field && (it.required || facts::of(it).required)));
        let adjacent = spot.missing.is_empty() && spot.cost <= OUT;
        let sure = !needs_more && (adjacent || known || !is_common(key));
        let place = Elsewhere { key: key.to_owned(), field, targets, inside: spot.inside, missing: spot.missing.clone(), occupied, sure };
        match &self.best {
            Some((_, best)) if (&best.targets, &best.missing, &best.key) == (&place.targets, &place.missing, &place.key) => {}
            Some((best, _)) if cost >= *best => self.second = self.second.min(cost),
            best => {
                self.second = best.as_ref().map_or(self.second, |(cost, _)| *cost);
                self.best = Some((cost, place));
            }
        }
    }

    fn shape(&self, id: ValueId) -> Shape {
        self.builder.model.values[id.index()].shape
    }

    /// The name of the field that it is the value of, or an item of.
    fn name(&self, id: ValueId) -> &'static str {
        let parent = || self.builder.model.values[id.index()].parent;
        self.field(id).or_else(|| parent().and_then(|id| self.field(id))).map_or("", |field| field.name)
    }

    fn field(&self, id: ValueId) -> Option<&'static Field> {
        match self.builder.model.values[id.index()].step {
            Step::Field(field) => Some(field),
            _ => None,
        }
    }

    fn has_key(&self, id: ValueId, key: &str) -> bool {
        let written = self.builder.model.values[id.index()].key;
        written.is_some_and(|id| self.builder.tree.node(id).key_text() == key)
    }

    fn children(&self, id: ValueId) -> impl Iterator<Item = ValueId> {
        let values = &self.builder.model.values;
        std::iter::successors(values[id.index()].first_child, |id| values[id.index()].next_sibling)
    }

    fn child(&self, id: ValueId, field: &'static Field) -> Option<ValueId> {
        self.children(id).find(|id| self.field(*id) == Some(field))
    }
}

/// Whether so many structs have a field of that name that nobody can be sure which one is meant.
fn is_common(key: &str) -> bool {
    ["name", "key", "value", "type", "path", "mode", "kind", "apiVersion", "namespace", "operator", "readOnly", "user"].contains(&key)
}

fn struct_of(shape: Shape) -> Option<&'static Type> {
    match shape {
        Shape::Object(ty) | Shape::ObjectOrBool(ty) => Some(ty),
        _ => None,
    }
}
