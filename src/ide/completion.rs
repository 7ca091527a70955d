//! Completion of keys, values, names and whole blocks.

use std::sync::Arc;

use crate::analysis::Document;
use crate::pod::Object;
use crate::pod::symbols::Selector;
use crate::rules::Options;
use crate::schema::KindInfo;
use crate::text::TextRange;

mod across;
mod blocks;
mod habits;
mod insert;
mod keys;
mod labels;
mod names;
mod rank;
mod slot;
mod token;
pub(super) mod usual;
mod usual_values;
mod values;

use slot::{Reading, Slot};

/// What is completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A key of the API.
    Field,
    /// One of a field's allowed values.
    Value,
    /// A name that is declared in the file.
    Name,
    /// A whole block of lines.
    Block,
}

impl CompletionKind {
    fn is_of_value(self) -> bool {
        matches!(self, CompletionKind::Value | CompletionKind::Name)
    }
}

/// One thing to choose. Where it has several lines, all but the first carry their whole indentation (LSP's `insertTextMode: asIs`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// As the menu shows it.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words beside the label: the type, the place of the declaration.
    pub detail: Option<String>,
    /// What is replaced, relative to the document; on one line.
    pub range: TextRange,
    /// What is inserted, as plain text.
    pub new_text: String,
    /// What is inserted where the client knows snippets (LSP's syntax: `${1:name}`), if it differs.
    pub snippet: Option<String>,
    /// What the typed letters are compared with, if it is not the label.
    pub filter: Option<String>,
    /// Whether the list may open again once it is chosen: nobody types anything there that is not in the list. Of a list that was opened by a
    /// command, VS Code keeps the last items where nothing fits, and Enter puts one in the place of what is typed.
    pub goes_on: bool,
    /// Key of the longer text that [`documentation`] gives on demand.
    pub documentation: Option<String>,
}

/// What other objects define, wherever they are.
pub trait Names {
    /// What something in that namespace may use, the nearest first.
    fn look_up(&self, wanted: Lookup<'_>, namespace: Option<&str>) -> Vec<Named>;
}

/// What is looked up.
#[derive(Clone, Copy, Debug)]
pub enum Lookup<'a> {
    /// The objects of a kind.
    Objects(&'a str),
    /// The keys of a ConfigMap or Secret, the ports of a Service: the kind and the name of the object.
    Entries(&'a str, &'a str),
    /// The ports of the Pods that a selector selects.
    Ports(&'a Selector),
    /// The labels of Pods.
    Labels,
    /// The images of containers.
    Images,
}

/// A name that an object defines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// What goes with it: the value of a label.
    pub value: Option<String>,
    /// The file that defines it, as seen from the one that is completed; `None` if it is that.
    pub file: Option<String>,
    /// The file only uses it; nobody defines it.
    pub is_only_used: bool,
}

/// Nothing is known of others.
impl Names for () {
    fn look_up(&self, _: Lookup<'_>, _: Option<&str>) -> Vec<Named> {
        vec![]
    }
}

/// What a provider looks at.
struct Context<'a> {
    document: &'a Document,
    reading: &'a Reading,
    options: &'a Options,
    siblings: Vec<Arc<Document>>,
    names: &'a dyn Names,
}

/// What may be at `offset`, best first. `siblings` are the other documents of the file, and `names` what other objects define, both looked at
/// only where they are wanted.
pub fn completion(
    document: &Document,
    offset: usize,
    options: &Options,
    siblings: &mut dyn Iterator<Item = Arc<Document>>,
    names: &dyn Names,
) -> Vec<Completion> {
    let offset = floor(document.text(), offset);
    let holds_pods = |object: Object<'_>| object.info().is_some_and(KindInfo::holds_pods);
    let has_others = !document.model().objects().all(holds_pods) || document.model().objects().next().is_none();
    let mut offered = if has_others { across::of(document, offset, options, names) } else { vec![] };
    if offered.is_empty()
        && let Some(reading) = slot::read(document.tree(), offset, options.release)
    {
        offered = of_readings(document, offset, reading, options, siblings, names);
    }
    offered.retain(|it| !it.is_typed_over(document.text(), offset));
    if offered.iter().any(|it| it.is_typed(document.text(), offset)) { vec![] } else { offered }
}

/// What may be in the place that was read, or in the item above it.
fn of_readings(
    document: &Document,
    offset: usize,
    reading: Reading,
    options: &Options,
    siblings: &mut dyn Iterator<Item = Arc<Document>>,
    names: &dyn Names,
) -> Vec<Completion> {
    let mut readings = vec![reading];
    if let Some(above) = slot::read_continued(document.tree(), offset, options.release) {
        // Right below a dash, its item usually goes on; below one in the column of its key, the mapping around the list may.
        let at = usize::from(!readings[0].begins_item());
        readings.insert(at, above);
    }
    readings.iter().flat_map(|it| of_reading(document, it, options, siblings, names)).collect()
}

/// What may be in the place that was read.
fn of_reading(
    document: &Document,
    reading: &Reading,
    options: &Options,
    siblings: &mut dyn Iterator<Item = Arc<Document>>,
    names: &dyn Names,
) -> Vec<Completion> {
    let Some(slot) = reading.slot() else { return vec![] };
    let siblings = if names::is_image(&slot) { siblings.collect() } else { vec![] };
    let context = Context { document, reading, options, siblings, names };
    let items = match slot {
        Slot::Field { within, ty, mapping, held } => keys::fields(&context, within, ty, mapping, held),
        Slot::Key { map } => labels::keys(&context, map),
        Slot::Kind { object } => values::kinds(&context, object),
        Slot::ApiVersion { object } => values::api_versions(&context, object),
        Slot::Value { value } => values::of(&context, value),
    };
    let prefix = reading.prefix;
    if prefix.is_empty() { items } else { items.into_iter().map(|it| it.after(prefix)).collect() }
}

impl Completion {
    /// The same after a dash, or after the spaces with which an item goes on.
    fn after(self, prefix: &str) -> Completion {
        Completion {
            filter: Some(self.filter.unwrap_or_else(|| self.label.clone())),
            label: format!("{}{}", prefix.trim_start(), self.label),
            new_text: format!("{prefix}{}", self.new_text),
            snippet: self.snippet.map(|it| format!("{prefix}{it}")),
            ..self
        }
    }

    /// What is written before the cursor of the word that this replaces.
    fn typed<'t>(&self, text: &'t str, offset: usize) -> &'t str {
        text.get(self.range.start as usize..offset).unwrap_or_default()
    }

    /// Whether it is a value that is already written: editors would take Enter for the wish to choose it.
    fn is_typed(&self, text: &str, offset: usize) -> bool {
        self.kind.is_of_value() && self.range.end as usize == offset && self.typed(text, offset) == self.label
    }

    /// Whether it is a value that Enter must not put in the place of another that is complete: a number, or a name that does not begin so.
    fn is_typed_over(&self, text: &str, offset: usize) -> bool {
        let typed = self.typed(text, offset);
        let is_other = || self.kind == CompletionKind::Name && !self.label.to_lowercase().starts_with(&typed.to_lowercase());
        self.kind.is_of_value()
            && !typed.is_empty()
            && self.label != typed
            && (typed.starts_with(|it: char| it.is_ascii_digit()) || is_other())
    }
}

/// The longer text of a completion in Markdown, by the key in [`Completion::documentation`].
pub fn documentation(key: &str) -> Option<String> {
    super::describe::by_key(key).or_else(|| blocks::documentation(key))
}

/// The last boundary between characters up to `offset`.
fn floor(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

impl Context<'_> {
    /// A value to choose.
    fn value(&self, text: &str, kind: CompletionKind, detail: Option<String>) -> Completion {
        self.reading.item(text, kind, detail)
    }
}

impl Reading {
    /// A value to choose.
    fn item(&self, text: &str, kind: CompletionKind, detail: Option<String>) -> Completion {
        let token = &self.token;
        let json = token.flow && self.model.tree().text().trim_start().starts_with('{');
        let bare = matches!(text, "true" | "false") || text.parse::<f64>().is_ok();
        Completion {
            label: text.to_owned(),
            kind,
            detail,
            range: token.word,
            new_text: insert::word(token, text, "", json && !bare),
            snippet: None,
            filter: None,
            goes_on: false,
            documentation: None,
        }
    }
}

#[cfg(test)]
mod tests;
