//! The command line: `podls check`, `podls describe`, `podls init`, `podls explain`, `podls rules`, `podls completions`, `podls manual`.

use std::io::{self, Write};
use std::path::Path;
use std::process::{self, ExitCode};

use annotate_snippets::normalize_untrusted_str;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

mod baseline;
mod check;
mod color;
mod describe;
mod examine;
mod explain;
mod files;
mod finding;
mod fix;
mod format;
mod git;
mod init;
mod jobs;
mod paths;
mod progress;
mod read;
mod selection;
mod shell;

/// Language server and checker for Kubernetes Pod manifests.
///
/// Without a command, podls runs the language server on standard input and output.
#[derive(Debug, Parser)]
#[command(name = "podls", version, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// Run the language server on standard input and output (the default).
    #[arg(long)]
    pub stdio: bool,
    /// The command to run instead of the language server.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands besides the language server.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check manifests: what the API server would reject, and what fails at run time.
    ///
    /// In folders, podls checks all .yaml, .yml and .json files that .gitignore does not exclude. `.podls.yaml` files, in the folder of a file
    /// and in those above it, set the Kubernetes releases, the rules and what is excluded; `podls init` creates one.
    ///
    /// Exit status: 0 if there are no errors, 1 if there are (in a manifest or in a .podls.yaml), 2 if a given path could not be read or
    /// contains nothing to check.
    Check(check::Arguments),
    /// Describe objects before they exist: what `kubectl describe` would show of them, and what else is known of their Pods.
    ///
    /// Prints each Pod, Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet, Job, CronJob and PodTemplate in the files as
    /// kubectl does right after it was created, with all that the API server fills in; then the order in which containers start and stop,
    /// the network, the QoS class and why, and a picture of the Pod. No cluster is asked.
    ///
    /// Exit status: 0, 1 if a file has errors (it is described as far as it can be), 2 if a file could not be read or has no such object.
    Describe(describe::Arguments),
    /// Create a commented .podls.yaml from a check of the current folder.
    Init(init::Arguments),
    /// Explain a rule: what it finds, why, and what to write instead.
    Explain(explain::Arguments),
    /// List the rules.
    Rules(explain::RulesArguments),
    /// Print completions for a shell.
    Completions(shell::CompletionsArguments),
    /// Print a manual page for `man`.
    Manual(shell::ManualArguments),
}

/// Reads the command line; ends the process where there is nothing to run.
pub fn arguments() -> Arguments {
    Arguments::try_parse().unwrap_or_else(|error| {
        let first = std::env::args_os().nth(1).unwrap_or_default();
        let is_unknown = matches!(error.kind(), ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument);
        if is_unknown && (first == "-" || crate::project::walk::has_wanted_name(Path::new(&first)) || Path::new(&first).exists()) {
            let first = first.to_string_lossy();
            complain(&format!("`{first}` is not a command; to check manifests, run `podls check {first}`"));
            process::exit(Status::Failed as i32);
        }
        error.exit()
    })
}

/// How a command ended; the worst counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    /// No error was found.
    Clean = 0,
    /// The manifests or the configuration hold errors.
    Errors = 1,
    /// Something could not be done; standard error says what.
    Failed = 2,
}

/// Runs a command. A reader of standard output that goes away (`| head`) ends it silently; a check that was not finished then has not
/// shown that there are no errors.
pub fn run(command: &Command) -> ExitCode {
    let out = &mut io::BufWriter::new(io::stdout().lock());
    let result = match command {
        Command::Check(arguments) => check::run(arguments, out),
        Command::Describe(arguments) => describe::run(arguments, out),
        Command::Init(arguments) => init::run(arguments, out),
        Command::Explain(arguments) => explain::explain(arguments, out),
        Command::Rules(arguments) => explain::rules(arguments, out),
        Command::Completions(arguments) => shell::completions(arguments, out),
        Command::Manual(arguments) => shell::manual(arguments, out),
    };
    let status = result.and_then(|status| out.flush().map(|()| status)).unwrap_or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe if matches!(command, Command::Check(_)) => Status::Errors,
        io::ErrorKind::BrokenPipe => Status::Clean,
        _ => {
            complain(&format!("cannot write to standard output: {error}"));
            Status::Failed
        }
    });
    ExitCode::from(status as u8)
}

/// Says on standard error what could not be done.
fn complain(what: &str) {
    // A file name may hold any character, also those that drive a terminal.
    _ = writeln!(io::stderr(), "podls: {}", normalize_untrusted_str(what));
}
