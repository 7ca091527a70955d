//! See `podls::lsp::fuzz::edits`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| podls::lsp::fuzz::edits(data));
