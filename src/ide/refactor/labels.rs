//! Labels and annotations, as they are written.

use std::collections::BTreeMap;

use crate::pod::Value;
use crate::rules::rewrite::{Draft, quote};
use crate::yaml::{Entry, Kind, Node, Style};

/// The labels by which the Pods of a workload are usually selected; those of the first row of which one is there.
const IDENTITY: [&[&str]; 4] = [&["app.kubernetes.io/name", "app.kubernetes.io/instance"], &["app"], &["k8s-app"], &["name"]];

/// The entries of a map of texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels(Vec<Label>);

#[derive(Clone, Debug)]
struct Label {
    key: String,
    text: String,
    /// The value in its quotes.
    written: String,
}

impl PartialEq for Labels {
    fn eq(&self, other: &Self) -> bool {
        let texts = |labels: &Labels| -> BTreeMap<String, String> {
            labels.0.iter().map(|label| (label.key.clone(), label.text.clone())).collect()
        };
        texts(self) == texts(other)
    }
}

impl Labels {
    /// The entries of a map, if all are texts on one line each.
    pub fn of(map: Value<'_>) -> Option<Labels> {
        let label = |entry: Value<'_>| {
            let node = entry.node();
            let is_short = matches!(node.kind(), Kind::Scalar(Style::Plain | Style::SingleQuoted | Style::DoubleQuoted));
            let written = node.text().to_owned();
            let is_short = is_short && !written.contains(['\n', '\r']);
            is_short.then_some(Label { key: entry.key_text()?.into_owned(), text: entry.text()?.into_owned(), written })
        };
        let labels: Vec<_> = map.children().map(label).collect::<Option<_>>()?;
        (map.is_sound() && is_written_here(map)).then_some(Labels(labels))
    }

    /// The label `app` with a name.
    pub fn app(name: &str) -> Labels {
        Labels(vec![Label { key: "app".to_owned(), text: name.to_owned(), written: Draft::text(name).inline(false) }])
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a selector finds what has these labels: it asks for some of them, and nothing else.
    pub fn are_selected_by(&self, selector: Node<'_>) -> bool {
        let is_here = |entry: Entry<'_>| self.0.iter().any(|it| it.key == entry.key.key_text() && it.text == entry.value.value());
        selector.entries().next().is_some() && selector.entries().all(is_here)
    }

    /// Those of them that select.
    pub fn identity(&self) -> Labels {
        let of = |row: &[&str]| Labels(self.0.iter().filter(|label| row.contains(&&*label.key)).cloned().collect());
        IDENTITY.iter().map(|row| of(row)).find(|labels| !labels.is_empty()).unwrap_or_else(|| self.clone())
    }

    /// The map to be written, in the quotes that the texts have.
    pub fn draft(&self, json: bool) -> Draft {
        let entry = |label: &Label| {
            let value = if json { quote(&label.text) } else { label.written.clone() };
            (Draft::text(&label.key).inline(json), Draft::Raw(value))
        };
        Draft::Entries(self.0.iter().map(entry).collect())
    }
}

/// Whether no merge key brings entries from elsewhere.
pub(super) fn is_written_here(value: Value<'_>) -> bool {
    value.node().entries().all(|entry| entry.key.value() != "<<")
}
