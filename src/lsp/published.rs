//! Diagnostics as they are sent to the client.

use super::setup::Setup;
use super::types::*;
use crate::diagnostic::{self, Severity};
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
