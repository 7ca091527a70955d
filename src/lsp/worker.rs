//! The thread that analyses what was edited and tells the client.
//!
//! Edits that come while it is at work only mark their file, so a burst costs one analysis without any timer.

use std::collections::HashSet;

use super::memory;
use super::outbox::Outbox;
use super::session::{Job, Publication, Session};
use super::types::notification::PublishDiagnostics;
use super::types::{MessageType, PublishDiagnosticsParams};
use crate::guard;

/// Works for a session until the process ends.
pub fn run(session: &Session, outbox: &Outbox) {
    let mut shown = HashSet::new();
    loop {
        // Without this thread, the author would hear nothing more of any file.
        if let Err(place) = guard::run(|| perform(session.next_job(), session, outbox, &mut shown)) {
            outbox.log(MessageType::ERROR, guard::report("the analysis of a file", "", &place));
        }
    }
}

fn perform(job: Job, session: &Session, outbox: &Outbox, shown: &mut HashSet<String>) {
    match job {
        Job::GiveBack => memory::give_back(),
        Job::Clear(uri) => {
            outbox.notify_and_wait::<PublishDiagnostics>(&PublishDiagnosticsParams { uri, diagnostics: vec![], version: None })
        }
        Job::Analyse(key, work) => {
            work.run();
            for (on, place) in work.failures() {
                outbox.log(MessageType::ERROR, guard::report("the analysis of a document", &on, place));
            }
            for problem in work.problems() {
                if shown.insert(problem.to_owned()) {
                    outbox.show(MessageType::WARNING, problem.to_owned());
                }
            }
            if let Some(Publication { uri, version, diagnostics }) = session.finish(&key, &work) {
                outbox.notify_and_wait::<PublishDiagnostics>(&PublishDiagnosticsParams { uri, diagnostics, version: Some(version) });
            }
        }
    }
}
