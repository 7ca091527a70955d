//! PowerShell and cmd: what they start and do not wait for.

use super::argv::{Arg, Launch, base_name};
use super::{Blame, Evidence, Verdict, excerpt};

/// Whether the program is one of them.
pub(super) fn is_shell(words: &[Arg], launch: &Launch) -> bool {
    launch.program.is_some_and(|program| shell(&words[program].text).is_some())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shell {
    /// Windows PowerShell, where `&` at the end is an error.
    Old,
    /// PowerShell 6 and later.
    New,
    Cmd,
}

fn shell(path: &str) -> Option<Shell> {
    let name = base_name(path).rsplit('\\').next().unwrap_or_default().to_ascii_lowercase();
    match name.trim_end_matches(".exe") {
        "powershell" => Some(Shell::Old),
        "pwsh" => Some(Shell::New),
        "cmd" => Some(Shell::Cmd),
        _ => None,
    }
}

/// Whether the shell ends and leaves what it has started.
pub(super) fn judge(words: &[Arg], launch: &Launch) -> Verdict {
    let found = launch.program.and_then(|program| {
        let shell = shell(&words[program].text)?;
        let first = script(&words[program + 1..], shell)? + program + 1;
        let text = words[first..].iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join(" ");
        let left = if shell == Shell::Cmd { left_by_cmd(&text) } else { left_by_powershell(&text, shell) }?;
        let start = words[first].text.find(&left);
        let range = start.map_or(0..words[first].text.len(), |start| start..start + left.len());
        let why = format!("the shell starts `{}` in the background and exits", excerpt(left.trim_end_matches('&')));
        Some(Evidence { blame: Blame { word: words[first].at.word, range }, why, fixes: Vec::new() })
    });
    found.map_or(Verdict::Foreground, Verdict::Exits)
}

/// The index of the word with which the script begins; `None` where it is a file, or the shell stays after it.
fn script(words: &[Arg], shell: Shell) -> Option<usize> {
    for (at, word) in words.iter().enumerate() {
        let text = word.text.to_ascii_lowercase();
        match shell {
            Shell::Cmd if text == "/c" => return Some(at + 1).filter(|it| *it < words.len()),
            Shell::Cmd if text == "/k" => return None,
            Shell::Cmd => {}
            _ if text == "-noexit" || text.starts_with("-f") || text.starts_with("-e") && !text.starts_with("-ex") => return None,
            _ if text == "-c" || text.starts_with("-com") => return Some(at + 1).filter(|it| *it < words.len()),
            _ if text.starts_with('-') => {}
            // A word of its own is a command, for the new shell a file; but it may be the value of an option.
            Shell::Old if at == 0 || !words[at - 1].text.starts_with('-') => return Some(at),
            _ => {}
        }
    }
    None
}

/// The last command of a PowerShell script, if the shell does not wait for what it starts.
fn left_by_powershell(text: &str, shell: Shell) -> Option<String> {
    let is_short =
        |it: &str| ["write-output", "write-host", "echo ", "start-sleep", "sleep ", "exit"].iter().any(|start| it.starts_with(start));
    let last = statements(text, &[';', '\n']).into_iter().rev().find(|it| !is_short(&it.to_ascii_lowercase()))?;
    let lower = last.to_ascii_lowercase();
    let waits = ["wait", "receive-job", "foreach", "$true"].iter().any(|it| lower.replace("-windowstyle", "").contains(it))
        || lower.contains(" -wa");
    if shell == Shell::New && lower.ends_with('&') && !lower.ends_with("&&") {
        return Some(last);
    }
    // `$p = Start-Process …`
    let command = lower.strip_prefix('$').and_then(|it| it.split_once('=')).map_or(lower.as_str(), |it| it.1.trim());
    let first = command.split([' ', '{', '(']).next().unwrap_or_default();
    let starts = matches!(first, "start-process" | "saps" | "start" | "start-job" | "sajb" | "start-threadjob" | "start-service" | "sasv");
    (starts && !waits).then_some(last)
}

/// The last command of a line for cmd, if that does not wait for what it starts.
fn left_by_cmd(text: &str) -> Option<String> {
    let last = statements(text, &['&', '|']).into_iter().rev().find(|it| !it.to_ascii_lowercase().starts_with("echo"))?;
    let lower = last.to_ascii_lowercase();
    (lower.split(' ').next() == Some("start") && !lower.contains("/w")).then_some(last)
}

/// The parts of a text between separators that are outside quotes and brackets.
fn statements(text: &str, separators: &[char]) -> Vec<String> {
    let (mut parts, mut quote, mut depth) = (vec![String::new()], None, 0usize);
    for c in text.chars() {
        match c {
            '"' | '\'' if quote.is_none() => quote = Some(c),
            _ if quote == Some(c) => quote = None,
            '{' | '(' if quote.is_none() => depth += 1,
            '}' | ')' if quote.is_none() => depth = depth.saturating_sub(1),
            _ => {}
        }
        if quote.is_none() && depth == 0 && separators.contains(&c) {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    let parts = parts.iter().map(|it| it.trim().to_owned());
    parts.filter(|it| !it.is_empty()).collect()
}
