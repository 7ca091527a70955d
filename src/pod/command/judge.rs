//! The verdict on a command line: the fate of its script or program, in words.

use std::ops::Range;

use super::argv::{self, Arg, Dialect, Launch, ShellCall, base_name};
use super::fate::{Fate, How, Left, Walker};
use super::lex::{self, Kind};
use super::parse::parse;
use super::script::{Command, Item, List, Shape};
use super::{Blame, Evidence, Verdict, WordFix, fix};

/// A script that the fixes can work on.
pub(super) struct Script<'a> {
    pub word: usize,
    pub text: &'a str,
    pub list: List,
    pub line_bound: usize,
    /// Each `&>` that another shell of the same name reads otherwise, and where its target ends.
    pub ambiguous: Vec<(Range<usize>, usize)>,
}

/// Judges a command line.
pub(super) fn judge(words: &[Arg], launch: &Launch) -> Verdict {
    if launch.program.is_none() {
        return Verdict::Unknown;
    }
    let readings = match script_dialect(words, launch) {
        Some((script, dialect)) => script_verdicts(words, launch, script, dialect),
        None => {
            if let Some(evidence) = fix::background_argument(words, launch) {
                return Verdict::BackgroundArgument(evidence);
            }
            let mut walker = Walker::default();
            let fate = walker.argv(words, true);
            let whole = words.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join(" ");
            vec![verdict(fate, |left| fix::exec_fixes(words, launch, left), |_| whole.clone())]
        }
    };
    // Where the shell is unknown, both readings of `&>` must agree.
    let agree = readings.windows(2).all(|it| std::mem::discriminant(&it[0]) == std::mem::discriminant(&it[1]));
    match readings.into_iter().next() {
        Some(Verdict::NeverEnds(_)) if launch.timeout => Verdict::Foreground,
        Some(verdict) if agree => verdict,
        _ => Verdict::Unknown,
    }
}

/// The script among the words, and how its shell reads `&>`.
pub(super) fn script_dialect(words: &[Arg], launch: &Launch) -> Option<(usize, Dialect)> {
    let program = launch.program?;
    let dialect = argv::dialect(base_name(&words[program].text), launch.busybox);
    match dialect {
        Some(dialect) => match argv::shell_call(words, program) {
            ShellCall::Script(at) => Some((at, dialect)),
            _ => None,
        },
        None => argv::user_script(words, program).map(|at| (at, Dialect::Unknown)),
    }
}

fn script_verdicts(words: &[Arg], launch: &Launch, script: usize, dialect: Dialect) -> Vec<Verdict> {
    let word = &words[script];
    if word.opaque && !word.text.contains([' ', '\n', ';']) {
        return vec![Verdict::Unknown];
    }
    let readings: &[bool] = match dialect {
        Dialect::Redirects => &[true],
        Dialect::Posix => &[false],
        Dialect::Unknown => &[true, false],
    };
    let is_bash = launch.program.is_some_and(|it| base_name(&words[it].text) == "bash");
    let mut verdicts = Vec::new();
    for redirects in readings {
        let tokens = lex::tokens(&word.text, *redirects);
        let again = tokens.ampersand_redirect;
        verdicts.push(match parse(&word.text, &tokens) {
            Err(_) => Verdict::Unknown,
            Ok(list) => {
                let is_ambiguous = |it: &&[lex::Token]| it[0].kind == Kind::Redirect && word.text[it[0].range.clone()].starts_with('&');
                let pairs = tokens.list.windows(2).filter(|_| readings.len() > 1).filter(is_ambiguous);
                let ambiguous = pairs.map(|it| (it[0].range.clone(), it[1].range.end)).collect();
                let mut walker = Walker::in_word(script, is_bash && is_sole(&list));
                let fate = walker.script(&list);
                let script = Script { word: script, text: &word.text, list, line_bound: tokens.line_bound, ambiguous };
                verdict(fate, |left| fix::script_fixes(&script, left), |at| script.text.get(at.range.clone()).unwrap_or("").to_owned())
            }
        });
        if !again {
            break;
        }
    }
    verdicts
}

/// One simple command and nothing else. bash replaces itself by it; dash starts a child and waits.
fn is_sole(list: &[Item]) -> bool {
    matches!(list, [Item { chain, background: None, .. }] if matches!(chain[..], [Command { shape: Shape::Simple { .. }, .. }]))
}

fn verdict(fate: Fate, fixes: impl Fn(&Left) -> Vec<WordFix>, text: impl Fn(&Blame) -> String) -> Verdict {
    match fate {
        Fate::Runs => Verdict::Foreground,
        Fate::Ends => Verdict::Ends,
        Fate::Forever(at) => {
            let why = format!("`{}` never exits on its own", short(&text(&at)));
            Verdict::NeverEnds(Evidence { blame: at, why, fixes: Vec::new() })
        }
        Fate::Leaves(left) | Fate::MayLeave(left) => {
            let fixes = fixes(&left);
            let shown = text(&left.at);
            let shown = short(shown.trim_end_matches('&'));
            let (why, row) = match left.how {
                How::Ampersand => (format!("the shell starts `{shown}` in the background and exits"), None),
                How::Setsid => (format!("`{shown}` forks and exits immediately because it is the process group leader"), None),
                How::Daemon(row, _) if row.names.contains(&"systemctl") => {
                    (format!("`{shown}` exits immediately because systemd does not run in the container"), Some(row))
                }
                How::Daemon(row, _) => (format!("`{shown}` daemonizes and exits immediately"), Some(row)),
            };
            let evidence = Evidence { blame: left.at, why, fixes };
            match row {
                Some(row) => Verdict::Daemonizes(evidence, row),
                None => Verdict::Exits(evidence),
            }
        }
    }
}

/// The first line, not too long, to be shown in a message.
pub(super) fn short(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or("").trim_end();
    let cut = line.char_indices().nth(48).map_or(line.len(), |it| it.0);
    if cut == line.len() && line.len() == text.trim().len() { line.to_owned() } else { format!("{} …", line[..cut].trim_end()) }
}
