//! Commands that every image has, and servers that stay by themselves.

use super::Blame;
use super::argv::Arg;
use super::outcome::Fate;

/// From this many seconds on, a `sleep` is meant to hold the container.
const LONG_SLEEP: f64 = 3600.0;
/// Who sleeps for more seconds than this means forever.
const WEEK: f64 = 7.0 * 86400.0;

/// Commands that do their work and end, whatever their words.
#[rustfmt::skip]
const ENDS: &[&str] = &[
    "true", "false", ":", "echo", "printf", "disown", "exit", "return", "date", "cd", "export", "readonly", "local", "unset", "set",
    "shopt", "umask", "ulimit", "alias", "shift", "test", "[", "mkdir", "rmdir", "touch", "rm", "cp", "mv", "ln", "chmod", "chown",
    "chgrp", "ls", "pwd", "id", "whoami", "hostname", "uname", "env", "printenv", "which", "type", "command", "hash", "basename",
    "dirname", "seq", "mktemp", "sync", "jobs", "ps", "sysctl", "pgrep", "declare", "typeset", "let", "kill", "pkill", "killall",
    "df", "du", "free", "nslookup", "dig", "getent", "curl", "wget", "tar", "unzip", "gzip", "gunzip", "stat", "readlink",
    "realpath", "md5sum", "sha256sum", "find", "expr", "nproc", "pg_dump", "pg_dumpall", "pg_restore", "pg_isready", "mysqldump",
    "mysqladmin", "update-ca-certificates", "ldconfig", "ssh-keygen", "crontab", "apt-get", "apt", "apk", "yum", "dnf", "dpkg",
    "uptime", "getconf", "locale", "useradd", "adduser", "addgroup", "groupadd", "usermod", "chpasswd", "popd", "pushd", "createdb",
    "mapfile", "readarray", "createuser", "dropdb",
];

/// Commands that end with one of these as their first word.
const ENDS_WITH: &[(&str, &[&str])] = &[
    ("kubectl", &["apply", "create", "get", "delete", "patch", "label", "annotate", "version", "describe", "scale", "set", "cp", "config"]),
    ("git", &["clone", "pull", "fetch", "checkout", "config", "init", "status", "log", "--version"]),
    ("npm", &["install", "ci", "i", "--version", "-v"]),
    ("yarn", &["install", "--version"]),
    ("pip", &["install", "--version", "list", "freeze"]),
    ("pip3", &["install", "--version", "list", "freeze"]),
    ("redis-cli", &["ping", "get", "set", "flushall", "info"]),
    ("service", &["--status-all"]),
    ("pg_ctl", &["stop", "status", "reload"]),
];

/// Words with which any program only says something about itself. nginx, httpd and sshd test their settings with `-t`.
const SHOWS: &[&str] = &["--version", "-version", "--help"];
const SHOWS_SHORT: &[(&str, &[&str])] = &[
    ("nginx", &["-v", "-V", "-t", "-T", "-h"]),
    ("httpd", &["-v", "-V", "-t"]),
    ("apachectl", &["-v", "-t", "configtest"]),
    ("node", &["-v"]),
    ("python", &["-V"]),
    ("python3", &["-V"]),
    ("php", &["-v", "-m", "-i"]),
    ("php-fpm", &["-t", "-v", "-m", "-i"]),
    ("ruby", &["-v"]),
    ("perl", &["-v"]),
    ("haproxy", &["-c", "-v", "-vv"]),
    ("sshd", &["-t", "-T"]),
    ("redis-server", &["-v"]),
    ("go", &["version"]),
];

/// With these words a MySQL or MariaDB server does its work and ends, or leaves.
const MYSQL_ENDS: &[&str] =
    &["--initialize", "--initialize-insecure", "--bootstrap", "--validate-config", "--daemonize", "-D", "-V", "-?", "--install-server"];

/// Servers that stay, but with one of these words.
const SERVERS: &[(&str, &[&str])] = &[
    ("redis-server", &["--daemonize", "--check-system", "--test-memory", "-v", "-h"]),
    ("redis-sentinel", &["--daemonize"]),
    ("mongod", &["--fork", "--shutdown", "--repair", "--install"]),
    ("mysqld", MYSQL_ENDS),
    ("mariadbd", MYSQL_ENDS),
    ("postgres", &["--single", "--boot", "--check", "-C", "-V", "--describe-config"]),
    ("etcd", &[]),
    ("memcached", &["-d", "-h", "-i", "-V"]),
    ("rabbitmq-server", &["-detached"]),
    ("haproxy", &["-D", "-c", "-v", "-vv"]),
    ("envoy", &["--mode"]),
    ("traefik", &["version", "healthcheck"]),
    ("prometheus", &[]),
    ("alertmanager", &[]),
    ("node_exporter", &[]),
    ("fluent-bit", &["--dry-run", "-h", "-V"]),
    ("gunicorn", &["--check-config", "--daemon", "-D", "--print-config"]),
    ("uvicorn", &[]),
    ("hypercorn", &["-d", "--daemon"]),
    ("daphne", &[]),
    ("http-server", &[]),
    ("nats-server", &["-v", "-t", "--signal"]),
    ("cloud-sql-proxy", &["--quitquitquit", "--exit-zero-on-sigterm", "--run-connection-test", "--max-sigterm-delay"]),
    ("cloud_sql_proxy", &["-quitquitquit", "-term_timeout"]),
    ("dockerd", &["--validate"]),
    ("containerd", &["config", "--version"]),
    ("coredns", &["-version", "-plugins"]),
    ("httpd-foreground", &[]),
    ("apache2-foreground", &[]),
    ("nginx-debug", &["-t", "-v", "-s"]),
    ("zookeeper-server-start.sh", &["-daemon"]),
    ("kafka-server-start.sh", &["-daemon"]),
];

/// Servers that stay with these words first.
const SERVES_WITH: &[(&str, &[&str])] = &[
    ("kubectl", &["proxy"]),
    ("caddy", &["run", "file-server", "reverse-proxy"]),
    ("catalina.sh", &["run"]),
    ("zkServer.sh", &["start-foreground"]),
    ("minio", &["server"]),
    ("pm2", &["logs", "monit"]),
    ("php", &["-S"]),
];

/// The fate of commands that every image has, and of servers that stay by themselves. `has_input` says that somebody may type.
pub(super) fn known_fate(name: &str, args: &[Arg], whole: Blame, has_input: bool) -> Fate {
    let first = args.first().map_or("", |it| it.text.as_str());
    let has = |flags: &[&str]| {
        args.iter().any(|it| flags.iter().any(|flag| it.text == *flag || it.text.strip_prefix(flag).is_some_and(|it| it.starts_with('='))))
    };
    let short =
        |letters: &[char]| args.iter().any(|it| it.text.starts_with('-') && !it.text.starts_with("--") && it.text.contains(letters));
    let row = |table: &[(&str, &'static [&'static str])]| table.iter().find(|row| row.0 == name).map(|row| row.1);
    // What is typed ends where nobody types.
    let reads = || if has_input { Fate::Runs } else { Fate::Ends };
    // That of busybox; `-f FILE` is Apache's.
    if name == "httpd"
        && args.iter().enumerate().any(|(at, it)| it.text == "-f" && args.get(at + 1).is_none_or(|next| next.text.starts_with('-')))
    {
        return Fate::Forever(whole);
    }
    if args.len() == 1 && has(SHOWS) || row(SHOWS_SHORT).is_some_and(&has) {
        return Fate::Ends;
    }
    if args.iter().any(|it| SHOWS.contains(&it.text.as_str())) {
        return Fate::Runs;
    }
    if let Some(words) = row(SERVERS).filter(|words| !has(words) && args.iter().all(|it| !it.opaque)) {
        let is_harmless = words.is_empty() || !matches!(first, "help" | "version" | "check" | "config");
        return if is_harmless { Fate::Forever(whole) } else { Fate::Runs };
    }
    if row(SERVES_WITH).is_some_and(|words| words.contains(&first)) {
        return Fate::Forever(whole);
    }
    match name {
        "sleep" => match sleep_seconds(args) {
            Some(seconds) if seconds > WEEK => Fate::Forever(whole),
            Some(seconds) if seconds < LONG_SLEEP => Fate::Ends,
            _ => Fate::Runs,
        },
        "tail" if args.iter().any(|it| it.text.starts_with("--pid")) => Fate::Runs,
        "tail" if short(&['f', 'F']) || args.iter().any(|it| it.text.starts_with("--follow")) => Fate::Forever(whole),
        "journalctl" if short(&['f']) || has(&["--follow"]) => Fate::Forever(whole),
        "inotifywait" if short(&['m']) || has(&["--monitor"]) => Fate::Forever(whole),
        "nc" | "ncat" | "netcat" if short(&['l']) && short(&['k']) => Fate::Forever(whole),
        "watch" | "yes" => Fate::Forever(whole),
        "top" if short(&['b']) && !short(&['n']) => Fate::Forever(whole),
        "ping" if !short(&['c', 'w', 'W']) && !args.is_empty() => Fate::Forever(whole),
        _ if name.starts_with("python") && args.len() > 1 && first == "-m" && args[1].text == "http.server" => Fate::Forever(whole),
        "pause" if args.is_empty() => Fate::Forever(whole),
        "supervisord" if has(&["-n", "--nodaemon"]) => Fate::Forever(whole),
        "kubectl" if short(&['w']) || has(&["--watch", "--watch-only"]) => Fate::Runs,
        "curl" if has(&["-N", "--no-buffer"]) => Fate::Runs,
        "bash" | "sh" | "ash" | "dash" | "zsh"
            if args.iter().all(|it| matches!(it.text.as_str(), "-l" | "-i" | "--login" | "-li" | "-il")) =>
        {
            reads()
        }
        "python" | "python3" | "node" | "irb" | "php" | "ipython" if args.is_empty() || args.len() == 1 && matches!(first, "-a" | "-i") => {
            reads()
        }
        "read" | "tee" => reads(),
        "cat" if args.iter().all(|it| it.text == "-" || it.text.starts_with('-')) => reads(),
        "cat" | "head" | "grep" | "wc" | "sort" | "awk" | "sed" | "cut" | "tr" | "uniq" | "base64" | "diff" | "jq"
            if !args.iter().any(|it| ["fifo", "pipe", "/dev/"].iter().any(|part| it.text.to_ascii_lowercase().contains(part))) =>
        {
            Fate::Ends
        }
        "mongosh" | "mongo" if has(&["--eval"]) => Fate::Ends,
        "mysql" | "mariadb" if has(&["-e", "--execute"]) => Fate::Ends,
        "psql" if has(&["-c", "-f", "--command", "--file", "-l"]) => Fate::Ends,
        "python" | "python3" | "perl" | "node" | "ruby" | "php" if only_prints(args) => Fate::Ends,
        "redis-cli"
            if !has(&["monitor", "subscribe", "psubscribe"])
                && args.iter().any(|it| matches!(it.text.as_str(), "ping" | "get" | "set" | "info")) =>
        {
            Fate::Ends
        }
        _ if row(ENDS_WITH).is_some_and(|words| words.contains(&first)) => Fate::Ends,
        "npm" | "yarn" | "pnpm"
            if first == "run" && args.get(1).is_some_and(|it| matches!(it.text.as_str(), "build" | "lint" | "test")) =>
        {
            Fate::Ends
        }
        "nice" | "nohup" if args.is_empty() => Fate::Ends,
        // It waits for what it starts.
        "find" if args.iter().any(|it| it.text.starts_with("-exec") || it.text.starts_with("-ok")) => Fate::Runs,
        _ if ENDS.contains(&name) => Fate::Ends,
        _ => Fate::Runs,
    }
}

/// Names that only a shell knows; without one they are programs of the image's own.
pub(super) fn is_builtin(name: &str) -> bool {
    let names = [
        "jobs",
        "type",
        "command",
        "hash",
        "alias",
        "shift",
        "set",
        "unset",
        "export",
        "declare",
        "typeset",
        "let",
        "local",
        "readonly",
        "return",
        "exit",
        "disown",
        "shopt",
        "umask",
        "ulimit",
        "popd",
        "pushd",
        "mapfile",
        "readarray",
        "read",
        "cd",
        ":",
    ];
    names.contains(&name)
}

/// Whether an interpreter gets a text that prints one thing.
fn only_prints(args: &[Arg]) -> bool {
    let [flags @ .., code] = args else { return false };
    let is_code = flags.last().is_some_and(|it| it.text.starts_with('-') && it.text.ends_with(['c', 'e', 'r', 'E']));
    let code = code.text.trim();
    let prints = ["print(", "print ", "console.log(", "puts ", "echo "].iter().any(|it| code.starts_with(it));
    is_code && prints && !code.trim_end_matches(';').contains([';', '\n'])
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
    matches!(path, "/pause" | "/cloud_sql_proxy" | "/cloud-sql-proxy")
        || ["/usr/", "/bin/", "/sbin/", "/opt/", "/etc/"].iter().any(|it| path.starts_with(it))
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
