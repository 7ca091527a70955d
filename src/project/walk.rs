//! The files below a folder.

use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io;
use std::iter::successors;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Markers, is_config, is_kustomization, static_pods};

const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];
/// What git keeps for itself.
const REPOSITORY: &str = ".git";
/// What git ignores.
const IGNORE: &str = ".gitignore";

/// What was found below a folder, in the order of the names.
#[derive(Debug, Default)]
pub struct Walked {
    /// YAML and JSON files by their names, and what could not be listed.
    pub found: Vec<Result<Listed, (PathBuf, io::Error)>>,
    /// All folders, with the files in them that decide how others are read.
    pub folders: Vec<(PathBuf, Markers)>,
    /// How many files and folders git ignores.
    pub ignored: usize,
    /// How many files and folders were excluded.
    pub excluded: usize,
}

/// A file in a folder.
#[derive(Debug)]
pub struct Listed {
    /// Where it is.
    pub path: PathBuf,
    /// It is not a link, nor anything else that only looks like a file.
    pub is_regular: bool,
}

/// Whether a file is YAML or JSON by its name.
pub fn has_wanted_name(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    EXTENSIONS.iter().any(|it| extension.eq_ignore_ascii_case(it)) || is_kustomization(path)
}

/// Lists the files below a folder that git does not ignore and that are not excluded. Links to folders are not followed, so that nothing
/// comes twice or without end. Once `most` files and folders are seen, no further folders are listed.
pub fn walk(folder: &Path, exclude: &Gitignore, most: usize) -> Walked {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let shared = Shared { exclude, everywhere: Gitignore::global().0, seen: AtomicUsize::new(0), most };
    let above = Arc::new(Ignored::above(&absolute));
    let root = Slot::default();
    // Not by recursion: folders may be nested deeper than the stack of a thread.
    let open = Open { path: shown(folder), absolute, above, slot: root.clone() };
    rayon::scope(|scope| shared.list(scope, open));
    assemble(root)
}

/// Whether git ignores a file, or a folder around it.
pub fn is_ignored(file: &Path) -> bool {
    let rules = Ignored::above(file);
    file.ancestors().enumerate().any(|(up, path)| rules.ignores(path, up > 0) == Some(true))
}

/// What is in a folder, once it is listed.
type Slot = Arc<OnceLock<Listing>>;

/// A folder that is to be listed.
struct Open {
    path: PathBuf,
    absolute: PathBuf,
    above: Arc<Ignored>,
    slot: Slot,
}

#[derive(Default)]
struct Listing {
    path: PathBuf,
    entries: Vec<(OsString, Entry)>,
    markers: Markers,
    ignored: usize,
    excluded: usize,
}

enum Entry {
    File(Listed),
    Folder(Slot),
    Failed(PathBuf, io::Error),
}

/// What holds for all folders of a walk.
struct Shared<'e> {
    exclude: &'e Gitignore,
    /// What git ignores in all repositories of the user.
    everywhere: Gitignore,
    /// How many files and folders were seen.
    seen: AtomicUsize,
    most: usize,
}

impl Shared<'_> {
    /// Lists a folder; those in it are listed on all cores.
    fn list<'s>(&'s self, scope: &rayon::Scope<'s>, folder: Open) {
        let mut listing = Listing::default();
        let entries = match fs::read_dir(if folder.path.as_os_str().is_empty() { Path::new(".") } else { &folder.path }) {
            Ok(entries) => entries,
            Err(error) => {
                let failed = (OsString::new(), Entry::Failed(folder.path.clone(), error));
                let listing = Listing { path: folder.path, entries: vec![failed], markers: Markers::UNLISTED, ..listing };
                _ = folder.slot.set(listing);
                return;
            }
        };
        let mut seen = vec![];
        let mut has_rules = false;
        for entry in entries {
            let entry = entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?)));
            match entry {
                Ok((name, kind)) => {
                    listing.markers.note(&name);
                    has_rules |= name == IGNORE;
                    seen.push((name, kind));
                }
                Err(error) => listing.entries.push((OsString::new(), Entry::Failed(folder.path.clone(), error))),
            }
        }
        let is_full = self.seen.fetch_add(seen.len(), Ordering::Relaxed) >= self.most;
        let is_repository = seen.iter().any(|(name, _)| name == REPOSITORY);
        let rules = match has_rules || is_repository {
            true => Arc::new(Ignored::read(&folder.absolute, Some(folder.above), has_rules, is_repository)),
            false => folder.above,
        };
        for (name, kind) in seen {
            let path = folder.path.join(&name);
            let is_wanted = kind.is_dir() && name != REPOSITORY
                || (has_wanted_name(&path) || static_pods::is_copy(&folder.absolute, &name)) && !is_config(&path) && is_file(&path, kind);
            if !is_wanted {
                continue;
            }
            let absolute = folder.absolute.join(&name);
            if self.exclude.matched(&absolute, kind.is_dir()).is_ignore() {
                listing.excluded += 1;
            } else if rules
                .ignores(&absolute, kind.is_dir())
                .unwrap_or_else(|| self.everywhere.matched(&absolute, kind.is_dir()).is_ignore())
            {
                listing.ignored += 1;
            } else if kind.is_dir() && is_full {
                continue;
            } else if kind.is_dir() {
                let below = Open { path, absolute, above: rules.clone(), slot: Slot::default() };
                listing.entries.push((name, Entry::Folder(below.slot.clone())));
                scope.spawn(|scope| self.list(scope, below));
            } else {
                listing.entries.push((name, Entry::File(Listed { path, is_regular: kind.is_file() })));
            }
        }
        listing.entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        listing.path = folder.path;
        _ = folder.slot.set(listing);
    }
}

/// Links to folders are not followed.
fn is_file(path: &Path, kind: FileType) -> bool {
    !kind.is_symlink() || !path.is_dir()
}

/// All listings as one.
fn assemble(root: Slot) -> Walked {
    let mut walked = Walked::default();
    let mut open = vec![vec![(OsString::new(), Entry::Folder(root))].into_iter()];
    while let Some(entries) = open.last_mut() {
        match entries.next() {
            None => _ = open.pop(),
            Some((_, Entry::File(file))) => walked.found.push(Ok(file)),
            Some((_, Entry::Failed(path, error))) => walked.found.push(Err((path, error))),
            Some((_, Entry::Folder(slot))) => {
                let listing = Arc::into_inner(slot).and_then(OnceLock::into_inner).unwrap_or_default();
                walked.ignored += listing.ignored;
                walked.excluded += listing.excluded;
                walked.folders.push((listing.path, listing.markers));
                open.push(listing.entries.into_iter());
            }
        }
    }
    walked
}

/// What git ignores in a folder and below it.
#[derive(Default)]
struct Ignored {
    rules: Vec<Gitignore>,
    /// The rules of the folder above, unless the folder is the root of a repository.
    above: Option<Arc<Ignored>>,
}

impl Ignored {
    /// The rules of the folders above one, up to the root of its repository.
    fn above(folder: &Path) -> Ignored {
        let is_root = |folder: &Path| folder.join(REPOSITORY).exists();
        let mut above: Vec<&Path> = vec![];
        let mut inner = folder;
        while let Some(folder) = inner.parent().filter(|_| !is_root(inner)) {
            above.push(folder);
            inner = folder;
        }
        let read =
            |above: Ignored, folder: &&Path| Ignored::read(folder, Some(Arc::new(above)), folder.join(IGNORE).exists(), is_root(folder));
        above.iter().rev().fold(Ignored::default(), read)
    }

    fn read(folder: &Path, above: Option<Arc<Ignored>>, has_rules: bool, is_repository: bool) -> Ignored {
        let read = |file: PathBuf| {
            let mut rules = GitignoreBuilder::new(folder);
            rules.add(file);
            rules.build().ok()
        };
        let of_folder = has_rules.then(|| read(folder.join(IGNORE))).flatten();
        let of_repository = is_repository.then(|| read(folder.join(REPOSITORY).join("info").join("exclude"))).flatten();
        let rules = of_folder.into_iter().chain(of_repository).filter(|it| !it.is_empty()).collect();
        Ignored { rules, above: above.filter(|_| !is_repository) }
    }

    /// What the nearest rule says that names the path.
    fn ignores(&self, path: &Path, is_folder: bool) -> Option<bool> {
        let decides = |rules: &Gitignore| match rules.matched(path, is_folder) {
            Match::None => None,
            found => Some(found.is_ignore()),
        };
        successors(Some(self), |it| it.above.as_deref()).flat_map(|it| &it.rules).find_map(decides)
    }
}

/// `a.yaml` instead of `./a.yaml`.
fn shown(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}
