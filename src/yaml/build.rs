//! Nodes into the tree.

use crate::text::TextRange;

use super::parser::{Frame, Given, MAX_DEPTH, Parser, State};
use super::tree::{NONE, NodeData, Properties};
use super::{Kind, NodeId, Style};

impl Parser<'_> {
    pub fn top(&self) -> &Frame {
        &self.stack[self.stack.len() - 1]
    }

    pub fn top_mut(&mut self) -> &mut Frame {
        let last = self.stack.len() - 1;
        &mut self.stack[last]
    }

    pub fn add(&mut self, kind: Kind, start: usize, end: usize, given: Given) -> u32 {
        let node = self.out.nodes.len() as u32;
        let plain = kind == Kind::Scalar(Style::Plain);
        self.out.nodes.push(NodeData {
            kind,
            one_line: plain && self.line <= start && end <= self.eol,
            range: TextRange::new(start, end),
            parent: NONE,
            first_child: NONE,
            last_child: NONE,
            next_sibling: NONE,
        });
        if plain && matches!(self.bytes.get(start..), Some([b'.', ..] | [b'+' | b'-', b'.', ..])) {
            self.odd_numbers.push(node);
        }
        if given.any() {
            self.give(node, given);
        }
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
        let last = self.stack.len() - 1;
        let frame = &mut self.stack[last];
        let parent = frame.node;
        let before = if parent == NONE { NONE } else { self.out.nodes[parent as usize].last_child };
        let key = matches!(frame.state, State::Key | State::KeyNode);
        if key {
            (frame.prev, frame.last_key) = (before, node);
            frame.entries += 1;
        } else if frame.state == State::Item {
            frame.prev = before;
        }
        frame.state = match frame.state {
            State::Root | State::Done => State::Done,
            State::KeyNode => State::ValueMark,
            State::Key => State::Value,
            State::ValueMark | State::Value => State::Key,
            State::Dash | State::Item => State::Dash,
        };
        if parent == NONE {
            self.out.roots.push(NodeId(node));
        } else {
            self.attach(parent, node);
        }
        if key {
            self.note_key(node);
        }
    }

    /// Remembers a key that kubectl may not take, or that merges.
    pub fn note_key(&mut self, node: u32) {
        let data = &self.out.nodes[node as usize];
        let odd = match data.kind {
            Kind::Scalar(Style::Plain) => {
                matches!(self.bytes[data.range.start as usize], b'~' | b'n' | b'N' | b'0'..=b'9' | b'+' | b'-' | b'.' | b'<')
                    || data.range.len() > 1024
            }
            Kind::Scalar(_) => data.range.len() > 1024,
            _ => true,
        };
        if odd {
            self.odd_keys.push(node);
        }
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

    /// The node placed last in the innermost collection.
    pub fn last_placed(&self) -> u32 {
        match self.top().node {
            NONE => self.out.roots.last().map_or(NONE, |root| root.0),
            node => self.out.nodes[node as usize].last_child,
        }
    }

    /// Puts a new collection in the place of the last child of `parent` (`NONE` for a root), and that child into it.
    pub fn wrap_last(&mut self, parent: u32, before: u32, kind: Kind, start: usize) -> u32 {
        let node = self.add(kind, start, start, Given::default());
        let child = if parent == NONE {
            match self.out.roots.last_mut() {
                Some(root) => std::mem::replace(&mut root.0, node),
                None => return node,
            }
        } else {
            let child = std::mem::replace(&mut self.out.nodes[parent as usize].last_child, node);
            match before {
                NONE => self.out.nodes[parent as usize].first_child = node,
                _ => self.out.nodes[before as usize].next_sibling = node,
            }
            self.out.nodes[node as usize].parent = parent;
            child
        };
        self.out.nodes[child as usize].next_sibling = NONE;
        self.attach(node, child);
        if matches!(kind, Kind::Mapping(_)) {
            self.note_key(child);
        }
        node
    }
}
