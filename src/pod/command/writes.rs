//! Files that a command writes.

use super::argv::{self, base_name};
use super::lex::{self, Kind};
use super::{Blame, Evidence, exec_words};

/// Files and folders that a command is certain to write, by their absolute paths: targets of redirections, and what `touch`, `mkdir`, `tee`, `cp`
/// and `mv` make. What is done only on a condition, or whose failure is expected, is left out.
pub fn writes(command: &[&str], args: &[&str]) -> Vec<(Evidence, String)> {
    let words = exec_words(command, args);
    let launch = argv::launch(&words);
    let Some(program) = launch.program else { return Vec::new() };
    let found = |blame: Blame, path: &str| (Evidence { blame, why: String::new(), fixes: Vec::new() }, path.to_owned());
    let Some(script) = super::script_of(&words, program) else {
        let texts: Vec<&str> = words[program..].iter().map(|it| it.text.as_str()).collect();
        let made = if command.is_empty() { Vec::new() } else { made_by(&texts) };
        return made.into_iter().map(|at| found(words[program + at].at.clone(), texts[at])).collect();
    };
    let text = words[script].text.as_str();
    let tokens = lex::tokens(text, true);
    if tokens.unclosed || text.contains("()") || text.contains("{{") {
        return Vec::new();
    }
    let mut all = Vec::new();
    let mut conditions = 0usize;
    for segment in tokens.list.split(|it| matches!(it.kind, Kind::Newline | Kind::Semicolon | Kind::Background | Kind::CaseEnd)) {
        let raw = |it: &lex::Token| &text[it.range.clone()];
        for token in segment.iter().filter(|it| it.kind == Kind::Word) {
            match raw(token) {
                "if" | "case" => conditions += 1,
                "fi" | "esac" => conditions = conditions.saturating_sub(1),
                _ => {}
            }
        }
        let first = segment.iter().find(|it| it.kind == Kind::Word).map(raw);
        let is_test =
            matches!(first, Some("[" | "[[" | "test" | "if" | "case" | "until" | "while" | "then" | "else" | "trap" | "!" | "fi" | "esac"));
        if conditions > 0 || is_test || segment.iter().any(|it| it.kind == Kind::Or) {
            continue;
        }
        for simple in segment.split(|it| matches!(it.kind, Kind::And | Kind::Pipe | Kind::Open | Kind::Close)) {
            let mut own = Vec::new();
            let mut is_target = None;
            for token in simple {
                if token.kind == Kind::Redirect {
                    let operator = raw(token).trim_start_matches(|c: char| c.is_ascii_digit());
                    is_target = Some(matches!(operator, ">" | ">>" | ">|" | "&>" | "&>>"));
                    continue;
                }
                let decoded = lex::decode(raw(token));
                let is_plain = !decoded.dynamic && !decoded.glob && !decoded.opaque;
                match is_target.take() {
                    Some(true) if is_plain && decoded.text.starts_with('/') => {
                        all.push(found(Blame { word: script, range: token.range.clone() }, &decoded.text));
                    }
                    Some(_) => {}
                    None => own.push((token.range.clone(), if is_plain { decoded.text } else { String::new() })),
                }
            }
            let texts: Vec<&str> =
                own.iter().map(|(_, text)| text.as_str()).skip_while(|it| matches!(*it, "do" | "{" | "exec" | "sudo")).collect();
            let skipped = own.len() - texts.len();
            for at in made_by(&texts) {
                all.push(found(Blame { word: script, range: own[skipped + at].0.clone() }, texts[at]));
            }
        }
    }
    all
}

/// The words of a command line that name what it makes.
fn made_by(words: &[&str]) -> Vec<usize> {
    let Some((first, rest)) = words.split_first() else { return Vec::new() };
    let paths = || (1..=rest.len()).filter(|at| words[*at].starts_with('/'));
    // An option may change what the last path is.
    let has_option = |options: &[&str]| rest.iter().any(|it| options.iter().any(|option| it.starts_with(option)));
    match base_name(first) {
        "touch" if !has_option(&["-c", "--no-create", "-r", "--ref"]) => paths().collect(),
        "mkdir" | "tee" => paths().collect(),
        "sed" if has_option(&["-i", "--in-place"]) => paths().filter(|at| *at == rest.len()).collect(),
        "cp" | "mv" if !has_option(&["-t", "--target", "-n", "-u"]) && rest.len() > 1 => paths().filter(|at| *at == rest.len()).collect(),
        _ => Vec::new(),
    }
}
