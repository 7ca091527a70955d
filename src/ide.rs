//! The editor's features: offsets in, plain structs out. No LSP types.

mod completion;
mod describe;
mod fix_all;
mod hover;
mod ignore;
mod occurrences;
mod outline;
mod ranges;
mod unfinished;

pub use completion::{Completion, CompletionKind, Named, Names, completion, documentation};
pub use fix_all::{Fixes, fix_all, fixes};
pub use hover::{Hover, hover};
pub use ignore::{ignore_here, ignore_in_file};
pub use occurrences::{Occurrences, occurrences, rename};
pub use outline::{Symbol, SymbolKind, outline};
pub use ranges::{Fold, folds, selections};
pub use unfinished::is_unfinished_at;
