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

/// What other layers do to a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers {
    /// How much the document holds itself.
    pub completeness: Completeness,
    /// The ends of the paths of fields that another layer sets: `metadata.name`, `image`.
    set: BTreeSet<String>,
}

impl Layers {
    /// The document is what the API server reads, but for that.
    pub fn of(completeness: Completeness) -> Layers {
        Layers { completeness, ..Layers::default() }
    }

    /// Another layer sets these fields, and all below them.
    pub fn set<'n>(&mut self, fields: impl IntoIterator<Item = &'n str>) {
        self.set.extend(fields.into_iter().filter(|it| !it.is_empty()).map(str::to_owned));
    }

    /// The document is also read so. Says whether that changes anything.
    pub fn join(&mut self, other: &Layers) -> bool {
        let before = (self.completeness, self.set.len());
        self.completeness = self.completeness.max(other.completeness);
        self.set.extend(other.set.iter().cloned());
        before != (self.completeness, self.set.len())
    }

    /// Whether something may be there that the document does not show, or be gone that it shows.
    pub fn is_partial(&self) -> bool {
        self.completeness > Completeness::Whole
    }

    /// Whether the document is what the API server reads.
    pub fn changes_nothing(&self) -> bool {
        *self == Layers::default()
    }

    /// Whether it is a patch.
    pub fn is_patch(&self) -> bool {
        self.completeness > Completeness::Completed
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
    use super::{Completeness, Layers};

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
        let mut layers = Layers::of(Completeness::Completed);
        assert!(layers.join(&Layers::of(Completeness::Patch)));
        assert!(!layers.join(&Layers::of(Completeness::Completed)));
        assert_eq!(layers.completeness, Completeness::Patch);
    }
}
