//! Shells that are called with the wrong words.

use super::argv::{self, Arg, ShellCall, base_name};
use super::{Blame, Evidence, WordEdit, WordFix, excerpt, exec_words, lex};

/// A shell called wrongly: a script without `-c`, or words after the script that it does not use.
pub fn shell_call_mistake(command: &[&str], args: &[&str]) -> Option<Evidence> {
    let words = exec_words(command, args);
    let launch = argv::launch(&words);
    let program = launch.program?;
    argv::dialect(base_name(&words[program].text), launch.busybox)?;
    match argv::shell_call(&words, program) {
        ShellCall::File(at) => {
            let arg = &words[at];
            let text = arg.text.trim();
            let line = text.contains(char::is_whitespace) && !text.starts_with("/") || text.contains("&&") || text.contains("; ");
            if !line || arg.opaque || text.contains("{{") {
                return None;
            }
            let why = format!("without `-c`, the shell treats `{}` as a script file; add `-c`", excerpt(text));
            let edits = vec![WordEdit::InsertAfter(at - 1, vec!["-c".to_owned()])];
            let fix = WordFix { title: "Add `-c`".to_owned(), preferred: true, edits };
            Some(Evidence { blame: arg.at.clone(), why, fixes: vec![fix] })
        }
        ShellCall::Script(at) => unused_words(&words, program, at),
        _ => None,
    }
}

fn unused_words(words: &[Arg], program: usize, script: usize) -> Option<Evidence> {
    let text = words[script].text.as_str();
    let first = words.get(script + 1)?;
    let uses = |(at, _): (usize, &str)| {
        let next = text[at + 1..].trim_start_matches(['{', '$', '#', '!']);
        next.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '@' | '*')) || text[at + 1..].starts_with('#')
    };
    let inner = |name: &str| text.contains(name);
    // A single word more is often `$0`, the name for messages.
    let names_itself = words.len() == script + 2
        && (matches!(first.text.as_str(), "--" | "-" | "_" | "sh" | "bash" | "ash" | "dash") || first.text == words[program].text);
    let used = text.match_indices('$').any(uses) || inner("shift") || inner("getopts") || inner("for ");
    if used || names_itself || words[script].opaque || first.opaque || text.contains("{{") {
        return None;
    }
    let simple = !text.contains([';', '&', '|', '\n', '(', '#']);
    let rest = &words[script + 1..];
    let joined: Vec<_> = rest.iter().map(|it| lex::quote(&it.text)).collect();
    let end = words[script].text.trim_end().len();
    let blame = Blame { word: words[script].at.word, range: end..words[script].text.len() };
    let insert = WordEdit::Replace(blame, format!(" {}", joined.join(" ")));
    let edits = std::iter::once(insert).chain(rest.iter().map(|it| WordEdit::Remove(it.at.word))).collect();
    let fix = WordFix { title: "Join into one script".to_owned(), preferred: simple, edits };
    let why = format!(
        "only `{}` is the script, and the arguments after it become `$0`, `$1`, …, which it does not use; put the whole command into one string",
        excerpt(text)
    );
    Some(Evidence { blame: first.at.clone(), why, fixes: if simple { vec![fix] } else { Vec::new() } })
}
