//! What a container runs: programs, scripts, and what the kubelet fills in.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use crate::pod::Value;
use crate::pod::command::{self, Span};
use crate::rules::command_line::CommandLine;
use crate::yaml::SourceMap;

use super::super::variables::replaced;
use super::{Reader, TokenKind, TokenRole, is_text};

impl<'m> Reader<'m> {
    /// The words of a container, or of the command of a probe or hook.
    pub fn command(&mut self, holder: Value<'m>) {
        let Some(line) = CommandLine::of(holder) else { return };
        let (command, args) = line.words();
        let (program, script) = command::program_and_script(&command, &args);
        let replaced = replaced(holder);
        for (number, (item, word)) in line.items().iter().zip(command.iter().chain(&args)).enumerate() {
            if Some(number) == script {
                let spans = command::spans(word, |name| replaced.contains(name));
                self.spans(*item, word, spans.into_iter().map(|(range, span)| (range, kind(span))));
            } else if Some(number) == program && !word.contains('$') {
                self.spans(*item, word, [(0..word.len(), TokenKind::Command)]);
            } else {
                self.filled_in(*item, word, &replaced);
            }
        }
    }

    /// The `$(NAME)` in a text that the kubelet fills in from the variables of the container around it.
    pub fn references(&mut self, value: Value<'m>) {
        if let Some(text) = value.text().filter(|text| text.contains("$(")) {
            self.filled_in(value, &text, &replaced(value));
        }
    }

    fn filled_in(&mut self, value: Value<'m>, text: &str, replaced: &HashSet<Cow<'m, str>>) {
        if text.contains("$(") {
            let known = command::references(text).into_iter().filter(|it| replaced.contains(&text[it.name.clone()]));
            self.spans(value, text, known.map(|it| (it.range, TokenKind::Reference)));
        }
    }

    /// Tokens in the value of a scalar.
    fn spans(&mut self, item: Value<'m>, text: &str, spans: impl IntoIterator<Item = (Range<usize>, TokenKind)>) {
        let node = item.written();
        let Some(map) = Some(node).filter(|node| is_text(*node)).and_then(|node| SourceMap::new(node, text)) else { return };
        for (range, kind) in spans {
            self.push(map.range(range), kind, TokenRole::Use);
        }
    }
}

fn kind(span: Span) -> TokenKind {
    match span {
        Span::Command => TokenKind::Command,
        Span::Keyword => TokenKind::Keyword,
        Span::Operator => TokenKind::Operator,
        Span::String => TokenKind::String,
        Span::Variable => TokenKind::Variable,
        Span::Comment => TokenKind::Comment,
        Span::Reference => TokenKind::Reference,
    }
}
