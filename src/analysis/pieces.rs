//! A document in pieces that are read, checked and kept each by itself.

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::rules::across::Offer;
use crate::rules::{Options, is_once};
use crate::text::TextRange;

use super::Document;
use super::{brackets, list, reach};

/// Everything that podls knows of a document (the text between two `---` lines).
///
/// Most documents are one piece. A `List` is as many as it has items: each is the text without all the other items, so a `List` of one.
/// An edit in one item then costs one item, and the objects of a `List` of megabytes are as independent as documents are.
#[derive(Debug)]
pub struct Analysis {
    /// In the order of the text; never empty. What is around the items is in all of them, and counts in the first.
    pieces: Vec<Piece>,
}

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
    fn nothing(len: usize) -> Cut {
        Cut { head: len as u32, item: TextRange::at(len), tail: TextRange::at(len) }
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
    fn in_piece(self, offset: usize) -> usize {
        let [head, item, tail] = [self.head, self.item.start, self.tail.start].map(|it| it as usize);
        if offset < head {
            offset
        } else if self.in_tail(offset) {
            offset - tail + self.after() as usize
        } else {
            offset - item + head
        }
    }

    /// Whether an offset in the whole lies after all items. The end of a text that ends with an item belongs to that.
    fn in_tail(self, offset: usize) -> bool {
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

impl Analysis {
    /// Reads and checks a document. What `before`, made with the same options, has of it already is taken over.
    pub fn new(text: impl Into<Arc<str>>, options: &Options, before: Option<&Analysis>) -> Self {
        let text = text.into();
        let pieces = cut(&text, options, before).unwrap_or_else(|| {
            let cut = Cut::nothing(text.len());
            vec![Piece { document: Arc::new(Document::new(text, options)), cut }]
        });
        Analysis { pieces }
    }

    /// Its pieces, in the order of the text.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The piece that holds an offset, and the offset in it.
    pub fn at(&self, offset: usize) -> (&Piece, usize) {
        let number = match self.pieces[0].cut.in_tail(offset) {
            true => 0,
            false => self.pieces.partition_point(|piece| piece.cut.item.start as usize <= offset).saturating_sub(1),
        };
        let piece = &self.pieces[number];
        (piece, piece.cut.in_piece(offset))
    }

    /// What is wrong with it, in the order of the text, each with the piece in which it was found.
    pub fn diagnostics<'s>(&'s self) -> Vec<(&'s Piece, Cow<'s, Diagnostic>)> {
        let whole = self.pieces.len() == 1;
        let mut all = vec![];
        for (number, piece) in self.pieces.iter().enumerate() {
            let own = |it: &&Diagnostic| number == 0 || piece.cut.in_item(it.range);
            let placed =
                |it: &'s Diagnostic| if whole { Cow::Borrowed(it) } else { Cow::Owned(it.placed(|range| piece.cut.to_whole(range))) };
            all.extend(piece.document.diagnostics().iter().filter(own).map(|it| (piece, placed(it))));
        }
        if !whole {
            all.sort_by_key(|(_, it)| (it.range, it.severity, it.code));
            let mut seen = false;
            all.retain(|(_, it)| !is_once(it.code) || !std::mem::replace(&mut seen, true));
        }
        all
    }

    /// What is wrong with it if the other documents of the file, or the other items of its `List`, are so; each with its piece.
    pub fn conditional(&self) -> Vec<(&Piece, Diagnostic)> {
        let placed =
            |piece: &Piece, it: &Diagnostic| if self.pieces.len() == 1 { it.clone() } else { it.placed(|range| piece.cut.to_whole(range)) };
        self.pieces.iter().flat_map(|piece| piece.document.conditional().iter().map(move |it| (piece, placed(piece, it)))).collect()
    }

    /// What the other documents of the file may be about.
    pub fn offers(&self) -> Vec<Offer> {
        self.pieces.iter().flat_map(|piece| piece.document.offers()).collect()
    }

    /// See [`Model::is_checked`](crate::pod::Model::is_checked).
    pub fn is_checked(&self) -> bool {
        self.pieces.iter().any(|piece| piece.document.is_checked())
    }

    /// See [`Model::is_manifest`](crate::pod::Model::is_manifest).
    pub fn is_manifest(&self) -> bool {
        self.pieces[0].document.is_manifest()
    }

    /// For a document that is no manifest: the error that it is where another document of the same file is one. kubectl refuses such
    /// a file; alone, the document is none of our business.
    pub fn stray(&self) -> Option<&Diagnostic> {
        self.pieces[0].document.stray()
    }
}

/// The pieces of a `List`; `None` for a document that must be read as a whole.
fn cut(text: &str, options: &Options, before: Option<&Analysis>) -> Option<Vec<Piece>> {
    let in_blocks = list::items(text);
    let in_brackets = in_blocks.is_empty();
    let items = if in_brackets { brackets::items(text) } else { in_blocks };
    if !reach::may_be_cut(text, &items) {
        return None;
    }
    let (first, last) = (items.first()?, items.last()?);
    let (head, tail) = (&text[..first.start as usize], &text[last.end as usize..]);
    let mut old = before.map_or(&[][..], |it| &it.pieces);
    let text_of = |item: TextRange| [head, &text[item.span()], tail];
    let same = |piece: &Piece, item: TextRange| equals(piece.document.text(), text_of(item));
    let start = std::iter::zip(old, &items).take_while(|(piece, item)| same(piece, **item)).count();
    let fresh = &items[start..];
    old = &old[start..];
    let end = std::iter::zip(old.iter().rev(), fresh.iter().rev()).take_while(|(piece, item)| same(piece, **item)).count();

    let mut pieces = Vec::with_capacity(items.len());
    for (number, &item) in items.iter().enumerate() {
        let kept = match (number.checked_sub(start), items.len() - number) {
            (None, _) => before.map(|it| &it.pieces[number]),
            (_, left) if left <= end => Some(&old[old.len() - left]),
            _ => None,
        };
        let document = kept.map_or_else(|| Arc::new(Document::new(text_of(item).concat(), options)), |piece| piece.document.clone());
        let cut = Cut { head: head.len() as u32, item, tail: TextRange::new(last.end as usize, text.len()) };
        if kept.is_none() && !reach::stands_alone(&document, cut, in_brackets) {
            return None;
        }
        pieces.push(Piece { document, cut });
    }
    reach::agree(text, &pieces, in_brackets).then_some(pieces)
}

fn equals(text: &str, parts: [&str; 3]) -> bool {
    let [head, item, tail] = parts;
    let rest = text.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail));
    rest == Some(item)
}
