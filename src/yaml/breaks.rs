//! Where a line ends. kubectl's reader is one of YAML 1.1: to it NEL (U+0085), LS (U+2028) and PS (U+2029) end a line too, which to
//! editors, and so to positions, they do not.

use super::parser::Parser;

/// The length of the break at `at`; zero where there is none.
pub(super) fn width(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..) {
        Some([b'\r', b'\n', ..]) => 2,
        Some([b'\n' | b'\r', ..]) => 1,
        Some([0xC2, 0x85, ..]) => 2,
        Some([0xE2, 0x80, 0xA8 | 0xA9, ..]) => 3,
        _ => 0,
    }
}

/// Whether a text holds breaks of YAML 1.1 that no editor knows.
pub(super) fn has_rare(text: &str) -> bool {
    !text.is_ascii() && ["\u{85}", "\u{2028}", "\u{2029}"].iter().any(|it| memchr::memmem::find(text.as_bytes(), it.as_bytes()).is_some())
}

/// Whether it is more than one line.
pub(super) fn any(text: &str) -> bool {
    memchr::memchr2(b'\n', b'\r', text.as_bytes()).is_some() || has_rare(text)
}

/// The lines of a scalar, each with what its break is in the value; the last one has none.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.find(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
        let (line, after) = text.split_at(end.unwrap_or(text.len()));
        let (value, after) = strip(after).unwrap_or_default();
        rest = end.map(|_| after);
        Some((line, value))
    })
}

/// What the break at the start of a text is in the value of a scalar, and what follows it.
pub(super) fn strip(text: &str) -> Option<(&str, &str)> {
    let (at_break, after) = text.split_at(Some(width(text.as_bytes(), 0)).filter(|width| *width > 0)?);
    Some((if at_break.len() == 3 { at_break } else { "\n" }, after))
}

/// Joins two lines of a folded scalar: one break is a space, each further one stays. The rare ones are never folded.
pub(super) fn fold(out: &mut String, breaks: &str) {
    match breaks.strip_prefix('\n') {
        Some("") => out.push(' '),
        Some(further) => out.push_str(further),
        None => out.push_str(breaks),
    }
}

impl Parser<'_> {
    /// The end of the line that holds `at`.
    pub fn line_end(&self, at: usize) -> usize {
        let end = memchr::memchr2(b'\n', b'\r', &self.bytes[at..]).map_or(self.bytes.len(), |n| at + n);
        if !self.rare_breaks {
            return end;
        }
        let mut rare = memchr::memchr2_iter(0xC2, 0xE2, &self.bytes[at..end]).map(|n| at + n);
        rare.find(|&at| width(self.bytes, at) > 0).unwrap_or(end)
    }

    /// The start of the line that holds `at`.
    pub fn line_start(&self, at: usize) -> usize {
        let start = memchr::memrchr2(b'\n', b'\r', &self.bytes[..at]).map_or(0, |n| n + 1);
        if !self.rare_breaks {
            return start;
        }
        let mut rare = memchr::memrchr2_iter(0xC2, 0xE2, &self.bytes[start..at]).map(|n| start + n);
        rare.find_map(|at| Some(at + width(self.bytes, at)).filter(|after| *after > at)).unwrap_or(start)
    }
}

#[cfg(test)]
mod tests {
    use crate::yaml::{Node, parse};

    fn shown(node: Node<'_>) -> String {
        let children = || node.children().map(shown).collect::<Vec<_>>().join(", ");
        if node.is_collection() { format!("({})", children()) } else { format!("{:?}", node.value()) }
    }

    #[test]
    fn next_line_ends_a_line_wherever_a_line_feed_does() {
        let text = "# note\na: b # note\nc:\n- d\n- e:\n    f: |\n      g\n\n       h\n    i: >-\n      j\n      k\nl: m\n  n\no: \"p\n  q\\\n  r\"\ns: [t,\n  u v]\n";
        let read = |text: &str| {
            let tree = parse(text);
            assert!(tree.errors().is_empty(), "{text:?}: {:?}", tree.errors());
            shown(tree.root().expect("a root"))
        };
        let expected = read(text);
        for (at, _) in text.match_indices('\n') {
            let mut other = text.to_owned();
            other.replace_range(at..=at, "\u{85}");
            assert_eq!(read(&other), expected, "{other:?}");
        }
        assert_eq!(read(&text.replace('\n', "\u{85}")), expected);
    }

    #[test]
    fn the_separators_are_not_folded() {
        let value =
            |text: &str| parse(format!("a: {text}")).root().and_then(|root| root.children().nth(1)).map(|it| it.value().into_owned());
        for (text, expected) in [
            ("b\u{2028}  c\n", "b\u{2028}c"),
            ("b\u{2029}\n  c\n", "b\u{2029}\nc"),
            ("b\n\u{2028}  c\n", "b\u{2028}c"),
            ("\"b \u{2028}\"\n", "b\u{2028}"),
            ("\"b\\\u{2028}  c\"\n", "bc"),
            (">\n  b\u{2028}  c\n", "b\u{2028}c\n"),
            ("|\n  b\u{2028}", "b\u{2028}"),
            ("|-\n  b\u{2028}", "b"),
            ("b\u{2028}c: d\n", "b"),
        ] {
            assert_eq!(value(text).as_deref(), Some(expected), "{text:?}");
        }
    }
}
