//! What holds of all refactorings, and what their own tests share.

use super::*;
use crate::fixture::{apply, cursor};
use crate::rules::Options;

/// A Pod to whose container something is added.
const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {a: &x b}
spec:
  containers:
  - name: web
";

/// What the lines of a container become by the refactorings with such titles; the cursor is at `$0`.
pub fn offered(lines: &str, title: &str) -> Vec<String> {
    let texts = in_text(&format!("{POD}{lines}"), title).into_iter();
    texts.map(|text| text.strip_prefix(POD).unwrap_or(&text).to_owned()).collect()
}

/// What a text becomes by the refactorings with such titles.
pub fn in_text(fixture: &str, title: &str) -> Vec<String> {
    in_file(fixture, title, &[])
}

/// What a text becomes by the refactorings with such titles, where its file holds these documents too.
pub fn in_file(fixture: &str, title: &str, siblings: &[&str]) -> Vec<String> {
    let (text, offset) = cursor(fixture);
    let mut siblings = siblings.iter().map(|text| Arc::new(Document::new(*text, &Options::default())));
    let analysis = Analysis::new(text.as_str(), &Options::default(), None);
    let found = refactorings(&analysis, TextRange::at(offset), &mut siblings);
    found.iter().filter(|it| it.title.contains(title)).map(|it| apply(&text, &it.edits)).collect()
}

/// The titles of all that is offered at a place.
fn titles(text: &str, selection: TextRange, options: &Options) -> Vec<String> {
    let analysis = Analysis::new(text, options, None);
    refactorings(&analysis, selection, &mut std::iter::empty()).into_iter().map(|it| it.title).collect()
}

#[test]
fn a_change_of_an_item_leaves_the_others_alone() {
    let pod = |name: &str| {
        format!(
            "- kind: Pod\n  apiVersion: v1\n  metadata: {{name: {name}, labels: {{app: {name}}}}}\n  spec: {{containers: [{{image: b, name: {name}}}]}}\n"
        )
    };
    let text = format!("kind: List\napiVersion: v1\nitems:\n{}{}# end\n", pod("one"), pod("two"));
    let analysis = Analysis::new(text.as_str(), &Options::default(), None);
    let mut seen = 0;
    for at in 0..=text.len() {
        for it in refactorings(&analysis, TextRange::at(at), &mut std::iter::empty()) {
            let after = apply(&text, &it.edits);
            assert!(after.contains(&pod("one")) || after.contains(&pod("two")), "{}:\n{after}", it.title);
            assert!(after.starts_with("kind: List\napiVersion: v1\nitems:\n") && after.ends_with("# end\n"), "{}:\n{after}", it.title);
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn a_selection_is_what_it_shows() {
    let text = format!("{POD}    ports:\n    - containerPort: 80\n      protocol: TCP\n");
    let selected = |from: &str, to: &str| {
        let (start, end) = (text.find(from).unwrap(), text.find(to).unwrap() + to.len());
        titles(&text, TextRange::new(start, end), &Options::default())
    };
    let port = ["Write this item in flow style", "Name this port `http`"];
    assert_eq!(selected("    - containerPort", "TCP\n"), port);
    assert_eq!(selected("80", "80"), port);
    assert_eq!(selected("    ports", "TCP"), ["Write `ports` in flow style"]);
    assert_eq!(
        selected("kind: Pod\n", "kind: Pod\n"),
        ["Convert to a Deployment", "Create a Service for `web`", "Create a NetworkPolicy for `web`"]
    );
    assert_eq!(selected("apiVersion", "TCP"), [] as [&str; 0]);
}

#[test]
fn only_rewritten_where_more_is_unknown() {
    let pod = format!("{POD}    ports: [{{containerPort: 80}}]\n");
    let all = |text: &str, options: &Options| {
        let mut all: Vec<_> = (0..=text.len()).flat_map(|at| titles(text, TextRange::at(at), options)).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let rewritten = |titles: &[String]| titles.iter().all(|it| it.starts_with("Write ") || it.starts_with("Sort "));
    assert!(!rewritten(&all(&pod, &Options::default())));
    let mut layers = crate::rules::Layers::of(crate::rules::Completeness::Patch);
    layers.set([]);
    let patch = Options { layers, ..Options::default() };
    let template = Options { dialect: crate::yaml::Dialect::Template, ..Options::default() };
    let templated = pod.replace("name: web\n", "name: {{ .Values.name }}\n");
    for (text, options) in [(&pod, &patch), (&templated, &template)] {
        let titles = all(text, options);
        assert!(!titles.is_empty() && rewritten(&titles), "{titles:?}");
    }
    // What a template writes stays as it is.
    let text = format!("{POD}    args:\n    - a\n    {{{{- if .Values.b }}}}\n    - b\n    {{{{- end }}}}\n");
    assert!(!all(&text, &template).iter().any(|it| it.contains("`args`")), "{:?}", all(&text, &template));
}

#[test]
fn the_last_line_of_a_script_gets_no_line_end() {
    for (end, count) in [("", 0), ("\n", 1)] {
        assert_eq!(offered(&format!("    image$0: a\n    args:\n    - |\n      run{end}"), "Add `resources`").len(), count);
    }
}

#[test]
fn hostile_texts_take_no_time() {
    let bomb: String = (1..30).map(|n| format!("  a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "))).collect();
    let nested = format!("{}a{}", "[".repeat(5000), "]".repeat(5000));
    for lines in [format!("    args: &a0 [x]\n{bomb}"), format!("    args: {nested}\n"), format!("    ? {nested}\n    : a\n")] {
        let text = format!("{POD}{lines}");
        for at in [text.find("Pod").unwrap(), text.find("args").unwrap_or(0), POD.len() + 8, text.len() - 3] {
            titles(&text, TextRange::at(at), &Options::default());
        }
    }
}

#[test]
fn nothing_in_what_cannot_be_read() {
    for text in ["apiVersion: v1\nkind: Pod\nspec: {containers: [\n", "a: {b: 1}\n", "", "- a\n"] {
        for at in 0..=text.len() {
            assert_eq!(titles(text, TextRange::at(at), &Options::default()), [] as [&str; 0], "{text}");
        }
    }
}
