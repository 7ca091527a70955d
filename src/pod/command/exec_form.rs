//! Words that no shell reads, and the same words given to one.

use std::ops::Range;

use super::argv::{self, Arg, base_name};
use super::lex::{self, is_operator};
use super::references::{Variable, has_variable, references};
use super::{WordEdit, WordFix, exec_words, reads_code};

/// The words, where no shell and no other interpreter reads them; with the index of the program. Bare `args` go to the image's entrypoint,
/// which may be a shell.
pub(super) fn exec_form(command: &[&str], args: &[&str]) -> Option<(Vec<Arg>, usize)> {
    if command.is_empty() {
        return None;
    }
    let words = exec_words(command, args);
    let launch = argv::launch(&words);
    let program = launch.program?;
    let is_script = super::script_of(&words, program).is_some();
    (!is_script && !reads_code(&words, &launch)).then_some((words, program))
}

/// A command in `$( )` or backticks; `$(NAME)` is the kubelet's and none.
pub(super) fn substitution(text: &str) -> Option<Range<usize>> {
    let command = |it: &Variable| {
        let inner = &text[it.name.clone()];
        let is_known = matches!(inner, "date" | "hostname" | "whoami" | "pwd" | "nproc" | "id" | "uname" | "uuidgen");
        is_known || inner.contains(' ') && inner.starts_with(|c: char| c.is_ascii_lowercase() || c == '/')
    };
    let dollar = references(text).into_iter().find(command).map(|it| it.range);
    dollar.or_else(|| {
        let start = text.find('`').filter(|it| *it == 0 || text[..*it].ends_with('='))?;
        let end = start + 1 + text[start + 1..].find('`')?;
        (end > start + 1).then_some(start..end + 1)
    })
}

/// All words given to a shell.
pub(super) fn wrap(words: &[Arg], program: usize) -> Vec<WordFix> {
    // A shell called with a file keeps its own words, and what is quoted twice is left to the author.
    let is_shell = argv::dialect(base_name(&words[program].text), false).is_some();
    if is_shell || words.iter().any(|it| it.opaque || has_variable(&it.text) && it.text.contains(['"', '`', '\\'])) {
        return Vec::new();
    }
    let quote = |arg: &Arg| match &arg.text {
        text if has_variable(text) => format!("\"{text}\""),
        text if is_operator(text) || substitution(text).is_some() || text.contains(['*', '?']) => text.clone(),
        text => lex::quote(text),
    };
    let script: Vec<_> = words.iter().map(quote).collect();
    let exec = if program == 0 && !words.iter().any(|it| matches!(it.text.as_str(), "&&" | "||" | "|" | ";")) { "exec " } else { "" };
    let script = format!("{exec}{}", script.join(" "));
    let first = WordEdit::Replace(words[0].at.clone(), "sh".to_owned());
    let edits = [first, WordEdit::InsertAfter(0, vec!["-c".to_owned(), script])].into_iter().chain((1..words.len()).map(WordEdit::Remove));
    vec![WordFix { title: "Run it with `sh -c`".to_owned(), preferred: false, edits: edits.collect() }]
}
