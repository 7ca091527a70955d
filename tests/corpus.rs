//! Manifests, half-typed and damaged: whatever is cut off or taken out, nothing panics and every range lies in the text.
//!
//! By default these are manifests of ours: the bases of the conformance cases and the examples. `PODLS_EVERY=1` looks at each place of
//! each file, which takes minutes in a release build; by default it is one in 997. `manifests_of_others` does the same with any folder:
//! `PODLS_CORPUS=FOLDER cargo test --test corpus -- --ignored`.

use std::env;
use std::fs;
use std::path::Path;

use podls::analysis::{Analysis, Document};
use podls::describe;
use podls::diagnostic::Diagnostic;
use podls::ide;
use podls::rules::Options;
use podls::text::TextRange;
use podls::yaml;
use rayon::prelude::*;

#[path = "common/sound.rs"]
mod sound;

#[test]
fn cut_off_or_with_a_character_taken_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts: Vec<String> = ["tests/conformance/bases", "examples"].iter().flat_map(|folder| manifests(&root.join(folder))).collect();
    assert!(texts.len() > 60, "only {} manifests", texts.len());
    damage_all(&texts);
}

#[test]
#[ignore = "needs manifests of others: PODLS_CORPUS=FOLDER"]
fn manifests_of_others() {
    let folder = env::var_os("PODLS_CORPUS").expect("PODLS_CORPUS names a folder of manifests");
    let texts = manifests(Path::new(&folder));
    assert!(!texts.is_empty(), "no manifest in {}", folder.display());
    damage_all(&texts);
}

fn damage_all(texts: &[String]) {
    let every: usize = env::var("PODLS_EVERY").ok().and_then(|number| number.parse().ok()).unwrap_or(997).max(1);
    let looked: usize = texts.par_iter().enumerate().map(|(number, text)| damage(text, number % every, every)).sum();
    eprintln!("{looked} texts made of {} manifests", texts.len());
}

/// Looks at some of the texts that are `text` cut off at a place, and without the character there. Says at how many.
fn damage(text: &str, first: usize, every: usize) -> usize {
    let places = text.char_indices().skip(first).step_by(every);
    places
        .map(|(at, character)| {
            look(&text[..at]);
            look(&format!("{}{}", &text[..at], &text[at + character.len_utf8()..]));
            2
        })
        .sum()
}

fn look(text: &str) {
    let options = Options::default();
    sound::check(text);
    for part in yaml::split(text) {
        let part = &text[part.span()];
        let analysis = Analysis::new(part, &options, None);
        analysis.diagnostics().iter().for_each(|(_, it)| lies_in(part, it));
        let (piece, offset) = analysis.at(part.len());
        let _ = ide::hover(&piece.document, offset, &options);
        let _ = ide::completion(&piece.document, offset, &options, &mut std::iter::empty());
        let _ = ide::fix_all(&analysis);
        piece.document.model().objects().for_each(|object| _ = describe::describe(object));
        names_and_ranges(&piece.document, offset);
    }
}

/// Asks for the name and the ranges at an offset and at some before it, and for the outline.
fn names_and_ranges(document: &Document, offset: usize) {
    let text = document.text();
    let inside = |range: TextRange| assert!(text.get(range.span()).is_some(), "{range:?} in {text:?}");
    for at in (0..=offset).rev().step_by(61).take(20).filter(|at| text.is_char_boundary(*at)) {
        if let Some(name) = ide::occurrences(document, at) {
            name.definitions.iter().chain(&name.uses).chain([&name.origin]).for_each(|range| inside(*range));
            ide::rename(document, at, "another").into_iter().flatten().for_each(|edit| inside(edit.range));
        }
        let selections = ide::selections(document, at);
        assert!(selections.windows(2).all(|pair| pair[1].covers(pair[0]) && pair[1] != pair[0]), "{selections:?} in {text:?}");
    }
    ide::folds(document.tree()).iter().for_each(|fold| inside(fold.range));
    ide::outline(document).iter().for_each(|it| outlined(it, &inside));
}

fn outlined(symbol: &ide::Symbol, inside: &impl Fn(TextRange)) {
    inside(symbol.range);
    assert!(symbol.range.covers(symbol.selection), "{symbol:?}");
    symbol.children.iter().for_each(|child| outlined(child, inside));
}

fn lies_in(text: &str, it: &Diagnostic) {
    let edits = it.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.range);
    let lies = |range: TextRange| text.get(range.span()).is_some();
    assert!(edits.chain(it.related.iter().map(|it| it.range)).chain([it.range]).all(lies), "{it:?} in {text:?}");
}

fn manifests(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let texts = entries.flat_map(|path| match path.extension().and_then(|it| it.to_str()) {
        Some("yaml" | "yml" | "json") => fs::read_to_string(&path).into_iter().collect(),
        _ if path.is_dir() => manifests(&path),
        _ => vec![],
    });
    texts.collect()
}
