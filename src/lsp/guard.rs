//! A mistake of ours costs one answer, never the session.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

use tower_lsp::jsonrpc::Error;

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps the default report of a panic off standard error: its message may quote the manifest, and with it a secret. What remains is the
/// place in our source.
pub fn install() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        LAST_PANIC.with(|last| *last.borrow_mut() = place);
    }));
}

/// Runs `work`. If it panics, gives the place in our source.
pub fn run<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| last_panic())
}

/// Where the panic that this thread has just caught happened.
pub fn last_panic() -> String {
    LAST_PANIC.with(|last| last.take())
}

/// What the log says of a panic.
pub fn report(what: &str, place: &str) -> String {
    format!("podls {} failed at {place} in {what}. Please report this; the session goes on.", env!("CARGO_PKG_VERSION"))
}

/// What the client is answered after a panic.
pub fn error(what: &str, place: &str) -> Error {
    Error { message: report(what, place).into(), ..Error::internal_error() }
}
