//! One slip, one error: finds the small change of the text after which nothing is wrong.
//!
//! A line in the wrong column or a lost key line makes much of what follows look wrong. Here candidates for what was meant are tried, the
//! simplest first: the document is read again with each, and the one that leaves no error explains all of them.

mod candidates;

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::pod::{Model, Value};
use crate::schema::{self, Shape};
use crate::text::{TextRange, apply, line_at};
use crate::yaml::SyntaxErrorKind;

use super::{Options, find};
use candidates::Candidate;

/// Errors that a slip of structure causes. Without one of them nothing is tried.
const STRUCTURAL: [&str; 3] = ["yaml-syntax", "misplaced-field", "duplicate-key"];
/// Errors about a key where it is.
const UNKNOWN: [&str; 2] = ["misplaced-field", "unknown-field"];
/// Errors that have their own fix, whatever else is wrong.
const APART: [&str; 2] = ["unknown-kind", "wrong-api-version"];
/// Errors about a name or a label that another place lacks.
const REFERRING: [&str; 4] = ["unknown-volume", "unknown-claim", "unknown-port", "selector-mismatch"];
/// Bytes of the longest document in which changes are tried.
const LONGEST: usize = 32 * 1024;
/// How many bytes are read again at most, in all candidates.
const MOST_READ: usize = 160 * 1024;

/// Replaces the errors of a document by one, if one small change leaves none of them.
pub(super) fn explain(model: &Model, options: &Options, diagnostics: &mut Vec<Diagnostic>) {
    let text = model.tree().text();
    let is_error = |it: &&Diagnostic| it.severity == Severity::Error;
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(is_error).collect();
    // A `List` is read item by item; what is wrong in one must not depend on the others.
    let root = model.tree().root();
    let is_list = root.is_some_and(|it| it.entries().any(|entry| entry.key.value() == "items"));
    let is_plain = !is_list
        && model.objects().all(|object| Some(object.node().id()) == root.map(|it| it.id()))
        && !model.tree().is_template()
        && options.layers.changes_nothing()
        && !text.trim_start().starts_with('{');
    let is_solved = errors.len() == 1 && errors[0].preferred().is_some();
    // A dash too many makes two items of one, and each lacks what the other has.
    let is_split = errors.iter().filter(|it| it.code == "missing-field").count() > 1;
    let is_unknown_block = |it: &Diagnostic| it.code == "unknown-field" && !is_misspelt(it) && begins_block(it, text);
    // Two sources in one volume, and a volume that is not found: the first line of an item is lost.
    let is_joined = ["one-of", "unknown-volume"].iter().all(|code| errors.iter().any(|it| it.code == *code));
    let is_structural = is_split
        || is_joined
        || errors.iter().any(|it| STRUCTURAL.contains(&it.code) || is_of_shape(it) || is_unknown_block(it))
        || !errors.is_empty() && candidates::has_commented_key(text);
    let is_apart = errors.iter().any(|it| APART.contains(&it.code)) || errors.len() == 1 && errors[0].code == "duplicate-key";
    if !is_plain || is_apart || is_solved || !is_structural || text.len() > LONGEST {
        return;
    }
    // What refers to something is far from it.
    let (at_slip, referring): (Vec<_>, Vec<_>) = errors.iter().copied().partition(|it| !REFERRING.contains(&it.code));
    let errors = [at_slip, referring].concat();
    let (own_entries, own_strays) = (entries(model), stray_fields(model));
    let tried = candidates::of(text, &errors, options.release);
    // What a key belongs to is decided above it: no change below makes it known.
    let unknown = errors.iter().filter(|it| UNKNOWN.contains(&it.code)).map(|it| line_at(text, it.range.start as usize).end).min();
    let is_below = |candidate: &Candidate| unknown.is_some_and(|end| candidate.edits.iter().all(|edit| edit.range.start >= end));
    let most = (MOST_READ / text.len().max(1)).clamp(4, 100);
    let mut found: Vec<(Candidate, String, Vec<Diagnostic>)> = vec![];
    // An item whose first line is lost: with a dash, it lacks that line and nothing else is wrong.
    let mut headless = None;
    for candidate in tried.into_iter().take(most).filter(|it| !is_below(it)) {
        if found.first().is_some_and(|(best, ..)| best.cost < candidate.cost) {
            break;
        }
        let fixed = apply(text, &candidate.edits);
        let tree = options.parse(fixed.as_str());
        // What cannot be read is no better; to judge it would cost more than to read it.
        if tree.errors().iter().any(|it| it.kind == SyntaxErrorKind::Invalid) {
            continue;
        }
        let Some(repaired) = Model::without_unknown_keys(tree, options.release) else { continue };
        // What is no longer read as the same object has no errors either.
        if !repaired.is_manifest() || kind(model).is_some_and(|it| kind(&repaired) != Some(it)) {
            continue;
        }
        // A key that becomes text, or a label, has no errors, but was meant as a key.
        if !candidate.removes && entries(&repaired) < own_entries || stray_fields(&repaired) > own_strays {
            continue;
        }
        let left = find(&repaired, options).0;
        let left_errors = left.iter().filter(is_error);
        if left_errors.clone().next().is_none() {
            if found.iter().all(|(_, other, _)| *other != fixed) {
                found.push((candidate, fixed, left));
            }
        } else if headless.is_none() && candidate.begins_item {
            // Who refers to the item by its name cannot find it either.
            let mut own = left_errors.filter(|it| !REFERRING.contains(&it.code));
            let Some(only) = own.next().filter(|it| it.code == "missing-field" && lies_at(it, candidate.at, text)) else { continue };
            if own.next().is_none() {
                let candidate = Candidate { is_sure: false, message: only.message.clone(), ..candidate };
                headless = Some((candidate, fixed, left));
            }
        }
    }
    if found.is_empty() {
        found.extend(headless);
    }
    let is_sure = found.len() == 1 && found[0].0.is_sure;
    let Some((candidate, _, left)) = found.first() else { return };
    let line = line_at(text, candidate.at).start;
    let near = errors.iter().find(|it| found.len() == 1 && line_at(text, it.range.start as usize).start == line);
    let mut one = near.map_or_else(|| errors[0].clone(), |it| (*it).clone());
    // Of several places none is known to be wrong.
    if found.len() == 1 {
        if line_at(text, one.range.start as usize) != line_at(text, candidate.at) {
            one.range = word_at(text, candidate.at);
        }
        one.message = candidate.message.clone();
        one.related.clear();
    }
    one.fixes = found.iter().map(|(it, ..)| Fix { title: it.title.clone(), preferred: is_sure, edits: it.edits.clone() }).collect();
    let stays =
        |it: &Diagnostic| it.severity != Severity::Error && left.iter().any(|other| other.code == it.code && other.message == it.message);
    diagnostics.retain(stays);
    diagnostics.push(one);
    diagnostics.sort_by_key(|it| (it.range, it.severity, it.code));
}

/// How many keys a document has.
fn entries(model: &Model) -> usize {
    model.tree().nodes().map(|node| node.entries().count()).sum()
}

/// How many keys of labels and other free maps are names of fields that have further fields or items: they belong elsewhere.
fn stray_fields(model: &Model) -> usize {
    let is_of_map = |value: &Value<'_>| value.parent().is_some_and(|map| matches!(map.shape(), Shape::Map(_)));
    let is_collection = |key: &str| schema::types().iter().filter_map(|ty| ty.field(key)).any(|field| field.shape.is_collection());
    model.values().filter(is_of_map).filter_map(Value::key_text).filter(|key| is_collection(key)).count()
}

/// Whether a key is only misspelt: then the rest of the document is read as it was meant.
fn is_misspelt(diagnostic: &Diagnostic) -> bool {
    diagnostic.code == "unknown-field" && diagnostic.preferred().is_some()
}

/// Whether a key has its value on the lines below.
fn begins_block(diagnostic: &Diagnostic, text: &str) -> bool {
    text[line_at(text, diagnostic.range.start as usize).span()].trim_end().ends_with(':')
}

/// The kind of the first object, if it is one with a PodSpec.
fn kind(model: &Model) -> Option<&'static str> {
    model.objects().next()?.info().map(|it| it.kind)
}

/// Whether a list or a mapping is where another is expected.
fn is_of_shape(diagnostic: &Diagnostic) -> bool {
    diagnostic.code == "type-mismatch" && (diagnostic.message.contains("a list") || diagnostic.message.contains("a mapping"))
}

/// Whether a diagnostic is on the line that begins at an offset.
fn lies_at(diagnostic: &Diagnostic, line: usize, text: &str) -> bool {
    line_at(text, diagnostic.range.start as usize) == line_at(text, line)
}

/// The first word from an offset on.
fn word_at(text: &str, at: usize) -> TextRange {
    let rest = &text[at..];
    let start = at + rest.len() - rest.trim_start_matches([' ', '\t', '-']).len();
    let len = text[start..].find([':', ' ', '\n', '\r']).unwrap_or(text.len() - start);
    TextRange::new(start, start + len.max(1).min(text.len() - start))
}

#[cfg(test)]
mod tests {
    use crate::analysis::Analysis;
    use crate::diagnostic::{Diagnostic, Severity};
    use crate::rules::Options;
    use crate::text::apply;

    const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  tolerations:
  - key: gpu
    operator: Exists
  containers:
  - name: web
    image: nginx:1.29
    ports:
    - name: http
      containerPort: 80
    resources:
      requests:
        cpu: 100m
        memory: 64Mi
      limits:
        memory: 128Mi
    readinessProbe:
      httpGet:
        path: /
        port: http
    livenessProbe:
      httpGet:
        path: /
        port: http
    volumeMounts:
    - name: data
      mountPath: /data
  - name: log
    image: busybox:1.37
    volumeMounts:
    - name: data
      mountPath: /data
  volumes:
  - name: data
    persistentVolumeClaim:
      claimName: web
";

    fn errors(text: &str) -> Vec<Diagnostic> {
        let analysis = Analysis::new(text, &Options::default(), None);
        let found = analysis.diagnostics();
        found.into_iter().map(|(_, it)| it.into_owned()).filter(|it| it.severity == Severity::Error).collect()
    }

    /// The only error after a slip, and what its preferred fix makes of the text.
    #[track_caller]
    fn repaired(right: &str, wrong: &str) -> (String, Option<String>) {
        assert!(POD.contains(right), "{right}");
        let text = POD.replacen(right, wrong, 1);
        let found = errors(&text);
        let [only] = &found[..] else { panic!("{text}\n{found:#?}") };
        let fix = only.preferred();
        (only.message.clone(), fix.map(|fix| apply(&text, &fix.edits)))
    }

    #[test]
    fn no_key_becomes_text_or_a_label() {
        let script = POD.replace(
            "    readinessProbe:\n      httpGet:\n        path: /\n",
            "    args:\n    - |\n      run\n    readinessProbe:\n      value: a\n      httpGet:\n        path: /\n",
        );
        let of_script = errors(&script);
        assert!(of_script.iter().all(|it| !it.message.contains("wrong indentation")), "{of_script:?}");
        let label = POD.replace(
            "  containers:\n",
            "  nodeSelector:\n    os: linux\n  securityContext:\n    windowsOptions:\n      text\n  containers:\n",
        );
        let of_label = errors(&label);
        assert_eq!(of_label.iter().map(|it| it.code).collect::<Vec<_>>(), ["type-mismatch"]);
        assert!(!of_label[0].message.contains("wrong indentation"), "{of_label:?}");
    }

    #[test]
    fn a_slip_is_one_error_and_its_fix_gives_the_text_back() {
        for (right, wrong, message) in [
            ("    resources:\n", "      resources:\n", "wrong indentation: 6 spaces, expected 4"),
            ("    image: nginx", "  image: nginx", "wrong indentation: 2 spaces, expected 4"),
            ("    readinessProbe:\n", "\treadinessProbe:\n", "tab in the indentation; use 4 spaces"),
            ("    resources:\n", "    # resources:\n", "`resources:` is commented out, but the lines below belong to it"),
            ("    resources:\n", "", "`resources:` is missing above this line"),
            ("    readinessProbe:\n", "    # readinessProbe:\n", "`readinessProbe:` is commented out, but the lines below belong to it"),
        ] {
            let (found, fixed) = repaired(right, wrong);
            assert!(found.starts_with(message), "{found}");
            assert_eq!(fixed.as_deref(), Some(POD), "{message}");
        }
    }

    #[test]
    fn what_is_no_longer_the_same_object_is_no_repair() {
        let found = errors(&POD.replacen("kind: Pod", "kind", 1));
        assert!(!found.is_empty() && found.iter().all(|it| !it.message.starts_with("wrong indentation")), "{found:?}");
    }

    #[test]
    fn a_key_far_from_the_first_error_is_found() {
        for wrong in ["  # volumes:\n", ""] {
            let (message, fixed) = repaired("  volumes:\n", wrong);
            assert!(message.starts_with("`volumes:` is"), "{message}");
            assert_eq!(fixed.as_deref(), Some(POD));
        }
    }

    #[test]
    fn no_meaning_is_chosen_and_nothing_is_lost() {
        // Which probe it was is not known.
        assert_eq!(repaired("    readinessProbe:\n", "").1, None);
        // What the item began with is not known.
        assert_eq!(repaired("  - name: log\n", "").1, None);
        // The first key joins the item below, or begins one of its own.
        assert_eq!(repaired("  - key: gpu\n    operator: Exists\n", "    operator: Exists\n  - key: gpu\n").1, None);
        let text = POD.replacen("    readinessProbe:\n", "", 1);
        let edits: Vec<_> =
            errors(&text).iter().flat_map(|it| it.fixes.iter().filter(|fix| fix.preferred).flat_map(|fix| fix.edits.clone())).collect();
        assert!(edits.is_empty(), "{edits:?}");
    }
}
