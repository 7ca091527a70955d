//! What a check has to do, in the order of its output.

use std::collections::HashSet;
use std::iter::successors;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::project::{self, ConfigFile, FolderOptions, Project, ProjectOptions};

use super::files::{Files, Found, Root};
use super::paths::near;
use super::read::Origin;
use crate::project::walk::Listed;

/// One thing to do.
#[derive(Debug)]
pub enum Job {
    /// To check standard input.
    Stdin(ProjectOptions),
    /// To check a file.
    File { path: PathBuf, origin: Origin, around: ProjectOptions },
    /// To report what is wrong with a configuration.
    Config(Arc<ConfigFile>),
    /// To say what was not checked, as it was asked for.
    Note(String),
    /// To say that a folder has nothing to check.
    Empty(String),
    /// To say what in a folder could not be read, and why.
    Warning(PathBuf, String),
    /// To say what was asked for and cannot be done, and why.
    Failure(PathBuf, String),
}

/// Nobody wants more.
pub struct Closed;

/// Hands on what is to be done for the files.
pub fn each(files: Files, project: &Project, allow_empty: bool, send: impl FnMut(Job) -> Result<(), Closed>) -> Result<(), Closed> {
    files.introduce(project);
    let mut jobs = Jobs { project, send, reported: HashSet::new(), nearest: None };
    let Files { found, roots, skipped, .. } = files;
    if !skipped.is_empty() {
        (jobs.send)(Job::Note(skipped_files(&skipped)))?;
    }
    let mut excluded = vec![0; roots.len()];
    for (index, found) in found.into_iter().enumerate() {
        if jobs.found(found)? == Some(Excluded) {
            let of = roots.iter().position(|root| root.files.contains(&index));
            of.into_iter().for_each(|root| excluded[root] += 1);
        }
    }
    let empty = roots.iter().zip(excluded).filter(|(root, excluded)| root.count == 0 || *excluded > 0 && *excluded == root.files.len());
    for (root, excluded) in empty {
        let message = nothing_to_check(root, excluded);
        (jobs.send)(if allow_empty { Job::Note(message) } else { Job::Empty(format!("{message}; use `--allow-empty` to allow this")) })?;
    }
    Ok(())
}

/// A configuration excludes the file.
#[derive(PartialEq, Eq)]
struct Excluded;

struct Jobs<'p, S> {
    project: &'p Project,
    send: S,
    /// The configurations that were handed on.
    reported: HashSet<PathBuf>,
    /// The folder of the last file: files come folder by folder.
    nearest: Option<(PathBuf, FolderOptions<'p>)>,
}

impl<S: FnMut(Job) -> Result<(), Closed>> Jobs<'_, S> {
    fn found(&mut self, found: Found) -> Result<Option<Excluded>, Closed> {
        let (path, origin) = match found {
            Found::Failed(path, message) => return (self.send)(Job::Failure(path, message)).map(|()| None),
            Found::Unreadable(path, message) => return (self.send)(Job::Warning(path, message)).map(|()| None),
            Found::Excluded(path) => {
                return (self.send)(Job::Note(format!("{} is excluded by --exclude", path.display()))).map(|()| None);
            }
            Found::Stdin => (PathBuf::new(), None),
            Found::Named(path) => (path, Some(Origin::Named)),
            Found::Listed(Listed { path, is_regular }) => (path, Some(if is_regular { Origin::Regular } else { Origin::Listed })),
        };
        let around = self.around(&path);
        for config in successors(around.config.as_ref(), |config| config.above.as_ref()) {
            if !self.reported.insert(config.path.clone()) {
                break;
            }
            (self.send)(Job::Config(config.clone()))?;
        }
        match origin {
            None => (self.send)(Job::Stdin(around))?,
            // It was reported with the others.
            Some(_) if project::is_config(&path) => {}
            Some(origin) if !around.excluded => (self.send)(Job::File { path, origin, around })?,
            Some(Origin::Named) => {
                let by = around.config.map_or(".podls.yaml".into(), |config| near(&config.path).display().to_string());
                (self.send)(Job::Note(format!("{} is excluded by {by}", path.display())))?;
            }
            Some(_) => return Ok(Some(Excluded)),
        }
        Ok(None)
    }

    fn around(&mut self, path: &Path) -> ProjectOptions {
        let parent = path.parent().unwrap_or(Path::new(""));
        let (_, folder) = match self.nearest.take_if(|(folder, _)| folder == parent) {
            Some(known) => self.nearest.insert(known),
            None => self.nearest.insert((parent.to_owned(), self.project.folder(parent))),
        };
        path.file_name().map_or_else(|| folder.options_for_text(), |name| folder.options_for(name))
    }
}

/// Says which named files are not checked, in one line.
fn skipped_files(skipped: &[PathBuf]) -> String {
    match skipped {
        [only] => format!("skipped {}: not a YAML or JSON file by its name", only.display()),
        [first, second] => format!("skipped {} and {}: not YAML or JSON files by their names", first.display(), second.display()),
        [first, others @ ..] => {
            format!("skipped {} and {} others: not YAML or JSON files by their names", first.display(), others.len())
        }
        [] => String::new(),
    }
}

/// Says why there is nothing to check in a folder.
fn nothing_to_check(root: &Root, excluded: usize) -> String {
    let reasons = [(root.excluded, "--exclude"), (excluded, "the configuration"), (root.ignored, "git")];
    let reasons: Vec<String> = reasons.iter().filter(|(count, _)| *count > 0).map(|(count, by)| format!("{count} by {by}")).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" (excluded: {})", reasons.join(", ")) };
    format!("{} contains no YAML or JSON file to check{reasons}", root.path.display())
}
