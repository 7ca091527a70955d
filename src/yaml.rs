//! Text to tree: total, error tolerant, one tree for each `---` part of a file, offsets relative to that part.
//!
//! Reading follows YAML 1.2 for the structure and kubectl's reader (a YAML 1.1 one) for the meaning of scalars.
//! [`split`] gives the parts, [`parse`] the tree of one; [`Node`] is the way through it.

mod block;
mod block_node;
mod breaks;
mod build;
mod checks;
mod decode;
mod directive;
mod documents;
mod error;
mod flow;
mod flow_entry;
mod flow_scalar;
mod indent;
mod lines;
mod literal;
mod lookalike;
mod merge;
mod misfit;
mod mistake;
mod parser;
mod plain;
mod quoted;
mod report;
mod scalar;
mod source_map;
mod split;
mod stray_line;
mod tabs;
mod template;
mod tree;
mod two_keys;

pub use checks::{LESS_MAY_REPEAT, is_json};
pub use error::{Expected, SyntaxError, SyntaxErrorKind};
pub use lookalike::in_curly_quotes;
use lookalike::is_odd_space;
pub use parser::{Dialect, parse, parse_as, parse_with};
pub use quoted::closing;
pub use scalar::{Scalar, is_base64, key_text, resolve};
pub use source_map::SourceMap;
pub use split::{BOUNDARIES, DIRECTIVE, split};
pub use template::{BranchId, Placeholder, actions, has_comments, placeholders};
pub use tree::{Document, Entry, Kind, Layout, Node, NodeId, Style, Tree};
