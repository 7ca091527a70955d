//! A PodTemplate: kubectl has no describer of its own for it, and prints its fields (`printUnstructuredContent`).

use serde_json::{Value as Json, json};

use crate::schema::{Shape, Type};

use super::json::{Read, default_pointer};
use super::workload::{labels_and_annotations, name};
use super::writer::Writer;

/// What is printed before the fields.
const IN_HEAD: [&str; 4] = ["name", "namespace", "labels", "annotations"];

pub(super) fn describe(w: &mut Writer, object: &Json, ty: &'static Type) {
    name(w, &object["metadata"]);
    labels_and_annotations(w, &object["metadata"]);
    let mut object = marshalled(object, ty);
    if let Some(Json::Object(metadata)) = object.get_mut("metadata") {
        metadata.retain(|field, _| !IN_HEAD.contains(&field.as_str()));
    }
    fields(w, 0, &object);
}

fn fields(w: &mut Writer, level: usize, object: &Json) {
    for (field, value) in object.entries() {
        let label = label(field);
        match value {
            Json::Object(_) => {
                w.line(level, format_args!("{label}:"));
                fields(w, level + 1, value);
            }
            Json::Array(items) => {
                w.line(level, format_args!("{label}:"));
                for item in items {
                    if item.is_object() { fields(w, level + 1, item) } else { w.line(level + 1, item.show()) }
                }
            }
            _ => w.field(level, &label, value.show()),
        }
    }
}

/// The object as the server writes it: without the zeros of plain fields, but with all structs that are no pointers.
fn marshalled(object: &Json, ty: &'static Type) -> Json {
    let mut written = json!({});
    for (field, value) in object.entries() {
        let shape = ty.field(field).map_or(Shape::Any, |field| field.shape);
        let is_empty = matches!(shape, Shape::List(_) | Shape::Map(_)) && !value.is_given();
        if !is_empty && !value.is_null() && !is_dropped(ty.name, field, value) {
            written[field] = of_shape(value, shape);
        }
    }
    match ty.name {
        "Container" | "EphemeralContainer" | "PersistentVolumeClaimSpec" => default_pointer(&mut written, "resources", json!({})),
        "PersistentVolumeClaimTemplate" | "PodTemplateSpec" => {
            default_pointer(&mut written, "metadata", json!({}));
            default_pointer(&mut written, "spec", json!({}));
        }
        "ResourceFieldSelector" => default_pointer(&mut written, "divisor", "0"),
        _ => {}
    }
    written
}

fn of_shape(value: &Json, shape: Shape) -> Json {
    match shape {
        Shape::Object(ty) => marshalled(value, ty),
        Shape::List(item) => value.items().iter().map(|it| of_shape(it, *item)).collect(),
        _ => value.clone(),
    }
}

/// Whether it is the zero of a field that is neither a pointer nor always written.
fn is_dropped(owner: &str, field: &str, value: &Json) -> bool {
    const FLAGS: [&str; 9] =
        ["hostNetwork", "hostPID", "hostIPC", "stdin", "stdinOnce", "tty", "chapAuthDiscovery", "chapAuthSession", "sslEnabled"];
    const NUMBERS: [&str; 3] = ["hostPort", "initialDelaySeconds", "partition"];
    // Whose `readOnly` and `fsType` are pointers.
    const WITH_POINTERS: [&str; 2] = ["CSIVolumeSource", "AzureDiskVolumeSource"];
    const POINTERS: [&str; 4] = ["service", "type", "storageClassName", "apiGroup"];
    match value {
        Json::Bool(false) => FLAGS.contains(&field) || field == "readOnly" && !WITH_POINTERS.contains(&owner),
        Json::Number(number) => number.as_i64() == Some(0) && NUMBERS.contains(&field),
        Json::String(text) if text.is_empty() => match field {
            "value" => ["EnvVar", "Toleration"].contains(&owner),
            "fsType" => !WITH_POINTERS.contains(&owner),
            _ => !POINTERS.contains(&field),
        },
        _ => false,
    }
}

/// The name of a field as a title: `imagePullPolicy` as `Image Pull Policy` (`smartLabelFor`).
fn label(field: &str) -> String {
    if field.chars().any(|char| !char.is_alphabetic() && char != '-') {
        return field.to_owned();
    }
    let mut words = vec![];
    for word in words_of(field) {
        let last: Option<&mut String> = words.last_mut();
        match last {
            // An abbreviation keeps what follows it: `targetWWNs`.
            Some(last) if is_abbreviation(last) && word.starts_with(char::is_uppercase) => last.push_str(&word),
            _ => words.push(word),
        }
    }
    words.iter().map(|word| title(word)).collect::<Vec<_>>().join(" ")
}

fn is_abbreviation(word: &str) -> bool {
    word.len() >= 2 && word.chars().all(|char| !char.is_alphabetic() || char.is_uppercase())
}

fn title(word: &str) -> String {
    if ["API", "URL", "UID", "GUID"].contains(&word.to_uppercase().as_str()) {
        return word.to_uppercase();
    }
    let mut chars = word.chars();
    match chars.next() {
        Some(first) if word.to_lowercase() == word => first.to_uppercase().chain(chars).collect(),
        _ => word.to_owned(),
    }
}

/// The words of a name in camel case; the last capital of several belongs to the word after them.
fn words_of(name: &str) -> Vec<String> {
    let class = |char: char| {
        if char.is_lowercase() {
            0
        } else if char.is_uppercase() {
            1
        } else {
            2
        }
    };
    let mut words: Vec<String> = vec![];
    for char in name.chars() {
        match words.last_mut() {
            Some(word) if word.chars().next_back().is_some_and(|last| class(last) == class(char)) => word.push(char),
            _ => words.push(char.into()),
        }
    }
    for at in 1..words.len() {
        if words[at].starts_with(char::is_lowercase) && words[at - 1].starts_with(char::is_uppercase) {
            let capital = words[at - 1].pop();
            words[at].insert_str(0, &capital.map(String::from).unwrap_or_default());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn titles() {
        for (field, expected) in [
            ("imagePullPolicy", "Image Pull Policy"),
            ("apiVersion", "API Version"),
            ("uid", "UID"),
            ("hostIP", "Host IP"),
            ("setHostnameAsFQDN", "Set Hostname As FQDN"),
            ("targetWWNs", "Target WWNs"),
            ("app", "App"),
            ("my-label", "My - Label"),
            ("library.example/badge", "library.example/badge"),
        ] {
            assert_eq!(label(field), expected);
        }
    }
}
