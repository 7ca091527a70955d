//! Completion of the fields of a struct.

use crate::ide::describe;
use crate::pod::Value;
use crate::schema::{Field, Shape, Type};
use crate::yaml::{Kind, Layout, Node};

use super::{Completion, CompletionKind, Context, blocks, insert, rank};

/// The fields that a struct does not have yet, those first that usually come next; then whole blocks.
pub(super) fn fields<'m>(
    context: &Context<'m>,
    within: Value<'m>,
    ty: &'static Type,
    mapping: Node<'m>,
    held: Node<'m>,
) -> Vec<Completion> {
    let reading = context.reading;
    let ranked = rank::fields(reading, within, ty, mapping, held);
    let holder = within.holder();
    let json = matches!(mapping.kind(), Kind::Mapping(Layout::Flow)) && reading.model.tree().text().trim_start().starts_with('{');
    let key = |field: &&'static Field| {
        let after = insert::after_key(reading, field, held);
        completion(context, holder, field, &insert::word(&reading.token, field.name, &after, json))
    };
    let mut items: Vec<_> = ranked.iter().map(key).collect();
    if held.is_empty() && !reading.token.flow && reading.token.quote.is_none() && !reading.token.colon {
        let taken: Vec<_> = reading.keys(mapping).map(|key| key.key_text().into_owned()).collect();
        items.extend(blocks::of(context, within, ty, &taken));
    }
    items
}

/// Whether what follows a key is a key or one of a closed set of values.
fn goes_on(holder: Option<&Field>, field: &'static Field) -> bool {
    match field.shape {
        Shape::Bool | Shape::Object(_) | Shape::ObjectOrBool(_) | Shape::Map(_) | Shape::List(Shape::Object(_)) => true,
        _ => describe::facts_of(holder, field).closed || ["apiVersion", "kind"].contains(&field.name),
    }
}

fn completion(context: &Context<'_>, holder: Option<&Field>, field: &'static Field, new_text: &str) -> Completion {
    let required = if describe::is_required(holder, field) { ", required" } else { "" };
    Completion {
        label: field.name.to_owned(),
        kind: CompletionKind::Field,
        detail: Some(format!("{}{required}", describe::shape_name(field.shape))),
        range: context.reading.token.word,
        new_text: new_text.to_owned(),
        snippet: None,
        filter: None,
        goes_on: goes_on(holder, field),
        documentation: Some(describe::field_key(holder, field)),
    }
}
