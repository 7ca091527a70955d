//! One document of an open file, and what is known of it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::decorated::Decorations;
use super::published;
use super::setup::Setup;
use super::types;
use crate::analysis::{Analysis, Cut, Document, Piece};
use crate::diagnostic::{Diagnostic, Incomplete};
use crate::guard;
use crate::pod::Symbols;
use crate::pod::symbols::Spot;
use crate::project::config;
use crate::rules::across::Offer;
use crate::rules::{Options, allow};
use crate::text::{Encoding, Position, Text, TextRange};

/// What is known of a document, found out when it is first asked for. An edit replaces it by an empty one.
#[derive(Debug, Default)]
pub struct Part {
    analysis: OnceLock<Result<Arc<Analysis>, String>>,
    findings: OnceLock<Arc<Findings>>,
    /// What is shown in and beside its text.
    pub decorations: OnceLock<Arc<Decorations>>,
    symbols: OnceLock<Arc<Symbols>>,
    /// What was known before the last edit, as far as an edit of one item leaves the others alone.
    before: Option<Arc<Analysis>>,
    /// What was shown before the last edit.
    pub decorated_before: Option<Arc<Decorations>>,
}

/// The diagnostics of a document, ready to be sent but for the number of its first line.
#[derive(Debug, Default)]
pub struct Findings {
    /// The worst of them, in the order of the text.
    pub shown: Vec<Finding>,
    /// How many there are beside these.
    pub more: usize,
    /// See [`Analysis::conditional`]; found only if the file has objects that others depend on.
    pub conditional: OnceLock<Vec<Diagnostic>>,
    /// See [`Analysis::offers`].
    pub offers: Vec<Offer>,
    /// See [`Analysis::stray`].
    pub stray: Option<Finding>,
    /// See [`Analysis::is_manifest`].
    pub is_manifest: bool,
    /// See [`Analysis::is_checked`].
    pub is_checked: bool,
    /// Where in our source the analysis failed.
    pub failed: Option<String>,
}

/// A diagnostic ready to be sent.
#[derive(Debug)]
pub struct Finding {
    /// With lines relative to the document.
    pub diagnostic: types::Diagnostic,
    /// Something is merely not there yet, in the piece at this offset of the document.
    pub incomplete: Option<(usize, Incomplete)>,
}

impl Part {
    /// The part as an edit leaves it.
    pub fn edited(&self) -> Part {
        let before = self.analysis().filter(|analysis| analysis.pieces().len() > 1).or(self.before.as_ref());
        let decorated = self.decorations.get().or(self.decorated_before.as_ref());
        Part { before: before.cloned(), decorated_before: before.and(decorated).cloned(), ..Part::default() }
    }

    /// What was found out so far.
    pub fn findings(&self) -> Option<&Arc<Findings>> {
        self.findings.get()
    }

    /// The analysis, if it is at hand.
    pub fn analysis(&self) -> Option<&Arc<Analysis>> {
        self.analysis.get()?.as_ref().ok()
    }
}

/// A document, or a piece of one, at one moment, with all that is needed to look at it while the file is edited further.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The text of the whole file.
    pub text: Text,
    /// The bytes of the document in it.
    pub range: Range<usize>,
    /// What is known of the document.
    pub part: Arc<Part>,
    /// What is decided about the file.
    pub setup: Arc<Setup>,
    /// See [`super::file::File::revision`].
    pub revision: u64,
    /// Whether the file is known to have an object that others depend on, so that [`Findings::conditional`] will be asked for.
    pub among_others: bool,
}

/// A piece of a document at one moment.
#[derive(Clone, Debug)]
pub struct At<'s> {
    /// The document it is a piece of.
    pub snapshot: &'s Snapshot,
    /// The piece.
    pub document: Arc<Document>,
    cut: Cut,
}

impl Snapshot {
    /// The document, analyzed and kept. `None` if the analysis failed.
    pub fn analysis(&self) -> Option<&Arc<Analysis>> {
        self.part.analysis.get_or_init(|| self.analyse()).as_ref().ok()
    }

    /// The piece that holds an offset of the document, and the offset in it.
    pub fn at(&self, offset: usize) -> Option<(At<'_>, usize)> {
        let (piece, offset) = self.analysis()?.at(offset);
        Some((self.piece(piece), offset))
    }

    /// All pieces of the document.
    pub fn pieces(&self) -> impl Iterator<Item = At<'_>> {
        self.analysis().into_iter().flat_map(|analysis| analysis.pieces()).map(|piece| self.piece(piece))
    }

    fn piece(&self, piece: &Piece) -> At<'_> {
        At { snapshot: self, document: piece.document.clone(), cut: piece.cut }
    }

    /// Its diagnostics. The analysis itself is kept only where it is likely to be asked for again.
    pub fn findings(&self, keep: bool) -> &Arc<Findings> {
        self.part.findings.get_or_init(|| {
            let once = OnceLock::new();
            let place = if keep { &self.part.analysis } else { &once };
            let analysis = self.part.analysis.get().unwrap_or_else(|| place.get_or_init(|| self.analyse()));
            if !keep && let Ok(analysis) = analysis {
                _ = self.part.symbols.set(self.find_symbols(analysis));
            }
            let described = analysis.as_ref().map_err(Clone::clone).and_then(|analysis| guard::run(|| self.describe(analysis)));
            Arc::new(described.unwrap_or_else(|place| Findings { failed: Some(place), ..Findings::default() }))
        })
    }

    /// What is wrong with it if the other documents of the file are so.
    pub fn conditional(&self) -> Vec<Diagnostic> {
        let find = |analysis: &Arc<Analysis>| guard::run(|| conditional(analysis)).unwrap_or_default();
        match self.part.analysis.get() {
            Some(analysis) => analysis.as_ref().map(find).unwrap_or_default(),
            None => self.analyse().as_ref().map(find).unwrap_or_default(),
        }
    }

    /// Makes something of all its pieces. The analysis is kept as in [`Snapshot::findings`].
    pub fn with_pieces<T>(&self, make: impl FnOnce(&mut dyn Iterator<Item = At<'_>>) -> T) -> T {
        let once = OnceLock::new();
        let keep = self.range.len() >= self.text.len() / FEW;
        let place = if keep { &self.part.analysis } else { &once };
        let analysis = self.part.analysis.get().unwrap_or_else(|| place.get_or_init(|| self.analyse()));
        make(&mut analysis.iter().flat_map(|analysis| analysis.pieces()).map(|piece| self.piece(piece)))
    }

    /// The names in it that mean something to others. Lines count from the first one of the document.
    pub fn symbols(&self) -> Arc<Symbols> {
        let made = || match self.part.analysis.get() {
            Some(analysis) => analysis.as_ref().map(|it| self.find_symbols(it)).unwrap_or_default(),
            // Of a large file too much would be kept.
            None if self.text.len() > SMALL => self.analyse().map(|it| self.find_symbols(&it)).unwrap_or_default(),
            None => self.analysis().map(|it| self.find_symbols(it)).unwrap_or_default(),
        };
        self.part.symbols.get_or_init(made).clone()
    }

    fn find_symbols(&self, analysis: &Analysis) -> Arc<Symbols> {
        let first = self.text.line_of(self.range.start);
        let find = || {
            let mut symbols = Symbols::default();
            for piece in analysis.pieces() {
                let place = |range: TextRange| {
                    let range = piece.cut.to_whole(range);
                    let [start, end] = [range.start, range.end].map(|offset| self.position(offset as usize));
                    let line = (start.line - first) as u32;
                    (start.line == end.line).then_some(Spot { line, start: start.column as u32, end: end.column as u32 })
                };
                symbols.add(piece.document.model(), &place);
            }
            symbols.finish(self.options().layers.is_patch())
        };
        Arc::new(guard::run(find).unwrap_or_default())
    }

    /// How the document was checked.
    pub fn options(&self) -> &Options {
        self.setup.options()
    }

    /// What columns count.
    pub fn encoding(&self) -> Encoding {
        self.setup.client.encoding
    }

    /// The position in the file of an offset in the document.
    pub fn position(&self, offset: usize) -> Position {
        self.text.position(self.range.start + offset, self.encoding())
    }

    /// A range of the document as the client counts.
    pub fn to_proto(&self, range: TextRange) -> types::Range {
        let [start, end] = [range.start, range.end].map(|offset| published::position(self.position(offset as usize)));
        types::Range { start, end }
    }

    /// Which document this is, for the report of a mistake of ours: nothing of its text.
    pub fn size(&self) -> String {
        let line = self.text.line_of(self.range.start) + 1;
        format!(", on a document of {} bytes at line {line} of a file of {}", self.range.len(), self.text.len())
    }

    /// What is wrong with the document, each with where the piece begins that it was found in. podls's own configuration is read as such.
    pub fn diagnostics<'d>(&self, analysis: &'d Analysis) -> Vec<(usize, Cow<'d, Diagnostic>)> {
        if self.setup.is_config() {
            let text = self.text.slice(self.range.clone());
            return config::read(&text).1.into_iter().map(|it| (0, Cow::Owned(it))).collect();
        }
        analysis.diagnostics().into_iter().map(|(piece, it)| (piece.cut.start(), it)).collect()
    }

    fn analyse(&self) -> Result<Arc<Analysis>, String> {
        guard::run(|| {
            let text = self.text.slice(self.range.clone());
            guard::trip(&text);
            let options = allow::in_file(&head(&self.text), self.options());
            Arc::new(Analysis::new(text, &options, self.part.before.as_deref()))
        })
    }

    /// A diagnostic of the document, ready to be sent, with lines relative to it.
    pub fn ready(&self, diagnostic: &Diagnostic) -> types::Diagnostic {
        let first = self.text.line_of(self.range.start);
        let position = |offset: u32| {
            let Position { line, column } = self.position(offset as usize);
            Position { line: line - first, column }
        };
        published::diagnostic(diagnostic, position, &self.setup)
    }

    fn describe(&self, analysis: &Analysis) -> Findings {
        let describe = |it: &Diagnostic| self.ready(it);
        let finding = |(piece, it): (usize, Cow<'_, Diagnostic>)| Finding {
            diagnostic: describe(&it),
            incomplete: it.incomplete.map(|incomplete| (piece, incomplete)),
        };
        let mut diagnostics = self.diagnostics(analysis);
        let more = keep_worst(&mut diagnostics, |(_, it)| it.severity);
        Findings {
            shown: diagnostics.into_iter().map(finding).collect(),
            more,
            conditional: if self.among_others { conditional(analysis).into() } else { OnceLock::new() },
            offers: analysis.offers(),
            stray: analysis.stray().map(|it| Finding { diagnostic: describe(it), incomplete: None }),
            is_manifest: analysis.is_manifest(),
            is_checked: analysis.is_checked(),
            failed: None,
        }
    }
}

fn conditional(analysis: &Analysis) -> Vec<Diagnostic> {
    analysis.conditional().into_iter().map(|(_, it)| it).collect()
}

/// The comments with which a file begins.
pub fn head(text: &Text) -> String {
    let mut head = String::new();
    for line in 0..=text.line_of(text.len()) {
        let next = text.line(line);
        if !allow::is_in_head(&next) {
            break;
        }
        head += &next;
        head.push('\n');
    }
    head
}

/// The analyses of so many documents of one size are kept.
const FEW: usize = 8;
/// Of the documents of a file of so many bytes, the analyses may be kept that a look at all of them makes.
const SMALL: usize = 256 << 10;

/// So many diagnostics of a file are sent. Nobody reads more, and thousands at each keystroke make an editor slow.
const MOST_SHOWN: usize = 300;

/// Leaves the worst of a list, in their order, and says how many are gone.
pub fn keep_worst<T, S: Ord>(list: &mut Vec<T>, severity: impl Fn(&T) -> S) -> usize {
    let more = list.len().saturating_sub(MOST_SHOWN);
    if more > 0 {
        let mut ranked: Vec<usize> = (0..list.len()).collect();
        ranked.sort_by_key(|&at| severity(&list[at]));
        let mut kept = vec![false; list.len()];
        ranked[..MOST_SHOWN].iter().for_each(|&at| kept[at] = true);
        let mut kept = kept.into_iter();
        list.retain(|_| kept.next() == Some(true));
    }
    more
}

impl<'s> At<'s> {
    /// The other pieces of the document, the nearest first.
    pub fn others(&self) -> impl Iterator<Item = Arc<Document>> + use<'s> {
        let here = self.cut.start();
        let mut others: Vec<_> = self.snapshot.pieces().filter(|it| it.cut.start() != here).collect();
        others.sort_by_key(|it| it.cut.start().abs_diff(here));
        others.into_iter().map(|it| it.document)
    }

    /// A range of the piece as one of the document.
    pub fn to_whole(&self, range: TextRange) -> TextRange {
        self.cut.to_whole(range)
    }

    /// A range of the piece as the client counts.
    pub fn to_proto(&self, range: TextRange) -> types::Range {
        self.snapshot.to_proto(self.to_whole(range))
    }

    /// The spaces before the line that holds an offset of the piece.
    pub fn indentation(&self, offset: usize) -> String {
        let Snapshot { text, range, .. } = self.snapshot;
        let line = text.line(text.line_of(range.start + self.cut.to_whole(TextRange::at(offset)).start as usize));
        line.chars().take_while(|char| *char == ' ').collect()
    }
}
