//! What Kubernetes says of a field or value, in Markdown; for hovers and for the text beside a completion.

use std::fmt::Write;

use crate::schema::facts::{self, Facts, Value, groups};
use crate::schema::{Field, Release, Shape, type_named, types};

/// The type of a value in a word: `string`, `list of Container`.
pub(super) fn shape_name(shape: Shape) -> String {
    match shape {
        Shape::String | Shape::Bytes => "string".into(),
        Shape::Bool => "boolean".into(),
        Shape::Int32 | Shape::Int64 => "integer".into(),
        Shape::Double => "number".into(),
        Shape::Quantity => "quantity".into(),
        Shape::IntOrString => "integer or string".into(),
        Shape::Time | Shape::MicroTime => "time".into(),
        Shape::Any => "anything".into(),
        Shape::Object(ty) => ty.name.into(),
        Shape::ObjectOrBool(ty) => format!("{} or boolean", ty.name),
        Shape::List(item) => format!("list of {}", shape_name(*item)),
        Shape::Map(item) => format!("map of {}", shape_name(*item)),
    }
}

/// The facts on a field that is in a struct held by `holder`.
pub(super) fn facts_of(holder: Option<&Field>, field: &Field) -> &'static Facts {
    holder.map_or_else(|| facts::of(field), |holder| facts::within(holder, field))
}

/// Whether the server rejects the struct without the field.
pub(super) fn is_required(holder: Option<&Field>, field: &Field) -> bool {
    field.required || facts_of(holder, field).required
}

/// The key under which [`field_text`] is found again.
pub(super) fn field_key(holder: Option<&Field>, field: &Field) -> String {
    match holder {
        Some(holder) => format!("field/{}/{}", holder.id, field.id),
        None => format!("field//{}", field.id),
    }
}

/// The key under which [`value_text`] is found again.
pub(super) fn value_key(holder: Option<&Field>, field: &Field, value: &str) -> String {
    format!("{}/{value}", field_key(holder, field).replacen("field", "value", 1))
}

/// The text after a key of [`field_key`] or [`value_key`].
pub(super) fn by_key(key: &str) -> Option<String> {
    let mut parts = key.splitn(4, '/');
    let kind = parts.next()?;
    let holder = parts.next()?.parse().ok().and_then(by_number);
    let field = by_number(parts.next()?.parse().ok()?)?;
    match kind {
        "field" => Some(field_text(holder, field)),
        "value" => value_text(holder, field, parts.next()?),
        _ => None,
    }
}

/// The field of that number.
fn by_number(id: u16) -> Option<&'static Field> {
    types().iter().flat_map(|ty| ty.fields).find(|field| field.id == id)
}

/// The line that begins a hover: name, type, required.
pub(super) fn headline(holder: Option<&Field>, field: &Field) -> String {
    let required = if is_required(holder, field) { ", required" } else { "" };
    format!("**{}** · {}{required}", field.name, shape_name(field.shape))
}

/// Default, values, limits and releases of a field, one line each.
pub(super) fn facts_lines(holder: Option<&Field>, field: &Field) -> Vec<String> {
    let facts = facts_of(holder, field);
    let mut lines = vec![];
    if let Some(remedy) = facts.forbidden {
        return vec![format!("Not allowed here: {remedy}")];
    }
    if let Some(default) = facts.default {
        lines.push(format!("Default: {default}"));
    }
    if !facts.values.is_empty() {
        let names: Vec<_> = facts.values.iter().map(named).collect();
        let (shown, more) = names.split_at(names.len().min(12));
        let more = if more.is_empty() { "" } else { " …" };
        lines.push(format!("{}: {}{more}", if facts.closed { "Allowed" } else { "Usual" }, shown.join(", ")));
    }
    match facts.range {
        Some((low, high)) if high >= i64::from(i32::MAX) => lines.push(format!("At least {low}")),
        Some((low, high)) => lines.push(format!("From {low} to {high}")),
        None => {}
    }
    if let Some(gate) = facts.gate.filter(|gate| gate.on_since.is_none_or(|since| since > Release::OLDEST)) {
        let since = gate.on_since.map_or("disabled by default".into(), |since| format!("enabled by default since {since}"));
        lines.push(format!("Feature gate: {} ({since})", gate.name));
    }
    if field.since > Release::OLDEST {
        lines.push(format!("Since Kubernetes {}", field.since));
    }
    if let Some(until) = field.until {
        lines.push(format!("Removed in Kubernetes {until}"));
    }
    lines
}

/// A value, and since when there is one of its name.
fn named(value: &Value) -> String {
    let since = if value.since > Release::OLDEST { format!(" (since {})", value.since) } else { String::new() };
    let name = if value.name.is_empty() { "\"\"" } else { value.name };
    format!("`{name}`{since}")
}

/// Everything on a field: its line, the API documentation, the facts.
pub(super) fn field_text(holder: Option<&Field>, field: &Field) -> String {
    let mut text = headline(holder, field);
    if !field.doc.is_empty() {
        write!(text, "\n\n{}", field.doc).unwrap_or_default();
    }
    let lines = facts_lines(holder, field);
    if !lines.is_empty() {
        write!(text, "\n\n{}", list(&lines)).unwrap_or_default();
    }
    text
}

/// What a value of a field does; `None` if nothing is known.
pub(super) fn value_text(holder: Option<&Field>, field: &Field, value: &str) -> Option<String> {
    let facts = facts_of(holder, field);
    let known = facts.values.iter().chain(facts.known_keys).find(|it| it.name == value)?;
    let since = if known.since > Release::OLDEST { format!("\n\nSince Kubernetes {}", known.since) } else { String::new() };
    let doc = if known.doc.is_empty() { format!("A value of `{}`.", field.name) } else { known.doc.to_owned() };
    let name = if value.is_empty() { "\"\"" } else { value };
    Some(format!("**{name}** · {doc}{since}"))
}

/// How much of the API documentation fits a popup, in bytes.
const SHORT: usize = 700;

/// The first paragraphs of a text, or else its first sentences.
pub(super) fn short(doc: &str) -> &str {
    if doc.len() <= SHORT {
        return doc;
    }
    let cut = (0..=SHORT).rev().find(|at| doc.is_char_boundary(*at)).unwrap_or(0);
    let head = &doc[..cut];
    let end = head.rfind("\n\n").or_else(|| head.rfind(". ").map(|at| at + 1));
    &head[..end.unwrap_or(cut)]
}

/// A Markdown code span; where the text has backticks, longer fences enclose it.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A Markdown list.
pub(super) fn list(lines: &[String]) -> String {
    lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n")
}

/// The other fields of which only one can be given with this one.
pub(super) fn rivals(ty_name: &str, field: &Field) -> Option<String> {
    let ty = type_named(ty_name)?;
    let group = groups(ty).iter().find(|group| group.max == 1 && group.fields.contains(&field))?;
    let others: Vec<_> = group.fields.iter().filter(|it| **it != field).map(|it| format!("`{}`", it.name)).collect();
    (others.len() <= 6).then(|| format!("Mutually exclusive with {}", others.join(", ")))
}
