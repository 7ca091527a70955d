//! What is known of a folder.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::config_file::ConfigFile;
use super::markers::{Markers, REPOSITORY};
use super::{assertions, chart, normal, read};

/// The files of a folder that decide how others are read, and what it has from the folders above.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// The nearest configuration.
    pub config: Option<Arc<ConfigFile>>,
    /// The part of a chart that the folder is.
    pub part: chart::Part,
    /// Files that tests of Chainsaw in the folder, or above it, compare with what there is in a cluster.
    pub assertions: Arc<HashSet<PathBuf>>,
    /// The nearest folder above, or the folder itself, that git calls a repository.
    pub repository: Option<Arc<Path>>,
}

impl Folder {
    /// Reads what a folder has; `above` is the folder above it.
    pub fn read(path: &Path, markers: Markers, above: &Folder) -> Self {
        let config = ConfigFile::of_folder(path, markers, above.config.as_ref()).map(Arc::new).or_else(|| above.config.clone());
        let is_repository = markers.may_have(REPOSITORY) && path.join(REPOSITORY).exists();
        let repository = if is_repository { Some(path.into()) } else { above.repository.clone() };
        let mut assertions = above.assertions.clone();
        if markers.may_have(assertions::CHAINSAW) {
            let named = read(&path.join(assertions::CHAINSAW)).map(|text| assertions::named(&text)).unwrap_or_default();
            if !named.is_empty() {
                Arc::make_mut(&mut assertions).extend(named.into_iter().map(|file| normal(&path.join(file))));
            }
        }
        let has_chart = markers.may_have(chart::CHART) && path.join(chart::CHART).is_file();
        Folder { config, part: above.part.below(path, has_chart), assertions, repository }
    }
}
