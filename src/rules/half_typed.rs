//! Words that may be the beginning of a right one: the editor waits with their findings while they are being typed.

use crate::diagnostic::{Diagnostic, Fix, Incomplete};
use crate::schema;
use crate::text::{TextRange, line_at};

/// Rules about how a value is written: whether it is right shows at its end.
const OF_FORM: [&str; 3] = ["invalid-format", "invalid-name", "invalid-quantity"];

const BOOLEANS: [&str; 2] = ["true", "false"];

/// Marks the diagnostics of words that may go on: `Dep` where `Deployment` is meant, or a key that has no colon yet.
pub(super) fn mark(text: &str, diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics.iter_mut().filter(|it| it.incomplete.is_none()) {
        let word = text.get(diagnostic.range.span()).unwrap_or_default();
        let may_go_on = match diagnostic.code {
            "type-mismatch" => is_alone(text, diagnostic.range) || BOOLEANS.iter().any(|it| it.starts_with(word)),
            "unknown-kind" => schema::kinds().iter().any(|info| info.kind.starts_with(word)),
            code => OF_FORM.contains(&code),
        };
        if may_go_on || diagnostic.fixes.iter().any(|fix| goes_on(fix, diagnostic, word)) {
            diagnostic.incomplete = Some(Incomplete::Word(diagnostic.range));
        }
    }
}

/// Whether a word is all that is on its line, but for a dash.
fn is_alone(text: &str, word: TextRange) -> bool {
    let line = text[line_at(text, word.start as usize).span()].trim().trim_start_matches("- ").trim_start();
    line == &text[word.span()] && !line.contains([' ', ':', '"', '\'', '{', '['])
}

fn goes_on(fix: &Fix, diagnostic: &Diagnostic, word: &str) -> bool {
    let [edit] = &fix.edits[..] else { return false };
    edit.range == diagnostic.range && edit.new_text.len() > word.len() && edit.new_text.starts_with(word)
}

#[cfg(test)]
mod tests {
    use crate::analysis::Document;
    use crate::diagnostic::Incomplete;
    use crate::rules::Options;

    #[test]
    fn only_the_beginning_of_what_is_meant() {
        let pod = |text: &str| {
            format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: a\n    image: b\n{text}\n")
        };
        for (line, is_marked) in [
            ("    imagePull: Always", true),
            ("    imagePullPolicyx: Always", false),
            ("    imgePullPolicy: Always", false),
            ("    imagePullPolicy: If", true),
            ("    imagePullPolicy: Alwyas", false),
            ("    tty: tr", true),
            ("    tty: maybe", false),
            ("    command: ./run", false),
            ("    securityContext:\n      runAs", true),
            ("    ports:\n    - na", true),
            ("    ports:\n    - 80:80", false),
            ("    resources: {limits: {cpu: 12x}}", true),
        ] {
            let document = Document::new(pod(line), &Options::default());
            let [only] = document.diagnostics() else { panic!("{line}: {:?}", document.diagnostics()) };
            assert_eq!(matches!(only.incomplete, Some(Incomplete::Word(_))), is_marked, "{line}");
        }
    }
}
