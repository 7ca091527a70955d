//! The analysis of what was edited, and what the client learns of it.
//!
//! Edits that come while it is under way only mark their file, so a burst costs one analysis without any timer.

use super::connection;
use super::memory;
use super::outbox::Outbox;
use super::queue::Job;
use super::session::{Publication, Session};
use super::types::notification::PublishDiagnostics;
use super::types::{MessageType, PublishDiagnosticsParams};
use crate::guard;

/// Works for a session until the process ends.
pub fn run(session: &Session, outbox: &Outbox) {
    loop {
        // Without this thread, the author would hear nothing more of any file.
        guarded(outbox, || perform(session.next_job(), session, outbox, Outbox::notify_and_wait::<PublishDiagnostics>));
    }
}

/// What the thread that reads does before it reads on: a small piece of work on the last edit, if nothing else has come. To wake the
/// worker takes longer than that. The worker has the rest.
pub fn rest(session: &Session, outbox: &Outbox) {
    if !connection::has_more()
        && let Some(job) = session.small_job()
    {
        guarded(outbox, || perform(job, session, outbox, Outbox::notify::<PublishDiagnostics>));
    }
    session.wake();
}

fn guarded(outbox: &Outbox, work: impl FnOnce()) {
    if let Err(place) = guard::run(work) {
        outbox.log(MessageType::ERROR, guard::report("the analysis of a file", "", &place));
    }
}

fn perform(job: Job, session: &Session, outbox: &Outbox, publish: impl Fn(&Outbox, &PublishDiagnosticsParams)) {
    match job {
        Job::GiveBack => memory::give_back(),
        Job::Clear(uri) => publish(outbox, &PublishDiagnosticsParams { uri, diagnostics: vec![], version: None }),
        Job::Analyse(key, work) => {
            work.run();
            for (on, place) in work.failures() {
                outbox.log(MessageType::ERROR, guard::report("the analysis of a document", &on, place));
            }
            for problem in work.problems().iter().filter(|problem| session.is_news(problem)) {
                outbox.show(MessageType::WARNING, problem.clone());
            }
            if let Some(Publication { uri, version, diagnostics }) = session.finish(&key, &work) {
                publish(outbox, &PublishDiagnosticsParams { uri, diagnostics, version: Some(version) });
            }
        }
    }
}
