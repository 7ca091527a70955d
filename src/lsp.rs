//! The language server: tower-lsp and the types of LSP live here and nowhere else.
//!
//! Three threads do the work. The one that reads runs each message's handler up to its first await, so that edits are applied in the
//! order of arrival; when nothing more has come, it also analyses a small document that was edited. The worker analyzes the rest. The third
//! one writes what the pipe does not take at once. What takes longer than an edit may wait runs on tokio's threads for blocking work.

mod actions;
mod ask;
mod backend;
mod capabilities;
mod complete;
mod config;
mod connection;
mod decorated;
mod decorations;
mod environment;
mod file;
mod frames;
mod from_proto;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod lenses;
mod memory;
mod names;
mod outbox;
#[cfg(unix)]
mod parent;
mod part;
mod parts;
mod progress;
mod published;
mod queue;
mod rename;
mod session;
mod setup;
mod spelling;
mod symbols;
mod to_proto;
mod tokens;
mod types;
mod worker;
mod workspace;

use std::process::ExitCode;
use std::sync::Arc;

use tower_lsp_server::LspService;

use crate::guard;

use backend::Backend;
use outbox::Outbox;
use session::Session;

/// Serves one client over standard input and output until it says `exit` or is gone. Fails unless it said `shutdown` before.
pub fn serve() -> ExitCode {
    guard::install();
    memory::prepare();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build();
    let (runtime, outbox) = match runtime.and_then(|runtime| Ok((runtime, Outbox::start()?))) {
        Ok(both) => both,
        Err(error) => {
            eprintln!("podls: cannot start the language server: {error}");
            return ExitCode::from(2);
        }
    };
    let _entered = runtime.enter();
    let session = Arc::new(Session::default());
    std::thread::spawn({
        let (session, outbox) = (session.clone(), outbox.clone());
        move || worker::run(&session, &outbox)
    });

    let service = LspService::build(|editor| Backend { editor, session: session.clone(), outbox: outbox.clone() });
    #[cfg(debug_assertions)]
    let service = service.custom_method("podls/testPanic", Backend::test_panic).custom_method("podls/testText", Backend::test_text);
    let (service, socket) = service.finish();
    connection::serve(std::io::stdin().lock(), &outbox, service, socket, || worker::rest(&session, &outbox));

    outbox.flush();
    runtime.shutdown_background();
    if session.is_shut_down() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
