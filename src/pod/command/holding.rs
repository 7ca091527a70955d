//! What a shell keeps to itself: programs that nobody watches, and signals that do not reach them.

use super::argv::{self, base_name};
use super::lex;
use super::script::{Join, Shape};
use super::{Blame, Evidence, WordEdit, WordFix, excerpt, exec_words, script};

/// What a script runs in the background while it holds the container by something that does no work: `./server & sleep infinity`.
pub fn unwatched(command: &[&str], args: &[&str]) -> Option<Evidence> {
    let at = script(command, args)?;
    let text = command.iter().chain(args).nth(at)?;
    let list = super::parse::parse(text, &lex::tokens(text, true)).ok()?;
    let last = list.last().filter(|it| it.background.is_none())?;
    let holder = text.get(last.chain.last()?.range.clone())?;
    let words: Vec<&str> = holder.split_whitespace().skip_while(|it| *it == "exec").collect();
    let holds = matches!(words[..], ["sleep", "infinity" | "inf"] | ["tail", "-f" | "-F", "/dev/null"])
        || holder.starts_with("while true; do sleep");
    let in_background = || list.iter().rev().find(|it| it.background.is_some()).map(|it| it.range.clone());
    let starts = |shape: &Shape| match shape {
        Shape::Simple { words, .. } => match &words[..] {
            [first, .., action] if matches!(action.decoded.text.as_str(), "start" | "restart") => {
                first.decoded.text == "service" || first.decoded.text.starts_with("/etc/init.d/")
            }
            _ => false,
        },
        _ => false,
    };
    let service = || list.iter().flat_map(|it| &it.chain).rfind(|it| starts(&it.shape)).map(|it| it.range.clone());
    let range = in_background().or_else(service).filter(|_| holds)?;
    let shown = excerpt(text.get(range.clone())?);
    // Whoever looks after it by itself knows.
    if text.contains("trap ") || text.contains("kill ") {
        return None;
    }
    let why = format!(
        "nobody notices when `{shown}` ends, for the container lives as long as `{}`: run it in the foreground with `exec`",
        excerpt(holder)
    );
    Some(Evidence { blame: Blame { word: at, range }, why, fixes: Vec::new() })
}

/// The last command of a script whose shell stays the first process: one that is known as dash, or bash where the command is redirected.
/// Neither passes SIGTERM on.
pub fn lost_signal(command: &[&str], args: &[&str], is_dash: bool) -> Option<Evidence> {
    let words = exec_words(command, args);
    // A wrapper may pass the signal on, or start the shell as its child.
    let program = argv::launch(&words).program.filter(|at| *at == 0 && !command.is_empty())?;
    let at = super::script_of(&words, program)?;
    let text = words[at].text.as_str();
    let knows = ["trap", "wait", "kill", "{{"].iter().any(|it| text.contains(it));
    let runs_on = matches!(super::analyse(command, args).verdict, super::Verdict::Foreground | super::Verdict::NeverEnds(_));
    let list = super::parse::parse(text, &lex::tokens(text, true)).ok().filter(|_| runs_on && !knows)?;
    let item = list.last().filter(|it| it.background.is_none() && it.chain.iter().all(|it| matches!(it.join, Join::First | Join::And)))?;
    let last = item.chain.last()?;
    let Shape::Simple { assignments, words: inner, redirected } = &last.shape else { return None };
    let first = inner.first().filter(|it| it.decoded.text != "exec" && !it.decoded.dynamic)?;
    let stays = match base_name(&words[program].text) {
        "sh" | "dash" => is_dash,
        "bash" => *redirected,
        _ => false,
    };
    // What idles handles no signal, with or without the shell.
    if !stays || matches!(base_name(&first.decoded.text), "sleep" | "tail") {
        return None;
    }
    let shown = excerpt(&text[last.range.clone()]);
    let shell = &words[program].text;
    let why =
        format!("`{shell}` waits for `{shown}` and does not pass SIGTERM on, so it is killed after the grace period: start it with `exec`");
    let blame = Blame { word: at, range: last.range.clone() };
    let insert = WordEdit::Replace(Blame { word: at, range: first.range.start..first.range.start }, "exec ".to_owned());
    let fix = WordFix { title: "Start it with `exec`".to_owned(), preferred: true, edits: vec![insert] };
    Some(Evidence { blame, why, fixes: if assignments.is_empty() { vec![fix] } else { Vec::new() } })
}
