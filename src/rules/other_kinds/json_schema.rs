//! The schemas of custom resources.

use crate::diagnostic::Reason;
use crate::pod::{Value, cel, go_regexp};
use crate::yaml::{self, Kind, Node, Scalar};

use super::{Report, expressions, has, lacking_any, superfluous, text_or_empty, texts_of};

/// Where a schema is (`level` of the server).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Item,
    Field,
}

/// The fields that the root of a schema may have beside a status subresource (`allowedFieldsAtRootSchema`).
const AT_ROOT: [&str; 22] = [
    "description",
    "type",
    "format",
    "title",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "multipleOf",
    "required",
    "items",
    "properties",
    "externalDocs",
    "example",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
];

/// `validateCustomResourceDefinitionVersion`
pub(super) fn version<'m>(version: Value<'m>, report: &mut Report<'m>) {
    if let Some(warning) = version.entry("deprecationWarning").filter(|it| !it.is_null())
        && !version.is_true("deprecated")
        && version.is_certain_of("deprecated")
    {
        superfluous(warning, Reason::Invalid.of("`deprecationWarning` requires `deprecated: true`"), report);
    }
    let Some(schema) = version.at(&["schema", "openAPIV3Schema"]) else { return };
    selectable_fields(version, schema, report);
    let status = version.get("subresources").is_some_and(|it| has(it, "status"));
    if status {
        let stranger = schema.children().find(|child| {
            child.field().is_some_and(|field| !AT_ROOT.contains(&field.name)) && !child.is_absent() && child.bool() != Some(false)
        });
        if let Some(stranger) = stranger {
            let path = schema.path();
            let name = stranger.field().map_or("", |field| field.name);
            let message = format!("with a `status` subresource, `{name}` is not allowed at the root of the schema");
            superfluous(stranger, Reason::Invalid.of(message), report).field = path;
        }
    }
    if let Some(value) = schema.get("nullable").filter(|value| value.bool() == Some(true)) {
        report.on(value, Reason::Forbidden.of("the root of the schema cannot be `nullable`"));
    }
    structural(schema, Level::Root, report);
    open_api(schema, Defaults::Allowed, report);
}

/// `ValidateCustomResourceSelectableFields`
fn selectable_fields<'m>(version: Value<'m>, schema: Value<'m>, report: &mut Report<'m>) {
    let mut seen: Vec<String> = vec![];
    for path in version.list("selectableFields").filter_map(|item| item.get("jsonPath")) {
        let Some(text) = path.text().filter(|text| !text.is_empty()) else { continue };
        let message = match find(schema, &text, false) {
            Found::Nothing => format!("the schema has no field `{text}`"),
            Found::Schema(_) if text.starts_with(".metadata") => "a selectable field must not be in `metadata`".to_owned(),
            Found::Schema(found) if text_or_empty(found, "type").is_some_and(|ty| !["string", "boolean", "integer"].contains(&&*ty)) => {
                "a selectable field must be a string, boolean, or integer".to_owned()
            }
            _ if seen.contains(&text.to_string()) => format!("duplicate `{text}`"),
            _ => {
                seen.push(text.into_owned());
                continue;
            }
        };
        report.on(path, Reason::Invalid.of(message));
    }
}

/// What a path leads to in a schema.
enum Found<'m> {
    Schema(Value<'m>),
    Nothing,
    /// The schema does not say.
    Unknown,
}

/// `ValidFieldPath`: the schema of the field that a path like `.spec.title` names.
fn find<'m>(schema: Value<'m>, path: &str, brackets: bool) -> Found<'m> {
    let mut at = schema;
    let mut rest = path;
    if rest.is_empty() || !rest.starts_with(['.', '[']) {
        return Found::Nothing;
    }
    while !rest.is_empty() {
        let name = if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            rest = &after[end..];
            &after[..end]
        } else {
            let Some((name, after)) = rest.strip_prefix("['").and_then(|rest| rest.split_once("']")).filter(|_| brackets) else {
                return Found::Nothing;
            };
            rest = after;
            name
        };
        if name.is_empty() || name.contains([' ', '/', '\'', '"']) && !brackets {
            return Found::Nothing;
        }
        let properties = at.get("properties");
        let property = properties.and_then(|map| map.children().find(|entry| entry.key_text().is_some_and(|key| key == name)));
        at = match property {
            Some(property) if property.is_sound() => property,
            Some(_) => return Found::Unknown,
            None => match at.entry("additionalProperties").filter(|it| !it.is_null()) {
                Some(any) if any.is_sound() && any.children().next().is_some() => any,
                Some(_) => return Found::Unknown,
                None if at.node().is_open() || properties.is_some_and(|map| map.node().is_open()) => return Found::Unknown,
                // These are known without being described.
                None if at == schema && ["metadata", "apiVersion", "kind"].contains(&name) => return Found::Unknown,
                None => return Found::Nothing,
            },
        };
    }
    Found::Schema(at)
}

fn is_true(schema: Value<'_>, field: &str) -> bool {
    schema.is_true(field)
}

/// The schemas in a map, each with its key.
fn entries<'m>(schema: Value<'m>, field: &str) -> impl Iterator<Item = Value<'m>> {
    schema.get(field).into_iter().flat_map(|map| map.children()).filter(|entry| entry.is_sound() || entry.is_null())
}

/// The schema of all further keys, if one is written.
fn additional(schema: Value<'_>) -> Option<Value<'_>> {
    schema.get("additionalProperties").filter(|it| matches!(it.node().kind(), Kind::Mapping(_)))
}

/// `validateStructuralInvariants`
fn structural<'m>(schema: Value<'m>, level: Level, report: &mut Report<'m>) {
    let Some(ty) = text_or_empty(schema, "type") else { return };
    let is_certain = schema.is_certain_of("type");
    if ty == "array" && !has(schema, "items") {
        lacking_any(schema, "items", "`type: array` requires `items`".to_owned(), report);
    }
    if let Some(items) = schema.get("items") {
        structural(items, Level::Item, report);
    }
    entries(schema, "properties").for_each(|property| structural(property, Level::Field, report));
    if let Some(value) = schema.entry("additionalProperties").filter(|it| !it.is_null()) {
        if level == Level::Root {
            superfluous(value, Reason::Forbidden.of("`additionalProperties` is not allowed at the root of the schema"), report);
        } else if is_true(schema, EMBEDDED) {
            superfluous(value, Reason::Forbidden.of(format!("`additionalProperties` is not allowed with `{EMBEDDED}`")), report);
        }
        if let Some(values) = additional(schema) {
            structural(values, Level::Field, report);
        }
    }
    let int_or_string = is_true(schema, INT_OR_STRING);
    if int_or_string {
        for other in [PRESERVE, EMBEDDED] {
            if let Some(value) = schema.get(other).filter(|value| value.bool() == Some(true)) {
                superfluous(value, Reason::Invalid.of(format!("`{other}` is not allowed with `{INT_OR_STRING}`")), report);
            }
        }
    }
    junctors(schema, schema, int_or_string, report);
    pattern(schema, report);
    if is_true(schema, EMBEDDED) && ty != "object" {
        wrong_type(schema, "object", &format!("`{EMBEDDED}`"), report);
    } else if ty.is_empty() && !int_or_string && !is_true(schema, PRESERVE) {
        if is_certain && schema.is_certain_of(INT_OR_STRING) && schema.is_certain_of(PRESERVE) {
            let message = match level {
                Level::Root => "the root of the schema requires `type: object`",
                Level::Item => "the schema of the items requires `type`",
                Level::Field => "the schema of a field requires `type`",
            };
            if schema.entry("type").is_some_and(|value| value.is_absent()) || schema.is_sound() {
                lacking_any(schema, "type", message.to_owned(), report);
            }
        }
    } else if level == Level::Root && ty != "object" && !ty.is_empty() {
        wrong_type(schema, "object", "the root of a schema", report);
    }
    if is_true(schema, EMBEDDED) && !is_true(schema, PRESERVE) && !schema.gives("properties") {
        let message = format!("`{EMBEDDED}` requires `properties`, or `{PRESERVE}: true`");
        lacking_any(schema, "properties", message, report);
    }
    if level == Level::Root || is_true(schema, EMBEDDED) {
        for property in entries(schema, "properties") {
            let wanted = match property.key_text().as_deref() {
                Some("kind" | "apiVersion") => "string",
                Some("metadata") => "object",
                _ => continue,
            };
            if text_or_empty(property, "type").is_some_and(|ty| ty != wanted && !ty.is_empty()) {
                wrong_type(property, wanted, "it", report);
            }
        }
    }
    if level == Level::Root {
        metadata(schema, report);
    }
}

const INT_OR_STRING: &str = "x-kubernetes-int-or-string";
const PRESERVE: &str = "x-kubernetes-preserve-unknown-fields";
const EMBEDDED: &str = "x-kubernetes-embedded-resource";
const LIST_TYPE: &str = "x-kubernetes-list-type";
const LIST_KEYS: &str = "x-kubernetes-list-map-keys";
const MAP_TYPE: &str = "x-kubernetes-map-type";
const RULES: &str = "x-kubernetes-validations";

/// Says that a schema must be of another type: at the type, or where it is missing.
fn wrong_type<'m>(schema: Value<'m>, wanted: &str, because: &str, report: &mut Report<'m>) {
    let message = format!("{because} requires `type: {wanted}`");
    match schema.get("type").filter(|value| !value.is_absent()) {
        Some(value) => _ = report.on(value, Reason::Invalid.of(message)),
        None => lacking_any(schema, "type", message, report),
    }
}

/// `validateStructuralMetadataInvariants`: of the metadata only the names can be restricted.
fn metadata<'m>(schema: Value<'m>, report: &mut Report<'m>) {
    let Some(metadata) = entries(schema, "properties").find(|it| it.key_text().is_some_and(|key| key == "metadata")) else { return };
    let only_names = |map: Value<'m>| map.children().all(|it| it.key_text().is_some_and(|key| ["name", "generateName"].contains(&&*key)));
    let stranger = metadata.children().find(|child| match child.field().map(|field| field.name) {
        Some("type") => false,
        Some("properties") => !child.is_absent() && !only_names(*child),
        Some("description" | "title" | "nullable" | "additionalProperties" | "items") => !child.is_absent() && child.bool() != Some(false),
        Some(PRESERVE | EMBEDDED | INT_OR_STRING) => child.bool() == Some(true),
        Some(LIST_TYPE | MAP_TYPE) => !child.is_null(),
        _ => false,
    });
    if let Some(stranger) = stranger {
        let path = metadata.path();
        let message = "of `metadata` a schema can only restrict `name` and `generateName`";
        superfluous(stranger, Reason::Forbidden.of(message), report).field = path;
    }
}

/// `validateValueValidation`: what is in `allOf`, `anyOf`, `oneOf` and `not` only restricts.
fn junctors<'m>(schema: Value<'m>, described: Value<'m>, int_or_string: bool, report: &mut Report<'m>) {
    for junctor in ["anyOf", "allOf", "oneOf"] {
        for (at, part) in schema.list(junctor).filter(|part| part.is_sound()).enumerate() {
            let is_pattern = |list: Option<Value<'m>>| int_or_string && list.is_some_and(is_int_or_string);
            if junctor == "anyOf" && is_pattern(schema.get(junctor)) {
                continue;
            }
            let skips = junctor == "allOf" && at == 0 && is_pattern(part.get("anyOf"));
            nested(part, described, skips, report);
        }
    }
    if let Some(not) = schema.get("not") {
        nested(not, described, false, report);
    }
}

/// `anyOf: [{type: integer}, {type: string}]`
fn is_int_or_string(list: Value<'_>) -> bool {
    let types: Vec<_> = list.children().map(|part| text_or_empty(part, "type")).collect();
    types.len() == 2
        && types[0].as_deref() == Some("integer")
        && types[1].as_deref() == Some("string")
        && list.children().all(|part| part.children().count() == 1)
}

/// `validateNestedValueValidation`, `validateNestedValueValidationCompleteness`
fn nested<'m>(schema: Value<'m>, described: Value<'m>, skips_any_of: bool, report: &mut Report<'m>) {
    for child in schema.children() {
        let Some(field) = child.field() else { continue };
        let is_forbidden = match field.name {
            "type" | "title" | "description" | LIST_KEYS | RULES => !child.is_absent(),
            "additionalProperties" | "default" | LIST_TYPE | MAP_TYPE => !child.is_null(),
            "nullable" | PRESERVE | EMBEDDED | INT_OR_STRING => child.bool() == Some(true),
            _ => false,
        };
        if is_forbidden {
            let message = format!("`{}` is not allowed in `allOf`, `anyOf`, `oneOf` and `not`; move it outside", field.name);
            superfluous(child, Reason::Forbidden.of(message), report);
        }
    }
    if skips_any_of {
        schema.list("allOf").filter(|part| part.is_sound()).for_each(|part| nested(part, described, false, report));
    } else {
        junctors(schema, described, false, report);
    }
    pattern(schema, report);
    if let Some(items) = schema.get("items") {
        match described.get("items") {
            Some(described) => nested(items, described, false, report),
            None if described.entry("items").is_none() && !described.node().is_open() => {
                let path = described.path_to("items");
                report
                    .on_key(items, Reason::Required.of("`items` must also be described outside of `allOf`, `anyOf`, `oneOf` and `not`"))
                    .field = path;
            }
            None => {}
        }
    }
    for property in entries(schema, "properties") {
        let Some(key) = property.key_text() else { continue };
        if key == "metadata" {
            report.on_key(property, Reason::Forbidden.of("`metadata` must not be restricted in `allOf`, `anyOf`, `oneOf` and `not`"));
            continue;
        }
        let same = entries(described, "properties").find(|it| it.key_text().as_deref() == Some(&key));
        match same {
            Some(described) => nested(property, described, false, report),
            None if described.is_certain() && described.entry("properties").is_none_or(Value::is_sound) => {
                let path = format!("{}[{key}]", described.path_to("properties"));
                let message = format!("`{key}` must also be described outside of `allOf`, `anyOf`, `oneOf` and `not`");
                report.on_key(property, Reason::Required.of(message)).field = path;
            }
            None => {}
        }
    }
}

/// A pattern must be a regular expression of Go; only what is certainly none is reported.
fn pattern<'m>(schema: Value<'m>, report: &mut Report<'m>) {
    let Some((value, text)) = schema.get("pattern").and_then(|value| Some((value, value.text()?))) else { return };
    if let Err(words) = go_regexp::check(&text) {
        report.on(value, Reason::Invalid.of(format!("not a valid regular expression: {words}")));
    }
}

/// Whether a schema may have defaults.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Defaults {
    Allowed,
    /// Not at the root's `metadata`, `kind` and `apiVersion`.
    Forbidden,
}

/// `ValidateCustomResourceDefinitionOpenAPISchema`
fn open_api<'m>(schema: Value<'m>, defaults: Defaults, report: &mut Report<'m>) {
    let is_root = schema.field().is_some_and(|field| field.name == "openAPIV3Schema");
    if let Some(value) = schema.get("uniqueItems").filter(|value| value.bool() == Some(true)) {
        report.on(value, Reason::Forbidden.of(format!("`uniqueItems` is not supported; use `{LIST_TYPE}: set`")));
    }
    if let Some(value) = schema.entry("additionalProperties").filter(|it| !it.is_null() && it.bool() != Some(true))
        && schema.gives("properties")
        && !is_root
    {
        superfluous(value, Reason::Forbidden.of("`additionalProperties` and `properties` are mutually exclusive"), report);
    }
    if let Some(value) = schema.get(PRESERVE).filter(|value| value.bool() == Some(false)) {
        superfluous(value, Reason::Invalid.of(format!("`{PRESERVE}` must be `true` or not set")), report);
    }
    lists(schema, report);
    rules(schema, report);
    if let Some(default) = schema.entry("default").filter(|it| !it.is_null()) {
        if defaults == Defaults::Forbidden {
            superfluous(default, Reason::Forbidden.of("`default` is not allowed in `metadata`, `kind` and `apiVersion`"), report);
        } else if let Err(words) = fits(default.node(), schema, 0) {
            report.on(default, Reason::Invalid.of(format!("the default does not fit the schema: {words}")));
        }
    }
    for property in entries(schema, "properties") {
        let of_meta = is_root && property.key_text().is_some_and(|key| ["metadata", "kind", "apiVersion"].contains(&&*key));
        open_api(property, if of_meta { Defaults::Forbidden } else { defaults }, report);
    }
    for within in [schema.get("items"), additional(schema), schema.get("not")].into_iter().flatten() {
        open_api(within, defaults, report);
    }
    for junctor in ["anyOf", "allOf", "oneOf"] {
        schema.list(junctor).filter(|part| part.is_sound()).for_each(|part| open_api(part, Defaults::Allowed, report));
    }
}

/// The extensions for lists and maps.
fn lists<'m>(schema: Value<'m>, report: &mut Report<'m>) {
    let Some(ty) = text_or_empty(schema, "type").filter(|_| schema.is_certain_of("type")) else { return };
    if has(schema, MAP_TYPE) && ty != "object" {
        wrong_type(schema, "object", &format!("`{MAP_TYPE}`"), report);
    }
    let list_type = schema.entry(LIST_TYPE).filter(|it| !it.is_null());
    let kind = list_type.and_then(|it| it.text());
    if list_type.is_some() && ty != "array" {
        wrong_type(schema, "array", &format!("`{LIST_TYPE}`"), report);
    }
    let keys = schema.get(LIST_KEYS).filter(|keys| !keys.is_absent());
    if let Some(keys) = keys
        && kind.as_deref() != Some("map")
        && schema.is_certain_of(LIST_TYPE)
    {
        let path = schema.path_to(LIST_TYPE);
        report.on_key(keys, Reason::Required.of(format!("`{LIST_KEYS}` requires `{LIST_TYPE}: map`"))).field = path;
    }
    let items = schema.get("items");
    let is_of = |ty: &str| items.and_then(|items| text_or_empty(items, "type")).is_some_and(|it| it == ty);
    if let Some(items) = items.filter(|_| kind.as_deref() == Some("set") || kind.as_deref() == Some("map"))
        && let Some(nullable) = items.get("nullable").filter(|it| it.bool() == Some(true))
    {
        report.on(nullable, Reason::Forbidden.of(format!("items of a list with `{LIST_TYPE}` cannot be `nullable`")));
    }
    match (kind.as_deref(), items) {
        (Some("set"), Some(items)) if is_of("object") && items.text_of(MAP_TYPE).as_deref() != Some("atomic") => {
            let path = items.path_to(MAP_TYPE);
            report.on_key(items, Reason::Invalid.of(format!("items of a set require `{MAP_TYPE}: atomic`"))).field = path;
        }
        (Some("set"), Some(items)) if is_of("array") && items.text_of(LIST_TYPE).is_some_and(|it| it != "atomic") => {
            if let Some(value) = items.get(LIST_TYPE) {
                report.on(value, Reason::Invalid.of(format!("items of a set require `{LIST_TYPE}: atomic`")));
            }
        }
        (Some("map"), items) => {
            lacking_any(schema, LIST_KEYS, format!("`{LIST_TYPE}: map` requires `{LIST_KEYS}`"), report);
            if !has(schema, "items") {
                if ty != "array" {
                    lacking_any(schema, "items", format!("`{LIST_TYPE}: map` requires `items`"), report);
                }
            } else if let Some(items) = items {
                map_keys(schema, items, report);
            }
        }
        _ => {}
    }
}

/// The keys of a list with `x-kubernetes-list-type: map`.
fn map_keys<'m>(schema: Value<'m>, items: Value<'m>, report: &mut Report<'m>) {
    let Some(ty) = text_or_empty(items, "type") else { return };
    if ty != "object" {
        if !ty.is_empty() {
            wrong_type(items, "object", &format!("`{LIST_TYPE}: map`"), report);
        }
        return;
    }
    let required: Vec<_> = texts_of(items, "required").into_iter().map(|(_, text)| text).collect();
    let mut seen: Vec<std::borrow::Cow<'m, str>> = vec![];
    let list = schema.path_to(LIST_KEYS);
    for (item, key) in texts_of(schema, LIST_KEYS) {
        if seen.contains(&key) {
            report.on(item, Reason::Invalid.of(format!("duplicate key `{key}`"))).field.clone_from(&list);
            continue;
        }
        let property = entries(items, "properties").find(|it| it.key_text().is_some_and(|it| it == key));
        match property {
            None if items.is_certain() => {
                report.on(item, Reason::Invalid.of(format!("the items have no property `{key}`"))).field.clone_from(&list);
            }
            Some(property) => {
                if text_or_empty(property, "type").is_some_and(|ty| ["array", "object"].contains(&&*ty)) {
                    wrong_type_of_key(property, report);
                }
                if !required.contains(&key) && !has(property, "default") && items.is_certain_of("required") {
                    let path = property.path_to("default");
                    let message = format!("`{key}` is a key of the list, so it must be in `required` of the items, or have a `default`");
                    report.on(item, Reason::Required.of(message)).field = path;
                }
                if let Some(nullable) = property.get("nullable").filter(|it| it.bool() == Some(true)) {
                    report.on(nullable, Reason::Forbidden.of("a key of the list cannot be `nullable`"));
                }
            }
            None => {}
        }
        seen.push(key);
    }
}

fn wrong_type_of_key<'m>(property: Value<'m>, report: &mut Report<'m>) {
    if let Some(value) = property.get("type") {
        report.on(value, Reason::Invalid.of("a key of the list must be a scalar"));
    }
}

/// The rules in CEL.
fn rules<'m>(schema: Value<'m>, report: &mut Report<'m>) {
    for rule in schema.list(RULES).filter(|rule| rule.is_sound()) {
        let text = |field: &str| rule.get(field).and_then(|value| Some((value, value.text()?)));
        if let Some((value, expression)) = text("rule") {
            expressions::with_names(value, &["self", "oldSelf"], false, report);
            if expression.trim().contains(['\n', '\r']) && text("message").is_none_or(|(_, message)| message.trim().is_empty()) {
                let message = "a rule with line breaks requires `message`";
                lacking_any(rule, "message", message.to_owned(), report);
            }
            let uses_old = cel::parse(&expression).map_or(true, |parsed| parsed.names.contains(&"oldSelf"));
            if let Some(value) = rule.entry("optionalOldSelf").filter(|it| !it.is_null() && !uses_old) {
                superfluous(value, Reason::Invalid.of("`optionalOldSelf` requires a rule that uses `oldSelf`"), report);
            }
        }
        if let Some((value, _)) = text("messageExpression") {
            expressions::with_names(value, &["self", "oldSelf"], true, report);
        }
        if let Some((value, path)) = text("fieldPath").filter(|(_, path)| !path.trim().is_empty())
            && matches!(find(schema, &path, true), Found::Nothing)
        {
            report.on(value, Reason::Invalid.of(format!("the schema has no field `{path}`")));
        }
    }
}

/// Whether a default is of the type and among the values that its schema allows.
fn fits(node: Node<'_>, schema: Value<'_>, depth: usize) -> Result<(), String> {
    let node = node.resolved().unwrap_or(node);
    if node.has_template() || depth > 20 || !schema.is_certain() {
        return Ok(());
    }
    let scalar = matches!(node.kind(), Kind::Scalar(_) | Kind::Empty).then(|| yaml::resolve(node));
    if scalar == Some(Scalar::Null) {
        return Ok(());
    }
    let ty = text_or_empty(schema, "type").unwrap_or_default();
    let right = match (&*ty, node.kind(), scalar) {
        ("string", _, Some(Scalar::String)) | ("boolean", _, Some(Scalar::Bool(_))) => true,
        ("integer", _, Some(Scalar::Int(_))) | ("number", _, Some(Scalar::Int(_) | Scalar::Float(_))) => true,
        ("integer", _, Some(Scalar::Float(value))) => value.fract() == 0.0,
        ("array", Kind::Sequence(_), _) | ("object", Kind::Mapping(_), _) => true,
        ("string" | "boolean" | "integer" | "number" | "array" | "object", ..) => false,
        _ => true,
    };
    if !right {
        return Err(format!("it must be of type `{ty}`"));
    }
    if let Some(values) = schema.get("enum").filter(|values| !values.is_absent())
        && let Some(scalar) = scalar
    {
        let same = |value: Value<'_>| match (yaml::resolve(value.node()), scalar) {
            (Scalar::String, Scalar::String) => matches!(value.node().kind(), Kind::Scalar(_)) && value.node().value() == node.value(),
            (one, other) => one == other,
        };
        if !values.children().any(same) {
            return Err("it is not in `enum`".to_owned());
        }
    }
    let bound = |field: &str| match schema.get(field)?.scalar() {
        Scalar::Int(value) => Some(value as f64),
        Scalar::Float(value) => Some(value),
        _ => None,
    };
    let number = match scalar {
        Some(Scalar::Int(value)) => Some(value as f64),
        Some(Scalar::Float(value)) => Some(value),
        _ => None,
    };
    let letters = (scalar == Some(Scalar::String)).then(|| node.value().chars().count() as f64);
    let items = matches!(node.kind(), Kind::Sequence(_)).then(|| node.items().count() as f64);
    for (value, least, most) in [(number, "minimum", "maximum"), (letters, "minLength", "maxLength"), (items, "minItems", "maxItems")] {
        let Some(value) = value else { continue };
        if bound(least).is_some_and(|bound| value < bound) {
            return Err(format!("it is below `{least}`"));
        }
        if bound(most).is_some_and(|bound| value > bound) {
            return Err(format!("it is above `{most}`"));
        }
    }
    if let (Kind::Sequence(_), Some(items)) = (node.kind(), schema.get("items")) {
        node.items().try_for_each(|item| fits(item, items, depth + 1))?;
    }
    if let Kind::Mapping(_) = node.kind() {
        for entry in node.entries() {
            let key = entry.key.key_text();
            let property = entries(schema, "properties").find(|it| it.key_text().as_deref() == Some(&key));
            if let Some(property) = property {
                fits(entry.value, property, depth + 1).map_err(|words| format!("`{key}`: {words}"))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    fn definition(schema: &str) -> String {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: books.a.b}}\nspec:\n  group: a.b\n  scope: Cluster\n  names: {{plural: books, kind: Book}}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n{schema}"
        )
    }

    #[test]
    fn structure() {
        check(&definition(
            "        type: object
        properties:
          a: {description: b}
          ^ error[incompatible-extension-fields]: requires `type`
          b: {type: array}
          ^ error[incompatible-extension-fields]: requires `items`
          c: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
          d: {x-kubernetes-preserve-unknown-fields: true}
          e: {type: object, anyOf: [{required: [x]}, {properties: {y: {minLength: 1}}}]}
                                                                   ^ error[incompatible-extension-fields]: must also be described
          f: {type: string, not: {type: string}}
                                  ^^^^ error[incompatible-extension-fields]: move it outside
          g: {type: object, additionalProperties: {type: string}, properties: {a: {type: string}}}
                            ^^^^^^^^^^^^^^^^^^^^ error[incompatible-extension-fields]: mutually exclusive
          h: {type: string, pattern: \"(a\"}
                                     ^^^^ error[incompatible-extension-fields]: regular expression
          i: {type: string, uniqueItems: true}
                                         ^^^^ error[incompatible-extension-fields]: not supported
",
        ));
    }

    #[test]
    fn lists() {
        check(&definition(
            "        type: object
        properties:
          a:
            type: array
            x-kubernetes-list-type: map
            x-kubernetes-list-map-keys: [name, kind, other, name]
                                         ^^^^ error[incompatible-extension-fields]: must be in `required`
                                                     ^^^^^ error[incompatible-extension-fields]: no property `other`
                                                            ^^^^ error[incompatible-extension-fields]: duplicate
            items:
              type: object
              required: [kind]
              properties: {name: {type: string}, kind: {type: string}}
          b: {type: array, x-kubernetes-list-map-keys: [a], items: {type: string}}
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[incompatible-extension-fields]: x-kubernetes-list-type: map
          c: {type: string, x-kubernetes-list-type: set}
                    ^^^^^^ error[incompatible-extension-fields]: requires `type: array`
",
        ));
    }

    #[test]
    fn defaults() {
        check(&definition(
            "        type: object
        properties:
          a: {type: integer, default: one}
                                      ^^^ error[incompatible-extension-fields]: must be of type `integer`
          b: {type: string, enum: [a, b], default: c}
                                                   ^ error[incompatible-extension-fields]: not in `enum`
          c: {type: object, default: {a: 1}, properties: {a: {type: string}}}
                                     ^^^^^^ error[incompatible-extension-fields]: `a`: it must be
          d: {type: array, default: [1, 2], items: {type: number, maximum: 2}}
",
        ));
    }

    #[test]
    fn rules() {
        check(&definition(
            "        type: object
        x-kubernetes-validations:
        - {rule: self.a == that.b}
                 ^^^^^^^^^^^^^^^^ error[incompatible-extension-fields]: `that` is not defined
        - {rule: self.a == oldSelf.a, fieldPath: .b}
                                                 ^^ error[incompatible-extension-fields]: no field
        - {rule: \"'x'\"}
                 ^^^^^ error[incompatible-extension-fields]: must yield `true` or `false`
        properties:
          a: {type: string}
",
        ));
    }
}
