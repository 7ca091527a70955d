//! What holds of every text, half-typed and broken ones too: the rules don't panic, ranges lie in the text, and a fix that is said to be
//! sure mends what it is for without making it worse.

use podls::rules;

mod common;

/// The examples of all rules.
fn examples() -> Vec<String> {
    let mut examples: Vec<_> =
        rules::all().iter().flat_map(|rule| ["Bad", "Good"].map(|section| common::blocks(rule, section))).flatten().collect();
    examples.sort();
    examples.dedup();
    examples
}

/// The examples are much alike, so that it is enough to look at every third place of each, at others in each.
fn some(places: impl Iterator<Item = (usize, char)>, example: usize) -> impl Iterator<Item = (usize, char)> {
    places.skip(example % 3).step_by(3)
}

#[test]
fn while_an_example_is_typed() {
    for (example, text) in examples().iter().enumerate() {
        for (end, _) in some(text.char_indices(), example) {
            common::fixes_hold(&text[..end]);
        }
    }
}

#[test]
fn with_a_letter_left_out() {
    for (example, text) in examples().iter().enumerate() {
        for (at, letter) in some(text.char_indices(), example) {
            common::fixes_hold(&format!("{}{}", &text[..at], &text[at + letter.len_utf8()..]));
        }
    }
}

#[test]
fn with_a_line_left_out_or_shifted() {
    for text in examples() {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for at in 0..lines.len() {
            let with = |line: &str| lines[..at].iter().copied().chain([line]).chain(lines[at + 1..].iter().copied()).collect::<String>();
            common::fixes_hold(&with(""));
            common::fixes_hold(&with(&format!("  {}", lines[at])));
            common::fixes_hold(&with(lines[at].strip_prefix("  ").unwrap_or(lines[at])));
            common::fixes_hold(&with(&lines[at].replace("- ", "  ")));
            common::fixes_hold(&with(&lines[at].repeat(2)));
        }
    }
}

#[test]
fn hostile_texts_end() {
    let head = "apiVersion: v1\nkind: Pod\nspec:\n";
    let unknown: String = (0..3000).map(|n| format!("  key{n}: 1\n")).collect();
    let nested: String = (0..200).map(|depth| format!("{}containers:\n", "  ".repeat(depth + 1))).collect();
    for body in [
        unknown,
        nested,
        "  containers:\n".to_owned() + &"  - nmae: a\n".repeat(3000),
        "  containers: &a\n  - env: *a\n".to_owned(),
        format!("  containers: {}", "[".repeat(10_000)),
        "  image: a\n".repeat(3000),
    ] {
        let _ = common::diagnostics(&format!("{head}{body}"));
    }
}
