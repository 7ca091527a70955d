//! Shell syntax where no shell reads it.

use super::argv::{self, Arg, base_name};
use super::exec_form::{exec_form, substitution, wrap};
use super::lex::is_operator;
use super::{Blame, Evidence, WordEdit, WordFix, excerpt, exec_words, foreground_words};

/// Shell syntax where no shell reads it: `&&` or `2>&1` as a word, a whole line in the program's word, `$(date)`, `*.log`.
pub fn shell_syntax(command: &[&str], args: &[&str]) -> Vec<Evidence> {
    let words = exec_words(command, args);
    if let Some(evidence) = docker_word(command, &words).or_else(|| shell_word(command, &words)) {
        return vec![evidence];
    }
    let Some((words, program)) = exec_form(command, args) else { return operators_for_clients(command, words) };
    let mut found: Vec<_> = one_line(&words, program).into_iter().collect();
    let name = base_name(&words[program].text);
    let takes_files = matches!(name, "cat" | "ls" | "rm" | "cp" | "mv" | "tail" | "head" | "chmod" | "chown" | "wc" | "du" | "gzip");
    for (arg, before) in words[program + 1..].iter().zip(&words[program..]) {
        let text = arg.text.as_str();
        if (is_operator(text) || text == "&") && takes_separator(&before.text) {
            continue;
        }
        let glob = takes_files && text.contains(['*', '?']) && !text.starts_with('-');
        let (range, what) = if is_operator(text) || text == "&" && arg.at != words[words.len() - 1].at {
            (0..text.len(), "is a plain argument")
        } else if let Some(range) = substitution(text) {
            (range, "is passed literally")
        } else if glob {
            (0..text.len(), "is treated as a literal file name")
        } else {
            continue;
        };
        let why = format!("this command is not run by a shell, so `{}` {what}; run it with `sh -c`", excerpt(&text[range.clone()]));
        let fixes = wrap(&words, program);
        found.push(Evidence { blame: Blame { word: arg.at.word, range }, why, fixes });
    }
    found
}

/// Whether an option takes a separator, which may be any text: `--delimiter ;`.
pub(super) fn takes_separator(option: &str) -> bool {
    matches!(option, "-d" | "-F" | "-t" | "-s") || option.starts_with('-') && (option.contains("sep") || option.contains("delim"))
}

/// `exec` and `source`, which only a shell knows, as the program.
fn shell_word(command: &[&str], words: &[Arg]) -> Option<Evidence> {
    let first = words.first().filter(|first| !command.is_empty() && matches!(first.text.as_str(), "exec" | "source"))?;
    // Shell syntax after it is reported by itself.
    let is_plain = words.len() > 1 && words[1..].iter().all(|it| !is_operator(&it.text) && !it.text.starts_with('-'));
    let is_exec = first.text == "exec";
    let fix = WordFix { title: "Remove `exec`".to_owned(), preferred: true, edits: vec![WordEdit::Remove(0)] };
    let remedy = if is_exec { "remove it" } else { "run it with `sh -c`" };
    let why = format!("`{}` is built into shells, and not a program; {remedy}", first.text);
    is_plain.then(|| Evidence { blame: first.at.clone(), why, fixes: if is_exec { vec![fix] } else { vec![] } })
}

/// `CMD-SHELL` and `CMD`, which begin the `test` of a health check of Docker.
fn docker_word(command: &[&str], words: &[Arg]) -> Option<Evidence> {
    let (first, rest) =
        words.split_first().filter(|(first, _)| !command.is_empty() && matches!(first.text.as_str(), "CMD-SHELL" | "CMD"))?;
    let (title, edits) = match (first.text.as_str(), rest) {
        ("CMD", [_, ..]) => ("Remove `CMD`", vec![WordEdit::Remove(0)]),
        ("CMD-SHELL", [_]) => {
            ("Use `sh -c`", vec![WordEdit::Replace(first.at.clone(), "sh".to_owned()), WordEdit::InsertAfter(0, vec!["-c".to_owned()])])
        }
        _ => return None,
    };
    let why = format!("`{}` belongs to the health checks of Docker; here it is the name of a program", first.text);
    let fix = WordFix { title: title.to_owned(), preferred: true, edits };
    Some(Evidence { blame: first.at.clone(), why, fixes: vec![fix] })
}

/// Programs of which everybody knows that a shell's operators are no arguments of theirs, though they read much else.
const CLIENTS: [&str; 18] = [
    "curl",
    "wget",
    "python",
    "node",
    "java",
    "psql",
    "mysql",
    "mysqladmin",
    "redis-cli",
    "kubectl",
    "grep",
    "envsubst",
    "find",
    "test",
    "ruby",
    "php",
    "perl",
    "mongosh",
];

/// Programs that come after a pipe.
const FILTERS: [&str; 17] =
    ["grep", "awk", "sed", "tee", "xargs", "wc", "head", "tail", "sort", "cut", "tr", "jq", "sh", "bash", "cat", "less", "uniq"];

/// Operators among the words of such a program.
fn operators_for_clients(command: &[&str], words: Vec<Arg>) -> Vec<Evidence> {
    let Some(program) = argv::launch(&words).program.filter(|_| !command.is_empty()) else { return Vec::new() };
    let name = base_name(&words[program].text).trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !CLIENTS.contains(&name) {
        return Vec::new();
    }
    let is_path = |it: &str| it.starts_with('/') || it.starts_with("./");
    let is_meant = |at: usize| {
        let next = words.get(at + 1).map_or("", |it| it.text.as_str());
        match words[at].text.as_str() {
            "&&" | "||" => !takes_separator(&words[at - 1].text),
            "|" => FILTERS.contains(&next) || is_path(next),
            ">" | ">>" => name != "test" && (is_path(next) || next.contains('.') && at + 2 == words.len()),
            "2>&1" => true,
            _ => false,
        }
    };
    let evidence = |at: usize| Evidence {
        blame: words[at].at.clone(),
        why: format!("no shell reads these words, so `{}` is an argument here: give them to `sh -c`", words[at].text),
        fixes: wrap(&words, program),
    };
    (program + 1..words.len()).filter(|at| is_meant(*at)).map(evidence).collect()
}

/// A whole command line in the word of the program: `["nginx -g daemon off;"]`.
fn one_line(words: &[Arg], program: usize) -> Option<Evidence> {
    let arg = &words[program];
    let text = arg.text.trim();
    let first = text.split_whitespace().next()?;
    let plain = first.trim_end_matches(';').bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b)) && !first.ends_with(".exe");
    // `&` at the end is reported as such.
    if first.len() == text.len() || !plain || text.ends_with('&') || text.contains("{{") {
        return None;
    }
    // A path may have spaces in it.
    let is_usual = ["/bin/", "/sbin/", "/usr/", "./"].iter().any(|it| first.starts_with(it)) && !text[first.len()..].contains('/');
    let is_usual = is_usual || ["/bin/", "/usr/bin/"].iter().any(|it| first.starts_with(it));
    if first.contains('/')
        && !is_usual
        && !text.split_whitespace().any(|word| word.starts_with('-') || is_operator(word) || word.ends_with(';'))
    {
        return None;
    }
    let mut new = foreground_words(text).into_iter();
    let edits = vec![WordEdit::Replace(arg.at.clone(), new.next()?), WordEdit::InsertAfter(program, new.collect())];
    let fix = WordFix { title: "Split into arguments".to_owned(), preferred: words.len() == program + 1, edits };
    let why = format!("the whole string is treated as the program name, not only `{first}`; split it into separate arguments");
    Some(Evidence { blame: arg.at.clone(), why, fixes: vec![fix] })
}
