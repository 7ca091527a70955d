//! A document in pieces that are read, checked and kept each by itself.

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::rules::across::{Interests, Offer};
use crate::rules::{Options, is_once};
use crate::text::TextRange;

use super::Document;
use super::cut::{Cut, Piece};
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
            false => self.pieces.partition_point(|piece| piece.cut.start() <= offset).saturating_sub(1),
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
        self.pieces.iter().enumerate().flat_map(|(number, piece)| self.of_piece(number, piece.document.conditional())).collect()
    }

    /// The same, where what the file holds is known already.
    pub fn conditional_among(&self, among: Interests) -> Vec<(&Piece, Diagnostic)> {
        let pieces = self.pieces.iter().enumerate();
        pieces.flat_map(|(number, piece)| self.of_piece(number, &piece.document.conditional_among(among))).collect()
    }

    /// The diagnostics of a piece as those of the whole; what is said of the head of a `List` only once.
    fn of_piece(&self, number: usize, found: &[Diagnostic]) -> Vec<(&Piece, Diagnostic)> {
        let piece = &self.pieces[number];
        let placed = |it: &Diagnostic| if self.pieces.len() == 1 { it.clone() } else { it.placed(|range| piece.cut.to_whole(range)) };
        found.iter().filter(|it| number == 0 || piece.cut.in_item(it.range)).map(|it| (piece, placed(it))).collect()
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

    /// For a document that is no manifest: the error that it is where another document of the same file is one. kubectl rejects such
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
        let cut = Cut::new(head.len(), item, TextRange::new(last.end as usize, text.len()));
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
