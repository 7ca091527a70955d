//! Other people's manifests, half-typed and damaged: whatever is cut off or taken out, nothing panics and every range lies in the text.
//!
//! The manifests are not part of this repository: the test looks for them in `$PODLS_SHARED/corpus`, else in `../shared/corpus`, and is
//! skipped, loudly, where there are none. `PODLS_EVERY=1` looks at each place of each file, which takes minutes in a release build; by
//! default it is one in 997.

use std::fs;
use std::path::{Path, PathBuf};

use podls::analysis::Analysis;
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
    let shared = std::env::var_os("PODLS_SHARED").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let texts = manifests(&shared.join("corpus"));
    if texts.is_empty() {
        eprintln!("SKIPPED: no corpus in $PODLS_SHARED or ../shared");
        return;
    }
    let every: usize = std::env::var("PODLS_EVERY").ok().and_then(|number| number.parse().ok()).unwrap_or(997).max(1);
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
    }
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
