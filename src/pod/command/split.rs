//! A command written as one string, in words.

use super::lex::{self, Kind};
use super::parse::parse;
use super::script::{Shape, Word};
use super::{Verdict, analyse, apply};

/// Splits a line as a shell does, quotes taken off; operators are words of their own.
pub fn split_words(text: &str) -> Vec<String> {
    let tokens = lex::tokens(text, true).list;
    let words = tokens.iter().filter(|it| it.kind != Kind::Newline).map(|it| match it.kind {
        Kind::Word => lex::decode(&text[it.range.clone()]).text,
        _ => text[it.range.clone()].to_owned(),
    });
    words.collect()
}

/// The list to write for a command given as one string: its words where no shell is needed, else `sh -c` and the string; and in
/// the foreground: `nohup ./start.sh &` gives `./start.sh`. Empty for a string without words.
pub fn foreground_words(text: &str) -> Vec<String> {
    let words = plain_words(text).unwrap_or_else(|| vec!["sh".to_owned(), "-c".to_owned(), text.trim().to_owned()]);
    if text.trim().is_empty() {
        return Vec::new();
    }
    let borrowed: Vec<&str> = words.iter().map(String::as_str).collect();
    let fixes = match analyse(&borrowed, &[]).verdict {
        Verdict::Exits(evidence) | Verdict::Daemonizes(evidence, _) => evidence.fixes,
        _ => Vec::new(),
    };
    match fixes.iter().find(|it| it.preferred) {
        Some(fix) => apply(&borrowed, fix),
        None => words,
    }
}

/// The words of a single command that needs no shell, without `nohup`, `exec` and `&`.
fn plain_words(text: &str) -> Option<Vec<String>> {
    let tokens = lex::tokens(text, true);
    let mut list = parse(text, &tokens).ok()?;
    let mut item = list.pop().filter(|_| list.is_empty())?;
    let command = item.chain.pop().filter(|_| item.chain.is_empty())?;
    let Shape::Simple { assignments, words, redirected: false } = command.shape else { return None };
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
    dollars == references.len() && references.iter().all(|it| super::lint::is_name(&text[it.name.clone()]))
}

/// Quotes a word for a shell where it needs it.
pub fn quote(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&b) || b >= 0x80;
    if !word.is_empty() && word.bytes().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
