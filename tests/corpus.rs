//! Manifests, half-typed and damaged: whatever is cut off or taken out, nothing panics and every range lies in the text.
//!
//! By default these are manifests of ours: the bases of the conformance cases and the examples. `PODLS_EVERY=1` looks at each place of
//! each file, which takes minutes in a release build; by default it is one in 997. `manifests_of_others` does the same with any folder:
//! `PODLS_CORPUS=FOLDER cargo test --test corpus -- --ignored`.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::sync::Arc;

use podls::analysis::{Analysis, Document};
use podls::describe;
use podls::diagnostic::{Diagnostic, Severity};
use podls::ide;
use podls::index::Index;
use podls::pod::symbols::Spot;
use podls::project;
use podls::rules::{Options, group};
use podls::text::{Encoding, Lines, TextRange};
use podls::yaml;
use rayon::prelude::*;

mod common;

#[path = "common/sound.rs"]
mod sound;

#[test]
fn cut_off_or_with_a_character_taken_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts: Vec<String> =
        ["tests/conformance/bases", "examples"].iter().flat_map(|folder| common::manifests(&root.join(folder))).collect();
    assert!(texts.len() > 60, "only {} manifests", texts.len());
    damage_all(&texts);
}

#[test]
#[ignore = "needs manifests of others: PODLS_CORPUS=FOLDER"]
fn manifests_of_others() {
    let folder = env::var_os("PODLS_CORPUS").expect("PODLS_CORPUS names a folder of manifests");
    let texts = common::manifests(Path::new(&folder));
    assert!(!texts.is_empty(), "no manifest in {}", folder.display());
    damage_all(&texts);
}

/// Every finding of the run-time rules in a folder of manifests of others was judged by hand: `tests/corpus/judged.txt` says how many each
/// rule has, how many of them are true, and what they are. Another number than that is something to judge.
#[test]
#[ignore = "needs the manifests of kubernetes/examples and zegl/kube-score that were judged: PODLS_CORPUS=FOLDER"]
fn findings_are_those_that_were_judged() {
    let folder = env::var_os("PODLS_CORPUS").expect("PODLS_CORPUS names the folder of manifests");
    let codes = group::named("run-time").expect("a group").rules.iter().map(|rule| rule.code);
    let mut found: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    for it in common::manifests(Path::new(&folder)).iter().flat_map(|text| common::diagnostics(text)) {
        if codes.clone().any(|code| code == it.code) {
            *found.entry((it.severity, it.code)).or_default() += 1;
        }
    }
    let found: Vec<_> = found.into_iter().map(|((severity, code), count)| format!("{} {code} {count}", severity.name())).collect();
    let judged = include_str!("corpus/judged.txt").lines().filter(|line| !line.starts_with('#'));
    let judged: Vec<_> = judged.map(|line| line.split(", ").next().unwrap_or_default()).collect();
    assert_eq!(found, judged);
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
    names_across(text);
    for part in yaml::split(text) {
        let part = &text[part.span()];
        let analysis = Analysis::new(part, &options, None);
        analysis.diagnostics().iter().for_each(|(_, it)| lies_in(part, it));
        let (piece, offset) = analysis.at(part.len());
        let _ = ide::hover(&piece.document, offset, &options);
        let _ = ide::completion(&piece.document, offset, &options, &mut std::iter::empty(), &());
        let _ = ide::fix_all(&analysis);
        piece.document.model().objects().for_each(|object| _ = describe::describe(object));
        names_and_ranges(&piece.document, offset);
        for at in (0..=part.len()).rev().step_by(173).take(4).filter(|at| part.is_char_boundary(*at)) {
            let changes = ide::refactorings(&analysis, TextRange::at(at), &mut std::iter::empty());
            let edits = changes.iter().flat_map(|it| &it.edits);
            edits.for_each(|edit| assert!(part.get(edit.range.span()).is_some(), "{edit:?} in {part:?}"));
        }
        decorations(&piece.document, &options);
    }
}

/// Asks for the hints, tokens, links and lenses.
fn decorations(document: &Document, options: &Options) {
    let text = document.text();
    let inside = |range: TextRange| assert!(text.get(range.span()).is_some_and(|it| !it.is_empty()), "{range:?} in {text:?}");
    ide::hints(document, options, &ide::HintKind::ALL)
        .iter()
        .for_each(|hint| assert!(text.is_char_boundary(hint.at), "{hint:?} in {text:?}"));
    let tokens = ide::tokens(document, options);
    tokens.iter().for_each(|token| inside(token.range));
    assert!(tokens.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start), "{tokens:?} in {text:?}");
    ide::links(document).iter().for_each(|link| inside(link.range));
    ide::lenses(document).iter().for_each(|lens| lens.places.iter().chain([&lens.range]).for_each(|range| inside(*range)));
    let _ = ide::kustomization_links(document.tree());
}

/// Asks for the name and the ranges at an offset and at some before it, and for the outline.
fn names_and_ranges(document: &Document, offset: usize) {
    let text = document.text();
    let inside = |range: TextRange| assert!(text.get(range.span()).is_some(), "{range:?} in {text:?}");
    for at in (0..=offset).rev().step_by(61).take(20).filter(|at| text.is_char_boundary(*at)) {
        let _ = ide::may_rename(document, at);
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

/// Asks for the places of names that mean something to other objects.
fn names_across(text: &str) {
    let file: Arc<Path> = Path::new("/work/file.yaml").into();
    let mut index = Index::default();
    index.replace(&file, project::symbols(text, &Options::default(), Encoding::Utf8));
    let lines = Lines::new(text);
    for hit in index.objects().flat_map(|object| object.hits()).step_by(7).take(20) {
        let Spot { line, start, end } = hit.spot();
        let whole = &text[lines.line(line as usize).span()];
        assert!(whole.get(start as usize..end as usize).is_some(), "{:?} in {whole:?}", hit.site());
        let origin = index.at(&file, line, start).expect("a name where one is");
        let found = index.find(origin);
        assert!(found.definitions.iter().chain(&found.uses).all(|it| it.site().key == origin.site().key));
    }
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
