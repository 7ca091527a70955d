//! podls: the language server for Kubernetes Pod YAML.
//!
//! The layers in dependency order; each imports only from those above it. `src/README.md` describes the architecture.

pub mod text;
pub mod yaml;
pub mod schema;
pub mod diagnostic;
pub mod pod;
pub mod rules;
pub mod analysis;
pub mod describe;
pub mod index;
pub mod ide;
pub mod project;
pub mod guard;
pub mod lsp;
pub mod cli;

#[cfg(test)]
mod fixture;

// What the fuzzing shares with the tests names the library from outside.
#[cfg(any(test, fuzzing))]
extern crate self as podls;
