//! The actions of a Go template, by the lexical rules of `text/template`; and those of Jinja, which Ansible, Salt and MkDocs use.

use memchr::memmem;

use crate::text::TextRange;

/// What a template is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) enum Language {
    /// `{{ … }}`.
    Go,
    /// `{% … %}` and `{# … #}` too.
    Jinja,
}

/// One action: `{{ … }}`, or a statement or comment of Jinja.
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
pub(super) fn actions(text: &str, language: Language) -> Vec<Action> {
    let bytes = text.as_bytes();
    let mut found = vec![];
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'{', &bytes[at..]).map(|n| at + n) {
        let (end, kind): (_, fn(&str) -> ActionKind) = match bytes.get(start + 1) {
            Some(b'{') => (action_end(bytes, start), kind),
            Some(b'%') if language == Language::Jinja => (jinja_end(bytes, start, b"%}"), statement_kind),
            // To YAML, one that is not closed is a bracket with a comment.
            Some(b'#') if language == Language::Jinja && memmem::find(&bytes[start..], b"#}").is_some() => {
                (jinja_end(bytes, start, b"#}"), |_| ActionKind::Silent)
            }
            _ => {
                at = start + 1;
                continue;
            }
        };
        found.push(Action { range: TextRange::new(start, end), kind: kind(&text[start..end]) });
        at = end;
    }
    found
}

/// The ranges of all actions of a Go template in a text, in order.
pub fn ranges(text: &str) -> Vec<TextRange> {
    actions(text, Language::Go).into_iter().map(|it| it.range).collect()
}

/// Whether an action of either language begins with these bytes, which YAML can't read.
pub(in crate::yaml) fn begins_action(bytes: &[u8]) -> bool {
    matches!(bytes, [b'{', b'{' | b'%', ..])
}

/// The comments of a text, in order.
pub(in crate::yaml) fn comments(text: &str) -> Vec<TextRange> {
    if !has_comments(text) {
        return vec![];
    }
    ranges(text).into_iter().filter(|it| is_comment(&text[it.span()])).collect()
}

/// Whether a text may hold a comment.
pub fn has_comments(text: &str) -> bool {
    memmem::find_iter(text.as_bytes(), b"/*").any(|at| ["{{", "{{- "].iter().any(|open| text[..at].ends_with(open)))
}

/// Whether an action is a comment.
pub(in crate::yaml) fn is_comment(action: &str) -> bool {
    action.starts_with("{{/*") || action.starts_with("{{- /*")
}

/// Where the action at `start` ends. One that is not closed ends with its line, as its author is still typing.
fn action_end(bytes: &[u8], start: usize) -> usize {
    let body = start + 2;
    if bytes[start..].starts_with(b"{{/*") || bytes[start..].starts_with(b"{{- /*") {
        let Some(close) = memmem::find(&bytes[body..], b"*/").map(|n| body + n + 2) else { return bytes.len() };
        let braces: [&[u8]; 2] = [b"}}", b" -}}"];
        if let Some(braces) = braces.into_iter().find(|it| bytes[close..].starts_with(it)) {
            return close + braces.len();
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

/// Where a statement or comment of Jinja ends that begins at `start`: after `close`, else with its line.
fn jinja_end(bytes: &[u8], start: usize, close: &[u8]) -> usize {
    let eol = || memchr::memchr2(b'\n', b'\r', &bytes[start..]).unwrap_or(bytes.len() - start);
    start + memmem::find(&bytes[start..], close).map_or_else(eol, |n| n + close.len())
}

/// What a statement of Jinja does.
fn statement_kind(statement: &str) -> ActionKind {
    let body = statement["{%".len()..].trim_start_matches(['-', '+']).trim_start();
    match body.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default() {
        "if" | "for" | "raw" | "block" | "filter" | "call" => ActionKind::Begin,
        "macro" => ActionKind::Define,
        "elif" | "else" => ActionKind::Else,
        "include" => ActionKind::Print { column: None },
        word if word.starts_with("end") => ActionKind::End,
        _ => ActionKind::Silent,
    }
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
        actions(text, Language::Jinja).into_iter().map(|it| (&text[it.range.span()], it.kind)).collect()
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
            ("{% if a == '%' %}", ActionKind::Begin),
            ("{%- for x in y -%}", ActionKind::Begin),
            ("{%+ elif b %}", ActionKind::Else),
            ("{% endfor %}", ActionKind::End),
            ("{% set x = 1 %}", ActionKind::Silent),
            ("{# a {{ b }}\n#}", ActionKind::Silent),
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
        assert_eq!(texts("a: {% if\nb: {#"), ["{% if"]);
        assert_eq!(actions("a: {% raw %}", Language::Go), []);
        assert_eq!(texts("a: {{/* open\nb"), ["{{/* open\nb"]);
    }
}
