//! The names of many files: who defines what another one uses.
//!
//! A name is looked for in the file first, then in its folder, then in the folders around it: of several objects by one name the nearest
//! counts, for `dev` and `prod` often have the same ones. Two objects belong together if they are in one namespace, or if they are neighbours
//! and one of them does not say its namespace.

mod candidates;
mod places;

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use crate::pod::refs::across::is_namespaced;
use crate::pod::symbols::{Demand, Key, ObjectSymbol, Selector, Site, Spot, Symbols};

pub use candidates::Candidate;
use places::Places;

/// A name that one in so many files has is looked for in all of them: that is faster than to find each by its path.
const MANY: usize = 32;

/// The symbols of all files.
#[derive(Debug, Default)]
pub struct Index {
    files: BTreeMap<File, Vec<Part>>,
    /// The files that name an object so, or a part of it, in the order of their paths.
    by_name: HashMap<Box<str>, Vec<Arc<Path>>>,
}

/// A file. Files are in the order of the bytes of their paths, which are compared much faster than their components; those that share a
/// folder lie side by side too.
#[derive(Clone, Debug)]
struct File(Arc<Path>);

/// The symbols of a document of a file.
#[derive(Clone, Debug)]
pub struct Part {
    /// Number of its first line in the file.
    pub line: u32,
    /// Its symbols.
    pub symbols: Arc<Symbols>,
}

/// An object of a file.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'i> {
    /// The file.
    pub file: &'i Arc<Path>,
    part: &'i Part,
    number: usize,
}

/// A name of a file.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'i> {
    /// The object that it is in.
    pub holder: Holder<'i>,
    number: usize,
}

/// A name with all its places.
#[derive(Clone, Debug)]
pub struct Found<'i> {
    /// Where it was asked for.
    pub origin: Hit<'i>,
    /// Where it is defined: more than once where a selector selects several objects, or several are equally near.
    pub definitions: Vec<Hit<'i>>,
    /// Where it is used, the nearest files first.
    pub uses: Vec<Hit<'i>>,
}

impl Index {
    /// Puts a file in the place of what was known of it.
    pub fn replace(&mut self, file: &Arc<Path>, parts: Vec<Part>) {
        let new: HashSet<&str> = names(&parts).collect();
        let old = self.files.get(file.as_os_str());
        let old: HashSet<&str> = old.into_iter().flat_map(|parts| names(parts)).collect();
        for gone in old.difference(&new) {
            let Some(files) = self.by_name.get_mut(*gone) else { continue };
            files.retain(|it| it.as_os_str() != file.as_os_str());
            if files.is_empty() {
                self.by_name.remove(*gone);
            }
        }
        for name in new.difference(&old) {
            let files = match self.by_name.get_mut(*name) {
                Some(files) => files,
                None => self.by_name.entry((*name).into()).or_default(),
            };
            if let Err(at) = files.binary_search_by(|it| it.as_os_str().cmp(file.as_os_str())) {
                files.insert(at, file.clone());
            }
        }
        if parts.is_empty() {
            self.files.remove(file.as_os_str());
        } else {
            self.files.insert(File(file.clone()), parts);
        }
    }

    /// Whether something is known of a file.
    pub fn knows(&self, file: &Path) -> bool {
        self.files.contains_key(file.as_os_str())
    }

    /// The files that name an object so, or a part of it.
    pub fn naming(&self, name: &str) -> &[Arc<Path>] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Where objects of a kind and name are defined.
    pub fn defined<'i>(&'i self, kind: &str, name: &str) -> Vec<Hit<'i>> {
        let is_it = |it: &Hit<'i>| matches!(&it.site().key, Key::Object(of, own) if *of == kind && **own == *name);
        self.named(name).filter(|it| it.site().is_definition && is_it(it)).collect()
    }

    /// All places in the files that name an object so.
    fn named<'i>(&'i self, name: &str) -> impl Iterator<Item = Hit<'i>> + use<'i> {
        let naming = self.naming(name);
        let known: Vec<_> = if naming.len() < self.files.len() / MANY {
            naming.iter().filter_map(|file| self.files.get_key_value(file.as_os_str())).collect()
        } else {
            // Both are in the order of the paths.
            let mut next = naming.iter().peekable();
            self.files.iter().filter(|(file, _)| next.next_if(|it| it.as_os_str() == file.0.as_os_str()).is_some()).collect()
        };
        known.into_iter().flat_map(|(file, parts)| hits_of(file, parts))
    }

    /// All files of which something is known.
    pub fn files(&self) -> impl Iterator<Item = &Arc<Path>> {
        self.files.keys().map(|file| &file.0)
    }

    /// All objects, in the order of the files.
    pub fn objects(&self) -> impl Iterator<Item = Holder<'_>> {
        self.files.iter().flat_map(|(file, parts)| objects_of(file, parts))
    }

    /// The name at a place of a file.
    pub fn at(&self, file: &Path, line: u32, column: u32) -> Option<Hit<'_>> {
        let (file, parts) = self.files.get_key_value(file.as_os_str())?;
        hits_of(file, parts).find(|hit| hit.spot().touches(line, column))
    }

    /// A name with all its places. From a definition these are its own uses, from a use those of all that it may mean.
    pub fn find<'i>(&'i self, origin: Hit<'i>) -> Found<'i> {
        let definitions = match origin.site().is_definition {
            true => vec![origin],
            false => self.definitions(origin),
        };
        let mut uses = match definitions.is_empty() {
            true => self.unresolved(origin),
            false => definitions.iter().flat_map(|it| self.uses(*it)).collect(),
        };
        if definitions.len() > 1 {
            uses.sort_by(|a, b| a.holder.file.as_os_str().cmp(b.holder.file.as_os_str()).then_with(|| a.spot().cmp(&b.spot())));
            uses.dedup();
        }
        uses.sort_by_cached_key(|hit| places::distance(origin.holder.file, hit.holder.file));
        uses.chunk_by_mut(|a, b| std::ptr::eq(a.holder.file, b.holder.file)).for_each(|hits| hits.sort_by_key(|hit| hit.spot()));
        Found { origin, definitions, uses }
    }

    /// Where a name that is used is defined.
    pub fn definitions<'i>(&'i self, of: Hit<'i>) -> Vec<Hit<'i>> {
        if of.site().key.kind().is_some() {
            let known: Vec<_> = self.same(of).filter(|it| it.site().is_definition).collect();
            let places = Places::new(known.iter().map(|it| (&**it.holder.file, it.namespace())));
            return places.nearest(of.holder.file, of.namespace()).into_iter().map(|at| known[at]).collect();
        }
        let Some(selector) = of.selector() else { return vec![] };
        let defines = |it: &Hit<'i>| it.site().is_definition && it.site().key == of.site().key;
        self.selected(of.holder, selector).iter().flat_map(|object| object.hits()).filter(defines).collect()
    }

    /// Where a name that is defined is used.
    pub fn uses<'i>(&'i self, of: Hit<'i>) -> Vec<Hit<'i>> {
        if of.site().key.kind().is_none() {
            return self.selecting(of);
        }
        let (known, uses): (Vec<_>, Vec<_>) = self.same(of).partition(|it| it.site().is_definition);
        let places = Places::new(known.iter().map(|it| (&**it.holder.file, it.namespace())));
        let is_meant = |it: &Hit<'i>| places.nearest(it.holder.file, it.namespace()).into_iter().any(|at| known[at] == of);
        uses.into_iter().filter(is_meant).collect()
    }

    /// The uses of a name that nobody defines.
    fn unresolved<'i>(&'i self, of: Hit<'i>) -> Vec<Hit<'i>> {
        if of.site().key.kind().is_none() {
            return vec![of];
        }
        self.same(of).filter(|it| !it.site().is_definition && it.namespace() == of.namespace()).collect()
    }

    /// The objects that select the Pods of an object: Services, disruption budgets and policies.
    pub fn selectors<'i>(&'i self, of: Holder<'i>) -> Vec<Holder<'i>> {
        let mut found = vec![];
        for object in self.objects().filter(|it| it.object().pod_labels.is_none()) {
            let selects = |it: &Selector| of.object().is_selected_by(it) && self.selected(object, it).contains(&of);
            if object.object().selectors.iter().any(selects) {
                found.push(object);
            }
        }
        found
    }

    /// The objects of a file.
    pub fn objects_of(&self, file: &Path) -> impl Iterator<Item = Holder<'_>> {
        self.files.get_key_value(file.as_os_str()).into_iter().flat_map(|(file, parts)| objects_of(file, parts))
    }

    /// The objects with Pods that a selector of an object selects, the nearest ones.
    fn selected<'i>(&'i self, of: Holder<'i>, selector: &Selector) -> Vec<Holder<'i>> {
        if selector.is_own {
            return vec![of];
        }
        let (all, places) = self.matching(selector);
        places.nearest(of.file, of.object().namespace.as_deref()).into_iter().map(|at| all[at]).collect()
    }

    /// All objects with Pods that a selector fits.
    fn matching<'i>(&'i self, selector: &Selector) -> (Vec<Holder<'i>>, Places<'i>) {
        let all: Vec<_> = self.objects().filter(|it| it.object().is_selected_by(selector)).collect();
        let places = Places::new(all.iter().map(|it| (&**it.file, it.object().namespace.as_deref())));
        (all, places)
    }

    /// The uses in selectors that select the object in which a name is defined.
    fn selecting<'i>(&'i self, of: Hit<'i>) -> Vec<Hit<'i>> {
        let mut uses = vec![];
        let mut matching: HashMap<&[Demand], _> = HashMap::new();
        for object in self.objects() {
            for selector in object.object().selectors.iter().filter(|it| of.holder.object().is_selected_by(it)) {
                if selector.is_own && object != of.holder {
                    continue;
                }
                let (all, places) = matching.entry(&selector.demands).or_insert_with(|| self.matching(selector));
                let selected = places.nearest(object.file, object.object().namespace.as_deref());
                if selector.is_own || selected.into_iter().any(|at| all[at] == of.holder) {
                    let hits = selector.sites.clone().map(|number| Hit { holder: object, number: number as usize });
                    uses.extend(hits.filter(|it| it.site().key == of.site().key));
                }
            }
        }
        uses
    }

    /// All places where a name of that kind is, whatever its namespace.
    fn same<'i>(&'i self, of: Hit<'i>) -> impl Iterator<Item = Hit<'i>> {
        let key = &of.site().key;
        self.named(key.object_name().unwrap_or_default()).filter(move |it| it.site().key == *key)
    }

    /// Where objects of some kinds are used.
    pub fn uses_of(&self, is_wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = Hit<'_>> {
        self.hits().filter(move |it| !it.site().is_definition && matches!(&it.site().key, Key::Object(kind, _) if is_wanted(kind)))
    }

    /// All names in the order of the files.
    fn hits(&self) -> impl Iterator<Item = Hit<'_>> {
        self.files.iter().flat_map(|(file, parts)| hits_of(file, parts))
    }
}

/// The names of objects that are in a file.
fn names(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().flat_map(|part| &part.symbols.sites).filter_map(|site| site.key.object_name())
}

fn objects_of<'i>(File(file): &'i File, parts: &'i [Part]) -> impl Iterator<Item = Holder<'i>> {
    parts.iter().flat_map(move |part| (0..part.symbols.objects.len()).map(move |number| Holder { file, part, number }))
}

fn hits_of<'i>(File(file): &'i File, parts: &'i [Part]) -> impl Iterator<Item = Hit<'i>> {
    parts.iter().flat_map(move |part| {
        let holder = move |site: &Site| Holder { file, part, number: site.object as usize };
        part.symbols.sites.iter().enumerate().map(move |(number, site)| Hit { holder: holder(site), number })
    })
}

impl Ord for File {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.as_os_str().cmp(other.0.as_os_str())
    }
}

impl PartialOrd for File {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for File {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for File {}

impl Borrow<OsStr> for File {
    fn borrow(&self) -> &OsStr {
        self.0.as_os_str()
    }
}

impl<'i> Holder<'i> {
    /// The object.
    pub fn object(self) -> &'i ObjectSymbol {
        &self.part.symbols.objects[self.number]
    }

    /// Whether a template writes parts of it.
    pub fn is_template(self) -> bool {
        self.part.symbols.is_template
    }

    /// Where its kind is written.
    pub fn kind_spot(self) -> Option<Spot> {
        self.object().kind_at.map(|at| at.below(self.part.line))
    }

    /// Where it is in its file: its name, or else its kind.
    pub fn spot(self) -> Option<Spot> {
        self.object().at.map(|at| at.below(self.part.line))
    }

    /// The names in it.
    pub fn hits(self) -> impl Iterator<Item = Hit<'i>> {
        // They are noted object by object.
        let sites = &self.part.symbols.sites;
        let [start, end] = [self.number, self.number + 1].map(|number| sites.partition_point(|site| (site.object as usize) < number));
        (start..end).map(move |number| Hit { holder: self, number })
    }
}

impl<'i> Hit<'i> {
    /// The name.
    pub fn site(self) -> &'i Site {
        &self.holder.part.symbols.sites[self.number]
    }

    /// Where it is in its file.
    pub fn spot(self) -> Spot {
        self.site().at.below(self.holder.part.line)
    }

    /// The namespace of what it names.
    pub fn namespace(self) -> Option<&'i str> {
        if self.site().key.kind().is_some_and(|kind| !is_namespaced(kind)) {
            return None;
        }
        self.site().namespace.as_deref().or(self.holder.object().namespace.as_deref())
    }

    /// The selector that it is a part of.
    fn selector(self) -> Option<&'i Selector> {
        self.holder.object().selectors.iter().find(|it| it.sites.contains(&(self.number as u32)))
    }
}

impl PartialEq for Holder<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.part, other.part) && self.number == other.number
    }
}

impl PartialEq for Hit<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.holder == other.holder && self.number == other.number
    }
}

#[cfg(test)]
mod tests;
