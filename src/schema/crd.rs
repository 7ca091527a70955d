//! The kinds that CustomResourceDefinitions define: their structural schemas as types.
//!
//! A part of a schema that is a PodSpec, a PodTemplateSpec or a container in all but name is read as that.

use crate::yaml::{self, Kind, Node, Scalar};

use super::custom::{ID, new_type, plain};
use super::facts::{Facts, Value};
use super::{Custom, Field, KindInfo, Release, Scope, Shape, Type, ty};

/// Schemas are not nested deeper.
const DEPTH: usize = 60;
/// Of a description so many bytes are kept.
const DOC: usize = 400;

/// The kinds that the CustomResourceDefinitions in a text define. They are kept for good.
pub fn definitions(text: &str) -> Vec<&'static KindInfo> {
    let mut kinds = vec![];
    for part in yaml::split(text) {
        let text = &text[part.span()];
        if !text.contains("CustomResourceDefinition") {
            continue;
        }
        let tree = yaml::parse(text);
        let Some(root) = tree.root() else { continue };
        if text_of(root, "kind").as_deref() == Some("List") {
            items(root, "items").for_each(|item| definition(item, &mut kinds));
        } else {
            definition(root, &mut kinds);
        }
    }
    kinds
}

fn definition(root: Node<'_>, kinds: &mut Vec<&'static KindInfo>) {
    if text_of(root, "kind").as_deref() != Some("CustomResourceDefinition") {
        return;
    }
    let Some(spec) = get(root, "spec") else { return };
    let (Some(group), Some(kind)) = (text_of(spec, "group"), get(spec, "names").and_then(|names| text_of(names, "kind"))) else { return };
    let kind: &'static str = kind.leak();
    let scope = if text_of(spec, "scope").as_deref() == Some("Cluster") { Scope::Cluster } else { Scope::Namespaced };
    for version in items(spec, "versions") {
        let Some(name) = text_of(version, "name") else { continue };
        let Some(schema) = get(version, "schema").and_then(|it| get(it, "openAPIV3Schema")) else { continue };
        let info = KindInfo {
            api_version: format!("{group}/{name}").leak(),
            kind,
            ty: root_type(schema, kind),
            scope,
            pod_spec: &[],
            since: Release::OLDEST,
            custom: Some(&Custom { fills_in: &[], is_like_deployment: false }),
        };
        kinds.push(Box::leak(Box::new(info)));
    }
}

/// The type of a whole object.
fn root_type(schema: Node<'_>, kind: &'static str) -> &'static Type {
    let own = struct_of(schema, kind, 0);
    let head = [("apiVersion", Shape::String), ("kind", Shape::String), ("metadata", Shape::Object(ty::OBJECT_META))];
    let own = own.into_iter().filter(|field| head.iter().all(|(name, _)| *name != field.name));
    let head = head.into_iter().map(|(name, shape)| plain(name, shape));
    let mut fields: Vec<Field> = own.chain(head).collect();
    fields.sort_by_key(|field| field.name);
    new_type(ID, kind, fields, is_open(schema), &[])
}

/// Whether unknown fields are kept.
fn is_open(schema: Node<'_>) -> bool {
    is_true(schema, "x-kubernetes-preserve-unknown-fields") || is_true(schema, "x-kubernetes-embedded-resource")
}

/// The fields that a schema lists.
fn struct_of(schema: Node<'_>, name: &'static str, depth: usize) -> Vec<Field> {
    let required: Vec<_> = items(schema, "required").map(|it| it.value()).collect();
    let properties = get(schema, "properties");
    let field = |entry: yaml::Entry<'_>| {
        let value = entry.value.resolved()?;
        let key: &'static str = entry.key.value().into_owned().leak();
        // What has a default need not be given.
        let is_required = required.iter().any(|it| it == key) && get(value, "default").is_none();
        let doc = description(value);
        Some(Field { doc, required: is_required, facts: facts_of(value), ..plain(key, shape_of(value, name, depth + 1)) })
    };
    let mut fields: Vec<Field> = properties.into_iter().flat_map(Node::entries).filter_map(field).collect();
    fields.sort_by_key(|field| field.name);
    fields.dedup_by_key(|field| field.name);
    fields
}

fn shape_of(schema: Node<'_>, name: &'static str, depth: usize) -> Shape {
    if is_true(schema, "x-kubernetes-int-or-string") {
        return Shape::IntOrString;
    }
    if depth > DEPTH {
        return Shape::Any;
    }
    let leak = |shape: Shape| -> &'static Shape { Box::leak(Box::new(shape)) };
    match text_of(schema, "type").as_deref() {
        Some("string") => match text_of(schema, "format").as_deref() {
            Some("date-time") => Shape::Time,
            _ => Shape::String,
        },
        Some("boolean") => Shape::Bool,
        Some("integer") => Shape::Int64,
        Some("number") => Shape::Double,
        Some("array") => get(schema, "items").map_or(Shape::Any, |item| Shape::List(leak(shape_of(item, name, depth + 1)))),
        Some("object") => {
            if let Some(part) = part_of_pod(schema) {
                return Shape::Object(part);
            }
            match (get(schema, "properties"), get(schema, "additionalProperties").filter(|it| matches!(it.kind(), Kind::Mapping(_)))) {
                (Some(_), _) => Shape::Object(new_type(ID, name, struct_of(schema, name, depth), is_open(schema), &[])),
                (None, Some(value)) => Shape::Map(leak(shape_of(value, name, depth + 1))),
                (None, None) => Shape::Any,
            }
        }
        _ => Shape::Any,
    }
}

/// The type of Kubernetes that a schema repeats: it has those of its fields by which people know it.
fn part_of_pod(schema: Node<'_>) -> Option<&'static Type> {
    let properties = get(schema, "properties")?;
    let has = |names: &[&str]| names.iter().all(|name| get(properties, name).is_some());
    let needs = |name: &str| items(schema, "required").any(|it| it.value() == name);
    let of_template = || get(properties, "spec").and_then(part_of_pod);
    if has(&["containers", "initContainers", "volumes", "nodeSelector", "tolerations", "serviceAccountName", "affinity"]) {
        return Some(variant(ty::POD_SPEC, properties, !needs("containers")));
    }
    if has(&["image", "command", "args", "env", "envFrom", "volumeMounts", "resources", "imagePullPolicy"]) {
        return Some(variant(ty::CONTAINER, properties, !needs("name")));
    }
    if properties.entries().count() <= 2 && has(&["spec", "metadata"]) && of_template().is_some_and(|it| it == ty::POD_SPEC) {
        return Some(ty::POD_TEMPLATE_SPEC);
    }
    None
}

/// A type of Kubernetes with the fields that a schema adds.
fn variant(ty: &'static Type, properties: Node<'_>, is_partial: bool) -> &'static Type {
    let is_new = |name: &str| ty.field(name).is_none();
    let more = properties.entries().map(|entry| entry.key.value().into_owned()).filter(|name| is_new(name));
    let more: Vec<Field> = more.map(|name| plain(name.leak(), Shape::Any)).collect();
    let mut fields: Vec<Field> = ty.fields.iter().copied().chain(more).collect();
    fields.sort_by_key(|field| field.name);
    let optional: &[&str] = if is_partial { &["containers", "image", "name"] } else { &[] };
    new_type(ty.id, ty.name, fields, true, optional)
}

/// What a schema demands of a value, as far as rules ask for it.
fn facts_of(schema: Node<'_>) -> Option<&'static Facts> {
    let items = get(schema, "items").filter(|_| text_of(schema, "type").as_deref() == Some("array"));
    let value = items.unwrap_or(schema);
    let number = |name: &str| text_of(value, name).and_then(|text| text.parse::<f64>().ok()).filter(|it| it.fract() == 0.0);
    let is_strict = |name: &str| is_true(value, name);
    let values: Vec<Value> = self::items(value, "enum")
        .filter(|it| matches!(yaml::resolve(*it), Scalar::String))
        .map(|it| Value { name: it.value().into_owned().leak(), doc: "", since: Release::OLDEST })
        .collect();
    let least = number("minimum").map(|it| it as i64 + i64::from(is_strict("exclusiveMinimum")));
    let most = number("maximum").map(|it| it as i64 - i64::from(is_strict("exclusiveMaximum")));
    let is_integer = text_of(value, "type").as_deref() == Some("integer");
    let range = (is_integer && (least.is_some() || most.is_some())).then(|| (least.unwrap_or(i64::MIN), most.unwrap_or(i64::MAX)));
    let default = get(schema, "default").filter(|it| !it.is_collection()).map(|it| -> &'static str { format!("`{}`", it.text()).leak() });
    let is_text_only = self::items(value, "enum").count() == values.len();
    let max_items = items.and_then(|_| text_of(schema, "maxItems")).and_then(|text| text.parse().ok());
    let facts = Facts {
        closed: !values.is_empty() && is_text_only,
        refuses_empty: !values.is_empty() && is_text_only,
        values: values.leak(),
        range,
        default,
        max_items,
        source: "openAPIV3Schema",
        ..Facts::NONE
    };
    (facts.closed || range.is_some() || default.is_some() || max_items.is_some()).then(|| &*Box::leak(Box::new(facts)))
}

/// The first words of a description.
fn description(schema: Node<'_>) -> &'static str {
    let text = text_of(schema, "description").unwrap_or_default();
    let end = (0..=text.len().min(DOC)).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    text[..end].to_owned().leak()
}

fn get<'t>(node: Node<'t>, key: &str) -> Option<Node<'t>> {
    node.entries().find(|entry| entry.key.value() == key)?.value.resolved()
}

fn items<'t>(node: Node<'t>, key: &str) -> impl Iterator<Item = Node<'t>> {
    get(node, key).into_iter().flat_map(Node::items).filter_map(Node::resolved)
}

fn text_of(node: Node<'_>, key: &str) -> Option<String> {
    get(node, key).filter(|it| matches!(it.kind(), Kind::Scalar(_))).map(|it| it.value().into_owned())
}

fn is_true(node: Node<'_>, key: &str) -> bool {
    get(node, key).is_some_and(|it| matches!(yaml::resolve(it), Scalar::Bool(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLEET: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: fleets.example.com}
spec:
  group: example.com
  names: {kind: Fleet, plural: fleets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1, description: How many ships.}
              speed: {type: string, enum: [Slow, Fast], default: Slow}
              ports: {type: array, items: {x-kubernetes-int-or-string: true}}
              labels: {type: object, additionalProperties: {type: string}}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true}
";

    #[test]
    fn a_schema_becomes_types() {
        let kinds = definitions(FLEET);
        let [info] = kinds[..] else { panic!("{kinds:?}") };
        assert_eq!((info.api_version, info.kind), ("example.com/v1", "Fleet"));
        let spec = info.ty.field("spec").and_then(|it| it.shape.struct_within()).expect("a struct");
        let size = spec.field("size").expect("a field");
        assert!(size.required && matches!(size.shape, Shape::Int64));
        assert_eq!((size.doc, size.facts.and_then(|it| it.range)), ("How many ships.", Some((1, i64::MAX))));
        let speed = spec.field("speed").and_then(|it| it.facts).expect("facts");
        assert_eq!((speed.closed, speed.default, speed.values.len()), (true, Some("`Slow`"), 2));
        assert!(matches!(spec.field("ports").expect("a field").shape, Shape::List(Shape::IntOrString)));
        assert!(matches!(spec.field("labels").expect("a field").shape, Shape::Map(Shape::String)));
        assert!(matches!(spec.field("free").expect("a field").shape, Shape::Any));
        assert!(!spec.is_open && info.ty.field("metadata").is_some());
    }

    #[test]
    fn what_is_no_definition_defines_nothing() {
        for text in [
            "",
            "kind: CustomResourceDefinition",
            "kind: CustomResourceDefinition\nspec: {group: a, names: {kind: B}}",
            "- CustomResourceDefinition",
        ] {
            assert!(definitions(text).is_empty(), "{text}");
        }
    }
}
