//! See `podls::lsp::fuzz::parser`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| podls::lsp::fuzz::parser(data));
