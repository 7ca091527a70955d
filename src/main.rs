//! The `podls` command.

fn main() -> std::process::ExitCode {
    podls::lsp::serve()
}
