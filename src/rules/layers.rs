//! What other layers of Kustomize make of a document before the API server reads it.

use std::collections::BTreeSet;

/// How much of an object a document holds. What comes later needs less of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Completeness {
    /// All of it.
    #[default]
    Whole,
    /// An overlay adds to it, and takes from it.
    Completed,
    /// It is a patch: the base holds the rest, and `null` removes.
    Patch,
    /// It is a patch for objects that are named elsewhere: its own kind and name mean nothing.
    PatchOfTarget,
}

/// Any kind of object.
const ANY: &str = "*";

/// What other layers do to a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers {
    /// How much the document holds itself, but for what `completed` says.
    own: Completeness,
    /// The kinds of objects to which an overlay adds something.
    completed: BTreeSet<String>,
    /// The ends of the paths of fields that another layer sets: `metadata.name`, `image`.
    set: BTreeSet<String>,
    /// A layer sets the namespace, which all objects get alike, and those that they name.
    sets_namespace: bool,
}

impl Layers {
    /// Layers by which all objects of a document are as complete as that, and nothing else is done to it.
    pub fn of(completeness: Completeness) -> Layers {
        let mut layers = Layers::default();
        match completeness {
            Completeness::Completed => layers.complete(None),
            own => layers.own = own,
        }
        layers
    }

    /// Another layer sets these fields, and all below them.
    pub fn set<'n>(&mut self, fields: impl IntoIterator<Item = &'n str>) {
        self.set.extend(fields.into_iter().filter(|it| !it.is_empty()).map(str::to_owned));
    }

    /// Another layer sets the namespace of all objects.
    pub fn set_namespace(&mut self) {
        self.sets_namespace = true;
    }

    /// Whether a namespace that is missing may be set by another layer.
    pub fn sets_namespace(&self) -> bool {
        self.sets_namespace
    }

    /// An overlay adds to objects of that kind, or to any.
    pub fn complete(&mut self, kind: Option<&str>) {
        self.completed.insert(kind.unwrap_or(ANY).to_owned());
    }

    /// The document is also read so. Says whether that changes anything.
    pub fn join(&mut self, other: &Layers) -> bool {
        let state = |it: &Layers| (it.own, it.completed.len(), it.set.len(), it.sets_namespace);
        let before = state(self);
        self.own = self.own.max(other.own);
        self.completed.extend(other.completed.iter().cloned());
        self.set.extend(other.set.iter().cloned());
        self.sets_namespace |= other.sets_namespace;
        before != state(self)
    }

    /// Whether the document is what the API server reads, but for the namespace.
    pub fn changes_nothing(&self) -> bool {
        self.own == Completeness::Whole && self.completed.is_empty() && self.set.is_empty()
    }

    /// How much of an object of that kind the document holds; of one whose kind is unknown, the least that may be.
    pub fn completeness(&self, kind: Option<&str>) -> Completeness {
        let is_completed = match kind {
            Some(kind) => self.completed.contains(ANY) || self.completed.contains(kind),
            None => !self.completed.is_empty(),
        };
        self.own.max(if is_completed { Completeness::Completed } else { Completeness::Whole })
    }

    /// Whether the document is a patch.
    pub fn is_patch(&self) -> bool {
        self.own > Completeness::Completed
    }

    /// Whether another layer sets the field of that path, or one that holds it.
    pub fn sets(&self, path: &str) -> bool {
        if self.set.is_empty() {
            return false;
        }
        let names: Vec<&str> = path.split('.').map(|part| part.split('[').next().unwrap_or_default()).collect();
        let ends_with = |names: &[&str], end: &str| {
            let end: Vec<&str> = end.split('.').collect();
            names.ends_with(&end)
        };
        (1..=names.len()).any(|len| self.set.iter().any(|end| ends_with(&names[..len], end)))
    }
}

#[cfg(test)]
mod tests {
    use super::Completeness::{Completed, Patch, Whole};
    use super::Layers;

    #[test]
    fn fields_are_set_by_the_end_of_their_path() {
        let mut layers = Layers::default();
        layers.set(["metadata.name", "image", "labels"]);
        for (path, is_set) in [
            ("metadata.name", true),
            ("spec.containers[0].image", true),
            ("spec.template.metadata.labels[app.kubernetes.io/name]", true),
            ("spec.containers[0].name", false),
            ("spec.containers[0].imagePullPolicy", false),
            ("metadata", false),
            ("", false),
        ] {
            assert_eq!(layers.sets(path), is_set, "{path}");
        }
    }

    #[test]
    fn joined_layers_ask_least() {
        let mut layers = Layers::default();
        layers.complete(Some("Service"));
        assert_eq!([Some("Service"), Some("Pod"), None].map(|kind| layers.completeness(kind)), [Completed, Whole, Completed]);
        assert!(layers.join(&Layers::of(Completed)));
        assert_eq!(layers.completeness(Some("Pod")), Completed);
        assert!(layers.join(&Layers::of(Patch)));
        assert!(!layers.join(&Layers::of(Completed)));
        assert_eq!(layers.completeness(Some("Pod")), Patch);
    }
}
