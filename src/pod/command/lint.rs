//! Mistakes in the words themselves: shell where there is none, and a shell called wrongly.

use std::ops::Range;

use super::argv::{self, Arg, ShellCall, base_name};
use super::lex::{self, Kind};
use super::script::{Join, Shape};
use super::{Blame, Evidence, WordEdit, WordFix, exec_words, reads_code, split};

/// A variable in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Bytes of the name.
    pub name: Range<usize>,
    /// Bytes of the whole, `$(NAME)` or `${NAME}`.
    pub range: Range<usize>,
}

/// The `$(NAME)` that the kubelet fills in (`command`, `args`, `env[].value`, `subPathExpr`). `$$` stands for one `$`, and what is
/// between the brackets is the name, whatever it is; a name that no variable has stays as it is.
pub fn references(text: &str) -> Vec<Variable> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(dollar) = memchr::memchr(b'$', bytes.get(at..).unwrap_or(&[])).map(|it| at + it) {
        at = dollar + 2;
        if bytes.get(dollar + 1) == Some(&b'(') {
            let Some(length) = memchr::memchr(b')', &bytes[at..]) else { break };
            found.push(Variable { name: at..at + length, range: dollar..at + length + 1 });
            at += length + 1;
        } else if bytes.get(dollar + 1) != Some(&b'$') {
            at = dollar + 1;
        }
    }
    found
}

/// Whether the text is a shell name: letters, digits and `_`, no digit first.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
}

/// The words, where no shell and no other interpreter reads them; with the index of the program. Bare `args` go to the image's entrypoint,
/// which may be a shell.
fn exec_form(command: &[&str], args: &[&str]) -> Option<(Vec<Arg>, usize)> {
    if command.is_empty() {
        return None;
    }
    let words = exec_words(command, args);
    let launch = argv::launch(&words);
    let program = launch.program?;
    let is_script = super::script_of(&words, program).is_some();
    (!is_script && !reads_code(&words, &launch)).then_some((words, program))
}

/// Whether a word is a shell's operator or redirection and nothing else. A lone `&` is not among them.
pub(super) fn is_operator(word: &str) -> bool {
    if matches!(word, "&&" | "||" | "|" | ";" | "|&" | "&>" | "&>>" | "<<" | "<<<") {
        return true;
    }
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let target = rest.strip_prefix(">>").or_else(|| rest.strip_prefix('>')).or_else(|| rest.strip_prefix('<'));
    let named = |it: &str| matches!(it, "&1" | "&2" | "&-") || it.starts_with('/') && !it.contains(['>', '<', ' ']);
    word.len() - rest.len() <= 1 && target.is_some_and(|it| it.is_empty() || named(it))
}

/// Shell syntax where no shell reads it: `&&` or `2>&1` as a word, a whole line in the program's word, `$(date)`, `*.log`.
pub fn shell_syntax(command: &[&str], args: &[&str]) -> Vec<Evidence> {
    let Some((words, program)) = exec_form(command, args) else { return lists_for_clients(command, args) };
    let mut found: Vec<_> = one_line(&words, program).into_iter().collect();
    let name = base_name(&words[program].text);
    let takes_files = matches!(name, "cat" | "ls" | "rm" | "cp" | "mv" | "tail" | "head" | "chmod" | "chown" | "wc" | "du" | "gzip");
    for arg in &words[program + 1..] {
        let text = arg.text.as_str();
        let glob = takes_files && text.contains(['*', '?']) && !text.starts_with('-');
        let (range, what) = if is_operator(text) {
            (0..text.len(), "is a plain argument")
        } else if let Some(range) = substitution(text) {
            (range, "is passed literally")
        } else if glob {
            (0..text.len(), "is treated as a literal file name")
        } else {
            continue;
        };
        let why =
            format!("this command is not run by a shell, so `{}` {what}; run it with `sh -c`", super::judge::short(&text[range.clone()]));
        let fixes = wrap(&words, program);
        found.push(Evidence { blame: Blame { word: arg.at.word, range }, why, fixes });
    }
    found
}

/// Programs of which everybody knows that `&&` and `||` are no arguments of theirs, though they read much else.
const CLIENTS: [&str; 12] =
    ["curl", "wget", "python", "node", "java", "psql", "mysql", "mysqladmin", "redis-cli", "kubectl", "grep", "envsubst"];

/// `&&` and `||` among the words of such a program.
fn lists_for_clients(command: &[&str], args: &[&str]) -> Vec<Evidence> {
    let words = exec_words(command, args);
    let Some(program) = argv::launch(&words).program.filter(|_| !command.is_empty()) else { return Vec::new() };
    let name = base_name(&words[program].text).trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !CLIENTS.contains(&name) {
        return Vec::new();
    }
    let joins = words[program + 1..].iter().filter(|arg| matches!(arg.text.as_str(), "&&" | "||"));
    let evidence = |arg: &Arg| Evidence {
        blame: arg.at.clone(),
        why: format!("no shell reads these words, so `{}` is an argument here: give them to `sh -c`", arg.text),
        fixes: wrap(&words, program),
    };
    joins.map(evidence).collect()
}

/// A command in `$( )` or backticks; `$(NAME)` is the kubelet's and none.
fn substitution(text: &str) -> Option<Range<usize>> {
    let command = |it: &Variable| {
        let inner = &text[it.name.clone()];
        inner.contains(' ') && inner.starts_with(|c: char| c.is_ascii_lowercase() || c == '/')
    };
    let dollar = references(text).into_iter().find(command).map(|it| it.range);
    dollar.or_else(|| {
        let start = text.find('`').filter(|it| *it == 0 || text[..*it].ends_with('='))?;
        let end = start + 1 + text[start + 1..].find('`')?;
        (end > start + 1).then_some(start..end + 1)
    })
}

/// All words given to a shell.
fn wrap(words: &[Arg], program: usize) -> Vec<WordFix> {
    // A shell called with a file keeps its own words, and what is quoted twice is left to the author.
    let is_shell = argv::dialect(base_name(&words[program].text), false).is_some();
    if is_shell || words.iter().any(|it| it.opaque || has_variable(&it.text) && it.text.contains(['"', '`', '\\'])) {
        return Vec::new();
    }
    let quote = |arg: &Arg| match &arg.text {
        text if has_variable(text) => format!("\"{text}\""),
        text if is_operator(text) || substitution(text).is_some() || text.contains(['*', '?']) => text.clone(),
        text => split::quote(text),
    };
    let script: Vec<_> = words.iter().map(quote).collect();
    let exec = if program == 0 && !words.iter().any(|it| matches!(it.text.as_str(), "&&" | "||" | "|" | ";")) { "exec " } else { "" };
    let script = format!("{exec}{}", script.join(" "));
    let first = WordEdit::Replace(words[0].at.clone(), "sh".to_owned());
    let edits = [first, WordEdit::InsertAfter(0, vec!["-c".to_owned(), script])].into_iter().chain((1..words.len()).map(WordEdit::Remove));
    vec![WordFix { title: "Run it with `sh -c`".to_owned(), preferred: false, edits: edits.collect() }]
}

/// A whole command line in the word of the program: `["nginx -g daemon off;"]`.
fn one_line(words: &[Arg], program: usize) -> Option<Evidence> {
    let arg = &words[program];
    let text = arg.text.trim();
    let first = text.split_whitespace().next()?;
    let plain = first.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b)) && !first.ends_with(".exe");
    // `&` at the end is reported as such.
    if first.len() == text.len() || !plain || text.ends_with('&') || text.contains("{{") {
        return None;
    }
    // A path may have spaces in it.
    if first.contains('/') && !text.split_whitespace().any(|word| word.starts_with('-') || is_operator(word)) {
        return None;
    }
    let mut new = split::foreground_words(text).into_iter();
    let edits = vec![WordEdit::Replace(arg.at.clone(), new.next()?), WordEdit::InsertAfter(program, new.collect())];
    let fix = WordFix { title: "Split into arguments".to_owned(), preferred: words.len() == program + 1, edits };
    let why = format!("the whole string is treated as the program name, not only `{first}`; split it into separate arguments");
    Some(Evidence { blame: arg.at.clone(), why, fixes: vec![fix] })
}

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

fn has_variable(text: &str) -> bool {
    !shell_variables(text).is_empty()
}

/// `$VAR` and `${VAR}` in a word, in capitals; `$$` stands for one `$`.
fn shell_variables(text: &str) -> Vec<Variable> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'$', bytes.get(at..).unwrap_or(&[])).map(|it| at + it) {
        let braces = bytes.get(start + 1) == Some(&b'{');
        let name = start + 1 + usize::from(braces);
        let length = bytes[name..].iter().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_').count();
        let end = name + length + usize::from(braces);
        let closed = if braces { bytes.get(end - 1) == Some(&b'}') } else { !bytes.get(end).is_some_and(u8::is_ascii_lowercase) };
        if length > 1 && closed && !bytes[name].is_ascii_digit() {
            found.push(Variable { name: name..name + length, range: start..end });
        }
        let escaped = bytes.get(start + 1) == Some(&b'$');
        at = name + length + usize::from(escaped);
    }
    found
}

/// A shell called wrongly: a script without `-c`, or words after the script that it does not use.
pub fn shell_call_mistake(command: &[&str], args: &[&str]) -> Option<Evidence> {
    let words = exec_words(command, args);
    let launch = argv::launch(&words);
    let program = launch.program?;
    argv::dialect(base_name(&words[program].text), launch.busybox)?;
    match argv::shell_call(&words, program) {
        ShellCall::File(at) => {
            let arg = &words[at];
            let text = arg.text.trim();
            let line = text.contains(char::is_whitespace) && !text.starts_with("/") || text.contains("&&") || text.contains("; ");
            if !line || arg.opaque || text.contains("{{") {
                return None;
            }
            let why = format!("without `-c`, the shell treats `{}` as a script file; add `-c`", super::judge::short(text));
            let edits = vec![WordEdit::InsertAfter(at - 1, vec!["-c".to_owned()])];
            let fix = WordFix { title: "Add `-c`".to_owned(), preferred: true, edits };
            Some(Evidence { blame: arg.at.clone(), why, fixes: vec![fix] })
        }
        ShellCall::Script(at) => unused_words(&words, program, at),
        _ => None,
    }
}

fn unused_words(words: &[Arg], program: usize, script: usize) -> Option<Evidence> {
    let text = words[script].text.as_str();
    let first = words.get(script + 1)?;
    let uses = |(at, _): (usize, &str)| {
        let next = text[at + 1..].trim_start_matches(['{', '$', '#', '!']);
        next.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '@' | '*')) || text[at + 1..].starts_with('#')
    };
    let inner = |name: &str| text.contains(name);
    // A single word more is often `$0`, the name for messages.
    let names_itself = words.len() == script + 2
        && (matches!(first.text.as_str(), "--" | "-" | "_" | "sh" | "bash" | "ash" | "dash") || first.text == words[program].text);
    let used = text.match_indices('$').any(uses) || inner("shift") || inner("getopts") || inner("for ");
    if used || names_itself || words[script].opaque || first.opaque || text.contains("{{") {
        return None;
    }
    let simple = !text.contains([';', '&', '|', '\n', '(', '#']);
    let rest = &words[script + 1..];
    let joined: Vec<_> = rest.iter().map(|it| split::quote(&it.text)).collect();
    let end = words[script].text.trim_end().len();
    let blame = Blame { word: words[script].at.word, range: end..words[script].text.len() };
    let insert = WordEdit::Replace(blame, format!(" {}", joined.join(" ")));
    let edits = std::iter::once(insert).chain(rest.iter().map(|it| WordEdit::Remove(it.at.word))).collect();
    let fix = WordFix { title: "Join into one script".to_owned(), preferred: simple, edits };
    let why = format!(
        "only `{}` is the script, and the arguments after it become `$0`, `$1`, …, which it does not use; put the whole command into one string",
        super::judge::short(text)
    );
    Some(Evidence { blame: first.at.clone(), why, fixes: if simple { vec![fix] } else { Vec::new() } })
}

/// More patterns in one script are not reported: each finding looks through the text again, and each fix may write all of it.
const MOST_PATTERNS: usize = 50;

/// Patterns that `tail -f` follows in a script: the shell expands them once, at the start.
pub fn tail_patterns(command: &[&str], args: &[&str]) -> Vec<Evidence> {
    let words = exec_words(command, args);
    let launch = argv::launch(&words);
    let Some(script) = launch.program.and_then(|it| super::script_of(&words, it)) else { return Vec::new() };
    let text = words[script].text.as_str();
    let tokens = lex::tokens(text, true);
    if tokens.unclosed {
        return Vec::new();
    }
    let mut found = Vec::new();
    for line in tokens.list.split(|it| !matches!(it.kind, Kind::Word | Kind::Redirect)) {
        let word = |range: &Range<usize>| &text[range.clone()];
        let line: Vec<_> = line.iter().filter(|it| it.kind == Kind::Word).map(|it| it.range.clone()).collect();
        let Some(tail) = line.iter().position(|it| base_name(word(it)) == "tail") else { continue };
        if !line[..tail].iter().all(|it| matches!(word(it), "exec" | "do" | "then" | "else" | "nohup" | "{")) {
            continue;
        }
        let is_follow = |it: &&Range<usize>| {
            let text = word(it);
            text.starts_with('-') && !text.starts_with("--") && text.contains(['f', 'F']) || text.starts_with("--follow")
        };
        let Some(follow) = line[tail..].iter().find(is_follow) else { continue };
        for pattern in &line[tail + 1..] {
            let decoded = lex::decode(word(pattern));
            if !decoded.glob || decoded.dynamic || decoded.text.starts_with('-') {
                continue;
            }
            let at = |range: Range<usize>| Blame { word: words[script].at.word, range };
            let start = line[0].start;
            let flag = word(follow);
            let short = !flag.starts_with("--");
            let renamed = if short { flag.replacen('f', "F", 1) } else { "--follow=name --retry".to_owned() };
            let retry = WordEdit::Replace(at(follow.clone()), renamed.clone());
            let pattern_text = word(pattern);
            let wait = WordEdit::Replace(at(start..start), format!("until ls {pattern_text} >/dev/null 2>&1; do sleep 1; done; "));
            let mut fixes = vec![WordFix {
                title: "Wait until files exist, then follow them by name".to_owned(),
                preferred: false,
                edits: [wait].into_iter().chain((flag != renamed).then_some(retry.clone())).collect(),
            }];
            if flag != renamed {
                fixes.push(WordFix { title: format!("Follow by name: `tail {renamed}`"), preferred: false, edits: vec![retry] });
            }
            let retries = flag == renamed || line[tail..].iter().any(|it| word(it) == "--retry");
            let ends = if retries { "" } else { ", and `tail` exits if none match" };
            let why = format!("the shell expands `{pattern_text}` only once, at startup, so files created later are not followed{ends}");
            found.push(Evidence { blame: at(pattern.clone()), why, fixes });
            if found.len() == MOST_PATTERNS {
                return found;
            }
        }
    }
    found
}

/// How many seconds a command sleeps at least, and the sleep that makes it so many: `sleep 60`, or such commands one after the other in a
/// script, without a condition.
pub fn sleeps(command: &[&str], args: &[&str]) -> Option<(Evidence, f64)> {
    let words = exec_words(command, args);
    let launch = argv::launch(&words);
    let program = launch.program?;
    let evidence = |blame| Evidence { blame, why: String::new(), fixes: Vec::new() };
    let Some(script) = super::script_of(&words, program) else {
        let is_sleep = base_name(&words[program].text) == "sleep";
        let seconds = super::known::sleep_seconds(&words[program + 1..]).filter(|_| is_sleep && !launch.timeout)?;
        return Some((evidence(words[program].at.clone()), seconds));
    };
    let text = words[script].text.as_str();
    let list = super::parse::parse(text, &lex::tokens(text, true)).ok()?;
    let mut sum = 0.0;
    let mut longest: Option<(Range<usize>, f64)> = None;
    for item in list.iter().filter(|it| it.background.is_none()) {
        // What follows `&&` runs only if all before it succeeds, which it is meant to.
        let sure = item.chain.iter().take_while(|it| matches!(it.join, Join::First | Join::And));
        for it in sure {
            let Shape::Simple { words: inner, .. } = &it.shape else { continue };
            let Some((first, rest)) = inner.split_first().filter(|(first, _)| base_name(&first.decoded.text) == "sleep") else {
                if inner.first().is_some_and(|it| matches!(it.decoded.text.as_str(), "exit" | "exec")) {
                    break;
                }
                continue;
            };
            let arg = |it: &super::script::Word| Arg {
                text: it.decoded.text.clone(),
                opaque: it.decoded.opaque,
                at: Blame { word: script, range: it.range.clone() },
            };
            let rest: Vec<Arg> = rest.iter().map(arg).collect();
            let Some(seconds) = super::known::sleep_seconds(&rest) else { continue };
            sum += seconds;
            if longest.as_ref().is_none_or(|(_, most)| seconds > *most) {
                let end = rest.last().map_or(first.range.end, |it| it.at.range.end);
                longest = Some((first.range.start..end, seconds));
            }
        }
    }
    longest.map(|(range, _)| (evidence(Blame { word: script, range }), sum))
}

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

/// What the Pod calls itself.
const LOOPBACK: [&str; 2] = ["localhost", "127.0.0.1"];

/// Whether a word is the address of the Pod itself.
pub fn is_loopback(word: &str) -> bool {
    LOOPBACK.contains(&word)
}

/// The first port of the Pod itself that a text names, as `localhost:80` or `localhost 80`, and where.
pub fn local_port(text: &str) -> Option<(Range<usize>, i64)> {
    LOOPBACK.iter().find_map(|host| {
        let start = text.find(host)?;
        let rest = &text[start + host.len()..];
        let digits = rest.strip_prefix([':', ' ', '/'])?;
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let end = start + host.len() + 1 + length;
        Some((start..end, text[end - length..end].parse().ok()?))
    })
}

/// Whether a command asks a server, and goes on only when that answers: it starts none itself, and does not expect a failure.
pub fn waits(text: &str) -> bool {
    let asks = [
        "nc",
        "curl",
        "wget",
        "wait-for",
        "pg_isready",
        "mysqladmin",
        "redis-cli",
        "grpc_health_probe",
        "dockerize",
        "/dev/tcp/",
        "telnet",
        "wait4x",
    ];
    let starts = text.replace("&&", "").replace(">&", "").replace("&>", "").contains('&');
    // A loop that counts gives up.
    let gives_up = ["||", "for ", "timeout", "seq ", "exit 0", "-lt", "-gt", "-le", "-ge", "break"].iter().any(|it| text.contains(it));
    let is_asked = |name: &str| text.match_indices(name).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric()));
    !starts && !gives_up && asks.iter().any(|it| is_asked(it))
}

/// The index of the word that is a shell's script.
pub fn script(command: &[&str], args: &[&str]) -> Option<usize> {
    let words = exec_words(command, args);
    let program = argv::launch(&words).program?;
    super::script_of(&words, program)
}

/// Why no shell can read a script. Silent where podls may misread it itself.
pub fn script_error(command: &[&str], args: &[&str]) -> Option<Evidence> {
    let at = script(command, args)?;
    let text = command.iter().chain(args).nth(at)?;
    // The ends of these depend on more than tokens.
    if ["<<", "$'", "{{", "$$"].iter().any(|it| text.contains(it)) {
        return None;
    }
    let found = |range: Range<usize>, why: String| {
        let why = format!("{why}, so the shell ends with a syntax error");
        Some(Evidence { blame: Blame { word: at, range }, why, fixes: Vec::new() })
    };
    let tokens = lex::tokens(text, true);
    if tokens.unclosed {
        let is_plain = !text.contains(['(', '`']) && !text.contains("${") && !text.contains("case ");
        let quote = text.rfind(['"', '\'']).filter(|_| is_plain)?;
        return found(quote..quote + 1, "a quote is not closed".to_owned());
    }
    let mut open = Vec::new();
    let mut before: Option<&lex::Token> = None;
    for token in &tokens.list {
        let word = &text[token.range.clone()];
        let joins = |kind| matches!(kind, Kind::And | Kind::Or | Kind::Pipe);
        let ends = |kind| joins(kind) || matches!(kind, Kind::Semicolon | Kind::Background);
        let first = before.is_none_or(|it| !matches!(it.kind, Kind::Word | Kind::Redirect));
        let after_keyword = before.is_some_and(|it| {
            it.kind == Kind::Word
                && matches!(&text[it.range.clone()], "then" | "do" | "else" | "!" | "{" | "if" | "while" | "until" | "elif")
        });
        let clashes = match before {
            None => joins(token.kind),
            Some(it) => {
                joins(it.kind) && ends(token.kind) || it.kind == Kind::Background && (joins(token.kind) || token.kind == Kind::Semicolon)
            }
        };
        if clashes {
            return found(token.range.clone(), format!("nothing is before `{word}`"));
        }
        if token.kind == Kind::Word && (first || after_keyword) {
            match word {
                "if" | "case" | "while" | "until" | "for" => open.push((token, word)),
                "fi" | "esac" | "done" => {
                    let begins = |it: &str| matches!((it, word), ("if", "fi") | ("case", "esac") | ("while" | "until" | "for", "done"));
                    match open.pop() {
                        Some((_, last)) if begins(last) => {}
                        _ if text.contains("case") => return None,
                        _ => return found(token.range.clone(), format!("nothing begins what `{word}` ends")),
                    }
                }
                _ => {}
            }
        }
        before = Some(token);
    }
    if let Some(last) = tokens.list.last().filter(|it| matches!(it.kind, Kind::And | Kind::Or | Kind::Pipe)) {
        return found(last.range.clone(), format!("nothing follows `{}`", &text[last.range.clone()]));
    }
    let (token, word) = open.pop().filter(|_| super::parse::parse(text, &tokens).is_err())?;
    let end = match word {
        "if" => "fi",
        "case" => "esac",
        _ => "done",
    };
    found(token.range.clone(), format!("`{word}` has no `{end}`"))
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
    let shown = super::judge::short(text.get(range.clone())?);
    // Whoever looks after it by itself knows.
    if text.contains("trap ") || text.contains("kill ") {
        return None;
    }
    let why = format!(
        "nobody notices when `{shown}` ends, for the container lives as long as `{}`: run it in the foreground with `exec`",
        super::judge::short(holder)
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
    let shown = super::judge::short(&text[last.range.clone()]);
    let shell = &words[program].text;
    let why =
        format!("`{shell}` waits for `{shown}` and does not pass SIGTERM on, so it is killed after the grace period: start it with `exec`");
    let blame = Blame { word: at, range: last.range.clone() };
    let insert = WordEdit::Replace(Blame { word: at, range: first.range.start..first.range.start }, "exec ".to_owned());
    let fix = WordFix { title: "Start it with `exec`".to_owned(), preferred: true, edits: vec![insert] };
    Some(Evidence { blame, why, fixes: if assignments.is_empty() { vec![fix] } else { Vec::new() } })
}
