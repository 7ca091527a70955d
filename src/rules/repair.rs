//! One slip, one error: finds the small change of the text after which nothing is wrong.
//!
//! A line in the wrong column or a lost key line makes much of what follows look wrong. Here candidates for what was meant are tried, the
//! simplest first: the document is read again with each, and the one that leaves no error explains all of them.

mod candidates;
mod lines;

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::pod::{Guess, Issue, Model, Value};
use crate::schema::{self, Shape};
use crate::text::{TextRange, apply, line_at};
use crate::yaml::{self, SyntaxErrorKind};

use super::{ERRORS, OWN, Options, find};
use candidates::Candidate;

/// Errors that a slip of structure causes. Without one of them nothing is tried.
const STRUCTURAL: [&str; 3] = ["yaml-syntax", "misplaced-field", "duplicate-key"];
/// Errors about a key where it is.
const UNKNOWN: [&str; 2] = ["misplaced-field", "unknown-field"];
/// Errors that have their own fix, whatever else is wrong.
const APART: [&str; 2] = ["unknown-kind", "wrong-api-version"];
/// Errors about the head of an object.
const HEAD: [&str; 2] = ["missing-api-version", "missing-kind"];
/// The fields of a `List`. The server does not look at others.
const OF_LIST: [&str; 4] = ["apiVersion", "kind", "metadata", "items"];
/// Errors about a name or a label that another place lacks.
const REFERRING: [&str; 4] = ["unknown-volume", "unknown-resource-claim", "unknown-port", "selector-mismatch"];
/// Bytes of the longest document in which changes are tried.
const LONGEST: usize = 32 * 1024;
/// How many bytes are read again at most, in all candidates.
const MOST_READ: usize = 160 * 1024;

/// Replaces the errors of a document by one, if one small change leaves none of them.
pub(super) fn explain(model: &Model, options: &Options, diagnostics: &mut Vec<Diagnostic>) {
    let Some(slips) = possible_slips(model, options, diagnostics) else { return };
    // What refers to something is far from it.
    let (at_slip, referring): (Vec<_>, Vec<_>) = diagnostics.iter().filter(is_error).partition(|it| !REFERRING.contains(&it.code));
    let errors = [at_slip, referring].concat();
    let found = repairs(model, options, &errors, slips);
    let Some(Repair { candidate, left, .. }) = found.first() else { return };
    let one = the_one(model.tree().text(), &errors, &found, candidate);
    let stays = |it: &Diagnostic| !is_error(&it) && left.iter().any(|other| other.code == it.code && other.message == it.message);
    diagnostics.retain(stays);
    diagnostics.push(one);
    diagnostics.sort_by_key(|it| (it.range, it.severity, it.code));
}

fn is_error(diagnostic: &&Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
}

/// Which changes are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slips {
    All,
    /// Only whether a line begins an item: everything else is where it belongs.
    OfDashes,
}

/// Which slips the errors look like; `None` if each error speaks for itself.
fn possible_slips(model: &Model, options: &Options, diagnostics: &[Diagnostic]) -> Option<Slips> {
    let text = model.tree().text();
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(is_error).collect();
    let has = |code: &str| errors.iter().any(|it| it.code == code);
    let is_plain = !model.tree().is_template() && options.layers.changes_nothing() && !text.trim_start().starts_with('{');
    if errors.is_empty() || !is_plain || text.len() > LONGEST {
        return None;
    }
    // No change of its place makes a field of another release known.
    let is_of_other_release = |it: &Issue| matches!(it, Issue::UnknownField { guess: Guess::Newer(_) | Guess::Gone(_), .. });
    if model.issues().iter().any(is_of_other_release) {
        return None;
    }
    let is_apart = errors.iter().any(|it| APART.contains(&it.code));
    if if has("duplicate-key") { errors.len() == 1 } else { is_apart } {
        return None;
    }
    // An item without a head may be what is left of the item above.
    let is_headless = is_list(model) && errors.iter().any(|it| HEAD.contains(&it.code));
    if errors.len() == 1 && errors[0].preferred().is_some() {
        return is_headless.then_some(Slips::OfDashes);
    }
    // A dash too many makes two items of one, and each lacks what the other has.
    let is_split = errors.iter().filter(|it| it.code == "missing-field").count() > 1;
    // An item after others that has what they cannot have is one of another list.
    let is_of_other_list = errors.iter().any(|it| UNKNOWN.contains(&it.code) && it.preferred().is_none() && is_in_later_item(it));
    // Two sources in one volume, and a volume that is not found: the first line of an item is lost.
    let is_joined = has("mutually-exclusive") && has("unknown-volume");
    let is_unknown_block = |it: &Diagnostic| it.code == "unknown-field" && !is_misspelt(it) && begins_block(it, text);
    let is_structural = |it: &&Diagnostic| STRUCTURAL.contains(&it.code) || is_of_shape(it) || is_unknown_block(it);
    let is_slip = is_split
        || is_of_other_list
        || is_joined
        || diagnostics.iter().any(|it| it.code == "yaml-dropped")
        || errors.iter().any(is_structural)
        || candidates::has_commented_key(text);
    if is_slip { Some(Slips::All) } else { is_headless.then_some(Slips::OfDashes) }
}

/// A change that explains all errors.
struct Repair {
    candidate: Candidate,
    /// The text after it.
    text: String,
    /// What is found in that.
    left: Vec<Diagnostic>,
}

/// The simplest changes that leave no error; or, if there are none, one that leaves only that the first line of an item is missing.
fn repairs(model: &Model, options: &Options, errors: &[&Diagnostic], slips: Slips) -> Vec<Repair> {
    let text = model.tree().text();
    let before = Outline::of(model);
    // What a key belongs to is decided above it: no change below makes it known.
    let unknown = errors.iter().filter(|it| UNKNOWN.contains(&it.code)).map(|it| line_at(text, it.range.start as usize).end).min();
    let is_below = |it: &Candidate| unknown.is_some_and(|end| it.edits.iter().all(|edit| edit.range.start >= end));
    let is_tried = |it: &Candidate| !is_below(it) && (slips == Slips::All || it.is_of_dash);
    let most = (MOST_READ / text.len().max(1)).clamp(4, 100);
    let mut found: Vec<Repair> = vec![];
    let mut headless = None;
    for candidate in candidates::of(text, errors, options.release).into_iter().take(most).filter(is_tried) {
        if found.first().is_some_and(|best| best.candidate.cost < candidate.cost) {
            break;
        }
        let fixed = apply(text, &candidate.edits);
        let tree = options.parse(fixed.as_str());
        // What cannot be read is no better; to judge it would cost more than to read it.
        if tree.errors().iter().any(|it| it.kind == SyntaxErrorKind::Invalid) {
            continue;
        }
        let Some(repaired) = Model::without_unknown_keys(tree, options.release, &options.kinds) else { continue };
        if !Outline::of(&repaired).keeps(&before, candidate.removes) {
            continue;
        }
        let all = || find(&OWN, &repaired, options).0;
        let left = find(&ERRORS, &repaired, options).0;
        if !left.iter().any(|it| is_error(&it)) {
            if found.iter().all(|other| other.text != fixed) {
                found.push(Repair { candidate, text: fixed, left: all() });
            }
        } else if headless.is_none() && candidate.begins_item {
            // Who refers to the item by its name cannot find it either.
            let mut own = left.iter().filter(is_error).filter(|it| !REFERRING.contains(&it.code));
            let is_first = |it: &&Diagnostic| (it.code == "missing-field" || HEAD.contains(&it.code)) && lies_at(it, candidate.at, text);
            let Some(only) = own.next().filter(is_first) else { continue };
            if own.next().is_none() {
                let candidate = Candidate { is_sure: false, message: only.message.clone(), ..candidate };
                headless = Some(Repair { candidate, text: fixed, left: all() });
            }
        }
    }
    if found.is_empty() {
        found.extend(headless);
    }
    found
}

/// The error that stands for all: at the slip, if only one is possible.
fn the_one(text: &str, errors: &[&Diagnostic], found: &[Repair], candidate: &Candidate) -> Diagnostic {
    let is_certain = found.len() == 1;
    let near = errors.iter().find(|it| is_certain && lies_at(it, candidate.at, text));
    let mut one = Diagnostic::clone(near.unwrap_or(&errors[0]));
    // Of several places none is known to be wrong.
    if is_certain {
        if !lies_at(&one, candidate.at, text) {
            one.range = word_at(text, candidate.at);
        }
        one.message = candidate.message.clone();
        one.related.clear();
    }
    let preferred = is_certain && candidate.is_sure;
    let fix = |it: &Candidate| Fix { title: it.title.clone(), preferred, edits: it.edits.clone() };
    one.fixes = found.iter().map(|it| fix(&it.candidate)).collect();
    one
}

/// What a repair must keep.
struct Outline {
    /// The kinds of the objects with a PodSpec.
    kinds: Vec<&'static str>,
    /// How many of them have one.
    pods: usize,
    /// How many keys the document has. A line without its colon is none.
    keys: usize,
    /// How many keys of labels and other free maps are names of fields that have further fields or items, and how many keys beside the
    /// `items` of a `List` are none of its own: they belong elsewhere.
    strays: usize,
    is_manifest: bool,
}

/// The names of all fields that have further fields or items.
static COLLECTIONS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let fields = schema::workload_types().flat_map(|ty| ty.fields).filter(|field| field.shape.is_collection());
    fields.map(|field| field.name).collect()
});

impl Outline {
    fn of(model: &Model) -> Outline {
        let text = model.tree().text();
        let has_colon = |key: yaml::Node<'_>| text[key.range().end as usize..].trim_start_matches(' ').starts_with(':');
        let is_of_map = |value: &Value<'_>| value.parent().is_some_and(|map| matches!(map.shape(), Shape::Map(_)));
        let in_maps = model.values().filter(is_of_map).filter_map(Value::key_text).filter(|key| COLLECTIONS.contains(&**key)).count();
        let root = model.tree().root().filter(|_| is_list(model));
        let beside_items = root.iter().flat_map(|root| root.entries()).filter(|it| !OF_LIST.contains(&&*it.key.value())).count();
        Outline {
            kinds: model.objects().filter_map(|object| object.info()).map(|it| it.kind).collect(),
            pods: model.objects().filter(|object| object.pod_spec().is_some()).count(),
            keys: model.tree().nodes().map(|node| node.entries().filter(|entry| has_colon(entry.key)).count()).sum(),
            strays: in_maps + beside_items,
            is_manifest: model.is_manifest(),
        }
    }

    /// Whether a change keeps what was there: what is no longer read as the same objects has no errors either, and a key that becomes
    /// text, or a label, has none, but was meant as a key.
    fn keeps(&self, before: &Outline, may_remove: bool) -> bool {
        let mut kinds = self.kinds.iter();
        self.is_manifest
            && !self.kinds.is_empty()
            && before.kinds.iter().all(|kind| kinds.any(|it| it == kind))
            && self.pods >= before.pods
            && (may_remove || self.keys >= before.keys)
            && self.strays <= before.strays
    }
}

/// Whether the document is a `List` of objects.
fn is_list(model: &Model) -> bool {
    model.tree().root().is_some_and(|it| it.entries().any(|entry| entry.key.value() == "items"))
}

/// Whether a key is only misspelled: then the rest of the document is read as it was meant.
fn is_misspelt(diagnostic: &Diagnostic) -> bool {
    diagnostic.code == "unknown-field" && diagnostic.preferred().is_some()
}

/// Whether a field is one of an item that is not the first of its list.
fn is_in_later_item(diagnostic: &Diagnostic) -> bool {
    let item = diagnostic.field.rsplit_once('.').and_then(|(item, _)| item.strip_suffix(']'));
    item.and_then(|item| item.rsplit_once('[')).is_some_and(|(_, index)| index != "0")
}

/// Whether a key has its value on the lines below.
fn begins_block(diagnostic: &Diagnostic, text: &str) -> bool {
    lines::without_comment(text[line_at(text, diagnostic.range.start as usize).span()].trim_end()).ends_with(':')
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
            ("    resources:\n", "      resources:\n", "wrong indentation: found 6 spaces, expected 4"),
            ("    image: nginx", "  image: nginx", "wrong indentation: found 2 spaces, expected 4"),
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
    fn a_slip_in_an_item_of_a_list_is_one_error() {
        let item = |text: &str| {
            let lines: Vec<String> = text.lines().map(|line| format!("  {line}\n")).collect();
            lines.concat().replacen("  ", "- ", 1)
        };
        let list = |items: [&str; 2]| format!("apiVersion: v1\nkind: List\nitems:\n{}{}", item(items[0]), item(items[1]));
        let right = list([POD, POD]);
        for (from, to) in [
            ("    resources:\n", "      resources:\n"),
            ("  containers:\n", ""),
            ("    resources:\n", "    # resources:\n"),
            ("kind: Pod\n", "- kind: Pod\n"),
        ] {
            for items in [[0, 1], [1, 0]] {
                let slip = POD.replacen(from, to, 1);
                let mut text = list(items.map(|it| [POD, slip.as_str()][it]));
                if to == "- kind: Pod\n" {
                    text = text.replace("  - kind", "- kind");
                }
                let found = errors(&text);
                let [only] = &found[..] else { panic!("{text}\n{found:#?}") };
                assert_eq!(apply(&text, &only.preferred().expect("a fix").edits), right, "{}", only.message);
            }
        }
    }

    #[test]
    fn four_spaces_are_as_good_as_two() {
        let wide: String = POD
            .lines()
            .map(|line| {
                let content = line.trim_start();
                format!("{}{}\n", " ".repeat(2 * (line.len() - content.len())), content.replacen("- ", "-   ", 1))
            })
            .collect();
        for lost in ["resources:", "volumes:", "containers:"] {
            let line = wide.lines().find(|line| line.trim() == lost).unwrap();
            let text = wide.replacen(&format!("{line}\n"), "", 1);
            let found = errors(&text);
            let [only] = &found[..] else { panic!("{text}\n{found:#?}") };
            assert_eq!(apply(&text, &only.preferred().expect("a fix").edits), wide);
        }
    }

    #[test]
    fn comments_at_the_end_of_lines_change_nothing() {
        let text = POD.replace(":\n", ": # a\n");
        let found = errors(&text.replacen("    resources: # a\n", "", 1));
        let [only] = &found[..] else { panic!("{found:#?}") };
        assert_eq!(only.message, "`resources:` is missing above this line");
        let found = errors(&POD.replacen("apiVersion: v1\n", "apiVersion v1 # a\n", 1));
        assert_eq!(found.len(), 1, "{found:#?}");
    }

    #[test]
    fn a_whole_line_is_commented_out() {
        let right = POD.replacen("  - name: web\n", "  - args:\n    - run\n    name: web\n", 1);
        let found = errors(&right.replacen("  - args:", "#  - args:", 1));
        let [only] = &found[..] else { panic!("{found:#?}") };
        assert_eq!(only.message, "`args:` is commented out, but the lines below belong to it; remove the `#`");
        assert_eq!(apply(&right.replacen("  - args:", "#  - args:", 1), &only.preferred().expect("a fix").edits), right);
    }

    #[test]
    fn a_key_of_the_object_goes_back_to_the_edge() {
        let right = format!("{POD}status:\n  phase: Running\n  conditions: []\n");
        let wrong = right.replacen("status:", " status:", 1);
        let found = errors(&wrong);
        let [only] = &found[..] else { panic!("{found:#?}") };
        assert_eq!(apply(&wrong, &only.preferred().expect("a fix").edits), right);
    }

    #[test]
    fn items_below_the_list_of_others() {
        for (lost, first) in
            [("    volumeMounts:\n", "    env:\n    - name: A\n      value: a\n    volumeMounts:\n"), ("  volumes:\n", "  volumes:\n")]
        {
            let text = POD.replacen(lost, first, 1);
            let found = errors(&text.replacen(lost, "", 1));
            let [only] = &found[..] else { panic!("{found:#?}") };
            assert!(only.message.ends_with(" is missing above this line"), "{}", only.message);
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
