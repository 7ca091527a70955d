//! Which fixes are sure.

use crate::diagnostic::{Diagnostic, Severity};
use crate::pod::Model;
use crate::text::{BREAKS, Edit, apply};

use super::{ERRORS, Options, find};

/// Above this number of errors fixes are not verified, to stay fast.
const MOST_ERRORS: usize = 12;
/// Bytes of the longest document in which fixes are tried.
const MOST_TEXT: usize = 32 * 1024;

/// Mistakes whose fix is a new name that is right whatever else is wrong. A misspelled key is read as what it is renamed to, so that what is
/// wrong below it is reported at once; after a wrong head nothing else is reported.
const APART: [&str; 3] = ["unknown-field", "unknown-kind", "wrong-api-version"];

/// Mistakes whose fix moves or removes what the author wrote: of many, most follow from another.
const OF_STRUCTURE: [&str; 4] = ["yaml-syntax", "misplaced-field", "type-mismatch", "duplicate-key"];

/// Takes the preference from a fix that leaves an error that was not there before, or as many as before: to close a bracket does not help
/// where there must not be a list. Such a fix is a proposal, and nothing to be applied to a whole file unseen. Beside an error of syntax,
/// only its own fix is preferred.
pub(super) fn prefer_what_fixes(model: &Model, options: &Options, diagnostics: &mut [Diagnostic]) {
    if !diagnostics.iter().any(|it| it.preferred().is_some()) {
        return;
    }
    let text = model.tree().text();
    let is_error = |it: &&Diagnostic| it.severity == Severity::Error;
    let errors: Vec<(&str, String)> = diagnostics.iter().filter(is_error).map(|it| (it.code, it.message.clone())).collect();
    let is_broken = errors.iter().any(|(code, _)| *code == "yaml-syntax");
    // A `List` is read item by item: nothing in one may depend on the others.
    let is_list = model.tree().root().is_some_and(|root| root.entries().any(|entry| entry.key.value() == "items"));
    let is_tried = errors.len() <= MOST_ERRORS && text.len() <= MOST_TEXT;
    for diagnostic in diagnostics {
        let range = diagnostic.range;
        let Some(fix) = diagnostic.fixes.iter_mut().find(|fix| fix.preferred) else { continue };
        if fix.edits.iter().any(|edit| joins_lines(edit, text)) {
            fix.preferred = false;
            continue;
        }
        if APART.contains(&diagnostic.code) && fix.edits.iter().all(|edit| edit.range == range) {
            continue;
        }
        if !is_list && is_broken && diagnostic.code != "yaml-syntax"
            || !is_list && errors.len() > MOST_ERRORS && OF_STRUCTURE.contains(&diagnostic.code)
        {
            fix.preferred = false;
        } else if is_tried && diagnostic.severity == Severity::Error {
            let fixed = options.read(apply(text, &fix.edits));
            let left = find(&ERRORS, &fixed, options).0;
            let mut left = left.iter().filter(is_error);
            let mut count = 0;
            let is_old = left.all(|it| {
                count += 1;
                errors.iter().any(|(code, message)| *code == it.code && *message == it.message)
            });
            fix.preferred = is_old && count < errors.len();
        }
    }
}

/// Whether one line takes the place of several: a text that goes on in further lines may have swallowed what was meant as something else.
fn joins_lines(edit: &Edit, text: &str) -> bool {
    let (new, old) = (edit.new_text.trim(), text[edit.range.span()].trim());
    // The header of a block scalar is no text.
    let lines = if old.starts_with(['|', '>']) { old.split_once(BREAKS).map_or("", |(_, lines)| lines.trim()) } else { old };
    !new.is_empty() && !new.contains(BREAKS) && lines.contains(BREAKS)
}

#[cfg(test)]
mod tests {
    use crate::analysis::Document;
    use crate::rules::Options;

    fn is_preferred(wrong: &str) -> bool {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: nginx\n    {wrong}\n"
        );
        let document = Document::new(text, &Options::default());
        let [only] = document.diagnostics() else { panic!("{:?}", document.diagnostics()) };
        only.preferred().is_some()
    }

    #[test]
    fn what_does_not_help_is_a_proposal() {
        assert!(is_preferred("command: [\"sleep\", \"60\""));
        assert!(!is_preferred("stdin: [true"));
        assert!(is_preferred("workingDir: 5"));
        assert!(is_preferred("imagePullPolicy: Alway"));
        assert!(!is_preferred("imagePullPolicy: Alway\n      - sh"));
        assert!(!is_preferred("imagePullPolicy: 5"));
    }
}
