//! A `List` is read item by item. It must come out as if it were read as a whole, and an edit as if the text had just been opened.

use podls::analysis::{Analysis, Document};
use podls::diagnostic::Diagnostic;
use podls::rules::{self, Options};
use podls::yaml;

mod common;

/// The examples of all rules that can be in a list: one document each, in block style.
fn examples() -> Vec<String> {
    let examples = rules::all().iter().flat_map(|rule| ["Bad", "Good"].map(|section| common::blocks(rule, section))).flatten();
    examples.filter(|text| yaml::split(text).len() == 1 && !text.contains("---") && !text.starts_with('{')).collect()
}

/// A list of these objects, its items at that column, with something before and after them.
fn list(objects: &[&String], column: usize) -> String {
    let indent = " ".repeat(column);
    let item = |object: &&String| {
        let lines = object.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{indent}  {line}\n") });
        format!("{indent}-\n{}", lines.collect::<String>())
    };
    let (head, tail) = if column == 2 { ("kind: List\n", "") } else { ("", "kind: List\nmetadata:\n  resourceVersion: ''\n") };
    format!("apiVersion: v1\n{head}items: # all\n{}{tail}", objects.iter().map(item).collect::<String>())
}

/// The same in brackets: as `kubectl get -o json` prints it, in one line, and as YAML writes it.
fn lists_in_brackets(objects: &[String]) -> Vec<String> {
    let read = |text: &String| yaml_serde::from_str::<serde_json::Value>(text).ok().filter(|value| value.is_object());
    let objects: Vec<_> = objects.iter().filter_map(read).collect();
    let list = serde_json::json!({ "apiVersion": "v1", "items": objects, "kind": "List", "metadata": { "resourceVersion": "" } });
    let plain = serde_json::to_string(&list).unwrap().replace("\"apiVersion\":", "apiVersion: ").replace("\"items\":", "\n  items : ");
    vec![serde_json::to_string_pretty(&list).unwrap(), list.to_string() + "\n", format!("---\n{plain}").replace("\"name\":", "name: ")]
}

/// A text with slips of the kind that happen while one types, at some place of it.
fn slips(text: &str, number: usize) -> Vec<String> {
    let at = text.char_indices().map(|(at, _)| at).nth(number * 53 % text.chars().count()).unwrap_or_default();
    let (before, rest) = text.split_at(at);
    let without = rest.chars().next().map_or(rest, |first| &rest[first.len_utf8()..]);
    let typed = ["x", "\"", "'", ",", "[", "}", "{}", ": ", "\\/", "# x\n", "\u{1}", "{{ x }}", "&a ", "*a", "\n- "];
    let typed = typed.map(|typed| format!("{before}{typed}{rest}"));
    typed.into_iter().chain([format!("{before}{without}"), before.to_owned()]).collect()
}

/// What one slip explains depends on what else is wrong: it is compared before.
fn as_found() -> Options {
    Options { as_found: true, ..Options::default() }
}

fn whole(text: &str) -> Vec<Diagnostic> {
    Document::new(text, &as_found()).diagnostics().iter().map(bare).collect()
}

fn in_pieces(analysis: &Analysis) -> Vec<Diagnostic> {
    analysis.diagnostics().iter().map(|(_, it)| bare(it)).collect()
}

/// Without what names a place in a tree.
fn bare(diagnostic: &Diagnostic) -> Diagnostic {
    Diagnostic { object: None, incomplete: None, ..diagnostic.clone() }
}

/// Without what depends on the number of mistakes in the document: which fixes are sure.
fn found(mut all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    all.iter_mut().flat_map(|it| &mut it.fixes).for_each(|fix| fix.preferred = false);
    all
}

#[test]
fn as_if_read_as_a_whole() {
    let examples = examples();
    let mut cut = 0;
    for column in [0, 2, 4] {
        for objects in examples.windows(3) {
            let text = list(&objects.iter().collect::<Vec<_>>(), column);
            let analysis = Analysis::new(text.as_str(), &as_found(), None);
            cut += usize::from(analysis.pieces().len() == 3);
            assert_eq!(in_pieces(&analysis), whole(&text), "{text}");
        }
    }
    assert!(cut > 2 * examples.len(), "only {cut} of {} lists were cut", 3 * examples.len());
}

#[test]
fn in_brackets_as_if_read_as_a_whole() {
    let examples = examples();
    let (mut cut, mut all) = (0, 0);
    for objects in examples.windows(3) {
        for text in lists_in_brackets(objects) {
            let analysis = Analysis::new(text.as_str(), &as_found(), None);
            cut += usize::from(analysis.pieces().len() > 1);
            all += 1;
            assert_eq!(in_pieces(&analysis), whole(&text), "{text}");
        }
    }
    assert!(cut * 10 > all * 8, "only {cut} of {all} lists were cut");
}

#[test]
fn with_slips_as_if_read_as_a_whole() {
    let examples = examples();
    let (mut cut, mut all) = (0, 0);
    for (number, objects) in examples.windows(3).enumerate().step_by(3) {
        for text in lists_in_brackets(objects).into_iter().chain([list(&objects.iter().collect::<Vec<_>>(), 2)]) {
            let mut before = Analysis::new(text.as_str(), &as_found(), None);
            for text in slips(&text, number) {
                let analysis = Analysis::new(text.as_str(), &as_found(), None);
                assert_eq!(found(in_pieces(&analysis)), found(whole(&text)), "{text}");
                let edited = Analysis::new(text.as_str(), &as_found(), Some(&before));
                assert_eq!(in_pieces(&edited), in_pieces(&analysis), "{text}");
                assert_eq!(edited.pieces().len(), analysis.pieces().len());
                cut += usize::from(analysis.pieces().len() > 1);
                all += 1;
                before = edited;
            }
        }
    }
    assert!(cut * 2 > all, "only {cut} of {all} lists were cut");
}

#[test]
fn as_if_just_opened() {
    let examples = examples();
    for (number, objects) in examples.windows(4).enumerate() {
        let text = list(&objects.iter().collect::<Vec<_>>(), 2);
        let at = text.char_indices().map(|(at, _)| at).nth(number * 37 % text.chars().count()).unwrap_or_default();
        let mut before = Analysis::new(text.as_str(), &as_found(), None);
        for edited in [
            format!("{}x{}", &text[..at], &text[at..]),
            format!("{}\"{}", &text[..at], &text[at..]),
            format!("{}\n  - {}", &text[..at], &text[at..]),
            text[..at].to_owned(),
            list(&objects[1..].iter().collect::<Vec<_>>(), 2),
            list(&objects.iter().rev().collect::<Vec<_>>(), 2),
            text.clone(),
        ] {
            let after = Analysis::new(edited.as_str(), &as_found(), Some(&before));
            let fresh = Analysis::new(edited.as_str(), &as_found(), None);
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
        let analysis = Analysis::new(text.as_str(), &as_found(), None);
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
fn what_is_being_typed_disturbs_no_other_item() {
    for items in ["- a: \"\n- b: \"c\"\n- d: '\n- e: ''\n", "- a: [b\n  c: 1\n- d: {\n\n- e: [\n# f,\n- g\n"] {
        let text = format!("apiVersion: v1\nkind: List\nitems:\n{items}");
        let analysis = Analysis::new(text.as_str(), &as_found(), None);
        assert_eq!(analysis.pieces().len(), 4, "{text}");
        assert_eq!(found(in_pieces(&analysis)), found(whole(&text)));
    }
}

/// An anchor is a name for its item as long as no other item uses it.
#[test]
fn anchors_within_an_item() {
    for text in [
        "apiVersion: v1\nkind: List\nitems:\n- kind: &kind Pod\n  x: *kind\n- kind: &kind Job\n  x: *kind\n",
        "apiVersion: v1\nkind: List\nitems:\n- &all\n  a: &b {c: 1}\n  d:\n    <<: *b\n- schedule: '* * * * *'\n  args: [&b a, *b]",
        "{apiVersion: v1, kind: List, items: [{a: &a 1, b: *a}, {a: &a x, b: *a}]}",
    ] {
        let analysis = Analysis::new(text, &as_found(), None);
        assert_eq!(in_pieces(&analysis), whole(text));
        assert_eq!(analysis.pieces().len(), 2, "{text}");
    }
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
        items("args: [a,\n- b,\n- c]", "c"),
        "apiVersion: v1\nkind: Pod\nitems:\n- a: 1\n- b: 2\n".to_owned(),
        items("kind: &kind Pod", "kind: *kind"),
        items("a: 1\n  b: *kind\n  c: &kind Pod", "d: 1"),
        items("{}a: 1\n  b: 2", "c: 1"),
        "apiVersion: v1\nkind: &kind List\nitems:\n- kind: &kind Pod\n- kind: *kind\n".to_owned(),
        "apiVersion: v1\nitems:\n- kind: &kind Pod\n- kind: &kind Pod\nkind: *kind\n".to_owned(),
        "{apiVersion: v1, kind: List, items: [{a: \"x}, {b: y}]}".to_owned(),
        "{apiVersion: v1, kind: List, items: [{a: 1}, , {b: 1}]}".to_owned(),
        "{apiVersion: v1, kind: List, items: [{a: 1}}, {b: 1}]}".to_owned(),
        "{apiVersion: v1, kind: List, items: [{a: 1}, {b: 1}], items: []}".to_owned(),
        "{apiVersion: v1, kind: Pod, items: [{a: 1}, {b: 1}]}".to_owned(),
    ] {
        let analysis = Analysis::new(text.as_str(), &as_found(), None);
        assert_eq!(analysis.pieces().len(), 1, "{text}");
        assert_eq!(in_pieces(&analysis), whole(&text));
    }
}
