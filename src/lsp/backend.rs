//! The methods of the protocol: each takes what it needs under the lock, asks the pure core, and gives the answer in LSP's words.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp_server::jsonrpc::{Error, Result};
use tower_lsp_server::{Client as Editor, LanguageServer};

use super::capabilities::{self, APPLY, Client, FIX_ALL, STATUS};
use super::names::{self, Targets};
use super::outbox::Outbox;
use super::part::Snapshot;
use super::session::Session;
use super::types::*;
use super::{actions, decorations, from_proto, lenses, setup, symbols, to_proto, tokens};
use crate::ide;
use crate::project::Project;

/// Semantic tokens that a client has, with the revision that they were made from.
type Received = Option<(u64, Arc<[SemanticToken]>)>;

/// What [`ide::Occurrences`] calls the port of a container, of which Services in other documents speak too.
pub const PORT: &str = "port";

/// The server as tower-lsp sees it.
#[derive(Debug)]
pub struct Backend {
    /// The way to ask the editor.
    pub editor: Editor,
    /// All that is known.
    pub session: Arc<Session>,
    /// The way to inform the editor.
    pub outbox: Outbox,
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        #[cfg(unix)]
        params.process_id.into_iter().for_each(super::parent::watch);
        let client = Client::new(&params.capabilities);
        let capabilities = capabilities::offered(&client);
        let roots = roots(&params);
        let settings = self.read_settings(&params.initialization_options.unwrap_or_default());
        self.session.introduce(client, settings, roots);
        let server_info = ServerInfo { name: "podls".into(), version: Some(env!("CARGO_PKG_VERSION").into()) };
        Ok(InitializeResult { capabilities, server_info: Some(server_info), ..InitializeResult::default() })
    }

    async fn initialized(&self, _: InitializedParams) {
        let client = self.session.client();
        let introduce = async {
            if client.watches {
                let _ = self.editor.register_capability(vec![capabilities::watched()]).await;
            }
            if client.configuration {
                self.ask_for_settings().await;
            }
        };
        tokio::join!(introduce, self.read_workspace());
    }

    async fn shutdown(&self) -> Result<()> {
        self.session.shut_down();
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let TextDocumentItem { uri, language_id, version, text } = params.text_document;
        self.session.open(uri, language_id, version, &text);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        let changes = params.content_changes.iter().map(from_proto::change);
        if self.session.change(&uri, version, changes) {
            self.refresh().await;
        }
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        let uri = params.text_document.uri;
        if self.session.save(&uri) {
            self.refresh().await;
        }
        // A client that watches no files for us at least reports those that it saves.
        if self.session.client().watches {
            return;
        }
        if Project::depends_on(Path::new(uri.path().as_str())) {
            self.renew(None).await;
        }
        self.touch(vec![setup::key(&uri)]).await;
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.session.close(&params.text_document.uri);
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        if self.session.client().configuration {
            self.ask_for_settings().await;
        } else {
            self.renew(Some(&params.settings)).await;
        }
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let WorkspaceFoldersChangeEvent { added, removed } = params.event;
        self.session.change_roots(&folders(&added), &folders(&removed));
        self.renew(None).await;
        self.read_workspace().await;
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        let files: Vec<_> = params.changes.iter().map(|change| setup::key(&change.uri)).collect();
        if files.iter().any(|file| Project::depends_on(file)) {
            self.renew(None).await;
            return self.read_workspace().await;
        }
        self.touch(files).await;
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let (session, uri) = (self.session.clone(), params.text_document.uri);
        let found = self.ask("textDocument/diagnostic", String::new(), usize::MAX, move || session.pull(&uri));
        let (items, name) = found.await?.unwrap_or_default();
        Ok(DocumentDiagnosticReportResult::Report(if params.previous_result_id.as_ref() == Some(&name) {
            let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id: name };
            RelatedUnchangedDocumentDiagnosticReport { related_documents: None, unchanged_document_diagnostic_report }.into()
        } else {
            let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: Some(name), items };
            RelatedFullDocumentDiagnosticReport { related_documents: None, full_document_diagnostic_report }.into()
        }))
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        if params.command == APPLY {
            return self.apply(params.arguments).await;
        }
        let uri = params.arguments.first().and_then(|uri| uri.as_str()?.parse().ok());
        let Some(uri) = uri.filter(|_| params.command == STATUS) else {
            return Err(Error::invalid_params(format!("expected the command `{STATUS}`, with the URI of an open file")));
        };
        let session = self.session.clone();
        let status = self.ask("workspace/executeCommand", String::new(), usize::MAX, move || session.status(&uri)).await?;
        Ok(status.and_then(|status| serde_json::to_value(status).ok()))
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let Some(place) = self.session.place(&text_document.uri, from_proto::position(position)) else { return Ok(None) };
        let bytes = place.at.range.len();
        self.ask_at("textDocument/hover", place, bytes, |_, place| {
            let (at, offset) = place.at.at(place.offset)?;
            let hover = ide::hover(&at.document, offset, place.at.options())?;
            Some(to_proto::hover(hover, &at))
        })
        .await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        self.complete(params.text_document_position).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        const METHOD: &str = "textDocument/definition";
        let place = params.text_document_position_params;
        let local = self.ask_for_name(METHOD, place.clone(), |at, name| Targets {
            origin: at.to_proto(name.origin),
            targets: symbols::locations(at, &name.definitions),
        });
        let client = self.session.client();
        if let Some(answer) = local.await?.and_then(|targets| targets.answer(&client)) {
            return Ok(Some(answer));
        }
        let TextDocumentPositionParams { text_document, position } = place.clone();
        let found = match self.ask_for_object(METHOD, place, names::targets).await? {
            Some(found) => Some(found),
            None => self.ask_of_file(METHOD, text_document.uri, move |all, _| decorations::linked_file(all, position)).await?,
        };
        Ok(found.and_then(|targets| targets.answer(&client)))
    }

    async fn goto_declaration(&self, params: request::GotoDeclarationParams) -> Result<Option<request::GotoDeclarationResponse>> {
        // Nothing is declared in one place and defined in another.
        self.goto_definition(params).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        const METHOD: &str = "textDocument/references";
        let (place, with_definitions) = (params.text_document_position, params.context.include_declaration);
        let local = self.ask_for_name(METHOD, place.clone(), move |at, name| {
            let definitions = if with_definitions { name.definitions } else { vec![] };
            (name.what, symbols::locations(at, &[definitions, name.uses].concat()))
        });
        let local = match local.await? {
            Some((what, locations)) if what != PORT => return Ok(Some(locations)),
            local => local.map(|(_, locations)| locations),
        };
        let found = self.ask_for_object(METHOD, place, move |workspace, hit| names::references(workspace, hit, with_definitions)).await?;
        Ok(joined(local, found))
    }

    async fn document_highlight(&self, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
        const METHOD: &str = "textDocument/documentHighlight";
        let place = params.text_document_position_params;
        let local = self.ask_for_name(METHOD, place.clone(), |at, name| (name.what, symbols::highlights(at, &name)));
        let local = match local.await? {
            Some((what, marks)) if what != PORT => return Ok(Some(marks)),
            local => local.map(|(_, marks)| marks),
        };
        Ok(joined(local, self.ask_for_object(METHOD, place, names::highlights).await?))
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        let session = self.session.clone();
        let find = move || names::symbols(&session.names(), &params.query);
        let found = self.ask("workspace/symbol", String::new(), usize::MAX, find).await?;
        Ok(Some(WorkspaceSymbolResponse::Flat(found)))
    }

    async fn prepare_rename(&self, params: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
        self.renamable(params).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        self.renamed(params).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.ask_of_file("textDocument/documentSymbol", params.text_document.uri, |documents, client| {
            Some(symbols::outline(documents, client.nested_symbols))
        })
        .await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.ask_of_file("textDocument/foldingRange", params.text_document.uri, |documents, _| symbols::folds(documents)).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        let mut ranges = vec![];
        for position in params.positions {
            let uri = &params.text_document.uri;
            let Some(place) = self.session.place(uri, from_proto::position(position)) else { return Ok(None) };
            let bytes = place.at.range.len();
            let found = self.ask_at("textDocument/selectionRange", place, bytes, |_, place| {
                let (at, offset) = place.at.at(place.offset)?;
                symbols::selection(&at, offset)
            });
            // The protocol wants an answer for each position.
            let here = SelectionRange { range: Range { start: position, end: position }, parent: None };
            ranges.push(found.await?.unwrap_or(here));
        }
        Ok(Some(ranges))
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let range = params.range;
        self.ask_within("textDocument/inlayHint", params.text_document.uri, range, move |documents| {
            Some(decorations::hints(documents, range))
        })
        .await
    }

    async fn semantic_tokens_full(&self, params: SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
        let all = self.all_tokens("textDocument/semanticTokens/full", params.text_document.uri).await?;
        Ok(all.map(|(all, _)| all.into()))
    }

    async fn semantic_tokens_full_delta(&self, params: SemanticTokensDeltaParams) -> Result<Option<SemanticTokensFullDeltaResult>> {
        let all = self.all_tokens("textDocument/semanticTokens/full/delta", params.text_document.uri).await?;
        Ok(all.map(|(all, before)| match before.filter(|(revision, _)| revision.to_string() == params.previous_result_id) {
            Some((_, before)) => SemanticTokensDelta { result_id: all.result_id, edits: tokens::difference(&before, &all.data) }.into(),
            None => all.into(),
        }))
    }

    async fn semantic_tokens_range(&self, params: SemanticTokensRangeParams) -> Result<Option<SemanticTokensRangeResult>> {
        let range = params.range;
        let tokens = self.ask_within("textDocument/semanticTokens/range", params.text_document.uri, range, move |documents| {
            Some(decorations::tokens_within(documents, range))
        });
        Ok(tokens.await?.map(|data| SemanticTokens { result_id: None, data }.into()))
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.ask_of_file("textDocument/documentLink", params.text_document.uri, |documents, _| Some(decorations::links(documents))).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let session = self.session.clone();
        let ask = move |documents: &[Snapshot], _: &Client| Some(lenses::lenses(&session, documents));
        self.ask_of_file_and_others("textDocument/codeLens", params.text_document.uri, ask).await
    }

    async fn completion_resolve(&self, mut item: CompletionItem) -> Result<CompletionItem> {
        let key = item.data.as_ref().and_then(|data| data.as_str());
        let markdown = self.session.client().completion_markdown;
        item.documentation = key.and_then(ide::documentation).map(|text| to_proto::documentation(text, markdown));
        Ok(item)
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let uri = params.text_document.uri;
        let Some((documents, range, version)) = self.session.within(&uri, from_proto::range(params.range)) else { return Ok(None) };
        let Some(first) = documents.first().cloned() else { return Ok(None) };
        let on = first.size();
        self.ask_about("textDocument/codeAction", first, on, usize::MAX, move |session| {
            let wants = |kind| actions::wants(&params.context, &kind);
            let quick = wants(CodeActionKind::QUICKFIX).then(|| actions::quick_fixes(&documents, &range, version));
            let all = wants(FIX_ALL).then(|| session.speaking(&uri)).flatten();
            let all = all.and_then(|(documents, version)| actions::fix_all(&documents, version));
            let actions = quick.into_iter().flatten().chain(all);
            if session.client().action_literals {
                return Some(actions.chain(actions::refactorings(session, &documents, &range, &params.context, version)).collect());
            }
            Some(actions.map(|action| actions::as_command(action, &uri, version)).collect())
        })
        .await
    }
}

/// Both lists as one, without what is in both.
fn joined<T: PartialEq>(first: Option<Vec<T>>, second: Option<Vec<T>>) -> Option<Vec<T>> {
    let Some(mut all) = first else { return second };
    let more: Vec<T> = second.into_iter().flatten().filter(|it| !all.contains(it)).collect();
    all.extend(more);
    Some(all)
}

/// The folders that the editor shows.
#[allow(deprecated, reason = "older editors name a single root")]
fn roots(params: &InitializeParams) -> Vec<PathBuf> {
    let all = params.workspace_folders.as_deref().map(folders).unwrap_or_default();
    all.into_iter().chain(params.root_uri.as_ref().and_then(path)).collect()
}

fn folders(all: &[WorkspaceFolder]) -> Vec<PathBuf> {
    all.iter().filter_map(|folder| path(&folder.uri)).collect()
}

fn path(uri: &Uri) -> Option<PathBuf> {
    uri.to_file_path().map(|path| path.into_owned())
}

impl Backend {
    /// Applies the edit of a fix in the editor, if the file is still the one that it was made for.
    async fn apply(&self, arguments: Vec<LSPAny>) -> Result<Option<LSPAny>> {
        let Ok((edit, uri, version)) = serde_json::from_value::<(WorkspaceEdit, Uri, i32)>(arguments.into()) else {
            return Err(Error::invalid_params(format!("invalid arguments for `{APPLY}`; expected those of a command that podls offered")));
        };
        if self.session.within(&uri, Default::default()).is_none_or(|(.., current)| current != version) {
            return Err(Error::invalid_params("the file has changed since the fix was offered; request the fixes again".to_owned()));
        }
        self.editor.apply_edit(edit).await.map(|_| None)
    }

    /// All semantic tokens of a file, and those that the client received last.
    async fn all_tokens(&self, method: &'static str, uri: Uri) -> Result<Option<(SemanticTokens, Received)>> {
        let session = self.session.clone();
        self.ask_of_file(method, uri, move |documents, _| {
            let data = decorations::tokens(documents);
            let first = documents.first()?;
            let before = session.exchange_tokens(first, data.as_slice().into());
            Some((SemanticTokens { result_id: Some(first.revision.to_string()), data }, before))
        })
        .await
    }
}

/// For tests, and only in builds for them.
#[cfg(debug_assertions)]
impl Backend {
    /// Panics, to see what happens then.
    pub async fn test_panic(&self) -> Result<()> {
        panic!("as the test wants it");
    }

    /// The text of a file as the server has it.
    pub async fn test_text(&self, params: TextDocumentIdentifier) -> Result<Option<String>> {
        let everything = Default::default()..crate::text::Position::new(usize::MAX, 0);
        let documents = self.session.within(&params.uri, everything);
        Ok(documents.and_then(|(all, ..)| all.first().map(|it| it.text.slice(0..it.text.len()))))
    }
}
