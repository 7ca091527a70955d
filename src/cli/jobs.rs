//! What a check has to do, in the order of its output.

use std::collections::HashSet;
use std::iter::successors;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::project::{self, ConfigFile, FolderOptions, Project, ProjectOptions};

use super::files::{Files, Found};
use super::read::Origin;
use super::walk::Listed;

/// One thing to do.
#[derive(Debug)]
pub enum Job {
    /// To check standard input.
    Stdin(ProjectOptions),
    /// To check a file.
    File { path: PathBuf, origin: Origin, around: ProjectOptions },
    /// To say what is wrong with a configuration.
    Config(Arc<ConfigFile>),
    /// To say that a file that was named is excluded.
    Excluded(PathBuf),
    /// To say what could not be read.
    Trouble(String),
}

/// Hands on what is to be done for the files, until nobody wants more: `send` says so.
pub fn each(files: Files, project: &Project, mut send: impl FnMut(Job) -> bool) {
    files.introduce(project);
    let mut reported = HashSet::new();
    let mut nearest: Option<(PathBuf, FolderOptions<'_>)> = None;
    for found in files.found {
        let (path, origin) = match found {
            Found::Trouble(what) => {
                if !send(Job::Trouble(what)) {
                    return;
                }
                continue;
            }
            Found::Stdin => (PathBuf::new(), None),
            Found::Named(path) => (path, Some(Origin::Named)),
            Found::Listed(Listed { path, is_regular }) => (path, Some(if is_regular { Origin::Regular } else { Origin::Listed })),
        };
        // Files come folder by folder.
        let parent = path.parent().unwrap_or(Path::new(""));
        if nearest.as_ref().is_none_or(|(folder, _)| folder != parent) {
            nearest = Some((parent.to_owned(), project.folder(parent)));
        }
        let Some((_, folder)) = &nearest else { return };
        let around = path.file_name().map_or_else(|| folder.options_for_text(), |name| folder.options_for(name));
        for config in successors(around.config.as_ref(), |config| config.above.as_ref()) {
            if reported.contains(&config.path) {
                break;
            }
            reported.insert(config.path.clone());
            if !send(Job::Config(config.clone())) {
                return;
            }
        }
        let job = match origin {
            None => Job::Stdin(around),
            // It was reported with the others.
            Some(_) if project::is_config(&path) => continue,
            Some(origin) if !around.excluded => Job::File { path, origin, around },
            Some(Origin::Named) => Job::Excluded(path),
            Some(_) => continue,
        };
        if !send(job) {
            return;
        }
    }
}
