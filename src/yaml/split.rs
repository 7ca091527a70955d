//! A file to its parts.

use crate::text::TextRange;

use super::template;

/// The parts of a file that are read on their own: each begins at a `---` line (or the directives before it), the first at the start.
/// They follow each other without a gap and cover the whole text. A text that begins with `{` is first read as JSON values, one after
/// the other, as kubectl does; each is a part. In a comment of a template, no line begins a part.
pub fn split(text: &str) -> Vec<TextRange> {
    let mut parts = Vec::new();
    let mut start = 0;
    if text.trim_start().starts_with('{') {
        start = json_values(text, &mut parts);
    }
    let bytes = text.as_bytes();
    let comments = template::comments(text);
    let in_comment = |at: usize| comments.iter().any(|it| it.span().contains(&at));
    let first = start;
    for at in memchr::memmem::find_iter(&bytes[first..], b"---").map(|at| at + first) {
        let is_marker = at > start && bytes[at - 1] == b'\n' && (ends_marker(bytes, at + 3) || bytes[at + 3] == b'#');
        if !is_marker || in_comment(at) {
            continue;
        }
        let begin = directives_before(text, start, at);
        if begin > start {
            parts.push(TextRange::new(start, begin));
            start = begin;
        }
    }
    if start < text.len() || parts.is_empty() {
        parts.push(TextRange::new(start, text.len()));
    }
    parts
}

/// How the lines begin that may bound parts. An edit whose lines, old and new, are none of these leaves the parts of the file as they are,
/// but where the text begins with `{`, or the edited part holds a line that begins with `%`.
pub const BOUNDARIES: [&str; 3] = ["---", "...", "%"];

/// How the line of a directive begins.
pub const DIRECTIVE: u8 = b'%';

/// Whether what follows `---` or `...` leaves it a marker: a space, the end of the line or of the text.
fn ends_marker(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
}

/// Where the directives before the `---` at `at` begin; `at` if there are none. They are at the start of the file or after `...`.
fn directives_before(text: &str, start: usize, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut begin = at;
    let mut found = false;
    while begin > start {
        let line = memchr::memrchr(b'\n', &bytes[start..begin - 1]).map_or(start, |n| start + n + 1);
        let content = text[line..begin].trim_start_matches('\u{feff}').trim();
        if content.starts_with("...") && ends_marker(bytes, line + 3) {
            return if found { begin } else { at };
        }
        if !(content.is_empty() || content.starts_with('#') || bytes[line] == b'%') {
            return at;
        }
        found |= bytes[line] == b'%';
        begin = line;
    }
    if found && start == 0 { 0 } else { at }
}

/// The JSON values that a text begins with. Gives where they end.
fn json_values(text: &str, parts: &mut Vec<TextRange>) -> usize {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    let mut start = 0;
    while let Some(Ok(_)) = values.next() {
        // The spaces after a value, to the end of its line, belong to it.
        let end = values.byte_offset();
        let rest = &text[end..];
        let space = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        let end = end + space + usize::from(rest[space..].starts_with('\n'));
        parts.push(TextRange::new(start, end));
        start = end;
        if text[start..].trim_start().is_empty() {
            if let Some(last) = parts.last_mut() {
                *last = TextRange::new(last.start as usize, text.len());
            }
            return text.len();
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_begin_at_their_markers() {
        #[rustfmt::skip]
        let table: &[(&str, &[&str])] = &[
            ("", &[""]),
            ("a: 1\n", &["a: 1\n"]),
            ("---\na: 1\n", &["---\na: 1\n"]),
            ("a: 1\n---\nb: 2\n", &["a: 1\n", "---\nb: 2\n"]),
            ("# note\n---\na: 1\n", &["# note\n", "---\na: 1\n"]),
            ("a\n--- # note\nb\n---\t\nc", &["a\n", "--- # note\nb\n", "---\t\nc"]),
            ("a\r\n---\r\nb\r\n", &["a\r\n", "---\r\nb\r\n"]),
            // kubectl splits at line feeds only, and not inside a line.
            ("a\r---\rb\r", &["a\r---\rb\r"]),
            (" ---\n", &[" ---\n"]),
            ("a\n---b\n----\n", &["a\n---b\n----\n"]),
            // Directives belong to the document they are before.
            ("%YAML 1.2\n---\na\n", &["%YAML 1.2\n---\na\n"]),
            ("a\n...\n%YAML 1.2\n# note\n---\nb\n", &["a\n...\n", "%YAML 1.2\n# note\n---\nb\n"]),
            ("a\n%b\n---\nc\n", &["a\n%b\n", "---\nc\n"]),
            // JSON values need no marker between them; what is no JSON is read as YAML.
            ("{\"a\": 1}\n{\"b\": 2}\n", &["{\"a\": 1}\n", "{\"b\": 2}\n"]),
            (" {} {}", &[" {} ", "{}"]),
            ("{\"a\": 1}\n---\nb: 2\n", &["{\"a\": 1}\n", "---\nb: 2\n"]),
            ("{a: 1}\n---\n{b: 2}\n", &["{a: 1}\n", "---\n{b: 2}\n"]),
            ("a\n{{- /* b\n---\n*/ -}}\n---\nc\n", &["a\n{{- /* b\n---\n*/ -}}\n", "---\nc\n"]),
        ];
        for (text, expected) in table {
            let parts: Vec<_> = split(text).into_iter().map(|part| &text[part.span()]).collect();
            assert_eq!(&parts, expected, "{text:?}");
        }
    }
}
