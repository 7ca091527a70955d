//! Several releases at once: what all of them find, and what only some do.

use crate::diagnostic::{Diagnostic, Severity};
use crate::pod::Model;
use crate::schema::Release;

use super::{Options, check_one};

/// What the rules find for all releases of the options, before decisions about single rules; see [`super::find`].
pub(super) fn check(model: &Model, options: &Options) -> (Vec<Diagnostic>, Option<Diagnostic>) {
    let all: Vec<Release> = options.releases().iter().collect();
    let of = |release| Options { release, later: vec![], ..options.clone() };
    let (first, stray) = check_one(model, &of(options.release));
    let mut merged: Vec<(Diagnostic, Vec<Release>)> = first.into_iter().map(|it| (it, vec![options.release])).collect();
    for &release in &options.later {
        let model = Model::with_kinds(model.tree().clone(), release, model.kinds());
        for diagnostic in check_one(&model, &of(release)).0 {
            let is_same = |it: &Diagnostic| (it.code, it.range, &it.field) == (diagnostic.code, diagnostic.range, &diagnostic.field);
            match merged.iter_mut().find(|(it, releases)| is_same(it) && !releases.contains(&release)) {
                Some((known, releases)) => {
                    join(known, diagnostic);
                    releases.push(release);
                }
                None => merged.push((diagnostic, vec![release])),
            }
        }
    }
    let mut diagnostics: Vec<Diagnostic> = merged.into_iter().map(|(it, releases)| limited(it, &releases, &all)).collect();
    diagnostics.sort_by_key(|it| (it.range, it.severity, it.code));
    (diagnostics, stray)
}

/// Takes in the same finding of a later release. A fix must be right for both.
fn join(known: &mut Diagnostic, later: Diagnostic) {
    known.severity = known.severity.min(later.severity);
    known.fixes.retain_mut(|fix| {
        let same = later.fixes.iter().find(|it| it.edits == fix.edits);
        fix.preferred &= same.is_some_and(|it| it.preferred);
        same.is_some()
    });
    known.message = later.message;
}

/// A finding of some releases says so. What the others accept is never changed without a question.
fn limited(mut diagnostic: Diagnostic, found: &[Release], all: &[Release]) -> Diagnostic {
    if found.len() < all.len() {
        let verb = if diagnostic.severity == Severity::Error { "rejected by" } else { "in" };
        diagnostic.message = format!("{} ({verb} {})", diagnostic.message, names(found, all));
        diagnostic.fixes.iter_mut().for_each(|fix| fix.preferred = false);
    }
    diagnostic
}

/// Some of the releases, oldest first.
fn names(found: &[Release], all: &[Release]) -> String {
    match found {
        [first, _, ..] if all.ends_with(found) => format!("{first} and later"),
        [.., _, last] if all.starts_with(found) => format!("{last} and earlier"),
        [first, .., last] if found.len() > 2 && all.windows(found.len()).any(|it| it == found) => format!("{first} to {last}"),
        _ => found.iter().map(|it| it.name()).collect::<Vec<_>>().join(" and "),
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::Analysis;
    use crate::rules::Options;

    fn found(releases: &str, container: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: a\n    image: nginx:1.29\n    {container}\n"
        );
        let options = Options::default().with_releases(releases.parse().expect("releases"));
        let analysis = Analysis::new(text.as_str(), &options, None);
        let found = analysis.diagnostics();
        found.iter().map(|(_, it)| format!("{}: {}{}", it.code, it.message, if it.preferred().is_some() { " [fix]" } else { "" })).collect()
    }

    #[test]
    fn what_only_some_releases_refuse_says_so() {
        for (releases, container, part, is_fixed) in [
            ("1.33", "env: [{name: A, valueFrom: {fileKeyRef: {volumeName: a, path: b, key: C}}}]", "fileKeyRef", false),
            ("1.33,1.37", "env: [{name: A, valueFrom: {fileKeyRef: {volumeName: a, path: b, key: C}}}]", "(rejected by 1.33)", false),
            ("all", "imagePullPolcy: Always", "did you mean", true),
        ] {
            let found = found(releases, container);
            assert!(found.iter().any(|it| it.contains(part)), "{releases} {container}: {found:#?}");
            assert_eq!(found.iter().any(|it| it.ends_with("[fix]")), is_fixed, "{found:#?}");
        }
        // What all releases find is one finding, and says nothing of them.
        let [only] = &found("all", "imagePullPolcy: Always")[..] else { panic!() };
        assert!(!only.contains("1.3"), "{only}");
    }
}
