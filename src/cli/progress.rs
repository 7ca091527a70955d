//! A bar on standard error, once a check takes long.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::thread::Scope;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// So long nobody wonders.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far the check has come.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    since: Option<Instant>,
}

impl Progress {
    /// Nothing is shown where `quiet` or where standard error is no terminal.
    pub fn new(quiet: bool) -> Self {
        Progress { bar: ProgressBar::hidden(), since: (!quiet && io::stderr().is_terminal()).then(Instant::now) }
    }

    /// So many more files are done. After a while the bar appears; a walk of its own counts the files then, so that nothing has to
    /// be kept before.
    pub fn advance<'s>(&mut self, files: usize, scope: &'s Scope<'s, '_>, paths: &'s [PathBuf]) {
        self.bar.inc(files as u64);
        if self.since.take_if(|since| since.elapsed() > PATIENCE).is_some() {
            let style = ProgressStyle::with_template("{bar:30} {pos} of {len} files, {eta} to go").unwrap_or(ProgressStyle::default_bar());
            self.bar.set_style(style);
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            let bar = self.bar.clone();
            scope.spawn(move || {
                let files = super::files::find(paths).take_while(|_| !bar.is_finished()).count();
                bar.set_length(files as u64);
            });
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
