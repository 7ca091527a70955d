//! How long a command waits, and for whom.

use std::ops::Range;

use super::argv::{self, Arg, base_name};
use super::lex;
use super::script::{Join, Shape};
use super::{Blame, Evidence, exec_words};

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

/// Programs that ask a server for an answer.
const ASKING: [&str; 12] = [
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
/// Programs that ask for the addresses of a name only.
const RESOLVING: [&str; 4] = ["nslookup", "getent", "dig", "host"];

/// Whether a command asks a server, and goes on only when that answers: it starts none itself, and does not expect a failure.
pub fn waits(text: &str) -> bool {
    waits_by(text, &ASKING)
}

fn waits_by(text: &str, programs: &[&str]) -> bool {
    let starts = text.replace("&&", "").replace(">&", "").replace("&>", "").contains('&');
    // A loop that counts gives up.
    let gives_up = ["||", "for ", "timeout", "seq ", "exit 0", "-lt", "-gt", "-le", "-ge", "break"];
    let gives_up = gives_up.iter().any(|it| text.replace("wait-for ", "").contains(it));
    !starts && !gives_up && programs.iter().any(|it| names(text, it))
}

/// Whether a program is named in a text.
fn names(text: &str, program: &str) -> bool {
    text.match_indices(program).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric()))
}

/// A host that a command waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// Where it is named.
    pub range: Range<usize>,
    /// Its first label: the name of a Service.
    pub name: String,
    /// The second one, where it is a namespace.
    pub namespace: Option<String>,
    /// An answer is waited for, not only the addresses of the name.
    pub answers: bool,
}

/// The hosts that a command asks again and again until all is well, without a way out.
pub fn awaited(text: &str) -> Vec<Awaited> {
    // What depends on something may not wait.
    let chooses = ["if ", "case ", "HOSTNAME", "hostname", "exit "].iter().any(|it| text.contains(it));
    if chooses || !waits_by(text, &ASKING) && !waits_by(text, &RESOLVING) {
        return vec![];
    }
    let mut found = vec![];
    let mut start = 0;
    while let Some(part) = next_wait(text, start) {
        start = part.end;
        hosts(text, part, &mut found);
    }
    found
}

/// The next command that is asked until it succeeds.
fn next_wait(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    let words = ["until ", "while !", "wait-for", "dockerize", "wait4x"].iter();
    let from = start + words.filter_map(|word| Some(rest.find(word)? + word.len())).min()?;
    let end = text[from..].find([';', '\n', '|', '&']).map_or(text.len(), |length| from + length);
    Some(from..end)
}

/// Words of options after which a host may come.
const BEFORE_HOST: [&str; 14] = ["-h", "--host", "-z", "-zv", "-vz", "-v", "-s", "-f", "-sf", "-fs", "-q", "-k", "-qO-", "-wait"];

fn hosts(text: &str, part: Range<usize>, found: &mut Vec<Awaited>) {
    let command = &text[part.clone()];
    let by_option = ["pg_isready", "mysqladmin", "redis-cli"].iter().any(|it| names(command, it));
    let is_wait = !text[..part.start].ends_with(' ') && !text[..part.start].ends_with('!');
    let answers = is_wait || ASKING.iter().any(|it| names(command, it));
    if !answers && !RESOLVING.iter().any(|it| names(command, it)) {
        return;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let mut start = 0;
    while let Some(length) = command[start..].find(is_part) {
        let from = start + length;
        let end = command[from..].find(|c| !is_part(c)).map_or(command.len(), |length| from + length);
        let (before, after) = (&command[..from], &command[end..]);
        start = end;
        let in_address = before.ends_with("://") || before.ends_with("/dev/tcp/") || before.ends_with('@');
        let last = before.split_whitespace().last().unwrap_or_default();
        let is_host = match last.starts_with('-') {
            true => BEFORE_HOST.contains(&last),
            false => !by_option && (is_wait || !last.is_empty()),
        };
        let begins = in_address || is_host && before.ends_with([' ', '\'', '"']);
        let ends = after.is_empty() || after.starts_with([' ', ':', '/', '\'', '"', ')', '>']) && !after.starts_with("://");
        let mut labels = command[from..end].trim_end_matches('.').split('.');
        let (name, namespace, rest) = (labels.next().unwrap_or_default(), labels.next(), labels.collect::<Vec<_>>());
        let is_service = matches!(rest[..], [] | ["svc"] | ["svc", "cluster", ..]);
        if begins && ends && is_service && name.starts_with(|c: char| c.is_ascii_lowercase()) {
            let range = part.start + from..part.start + end;
            found.push(Awaited { range, name: name.to_owned(), namespace: namespace.map(str::to_owned), answers });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_are_waited_for() {
        for (text, expected) in [
            ("until nc -z web 80; do sleep 1; done", "web!"),
            ("until wget -qO- http://web.prod:80/; do sleep 1; done", "web.prod!"),
            ("until nslookup web.prod.svc.cluster.local; do sleep 1; done", "web.prod"),
            ("while ! pg_isready -h db -U web; do sleep 1; done", "db!"),
            ("wait-for web:80 -- ./run", "web!"),
            ("until nc -z db 80 | grep web; do sleep 1; done", "db!"),
            ("until nc -z db 5432; do echo web is next; sleep 1; done", "db!"),
            ("nc -z web 80", ""),
            ("nc -z web 80 || true", ""),
            ("for i in 1 2 3; do nc -z web 80; sleep 1; done", ""),
            ("if [ $HOSTNAME = web-0 ]; then exit 0; fi; until nc -z web 80; do sleep 1; done", ""),
            ("until nc -z 10.0.0.1 80; do sleep 1; done", ""),
            ("until nc -z web.example.com 80; do sleep 1; done", ""),
            ("until test -f /ready; do sleep 1; done", ""),
        ] {
            let shown = |it: Awaited| {
                let namespace = it.namespace.map_or(String::new(), |it| format!(".{it}"));
                assert!(text[it.range.clone()].starts_with(&it.name), "{text}");
                format!("{}{namespace}{}", it.name, if it.answers { "!" } else { "" })
            };
            assert_eq!(awaited(text).into_iter().map(shown).collect::<Vec<_>>().join(" "), expected, "{text}");
        }
    }
}
