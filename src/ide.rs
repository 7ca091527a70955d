//! The editor's features: offsets in, plain structs out. No LSP types.

mod completion;
mod describe;
mod fix_all;
mod hints;
mod hover;
mod ignore;
mod lenses;
mod links;
mod occurrences;
mod outline;
mod ranges;
mod refactor;
mod tokens;
mod unfinished;
mod variables;

pub use completion::{Completion, CompletionKind, Lookup, Named, Names, completion, documentation};
pub use fix_all::{Fixes, fix_all, fixes};
pub use hints::{Hint, HintKind, hints};
pub use hover::{Hover, hover};
pub use ignore::{ignore_here, ignore_in_file};
pub use lenses::{Lens, lenses};
pub use links::{Link, kustomization_links, links};
pub use occurrences::{Occurrences, may_rename, occurrences, rename};
pub use outline::{Symbol, SymbolKind, outline};
pub use ranges::{Fold, folds, selections};
pub use refactor::{Refactoring, RefactoringKind, refactorings};
pub use tokens::{Token, TokenKind, TokenRole, tokens};
pub use unfinished::is_unfinished_at;
