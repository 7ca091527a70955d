//! Tokens to the tree of a script.

use std::ops::Range;

use super::lex::{Kind, Token, Tokens, decode};
use super::script::{Command, Item, Join, List, Shape, Word};

/// Commands nested deeper than this are left alone: nobody writes them, and it bounds the recursion.
const DEEPEST: usize = 48;

/// Why there is no tree.
pub(super) enum Unreadable {
    /// No shell reads it: where, and a clause that says why.
    Wrong(Range<usize>, String),
    /// podls can't follow: nested too deep, or no shell at all.
    Unsure,
}

use Unreadable::{Unsure, Wrong};

pub(super) type Parsed<T> = Result<T, Unreadable>;

/// Builds the list of a whole script.
pub(super) fn parse(text: &str, tokens: &Tokens) -> Parsed<List> {
    if tokens.unclosed {
        return Err(unclosed(text, tokens));
    }
    // A pattern as `shopt -s extglob` allows it: `!(a|b)`.
    let is_pattern = |pair: &[Token]| {
        pair[1].kind == Kind::Open
            && pair[0].range.end == pair[1].range.start
            && text[..pair[0].range.end].ends_with(['?', '*', '+', '@', '!'])
    };
    if tokens.list.windows(2).any(is_pattern) {
        return Err(Unsure);
    }
    let mut parser = Parser { text, tokens: &tokens.list, at: 0, depth: 0 };
    let list = parser.list()?;
    if parser.at == tokens.list.len() { Ok(list) } else { parser.stray() }
}

/// Why a script is not read to its end.
fn unclosed(text: &str, tokens: &Tokens) -> Unreadable {
    // In a substitution, the `)` of a pattern of `case` is not told from its end.
    let Some(open) = tokens.open.filter(|_| !text.contains("case ") && !text.contains("$'")) else { return Unsure };
    let (shown, name) = match text.as_bytes()[open] {
        b'"' | b'\'' => (1, "a quote is"),
        b'`' => (1, "a backtick is"),
        b'$' if text[open..].starts_with("${") => (2, "`${` is"),
        b'$' if text[open..].starts_with("$(") => (2, "`$(` is"),
        _ => (1, "`(` is"),
    };
    Wrong(open..open + shown, format!("{name} not closed"))
}

pub(super) struct Parser<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    pub fn kind(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|it| it.kind)
    }

    /// The raw text of the word here; empty where there is none.
    pub fn raw(&self) -> &'a str {
        match self.tokens.get(self.at) {
            Some(token) if token.kind == Kind::Word => &self.text[token.range.clone()],
            _ => "",
        }
    }

    pub fn start(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |it| it.range.start)
    }

    /// Where the token before this one ends.
    pub fn end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |last| self.tokens[last].range.end)
    }

    pub fn eat(&mut self, kind: Kind) -> bool {
        let found = self.kind() == Some(kind);
        self.at += usize::from(found);
        found
    }

    /// What is wrong is at this token, or after the last one.
    pub fn wrong<T>(&self, why: impl FnOnce(&str) -> String) -> Parsed<T> {
        let range = self.tokens.get(self.at).or(self.tokens.last()).map_or(0..0, |it| it.range.clone());
        let why = why(self.text[range.clone()].trim());
        Err(Wrong(range, why))
    }

    /// This token begins nothing that is open.
    pub fn stray<T>(&self) -> Parsed<T> {
        self.wrong(|word| match word {
            "then" | "fi" | "elif" | "else" => format!("`{word}` has no `if`"),
            "do" | "done" => format!("`{word}` has no loop"),
            "esac" | ";;" => format!("`{word}` has no `case`"),
            "}" => "`}` has no `{`".to_owned(),
            ")" => "`)` has no `(`".to_owned(),
            _ => format!("`{word}` is unexpected"),
        })
    }

    pub fn expect(&mut self, kind: Kind) -> Parsed<()> {
        if self.eat(kind) { Ok(()) } else { self.unexpected() }
    }

    /// This token can't be here, or nothing is.
    fn unexpected<T>(&self) -> Parsed<T> {
        let is_end = self.kind().is_none();
        self.wrong(|word| match is_end {
            true => format!("nothing follows `{word}`"),
            false if word.is_empty() => "the line ends too early".to_owned(),
            false => format!("`{word}` is unexpected"),
        })
    }

    /// The end of what begins at `from`.
    pub fn keyword(&mut self, word: &str, from: usize) -> Parsed<()> {
        if self.raw() != word {
            let range = self.tokens[from].range.clone();
            let begins = &self.text[range.clone()];
            return match self.raw() {
                // A word that belongs to what is open, but too early.
                early @ ("fi" | "done" | "esac" | "}" | "else" | "elif" | "then" | "do") => {
                    self.wrong(|_| format!("`{begins}` needs `{word}` before `{early}`"))
                }
                _ => Err(Wrong(range, format!("`{begins}` has no `{word}`"))),
            };
        }
        self.at += 1;
        Ok(())
    }

    /// Commands, at least one.
    pub fn some(&mut self) -> Parsed<List> {
        let list = self.list()?;
        if list.is_empty() {
            let is_end = self.kind().is_none();
            return self
                .wrong(|word| if is_end { format!("nothing follows `{word}`") } else { format!("a command is missing before `{word}`") });
        }
        Ok(list)
    }

    pub fn newlines(&mut self) {
        while self.eat(Kind::Newline) {}
    }

    /// Commands up to what ends the enclosing construct.
    pub fn list(&mut self) -> Parsed<List> {
        let mut list = List::new();
        loop {
            self.newlines();
            match self.kind() {
                None | Some(Kind::Close | Kind::CaseEnd) => return Ok(list),
                Some(Kind::Word) if matches!(self.raw(), "then" | "do" | "done" | "fi" | "else" | "elif" | "esac" | "}") => {
                    return Ok(list);
                }
                _ => {}
            }
            let mut item = self.item()?;
            match self.kind() {
                Some(Kind::Background) => {
                    item.background = Some(self.tokens[self.at].range.end);
                    self.at += 1;
                }
                Some(Kind::Semicolon | Kind::Newline) => self.at += 1,
                _ => {
                    list.push(item);
                    return Ok(list);
                }
            }
            list.push(item);
        }
    }

    fn item(&mut self) -> Parsed<Item> {
        let start = self.start();
        let mut chain = Vec::new();
        let mut join = Join::First;
        loop {
            chain.push(self.command(join)?);
            join = match self.kind() {
                Some(Kind::And) => Join::And,
                Some(Kind::Or) => Join::Or,
                Some(Kind::Pipe) => Join::Pipe,
                _ => return Ok(Item { chain, background: None, range: start..self.end() }),
            };
            self.at += 1;
            self.newlines();
        }
    }

    fn command(&mut self, join: Join) -> Parsed<Command> {
        if self.depth == DEEPEST {
            return Err(Unsure);
        }
        while self.raw() == "!" || self.raw() == "time" && self.is_compound(self.at + 1) {
            self.at += 1;
        }
        let start = self.start();
        self.depth += 1;
        let shape = self.shape();
        self.depth -= 1;
        let shape = shape?;
        while !matches!(shape, Shape::Simple { .. }) && self.eat(Kind::Redirect) {
            self.expect(Kind::Word)?;
        }
        Ok(Command { join, range: start..self.end(), shape })
    }

    fn shape(&mut self) -> Parsed<Shape> {
        if self.kind() == Some(Kind::Open) {
            if self.double(Kind::Open) {
                return Ok(Shape::Test(self.arithmetic()?));
            }
            self.at += 1;
            let from = self.at - 1;
            let list = self.some()?;
            if !self.eat(Kind::Close) {
                return if self.kind().is_none() {
                    Err(Wrong(self.tokens[from].range.clone(), "`(` is not closed".to_owned()))
                } else {
                    self.stray()
                };
            }
            return Ok(Shape::Subshell(list));
        }
        match self.raw() {
            "{" => {
                let from = self.at;
                self.at += 1;
                let list = self.some()?;
                self.keyword("}", from)?;
                Ok(Shape::Group(list))
            }
            "if" => self.if_shape(),
            word @ ("while" | "until") => {
                let from = self.at;
                self.at += 1;
                let condition = self.some()?;
                Ok(Shape::While { until: word == "until", condition, body: self.do_done(from)? })
            }
            "for" | "select" => self.for_shape(),
            "case" => self.case_shape(),
            "[[" => {
                let (start, from) = (self.end(), self.at);
                while self.raw() != "]]" {
                    self.at += 1;
                    if self.kind().is_none() {
                        return Err(Wrong(self.tokens[from].range.clone(), "`[[` has no `]]`".to_owned()));
                    }
                }
                self.at += 1;
                let inner = self.text.get(start..self.end()).unwrap_or("").trim();
                Ok(Shape::Test(inner.trim_start_matches("[[").trim_end_matches("]]").trim().to_owned()))
            }
            "function" => {
                self.at += 1;
                let name = self.raw().to_owned();
                self.expect(Kind::Word)?;
                if self.eat(Kind::Open) {
                    self.expect(Kind::Close)?;
                }
                // Not all shells know the word.
                self.function(name).map_err(|_| Unsure)
            }
            "coproc" => {
                self.at += 1;
                self.at += usize::from(self.is_compound(self.at + 1));
                Ok(Shape::Coprocess(Box::new(self.command(Join::First)?)))
            }
            _ => self.simple(),
        }
    }

    /// Whether a compound command begins at that token.
    fn is_compound(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|it| match it.kind {
            Kind::Open => true,
            Kind::Word => matches!(&self.text[it.range.clone()], "{" | "if" | "while" | "until" | "for" | "case" | "[["),
            _ => false,
        })
    }

    fn function(&mut self, name: String) -> Parsed<Shape> {
        self.newlines();
        Ok(Shape::Function { name, body: Box::new(self.command(Join::First)?) })
    }

    fn simple(&mut self) -> Parsed<Shape> {
        let mut assignments = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        let (mut redirected, mut reads) = (false, false);
        loop {
            match self.kind() {
                Some(Kind::Redirect) => {
                    reads |= self.text[self.tokens[self.at].range.clone()].contains('<');
                    self.at += 1;
                    self.expect(Kind::Word)?;
                    redirected = true;
                }
                Some(Kind::Word) => {
                    let raw = self.raw();
                    let word = Word { decoded: decode(raw), range: self.tokens[self.at].range.clone() };
                    self.at += 1;
                    if words.is_empty() && is_assignment(raw) { assignments.push(word) } else { words.push(word) }
                }
                Some(Kind::Open) if words.len() == 1 && assignments.is_empty() => {
                    self.at += 1;
                    self.expect(Kind::Close)?;
                    let name = words.swap_remove(0).decoded.text;
                    return self.function(name);
                }
                _ if words.is_empty() && assignments.is_empty() && !redirected => return self.nothing(),
                _ => return Ok(Shape::Simple { assignments, words, redirected, reads }),
            }
        }
    }

    /// A command is missing here.
    fn nothing<T>(&self) -> Parsed<T> {
        let is_end = self.kind().is_none();
        self.wrong(|word| match word {
            _ if is_end => format!("nothing follows `{word}`"),
            "" => "the line ends too early".to_owned(),
            _ => format!("nothing is before `{word}`"),
        })
    }
}

/// `NAME=…`, `NAME+=…` and `NAME[…]=…`.
pub(super) fn is_assignment(raw: &str) -> bool {
    let Some((name, _)) = raw.split_once('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name);
    let name = name.split('[').next().unwrap_or(name);
    !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
}
