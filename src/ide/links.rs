//! What a manifest names and an editor can open: the pages of images, the files of a kustomization.

use crate::analysis::Document;
use crate::pod::image;
use crate::pod::spec::Container;
use crate::pod::{Object, Value};
use crate::schema::ty;
use crate::text::TextRange;
use crate::yaml::{Kind, Node, Tree};

/// A text that names something elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The name.
    pub range: TextRange,
    /// A URL, or a path relative to the folder of the file.
    pub target: String,
}

/// The pages of the images of a document, in the order of the text.
pub fn links(document: &Document) -> Vec<Link> {
    let values = document.model().objects().flat_map(Object::values);
    let mut links: Vec<Link> = values.filter(|value| value.is_sound()).filter_map(of_image).collect();
    links.sort_by_key(|link| link.range);
    // Aliases read one text several times.
    links.dedup();
    links
}

fn of_image(value: Value<'_>) -> Option<Link> {
    let (field, parent) = (value.field()?.name, value.parent()?);
    let is_image = field == "image" && Container::new(parent).is_some() || field == "reference" && parent.is_a(ty::IMAGE_VOLUME_SOURCE);
    let node = Some(value.written()).filter(|node| is_image && is_text(*node))?;
    let (range, text) = (node.content_range(), value.text()?);
    let (name, target) = image::page(&text).filter(|_| range.len() == text.len())?;
    Some(Link { range: TextRange::new(range.start as usize, range.start as usize + name.len()), target })
}

/// The files and folders that a kustomization names, in the order of the text. Those of other machines are left out.
pub fn kustomization_links(tree: &Tree) -> Vec<Link> {
    const LISTS: [&str; 9] =
        ["resources", "bases", "components", "patchesStrategicMerge", "crds", "configurations", "generators", "transformers", "validators"];
    const GENERATORS: [&str; 2] = ["configMapGenerator", "secretGenerator"];
    const OF_ITEMS: [&str; 3] = ["patches", "patchesJson6902", "replacements"];
    let mut links = vec![];
    for entry in tree.root().into_iter().flat_map(Node::entries) {
        let key = entry.key.value();
        if LISTS.contains(&&*key) {
            links.extend(entry.value.items().filter_map(of_file));
        } else if OF_ITEMS.contains(&&*key) {
            let fields = entry.value.items().flat_map(Node::entries);
            links.extend(fields.filter(|field| field.key.value() == "path").filter_map(|field| of_file(field.value)));
        } else if GENERATORS.contains(&&*key) {
            let fields = entry.value.items().flat_map(Node::entries).filter(|field| ["files", "envs"].contains(&&*field.key.value()));
            links.extend(fields.flat_map(|field| field.value.items()).filter_map(of_key));
        }
    }
    links
}

/// A file of a generator: its path alone, or after a key.
fn of_key(node: Node<'_>) -> Option<Link> {
    let link = of_file(node)?;
    let Some((key, path)) = link.target.split_once('=') else { return Some(link) };
    let start = link.range.start as usize + key.len() + 1;
    // Escapes would shift the path.
    (link.range.len() == link.target.len()).then(|| Link { range: TextRange::new(start, start + path.len()), target: path.to_owned() })
}

fn of_file(node: Node<'_>) -> Option<Link> {
    let target = Some(node).filter(|node| is_text(*node))?.value().into_owned();
    let is_path = !target.is_empty() && !target.contains(['\n', ':', '?', '{']);
    is_path.then(|| Link { range: node.content_range(), target })
}

/// Whether it is a text that no template writes.
fn is_text(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Scalar(_)) && !node.has_template()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Options;

    fn shown(text: &str, links: Vec<Link>) -> Vec<(String, String)> {
        links.into_iter().map(|link| (text[link.range.span()].to_owned(), link.target)).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(name, target)| ((*name).to_owned(), (*target).to_owned())).collect()
    }

    #[test]
    fn images() {
        let text = "
apiVersion: v1
kind: Pod
spec:
  containers:
  - image: &i nginx:1.29
  - image: *i
  - image: 'quay.io/org/app@sha256:0000000000000000000000000000000000000000000000000000000000000000'
  - image: registry.example/app:1
  - image: Not Valid
  volumes: [{name: a, image: {reference: ghcr.io/org/files}}]
";
        let document = Document::new(text, &Options::default());
        let expected = [
            ("nginx", "https://hub.docker.com/_/nginx"),
            ("quay.io/org/app", "https://quay.io/repository/org/app"),
            ("ghcr.io/org/files", "https://ghcr.io/org/files"),
        ];
        assert_eq!(shown(text, links(&document)), pairs(&expected));
    }

    #[test]
    fn files_of_a_kustomization() {
        let text = "
resources: [../base, \"pod.yaml\", 'https://example.com/a.yaml', github.com/org/repo?ref=v1]
patches:
- path: patch.yaml
  target: {kind: Pod}
- patch: |
    path: none
namePrefix: a-
";
        let expected = [("../base", "../base"), ("pod.yaml", "pod.yaml"), ("patch.yaml", "patch.yaml")];
        assert_eq!(shown(text, kustomization_links(&crate::yaml::parse(text))), pairs(&expected));
    }
}
