//! Which files are checked.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use crate::project;

const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// What was found on the way through the paths.
#[derive(Debug)]
pub enum Found {
    /// Standard input.
    Stdin,
    /// A file that was named itself.
    Named(PathBuf),
    /// A file in a folder that was named.
    Listed(PathBuf),
    /// Something that could not be looked into: the message.
    Trouble(String),
}

impl Found {
    /// The file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Found::Named(path) | Found::Listed(path) => Some(path),
            Found::Stdin | Found::Trouble(_) => None,
        }
    }
}

/// All files of the paths, in their order; those of a folder in the order of their names.
///
/// In folders, those count that `.gitignore` does not leave out and that are YAML or JSON by their name. Links to folders are not
/// followed, so that nothing comes twice or without end.
pub fn find(paths: &[PathBuf]) -> impl Iterator<Item = Found> {
    paths.iter().flat_map(|path| -> Box<dyn Iterator<Item = Found>> {
        if path.as_os_str() == "-" {
            return Box::new(std::iter::once(Found::Stdin));
        }
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => Box::new(walk(path)),
            Ok(_) => Box::new(std::iter::once(Found::Named(path.clone()))),
            Err(error) => Box::new(std::iter::once(Found::Trouble(super::read::why(path, &error)))),
        }
    })
}

fn walk(folder: &Path) -> impl Iterator<Item = Found> + use<> {
    WalkBuilder::new(folder)
        .hidden(false)
        .ignore(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .sort_by_file_name(OsStr::cmp)
        .build()
        .filter_map(|entry| match entry {
            Ok(entry) => is_candidate(&entry).then(|| Found::Listed(shown(entry.into_path()))),
            Err(error) => Some(Found::Trouble(trouble(error))),
        })
}

/// What could not be looked into on the way, and what to do.
fn trouble(error: ignore::Error) -> String {
    let mut path = None;
    let mut inner = &error;
    while let ignore::Error::WithPath { err, .. } | ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } = inner
    {
        if let ignore::Error::WithPath { path: of, .. } = inner {
            path = Some(shown(of.clone()));
        }
        inner = err;
    }
    match (path, inner) {
        (Some(path), ignore::Error::Io(error)) => super::read::why(&path, error),
        _ => format!("{error}. The rest is checked."),
    }
}

fn is_candidate(entry: &DirEntry) -> bool {
    let extension = entry.path().extension().unwrap_or_default();
    let is_folder = entry.file_type().is_some_and(|it| it.is_dir() || it.is_symlink() && entry.path().is_dir());
    let is_wanted = EXTENSIONS.iter().any(|it| extension == *it) || project::is_kustomization(entry.path());
    is_wanted && !is_folder && entry.file_name() != project::CONFIG
}

/// `a.yaml` instead of `./a.yaml`.
fn shown(path: PathBuf) -> PathBuf {
    path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)
}
