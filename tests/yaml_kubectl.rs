//! What kubectl's YAML reader refuses, reads in spite of the standard, or drops: asked of sigs.k8s.io/yaml 1.6 after kubectl's splitting.

use podls::yaml::{self, SyntaxErrorKind};

/// A text, and what is said of it: the kind's initial (`I`nvalid, `U`nsupported, `L`enient, `T`emplate, `D`ropped) and the 0-based line of
/// each error. `""`: kubectl reads it, and so does every reader.
#[rustfmt::skip]
const TABLE: &[(&str, &str)] = &[
    // Plain manifests and their variants.
    ("a: 1\nb:\n- c\n- d: {e: [f, g]}\n", ""),
    ("a: 1\r\nb: [c,\r\n  d]\r\n", ""),
    ("a: 1\rb: 2\r", ""),
    ("\u{feff}a: 1\n", ""),
    ("a: b\n\n# note\n  # note\nc: d # note\n", ""),
    ("# note\u{2028}a: b # note\u{85}c: d\u{2029}", ""),
    ("a: \"b\\\u{85}  c\"\n", ""),
    ("--- # note\na: 1\n", ""),
    ("a:\tb\t# note\n", ""),
    ("a: b\n  \t\nc: d\n", ""),
    ("a: 'b'\t\n", ""),
    ("<<: {a: 1}\nb: 2\n", ""),
    ("a: &a [1]\nb: *a\n", ""),
    ("? a\n: b\n", ""),
    ("a:\n- b\n-\n- c\n", ""),
    ("{\"a\": \"\\/\", \"b\":\t[1]}\n", ""),
    ("[\"\\ud83d\\ude00\"]\n", ""),
    ("a: !own b\n", ""),
    ("yes: 1\n2: 3\n.inf: 4\n", ""),
    // Valid YAML that kubectl refuses.
    ("%YAML 1.1\n---\na: 1\n", "U0"),
    ("%FOO bar\n---\na: 1\n", "U0"),
    ("--- {a: 1}\n", "U0"),
    ("--- |\n a\n", "U0"),
    ("a: |\n  ---b\n---c: 1\n", "U2"),
    ("? [a]\n: b\n", "U0"),
    ("{a: b}: c\n", "U0"),
    ("a: &a {b: c}\n*a : d\n", "U1"),
    ("~: a\n", "U0"),
    (": a\n", "U0"),
    ("{? }\n", "U0"),
    ("null: a\n", "U0"),
    ("18446744073709551615: a\n", "U0"),
    ("a: {path: /a?b=1}\n", "U0"),
    ("a: {b\n  : c}\n", "U1"),
    ("a: &x! b\n", "U0"),
    ("a: \"\\/\"\n", "U0"),
    ("a: \"\\ud83d\\ude00\"\n", "U0"),
    ("a: .inf\n", "U0"),
    ("a: !!int b\n", "U0"),
    ("a: !!float \".nan\"\n", "U0"),
    ("<<: 1\n", "U0"),
    ("<<: [{a: 1}, 2]\n", "U0"),
    ("-\ta\n", "U0"),
    ("a: 1\n\t\nb: 2\n", "U1"),
    ("\t# note\na: 1\n", "U0"),
    ("a:\n  \tb\n", "U1"),
    ("a: |\n \tb\n", "U1"),
    ("...\na: 1\n", "U0"),
    ("a: &a {b: *a}\n", "I0"),
    // No YAML, and kubectl refuses it too.
    ("a: b: c\n", "I0"),
    ("a: b\nc\n", "I1"),
    ("a: *nowhere\n", "I0"),
    ("a: @b\n", "I0"),
    ("a: %b\n", "I0"),
    ("a: [b\n", "I0"),
    ("a: [b}\n", "I0"),
    ("a: {b: c\nd: e\n", "I0"),
    ("a: \"b\nc: d\n", "I0"),
    ("a: 'b' c\n", "I0"),
    ("a: [b c: d: e]\n", "I0"),
    ("a: [b,, c]\n", "I0"),
    ("a: - b\n", "I0"),
    ("a: &b &c d\n", "I0"),
    ("a: \"\\q\"\n", "I0"),
    ("a: \"\\x4\"\n", "I0"),
    ("\ta: b\n", "I0"),
    ("a:\n\tb: c\n", "I1"),
    ("a: |b\n", "I0"),
    ("a: |\n  b\n c\n", "I2"),
    ("a: \u{7}\n", "I0"),
    ("a: !x!b c\n", "I0"),
    ("%TAG ! tag:x,1:\na: 1\n", "U0 I1"),
    // No YAML, but kubectl reads it.
    ("a: [b,\nc]\n", "L1"),
    ("a: {\n  b: c\n}\n", "L2"),
    ("a: \"b\nc\"\n", "L1"),
    ("a: 'b'#c\n", "L0"),
    ("a: \"\\'\"\n", "L0"),
    ("a: [-]\n", "L0"),
    ("a: {?b: c}\n", "L0"),
    ("a: {b:}\n", "L0"),
    // What it drops.
    ("a: 1\n...\nb: 2\n", "D2"),
    ("a: 1\n...\n# note\n", ""),
    ("a: 1\r---\rb: 2\r", "D0"),
    ("  a: 1\nb: 2\n", "D1"),
    ("{a: 1}\nb: 2\n", "D1"),
    ("[a] ]\n", "D0"),
    ("a: 1\n...\n\"b\n", "D2"),
    // Templates: reported once.
    ("a: {{ .b }}\nc: {{ .d }}\n", "T0"),
    ("{{- if .a }}\nb: 1\n{{- end }}\n", "T0"),
    ("a: \"{{ .b }}\"\nc: d-{{ .e }}\n", ""),
    ("a: [{{ .b }}, c]\n", "T0"),
    ("{{ .a }}: b\n", "T0"),
    ("a: |\n  b\n{{- if .c }}\n  d\n{{- end }}\n", "T2"),
    ("a: {{ .b\nc: d\n", "I0"),
    ("# {{ .a }}\nb: 1\n", ""),
];

#[test]
fn errors_are_of_the_right_kind_and_on_the_right_line() {
    let mut wrong = Vec::new();
    for (text, expected) in TABLE {
        let mut said = Vec::new();
        for part in yaml::split(text) {
            for error in yaml::parse(&text[part.span()]).errors() {
                let initial = match error.kind {
                    SyntaxErrorKind::Invalid => 'I',
                    SyntaxErrorKind::Unsupported => 'U',
                    SyntaxErrorKind::Lenient => 'L',
                    SyntaxErrorKind::Template => 'T',
                    SyntaxErrorKind::Dropped => 'D',
                };
                let line = text[..(part.start + error.range.start) as usize].matches('\n').count();
                said.push(format!("{initial}{line}"));
            }
        }
        let said = said.join(" ");
        if said != *expected {
            wrong.push(format!("{text:?}: want {expected:?}, got {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_bomb_of_aliases_is_refused_at_once() {
    let mut text = String::from("a0: &a0 [x]\n");
    for n in 1..40 {
        text += &format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1);
    }
    let tree = yaml::parse(text);
    assert!(matches!(tree.errors(), [error] if error.kind == SyntaxErrorKind::Unsupported && error.message.contains("excessive aliasing")));
}

#[test]
fn what_is_open_says_how_far() {
    for (text, open) in [("a: \"b\n  c\nd: 1\n", "\"b\n  c"), ("a: [b,\n  c\nd: 1\n", "[b,\n  c"), ("a: {{ b\nc: 1\n", "{{ b")] {
        let tree = yaml::parse(text);
        let error = tree.errors().first().unwrap();
        assert_eq!(error.unfinished.map(|it| &text[it.span()]), Some(open), "{text:?}");
    }
}

#[test]
fn depth_is_bounded() {
    for piece in ["[", "{a: ", "- ", "? ", "{{a: "] {
        let tree = yaml::parse(piece.repeat(100_000));
        assert!(tree.len() < 5_000 && !tree.errors().is_empty(), "{piece}");
    }
}
