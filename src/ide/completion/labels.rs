//! Completion in maps: labels and selectors that must agree, resources, well-known keys.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::ide::describe;
use crate::pod::Value;
use crate::schema::Field;

use super::{Completion, CompletionKind, Context, insert};

/// The keys that a map does not have yet.
pub(super) fn keys(context: &Context<'_>, map: Value<'_>) -> Vec<Completion> {
    let Some(field) = map.field() else { return vec![] };
    let holder = map.parent().and_then(|it| it.holder());
    let token = &context.reading.token;
    let mut taken: HashSet<_> = map.children().filter_map(|it| it.key_text()).collect();
    let after = if token.colon { "" } else { ": " };
    let mut items: Vec<Completion> = vec![];
    let mut add = |key: &str, value: Option<&str>, kind, documentation| {
        if !taken.insert(Cow::Owned(key.to_owned())) {
            return;
        }
        let value_text = value.filter(|_| !token.colon && !token.flow).unwrap_or_default();
        items.push(Completion {
            new_text: insert::word(token, key, &format!("{after}{value_text}"), false),
            detail: value.map(str::to_owned),
            documentation,
            ..context.value(key, kind, None)
        });
    };
    for (key, value) in counterpart(map) {
        add(&key, value.as_deref(), CompletionKind::Name, None);
    }
    for known in describe::facts_of(holder, field).known_keys {
        add(known.name, None, CompletionKind::Value, Some(describe::value_key(holder, field, known.name)));
    }
    items
}

/// The values that a key of a map may have.
pub(super) fn values(context: &Context<'_>, value: Value<'_>) -> Vec<Completion> {
    let Some((map, key)) = value.parent().zip(value.key_text()) else { return vec![] };
    let there = counterpart(map).into_iter().filter(|it| it.0 == key).filter_map(|it| it.1);
    let there = there.map(|text| context.value(&text, CompletionKind::Name, None));
    let usual = usual_values(map.field(), &key).iter().map(|text| context.value(text, CompletionKind::Value, None));
    there.chain(usual).collect()
}

/// What the keys of well-known maps usually hold.
fn usual_values(field: Option<&Field>, key: &str) -> &'static [&'static str] {
    match (field.map(|it| it.name), key) {
        (Some("requests" | "limits"), "cpu") => &["100m", "250m", "500m", "1", "2"],
        (Some("requests" | "limits"), "memory") => &["64Mi", "128Mi", "256Mi", "512Mi", "1Gi", "2Gi"],
        (Some("requests" | "limits"), "ephemeral-storage" | "storage") => &["1Gi", "2Gi", "5Gi", "10Gi"],
        (Some("nodeSelector"), "kubernetes.io/os") => &["linux", "windows"],
        (Some("nodeSelector"), "kubernetes.io/arch") => &["amd64", "arm64"],
        _ => &[],
    }
}

/// What a map must or will agree with: a selector with the labels of the Pod, those with the selector, limits with requests.
fn counterpart(map: Value<'_>) -> Vec<(String, Option<String>)> {
    let Some(field) = map.field() else { return vec![] };
    let Some(root) = map.ancestors().last() else { return vec![] };
    let others: Vec<Option<Value<'_>>> = match field.name {
        "matchLabels" | "selector" => pod_labels(root),
        "labels" => vec![
            root.at(&["spec", "selector", "matchLabels"]),
            root.at(&["spec", "selector"]).filter(|it| it.ty().is_none()),
            root.at(&["spec", "template", "metadata", "labels"]),
            root.at(&["metadata", "labels"]),
        ],
        "limits" => vec![map.parent().and_then(|it| it.get("requests"))],
        "requests" => vec![map.parent().and_then(|it| it.get("limits"))],
        _ => vec![],
    };
    others
        .into_iter()
        .flatten()
        .filter(|it| *it != map)
        .flat_map(|it| it.children())
        .filter_map(|it| Some((it.key_text()?.into_owned(), it.text().map(|text| written(it, &text)))))
        .collect()
}

/// The labels of the Pod that an object makes, or else of the object.
fn pod_labels(root: Value<'_>) -> Vec<Option<Value<'_>>> {
    let chains: [&[&str]; 4] = [
        &["spec", "template", "metadata", "labels"],
        &["spec", "jobTemplate", "spec", "template", "metadata", "labels"],
        &["template", "metadata", "labels"],
        &["metadata", "labels"],
    ];
    chains.iter().map(|chain| root.at(chain)).collect()
}

/// A value as the author wrote it, with its quotes: `"true"` must not become a boolean.
fn written(value: Value<'_>, text: &str) -> String {
    let source = value.written().text();
    if source.contains(['\n', '*']) { text.to_owned() } else { source.to_owned() }
}
