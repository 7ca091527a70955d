//! The `podls` command.

use std::io::IsTerminal;
use std::process::ExitCode;

use podls::cli;

fn main() -> ExitCode {
    match cli::arguments().command {
        Some(command) => cli::run(&command),
        None => {
            if std::io::stdin().is_terminal() {
                eprintln!("podls: the language server is waiting for an editor on standard input; run `podls --help` for other commands");
            }
            podls::lsp::serve()
        }
    }
}
