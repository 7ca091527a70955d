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
