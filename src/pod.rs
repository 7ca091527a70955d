//! The meaning of a document: which objects it holds, and every value with its field, its type and its range.

pub mod command;
pub mod cron;
pub mod api_names;
pub mod cel;
mod decode;
mod elsewhere;
mod time;
pub mod fields;
pub mod go_regexp;
pub mod format;
mod guess;
mod head;
pub mod image;
pub mod ip;
pub mod known_image;
pub mod labels;
mod model;
mod node_path;
pub mod names;
pub mod paths;
pub mod probe;
pub mod quantity;
pub mod refs;
pub mod resources;
pub mod restart;
pub mod spec;
pub mod symbols;
mod value;

pub use decode::Issue;
pub use elsewhere::Elsewhere;
pub use guess::Guess;
pub use head::HeadIssue;
pub use model::{Model, Object};
pub use symbols::Symbols;
pub use value::{Enforcement, State, Step, Value, ValueId};
