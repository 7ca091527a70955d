//! A bar on standard error, once a check takes long.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Delay before the progress bar appears.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far the check has come.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    since: Option<Instant>,
}

impl Progress {
    /// Nothing is shown where `quiet` or where standard error is not a terminal.
    pub fn new(quiet: bool) -> Self {
        Progress { bar: ProgressBar::hidden(), since: (!quiet && io::stderr().is_terminal()).then(Instant::now) }
    }

    /// So many more files are done, of all. After a while the bar appears.
    pub fn advance(&mut self, files: usize, all: usize) {
        self.bar.inc(files as u64);
        self.bar.set_length(all as u64);
        if self.since.take_if(|since| since.elapsed() > PATIENCE).is_some() {
            let style = ProgressStyle::with_template("{bar:30} {pos} of {len} files, {eta} to go").unwrap_or(ProgressStyle::default_bar());
            self.bar.set_style(style);
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Writes while the bar is out of the way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
