//! Another name: within a document, and for an object in all files of the workspace.

mod objects;

use tower_lsp_server::jsonrpc::{Error, Result};

use super::backend::{Backend, PORT};
use super::part::At;
use super::types::*;
use super::{from_proto, setup, to_proto};
use crate::ide;
use crate::text::Edit;

impl Backend {
    /// The name at a position, if it can be changed.
    pub async fn renamable(&self, params: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
        const METHOD: &str = "textDocument/prepareRename";
        let local = self.ask_for_name(METHOD, params.clone(), |at, name| {
            may_rename(at, name.origin.start as usize)?;
            let placeholder = at.document.text()[name.origin.span()].to_owned();
            Ok(PrepareRenameResponse::RangeWithPlaceholder { range: at.to_proto(name.origin), placeholder })
        });
        let found = match local.await? {
            Some(found) => Some(found),
            None => self.ask_at_position(METHOD, params, objects::prepare).await?,
        };
        found.transpose().map_err(Error::invalid_params)
    }

    /// The edits that give the name at a position another one.
    pub async fn renamed(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        const METHOD: &str = "textDocument/rename";
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let Some(place) = self.session.place(&text_document.uri, from_proto::position(position)) else { return Ok(None) };
        let Some((_, _, version)) = self.session.within(&text_document.uri, Default::default()) else { return Ok(None) };
        let bytes = place.at.range.len();
        let (file, new) = (setup::key(&text_document.uri), params.new_name);
        let local = {
            let new = new.clone();
            self.ask_at(METHOD, place.clone(), bytes, move |_, place| {
                let (at, offset) = place.at.at(place.offset)?;
                let name = ide::occurrences(&at.document, offset)?;
                let port = name.definitions.first().filter(|_| name.what == PORT).map(|it| at.to_proto(*it).start);
                Some((rename(&at, offset, &new, version), port))
            })
        };
        let renamed = match local.await? {
            Some((Ok(edit), Some(port))) => {
                let more = self.ask_at(METHOD, place, usize::MAX, move |it, _| Some(objects::rename_port(it, &file, port, &new))).await?;
                more.map(|more| more.map(|more| objects::joined(edit, more)))
            }
            Some((renamed, _)) => Some(renamed),
            None => {
                let port = {
                    let file = file.clone();
                    self.ask_at(METHOD, place.clone(), usize::MAX, move |it, _| objects::port_definition(it, &file, position)).await?
                };
                match port.transpose().map_err(Error::invalid_params)? {
                    // It is renamed where it is defined.
                    Some((uri, position)) => {
                        let text_document_position = TextDocumentPositionParams { text_document: TextDocumentIdentifier { uri }, position };
                        let there = RenameParams {
                            text_document_position,
                            new_name: new,
                            work_done_progress_params: params.work_done_progress_params,
                        };
                        return Box::pin(self.renamed(there)).await;
                    }
                    None => self.ask_at(METHOD, place, usize::MAX, move |it, _| Some(objects::rename(it, &file, position, &new))).await?,
                }
            }
        };
        renamed.transpose().map_err(Error::invalid_params)
    }
}

/// Why the name at an offset cannot be changed, if it cannot.
fn may_rename(at: &At<'_>, offset: usize) -> std::result::Result<(), String> {
    if !at.snapshot.options().layers.changes_nothing() {
        return Err("cannot rename: other files of the kustomization may use this name".to_owned());
    }
    ide::may_rename(&at.document, offset)
}

/// The edits that give the name at an offset another one in its document. The error says why that cannot be done.
fn rename(at: &At<'_>, offset: usize, new: &str, version: i32) -> std::result::Result<WorkspaceEdit, String> {
    may_rename(at, offset)?;
    let edits = ide::rename(&at.document, offset, new)?;
    let whole: Vec<Edit> = edits.into_iter().map(|edit| Edit { range: at.to_whole(edit.range), ..edit }).collect();
    Ok(to_proto::workspace_edit(&at.snapshot.setup, version, whole.iter().map(|edit| (at.snapshot, edit))))
}
