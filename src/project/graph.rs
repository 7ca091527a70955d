//! Which kustomizations use a file, directly or by others that include them, and what they make of it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::rules::{Completeness, Layers};

use super::kustomize::{self, Kustomization, NAMES, Patch, is_kustomization};
use super::markers::Markers;
use super::{normal, read};

/// So many files and folders are looked through for kustomizations.
const SEARCHED: usize = 1 << 15;

/// All kustomizations that are known.
#[derive(Debug, Default)]
pub struct Graph {
    /// By their folders. `None` where there is none.
    known: BTreeMap<PathBuf, Option<Kustomization>>,
    /// Folders all of whose kustomizations are known.
    searched: HashSet<PathBuf>,
    /// What follows for files, once somebody asks.
    uses: Option<HashMap<PathBuf, Use>>,
}

/// What kustomizations make of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Use {
    /// What they do to it.
    pub layers: Layers,
    /// They fill in `$(NAME)`.
    pub has_variables: bool,
    /// They read it for themselves: it is not a manifest.
    pub own: bool,
}

impl Graph {
    /// Takes in the kustomization of a folder, if it has one, and those that it includes.
    pub fn add(&mut self, folder: &Path, markers: Markers) {
        if !markers.may_have_kustomization() {
            return;
        }
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            if self.known.contains_key(&folder) {
                continue;
            }
            let text = NAMES.iter().find_map(|name| read(&folder.join(name)).ok());
            let kustomization = text.map(|text| kustomize::read(&text));
            if let Some(kustomization) = &kustomization {
                self.uses = None;
                open.extend(kustomization.includes().map(|path| normal(&folder.join(path))));
            }
            self.known.insert(folder, kustomization);
        }
    }

    /// Takes in all kustomizations below a folder, as many as a bounded search finds.
    pub fn search(&mut self, root: &Path) {
        if self.has_searched(root) {
            return;
        }
        let is_wanted = |name: &str| !matches!(name, ".git" | "node_modules");
        let walk = WalkBuilder::new(root)
            .hidden(false)
            .ignore(false)
            .require_git(false)
            .filter_entry(move |entry| entry.file_name().to_str().is_none_or(is_wanted))
            .build();
        let found = walk.take(SEARCHED).filter_map(Result::ok).map(ignore::DirEntry::into_path);
        found
            .filter(|path| is_kustomization(path))
            .for_each(|path| path.parent().into_iter().for_each(|folder| self.add(folder, Markers::UNLISTED)));
        self.mark_searched(root);
    }

    /// All kustomizations below the folder are known.
    pub fn mark_searched(&mut self, root: &Path) {
        self.searched.insert(root.to_owned());
    }

    fn has_searched(&self, folder: &Path) -> bool {
        folder.ancestors().any(|folder| self.searched.contains(folder))
    }

    /// What all kustomizations that are known make of a file.
    pub fn use_of(&mut self, path: &Path) -> Use {
        let known = &self.known;
        if known.is_empty() {
            return Use::default();
        }
        let mut found = self.uses.get_or_insert_with(|| uses(known)).get(path).cloned().unwrap_or_default();
        // A patch that no kustomization lists for now.
        let is_beside = || path.ancestors().skip(1).take(2).any(|folder| known.get(folder).is_some_and(Option::is_some));
        if kustomize::has_name_of_patch(path) && is_beside() {
            found.layers.join(&Layers::of(Completeness::PatchOfTarget));
        }
        found
    }
}

impl Kustomization {
    /// Paths that may be folders with kustomizations of their own.
    fn includes(&self) -> impl Iterator<Item = &Path> {
        let is_folder = |path: &&PathBuf| path.extension().is_none_or(|it| !["yaml", "yml", "json"].iter().any(|end| it == *end));
        self.resources.iter().chain(&self.components).chain(&self.own).filter(is_folder).map(PathBuf::as_path)
    }
}

/// What follows from kustomizations for the files that they name.
fn uses(known: &BTreeMap<PathBuf, Option<Kustomization>>) -> HashMap<PathBuf, Use> {
    let all: BTreeMap<&Path, &Kustomization> = known.iter().filter_map(|(folder, it)| Some((folder.as_path(), it.as_ref()?))).collect();
    let mut spread = Spread { folders: all.iter().map(|(folder, it)| (*folder, effect(folder, it))).collect(), all, files: HashMap::new() };
    spread.gather();
    spread.hand_down();
    spread.patches();
    spread.files
}

/// Spreads what kustomizations do over what they include.
struct Spread<'k> {
    all: BTreeMap<&'k Path, &'k Kustomization>,
    /// What is done to all that a folder includes.
    folders: HashMap<&'k Path, Use>,
    files: HashMap<PathBuf, Use>,
}

impl Spread<'_> {
    /// Components work on the resources of those that name them.
    fn gather(&mut self) {
        let mut is_settled = false;
        while !is_settled {
            is_settled = true;
            for (folder, kustomization) in &self.all {
                for component in &kustomization.components {
                    let Some(of_component) = self.folders.get(normal(&folder.join(component)).as_path()).cloned() else { continue };
                    is_settled &= !self.folders.get_mut(folder).is_some_and(|it| it.join(&of_component));
                }
            }
        }
    }

    /// What is done in a folder is done to all that it includes, and to all that those include.
    fn hand_down(&mut self) {
        let mut open: Vec<&Path> = self.all.keys().copied().collect();
        while let Some(folder) = open.pop() {
            let (kustomization, of_folder) = (self.all[folder], self.folders[folder].clone());
            let included = kustomization.resources.iter().chain(&kustomization.components).map(|path| (path, of_folder.clone()));
            let own = kustomization.own.iter().map(|path| (path, Use { own: true, ..Use::default() }));
            for (path, how) in included.chain(own) {
                let path = normal(&folder.join(path));
                let Some((below, _)) = self.all.get_key_value(path.as_path()) else {
                    self.files.entry(path).or_default().join(&how);
                    continue;
                };
                if self.folders.get_mut(below).is_some_and(|it| it.join(&how)) {
                    open.push(below);
                }
            }
        }
    }

    /// Patches, also those that only a transformer names, and files of replacements.
    fn patches(&mut self) {
        for (folder, kustomization) in &self.all {
            let Use { own, has_variables, .. } = self.folders[folder];
            let transformers = kustomization.own.iter().chain(kustomization.resources.iter().filter(|_| own));
            let texts = transformers.filter_map(|path| read(&normal(&folder.join(path))).ok());
            let of_transformers: Vec<PathBuf> = texts.flat_map(|text| kustomize::read_transformers(&text)).collect();
            let free = of_transformers.iter().chain(&kustomization.unused).map(|path| (path, Completeness::PatchOfTarget));
            let completeness = |patch: &Patch| if patch.target.is_some() { Completeness::PatchOfTarget } else { Completeness::Patch };
            for (path, completeness) in kustomization.patches.iter().map(|patch| (&patch.path, completeness(patch))).chain(free) {
                let patch = Use { layers: Layers::of(completeness), has_variables, own };
                self.files.entry(normal(&folder.join(path))).or_default().join(&patch);
            }
            for path in &kustomization.replacements {
                self.files.entry(normal(&folder.join(path))).or_default().own = true;
            }
        }
    }
}

/// What a kustomization itself does to its resources.
fn effect(folder: &Path, kustomization: &Kustomization) -> Use {
    let mut layers = kustomization.layers.clone();
    let files = kustomization.replacements.iter().filter_map(|path| read(&normal(&folder.join(path))).ok());
    files.for_each(|text| _ = layers.join(&kustomize::read_replacements(&text)));
    for patch in kustomization.patches.iter().filter(|patch| patch.target.is_none()) {
        let text = read(&normal(&folder.join(&patch.path)));
        let kinds = text.map_or_else(|_| vec![None], |text| kustomize::kinds(&text));
        kinds.into_iter().for_each(|kind| layers.complete(kind.as_deref()));
    }
    Use { layers, has_variables: kustomization.has_variables, own: false }
}

impl Use {
    /// The file is used so too. Says whether that changes anything.
    fn join(&mut self, other: &Use) -> bool {
        let before = (self.own, self.has_variables);
        self.own |= other.own;
        self.has_variables |= other.has_variables;
        self.layers.join(&other.layers) || before != (self.own, self.has_variables)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use crate::project::{Markers, Project};
    use crate::rules::Completeness::{self, Completed, Patch, PatchOfTarget, Whole};

    /// A folder of kustomizations that is removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str, kustomizations: &[(&str, &str)]) -> Self {
            let folder = Folder(std::env::temp_dir().join(format!("podls-graph-{test}-{}", std::process::id())));
            for (path, text) in kustomizations {
                fs::create_dir_all(folder.0.join(path)).expect("a folder");
                fs::write(folder.0.join(path).join("kustomization.yaml"), text).expect("a file");
            }
            folder
        }

        fn completeness(&self, project: &Project, path: &str) -> Completeness {
            project.options_for(&self.0.join(path)).options.layers.completeness(Some("Deployment"))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            _ = fs::remove_dir_all(&self.0);
        }
    }

    const ALL: &[(&str, &str)] = &[
        ("base", "resources: [web.yaml, ../shared]\n"),
        ("shared", "resources: [db.yaml]\n"),
        ("alone", "resources: [job.yaml]\n"),
        ("overlays/prod", "resources: [../../base]\ncomponents: [../../parts/big]\npatches: [{path: ../patches/size.yaml}]\n"),
        ("overlays/test", "resources: [../../alone, own.yaml]\ncomponents: [../../parts/named]\n"),
        ("parts/big", "kind: Component\npatches: [{path: big.yaml, target: {kind: Deployment}}]\n"),
        ("parts/named", "kind: Component\nnamePrefix: a-\nresources: [more.yaml]\n"),
        ("loop", "resources: [../loop/again]\n"),
        ("loop/again", "resources: [.., pod.yaml]\ntransformers: [../../shaped]\n"),
        ("shaped", "resources: [change.yaml]\n"),
        ("other", "resources: [web.yaml]\npatches: [{patch: '{kind: Service}'}]\n"),
    ];

    #[test]
    fn overlays_complete_what_they_include() {
        let folder = Folder::new("overlays", ALL);
        let folders: Vec<PathBuf> = ALL.iter().map(|(path, _)| folder.0.join(path)).collect();
        let project = Project::new();
        project.take_in(folders.iter().map(|path| (path.as_path(), Markers::UNLISTED)), [folder.0.as_path()]);
        for (path, expected) in [
            ("base/web.yaml", Completed),
            ("shared/db.yaml", Completed),
            ("base/other.yaml", Whole),
            ("alone/job.yaml", Whole),
            ("overlays/test/own.yaml", Whole),
            ("overlays/patches/size.yaml", Patch),
            ("parts/big/big.yaml", PatchOfTarget),
            ("loop/again/pod.yaml", Completed),
            ("other/web.yaml", Whole),
            ("base/port_patch.yaml", PatchOfTarget),
            ("base/patches/port.yaml", PatchOfTarget),
            ("base/dispatch.yaml", Whole),
            ("elsewhere/port_patch.yaml", Whole),
        ] {
            assert_eq!(folder.completeness(&project, path), expected, "{path}");
        }
        for (path, is_set) in [("alone/job.yaml", true), ("parts/named/more.yaml", true), ("base/web.yaml", false)] {
            let layers = project.options_for(&folder.0.join(path)).options.layers;
            assert_eq!(layers.sets("metadata.name"), is_set, "{path}");
        }
        for (path, is_foreign) in [("shaped/change.yaml", true), ("base/kustomization.yaml", true), ("base/web.yaml", false)] {
            assert_eq!(project.options_for(&folder.0.join(path)).options.is_foreign, is_foreign, "{path}");
        }
    }

    #[test]
    fn a_repository_or_a_root_is_searched() {
        let folder = Folder::new("searched", ALL);
        let rooted = Project::new().with_roots([folder.0.clone()]);
        assert_eq!(folder.completeness(&rooted, "base/web.yaml"), Completed);
        assert_eq!(folder.completeness(&Project::new(), "base/web.yaml"), Whole);
        fs::create_dir(folder.0.join(".git")).expect("a folder");
        let project = Project::new();
        assert_eq!(folder.completeness(&project, "base/web.yaml"), Completed);
        fs::write(folder.0.join("overlays/prod/kustomization.yaml"), "resources: []\n").expect("a file");
        assert_eq!(folder.completeness(&project, "base/web.yaml"), Completed, "remembered");
        project.forget();
        assert_eq!(folder.completeness(&project, "base/web.yaml"), Whole);
    }
}
