//! The expressions in CEL: which names they may use, and what they must yield.

use crate::diagnostic::Reason;
use crate::pod::Value;
use crate::pod::cel::{self, Yields};
use crate::schema::ty;

use super::{Report, has, text_or_empty};

/// What an expression must yield.
#[derive(Clone, Copy)]
enum Wanted {
    Bool,
    Text,
    /// A text or null.
    Note,
    List,
    Anything,
}

impl Wanted {
    fn takes(self, yields: Yields) -> bool {
        match (self, yields) {
            (_, Yields::Unknown) | (Wanted::Anything, _) => true,
            (Wanted::Bool, it) => it == Yields::Bool,
            (Wanted::Text, it) => it == Yields::Text,
            (Wanted::Note, it) => matches!(it, Yields::Text | Yields::Null),
            (Wanted::List, it) => it == Yields::List,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Wanted::Bool => "`true` or `false`",
            Wanted::Text => "a string",
            Wanted::Note => "a string or null",
            Wanted::List => "a list of `JSONPatch`",
            Wanted::Anything => "a value",
        }
    }
}

/// The fields of `request`.
const REQUEST: [&str; 12] = [
    "kind",
    "resource",
    "subResource",
    "requestKind",
    "requestResource",
    "requestSubResource",
    "name",
    "namespace",
    "operation",
    "userInfo",
    "dryRun",
    "options",
];

/// The expressions of a policy or a webhook.
pub(super) fn of_policy<'m>(holder: Value<'m>, report: &mut Report<'m>) {
    let is_policy = |it: &Value<'m>| it.is_a(ty::VALIDATING_ADMISSION_POLICY_SPEC) || it.is_a(ty::MUTATING_ADMISSION_POLICY_SPEC);
    let spec = holder.ancestors().find(is_policy);
    let mutates = spec.is_some_and(|spec| spec.is_a(ty::MUTATING_ADMISSION_POLICY_SPEC));
    let is_condition = holder.is_a(ty::MATCH_CONDITION);
    let fields: &[(&str, Wanted)] = match holder.ty() {
        Some(it) if it == ty::VALIDATION => &[("expression", Wanted::Bool), ("messageExpression", Wanted::Text)],
        Some(it) if it == ty::MATCH_CONDITION => &[("expression", Wanted::Bool)],
        Some(it) if it == ty::AUDIT_ANNOTATION => &[("valueExpression", Wanted::Note)],
        Some(it) if it == ty::JSON_PATCH => &[("expression", Wanted::List)],
        _ => &[("expression", Wanted::Anything)],
    };
    for (field, wanted) in fields {
        let Some((value, text)) = holder.get(field).and_then(|value| Some((value, value.text()?))) else { continue };
        let Ok(parsed) = cel::parse(&text) else { continue };
        let known = |name: &str| match name {
            "object" | "oldObject" | "request" | "namespaceObject" => true,
            "authorizer" => *field != "messageExpression",
            "params" => spec.is_some_and(|spec| has(spec, "paramKind") || !spec.is_certain_of("paramKind")),
            "variables" => {
                spec.is_some_and(|spec| !is_condition && (mutates || spec.gives("variables") || !spec.is_certain_of("variables")))
            }
            "Object" | "JSONPatch" | "jsonpatch" => mutates,
            _ => cel::is_built_in(name),
        };
        let problem = match parsed.names.iter().find(|name| !known(name)) {
            Some(&"params") if spec.is_some() => Some("`params` requires `paramKind`".to_owned()),
            Some(&"variables") if spec.is_some() && !is_condition => Some("`variables` is not defined; the policy has none".to_owned()),
            Some(name) => Some(format!("`{name}` is not defined here")),
            None => unknown_variable(holder, spec, &parsed.fields).or_else(|| unknown_in_request(&parsed.fields)),
        };
        let problem = problem.or_else(|| (!wanted.takes(parsed.yields)).then(|| format!("`{field}` must yield {}", wanted.name())));
        if let Some(problem) = problem {
            report.on(value, Reason::Invalid.of(problem));
        }
    }
}

/// A variable is known after its place in the list.
fn unknown_variable<'m>(holder: Value<'m>, spec: Option<Value<'m>>, fields: &[(&str, &str)]) -> Option<String> {
    let list = spec?.get("variables").filter(|list| list.is_certain())?;
    let before = list.children().take_while(|variable| *variable != holder).filter_map(|variable| text_or_empty(variable, "name"));
    let known: Vec<_> = before.collect();
    let (_, name) = fields.iter().find(|(of, name)| *of == "variables" && !known.iter().any(|it| it == name))?;
    Some(format!("there is no variable `{name}` before this"))
}

fn unknown_in_request(fields: &[(&str, &str)]) -> Option<String> {
    let (_, name) =
        fields.iter().find(|(of, name)| *of == "request" && ![&REQUEST[..], &["object", "oldObject"]].concat().contains(name))?;
    Some(format!("`request` has no field `{name}`"))
}

/// The expressions of a custom resource's rules, and of device selectors.
pub(super) fn with_names<'m>(value: Value<'m>, names: &[&str], wanted_text: bool, report: &mut Report<'m>) {
    let Some(text) = value.text() else { return };
    let Ok(parsed) = cel::parse(&text) else { return };
    let wanted = if wanted_text { Wanted::Text } else { Wanted::Bool };
    if let Some(name) = parsed.names.iter().find(|name| !names.contains(name) && !cel::is_built_in(name)) {
        report.on(value, Reason::Invalid.of(format!("`{name}` is not defined here")));
    } else if !wanted.takes(parsed.yields) {
        let field = value.field().map_or("expression", |field| field.name);
        report.on(value, Reason::Invalid.of(format!("`{field}` must yield {}", wanted.name())));
    }
}
