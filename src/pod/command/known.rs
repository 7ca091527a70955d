//! Commands that every image has, and servers that stay by themselves.

use super::Blame;
use super::argv::Arg;
use super::outcome::Fate;

/// From this many seconds on, a `sleep` is meant to hold the container.
const LONG_SLEEP: f64 = 3600.0;

/// The fate of commands that every image has, and of servers that stay by themselves.
pub(super) fn known_fate(name: &str, args: &[Arg], whole: Blame) -> Fate {
    let has = |flags: &[&str]| args.iter().any(|it| flags.contains(&it.text.as_str()));
    let short =
        |letters: [char; 2]| args.iter().any(|it| it.text.starts_with('-') && !it.text.starts_with("--") && it.text.contains(letters));
    match name {
        "sleep" => match sleep_seconds(args) {
            Some(seconds) if seconds.is_infinite() => Fate::Forever(whole),
            Some(seconds) if seconds < LONG_SLEEP => Fate::Ends,
            _ => Fate::Runs,
        },
        "tail" if args.iter().any(|it| it.text.starts_with("--pid")) => Fate::Runs,
        "tail" if short(['f', 'F']) || args.iter().any(|it| it.text.starts_with("--follow")) => Fate::Forever(whole),
        _ if name.starts_with("python") && args.len() > 1 && args[0].text == "-m" && args[1].text == "http.server" => Fate::Forever(whole),
        "pause" if args.is_empty() => Fate::Forever(whole),
        "httpd-foreground" | "apache2-foreground" if args.is_empty() => Fate::Forever(whole),
        "supervisord" if has(&["-n", "--nodaemon"]) => Fate::Forever(whole),
        "redis-server" | "mongod" | "postgres" | "etcd" | "rabbitmq-server"
            if args.iter().all(|it| !it.opaque && is_plain_option(&it.text)) =>
        {
            Fate::Forever(whole)
        }
        "true" | "false" | ":" | "echo" | "printf" | "disown" | "exit" | "return" | "date" | "cd" | "export" | "readonly" | "local"
        | "unset" | "set" | "shopt" | "umask" | "ulimit" | "alias" | "shift" | "test" | "[" | "mkdir" | "rmdir" | "touch" | "rm" | "cp"
        | "mv" | "ln" | "chmod" | "chown" | "chgrp" | "ls" | "pwd" | "id" | "whoami" | "hostname" | "uname" | "env" | "printenv"
        | "which" | "type" | "command" | "hash" | "basename" | "dirname" | "seq" | "mktemp" | "sync" | "jobs" | "ps" | "sysctl"
        | "pgrep" | "grep" | "declare" | "typeset" | "let" => Fate::Ends,
        _ => Fate::Runs,
    }
}

/// An option of a server that changes no more than how it serves.
fn is_plain_option(text: &str) -> bool {
    let harmless = [
        "--port",
        "--bind",
        "--dir",
        "--dbpath",
        "--appendonly",
        "--save",
        "--requirepass",
        "--data-dir",
        "--listen",
        "--bind_ip",
        "--replSet",
    ];
    !text.starts_with('-') || harmless.iter().any(|it| text.starts_with(it))
}

/// What `sleep` sums up to; none where it is filled in later or malformed.
pub(super) fn sleep_seconds(args: &[Arg]) -> Option<f64> {
    let one = |arg: &Arg| {
        let text = arg.text.as_str();
        if matches!(text, "infinity" | "inf" | "Infinity") {
            return Some(f64::INFINITY);
        }
        let (number, unit) = match text.strip_suffix(['s', 'm', 'h', 'd']) {
            Some(number) => (number, &text[number.len()..]),
            None => (text, "s"),
        };
        let factor = match unit {
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86400.0,
            _ => 1.0,
        };
        if !number.bytes().all(|b| b == b'.' || b.is_ascii_digit()) {
            return None;
        }
        number.parse::<f64>().ok().map(|it| it * factor)
    };
    if args.is_empty() {
        return None;
    }
    args.iter().map(one).sum()
}

/// Where a program of a known name is the known program: `/export` is not `export`, `/app/cron` the author's own.
pub(super) fn is_common_path(path: &str) -> bool {
    path == "/pause" || ["/usr/", "/bin/", "/sbin/", "/opt/", "/etc/"].iter().any(|it| path.starts_with(it))
}

/// Whether a word waits for a command in `$( )` or backticks that podls does not know to end soon.
pub(super) fn runs_unknown(text: &str) -> bool {
    let is_known = |rest: &str| {
        let name = rest.trim_start().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        let known = [
            "date", "hostname", "pwd", "whoami", "id", "uname", "nproc", "basename", "dirname", "cat", "seq", "ls", "echo", "printf",
            "grep",
        ];
        rest.starts_with('(') || known.contains(&name)
    };
    let backticks = text.split('`').skip(1).step_by(2);
    text.split("$(").skip(1).chain(backticks).any(|it| !is_known(it))
}
