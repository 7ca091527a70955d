//! CEL, the language of admission policies, of webhooks' match conditions, of custom resources' rules and of device selectors: whether an
//! expression can be parsed, what kind of value it yields where that is plain, and which names it uses.
//!
//! What depends on types is not looked at: only what every server rejects is an error.

use super::names::Checked;

/// The deepest nesting that is followed; what is deeper counts as right.
const MAX_DEPTH: usize = 60;

/// Words that are no identifiers.
const RESERVED: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// The types and the names before functions: `math.greatest`, `optional.of`.
const BUILT_IN: [&str; 31] = [
    "int",
    "uint",
    "double",
    "bool",
    "string",
    "bytes",
    "list",
    "map",
    "null_type",
    "type",
    "dyn",
    "google",
    "optional",
    "optional_type",
    "math",
    "sets",
    "lists",
    "strings",
    "base64",
    "regex",
    "cel",
    "proto",
    "format",
    "ip",
    "cidr",
    "url",
    "quantity",
    "semver",
    "net",
    "kubernetes",
    "timestamp",
];

/// The functions that bind a name of their own, with the place of the name among their arguments.
const MACROS: [&str; 9] =
    ["all", "exists", "exists_one", "existsOne", "map", "filter", "transformList", "transformMap", "transformMapEntry"];

/// What an expression yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yields {
    /// `true` or `false`.
    Bool,
    /// A text.
    Text,
    /// A number.
    Number,
    /// A list.
    List,
    /// A map.
    Map,
    /// Nothing.
    Null,
    /// What only the types of the names say.
    Unknown,
}

/// What is known of an expression that can be parsed.
#[derive(Debug)]
pub struct Expression<'t> {
    /// What it yields.
    pub yields: Yields,
    /// The names that it does not bind itself.
    pub names: Vec<&'t str>,
    /// Names with the field that is taken of them first: `request.user` is `("request", "user")`.
    pub fields: Vec<(&'t str, &'t str)>,
}

/// Whether a text can be parsed.
pub fn expression(text: &str) -> Checked {
    parse(text).map(drop)
}

/// A name that a variable can have (`isCELIdentifier`).
pub fn identifier(text: &str) -> Checked {
    let good = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && text.bytes().next().is_some_and(|first| !first.is_ascii_digit())
        && !RESERVED.contains(&text);
    if good { Ok(()) } else { Err("must be a valid CEL identifier".to_owned()) }
}

/// Whether a name means something in every expression.
pub fn is_built_in(name: &str) -> bool {
    BUILT_IN.contains(&name)
}

/// Reads an expression.
pub fn parse(text: &str) -> Result<Expression<'_>, String> {
    if text.trim().is_empty() {
        return Err("an expression is required".to_owned());
    }
    let tokens = tokens(text)?;
    let found = Expression { yields: Yields::Unknown, names: vec![], fields: vec![] };
    let mut parser = Parser { tokens, at: 0, depth: 0, bound: vec![], found };
    match parser.ternary() {
        Ok(yields) if parser.at == parser.tokens.len() => {
            parser.found.yields = yields;
            Ok(parser.found)
        }
        Ok(_) => Err(format!("syntax error: unexpected `{}`", parser.here())),
        Err(Failure::Syntax) => Err(match parser.tokens.get(parser.at) {
            Some(token) => format!("syntax error: unexpected `{}`", token.text),
            None => "syntax error: the expression is not complete".to_owned(),
        }),
        Err(Failure::Reserved(word)) => Err(format!("`{word}` is a reserved word")),
        Err(Failure::TooDeep) => Ok(parser.found),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenKind {
    Word,
    Number,
    Text,
    Sign,
}

#[derive(Clone, Copy, Debug)]
struct Token<'t> {
    kind: TokenKind,
    text: &'t str,
}

const SIGNS: [&str; 24] =
    ["==", "!=", "<=", ">=", "&&", "||", "[", "]", "{", "}", "(", ")", ".", ",", "-", "!", "?", ":", "+", "*", "/", "%", "<", ">"];

fn tokens(text: &str) -> Result<Vec<Token<'_>>, String> {
    let mut tokens = vec![];
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let bytes = rest.as_bytes();
        let (kind, length) = match first {
            ' ' | '\t' | '\n' | '\r' | '\x0c' => {
                rest = &rest[1..];
                continue;
            }
            '/' if rest.starts_with("//") => {
                rest = rest.find('\n').map_or("", |end| &rest[end..]);
                continue;
            }
            _ if text_length(rest).is_some() => {
                let length = text_length(rest).unwrap_or_default();
                if length == 0 {
                    return Err("syntax error: a string is not closed".to_owned());
                }
                (TokenKind::Text, length)
            }
            '`' => match rest[1..].find('`') {
                Some(end) => (TokenKind::Word, end + 2),
                None => return Err("syntax error: a \"`\" is not closed".to_owned()),
            },
            'a'..='z' | 'A'..='Z' | '_' => {
                (TokenKind::Word, bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count())
            }
            '0'..='9' => (TokenKind::Number, number_length(bytes)),
            '.' if bytes.get(1).is_some_and(u8::is_ascii_digit) => (TokenKind::Number, number_length(bytes)),
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (TokenKind::Sign, sign.len()),
                None => return Err(format!("syntax error: unexpected `{first}`")),
            },
        };
        let (token, after) = rest.split_at(length);
        tokens.push(Token { kind, text: token });
        rest = after;
    }
    Ok(tokens)
}

fn number_length(bytes: &[u8]) -> usize {
    let digits = |from: usize, digit: fn(&u8) -> bool| bytes[from..].iter().take_while(|byte| digit(byte)).count();
    if bytes.starts_with(b"0x") && digits(2, u8::is_ascii_hexdigit) > 0 {
        let length = 2 + digits(2, u8::is_ascii_hexdigit);
        return length + usize::from(matches!(bytes.get(length), Some(b'u' | b'U')));
    }
    let mut length = digits(0, u8::is_ascii_digit);
    let mut whole = true;
    if bytes.get(length) == Some(&b'.') && bytes.get(length + 1).is_some_and(u8::is_ascii_digit) {
        length += 1 + digits(length + 1, u8::is_ascii_digit);
        whole = false;
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = bytes.get(length + 1 + sign..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
        if exponent > 0 {
            length += 1 + sign + exponent;
            whole = false;
        }
    }
    length + usize::from(whole && matches!(bytes.get(length), Some(b'u' | b'U')))
}

/// How long the string is that `rest` begins with, 0 if it is not closed; `None` where it begins with none.
fn text_length(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let prefix = bytes.iter().take(2).take_while(|byte| matches!(byte, b'r' | b'R' | b'b' | b'B')).count();
    let raw = bytes[..prefix].iter().any(|byte| matches!(byte, b'r' | b'R'));
    let quote = *bytes.get(prefix).filter(|byte| matches!(byte, b'\'' | b'"'))?;
    let triple = bytes[prefix..].starts_with(&[quote; 3]);
    let mut at = prefix + if triple { 3 } else { 1 };
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\\' && !raw {
            at += 2;
        } else if byte == quote && (!triple || bytes[at..].starts_with(&[quote; 3])) {
            return Some(at + if triple { 3 } else { 1 });
        } else if !triple && matches!(byte, b'\n' | b'\r') {
            return Some(0);
        } else {
            at += 1;
        }
    }
    Some(0)
}

enum Failure<'t> {
    Syntax,
    Reserved(&'t str),
    TooDeep,
}

type Parsed<'t> = Result<Yields, Failure<'t>>;

struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    depth: usize,
    /// The names that macros around this place bind.
    bound: Vec<&'t str>,
    found: Expression<'t>,
}

impl<'t> Parser<'t> {
    fn here(&self) -> &'t str {
        self.tokens.get(self.at).map_or("", |token| token.text)
    }

    fn is_sign(&self, sign: &str) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.kind == TokenKind::Sign && token.text == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let there = self.is_sign(sign);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, sign: &str) -> Result<(), Failure<'t>> {
        if self.take(sign) { Ok(()) } else { Err(Failure::Syntax) }
    }

    fn word(&mut self) -> Option<&'t str> {
        let token = self.tokens.get(self.at).filter(|token| token.kind == TokenKind::Word)?;
        self.at += 1;
        Some(token.text)
    }

    fn ternary(&mut self) -> Parsed<'t> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Failure::TooDeep);
        }
        let mut yields = self.either()?;
        if self.take("?") {
            let first = self.either()?;
            self.expect(":")?;
            let second = self.ternary()?;
            yields = if first == second { first } else { Yields::Unknown };
        }
        self.depth -= 1;
        Ok(yields)
    }

    fn either(&mut self) -> Parsed<'t> {
        self.joined(&["||"], Yields::Bool, |this| this.joined(&["&&"], Yields::Bool, Self::relation))
    }

    fn joined(&mut self, signs: &[&str], result: Yields, part: fn(&mut Self) -> Parsed<'t>) -> Parsed<'t> {
        let mut yields = part(self)?;
        while signs.iter().any(|sign| self.take(sign)) {
            part(self)?;
            yields = result;
        }
        Ok(yields)
    }

    fn relation(&mut self) -> Parsed<'t> {
        let mut yields = self.sum()?;
        loop {
            let is_in = self.tokens.get(self.at).is_some_and(|token| token.kind == TokenKind::Word && token.text == "in");
            self.at += usize::from(is_in);
            if !is_in && !["==", "!=", "<=", ">=", "<", ">"].iter().any(|sign| self.take(sign)) {
                return Ok(yields);
            }
            self.sum()?;
            yields = Yields::Bool;
        }
    }

    fn sum(&mut self) -> Parsed<'t> {
        let mut yields = self.product()?;
        while self.take("+") || self.take("-") {
            let other = self.product()?;
            yields =
                if yields == other && matches!(yields, Yields::Text | Yields::Number | Yields::List) { yields } else { Yields::Unknown };
        }
        Ok(yields)
    }

    fn product(&mut self) -> Parsed<'t> {
        self.joined(&["*", "/", "%"], Yields::Unknown, Self::unary)
    }

    fn unary(&mut self) -> Parsed<'t> {
        if self.take("!") {
            while self.take("!") {}
            self.member()?;
            return Ok(Yields::Bool);
        }
        if self.take("-") {
            while self.take("-") {}
            let yields = self.member()?;
            return Ok(if yields == Yields::Number { yields } else { Yields::Unknown });
        }
        self.member()
    }

    fn member(&mut self) -> Parsed<'t> {
        let first = self.here();
        let mut plain = self.tokens.get(self.at).is_some_and(|token| token.kind == TokenKind::Word) && !self.bound.contains(&first);
        let mut yields = self.primary()?;
        loop {
            if self.take(".") {
                let optional = self.take("?");
                let field = self.word().ok_or(Failure::Syntax)?;
                if ["in", "true", "false", "null"].contains(&field) {
                    self.at -= 1;
                    return Err(Failure::Syntax);
                }
                yields = Yields::Unknown;
                if self.take("(") {
                    self.arguments(field)?;
                    yields = if ["all", "exists", "exists_one", "existsOne", "startsWith", "endsWith", "matches"].contains(&field) {
                        Yields::Bool
                    } else {
                        Yields::Unknown
                    };
                } else if plain && !optional {
                    self.found.fields.push((first, field));
                }
            } else if self.take("[") {
                self.take("?");
                self.ternary()?;
                self.expect("]")?;
                yields = Yields::Unknown;
            } else if self.is_sign("{") && yields == Yields::Unknown && self.at > 0 && self.tokens[self.at - 1].kind == TokenKind::Word {
                // A message: `Object.spec{replicas: 1}`.
                self.at += 1;
                self.message()?;
            } else {
                return Ok(yields);
            }
            plain = false;
        }
    }

    /// The arguments of a method, after its bracket. A macro binds its first one or two.
    fn arguments(&mut self, function: &str) -> Result<(), Failure<'t>> {
        let bound = self.bound.len();
        if MACROS.contains(&function) {
            let mut at = self.at;
            while let [name, comma, ..] = &self.tokens[at..]
                && name.kind == TokenKind::Word
                && comma.text == ","
                && self.bound.len() < bound + 2
            {
                self.bound.push(name.text);
                at += 2;
            }
        } else if function == "bind"
            && let Some(name) = self.tokens.get(self.at)
        {
            self.bound.push(name.text);
        }
        self.list(")")?;
        self.bound.truncate(bound);
        Ok(())
    }

    /// Expressions up to a closing sign.
    fn list(&mut self, close: &str) -> Result<(), Failure<'t>> {
        if self.take(close) {
            return Ok(());
        }
        loop {
            if close == "]" {
                self.take("?");
            }
            self.ternary()?;
            if self.take(close) {
                return Ok(());
            }
            self.expect(",")?;
            if close == "]" && self.take(close) {
                return Ok(());
            }
        }
    }

    fn map(&mut self) -> Result<(), Failure<'t>> {
        while !self.take("}") {
            self.take("?");
            self.ternary()?;
            self.expect(":")?;
            self.ternary()?;
            if !self.take(",") {
                return self.expect("}");
            }
        }
        Ok(())
    }

    fn message(&mut self) -> Result<(), Failure<'t>> {
        while !self.take("}") {
            self.take("?");
            self.word().ok_or(Failure::Syntax)?;
            self.expect(":")?;
            self.ternary()?;
            if !self.take(",") {
                return self.expect("}");
            }
        }
        Ok(())
    }

    fn primary(&mut self) -> Parsed<'t> {
        if self.take("(") {
            let yields = self.ternary()?;
            self.expect(")")?;
            return Ok(yields);
        }
        if self.take("[") {
            self.list("]")?;
            return Ok(Yields::List);
        }
        if self.take("{") {
            self.map()?;
            return Ok(Yields::Map);
        }
        let dot = self.take(".");
        let Some(token) = self.tokens.get(self.at).copied() else { return Err(Failure::Syntax) };
        match token.kind {
            TokenKind::Number | TokenKind::Text if !dot => {
                self.at += 1;
                let text = token.text.trim_start_matches(['r', 'R']);
                Ok(match token.kind {
                    TokenKind::Number => Yields::Number,
                    // Bytes are none.
                    _ if text.starts_with(['b', 'B']) => Yields::Unknown,
                    _ => Yields::Text,
                })
            }
            TokenKind::Word => {
                self.at += 1;
                match token.text {
                    "true" | "false" if !dot => return Ok(Yields::Bool),
                    "null" if !dot => return Ok(Yields::Null),
                    "in" => {
                        self.at -= 1;
                        return Err(Failure::Syntax);
                    }
                    word if RESERVED.contains(&word) => return Err(Failure::Reserved(word)),
                    _ => {}
                }
                if self.take("(") {
                    self.arguments(token.text)?;
                    return Ok(match token.text {
                        "has" => Yields::Bool,
                        "string" => Yields::Text,
                        _ => Yields::Unknown,
                    });
                }
                if !self.bound.contains(&token.text) && !token.text.starts_with('`') {
                    self.found.names.push(token.text);
                }
                Ok(Yields::Unknown)
            }
            _ => Err(Failure::Syntax),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_parsed() {
        for text in [
            "true",
            "object.spec.replicas <= 5 && !has(object.spec.paused)",
            "self.items.all(i, i.name.startsWith('a-'))",
            "request.userInfo.username in ['a', \"b\",]",
            "object.metadata.labels['app'] == r'\\d' ? 1 : -2.5e3",
            "Object{spec: Object.spec{replicas: 1, ?hostNetwork: optional.none()}}",
            "[JSONPatch{op: 'add', path: '/a', value: {'a': 1, }}]",
            "object.?metadata[?'a'].orValue({})",
            "'''a\n'b' '''.size() == 3 // end",
            "variables.names.exists(n, n == 'it\\'s') || 0x1Fu > 3u",
            "quantity('1Gi').isLessThan(quantity(\"2Gi\"))",
            "--1 == 1 && !!true",
            "cel.bind(a, object.b, a + a)",
            "self.`foo-bar` == 1",
        ] {
            assert_eq!(expression(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_cannot() {
        for text in [
            "",
            " ",
            "a b",
            "a +",
            "(a",
            "a)",
            "[1, 2",
            "{'a' 1}",
            "a..b",
            "a.",
            "true = true",
            "$(X)",
            "'a",
            "\"a\n\"",
            "a ? b",
            "a :",
            "for",
            "a && ",
            "x.in",
            "1a",
            "a;b",
            "f(a,)",
            "@",
            "a.1b",
        ] {
            assert!(expression(text).is_err(), "{text}");
        }
        assert_eq!(expression(&"(".repeat(10_000)), Ok(()));
    }

    #[test]
    fn names_and_results() {
        let parsed = parse("variables.a > 1 && object.items.map(i, i.name + params.b).size() == 0").expect("parses");
        assert_eq!(parsed.names, ["variables", "object", "params"]);
        assert_eq!(parsed.fields, [("variables", "a"), ("object", "items"), ("params", "b")]);
        let yields = |text| parse(text).expect(text).yields;
        assert_eq!(yields("a == b"), Yields::Bool);
        assert_eq!(yields("'a' + string(b)"), Yields::Text);
        assert_eq!(yields("a.b"), Yields::Unknown);
        assert_eq!(yields("(1)"), Yields::Number);
        assert_eq!(yields("a ? 'b' : 'c'"), Yields::Text);
        assert_eq!(yields("[a] + [b]"), Yields::List);
        assert_eq!(yields("{'a': 1}"), Yields::Map);
    }
}
