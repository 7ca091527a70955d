//! What holds for every text: the parser never panics, ranges nest, and the parts of a file are independent.

use podls::text::TextRange;
use podls::yaml::{self, Kind, Node, Tree};
use proptest::prelude::*;

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

fn check(text: &str) {
    let parts = yaml::split(text);
    assert_eq!(parts.first().map(|it| it.start), Some(0));
    assert_eq!(parts.last().map(|it| it.end as usize), Some(text.len()));
    assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
    for part in parts {
        let tree = yaml::parse(&text[part.span()]);
        sound(&tree);
    }
}

/// Ranges lie on characters, nest, and follow each other; every value can be read.
fn sound(tree: &Tree) {
    let text = tree.text();
    let on_characters = |range: TextRange| {
        text.is_char_boundary(range.start as usize) && text.is_char_boundary(range.end as usize) && range.start <= range.end
    };
    let mut open: Vec<Node<'_>> = tree.roots().collect();
    let mut seen = 0;
    while let Some(node) = open.pop() {
        seen += 1;
        assert!(seen <= tree.len(), "a node appears twice in {text:?}");
        assert!(on_characters(node.range()), "{node:?} in {text:?}");
        let _ = (node.value(), yaml::resolve(node), yaml::key_text(node), node.tag_uri(), node.merged_entries());
        let mut before = node.range().start;
        let mut count = 0;
        for child in node.children() {
            assert_eq!(child.parent().map(Node::id), Some(node.id()));
            assert!(node.range().covers(child.range()), "{child:?} outside of {node:?} in {text:?}");
            assert!(before <= child.range().start, "{child:?} before {before} in {node:?} {:?}", tree.errors());
            before = child.range().end;
            count += 1;
            open.push(child);
        }
        match node.kind() {
            Kind::Mapping(_) => assert_eq!(count % 2, 0, "{node:?} in {text:?}"),
            Kind::Sequence(_) => {}
            _ => assert_eq!(count, 0, "{node:?} in {text:?}"),
        }
    }
    for error in tree.errors() {
        assert!(on_characters(error.range) && error.range.end as usize <= text.len(), "{error:?} in {text:?}");
        if let Some((_, edit)) = &error.fix {
            assert!(on_characters(edit.range), "{error:?} in {text:?}");
        }
    }
    assert!(tree.comments().iter().all(|it| text[it.span()].starts_with('#')), "{:?} in {text:?}", tree.comments());
}

fn shape(tree: &Tree) -> Vec<(Kind, TextRange)> {
    tree.roots().flat_map(|root| std::iter::once(root).chain(root.children())).map(|node| (node.kind(), node.range())).collect()
}
