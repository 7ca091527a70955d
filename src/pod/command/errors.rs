//! Scripts that no shell can read, or that it reads otherwise than they look.

use std::ops::Range;

use super::argv::{self, Arg, base_name};
use super::lex::{self, Kind, Tokens};
use super::parse::{Unreadable, is_assignment, parse};
use super::script::{Command, Item, Join, List, Shape, each_command};
use super::{Blame, Evidence, WordEdit, WordFix, excerpt, exec_words, script_of};

/// The script of one of the usual shells.
struct Text {
    word: usize,
    text: String,
    tokens: Tokens,
    /// The shell is dash.
    is_dash: bool,
}

impl Text {
    /// `is_dash` says that `sh` is dash.
    fn of(words: &[Arg], is_dash: bool) -> Option<Text> {
        let program = argv::launch(words).program?;
        let shell = base_name(&words[program].text);
        let word = script_of(words, program).filter(|_| matches!(shell, "sh" | "bash" | "dash" | "ash"))?;
        let text = words[word].text.clone();
        let is_dash = shell == "dash" || shell == "sh" && is_dash;
        let tokens = lex::tokens(&text, !is_dash);
        // Another tool fills this in.
        (!text.contains("{{")).then_some(Text { word, text, tokens, is_dash })
    }

    fn tree(&self) -> Option<List> {
        parse(&self.text, &self.tokens).ok()
    }

    fn evidence(&self, range: Range<usize>, why: String) -> Evidence {
        Evidence { blame: Blame { word: self.word, range }, why, fixes: Vec::new() }
    }
}

/// Why the shell cannot read its script. `is_dash` says that `sh` is dash.
pub fn script_error(command: &[&str], args: &[&str], is_dash: bool) -> Option<Evidence> {
    let script = Text::of(&exec_words(command, args), is_dash)?;
    let (range, why) = match parse(&script.text, &script.tokens) {
        Err(Unreadable::Wrong(range, why)) => (range, why),
        Ok(_) if script.is_dash => foreign(&script)?,
        _ => return None,
    };
    Some(script.evidence(range, format!("{why}, so the shell ends with a syntax error")))
}

/// What bash reads and dash does not.
fn foreign(script: &Text) -> Option<(Range<usize>, String)> {
    let raw = |at: usize| script.tokens.list.get(at).map_or("", |it| &script.text[it.range.clone()]);
    script.tokens.list.iter().enumerate().find_map(|(at, token)| {
        let word = raw(at);
        let is_word = token.kind == Kind::Word;
        let what = match () {
            () if is_word && (word.starts_with("<(") || word.starts_with(">(")) => "process substitution",
            () if is_word && is_assignment(word) && word.split_once('=').is_some_and(|it| it.1.starts_with('(')) => "arrays",
            () if token.kind == Kind::Redirect && word.ends_with("<<<") => "here-strings",
            () if word == "function" && raw(at + 2) == "(" => "the word `function`",
            () => return None,
        };
        Some((token.range.clone(), format!("dash, the `sh` of Debian and Ubuntu, does not know {what}")))
    })
}

/// An option that begins a line of a script, so that the shell runs it as a command: the line before does not go on.
pub fn split_command(command: &[&str], args: &[&str]) -> Option<Evidence> {
    let script = Text::of(&exec_words(command, args), false)?;
    let list = script.tree()?;
    let mut found = None;
    each_command(&list, &mut |command: &Command| {
        let Shape::Simple { words, assignments, .. } = &command.shape else { return };
        let Some(first) = words.first().filter(|_| assignments.is_empty() && found.is_none()) else { return };
        let is_option =
            first.decoded.text.strip_prefix('-').is_some_and(|it| it.starts_with(|c: char| c == '-' || c.is_ascii_alphanumeric()));
        let before = script.text[..first.range.start].trim_end_matches([' ', '\t']);
        // What joins it to another command is a mistake of another kind.
        if is_option && before.ends_with('\n') && script.text[first.range.clone()].starts_with('-') {
            found = Some(first.range.clone());
        }
    });
    let range = found?;
    let above = script.text[..range.start].trim_end();
    let line = above.rsplit('\n').next().unwrap_or("").trim_start();
    let reason = match () {
        () if line.starts_with('#') => "the comment above ends the command before it",
        () if line.ends_with('\\') => "the space after `\\` on the line above ends the command there",
        () => "the line above does not end with `\\`",
    };
    let shown = excerpt(script.text[range.start..].lines().next().unwrap_or(""));
    let mut evidence = script.evidence(range, format!("the shell runs `{shown}` as a command, for {reason}"));
    if !line.starts_with('#') && !line.ends_with('\\') {
        let blame = Blame { word: script.word, range: above.len()..above.len() };
        let edits = vec![WordEdit::Replace(blame, " \\".to_owned())];
        evidence.fixes.push(WordFix { title: "Continue the line with `\\`".to_owned(), preferred: false, edits });
    }
    Some(evidence)
}

/// A carriage return at the end of a line of a script, or of a word of the command line: it belongs to the word before it.
pub fn carriage_return(command: &[&str], args: &[&str]) -> Option<Evidence> {
    let words = exec_words(command, args);
    if !words.iter().any(|it| it.text.contains('\r')) {
        return None;
    }
    let program = argv::launch(&words).program?;
    let script = script_of(&words, program);
    let ends = |text: &str| {
        text.match_indices('\r').map(|it| it.0).filter(|at| matches!(text.as_bytes().get(at + 1), None | Some(b'\n'))).collect()
    };
    let (word, places): (usize, Vec<usize>) = words.iter().enumerate().find_map(|(word, arg)| {
        let is_read = if script == Some(word) { true } else { arg.text.ends_with('\r') && !arg.text.contains('\n') };
        let places: Vec<usize> = if is_read { ends(&arg.text) } else { Vec::new() };
        (!places.is_empty()).then_some((words[word].at.word, places))
    })?;
    let at = |place: usize| Blame { word, range: place..place + 1 };
    let why = "the carriage return belongs to the word before it: write the line ends as `\\n`".to_owned();
    let edits = places.iter().map(|place| WordEdit::Replace(at(*place), String::new())).collect();
    let fix = WordFix { title: "Remove the carriage returns".to_owned(), preferred: true, edits };
    Some(Evidence { blame: at(places[0]), why, fixes: vec![fix] })
}

/// `set -o pipefail` in dash, which does not know it before 0.5.13 and ends. `is_dash` says that `sh` is such a dash.
pub fn unknown_pipefail(command: &[&str], args: &[&str], is_dash: bool) -> Option<Evidence> {
    let words = exec_words(command, args);
    let script = Text::of(&words, is_dash).filter(|it| it.is_dash)?;
    let why = || "dash, the `sh` of Debian and Ubuntu, does not know `pipefail` and ends; use `bash`".to_owned();
    let program = argv::launch(&words).program?;
    if let Some(option) = words[program..script.word].iter().find(|it| it.text == "pipefail") {
        return Some(Evidence { blame: option.at.clone(), why: why(), fixes: Vec::new() });
    }
    let range = script.tree()?.iter().find_map(sets_pipefail)?;
    Some(script.evidence(range, why()))
}

/// Where a list of commands sets it, not only where something else has been tried before.
fn sets_pipefail(item: &Item) -> Option<Range<usize>> {
    let sure = item.chain.iter().take_while(|it| matches!(it.join, Join::First | Join::And) && matches!(it.shape, Shape::Simple { .. }));
    sure.filter(|it| !(it.join == Join::First && item.chain.get(1).is_some_and(|it| it.join == Join::Pipe))).find_map(|command| {
        let Shape::Simple { words, .. } = &command.shape else { return None };
        let is_set = words.first().is_some_and(|it| it.decoded.text == "set");
        words.iter().find(|it| is_set && it.decoded.text == "pipefail").map(|it| it.range.clone())
    })
}
