//! Which files are checked.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

use crate::project::walk::{self, Listed, Walked};
use crate::project::{self, Markers, Project, absolute};

use super::read;

/// So many bytes of a file without an extension show whether it is a manifest.
const HEAD: u64 = 64 << 10;

/// What was found on the way through the paths.
#[derive(Debug)]
pub enum Found {
    /// Standard input.
    Stdin,
    /// A file that was named itself.
    Named(PathBuf),
    /// A file in a folder that was named.
    Listed(Listed),
    /// Something that was named and could not be looked into, and the message.
    Failed(PathBuf, String),
    /// Something in a folder that could not be looked into, and the message.
    Unreadable(PathBuf, String),
    /// A file that was named, and excluded on the command line.
    Excluded(PathBuf),
}

/// A folder that was named.
#[derive(Debug)]
pub struct Root {
    /// Where it is.
    pub path: PathBuf,
    /// How many files it has.
    pub count: usize,
    /// Which of all that was found was found in it first.
    pub files: std::ops::Range<usize>,
    /// How many files and folders git ignores.
    pub ignored: usize,
    /// How many files and folders were excluded on the command line.
    pub excluded: usize,
}

/// All that was found.
#[derive(Debug)]
pub struct Files {
    /// In the order of the paths; the files of a folder in the order of their names.
    pub found: Vec<Found>,
    /// The folders that were named.
    pub roots: Vec<Root>,
    /// Files that were named, and are not YAML or JSON.
    pub skipped: Vec<PathBuf>,
    exclude: Gitignore,
    /// There is only one path, so that nothing is found twice.
    is_only: bool,
    seen: HashSet<PathBuf>,
    /// All folders that were listed, with the files in them that decide how others are read.
    folders: Vec<(PathBuf, Markers)>,
}

impl Files {
    /// Whether standard input is among them.
    pub fn has_stdin(&self) -> bool {
        self.found.iter().any(|it| matches!(it, Found::Stdin))
    }

    /// No files yet.
    pub fn new(exclude: Gitignore) -> Self {
        Files { is_only: false, found: vec![], roots: vec![], skipped: vec![], exclude, seen: HashSet::new(), folders: vec![] }
    }

    /// Takes in what the paths name; each file once.
    pub fn add_all(&mut self, paths: &[&Path]) {
        self.is_only = paths.len() == 1;
        paths.iter().for_each(|path| self.add(path));
    }

    fn add(&mut self, path: &Path) {
        let is_stdin = path.as_os_str() == "-";
        let whole = absolute(path);
        if !is_stdin && self.excludes(&whole) {
            return match path.is_dir() {
                true => self.roots.push(Root { path: path.to_owned(), count: 0, files: 0..0, ignored: 0, excluded: 1 }),
                false => self.found.push(Found::Excluded(path.to_owned())),
            };
        }
        let metadata = if is_stdin { None } else { Some(path.metadata()) };
        let is_folder = matches!(&metadata, Some(Ok(metadata)) if metadata.is_dir());
        if matches!(metadata, None | Some(Ok(_))) && !is_folder && !self.seen.insert(Real::of(path)) {
            return;
        }
        match metadata {
            None => self.found.push(Found::Stdin),
            Some(Ok(_)) if is_folder => self.add_folder(path),
            Some(Ok(metadata)) => self.add_file(path, &metadata),
            Some(Err(error)) => self.found.push(Found::Failed(path.to_owned(), read::why(path, &error))),
        }
    }

    /// Takes in a file that git lists. What is not YAML or JSON, or is not there, does not count.
    pub fn add_listed(&mut self, path: PathBuf) {
        if walk::has_wanted_name(&path) && !self.excludes(&absolute(&path)) && !path.is_dir() {
            self.found.push(Found::Listed(Listed { path, is_regular: false }));
        }
    }

    /// Whether a path was excluded, or a folder around it.
    fn excludes(&self, path: &Path) -> bool {
        // The patterns are relative to the current folder.
        let is_below = path.starts_with(self.exclude.path());
        let found = if is_below { self.exclude.matched_path_or_any_parents(path, false) } else { self.exclude.matched(path, false) };
        found.is_ignore()
    }

    fn add_folder(&mut self, path: &Path) {
        let Walked { mut found, folders, ignored, excluded } = walk::walk(path, &self.exclude, usize::MAX);
        if let ([Err((_, error))], [_]) = (&found[..], &folders[..]) {
            return self.found.push(Found::Failed(path.to_owned(), read::why(path, error)));
        }
        let start = self.found.len();
        let count = found.iter().filter(|it| it.is_ok()).count();
        // The files of an only folder are compared with others only if there are links among them.
        let is_only = self.is_only && found.iter().flatten().all(|file| file.is_regular);
        let mut real = Real::default();
        let mut is_new =
            |file: &Listed| is_only || self.seen.insert(if file.is_regular { real.of_regular(&file.path) } else { Real::of(&file.path) });
        // What a link leads to is read there.
        for is_regular in [true, false] {
            found.retain(|it| it.as_ref().map_or(true, |file| file.is_regular != is_regular || is_new(file)));
        }
        self.found.extend(found.into_iter().map(|it| match it {
            Ok(file) => Found::Listed(file),
            Err((path, error)) => {
                let message = read::why(&path, &error);
                Found::Unreadable(path, message)
            }
        }));
        self.folders.extend(folders);
        self.roots.push(Root { path: path.to_owned(), count, files: start..self.found.len(), ignored, excluded });
    }

    fn add_file(&mut self, path: &Path, metadata: &Metadata) {
        if project::is_kustomization(path) {
            self.folders.extend(path.parent().map(|folder| (folder.to_owned(), Markers::UNLISTED)));
        }
        // What is not a regular file is a pipe, as of `<(helm template …)`.
        let is_wanted = walk::has_wanted_name(path) || !metadata.is_file() || path.starts_with("/dev") || is_manifest(path).unwrap_or(true);
        match is_wanted {
            true => self.found.push(Found::Named(path.to_owned())),
            false => self.skipped.push(path.to_owned()),
        }
    }

    /// Lets a project know what was seen on the way.
    pub fn introduce(&self, project: &Project) {
        let folders = self.folders.iter().map(|(folder, markers)| (folder.as_path(), *markers));
        project.take_in(folders, self.roots.iter().map(|root| root.path.as_path()));
    }
}

/// The paths of files without links, by which each is known.
#[derive(Default)]
struct Real {
    /// The last folder, and where it really is: files come folder by folder.
    folder: Option<(PathBuf, PathBuf)>,
}

impl Real {
    fn of(path: &Path) -> PathBuf {
        fs::canonicalize(path).unwrap_or_else(|_| absolute(path))
    }

    /// The real path of a file that is not a link itself.
    fn of_regular(&mut self, path: &Path) -> PathBuf {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Real::of(path) };
        if self.folder.as_ref().is_none_or(|(last, _)| last != folder) {
            self.folder = Some((folder.to_owned(), Real::of(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })));
        }
        self.folder.iter().map(|(_, real)| real.join(name)).collect()
    }
}

/// Whether a file without an extension is a manifest by its text.
fn is_manifest(path: &Path) -> io::Result<bool> {
    if path.extension().is_some() {
        return Ok(false);
    }
    let mut head = vec![];
    fs::File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    let has_key = |line: &[u8]| line.starts_with(b"apiVersion:") || line.starts_with(b"{");
    Ok(head.split(|byte| *byte == b'\n').any(has_key))
}
