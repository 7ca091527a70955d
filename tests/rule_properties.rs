//! What holds of every text, half-typed and broken ones too: the rules don't panic, ranges lie in the text, and a fix that is said to be
//! sure fixes what it is for without making it worse.

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
fn some<T>(places: impl Iterator<Item = T>, example: usize) -> impl Iterator<Item = T> {
    places.skip(example % 3).step_by(3)
}

#[test]
fn while_an_example_is_typed() {
    let mut judged = 0;
    for (example, text) in examples().iter().enumerate() {
        for (end, _) in some(text.char_indices(), example) {
            judged += common::fixes_hold(&text[..end]);
        }
    }
    assert!(judged > 300, "only {judged} fixes were judged");
}

#[test]
fn with_a_letter_left_out() {
    let mut judged = 0;
    for (example, text) in examples().iter().enumerate() {
        for (at, letter) in some(text.char_indices(), example) {
            judged += common::fixes_hold(&format!("{}{}", &text[..at], &text[at + letter.len_utf8()..]));
        }
    }
    assert!(judged > 4000, "only {judged} fixes were judged");
}

#[test]
fn with_a_line_left_out_or_shifted() {
    let judged: usize = examples().iter().flat_map(|text| slips(text)).map(|text| common::fixes_hold(&text)).sum();
    assert!(judged > 1500, "only {judged} fixes were judged");
}

/// The text with a line left out, shifted, without its dash or twice: each of its lines in turn.
fn slips(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let slip = |line: &str| {
        let (right, left) = (format!("  {line}"), line.strip_prefix("  ").unwrap_or(line).to_owned());
        [String::new(), right, left, line.replace("- ", "  "), line.repeat(2)]
    };
    let with = |at: usize, line: String| lines[..at].iter().copied().chain([&*line]).chain(lines[at + 1..].iter().copied()).collect();
    lines.iter().enumerate().flat_map(|(at, line)| slip(line).map(|line| with(at, line))).collect()
}

/// A fix leaves the line ends of the file as they are, and does in every file what it does in one with LF.
#[test]
fn fixes_keep_the_line_ends() {
    let slips = examples().into_iter().enumerate().flat_map(|(example, text)| some(slips(&text).into_iter(), example).collect::<Vec<_>>());
    for text in examples().into_iter().chain(slips) {
        let wanted = fixed(&text);
        for line_end in ["\r\n", "\r"] {
            // kubectl sees no `---` between lines that CR alone ends, so that such a file means something else.
            if line_end == "\r" && text.contains("---") {
                continue;
            }
            let found = fixed(&text.replace('\n', line_end));
            for (title, fixed) in &found {
                assert!(!fixed.replace(line_end, "").contains(['\r', '\n']), "{title}: other line ends in {fixed:?}");
            }
            let found: Vec<_> = found.into_iter().map(|(title, fixed)| (title, fixed.replace(line_end, "\n"))).collect();
            // Nor is such a separator a remedy there.
            let wanted = wanted.iter().filter(|(title, _)| {
                line_end != "\r" || !["Insert `---` above this line", "Start a new document"].contains(&title.as_str())
            });
            assert!(wanted.eq(&found), "{line_end:?}: {found:#?}\n{text}");
        }
    }
}

/// The titles of all fixes, with the text after each.
fn fixed(text: &str) -> Vec<(String, String)> {
    let fixes = common::diagnostics(text).into_iter().flat_map(|it| it.fixes);
    fixes.map(|fix| (fix.title.clone(), common::apply(text, &fix))).collect()
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
