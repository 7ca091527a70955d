//! Values that are free, but often the same: images of the file, ports, the start of a command. Offered only while nothing is typed, as
//! editors would put one of them in the place of what somebody else has in mind.

use std::collections::HashSet;

use crate::pod::Value;
use crate::pod::spec::{Container, PodSpec};
use crate::schema::Field;

use super::{Completion, CompletionKind, Context, insert};

/// Ports that images usually listen on, and what does.
const PORTS: [(&str, &str); 7] = [
    ("80", "HTTP"),
    ("8080", "HTTP without root"),
    ("443", "HTTPS"),
    ("3000", "Node.js, Grafana"),
    ("9090", "metrics"),
    ("5432", "PostgreSQL"),
    ("6379", "Redis"),
];

/// The usual values of a free field.
pub(super) fn of(context: &Context<'_>, owner: Value<'_>, field: &Field) -> Vec<Completion> {
    if !context.reading.token.word.is_empty() || Container::around(owner).is_none() {
        return vec![];
    }
    match field.name {
        "image" => images(context),
        "containerPort" => PORTS.iter().map(|(port, of)| context.value(port, CompletionKind::Value, Some((*of).to_owned()))).collect(),
        "command" if context.reading.token.flow && is_empty(owner) => vec![shell(context)],
        _ => vec![],
    }
}

/// The images of the file, those of this document first.
fn images(context: &Context<'_>) -> Vec<Completion> {
    let models = std::iter::once(&context.reading.model).chain(context.siblings.iter().map(|it| it.model()));
    let containers = models.flat_map(|model| model.objects()).filter_map(PodSpec::of).flat_map(|pod| pod.containers().collect::<Vec<_>>());
    let mut seen = HashSet::new();
    let own = containers.filter_map(|it| it.value.get("image")).filter(|it| it.node().range() != context.reading.hole);
    let images = own.filter_map(|it| it.text()).filter(|it| !it.is_empty() && seen.insert(it.clone()));
    images.map(|image| context.value(&image, CompletionKind::Name, Some("image in this file".to_owned()))).collect()
}

/// Whether nothing but the word at the cursor is in a list.
fn is_empty(list: Value<'_>) -> bool {
    list.children().count() <= 1
}

/// A script in a shell.
fn shell(context: &Context<'_>) -> Completion {
    let token = &context.reading.token;
    let script = |stop: &str| format!("{}, \"-c\", \"{stop}\"", insert::word(token, "sh", "", token.quote.is_none()));
    Completion {
        new_text: script("exec "),
        snippet: Some(script("${1:exec }")),
        ..context.value("sh -c", CompletionKind::Block, Some("a script in a shell".to_owned()))
    }
}
