//! What a container runs, and whether it stays in the foreground.
//!
//! A container lives as long as its first process. A shell that sends its work to the background has nothing left to do and ends, a
//! daemon leaves its caller on purpose: in both cases the kubelet sees a container that ended, and starts it again. The words of
//! `command` and `args` are judged here as plain strings, without YAML; every finding names the word and the bytes in it.
//!
//! Silence is the default: a verdict against the author needs evidence in the words themselves.

mod argv;
mod calls;
mod compound;
mod daemons;
mod dollars;
mod errors;
mod exec_form;
mod fate;
mod fix;
mod holding;
mod judge;
mod known;
mod lex;
mod outcome;
mod parse;
mod references;
mod script;
mod shapes;
mod spans;
mod split;
mod syntax;
mod tail;
#[cfg(test)]
mod tests;
mod waiting;
mod windows;
mod writes;

use std::ops::Range;

pub use calls::shell_call_mistake;
pub use daemons::{DAEMONS, Daemon, Leaves, Remedy};
pub use dollars::{Given, dollar_variables, eaten_dollar};
pub use errors::{carriage_return, script_error, split_command, unknown_pipefail};
pub use holding::{ignored_signal, lost_signal, unwatched};
pub use lex::quote;
pub use references::{Variable, references};
pub use spans::{Span, spans};
pub use split::split_words;
pub use syntax::shell_syntax;
pub use tail::tail_patterns;
pub use waiting::{Awaited, awaited, is_loopback, local_port, sleeps, waits};
pub use writes::writes;

use argv::{Arg, Launch, ShellCall};

/// A place in the words of a command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blame {
    /// Index of the word, counted through `command` and then `args`.
    pub word: usize,
    /// Bytes in that word, as the program gets it.
    pub range: Range<usize>,
}

/// One change of the words. The places of a fix are those before any of its changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordEdit {
    /// Writes `text` in place of these bytes; an empty range inserts.
    Replace(Blame, String),
    /// Takes a whole word out.
    Remove(usize),
    /// Puts new words after the word of that index.
    InsertAfter(usize, Vec<String>),
}

/// A way to fix what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordFix {
    /// As the editor's menu shows it.
    pub title: String,
    /// Sure to be what the author meant; at most one of a verdict's fixes is.
    pub preferred: bool,
    /// In the order of the words and of the bytes in them; they do not overlap.
    pub edits: Vec<WordEdit>,
}

/// Something wrong with how a container starts, where, and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The words to underline.
    pub blame: Blame,
    /// What happens, to begin a sentence with: "the shell starts `./start.sh` in the background and exits".
    pub why: String,
    /// The likely one first.
    pub fixes: Vec<WordFix>,
}

/// Whether a container stays in the foreground.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something runs in the foreground, for all that the words show.
    Foreground,
    /// Runs until it is stopped: `sleep infinity`, `tail -f`, an endless loop, a server told to stay. Wrong for an ordinary init
    /// container, right for any other.
    NeverEnds(Evidence),
    /// Only commands that end soon, and nothing left behind: `echo hello`.
    Ends,
    /// A shell sends its work to the background and ends.
    Exits(Evidence),
    /// A program leaves the foreground by itself.
    Daemonizes(Evidence, &'static Daemon),
    /// No shell reads the words, so `&` is an argument.
    BackgroundArgument(Evidence),
    /// podls cannot know: say nothing.
    Unknown,
}

/// What a container runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrypoint {
    /// Index of the program after its wrappers (`env`, `tini --`, `nohup`, `exec`); none where that is unknown.
    pub program: Option<usize>,
    /// Index of the shell script, where the program is a shell with `-c`.
    pub script: Option<usize>,
    /// There is no `command`: the image's entrypoint gets these words and may do anything with them.
    pub args_only: bool,
    /// Whether it stays.
    pub verdict: Verdict,
}

/// A word of so many bytes is no argument: Linux starts nothing with it (`MAX_ARG_STRLEN` of execve(2), with pages of 4 KiB).
const TOO_LONG: usize = 128 << 10;

/// Judges the command line of a container to which nobody types: `command`, then `args`, both decoded.
pub fn analyse(command: &[&str], args: &[&str]) -> Entrypoint {
    analyse_with(command, args, false)
}

/// The same; `has_input` says that somebody may type (`stdin`, `tty`).
pub fn analyse_with(command: &[&str], args: &[&str], has_input: bool) -> Entrypoint {
    if command.iter().chain(args).any(|word| word.len() >= TOO_LONG) {
        return Entrypoint { program: None, script: None, args_only: command.is_empty(), verdict: Verdict::Unknown };
    }
    let words = exec_words(command, args);
    let launch = argv::launch(&words);
    let args_only = command.is_empty();
    let script = launch.program.and_then(|program| script_of(&words, program));
    // The first word of bare `args` is a program only where it can be nothing else.
    let verdict = if args_only && script.is_none() {
        fix::background_argument(&words, &launch).map_or(Verdict::Unknown, Verdict::BackgroundArgument)
    } else {
        judge::judge(&words, &launch, has_input)
    };
    // Who reads a pipe of the script's own waits for its writer.
    let has_pipe = script.is_some_and(|at| words[at].text.contains("mkfifo "));
    let is_sure = !(has_pipe && matches!(verdict, Verdict::Exits(_) | Verdict::Ends));
    let verdict = if is_sure { verdict } else { Verdict::Unknown };
    Entrypoint { program: launch.program, script, args_only, verdict }
}

/// Which word is the program, wrappers taken off, and which one is the script that it runs, where it is a shell. Of bare `args` only a
/// script is known.
pub fn program_and_script(command: &[&str], args: &[&str]) -> (Option<usize>, Option<usize>) {
    if command.iter().chain(args).any(|word| word.len() >= TOO_LONG) {
        return (None, None);
    }
    let words = exec_words(command, args);
    let program = argv::launch(&words).program;
    let script = program.and_then(|program| script_of(&words, program));
    (program.filter(|_| !command.is_empty() || script.is_some()), script)
}

/// The words after a fix.
pub fn apply(words: &[&str], fix: &WordFix) -> Vec<String> {
    let mut out = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let mut text = String::new();
        let mut done = 0;
        let mut removed = false;
        let mut after: &[String] = &[];
        for edit in &fix.edits {
            match edit {
                WordEdit::Replace(at, new) if at.word == index => {
                    text.push_str(word.get(done..at.range.start).unwrap_or(""));
                    text.push_str(new);
                    done = at.range.end;
                }
                WordEdit::Remove(at) => removed |= *at == index,
                WordEdit::InsertAfter(at, words) if *at == index => after = words,
                _ => {}
            }
        }
        text.push_str(word.get(done..).unwrap_or(""));
        out.extend((!removed).then_some(text));
        out.extend(after.iter().cloned());
    }
    out
}

fn exec_words(command: &[&str], args: &[&str]) -> Vec<Arg> {
    let words = command.iter().chain(args).enumerate();
    let arg = |(word, text): (usize, &&str)| Arg {
        text: (*text).to_owned(),
        opaque: text.starts_with("$(") || text.starts_with("{{"),
        at: Blame { word, range: 0..text.len() },
    };
    words.map(arg).collect()
}

/// The index of the script that a shell at `program` runs; `su -c` counts.
fn script_of(words: &[Arg], program: usize) -> Option<usize> {
    let name = argv::base_name(&words[program].text);
    if argv::dialect(name, false).is_some() {
        return match argv::shell_call(words, program) {
            ShellCall::Script(at) => Some(at),
            _ => None,
        };
    }
    argv::user_script(words, program)
}

/// Whether an interpreter finds code in the next word: `-c`, `-e`, `-pe`, `--eval`.
fn is_code_option(text: &str) -> bool {
    let letters = text.strip_prefix('-').filter(|it| !it.starts_with('-'));
    text.starts_with("--eval") || text == "--print" || letters.is_some_and(|it| it.len() <= 5 && it.contains(['c', 'e', 'E', 'r', 'p']))
}

/// Whether another program, far away or of another language, reads these words: what looks like shell there is none of podls' business.
fn reads_code(words: &[Arg], launch: &Launch) -> bool {
    let Some(program) = launch.program else { return true };
    let name = argv::base_name(&words[program].text);
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if matches!(name, "python" | "pypy" | "node" | "nodejs" | "ruby" | "perl" | "php" | "lua" | "Rscript") {
        return words[program + 1..].iter().any(|it| is_code_option(&it.text));
    }
    matches!(
        name,
        "ssh"
            | "rsh"
            | "cmd"
            | "cmd.exe"
            | "powershell"
            | "powershell.exe"
            | "pwsh"
            | "pwsh.exe"
            | "expect"
            | "tclsh"
            | "parallel"
            | "xargs"
            | "watch"
            | "script"
            | "find"
            | "awk"
            | "gawk"
            | "mawk"
            | "sed"
            | "jq"
            | "yq"
            | "make"
            | "envsubst"
            | "test"
            | "["
            | "expr"
            | "grep"
            | "egrep"
            | "mysql"
            | "mariadb"
            | "psql"
            | "sqlite"
            | "mongo"
            | "mongosh"
            | "redis-cli"
            | "curl"
            | "wget"
            | "eval"
            | "concurrently"
            | "entr"
            | "docker"
            | "kubectl"
            | "nsenter"
            | "unshare"
            | "fish"
            | "R"
            | "scala"
            | "clickhouse-client"
    )
}

/// The index of the word that is a shell's script.
pub fn script(command: &[&str], args: &[&str]) -> Option<usize> {
    let words = exec_words(command, args);
    let program = argv::launch(&words).program?;
    script_of(&words, program)
}

/// The list to write for a command given as one string: its words where no shell is needed, else `sh -c` and the string; and in
/// the foreground: `nohup ./start.sh &` gives `./start.sh`. Empty for a string without words.
pub fn foreground_words(text: &str) -> Vec<String> {
    let words = split::plain_words(text).unwrap_or_else(|| vec!["sh".to_owned(), "-c".to_owned(), text.trim().to_owned()]);
    if text.trim().is_empty() {
        return Vec::new();
    }
    let borrowed: Vec<&str> = words.iter().map(String::as_str).collect();
    let fixes = match analyse(&borrowed, &[]).verdict {
        Verdict::Exits(evidence) | Verdict::Daemonizes(evidence, _) => evidence.fixes,
        _ => Vec::new(),
    };
    match fixes.iter().find(|it| it.preferred) {
        Some(fix) => apply(&borrowed, fix),
        None => words,
    }
}

/// The first line, not too long, to be shown in a message.
fn excerpt(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or("").trim_end();
    let cut = line.char_indices().nth(48).map_or(line.len(), |it| it.0);
    if cut == line.len() && line.len() == text.trim().len() { line.to_owned() } else { format!("{} …", line[..cut].trim_end()) }
}
