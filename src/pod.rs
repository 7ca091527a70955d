//! The meaning of a document: which objects it holds, and every value with its field, its type and its range.

pub mod command;
mod decode;
mod elsewhere;
mod formats;
mod guess;
mod head;
mod model;
mod value;

pub use decode::Issue;
pub use elsewhere::Elsewhere;
pub use guess::Guess;
pub use head::HeadIssue;
pub use model::{Model, Object};
pub use value::{Enforcement, State, Step, Value, ValueId};
