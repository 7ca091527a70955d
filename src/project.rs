//! What stands around a file and decides how it is read: `.podls.yaml`, `Chart.yaml`, kustomizations.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use crate::diagnostic::Diagnostic;
use crate::rules::{Levels, Options};
use crate::schema::Release;
use crate::yaml::Placeholder;

mod assertions;
mod chart;
pub mod config;
mod graph;
mod kustomize;

pub use config::Config;
pub use kustomize::is_kustomization;

use graph::Graph;

/// The name of the configuration file.
pub const CONFIG: &str = ".podls.yaml";
/// No configuration is longer, in bytes.
const LONGEST: u64 = 1 << 20;
/// So many folders are remembered; then all are forgotten, so that memory does not grow with the number of folders.
const REMEMBERED: usize = 4096;

/// Answers how files are to be read; remembers what it has read of their folders.
#[derive(Debug, Default)]
pub struct Project {
    decided: Option<Release>,
    fallback: Release,
    /// Folders that are searched for kustomizations where they are in no repository.
    roots: Vec<PathBuf>,
    known: Mutex<Known>,
}

/// What was read.
#[derive(Debug, Default)]
struct Known {
    folders: HashMap<PathBuf, Arc<Folder>>,
    graph: Graph,
}

/// How a file is to be read.
#[derive(Clone, Debug, Default)]
pub struct ProjectOptions {
    /// For the analysis.
    pub options: Options,
    /// The configuration leaves the file out: nothing is said of it.
    pub excluded: bool,
    /// The configuration that holds for the file.
    pub config: Option<Arc<ConfigFile>>,
}

/// A `.podls.yaml` as it was read.
#[derive(Debug)]
pub struct ConfigFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its text, or why it could not be read.
    pub text: Result<String, io::Error>,
    /// What it says.
    pub config: Config,
    /// What is wrong with it, in ranges of its text.
    pub diagnostics: Vec<Diagnostic>,
}

/// What is known of a folder: its own files, and what it has from the folders above.
#[derive(Clone, Debug, Default)]
struct Folder {
    config: Option<Arc<ConfigFile>>,
    part: chart::Part,
    /// Files that tests of Chainsaw in the folder, or above it, compare with what there is in a cluster.
    assertions: Arc<HashSet<PathBuf>>,
    /// The nearest folder above, or the folder itself, that git calls a repository.
    repository: Option<Arc<Path>>,
}

impl Project {
    /// Knows nothing yet; the newest release holds where no configuration names one.
    pub fn new() -> Self {
        Project::default()
    }

    /// With a release that wins over every configuration: it was asked for on the command line.
    pub fn with_release(mut self, release: Option<Release>) -> Self {
        self.decided = release;
        self
    }

    /// With the release that holds where no configuration names one.
    pub fn with_fallback(mut self, release: Release) -> Self {
        self.fallback = release;
        self
    }

    /// With folders that are searched for kustomizations too, where no repository is around a file.
    pub fn with_roots(mut self, roots: impl IntoIterator<Item = PathBuf>) -> Self {
        self.roots = roots.into_iter().map(|root| absolute(&root)).collect();
        self
    }

    /// Takes in the kustomizations among these files; below the `folders` there are no others.
    pub fn take_in<'p>(&self, files: impl IntoIterator<Item = &'p Path>, folders: impl IntoIterator<Item = &'p Path>) {
        let graph = &mut self.lock().graph;
        let files = files.into_iter().filter(|path| is_kustomization(path));
        files.for_each(|path| absolute(path).parent().into_iter().for_each(|folder| graph.add(folder)));
        folders.into_iter().for_each(|folder| graph.mark_searched(&absolute(folder)));
    }

    /// How the file at `path` is to be read. The file itself is not touched and need not exist.
    pub fn options_for(&self, path: &Path) -> ProjectOptions {
        let path = absolute(path);
        let mut known = self.lock();
        let folder = path.parent().map(|folder| known.folder(folder)).unwrap_or_default();
        let repository = folder.repository.as_deref();
        let roots = self.roots.iter().filter(|root| path.starts_with(root) && repository.is_none_or(|it| root.starts_with(it)));
        // A root may be a folder that git ignores, so that a search of the repository misses it.
        roots.map(PathBuf::as_path).chain(repository).for_each(|root| known.graph.search(root));
        let used = known.graph.use_of(&path);
        drop(known);
        self.options(&folder, &path, used)
    }

    /// How a text without a file is to be read, in that folder.
    pub fn options_in(&self, folder: &Path) -> ProjectOptions {
        let folder = absolute(folder);
        let known = self.lock().folder(&folder);
        self.options(&known, &folder, graph::Use::default())
    }

    fn options(&self, folder: &Folder, path: &Path, used: graph::Use) -> ProjectOptions {
        let config = folder.config.as_deref().map(|file| &file.config);
        let release = self.decided.or(config.and_then(|config| config.release)).unwrap_or(self.fallback);
        let levels = config.map_or_else(Arc::<Levels>::default, |config| config.levels.clone());
        let is_assertion = folder.assertions.contains(path) || assertions::has_name(path);
        let is_foreign = used.own || is_kustomization(path) || folder.part.owns(path) || is_assertion;
        let dialect = folder.part.dialect();
        let declared = folder.config.as_deref().into_iter().flat_map(|file| file.placeholders(path));
        let placeholders = declared.chain(used.has_variables.then(|| Placeholder::new("$(NAME)")).flatten()).collect();
        ProjectOptions {
            options: Options { release, dialect, layers: used.layers, is_foreign, placeholders, levels },
            excluded: folder.config.as_deref().is_some_and(|file| file.excludes(path)),
            config: folder.config.clone(),
        }
    }

    /// Whether a change of the file at `path` may change an answer: then [`Project::forget`] is due.
    pub fn depends_on(path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        [CONFIG, chart::CHART, assertions::CHAINSAW].contains(&name) || is_kustomization(path)
    }

    /// Forgets all that was read.
    pub fn forget(&self) {
        *self.lock() = Known::default();
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn folder(&mut self, path: &Path) -> Arc<Folder> {
        if let Some(known) = self.folders.get(path) {
            return known.clone();
        }
        if self.folders.len() >= REMEMBERED {
            self.folders.clear();
        }
        let ancestors: Vec<&Path> = path.ancestors().collect();
        let mut above = Arc::default();
        for folder in ancestors.into_iter().rev() {
            if !self.folders.contains_key(folder) {
                self.graph.add(folder);
            }
            let known = self.folders.entry(folder.to_owned()).or_insert_with(|| Arc::new(Folder::read(folder, &above)));
            above = known.clone();
        }
        above
    }
}

impl Folder {
    fn read(path: &Path, above: &Folder) -> Self {
        let config = ConfigFile::read(&path.join(CONFIG)).map(Arc::new).or_else(|| above.config.clone());
        let repository = if path.join(".git").exists() { Some(path.into()) } else { above.repository.clone() };
        let mut assertions = above.assertions.clone();
        let named = read(&path.join(assertions::CHAINSAW)).map(|text| assertions::named(&text)).unwrap_or_default();
        if !named.is_empty() {
            Arc::make_mut(&mut assertions).extend(named.into_iter().map(|file| normal(&path.join(file))));
        }
        Folder { config, part: above.part.below(path), assertions, repository }
    }
}

impl ConfigFile {
    /// Reads the configuration at `path`; `None` if there is none.
    fn read(path: &Path) -> Option<Self> {
        let text = match read(path) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return None,
            text => text,
        };
        let (config, diagnostics) = config::read(text.as_deref().unwrap_or_default());
        Some(ConfigFile { path: path.to_owned(), text, config, diagnostics })
    }

    fn excludes(&self, path: &Path) -> bool {
        self.relative(path).is_some_and(|path| self.config.excludes(path))
    }

    fn placeholders(&self, path: &Path) -> Vec<Placeholder> {
        self.relative(path).map(|path| self.config.placeholders(path)).unwrap_or_default()
    }

    fn relative<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.strip_prefix(self.path.parent().unwrap_or(Path::new(""))).ok()
    }
}

/// Reads a small file; nothing that would block, like a pipe.
fn read(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("no file of less than {} MiB", LONGEST >> 20)));
    }
    fs::read_to_string(path)
}

/// The path from the root of the file system, without `.` and `..`.
fn absolute(path: &Path) -> PathBuf {
    normal(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// The path without `.` and `..`, as if there were no symbolic links.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => _ = normal.pop(),
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::Project;
    use crate::rules::{Completeness, Level};
    use crate::schema::Release;
    use crate::yaml::Dialect;

    /// A folder that is removed at the end of its test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str, files: &[(&str, &str)]) -> Self {
            let folder = Folder(std::env::temp_dir().join(format!("podls-project-{test}-{}", std::process::id())));
            for (path, text) in files {
                let path = folder.0.join(path);
                fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                fs::write(path, text).expect("a file");
            }
            folder
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_stands_around_a_file_decides() {
        let folder = Folder::new(
            "around",
            &[
                (".podls.yaml", "kubernetes: \"1.34\"\nexclude: [\"/out/\"]\n"),
                ("chart/Chart.yaml", "name: x\n"),
                ("chart/charts/sub/Chart.yaml", "name: y\n"),
                ("base/kustomization.yaml", "patches:\n- path: patches/a.yaml\n- path: ./b.yaml\n"),
                ("base/overlay/kustomization.yml", "patchesStrategicMerge: [../c.yaml, d.yaml]\n"),
                ("team/.podls.yaml", "rules: {unused-allow: off}\n"),
            ],
        );
        let project = Project::new();
        let look = |path: &str| {
            let it = project.options_for(&folder.0.join(path));
            let release = it.options.release.name();
            let layers = it.options.layers;
            let marks = [
                (it.options.dialect == Dialect::Template, "template"),
                (it.options.dialect == Dialect::Either, "either"),
                (it.options.is_foreign, "foreign"),
                (layers.is_patch(), "patch"),
                (layers.completeness(None) == Completeness::Completed, "completed"),
                (it.excluded, "excluded"),
            ];
            marks.iter().filter(|it| it.0).fold(release.to_owned(), |text, it| text + " " + it.1)
        };
        for (path, expected) in [
            ("pod.yaml", "1.34"),
            ("chart/templates/deep/pod.yaml", "1.34 template"),
            ("chart/charts/sub/templates/pod.yaml", "1.34 template"),
            ("chart/crds/pod.yaml", "1.34 either"),
            ("chart/examples/templates/pod.yaml", "1.34 either"),
            ("chart/Chart.yaml", "1.34 either foreign"),
            ("chart/values-prod.yaml", "1.34 either foreign"),
            ("chart/ci/small.yaml", "1.34 foreign"),
            ("chart/charts/sub/values.yaml", "1.34 either foreign"),
            ("values.yaml", "1.34"),
            ("templates/pod.yaml", "1.34"),
            ("base/patches/a.yaml", "1.34 patch"),
            ("base/overlay/../b.yaml", "1.34 patch"),
            ("base/a.yaml", "1.34"),
            ("base/overlay/d.yaml", "1.34 patch"),
            ("base/overlay/kustomization.yml", "1.34 foreign"),
            ("out/pod.yaml", "1.34 excluded"),
            ("base/out/pod.yaml", "1.34"),
            // The nearest configuration counts, alone.
            ("team/pod.yaml", "1.37"),
            ("not/there/pod.yaml", "1.34"),
        ] {
            assert_eq!(look(path), expected, "{path}");
        }
        let team = project.options_for(&folder.0.join("team/pod.yaml"));
        assert_eq!(team.options.levels.0.get("unused-allow"), Some(&Level::Off));
    }

    #[test]
    fn the_command_line_wins_and_changes_count_after_forgetting() {
        let folder = Folder::new("changes", &[(".podls.yaml", "kubernetes: \"1.34\"\n")]);
        let pod = folder.0.join("pod.yaml");
        let decided = Project::new().with_release(Some(Release::V1_35));
        assert_eq!(decided.options_for(&pod).options.release, Release::V1_35);
        let project = Project::new().with_fallback(Release::V1_33);
        assert_eq!(project.options_for(&pod).options.release, Release::V1_34);
        fs::remove_file(folder.0.join(".podls.yaml")).expect("removed");
        assert_eq!(project.options_for(&pod).options.release, Release::V1_34, "remembered");
        project.forget();
        assert_eq!(project.options_for(&pod).options.release, Release::V1_33);
        assert!(Project::depends_on(Path::new("/x/.podls.yaml")) && Project::depends_on(Path::new("Kustomization")));
        assert!(!Project::depends_on(Path::new("/x/pod.yaml")));
    }
}
