//! The tokens of a POSIX shell script, with what bash adds to them.
//!
//! One pass and an explicit stack: any text gives tokens in linear time. Text inside quotes and substitutions belongs to its word.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// `>`, `2>&`, `<<-`, `&>>`: the word after it is its target.
    Redirect,
    /// `&`: what is before it goes to the background.
    Background,
    And,
    Or,
    /// `|` and `|&`.
    Pipe,
    Semicolon,
    /// `;;`, `;&` and `;;&`.
    CaseEnd,
    Newline,
    Open,
    Close,
}

/// A token and where it is in the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub range: Range<usize>,
}

/// A script in tokens. Comments and the bodies of here-documents are left out.
#[derive(Debug)]
pub(super) struct Tokens {
    pub list: Vec<Token>,
    /// A quote, substitution or here-document has no end: the shell rejects the script, or podls misreads it.
    pub unclosed: bool,
    /// Where the innermost of the quotes and substitutions begins that have no end.
    pub open: Option<usize>,
    /// `&>` or `&>>` occurs, which a shell reads in one of two ways.
    pub ampersand_redirect: bool,
    /// Where the last comment or here-document ends; what is appended after it needs a line of its own.
    pub line_bound: usize,
}

/// What is open inside a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Double,
    Backtick,
    /// `$(`, and a bare `(` inside of one or in an array.
    Paren,
    /// `${`; single quotes mean nothing in it when it is in double quotes.
    Brace {
        quoted: bool,
    },
    /// `$((`.
    Arithmetic,
}

struct HereDocument {
    delimiter: String,
    strips_tabs: bool,
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tokens: Tokens,
    /// Here-documents whose bodies begin after the next line end.
    pending: Vec<HereDocument>,
    /// Set after `<<` and `<<-`: the next word is a delimiter.
    wants_delimiter: Option<bool>,
}

/// Cuts `text` into tokens. `ampersand_redirects` says whether the shell reads `&>` as a redirection (bash, zsh, busybox) or as
/// `&` and `>` (dash).
pub(super) fn tokens(text: &str, ampersand_redirects: bool) -> Tokens {
    let tokens = Tokens { list: Vec::new(), unclosed: false, open: None, ampersand_redirect: false, line_bound: 0 };
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, tokens, pending: Vec::new(), wants_delimiter: None };
    while lexer.at < lexer.bytes.len() {
        lexer.token(ampersand_redirects);
    }
    lexer.tokens.unclosed |= !lexer.pending.is_empty();
    lexer.tokens
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, length: usize) {
        self.tokens.list.push(Token { kind, range: self.at..self.at + length });
        self.at += length;
    }

    fn token(&mut self, ampersand_redirects: bool) {
        match (self.peek(0), self.peek(1)) {
            (b' ' | b'\t' | b'\r', _) => self.at += 1,
            (b'\\', b'\n') => self.at += 2,
            (b'#', _) => {
                self.at = memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |n| self.at + n);
                self.tokens.line_bound = self.at;
            }
            (b'\n', _) => {
                self.push(Kind::Newline, 1);
                self.here_documents();
            }
            (b';', b';') if self.peek(2) == b'&' => self.push(Kind::CaseEnd, 3),
            (b';', b';' | b'&') => self.push(Kind::CaseEnd, 2),
            (b';', _) => self.push(Kind::Semicolon, 1),
            (b'&', b'&') => self.push(Kind::And, 2),
            // zsh: in the background, and not waited for.
            (b'&', b'|') => self.push(Kind::Background, 2),
            (b'&', b'!') if matches!(self.peek(2), 0 | b'\n') => {
                self.push(Kind::Background, 2);
            }
            (b'&', b'>') => {
                self.tokens.ampersand_redirect = true;
                match (ampersand_redirects, self.peek(2)) {
                    (false, _) => self.push(Kind::Background, 1),
                    (true, b'>') => self.push(Kind::Redirect, 3),
                    (true, _) => self.push(Kind::Redirect, 2),
                }
            }
            (b'&', _) => self.push(Kind::Background, 1),
            (b'|', b'|') => self.push(Kind::Or, 2),
            (b'|', b'&') => self.push(Kind::Pipe, 2),
            (b'|', _) => self.push(Kind::Pipe, 1),
            (b'(', _) => self.push(Kind::Open, 1),
            (b')', _) => self.push(Kind::Close, 1),
            (b'<' | b'>', b'(') => self.word(),
            (b'<' | b'>', _) => self.redirect(0),
            (b'0'..=b'9', _) => {
                let digits = self.bytes[self.at..].iter().take_while(|b| b.is_ascii_digit()).count();
                match self.peek(digits) {
                    b'<' | b'>' => self.redirect(digits),
                    _ => self.word(),
                }
            }
            _ => self.word(),
        }
    }

    fn redirect(&mut self, digits: usize) {
        let rest = &self.bytes[self.at + digits..];
        let length = if rest.starts_with(b"<<<") || rest.starts_with(b"<<-") {
            3
        } else if [b"<<", b">>", b"<&", b">&", b"<>", b">|"].iter().any(|it| rest.starts_with(*it)) {
            2
        } else {
            1
        };
        self.wants_delimiter = match &rest[..length] {
            b"<<" => Some(false),
            b"<<-" => Some(true),
            _ => None,
        };
        self.push(Kind::Redirect, digits + length);
    }

    /// Skips the bodies that begin here, after a line end.
    fn here_documents(&mut self) {
        for document in std::mem::take(&mut self.pending) {
            let mut closed = false;
            while !closed && self.at < self.bytes.len() {
                let end = memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |n| self.at + n);
                let line = &self.text[self.at..end];
                let line = if document.strips_tabs { line.trim_start_matches('\t') } else { line };
                closed = line == document.delimiter;
                self.at = (end + 1).min(self.bytes.len());
            }
            self.tokens.unclosed |= !closed;
            self.tokens.line_bound = self.at;
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let end = self.word_end();
        self.at = end;
        self.tokens.list.push(Token { kind: Kind::Word, range: start..end });
        if let Some(strips_tabs) = self.wants_delimiter.take() {
            let delimiter = decode(&self.text[start..end]).text;
            self.pending.push(HereDocument { delimiter, strips_tabs });
        }
    }

    fn word_end(&mut self) -> usize {
        let bytes = self.bytes;
        let at = |i: usize| bytes.get(i).copied().unwrap_or(0);
        let mut open: Vec<(Open, usize)> = Vec::new();
        let start = self.at;
        let mut i = start;
        while i < bytes.len() {
            let inside = open.last().map(|it| it.0);
            match (bytes[i], inside) {
                (b'\\', _) => i += 2,
                (b'\'', None | Some(Open::Paren | Open::Backtick | Open::Brace { quoted: false })) => {
                    match memchr::memchr(b'\'', &bytes[i + 1..]) {
                        Some(length) => i += length + 2,
                        None => {
                            self.tokens.unclosed = true;
                            self.tokens.open = Some(i);
                            return bytes.len();
                        }
                    }
                }
                (b'"', Some(Open::Double)) | (b'`', Some(Open::Backtick)) | (b'}', Some(Open::Brace { .. })) => {
                    open.pop();
                    i += 1;
                }
                (b'"', _) => {
                    open.push((Open::Double, i));
                    i += 1;
                }
                (b'`', _) => {
                    open.push((Open::Backtick, i));
                    i += 1;
                }
                (b'$', _) => {
                    // The kubelet turns `$$` into `$` before the shell sees it.
                    if at(i + 1) == b'$' {
                        i += 1;
                    }
                    let (opens, length) = match (at(i + 1), at(i + 2)) {
                        (b'(', b'(') => (Some(Open::Arithmetic), 3),
                        (b'(', _) => (Some(Open::Paren), 2),
                        (b'{', _) => (Some(Open::Brace { quoted: inside == Some(Open::Double) }), 2),
                        (b'\'', _) if inside != Some(Open::Double) => {
                            let length = ansi_c_length(&bytes[i + 1..]);
                            self.tokens.unclosed |= length.is_none();
                            (None, 1 + length.unwrap_or(bytes.len()))
                        }
                        _ => (None, 1),
                    };
                    open.extend(opens.map(|it| (it, i)));
                    i += length;
                }
                (_, Some(Open::Double | Open::Brace { .. })) => i += 1,
                (b'(', Some(_)) => {
                    open.push((Open::Paren, i));
                    i += 1;
                }
                (b')', Some(Open::Arithmetic)) if at(i + 1) == b')' => {
                    open.pop();
                    i += 2;
                }
                // `$((a); b)`: it was a subshell in a substitution.
                (b')', Some(Open::Arithmetic)) => {
                    open.pop();
                    open.push((Open::Paren, i));
                    i += 1;
                }
                (b')', Some(Open::Paren)) => {
                    open.pop();
                    i += 1;
                }
                (b'#', Some(Open::Paren)) if matches!(bytes[i - 1], b' ' | b'\t' | b'\n' | b';' | b'(') => {
                    i = memchr::memchr(b'\n', &bytes[i..]).map_or(bytes.len(), |n| i + n);
                }
                (_, Some(_)) => i += 1,
                // `>(…)` and `<(…)` begin a word; `a=(…)` is an array.
                (b'<' | b'>', None) if i == start => i += 1,
                (b'(', None)
                    if i == start + 1 && matches!(bytes[start], b'<' | b'>') || bytes[i] == b'(' && i > start && bytes[i - 1] == b'=' =>
                {
                    open.push((Open::Paren, i));
                    i += 1;
                }
                (b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')', None) => break,
                (_, None) => i += 1,
            }
        }
        self.tokens.unclosed |= !open.is_empty();
        self.tokens.open = open.last().map(|it| it.1).or(self.tokens.open);
        // An escape at the very end may point after it.
        i.min(bytes.len())
    }
}

/// Length of `'…'` with escapes, as `$'…'` has them; none where it has no end.
fn ansi_c_length(bytes: &[u8]) -> Option<usize> {
    let mut i = 1;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 2,
            b'\'' => return Some(i + 1),
            _ => i += 1,
        }
    }
    None
}

/// A word as the command gets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Decoded {
    /// Without quotes and escapes; parameters and substitutions stay as written.
    pub text: String,
    /// A parameter or substitution is in it.
    pub dynamic: bool,
    /// It begins with one, so even whether it is an option is unknown.
    pub opaque: bool,
    /// `*`, `?` or `[` outside quotes.
    pub glob: bool,
}

/// Takes quotes and escapes off one word of a script.
pub(super) fn decode(raw: &str) -> Decoded {
    let mut word = Decoded { text: String::with_capacity(raw.len()), ..Decoded::default() };
    let mut double = false;
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        match c {
            '\'' if !double => {
                let inner = rest.as_str();
                let length = inner.find('\'').unwrap_or(inner.len());
                word.text.push_str(&inner[..length]);
                rest = inner.get(length + 1..).unwrap_or("").chars();
            }
            '"' => double = !double,
            '\\' => match rest.next() {
                Some('\n') | None => {}
                Some(c) if double && !matches!(c, '$' | '`' | '"' | '\\') => word.text.extend(['\\', c]),
                Some(c) => word.text.push(c),
            },
            '$' | '`' => {
                word.opaque |= word.text.is_empty();
                word.dynamic = true;
                word.text.push(c);
            }
            _ => {
                word.glob |= !double && matches!(c, '*' | '?' | '[');
                word.text.push(c);
            }
        }
    }
    word.opaque |= raw.starts_with("<(") || raw.starts_with(">(");
    word
}

/// Whether a word is a shell's operator or redirection and nothing else. A lone `&` is not among them.
pub(super) fn is_operator(word: &str) -> bool {
    if matches!(word, "&&" | "||" | "|" | ";" | "|&" | "&>" | "&>>" | "<<" | "<<<") {
        return true;
    }
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let target = rest.strip_prefix(">>").or_else(|| rest.strip_prefix('>')).or_else(|| rest.strip_prefix('<'));
    let named = |it: &str| matches!(it, "&1" | "&2" | "&-") || it.starts_with('/') && !it.contains(['>', '<', ' ']);
    word.len() - rest.len() <= 1 && target.is_some_and(|it| it.is_empty() || named(it))
}

/// Whether the text is a shell name: letters, digits and `_`, no digit first.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
}

/// Quotes a word for a shell where it needs it.
pub fn quote(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&b) || b >= 0x80;
    if !word.is_empty() && word.bytes().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
