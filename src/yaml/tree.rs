//! The syntax tree: a flat arena of nodes with their ranges.

use std::borrow::Cow;
use std::sync::Arc;

use crate::text::TextRange;

use super::SyntaxError;
use super::template::{BranchId, Template};

/// Names a node of one [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// The node's number in [`Tree::nodes`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing is written: the value of `key:`, the item of a lone `-`.
    Empty,
    /// A scalar in one of YAML's five styles.
    Scalar(Style),
    /// A mapping; its children alternate between keys and values.
    Mapping(Layout),
    /// A sequence; its children are the items.
    Sequence(Layout),
    /// `*name`.
    Alias,
    /// A value that a template writes, as a whole or in part: a scalar without quotes that holds `{{ … }}`, or what such a line writes below
    /// its key.
    Template,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// How a collection is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// By indentation.
    Block,
    /// In brackets.
    Flow,
}

pub(super) const NONE: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(super) struct NodeData {
    pub kind: Kind,
    /// Of a plain scalar, whether it is on one line: then its value is its text.
    pub one_line: bool,
    pub range: TextRange,
    pub parent: u32,
    pub first_child: u32,
    pub last_child: u32,
    pub next_sibling: u32,
}

/// What is before a node: `&anchor` and `!tag`, each with its mark.
#[derive(Clone, Debug)]
pub(super) struct Properties {
    pub node: u32,
    pub anchor: Option<TextRange>,
    pub tag: Option<TextRange>,
}

/// One YAML document of a part, by its markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document {
    /// The range of `---`, if it begins with one.
    pub start: Option<TextRange>,
    /// The range of `...`, if it ends with one.
    pub end: Option<TextRange>,
}

/// The tree of one part of a file, with the text it was made from. Never fails: what could not be read is in [`Tree::errors`].
#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub(super) text: Arc<str>,
    pub(super) nodes: Vec<NodeData>,
    /// The roots of the YAML documents in this part, in order. kubectl reads only the first.
    pub(super) roots: Vec<NodeId>,
    /// Sorted by node.
    pub(super) properties: Vec<Properties>,
    /// Alias node and the node it stands for, sorted by alias.
    pub(super) aliases: Vec<(NodeId, NodeId)>,
    pub(super) comments: Vec<TextRange>,
    pub(super) documents: Vec<Document>,
    /// `%TAG` directives: handle and prefix, sorted by the text of the handle.
    pub(super) tag_handles: Vec<(TextRange, TextRange)>,
    /// Column of the text of block scalars whose header says it, sorted by node.
    pub(super) literal_indents: Vec<(u32, u32)>,
    /// Set if the text is a template with actions.
    pub(super) template: Option<Box<Template>>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) is_json_only: bool,
    /// By how many columns the text indents, for each number how often; and a bit for each of them that a line was judged by.
    pub(super) steps: [u32; 9],
    pub(super) habits: u16,
    /// See [`Tree::is_ytt`].
    pub(super) is_ytt: bool,
    /// Number of values with what aliases repeat; zero where there are none.
    pub(super) expanded: usize,
}

impl Tree {
    pub(super) fn new(text: Arc<str>) -> Self {
        Tree {
            text,
            nodes: vec![],
            roots: vec![],
            properties: vec![],
            aliases: vec![],
            comments: vec![],
            documents: vec![],
            tag_handles: vec![],
            literal_indents: vec![],
            template: None,
            errors: vec![],
            is_json_only: false,
            steps: [0; 9],
            habits: 0,
            is_ytt: false,
            expanded: 0,
        }
    }

    /// The text that was parsed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The root of the document that kubectl reads; `None` if there is nothing but spaces, comments and markers.
    pub fn root(&self) -> Option<Node<'_>> {
        self.roots.first().map(|&id| self.node(id)).filter(|root| !root.is_empty() || root.properties().is_some())
    }

    /// The roots of all YAML documents in this part: more than one only after `...`. An `Empty` one where nothing follows `---`.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.roots.iter().map(|&id| self.node(id))
    }

    /// The node of that name.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// All nodes, parents before their children.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len()).map(|id| self.node(NodeId(id as u32)))
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the tree holds no node at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// What is wrong with the syntax, in the order of the text.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The comments from `#` to the end of the line, in the order of the text.
    pub fn comments(&self) -> &[TextRange] {
        &self.comments
    }

    /// The markers of the documents in this part, one for each of [`Tree::roots`] where nothing is wrong.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Whether it is the tree of a template: of scalars with `{{ … }}` nothing is known, and collections may be open.
    pub fn is_template(&self) -> bool {
        self.template.is_some()
    }

    /// Whether comments of it are read by ytt, a template engine: `image: #@ data.values.image`, `#@ if`, `#@overlay/match`. Its values and
    /// which of its lines count are decided there.
    pub fn is_ytt(&self) -> bool {
        self.is_ytt
    }

    /// Which way through the template writes the text at an offset.
    pub fn branch_at(&self, offset: u32) -> BranchId {
        self.template.as_ref().map_or(BranchId::ALWAYS, |it| it.branches.at(offset))
    }

    /// Whether a template writes part of a range.
    pub fn has_action(&self, range: TextRange) -> bool {
        self.template.as_ref().is_some_and(|it| it.overlaps(range))
    }

    /// The lines of a template that could not be read, and may be right all the same when it is rendered; sorted.
    pub fn unsure(&self) -> &[TextRange] {
        self.template.as_ref().map_or(&[], |it| &it.unsure)
    }

    /// What a `%TAG` directive says that a handle stands for.
    pub(super) fn tag_prefix(&self, handle: &str) -> Option<&str> {
        let at = self.tag_handles.partition_point(|(it, _)| &self.text[it.span()] < handle);
        let (found, prefix) = self.tag_handles.get(at)?;
        (&self.text[found.span()] == handle).then(|| &self.text[prefix.span()])
    }

    /// Whether it has no errors only because it is JSON: YAML's readers would stumble.
    pub fn is_json_only(&self) -> bool {
        self.is_json_only
    }

    /// By how many columns the text above usually indents, where lines that fit nowhere were read by that: a bit for each number. Bit 0
    /// where it counted that a list begins right there.
    pub fn habits(&self) -> u16 {
        self.habits
    }

    /// Whether the text indents by that many columns more often than by any other number, by at least so many times.
    pub fn mostly_indents_by(&self, step: u32, times: usize) -> bool {
        let count = |step: usize| self.steps.get(step).map_or(0, |count| *count as usize);
        (1..self.steps.len()).all(|other| other == step as usize || count(step as usize) >= count(other) + times)
    }

    /// How many values there are to whom follows the aliases.
    pub fn expanded(&self) -> usize {
        self.expanded.max(self.len())
    }

    /// The nodes that have an anchor, in the order of the text.
    pub fn anchored(&self) -> impl Iterator<Item = Node<'_>> {
        self.properties.iter().filter(|it| it.anchor.is_some()).map(|it| self.node(NodeId(it.node)))
    }

    /// The deepest node whose range holds or touches `offset`.
    pub fn node_at(&self, offset: usize) -> Option<Node<'_>> {
        let mut at = self.roots().find(|root| root.range().touches(offset))?;
        let begun = |child: &Node<'_>| child.range().start as usize <= offset;
        while let Some(child) = at.children().take_while(begun).filter(|child| child.range().touches(offset)).last() {
            at = child;
        }
        Some(at)
    }
}

/// A node, with its tree at hand.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
}

/// A key of a mapping with its value.
#[derive(Clone, Copy)]
pub struct Entry<'t> {
    /// The key; `Kind::Empty` where none is written (`: value`).
    pub key: Node<'t>,
    /// The value; `Kind::Empty` where none is written.
    pub value: Node<'t>,
}

impl<'t> Node<'t> {
    fn data(self) -> &'t NodeData {
        &self.tree.nodes[self.id.0 as usize]
    }

    fn link(self, id: u32) -> Option<Node<'t>> {
        (id != NONE).then(|| self.tree.node(NodeId(id)))
    }

    /// The name of the node in its tree.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The tree it belongs to.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.data().kind
    }

    /// From its first to after its last byte: quotes and brackets included; anchor, tag and comments not.
    /// A block collection reaches from its first key or dash to the end of its last value.
    pub fn range(self) -> TextRange {
        self.data().range
    }

    /// Its range without the quotes of a scalar.
    pub fn content_range(self) -> TextRange {
        let range = self.range();
        let is_quoted = matches!(self.kind(), Kind::Scalar(Style::SingleQuoted | Style::DoubleQuoted));
        if is_quoted && range.len() >= 2 { TextRange { start: range.start + 1, end: range.end - 1 } } else { range }
    }

    /// The bytes of the node as written.
    pub fn text(self) -> &'t str {
        &self.tree.text[self.range().span()]
    }

    /// The collection that holds it; `None` for a root.
    pub fn parent(self) -> Option<Node<'t>> {
        self.link(self.data().parent)
    }

    /// What follows it in the same collection: after a key its value.
    pub fn next(self) -> Option<Node<'t>> {
        self.link(self.data().next_sibling)
    }

    /// Items, or keys and values in turn.
    pub fn children(self) -> impl Iterator<Item = Node<'t>> {
        std::iter::successors(self.link(self.data().first_child), |node| node.next())
    }

    /// The items of a sequence; nothing for other nodes.
    pub fn items(self) -> impl Iterator<Item = Node<'t>> {
        matches!(self.kind(), Kind::Sequence(_)).then(|| self.children()).into_iter().flatten()
    }

    /// The entries of a mapping, as written: merge keys are not resolved here. Nothing for other nodes.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        let mut children = matches!(self.kind(), Kind::Mapping(_)).then(|| self.children()).into_iter().flatten();
        std::iter::from_fn(move || Some(Entry { key: children.next()?, value: children.next()? }))
    }

    /// The key that kubectl writes into the JSON for this node: `true` for `yes`, `8080` for `0x1F90`.
    pub fn key_text(self) -> Cow<'t, str> {
        super::scalar::key_text(self)
    }

    /// The value of a scalar: quotes, escapes and folding undone. Empty for collections; the name for an alias.
    pub fn value(self) -> Cow<'t, str> {
        self.plain_line().map_or_else(|| super::decode::value(self), Cow::Borrowed)
    }

    /// The text of a plain scalar on one line, which is its value.
    pub(super) fn plain_line(self) -> Option<&'t str> {
        let data = self.data();
        (data.one_line && data.kind == Kind::Scalar(Style::Plain)).then(|| self.text())
    }

    /// The node that an alias stands for; every other node stands for itself. `None` for an alias of no anchor.
    pub fn resolved(self) -> Option<Node<'t>> {
        if self.kind() != Kind::Alias {
            return Some(self);
        }
        let at = self.tree.aliases.binary_search_by_key(&self.id, |&(alias, _)| alias).ok()?;
        Some(self.tree.node(self.tree.aliases[at].1))
    }

    fn properties(self) -> Option<&'t Properties> {
        if self.tree.properties.is_empty() {
            return None;
        }
        let at = self.tree.properties.binary_search_by_key(&self.id.0, |it| it.node).ok()?;
        Some(&self.tree.properties[at])
    }

    /// The range of `&name` before the node.
    pub fn anchor(self) -> Option<TextRange> {
        self.properties()?.anchor
    }

    /// The range of `!tag` before the node.
    pub fn tag(self) -> Option<TextRange> {
        self.properties()?.tag
    }

    /// The tag in full, handles resolved: `!!str` is `tag:yaml.org,2002:str`. `None` without a tag.
    pub fn tag_uri(self) -> Option<Cow<'t, str>> {
        let text: &'t str = &self.tree.text;
        let tag = &text[self.tag()?.span()];
        if let Some(verbatim) = tag.strip_prefix("!<") {
            return Some(Cow::Borrowed(verbatim.trim_end_matches('>')));
        }
        let handle_end = tag[1..].find('!').map_or(1, |at| at + 2);
        let (handle, suffix) = tag.split_at(handle_end);
        let prefix = self.tree.tag_prefix(handle).unwrap_or(if handle == "!!" { "tag:yaml.org,2002:" } else { handle });
        Some(Cow::Owned(format!("{prefix}{}", super::decode::percent_decoded(suffix))))
    }

    /// Column of a block scalar's text, where its header says it.
    pub(super) fn literal_indent(self) -> Option<usize> {
        let at = self.tree.literal_indents.binary_search_by_key(&self.id.0, |it| it.0).ok()?;
        Some(self.tree.literal_indents[at].1 as usize)
    }

    /// Whether a template writes this scalar, or a part of it.
    pub fn has_template(self) -> bool {
        match self.kind() {
            Kind::Template => true,
            Kind::Scalar(_) => self.tree.has_action(self.range()),
            _ => false,
        }
    }

    /// Whether this collection may get entries when its template is rendered that are not seen here.
    pub fn is_open(self) -> bool {
        self.tree.template.as_ref().is_some_and(|it| it.open.binary_search(&self.id.0).is_ok())
    }

    /// Whether no template writes any of it, nor may add to it.
    pub fn is_certain(self) -> bool {
        let Some(template) = &self.tree.template else { return true };
        let range = self.range();
        let is_inside = |id: &u32| range.covers(self.tree.nodes[*id as usize].range);
        self.kind() != Kind::Template && !template.overlaps(range) && !template.open.iter().any(is_inside)
    }

    /// Which way through its template writes it.
    pub fn branch(self) -> BranchId {
        self.tree.branch_at(self.range().start)
    }

    /// Whether it is a mapping or a sequence.
    pub fn is_collection(self) -> bool {
        matches!(self.kind(), Kind::Mapping(_) | Kind::Sequence(_))
    }

    /// Whether nothing is written here.
    pub fn is_empty(self) -> bool {
        self.kind() == Kind::Empty
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?} {:?}", self.kind(), self.range(), self.text())
    }
}
