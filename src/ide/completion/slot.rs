//! What the cursor is in. The document is read again with a placeholder at the cursor: then the parser and the typed reading themselves
//! say which mapping an indentation belongs to, and what is wanted there.

use std::borrow::Cow;

use crate::pod::{Model, Step, Value};
use crate::rules::Options;
use crate::schema::{self, KindInfo, Shape, Type};
use crate::text::TextRange;
use crate::yaml::{self, Entry, Kind, Layout, Node, Tree};

use super::token::Token;

/// No field is called anything like it.
const PLACEHOLDER: &str = "zz0placeholder0zz";

/// A document that was read with a placeholder at the cursor.
#[derive(Debug)]
pub(super) struct Reading {
    pub model: Model,
    pub token: Token,
    /// Where the placeholder is in the text that was read.
    pub hole: TextRange,
    /// What comes before the word: a dash where the place asks for an item of a list, spaces where the item above goes on.
    pub prefix: &'static str,
    /// The head that was put in because the document has none yet.
    pub assumed: Option<TextRange>,
}

/// What is wanted at the cursor.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slot<'m> {
    /// A field of a struct. `held` is what already is below, as after a key was taken away.
    Field { within: Value<'m>, ty: &'static Type, mapping: Node<'m>, held: Node<'m> },
    /// A key of a map.
    Key { map: Value<'m> },
    /// A value.
    Value { value: Value<'m> },
    /// The kind of an object.
    Kind { object: Node<'m> },
    /// The apiVersion of an object.
    ApiVersion { object: Node<'m> },
}

/// As what the placeholder is put in.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Key,
    Value,
    /// A dash and a key.
    KeyOfItem,
    /// A dash and a value.
    Item,
    /// A key of the item above, whose dash is in the column of the cursor.
    KeyOfItemAbove,
}

/// What begins an item, and what goes on with it.
const DASH: &str = "- ";
const CONTINUED: &str = "  ";

/// Reads the document as if the item above went on at `offset`; `None` if the cursor is not right below its dash.
pub(super) fn read_continued(tree: &Tree, offset: usize, options: &Options) -> Option<Reading> {
    let token = Token::at(tree, offset).filter(|it| it.alone && !it.flow && !it.colon && !it.value)?;
    let reading = Reading::new(tree.text(), token, Form::KeyOfItemAbove, options)?;
    let is_item = matches!(reading.slot()?, Slot::Field { within, .. } if matches!(within.step(), Step::Item(_)));
    is_item.then_some(reading)
}

/// Reads the document around `offset`; `None` where nothing can be completed: in comments and long texts, and right after `key:`, where
/// Enter is to begin a line.
pub(super) fn read(tree: &Tree, offset: usize, options: &Options) -> Option<Reading> {
    readings(tree, offset, options).find(|reading| reading.slot().is_some())
}

/// The ways to read the document around `offset`, as a key or as a value.
pub(super) fn readings<'o>(tree: &'o Tree, offset: usize, options: &'o Options) -> impl Iterator<Item = Reading> + use<'o> {
    let token = Token::at(tree, offset).filter(|it| !it.tight);
    token.into_iter().flat_map(move |token| {
        let forms: &[Form] = match (token.value, token.alone && !token.flow && !token.colon) {
            (true, _) => &[Form::Value],
            (false, true) => &[Form::Key, Form::KeyOfItem, Form::Item, Form::Value],
            (false, false) => &[Form::Key, Form::Value],
        };
        forms.iter().filter_map(move |form| Reading::new(tree.text(), token, *form, options))
    })
}

impl Reading {
    fn new(text: &str, token: Token, form: Form, options: &Options) -> Option<Reading> {
        let quote = token.quote.map_or(String::new(), |quote| quote.to_string());
        let prefix = match form {
            Form::KeyOfItem | Form::Item => DASH,
            Form::KeyOfItemAbove => CONTINUED,
            Form::Key | Form::Value => "",
        };
        let is_key = matches!(form, Form::Key | Form::KeyOfItem | Form::KeyOfItemAbove);
        let after = if is_key && !token.colon { ": " } else { "" };
        let word = format!("{quote}{PLACEHOLDER}{quote}");
        let cut = token.quoted.span();
        let filled = format!("{}{prefix}{word}{after}{}", &text[..cut.start], &text[cut.end..]);
        let start = cut.start + prefix.len();
        let hole = TextRange::new(start, start + word.len());
        let read = |tree| Model::with_kinds(tree, options.release, &options.kinds);
        let model = read(parse(filled, hole));
        let (model, hole, assumed) = match with_head(&model, hole) {
            None => (model, hole, None),
            Some((text, at, length)) => {
                let hole = TextRange::new(hole.start as usize + length, hole.end as usize + length);
                (read(yaml::parse(text)), hole, Some(TextRange::new(at, at + length)))
            }
        };
        Some(Reading { model, token, hole, prefix, assumed })
    }

    /// What the placeholder stands for.
    pub fn slot(&self) -> Option<Slot<'_>> {
        let node = self.model.tree().node_at(self.hole.start as usize + 2).filter(|node| node.range() == self.hole)?;
        let parent = node.parent()?;
        let Some(entry) = parent.entries().find(|entry| entry.key.id() == node.id() || entry.value.id() == node.id()) else {
            return self.value(node);
        };
        if entry.value.id() == node.id() {
            let key = entry.key.value();
            let is_object = self.model.tree().root().is_some_and(|root| root.id() == parent.id())
                || self.model.objects().any(|object| object.node().id() == parent.id());
            return match &*key {
                "kind" if is_object => Some(Slot::Kind { object: parent }),
                "apiVersion" if is_object => Some(Slot::ApiVersion { object: parent }),
                _ => self.value(node),
            };
        }
        let within = self.model.value_of(parent.id()).filter(|_| self.is_aligned(parent))?;
        if self.begins_item() && !matches!(within.step(), Step::Item(_)) {
            return None;
        }
        match within.shape() {
            Shape::Object(ty) => Some(Slot::Field { within, ty, mapping: parent, held: entry.value }),
            Shape::Map(_) => Some(Slot::Key { map: within }),
            _ => None,
        }
    }

    /// Whether the placeholder is below the other keys of its mapping. Where it does not the parser only guesses that it belongs there.
    fn is_aligned(&self, mapping: Node<'_>) -> bool {
        let flow = mapping.kind() != Kind::Mapping(Layout::Block);
        let tree = self.model.tree();
        flow || mapping.entries().take(2).all(|entry| column_at(tree, entry.key.range()) == column_at(tree, self.hole))
    }

    fn value<'m>(&'m self, node: Node<'m>) -> Option<Slot<'m>> {
        let value = self.model.values().find(|value| value.written().id() == node.id())?;
        if self.begins_item() && !matches!(value.step(), Step::Item(_)) {
            return None;
        }
        Some(Slot::Value { value })
    }

    /// Whether the placeholder is a key.
    pub fn is_key(&self) -> bool {
        self.entry().is_some_and(|entry| entry.key.range() == self.hole)
    }

    /// The key whose value the placeholder is.
    pub fn key_text(&self) -> Option<Cow<'_, str>> {
        self.entry().filter(|entry| entry.value.range() == self.hole).map(|entry| entry.key.value())
    }

    /// The entry whose key or value the placeholder is.
    fn entry(&self) -> Option<Entry<'_>> {
        let node = self.model.tree().node_at(self.hole.start as usize + 2)?;
        node.parent()?.entries().find(|entry| entry.key.id() == node.id() || entry.value.id() == node.id())
    }

    /// Whether the word begins an item of a list.
    pub fn begins_item(&self) -> bool {
        self.prefix == DASH
    }

    /// The column at which the word begins, after what comes before it.
    pub fn column(&self) -> usize {
        self.token.column + self.prefix.len()
    }

    /// Whether a node was written by the author.
    pub fn is_written(&self, node: Node<'_>) -> bool {
        self.assumed.is_none_or(|assumed| !assumed.covers(node.range()))
    }

    /// Whether anything follows the cursor in the document, so that what is there is not being written from top to bottom.
    pub fn is_followed(&self) -> bool {
        let rest = &self.model.tree().text()[self.hole.end as usize..];
        rest.lines().skip(1).any(|line| !line.trim().is_empty())
    }

    /// The keys of a mapping but the placeholder.
    pub fn keys<'m>(&'m self, mapping: Node<'m>) -> impl Iterator<Item = Node<'m>> {
        mapping.entries().map(|entry| entry.key).filter(|key| key.range() != self.hole && self.is_written(*key))
    }
}

/// The tree of a text, with other keys in place of those that repeat a key around the cursor further down. Of two equal keys kubectl reads
/// the last alone, so that in the first nothing could be completed.
fn parse(text: String, hole: TextRange) -> Tree {
    let tree = yaml::parse(text);
    let twins = later_twins(&tree, hole);
    if twins.is_empty() {
        return tree;
    }
    let mut text = tree.text().to_owned();
    for twin in twins {
        text.replace_range(twin.span(), &"z".repeat(twin.span().len()));
    }
    yaml::parse(text)
}

/// The keys that repeat a key around the cursor further down.
fn later_twins(tree: &Tree, hole: TextRange) -> Vec<TextRange> {
    let around = std::iter::successors(tree.node_at(hole.start as usize + 2), |node| node.parent());
    let twins = around.filter_map(|node| {
        let mapping = node.parent()?;
        let own = mapping.entries().find(|entry| entry.value.id() == node.id())?;
        let later = mapping.entries().skip_while(move |entry| entry.key.id() != own.key.id()).skip(1);
        Some(later.map(|entry| entry.key).filter(move |key| key.key_text() == own.key.key_text()))
    });
    twins.flatten().map(|key| key.range()).collect()
}

/// The column at which a range begins, in bytes.
pub(super) fn column_at(tree: &Tree, range: TextRange) -> usize {
    let before = &tree.text()[..range.start as usize];
    before.len() - before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
}

/// A document that does not say its kind yet, with the head that it will probably get: its text, where the head was put in, and its length.
fn with_head(model: &Model, hole: TextRange) -> Option<(String, usize, usize)> {
    if model.objects().any(|object| object.info().is_some()) {
        return None;
    }
    let tree = model.tree();
    let root = tree.root().filter(|root| matches!(root.kind(), Kind::Mapping(_)))?;
    // In a `List` the item at the cursor is the object.
    let items = root.entries().find(|entry| entry.key.value() == "items").map(|entry| entry.value);
    let item = items.and_then(|items| items.items().find(|item| item.range().covers(hole)));
    let root = item.filter(|item| matches!(item.kind(), Kind::Mapping(_))).unwrap_or(root);
    let named = |key: &str| root.entries().find(|entry| entry.key.value() == key).map(|entry| entry.value);
    if named("kind").is_some() {
        return None;
    }
    let version = named("apiVersion").filter(|node| node.range() != hole).map(|node| node.value().into_owned());
    if version.as_ref().is_some_and(|it| it.contains('/') && !it.starts_with("apps/") && !it.starts_with("batch/")) {
        return None;
    }
    let keys: Vec<_> = root.entries().filter(|entry| entry.key.range() != hole).map(|entry| entry.key.value()).collect();
    let is_object = version.is_some() || keys.is_empty() || ["metadata", "spec"].iter().any(|it| keys.iter().any(|key| key == it));
    if !is_object {
        return None;
    }
    let info = likely_kind(version.as_deref(), named("spec"));
    let at = root.range().start as usize;
    let column = tree.text()[..at].rsplit(['\n', '\r']).next().map_or(0, str::len);
    let head = match root.kind() {
        Kind::Mapping(Layout::Block) => {
            let end = format!("\n{}", " ".repeat(column));
            let version = if version.is_some() { String::new() } else { format!("apiVersion: {}{end}", info.api_version) };
            format!("{version}kind: {}{end}", info.kind)
        }
        _ => {
            let version = if version.is_some() { String::new() } else { format!("\"apiVersion\": \"{}\", ", info.api_version) };
            format!("{version}\"kind\": \"{}\", ", info.kind)
        }
    };
    let at = if root.text().starts_with('{') { at + 1 } else { at };
    Some((format!("{}{head}{}", &tree.text()[..at], &tree.text()[at..]), at, head.len()))
}

/// The kind of an object by its apiVersion and the fields of its spec.
fn likely_kind(version: Option<&str>, spec: Option<Node<'_>>) -> &'static KindInfo {
    let has = |key: &str| spec.is_some_and(|spec| spec.entries().any(|entry| entry.key.value() == key));
    let kind = match version {
        _ if has("jobTemplate") => "CronJob",
        Some("batch/v1") => "Job",
        _ if has("serviceName") || has("volumeClaimTemplates") => "StatefulSet",
        Some("v1") if has("template") => "ReplicationController",
        Some(version) if version.starts_with("apps/") => "Deployment",
        _ if has("template") => "Deployment",
        _ => "Pod",
    };
    let kinds = schema::workloads();
    kinds.iter().find(|info| info.kind == kind).unwrap_or(&kinds[0])
}
