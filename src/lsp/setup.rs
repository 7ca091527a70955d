//! What is decided about a file outside of it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::capabilities::Client;
use super::config::Settings;
use super::types::Uri;
use crate::ide::HintKind;
use crate::project::{self, ConfigFile, Project, absolute};
use crate::rules::{Levels, Options};
use crate::text::{Encoding, Lines};
use crate::yaml::Dialect;

/// How an open file is to be read. It never changes: where something is decided again, the file gets another one.
#[derive(Debug)]
pub struct Setup {
    /// The file, as the client names it.
    pub uri: Uri,
    /// What the client can do.
    pub client: Arc<Client>,
    language: String,
    surroundings: Surroundings,
    decided: OnceLock<Decided>,
    key: OnceLock<Arc<Path>>,
}

/// What holds for all files until it is decided again.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// What the user set.
    pub settings: Arc<Settings>,
    /// What was read of the folders.
    pub project: Arc<Project>,
}

/// What was found around the file.
#[derive(Debug, Default)]
pub struct Decided {
    /// How it is checked.
    pub options: Options,
    /// The team left it out: nothing is said of it.
    pub excluded: bool,
    /// The configuration that names the release, if one does.
    pub agreed: Option<PathBuf>,
    /// What is wrong with the configuration, for the user.
    pub problems: Vec<String>,
}

/// How a file is checked, for an editor that shows it.
#[derive(Debug, serde::Serialize)]
pub struct Status {
    /// `1.37`, or `1.33, 1.37` where several releases are meant.
    kubernetes: String,
    /// The path of the `.podls.yaml` that names the release; the user's settings don't count then.
    config: Option<PathBuf>,
    /// The team left the file out: nothing is said of it.
    excluded: bool,
}

impl Setup {
    /// The setup of a file. Nothing is read from disk yet.
    pub fn new(uri: Uri, language: String, client: Arc<Client>, surroundings: Surroundings) -> Arc<Setup> {
        Arc::new(Setup { uri, client, language, surroundings, decided: OnceLock::new(), key: OnceLock::new() })
    }

    /// The same file in other surroundings.
    pub fn again(&self, surroundings: Surroundings) -> Arc<Setup> {
        Setup::new(self.uri.clone(), self.language.clone(), self.client.clone(), surroundings)
    }

    /// What is decided. Reads the configuration at the first call, so not to be called where an edit waits.
    pub fn decided(&self) -> &Decided {
        self.decided.get_or_init(|| self.decide())
    }

    /// Whether that is decided already.
    pub fn is_decided(&self) -> bool {
        self.decided.get().is_some()
    }

    /// How the file is checked.
    pub fn options(&self) -> &Options {
        &self.decided().options
    }

    /// The kinds of inlay hints that are shown; none in a file that the team left out.
    pub fn shown_hints(&self) -> Vec<HintKind> {
        if self.client.hints && !self.decided().excluded { self.surroundings.settings.shown_hints() } else { vec![] }
    }

    /// How the file is checked.
    pub fn status(&self) -> Status {
        let Decided { options, excluded, agreed, .. } = self.decided();
        Status { kubernetes: options.releases().to_string(), config: agreed.clone(), excluded: *excluded }
    }

    /// The path of a file on disk; `None` for what only the editor knows.
    pub fn path(&self) -> Option<Cow<'_, Path>> {
        self.uri.scheme().as_str().eq_ignore_ascii_case("file").then(|| self.uri.to_file_path()).flatten()
    }

    /// What the index calls it.
    pub fn key(&self) -> &Arc<Path> {
        self.key.get_or_init(|| key(&self.uri))
    }

    /// Whether the file is a configuration of podls, and no manifest.
    pub fn is_config(&self) -> bool {
        self.path().is_some_and(|path| project::is_config(&path))
    }

    /// The folder of a kustomization; `None` for other files.
    pub fn kustomization_folder(&self) -> Option<PathBuf> {
        self.path().filter(|path| project::is_kustomization(path))?.parent().map(Path::to_owned)
    }

    fn decide(&self) -> Decided {
        let Surroundings { settings, project } = &self.surroundings;
        let found = self.path().map(|path| project.options_for(&path)).unwrap_or_default();
        let config = found.config.as_deref();
        let mut options = found.options;
        if self.language == "helm" {
            options.dialect = Dialect::Template;
        }
        // The team's word counts more than the user's.
        let agreed = config.and_then(ConfigFile::releases);
        options = options.with_releases(agreed.map(|(releases, _)| releases).or(settings.releases).unwrap_or_default());
        let mut levels = Levels(settings.levels.clone());
        levels.extend(&options.levels);
        options.levels = Arc::new(levels);
        let agreed = agreed.map(|(_, file)| file.path.clone());
        let problems = config.into_iter().flat_map(ConfigFile::layers).flat_map(problems).collect();
        Decided { options, excluded: found.excluded, agreed, problems }
    }
}

/// What is wrong with a configuration, each with its line.
fn problems(file: &ConfigFile) -> Vec<String> {
    let path = file.path.display();
    match &file.text {
        Err(error) => vec![format!("{path}: {error}")],
        Ok(text) => {
            let lines = Lines::new(text);
            let line = |offset: u32| lines.position(offset as usize, Encoding::Utf8).line + 1;
            file.diagnostics.iter().map(|it| format!("{path}:{}: {}", line(it.range.start), it.message)).collect()
        }
    }
}

/// What the index calls a file.
pub fn key(uri: &Uri) -> Arc<Path> {
    let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
    match uri.to_file_path().filter(|_| is_file) {
        Some(path) => absolute(&path).into(),
        None => Path::new(uri.as_str()).into(),
    }
}

/// Whether files of that language or name are our business. Editors may send us others.
pub fn speaks(language: &str, uri: &Uri) -> bool {
    let path = uri.path().as_str().to_ascii_lowercase();
    ["yaml", "json", "helm", "kubernetes"].iter().any(|name| language.contains(name))
        || [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end))
}
