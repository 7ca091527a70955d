//! How a request is answered: what it needs is taken under the lock, and the pure core is asked here or on another thread.

use std::path::Path;

use tower_lsp_server::jsonrpc::{Error, Result};

use super::backend::Backend;
use super::capabilities::Client;
use super::from_proto;
use super::part::{At, Snapshot};
use super::session::{Place, Session};
use super::setup;
use super::types::*;
use super::workspace::Workspace;
use crate::guard;
use crate::ide;
use crate::index::Hit;

/// What is asked of a text no longer than this is answered at once; a longer one must not keep the next edit waiting.
pub const AT_ONCE: usize = 32 << 10;

impl Backend {
    /// Asks about the name at a position.
    pub async fn ask_for_name<T: Send + 'static>(
        &self,
        method: &'static str,
        position: TextDocumentPositionParams,
        answer: impl FnOnce(&At<'_>, ide::Occurrences) -> T + Send + 'static,
    ) -> Result<Option<T>> {
        let TextDocumentPositionParams { text_document, position } = position;
        let Some(place) = self.session.place(&text_document.uri, from_proto::position(position)) else { return Ok(None) };
        let bytes = place.at.range.len();
        self.ask_at(method, place, bytes, move |_, place| {
            let (at, offset) = place.at.at(place.offset)?;
            let name = ide::occurrences(&at.document, offset).filter(|_| at.document.is_manifest())?;
            Some(answer(&at, name))
        })
        .await
    }

    /// Asks about the name at a position that means something in other objects.
    pub async fn ask_for_object<T: Send + 'static>(
        &self,
        method: &'static str,
        position: TextDocumentPositionParams,
        answer: impl FnOnce(&Workspace, Hit<'_>) -> T + Send + 'static,
    ) -> Result<Option<T>> {
        self.ask_at_position(method, position, move |session, file, position| {
            let workspace = session.names();
            let hit = workspace.index().at(file, position.line, position.character)?;
            Some(answer(&workspace, hit))
        })
        .await
    }

    /// Asks about a position of a file that the index knows. That takes as long as it takes to read what changed.
    pub async fn ask_at_position<T: Send + 'static>(
        &self,
        method: &'static str,
        position: TextDocumentPositionParams,
        answer: impl FnOnce(&Session, &Path, Position) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let TextDocumentPositionParams { text_document, position } = position;
        let Some(place) = self.session.place(&text_document.uri, from_proto::position(position)) else { return Ok(None) };
        let file = setup::key(&text_document.uri);
        self.ask_at(method, place, usize::MAX, move |session, _| answer(session, &file, position)).await
    }

    /// Asks about all documents of a file.
    pub async fn ask_of_file<T: Send + 'static>(
        &self,
        method: &'static str,
        uri: Uri,
        answer: impl FnOnce(&[Snapshot], &Client) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        // The files that a kustomization names are looked for on disk.
        let bytes = |first: &Snapshot| if first.setup.kustomization_folder().is_some() { usize::MAX } else { first.text.len() };
        self.ask_of_documents(method, uri, bytes, answer).await
    }

    /// Asks about all documents of a file, and what others say of them.
    pub async fn ask_of_file_and_others<T: Send + 'static>(
        &self,
        method: &'static str,
        uri: Uri,
        answer: impl FnOnce(&[Snapshot], &Client) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        self.ask_of_documents(method, uri, |_| usize::MAX, answer).await
    }

    /// Asks about all documents of a file; `bytes` says by the first one how much the answer must look at.
    async fn ask_of_documents<T: Send + 'static>(
        &self,
        method: &'static str,
        uri: Uri,
        bytes: impl FnOnce(&Snapshot) -> usize + Send,
        answer: impl FnOnce(&[Snapshot], &Client) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let whole = Default::default()..crate::text::Position { line: usize::MAX, column: 0 };
        let Some((documents, ..)) = self.session.within(&uri, whole) else { return Ok(None) };
        let Some(first) = documents.first().cloned() else { return Ok(None) };
        let (bytes, on) = (bytes(&first), first.size());
        self.ask_about(method, first, on, bytes, move |session| answer(&documents, &session.client())).await
    }

    /// Asks about the documents that a range touches.
    pub async fn ask_within<T: Send + 'static>(
        &self,
        method: &'static str,
        uri: Uri,
        range: Range,
        answer: impl FnOnce(&[Snapshot]) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let Some((documents, ..)) = self.session.within(&uri, from_proto::range(range)) else { return Ok(None) };
        let Some(first) = documents.first().cloned() else { return Ok(None) };
        let (bytes, on) = (documents.iter().map(|it| it.range.len()).sum(), first.size());
        self.ask_about(method, first, on, bytes, move |_| answer(&documents)).await
    }

    /// Has the pure core answer, here or on another thread, depending on how much it must look at. `on` says what it looks at, for the
    /// report of a mistake of ours.
    pub async fn ask<T: Send + 'static>(
        &self,
        method: &'static str,
        on: String,
        bytes: usize,
        answer: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let answer = move || {
            if cfg!(debug_assertions) {
                guard::trip(&format!("the answer to {method}"));
            }
            answer()
        };
        let result = if bytes <= AT_ONCE {
            guard::run(answer)
        } else {
            tokio::task::spawn_blocking(|| guard::run(answer)).await.map_err(|_| Error::internal_error())?
        };
        result.map_err(|place| {
            let report = guard::report(method, &on, &place);
            self.outbox.log(MessageType::ERROR, report.clone());
            Error { message: report.into(), ..Error::internal_error() }
        })
    }

    /// As [`Backend::ask`], for a place.
    pub async fn ask_at<T: Send + 'static>(
        &self,
        method: &'static str,
        place: Place,
        bytes: usize,
        answer: impl FnOnce(&Session, &Place) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let (at, on) = (place.at.clone(), place.name());
        self.ask_about(method, at, on, bytes, move |session| answer(session, &place)).await
    }

    /// As [`Backend::ask`], for what holds of a file as it is now. Where the answer has to wait and the text changes meanwhile, before it is
    /// made or until it is, it would lead to wrong places; whoever asked will ask again.
    pub async fn ask_about<T: Send + 'static>(
        &self,
        method: &'static str,
        at: Snapshot,
        on: String,
        bytes: usize,
        answer: impl FnOnce(&Session) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let session = self.session.clone();
        // What is decided around the file is read from disk first.
        let bytes = if at.setup.is_decided() { bytes } else { usize::MAX };
        let answer = move || {
            let is_current = || bytes <= AT_ONCE || session.is_current(&at);
            is_current().then(|| answer(&session)).filter(|_| is_current()).ok_or_else(Error::content_modified)
        };
        self.ask(method, on, bytes, answer).await?
    }
}
