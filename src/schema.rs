//! What Kubernetes says: the kinds that the API server serves, their types and fields, by release.
//!
//! The table is made by `build.rs` from `k8s-openapi`; what that lacks (allowed values, defaults, formats, ranges, list keys)
//! are facts of our own in [`facts`]; when a field came or went says `history.rs`.

pub mod facts;
mod custom;
mod homes;
mod release;
mod synonyms;
mod table;

use std::sync::LazyLock;

pub use custom::Custom;
pub use homes::{Home, home};
pub use release::{Release, Releases};
pub use synonyms::synonym;
pub use table::ty;

/// A struct of the API: `Container`, `PodSpec`, `ObjectMeta` …
#[derive(Debug)]
pub struct Type {
    /// Dense number, for tables beside this one: an index into [`types`].
    pub id: u16,
    /// Name without the package: `Container`; with its group where another group has a type of that name: `resource/ResourceClaim`.
    pub name: &'static str,
    /// What the API documentation says of it.
    pub doc: &'static str,
    /// Sorted by name.
    pub fields: &'static [Field],
    /// What their names begin with; see [`prefix`].
    prefixes: &'static [u64],
    /// Whether it may have more fields, of which nothing is known: a part of a custom resource.
    pub is_open: bool,
    /// The fields that need not be given here, though a struct of the same type needs them elsewhere.
    pub optional: &'static [&'static str],
}

/// A field of a [`Type`].
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Dense number over all fields of all types, for tables beside this one.
    pub id: u16,
    /// As it is written in a manifest: `containerPort`.
    pub name: &'static str,
    /// What the API documentation says of it.
    pub doc: &'static str,
    /// What its value must be.
    pub shape: Shape,
    /// Required by the OpenAPI schema. What the server's validation requires beyond that is in [`facts`].
    pub required: bool,
    /// The first release that knows the field; the oldest supported release for whatever is older.
    pub since: Release,
    /// The first release that no longer knows it.
    pub until: Option<Release>,
}

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// `string`
    String,
    /// `boolean`
    Bool,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// A number with a fraction.
    Double,
    /// `resource.Quantity`: `250m`, `1Gi`.
    Quantity,
    /// `intstr.IntOrString`: `80`, `http`, `25%`.
    IntOrString,
    /// RFC 3339 time.
    Time,
    /// RFC 3339 time with exactly six decimals.
    MicroTime,
    /// Base64 text.
    Bytes,
    /// Anything: raw extensions, managed fields.
    Any,
    /// A struct.
    Object(&'static Type),
    /// A struct, or `true` or `false`: `additionalProperties` of a JSON schema.
    ObjectOrBool(&'static Type),
    /// A list.
    List(&'static Shape),
    /// A map from strings.
    Map(&'static Shape),
}

impl Shape {
    /// Whether it is a struct, a list or a map.
    pub fn is_collection(self) -> bool {
        matches!(self, Shape::Object(_) | Shape::ObjectOrBool(_) | Shape::List(_) | Shape::Map(_))
    }

    /// The struct that a value is, or is a list or map of.
    pub fn struct_within(self) -> Option<&'static Type> {
        match self {
            Shape::Object(ty) | Shape::ObjectOrBool(ty) => Some(ty),
            Shape::List(item) | Shape::Map(item) => item.struct_within(),
            _ => None,
        }
    }
}

impl Type {
    /// Whether only custom resources have it.
    pub fn is_custom(&self) -> bool {
        self.id == custom::ID
    }

    /// The field of that name, whatever the release.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        let prefix = prefix(name);
        let first = self.prefixes.partition_point(|it| *it < prefix);
        let alike = self.prefixes[first..].iter().take_while(|it| **it == prefix).count();
        self.fields[first..first + alike].iter().find(|field| field.name == name)
    }

    /// The fields that `release` knows.
    pub fn fields_in(&self, release: Release) -> impl Iterator<Item = &'static Field> + use<> {
        self.fields.iter().filter(move |field| field.known_in(release))
    }
}

/// The first eight bytes of a name as a number, which sorts as they do. Those of a type's fields lie side by side, and a search among
/// them fetches little memory.
const fn prefix(name: &str) -> u64 {
    let bytes = name.as_bytes();
    if let Some(first) = bytes.first_chunk() {
        return u64::from_be_bytes(*first);
    }
    let mut padded = [0; 8];
    let mut at = 0;
    while at < bytes.len() {
        padded[at] = bytes[at];
        at += 1;
    }
    u64::from_be_bytes(padded)
}

impl PartialEq for Type {
    /// A type that a custom resource changes in parts is still that type.
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && (self.id != custom::ID || std::ptr::eq(self.fields, other.fields))
    }
}

impl Field {
    /// Whether `release` knows the field.
    pub fn known_in(&self, release: Release) -> bool {
        self.since <= release && self.until.is_none_or(|until| release < until)
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && (self.id != custom::ID || self.name == other.name)
    }
}

/// All types, by their number; they are sorted by name.
pub fn types() -> &'static [Type] {
    table::TYPES
}

/// The types that the kinds with a PodSpec reach: those that a misplaced part of a workload can be one of.
pub fn workload_types() -> impl Iterator<Item = &'static Type> {
    static REACHED: LazyLock<Vec<&Type>> = LazyLock::new(|| {
        let mut is_reached = vec![false; types().len()];
        let mut open: Vec<&Type> = workloads().iter().map(|kind| kind.ty).collect();
        while let Some(ty) = open.pop() {
            if !std::mem::replace(&mut is_reached[usize::from(ty.id)], true) {
                open.extend(ty.fields.iter().filter_map(|field| field.shape.struct_within()));
            }
        }
        types().iter().filter(|ty| is_reached[usize::from(ty.id)]).collect()
    });
    REACHED.iter().copied()
}

/// The type of that name: `Container`.
pub fn type_named(name: &str) -> Option<&'static Type> {
    types().binary_search_by(|ty| ty.name.cmp(name)).ok().map(|at| &types()[at])
}

/// How many fields all types have together: each [`Field::id`] is below it.
pub const FIELDS: usize = table::FIELDS;

/// A kind that podls knows.
#[derive(Debug)]
pub struct KindInfo {
    /// `apps/v1`
    pub api_version: &'static str,
    /// `Deployment`
    pub kind: &'static str,
    /// Its struct.
    pub ty: &'static Type,
    /// Whether its objects are in namespaces.
    pub scope: Scope,
    /// Where its PodSpec lies, as field names: `["spec", "template", "spec"]`; empty if it has none.
    pub pod_spec: &'static [&'static str],
    /// The first release that serves it by default.
    pub since: Release,
    /// What a custom resource is; `None` for kinds of the API server.
    pub custom: Option<&'static Custom>,
}

impl KindInfo {
    /// Whether it is one of the [`workloads`].
    pub fn is_workload(&self) -> bool {
        !self.pod_spec.is_empty() && self.custom.is_none()
    }

    /// Whether its objects hold Pods, or parts of them.
    pub fn holds_pods(&self) -> bool {
        !self.pod_spec.is_empty() || self.custom.is_some()
    }

    /// Its API group; `""` for that of Pods and Services.
    pub fn group(&self) -> &'static str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

/// Where objects of a kind are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In a namespace.
    Namespaced,
    /// In the cluster as a whole.
    Cluster,
}

/// All kinds that the API server serves by default, the [`workloads`] first.
pub fn kinds() -> &'static [KindInfo] {
    table::KINDS
}

/// The nine kinds that hold a PodSpec.
pub fn workloads() -> &'static [KindInfo] {
    static COUNT: LazyLock<usize> = LazyLock::new(|| kinds().iter().take_while(|kind| kind.is_workload()).count());
    &kinds()[..*COUNT]
}

/// The kind of that apiVersion and name; a custom resource by its group, whatever the version.
pub fn kind(api_version: &str, kind: &str) -> Option<&'static KindInfo> {
    kinds().iter().find(|it| it.kind == kind && it.api_version == api_version).or_else(|| custom::kind(api_version, kind))
}
