//! What was probably meant by a key that the struct does not know.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::schema::{self, Field, Release, Shape, Type};
use crate::text::{distance, fold};
use crate::yaml::{self, Entry, Kind, Node, Scalar};

use super::elsewhere::{self, Elsewhere};
use super::model::Builder;
use super::value::ValueId;

/// What was probably meant by an unknown key.
#[derive(Clone, Debug, PartialEq)]
pub enum Guess {
    /// This field, misspelled.
    Rename(&'static Field),
    /// One of these fields, the likelier one first.
    OneOf(Vec<&'static Field>),
    /// The field is right, but the release is too old for it.
    Newer(&'static Field),
    /// The field was right until the release that it names as [`Field::until`].
    Gone(&'static Field),
    /// The struct is a pair of `name` and `value`, and the key is the name: `- PORT: 8080`.
    Pair,
    /// The fields of the struct are one level too deep, below a key of its own: `- container: {name: web}`.
    Wrapper,
    /// Another struct has such a field, or a map may be meant.
    Elsewhere(Elsewhere),
    /// No suggestion.
    Nothing,
}

impl Guess {
    /// The field as which the value is read.
    pub fn read_as(&self) -> Option<&'static Field> {
        match self {
            Guess::Rename(field) => Some(field),
            Guess::Elsewhere(place) => place.field,
            Guess::OneOf(_) | Guess::Newer(_) | Guess::Gone(_) | Guess::Pair | Guess::Wrapper | Guess::Nothing => None,
        }
    }
}

/// What a letter that differs costs; smaller differences are weighed against it.
const LETTER: usize = 10;
/// A value that could not be one of the field.
pub(super) const UNFIT: usize = 8;
/// Two fields whose costs are nearer than this are hard to distinguish.
const MARGIN: usize = 2;

/// The struct in which an unknown key is.
pub(super) struct Struct<'a> {
    pub id: ValueId,
    pub ty: &'static Type,
    /// The fields that it has already.
    pub taken: &'a [&'static Field],
}

/// Guesses what `entry` means in a struct.
pub(super) fn field(builder: &Builder<'_, '_>, within: &Struct<'_>, entry: Entry<'_>) -> Guess {
    let release = builder.model.release();
    let key = entry.key.key_text();
    if let Some(field) = within.ty.field(&key) {
        return if field.since > release { Guess::Newer(field) } else { Guess::Gone(field) };
    }
    let mut near = nearest(within, &key, entry.value, release);
    if let Some(guess) = chosen(&near, LETTER + UNFIT - 1) {
        return guess;
    }
    if let Some(field) = synonym(within, &key, entry.value) {
        return Guess::Rename(field);
    }
    if is_pair(within, entry) {
        return Guess::Pair;
    }
    if is_wrapper(within, entry) {
        return Guess::Wrapper;
    }
    if let Some(place) = elsewhere::find(builder, within, &key, entry.value) {
        return Guess::Elsewhere(place);
    }
    near.retain(|(cost, field)| *cost < allowed(key.len().min(field.name.len())) * LETTER + UNFIT);
    chosen(&near, usize::MAX).unwrap_or(Guess::Nothing)
}

/// Whether any type has a field of that name.
pub(super) fn is_field_name(key: &str) -> bool {
    FIELD_NAMES.contains(key)
}

/// The names of all fields of all types.
static FIELD_NAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| schema::types().iter().flat_map(|ty| ty.fields.iter().map(|field| field.name)).collect());

/// The likeliest field that costs less than `limit`; several if they are hard to distinguish.
fn chosen(near: &[(usize, &'static Field)], limit: usize) -> Option<Guess> {
    let (best, field) = near.first().copied().filter(|(cost, _)| *cost < limit)?;
    let rivals: Vec<_> = near.iter().take_while(|(cost, _)| *cost < best + MARGIN).map(|(_, field)| *field).collect();
    Some(if rivals.len() > 1 { Guess::OneOf(rivals) } else { Guess::Rename(field) })
}

/// The fields whose names are near `key`, with what speaks against them; the likeliest first.
fn nearest(within: &Struct<'_>, key: &str, value: Node<'_>, release: Release) -> Vec<(usize, &'static Field)> {
    let word = fold(key);
    if word.is_empty() {
        return vec![];
    }
    let free = within.ty.fields_in(release).filter(|field| !within.taken.contains(field));
    let cost = |field: &'static Field| {
        let name = fold(field.name);
        let most = allowed(word.len().max(name.len())) + 1;
        let spelling = spelling(&word, &name, most).filter(|it| *it <= most * LETTER)?;
        Some((spelling + unfit(field.shape, value), field))
    };
    let mut near: Vec<_> = free.filter_map(cost).collect();
    near.sort_by_key(|(cost, field)| (*cost, field.name));
    near
}

/// What speaks against `word` being a misspelled `name`; both folded. `None` where more than `most` letters differ.
fn spelling(word: &str, name: &str, most: usize) -> Option<usize> {
    if word == name {
        return Some(0);
    }
    let half_typed = word.len() >= 3 && name.starts_with(word);
    let letters = if half_typed { LETTER + (name.len() - word.len()).min(4) - 1 } else { distance(word, name, most)? * LETTER };
    Some(letters + usize::from(!name.starts_with(&word[..word.chars().next().map_or(0, char::len_utf8)])) * 2)
}

/// How many letters may differ in a word of `length` letters.
fn allowed(length: usize) -> usize {
    match length {
        0..=4 => 1,
        5..=9 => 2,
        _ => 3,
    }
}

/// Whether an entry with a scalar is the only one of a struct of `name` and `value`.
fn is_pair(within: &Struct<'_>, entry: Entry<'_>) -> bool {
    let is_of_pairs = ["name", "value"].iter().all(|name| within.ty.field(name).is_some());
    let is_alone = || entry.key.parent().is_some_and(|it| it.entries().count() == 1);
    is_of_pairs && is_alone() && matches!(entry.value.kind(), Kind::Scalar(_))
}

/// Whether all that is below a key are fields of the struct that has the key.
fn is_wrapper(within: &Struct<'_>, entry: Entry<'_>) -> bool {
    let belongs = |key: Node<'_>| within.ty.field(&key.key_text()).is_some_and(|field| !within.taken.contains(&field));
    let mut keys = entry.value.entries().map(|it| it.key).peekable();
    keys.peek().is_some() && keys.all(belongs)
}

/// The field that the key means in another vocabulary: `environment` for `env`.
fn synonym(within: &Struct<'_>, key: &str, value: Node<'_>) -> Option<&'static Field> {
    let field = within.ty.field(schema::synonym(within.ty, key)?)?;
    (unfit(field.shape, value) < UNFIT && !within.taken.contains(&field)).then_some(field)
}

/// What speaks against a node being a value of that shape: 0 is a value like any other, from [`UNFIT`] on it is of another kind. Text
/// may stand for a number and the other way round: that is a slip of its own.
pub(super) fn unfit(shape: Shape, node: Node<'_>) -> usize {
    let Some(node) = node.resolved() else { return 0 };
    match (node.kind(), shape) {
        (_, Shape::Any) | (Kind::Empty | Kind::Template | Kind::Alias, _) => 0,
        (Kind::Scalar(_), _) => scalar_unfit(yaml::resolve(node), shape, node),
        (Kind::Mapping(_), Shape::Object(ty) | Shape::ObjectOrBool(ty)) => strangers(ty, node),
        (Kind::Mapping(_), Shape::Map(_)) => 1,
        (Kind::Sequence(_), Shape::List(Shape::Object(ty))) => match node.items().next() {
            Some(item) if matches!(item.kind(), Kind::Mapping(_)) => strangers(ty, item),
            Some(item) if matches!(item.kind(), Kind::Scalar(_)) => UNFIT - 1,
            _ => 0,
        },
        (Kind::Sequence(_), Shape::List(_)) => match node.items().next() {
            Some(item) if matches!(item.kind(), Kind::Mapping(_)) => UNFIT - 1,
            _ => 0,
        },
        _ => UNFIT,
    }
}

fn scalar_unfit(scalar: Scalar, shape: Shape, node: Node<'_>) -> usize {
    match (scalar, shape) {
        (Scalar::Null, _) | (Scalar::Bool(_), Shape::Bool | Shape::ObjectOrBool(_)) => 0,
        (_, Shape::Object(_) | Shape::ObjectOrBool(_) | Shape::List(_) | Shape::Map(_)) => UNFIT,
        (Scalar::Int(_), Shape::Int32 | Shape::Int64 | Shape::IntOrString | Shape::Quantity | Shape::Double) => 0,
        (Scalar::Float(_), Shape::Quantity | Shape::Double) => 0,
        (Scalar::String, Shape::String | Shape::IntOrString | Shape::Time | Shape::MicroTime | Shape::Bytes) => 0,
        (Scalar::String, Shape::Quantity) if node.value().starts_with(|c: char| c.is_ascii_digit()) => 0,
        (_, Shape::String) => 2,
        _ => 5,
    }
}

/// How many keys of a mapping are unknown to a type, from 0 (none) to 6 (all).
fn strangers(ty: &Type, node: Node<'_>) -> usize {
    let (mut all, mut strange) = (0, 0);
    for entry in node.entries().take(20) {
        all += 1;
        strange += usize::from(ty.field(&entry.key.key_text()).is_none());
    }
    (strange * 6).checked_div(all).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::{Issue, Model};

    /// The guess for the only unknown key of a Pod.
    fn guessed(spec: &str) -> Guess {
        let text = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {spec}\n");
        let model = Model::new(yaml::parse(text.as_str()), Release::default());
        let mut guesses = model.issues().iter().filter_map(|issue| match issue {
            Issue::UnknownField { guess, .. } => Some(guess.clone()),
            _ => None,
        });
        let guess = guesses.next().unwrap_or_else(|| panic!("no unknown key in {text}"));
        assert!(guesses.next().is_none(), "{text}");
        guess
    }

    #[test]
    fn slips_of_the_hand() {
        for (written, meant) in [
            ("contianers: [{name: a}]", "containers"),
            ("container: [{name: a}]", "containers"),
            ("containres: [{name: a}]", "containers"),
            ("contai: [{name: a}]", "containers"),
            ("Containers: [{name: a}]", "containers"),
            ("init_containers: [{name: a}]", "initContainers"),
            ("hostNetowrk: true", "hostNetwork"),
            ("restartpolicy: Always", "restartPolicy"),
            ("volums: [{name: a, emptyDir: {}}]", "volumes"),
            ("containers: [{imgae: a}]", "image"),
            ("containers: [{images: a}]", "image"),
            ("containers: [{volumMounts: [{mountPath: /a}]}]", "volumeMounts"),
            ("containers: [{enviroment: [{name: A}]}]", "env"),
            ("containers: [{envs: [{name: A}]}]", "env"),
            ("containers: [{envfrom: [{prefix: A}]}]", "envFrom"),
            ("containers: [{commad: [a]}]", "command"),
            ("containers: [{ports: [{conatinerPort: 80}]}]", "containerPort"),
            ("containers: [{ports: [{port: 80}]}]", "containerPort"),
            ("hostAliases: [{iip: 1.2.3.4}]", "ip"),
            ("volumes: [{rdb: {monitors: [], image: a}}]", "rbd"),
            ("volumes: [{nsf: {server: a, path: /}}]", "nfs"),
            ("volumes: [{pvc: {claimName: a}}]", "persistentVolumeClaim"),
        ] {
            match guessed(&format!("{{{written}}}")) {
                Guess::Rename(field) => assert_eq!(field.name, meant, "{written}"),
                other => panic!("{written}: {other:?}"),
            }
        }
    }

    #[test]
    fn misplaced_keys() {
        for (spec, inside, targets) in [
            ("{containers: [{volumes: []}]}", "spec", 1),
            ("{image: a, containers: [{name: a}]}", "containers", 1),
            ("{image: a, containers: [{name: a}, {name: b}]}", "containers", 2),
            ("{image: a, containers: [{name: a, image: a}, {name: b}]}", "containers", 1),
            ("{containers: [{limits: {cpu: 1}}]}", "resources", 1),
            ("{containers: [{cpu: 1}]}", "limits", 1),
            ("{containers: [{livenessProbe: {path: /}}]}", "httpGet", 1),
            ("{containers: [{livenessProbe: {httpGet: {port: 1, periodSeconds: 1}}}]}", "livenessProbe", 1),
            ("{containers: [{env: [{name: A, secretKeyRef: {name: a, key: a}}]}]}", "valueFrom", 1),
            ("{containers: [{securityContext: {fsGroup: 1}}]}", "securityContext", 1),
            ("{volumes: [{name: a, medium: Memory}]}", "emptyDir", 1),
            ("{labels: {a: b}}", "metadata", 1),
        ] {
            match guessed(spec) {
                Guess::Elsewhere(place) => assert_eq!((place.inside, place.targets.len()), (inside, targets), "{spec}: {place:?}"),
                other => panic!("{spec}: {other:?}"),
            }
        }
    }

    #[test]
    fn nothing_like_it() {
        for spec in ["{frobnicate: 1}", "{x: 1}", "{containers: [{version: 1}]}"] {
            assert_eq!(guessed(spec), Guess::Nothing, "{spec}");
        }
    }
}
