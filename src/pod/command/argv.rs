//! What finally runs: wrappers taken off, the shell's script found.

use super::Blame;

/// A word of a command line, as the program gets it, and where it was written.
#[derive(Clone, Debug)]
pub(super) struct Arg {
    pub text: String,
    /// Begins with something filled in later, so whether it is an option, a flag or nothing is unknown.
    pub opaque: bool,
    pub at: Blame,
}

/// A command that runs another command. Options come first, then operands of its own, then the command.
struct Wrapper {
    names: &'static [&'static str],
    /// Options whose value is the next word.
    valued: &'static [&'static str],
    /// Words of its own after the options: a user, a directory, a duration.
    operands: usize,
    /// Whether the command is a child: not a process group leader, and for `timeout` not endless.
    child: bool,
    /// The subcommand with which it runs another command: `exec` of `bundle`.
    subcommand: Option<&'static str>,
    /// Whether its own words end at `--`, without which it runs nothing.
    dashes: bool,
}

const fn wrapper(names: &'static [&'static str], valued: &'static [&'static str], operands: usize) -> Wrapper {
    Wrapper { names, valued, operands, child: false, subcommand: None, dashes: false }
}

const fn parent(names: &'static [&'static str], valued: &'static [&'static str], operands: usize) -> Wrapper {
    Wrapper { child: true, ..wrapper(names, valued, operands) }
}

/// `name subcommand OPTIONS COMMAND`
const fn with_subcommand(names: &'static [&'static str], subcommand: &'static str, valued: &'static [&'static str]) -> Wrapper {
    Wrapper { subcommand: Some(subcommand), ..parent(names, valued, 0) }
}

/// `name … -- COMMAND`
const fn with_dashes(names: &'static [&'static str]) -> Wrapper {
    Wrapper { dashes: true, ..parent(names, &[], 0) }
}

static WRAPPERS: &[Wrapper] = &[
    wrapper(&["env"], &["-u", "--unset", "-C", "--chdir"], 0),
    wrapper(&["exec"], &["-a"], 0),
    wrapper(&["command", "builtin", "nohup", "time", "busybox", "busybox-extras", "toybox", "with-contenv"], &[], 0),
    wrapper(&["tini", "tini-static", "docker-init", "catatonit"], &["-p", "-e"], 0),
    wrapper(&["dumb-init"], &["-r", "--rewrite"], 0),
    wrapper(&["gosu", "su-exec", "setuser", "s6-setuidgid", "s6-envdir", "envdir", "setuidgid"], &[], 1),
    wrapper(
        &["docker-entrypoint.sh", "docker-php-entrypoint", "catchsegv", "fixuid", "unbuffer", "ddtrace-run", "opentelemetry-instrument"],
        &[],
        0,
    ),
    wrapper(&["prlimit", "authbind", "proxychains", "proxychains4", "linux32", "linux64"], &["-f"], 0),
    wrapper(&["faketime"], &["-f"], 1),
    wrapper(&["setarch"], &[], 1),
    parent(&["strace", "ltrace"], &["-o", "-e", "-p", "-s", "-u", "-E"], 0),
    parent(&["dbus-run-session"], &["--config-file"], 0),
    parent(&["envconsul"], &["-config", "-prefix", "-secret", "-consul-addr", "-vault-addr", "-log-level", "-exec"], 0),
    parent(
        &["dockerize"],
        &["-wait", "-timeout", "-template", "-stdout", "-stderr", "-wait-http-header", "-wait-retry-interval", "-delims"],
        0,
    ),
    parent(&["npx", "bunx"], &["-p", "--package"], 0),
    with_subcommand(&["newrelic-admin"], "run-program", &[]),
    with_subcommand(&["bundle", "pnpm"], "exec", &[]),
    with_subcommand(&["poetry", "pipenv", "uv"], "run", &[]),
    with_subcommand(&["conda", "mamba", "micromamba"], "run", &["-n", "--name", "-p", "--prefix"]),
    with_dashes(&[
        "wait-for-it.sh",
        "wait-for-it",
        "wait-for",
        "wait-for.sh",
        "chamber",
        "aws-vault",
        "doppler",
        "dotenv",
        "op",
        "infisical",
    ]),
    wrapper(&["chroot"], &["--userspec", "--groups"], 1),
    wrapper(&["chpst"], &["-u", "-U", "-b", "-/", "-n", "-l", "-L", "-m", "-d", "-o", "-p", "-f", "-c", "-t"], 0),
    wrapper(
        &["setpriv"],
        &[
            "--reuid",
            "--regid",
            "--ruid",
            "--euid",
            "--rgid",
            "--egid",
            "--groups",
            "--inh-caps",
            "--ambient-caps",
            "--bounding-set",
            "--securebits",
            "--selinux-label",
            "--apparmor-profile",
            "--pdeathsig",
        ],
        0,
    ),
    wrapper(&["nice"], &["-n", "--adjustment"], 0),
    wrapper(&["ionice"], &["-c", "-n", "--class", "--classdata"], 0),
    wrapper(&["stdbuf"], &["-i", "-o", "-e", "--input", "--output", "--error"], 0),
    wrapper(&["taskset", "chrt"], &[], 1),
    wrapper(&["numactl"], &["-i", "-N", "-m", "-C", "-p"], 0),
    parent(&["timeout"], &["-k", "-s", "--kill-after", "--signal"], 1),
    parent(&["sudo", "doas"], &["-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "-D", "-R", "--user", "--group"], 0),
    parent(&["flock"], &["-w", "--timeout", "-E"], 1),
    parent(&["xvfb-run"], &["-n", "-s", "-e", "-f", "-p", "-w", "--server-args", "--server-num"], 0),
    parent(&["runuser"], &["-u", "--user", "-g", "--group", "-G", "--supp-group"], 0),
];

/// A shell, as far as its reading of `&>` differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `&>` redirects: bash, zsh, busybox ash.
    Redirects,
    /// `&` ends the command, `>` redirects: dash.
    Posix,
    /// `sh` is either.
    Unknown,
}

/// A command line without its wrappers.
#[derive(Debug, Default)]
pub(super) struct Launch {
    /// Index of the program; none where the words end before it, or it is filled in later.
    pub program: Option<usize>,
    /// Index of `nohup`.
    pub nohup: Option<usize>,
    /// `exec` is in front.
    pub exec: bool,
    /// A wrapper runs the program as its child.
    pub child: bool,
    /// The program is killed after a while.
    pub timeout: bool,
    /// The program is an applet of busybox.
    pub busybox: bool,
}

/// The name of a program without its folders.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Takes the wrappers off.
pub(super) fn launch(args: &[Arg]) -> Launch {
    let mut launch = Launch::default();
    let mut at = 0;
    while let Some(arg) = args.get(at).filter(|it| !it.opaque) {
        let name = base_name(&arg.text);
        // These run the words as they are, or split a word of their own: the caller looks into them.
        let with_script = |it: &Arg| it.text == "-c" || it.text.starts_with("--command");
        let Some(wrapper) = WRAPPERS.iter().find(|it| it.names.contains(&name)) else {
            launch.program = Some(at);
            return launch;
        };
        if matches!(name, "runuser" | "flock") && args[at..].iter().any(with_script) {
            launch.program = Some(at);
            return launch;
        }
        let own = at;
        if wrapper.subcommand.is_some_and(|it| args.get(at + 1).is_none_or(|arg| arg.text != it)) {
            launch.program = Some(own);
            return launch;
        }
        at = after_options(args, at + 1 + usize::from(wrapper.subcommand.is_some()), wrapper.valued);
        if wrapper.dashes {
            let Some(dashes) = args[own..].iter().position(|it| it.text == "--") else {
                launch.program = Some(own);
                return launch;
            };
            at = own + dashes + 1;
        }
        if own + 1 == at && name == "command" && args.get(at).is_none() {
            return launch;
        }
        if name == "env" || name == "sudo" {
            let splits = |it: &Arg| it.text.starts_with("-S") || it.text.starts_with("--split-string");
            if args[own..at].iter().any(splits) {
                return launch;
            }
            while args.get(at).is_some_and(|it| !it.opaque && it.text.contains('=')) {
                at += 1;
            }
        }
        // Its options may come after the architecture.
        if name == "setarch" && args.get(at).is_some_and(|it| it.text.starts_with('-')) {
            at = after_options(args, at, &[]);
        } else if name == "setarch" && args.get(at + 1).is_some_and(|it| it.text.starts_with('-')) {
            at = after_options(args, at + 1, &[]) - 1;
        }
        // `command -v x` and `exec > log` run nothing; `env` alone prints.
        if args.len() <= at + wrapper.operands || name == "command" && at > own + 1 {
            launch.program = (name != "exec").then_some(own);
            return launch;
        }
        at += wrapper.operands;
        launch.nohup = launch.nohup.or((name == "nohup").then_some(own));
        launch.exec |= name == "exec";
        launch.child |= wrapper.child;
        launch.timeout |= name == "timeout";
        launch.busybox |= matches!(name, "busybox" | "busybox-extras" | "toybox");
    }
    launch
}

/// Index of the first word from `at` on that is no option and no option's value.
pub(super) fn after_options(args: &[Arg], mut at: usize, valued: &[&str]) -> usize {
    while let Some(arg) = args.get(at).filter(|it| !it.opaque && it.text.len() > 1 && it.text.starts_with('-')) {
        at += 1;
        if arg.text == "--" {
            break;
        }
        at += usize::from(valued.contains(&arg.text.as_str()));
    }
    at.min(args.len())
}

/// How a shell was called.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ShellCall {
    /// `sh -c SCRIPT`: the index of the script.
    Script(usize),
    /// `-c` with nothing after it.
    NoScript,
    /// `sh FILE …`: the index of the file.
    File(usize),
    /// A shell that reads standard input.
    Interactive,
}

/// The shell of that name; none where it is no POSIX shell.
pub(super) fn dialect(name: &str, busybox: bool) -> Option<Dialect> {
    match name {
        "bash" | "rbash" | "zsh" => Some(Dialect::Redirects),
        "ash" => Some(Dialect::Redirects),
        "sh" if busybox => Some(Dialect::Redirects),
        "dash" => Some(Dialect::Posix),
        "sh" | "ksh" | "mksh" => Some(Dialect::Unknown),
        _ => None,
    }
}

/// The script after the shell at `program`: `-c`, `-ec`, `-xeuo pipefail -c`, `--login -c`, `-c --`.
pub(super) fn shell_call(args: &[Arg], program: usize) -> ShellCall {
    let mut at = program + 1;
    let mut script = false;
    while let Some(arg) = args.get(at).filter(|it| !it.opaque) {
        let text = arg.text.as_str();
        if text == "--" || text == "-" {
            at += 1;
            break;
        } else if text.starts_with("--") {
            at += usize::from(matches!(text, "--rcfile" | "--init-file"));
        } else if let Some(letters) = text.strip_prefix(['-', '+']).filter(|it| !it.is_empty()) {
            script |= text.starts_with('-') && letters.contains('c');
            at += letters.bytes().filter(|b| matches!(b, b'o' | b'O')).count();
        } else {
            break;
        }
        at += 1;
    }
    match (script, at < args.len()) {
        (true, true) => ShellCall::Script(at),
        (true, false) => ShellCall::NoScript,
        (false, true) => ShellCall::File(at),
        (false, false) => ShellCall::Interactive,
    }
}

/// The script of `su -c SCRIPT`, `runuser … -c SCRIPT` and `flock FILE -c SCRIPT`, where `program` is one of them. They wait for the
/// shell that they start.
pub(super) fn user_script(args: &[Arg], program: usize) -> Option<usize> {
    if !matches!(base_name(&args[program].text), "su" | "runuser" | "flock") {
        return None;
    }
    let flag = args[program..].iter().position(|it| matches!(it.text.as_str(), "-c" | "-lc" | "--command" | "--session-command"))?;
    Some(program + flag + 1).filter(|it| *it < args.len())
}

/// The script among the words, and how its shell reads `&>`.
pub(super) fn script_dialect(words: &[Arg], launch: &Launch) -> Option<(usize, Dialect)> {
    let program = launch.program?;
    let dialect = dialect(base_name(&words[program].text), launch.busybox);
    match dialect {
        Some(dialect) => match shell_call(words, program) {
            ShellCall::Script(at) => Some((at, dialect)),
            _ => None,
        },
        None => user_script(words, program).map(|at| (at, Dialect::Unknown)),
    }
}
