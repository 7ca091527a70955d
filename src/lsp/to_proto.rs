//! What the editor features answer, in LSP's words.

use super::capabilities::SUGGEST;
use super::part::{At, Snapshot};
use super::setup::Setup;
use super::types::*;
use crate::ide;
use crate::text::{self, TextRange};

/// A hover.
pub fn hover(hover: ide::Hover, at: &At<'_>) -> Hover {
    let contents = HoverContents::Markup(markup(hover.text, at.snapshot.setup.client.markdown));
    Hover { contents, range: Some(at.to_proto(hover.range)) }
}

/// A text in Markdown, for a client that shows it or one that doesn't.
pub fn markup(text: String, markdown: bool) -> MarkupContent {
    if markdown {
        return MarkupContent { kind: MarkupKind::Markdown, value: text };
    }
    let lines = text.lines().filter(|line| !line.starts_with("```") && !line.starts_with("|---"));
    let value = lines.map(|line| plain(line) + "\n").collect();
    MarkupContent { kind: MarkupKind::PlainText, value }
}

/// A line of Markdown without its marks; a row of a table as its cells.
fn plain(line: &str) -> String {
    let text = line.trim_start_matches('#').replace(['`', '*'], "");
    match text.strip_prefix('|').and_then(|row| row.strip_suffix('|')) {
        Some(row) => row.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" · "),
        None => text.trim_start().to_owned(),
    }
}

/// The documentation of a completion. A client that says nothing of Markdown may know texts only.
pub fn documentation(text: String, markdown: bool) -> Documentation {
    let markup = markup(text, markdown);
    if markdown { Documentation::MarkupContent(markup) } else { Documentation::String(markup.value) }
}

/// A list of completions, in their order.
pub fn completions(list: Vec<ide::Completion>, at: &At<'_>) -> CompletionResponse {
    // Most have the place of the one before.
    let mut last = None;
    let mut place = |range: TextRange| match last {
        Some((of, place)) if of == range => place,
        _ => last.insert((range, at.to_proto(range))).1,
    };
    let items: Vec<_> = list.into_iter().enumerate().map(|(rank, it)| completion(rank, place(it.range), it, at)).collect();
    // What comes first depends on the letters typed so far, so each one asks again.
    CompletionResponse::List(CompletionList { is_incomplete: !items.is_empty(), items })
}

fn completion(rank: usize, place: Range, it: ide::Completion, at: &At<'_>) -> CompletionItem {
    let client = &at.snapshot.setup.client;
    let snippet = it.snippet.filter(|_| client.snippets);
    let format = if snippet.is_some() { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT };
    let new_text = match snippet {
        // Such a client adds the line's own indentation to the further lines of a snippet.
        Some(snippet) if !client.keeps_indentation => snippet.replace(&format!("\n{}", at.indentation(it.range.start as usize)), "\n"),
        Some(snippet) => snippet,
        None => it.new_text,
    };
    // After a key its values are wanted, or the keys below it.
    let again = client.suggests_again && it.goes_on;
    CompletionItem {
        command: again.then(|| Command { title: "Suggest".into(), command: SUGGEST.into(), arguments: None }),
        kind: Some(match it.kind {
            ide::CompletionKind::Field => CompletionItemKind::FIELD,
            ide::CompletionKind::Value => CompletionItemKind::ENUM_MEMBER,
            ide::CompletionKind::Name => CompletionItemKind::REFERENCE,
            ide::CompletionKind::Block => CompletionItemKind::SNIPPET,
        }),
        label: it.label,
        label_details: it
            .detail
            .clone()
            .filter(|_| client.label_details)
            .map(|detail| CompletionItemLabelDetails { description: Some(detail), ..CompletionItemLabelDetails::default() }),
        detail: it.detail.filter(|_| !client.label_details),
        sort_text: Some(format!("{rank:04}")),
        filter_text: it.filter,
        insert_text_format: Some(format),
        insert_text_mode: client.keeps_indentation.then_some(InsertTextMode::AS_IS),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit { range: place, new_text })),
        data: it.documentation.map(serde_json::Value::String),
        ..CompletionItem::default()
    }
}

/// Edits of documents of one file.
pub fn workspace_edit<'e>(setup: &Setup, version: i32, edits: impl Iterator<Item = (&'e Snapshot, &'e text::Edit)>) -> WorkspaceEdit {
    let uri = setup.uri.clone();
    let edits = edits.map(|(at, edit)| TextEdit { range: at.to_proto(edit.range), new_text: edit.new_text.clone() });
    if setup.client.document_changes {
        let text_document = OptionalVersionedTextDocumentIdentifier { uri, version: Some(version) };
        let change = TextDocumentEdit { text_document, edits: edits.map(OneOf::Left).collect() };
        WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(vec![change])), ..WorkspaceEdit::default() }
    } else {
        WorkspaceEdit { changes: Some([(uri, edits.collect())].into()), ..WorkspaceEdit::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_without_markdown_is_its_cells() {
        let table = "**logs**\n\n| container | sees it at | |\n|---|---|---|\n| web | `/logs` | read |\n".to_owned();
        assert_eq!(markup(table, false).value, "logs\n\ncontainer · sees it at\nweb · /logs · read\n");
    }
}
