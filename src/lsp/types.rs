//! The types of the protocol, all by this one name, so that another version of them is a change of one file.

pub use ls_types::*;
