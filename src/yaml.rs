//! Text to tree: total, error tolerant, one tree for each `---` part of a file, offsets relative to that part.
//!
//! Reading follows YAML 1.2 for the structure and kubectl's reader (a YAML 1.1 one) for the meaning of scalars.

mod error;
mod parser;
mod scalar;
mod split;
mod tree;

pub use error::{SyntaxError, SyntaxErrorKind};
pub use parser::parse;
pub use scalar::{Scalar, resolve};
pub use split::split;
pub use tree::{Entry, Kind, Layout, Node, NodeId, Style, Tree};
