//! The meaning of a document.
pub mod command;
