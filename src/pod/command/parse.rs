//! Tokens to the tree of a script.

use super::lex::{Kind, Token, Tokens, decode};
use super::script::{Command, Item, Join, List, Shape, Word};

/// Commands nested deeper than this are left alone: nobody writes them, and it bounds the recursion.
const DEEPEST: usize = 48;

/// What podls can't follow: unbalanced, nested too deep, or no shell at all.
pub(super) struct Unreadable;

type Parsed<T> = Result<T, Unreadable>;

/// Builds the list of a whole script.
pub(super) fn parse(text: &str, tokens: &Tokens) -> Parsed<List> {
    if tokens.unclosed {
        return Err(Unreadable);
    }
    let mut parser = Parser { text, tokens: &tokens.list, at: 0, depth: 0 };
    let list = parser.list()?;
    if parser.at == tokens.list.len() { Ok(list) } else { Err(Unreadable) }
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn kind(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|it| it.kind)
    }

    /// The raw text of the word here; empty where there is none.
    fn raw(&self) -> &'a str {
        match self.tokens.get(self.at) {
            Some(token) if token.kind == Kind::Word => &self.text[token.range.clone()],
            _ => "",
        }
    }

    fn start(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |it| it.range.start)
    }

    /// Where the token before this one ends.
    fn end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |last| self.tokens[last].range.end)
    }

    fn eat(&mut self, kind: Kind) -> bool {
        let found = self.kind() == Some(kind);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, kind: Kind) -> Parsed<()> {
        if self.eat(kind) { Ok(()) } else { Err(Unreadable) }
    }

    fn keyword(&mut self, word: &str) -> Parsed<()> {
        if self.raw() != word {
            return Err(Unreadable);
        }
        self.at += 1;
        Ok(())
    }

    fn newlines(&mut self) {
        while self.eat(Kind::Newline) {}
    }

    /// Commands up to what ends the enclosing construct.
    fn list(&mut self) -> Parsed<List> {
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
                    item.background = Some(self.start());
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
            return Err(Unreadable);
        }
        while self.raw() == "!" {
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
            let list = self.list()?;
            self.expect(Kind::Close)?;
            return Ok(Shape::Subshell(list));
        }
        match self.raw() {
            "{" => {
                self.at += 1;
                let list = self.list()?;
                self.keyword("}")?;
                Ok(Shape::Group(list))
            }
            "if" => self.if_shape(),
            word @ ("while" | "until") => {
                self.at += 1;
                let condition = self.list()?;
                Ok(Shape::While { until: word == "until", condition, body: self.do_done()? })
            }
            "for" | "select" => self.for_shape(),
            "case" => self.case_shape(),
            "[[" => {
                let start = self.end();
                while self.raw() != "]]" {
                    self.at += 1;
                    if self.kind().is_none() {
                        return Err(Unreadable);
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
                self.function(name)
            }
            "coproc" => Err(Unreadable),
            _ => self.simple(),
        }
    }

    fn function(&mut self, name: String) -> Parsed<Shape> {
        self.newlines();
        Ok(Shape::Function { name, body: Box::new(self.command(Join::First)?) })
    }

    fn simple(&mut self) -> Parsed<Shape> {
        let mut assignments = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        let mut redirected = false;
        loop {
            match self.kind() {
                Some(Kind::Redirect) => {
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
                _ if words.is_empty() && assignments.is_empty() && !redirected => return Err(Unreadable),
                _ => return Ok(Shape::Simple { assignments, words, redirected }),
            }
        }
    }

    fn if_shape(&mut self) -> Parsed<Shape> {
        let mut conditions = List::new();
        let mut branches = Vec::new();
        self.at += 1;
        loop {
            conditions.extend(self.list()?);
            self.keyword("then")?;
            branches.push(self.list()?);
            let word = self.raw();
            self.at += 1;
            match word {
                "elif" => {}
                "else" => {
                    branches.push(self.list()?);
                    self.keyword("fi")?;
                    return Ok(Shape::If { conditions, branches, exhaustive: true });
                }
                "fi" => return Ok(Shape::If { conditions, branches, exhaustive: false }),
                _ => return Err(Unreadable),
            }
        }
    }

    fn do_done(&mut self) -> Parsed<List> {
        self.keyword("do")?;
        let body = self.list()?;
        self.keyword("done")?;
        Ok(body)
    }

    fn for_shape(&mut self) -> Parsed<Shape> {
        self.at += 1;
        let mut endless = false;
        if self.kind() == Some(Kind::Open) {
            endless = self.arithmetic()?.bytes().all(|b| b == b';' || b.is_ascii_whitespace());
        } else {
            self.expect(Kind::Word)?;
            self.newlines();
            if self.raw() == "in" {
                while self.eat(Kind::Word) {}
            }
        }
        self.eat(Kind::Semicolon);
        self.newlines();
        Ok(Shape::For { endless, body: self.do_done()? })
    }

    fn case_shape(&mut self) -> Parsed<Shape> {
        self.at += 1;
        self.expect(Kind::Word)?;
        self.newlines();
        self.keyword("in")?;
        let mut branches = Vec::new();
        let mut exhaustive = false;
        loop {
            self.newlines();
            if self.raw() == "esac" {
                self.at += 1;
                return Ok(Shape::Case { branches, exhaustive });
            }
            self.eat(Kind::Open);
            loop {
                exhaustive |= self.raw() == "*";
                self.expect(Kind::Word)?;
                if !self.eat(Kind::Pipe) {
                    break;
                }
            }
            self.expect(Kind::Close)?;
            branches.push(self.list()?);
            if !self.eat(Kind::CaseEnd) && self.raw() != "esac" {
                return Err(Unreadable);
            }
        }
    }

    /// Whether this token and the next are of `kind`, with nothing between them.
    fn double(&self, kind: Kind) -> bool {
        matches!(self.tokens.get(self.at..self.at + 2), Some([a, b]) if a.kind == kind && b.kind == kind && a.range.end == b.range.start)
    }

    /// The text between `((` and `))`.
    fn arithmetic(&mut self) -> Parsed<String> {
        if !self.double(Kind::Open) {
            return Err(Unreadable);
        }
        self.at += 2;
        let start = self.end();
        let mut depth = 0usize;
        loop {
            match self.kind() {
                None => return Err(Unreadable),
                Some(Kind::Open) => depth += 1,
                Some(Kind::Close) if depth > 0 => depth -= 1,
                Some(Kind::Close) if self.double(Kind::Close) => {
                    let text = self.text[start..self.start()].trim().to_owned();
                    self.at += 2;
                    return Ok(text);
                }
                Some(Kind::Close) => return Err(Unreadable),
                _ => {}
            }
            self.at += 1;
        }
    }
}

/// `NAME=…`, `NAME+=…` and `NAME[…]=…`.
pub(super) fn is_assignment(raw: &str) -> bool {
    let Some((name, _)) = raw.split_once('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name);
    let name = name.split('[').next().unwrap_or(name);
    !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
}
