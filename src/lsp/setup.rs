//! What is decided about a file outside of it.

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::capabilities::Client;
use super::config::Settings;
use super::types::Uri;
use crate::rules::{Levels, Options};

/// How an open file is to be read. It never changes: where something is decided anew, the file gets another one.
#[derive(Debug)]
pub struct Setup {
    /// The file, as the client names it.
    pub uri: Uri,
    /// What the client can do.
    pub client: Arc<Client>,
    language: String,
    settings: Arc<Settings>,
    decided: OnceLock<Decided>,
}

/// What was found around the file.
#[derive(Debug, Default)]
pub struct Decided {
    /// How it is checked.
    pub options: Options,
    /// The team left it out: nothing is said of it.
    pub excluded: bool,
    /// What is wrong with the configuration, for the user.
    pub problems: Vec<String>,
}

impl Setup {
    /// The setup of a file. Nothing is read from disk yet.
    pub fn new(uri: Uri, language: String, client: Arc<Client>, settings: Arc<Settings>) -> Arc<Setup> {
        Arc::new(Setup { uri, client, language, settings, decided: OnceLock::new() })
    }

    /// The same file under other settings, or with another configuration on disk.
    pub fn anew(&self, settings: Arc<Settings>) -> Arc<Setup> {
        Setup::new(self.uri.clone(), self.language.clone(), self.client.clone(), settings)
    }

    /// What is decided. Reads the configuration at the first call, so not to be called where an edit waits.
    pub fn decided(&self) -> &Decided {
        self.decided.get_or_init(|| self.decide())
    }

    /// How the file is checked.
    pub fn options(&self) -> &Options {
        &self.decided().options
    }

    /// The path of a file on disk; `None` for what only the editor knows.
    pub fn path(&self) -> Option<Cow<'_, Path>> {
        self.uri.scheme().as_str().eq_ignore_ascii_case("file").then(|| self.uri.to_file_path()).flatten()
    }

    fn decide(&self) -> Decided {
        let mut decided = Decided::default();
        decided.options.template |= self.language.contains("helm");
        decided.options.release = self.settings.release.unwrap_or_default();
        decided.options.levels = Arc::new(Levels(self.settings.levels.clone()));
        decided
    }
}

/// Whether files of that language or name are our business. Editors may send us others.
pub fn speaks(language: &str, uri: &Uri) -> bool {
    let path = uri.path().as_str().to_ascii_lowercase();
    ["yaml", "json", "helm", "kubernetes"].iter().any(|name| language.contains(name))
        || [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end))
}
