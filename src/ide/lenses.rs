//! Code lenses: what an object or container has, and who names it.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::analysis::Document;
use crate::pod::refs;
use crate::pod::spec::{Mount, PodSpec, Volume};
use crate::pod::{Object, Value};
use crate::schema::facts::Target;
use crate::text::{TextRange, plural};

/// A count that an editor shows above a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// What it speaks of: a name or a key, on one line.
    pub range: TextRange,
    /// `2 mounts`
    pub title: String,
    /// What is counted, in the order of the text.
    pub places: Vec<TextRange>,
}

/// The lenses of a document: over its objects and their containers.
pub fn lenses(document: &Document) -> Vec<Lens> {
    document.model().objects().flat_map(of_object).collect()
}

fn of_object(object: Object<'_>) -> Vec<Lens> {
    let (Some(kind), Some(spec)) = (object.kind(), PodSpec::of(object)) else { return vec![] };
    let mut uses: HashMap<Cow<'_, str>, Vec<TextRange>> = HashMap::new();
    for it in refs::uses(object, Target::Container) {
        uses.entry(it.name).or_default().push(it.site.written().content_range());
    }
    let own = [
        lens(kind.range(), "container", spec.containers().filter_map(|it| name(it.value))),
        lens(kind.range(), "volume", spec.volumes().map(|Volume(it)| it).filter_map(name)),
    ];
    let of_containers = spec.containers().flat_map(|container| {
        let range = container.value.get("name").map_or(container.value.range(), |name| name.written().range());
        let uses = container.name().and_then(|name| uses.get(&name)).into_iter().flatten().copied();
        [lens(range, "mount", container.mounts().filter_map(|Mount(it)| name(it))), lens(range, "reference", uses)]
    });
    own.into_iter().chain(of_containers).flatten().collect()
}

/// The name of a container, volume or mount.
fn name(owner: Value<'_>) -> Option<TextRange> {
    owner.get("name").map(|name| name.written().content_range())
}

/// `None` where there is nothing to count.
fn lens(range: TextRange, what: &str, places: impl Iterator<Item = TextRange>) -> Option<Lens> {
    let places: Vec<_> = places.collect();
    (!places.is_empty()).then(|| Lens { range, title: plural(places.len(), what), places })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Options;

    #[test]
    fn counts_with_their_places() {
        let text = "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /b}]
  - name: log
    env: [{name: CPU, valueFrom: {resourceFieldRef: {containerName: web, resource: limits.cpu}}}]
  volumes: [{name: a}, {name: b}]
";
        let lenses = lenses(&Document::new(text, &Options::default()));
        let line = |range: &TextRange| text[..range.start as usize].lines().count();
        let found: Vec<_> = lenses.iter().map(|it| (line(&it.range), &*it.title, it.places.iter().map(line).collect::<Vec<_>>())).collect();
        let expected =
            [(3, "2 containers", vec![7, 9]), (3, "2 volumes", vec![11, 11]), (7, "2 mounts", vec![8, 8]), (7, "1 reference", vec![10])];
        assert_eq!(found, expected);
    }
}
