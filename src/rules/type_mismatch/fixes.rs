//! How values of the wrong kind are fixed.

use crate::diagnostic::Fix;
use crate::pod::command::{foreground_words, split_words};
use crate::pod::{Step, Value};
use crate::rules::rewrite::{self, Draft};
use crate::schema::{Shape, Type, ty};
use crate::yaml::{self, Kind, Layout, Node, Scalar};

use super::short;

/// The ways to fix a value, the best first.
pub(super) fn of(value: Value<'_>) -> Vec<Fix> {
    let node = value.node();
    match node.kind() {
        Kind::Scalar(_) => scalar(value, node),
        Kind::Mapping(_) => mapping(value, node),
        Kind::Sequence(_) => list(value, node),
        _ => vec![],
    }
}

fn scalar(value: Value<'_>, node: Node<'_>) -> Vec<Fix> {
    let text = node.value();
    match (value.shape(), yaml::resolve(node)) {
        // What is written keeps its spelling: `1.10` becomes "1.10".
        (Shape::String, Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_)) => {
            let quoted = rewrite::quote(&text);
            vec![Fix::preferred(format!("Add quotes: `{quoted}`"), vec![rewrite::replace(node, quoted)])]
        }
        (Shape::Bool, _) => as_bool(&text).map(|bool| to(node, bool)).into_iter().collect(),
        (Shape::Int32, Scalar::String) if is_mode(value) && octal(&text).is_some() => {
            let number = octal(&text).filter(|_| rewrite::is_json(node)).map(|it| it.to_string());
            vec![to(node, &number.unwrap_or_else(|| text.trim().to_owned()))]
        }
        (Shape::Int32 | Shape::Int64, Scalar::String) => match text.trim().parse::<i64>() {
            Ok(number) if fits(value.shape(), number) => vec![to(node, &number.to_string())],
            _ => vec![],
        },
        (Shape::Int32 | Shape::Int64 | Shape::IntOrString, Scalar::Float(number)) if number.fract() == 0.0 && number.abs() < 1e9 => {
            vec![to(node, &format!("{number:.0}"))]
        }
        (Shape::Object(ty), Scalar::String) if ty == ty::CONTAINER_PORT && short::published(&text).is_some() => {
            let full = |draft: Draft| draft.inline(rewrite::is_json(node));
            let fix = |text: String| Fix::possible(format!("Expand to `{text}`"), vec![rewrite::replace(node, text)]);
            short::published(&text).into_iter().flatten().map(full).map(fix).collect()
        }
        (Shape::Object(ty), scalar) => in_full(node, short::written_out(value, ty, &text, scalar)),
        (Shape::List(Shape::Object(ty)), scalar) => {
            in_full(node, short::written_out(value, ty, &text, scalar).map(|item| Draft::List(vec![item])))
        }
        (Shape::List(item), scalar) => scalar_to_list(value, node, *item, scalar),
        _ => vec![],
    }
}

fn in_full(node: Node<'_>, draft: Option<Draft>) -> Vec<Fix> {
    let text = draft.map(|draft| draft.inline(rewrite::is_json(node)));
    text.map(|text| Fix::preferred(format!("Expand to `{text}`"), vec![rewrite::replace(node, text)])).into_iter().collect()
}

fn to(node: Node<'_>, text: &str) -> Fix {
    Fix::preferred(format!("Change to `{text}`"), vec![rewrite::replace(node, text)])
}

fn fits(shape: Shape, number: i64) -> bool {
    matches!(shape, Shape::Int64) || i32::try_from(number).is_ok()
}

fn as_bool(text: &str) -> Option<&'static str> {
    match &*text.trim().to_ascii_lowercase() {
        "true" | "yes" | "on" | "y" | "1" => Some("true"),
        "false" | "no" | "off" | "n" | "0" => Some("false"),
        _ => None,
    }
}

/// One value where a list is wanted. A command line is split into its words.
fn scalar_to_list(value: Value<'_>, node: Node<'_>, item: Shape, scalar: Scalar) -> Vec<Fix> {
    let text = node.value();
    let name = value.field().map_or("", |field| field.name);
    if !matches!(item, Shape::String) || text.trim().is_empty() || node.text().contains('\n') && scalar != Scalar::String {
        return vec![];
    }
    let words = match name {
        "command" => foreground_words(&text),
        "args" if !follows_shell(value) => split_words(&text),
        _ => vec![text.into_owned()],
    };
    let quoted: Vec<_> = words.iter().map(|word| rewrite::quote(word)).collect();
    let list = format!("[{}]", quoted.join(", "));
    vec![Fix::preferred(format!("Convert to a list: `{list}`"), vec![rewrite::replace(node, list)])]
}

/// Whether the words of `command` end with the option after which a shell takes one script.
fn follows_shell(args: Value<'_>) -> bool {
    let command = args.parent().and_then(|container| container.get("command"));
    command.and_then(|it| it.children().last()).and_then(Value::text).is_some_and(|it| it == "-c")
}

/// Whether a field holds the mode of files.
fn is_mode(value: Value<'_>) -> bool {
    value.field().is_some_and(|field| ["mode", "defaultMode"].contains(&field.name))
}

/// The number that YAML 1.1 reads digits after a zero as: `0640` is 416.
fn octal(text: &str) -> Option<i64> {
    text.trim().strip_prefix('0').and_then(|digits| i64::from_str_radix(digits, 8).ok())
}

fn mapping(value: Value<'_>, node: Node<'_>) -> Vec<Fix> {
    match value.shape() {
        Shape::List(Shape::Object(ty)) => {
            let known = |node: Node<'_>| node.entries().filter(|entry| ty.field(&entry.key.key_text()).is_some()).count();
            let fix = if *ty == ty::ENV_VAR && known(node) == 0 {
                rewrite::pairs(node).map(|edits| Fix::preferred("Convert to a list of `name` and `value` entries", edits))
            } else if known(node) > 0 {
                let preferred = begins_an_item(ty, node);
                rewrite::dash(node).map(|edits| Fix { title: "Convert to a list item".into(), preferred, edits })
            } else {
                None
            };
            fix.into_iter().collect()
        }
        _ => vec![],
    }
}

/// Whether a mapping has what items of that type usually begin with. If not, it may have lost its first line.
fn begins_an_item(ty: &Type, node: Node<'_>) -> bool {
    let first = ["name", "key"].into_iter().find(|key| ty.field(key).is_some());
    first.is_none_or(|first| node.entries().any(|entry| entry.key.key_text() == first))
}

fn list(value: Value<'_>, node: Node<'_>) -> Vec<Fix> {
    let only = node
        .items()
        .next()
        .filter(|item| node.items().count() == 1 && (item.entries().next().is_some() || item.kind() != Kind::Mapping(Layout::Flow)));
    let fix = match (value.shape(), only.map(Node::kind)) {
        (Shape::Object(ty), Some(Kind::Mapping(_))) => {
            let known = only.is_some_and(|item| item.entries().all(|entry| ty.field(&entry.key.key_text()).is_some()));
            rewrite::undash(node).filter(|_| known).map(|edits| Fix::preferred("Remove the enclosing list", edits))
        }
        (Shape::Map(_), _) if node.items().all(|item| matches!(item.kind(), Kind::Mapping(Layout::Block))) => {
            rewrite::undash(node).map(|edits| Fix::preferred("Remove the enclosing list", edits))
        }
        (Shape::Map(_), Some(Kind::Mapping(_))) => rewrite::undash(node).map(|edits| Fix::preferred("Remove the enclosing list", edits)),
        (Shape::String | Shape::Int32 | Shape::Int64 | Shape::Bool | Shape::IntOrString, Some(Kind::Scalar(_)))
            if node.kind() == Kind::Sequence(Layout::Flow) && !matches!(value.step(), Step::Item(_)) =>
        {
            rewrite::undash(node).map(|edits| Fix::preferred("Remove the enclosing list", edits))
        }
        _ => None,
    };
    fix.into_iter().collect()
}
