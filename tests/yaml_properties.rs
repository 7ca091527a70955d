//! What holds for every text: the parser never panics, ranges nest, and the parts of a file are independent.

use podls::text::TextRange;
use podls::yaml::{self, Kind, Tree};
use proptest::prelude::*;

#[path = "common/sound.rs"]
mod sound;

use sound::check;

const MANIFESTS: &[&str] =
    &[include_str!("fixtures/yaml/shop.yaml"), include_str!("fixtures/yaml/chart.yaml"), include_str!("fixtures/yaml/odd.yaml")];

/// Pieces that make up most of YAML, right or wrong.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "key",
        "image: nginx",
        "- ",
        "-",
        ": ",
        ":",
        "? ",
        "\n",
        "\n  ",
        "\n    ",
        "\n- ",
        "\r\n",
        "\r",
        "\t",
        " ",
        "# c",
        " #",
        "'",
        "\"",
        "\\",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a ",
        "*a",
        "!!str ",
        "!",
        "|\n",
        ">-\n",
        "|2+\n",
        "---\n",
        "...\n",
        "... ",
        "%YAML 1.2\n",
        "{{ x }}",
        "{{",
        "}}",
        "<<: *a\n",
        "\u{feff}",
        "é",
        "😀",
        "\u{85}",
        "\0",
        "~",
        "1",
    ])
}

fn yamlish() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..60).prop_map(|pieces| pieces.concat())
}

/// The manifests, with one damage each.
fn damaged() -> impl Strategy<Value = String> {
    (prop::sample::select(MANIFESTS), any::<prop::sample::Index>(), 0usize..20, prop::option::of(piece())).prop_map(
        |(text, at, len, piece)| {
            let floor = |mut at: usize| {
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            let start = floor(at.index(text.len()));
            let end = floor((start + len).min(text.len()));
            [&text[..start], piece.unwrap_or(""), &text[end..]].concat()
        },
    )
}

/// The manifests with some lines moved to the left or right, cut, or without their dash or colon.
fn slipped() -> impl Strategy<Value = String> {
    let slips = prop::collection::vec((any::<prop::sample::Index>(), 0usize..8), 1..5);
    (prop::sample::select(MANIFESTS), slips).prop_map(|(text, slips)| {
        let mut lines: Vec<String> = text.lines().map(String::from).collect();
        for (at, slip) in slips {
            let line = &mut lines[at.index(text.lines().count())];
            *line = match slip {
                0 => format!(" {line}"),
                1 => format!("  {line}"),
                2 => line.strip_prefix(' ').unwrap_or(line).to_string(),
                3 => line.strip_prefix("  ").unwrap_or(line).to_string(),
                4 => line.replacen("- ", "  ", 1),
                5 => line.replacen("  ", "- ", 1),
                6 => line.replace(':', ""),
                _ => line.chars().take(line.len() / 2).collect(),
            };
        }
        lines.join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_sound_tree(text in ".*") {
        check(&text);
    }

    #[test]
    fn any_yaml_like_text_gives_a_sound_tree(text in yamlish()) {
        check(&text);
    }

    #[test]
    fn any_damage_gives_a_sound_tree(text in damaged()) {
        check(&text);
    }

    #[test]
    fn any_slips_of_lines_give_a_sound_tree(text in slipped()) {
        check(&text);
    }

    #[test]
    fn parts_are_independent(parts in prop::collection::vec(prop::sample::select(MANIFESTS), 1..4), damage in damaged()) {
        let parts: Vec<&str> = parts.into_iter().chain([damage.as_str()]).collect();
        let text = parts.iter().map(|it| it.trim_end()).collect::<Vec<_>>().join("\n---\n");
        let split = yaml::split(&text);
        let last = *split.last().unwrap();
        let whole: Vec<_> = split.iter().map(|part| shape(&yaml::parse(&text[part.span()]))).collect();
        // A prefix that ends where a part begins has the same parts before it.
        let prefix = &text[..last.start as usize];
        if !prefix.is_empty() {
            let before: Vec<_> = yaml::split(prefix).iter().map(|part| shape(&yaml::parse(&prefix[part.span()]))).collect();
            prop_assert_eq!(&whole[..whole.len() - 1], &before[..]);
        }
    }
}

#[test]
fn every_prefix_and_every_single_deletion_gives_a_sound_tree() {
    for text in MANIFESTS {
        for (at, c) in text.char_indices() {
            check(&text[..at]);
            check(&[&text[..at], &text[at + c.len_utf8()..]].concat());
        }
    }
}

/// Found by the fuzzing and the soak.
#[test]
fn what_once_gave_no_sound_tree() {
    for text in ["... a", "...\ta: 1\nb: 2", "%YAML 1.2\n... - [", "# c\n... 'a", "?\n   a\n   : a\n -", ": a\n - :\n&a\n  a"] {
        check(text);
    }
}

fn shape(tree: &Tree) -> Vec<(Kind, TextRange)> {
    tree.roots().flat_map(|root| std::iter::once(root).chain(root.children())).map(|node| (node.kind(), node.range())).collect()
}
