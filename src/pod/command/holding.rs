//! What a shell keeps to itself: programs that nobody watches, and signals that do not reach them.

use super::argv::{self, base_name};
use super::fate::Walker;
use super::lex;
use super::parse::parse;
use super::script::{Command, Item, Join, List, Shape};
use super::{Blame, Evidence, WordEdit, WordFix, excerpt, exec_words, script, script_of};

/// What a script leaves in the background while something that does no work holds the container: `./server & sleep infinity`.
pub fn unwatched(command: &[&str], args: &[&str]) -> Option<Evidence> {
    let at = script(command, args)?;
    let text = command.iter().chain(args).nth(at)?;
    // Whoever looks after it by itself knows.
    if !["sleep", "tail", "logs"].iter().any(|it| text.contains(it)) || text.contains("trap ") || text.contains("kill ") {
        return None;
    }
    let list = parse(text, &lex::tokens(text, true)).ok()?;
    let mut walker = Walker::in_word(at, false);
    walker.script(&list);
    let (left, holder) = walker.unwatched?;
    let held = text.get(holder.range)?;
    let idles =
        held.split_whitespace().find(|it| *it != "exec").is_some_and(|it| matches!(base_name(it), "sleep" | "tail" | "pm2" | "journalctl"));
    if !idles && !is_idle_loop(&list) {
        return None;
    }
    let shown = excerpt(text.get(left.at.range.clone())?.trim_end_matches('&'));
    let why = format!(
        "nobody notices when `{shown}` ends, for the container lives as long as `{}`: run it in the foreground with `exec`",
        excerpt(held)
    );
    Some(Evidence { blame: Blame { word: at, range: left.at.range }, why, fixes: Vec::new() })
}

/// Whether a script ends with a loop that only sleeps.
fn is_idle_loop(list: &[Item]) -> bool {
    let last = list.iter().flat_map(|it| &it.chain).rfind(|it| matches!(it.shape, Shape::While { .. } | Shape::For { .. }));
    let lists: [&[Item]; 2] = match last.map(|it| &it.shape) {
        Some(Shape::While { condition, body, .. }) => [condition, body],
        Some(Shape::For { body, .. }) => [&[], body],
        _ => return false,
    };
    let idles = |it: &Command| match &it.shape {
        Shape::Simple { words, .. } => {
            words.first().is_some_and(|it| matches!(it.decoded.text.as_str(), "sleep" | "true" | ":" | "echo" | "date" | "[" | "tail"))
        }
        Shape::Test(_) => true,
        _ => false,
    };
    lists.into_iter().flatten().flat_map(|it| &it.chain).all(idles)
}

/// The command that a script waits for, where its shell stays the first process and does not pass SIGTERM on. `is_dash` says that `sh` is dash, which never
/// replaces itself by its last command; bash does only where that is simple, not redirected, and all that is left.
pub fn lost_signal(command: &[&str], args: &[&str], is_dash: bool) -> Option<Evidence> {
    let words = exec_words(command, args);
    // A wrapper may pass the signal on, or start the shell as its child.
    let program = argv::launch(&words).program.filter(|at| *at == 0 && !command.is_empty())?;
    let shell = base_name(&words[program].text);
    if !(shell == "sh" && is_dash || matches!(shell, "dash" | "bash")) {
        return None;
    }
    let at = script_of(&words, program)?;
    let text = words[at].text.as_str();
    let knows = ["trap", "wait", "kill", "{{"].iter().any(|it| text.contains(it));
    let runs_on = matches!(super::analyse(command, args).verdict, super::Verdict::Foreground | super::Verdict::NeverEnds(_));
    let list = parse(text, &lex::tokens(text, true)).ok().filter(|_| runs_on && !knows)?;
    let seeker = Seeker { all: &list, depth: 0 };
    let waits = seeker.in_list(&list, true)?;
    let Shape::Simple { assignments, words: inner, redirected, .. } = &waits.command.shape else { return None };
    let first = inner.first()?;
    if shell == "bash" && waits.is_last && !waits.is_nested && !redirected {
        return None;
    }
    let shown = excerpt(&text[waits.command.range.clone()]);
    let why = format!(
        "`{}` waits for `{shown}` and does not pass SIGTERM on, so it is killed after the grace period: start it with `exec`",
        words[program].text
    );
    let blame = Blame { word: at, range: waits.command.range.clone() };
    let insert = WordEdit::Replace(Blame { word: at, range: first.range.start..first.range.start }, "exec ".to_owned());
    let fix = WordFix { title: "Start it with `exec`".to_owned(), preferred: true, edits: vec![insert] };
    Some(Evidence { blame, why, fixes: if waits.is_last && assignments.is_empty() { vec![fix] } else { Vec::new() } })
}

/// A first process that only holds the container, by `sleep` or `tail -f /dev/null`: it has no handler of SIGTERM, which the kernel
/// then keeps from a first process. None where the script has other work, or handles the signal.
pub fn ignored_signal(command: &[&str], args: &[&str]) -> Option<Evidence> {
    let words = exec_words(command, args);
    let program = argv::launch(&words).program.filter(|at| *at == 0 && !command.is_empty())?;
    let found = |blame: Blame, text: &str| {
        let why = format!("`{}` as the first process ignores SIGTERM, so stopping takes the whole grace period", excerpt(text));
        Evidence { blame, why, fixes: Vec::new() }
    };
    let Some(at) = script_of(&words, program) else {
        let line: Vec<&str> = words.iter().map(|it| it.text.as_str()).collect();
        return holds(&line).then(|| found(words[0].at.clone(), &line.join(" ")));
    };
    let text = words[at].text.as_str();
    if !matches!(base_name(&words[program].text), "sh" | "ash" | "dash" | "bash") || text.contains("trap") {
        return None;
    }
    let list = parse(text, &lex::tokens(text, true)).ok()?;
    let [item] = &list[..] else { return None };
    let ([only], None) = (&item.chain[..], &item.background) else { return None };
    let is_holder = match &only.shape {
        Shape::Simple { words, .. } => {
            let line: Vec<&str> = words.iter().map(|it| it.decoded.text.as_str()).filter(|it| *it != "exec").collect();
            holds(&line)
        }
        Shape::While { condition, body, .. } => {
            let name = |it: &Command| match &it.shape {
                Shape::Simple { words, .. } => words.first().map(|it| it.decoded.text.clone()),
                _ => None,
            };
            let is_rest = |it: &Command| name(it).is_some_and(|it| matches!(it.as_str(), "sleep" | "true" | ":"));
            condition.iter().chain(body).flat_map(|it| &it.chain).all(is_rest) && text.contains("sleep")
        }
        _ => false,
    };
    is_holder.then(|| found(Blame { word: at, range: only.range.clone() }, &text[only.range.clone()]))
}

/// Whether a command line does nothing, without end.
fn holds(line: &[&str]) -> bool {
    match line {
        [sleep, time] => base_name(sleep) == "sleep" && matches!(*time, "infinity" | "inf"),
        [tail, options @ .., file] => {
            base_name(tail) == "tail" && *file == "/dev/null" && options.iter().any(|it| matches!(*it, "-f" | "-F" | "--follow"))
        }
        _ => false,
    }
}

/// A command that its shell waits for.
struct Waits<'a> {
    command: &'a Command,
    /// Nothing is run after it, so `exec` changes nothing else.
    is_last: bool,
    /// It is in another command.
    is_nested: bool,
}

/// Looks for what decides how long a shell lives.
struct Seeker<'a> {
    all: &'a [Item],
    depth: usize,
}

/// Functions that call each other are followed this far.
const DEEPEST: usize = 4;

impl<'a> Seeker<'a> {
    fn in_list(&self, list: &'a [Item], is_last: bool) -> Option<Waits<'a>> {
        let ends = |it: &&Item| it.background.is_none() && it.chain.iter().all(|it| Walker::in_word(0, false).ends(it));
        let after = list.iter().rev().take_while(ends).count();
        let item = list.iter().rev().nth(after).filter(|it| it.background.is_none())?;
        let at = item.chain.iter().rposition(|it| !Walker::in_word(0, false).ends(it))?;
        let alone = item.chain[1..].iter().all(|it| matches!(it.join, Join::And)) && at + 1 == item.chain.len();
        // Of a pipe, what is at its start.
        let start = (0..=at).rev().take_while(|it| item.chain[*it].join == Join::Pipe).last().map_or(at, |it| it - 1);
        self.in_command(&item.chain[start], is_last && after == 0 && alone)
    }

    fn in_command(&self, command: &'a Command, is_last: bool) -> Option<Waits<'a>> {
        let nested = |found: Waits<'a>| Waits { is_nested: true, ..found };
        match &command.shape {
            Shape::Simple { words, .. } => {
                let first = words.first().filter(|it| !it.decoded.opaque)?;
                let name = first.decoded.text.as_str();
                let function = self.all.iter().flat_map(|it| &it.chain).find_map(|it| match &it.shape {
                    Shape::Function { name: own, body } if own == name => Some(body),
                    _ => None,
                });
                match function {
                    Some(body) if self.depth < DEEPEST => {
                        Seeker { all: self.all, depth: self.depth + 1 }.in_command(body, false).map(nested)
                    }
                    Some(_) => None,
                    None => {
                        // What idles handles no signal, with or without the shell; and these are the shell itself.
                        let is_own = matches!(
                            base_name(name),
                            "sleep" | "tail" | "exec" | "." | "source" | "eval" | "wait" | "read" | "command" | "builtin" | "cd"
                        );
                        (!is_own).then_some(Waits { command, is_last, is_nested: false })
                    }
                }
            }
            Shape::Group(list) => self.in_list(list, is_last).map(nested),
            Shape::Subshell(list) => self.in_list(list, false).map(nested),
            Shape::If { branches, .. } | Shape::Case { branches, .. } => {
                branches.iter().find_map(|list: &'a List| self.in_list(list, is_last)).map(nested)
            }
            Shape::While { body, .. } | Shape::For { body, .. } => self.in_list(body, false).map(nested),
            Shape::Function { .. } | Shape::Coprocess(_) | Shape::Test(_) => None,
        }
    }
}
