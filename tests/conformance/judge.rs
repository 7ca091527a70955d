//! Compares what podls says of a case with what the server answered.

use podls::analysis::Analysis;
use podls::diagnostic::{Diagnostic, Severity};
use podls::rules::Options;
use podls::schema::Release;
use podls::text::apply;
use podls::yaml;

use super::cases::{Answer, Case};

/// What podls promises of every manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Promise {
    /// The server refuses it: podls shows an error.
    Refused,
    /// The server accepts it: podls shows none.
    Accepted,
    /// Of what both refuse: an error at a field that the server names, or at the edited one.
    Field,
    /// An error that begins on the line of such a field, or on the edited line.
    Line,
    /// No error that neither the server nor the edit explains.
    Cause,
    /// Of what the server accepts with a warning: a warning at the same field.
    Warning,
    /// The preferred fix of a misspelt key gives the right text back.
    Restored,
    /// A file with one error and a preferred fix, once fixed, is accepted. Only the oracles know, see `figures::ask_of_fixed`.
    Fixed,
}

impl Promise {
    /// All of them, by the word that the list of disagreements has for one that is broken.
    pub const ALL: [(&str, Promise); 8] = [
        ("missed", Promise::Refused),
        ("false-error", Promise::Accepted),
        ("other-field", Promise::Field),
        ("other-line", Promise::Line),
        ("stray", Promise::Cause),
        ("not-warned", Promise::Warning),
        ("not-restored", Promise::Restored),
        ("not-fixed", Promise::Fixed),
    ];
}

/// What became of a case on one release.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Each promise that the case asks for, and whether it is kept.
    pub kept: Vec<(Promise, bool)>,
    /// What podls says, for whoever looks at a broken one.
    pub diagnostics: Vec<Diagnostic>,
    /// The text after the fix that [`Promise::Fixed`] speaks of.
    pub fixed: Option<String>,
}

/// Judges a case. `base` is the right text that it was made from, and what the server says of that.
pub fn judge(case: &Case, text: &str, base: (&str, &Answer), release: Release) -> Judgement {
    let answer = case.answer(release.name());
    let diagnostics = diagnostics(text, release);
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|it| it.severity == Severity::Error).collect();
    let mut judgement = Judgement::default();
    let mut keep = |promise, kept| judgement.kept.push((promise, kept));
    if answer.accepted {
        keep(Promise::Accepted, errors.is_empty());
        let warned: Vec<String> = diagnostics
            .iter()
            .filter(|it| it.severity <= Severity::Warning)
            .map(|it| plain(&it.field))
            .filter(|it| !it.is_empty())
            .collect();
        for warning in &answer.warnings {
            keep(Promise::Warning, is_reported(warning, &warned));
        }
        judgement.diagnostics = diagnostics;
        return judgement;
    }
    keep(Promise::Refused, !errors.is_empty());
    if errors.is_empty() {
        judgement.diagnostics = diagnostics;
        return judgement;
    }
    let own = plain(&case.path);
    let named: Vec<String> = answer.fields().map(plain).filter(|it| !it.is_empty()).collect();
    // Of broken YAML the server names no field, and the edit is of a line.
    if !case.op.starts_with("text/") && !answer.is("yaml") && (!named.is_empty() || !own.is_empty()) {
        // Of a wrong type it names no item: podls may be more exact.
        let is_named = |field: &str| named.iter().any(|it| it == field) || field == own || answer.is("type") && is_below(field, &own);
        keep(Promise::Field, errors.iter().any(|it| !it.field.is_empty() && is_named(&plain(&it.field))));
        // What is wrong with the base already, on this release, is not the edit's, and a server that stops at the decoding is silent of it.
        let explained: Vec<String> =
            named.iter().cloned().chain(base.1.fields().map(plain)).chain([own]).filter(|it| !it.is_empty()).collect();
        keep(
            Promise::Cause,
            errors.iter().all(|it| !it.field.is_empty() && explained.iter().any(|other| is_related(&plain(&it.field), other))),
        );
    }
    if !answer.lines.is_empty() && !["text/document-end", "text/separator"].contains(&case.op.as_str()) {
        let begins = |it: &&Diagnostic| text[..it.range.start as usize].matches('\n').count();
        keep(Promise::Line, errors.iter().any(|it| answer.lines.contains(&begins(it))));
    }
    let fixed = match &errors[..] {
        [error] => error.fixes.iter().find(|it| it.preferred).map(|it| apply(text, &it.edits)),
        _ => None,
    };
    if case.op == "key/typo" && base.1.accepted {
        keep(Promise::Restored, fixed.as_deref() == Some(base.0));
    }
    judgement.fixed = fixed;
    judgement.diagnostics = diagnostics;
    judgement
}

/// What `podls check` says of a file, in ranges of the file.
fn diagnostics(text: &str, release: Release) -> Vec<Diagnostic> {
    let options = Options { release, ..Options::default() };
    let (mut all, mut strays, mut has_manifest) = (vec![], vec![], false);
    for part in yaml::split(text) {
        let document = Analysis::new(&text[part.span()], &options, None);
        has_manifest |= document.is_manifest();
        all.extend(document.diagnostics().iter().map(|(_, it)| it.moved(part.start)));
        strays.extend(document.stray().map(|it| it.moved(part.start)));
    }
    if has_manifest {
        all.append(&mut strays);
    }
    all
}

/// The server begins a warning with the field, or with the name of a volume.
fn is_reported(warning: &str, warned: &[String]) -> bool {
    let field = warning.split(": ").next().unwrap_or_default();
    match field.starts_with("volume \"") {
        true => warned.iter().any(|it| it.contains(".volumes[")),
        false => warned.iter().any(|it| is_related(it, &plain(field))),
    }
}

fn is_related(one: &str, other: &str) -> bool {
    one == other || is_below(one, other) || is_below(other, one)
}

fn is_below(field: &str, other: &str) -> bool {
    field.strip_prefix(other).is_some_and(|it| it.starts_with(['.', '[']))
}

/// A field path without the keys of maps, which one prints in brackets and another after a dot.
fn plain(field: &str) -> String {
    let mut out = String::new();
    let mut rest = field;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let (index, after) = after.split_once(']').unwrap_or((after, ""));
        if !index.is_empty() && index.bytes().all(|it| it.is_ascii_digit()) {
            out.push_str(&format!("[{index}]"));
        }
        rest = after;
    }
    out.push_str(rest);
    out.trim_matches('.').to_owned()
}
