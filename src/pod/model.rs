//! The typed reading of a document.
use crate::schema::Release;
use crate::yaml::Tree;

/// A document read with the schema in hand.
#[derive(Debug)]
pub struct Model {
    tree: Tree,
    release: Release,
}

impl Model {
    /// Reads a tree as `release` would.
    pub fn new(tree: Tree, release: Release) -> Self {
        Model { tree, release }
    }

    /// The syntax tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The release it was read for.
    pub fn release(&self) -> Release {
        self.release
    }

    /// Whether it says `apiVersion` or `kind`.
    pub fn is_manifest(&self) -> bool {
        false
    }
}
