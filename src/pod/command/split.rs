//! A command written as one string, in words.

use super::lex::{self, Kind};
use super::parse::parse;
use super::script::{Shape, Word};

/// Splits a line as a shell does, quotes taken off; operators are words of their own.
pub fn split_words(text: &str) -> Vec<String> {
    let tokens = lex::tokens(text, true).list;
    let words = tokens.iter().filter(|it| it.kind != Kind::Newline).map(|it| match it.kind {
        Kind::Word => lex::decode(&text[it.range.clone()]).text,
        _ => text[it.range.clone()].to_owned(),
    });
    words.collect()
}

/// The words of a single command that needs no shell, without `nohup`, `exec` and `&`.
pub(super) fn plain_words(text: &str) -> Option<Vec<String>> {
    let tokens = lex::tokens(text, true);
    let mut list = parse(text, &tokens).ok()?;
    let mut item = list.pop().filter(|_| list.is_empty())?;
    let command = item.chain.pop().filter(|_| item.chain.is_empty())?;
    let Shape::Simple { assignments, words, redirected: false, .. } = command.shape else { return None };
    let needs_shell =
        |it: &Word| it.decoded.glob || it.decoded.text.starts_with('~') || it.decoded.dynamic && !is_reference(&it.decoded.text);
    if !assignments.is_empty() || words.iter().any(needs_shell) {
        return None;
    }
    let words = words.into_iter().map(|it| it.decoded.text);
    let words: Vec<_> = words.skip_while(|it| matches!(it.as_str(), "nohup" | "exec" | "setsid")).collect();
    let builtin = matches!(
        words.first()?.as_str(),
        "cd" | "." | "source" | "eval" | "export" | "set" | "trap" | "wait" | "ulimit" | "umask" | "command"
    );
    (!builtin && !words[0].starts_with('-')).then_some(words)
}

/// Whether all that is filled in are the kubelet's own `$(NAME)`, which need no shell.
fn is_reference(text: &str) -> bool {
    let references = super::references(text);
    let dollars = text.bytes().filter(|b| matches!(b, b'$' | b'`')).count();
    dollars == references.len() && references.iter().all(|it| lex::is_name(&text[it.name.clone()]))
}
