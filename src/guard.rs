//! Panic isolation: a bug in podls fails one request, not the process.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

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

/// The report of a panic: all that helps to reproduce it except the manifest, which is private. `on` describes the input by its size and the
/// position in it.
pub fn report(what: &str, on: &str, place: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!("podls {version} panicked at {place} in {what}{on}. This is a bug in podls; please report it with this message.")
}

/// For tests, and only in builds for them: panics where `PODLS_TEST_PANIC` is part of `what`.
#[cfg(debug_assertions)]
#[track_caller]
pub fn trip(what: &str) {
    assert!(std::env::var("PODLS_TEST_PANIC").map_or(true, |word| !what.contains(&word)), "as the test wants it");
}

/// Nothing outside of tests.
#[cfg(not(debug_assertions))]
pub fn trip(_: &str) {}
