//! All sure fixes of a document at once.

use crate::analysis::Analysis;
use crate::diagnostic::{Diagnostic, Fix};
use crate::text::{Edit, TextRange};

/// Changes of a text that can be made at once.
#[derive(Debug, Default)]
pub struct Fixes {
    /// In the order of the text.
    pub edits: Vec<Edit>,
    /// The rules of the findings that they fix.
    pub codes: Vec<&'static str>,
}

/// The edits of all preferred fixes that do not overlap.
pub fn fix_all(analysis: &Analysis) -> Vec<Edit> {
    let diagnostics = analysis.diagnostics();
    fixes(diagnostics.iter().map(|(_, it)| &**it), Diagnostic::preferred).edits
}

/// The chosen fixes that do not overlap. Of two that overlap the first one wins; the other is there again when the first one is applied.
pub fn fixes<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>, choose: fn(&Diagnostic) -> Option<&Fix>) -> Fixes {
    let mut fixes = Fixes::default();
    for diagnostic in diagnostics {
        let Some(fix) = choose(diagnostic) else { continue };
        let new: Vec<Edit> = fix.edits.iter().filter(|edit| !fixes.edits.contains(edit)).cloned().collect();
        if new.iter().all(|edit| fixes.edits.iter().all(|other| !overlap(edit.range, other.range))) {
            fixes.edits.extend(new);
            fixes.codes.push(diagnostic.code);
        }
    }
    fixes.edits.sort_by_key(|edit| edit.range);
    fixes
}

/// Whether two changes share a byte, or happen at the same place.
fn overlap(a: TextRange, b: TextRange) -> bool {
    a.start < b.end && b.start < a.end || a.start == b.start
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::apply;
    use crate::rules::Options;

    #[test]
    fn fixes_everything_that_is_sure() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspce:\n  containers:\n  - name: web\n    image: nginx\n    porst:\n    - containerPort: 80\n";
        let document = Analysis::new(text, &Options::default(), None);
        let fixed = apply(text, &fix_all(&document));
        assert_eq!(fixed, text.replace("spce", "spec").replace("porst", "ports"));
        assert_eq!(fix_all(&Analysis::new(fixed, &Options::default(), None)), []);
    }

    #[test]
    fn touching_changes_do_not_overlap() {
        let range = TextRange::new;
        assert!(overlap(range(1, 3), range(2, 4)));
        assert!(overlap(range(1, 1), range(1, 1)));
        assert!(!overlap(range(1, 3), range(3, 4)));
    }
}
