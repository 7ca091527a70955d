//! A Pod becomes a Deployment, and a Deployment that says no more than a Pod becomes one.

use crate::analysis::Document;
use crate::pod::names::label_value;
use crate::pod::{Object, Value};
use crate::rules::rewrite::{self, Draft, Indent, column, is_json};
use crate::text::{BREAKS, Edit, TextRange, apply, line_at, line_end, lines, next_line};
use crate::yaml::{Kind, Layout, Node};

use super::check::same;
use super::labels::{self, Labels};
use super::{At, Refactoring, RefactoringKind};

pub(super) fn proposals(at: At<'_>) -> Option<Refactoring> {
    let object = at.head()?;
    let (title, edits) = match object.info()?.kind {
        "Pod" => ("Convert to a Deployment", to_deployment(object)?),
        "Deployment" => ("Convert to a Pod", to_pod(object)?),
        _ => return None,
    };
    let after = Document::new(apply(at.document.text(), &edits), at.document.options());
    let new = after.model().object(object.index())?.pod_spec()?;
    same(object.pod_spec()?.node(), new.node()).then(|| Refactoring::new(RefactoringKind::Rewrite, title, edits))
}

fn to_deployment(object: Object<'_>) -> Option<Vec<Edit>> {
    let root = object.root()?;
    let (metadata, spec) = (root.get("metadata")?, root.get("spec")?);
    let annotations = metadata.get("annotations");
    let name = metadata.text_of("name")?;
    if !has_only(root, &["apiVersion", "kind", "metadata", "spec"])
        || !has_only(metadata, &["name", "namespace", "labels", "annotations"])
        || label_value(&name).is_err()
    {
        return None;
    }
    let json = is_json(spec.node());
    let labels = match metadata.get("labels").map(Labels::of) {
        Some(labels) => labels?,
        None => Labels::default(),
    };
    let labels = if labels.is_empty() { Labels::app(&name) } else { labels };
    let mut of_template = vec![("labels", labels.draft(json))];
    if let Some(annotations) = annotations {
        of_template.push(("annotations", Labels::of(annotations)?.draft(json)));
    }
    let selector = Draft::Map(vec![("matchLabels", labels.identity().draft(json))]);
    let mut edits = head(object, "apps/v1", "Deployment")?;
    edits.extend(wrap(spec, &selector, &Draft::Map(of_template))?);
    edits.extend(annotations.map(|it| rewrite::without(it).ok_or(())).transpose().ok()?);
    Some(edits)
}

/// Puts a selector and a template around a PodSpec.
fn wrap(spec: Value<'_>, selector: &Draft, metadata: &Draft) -> Option<Vec<Edit>> {
    let (node, key) = (plain(spec)?, spec.key()?);
    let (text, range) = (node.tree().text(), node.range());
    if node.kind() == Kind::Mapping(Layout::Flow) {
        let json = is_json(node);
        let name = |name: &str| if json { rewrite::quote(name) } else { name.to_owned() };
        let [selector_key, template, metadata_key, spec] = ["selector", "template", "metadata", "spec"].map(name);
        let before =
            format!("{{{selector_key}: {}, {template}: {{{metadata_key}: {}, {spec}: ", selector.inline(json), metadata.inline(json));
        return Some(vec![Edit::insert(range.start as usize, before), Edit::insert(range.end as usize, "}}")]);
    }
    let region = region(key, node)?;
    let step = column(node) - column(key);
    let indent = Indent { step, ..Indent::of(node.tree()) };
    let template = Draft::Map(vec![("metadata", metadata.clone())]);
    let around = Draft::Map(vec![("selector", selector.clone()), ("template", template)]);
    let pad = " ".repeat(column(node));
    let mut new_text = String::new();
    for line in around.lines(indent)?.into_iter().chain([format!("{}spec:", " ".repeat(step))]) {
        new_text.extend([&pad, line.as_str(), line_end(text)]);
    }
    let deeper = line_starts(text, region).map(|at| Edit::insert(at, " ".repeat(2 * step)));
    let mut edits: Vec<Edit> = deeper.collect();
    match edits.first_mut().filter(|first| first.range.start == region.start) {
        Some(first) => first.new_text.insert_str(0, &new_text),
        None => edits.insert(0, Edit::insert(region.start as usize, new_text)),
    }
    Some(edits)
}

/// Of all that a Deployment may say, what a Pod says too.
fn to_pod(object: Object<'_>) -> Option<Vec<Edit>> {
    let root = object.root()?;
    let (metadata, spec) = (root.get("metadata")?, root.get("spec")?);
    let (selector, template) = (spec.get("selector")?, spec.get("template")?);
    let (inner_metadata, inner) = (template.get("metadata")?, template.get("spec")?);
    let labels = Labels::of(inner_metadata.get("labels")?)?;
    let is_single = spec.entry("replicas").is_none_or(|it| it.int() == Some(1));
    if !has_only(root, &["apiVersion", "kind", "metadata", "spec"])
        || !has_only(metadata, &["name", "namespace", "labels"])
        || !has_only(spec, &["replicas", "selector", "template"])
        || !has_only(selector, &["matchLabels"])
        || !has_only(template, &["metadata", "spec"])
        || !has_only(inner_metadata, &["labels", "annotations"])
        || !is_single
    {
        return None;
    }
    let json = is_json(root.node());
    let mut edits = head(object, "v1", "Pod")?;
    edits.push(unwrap(spec, inner)?);
    let mut added = vec![];
    match metadata.entry("labels") {
        None => added.push(rewrite::field(metadata, &[], "labels", &labels.draft(json))?),
        Some(own) if Labels::of(own)? == labels => {}
        Some(_) => return None,
    }
    if let Some(annotations) = inner_metadata.get("annotations") {
        added.push(rewrite::field(metadata, &[], "annotations", &Labels::of(annotations)?.draft(json))?);
    }
    // Both go to the end of the metadata.
    let mut added = added.into_iter();
    if let Some(mut first) = added.next() {
        added.for_each(|next| first.new_text += &next.new_text);
        edits.push(first);
    }
    Some(edits)
}

/// Puts the inner PodSpec in the place of the outer spec.
fn unwrap(outer: Value<'_>, inner: Value<'_>) -> Option<Edit> {
    let (outer_node, inner_node) = (plain(outer)?, plain(inner)?);
    let text = outer_node.tree().text();
    if outer_node.kind() == Kind::Mapping(Layout::Flow) {
        return Some(Edit::replace(outer_node.range(), inner_node.text()));
    }
    let (from, to) = (region(inner.key()?, inner_node)?, region(outer.key()?, outer_node)?);
    let by = column(inner_node).checked_sub(column(outer_node))?;
    let mut new_text = String::new();
    for line in lines(&text[from.span()]) {
        let indent = line.bytes().take(by).take_while(|byte| *byte == b' ').count();
        if indent < by && !line.trim().is_empty() {
            return None;
        }
        new_text.extend([&line[indent..], line_end(text)]);
    }
    if !text[to.span()].ends_with(BREAKS) {
        new_text.truncate(new_text.trim_end_matches(BREAKS).len());
    }
    Some(Edit::replace(to, new_text))
}

fn head(object: Object<'_>, api_version: &str, kind: &str) -> Option<Vec<Edit>> {
    Some(vec![rewrite::scalar(object.api_version()?, api_version), rewrite::scalar(object.kind()?, kind)])
}

/// The node of a value that is written right here, without anchor and tag.
fn plain(value: Value<'_>) -> Option<Node<'_>> {
    let node = value.node();
    (value.written().id() == node.id() && node.anchor().or(node.tag()).is_none()).then_some(node)
}

/// The lines below a key that hold its block mapping, comments before it included.
fn region<'t>(key: Node<'t>, value: Node<'t>) -> Option<TextRange> {
    let text = key.tree().text();
    let line = line_at(text, key.range().end as usize);
    let rest = text[key.range().end as usize..line.end as usize].trim_start_matches([' ', ':']);
    let is_below = (rest.is_empty() || rest.starts_with('#')) && value.kind() == Kind::Mapping(Layout::Block);
    let end = value.range().end as usize;
    let end = if text[..end].ends_with(BREAKS) { end } else { next_line(text, end) };
    is_below.then(|| TextRange::new(next_line(text, line.start as usize), end))
}

/// The starts of the lines of a region that are not empty.
fn line_starts(text: &str, region: TextRange) -> impl Iterator<Item = usize> {
    let starts = std::iter::successors(Some(region.start as usize), |at| Some(next_line(text, *at)));
    starts.take_while(move |at| *at < region.end as usize).filter(|at| !line_at(text, *at).is_empty())
}

fn has_only(value: Value<'_>, fields: &[&str]) -> bool {
    value.node().entries().all(|entry| fields.contains(&&*entry.key.key_text())) && labels::is_written_here(value)
}

#[cfg(test)]
mod tests {
    use super::super::tests::in_text;

    const POD: &str = "\
# web
apiVersion: v1
kind: $0Pod
metadata:
  name: web
  labels:
    app: \"web\"
spec: # s
  # c
  containers:
  - name: web
    command:
    - sh
    - -c
    - |
      run

      stop
";
    const DEPLOYMENT: &str = "\
# web
apiVersion: apps/v1
kind: $0Deployment
metadata:
  name: web
  labels:
    app: \"web\"
spec: # s
  selector:
    matchLabels:
      app: \"web\"
  template:
    metadata:
      labels:
        app: \"web\"
    spec:
      # c
      containers:
      - name: web
        command:
        - sh
        - -c
        - |
          run

          stop
";

    #[test]
    fn there_and_back() {
        let without_cursor = |text: &str| text.replace("$0", "");
        assert_eq!(in_text(POD, "Convert"), [without_cursor(DEPLOYMENT)]);
        assert_eq!(in_text(DEPLOYMENT, "Convert"), [without_cursor(POD)]);
    }

    #[test]
    fn in_other_layouts() {
        for (before, after) in [
            (
                "{apiVersion: v1, kind: Pod$0, metadata: {name: a}, spec: {containers: [{name: a}]}}\n",
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a}]}}}}\n",
            ),
            (
                "apiVersion: v1\nkind: Pod$0\nmetadata:\n  name: a\n  annotations:\n    b: 'c'\nspec:\n  containers:\n  - name: a",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  selector:\n    matchLabels:\n      app: a\n  template:\n    metadata:\n      labels:\n        app: a\n      annotations:\n        b: 'c'\n    spec:\n      containers:\n      - name: a",
            ),
            (
                "apiVersion: v1\nkind: Pod$0\nmetadata:\n  name: a\nspec:\n  restartPolicy: Never\n  containers:\n  - name: a\n    image: b\n",
                "",
            ),
            ("apiVersion: v1\nkind: Pod$0\nmetadata:\n  name: a\nspec: &s\n  containers:\n  - name: a\n", ""),
        ] {
            assert_eq!(in_text(before, "Convert").first().map_or("", |it| it), after, "{before}");
        }
    }

    #[test]
    fn nothing_is_lost_on_the_way_back() {
        for (from, to) in [
            ("  selector", "  replicas: 2\n  selector"),
            ("  selector", "  strategy: {type: Recreate}\n  selector"),
            ("  template", "  # why\n  template"),
            ("  name: web\n", "  name: web\n  annotations: {a: b}\n"),
            ("      labels:\n", "      labels:\n        b: c\n"),
        ] {
            assert_eq!(in_text(&DEPLOYMENT.replacen(from, to, 1), "Convert"), [] as [String; 0], "{to}");
        }
    }
}
