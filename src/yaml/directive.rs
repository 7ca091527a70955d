//! Directives: `%YAML` and `%TAG`.

use crate::text::TextRange;

use super::mistake;
use super::parser::Parser;

impl Parser<'_> {
    /// The directive on this line.
    pub fn directive(&mut self) {
        self.pos = self.line;
        let line = self.rest_of_line();
        let mut words = Vec::with_capacity(4);
        let mut at = self.line;
        loop {
            at = self.skip_blanks(at);
            if at >= self.eol {
                break;
            }
            if self.bytes[at] == b'#' && at > self.line {
                self.comment(at);
                break;
            }
            let len = self.bytes[at..self.eol].iter().position(|&b| super::parser::is_blank(b)).unwrap_or(self.eol - at);
            if words.len() < 4 {
                words.push(TextRange::new(at, at + len));
            }
            at += len;
        }
        let text = self.text;
        let word = |n: usize| words.get(n).map_or("", |range: &TextRange| &text[range.span()]);
        let version = |it: &str| {
            it.split_once('.').is_some_and(|(a, b)| [a, b].iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())))
        };
        let valid = match word(0) {
            "%YAML" => words.len() == 2 && version(word(1)) && !self.yaml_directive,
            "%TAG" => words.len() == 3 && word(1).starts_with('!') && word(1).ends_with('!'),
            name => name.len() > 1,
        };
        self.yaml_directive |= word(0) == "%YAML";
        if word(0) == "%TAG" && valid {
            self.out.tag_handles.push((words[1], words[2]));
        }
        self.report(mistake::directive(line, valid));
        self.pos = self.eol;
    }
}
