//! The server over real pipes, one file for each part of the protocol.

mod client;
mod code_action;
mod completion;
mod configuration;
mod decorations;
mod diagnostics;
mod hostile;
mod hover;
mod lifecycle;
mod panics;
mod pull;
mod scenarios;
mod symbols;
mod sync;
