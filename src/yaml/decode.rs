//! What a scalar says: quotes, escapes and folding undone.

use std::borrow::Cow;

use super::{Kind, Node, Style, breaks};

/// The value of a scalar; the name of an alias; nothing for a collection.
pub(super) fn value(node: Node<'_>) -> Cow<'_, str> {
    let text = node.text();
    match node.kind() {
        Kind::Scalar(Style::Plain) | Kind::Template => fold(text),
        Kind::Scalar(Style::SingleQuoted) => single(text),
        Kind::Scalar(Style::DoubleQuoted) => double(text),
        Kind::Scalar(Style::Literal | Style::Folded) => {
            let after = &node.tree().text()[node.range().end as usize..];
            Cow::Owned(super::literal::decode(text, after, node.literal_indent()))
        }
        Kind::Alias => Cow::Borrowed(&text[1..]),
        Kind::Empty | Kind::Mapping(_) | Kind::Sequence(_) => Cow::Borrowed(""),
    }
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Folds the lines of a plain or quoted scalar: one break is a space, each further one stays.
fn fold(text: &str) -> Cow<'_, str> {
    if !breaks::any(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut pending = String::new();
    let mut lines = breaks::lines(text).enumerate().peekable();
    while let Some((number, (line, at_break))) = lines.next() {
        let is_last = lines.peek().is_none();
        let line = if number == 0 { line } else { line.trim_start_matches(BLANKS) };
        let line = if is_last { line } else { line.trim_end_matches(BLANKS) };
        if !line.is_empty() || is_last {
            breaks::fold(&mut out, &pending);
            out.push_str(line);
            pending.clear();
        }
        pending.push_str(at_break);
    }
    Cow::Owned(out)
}

fn single(text: &str) -> Cow<'_, str> {
    let inner = &text[1..];
    let folded = fold(strip_quote(inner, '\''));
    if memchr::memchr(b'\'', folded.as_bytes()).is_some() { Cow::Owned(folded.replace("''", "'")) } else { folded }
}

/// `inner` without its closing quote, if it has one.
fn strip_quote(inner: &str, quote: char) -> &str {
    if super::quoted::closing(inner.as_bytes(), 0, quote as u8) == Some(inner.len()) { &inner[..inner.len() - 1] } else { inner }
}

fn double(text: &str) -> Cow<'_, str> {
    let inner = strip_quote(&text[1..], '"');
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() && !breaks::any(inner) {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    // Spaces before this length of `out` were escaped, and are not cut at a line's end.
    let mut kept = 0;
    while let Some(at) = rest.find(['\\', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('\\') {
            rest = escape(&rest[1..], &mut out);
            kept = out.len();
            continue;
        }
        while out.len() > kept && out.ends_with(BLANKS) {
            out.pop();
        }
        let mut pending = String::new();
        rest = skip_breaks(rest, &mut pending);
        breaks::fold(&mut out, &pending);
        kept = out.len();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Skips breaks and the spaces after them, and notes what the breaks are in a value.
fn skip_breaks<'t>(mut text: &'t str, out: &mut String) -> &'t str {
    while let Some((at_break, after)) = breaks::strip(text) {
        out.push_str(at_break);
        text = after.trim_start_matches(BLANKS);
    }
    text
}

/// Undoes one escape; `text` begins after the backslash. Gives what follows it.
fn escape<'t>(text: &'t str, out: &mut String) -> &'t str {
    let Some(first) = text.chars().next() else {
        out.push('\\');
        return text;
    };
    if let Some((_, after)) = breaks::strip(text) {
        // An escaped break is nothing; empty lines after it stay.
        return skip_breaks(after.trim_start_matches(BLANKS), out);
    }
    let rest = &text[first.len_utf8()..];
    let simple = match first {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        ' ' | '"' | '/' | '\\' | '\'' => first,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return code(rest, 2, out),
        'u' => return code(rest, 4, out),
        'U' => return code(rest, 8, out),
        _ => {
            out.push('\\');
            return text;
        }
    };
    out.push(simple);
    rest
}

/// A code point in `digits` hexadecimal digits; a pair of surrogates is one character, as in JSON.
fn code<'t>(text: &'t str, digits: usize, out: &mut String) -> &'t str {
    let hex = |text: &str| text.get(..digits).and_then(|it| u32::from_str_radix(it, 16).ok());
    let Some(high) = hex(text) else {
        out.push('\u{fffd}');
        return text;
    };
    let rest = &text[digits..];
    if (0xd800..0xdc00).contains(&high)
        && let Some(after) = rest.strip_prefix("\\u")
        && let Some(low @ 0xdc00..=0xdfff) = hex(after)
    {
        out.extend(char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)));
        return &after[digits..];
    }
    out.push(char::from_u32(high).unwrap_or('\u{fffd}'));
    rest
}

/// A tag's suffix with `%21` and the like undone.
pub(super) fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(octet) => {
                out.push(octet);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use crate::yaml::parse;

    #[test]
    fn values_are_what_they_say() {
        #[rustfmt::skip]
        let table = [
            ("plain", "plain"), ("two  words # note", "two  words"), ("one\n  two\n\n  three", "one two\nthree"), ("a\r\n  b", "a b"),
            ("'it''s'", "it's"), ("'one\n   two '", "one two "), ("''", ""), ("'open", "open"),
            (r#""a\tb\x41\u00e9\U0001F600\\\"\/""#, "a\tbAé😀\\\"/"), (r#""\ud83d\ude00""#, "😀"), (r#""\ud83d""#, "\u{fffd}"), (r#""\q""#, "\\q"),
            ("\"one \\\n   two\"", "one two"), ("\"one\n\n  two\"", "one\ntwo"), ("\"a \\  \n  b\"", "a   b"), ("\"open", "open"), ("\"\\", "\\"),
            ("|\n  a\n   b\n\n  c\n", "a\n b\n\nc\n"), ("|-\n  a\n\n", "a"), ("|+\n  a\n\n", "a\n\n"), ("|2\n    a\n", "  a\n"), ("|\n", ""),
            (">\n  a\n  b\n\n  c\n    d\n  e\n", "a b\nc\n  d\ne\n"), (">-\n  a\n\n\n  b\n", "a\n\nb"), ("|\r\n  a\r\n  b\r\n", "a\nb\n"), ("|\n  a", "a\n"),
        ];
        for (text, expected) in table {
            let tree = parse(format!("key: {text}"));
            let value = tree.root().unwrap().entries().next().unwrap().value;
            assert_eq!(value.value(), expected, "{text:?}");
        }
    }

    #[test]
    fn tags_are_resolved() {
        let tree = parse("%TAG !e! tag:example.com,2026:\n---\n[!!str a, !e!b%21 b, !c c, ! d, !<tag:x> e, f]\n");
        let tags: Vec<_> = tree.root().unwrap().items().map(|it| it.tag_uri().map(String::from)).collect();
        let expected = [Some("tag:yaml.org,2002:str"), Some("tag:example.com,2026:b!"), Some("!c"), Some("!"), Some("tag:x"), None];
        assert_eq!(tags, expected.map(|it| it.map(String::from)));
    }
}
