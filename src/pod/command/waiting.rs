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
