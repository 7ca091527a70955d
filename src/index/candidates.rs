//! The names that may be used at some place.

use std::collections::HashSet;
use std::path::Path;

use crate::pod::refs::across::is_namespaced;
use crate::pod::symbols::{Key, Selector};

use super::places::{self, Places};
use super::{Holder, Index};

/// A name that may be used at some place, and where it is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate<'i> {
    /// The name.
    pub name: &'i str,
    /// What goes with it: the value of a label, the number of a port.
    pub value: Option<&'i str>,
    /// The file that defines it, or else one that uses it.
    pub file: &'i Path,
    /// The namespace of the object.
    pub namespace: Option<&'i str>,
    /// Whether the file defines it.
    pub is_defined: bool,
}

impl Index {
    /// The names of objects of a kind that may be used in a file and namespace: the nearest first, and those that are defined before those
    /// that other files only use.
    pub fn candidates<'i>(&'i self, kind: &str, file: &Path, namespace: Option<&str>) -> Vec<Candidate<'i>> {
        let is_local = is_namespaced(kind);
        let all = self.objects().filter(|it| *it.object().kind == *kind && !it.object().name.is_empty());
        let all = all.map(|it| Candidate::new(&it.object().name, it));
        let others = self.hits().filter(|it| !it.site().is_definition && &**it.holder.file != file);
        let used = others.filter_map(|it| match &it.site().key {
            Key::Object(of, name) if *of == kind => {
                Some(Candidate { namespace: it.namespace(), is_defined: false, ..Candidate::new(name, it.holder) })
            }
            _ => None,
        });
        nearest_first(all.chain(used).filter(|it| !is_local || it.is_meant_in(file, namespace)).collect(), file)
    }

    /// The ports of the Pods that a selector of an object in a file and namespace selects: their names, with their numbers.
    pub fn ports<'i>(&'i self, selector: &Selector, file: &Path, namespace: Option<&str>) -> Vec<Candidate<'i>> {
        let (all, places) = self.matching(selector);
        let pods = places.nearest(file, namespace).into_iter().map(|at| all[at]);
        let ports = pods.flat_map(|pod| pod.hits().filter(|it| it.site().is_definition).map(move |it| (pod, &it.site().key)));
        let ports = ports.filter_map(|(pod, key)| match key {
            Key::Port(port) => Some(Candidate::new(port, pod)),
            _ => None,
        });
        nearest_first(ports.collect(), file)
    }

    /// The labels of the Pods that a selector in a file and namespace may select, the nearest first.
    pub fn labels<'i>(&'i self, file: &Path, namespace: Option<&str>) -> Vec<Candidate<'i>> {
        let pods = self.objects().filter(|it| Candidate::new("", *it).is_meant_in(file, namespace));
        let labels = pods.flat_map(|it| it.object().pod_labels.iter().flatten().map(move |(key, value)| (it, key, value)));
        let mut all: Vec<_> = labels.map(|(it, key, value)| Candidate { value: Some(value), ..Candidate::new(key, it) }).collect();
        all.sort_by_cached_key(|it| places::distance(file, it.file));
        let mut seen = HashSet::new();
        all.retain(|it| seen.insert((it.name, it.value)));
        all
    }

    /// The images of all containers, the nearest first.
    pub fn images<'i>(&'i self, file: &Path) -> Vec<Candidate<'i>> {
        let images = self.objects().flat_map(|it| it.object().images.iter().map(move |image| Candidate::new(image, it)));
        nearest_first(images.collect(), file)
    }

    /// The keys of a ConfigMap or Secret that is used in a file and namespace, or the ports of a Service.
    pub fn entries<'i>(&'i self, kind: &str, name: &str, file: &Path, namespace: Option<&str>) -> Vec<Candidate<'i>> {
        let all = self.named(name).filter(|it| it.site().is_definition).filter_map(|it| match &it.site().key {
            Key::Entry(of, object, entry) if *of == kind && **object == *name => {
                Some(Candidate { namespace: it.namespace(), ..Candidate::new(entry, it.holder) })
            }
            _ => None,
        });
        let all: Vec<_> = all.collect();
        let places = Places::new(all.iter().map(|it| (it.file, it.namespace)));
        places.nearest(file, namespace).into_iter().map(|at| all[at].clone()).collect()
    }
}

fn nearest_first<'i>(mut all: Vec<Candidate<'i>>, file: &Path) -> Vec<Candidate<'i>> {
    all.sort_by_cached_key(|it| (!it.is_defined, places::distance(file, it.file)));
    let mut seen = HashSet::new();
    all.retain(|it| seen.insert(it.name));
    all
}

impl<'i> Candidate<'i> {
    /// A name that an object defines.
    fn new(name: &'i str, holder: Holder<'i>) -> Self {
        Candidate { name, value: None, file: holder.file, namespace: holder.object().namespace.as_deref(), is_defined: true }
    }

    /// Whether something in a file and namespace may mean it.
    fn is_meant_in(&self, file: &Path, namespace: Option<&str>) -> bool {
        let may_be_one = namespace.is_none() || self.namespace.is_none();
        let is_same = self.namespace == namespace && (self.is_defined || namespace.is_some());
        is_same || may_be_one && places::is_near(file, self.file)
    }

    /// Its file as seen from another one; `None` if it is that.
    pub fn seen_from(&self, file: &Path) -> Option<String> {
        places::relative(file, self.file)
    }
}
