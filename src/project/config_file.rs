//! A `.podls.yaml` on disk, and those above it that it extends.

use std::io;
use std::iter::successors;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;

use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::Levels;
use crate::rules::outside::PODLS_CONFIG;
use crate::schema::{self, KindInfo, Releases};
use crate::text::TextRange;
use crate::yaml::Placeholder;

use super::config::{self, Config};
use super::markers::{CONFIGS, Markers};
use super::read;

/// A configuration as it was read.
#[derive(Debug)]
pub struct ConfigFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its text, or why it could not be read.
    pub text: Result<String, io::Error>,
    /// What is wrong with it, in ranges of its text.
    pub diagnostics: Vec<Diagnostic>,
    /// The configuration of a folder above, which counts where this one decides nothing.
    pub above: Option<Arc<ConfigFile>>,
    config: Config,
    pods: Vec<&'static KindInfo>,
    /// Whether another configuration is beside it.
    is_double: bool,
    /// The folder that its patterns are relative to.
    base: PathBuf,
    /// What is decided for all files, here and above.
    levels: Arc<Levels>,
    /// Whether something is decided for single files, here or above.
    has_path_levels: bool,
}

impl ConfigFile {
    /// The configuration of a folder; `None` if it has none.
    pub(super) fn of_folder(folder: &Path, markers: Markers, above: Option<&Arc<ConfigFile>>) -> Option<Self> {
        let mut found = CONFIGS.iter().filter(|name| markers.may_have(name)).filter_map(|name| {
            let path = folder.join(name);
            Some((read_if_there(&path)?, path))
        });
        let (text, path) = found.next()?;
        let is_double = found.next().is_some();
        let mut file = ConfigFile::new(path, text, folder, above);
        file.is_double = is_double;
        file.diagnostics.splice(0..0, file.beside());
        Some(file)
    }

    /// The configuration at a path that was named by the user, with patterns relative to `base`.
    pub(super) fn named(path: &Path, base: &Path) -> io::Result<Self> {
        Ok(ConfigFile::new(path.to_owned(), Ok(read(path)?), base, None))
    }

    fn new(path: PathBuf, text: io::Result<String>, base: &Path, above: Option<&Arc<ConfigFile>>) -> Self {
        let (config, diagnostics) = config::read(text.as_deref().unwrap_or_default());
        let above = above.filter(|_| !config.is_root).cloned();
        let mut levels = above.as_ref().map(|it| it.levels.clone()).unwrap_or_default();
        if !config.levels.0.is_empty() {
            Arc::make_mut(&mut levels).extend(&config.levels);
        }
        let has_path_levels = !config.path_levels.is_empty() || above.as_ref().is_some_and(|it| it.has_path_levels);
        let pods = schema::declared(&config.pods);
        ConfigFile { path, text, diagnostics, above, config, pods, base: base.to_owned(), levels, has_path_levels, is_double: false }
    }

    /// What is wrong with it beside another configuration.
    fn beside(&self) -> Option<Diagnostic> {
        let message = format!("`{}` next to this file is ignored; merge the two", CONFIGS[1]);
        self.is_double.then(|| Diagnostic::new(PODLS_CONFIG.code, Severity::Error, TextRange::at(0), "", message))
    }

    /// What would be wrong with it if it had that text.
    pub fn diagnostics_of(&self, text: &str) -> Vec<Diagnostic> {
        self.beside().into_iter().chain(config::read(text).1).collect()
    }

    /// This configuration and those that it extends, the nearest first.
    pub fn layers(&self) -> impl Iterator<Item = &ConfigFile> {
        successors(Some(self), |file| file.above.as_deref())
    }

    /// The releases that the manifests are meant for, and the configuration that says so.
    pub fn releases(&self) -> Option<(Releases, &ConfigFile)> {
        self.layers().find_map(|file| Some((file.config.releases?, file)))
    }

    /// What is decided about rules in the file at `path`.
    pub(super) fn levels_for(&self, path: &Path) -> Arc<Levels> {
        if !self.has_path_levels {
            return self.levels.clone();
        }
        let mut levels = self.above.as_ref().map(|file| file.levels_for(path)).unwrap_or_default();
        let of_file = Arc::make_mut(&mut levels);
        of_file.extend(&self.config.levels);
        if let Some(path) = self.relative(path) {
            let matching = self.config.path_levels.iter().filter(|(files, _)| config::holds(files, path));
            matching.for_each(|(_, levels)| of_file.extend(levels));
        }
        levels
    }

    /// Whether the file at `path` is left out: by the nearest `exclude` that names it, or because the nearest `include` does not.
    pub(super) fn excludes(&self, path: &Path) -> bool {
        let decided = self.layers().find_map(|file| match file.config.exclude.matched_path_or_any_parents(file.relative(path)?, false) {
            Match::None => None,
            found => Some(found.is_ignore()),
        });
        let included = self.layers().find_map(|file| Some(config::holds(file.config.include.as_ref()?, file.relative(path)?)));
        decided.unwrap_or(false) || !included.unwrap_or(true)
    }

    /// What is filled in later in the file at `path`.
    pub(super) fn placeholders(&self, path: &Path) -> Vec<Placeholder> {
        let of_layer = |file: &ConfigFile| Some(file.config.placeholders(file.relative(path)?));
        self.layers().filter_map(of_layer).flatten().collect()
    }

    /// Whether the file at `path` is one of those that a kubelet reads.
    pub(super) fn is_static(&self, path: &Path) -> bool {
        self.layers().any(|file| file.relative(path).is_some_and(|path| config::holds(&file.config.static_pods, path)))
    }

    /// The custom resources that hold Pods, here and above; the nearest declaration of a kind first.
    pub(super) fn pods(&self) -> Vec<&'static KindInfo> {
        self.layers().flat_map(|file| file.pods.iter().copied()).collect()
    }

    fn relative<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.strip_prefix(&self.base).ok()
    }
}

fn read_if_there(path: &Path) -> Option<io::Result<String>> {
    match read(path) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            path.is_symlink().then_some(Err(error))
        }
        text => Some(text),
    }
}
