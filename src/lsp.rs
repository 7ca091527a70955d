//! The language server: tower-lsp and the types of LSP live here and nowhere else.

mod parts;

/// Serves one client on standard input and output until it leaves.
pub fn serve() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
