//! What was probably meant by a key that the struct does not know.

use crate::schema::{self, Field, Release, Shape, Type};
use crate::yaml::{self, Entry, Kind, Node, Scalar};

/// How far down a misplaced field is looked for.
const DEPTH: usize = 4;

/// What was probably meant by an unknown key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Guess {
    /// This field, misspelt.
    Rename(&'static Field),
    /// The field is right, but the release is too old for it.
    Newer(&'static Field),
    /// The field was right until the release that it names as [`Field::until`].
    Gone(&'static Field),
    /// A field of a struct that holds this one.
    Outer {
        /// The struct that knows the field.
        ty: &'static Type,
        /// The field.
        field: &'static Field,
    },
    /// A field of a struct below this one.
    Inner {
        /// The struct that knows the field.
        ty: &'static Type,
        /// The field.
        field: &'static Field,
        /// The fields that lead from here to it; where one is a list, to its first item.
        path: [Option<&'static Field>; DEPTH],
    },
    /// Nobody knows.
    Nothing,
}

impl Guess {
    /// The field as which the value is read.
    pub fn read_as(self) -> Option<&'static Field> {
        match self {
            Guess::Rename(field) | Guess::Outer { field, .. } | Guess::Inner { field, .. } => Some(field),
            Guess::Newer(_) | Guess::Gone(_) | Guess::Nothing => None,
        }
    }
}

/// Guesses what `entry` means in a struct of type `ty`, which already has the fields `taken` and stands in structs of the types `outer`
/// (outermost first, `ty` last).
pub(super) fn field(ty: &'static Type, entry: Entry<'_>, taken: &[&'static Field], outer: &[&'static Type], release: Release) -> Guess {
    let key = entry.key.key_text();
    let fits = |field: &Field| fits(field.shape, entry.value);
    if let Some(field) = ty.field(&key) {
        return if field.since > release { Guess::Newer(field) } else { Guess::Gone(field) };
    }
    let free = || ty.fields_in(release).filter(|field| !taken.contains(field));
    let folded = fold(&key);
    if let Some(field) = free().find(|field| fold(field.name) == folded) {
        return Guess::Rename(field);
    }
    let nearest = free()
        .map(|field| (strsim::osa_distance(&folded, &fold(field.name)), field))
        .filter(|(distance, field)| *distance <= allowed(folded.len().min(field.name.len())))
        .min_by_key(|(distance, field)| (!fits(field), *distance, field.name.chars().next() != key.chars().next(), field.name));
    if let Some((1, field)) = nearest
        && fits(field)
    {
        return Guess::Rename(field);
    }
    if let Some(field) = schema::synonym(ty, &key).and_then(|name| ty.field(name))
        && fits(field)
        && !taken.contains(&field)
    {
        return Guess::Rename(field);
    }
    let elsewhere = outward(outer, &key, release).or_else(|| inward(ty, &key, release));
    if let Some(guess) = elsewhere.filter(|guess| guess.read_as().is_some_and(fits)) {
        return guess;
    }
    nearest.map_or(Guess::Nothing, |(_, field)| Guess::Rename(field))
}

/// How many letters may differ in a word of `length` letters.
fn allowed(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=4 => 1,
        5..=9 => 2,
        _ => 3,
    }
}

/// Letters and digits only, in lower case: `container_port` and `ContainerPort` are the same word.
fn fold(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a node could be a value of that shape. Text may stand for a number and the other way round: that is a slip of its own.
pub(super) fn fits(shape: Shape, node: Node<'_>) -> bool {
    match (shape, node.resolved().map(Node::kind)) {
        (Shape::Any, _) | (_, None | Some(Kind::Empty | Kind::Template | Kind::Alias)) => true,
        (Shape::Object(_) | Shape::Map(_), Some(kind)) => matches!(kind, Kind::Mapping(_)) || is_null(node),
        (Shape::List(_), Some(kind)) => matches!(kind, Kind::Sequence(_)) || is_null(node),
        (_, Some(kind)) => matches!(kind, Kind::Scalar(_)),
    }
}

fn is_null(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Scalar(_)) && yaml::resolve(node) == Scalar::Null
}

fn outward(outer: &[&'static Type], key: &str, release: Release) -> Option<Guess> {
    let around = outer.iter().rev().skip(1);
    around
        .filter_map(|ty| Some((ty, ty.field(key)?)))
        .find(|(_, field)| field.known_in(release))
        .map(|(ty, field)| Guess::Outer { ty, field })
}

/// Looks for the field in the structs below, the nearest first.
fn inward(ty: &'static Type, key: &str, release: Release) -> Option<Guess> {
    let mut level: Vec<(&'static Type, [Option<&'static Field>; DEPTH])> = vec![(ty, [None; DEPTH])];
    for depth in 0..DEPTH {
        let mut next = vec![];
        for (ty, path) in level {
            for step in ty.fields_in(release).filter(|field| field.name != "status" && field.name != "managedFields") {
                let below = match step.shape {
                    Shape::Object(below) => below,
                    Shape::List(Shape::Object(below)) if step.name == "containers" => below,
                    _ => continue,
                };
                let mut path = path;
                path[depth] = Some(step);
                if let Some(field) = below.field(key).filter(|field| field.known_in(release)) {
                    return Some(Guess::Inner { ty: below, field, path });
                }
                next.push((below, path));
            }
        }
        level = next;
    }
    None
}
