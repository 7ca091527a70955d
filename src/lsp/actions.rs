//! Fixes and refactorings as code actions.

use std::cell::LazyCell;
use std::ops::Range;

use super::capabilities::{APPLY, FIX_ALL};
use super::part::Snapshot;
use super::published;
use super::session::{Place, Session};
use super::to_proto;
use super::types::*;
use crate::diagnostic::{Diagnostic, Fix};
use crate::ide::{self, Refactoring, RefactoringKind};
use crate::text::TextRange;

/// Whether actions of `kind` are wanted: `source` asks for `source.fixAll.podls` too.
pub fn wants(context: &CodeActionContext, kind: &CodeActionKind) -> bool {
    let Some(only) = &context.only else { return *kind == CodeActionKind::QUICKFIX };
    only.iter().any(|only| only.as_str().is_empty() || format!("{}.", kind.as_str()).starts_with(&format!("{}.", only.as_str())))
}

/// Whether refactorings of `kind` are wanted. Nobody asks for them where the editor asks by itself, as at each move of the cursor.
fn wants_refactoring(context: &CodeActionContext, kind: &CodeActionKind) -> bool {
    let by_itself = context.trigger_kind == Some(CodeActionTriggerKind::AUTOMATIC);
    if context.only.is_none() { !by_itself } else { wants(context, kind) }
}

/// The refactorings for a range, given in bytes of the file.
pub fn refactorings(
    session: &Session,
    documents: &[Snapshot],
    range: &Range<usize>,
    context: &CodeActionContext,
    version: i32,
) -> Vec<CodeActionOrCommand> {
    let kind = |kind| match kind {
        RefactoringKind::Extract => CodeActionKind::REFACTOR_EXTRACT,
        RefactoringKind::Inline => CodeActionKind::REFACTOR_INLINE,
        RefactoringKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
    };
    let is_wanted = |it| wants_refactoring(context, &kind(it));
    let [at] = documents else { return vec![] };
    if ![RefactoringKind::Extract, RefactoringKind::Inline, RefactoringKind::Rewrite].into_iter().any(is_wanted) {
        return vec![];
    }
    let [start, end] = [range.start, range.end].map(|it| it.saturating_sub(at.range.start));
    let place = Place { at: at.clone(), offset: start };
    let found = place
        .at
        .at(start)
        .zip(at.analysis())
        .map(|((piece, _), analysis)| ide::refactorings(analysis, TextRange::new(start, end), &mut session.siblings(&place, &piece)));
    let action = |it: Refactoring| CodeAction {
        title: it.title,
        kind: Some(kind(it.kind)),
        edit: Some(to_proto::workspace_edit(&at.setup, version, it.edits.iter().map(|edit| (at, edit)))),
        ..CodeAction::default()
    };
    found.into_iter().flatten().filter(|it| is_wanted(it.kind)).map(|it| CodeActionOrCommand::CodeAction(action(it))).collect()
}

/// The fixes of the diagnostics that touch a range, given in bytes of the file.
pub fn quick_fixes(documents: &[Snapshot], range: &Range<usize>, version: i32) -> Vec<CodeActionOrCommand> {
    let (mut actions, mut ignoring) = (vec![], vec![]);
    for at in documents {
        let Some(analysis) = at.analysis() else { continue };
        let tree = LazyCell::new(|| at.options().parse(at.text.slice(at.range.clone())));
        let touched = |it: TextRange| it.start as usize + at.range.start <= range.end && range.start <= it.end as usize + at.range.start;
        for (_, it) in at.diagnostics(analysis).iter().filter(|(_, it)| touched(it.range)) {
            let diagnostic = published::diagnostic(it, |offset| at.position(offset as usize), &at.setup);
            let action = |at: &Snapshot, fix: &Fix| CodeAction {
                title: fix.title.clone(),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![diagnostic.clone()]),
                edit: Some(to_proto::workspace_edit(&at.setup, version, fix.edits.iter().map(|edit| (at, edit)))),
                is_preferred: fix.preferred.then_some(true),
                ..CodeAction::default()
            };
            actions.extend(it.fixes.iter().map(|fix| action(at, fix)));
            if let Some(here) = can_be_ignored(at, it).then(|| ide::ignore_here(&tree, it)).flatten() {
                let start = Snapshot { range: 0..0, ..at.clone() };
                ignoring.push(action(at, &here));
                ignoring.push(action(&start, &ide::ignore_in_file(&at.text.line(0), it.code)));
            }
        }
    }
    // What is sure comes first; editors without a mark for it show the order.
    actions.sort_by_key(|action| action.is_preferred.is_none());
    actions.append(&mut ignoring);
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// The same as a command, for clients that know no others.
pub fn as_command(action: CodeActionOrCommand, uri: &Uri, version: i32) -> CodeActionOrCommand {
    let CodeActionOrCommand::CodeAction(CodeAction { title, edit, .. }) = action else { return action };
    let arguments = serde_json::to_value((edit, uri, version)).ok().and_then(|it| it.as_array().cloned());
    CodeActionOrCommand::Command(Command { title, command: APPLY.into(), arguments })
}

/// Whether a comment may silence a finding: not those on such comments, and not those on podls's own configuration.
fn can_be_ignored(at: &Snapshot, diagnostic: &Diagnostic) -> bool {
    !["unused-allow", "unknown-rule"].contains(&diagnostic.code) && !at.setup.is_config()
}

/// All sure fixes of a file in one action; `None` if there is none.
pub fn fix_all(documents: &[Snapshot], version: i32) -> Option<CodeActionOrCommand> {
    let edits: Vec<_> = documents.iter().filter_map(|at| Some((at, ide::fix_all(at.analysis()?)))).collect();
    let mut flat = edits.iter().flat_map(|(at, edits)| edits.iter().map(move |edit| (*at, edit))).peekable();
    flat.peek()?;
    let setup = &documents.first()?.setup;
    Some(CodeActionOrCommand::CodeAction(CodeAction {
        title: "Fix all auto-fixable problems".into(),
        kind: Some(FIX_ALL),
        edit: Some(to_proto::workspace_edit(setup, version, flat)),
        ..CodeAction::default()
    }))
}
