//! Text to tree: the state that the readers of block, flow and scalar syntax share, and the loop over the documents of a part.

use std::collections::HashMap;
use std::sync::Arc;

use crate::text::TextRange;

use super::tree::NONE;
use super::{Tree, checks, recovery};

/// How deep collections may nest. kubectl's reader takes 10,000, but no object is that deep, and whoever walks the tree may recurse.
pub(super) const MAX_DEPTH: usize = 500;

/// Reads one part of a file (see [`super::split`]). Total: any text gives a tree; linear in its length.
pub fn parse(text: impl Into<Arc<str>>) -> Tree {
    let text: Arc<str> = text.into();
    let mut tree = Tree::new(text.clone());
    if text.len() >= u32::MAX as usize {
        tree.errors.push(recovery::too_long());
        return tree;
    }
    let mut parser = Parser::new(&text, tree);
    parser.documents();
    checks::finish(parser)
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
    /// The key behind `?`.
    KeyNode,
    /// The `:` behind such a key.
    ValueMark,
    /// The value behind `:`.
    Value,
    /// A dash.
    Dash,
    /// The item behind a dash.
    Item,
}

/// A block collection that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub node: u32,
    /// Column of its keys or dashes; -1 for the document.
    pub indent: i32,
    /// Column of mis-indented lines that were told of and are taken as this collection's.
    pub also: i32,
    pub state: State,
    /// Where an empty node would stand.
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

/// A scalar that stands where a key could: the half-typed key above other keys, if such follow.
#[derive(Clone, Copy, Debug)]
pub(super) struct LoneScalar {
    pub node: u32,
    /// Whether a comment ended it: then no reader takes the next line as its continuation.
    pub commented: bool,
    /// The node placed before it in the same collection.
    pub before: u32,
    pub col: i32,
    /// By how much its effective column differs from the one it stands at.
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
    /// Where kubectl's reader allows a tab on the lines below: from this column, behind a plain scalar.
    pub tabs_from: Option<usize>,
    pub anchors: HashMap<&'t str, u32>,
    /// How often the text indents a collection by so many columns more than the one around it.
    pub steps: [u32; 9],
    /// Whether the text holds `{{` at all.
    pub marks: bool,
    /// Whether a `%YAML` directive was read.
    pub yaml_directive: bool,
    pub flow: super::flow::FlowState,
    /// What lies behind this offset kubectl never sees: the document that it reads has ended.
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
    fn new(text: &'t str, out: Tree) -> Self {
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
            marks: memchr::memmem::find(text.as_bytes(), b"{{").is_some(),
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
<<<<<<< HEAD

    // --- documents

    fn documents(&mut self) {
        let mut first = true;
        loop {
            if !self.prologue(first) {
                return;
            }
            first = false;
        }
    }

    /// What stands before a document, then the document. False at the end of the text.
    fn prologue(&mut self, first: bool) -> bool {
        let mut directives = false;
        loop {
            match self.marker() {
                Some(b'-') => {
                    let start = TextRange::new(self.pos, self.pos + 3);
                    self.document(Some(start));
                    return self.line < self.bytes.len();
                }
                Some(_) => {
                    // A lone `...`: nothing ends here.
                    if directives {
                        self.report(recovery::directive_without_start(self.rest_of_line()));
                        directives = false;
                    } else if first && self.out.documents.is_empty() {
                        self.report(recovery::end_without_start(self.rest_of_line()));
                    }
                    self.after_document_end();
                }
                None => {
                    let content = self.first_byte();
                    if content.is_none_or(|(_, byte)| byte == b'#') {
                        self.tab_before_document();
                    }
                    match content {
                        None => {}
                        Some((at, b'#')) => self.comment(at),
                        Some((_, b'%')) if self.byte(self.line) == b'%' => {
                            directives = true;
                            self.directive();
                        }
                        Some(_) => {
                            if directives {
                                self.report(recovery::directive_without_start(self.rest_of_line()));
                            }
                            self.document(None);
                            return self.line < self.bytes.len();
                        }
                    }
                }
            }
            if !self.next_line() {
                if directives {
                    self.report(recovery::directive_without_start(TextRange::at(self.bytes.len())));
                }
                return false;
            }
        }
    }

    /// One document, from the line of its marker or its first line of content. Leaves `line` at the line behind it.
    fn document(&mut self, start: Option<TextRange>) {
        if self.out.documents.len() == 1 {
            self.report(recovery::dropped(self.rest_of_line()));
        }
        self.anchors.clear();
        self.stack.clear();
        self.pending = Given::default();
        self.lone = None;
        self.stack.push(Frame::new(State::Root, self.line));
        self.out.documents.push(Document { start, end: None });
        let mut more = true;
        if let Some(start) = start {
            self.pos = start.end as usize;
            self.stack[0].slot = self.pos;
            if self.to_content() {
                self.node(None);
            }
            more = self.next_line();
        }
        let mut end = None;
        while more {
            match self.marker() {
                Some(b'-') => break,
                Some(_) => {
                    end = Some(TextRange::new(self.line, self.line + 3));
                    break;
                }
                None => {}
            }
            self.block_line();
            more = self.next_line();
        }
        self.close_document();
        self.stop_reading();
        if let Some(document) = self.out.documents.last_mut() {
            document.end = end;
        }
        if end.is_some() {
            self.after_document_end();
            more = self.next_line();
        }
        if !more {
            self.line = self.bytes.len();
            self.pos = self.line;
            self.eol = self.line;
        }
    }

    /// Notes that kubectl sees nothing of what follows.
    pub fn stop_reading(&mut self) {
        self.unread = true;
        self.read_nodes = self.read_nodes.min(self.out.nodes.len());
    }

    fn close_document(&mut self) {
        while self.stack.len() > 1 {
            self.pop();
        }
        if self.stack[0].state == State::Root {
            self.fill_empty();
        }
    }

    /// Only a comment may follow `...`.
    fn after_document_end(&mut self) {
        self.pos = self.line + 3;
        self.trailing();
    }

    /// `-` or `.` if the line is a document marker, `---` or `...`.
    pub fn marker(&self) -> Option<u8> {
        let line = &self.bytes[self.line..self.eol];
        match line {
            [b @ (b'-' | b'.'), rest @ ..] if rest.starts_with(&[*b, *b]) && (rest.len() == 2 || is_blank(rest[2])) => Some(*b),
            _ => None,
        }
    }

    // --- lines

    pub fn enter_line(&mut self, start: usize) {
        self.line = start;
        self.pos = start;
        self.shift = 0;
        self.eol = match memchr::memchr2(b'\n', b'\r', &self.bytes[start..]) {
            Some(n) => start + n,
            None => self.bytes.len(),
        };
    }

    /// Where the line behind the one that ends at `eol` starts; `None` at the end of the text.
    pub fn line_behind(&self, eol: usize) -> Option<usize> {
        match (self.bytes.get(eol)?, self.bytes.get(eol + 1)) {
            (b'\r', Some(b'\n')) => Some(eol + 2),
            _ => Some(eol + 1),
        }
    }

    /// Moves to the next line; false at the end of the text.
    pub fn next_line(&mut self) -> bool {
        match self.line_behind(self.eol) {
            Some(start) => {
                self.enter_line(start);
                true
            }
            None => false,
        }
    }

    pub fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Whether a blank or the end of the line is at `at`.
    pub fn blank_at(&self, at: usize) -> bool {
        at >= self.eol || is_blank(self.bytes[at])
    }

    /// The first byte of the line that is no blank.
    pub fn first_byte(&self) -> Option<(usize, u8)> {
        let at = self.skip_blanks(self.line);
        (at < self.eol).then(|| (at, self.bytes[at]))
    }

    /// The first place from `at` on this line that is no blank.
    pub fn skip_blanks(&self, mut at: usize) -> usize {
        while at < self.eol && is_blank(self.bytes[at]) {
            at += 1;
        }
        at
    }

    /// `end` without the blanks before it, but not before `start`.
    pub fn trim(&self, start: usize, mut end: usize) -> usize {
        while end > start && is_blank(self.bytes[end - 1]) {
            end -= 1;
        }
        end
    }

    /// From `pos` to the end of the line, blanks cut.
    pub fn rest_of_line(&self) -> TextRange {
        TextRange::new(self.pos, self.trim(self.pos, self.eol))
    }

    pub fn comment(&mut self, at: usize) {
        // Recovery may come by a line twice.
        if self.out.comments.last().is_none_or(|last| (last.start as usize) < at) {
            self.out.comments.push(TextRange::new(at, self.eol));
        }
        self.pos = self.eol;
    }

    /// Skips blanks; false if nothing but a comment is left on the line.
    pub fn to_content(&mut self) -> bool {
        let from = self.pos;
        self.pos = self.skip_blanks(from);
        if self.pos >= self.eol {
            return false;
        }
        if self.bytes[self.pos] == b'#' && (self.pos > from || from == self.line) {
            self.comment(self.pos);
            return false;
        }
        true
    }

    /// Column of `pos`.
    pub fn column(&self) -> i32 {
        (self.pos - self.line) as i32 + self.shift
    }

    // --- tree

    pub fn top(&self) -> &Frame {
        &self.stack[self.stack.len() - 1]
    }

    pub fn top_mut(&mut self) -> &mut Frame {
        let last = self.stack.len() - 1;
        &mut self.stack[last]
    }

    pub fn add(&mut self, kind: Kind, start: usize, end: usize, given: Given) -> u32 {
        let node = self.out.nodes.len() as u32;
        self.out.nodes.push(NodeData {
            kind,
            range: TextRange::new(start, end),
            parent: NONE,
            first_child: NONE,
            last_child: NONE,
            next_sibling: NONE,
        });
        self.give(node, given);
        node
    }

    /// Gives properties to a node that was made before they were known to be its.
    pub fn give(&mut self, node: u32, given: Given) {
        if given.any() {
            self.out.properties.push(Properties { node, anchor: given.anchor, tag: given.tag });
            if let Some(anchor) = given.anchor {
                self.anchors.insert(&self.text[anchor.start as usize + 1..anchor.end as usize], node);
            }
        }
    }

    pub fn attach(&mut self, parent: u32, node: u32) {
        self.out.nodes[node as usize].parent = parent;
        let owner = &mut self.out.nodes[parent as usize];
        let last = owner.last_child;
        owner.last_child = node;
        if last == NONE {
            owner.first_child = node;
        } else {
            self.out.nodes[last as usize].next_sibling = node;
        }
    }

    /// Puts a node into the open slot of the innermost collection.
    pub fn place(&mut self, node: u32) {
        let frame = *self.top();
        let next = match frame.state {
            State::Root | State::Done => State::Done,
            State::KeyNode => State::ValueMark,
            State::Key => State::Value,
            State::ValueMark | State::Value => State::Key,
            State::Dash | State::Item => State::Dash,
        };
        if matches!(frame.state, State::Key | State::KeyNode) {
            let before = self.out.nodes[frame.node as usize].last_child;
            let top = self.top_mut();
            (top.prev, top.last_key) = (before, node);
            top.entries += 1;
        } else if frame.state == State::Item {
            self.top_mut().prev = self.out.nodes[frame.node as usize].last_child;
        }
        if frame.node == NONE {
            self.out.roots.push(NodeId(node));
        } else {
            self.attach(frame.node, node);
        }
        self.top_mut().state = next;
    }

    /// Puts an empty node into the open slot.
    pub fn fill_empty(&mut self) {
        let given = std::mem::take(&mut self.pending);
        let at = self.top().slot.max(given.end());
        let node = self.add(Kind::Empty, at, at, given);
        self.place(node);
    }

    /// Begins a block collection in the open slot. False if there is none, or it would be too deep.
    pub fn open(&mut self, kind: Kind, col: i32, start: usize) -> bool {
        if self.stack.len() > MAX_DEPTH || !self.top().awaits() {
            return false;
        }
        let given = std::mem::take(&mut self.pending);
        let owner = *self.top();
        let compact = owner.born == self.line || owner.is_sequence() || owner.indent < 0;
        let node = self.add(kind, start, start, given);
        self.place(node);
        let state = if matches!(kind, Kind::Sequence(_)) { State::Dash } else { State::Key };
        if col > owner.indent
            && !compact
            && let Some(count) = self.steps.get_mut((col - owner.indent) as usize)
        {
            *count += 1;
        }
        self.stack.push(Frame { node, indent: col, also: col - self.shift, born: self.line, ..Frame::new(state, start) });
        true
    }

    /// Ends what is open of the entry: an empty value where none came.
    pub fn finish_entry(&mut self) {
        if self.top().state == State::KeyNode {
            self.fill_empty();
        }
        match self.top().state {
            State::ValueMark => {
                let last = self.out.nodes[self.top().node as usize].last_child;
                self.top_mut().slot = self.out.nodes[last as usize].range.end as usize;
                self.fill_empty();
            }
            State::Value | State::Item => self.fill_empty(),
            _ => {}
        }
    }

    /// Ends the innermost collection.
    pub fn pop(&mut self) {
        self.finish_entry();
        if let Some(frame) = self.stack.pop() {
            let last = self.out.nodes[frame.node as usize].last_child;
            if last != NONE {
                let end = self.out.nodes[last as usize].range.end;
                let range = &mut self.out.nodes[frame.node as usize].range;
                range.end = range.end.max(end);
            }
        }
    }
=======
>>>>>>> yaml
}

pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}
