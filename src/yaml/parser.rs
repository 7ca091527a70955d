//! Text to tree: the state that the readers of block, flow and scalar syntax share, and the loop over the documents of a part.

use std::collections::HashMap;
use std::sync::Arc;

use crate::text::TextRange;

use super::template::{self, Arms, Language, Mask, Placeholder};
use super::tree::NONE;
use super::{Kind, Layout, Tree, checks, mistake};

/// How deep collections may nest. kubectl's reader takes 10,000, but no object is that deep, and whoever walks the tree may recurse.
pub(super) const MAX_DEPTH: usize = 500;

/// The collections of block syntax.
pub(super) const MAPPING: Kind = Kind::Mapping(Layout::Block);
pub(super) const SEQUENCE: Kind = Kind::Sequence(Layout::Block);

/// What a text is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// YAML.
    #[default]
    Manifest,
    /// A Go template that writes YAML, as Helm's are.
    Template,
    /// YAML, or a Go template where YAML can't read the actions: a file that a chart may render by `tpl`.
    Either,
}

/// Reads one part of a file (see [`super::split`]) as YAML. Total: any text gives a tree; linear in its length.
///
/// Where `{{ … }}` (or `{% … %}`) makes YAML unreadable, that is one error, and the rest is read as a template.
pub fn parse(text: impl Into<Arc<str>>) -> Tree {
    parse_as(text, Dialect::Manifest)
}

/// Reads one part of a file. Total, like [`parse`].
pub fn parse_as(text: impl Into<Arc<str>>, dialect: Dialect) -> Tree {
    parse_with(text, dialect, &[])
}

/// Reads one part of a file in which placeholders of these forms are filled in later. Total, like [`parse`].
pub fn parse_with(text: impl Into<Arc<str>>, dialect: Dialect, forms: &[Placeholder]) -> Tree {
    let mut tree = read(text.into(), dialect, forms);
    let annotates = |comment: &str| comment.strip_prefix("#@").is_some_and(|rest| rest.starts_with(' ') || rest.contains('/'));
    tree.is_ytt = tree.comments.iter().any(|comment| annotates(&tree.text[comment.span()]));
    tree
}

fn read(text: Arc<str>, dialect: Dialect, forms: &[Placeholder]) -> Tree {
    let mut tree = Tree::new(text.clone());
    if text.len() >= u32::MAX as usize {
        tree.errors.push(mistake::too_long());
        return tree;
    }
    let placeholders = template::placeholders(&text, forms);
    if dialect == Dialect::Template && memchr::memmem::find(text.as_bytes(), b"{{").is_some() {
        return read_template(&text, tree, Language::Go, None, &placeholders);
    }
    let mask = (!placeholders.is_empty()).then(|| {
        let mut mask = Mask::plain(&text);
        mask.fill_in(&placeholders);
        mask
    });
    let mut parser = Parser::new(mask.as_ref().map_or(&*text, |mask| &mask.text), mask.as_ref(), tree);
    parser.documents();
    match parser.first_action {
        Some(_) if dialect == Dialect::Either => read_template(&text, Tree::new(text.clone()), Language::Go, None, &placeholders),
        Some(at) => read_template(&text, Tree::new(text.clone()), Language::Jinja, Some(at), &placeholders),
        None => checks::finish(parser),
    }
}

/// Reads a template; `error` is the place of an action that must not be there.
fn read_template(text: &str, tree: Tree, language: Language, error: Option<usize>, placeholders: &[TextRange]) -> Tree {
    let mut mask = template::mask(text, language);
    let actions = mask.actions.clone();
    mask.fill_in(placeholders);
    let mut parser = Parser::new(&mask.text, Some(&mask), tree);
    parser.documents();
    let mut tree = checks::finish(parser);
    let is_closed = |action: &TextRange| ["}}", "%}", "#}"].iter().any(|close| text[action.span()].ends_with(close));
    let first = error.and_then(|at| actions.iter().find(|it| it.end as usize > at));
    tree.errors.extend(first.filter(|it| is_closed(it)).map(|it| mistake::template(*it)));
    // Where a comment ends that is being written, nobody knows.
    let open = actions.iter().filter(|it| !is_closed(it) && !template::is_comment(&text[it.span()]));
    tree.errors.extend(open.map(|it| mistake::unclosed_template(*it)));
    tree.errors.sort_by_key(|it| it.range.start);
    tree
}

/// What may come next in a collection that is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The document's only node.
    Root,
    /// Nothing: the document has its node.
    Done,
    /// A key of a mapping.
    Key,
    /// The key after `?`.
    KeyNode,
    /// The `:` after such a key.
    ValueMark,
    /// The value after `:`.
    Value,
    /// A dash.
    Dash,
    /// The item after a dash.
    Item,
}

/// A block collection that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub node: u32,
    /// Column of its keys or dashes; -1 for the document.
    pub indent: i32,
    /// Column of mis-indented lines that were reported and are taken as this collection's.
    pub also: i32,
    pub state: State,
    /// Where an empty node would be.
    pub slot: usize,
    /// Number of keys or dashes so far.
    pub entries: u32,
    /// Start of the line it began on.
    pub born: usize,
    /// A mapping's last key, and the value before it.
    pub last_key: u32,
    pub prev: u32,
}

impl Frame {
    pub fn new(state: State, slot: usize) -> Self {
        Frame { node: NONE, indent: -1, also: -1, state, slot, entries: 0, born: usize::MAX, last_key: NONE, prev: NONE }
    }

    /// Whether a node may be placed here.
    pub fn awaits(&self) -> bool {
        matches!(self.state, State::Root | State::KeyNode | State::Value | State::Item)
    }

    pub fn is_sequence(&self) -> bool {
        matches!(self.state, State::Dash | State::Item)
    }

    pub fn is_mapping(&self) -> bool {
        matches!(self.state, State::Key | State::KeyNode | State::ValueMark | State::Value)
    }
}

/// Anchor and tag as given before a node.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Given {
    pub anchor: Option<TextRange>,
    pub tag: Option<TextRange>,
}

impl Given {
    pub fn any(&self) -> bool {
        self.anchor.is_some() || self.tag.is_some()
    }

    pub fn end(&self) -> usize {
        self.anchor.map_or(0, |it| it.end).max(self.tag.map_or(0, |it| it.end)) as usize
    }

    pub fn start(&self) -> usize {
        self.anchor.map_or(u32::MAX, |it| it.start).min(self.tag.map_or(u32::MAX, |it| it.start)) as usize
    }
}

/// A scalar that is where a key could: the half-typed key above other keys, if such follow.
#[derive(Clone, Copy, Debug)]
pub(super) struct LoneScalar {
    pub node: u32,
    /// Whether a comment ended it: then no reader takes the next line as its continuation.
    pub commented: bool,
    /// The node placed before it in the same collection.
    pub before: u32,
    pub col: i32,
    /// By how much its effective column differs from the one it is at.
    pub shift: i32,
}

pub(super) struct Parser<'t> {
    pub text: &'t str,
    pub bytes: &'t [u8],
    /// The next byte to read.
    pub pos: usize,
    /// Start and end (without its break) of the line that holds `pos`.
    pub line: usize,
    pub eol: usize,
    /// What is added to a place in the line to get its column: not zero on mis-indented lines.
    pub shift: i32,
    pub stack: Vec<Frame>,
    /// Properties that wait on an earlier line for the node of the innermost open slot.
    pub pending: Given,
    pub lone: Option<LoneScalar>,
    /// Where kubectl's reader allows a tab on the lines below: from this column, after a plain scalar.
    pub tabs_from: Option<usize>,
    pub anchors: HashMap<&'t str, u32>,
    /// How often the text indents a collection by so many columns more than the one around it.
    pub steps: [u32; 9],
    /// How the text was made, if it is a template without its actions.
    pub mask: Option<&'t Mask>,
    pub arms: Arms,
    /// The first action that begins a node.
    pub first_action: Option<usize>,
    /// Whether lines may end where editors see no line end.
    pub rare_breaks: bool,
    /// Whether the text holds characters that only look like spaces.
    pub odd_spaces: bool,
    /// Whether the last conflict marker of git's opens a conflict.
    pub in_conflict: bool,
    /// Whether the next document begins after a line that was meant to be `---`.
    pub separated: bool,
    /// Whether a `%YAML` directive was read.
    pub yaml_directive: bool,
    pub flow: super::flow::FlowState,
    /// What lies after this offset kubectl never sees: the document that it reads has ended.
    pub read_end: usize,
    /// Number of nodes in the part of the text that kubectl reads.
    pub read_nodes: usize,
    /// Keys that kubectl may not take, and plain scalars that may be no JSON number: looked at when the tree is complete.
    pub odd_keys: Vec<u32>,
    pub odd_numbers: Vec<u32>,
    /// Start of the line of each error.
    pub error_lines: Vec<u32>,
    pub out: Tree,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, mask: Option<&'t Mask>, out: Tree) -> Self {
        let mut parser = Parser {
            text,
            bytes: text.as_bytes(),
            pos: 0,
            line: 0,
            eol: 0,
            shift: 0,
            stack: Vec::with_capacity(16),
            pending: Given::default(),
            lone: None,
            tabs_from: None,
            anchors: HashMap::new(),
            steps: [0, 0, 1, 0, 0, 0, 0, 0, 0],
            mask,
            arms: Arms::default(),
            first_action: None,
            rare_breaks: super::breaks::has_rare(text),
            odd_spaces: !text.is_ascii() && text.contains(super::lookalike::is_odd_space),
            in_conflict: false,
            separated: false,
            yaml_directive: false,
            flow: Default::default(),
            read_end: usize::MAX,
            read_nodes: usize::MAX,
            odd_keys: vec![],
            odd_numbers: vec![],
            error_lines: vec![],
            out,
        };
        parser.out.nodes.reserve(text.len() / 14 + 4);
        parser.enter_line(if text.starts_with('\u{feff}') { 3 } else { 0 });
        parser
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}
