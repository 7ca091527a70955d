//! What the server asks the editor and reads from disk beside the open files: settings, and the names of the workspace.

use std::path::Path;
use std::sync::Arc;

use super::backend::Backend;
use super::config::Settings;
use super::progress::Progress;
use super::types::*;
use super::workspace::{self, Workspace};
use crate::guard;

/// Where so many files are to be read, the client shows it.
const SHOWN: usize = 500;

impl Backend {
    /// Reads the names of all files in the folders that the client shows.
    pub async fn read_workspace(&self) {
        let (session, outbox) = (self.session.clone(), self.outbox.clone());
        let reader = session.reader();
        let list = {
            let reader = reader.clone();
            move || guard::run(|| reader.list()).unwrap_or_default()
        };
        let Ok(files) = tokio::task::spawn_blocking(list).await else { return };
        let token = ProgressToken::String("podls/workspace".into());
        let shown = files.len() >= SHOWN && session.client().progress && self.editor.create_work_done_progress(token.clone()).await.is_ok();
        let progress = shown.then(|| Progress::begin(outbox, token, files.len()));
        let filled = self.session.clone();
        let fill = move || {
            let with = |act: &mut dyn FnMut(&mut Workspace)| act(&mut session.workspace());
            _ = guard::run(|| workspace::fill(files, &reader, with, |done| progress.iter().for_each(|it| it.report(done))));
            progress.into_iter().for_each(Progress::end);
        };
        _ = tokio::task::spawn_blocking(fill).await;
        let look = move || guard::run(|| filled.look_for_objects()).unwrap_or_default();
        if tokio::task::spawn_blocking(look).await.unwrap_or_default() {
            self.refresh().await;
        }
    }

    /// Takes over files that changed on disk.
    pub async fn touch(&self, files: Vec<Arc<Path>>) {
        let session = self.session.clone();
        let touched = tokio::task::spawn_blocking(move || guard::run(|| session.touch(files)).unwrap_or_default()).await;
        if touched.unwrap_or_default() {
            self.refresh().await;
        }
    }

    pub async fn ask_for_settings(&self) {
        let item = ConfigurationItem { scope_uri: None, section: Some("podls".into()) };
        if let Ok(values) = self.editor.configuration(vec![item]).await {
            self.renew(values.first()).await;
        }
    }

    pub async fn renew(&self, settings: Option<&serde_json::Value>) {
        if self.session.renew(settings.map(|value| self.read_settings(value))) {
            self.refresh().await;
            if self.session.client().refreshes_hints {
                let _ = self.editor.inlay_hint_refresh().await;
            }
            if self.session.client().refreshes_tokens {
                let _ = self.editor.semantic_tokens_refresh().await;
            }
        }
    }

    /// What is wrong in the settings is shown; the rest counts.
    pub fn read_settings(&self, value: &serde_json::Value) -> Settings {
        let (settings, problems) = Settings::read(value);
        problems.into_iter().for_each(|problem| self.outbox.show(MessageType::WARNING, problem));
        settings
    }

    /// Has a client that asks for diagnostics ask again.
    pub async fn refresh(&self) {
        if self.session.client().pulls {
            let _ = self.editor.workspace_diagnostic_refresh().await;
        }
    }
}
