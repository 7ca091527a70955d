//! A Pod becomes a static Pod, and back.

use crate::diagnostic::Severity;
use crate::pod::{Object, Value};
use crate::rules::rewrite::{self, Draft};
use crate::text::{BREAKS, Edit, TextRange, line_at, next_line};
use crate::yaml::{Kind, Layout, Node};

use super::{At, Refactoring, RefactoringKind};

const SOURCE: &str = "kubernetes.io/config.source";
/// Fields of a PodSpec that the kubelet does not read.
const UNREAD: [&str; 5] = ["schedulerName", "nodeName", "preemptionPolicy", "topologySpreadConstraints", "automountServiceAccountToken"];

/// Not offered for a Pod that the kubelet would refuse: what has new errors is dropped.
pub(super) fn proposals(at: At<'_>) -> Option<Refactoring> {
    let object = at.head().filter(|it| it.info().is_some_and(|it| it.kind == "Pod"))?;
    // The folder of such a file decides it, and what is wrong may be the name.
    let is_wrong = at.document.diagnostics().iter().any(|it| it.severity == Severity::Error);
    if at.document.options().is_static || is_wrong {
        return None;
    }
    let (title, edits) = match annotation(object).map(|it| it.text()) {
        Some(Some(source)) if source == "file" => ("Make this an ordinary Pod", vec![to_ordinary(object)?]),
        Some(_) => return None,
        None => ("Make this a static Pod", to_static(object)?),
    };
    Some(Refactoring::new(RefactoringKind::Rewrite, title, edits))
}

fn annotation(object: Object<'_>) -> Option<Value<'_>> {
    let annotations = object.root()?.at(&["metadata", "annotations"])?;
    annotations.children().find(|it| it.key_text().is_some_and(|key| key == SOURCE))
}

/// The annotation by which a file says what it is; what has no effect then goes.
fn to_static(object: Object<'_>) -> Option<Vec<Edit>> {
    let metadata = object.root()?.get("metadata")?;
    metadata.text_of("name")?;
    let source = Draft::text("file");
    let edit = match metadata.get("annotations") {
        Some(annotations) => rewrite::field(annotations, &[], SOURCE, &source)?,
        None => rewrite::field(metadata, &["annotations"], SOURCE, &source)?,
    };
    let spec = object.pod_spec()?;
    let is_block = spec.node().kind() == Kind::Mapping(Layout::Block);
    let unread = UNREAD.iter().filter_map(|name| spec.get(name)).filter(|_| is_block);
    let mut gone = unread.map(|value| Some(lines_of(value.key()?, value.written()))).collect::<Option<Vec<_>>>()?;
    gone.sort_by_key(|range| range.start);
    let mut edits = vec![edit];
    for range in gone {
        match edits.last_mut().filter(|last| last.new_text.is_empty() && last.range.end == range.start) {
            Some(last) => last.range.end = range.end,
            None => edits.push(Edit::delete(range)),
        }
    }
    Some(edits)
}

/// The lines of an entry of a block mapping.
fn lines_of(key: Node<'_>, value: Node<'_>) -> TextRange {
    let text = key.tree().text();
    let start = line_at(text, key.range().start as usize).start as usize;
    let end = value.range().end as usize;
    let end = if text[..end].ends_with(BREAKS) { end } else { next_line(text, end) };
    TextRange::new(start, end)
}

fn to_ordinary(object: Object<'_>) -> Option<Edit> {
    let annotations = object.root()?.at(&["metadata", "annotations"])?;
    match annotations.children().count() {
        1 => rewrite::without(annotations),
        _ => rewrite::without(annotation(object)?),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::in_text;

    const POD: &str = "apiVersion: v1\nkind: $0Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx:1.29\n";

    #[test]
    fn there_and_back() {
        let here = POD.replace("$0", "");
        let there = here.replace("  name: web\nspec", "  name: web\n  annotations:\n    kubernetes.io/config.source: file\nspec");
        assert_eq!(in_text(POD, "Make this").concat(), there);
        assert_eq!(in_text(&there.replace("kind: ", "kind: $0"), "Make this").concat(), here);
        let scheduled = POD.replace("spec:\n", "spec:\n  schedulerName: x\n  nodeName: b\n");
        assert_eq!(in_text(&scheduled, "Make this"), [there]);
        let annotated = POD.replace("  name: web\nspec", "  name: web\n  annotations: {a: b}\nspec");
        let both = annotated.replace("$0", "").replace("{a: b}", "{a: b, kubernetes.io/config.source: file}");
        assert_eq!(in_text(&annotated, "Make this").concat(), both);
        assert_eq!(in_text(&both.replace("kind: ", "kind: $0"), "Make this"), [annotated.replace("$0", "")]);
    }

    #[test]
    fn not_what_the_kubelet_refuses() {
        for (from, to) in [
            ("spec:\n", "spec:\n  serviceAccountName: web\n"),
            ("  name: web\nspec", "  generateName: web-\nspec"),
            ("spec:\n", "spec:\n  volumes: [{name: a, configMap: {name: b}}]\n"),
            ("kind: $0Pod", "kind: $0Service"),
            ("name: web\nspec", "nmae: web\nspec"),
        ] {
            assert_eq!(in_text(&POD.replacen(from, to, 1), "Make this"), [] as [String; 0], "{to}");
        }
    }
}
