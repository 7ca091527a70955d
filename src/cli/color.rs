//! When output is coloured.

use std::io::{self, IsTerminal};

use clap::ValueEnum;

/// When output is coloured.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Whether standard output is coloured.
    pub fn is_on(self) -> bool {
        match self {
            Color::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty()),
            Color::Always => true,
            Color::Never => false,
        }
    }
}
