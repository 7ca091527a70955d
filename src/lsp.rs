//! The language server: tower-lsp lives here and nowhere else.
