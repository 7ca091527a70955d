//! What the server knows: the open files and the settings, under one lock that is held for microseconds.

mod names;

use std::collections::HashSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use super::capabilities::Client;
use super::config::Settings;
use super::file::{File, Work};
use super::part::{At, Snapshot};
use super::queue::{Files, HELPING, Job, Queue};
use super::setup::{Setup, Status, Surroundings, speaks};
use super::types::{Diagnostic, SemanticToken, Uri};
use super::workspace::{Reader, Workspace};
use crate::analysis::Document;
use crate::project::Project;
use crate::rules::unknown_object::Defined;
use crate::text::Position;

/// So many documents around that of the cursor are looked through for names. A file of thousands must not keep the author waiting.
const NEAR: usize = 200;

/// The state of a session.
#[derive(Debug, Default)]
pub struct Session {
    client: OnceLock<Arc<Client>>,
    state: Mutex<State>,
    changed: Condvar,
    over: AtomicBool,
    /// Locked before the state where both are.
    workspace: Mutex<Workspace>,
}

#[derive(Debug, Default)]
struct State {
    files: Files,
    queue: Queue,
    /// The problems with the configuration that the user was informed of.
    reported: HashSet<String>,
    /// The file edited last.
    edited: Option<Arc<str>>,
    /// What the client said at the start, and what it said later.
    settings: [Settings; 2],
    /// The folders that the client shows.
    roots: Vec<PathBuf>,
    surroundings: Surroundings,
    /// What all files of the workspace define, once they are read.
    defined: Option<Arc<Defined>>,
}

/// A place in a file, as it is now.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its document.
    pub at: Snapshot,
    /// The place in the document.
    pub offset: usize,
}

impl Place {
    /// Which place this is, for the report of a mistake of ours.
    pub fn name(&self) -> String {
        format!(", at byte {}{}", self.offset, self.at.size())
    }
}

/// A list for the client.
#[derive(Debug)]
pub struct Publication {
    /// The file.
    pub uri: Uri,
    /// The version of it that the list was made from.
    pub version: i32,
    /// Everything that is wrong in it.
    pub diagnostics: Vec<Diagnostic>,
}

impl Session {
    /// Stores the client's capabilities and settings from `initialize`.
    pub fn introduce(&self, client: Client, settings: Settings, roots: Vec<PathBuf>) {
        let _ = self.client.set(Arc::new(client));
        let mut state = self.lock();
        state.settings[0] = settings;
        state.roots = roots;
        state.look_around();
    }

    /// What the client can do.
    pub fn client(&self) -> Arc<Client> {
        self.client.get().cloned().unwrap_or_default()
    }

    /// The client wants nothing more.
    pub fn shut_down(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Whether the client wants nothing more.
    pub fn is_shut_down(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file was opened. One that is open already is replaced.
    pub fn open(&self, uri: Uri, language: String, version: i32, text: &str) {
        if !speaks(&language, &uri) {
            return;
        }
        let key: Arc<str> = uri.as_str().into();
        let mut state = self.lock();
        let setup = Setup::new(uri, language, self.client(), state.surroundings.clone());
        state.files.insert(key.clone(), File::new(setup, version, text));
        self.edited(state, key);
    }

    /// A file was edited; what is not open is none of our business. Says whether there is now more to report of another file.
    pub fn change<'c>(&self, uri: &Uri, version: i32, changes: impl Iterator<Item = (Option<Range<Position>>, &'c str)>) -> bool {
        let mut state = self.lock();
        let Some((key, file)) = state.find(uri) else { return false };
        file.version = version;
        for (range, text) in changes {
            file.change(range, text);
        }
        let left = state.edited.replace(key.clone()).filter(|last| *last != key);
        let more = left.is_some_and(|last| state.settle(&last));
        self.edited(state, key);
        more
    }

    /// A file was saved: nothing is withheld any longer. Says whether something was.
    pub fn save(&self, uri: &Uri) -> bool {
        let mut state = self.lock();
        let Some((key, _)) = state.find(uri) else { return false };
        let more = state.settle(&key);
        self.note(state);
        more
    }

    /// A file was closed.
    pub fn close(&self, uri: &Uri) {
        let mut state = self.lock();
        if let Some(file) = state.files.remove(uri.as_str()) {
            state.queue.closed(uri.clone(), file.len());
        }
        self.note(state);
    }

    /// The client has other settings, or the files around the manifests changed: all files are read again. Says whether that was needed.
    pub fn renew(&self, settings: Option<Settings>) -> bool {
        let mut state = self.lock();
        if let Some(settings) = settings {
            if state.settings[1] == settings {
                return false;
            }
            state.settings[1] = settings;
        }
        state.look_around();
        let State { files, queue, surroundings, .. } = &mut *state;
        for (key, file) in files {
            file.renew(file.setup.again(surroundings.clone()));
            queue.again(key.clone(), file);
        }
        self.note(state);
        self.wake();
        true
    }

    /// The client shows other folders. What depends on them is to be read again.
    pub fn change_roots(&self, added: &[PathBuf], removed: &[PathBuf]) {
        let mut state = self.lock();
        state.roots.retain(|root| !removed.contains(root));
        let new: Vec<_> = added.iter().filter(|root| !state.roots.contains(root)).cloned().collect();
        state.roots.extend(new);
    }

    /// The file is the one that the author looks at now.
    fn edited(&self, mut state: MutexGuard<'_, State>, key: Arc<str>) {
        let State { files, queue, .. } = &mut *state;
        if let Some(file) = files.get_mut(&key) {
            queue.edited(key, file);
        }
        self.note(state);
    }

    /// Nothing is to be published if the client asks for what it wants to know.
    fn note(&self, mut state: MutexGuard<'_, State>) {
        if self.client().pulls {
            state.queue.publish_nothing();
        }
    }

    /// Wakes the worker if the queue is not empty.
    pub fn wake(&self) {
        if !self.lock().queue.is_idle() {
            self.changed.notify_one();
        }
    }

    /// Whether the user was not yet informed of a problem with the configuration.
    pub fn is_news(&self, problem: &str) -> bool {
        self.lock().reported.insert(problem.to_owned())
    }

    /// The document at a position.
    pub fn place(&self, uri: &Uri, position: Position) -> Option<Place> {
        let (at, offset) = self.lock().find(uri)?.1.at(position);
        Some(Place { at, offset })
    }

    /// Whether the file of a document is still as it was.
    pub fn is_current(&self, at: &Snapshot) -> bool {
        self.lock().files.get(at.setup.uri.as_str()).is_some_and(|file| file.revision == at.revision)
    }

    /// Keeps the semantic tokens that the client receives, and gives those that it received before, with their revision.
    pub fn exchange_tokens(&self, at: &Snapshot, tokens: Arc<[SemanticToken]>) -> Option<(u64, Arc<[SemanticToken]>)> {
        let mut state = self.lock();
        let file = state.files.get_mut(at.setup.uri.as_str()).filter(|file| file.revision == at.revision)?;
        file.tokens.replace((at.revision, tokens))
    }

    /// The nearest of the other documents of a place's file, the nearest first, as long as nobody edits it. The other items of a `List` are nearer still.
    pub fn siblings<'s>(&'s self, place: &'s Place, at: &At<'s>) -> impl Iterator<Item = Arc<Document>> + 's {
        let beside = |step| {
            let state = self.lock();
            let file = state.files.get(place.at.setup.uri.as_str()).filter(|file| file.revision == place.at.revision)?;
            file.beside(place.at.range.start, step)
        };
        let mut steps = (1..).map(move |step| [beside(step), beside(-step)]);
        let others = std::iter::from_fn(move || steps.next().filter(|both| both.iter().any(Option::is_some)));
        let others = others.flatten().flatten().flat_map(|it| it.pieces().map(|piece| piece.document).collect::<Vec<_>>());
        at.others().chain(others).take(NEAR)
    }

    /// The documents in a range, the range in bytes of the file, and the file's version.
    pub fn within(&self, uri: &Uri, range: Range<Position>) -> Option<(Vec<Snapshot>, Range<usize>, i32)> {
        let mut state = self.lock();
        let (_, file) = state.find(uri)?;
        let (snapshots, range) = file.within(range);
        Some((snapshots, range, file.version))
    }

    /// Waits for something to do.
    pub fn next_job(&self) -> Job {
        let mut state = self.lock();
        loop {
            let State { files, queue, .. } = &mut *state;
            if let Some(job) = queue.next(files) {
                return job;
            }
            state = self.changed.wait_while(state, |state| state.queue.is_idle()).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What may be done while an edit waits: see [`Queue::small`].
    pub fn small_job(&self) -> Option<Job> {
        let State { files, queue, .. } = &mut *self.lock();
        queue.small(files)
    }

    /// Takes note of finished work, and gives what is to be published.
    pub fn finish(&self, key: &Arc<str>, work: &Work) -> Option<Publication> {
        let mut state = self.lock();
        let State { files, queue, defined, .. } = &mut *state;
        let file = files.get_mut(key)?;
        if !file.learn(work) {
            queue.again(key.clone(), file);
            return None;
        }
        let (uri, version) = (file.setup.uri.clone(), file.version);
        file.news(defined.as_deref()).map(|list| Publication { uri, version, diagnostics: list.to_vec() })
    }

    /// Looks at a file when all its documents are analyzed.
    fn known<T>(&self, uri: &Uri, look: impl FnOnce(&mut File, &mut Queue, Option<&Defined>) -> T) -> Option<T> {
        loop {
            let work = self.lock().find(uri)?.1.work(HELPING);
            work.run();
            let State { files, queue, defined, .. } = &mut *self.lock();
            let file = files.get_mut(uri.as_str())?;
            if file.learn(&work) {
                return Some(look(file, queue, defined.as_deref()));
            }
        }
    }

    /// All diagnostics of a file for a client that asks for them, and the name of this list. `None` for a file that is not open.
    pub fn pull(&self, uri: &Uri) -> Option<(Vec<Diagnostic>, String)> {
        self.known(uri, |file, queue, defined| {
            if file.news(defined).is_some() {
                file.edition = queue.tick();
            }
            (file.reported().to_vec(), file.edition.to_string())
        })
    }

    /// How a file is checked. `None` for one on which podls is not at work.
    pub fn status(&self, uri: &Uri) -> Option<Status> {
        let setup = self.known(uri, |file, _, _| file.is_ours().then(|| file.setup.clone()))??;
        Some(setup.status())
    }

    /// How files on disk are read.
    pub fn reader(&self) -> Reader {
        let state = self.lock();
        Reader { project: state.surroundings.project.clone(), encoding: self.client().encoding, roots: state.roots.clone() }
    }

    /// The documents of a file that have diagnostics, and its version.
    pub fn speaking(&self, uri: &Uri) -> Option<(Vec<Snapshot>, i32)> {
        self.known(uri, |file, _, _| (file.speaking(), file.version))
    }
}

impl State {
    fn find(&mut self, uri: &Uri) -> Option<(Arc<str>, &mut File)> {
        let key = self.files.get_key_value(uri.as_str())?.0.clone();
        self.files.get_mut(&key).map(|file| (key, file))
    }

    /// The author has turned to something else. Says whether there is now more to report of the file.
    fn settle(&mut self, key: &Arc<str>) -> bool {
        let Some(file) = self.files.get_mut(key) else { return false };
        let more = file.settle();
        if more {
            self.queue.again(key.clone(), file);
        }
        more
    }

    /// Takes over the settings, of which the later ones count more, and forgets what was read of the folders.
    fn look_around(&mut self) {
        let [first, later] = &self.settings;
        let settings = Arc::new(later.clone().over(first));
        let project = Arc::new(Project::new().with_roots(self.roots.clone()));
        self.surroundings = Surroundings { settings, project };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was found out of a file that is closed by now says nothing of another one by the same name.
    #[test]
    fn reopened_while_at_work() {
        let session = Session::default();
        let uri: Uri = "untitled:a".parse().unwrap();
        let open = |text: &str| session.open(uri.clone(), "yaml".into(), 1, text);
        open("a: 1\n---\nb: 1\n");
        let Job::Analyse(key, work) = session.next_job() else { panic!("a file waits") };
        session.close(&uri);
        open("apiVersion: v1\nkind: Pod\nspce: {}\n");
        work.run();
        assert!(session.finish(&key, &work).is_none());
        assert!(matches!(session.next_job(), Job::Clear(_)));
        let Job::Analyse(key, work) = session.next_job() else { panic!("the other file waits") };
        work.run();
        assert!(!session.finish(&key, &work).expect("something to report").diagnostics.is_empty());
    }

    #[test]
    fn a_place_is_outdated_by_an_edit() {
        let session = Session::default();
        let uri: Uri = "untitled:a".parse().unwrap();
        session.open(uri.clone(), "yaml".into(), 1, "a: 1\n");
        let place = session.place(&uri, Position::default()).unwrap();
        assert!(session.is_current(&place.at));
        session.change(&uri, 2, [(None, "b: 1\n")].into_iter());
        assert!(!session.is_current(&place.at));
    }
}
