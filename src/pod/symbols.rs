//! What is kept of a document when its tree is gone: its objects, and the names that mean something to other objects.

use crate::text::TextRange;
use crate::yaml::{Kind, Node, Style};

/// What a document says to others. It owns its texts, and is small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symbols {
    /// In the order of the text.
    pub objects: Vec<ObjectSymbol>,
    /// The names in them.
    pub sites: Vec<Site>,
    /// A template writes parts of the document.
    pub is_template: bool,
}

/// An object: one that the document holds, or one that Kustomize generates from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectSymbol {
    /// `Deployment`
    pub kind: Box<str>,
    /// Its name; empty if it has none yet, or none that is certain.
    pub name: Box<str>,
    /// `metadata.namespace`, if it is written and certain.
    pub namespace: Option<Box<str>>,
    /// Where its name is written, or else its kind.
    pub at: Option<Spot>,
    /// Where its kind is written.
    pub kind_at: Option<Spot>,
    /// It is not written out, but generated.
    pub is_generated: bool,
    /// The labels of the Pods that it is or makes; `None` where there are no Pods.
    pub pod_labels: Option<Vec<(Box<str>, Box<str>)>>,
    /// What it selects Pods by.
    pub selectors: Vec<Selector>,
    /// The images of its containers.
    pub images: Vec<Box<str>>,
}

/// Where a name is written, without quotes: a part of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// Number of the line in the document, from zero.
    pub line: u32,
    /// Its first column, in whatever units the columns are counted.
    pub start: u32,
    /// The column after it.
    pub end: u32,
}

/// A name at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Number of the object that it is in.
    pub object: u32,
    /// Where it is.
    pub at: Spot,
    /// Whether the name is defined here, or used.
    pub is_definition: bool,
    /// How it is written.
    pub written: Written,
    /// What it names.
    pub key: Key,
    /// The namespace of what it names, where that is another one than that of its object.
    pub namespace: Option<Box<str>>,
}

/// How a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Without quotes.
    Plain,
    /// In quotes.
    Quoted,
    /// By an alias, with an anchor that other places may use, or as a part of a text.
    Otherwise,
}

/// What a name names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// An object: its kind and name.
    Object(&'static str, Box<str>),
    /// A part of an object: a key of a ConfigMap, a port of a Service by its name or number. Kind and name of the object, and the part.
    Entry(&'static str, Box<str>, Box<str>),
    /// A port of a Pod, by its name or number.
    Port(Box<str>),
    /// A label of a Pod, by its key.
    Label(Box<str>),
}

/// What an object selects Pods by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// All of these must hold.
    pub demands: Vec<Demand>,
    /// It is for the Pods that the object makes itself, and for no others.
    pub is_own: bool,
    /// Its numbers among the sites: those that say what is selected, and the ports that are looked for in that.
    pub sites: std::ops::Range<u32>,
}

/// One thing that a selector asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Demand {
    /// The label.
    pub key: Box<str>,
    /// What it must be.
    pub operator: Operator,
    /// The values to compare with.
    pub values: Vec<Box<str>>,
}

/// How a label is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// It is there and has one of the values.
    In,
    /// It is not there or has none of the values.
    NotIn,
    /// It is there.
    Exists,
    /// It is not there.
    DoesNotExist,
}

impl Symbols {
    /// All that the document says, without room for more. A patch defines nothing: its names are those of what it changes.
    pub fn finish(mut self, is_patch: bool) -> Symbols {
        if is_patch {
            self.sites.iter_mut().for_each(|site| site.is_definition = false);
            self.objects.iter_mut().for_each(|object| object.pod_labels = None);
        }
        self.sites.shrink_to_fit();
        self.objects.shrink_to_fit();
        self
    }
}

impl ObjectSymbol {
    /// Whether it has Pods that a selector selects.
    pub fn is_selected_by(&self, selector: &Selector) -> bool {
        let Some(labels) = &self.pod_labels else { return false };
        selector.demands.iter().all(|demand| {
            let value = labels.iter().find(|(key, _)| *key == demand.key).map(|(_, value)| value);
            let is_among = || value.is_some_and(|value| demand.values.contains(value));
            match demand.operator {
                Operator::In => is_among(),
                Operator::NotIn => !is_among(),
                Operator::Exists => value.is_some(),
                Operator::DoesNotExist => value.is_none(),
            }
        })
    }
}

impl Key {
    /// The kind of the object that it is, or is a part of.
    pub fn kind(&self) -> Option<&'static str> {
        match self {
            Key::Object(kind, _) | Key::Entry(kind, ..) => Some(kind),
            Key::Port(_) | Key::Label(_) => None,
        }
    }

    /// The name of the object that it is, or is a part of.
    pub fn object_name(&self) -> Option<&str> {
        match self {
            Key::Object(_, name) | Key::Entry(_, name, _) => Some(name),
            Key::Port(_) | Key::Label(_) => None,
        }
    }
}

impl Spot {
    /// Whether a place is in it or at one of its ends.
    pub fn touches(self, line: u32, column: u32) -> bool {
        self.line == line && self.start <= column && column <= self.end
    }

    /// The same in a text that has so many lines before it.
    pub fn below(self, lines: u32) -> Spot {
        Spot { line: self.line + lines, ..self }
    }
}

/// Takes down the symbols of a document.
pub(super) struct Notes<'s> {
    pub(super) symbols: &'s mut Symbols,
    pub(super) place: &'s dyn Fn(TextRange) -> Option<Spot>,
}

impl Notes<'_> {
    /// All that is noted from now on belongs to this object.
    pub(super) fn begin(&mut self, object: ObjectSymbol) {
        self.symbols.objects.push(object);
    }

    /// Notes a name that is written in a node.
    pub(super) fn note(&mut self, node: Node<'_>, is_definition: bool, key: Key, namespace: Option<Box<str>>) {
        let written = match node.kind() {
            _ if node.anchor().is_some() => Written::Otherwise,
            Kind::Scalar(Style::SingleQuoted | Style::DoubleQuoted) => Written::Quoted,
            Kind::Scalar(Style::Plain) => Written::Plain,
            _ => Written::Otherwise,
        };
        self.note_at(node.content_range(), is_definition, written, key, namespace);
    }

    /// Notes a name at a range.
    pub(super) fn note_at(&mut self, range: TextRange, is_definition: bool, written: Written, key: Key, namespace: Option<Box<str>>) {
        let (Some(at), Some(object)) = ((self.place)(range), self.symbols.objects.len().checked_sub(1)) else { return };
        self.symbols.sites.push(Site { object: object as u32, at, is_definition, written, key, namespace });
    }

    /// Where a range is, if it is on one line.
    pub(super) fn place(&self, range: TextRange) -> Option<Spot> {
        (self.place)(range)
    }

    /// The object that is being noted.
    pub(super) fn current(&mut self) -> Option<&mut ObjectSymbol> {
        self.symbols.objects.last_mut()
    }

    /// How many names are noted.
    pub(super) fn count(&self) -> u32 {
        self.symbols.sites.len() as u32
    }
}

/// The text of a scalar that may be a name, and is certain.
pub(super) fn text(node: Node<'_>) -> Option<Box<str>> {
    let node = node.resolved().filter(|node| matches!(node.kind(), Kind::Scalar(_)) && !node.has_template())?;
    let text = node.value();
    is_name(&text).then(|| text.into())
}

/// Whether a text may be a name. One with a placeholder of some tool is none.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:/".contains(&byte))
}
