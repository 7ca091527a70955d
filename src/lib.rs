//! podls: the language server for Kubernetes Pod YAML.
//!
//! The rooms in reading order; each imports only from those above it. `src/README.md` is the map.

pub mod analysis;
pub mod diagnostic;
pub mod ide;
pub mod pod;
pub mod rules;
pub mod schema;
pub mod text;
pub mod yaml;
