//! Where a field belongs that stands in a struct that does not know it.

use crate::schema::{Field, Release, Shape, Type};
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

/// Where a misplaced field belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Elsewhere {
    /// The field.
    pub field: &'static Field,
    /// The struct that has it.
    pub ty: &'static Type,
    /// The value that is this struct or, where that is not written yet, the nearest one around it. More than one if several items of a
    /// list may be meant; none if the list that should hold the struct is missing.
    pub targets: Vec<ValueId>,
    /// The structs that are to be written between the target and the field.
    pub missing: Vec<&'static Field>,
    /// Each target has such a field already.
    pub occupied: bool,
}

/// A struct that may have the field.
struct Spot {
    cost: usize,
    ty: &'static Type,
    targets: Vec<ValueId>,
    missing: Vec<&'static Field>,
}

/// Looks for a struct with a field named `key`: in the structs around `within` and below it, the nearest first.
pub(super) fn find(builder: &Builder<'_, '_>, within: &Struct<'_>, key: &str, value: Node<'_>) -> Option<Elsewhere> {
    let mut search = Search { builder, key, value, release: builder.model.release(), best: None };
    let mut from = None;
    let mut at = Some(within.id);
    let mut cost = 0;
    while let Some(id) = at {
        let data = &builder.model.values[id.0 as usize];
        if let Shape::Object(ty) = data.shape {
            search.below(Spot { cost, ty, targets: vec![id], missing: vec![] }, id == within.id, from);
            cost += OUT;
        }
        if let Step::Field(field) = data.step {
            from = Some(field);
        }
        at = data.parent;
    }
    search.best.map(|(_, place)| place)
}

struct Search<'a, 't, 'm> {
    builder: &'a Builder<'t, 'm>,
    key: &'a str,
    value: Node<'a>,
    release: Release,
    best: Option<(usize, Elsewhere)>,
}

impl Search<'_, '_, '_> {
    /// Looks in a struct, unless it is the one where the key stands, and in the structs below, but not through the field `from`.
    fn below(&mut self, start: Spot, own: bool, from: Option<&'static Field>) {
        if !own {
            self.judge(&start);
        }
        let mut level = vec![start];
        for depth in 0..DEPTH {
            let mut next = vec![];
            for spot in level {
                let steps = spot.ty.fields_in(self.release).filter(|field| !["status", "managedFields"].contains(&field.name));
                for step in steps.filter(|field| depth > 0 || Some(*field) != from) {
                    next.extend(self.enter(&spot, step, own));
                }
            }
            // What costs more than the best place found so far need not be followed.
            next.retain(|spot| self.best.as_ref().is_none_or(|(best, _)| spot.cost <= *best));
            next.iter().for_each(|spot| self.judge(spot));
            level = next;
        }
    }

    /// Goes through a field to the struct or structs behind it. A struct around the key is only entered where it is written, since what
    /// is meant by a stray key is seldom a cousin; the metadata beside a spec is the exception.
    fn enter(&self, spot: &Spot, step: &'static Field, own: bool) -> Option<Spot> {
        let written: Vec<ValueId> = if spot.missing.is_empty() {
            spot.targets.iter().filter_map(|target| self.child(*target, step)).filter(|id| self.is_sound(*id)).collect()
        } else {
            vec![]
        };
        match step.shape {
            Shape::Object(ty) if !written.is_empty() => Some(Spot { cost: spot.cost + IN, ty, targets: written, missing: vec![] }),
            Shape::Object(ty) if spot.missing.len() < MISSING && !spot.targets.is_empty() && (own || step.name == "metadata") => {
                let missing = spot.missing.iter().copied().chain([step]).collect();
                Some(Spot { cost: spot.cost + NEW, ty, targets: spot.targets.clone(), missing })
            }
            Shape::List(Shape::Object(ty)) => {
                let items = written.iter().flat_map(|list| self.children(*list)).filter(|item| self.is_sound(*item));
                let targets: Vec<_> = items.collect();
                let known = !targets.is_empty() || own && step.name == "containers";
                known.then_some(Spot { cost: spot.cost + IN, ty, targets, missing: vec![] })
            }
            _ => None,
        }
    }

    /// Keeps a struct that has the field, if it is the best so far.
    fn judge(&mut self, spot: &Spot) {
        let Some(field) = spot.ty.field(self.key).filter(|field| field.known_in(self.release)) else { return };
        let unfit = guess::unfit(field.shape, self.value);
        if unfit >= UNFIT {
            return;
        }
        let lacks = |target: &ValueId| !spot.missing.is_empty() || self.child(*target, field).is_none();
        let lacking: Vec<_> = spot.targets.iter().copied().filter(lacks).collect();
        let occupied = lacking.is_empty() && !spot.targets.is_empty();
        let cost = spot.cost + unfit + if occupied { OCCUPIED } else { 0 };
        if self.best.as_ref().is_none_or(|(best, _)| cost < *best) {
            let targets = if occupied { spot.targets.clone() } else { lacking };
            self.best = Some((cost, Elsewhere { field, ty: spot.ty, targets, missing: spot.missing.clone(), occupied }));
        }
    }

    fn is_sound(&self, id: ValueId) -> bool {
        self.builder.model.values[id.0 as usize].state == State::Sound
    }

    fn children(&self, id: ValueId) -> impl Iterator<Item = ValueId> {
        let values = &self.builder.model.values;
        std::iter::successors(values[id.0 as usize].first_child, |id| values[id.0 as usize].next_sibling)
    }

    fn child(&self, id: ValueId, field: &'static Field) -> Option<ValueId> {
        self.children(id).find(|id| matches!(self.builder.model.values[id.0 as usize].step, Step::Field(it) if it == field))
    }
}
