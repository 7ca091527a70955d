//! The server over real pipes, one file for each part of the protocol.

mod client;
#[path = "../common/folder.rs"]
#[allow(dead_code, reason = "what is for runs of `check` is not needed here")]
mod folder;
mod code_action;
mod completion;
mod configuration;
mod decorations;
mod diagnostics;
mod features;
mod hostile;
mod hover;
mod lifecycle;
mod names;
mod panics;
mod pull;
mod scenarios;
mod symbols;
mod sync;
