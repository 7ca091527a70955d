//! `misplaced-field`

use crate::diagnostic::Fix;
use crate::pod::{Elsewhere, Guess, Issue, Model, Value};
use crate::yaml::Node;

use super::rewrite::{self, Path, Written};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Fields in the wrong object.
    ///
    /// ## Why
    /// The field exists, but not in this object, so the API server rejects it. Usually the indentation is wrong, or a level such as
    /// `template:`, `resources:` or `securityContext:` is missing.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     volumeMounts:
    ///     - name: cache
    ///       mountPath: /var/cache/nginx
    ///     volumes:
    ///     - name: cache
    ///       emptyDir: {}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     volumeMounts:
    ///     - name: cache
    ///       mountPath: /var/cache/nginx
    ///   volumes:
    ///   - name: cache
    ///     emptyDir: {}
    /// ```
    ///
    /// ## Source
    /// `strict decoding error: unknown field "spec.containers[0].volumes"`, from `json.UnmarshalStrict` of sigs.k8s.io/json.
    MISPLACED_FIELD = "misplaced-field", Error from Itself, [Check::Document(check)]
}

fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    for issue in model.issues() {
        if let Issue::UnknownField { within, key, guess: Guess::Elsewhere(place), .. } = issue {
            emit(report, model.value(*within), model.tree().node(*key), place);
        }
    }
}

fn emit<'m>(report: &mut Report<'m>, within: Value<'m>, key: Node<'m>, place: &Elsewhere) {
    let model = within.model();
    let written = key.key_text();
    let targets: Vec<_> = place.targets.iter().map(|id| model.value(*id)).collect();
    let home = match targets[..] {
        [target] => mapping_path(target, place),
        _ => place.inside.to_owned(),
    };
    let home = if home.is_empty() { "the top level".to_owned() } else { format!("`{home}`") };
    let here = within.path();
    let here = if here.is_empty() { within.ty().map_or("", |ty| ty.name).to_owned() } else { here };
    let renamed = if place.key == written { String::new() } else { format!(", as `{}`", place.key) };
    let which = match targets.len() {
        0 => format!("belongs in an item of {home}{renamed}"),
        1 => format!("belongs in {home}{renamed}"),
        _ => format!("belongs in one of the items of {home}{renamed}"),
    };
    let there = if place.occupied { ", where it is already set" } else { "" };
    let message = format!("`{written}` is not a field of `{here}`; it {which}{there}");
    let path = format!("{}{}{written}", within.decoded_path(), if within.parent().is_some() { "." } else { "" });
    let wants_fixes = report.wants_fixes();
    let diagnostic = report.add(key.range(), path, message, Some(within.object()));
    if let [target] = targets[..] {
        diagnostic.related.push(crate::diagnostic::Related { range: target.key_range(), message: "it belongs here".to_owned() });
    }
    if !wants_fixes {
        return;
    }
    let entry = Written::of(key);
    if !place.occupied {
        let missing: Vec<_> = place.missing.iter().map(|field| field.name).collect();
        for target in &targets {
            let to = Path { target: target.node(), missing: &missing, key: &place.key };
            let title = format!("Move to `{}`", join(&mapping_path(*target, place), &place.key));
            if let Some(edits) = entry.and_then(|entry| rewrite::relocate(entry, to)) {
                let sure = place.sure && targets.len() == 1;
                diagnostic.fixes.push(if sure { Fix::preferred(title, edits) } else { Fix::possible(title, edits) });
            }
        }
    }
    if let Some(edit) = entry.and_then(rewrite::remove) {
        diagnostic.fixes.push(Fix::possible(format!("Remove `{written}`"), vec![edit]));
    }
}

/// The path of the mapping that is to hold the key.
fn mapping_path(target: Value<'_>, place: &Elsewhere) -> String {
    place.missing.iter().fold(target.path(), |path, field| join(&path, field.name))
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests;
