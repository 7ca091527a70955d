//! The verdict on a command line: the fate of its script or program, in words.

use super::argv::{Arg, Dialect, Launch, base_name, script_dialect};
use super::fate::Walker;
use super::lex::{self, Kind};
use super::outcome::{Fate, How, Left};
use super::parse::parse;
use super::script::{Command, Item, Script, Shape};
use super::{Blame, Evidence, Verdict, WordFix, excerpt, fix, windows};

/// Judges a command line.
pub(super) fn judge(words: &[Arg], launch: &Launch, has_input: bool) -> Verdict {
    if launch.program.is_none() {
        return Verdict::Unknown;
    }
    let readings = match script_dialect(words, launch) {
        Some((script, dialect)) => script_verdicts(words, launch, script, dialect, has_input),
        None if windows::is_shell(words, launch) => return windows::judge(words, launch),
        None => {
            if let Some(evidence) = fix::background_argument(words, launch) {
                return Verdict::BackgroundArgument(evidence);
            }
            let mut walker = Walker::default().with_input(has_input);
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

fn script_verdicts(words: &[Arg], launch: &Launch, script: usize, dialect: Dialect, has_input: bool) -> Vec<Verdict> {
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
                let mut walker = Walker::in_word(script, is_bash && is_sole(&list)).with_input(has_input);
                let fate = walker.script(&list);
                // The script may write into its settings that it stays.
                let fate = match fate {
                    Fate::Leaves(Left { how: How::Daemon(row, _), .. }) if row.is_set_to_stay(&word.text) => Fate::Runs,
                    fate => fate,
                };
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
            let why = format!("`{}` never exits on its own", excerpt(&text(&at)));
            Verdict::NeverEnds(Evidence { blame: at, why, fixes: Vec::new() })
        }
        Fate::Leaves(left) | Fate::MayLeave(left) => {
            let fixes = fixes(&left);
            let shown = text(&left.at);
            let shown = excerpt(shown.trim_end_matches('&'));
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
