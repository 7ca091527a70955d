//! `unknown-field`

use crate::diagnostic::{Diagnostic, Fix};
use crate::pod::{Guess, HeadIssue, Issue, Model, Value};
use crate::schema::Field;
use crate::text::{distance, slips};
use crate::yaml::{self, Kind, Node, Scalar};

use super::rewrite::{self, Written};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Fields that the API server does not know: misspelled, incorrectly capitalized, newer than the Kubernetes release, or nonexistent.
    ///
    /// ## Why
    /// kubectl requests strict field validation, so a single unknown field makes the API server reject the object. Clients that do not
    /// request it silently lose the field, which is worse: a misspelled `readinessProbe` is never run.
    ///
    /// The value of a misspelled key is checked as if the key were correct.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spce:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
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
    /// ```
    ///
    /// ## Source
    /// `strict decoding error: unknown field "spce"`, from `json.UnmarshalStrict` of sigs.k8s.io/json.
    UNKNOWN_FIELD = "unknown-field", Error from Itself, [Check::Document(check)]
}

fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    let tree = model.tree();
    for issue in model.issues() {
        match issue {
            Issue::Head { issue: HeadIssue::MisspeltKey(key, name), object } => {
                let key = tree.node(*key);
                let diagnostic = report.add(key.range(), *name, misspelt(&key.key_text(), name), Some(*object));
                diagnostic.fixes.push(Fix::preferred(format!("Rename to `{name}`"), vec![rewrite::rename(key, name)]));
            }
            Issue::UnknownField { guess: Guess::Elsewhere(_), .. } => {}
            Issue::UnknownField { within, key, guess, .. } => {
                let (within, key) = (model.value(*within), tree.node(*key));
                // Directives of a strategic merge patch: `$patch`, `$retainKeys`.
                let is_directive = key.text().starts_with('$') && !report.reports_missing();
                // In a patch, `null` removes, also what is not there.
                let removes = report.options().layers.is_patch() && key.next().is_some_and(is_null);
                // What is written on a condition may be meant for another release.
                let of_release = matches!(guess, Guess::Newer(_) | Guess::Gone(_)) && report.is_conditional(key);
                if !is_directive && !removes && !of_release {
                    emit(report, within, key, guess);
                }
            }
            _ => {}
        }
    }
}

fn is_null(node: Node<'_>) -> bool {
    node.is_empty() || matches!(node.kind(), Kind::Scalar(_)) && yaml::resolve(node) == Scalar::Null
}

fn emit<'m>(report: &mut Report<'m>, within: Value<'m>, key: Node<'m>, guess: &Guess) {
    let written = key.key_text();
    let release = within.model().release();
    let message = match guess {
        Guess::Rename(field) => misspelt(&written, field.name),
        Guess::OneOf(fields) => {
            let names: Vec<_> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
            format!("unknown field `{written}`; did you mean {}?", names.join(" or "))
        }
        Guess::Newer(field) => {
            format!("field `{written}` was added in Kubernetes {}; this file is checked against {release}", field.since)
        }
        Guess::Gone(field) => {
            let until = field.until.unwrap_or(release);
            format!("field `{written}` was removed in Kubernetes {until}")
        }
        Guess::Pair => format!("unknown field `{written}`; write it as `name: {written}` with a `value`"),
        Guess::Wrapper => format!("unknown field `{written}`; the fields below it belong in `{}`", within.path()),
        Guess::Elsewhere(_) | Guess::Nothing => {
            let place = within.path();
            let place = if place.is_empty() { within.ty().map_or("the object", |ty| ty.name).to_owned() } else { place };
            format!("unknown field `{written}` in `{place}`")
        }
    };
    let path = format!("{}{}{written}", within.decoded_path(), if within.parent().is_some() { "." } else { "" });
    let wants_fixes = report.wants_fixes();
    let diagnostic = report.add(key.range(), path, message, Some(within.object()));
    match guess {
        Guess::Rename(field) => {
            diagnostic.fixes.push(Fix::preferred(format!("Rename to `{}`", field.name), vec![rewrite::rename(key, field.name)]));
        }
        Guess::OneOf(fields) => fields.iter().for_each(|field| may_be(diagnostic, key, field)),
        Guess::Pair => {
            let edits = within.written().entries().find(|it| it.key.id() == key.id()).and_then(rewrite::pair);
            diagnostic.fixes.extend(edits.map(|edit| Fix::preferred(format!("Convert to `name: {written}` and `value`"), vec![edit])));
        }
        Guess::Wrapper => {
            let edits = within.written().entries().find(|it| it.key.id() == key.id()).and_then(rewrite::unwrap);
            diagnostic.fixes.extend(edits.map(|edits| Fix::preferred(format!("Remove `{written}:`"), edits)));
        }
        Guess::Nothing if wants_fixes => nearest(within, &written).iter().for_each(|field| may_be(diagnostic, key, field)),
        Guess::Nothing | Guess::Elsewhere(_) | Guess::Newer(_) | Guess::Gone(_) => {}
    }
    if wants_fixes
        && !matches!(guess, Guess::Rename(_) | Guess::Pair | Guess::Wrapper)
        && let Some(edit) = Written::of(key).and_then(rewrite::remove)
    {
        diagnostic.fixes.push(Fix::possible(format!("Remove `{written}`"), vec![edit]));
    }
}

fn misspelt(written: &str, right: &str) -> String {
    if written.eq_ignore_ascii_case(right) {
        format!("unknown field `{written}`; did you mean `{right}` (field names are case-sensitive)?")
    } else {
        format!("unknown field `{written}`; did you mean `{right}`?")
    }
}

fn may_be(diagnostic: &mut Diagnostic, key: Node<'_>, field: &Field) {
    diagnostic.fixes.push(Fix::possible(format!("Rename to `{}`", field.name), vec![rewrite::rename(key, field.name)]));
}

/// The free fields whose names are not far away, the nearest first; three at most. A proposal may be twice as far as what is sure.
fn nearest(within: Value<'_>, written: &str) -> Vec<&'static Field> {
    let Some(ty) = within.ty() else { return vec![] };
    let near = |field: &'static Field| Some((distance(written, field.name, 2 * slips(field.name))?, field));
    let near = ty.fields_in(within.model().release()).filter_map(near);
    let mut near: Vec<_> = near.filter(|(_, field)| within.entry(field.name).is_none()).collect();
    near.sort_by_key(|(distance, field)| (*distance, field.name));
    near.into_iter().map(|(_, field)| field).take(3).collect()
}

#[cfg(test)]
mod tests;
