//! Environment variables moved to a ConfigMap.

use std::collections::HashSet;

use crate::pod::command::references;
use crate::pod::names::config_key;
use crate::pod::spec::{Container, PodSpec};
use crate::pod::{Object, Value};
use crate::rules::rewrite::{self, Draft, Indent, column};
use crate::text::{Edit, TextRange, line_end};
use crate::yaml::{Kind, Layout, Style};

use super::create::{append, manifest};
use super::{At, Refactoring, RefactoringKind, Siblings};

pub(super) fn proposals(at: At<'_>, siblings: Siblings<'_>) -> Option<Refactoring> {
    let value = at.value()?;
    let container = Container::around(value)?;
    let object = at.document.model().object(value.object())?;
    let env = container.value.get("env").filter(|env| env.written().id() == env.node().id())?;
    let is_key = at.entry().is_some_and(|entry| entry.value.id() == env.written().id());
    let variable = || std::iter::once(value).chain(value.ancestors()).find(|it| it.parent() == Some(env));
    let (title, name, edits) = if is_key { all(object, container, env)? } else { one(object, container, Variable::of(variable()?)?)? };
    let is_taken = |it: Object<'_>| it.kind().is_some_and(|kind| kind.value() == "ConfigMap") && it.name().as_ref() == Some(&name);
    for other in siblings {
        if other.model().objects().any(is_taken) {
            return None;
        }
    }
    Some(Refactoring::new(RefactoringKind::Extract, title, edits))
}

/// An environment variable with a value that any ConfigMap can hold.
#[derive(Clone, Copy)]
struct Variable<'m> {
    item: Value<'m>,
    value: Value<'m>,
}

impl<'m> Variable<'m> {
    /// `None` where the kubelet fills something in: it does not do that in what comes from a ConfigMap.
    fn of(item: Value<'m>) -> Option<Self> {
        let value = item.get("value").filter(|it| it.written().id() == it.node().id())?;
        let is_simple = item.written().id() == item.node().id() && item.node().entries().count() == 2;
        let is_plain = is_simple && !value.text()?.contains("$(") && !value.text()?.contains("$$");
        (is_plain && config_key(&item.text_of("name")?).is_ok()).then_some(Variable { item, value })
    }

    fn name(self) -> String {
        self.item.text_of("name").unwrap_or_default().into_owned()
    }

    /// As data of the ConfigMap, in its quotes.
    fn datum(self) -> (String, Draft) {
        let node = self.value.node();
        let is_short = matches!(node.kind(), Kind::Scalar(Style::Plain | Style::SingleQuoted | Style::DoubleQuoted));
        let written =
            if is_short && !node.text().contains(['\n', '\r']) { Draft::Raw(node.text().to_owned()) } else { Draft::text(node.value()) };
        (Draft::text(self.name()).inline(false), written)
    }
}

/// Every variable that can be, all at once: the title, the name of the ConfigMap, the edits.
fn all(object: Object<'_>, container: Container<'_>, env: Value<'_>) -> Option<(String, String, Vec<Edit>)> {
    let items: Vec<_> = env.children().collect();
    let names: HashSet<_> = items.iter().filter_map(|it| it.text_of("name")).collect();
    // What others refer to must come before them in the same list.
    let texts: Vec<_> = items.iter().filter_map(|it| it.text_of("value")).collect();
    let used: HashSet<&str> = texts.iter().flat_map(|text| references(text).into_iter().map(|it| &text[it.name])).collect();
    let is_name = |name: &str| name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_') && !used.contains(name);
    let moved: Vec<_> = items.iter().filter_map(|it| Variable::of(*it)).filter(|it| is_name(&it.name())).collect();
    if names.len() != items.len() || moved.len() < 2 || env.written().kind() != Kind::Sequence(Layout::Block) {
        return None;
    }
    let name = config_map(object, container, None)?;
    let source = Draft::Map(vec![("configMapRef", Draft::Map(vec![("name", Draft::text(&name))]))]);
    let mut edits = match container.value.entry("envFrom") {
        Some(list) => vec![rewrite::item(list.is_sound().then_some(list)?, &source)?],
        None => vec![],
    };
    let is_new = edits.is_empty();
    let key = env.key()?;
    let text = key.tree().text();
    let lines = Draft::List(vec![source]).below(Indent::of(key.tree()))?;
    let pad = format!("{}{}", line_end(text), " ".repeat(column(key)));
    let list = || format!("envFrom:{}", lines.iter().map(|line| format!("{pad}{line}")).collect::<String>());
    match (is_new, moved.len() == items.len()) {
        (true, true) => {
            let end = env.written().range().start as usize + env.written().text().trim_end().len();
            edits.push(Edit::replace(TextRange::new(key.range().start as usize, end), list()));
        }
        (false, true) => edits.push(rewrite::without(env)?),
        (is_new, false) => {
            edits.extend(is_new.then(|| Edit::insert(key.range().start as usize, format!("{}{pad}", list()))));
            edits.extend(moved.iter().map(|it| rewrite::without(it.item)).collect::<Option<Vec<_>>>()?);
        }
    }
    edits.push(data(object, &name, &moved)?);
    Some((format!("Extract {} variables to a ConfigMap", moved.len()), name, edits))
}

/// A single variable, in its place.
fn one(object: Object<'_>, container: Container<'_>, variable: Variable<'_>) -> Option<(String, String, Vec<Edit>)> {
    let name = variable.name();
    let config_map = config_map(object, container, Some(&name))?;
    let source = Draft::Map(vec![("name", Draft::text(&config_map)), ("key", Draft::text(&name))]);
    let source = Draft::Map(vec![("configMapKeyRef", source)]);
    let (key, node) = (variable.value.key()?, variable.value.written());
    let tree = key.tree();
    let new_text = if key.parent()?.kind() == Kind::Mapping(Layout::Flow) {
        format!("valueFrom: {}", source.inline(false))
    } else {
        let pad = format!("{}{}", line_end(tree.text()), " ".repeat(column(key)));
        format!("valueFrom:{}", source.below(Indent::of(tree))?.iter().map(|line| format!("{pad}{line}")).collect::<String>())
    };
    let end = node.range().start as usize + node.text().trim_end().len();
    let edit = Edit::replace(TextRange::new(key.range().start as usize, end), new_text);
    let data = data(object, &config_map, &[variable])?;
    Some((format!("Extract `{name}` to a ConfigMap"), config_map, vec![edit, data]))
}

/// A name for the ConfigMap: that of the object, with what distinguishes this one.
fn config_map(object: Object<'_>, container: Container<'_>, variable: Option<&str>) -> Option<String> {
    let object_name = object.at(&["metadata", "name"])?.text()?.into_owned();
    let is_only = PodSpec::around(container.value)?.containers().count() == 1;
    let parts = [
        (!is_only).then(|| container.name().unwrap_or_default().into_owned()),
        Some(variable.map_or_else(|| "env".to_owned(), |name| name.to_lowercase().replace(['_', '.'], "-"))),
    ];
    let name = std::iter::once(object_name).chain(parts.into_iter().flatten()).collect::<Vec<_>>().join("-");
    crate::pod::names::dns_subdomain(&name).is_ok().then_some(name)
}

fn data(object: Object<'_>, name: &str, variables: &[Variable<'_>]) -> Option<Edit> {
    let data = Draft::Entries(variables.iter().map(|it| it.datum()).collect());
    append(object, &manifest(object, "v1", "ConfigMap", name, ("data", data)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::offered;

    const MAP: &str = "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web-";

    #[test]
    fn variables_become_data() {
        for (before, after) in [
            (
                "    env$0:\n    - name: A\n      value: \"1\"\n    - {name: B, value: b}\n    image: c\n",
                format!("    envFrom:\n    - configMapRef:\n        name: web-env\n    image: c\n{MAP}env\ndata:\n  A: \"1\"\n  B: b\n"),
            ),
            (
                "    env$0:\n    - name: A\n      value: a\n    - {name: B, value: $(C)}\n    - name: C\n      value: c\n    - name: D\n      value: d\n",
                format!(
                    "    envFrom:\n    - configMapRef:\n        name: web-env\n    env:\n    - {{name: B, value: $(C)}}\n    - name: C\n      value: c\n{MAP}env\ndata:\n  A: a\n  D: d\n"
                ),
            ),
            (
                "    envFrom:\n    - secretRef: {name: x}\n    env$0:\n    - {name: A, value: a}\n    - {name: B, value: b}\n",
                format!(
                    "    envFrom:\n    - secretRef: {{name: x}}\n    - configMapRef:\n        name: web-env\n{MAP}env\ndata:\n  A: a\n  B: b\n"
                ),
            ),
            (
                "    env:\n    - name: APP_MODE\n      value: fa$0st # x\n",
                format!(
                    "    env:\n    - name: APP_MODE\n      valueFrom:\n        configMapKeyRef:\n          name: web-app-mode\n          key: APP_MODE # x\n{MAP}app-mode\ndata:\n  APP_MODE: fast\n"
                ),
            ),
            ("    env$0:\n    # why\n    - {name: A, value: a}\n    - {name: B, value: b}\n", String::new()),
            ("    env$0:\n    - {name: A, value: a}\n    - {name: A, value: b}\n", String::new()),
            ("    env:\n    - {name: A, value: $(B)$0}\n", String::new()),
        ] {
            assert_eq!(offered(before, "ConfigMap").first().map_or("", |it| it), after, "{before}");
        }
    }
}
