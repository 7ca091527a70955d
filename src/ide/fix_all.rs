//! All sure fixes of a document at once.

use crate::analysis::Analysis;
use crate::diagnostic::Diagnostic;
use crate::text::{Edit, TextRange};

/// The edits of all preferred fixes that do not overlap, in the order of the text. Of two that overlap the first one wins; the other is
/// there again when the first one is applied.
pub fn fix_all(analysis: &Analysis) -> Vec<Edit> {
    let mut edits: Vec<Edit> = vec![];
    for (_, diagnostic) in analysis.diagnostics() {
        let fix = preferred(&diagnostic).unwrap_or_default();
        let new = fix.iter().filter(|edit| !edits.contains(edit));
        if new.clone().all(|edit| edits.iter().all(|other| !overlap(edit.range, other.range))) {
            let new: Vec<Edit> = new.cloned().collect();
            edits.extend(new);
        }
    }
    edits.sort_by_key(|edit| edit.range);
    edits
}

fn preferred(diagnostic: &Diagnostic) -> Option<&[Edit]> {
    diagnostic.fixes.iter().find(|fix| fix.preferred).map(|fix| fix.edits.as_slice())
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
