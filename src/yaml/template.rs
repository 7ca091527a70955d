//! Go templates (Helm), and Jinja's where they are no error of their own: `{{ … }}` is taken out of the text before it is parsed, and what the tree cannot know is marked afterwards.
//!
//! [`lex`] finds the actions, [`mask`] replaces each by spaces or letters of the same length, so that all offsets stay, and [`branch`] says
//! which texts are rendered together. [`arms`] lets each branch continue the collections that are open in it, and [`settle`] marks the nodes of the finished tree.

mod arms;
mod branch;
mod lex;
mod mask;
mod placeholder;
mod settle;

pub(super) use arms::Arms;
pub use branch::BranchId;
pub(super) use branch::Branches;
pub(super) use lex::{Language, begins_action, comments, is_comment};
pub use lex::{has_comments, ranges as actions};
pub(super) use mask::{Mask, mask};
pub use placeholder::{Placeholder, placeholders};
pub(super) use settle::{drop_unsure, settle};

use crate::text::TextRange;

/// What a tree keeps of the template it was made from.
#[derive(Clone, Debug, Default)]
pub(super) struct Template {
    /// All actions, in the order of the text.
    pub actions: Vec<TextRange>,
    /// Which texts are rendered together.
    pub branches: Branches,
    /// The collections that may get further entries when the template is rendered, sorted.
    pub open: Vec<u32>,
    /// Lines with errors that need not be there in what is rendered, sorted.
    pub unsure: Vec<TextRange>,
}

impl Template {
    /// Whether an action lies in a range, or overlaps it.
    pub fn overlaps(&self, range: TextRange) -> bool {
        let at = self.actions.partition_point(|it| it.end <= range.start);
        self.actions.get(at).is_some_and(|it| it.start < range.end)
    }
}
