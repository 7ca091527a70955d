//! The object that a manifest describes, as the API server decodes it; what it cannot decode is shown as written.

use serde_json::{Map, Value as Json};

use crate::pod::Value;
use crate::schema::Shape;
use crate::yaml::Scalar;

use super::quantity;

/// The value as JSON; `None` for null, and for what the server drops because its feature gate is off.
pub(super) fn decode(value: Value<'_>) -> Option<Json> {
    let is_gated = value.field().is_some() && value.facts().gate.is_some_and(|gate| !gate.on_in(value.model().release()));
    if value.is_null() || is_gated {
        return None;
    }
    let node = value.node();
    if node.has_template() || (!value.is_sound() && !node.is_collection()) {
        return Some(node.text().trim_matches(['"', '\'']).into());
    }
    Some(match value.shape() {
        Shape::Object(_) | Shape::ObjectOrBool(_) => Json::Object(fields(value)),
        Shape::Map(_) => Json::Object(entries(value)),
        Shape::List(item) => {
            let absent = || if item.is_collection() { Json::Object(Map::new()) } else { "".into() };
            Json::Array(value.children().map(|item| decode(item).unwrap_or_else(absent)).collect())
        }
        Shape::Bool => value.bool()?.into(),
        Shape::Int32 | Shape::Int64 => value.int()?.into(),
        Shape::IntOrString => match value.scalar() {
            Scalar::Int(_) | Scalar::Float(_) => value.int()?.into(),
            _ => value.text()?.into(),
        },
        Shape::Quantity => quantity::canonical(&value.json_text()?, is_resource(value)).into(),
        Shape::String | Shape::Time | Shape::MicroTime | Shape::Bytes | Shape::Double => value.text()?.into(),
        Shape::Any => return None,
    })
}

/// Of a field that is written twice, the last one counts; one that is misspelled is none for the server.
fn fields(value: Value<'_>) -> Map<String, Json> {
    let named = |child: Value<'_>| child.field().filter(|field| child.key_text().is_none_or(|key| key == field.name));
    value.children().filter_map(|child| Some((named(child)?.name.to_owned(), decode(child)?))).collect()
}

fn entries(value: Value<'_>) -> Map<String, Json> {
    let absent = || if matches!(value.shape(), Shape::Map(Shape::Quantity)) { "0".into() } else { "".into() };
    value.children().filter_map(|child| Some((child.key_text()?.into_owned(), decode(child).unwrap_or_else(absent)))).collect()
}

/// Whether it is an entry of requests, limits or a capacity.
fn is_resource(value: Value<'_>) -> bool {
    value.field().is_none()
}
