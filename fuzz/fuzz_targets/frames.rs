//! See `podls::lsp::fuzz::frames`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| podls::lsp::fuzz::frames(data));
