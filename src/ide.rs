//! The editor's features: offsets in, plain structs out. No LSP types.

mod completion;
mod describe;
mod fix_all;
mod hover;

pub use completion::{Completion, CompletionKind, completion, documentation};
pub use fix_all::fix_all;
pub use hover::{Hover, hover};
