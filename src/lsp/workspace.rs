//! The names of the workspace: an index of what is on disk, with the open files as they are now.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;

use super::part::Snapshot;
use super::setup;
use super::types::Uri;
use crate::guard;
use crate::index::{Hit, Index, Part};
use crate::pod::symbols::Key;
use crate::project::{Project, absolute, read_symbols, walk};
use crate::rules::unknown_object::Defined;
use crate::text::Encoding;

/// So many files and folders are looked through.
const MOST: usize = 1 << 17;
/// So many files are read before what was found is taken over.
const PIECE: usize = 64;

/// The index, and what it was made from.
#[derive(Debug, Default)]
pub struct Workspace {
    index: Index,
    /// The open files as they are in the index.
    open: HashMap<Arc<Path>, Open>,
    /// Files that changed on disk, or were closed.
    stale: HashSet<Arc<Path>>,
    /// Files that changed on disk while all are read: what was read of them may be older.
    touched: Option<HashSet<Arc<Path>>>,
    /// All files of the workspace were read.
    pub is_complete: bool,
}

/// An open file, with its documents where they are wanted.
#[derive(Debug)]
pub struct OpenFile {
    /// The file.
    pub uri: Uri,
    /// As the client counts.
    pub version: i32,
    /// See [`File::revision`].
    pub revision: u64,
    /// Its documents with the number of their first line.
    pub documents: Option<Vec<(usize, Snapshot)>>,
}

/// An open file as it is in the index.
#[derive(Debug)]
struct Open {
    uri: Uri,
    version: i32,
    revision: u64,
}

/// How files on disk are read.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// What is decided about them.
    pub project: Arc<Project>,
    /// What their columns count.
    pub encoding: Encoding,
    /// The folders that the client shows.
    pub roots: Vec<PathBuf>,
}

impl Reader {
    /// Whether a file is in the workspace, and git does not ignore it.
    pub fn is_ours(&self, file: &Path) -> bool {
        self.roots.iter().any(|root| file.starts_with(root)) && !walk::is_ignored(file)
    }

    /// The symbols of a file.
    pub fn read(&self, path: &Path) -> Vec<Part> {
        let found = self.project.options_for(path);
        let read = || read_symbols(path, &found.options, self.encoding);
        if found.excluded { vec![] } else { guard::run(read).unwrap_or_default() }
    }

    /// The manifests of the workspace that git does not ignore.
    pub fn list(&self) -> Vec<PathBuf> {
        let mut files = vec![];
        for root in &self.roots {
            let walked = walk::walk(root, &Gitignore::empty(), MOST);
            let is_complete = walked.folders.len() + walked.found.len() < MOST;
            let folders = walked.folders.iter().map(|(folder, markers)| (folder.as_path(), *markers));
            self.project.take_in(folders, is_complete.then_some(root.as_path()));
            files.extend(walked.found.into_iter().filter_map(Result::ok).map(|file| absolute(&file.path)));
        }
        files.sort();
        files.dedup();
        files
    }
}

impl Workspace {
    /// The names, as far as they are known.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// What all files define, and which of those in these folders lack something; `None` until they are read.
    pub fn defined(&self, folders: &[PathBuf]) -> Option<Defined> {
        let mut defined = Defined::default();
        for it in self.index.objects().filter(|it| self.is_complete && Defined::counts(&it.object().kind)) {
            defined.add(&it.object().kind, &it.object().name, it.object().namespace.as_deref());
        }
        if defined.is_empty() {
            return None;
        }
        let is_lacking = |hit: &Hit<'_>| match &hit.site().key {
            Key::Object(kind, name) => defined.is_lacking(&hit.namespace().map(str::to_owned), kind, name),
            _ => false,
        };
        let uses = self.index.uses_of(Defined::counts).filter(|it| folders.iter().any(|folder| it.holder.file.starts_with(folder)));
        let files: Vec<_> = uses.filter(is_lacking).map(|it| it.holder.file.clone()).collect();
        files.into_iter().for_each(|file| defined.note_lack(file));
        Some(defined)
    }

    /// The URI of a file that the index knows.
    pub fn uri(&self, file: &Path) -> Option<Uri> {
        self.open.get(file).map(|it| it.uri.clone()).or_else(|| Uri::from_file_path(file))
    }

    /// The version of a file that is open in the editor.
    pub fn version(&self, file: &Path) -> Option<i32> {
        self.open.get(file).map(|it| it.version)
    }

    /// Reads files again that are not open: they may have changed on disk without a word.
    pub fn read_again(&mut self, files: &[Arc<Path>], reader: &Reader) {
        for file in files.iter().filter(|file| !self.open.contains_key(&***file)) {
            self.index.replace(file, reader.read(file));
        }
    }

    /// A file may be another one on disk now.
    pub fn touch(&mut self, file: Arc<Path>) {
        if let Some(touched) = &mut self.touched {
            touched.insert(file.clone());
        }
        self.stale.insert(file);
    }

    /// Which revisions of open files are known.
    pub fn known(&self) -> HashMap<&str, u64> {
        self.open.values().map(|it| (it.uri.as_str(), it.revision)).collect()
    }

    /// Takes over what changed: the open files, each with its documents where these are not known yet, and what changed on disk.
    pub fn update(&mut self, open: Vec<OpenFile>, reader: &Reader) {
        let mut now = HashMap::new();
        for OpenFile { uri, version, revision, documents } in open {
            let file = setup::key(&uri);
            if let Some(documents) = documents {
                let part = |(line, at): (usize, Snapshot)| Part { line: line as u32, symbols: at.symbols() };
                let parts = documents.into_iter().map(part).filter(|part| !part.symbols.objects.is_empty());
                self.index.replace(&file, parts.collect());
            }
            now.insert(file, Open { uri, version, revision });
        }
        let closed = std::mem::replace(&mut self.open, now).into_keys();
        self.stale.extend(closed);
        for file in std::mem::take(&mut self.stale).into_iter().filter(|file| !self.open.contains_key(file)) {
            let parts = if reader.is_ours(&file) { reader.read(&file) } else { vec![] };
            self.index.replace(&file, parts);
        }
    }

    /// Takes over files that were read.
    fn take(&mut self, files: Vec<(Arc<Path>, Vec<Part>)>) {
        for (file, parts) in files.into_iter().filter(|(file, _)| !self.open.contains_key(file)) {
            if self.touched.as_ref().is_some_and(|touched| touched.contains(&file)) {
                self.stale.insert(file);
            } else {
                self.index.replace(&file, parts);
            }
        }
    }
}

/// Reads files into a workspace, piece by piece, so that nobody waits for all of them. `report` hears how many are read.
pub fn fill(files: Vec<PathBuf>, reader: &Reader, with: impl Fn(&mut dyn FnMut(&mut Workspace)), report: impl Fn(usize)) {
    with(&mut |workspace| workspace.touched = Some(HashSet::new()));
    let mut done = 0;
    let mut read: Vec<(Arc<Path>, Vec<Part>)> = vec![];
    for piece in files.chunks(PIECE) {
        with(&mut |workspace| workspace.take(std::mem::take(&mut read)));
        read = piece.iter().map(|path| (path.as_path().into(), reader.read(path))).collect();
        done += piece.len();
        report(done);
    }
    let listed: HashSet<PathBuf> = files.into_iter().collect();
    with(&mut |workspace| {
        workspace.take(std::mem::take(&mut read));
        // What was not listed is gone, or new since then.
        workspace.stale.extend(workspace.index.files().filter(|file| !listed.contains(&***file)).cloned());
        workspace.touched = None;
        workspace.is_complete = true;
    });
}
