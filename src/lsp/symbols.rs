//! Names, outlines and ranges in LSP's words.

use super::part::{At, Snapshot};
use super::types::*;
use crate::ide;
use crate::text::TextRange;

/// Places in a piece.
pub fn locations(at: &At<'_>, ranges: &[TextRange]) -> Vec<Location> {
    let uri = &at.snapshot.setup.uri;
    ranges.iter().map(|range| Location { uri: uri.clone(), range: at.to_proto(*range) }).collect()
}

/// The places of a name, to be marked: a definition writes it, a use reads it.
pub fn highlights(at: &At<'_>, name: &ide::Occurrences) -> Vec<DocumentHighlight> {
    let highlight = |kind| move |range: &TextRange| DocumentHighlight { range: at.to_proto(*range), kind: Some(kind) };
    let definitions = name.definitions.iter().map(highlight(DocumentHighlightKind::WRITE));
    definitions.chain(name.uses.iter().map(highlight(DocumentHighlightKind::READ))).collect()
}

/// The outline of a file, as a tree or flat.
pub fn outline(documents: &[Snapshot], nested: bool) -> DocumentSymbolResponse {
    let pieces = documents.iter().flat_map(Snapshot::pieces);
    let symbols = pieces.flat_map(|at| ide::outline(&at.document).into_iter().map(|it| symbol(&at, it)).collect::<Vec<_>>());
    let symbols: Vec<DocumentSymbol> = symbols.collect();
    if nested {
        return DocumentSymbolResponse::Nested(symbols);
    }
    let mut flat = vec![];
    if let Some(first) = documents.first() {
        symbols.into_iter().for_each(|it| flatten(it, None, &first.setup.uri, &mut flat));
    }
    DocumentSymbolResponse::Flat(flat)
}

#[allow(deprecated, reason = "the field has no default")]
fn symbol(at: &At<'_>, it: ide::Symbol) -> DocumentSymbol {
    let children: Vec<_> = it.children.into_iter().map(|child| symbol(at, child)).collect();
    DocumentSymbol {
        name: it.name,
        detail: (!it.detail.is_empty()).then_some(it.detail),
        kind: kind(it.kind),
        tags: None,
        deprecated: None,
        range: at.to_proto(it.range),
        selection_range: at.to_proto(it.selection),
        children: (!children.is_empty()).then_some(children),
    }
}

fn kind(kind: ide::SymbolKind) -> SymbolKind {
    match kind {
        ide::SymbolKind::Object => SymbolKind::CLASS,
        ide::SymbolKind::List => SymbolKind::ARRAY,
        ide::SymbolKind::Container => SymbolKind::MODULE,
        ide::SymbolKind::Port => SymbolKind::INTERFACE,
        ide::SymbolKind::Probe => SymbolKind::EVENT,
        ide::SymbolKind::Mount => SymbolKind::FIELD,
        ide::SymbolKind::Volume => SymbolKind::STRUCT,
        ide::SymbolKind::Key => SymbolKind::KEY,
    }
}

#[allow(deprecated, reason = "the field has no default")]
fn flatten(it: DocumentSymbol, container: Option<&str>, uri: &Uri, flat: &mut Vec<SymbolInformation>) {
    flat.push(SymbolInformation {
        name: it.name.clone(),
        kind: it.kind,
        tags: None,
        deprecated: None,
        location: Location { uri: uri.clone(), range: it.range },
        container_name: container.map(str::to_owned),
    });
    it.children.into_iter().flatten().for_each(|child| flatten(child, Some(&it.name), uri, flat));
}

/// What can be folded in a file; `None` where nothing in it is a manifest, so that the editor folds it as any other text.
pub fn folds(documents: &[Snapshot]) -> Option<Vec<FoldingRange>> {
    let mut is_manifest = false;
    let mut ranges = vec![];
    for at in documents {
        is_manifest |= at.analysis()?.is_manifest();
        let tree = at.options().parse(at.text.slice(at.range.clone()));
        ranges.extend(ide::folds(&tree).into_iter().map(|fold| {
            let range = at.to_proto(fold.range);
            FoldingRange {
                start_line: range.start.line,
                start_character: None,
                end_line: range.end.line,
                end_character: None,
                kind: fold.is_comment.then_some(FoldingRangeKind::Comment),
                collapsed_text: None,
            }
        }));
    }
    is_manifest.then_some(ranges)
}

/// The ranges around an offset of a piece, each in the next.
pub fn selection(at: &At<'_>, offset: usize) -> Option<SelectionRange> {
    let ranges = ide::selections(&at.document, offset);
    let nest =
        |parent: Option<SelectionRange>, range: TextRange| Some(SelectionRange { range: at.to_proto(range), parent: parent.map(Box::new) });
    ranges.into_iter().rev().fold(None, nest)
}
