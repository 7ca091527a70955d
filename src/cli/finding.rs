//! A diagnostic with what it is about, and how it is recognized in a later run.

use std::collections::HashMap;

use crate::analysis::Document;
use crate::diagnostic::Diagnostic;
use crate::pod::Value;
use crate::pod::spec::PodSpec;
use crate::yaml::Node;

use super::paths::slashes;

/// A diagnostic, in ranges of the file.
#[derive(Clone, Debug)]
pub struct Finding {
    pub diagnostic: Diagnostic,
    /// The object that it is about.
    pub object: Option<ObjectName>,
    /// The container in which it is.
    pub container: Option<String>,
    /// The template that its document was rendered from.
    pub source: Option<String>,
    /// Its field, with the names of list items in place of their indexes: `spec.containers[web].image`.
    pub named_field: String,
}

/// An object as it names itself; empty where it doesn't.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectName {
    pub api_version: String,
    pub kind: String,
    pub name: String,
    pub namespace: Option<String>,
}

impl Finding {
    /// A diagnostic about an object of a document; its ranges are those of the file.
    pub fn new(diagnostic: Diagnostic, document: &Document, object: Option<ObjectName>, source: Option<String>) -> Finding {
        let container = container_name(document, &diagnostic);
        let named_field = named_field(document, &diagnostic);
        Finding { diagnostic, object, container, source, named_field }
    }

    /// One that is about no object.
    pub fn alone(diagnostic: Diagnostic) -> Finding {
        let named_field = diagnostic.field.clone();
        Finding { diagnostic, object: None, container: None, source: None, named_field }
    }

    /// What it is in: `Deployment prod/web, container api`.
    pub fn place(&self) -> Option<String> {
        let object = self.object.as_ref().filter(|it| !it.name.is_empty() && !it.kind.is_empty())?;
        let container = self.container.as_ref().map_or(String::new(), |it| format!(", container {it}"));
        let source = self.source.as_ref().map_or(String::new(), |it| format!(", from {it}"));
        Some(format!("{}{container}{source}", object.qualified()))
    }

    /// What makes it the same finding when lines have moved: its file, rule, object and field, and which of such it is.
    pub fn fingerprint(&self, path: &str, seen: &mut HashMap<String, usize>) -> String {
        let object = self.object.as_ref().map(ObjectName::qualified).unwrap_or_default();
        let key = [&slashes(path), self.diagnostic.code, &object, &self.named_field].join("\0");
        let count = seen.entry(key.clone()).or_insert(0);
        *count += 1;
        fingerprint(&[&key, &count.to_string()])
    }
}

/// What names a finding, as one word.
pub fn fingerprint(parts: &[&str]) -> String {
    format!("{:016x}", fnv(parts.join("\0").as_bytes()))
}

impl ObjectName {
    /// The object with this index in a document.
    pub fn of(document: &Document, index: usize) -> Option<ObjectName> {
        let object = document.model().object(index)?;
        let text = |node: Option<Node<'_>>| node.map(|node| node.value().into_owned()).unwrap_or_default();
        let namespace = object.at(&["metadata", "namespace"]).and_then(Value::text).map(|it| it.into_owned());
        let (api_version, kind) = (text(object.api_version()), text(object.kind()));
        Some(ObjectName { api_version, kind, name: object.name().unwrap_or_default(), namespace })
    }

    /// `Deployment prod/web`
    pub fn qualified(&self) -> String {
        let namespace = self.namespace.as_ref().map_or(String::new(), |it| format!("{it}/"));
        format!("{} {namespace}{}", self.kind, self.name)
    }
}

/// The name of the container that a field is in.
fn container_name(document: &Document, diagnostic: &Diagnostic) -> Option<String> {
    // Most are in none.
    memchr::memmem::find(diagnostic.field.as_bytes(), b"ontainers[")?;
    let pod = PodSpec::of(document.model().object(diagnostic.object?)?)?;
    let (list, rest) = ["initContainers[", "ephemeralContainers[", "containers["].into_iter().find_map(|list| {
        let at = diagnostic.field.find(list)?;
        Some((list.trim_end_matches('['), &diagnostic.field[at + list.len()..]))
    })?;
    let index: usize = rest.split(']').next()?.parse().ok()?;
    Some(pod.value().list(list).nth(index)?.text_of("name")?.into_owned())
}

/// The field of a diagnostic with the names of list items in place of their indexes, where they have names.
fn named_field(document: &Document, diagnostic: &Diagnostic) -> String {
    let object = diagnostic.object.and_then(|index| document.model().object(index));
    let mut node = object.map(|object| object.node());
    let mut named = String::new();
    for step in steps(&diagnostic.field) {
        let item = step.strip_prefix('[').and_then(|it| it.strip_suffix(']')).and_then(|it| it.parse().ok());
        node = match (node.and_then(Node::resolved), item) {
            (Some(list), Some(index)) => list.items().nth(index),
            (Some(mapping), None) => child(mapping, step.trim_matches(['.', '[', ']'])),
            (None, _) => None,
        };
        match node.filter(|_| item.is_some()).and_then(|it| child(it.resolved()?, "name")) {
            Some(name) => named += &format!("[{}]", name.value()),
            None => named += step,
        }
    }
    named
}

fn child<'t>(mapping: Node<'t>, key: &str) -> Option<Node<'t>> {
    mapping.entries().find(|entry| entry.key.value() == key).map(|entry| entry.value)
}

/// The parts of a field path: `spec`, `.containers`, `[0]`, `.image`.
fn steps(field: &str) -> impl Iterator<Item = &str> {
    let mut rest = field;
    std::iter::from_fn(move || {
        let end = match rest.strip_prefix('[') {
            Some(key) => key.find(']').map(|at| at + 2),
            None => rest.char_indices().skip(1).find(|(_, it)| ['.', '['].contains(it)).map(|(at, _)| at),
        };
        let (step, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        (!step.is_empty()).then_some(step)
    })
}

/// The hash of Fowler, Noll and Vo (1a, 64 bits): the same in every version of podls.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Options;

    #[test]
    fn a_field_names_the_items_of_lists() {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {a.b/c: '?'}}\nspec:\n  containers:\n  - name: web\n    image: nginx\n    args: [[]]\n    ports: [{containerPort: 0}]\n";
        let document = Document::new(pod, &Options::default());
        let mut fields: Vec<_> = document.diagnostics().iter().map(|it| named_field(&document, it)).collect();
        fields.sort();
        assert_eq!(fields, ["metadata.labels[a.b/c]", "spec.containers[web].args", "spec.containers[web].ports[0].containerPort"]);
        assert_eq!(steps("a.b[0].c[x.y/z]").collect::<Vec<_>>(), ["a", ".b", "[0]", ".c", "[x.y/z]"]);
    }
}
