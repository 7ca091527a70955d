//! How often which field follows which in real manifests, and what that lets expect.
//!
//! `habits.txt` holds counts: the place of a struct, the field before (`^`: none), and what came next (`$`: nothing) how often.
//! `tests/habits.rs` makes it. The counts are few, so they are smoothed three times: those of a place (`PodSpec.containers`) lean on those
//! of the type (`Container`), these on how often the type has the field at all, and this on the usual order of [`usual`](super::usual).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::schema::{self, Field, Type};

use super::usual;

/// Counts grow less than linearly in weight: what one project writes a hundred times is no law.
const DAMPING: f32 = 0.6;
/// How many structs the usual order is worth.
const USUAL: f32 = 4.0;
/// By how much the pull of a field falls with each step in the usual order.
const FADE: f32 = 0.5;
/// How far the usual order reaches.
const REACH: usize = 6;
/// How much weight the more general count has, in structs: when looking back, when looking ahead, and for a field by itself.
const BACK: f32 = 30.0;
const AHEAD: f32 = 10.0;
const ALONE: f32 = 12.0;

/// What is counted of: the structs at a place, by the field that holds them, or all of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Place(u16),
    Type(u16),
}

/// What is beside a field: another one, by its number, or the edge of the struct.
type Neighbour = Option<u16>;

/// Weights of fields, by their numbers.
#[derive(Debug, Default)]
struct Weights {
    of: HashMap<u16, f32>,
    sum: f32,
}

#[derive(Debug, Default)]
struct Habits {
    /// What comes after a field.
    back: HashMap<(Key, Neighbour), Weights>,
    /// What comes before a field.
    ahead: HashMap<(Key, Neighbour), Weights>,
    /// What there is; the sum is the number of structs.
    alone: HashMap<Key, Weights>,
}

static HABITS: LazyLock<Habits> = LazyLock::new(|| {
    let mut habits = Habits::default();
    for line in include_str!("habits.txt").lines() {
        habits.count(line);
    }
    habits.damp();
    for (ty, fields) in usual::ROWS {
        if let Some(ty) = schema::type_named(ty) {
            habits.expect(ty, &fields.split_whitespace().filter_map(|name| ty.field(name)).collect::<Vec<_>>());
        }
    }
    habits
});

impl Weights {
    fn add(&mut self, field: u16, weight: f32) {
        *self.of.entry(field).or_default() += weight;
        self.sum += weight;
    }

    fn of(&self, field: &Field) -> f32 {
        self.of.get(&field.id).copied().unwrap_or_default()
    }
}

impl Habits {
    /// Adds a line of the counts. A name that the schema does not know is passed over.
    fn count(&mut self, line: &str) -> Option<()> {
        let mut words = line.split_whitespace();
        let (place, before) = (words.next()?, words.next()?);
        let (ty, holder) = match place.split_once('.') {
            None => (schema::type_named(place)?, None),
            Some((ty, field)) => {
                let holder = schema::type_named(ty)?.field(field)?;
                (holder.shape.struct_within()?, Some(holder))
            }
        };
        let before = ty.field(before);
        for key in keys(ty, holder) {
            for (after, count) in words.clone().filter_map(|word| word.split_once('=')) {
                let (after, count) = (ty.field(after), count.parse().unwrap_or_default());
                if let Some(after) = after {
                    self.back.entry((key, before.map(|it| it.id))).or_default().add(after.id, count);
                    self.alone.entry(key).or_default().of.entry(after.id).and_modify(|it| *it += count).or_insert(count);
                }
                match before {
                    Some(before) => self.ahead.entry((key, after.map(|it| it.id))).or_default().add(before.id, count),
                    None => self.alone.entry(key).or_default().sum += count,
                }
            }
        }
        Some(())
    }

    fn damp(&mut self) {
        let pairs = self.back.values_mut().chain(self.ahead.values_mut());
        for weights in pairs {
            weights.of.values_mut().for_each(|it| *it = it.powf(DAMPING));
            weights.sum = weights.of.values().sum();
        }
        for weights in self.alone.values_mut() {
            weights.of.values_mut().for_each(|it| *it = it.powf(DAMPING));
            weights.sum = weights.sum.powf(DAMPING);
        }
    }

    /// Adds the usual order of a type, as if it had been counted a few times, with steps left out more seldom than not.
    fn expect(&mut self, ty: &'static Type, usual: &[&'static Field]) {
        let key = Key::Type(ty.id);
        for (at, field) in usual.iter().enumerate() {
            let alone = self.alone.entry(key).or_default();
            *alone.of.entry(field.id).or_default() += USUAL;
            let mut weight = USUAL;
            for before in (0..=at).rev().take(REACH) {
                let before: Neighbour = before.checked_sub(1).map(|at| usual[at].id);
                self.back.entry((key, before)).or_default().add(field.id, weight);
                if let Some(before) = before {
                    self.ahead.entry((key, Some(field.id))).or_default().add(before, weight);
                }
                weight *= FADE;
            }
        }
        self.alone.entry(key).or_default().sum += USUAL;
    }
}

/// The place in a struct where a field is about to be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    pub ty: &'static Type,
    /// The field that holds the struct, or the list or map of such structs; `None` for a whole object.
    pub holder: Option<&'static Field>,
    pub before: Option<&'static Field>,
    /// The field after it, or that it is the last; `None` if the text is still being written and nobody knows.
    pub after: Option<Option<&'static Field>>,
}

/// What the counts say of a site.
pub(super) struct Expectation {
    ty: &'static Type,
    alone: [Option<&'static Weights>; 2],
    back: [Option<&'static Weights>; 2],
    ahead: Option<[Option<&'static Weights>; 2]>,
}

impl Expectation {
    pub fn at(site: Site) -> Self {
        let habits: &'static Habits = &HABITS;
        let keys = [Some(Key::Type(site.ty.id)), site.holder.map(|field| Key::Place(field.id))];
        let id = |field: Option<&'static Field>| field.map(|it| it.id);
        Expectation {
            ty: site.ty,
            alone: keys.map(|key| habits.alone.get(&key?)),
            back: keys.map(|key| habits.back.get(&(key?, id(site.before)))),
            ahead: site.after.map(|after| keys.map(|key| habits.ahead.get(&(key?, id(after))))),
        }
    }

    /// How much a field is to be expected here: the logarithm of a probability, but for a constant.
    pub fn of(&self, field: &Field) -> f32 {
        let share = if field.required { 3.0 } else { 1.0 } / (self.ty.fields.len() as f32 + 3.0);
        let share = if is_set_by_server(field) { share / 100.0 } else { share };
        let [of_type, of_place] = self.alone;
        let alone = blend(of_type, field, share, 1.5);
        let alone = blend(of_place, field, alone, ALONE);
        let after = |rows: [Option<&Weights>; 2], weight| rows.into_iter().fold(alone / 2.0, |base, row| blend(row, field, base, weight));
        let ahead = self.ahead.map_or(0.0, |rows| 0.5 * after(rows, AHEAD).ln());
        after(self.back, BACK).ln() + 0.35 * alone.ln() + ahead
    }
}

/// The share of a field in counts that are mixed with `weight` structs of a more general share.
fn blend(row: Option<&Weights>, field: &Field, base: f32, weight: f32) -> f32 {
    row.map_or(base, |row| (row.of(field) + weight * base) / (row.sum + weight))
}

/// What nobody writes by hand: it comes from the server or from a manifest that was read back.
pub(super) fn is_set_by_server(field: &Field) -> bool {
    const NAMES: &[&str] = &[
        "status",
        "managedFields",
        "generation",
        "uid",
        "resourceVersion",
        "selfLink",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "ownerReferences",
        "ephemeralContainers",
        "serviceAccount",
    ];
    NAMES.contains(&field.name)
}

fn keys(ty: &'static Type, holder: Option<&'static Field>) -> impl Iterator<Item = Key> {
    std::iter::once(Key::Type(ty.id)).chain(holder.map(|field| Key::Place(field.id)))
}
