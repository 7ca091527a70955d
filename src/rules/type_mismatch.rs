//! `type-mismatch`

mod fixes;
mod short;
mod too_deep;

use std::collections::HashMap;

use crate::pod::{Issue, Model, Value};
use crate::schema::Shape;
use crate::yaml::{self, Kind, Node, Scalar};

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Values of the wrong type: a string instead of a number, a number instead of a string, a mapping instead of a list.
    ///
    /// ## Why
    /// The API server cannot decode the object and rejects it as a whole, before any other validation. YAML infers the type from how a
    /// value is written: `"80"` is a string and `80` an integer, `yes` and `on` are booleans (YAML 1.1), `1.10` is the number 1.1.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     ports:
    ///     - containerPort: "80"
    /// ```
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   labels:
    ///     version: 1.10
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   labels:
    ///     version: "1.10"
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     ports:
    ///     - containerPort: 80
    /// ```
    ///
    /// ## Source
    /// `json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32`, from
    /// `json.UnmarshalStrict` of sigs.k8s.io/json.
    TYPE_MISMATCH = "type-mismatch", Error from Itself, [Check::Document(check)]
}

fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    // Of each list with a wrong item, whether all are, so that it is reported once.
    let mut lists = HashMap::new();
    for issue in model.issues() {
        if let Issue::Mismatch(id) = issue {
            let value = model.value(*id);
            if let Some(list) = value.parent().filter(|list| matches!(list.shape(), Shape::List(_))) {
                let throughout = *lists.entry(list.id()).or_insert_with(|| {
                    let throughout = is_wrong_throughout(list);
                    if throughout {
                        emit_list(report, list, value);
                    }
                    throughout
                });
                if throughout {
                    continue;
                }
            }
            // A text in place of a quantity has a rule of its own.
            if !matches!((value.shape(), value.node().kind()), (Shape::Quantity, Kind::Scalar(_)) if is_text(value.node())) {
                emit(report, value);
            }
        }
    }
}

/// Whether no item of a list is of the kind that the list is for, so that the mistake is about the list: names where mappings are wanted.
fn is_wrong_throughout(list: Value<'_>) -> bool {
    let Shape::List(item) = list.shape() else { return false };
    let wrong = |value: Value<'_>| {
        let other = match (item, value.node().kind()) {
            (Shape::Object(_), kind) => !matches!(kind, Kind::Mapping(_)),
            (_, kind) => matches!(kind, Kind::Mapping(_) | Kind::Sequence(_)),
        };
        other && !value.is_sound() && !value.is_null() && !value.node().has_template()
    };
    list.children().next().is_some() && list.children().all(|it| wrong(it) && fixes::of(it).is_empty())
}

fn emit_list<'m>(report: &mut Report<'m>, list: Value<'m>, first: Value<'m>) {
    let (Shape::List(item), Some(field)) = (list.shape(), list.field()) else { return emit(report, first) };
    let message = format!("each item of `{}` must be {}, not {}", field.name, wanted(*item), found(first.node()));
    report.add(first.range(), list.decoded_path(), message, Some(list.object()));
}

fn is_text(node: Node<'_>) -> bool {
    yaml::resolve(node) == Scalar::String
}

fn emit<'m>(report: &mut Report<'m>, value: Value<'m>) {
    if let Some(first) = too_deep::first_key(value) {
        return too_deep::report(report, value, first);
    }
    let name = name_of(value);
    let node = value.node();
    let message = match (value.shape(), node.kind()) {
        (Shape::Int32 | Shape::Int64 | Shape::IntOrString, Kind::Scalar(_)) if matches!(yaml::resolve(node), Scalar::Int(_)) => {
            let most = if matches!(value.shape(), Shape::Int64) { i64::MAX } else { i64::from(i32::MAX) };
            match node.text().starts_with('-') {
                true => format!("{} is too small for {name}; the minimum is {}", shown(node), -most - 1),
                false => format!("{} is too large for {name}; the maximum is {most}", shown(node)),
            }
        }
        (shape, _) => {
            format!("{name} must be {}, not {}", wanted(shape), found(node))
        }
    };
    let range = value.range();
    let diagnostic = report.add(range, value.decoded_path(), message, Some(value.object()));
    // Behind an alias the text belongs to the anchor; it may be right for others.
    if value.written().id() == node.id() {
        diagnostic.fixes = fixes::of(value);
    }
}

/// What the message calls the value.
fn name_of(value: Value<'_>) -> String {
    match (value.field(), value.key_text()) {
        (Some(field), _) => format!("`{}`", field.name),
        (None, Some(key)) => format!("the value of `{key}`"),
        (None, None) => {
            let list = value.parent().and_then(|list| list.field());
            list.map_or("the value".to_owned(), |field| format!("an item of `{}`", field.name))
        }
    }
}

fn wanted(shape: Shape) -> &'static str {
    match shape {
        Shape::String => "a string",
        Shape::Bool => "`true` or `false`",
        Shape::Int32 | Shape::Int64 => "an integer",
        Shape::Double => "a number",
        Shape::Quantity => "a quantity such as `500m` or `1Gi`",
        Shape::IntOrString => "an integer or a string",
        Shape::Time => "a time such as `2024-05-01T12:00:00Z`",
        Shape::MicroTime => "a time with six decimals such as `2024-05-01T12:00:00.000000Z`",
        Shape::Bytes => "a base64-encoded string",
        Shape::Any => "a JSON value",
        Shape::Object(_) => "a mapping",
        Shape::ObjectOrBool(_) => "a mapping, `true` or `false`",
        Shape::List(_) => "a list",
        Shape::Map(_) => "a mapping of names to values",
    }
}

fn found(node: Node<'_>) -> String {
    match node.kind() {
        Kind::Mapping(_) => "a mapping".to_owned(),
        Kind::Sequence(_) => "a list".to_owned(),
        Kind::Scalar(_) => match yaml::resolve(node) {
            Scalar::Bool(value) if node.text() == if value { "true" } else { "false" } => "a boolean".to_owned(),
            Scalar::Bool(value) => format!("the boolean `{value}` (YAML 1.1 reads {} as a boolean)", shown(node)),
            Scalar::Int(_) => "a number".to_owned(),
            Scalar::Float(value) if value.fract() != 0.0 => "a floating-point number".to_owned(),
            Scalar::Float(_) => "a number".to_owned(),
            Scalar::String if node.text().starts_with(['"', '\'']) => "a quoted string".to_owned(),
            _ => "a string".to_owned(),
        },
        _ => "an unsupported value".to_owned(),
    }
}

/// The text of a value for a message, shortened.
fn shown(node: Node<'_>) -> String {
    let line = node.text().lines().next().unwrap_or_default();
    match line.char_indices().nth(30) {
        Some((at, _)) => format!("`{}…`", &line[..at]),
        None => format!("`{line}`"),
    }
}

#[cfg(test)]
mod tests;
