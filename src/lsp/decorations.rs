//! What editors show in and beside the text, in LSP's words.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::decorated::{Decorations, Lens, OfPiece};
use super::names::Targets;
use super::part::{At, Snapshot};
use super::published;
use super::to_proto;
use super::tokens::{self, Word};
use super::types::*;
use crate::analysis::Document;
use crate::ide;
use crate::project;
use crate::text::{TextRange, Walk, lines};

fn of_piece(at: &At<'_>) -> OfPiece {
    if !at.document.is_manifest() {
        return OfPiece::default();
    }
    let setup = &at.snapshot.setup;
    let (document, options, client) = (&at.document, setup.options(), &setup.client);
    OfPiece {
        hints: ide::hints(document, options, &setup.shown_hints()),
        tokens: if client.tokens.is_some() { ide::tokens(document, options) } else { vec![] },
        links: if client.links { ide::links(document) } else { vec![] },
        lenses: if client.lenses { ide::lenses(document) } else { vec![] },
    }
}

/// Those of a document in these pieces. What `before` has of them already is taken over.
fn new<'s>(document: &Snapshot, pieces: impl Iterator<Item = At<'s>>, before: Option<&Decorations>) -> Decorations {
    let known: HashMap<*const Document, &Arc<OfPiece>> =
        before.iter().flat_map(|it| &it.pieces).map(|(document, of)| (Arc::as_ptr(document), of)).collect();
    let text = document.text.slice(document.range.clone());
    let mut places = Places { walk: Walk::new(&text, document.encoding()), column: document.position(0).column };
    let mut all = Decorations::default();
    for at in pieces {
        let of = known.get(&Arc::as_ptr(&at.document)).map_or_else(|| Arc::new(of_piece(&at)), |of| Arc::clone(of));
        let place = |offset: usize| at.to_whole(TextRange::at(offset)).start as usize;
        all.hints.extend(of.hints.iter().map(|it| hint(it, places.position(place(it.at)), document.setup.client.markdown)));
        let mut range = |range: TextRange| places.range(at.to_whole(range));
        all.links.extend(of.links.iter().filter_map(|it| Some(link(range(it.range), it.target.parse().ok()?))));
        all.lenses.extend(of.lenses.iter().map(|it| Lens {
            range: range(it.range),
            title: it.title.clone(),
            places: it.places.iter().map(|it| range(*it)).collect(),
        }));
        let offer = document.setup.client.tokens.as_ref();
        for (offer, token) in of.tokens.iter().filter_map(|token| Some((offer?, token))) {
            for range in on_lines(&text, at.to_whole(token.range)) {
                let Range { start, end } = places.range(range);
                all.words.extend(offer.word(token, start.line, start.character, end.character));
            }
        }
        all.pieces.push((at.document, of));
    }
    all.words.sort_by_key(|word| (word.line, word.start));
    if all.pieces.len() == 1 {
        all.pieces.clear();
    }
    all
}

/// The way from offsets in a document to positions with lines relative to it.
struct Places<'t> {
    walk: Walk<'t>,
    /// The column in which the document begins.
    column: usize,
}

impl Places<'_> {
    fn position(&mut self, offset: usize) -> Position {
        let mut position = self.walk.position(offset);
        position.column += if position.line == 0 { self.column } else { 0 };
        published::position(position)
    }

    fn range(&mut self, range: TextRange) -> Range {
        Range { start: self.position(range.start as usize), end: self.position(range.end as usize) }
    }
}

/// The lines of a range, without the spaces around them: not every client shows a token of several lines.
fn on_lines(text: &str, range: TextRange) -> impl Iterator<Item = TextRange> {
    let part = &text[range.span()];
    lines(part).filter_map(move |line| {
        let word = line.trim();
        let start = range.start as usize + (word.as_ptr() as usize - part.as_ptr() as usize);
        (!word.is_empty()).then(|| TextRange::new(start, start + word.len()))
    })
}

fn link(range: Range, target: Uri) -> DocumentLink {
    DocumentLink { range, target: Some(target), tooltip: None, data: None }
}

/// A range so many lines further down.
pub(super) fn down(range: Range, lines: u32) -> Range {
    let down = |it: Position| Position { line: it.line + lines, ..it };
    Range { start: down(range.start), end: down(range.end) }
}

fn hint(hint: &ide::Hint, position: Position, markdown: bool) -> InlayHint {
    let tooltip = (!hint.tooltip.is_empty()).then(|| to_proto::markup(hint.tooltip.clone(), markdown));
    InlayHint {
        position,
        label: hint.label.clone().into(),
        kind: None,
        text_edits: None,
        tooltip: tooltip.map(InlayHintTooltip::from),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}

/// The decorations of a document, made when they are first asked for.
fn of_document(document: &Snapshot) -> &Arc<Decorations> {
    document
        .part
        .decorations
        .get_or_init(|| document.with_pieces(|pieces| Arc::new(new(document, pieces, document.part.decorated_before.as_deref()))))
}

/// The decorations of documents, each with its first line.
pub(super) fn of(documents: &[Snapshot]) -> impl Iterator<Item = (&Decorations, u32)> {
    if documents.len() > 1 {
        documents.par_iter().for_each(|document| drop(of_document(document).clone()));
    }
    documents.iter().map(|document| (&**of_document(document), document.text.line_of(document.range.start) as u32))
}

/// The inlay hints in a range.
pub fn hints(documents: &[Snapshot], range: Range) -> Vec<InlayHint> {
    let placed = of(documents).flat_map(|(of, line)| {
        of.hints.iter().cloned().map(move |mut hint| {
            hint.position.line += line;
            hint
        })
    });
    placed.filter(|hint| range.start <= hint.position && hint.position <= range.end).collect()
}

/// All semantic tokens.
pub fn tokens(documents: &[Snapshot]) -> Vec<SemanticToken> {
    tokens::encode(words(documents))
}

/// The semantic tokens in a range.
pub fn tokens_within(documents: &[Snapshot], range: Range) -> Vec<SemanticToken> {
    let position = |line, character| Position { line, character };
    let inside = |word: &Word| range.start < position(word.line, word.end) && position(word.line, word.start) < range.end;
    tokens::encode(words(documents).filter(inside))
}

fn words(documents: &[Snapshot]) -> impl Iterator<Item = Word> {
    of(documents).flat_map(|(of, line)| of.words.iter().map(move |word| word.down(line)))
}

/// The links of a file. What a kustomization names is looked for on disk.
pub fn links(documents: &[Snapshot]) -> Vec<DocumentLink> {
    let folder = documents.first().and_then(|document| document.setup.kustomization_folder());
    let files = folder.iter().flat_map(|folder| documents.iter().flat_map(|document| file_links(document, folder)));
    let pages = of(documents).flat_map(|(of, line)| {
        of.links.iter().cloned().map(move |mut link| {
            link.range = down(link.range, line);
            link
        })
    });
    files.chain(pages).collect()
}

/// The file that a kustomization names at a position.
pub fn linked_file(documents: &[Snapshot], position: Position) -> Option<Targets> {
    let folder = documents.first()?.setup.kustomization_folder()?;
    let mut links = documents.iter().flat_map(|document| file_links(document, &folder));
    let link = links.find(|link| link.range.start <= position && position <= link.range.end)?;
    Some(Targets { origin: link.range, targets: vec![Location { uri: link.target?, range: Range::default() }] })
}

fn file_links(document: &Snapshot, folder: &Path) -> Vec<DocumentLink> {
    let tree = document.options().parse(document.text.slice(document.range.clone()));
    let links = ide::kustomization_links(&tree).into_iter().filter_map(|it| {
        let path = project::absolute(&folder.join(it.target));
        let inside = || project::KUSTOMIZATION_NAMES.iter().map(|name| path.join(name)).find(|it| it.is_file());
        let file = if path.is_file() { path.clone() } else { inside()? };
        Some(link(document.to_proto(it.range), Uri::from_file_path(file)?))
    });
    links.collect()
}
