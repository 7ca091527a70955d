//! Our structs to LSP's.

use super::capabilities::SUGGEST;
use super::part::{At, Snapshot};
use super::setup::Setup;
use super::types::*;
use crate::diagnostic::{self, Severity};
use crate::ide;
use crate::text::{self, TextRange};

/// A position.
pub fn position(position: text::Position) -> Position {
    Position { line: position.line as u32, character: position.column as u32 }
}

/// A diagnostic, at the positions that its offsets have.
pub fn diagnostic(it: &diagnostic::Diagnostic, place: impl Fn(u32) -> text::Position, setup: &Setup) -> Diagnostic {
    let client = &setup.client;
    let range = |range: TextRange| {
        let [start, end] = [range.start, range.end].map(|offset| position(place(offset)));
        Range { start, end }
    };
    let related = it.related.iter().map(|related| DiagnosticRelatedInformation {
        location: Location { uri: setup.uri.clone(), range: range(related.range) },
        message: related.message.clone(),
    });
    let page = client.code_description.then(|| crate::rules::page_url(it.code).parse().ok()).flatten();
    Diagnostic {
        range: range(it.range),
        severity: Some(severity(it.severity)),
        code: Some(NumberOrString::String(it.code.into())),
        code_description: page.map(|href| CodeDescription { href }),
        source: Some("podls".into()),
        message: it.message.clone(),
        related_information: (client.related_information && !it.related.is_empty()).then(|| related.collect()),
        ..Diagnostic::default()
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Information => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}

/// Says that a file has more diagnostics than are sent.
pub fn more(range: Range, count: usize) -> Diagnostic {
    Diagnostic {
        range,
        severity: Some(DiagnosticSeverity::INFORMATION),
        source: Some("podls".into()),
        message: format!("{count} more problems in this file are not shown; `podls check --all` shows them"),
        ..Diagnostic::default()
    }
}

/// The place of a severity among the others, the worst first.
pub fn rank(severity: DiagnosticSeverity) -> u8 {
    [DiagnosticSeverity::ERROR, DiagnosticSeverity::WARNING, DiagnosticSeverity::INFORMATION]
        .iter()
        .position(|it| *it == severity)
        .unwrap_or(3) as u8
}

/// The diagnostic of a document that begins at `line` of its file.
pub fn moved_down(diagnostic: &Diagnostic, line: usize) -> Diagnostic {
    let down = |range: &mut Range| {
        range.start.line += line as u32;
        range.end.line += line as u32;
    };
    let mut diagnostic = diagnostic.clone();
    down(&mut diagnostic.range);
    diagnostic.related_information.iter_mut().flatten().for_each(|it| down(&mut it.location.range));
    diagnostic
}

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
