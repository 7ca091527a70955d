//! What podls knows of a text, as a pure function of it and the options.

mod brackets;
mod cut;
mod document;
mod list;
mod pieces;
mod reach;

pub use cut::{Cut, Piece};
pub use document::Document;
pub use pieces::Analysis;
