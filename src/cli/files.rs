//! Which files are checked.

use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

use crate::project::{self, Markers, Project};

use super::walk::{Listed, walk};

/// What was found on the way through the paths.
#[derive(Debug)]
pub enum Found {
    /// Standard input.
    Stdin,
    /// A file that was named itself.
    Named(PathBuf),
    /// A file in a folder that was named.
    Listed(Listed),
    /// Something that could not be looked into: the message.
    Trouble(String),
}

/// All that was found.
#[derive(Debug, Default)]
pub struct Files {
    /// In the order of the paths; the files of a folder in the order of their names.
    pub found: Vec<Found>,
    /// All folders that were listed, with the files in them that decide how others are read.
    folders: Vec<(PathBuf, Markers)>,
    /// The folders that were named.
    roots: Vec<PathBuf>,
}

impl Files {
    /// All files of the paths.
    pub fn of(paths: &[PathBuf], exclude: &Gitignore) -> Files {
        let mut files = Files::default();
        paths.iter().for_each(|path| files.add(path, exclude));
        files
    }

    fn add(&mut self, path: &Path, exclude: &Gitignore) {
        if path.as_os_str() == "-" {
            return self.found.push(Found::Stdin);
        }
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => {
                let walked = walk(path, exclude);
                let found = walked.found.into_iter();
                self.found
                    .extend(found.map(|it| it.map_or_else(|(path, error)| Found::Trouble(super::read::why(&path, &error)), Found::Listed)));
                self.folders.extend(walked.folders);
                self.roots.push(path.to_owned());
            }
            Ok(_) => {
                if project::is_kustomization(path) {
                    self.folders.extend(path.parent().map(|folder| (folder.to_owned(), Markers::UNLISTED)));
                }
                self.found.push(Found::Named(path.to_owned()));
            }
            Err(error) => self.found.push(Found::Trouble(super::read::why(path, &error))),
        }
    }

    /// Lets a project know what was seen on the way.
    pub fn introduce(&self, project: &Project) {
        let folders = self.folders.iter().map(|(folder, markers)| (folder.as_path(), *markers));
        project.take_in(folders, self.roots.iter().map(PathBuf::as_path));
    }
}
