//! The language server: tower-lsp and the types of LSP live here and nowhere else.

mod parts;
