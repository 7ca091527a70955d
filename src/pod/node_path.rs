//! Paths of nodes: also of those that were read as no value.

use crate::yaml::{Kind, Node, NodeId, Tree};

use super::Model;

/// The index of every node among its siblings. To look for it among them at each path would take a document of thousands of mistakes
/// the square of their number.
#[derive(Debug)]
pub(super) struct Siblings(Vec<(u32, Option<NodeId>)>);

impl Siblings {
    fn new(tree: &Tree) -> Self {
        let mut all = vec![(0, None); tree.len()];
        for parent in tree.nodes() {
            let mut before = None;
            for (number, child) in parent.children().enumerate() {
                all[child.id().index()] = (number as u32, before);
                before = Some(child.id());
            }
        }
        Siblings(all)
    }

    /// The number of a node among its siblings, from 0 on.
    fn number(&self, node: Node<'_>) -> u32 {
        self.0[node.id().index()].0
    }

    fn before<'m>(&self, node: Node<'m>) -> Option<Node<'m>> {
        self.0[node.id().index()].1.map(|id| node.tree().node(id))
    }

    /// The key of an entry's value.
    fn key<'m>(&self, value: Node<'m>) -> Option<Node<'m>> {
        self.before(value).filter(|_| self.number(value) % 2 == 1)
    }
}

impl Model {
    fn siblings(&self) -> &Siblings {
        self.siblings.get_or_init(|| Siblings::new(self.tree()))
    }

    /// The path of a node in an object, with dots before keys, as the server's decoder prints it. A key has the path of its value.
    pub fn node_path(&self, object: usize, node: Node<'_>) -> String {
        let top = self.objects.get(object).map(|object| object.node);
        let siblings = self.siblings();
        let mut steps: Vec<String> = vec![];
        let mut at = node;
        while let Some(parent) = at.parent().filter(|_| Some(at.id()) != top) {
            steps.push(match parent.kind() {
                Kind::Sequence(_) => format!("[{}]", siblings.number(at)),
                _ => siblings.key(at).unwrap_or(at).key_text().into_owned(),
            });
            at = parent;
        }
        steps.iter().rev().fold(String::new(), |path, step| match step.starts_with('[') || path.is_empty() {
            true => path + step,
            false => path + "." + step,
        })
    }

    /// What a key without colon or text is about: a value that slid below its key belongs to that, all else to the mapping.
    fn meant_at<'m>(&'m self, node: Node<'m>) -> Node<'m> {
        let Some(mapping) = node.parent().filter(|parent| matches!(parent.kind(), Kind::Mapping(_))) else { return node };
        let siblings = self.siblings();
        let colon = self.tree().text()[node.range().end as usize..].starts_with(':');
        if siblings.key(node).is_some() || !node.next().is_some_and(Node::is_empty) || colon && !node.is_empty() {
            return node;
        }
        siblings.before(node).filter(|value| value.is_empty()).and_then(|value| siblings.key(value)).unwrap_or(mapping)
    }

    /// The object at a place of the text, and the path of what is there; between the items of a list, that of the next one.
    pub fn path_at(&self, offset: usize) -> Option<(usize, String)> {
        let node = self.tree().node_at(offset)?;
        let mut at = Some(node);
        let object = loop {
            let it = at?;
            if let Some(object) = self.objects.iter().position(|object| object.node == it.id()) {
                break object;
            }
            at = it.parent();
        };
        let mut path = self.node_path(object, self.meant_at(node));
        if matches!(node.kind(), Kind::Sequence(_)) && node.range().start as usize != offset {
            let before = node.items().filter(|item| (item.range().start as usize) < offset).count();
            path.push_str(&format!("[{before}]"));
        }
        Some((object, path))
    }
}
