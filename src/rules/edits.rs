//! Edits that keep the author's hand: styles of quotes, indentation, block or flow, YAML or JSON.

use crate::pod::{Step, Value};
use crate::text::{Edit, TextRange};
use crate::yaml::{self, Kind, Layout, Node, Scalar, Style};

/// Something to write.
#[derive(Clone, Debug)]
pub enum Draft {
    /// A text.
    Text(String),
    /// As it is: numbers, booleans.
    Raw(String),
    /// A mapping; an empty one is `{}`.
    Map(Vec<(&'static str, Draft)>),
    /// A list; an empty one is `[]`.
    List(Vec<Draft>),
}

impl Draft {
    /// A list of texts.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Draft {
        Draft::List(texts.into_iter().map(|text| Draft::Text(text.into())).collect())
    }

    /// On one line.
    pub fn flow(&self, json: bool) -> String {
        let key = |key: &str| if json { format!("\"{key}\"") } else { key.to_owned() };
        match self {
            Draft::Text(text) if json => double_quoted(text),
            Draft::Text(text) => plain_or_quoted(text),
            Draft::Raw(text) => text.clone(),
            Draft::Map(entries) => {
                let entries: Vec<_> = entries.iter().map(|(name, value)| format!("{}: {}", key(name), value.flow(json))).collect();
                format!("{{{}}}", entries.join(", "))
            }
            Draft::List(items) => format!("[{}]", items.iter().map(|item| item.flow(json)).collect::<Vec<_>>().join(", ")),
        }
    }

    /// In block style, for the place behind `key:` or `-`, its lines indented by `indent`. A list of texts stays on one line.
    fn block(&self, indent: usize, behind_dash: bool) -> String {
        let pad = " ".repeat(indent);
        match self {
            Draft::Map(entries) if !entries.is_empty() => {
                let lines: Vec<_> = entries.iter().map(|(key, value)| format!("{key}:{}", value.block(indent + 2, false))).collect();
                let lines = lines.join(&format!("\n{pad}"));
                if behind_dash { format!(" {lines}") } else { format!("\n{pad}{lines}") }
            }
            Draft::List(items) if items.iter().any(|item| matches!(item, Draft::Map(_))) => {
                items.iter().map(|item| format!("\n{pad}-{}", item.block(indent + 2, true))).collect()
            }
            _ => format!(" {}", self.flow(false)),
        }
    }
}

/// Writes another text or number for a scalar, in its quotes.
pub fn rewrite(value: Value<'_>, text: &str) -> Edit {
    rewrite_node(value.written(), text)
}

/// The same for a node: a key of a map.
pub fn rewrite_node(node: Node<'_>, text: &str) -> Edit {
    let number = yaml::resolve(node) != Scalar::String;
    let new_text = match node.kind() {
        Kind::Scalar(Style::SingleQuoted) => single_quoted(text),
        Kind::Scalar(Style::DoubleQuoted) => double_quoted(text),
        _ if number => text.to_owned(),
        _ => plain_or_quoted(text),
    };
    Edit::replace(node.range(), new_text)
}

/// Removes a field, an entry of a map or an item of a list, with its line or its comma.
pub fn remove(value: Value<'_>) -> Option<Edit> {
    let node = value.written();
    let holder = value.parent()?.node();
    // Behind an alias or a merge key the entry stands somewhere else.
    let (own, first) = match value.key() {
        Some(key) => (holder.entries().position(|entry| entry.key.id() == key.id())?, key),
        None => (holder.items().position(|item| item.id() == node.id())?, node),
    };
    let is_entry = value.key().is_some();
    let starts: Vec<TextRange> = if is_entry {
        holder.entries().map(|entry| entry.key.range().cover(entry.value.range())).collect()
    } else {
        holder.items().map(|item| with_properties(item)).collect()
    };
    let whole = with_properties(first).cover(node.range());
    let text = holder.tree().text();
    let layout = match holder.kind() {
        Kind::Mapping(layout) | Kind::Sequence(layout) => layout,
        _ => return None,
    };
    if starts.len() == 1 {
        let empty = if is_entry { "{}" } else { "[]" };
        return (!matches!(value.parent()?.step(), Step::Object)).then(|| match layout {
            Layout::Flow => Edit::replace(holder.range(), empty),
            Layout::Block => replace_block(holder, empty),
        });
    }
    if layout == Layout::Flow {
        let (start, end) = match starts.get(own + 1) {
            Some(next) => (whole.start, next.start),
            None => (starts[own - 1].end, whole.end),
        };
        return Some(Edit::delete(TextRange { start, end }));
    }
    let start = line_start(text, whole.start as usize);
    let before = &text[start..whole.start as usize];
    let own_line = before.bytes().all(|b| b == b' ') || (!is_entry && before.trim() == "-");
    match starts.get(own + 1) {
        // `- name: x`: the next key moves behind the dash.
        Some(next) if !own_line && is_entry => Some(Edit::delete(TextRange { start: whole.start, end: next.start })),
        _ if own_line => Some(Edit::delete(TextRange::new(start, next_line(text, whole.end as usize)))),
        _ => None,
    }
}

/// Writes a flow text in the place of a block collection, behind its key.
fn replace_block(node: Node<'_>, new_text: &str) -> Edit {
    let text = node.tree().text();
    let dash = if matches!(node.kind(), Kind::Sequence(_)) { text[..node.range().start as usize].trim_end_matches(' ').len() } else { 0 };
    let start = text[..node.range().start as usize].trim_end().len();
    debug_assert!(dash <= node.range().start as usize);
    Edit::replace(TextRange::new(start, node.range().end as usize), format!(" {new_text}"))
}

/// Adds a field to a struct: behind `after`, or else behind its last field. `None` where the place is not clear.
pub fn add_field(within: Value<'_>, after: Option<&str>, key: &'static str, draft: &Draft) -> Option<Edit> {
    let node = within.node();
    if within.is_null() {
        // `resources:` with nothing behind it
        let key_node = within.key().filter(|_| within.written().is_empty())?;
        let indent = column(node.tree().text(), key_node.range().start as usize) + 2;
        let entry = Draft::Map(vec![(key, draft.clone())]);
        return Some(Edit::insert(within.written().range().start as usize, entry.block(indent, false)));
    }
    let text = node.tree().text();
    let entries: Vec<_> = node.entries().collect();
    let place = after.and_then(|name| entries.iter().find(|entry| entry.key.value() == name)).or(entries.last());
    match (node.kind(), place) {
        (Kind::Mapping(Layout::Flow), place) => {
            let json = is_json(node);
            let name = if json { format!("\"{key}\"") } else { key.to_owned() };
            let entry = format!("{name}: {}", draft.flow(json));
            Some(match place {
                Some(place) if !place.value.is_empty() => Edit::insert(place.value.range().end as usize, format!(", {entry}")),
                Some(_) => return None,
                None => Edit::replace(node.range(), format!("{{{entry}}}")),
            })
        }
        (Kind::Mapping(Layout::Block), Some(place)) => {
            let indent = column(text, entries[0].key.range().start as usize);
            let behind_dash = matches!(draft, Draft::List(_)) && dashes_at_keys(node.tree());
            let block = draft.block(if behind_dash { indent } else { indent + 2 }, false);
            let end = place.key.range().cover(place.value.range()).end as usize;
            Some(Edit::insert(line_end(text, end), format!("\n{}{key}:{block}", " ".repeat(indent))))
        }
        _ => None,
    }
}

/// Adds an item at the end of a list.
pub fn add_item(list: Value<'_>, draft: &Draft) -> Option<Edit> {
    let node = list.written();
    let last = node.items().last();
    match (node.kind(), last) {
        (Kind::Sequence(Layout::Flow), Some(last)) => {
            Some(Edit::insert(last.range().end as usize, format!(", {}", draft.flow(is_json(node)))))
        }
        (Kind::Sequence(Layout::Flow), None) => Some(Edit::replace(node.range(), format!("[{}]", draft.flow(is_json(node))))),
        (Kind::Sequence(Layout::Block), Some(last)) => {
            let text = node.tree().text();
            let indent = column(text, node.range().start as usize);
            let end = line_end(text, last.range().end as usize);
            Some(Edit::insert(end, format!("\n{}-{}", " ".repeat(indent), draft.block(indent + 2, true))))
        }
        _ => None,
    }
}

/// Writes a list or mapping in the place of a value, on one line.
pub fn replace_by(value: Value<'_>, draft: &Draft) -> Option<Edit> {
    let node = value.written();
    let new_text = draft.flow(is_json(node));
    match node.kind() {
        Kind::Mapping(Layout::Block) | Kind::Sequence(Layout::Block) => value.key().map(|_| replace_block(node, &new_text)),
        Kind::Empty => Some(Edit::insert(value.key()?.range().end as usize, format!(": {new_text}"))).filter(|_| false),
        _ => Some(Edit::replace(node.range(), new_text)),
    }
}

/// Whether the document is JSON text: its flow keys are quoted.
pub fn is_json(node: Node<'_>) -> bool {
    node.tree().root().is_some_and(|root| root.kind() == Kind::Mapping(Layout::Flow))
}

/// Whether the lists of the document have their dashes below the first letter of the key, and not further in.
fn dashes_at_keys(tree: &yaml::Tree) -> bool {
    let text = tree.text();
    let blocks = tree.nodes().flat_map(|node| node.entries());
    let mut lists = blocks.filter(|entry| entry.value.kind() == Kind::Sequence(Layout::Block));
    lists.next().is_some_and(|entry| {
        column(text, entry.value.range().start as usize) == column(text, entry.key.range().start as usize)
    })
}

/// The text as a plain scalar if it stays that text there, also in flow style; else in double quotes.
pub fn plain_or_quoted(text: &str) -> String {
    let safe = |b: u8| b.is_ascii_alphanumeric() || b"-_./ =+%@".contains(&b) || (b == b':' && !text.contains(": ") && !text.ends_with(':'));
    let starts = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b"./_".contains(&b))
        || (text.starts_with('-') && text.as_bytes().get(1).is_some_and(u8::is_ascii_alphanumeric));
    let plain = starts && text.trim() == text && text.bytes().all(safe) && {
        let tree = yaml::parse(text);
        tree.root().is_some_and(|root| yaml::resolve(root) == Scalar::String && root.value() == text)
    };
    if plain { text.to_owned() } else { double_quoted(text) }
}

/// The text in single quotes.
fn single_quoted(text: &str) -> String {
    if text.contains(|c: char| c.is_control()) { double_quoted(text) } else { format!("'{}'", text.replace('\'', "''")) }
}

/// The text in double quotes, as YAML and JSON have it.
pub fn double_quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn with_properties(node: Node<'_>) -> TextRange {
    let marks = [node.anchor(), node.tag()];
    marks.into_iter().flatten().fold(node.range(), |range, mark| range.cover(mark))
}

/// Columns count bytes here: what stands before a key or dash is blanks.
fn column(text: &str, offset: usize) -> usize {
    offset - line_start(text, offset)
}

fn line_start(text: &str, offset: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &text.as_bytes()[..offset]).map_or(0, |at| at + 1)
}

fn line_end(text: &str, offset: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text.as_bytes()[offset..]).map_or(text.len(), |at| offset + at)
}

fn next_line(text: &str, offset: usize) -> usize {
    let end = line_end(text, offset);
    end + if text[end..].starts_with("\r\n") { 2 } else { usize::from(end < text.len()) }
}
