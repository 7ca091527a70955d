//! Conditions, loops and `case`, as tokens and as trees.

use super::lex::{Kind, decode};
use super::parse::Unreadable::{Unsure, Wrong};
use super::parse::{Parsed, Parser};
use super::script::{List, Shape};

impl Parser<'_> {
    pub fn if_shape(&mut self) -> Parsed<Shape> {
        let mut conditions = List::new();
        let mut branches = Vec::new();
        let from = self.at;
        self.at += 1;
        loop {
            conditions.extend(self.some()?);
            self.keyword("then", from)?;
            branches.push(self.some()?);
            match self.raw() {
                "elif" => self.at += 1,
                "else" => {
                    self.at += 1;
                    branches.push(self.some()?);
                    self.keyword("fi", from)?;
                    return Ok(Shape::If { conditions, branches, exhaustive: true });
                }
                _ => {
                    self.keyword("fi", from)?;
                    return Ok(Shape::If { conditions, branches, exhaustive: false });
                }
            }
        }
    }

    pub fn do_done(&mut self, from: usize) -> Parsed<List> {
        // `for i in 1 2; { …; }` of bash.
        if self.raw() == "{" {
            let open = self.at;
            self.at += 1;
            let body = self.some()?;
            self.keyword("}", open)?;
            return Ok(body);
        }
        self.keyword("do", from)?;
        let body = self.some()?;
        self.keyword("done", from)?;
        Ok(body)
    }

    pub fn for_shape(&mut self) -> Parsed<Shape> {
        let from = self.at;
        self.at += 1;
        let (mut endless, mut times) = (false, None);
        if self.kind() == Some(Kind::Open) {
            let open = self.tokens[self.at].range.clone();
            let inner = self.arithmetic().map_err(|_| Wrong(open, "`((` is not closed".to_owned()))?;
            endless = inner.bytes().all(|b| b == b';' || b.is_ascii_whitespace());
        } else {
            self.expect(Kind::Word)?;
            self.newlines();
            if self.raw() == "in" {
                self.at += 1;
                let first = self.at;
                while self.eat(Kind::Word) {}
                let words = || self.tokens[first..self.at].iter().map(|it| decode(&self.text[it.range.clone()]));
                let is_plain = words().all(|it| !it.dynamic && !it.glob && !it.text.contains('{'));
                times = is_plain.then_some(self.at - first);
            }
        }
        self.eat(Kind::Semicolon);
        self.newlines();
        Ok(Shape::For { endless, times, body: self.do_done(from)? })
    }

    pub fn case_shape(&mut self) -> Parsed<Shape> {
        let from = self.at;
        self.at += 1;
        self.expect(Kind::Word)?;
        self.newlines();
        self.keyword("in", from)?;
        let mut branches = Vec::new();
        let mut exhaustive = false;
        loop {
            self.newlines();
            if self.raw() == "esac" {
                self.at += 1;
                return Ok(Shape::Case { branches, exhaustive });
            }
            if self.kind().is_none() {
                return Err(Wrong(self.tokens[from].range.clone(), "`case` has no `esac`".to_owned()));
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
                return match self.kind() {
                    None => Err(Wrong(self.tokens[from].range.clone(), "`case` has no `esac`".to_owned())),
                    Some(Kind::Close) => self.wrong(|_| "`;;` is missing before this pattern".to_owned()),
                    _ => self.stray(),
                };
            }
        }
    }

    /// Whether this token and the next are of `kind`, with nothing between them.
    pub fn double(&self, kind: Kind) -> bool {
        matches!(self.tokens.get(self.at..self.at + 2), Some([a, b]) if a.kind == kind && b.kind == kind && a.range.end == b.range.start)
    }

    /// The text between `((` and `))`.
    pub fn arithmetic(&mut self) -> Parsed<String> {
        if !self.double(Kind::Open) {
            return Err(Unsure);
        }
        self.at += 2;
        let start = self.end();
        let mut depth = 0usize;
        loop {
            match self.kind() {
                None => return Err(Unsure),
                Some(Kind::Open) => depth += 1,
                Some(Kind::Close) if depth > 0 => depth -= 1,
                Some(Kind::Close) if self.double(Kind::Close) => {
                    let text = self.text[start..self.start()].trim().to_owned();
                    self.at += 2;
                    return Ok(text);
                }
                Some(Kind::Close) => return Err(Unsure),
                _ => {}
            }
            self.at += 1;
        }
    }
}
