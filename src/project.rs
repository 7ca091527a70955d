//! What is around a file and decides how it is read: `.podls.yaml`, `Chart.yaml`, kustomizations.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{env, fs, io};

use crate::rules::{Completeness, Layers, Levels, Options, StaticFile};
use crate::schema::{Kinds, Releases};
use crate::yaml::{Dialect, Placeholder};

mod assertions;
mod chart;
pub mod config;
mod config_file;
mod crds;
mod folder;
mod graph;
mod kubeadm;
mod kustomize;
mod markers;
mod static_pods;
mod symbols;
pub mod walk;

pub use config::Config;
pub use config_file::ConfigFile;
pub use kustomize::{NAMES as KUSTOMIZATION_NAMES, is_kustomization};
pub use markers::{CONFIGS, Markers, is_config};
pub use symbols::{read_symbols, symbols};

use folder::Folder;
use graph::Graph;

/// No configuration is longer, in bytes.
const LONGEST: u64 = 1 << 20;
/// So many folders are remembered; then all are forgotten, so that memory does not grow with the number of folders.
const REMEMBERED: usize = 4096;

/// Answers how files are to be read; remembers what it has read of their folders.
#[derive(Debug)]
pub struct Project {
    decided: Option<Releases>,
    fallback: Releases,
    /// Counts instead of all configurations in folders.
    config: Option<Arc<ConfigFile>>,
    /// What was decided about single rules on the command line.
    levels: Levels,
    /// Folders that are searched for kustomizations where they are in no repository.
    roots: Vec<PathBuf>,
    /// The folder in which podls runs.
    current: PathBuf,
    known: Mutex<Known>,
}

/// What was read.
#[derive(Debug, Default)]
struct Known {
    /// What others have seen in folders.
    listed: HashMap<PathBuf, Markers>,
    folders: HashMap<PathBuf, Arc<Folder>>,
    /// The Pods in the folders that a kubelet reads.
    static_pods: HashMap<PathBuf, Vec<static_pods::Source>>,
    graph: Graph,
    /// The folders that a walk has seen as a whole.
    walked: Vec<PathBuf>,
    /// The custom resources by the folder in which they are defined.
    kinds: HashMap<PathBuf, Kinds>,
}

/// How a file is to be read.
#[derive(Clone, Debug, Default)]
pub struct ProjectOptions {
    /// For the analysis.
    pub options: Options,
    /// The configuration leaves the file out: nothing is reported in it.
    pub excluded: bool,
    /// The nearest configuration that applies to the file.
    pub config: Option<Arc<ConfigFile>>,
}

/// How the files of a folder are to be read.
#[derive(Debug)]
pub struct FolderOptions<'p> {
    project: &'p Project,
    path: PathBuf,
    folder: Arc<Folder>,
}

impl Default for Project {
    fn default() -> Self {
        Project {
            decided: None,
            fallback: Releases::default(),
            config: None,
            levels: Levels::default(),
            roots: vec![],
            current: env::current_dir().unwrap_or_default(),
            known: Mutex::default(),
        }
    }
}

impl Project {
    /// Knows nothing yet; the newest release counts where no configuration names one.
    pub fn new() -> Self {
        Project::default()
    }

    /// With releases that win over every configuration: they were asked for on the command line.
    pub fn with_releases(mut self, releases: Option<Releases>) -> Self {
        self.decided = releases;
        self
    }

    /// With the releases that count where no configuration names one.
    pub fn with_fallback(mut self, releases: Releases) -> Self {
        self.fallback = releases;
        self
    }

    /// With a configuration that counts instead of those in folders. Its patterns are relative to the current folder.
    pub fn with_config(mut self, path: Option<&Path>) -> io::Result<Self> {
        self.config = path.map(|path| ConfigFile::named(path, &self.current)).transpose()?.map(Arc::new);
        Ok(self)
    }

    /// With decisions about single rules that win over every configuration.
    pub fn with_levels(mut self, levels: Levels) -> Self {
        self.levels = levels;
        self
    }

    /// With folders that are searched for kustomizations too, where no repository is around a file.
    pub fn with_roots(mut self, roots: impl IntoIterator<Item = PathBuf>) -> Self {
        self.roots = roots.into_iter().map(|root| self.absolute(&root)).collect();
        self
    }

    /// Takes in what a walk has seen in folders. Below the `roots` there are no other kustomizations.
    pub fn take_in<'p>(&self, folders: impl IntoIterator<Item = (&'p Path, Markers)>, roots: impl IntoIterator<Item = &'p Path>) {
        let mut known = self.lock();
        for (folder, markers) in folders {
            let folder = self.absolute(folder);
            known.graph.add(&folder, markers);
            known.listed.insert(folder, markers);
        }
        for root in roots.into_iter().map(|root| self.absolute(root)) {
            known.graph.mark_searched(&root);
            known.walked.push(root);
        }
    }

    /// How the file at `path` is to be read. The file itself is not touched and need not exist.
    pub fn options_for(&self, path: &Path) -> ProjectOptions {
        let path = self.absolute(path);
        self.folder(path.parent().unwrap_or(&path)).options_for(path.file_name().unwrap_or_default())
    }

    /// How the files of a folder are to be read.
    pub fn folder(&self, path: &Path) -> FolderOptions<'_> {
        let path = self.absolute(path);
        let mut known = self.lock();
        let folder = known.folder(&path);
        let repository = folder.repository.as_deref();
        let roots = self.roots.iter().filter(|root| path.starts_with(root) && repository.is_none_or(|it| root.starts_with(it)));
        // A root may be a folder that git ignores, so that a search of the repository misses it.
        roots.map(PathBuf::as_path).chain(repository).for_each(|root| known.graph.search(root));
        drop(known);
        FolderOptions { project: self, path, folder }
    }

    /// The custom resources of the repository, or of the root, that a folder is in.
    fn kinds(&self, folder: &Folder, path: &Path, config: Option<&Arc<ConfigFile>>) -> Kinds {
        let declared = config.map_or_else(Vec::new, |file| file.pods());
        let mut known = self.lock();
        let roots = self.roots.iter().chain(&known.walked).find(|root| path.starts_with(root));
        let root = folder.repository.as_deref().or_else(|| roots.map(PathBuf::as_path));
        let key = config.filter(|_| !declared.is_empty()).map(|file| &*file.path).or(root).unwrap_or(Path::new(""));
        if let Some(kinds) = known.kinds.get(key) {
            return kinds.clone();
        }
        let (key, root) = (key.to_owned(), root.map(Path::to_owned));
        let kinds = Kinds::new(declared, move || root.map_or_else(Vec::new, |root| crds::defined_below(&root)));
        known.kinds.entry(key).or_insert(kinds).clone()
    }

    /// Whether a change of the file at `path` may change an answer: then [`Project::forget`] is due.
    pub fn depends_on(path: &Path) -> bool {
        let name = path.file_name();
        name.is_some_and(markers::is_marker) || static_pods::is_in_folder(path) || crds::may_define(path)
    }

    /// Forgets all that was read.
    pub fn forget(&self) {
        *self.lock() = Known::default();
    }

    /// As [`absolute`], with the folder in which podls runs as it was at the start.
    fn absolute(&self, path: &Path) -> PathBuf {
        // On Windows, a path with a root may lack its drive.
        if cfg!(windows) { absolute(path) } else { normal(&self.current.join(path)) }
    }

    /// What is around a file that may be that of a static Pod.
    fn static_file(&self, path: &Path) -> Arc<StaticFile> {
        let folder = path.parent().unwrap_or(path);
        let mut known = self.lock();
        let sources = known.static_pods.entry(folder.to_owned()).or_insert_with(|| static_pods::sources(folder));
        Arc::new(static_pods::around(path, sources))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FolderOptions<'_> {
    /// How the file of that name is to be read. It need not exist.
    pub fn options_for(&self, name: &OsStr) -> ProjectOptions {
        let path = self.path.join(name);
        let used = self.project.lock().graph.use_of(&path);
        self.options(&path, used)
    }

    /// How a text without a file is to be read.
    pub fn options_for_text(&self) -> ProjectOptions {
        self.options(&self.path, graph::Use::default())
    }

    fn options(&self, path: &Path, used: graph::Use) -> ProjectOptions {
        let Folder { part, assertions, config, .. } = &*self.folder;
        let config = self.project.config.as_ref().or(config.as_ref());
        let agreed = config.and_then(|file| file.releases()).map(|(releases, _)| releases);
        let releases = self.project.decided.or(agreed).unwrap_or(self.project.fallback);
        let mut levels = config.map_or_else(Arc::<Levels>::default, |file| file.levels_for(path));
        if !self.project.levels.0.is_empty() {
            Arc::make_mut(&mut levels).extend(&self.project.levels);
        }
        let is_assertion = assertions.contains(path) || assertions::has_name(path);
        let patch = kubeadm::patch(path);
        let is_foreign = used.own || is_kustomization(path) || part.owns(path) || is_assertion || patch == Some(kubeadm::Patch::Json);
        let mut layers = used.layers;
        if patch.is_some() {
            layers.join(&Layers::of(Completeness::Patch));
        }
        let declared = config.into_iter().flat_map(|file| file.placeholders(path));
        let placeholders = declared.chain(used.has_variables.then(|| Placeholder::new("$(NAME)")).flatten()).collect();
        let is_static = static_pods::is_in_folder(path) || config.is_some_and(|file| file.is_static(path));
        let is_static = is_static && patch.is_none() && part.dialect() == Dialect::default();
        let static_file = if is_static { self.project.static_file(path) } else { Arc::default() };
        let is_static = is_static && !static_file.is_hidden;
        let kinds = self.project.kinds(&self.folder, &self.path, config);
        let dialect = part.dialect();
        let options = Options { is_static, static_file, dialect, layers, is_foreign, placeholders, kinds, levels, ..Options::default() };
        ProjectOptions {
            options: options.with_releases(releases),
            excluded: config.is_some_and(|file| file.excludes(path)),
            config: config.cloned(),
        }
    }
}

impl Known {
    fn folder(&mut self, path: &Path) -> Arc<Folder> {
        if self.folders.len() >= REMEMBERED {
            self.folders.clear();
        }
        let known = path.ancestors().find_map(|folder| Some((folder, self.folders.get(folder)?.clone())));
        let (known, mut above) = known.map_or((None, Arc::default()), |(folder, known)| (Some(folder), known));
        let unknown: Vec<&Path> = path.ancestors().take_while(|folder| Some(*folder) != known).collect();
        for folder in unknown.into_iter().rev() {
            let markers = self.listed.get(folder).copied().unwrap_or(Markers::UNLISTED);
            self.graph.add(folder, markers);
            above = Arc::new(Folder::read(folder, markers, &above));
            self.folders.insert(folder.to_owned(), above.clone());
        }
        above
    }
}

/// Reads a small file; nothing that would block, like a pipe.
fn read(path: &Path) -> io::Result<String> {
    read_up_to(path, LONGEST)
}

fn read_up_to(path: &Path, longest: u64) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() || metadata.len() > longest {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("not a file of less than {} MiB", longest >> 20)));
    }
    fs::read_to_string(path)
}

/// The path from the root of the file system, without `.` and `..`.
pub fn absolute(path: &Path) -> PathBuf {
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
            ("team/pod.yaml", "1.34"),
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
        let decided = Project::new().with_releases(Some(Release::V1_35.into()));
        assert_eq!(decided.options_for(&pod).options.release, Release::V1_35);
        let project = Project::new().with_fallback(Release::V1_33.into());
        assert_eq!(project.options_for(&pod).options.release, Release::V1_34);
        fs::remove_file(folder.0.join(".podls.yaml")).expect("removed");
        assert_eq!(project.options_for(&pod).options.release, Release::V1_34, "remembered");
        project.forget();
        assert_eq!(project.options_for(&pod).options.release, Release::V1_33);
        assert!(Project::depends_on(Path::new("/x/.podls.yaml")) && Project::depends_on(Path::new("Kustomization")));
        assert!(!Project::depends_on(Path::new("/x/pod.yaml")));
    }
}
