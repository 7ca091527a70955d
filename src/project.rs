//! What stands around a file and decides how it is read: `.podls.yaml`, `Chart.yaml`, kustomizations.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, io};

use crate::diagnostic::Diagnostic;
use crate::rules::{Levels, Options};
use crate::schema::Release;

pub mod config;
mod kustomize;

pub use config::Config;

/// The name of the configuration file.
pub const CONFIG: &str = ".podls.yaml";
/// The file that makes its folder a Helm chart.
const CHART: &str = "Chart.yaml";
/// No configuration is longer, in bytes.
const LONGEST: u64 = 1 << 20;
/// So many folders are remembered; then all are forgotten, so that memory does not grow with the number of folders.
const REMEMBERED: usize = 4096;

/// Answers how files are to be read; remembers what it has read of their folders.
#[derive(Debug, Default)]
pub struct Project {
    decided: Option<Release>,
    fallback: Release,
    folders: Mutex<HashMap<PathBuf, Arc<Folder>>>,
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
    chart: bool,
    patches: Arc<HashSet<PathBuf>>,
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

    /// How the file at `path` is to be read. The file itself is not touched and need not exist.
    pub fn options_for(&self, path: &Path) -> ProjectOptions {
        let path = absolute(path);
        let folder = path.parent().map(|folder| self.folder(folder)).unwrap_or_default();
        let config = folder.config.as_deref().map(|file| &file.config);
        let release = self.decided.or(config.and_then(|config| config.release)).unwrap_or(self.fallback);
        let levels = config.map_or_else(Arc::<Levels>::default, |config| config.levels.clone());
        ProjectOptions {
            options: Options { release, template: folder.chart, partial: folder.patches.contains(&path), levels },
            excluded: folder.config.as_deref().is_some_and(|file| file.excludes(&path)),
            config: folder.config.clone(),
        }
    }

    /// Whether a change of the file at `path` may change an answer: then [`Project::forget`] is due.
    pub fn depends_on(path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name == CONFIG || name == CHART || kustomize::NAMES.contains(&name)
    }

    /// Forgets all that was read.
    pub fn forget(&self) {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn folder(&self, path: &Path) -> Arc<Folder> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = folders.get(path) {
            return known.clone();
        }
        if folders.len() >= REMEMBERED {
            folders.clear();
        }
        let ancestors: Vec<&Path> = path.ancestors().collect();
        let mut above = Arc::default();
        for folder in ancestors.into_iter().rev() {
            let known = folders.entry(folder.to_owned()).or_insert_with(|| Arc::new(Folder::read(folder, &above)));
            above = known.clone();
        }
        above
    }
}

impl Folder {
    fn read(path: &Path, above: &Folder) -> Self {
        let mut folder = above.clone();
        if let Some(config) = ConfigFile::read(&path.join(CONFIG)) {
            folder.config = Some(Arc::new(config));
        }
        folder.chart |= path.join(CHART).is_file();
        let kustomizations = kustomize::NAMES.iter().filter_map(|name| read(&path.join(name)).ok());
        let patches: Vec<PathBuf> = kustomizations.flat_map(|text| kustomize::patches(&text)).map(|it| normal(&path.join(it))).collect();
        if !patches.is_empty() {
            Arc::make_mut(&mut folder.patches).extend(patches);
        }
        folder
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
        let folder = self.path.parent().unwrap_or(Path::new(""));
        path.strip_prefix(folder).is_ok_and(|relative| self.config.excludes(relative))
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
    use crate::rules::Level;
    use crate::schema::Release;

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
                ("base/kustomization.yaml", "patches:\n- path: patches/a.yaml\n- path: ./b.yaml\n"),
                ("base/overlay/kustomization.yml", "patchesStrategicMerge: [../c.yaml, d.yaml]\n"),
                ("team/.podls.yaml", "rules: {unused-allow: off}\n"),
            ],
        );
        let project = Project::new();
        let look = |path: &str| {
            let it = project.options_for(&folder.0.join(path));
            let release = it.options.release.name();
            let marks = [(it.options.template, "template"), (it.options.partial, "partial"), (it.excluded, "excluded")];
            marks.iter().filter(|it| it.0).fold(release.to_owned(), |text, it| text + " " + it.1)
        };
        for (path, expected) in [
            ("pod.yaml", "1.34"),
            ("chart/templates/deep/pod.yaml", "1.34 template"),
            ("chart.yaml", "1.34"),
            ("base/patches/a.yaml", "1.34 partial"),
            ("base/overlay/../b.yaml", "1.34 partial"),
            ("base/a.yaml", "1.34"),
            ("base/overlay/d.yaml", "1.34 partial"),
            // Only kustomizations in its folder or above it are asked.
            ("base/c.yaml", "1.34"),
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
