//! Things that are written: scalars in place of others, fields and items that were missing, items taken out.

use crate::pod::Value;
use crate::text::{Edit, TextRange, line_at, line_end, next_line};
use crate::yaml::{self, Kind, Layout, Node, Scalar, Style};

use super::{Path, Written, add, column, is_json, plain_or_quoted, quote};

/// Something to write.
#[derive(Clone, Debug)]
pub(crate) enum Draft {
    /// A text.
    Text(String),
    /// As it is: a number, a boolean.
    Raw(String),
    /// A mapping; an empty one is `{}`.
    Map(Vec<(&'static str, Draft)>),
    /// A mapping with keys as they are to be written.
    Entries(Vec<(String, Draft)>),
    /// A list; an empty one is `[]`.
    List(Vec<Draft>),
}

/// How a document lays out its collections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indent {
    /// By how many columns a mapping is further in than its key.
    pub step: usize,
    /// By how many columns a list is.
    pub dash: usize,
    /// Whether lists of scalars have a line for each item too, and not brackets.
    pub long_lists: bool,
}

impl Indent {
    /// The indentation that a document uses most. Lists are written like its first one.
    pub fn of(tree: &yaml::Tree) -> Indent {
        let mut counts = [0; 9];
        let mut dash = None;
        for entry in tree.nodes().flat_map(|node| node.entries()) {
            let by = column(entry.value).saturating_sub(column(entry.key));
            match entry.value.kind() {
                Kind::Mapping(Layout::Block) if by > 0 => counts[by.min(8)] += 1,
                Kind::Sequence(Layout::Block) => _ = dash.get_or_insert(by),
                _ => {}
            }
        }
        let step = (1..=8).rev().max_by_key(|step| counts[*step]).filter(|step| counts[*step] > 0).unwrap_or(2);
        Indent { step, dash: dash.unwrap_or(0), long_lists: false }
    }
}

impl Draft {
    /// A text.
    pub fn text(text: impl Into<String>) -> Draft {
        Draft::Text(text.into())
    }

    /// On one line.
    pub fn inline(&self, json: bool) -> String {
        let entry = |key: &str, value: &Draft| pair(key, &value.inline(json));
        match self {
            Draft::Text(text) if json => quote(text),
            Draft::Text(text) => plain_or_quoted(text).into_owned(),
            Draft::Raw(text) => text.clone(),
            Draft::Map(entries) => {
                let key = |key: &str| if json { quote(key) } else { key.to_owned() };
                braced(entries.iter().map(|(name, value)| entry(&key(name), value)))
            }
            Draft::Entries(entries) => braced(entries.iter().map(|(key, value)| entry(key, value))),
            Draft::List(items) => format!("[{}]", items.iter().map(|item| item.inline(json)).collect::<Vec<_>>().join(", ")),
        }
    }

    /// The lines below a key or after a dash, relative to where they begin; `None` for what is on the same line.
    pub fn lines(&self, indent: Indent) -> Option<Vec<String>> {
        let has_lines = |item: &Draft| indent.long_lists || matches!(item, Draft::Map(_) | Draft::Entries(_));
        match self {
            Draft::Map(entries) if !entries.is_empty() => {
                Some(entries.iter().flat_map(|(key, value)| value.after_key(key, indent)).collect())
            }
            Draft::Entries(entries) if !entries.is_empty() => {
                Some(entries.iter().flat_map(|(key, value)| value.after_key(key, indent)).collect())
            }
            Draft::List(items) if items.iter().any(has_lines) => Some(items.iter().flat_map(|item| item.item(indent)).collect()),
            _ => None,
        }
    }

    /// The lines of an entry.
    fn after_key(&self, key: &str, indent: Indent) -> Vec<String> {
        match self.below(indent) {
            Some(lines) => std::iter::once(format!("{key}:")).chain(lines).collect(),
            None => vec![pair(key, &self.inline(false))],
        }
    }

    /// The lines below a key, relative to it.
    pub fn below(&self, indent: Indent) -> Option<Vec<String>> {
        let pad = " ".repeat(if matches!(self, Draft::List(_)) { indent.dash } else { indent.step });
        Some(self.lines(indent)?.into_iter().map(|line| format!("{pad}{line}")).collect())
    }

    /// The lines of an item with its dash.
    pub fn item(&self, indent: Indent) -> Vec<String> {
        let lines = self.lines(indent).unwrap_or_else(|| vec![self.inline(false)]);
        let pad = |(at, line): (usize, String)| format!("{}{line}", if at == 0 { "- " } else { "  " });
        lines.into_iter().enumerate().map(pad).collect()
    }
}

/// A key and a value on one line.
fn pair(key: &str, value: &str) -> String {
    if value.is_empty() { format!("{key}:") } else { format!("{key}: {value}") }
}

fn braced(entries: impl Iterator<Item = String>) -> String {
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}

/// Writes another text or number for a scalar, in its own quotes.
pub(crate) fn scalar(node: Node<'_>, text: &str) -> Edit {
    let new_text = match node.kind() {
        Kind::Scalar(Style::SingleQuoted) if !text.contains(|c: char| c.is_control()) => format!("'{}'", text.replace('\'', "''")),
        Kind::Scalar(Style::SingleQuoted | Style::DoubleQuoted) => quote(text),
        Kind::Scalar(_) if matches!(yaml::resolve(node), Scalar::Int(_) | Scalar::Float(_)) => text.to_owned(),
        _ => plain_or_quoted(text).into_owned(),
    };
    Edit::replace(node.range(), new_text)
}

/// Adds a field to a struct, after its last one, in the structs `missing`, each in the one before.
pub(crate) fn field(within: Value<'_>, missing: &[&str], key: &str, draft: &Draft) -> Option<Edit> {
    let mut path: Vec<&str> = missing.to_vec();
    let mut target = within;
    while target.is_null() {
        path.insert(0, target.field()?.name);
        target = target.parent()?;
    }
    let target = target.node();
    let lines = draft.below(Indent::of(target.tree())).unwrap_or_default();
    let below: Vec<&str> = lines.iter().map(String::as_str).collect();
    add(Path { target, missing: &path, key }, &draft.inline(is_json(target)), &below)
}

/// Adds an item at the end of a list.
pub(crate) fn item(list: Value<'_>, draft: &Draft) -> Option<Edit> {
    let node = list.written();
    match (node.kind(), node.items().last()) {
        (Kind::Sequence(Layout::Flow), Some(last)) => {
            Some(Edit::insert(last.range().end as usize, format!(", {}", draft.inline(is_json(node)))))
        }
        (Kind::Sequence(Layout::Flow), None) => Some(Edit::replace(node.range(), format!("[{}]", draft.inline(is_json(node))))),
        (Kind::Sequence(Layout::Block), Some(last)) => {
            let text = node.tree().text();
            let pad = format!("{}{}", line_end(text), " ".repeat(column(node)));
            let new_text: String = draft.item(Indent::of(node.tree())).iter().map(|line| format!("{pad}{line}")).collect();
            Some(Edit::insert(line_at(text, last.range().end as usize).end as usize, new_text))
        }
        _ => None,
    }
}

/// Takes a field, an entry or an item out; what is left stays a mapping or a list.
pub(crate) fn without(value: Value<'_>) -> Option<Edit> {
    match value.key() {
        Some(key) => super::remove(Written::of(key)?),
        None => remove_item(value.written()),
    }
}

fn remove_item(item: Node<'_>) -> Option<Edit> {
    let list = item.parent()?;
    let text = list.tree().text();
    let mut items = list.items();
    let before = items.by_ref().take_while(|it| it.id() != item.id()).last().map(with_properties);
    let after = items.next().map(with_properties);
    let own = with_properties(item);
    if list.kind() == Kind::Sequence(Layout::Flow) {
        return Some(Edit::delete(match (before, after) {
            (_, Some(next)) => TextRange { start: own.start, end: next.start },
            (Some(before), None) => TextRange { start: before.end, end: own.end },
            (None, None) => own,
        }));
    }
    let line = line_at(text, own.start as usize);
    let alone = text[line.start as usize..own.start as usize].trim() == "-";
    let (start, end) = (line.start as usize, next_line(text, own.end as usize));
    if !alone {
        return None;
    }
    if before.or(after).is_some() {
        return Some(Edit::delete(TextRange::new(start, end)));
    }
    let key_end = list.parent()?.entries().find(|entry| entry.value.id() == list.id())?.key.range().end as usize;
    let colon = key_end + text[key_end..].find(':')? + 1;
    let clear = text[colon..start].trim().is_empty();
    clear.then(|| Edit::replace(TextRange::new(colon, end), format!(" []{}", line_end(text))))
}

fn with_properties(node: Node<'_>) -> TextRange {
    [node.anchor(), node.tag()].into_iter().flatten().fold(node.range(), TextRange::cover)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::apply;
    use crate::pod::Model;
    use crate::schema::Release;

    fn changed(spec: &str, change: impl Fn(Value<'_>) -> Option<Edit>) -> Option<String> {
        let head = "apiVersion: v1\nkind: Pod\n";
        let text = format!("{head}{spec}");
        let model = Model::new(yaml::parse(text.as_str()), Release::default());
        let spec = model.object(0)?.pod_spec()?;
        Some(apply(&text, &[change(spec)?]).strip_prefix(head)?.to_owned())
    }

    #[test]
    fn fields() {
        let volume = Draft::Map(vec![("name", Draft::text("a")), ("emptyDir", Draft::Map(vec![]))]);
        let volumes = Draft::List(vec![volume.clone()]);
        let with = |text: &str| changed(text, |spec| field(spec, &[], "volumes", &volumes));
        assert_eq!(
            with("spec:\n  containers:\n  - name: a\n").as_deref(),
            Some("spec:\n  containers:\n  - name: a\n  volumes:\n  - name: a\n    emptyDir: {}\n")
        );
        assert_eq!(
            with("spec:\n  containers:\n    - name: a\n").as_deref(),
            Some("spec:\n  containers:\n    - name: a\n  volumes:\n    - name: a\n      emptyDir: {}\n")
        );
        assert_eq!(with("spec: {containers: []}").as_deref(), Some("spec: {containers: [], volumes: [{name: a, emptyDir: {}}]}"));
        let more = |text: &str| changed(text, |spec| item(spec.get("volumes")?, &volume));
        assert_eq!(
            more("spec:\n  volumes:\n  - name: b # x\n").as_deref(),
            Some("spec:\n  volumes:\n  - name: b # x\n  - name: a\n    emptyDir: {}\n")
        );
        assert_eq!(more("spec: {volumes: []}").as_deref(), Some("spec: {volumes: [{name: a, emptyDir: {}}]}"));
        assert_eq!(more("spec: {volumes: [{name: b}]}").as_deref(), Some("spec: {volumes: [{name: b}, {name: a, emptyDir: {}}]}"));
    }

    #[test]
    fn removals() {
        let less = |text: &str, at: usize| changed(text, |spec| without(spec.get("volumes")?.children().nth(at)?));
        let two = "spec:\n  volumes:\n  - name: a\n    emptyDir: {}\n  - name: b # x\n";
        assert_eq!(less(two, 0).as_deref(), Some("spec:\n  volumes:\n  - name: b # x\n"));
        assert_eq!(less(two, 1).as_deref(), Some("spec:\n  volumes:\n  - name: a\n    emptyDir: {}\n"));
        assert_eq!(less("spec:\n  volumes:\n  - name: a\n  hostname: b\n", 0).as_deref(), Some("spec:\n  volumes: []\n  hostname: b\n"));
        assert_eq!(less("spec: {volumes: [{name: a}, {name: b}]}", 1).as_deref(), Some("spec: {volumes: [{name: a}]}"));
        assert_eq!(less("spec: {volumes: [{name: a}, {name: b}]}", 0).as_deref(), Some("spec: {volumes: [{name: b}]}"));
    }

    #[test]
    fn scalars() {
        for (text, new, expected) in [
            ("a", "b", "b"),
            ("'a'", "b", "'b'"),
            ("\"a\"", "b", "\"b\""),
            ("8080", "80", "80"),
            ("a", "true", "\"true\""),
            ("a", "b: c", "\"b: c\""),
        ] {
            assert_eq!(apply(text, &[scalar(yaml::parse(text).root().expect("a node"), new)]), expected);
        }
    }
}
