//! A `List` is read item by item. It must come out as if it were read as a whole, and an edit as if the text had just been opened.

use podls::analysis::{Analysis, Document};
use podls::diagnostic::Diagnostic;
use podls::rules::{self, Options};
use podls::yaml;

mod common;

/// The examples of all rules that can stand in a list: one document each, in block style.
fn examples() -> Vec<String> {
    let examples = rules::all().iter().flat_map(|rule| ["Bad", "Good"].map(|section| common::blocks(rule, section))).flatten();
    examples.filter(|text| yaml::split(text).len() == 1 && !text.contains("---") && !text.starts_with('{')).collect()
}

/// A list of these objects, its items at that column, with something before and behind them.
fn list(objects: &[&String], column: usize) -> String {
    let indent = " ".repeat(column);
    let item = |object: &&String| {
        let lines = object.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{indent}  {line}\n") });
        format!("{indent}-\n{}", lines.collect::<String>())
    };
    let (head, tail) = if column == 2 { ("kind: List\n", "") } else { ("", "kind: List\nmetadata:\n  resourceVersion: ''\n") };
    format!("apiVersion: v1\n{head}items: # all\n{}{tail}", objects.iter().map(item).collect::<String>())
}

fn whole(text: &str) -> Vec<Diagnostic> {
    Document::new(text, &Options::default()).diagnostics().iter().map(bare).collect()
}

fn in_pieces(analysis: &Analysis) -> Vec<Diagnostic> {
    analysis.diagnostics().iter().map(|(_, it)| bare(it)).collect()
}

/// Without what names a place in a tree.
fn bare(diagnostic: &Diagnostic) -> Diagnostic {
    Diagnostic { object: None, incomplete: None, ..diagnostic.clone() }
}

#[test]
fn as_if_read_as_a_whole() {
    let examples = examples();
    let mut cut = 0;
    for column in [0, 2, 4] {
        for objects in examples.windows(3) {
            let text = list(&objects.iter().collect::<Vec<_>>(), column);
            let analysis = Analysis::new(text.as_str(), &Options::default(), None);
            cut += usize::from(analysis.pieces().len() == 3);
            assert_eq!(in_pieces(&analysis), whole(&text), "{text}");
        }
    }
    assert!(cut > 2 * examples.len(), "only {cut} of {} lists were cut", 3 * examples.len());
}

#[test]
fn as_if_just_opened() {
    let examples = examples();
    for (number, objects) in examples.windows(4).enumerate() {
        let text = list(&objects.iter().collect::<Vec<_>>(), 2);
        let at = text.char_indices().map(|(at, _)| at).nth(number * 37 % text.chars().count()).unwrap_or_default();
        let mut before = Analysis::new(text.as_str(), &Options::default(), None);
        for edited in [
            format!("{}x{}", &text[..at], &text[at..]),
            format!("{}\"{}", &text[..at], &text[at..]),
            format!("{}\n  - {}", &text[..at], &text[at..]),
            text[..at].to_owned(),
            list(&objects[1..].iter().collect::<Vec<_>>(), 2),
            list(&objects.iter().rev().collect::<Vec<_>>(), 2),
            text.clone(),
        ] {
            let after = Analysis::new(edited.as_str(), &Options::default(), Some(&before));
            let fresh = Analysis::new(edited.as_str(), &Options::default(), None);
            assert_eq!(in_pieces(&after), in_pieces(&fresh), "{edited}");
            assert_eq!(after.pieces().len(), fresh.pieces().len());
            before = after;
        }
    }
}

/// Every place of the text leads to the piece that has it, and back.
#[test]
fn places() {
    let examples = examples();
    for column in [0, 2] {
        let text = list(&examples.iter().take(4).collect::<Vec<_>>(), column);
        let analysis = Analysis::new(text.as_str(), &Options::default(), None);
        assert_eq!(analysis.pieces().len(), 4);
        for (at, letter) in text.char_indices() {
            let (piece, offset) = analysis.at(at);
            assert!(piece.document.text()[offset..].starts_with(letter), "{at}");
            let range = podls::text::TextRange::new(offset, offset + letter.len_utf8());
            assert_eq!(piece.cut.to_whole(range).span(), at..at + letter.len_utf8());
        }
        let (piece, offset) = analysis.at(text.len());
        assert_eq!(offset, piece.document.text().len());
    }
}

#[test]
fn a_quote_that_is_being_typed_disturbs_no_other_item() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- a: \"\n- b: \"c\"\n- d: '\n- e: ''\n";
    assert_eq!(Analysis::new(text, &Options::default(), None).pieces().len(), 4);
}

#[test]
fn what_reaches_beyond_an_item_is_read_as_a_whole() {
    let items = |first: &str, second: &str| format!("apiVersion: v1\nkind: List\nitems:\n- {first}\n- {second}\n");
    for text in [
        items("&pod\n  apiVersion: v1\n  kind: Pod", "*pod"),
        items("note: \"a\n- b\"", "c"),
        items("note: 'a\n- b\n- d' # e", "'c'"),
        items("note: {a: one\n- two}", "c"),
        items("args: [\"a\n- b\", c]", "c"),
        "apiVersion: v1\nkind: Pod\nitems:\n- a: 1\n- b: 2\n".to_owned(),
    ] {
        let analysis = Analysis::new(text.as_str(), &Options::default(), None);
        assert_eq!(analysis.pieces().len(), 1, "{text}");
        assert_eq!(in_pieces(&analysis), whole(&text));
    }
}
