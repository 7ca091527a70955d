//! The meaning of a document.

pub mod command;
mod model;

pub use model::Model;
