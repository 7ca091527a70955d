//! The names of the workspace as a session knows them.

use std::path::Path;
use std::sync::{Arc, MutexGuard, PoisonError};

use super::super::file::File;
use super::super::workspace::{OpenFile, Workspace};
use super::{Session, State};

impl Session {
    /// The names of the workspace.
    pub fn workspace(&self) -> MutexGuard<'_, Workspace> {
        self.workspace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The names of the workspace, with the open files as they are now. Takes as long as it takes to read what changed.
    pub fn names(&self) -> MutexGuard<'_, Workspace> {
        let mut workspace = self.workspace();
        let known = workspace.known();
        let open = |file: &File| {
            let documents = (known.get(file.setup.uri.as_str()) != Some(&file.revision)).then(|| file.documents());
            OpenFile { uri: file.setup.uri.clone(), version: file.version, revision: file.revision, documents }
        };
        // What others show, such as an older version of a file, is none of the workspace.
        let is_ours = |file: &&File| ["file", "untitled"].contains(&file.setup.uri.scheme().as_str());
        let open = self.lock().files.values().filter(is_ours).map(open).collect();
        workspace.update(open, &self.reader());
        workspace
    }

    /// Files changed on disk. Says whether there may be more to report of open ones.
    pub fn touch(&self, files: Vec<Arc<Path>>) -> bool {
        let mut workspace = self.workspace();
        files.into_iter().for_each(|file| workspace.touch(file));
        drop(workspace);
        self.look_for_objects()
    }

    /// Takes note of what the workspace defines. Says whether that is something else than before, so that there may be more to report.
    pub fn look_for_objects(&self) -> bool {
        let roots = self.lock().roots.clone();
        // Held to the end, so that of two looks at once the later one counts.
        let workspace = self.names();
        let defined = workspace.defined(&roots);
        let mut state = self.lock();
        if state.defined.as_deref() == defined.as_ref() {
            return false;
        }
        state.defined = defined.map(Arc::new);
        let State { files, queue, .. } = &mut *state;
        files.iter().for_each(|(key, file)| queue.again(key.clone(), file));
        self.note(state);
        self.wake();
        true
    }
}
