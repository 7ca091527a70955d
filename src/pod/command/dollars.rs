//! Dollar signs that do not mean what they look like: `$NAME` without a shell, `$$` in a script.

use super::exec_form::{exec_form, wrap};
use super::references::{Variable, shell_variables};
use super::{Blame, Evidence, WordEdit, WordFix, script};

/// Variables that every container has, and that the kubelet fills in nowhere.
const EVERYWHERE: [&str; 3] = ["HOME", "HOSTNAME", "PATH"];

/// What is known of a variable that a command names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// The kubelet replaces `$(VAR)` with its value.
    ByKubelet,
    /// The container has it, but the kubelet replaces nothing in this command.
    InContainer,
    /// Nothing: the program may have a use for it.
    Unknown,
}

/// `$VAR` and `${VAR}` where no shell fills them in; the kubelet knows `$(VAR)` only. `given` says what is known of a variable.
pub fn dollar_variables(command: &[&str], args: &[&str], given: impl Fn(&str) -> Given) -> Vec<Evidence> {
    let Some((words, program)) = exec_form(command, args) else { return Vec::new() };
    let mut found = Vec::new();
    // Text of several lines is a configuration or code that the program reads.
    for arg in words[program..].iter().filter(|arg| !arg.text.contains('\n')) {
        for Variable { name, range } in shell_variables(&arg.text) {
            let (name, written) = (&arg.text[name], &arg.text[range.clone()]);
            let blame = Blame { word: arg.at.word, range };
            let known = given(name);
            let (why, fixes) = if known == Given::ByKubelet {
                let new = format!("$({name})");
                let edits = vec![WordEdit::Replace(blame.clone(), new.clone())];
                let fix = WordFix { title: format!("Write `{new}`"), preferred: true, edits };
                (format!("`{written}` is not expanded without a shell; write `{new}`, which the kubelet expands"), vec![fix])
            } else if known == Given::InContainer || EVERYWHERE.contains(&name) {
                (
                    format!("this command is not run by a shell, so `{written}` is passed literally; run it with `sh -c`"),
                    wrap(&words, program),
                )
            } else {
                continue;
            };
            found.push(Evidence { blame, why, fixes });
        }
    }
    found
}

/// `$$` by itself in a script: the kubelet leaves one `$` of it.
pub fn eaten_dollar(command: &[&str], args: &[&str]) -> Option<Evidence> {
    let at = script(command, args)?;
    let text = command.iter().chain(args).nth(at)?;
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(start) = text[from..].find("$$").map(|it| from + it) {
        let run = bytes[start..].iter().take_while(|b| **b == b'$').count();
        let next = bytes.get(start + run).copied().unwrap_or(b' ');
        let is_escape = next == b'(' || next == b'{' || next == b'_' || next.is_ascii_alphanumeric() || b"@*#?!-'".contains(&next);
        if run == 2 && !is_escape {
            let why = "the kubelet makes one `$` of `$$`, which then is not a process number: write `$$$$`".to_owned();
            let blame = Blame { word: at, range: start..start + 2 };
            let edits = vec![WordEdit::Replace(blame.clone(), "$$$$".to_owned())];
            let fixes = vec![WordFix { title: "Write `$$$$`".to_owned(), preferred: false, edits }];
            return Some(Evidence { blame, why, fixes });
        }
        from = start + run;
    }
    None
}
