//! What depends on several fields in objects that hold no PodSpec.

pub mod access;
pub mod certificates;
pub mod devices;
pub mod expressions;
pub mod extensions;
pub mod flow_control;
pub mod json_schema;

use crate::diagnostic::Reason;
use crate::pod::Value;

use super::incompatible_fields::{lacking, superfluous, text_or_empty};
use super::{Check, Report, declare_rule, rewrite};

/// Whether the server sees a value there: not null, whatever it holds.
fn has(within: Value<'_>, field: &str) -> bool {
    within.entry(field).is_some_and(|value| !value.is_null())
}

/// The texts of a list, with its items; null is the empty text.
fn texts<'m>(list: Value<'m>) -> Vec<(Value<'m>, std::borrow::Cow<'m, str>)> {
    let text = |item: Value<'m>| if item.is_null() { Some("".into()) } else { item.text() };
    list.children().filter_map(|item| Some((item, text(item)?))).collect()
}

/// `*` stands for all, so that the server rejects it beside others.
fn lone_wildcards<'m>(within: Value<'m>, fields: &[&str], report: &mut Report<'m>) {
    for list in fields.iter().filter_map(|field| within.get(field)) {
        let all = texts(list);
        if all.len() > 1
            && let Some((star, _)) = all.iter().find(|(_, text)| text == "*")
        {
            let path = list.path();
            let name = list.field().map_or("", |field| field.name);
            report.on(*star, Reason::Invalid.of(format!("`*` must be the only item of `{name}`; remove it or the others"))).field = path;
        }
    }
}

/// Reports fields that do not go with the value of another one.
fn excluded<'m>(within: Value<'m>, fields: &[&str], because: &str, report: &mut Report<'m>) {
    for value in fields.iter().filter_map(|field| within.entry(field)).filter(|value| !value.is_null()) {
        let name = value.field().map_or("", |field| field.name);
        superfluous(value, Reason::Forbidden.of(format!("`{name}` is not allowed with {because}")), report);
    }
}

/// The texts of the list of that name; nothing if there is none.
fn texts_of<'m>(within: Value<'m>, field: &str) -> Vec<(Value<'m>, std::borrow::Cow<'m, str>)> {
    within.get(field).map_or_else(Vec::new, texts)
}

/// Reports a field that must be there, whether it is not written or null.
fn lacking_any<'m>(within: Value<'m>, field: &str, message: String, report: &mut Report<'m>) {
    lacking(within, field, Reason::Required.of(message), report);
}
