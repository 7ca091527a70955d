//! What must be true of every text.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::fs;
use std::path::Path;

use podls::analysis::Analysis;
use podls::diagnostic::{Diagnostic, Fix, Severity};
use podls::rules::across::Offers;
use podls::rules::{Options, Rule};
use podls::text::TextRange;
use podls::yaml;

/// The YAML blocks of a section of a rule's page.
pub fn blocks(rule: &Rule, section: &str) -> Vec<String> {
    let mut blocks = vec![];
    let mut title = "";
    let mut open: Option<String> = None;
    for line in rule.page.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        match (&mut open, line.trim_end()) {
            (None, "```yaml") => open = Some(String::new()),
            (None, line) => title = line.strip_prefix("## ").unwrap_or(title),
            (Some(_), "```") => blocks.extend(open.take().filter(|_| title == section)),
            (Some(block), line) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    blocks
}

/// What is wrong with a file, with ranges in the file.
pub fn diagnostics(text: &str) -> Vec<Diagnostic> {
    let read = |range: &TextRange| (range.start, Analysis::new(&text[range.span()], &Options::default(), None));
    let documents: Vec<_> = yaml::split(text).iter().map(read).collect();
    let manifests = documents.iter().any(|(_, document)| document.is_manifest());
    let of = |(start, document): &(u32, Analysis)| {
        let own = document.diagnostics().into_iter().map(|(_, it)| it.moved(*start));
        own.chain(document.stray().filter(|_| manifests).map(|it| it.moved(*start))).collect::<Vec<_>>()
    };
    let offers: Vec<_> = documents.iter().flat_map(|(_, document)| document.offers()).collect();
    let offers = Offers::new(offers.iter());
    let across = |(start, document): &(u32, Analysis)| {
        let held = document.conditional().into_iter().filter(|(_, it)| offers.uphold(it, *start > 0));
        held.map(|(_, it)| it.moved(*start)).collect::<Vec<_>>()
    };
    documents.iter().flat_map(of).chain(documents.iter().flat_map(across)).collect()
}

/// Ranges lie in the text and on its characters; preferred fixes remove their diagnostic and add no error. Gives the number of fixes of
/// which that could be said.
pub fn fixes_hold(text: &str) -> usize {
    let before = diagnostics(text);
    let mut judged = 0;
    for diagnostic in &before {
        assert!(is_clause(&diagnostic.message), "{:?}", diagnostic.message);
        assert!(text.get(diagnostic.range.span()).is_some(), "{diagnostic:?}\n{text}");
        assert!(diagnostic.fixes.iter().filter(|fix| fix.preferred).count() <= 1, "{diagnostic:?}\n{text}");
        for fix in &diagnostic.fixes {
            let fixed = apply(text, fix);
            // What a slip of syntax or a repeated key hides comes to light when it is fixed.
            let hides = |it: &Diagnostic| it.code.starts_with("yaml-") || it.code == "duplicate-key";
            if !fix.preferred || before.iter().any(hides) {
                continue;
            }
            let after = diagnostics(&fixed);
            let same = |it: &&Diagnostic| it.code == diagnostic.code && it.field == diagnostic.field && it.message == diagnostic.message;
            let gone = after.iter().filter(same).count() < before.iter().filter(same).count();
            assert!(gone, "{}: {:?} fixes nothing\n{text}---\n{fixed}", diagnostic.code, fix.title);
            let errors = |all: &[Diagnostic]| all.iter().filter(|it| it.severity == Severity::Error).count();
            let worse = errors(&after) > errors(&before);
            assert!(!worse, "{}: {:?} adds an error: {after:#?}\n{text}---\n{fixed}", diagnostic.code, fix.title);
            judged += 1;
        }
    }
    judged
}

/// Whether a message is one clause: lower case at the start, but for names, no period at the end, and no second sentence.
fn is_clause(message: &str) -> bool {
    let mut start = message.chars();
    let sentence = start.next().is_some_and(char::is_uppercase) && start.next().is_some_and(|c| c.is_lowercase() || c == ' ');
    let is_second = |rest: &str| rest.trim_start().starts_with(char::is_uppercase) && rest.starts_with(' ');
    let has_second = message.match_indices(['.', '?']).any(|(at, mark)| is_second(&message[at + mark.len()..]));
    !sentence && !message.ends_with('.') && !has_second
}

/// The text after a fix, whose edits must lie in it and not overlap.
pub fn apply(text: &str, fix: &Fix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|edit| edit.range);
    for pair in edits.windows(2) {
        assert!(pair[0].range.end <= pair[1].range.start, "edits overlap: {fix:?}\n{text}");
    }
    edits.iter().rev().fold(text.to_owned(), |mut text, edit| {
        assert!(text.get(edit.range.span()).is_some(), "outside of the text: {edit:?}");
        text.replace_range(edit.range.span(), &edit.new_text);
        text
    })
}

/// The texts of all YAML and JSON files below a folder.
pub fn manifests(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let texts = entries.flat_map(|path| match path.extension().and_then(|it| it.to_str()) {
        Some("yaml" | "yml" | "json") => fs::read_to_string(&path).into_iter().collect(),
        _ if path.is_dir() => manifests(&path),
        _ => vec![],
    });
    texts.collect()
}
