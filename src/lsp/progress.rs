//! Progress that the client shows.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::outbox::Outbox;
use super::types::notification::Progress as Notification;
use super::types::*;

/// What is done of something that takes longer.
#[derive(Debug)]
pub struct Progress {
    outbox: Outbox,
    token: ProgressToken,
    total: usize,
    percent: AtomicUsize,
}

impl Progress {
    /// Begins to read so many files; the client knows the token.
    pub fn begin(outbox: Outbox, token: ProgressToken, total: usize) -> Progress {
        let progress = Progress { outbox, token, total, percent: AtomicUsize::new(0) };
        progress.send(WorkDoneProgress::Begin(WorkDoneProgressBegin {
            title: "podls: reading manifests".into(),
            cancellable: Some(false),
            message: None,
            percentage: Some(0),
        }));
        progress
    }

    /// So many files are read.
    pub fn report(&self, done: usize) {
        let percent = done * 100 / self.total.max(1);
        // Ten steps are enough to be seen.
        if percent / 10 > self.percent.swap(percent, Ordering::Relaxed) / 10 {
            let message = Some(format!("{done} of {}", self.total));
            self.send(WorkDoneProgress::Report(WorkDoneProgressReport { cancellable: None, message, percentage: Some(percent as u32) }));
        }
    }

    /// All is done.
    pub fn end(self) {
        self.send(WorkDoneProgress::End(WorkDoneProgressEnd { message: None }));
    }

    fn send(&self, value: WorkDoneProgress) {
        self.outbox.notify::<Notification>(&ProgressParams { token: self.token.clone(), value: ProgressParamsValue::WorkDone(value) });
    }
}
