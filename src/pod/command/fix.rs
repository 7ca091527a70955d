//! How to keep it in the foreground.

use super::argv::{Arg, Launch};
use super::daemons::Remedy;
use super::fate::{How, Left, Reach};
use super::judge::{Script, short};
use super::lex::{self, Kind};
use super::script::{Command, Item, Join, Shape, Word};
use super::{Blame, Evidence, WordEdit, WordFix, reads_code, split};

/// `&` among words that no shell reads: as the last word, or at the end of a whole line in one word.
pub(super) fn background_argument(words: &[Arg], launch: &Launch) -> Option<Evidence> {
    let program = launch.program.filter(|_| !reads_code(words, launch))?;
    let last = words.len() - 1;
    let text = words[last].text.trim();
    let drop_nohup = launch.nohup.map(WordEdit::Remove);
    // `--separator &` is an option's value.
    let option = &words[last.saturating_sub(1)].text;
    if option.starts_with('-') && (option.len() == 2 || option.contains("sep") || option.contains("delim")) {
        return None;
    }
    if text == "&" && last > program {
        let others = &words[program + 1..last];
        let sure = !others.iter().any(|it| super::lint::is_operator(&it.text));
        let edits = drop_nohup.into_iter().chain([WordEdit::Remove(last)]).collect();
        let fix = WordFix { title: "Remove `&` to run in the foreground".to_owned(), preferred: sure, edits };
        let name = short(&words[program].text);
        let why = format!("this command is not run by a shell, so `&` is passed to `{name}` as an argument");
        return Some(Evidence { blame: words[last].at.clone(), why, fixes: vec![fix] });
    }
    let is_line = text.strip_suffix('&').is_some_and(|it| !it.is_empty() && !it.ends_with('&'));
    if last != program || !is_line {
        return None;
    }
    let mut new = split::foreground_words(text).into_iter();
    let first = WordEdit::Replace(words[last].at.clone(), new.next()?);
    let rest = WordEdit::InsertAfter(last, new.collect());
    let edits = drop_nohup.into_iter().chain([first, rest]).collect();
    let fix = WordFix { title: "Split into arguments and remove `&`".to_owned(), preferred: true, edits };
    let why = "this command is not run by a shell, so the whole string, including `&`, is treated as the program name".to_owned();
    Some(Evidence { blame: words[last].at.clone(), why, fixes: vec![fix] })
}

/// The fixes for words that no shell reads.
pub(super) fn exec_fixes(words: &[Arg], launch: &Launch, left: &Left) -> Vec<WordFix> {
    let Some(program) = launch.program else { return Vec::new() };
    let (title, edits) = match &left.how {
        How::Ampersand => return Vec::new(),
        How::Setsid => {
            let end = super::argv::after_options(words, program + 1, &[]);
            ("Remove `setsid`".to_owned(), (program..end).map(WordEdit::Remove).collect())
        }
        How::Daemon(row, flag) => {
            let flag = flag.map_or(program, |it| program + it);
            let edits = match row.remedy {
                Remedy::Append(new) => vec![WordEdit::InsertAfter(words.len() - 1, owned(new))],
                Remedy::Drop(values) => (flag..=flag + joined(&words[flag].text, values)).map(WordEdit::Remove).collect(),
                Remedy::Subcommand(new) => vec![WordEdit::Replace(words[flag].at.clone(), new.to_owned())],
                Remedy::Program(new) => vec![WordEdit::Replace(words[program].at.clone(), new.to_owned())],
                Remedy::Rewrite => return Vec::new(),
            };
            (format!("Run in the foreground: {}", row.instead), edits)
        }
    };
    vec![WordFix { title, preferred: true, edits }]
}

/// A flag with its value in one word, `--fork=true`, has none after it.
fn joined(flag: &str, values: usize) -> usize {
    if flag.contains('=') { 0 } else { values }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|it| (*it).to_owned()).collect()
}

/// The fixes for a script.
pub(super) fn script_fixes(script: &Script, left: &Left) -> Vec<WordFix> {
    match (&left.how, left.reach) {
        (_, Reach::Nested) => Vec::new(),
        (How::Ampersand, Reach::Subshell) => {
            let end = left.at.range.end;
            let start = script.text[..end - 1].trim_end().len();
            vec![fix("Remove `&` to run in the foreground", true, vec![script.take_out(start..end)])]
        }
        (How::Ampersand, Reach::Own) => {
            let foreground = foreground(script, left);
            let mut fixes = Vec::new();
            let several = script.list.iter().filter(|it| it.background.is_some()).count() > 1;
            let wait = wait(script).map(|it| fix("Append `wait` to keep the shell running", several || foreground.is_none(), vec![it]));
            fixes.extend(foreground.map(|edits| fix("Run in the foreground", !several, edits)));
            fixes.extend(wait);
            fixes.sort_by_key(|it| !it.preferred);
            fixes
        }
        _ => program_fixes(script, left),
    }
}

fn fix(title: &str, preferred: bool, edits: Vec<WordEdit>) -> WordFix {
    WordFix { title: title.to_owned(), preferred, edits }
}

impl Script<'_> {
    fn replace(&self, range: std::ops::Range<usize>, text: impl Into<String>) -> WordEdit {
        WordEdit::Replace(Blame { word: self.word, range }, text.into())
    }

    /// Takes `range` out; a comment right after it stays a comment.
    fn take_out(&self, range: std::ops::Range<usize>) -> WordEdit {
        let space = if self.text[range.end..].starts_with('#') { " " } else { "" };
        self.replace(range, space)
    }
}

/// Takes the last `&` away, and `nohup` with it; the shell makes room for the program where that changes nothing else.
fn foreground(script: &Script, left: &Left) -> Option<Vec<WordEdit>> {
    let index = script.list.iter().position(|it| it.range.start == left.at.range.start && it.background.is_some())?;
    let item = &script.list[index];
    let mut end = item.background? + 1;
    for after in &script.list[index + 1..] {
        if after.background.is_some() || simple_words(after.chain.first()?)?.first()?.decoded.text != "disown" {
            return None;
        }
        end = after.range.end;
    }
    let mut edits = Vec::new();
    let last = item.chain.last()?;
    if let Some(words) = simple_words(last) {
        let idle = words.iter().take_while(|it| matches!(it.decoded.text.as_str(), "nohup" | "setsid")).count();
        let program = words.get(idle).filter(|it| !it.decoded.text.starts_with('-'));
        let exec = program.filter(|it| can_exec(script, item, it)).map_or("", |_| "exec ");
        if let Some(program) = program.filter(|_| idle > 0 || !exec.is_empty()) {
            edits.push(script.replace(words[0].range.start..program.range.start, exec));
        }
    }
    // Without its own `&`, a `&>` would send it to the background in dash.
    for (operator, target) in script.ambiguous.iter().filter(|it| item.range.start <= it.0.start && it.1 <= item.range.end) {
        let plain = script.text[operator.clone()].trim_start_matches('&');
        edits.push(script.replace(operator.clone(), plain));
        edits.push(script.replace(*target..*target, " 2>&1"));
    }
    edits.push(script.take_out(item.range.end..end));
    Some(edits)
}

fn simple_words(command: &Command) -> Option<&[Word]> {
    match &command.shape {
        Shape::Simple { words, .. } => Some(words),
        _ => None,
    }
}

fn can_exec(script: &Script, item: &Item, program: &Word) -> bool {
    let name = program.decoded.text.as_str();
    let builtin = matches!(name, "exec" | "cd" | "eval" | "." | "source" | "command" | "builtin" | "time" | "wait" | "read" | "test" | "[");
    let only_and = item.chain.iter().all(|it| matches!(it.join, Join::First | Join::And));
    let first_words = script.list.iter().filter_map(|it| simple_words(it.chain.first()?)?.first());
    let mut defined = script.list.iter().flat_map(|it| &it.chain).filter_map(|it| match &it.shape {
        Shape::Function { name, .. } => Some(name.as_str()),
        _ => None,
    });
    only_and
        && !builtin
        && !program.decoded.opaque
        && !defined.any(|it| it == name)
        && !first_words.into_iter().any(|it| it.decoded.text == "trap")
}

/// Puts `wait` at the end, before a closing `exit`.
fn wait(script: &Script) -> Option<WordEdit> {
    let text = script.text;
    let end = text.trim_end().len();
    let last = script.list.last()?;
    let multi_line = text[..end].contains('\n') || script.line_bound >= end;
    let line_start = text[..last.range.start].rfind('\n').map_or(0, |it| it + 1);
    let indent = &text[line_start..last.range.start];
    let indent = &indent[..indent.len() - indent.trim_start().len()];
    let first_word = simple_words(last.chain.first()?).and_then(|it| it.first());
    match first_word.map(|it| it.decoded.text.as_str()) {
        Some("disown") => None,
        Some("exit") if multi_line => Some(script.replace(last.range.start..last.range.start, format!("wait\n{indent}"))),
        Some("exit") => Some(script.replace(last.range.start..last.range.start, "wait; ")),
        _ if multi_line => Some(script.replace(end..end, format!("\n{indent}wait"))),
        _ if text[..end].ends_with(['&', ';']) => Some(script.replace(end..end, " wait")),
        _ => Some(script.replace(end..end, "; wait")),
    }
}

/// The fixes for a program in a script that leaves by itself.
fn program_fixes(script: &Script, left: &Left) -> Vec<WordFix> {
    let line = left.at.range.clone();
    let Some(text) = script.text.get(line.clone()) else { return Vec::new() };
    let tokens = lex::tokens(text, true).list;
    let is_target = |index: usize| index > 0 && tokens[index - 1].kind == Kind::Redirect;
    let words = tokens.iter().enumerate().filter(|(index, it)| it.kind == Kind::Word && !is_target(*index));
    let words: Vec<_> = words.map(|(_, it)| line.start + it.range.start..line.start + it.range.end).collect();
    let Some(program) = words.first() else { return Vec::new() };
    let (title, edits) = match &left.how {
        How::Daemon(row, flag) => {
            let Some(at) = words.get(flag.unwrap_or(0)) else { return Vec::new() };
            let edit = match row.remedy {
                Remedy::Append(new) => {
                    let new: Vec<_> = new.iter().map(|it| split::quote(it)).collect();
                    script.replace(line.end..line.end, format!(" {}", new.join(" ")))
                }
                Remedy::Drop(values) => {
                    let last = flag.unwrap_or(0) + joined(&script.text[at.clone()], values);
                    let end = words.get(last).map_or(at.end, |it| it.end);
                    script.replace(script.text[..at.start].trim_end().len()..end, "")
                }
                Remedy::Subcommand(new) => script.replace(at.clone(), new),
                Remedy::Program(new) => script.replace(program.clone(), new),
                Remedy::Rewrite => return Vec::new(),
            };
            (format!("Run in the foreground: {}", row.instead), vec![edit])
        }
        _ => {
            let next = words.iter().skip(1).find(|it| !script.text[(*it).clone()].starts_with('-'));
            let Some(next) = next else { return Vec::new() };
            ("Remove `setsid`".to_owned(), vec![script.replace(program.start..next.start, "")])
        }
    };
    vec![WordFix { title, preferred: true, edits }]
}
