//! Values that are free, but often the same: images of the file, ports, the start of a command. Offered only while nothing is typed, as
//! editors would put one of them in the place of what somebody else has in mind.

use std::collections::HashSet;

use crate::pod::Value;
use crate::pod::spec::{Container, PodSpec};
use crate::schema::Field;

use super::{Completion, CompletionKind, Context, Lookup, insert, names};

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
    if Container::around(owner).is_none() || !is_open(context) {
        return vec![];
    }
    match field.name {
        _ if !context.reading.token.word.is_empty() && field.name != "image" => vec![],
        "image" => images(context),
        "containerPort" => PORTS.iter().map(|(port, of)| context.value(port, CompletionKind::Value, Some((*of).to_owned()))).collect(),
        "command" if context.reading.token.flow && is_empty(owner) => vec![shell(context)],
        _ => vec![],
    }
}

/// Whether more must be typed at the cursor: nothing is there yet, or a path or tag has been begun.
fn is_open(context: &Context<'_>) -> bool {
    let token = &context.reading.token;
    let typed = &context.document.text()[token.word.start as usize..token.cursor];
    token.word.end as usize == token.cursor && (typed.is_empty() || typed.ends_with(['/', ':', '@']))
}

/// The images of the file, those of this document first; then those of the workspace.
fn images(context: &Context<'_>) -> Vec<Completion> {
    let models = std::iter::once(&context.reading.model).chain(context.siblings.iter().map(|it| it.model()));
    let containers = models.flat_map(|model| model.objects()).filter_map(PodSpec::of).flat_map(|pod| pod.containers().collect::<Vec<_>>());
    let mut seen = HashSet::new();
    let own = containers.filter_map(|it| it.value.get("image")).filter(|it| it.node().range() != context.reading.hole);
    let images = own.filter_map(|it| it.text()).filter(|it| !it.is_empty() && seen.insert(it.clone()));
    let mut all: Vec<_> = images.map(|it| (it.into_owned(), Some("image in this file".to_owned()))).collect();
    let others = context.names.look_up(Lookup::Images, None).into_iter().filter(|it| it.file.is_some());
    all.extend(others.map(|it| names::described(it, "image")).filter(|(image, _)| !seen.contains(image.as_str())));
    all.into_iter().map(|(image, detail)| context.value(&image, CompletionKind::Name, detail)).collect()
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
