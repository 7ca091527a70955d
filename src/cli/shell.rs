//! `podls completions` and `podls manual`: what shells and `man` need, made of the argument parser.

use std::io::{self, Write};

use clap::CommandFactory;

use super::{Status, complain};

/// Prints the completions of a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "bash: podls completions bash > ~/.local/share/bash-completion/completions/podls\n\
                        zsh:  podls completions zsh > \"${fpath[1]}/_podls\"\n\
                        fish: podls completions fish > ~/.config/fish/completions/podls.fish")]
pub struct CompletionsArguments {
    /// The shell.
    shell: clap_complete::Shell,
}

/// Prints a manual page for `man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "To read it: podls manual check | man -l -\n\
                        To install: podls manual check > ~/.local/share/man/man1/podls-check.1")]
pub struct ManualArguments {
    /// The command whose page is printed, such as `check` [default: podls itself].
    command: Option<String>,
}

pub fn completions(arguments: &CompletionsArguments, out: &mut impl Write) -> io::Result<Status> {
    // `generate` panics when a pipe closes, so it writes into memory.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "podls", &mut script);
    out.write_all(&script)?;
    Ok(Status::Clean)
}

pub fn manual(arguments: &ManualArguments, out: &mut impl Write) -> io::Result<Status> {
    // Built, so that each command carries its full name: `podls check`.
    let mut podls = super::Arguments::command();
    podls.build();
    let page = match arguments.command.as_deref() {
        None => podls,
        Some(name) => match podls.find_subcommand(name) {
            Some(command) => command.clone(),
            None => {
                complain(&format!("unknown command `{name}`; `podls --help` lists the commands"));
                return Ok(Status::Failed);
            }
        },
    };
    clap_mangen::Man::new(page).render(out)?;
    Ok(Status::Clean)
}
