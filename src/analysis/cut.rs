//! How a document is cut into pieces.

use std::sync::Arc;

use crate::text::TextRange;

use super::Document;

/// A piece of a document.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The piece, analysed. Its offsets are its own; [`Piece::cut`] leads back to those of the whole.
    pub document: Arc<Document>,
    /// How it was cut out of the whole.
    pub cut: Cut,
}

/// How a piece was cut: its text is that of the whole without all items but one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// Length of the text before all items.
    head: u32,
    /// The item, in the whole.
    item: TextRange,
    /// The text after all items, in the whole.
    tail: TextRange,
}

impl Cut {
    /// Nothing is cut away from a text of that length.
    pub(super) fn nothing(len: usize) -> Cut {
        Cut { head: len as u32, item: TextRange::at(len), tail: TextRange::at(len) }
    }

    /// An item after `head` bytes, with the text after all items.
    pub(super) fn new(head: usize, item: TextRange, tail: TextRange) -> Cut {
        Cut { head: head as u32, item, tail }
    }

    /// Where the item ends in the piece.
    fn after(self) -> u32 {
        self.head + self.item.len() as u32
    }

    /// A range of the piece as one of the whole. An insertion between the item and what follows belongs to the item.
    pub fn to_whole(self, range: TextRange) -> TextRange {
        let after = self.after();
        let in_head = range.start < self.head;
        let in_tail = range.start > after || range.start == after && !range.is_empty();
        let place = |offset: u32, in_head: bool, in_tail: bool| match offset {
            _ if in_head => offset,
            _ if in_tail => offset - after + self.tail.start,
            _ => offset - self.head + self.item.start,
        };
        let end_in_head = range.end < self.head || range.end == self.head && in_head;
        let start = place(range.start, in_head, in_tail);
        TextRange { start, end: place(range.end, end_in_head, in_tail || range.end > after).max(start) }
    }

    /// The offset in the piece of an offset in the whole, outside of the other items.
    pub(super) fn in_piece(self, offset: usize) -> usize {
        let [head, item, tail] = [self.head, self.item.start, self.tail.start].map(|it| it as usize);
        if offset < head {
            offset
        } else if self.in_tail(offset) {
            offset - tail + self.after() as usize
        } else {
            offset - item + head
        }
    }

    /// Whether a range of the piece lies in its item alone, so that a change of it leaves the other items as they are. True of every range
    /// where nothing was cut away.
    pub fn holds(self, range: TextRange) -> bool {
        self.item.is_empty() || self.head <= range.start && range.end <= self.after()
    }

    /// Whether an offset in the whole lies after all items. The end of a text that ends with an item belongs to that.
    pub(super) fn in_tail(self, offset: usize) -> bool {
        offset >= self.tail.start as usize && !self.tail.is_empty()
    }

    /// Where the item begins in the whole: no two pieces have the same.
    pub fn start(self) -> usize {
        self.item.start as usize
    }

    /// The item in the whole.
    pub(super) fn span(self) -> std::ops::Range<usize> {
        self.item.span()
    }

    /// What is around all items.
    pub(super) fn around(self, text: &str) -> [&str; 2] {
        [&text[..self.head as usize], &text[self.tail.span()]]
    }

    /// The item in the piece.
    pub(super) fn item_in_piece(self) -> std::ops::Range<usize> {
        self.head as usize..self.after() as usize
    }

    /// Whether a range of the piece begins in its item.
    pub(super) fn in_item(self, range: TextRange) -> bool {
        self.head <= range.start && (range.start < self.after() || self.tail.is_empty())
    }
}
