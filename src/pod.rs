//! The meaning of a document.
pub mod command;
pub mod cron;
pub mod fields;
pub mod format;
pub mod ip;
pub mod names;
pub mod paths;
pub mod quantity;
