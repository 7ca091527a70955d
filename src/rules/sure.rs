//! Which fixes are sure.

use crate::diagnostic::{Diagnostic, Severity};
use crate::pod::Model;
use crate::text::apply;

use super::{Options, find};

/// Of more errors than that, none is tried: the time is the author's.
const MOST_ERRORS: usize = 3;
/// Bytes of the longest document in which fixes are tried.
const MOST_TEXT: usize = 32 * 1024;

/// Mistakes whose fix stands on its own, whatever else is wrong. A misspelt key is read as what it is renamed to, so that what is wrong
/// below it is told at once; behind a wrong head nothing else is told.
const APART: [&str; 3] = ["unknown-field", "unknown-kind", "wrong-api-version"];

/// Takes the preference from a fix after which the document has as many errors as before: closing a bracket does not help where no list
/// may stand. Such a fix is a proposal, and nothing to be applied to a whole file unseen.
pub(super) fn prefer_what_mends(model: &Model, options: &Options, diagnostics: &mut [Diagnostic]) {
    let text = model.tree().text();
    let errors = count(diagnostics);
    if errors > MOST_ERRORS || text.len() > MOST_TEXT {
        return;
    }
    for diagnostic in diagnostics.iter_mut().filter(|it| it.severity == Severity::Error && !APART.contains(&it.code)) {
        if let Some(fix) = diagnostic.fixes.iter_mut().find(|fix| fix.preferred) {
            let fixed = Model::new(options.parse(apply(text, &fix.edits)), options.release);
            fix.preferred = count(&find(&fixed, options).0) < errors;
        }
    }
}

fn count(diagnostics: &[Diagnostic]) -> usize {
    diagnostics.iter().filter(|it| it.severity == Severity::Error).count()
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
        only.fixes.iter().any(|fix| fix.preferred)
    }

    #[test]
    fn what_does_not_mend_is_a_proposal() {
        assert!(is_preferred("command: [\"sleep\", \"60\""));
        assert!(!is_preferred("stdin: [true"));
        assert!(is_preferred("workingDir: 5"));
        assert!(!is_preferred("imagePullPolicy: 5"));
    }
}
