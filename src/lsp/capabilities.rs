//! What the client can do, and what we offer it.

use super::tokens;
use super::types::*;
use crate::text::Encoding;

/// What matters of the client's capabilities. Each is false for a client that says nothing.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// What columns count.
    pub encoding: Encoding,
    /// It shows Markdown in hovers.
    pub markdown: bool,
    /// It shows Markdown in the documentation of completions.
    pub completion_markdown: bool,
    /// It fills in snippets.
    pub snippets: bool,
    /// It leaves the indentation of an inserted text as it is, if asked to.
    pub keeps_indentation: bool,
    /// It knows VS Code's command that opens the list of completions.
    pub suggests_again: bool,
    /// It shows a detail beside a completion's label.
    pub label_details: bool,
    /// It makes a link of a diagnostic's code.
    pub code_description: bool,
    /// It shows the places that explain a diagnostic.
    pub related_information: bool,
    /// It takes code actions with edits of their own; others get commands that apply them.
    pub action_literals: bool,
    /// It takes edits that name the version they are made for.
    pub document_changes: bool,
    /// It asks for diagnostics, and can be asked to ask again; so none are pushed. To one that cannot (Neovim 0.11) they are pushed:
    /// else it would go on showing what a changed setting or a changed neighbour has made wrong.
    pub pulls: bool,
    /// It shows an outline as a tree.
    pub nested_symbols: bool,
    /// It shows inlay hints.
    pub hints: bool,
    /// It can be asked to ask again for inlay hints.
    pub refreshes_hints: bool,
    /// How it colours semantic tokens.
    pub tokens: Option<tokens::Offer>,
    /// It can be asked to ask again for semantic tokens.
    pub refreshes_tokens: bool,
    /// It shows links in the text.
    pub links: bool,
    /// It shows lenses above the lines.
    pub lenses: bool,
    /// It knows our command that shows a list of places.
    pub shows_places: bool,
    /// It takes links to definitions, which say what at the cursor they are for.
    pub definition_links: bool,
    /// It shows what takes longer.
    pub progress: bool,
    /// It can be asked for its settings.
    pub configuration: bool,
    /// It can be asked to watch files.
    pub watches: bool,
}

impl Client {
    /// Reads what the client says of itself.
    pub fn new(capabilities: &ClientCapabilities) -> Client {
        let text = capabilities.text_document.clone().unwrap_or_default();
        let workspace = capabilities.workspace.clone().unwrap_or_default();
        let published = text.publish_diagnostics.unwrap_or_default();
        let pulled = text.diagnostic.clone().unwrap_or_default();
        let item = text.completion.and_then(|it| it.completion_item).unwrap_or_default();
        let runs = |command| capabilities.experimental.as_ref().is_some_and(|it| knows_command(it, command));
        let yes = |it: Option<bool>| it == Some(true);
        let markdown = |formats: &Option<Vec<MarkupKind>>| formats.as_ref().is_some_and(|all| all.contains(&MarkupKind::Markdown));
        Client {
            encoding: capabilities.general.as_ref().map_or(Encoding::Utf16, |general| encoding(general.position_encodings.as_deref())),
            markdown: markdown(&text.hover.and_then(|it| it.content_format)),
            completion_markdown: markdown(&item.documentation_format),
            snippets: yes(item.snippet_support),
            keeps_indentation: item.insert_text_mode_support.is_some_and(|it| it.value_set.contains(&InsertTextMode::AS_IS)),
            suggests_again: runs(SUGGEST),
            label_details: yes(item.label_details_support),
            code_description: yes(published.code_description_support) || yes(pulled.code_description_support),
            related_information: yes(published.related_information) || yes(pulled.related_information),
            action_literals: text.code_action.is_some_and(|it| it.code_action_literal_support.is_some()),
            document_changes: workspace.workspace_edit.is_some_and(|it| yes(it.document_changes)),
            nested_symbols: text.document_symbol.is_some_and(|it| yes(it.hierarchical_document_symbol_support)),
            pulls: text.diagnostic.is_some() && workspace.diagnostics.is_some_and(|it| yes(it.refresh_support)),
            hints: text.inlay_hint.is_some(),
            refreshes_hints: workspace.inlay_hint.is_some_and(|it| yes(it.refresh_support)),
            tokens: text.semantic_tokens.as_ref().and_then(tokens::Offer::new),
            refreshes_tokens: workspace.semantic_tokens.is_some_and(|it| yes(it.refresh_support)),
            links: text.document_link.is_some(),
            lenses: text.code_lens.is_some(),
            shows_places: runs(SHOW_PLACES),
            definition_links: text.definition.is_some_and(|it| yes(it.link_support)),
            progress: capabilities.window.as_ref().is_some_and(|it| yes(it.work_done_progress)),
            configuration: yes(workspace.configuration),
            watches: workspace.did_change_watched_files.is_some_and(|it| yes(it.dynamic_registration)),
        }
    }
}

/// The command of VS Code that opens the list of completions.
pub const SUGGEST: &str = "editor.action.triggerSuggest";

/// The command of a client that shows a list of places: its arguments are a URI, a position in it, and the places.
pub const SHOW_PLACES: &str = "podls.showPlaces";

/// Whether a client says that it runs a command, in the form that rust-analyzer gave to such lists: `{"commands": {"commands": [..]}}`.
fn knows_command(experimental: &serde_json::Value, wanted: &str) -> bool {
    let commands = experimental.pointer("/commands/commands").and_then(serde_json::Value::as_array);
    commands.is_some_and(|all| all.iter().any(|command| command == wanted))
}

/// UTF-8 wherever it is offered, for nothing need be counted then; else the first that we know.
fn encoding(offered: Option<&[PositionEncodingKind]>) -> Encoding {
    let offered = offered.unwrap_or_default();
    let known = |kind: &PositionEncodingKind| ENCODINGS.iter().find(|(_, name)| name == kind).map(|(encoding, _)| *encoding);
    if offered.contains(&PositionEncodingKind::UTF8) { Encoding::Utf8 } else { offered.iter().find_map(known).unwrap_or_default() }
}

const ENCODINGS: [(Encoding, PositionEncodingKind); 3] = [
    (Encoding::Utf8, PositionEncodingKind::UTF8),
    (Encoding::Utf16, PositionEncodingKind::UTF16),
    (Encoding::Utf32, PositionEncodingKind::UTF32),
];

/// All preferred fixes of a file at once.
pub const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.podls");

/// The command that says how a file is checked: its argument is the URI, its answer a [`super::setup::Status`], or null for a file that is
/// none of our business.
pub const STATUS: &str = "podls.status";

/// The command that applies a fix, for clients without code actions of their own: its arguments are the edit, the URI of the file, and the
/// version of the file that the edit is made for.
pub const APPLY: &str = "podls.applyFix";

/// What we offer to that client.
pub fn offered(client: &Client) -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..Default::default()
    };
    let completion = CompletionOptions {
        resolve_provider: Some(true),
        // A value begins after a space or a quote, and goes on after what editors take for the end of a word: `apps/v1`, `app-logs`.
        trigger_characters: Some([" ", "\"", "'", "/", "-"].map(String::from).to_vec()),
        completion_item: client.label_details.then_some(CompletionOptionsCompletionItem { label_details_support: Some(true) }),
        ..Default::default()
    };
    let mut kinds = vec![CodeActionKind::QUICKFIX, CodeActionKind::SOURCE_FIX_ALL, FIX_ALL];
    if client.action_literals {
        kinds.extend([CodeActionKind::REFACTOR_EXTRACT, CodeActionKind::REFACTOR_INLINE, CodeActionKind::REFACTOR_REWRITE]);
    }
    let actions = CodeActionOptions { code_action_kinds: Some(kinds), ..Default::default() };
    let rename = RenameOptions { prepare_provider: Some(true), work_done_progress_options: WorkDoneProgressOptions::default() };
    let mut commands = vec![STATUS.to_owned()];
    if !client.action_literals {
        commands.push(APPLY.to_owned());
    }
    let pull = DiagnosticOptions { identifier: Some("podls".into()), ..Default::default() };
    let links = DocumentLinkOptions { resolve_provider: None, work_done_progress_options: WorkDoneProgressOptions::default() };
    ServerCapabilities {
        position_encoding: ENCODINGS.into_iter().find(|(encoding, _)| *encoding == client.encoding).map(|(_, name)| name),
        text_document_sync: Some(sync.into()),
        hover_provider: Some(true.into()),
        completion_provider: Some(completion),
        code_action_provider: Some(actions.into()),
        declaration_provider: Some(DeclarationCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(rename)),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(true.into()),
        selection_range_provider: Some(true.into()),
        semantic_tokens_provider: client.tokens.as_ref().map(tokens::Offer::options),
        document_link_provider: client.links.then_some(links),
        code_lens_provider: client.lenses.then_some(CodeLensOptions { resolve_provider: None }),
        inlay_hint_provider: client.hints.then_some(OneOf::Left(true)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        execute_command_provider: Some(ExecuteCommandOptions { commands, ..Default::default() }),
        diagnostic_provider: client.pulls.then_some(DiagnosticServerCapabilities::Options(pull)),
        ..Default::default()
    }
}

/// The manifests, and the files beside them that decide how they are read.
pub fn watched() -> Registration {
    let files = ["**/.podls.yaml", "**/.podls.yml", "**/Kustomization", "**/*.{yaml,yml,json}"];
    let watchers = files.map(|file| FileSystemWatcher { glob_pattern: GlobPattern::String(file.into()), kind: None }).to_vec();
    Registration {
        id: "watch".into(),
        method: "workspace/didChangeWatchedFiles".into(),
        register_options: serde_json::to_value(DidChangeWatchedFilesRegistrationOptions { watchers }).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_negotiated() {
        for (offered, expected) in [
            ("null", Encoding::Utf16),
            ("[]", Encoding::Utf16),
            (r#"["utf-16"]"#, Encoding::Utf16),
            (r#"["utf-8", "utf-16", "utf-32"]"#, Encoding::Utf8),
            (r#"["utf-16", "utf-8"]"#, Encoding::Utf8),
            (r#"["utf-32", "utf-16"]"#, Encoding::Utf32),
            (r#"["utf-7"]"#, Encoding::Utf16),
        ] {
            let offered: Option<Vec<PositionEncodingKind>> = serde_json::from_str(offered).unwrap();
            assert_eq!(encoding(offered.as_deref()), expected, "{offered:?}");
        }
    }
}
