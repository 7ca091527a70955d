//! What waits for the worker, in which order.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::file::{File, Work};
use super::types::Uri;

/// How many bytes of documents the worker takes at a time. Between two helpings it looks for what is more urgent.
pub const HELPING: usize = 32 << 10;

/// When texts of so many bytes were closed, it is worth a moment to give their memory back. What is known of a text takes about thirty
/// times its room.
const WORTH_GIVING_BACK: usize = 64 << 10;

/// The open files by their URI.
pub type Files = HashMap<Arc<str>, File>;

/// What the worker is to do next.
#[derive(Debug)]
pub enum Job {
    /// Show no diagnostics for a file that was closed.
    Clear(Uri),
    /// Analyse some documents of a file.
    Analyse(Arc<str>, Work),
    /// Give memory back to the system.
    GiveBack,
}

/// The jobs that wait, and whether one is being done.
#[derive(Debug, Default)]
pub struct Queue {
    /// The files whose diagnostics may have changed, in the order of their last edit.
    dirty: BTreeMap<u64, Arc<str>>,
    /// Counts edits.
    clock: u64,
    /// The files that were closed and whose diagnostics are still shown.
    closed: Vec<Uri>,
    /// How many bytes the texts had that were closed since memory was given back.
    closed_bytes: usize,
    /// The worker has taken a job and was not back for the next one.
    working: bool,
}

impl Queue {
    /// A number that was not given before.
    pub fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    /// The file was edited just now: it comes first.
    pub fn edited(&mut self, key: Arc<str>, file: &mut File) {
        let before = std::mem::replace(&mut file.edited_at, self.tick());
        self.dirty.remove(&before);
        self.again(key, file);
    }

    /// There may be more to report of the file.
    pub fn again(&mut self, key: Arc<str>, file: &File) {
        self.dirty.insert(file.edited_at, key);
    }

    /// The file, whose text had so many bytes, was closed.
    pub fn closed(&mut self, uri: Uri, bytes: usize) {
        self.closed.push(uri);
        self.closed_bytes += bytes;
    }

    /// Nothing is to be published: the client asks for what it wants to know.
    pub fn publish_nothing(&mut self) {
        self.dirty.clear();
        self.closed.clear();
    }

    /// Whether there is nothing to do.
    pub fn is_idle(&self) -> bool {
        self.dirty.is_empty() && self.closed.is_empty() && !self.gives_back()
    }

    /// The worker is done with what it had, and takes what comes next. What was edited last comes first.
    pub fn next(&mut self, files: &Files) -> Option<Job> {
        let job = self.take(files);
        self.working = job.is_some();
        job
    }

    fn take(&mut self, files: &Files) -> Option<Job> {
        if let Some(uri) = self.closed.pop() {
            return Some(Job::Clear(uri));
        }
        while let Some((_, key)) = self.dirty.pop_last() {
            if let Some(file) = files.get(&key) {
                return Some(Job::Analyse(key, file.work(HELPING)));
            }
        }
        self.gives_back().then(|| {
            self.closed_bytes = 0;
            Job::GiveBack
        })
    }

    /// The work on the file edited last, if an edit may wait for it: few bytes, and nothing to be read from disk. None while the worker
    /// is at work or has something to report of a closed file: lists must go out in the order in which they are made.
    pub fn small(&mut self, files: &Files) -> Option<Job> {
        if self.working || !self.closed.is_empty() {
            return None;
        }
        let (&edited_at, key) = self.dirty.last_key_value()?;
        let work = files.get(key).filter(|file| file.setup.is_decided())?.work(HELPING);
        let job = (work.keep && work.bytes() <= HELPING).then(|| Job::Analyse(key.clone(), work))?;
        self.dirty.remove(&edited_at);
        Some(job)
    }

    /// Whether so much was closed that its memory is worth giving back.
    fn gives_back(&self) -> bool {
        self.closed_bytes >= WORTH_GIVING_BACK
    }
}
