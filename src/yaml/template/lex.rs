//! The actions of a Go template, by the lexical rules of `text/template`.

use memchr::memmem;

use crate::text::TextRange;

/// One `{{ … }}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Action {
    /// With its braces.
    pub range: TextRange,
    pub kind: ActionKind,
}

/// What an action does to the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ActionKind {
    /// It writes something; each line of that begins at this column, where `nindent` says so.
    Print { column: Option<u32> },
    /// It writes nothing: a comment, an assignment.
    Silent,
    /// `if`, `with`, `range`: what follows, up to its `end`, may be written or not.
    Begin,
    /// `define`: what follows, up to its `end`, is written elsewhere.
    Define,
    /// Another way through the block that is open.
    Else,
    /// The end of a block.
    End,
}

impl Action {
    pub fn prints(self) -> bool {
        matches!(self.kind, ActionKind::Print { .. })
    }
}

/// All actions of a text, in order.
pub(super) fn actions(text: &str) -> Vec<Action> {
    let mut found = vec![];
    let mut at = 0;
    while let Some(start) = memmem::find(&text.as_bytes()[at..], b"{{").map(|n| at + n) {
        let end = action_end(text.as_bytes(), start);
        found.push(Action { range: TextRange::new(start, end), kind: kind(&text[start..end]) });
        at = end;
    }
    found
}

/// Where the action at `start` ends. One that is not closed ends with its line, as its author is still typing.
fn action_end(bytes: &[u8], start: usize) -> usize {
    let body = start + 2;
    let trimmed = if bytes[body..].starts_with(b"- ") { body + 2 } else { body };
    if bytes[trimmed..].starts_with(b"/*") {
        let close = memmem::find(&bytes[trimmed..], b"*/").map(|n| trimmed + n + 2);
        let braces = close.and_then(|close| Some((close, memmem::find(&bytes[close..], b"}}")? + close + 2)));
        if let Some((close, end)) = braces.filter(|(close, end)| end - close <= 4) {
            debug_assert!(close < end);
            return end;
        }
    }
    let mut at = body;
    while at < bytes.len() {
        match bytes[at] {
            b'}' if bytes[at..].starts_with(b"}}") => return at + 2,
            b'{' if bytes[at..].starts_with(b"{{") => break,
            quote @ (b'"' | b'\'') => match quoted_end(bytes, at, quote) {
                Some(end) => at = end,
                None => break,
            },
            b'`' => match memchr::memchr(b'`', &bytes[at + 1..]) {
                Some(n) => at += n + 2,
                None => break,
            },
            _ => at += 1,
        }
    }
    let eol = memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |n| start + n);
    memmem::find(&bytes[body..eol.max(body)], b"}}").map_or(eol, |n| body + n + 2)
}

/// Where a quoted string or character ends that begins at `start`; it ends on its line.
fn quoted_end(bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' => return None,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

fn kind(action: &str) -> ActionKind {
    let body = action.trim_start_matches('{');
    let body = body.strip_prefix('-').unwrap_or(body).trim_start();
    let word_end = body.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(body.len());
    match &body[..word_end] {
        "if" | "with" | "range" => ActionKind::Begin,
        // Its content is also written in its place, or what another file defines instead.
        "block" => ActionKind::Begin,
        "define" => ActionKind::Define,
        "else" => ActionKind::Else,
        "end" => ActionKind::End,
        "break" | "continue" => ActionKind::Silent,
        "" if body.starts_with("/*") || is_assignment(body) => ActionKind::Silent,
        _ => ActionKind::Print { column: column(body) },
    }
}

/// Whether a pipeline begins with `$name :=` or `$name =`.
fn is_assignment(body: &str) -> bool {
    let Some(rest) = body.strip_prefix('$') else { return false };
    let rest = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').trim_start();
    rest.starts_with(":=") || rest.starts_with('=') && !rest.starts_with("==")
}

/// The number of the last `nindent`.
fn column(body: &str) -> Option<u32> {
    let at = body.rfind("nindent")?;
    let digits = body[at + "nindent".len()..].trim_start();
    digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, ActionKind)> {
        actions(text).into_iter().map(|it| (&text[it.range.span()], it.kind)).collect()
    }

    #[test]
    fn kinds_of_actions() {
        let print = ActionKind::Print { column: None };
        for (action, kind) in [
            ("{{ .Values.x }}", print),
            ("{{- include \"x\" . -}}", print),
            ("{{ iffy }}", print),
            ("{{ $x }}", print),
            ("{{ $x.y | quote }}", print),
            ("{{ template \"x\" . }}", print),
            ("{{ toYaml .x | nindent 8 }}", ActionKind::Print { column: Some(8) }),
            ("{{- nindent 12 (include \"x\" .) }}", ActionKind::Print { column: Some(12) }),
            ("{{ nindent (int .n) .x }}", print),
            ("{{/* a }} b */}}", ActionKind::Silent),
            ("{{- /* a\n---\nb */ -}}", ActionKind::Silent),
            ("{{- $x := dict \"a\" \"}}\" -}}", ActionKind::Silent),
            ("{{ $x = 1 }}", ActionKind::Silent),
            ("{{break}}", ActionKind::Silent),
            ("{{- if eq .a `b\n}}` }}", ActionKind::Begin),
            ("{{ range $k, $v := .Values }}", ActionKind::Begin),
            ("{{with .x}}", ActionKind::Begin),
            ("{{- define \"x\" -}}", ActionKind::Define),
            ("{{ else if not .x }}", ActionKind::Else),
            ("{{else}}", ActionKind::Else),
            ("{{- end -}}", ActionKind::End),
            ("{{end}}", ActionKind::End),
        ] {
            assert_eq!(found(&format!("a: {action} b\n")), [(action, kind)]);
        }
    }

    #[test]
    fn quotes_belong_to_the_action_and_an_open_one_ends_with_its_line() {
        let texts = |text| found(text).into_iter().map(|it| it.0).collect::<Vec<_>>();
        assert_eq!(texts("\"{{ include \"a\" . }}:{{ .b }}\""), ["{{ include \"a\" . }}", "{{ .b }}"]);
        assert_eq!(texts("{{ printf \"%s}}\" '}' }}"), ["{{ printf \"%s}}\" '}' }}"]);
        assert_eq!(texts("{{`{{ .x }}`}} {{ \"{{\" }}"), ["{{`{{ .x }}`}}", "{{ \"{{\" }}"]);
        assert_eq!(texts("{{ dict\n  \"a\" 1\n}}\nb"), ["{{ dict\n  \"a\" 1\n}}"]);
        assert_eq!(texts("a: {{ .Val\nb: {{ .c }}\n"), ["{{ .Val", "{{ .c }}"]);
        assert_eq!(texts("a: {{ default \"x }}\nb: c"), ["{{ default \"x }}"]);
        assert_eq!(texts("a: {{"), ["{{"]);
        assert_eq!(texts("a: {{/* open\nb"), ["{{/* open"]);
    }
}
