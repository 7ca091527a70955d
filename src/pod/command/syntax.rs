//! Shell syntax where no shell reads it.

use super::argv::{self, Arg, base_name};
use super::exec_form::{exec_form, substitution, wrap};
use super::lex::is_operator;
use super::{Evidence, Blame, WordEdit, WordFix, excerpt, exec_words, foreground_words};

/// Shell syntax where no shell reads it: `&&` or `2>&1` as a word, a whole line in the program's word, `$(date)`, `*.log`.
pub fn shell_syntax(command: &[&str], args: &[&str]) -> Vec<Evidence> {
    let Some((words, program)) = exec_form(command, args) else { return lists_for_clients(command, args) };
    let mut found: Vec<_> = one_line(&words, program).into_iter().collect();
    let name = base_name(&words[program].text);
    let takes_files = matches!(name, "cat" | "ls" | "rm" | "cp" | "mv" | "tail" | "head" | "chmod" | "chown" | "wc" | "du" | "gzip");
    for arg in &words[program + 1..] {
        let text = arg.text.as_str();
        let glob = takes_files && text.contains(['*', '?']) && !text.starts_with('-');
        let (range, what) = if is_operator(text) {
            (0..text.len(), "is a plain argument")
        } else if let Some(range) = substitution(text) {
            (range, "is passed literally")
        } else if glob {
            (0..text.len(), "is treated as a literal file name")
        } else {
            continue;
        };
        let why =
            format!("this command is not run by a shell, so `{}` {what}; run it with `sh -c`", excerpt(&text[range.clone()]));
        let fixes = wrap(&words, program);
        found.push(Evidence { blame: Blame { word: arg.at.word, range }, why, fixes });
    }
    found
}

/// Programs of which everybody knows that `&&` and `||` are no arguments of theirs, though they read much else.
const CLIENTS: [&str; 12] =
    ["curl", "wget", "python", "node", "java", "psql", "mysql", "mysqladmin", "redis-cli", "kubectl", "grep", "envsubst"];

/// `&&` and `||` among the words of such a program.
fn lists_for_clients(command: &[&str], args: &[&str]) -> Vec<Evidence> {
    let words = exec_words(command, args);
    let Some(program) = argv::launch(&words).program.filter(|_| !command.is_empty()) else { return Vec::new() };
    let name = base_name(&words[program].text).trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !CLIENTS.contains(&name) {
        return Vec::new();
    }
    let joins = words[program + 1..].iter().filter(|arg| matches!(arg.text.as_str(), "&&" | "||"));
    let evidence = |arg: &Arg| Evidence {
        blame: arg.at.clone(),
        why: format!("no shell reads these words, so `{}` is an argument here: give them to `sh -c`", arg.text),
        fixes: wrap(&words, program),
    };
    joins.map(evidence).collect()
}

/// A whole command line in the word of the program: `["nginx -g daemon off;"]`.
fn one_line(words: &[Arg], program: usize) -> Option<Evidence> {
    let arg = &words[program];
    let text = arg.text.trim();
    let first = text.split_whitespace().next()?;
    let plain = first.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b)) && !first.ends_with(".exe");
    // `&` at the end is reported as such.
    if first.len() == text.len() || !plain || text.ends_with('&') || text.contains("{{") {
        return None;
    }
    // A path may have spaces in it.
    if first.contains('/') && !text.split_whitespace().any(|word| word.starts_with('-') || is_operator(word)) {
        return None;
    }
    let mut new = foreground_words(text).into_iter();
    let edits = vec![WordEdit::Replace(arg.at.clone(), new.next()?), WordEdit::InsertAfter(program, new.collect())];
    let fix = WordFix { title: "Split into arguments".to_owned(), preferred: words.len() == program + 1, edits };
    let why = format!("the whole string is treated as the program name, not only `{first}`; split it into separate arguments");
    Some(Evidence { blame: arg.at.clone(), why, fixes: vec![fix] })
}
