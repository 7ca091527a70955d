//! A `kustomization.yaml`: what it is made of, and what it changes in that.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::rules::Layers;
use crate::yaml::{self, Node, Tree};

/// The names that Kustomize looks for.
pub const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What podls wants of a kustomization. Nothing is said of anything unexpected in it, and the rest of it counts.
#[derive(Debug, Default, PartialEq)]
pub struct Kustomization {
    /// Manifests, and folders with kustomizations of their own.
    pub resources: Vec<PathBuf>,
    /// Folders whose kustomizations work on the resources of this one.
    pub components: Vec<PathBuf>,
    /// Strategic merge patches, and lists of JSON 6902.
    pub patches: Vec<Patch>,
    /// Patches that are commented out.
    pub unused: Vec<PathBuf>,
    /// Files that Kustomize reads for itself, and folders of them.
    pub own: Vec<PathBuf>,
    /// Files of replacements, which say in turn which fields they set.
    pub replacements: Vec<PathBuf>,
    /// What is done to the resources.
    pub layers: Layers,
    /// Whether it fills in `$(NAME)`.
    pub has_variables: bool,
}

/// A file that changes resources.
#[derive(Debug, PartialEq)]
pub struct Patch {
    pub path: PathBuf,
    /// Which objects it is for, if the kustomization says that.
    pub target: Option<Target>,
}

/// The objects that a patch is for.
#[derive(Debug, PartialEq)]
pub struct Target {
    /// Their kind, if there is one.
    pub kind: Option<String>,
}

/// Whether a file has the name of a kustomization.
pub fn is_kustomization(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| NAMES.contains(&name))
}

/// Reads the text of a kustomization.
pub fn read(text: &str) -> Kustomization {
    let tree = yaml::parse(text);
    let mut read = Kustomization::default();
    for (key, value) in fields(tree.root()) {
        read.field(&key, value);
    }
    // What is commented out for now, as scaffolds have it, is as incomplete as it is when it counts.
    read.unused.extend(tree.comments().iter().filter_map(|range| commented_patch(&text[range.span()])));
    read
}

/// The fields that a file of replacements sets, as ends of field paths.
pub fn read_replacements(text: &str) -> Layers {
    let tree = yaml::parse(text);
    let mut read = Kustomization::default();
    tree.root().into_iter().flat_map(|list| list.items().collect::<Vec<_>>()).for_each(|it| read.replacement(it));
    tree.root().into_iter().for_each(|it| read.replacement(it));
    read.layers
}

/// The patches that a file of transformers names.
pub fn read_transformers(text: &str) -> Vec<PathBuf> {
    let paths = yaml::split(text).into_iter().flat_map(|part| {
        let tree = yaml::parse(&text[part.span()]);
        named_patches(&tree)
    });
    paths.collect()
}

fn named_patches(tree: &Tree) -> Vec<PathBuf> {
    let own = field(tree.root(), "path").and_then(path);
    let several = field(tree.root(), "paths").into_iter().flat_map(|list| list.items().filter_map(path).collect::<Vec<_>>());
    own.into_iter().chain(several).collect()
}

impl Kustomization {
    fn field(&mut self, key: &str, value: Node<'_>) {
        match key {
            "resources" | "bases" => self.resources.extend(value.items().filter_map(path)),
            "components" => self.components.extend(value.items().filter_map(path)),
            "patchesStrategicMerge" => {
                self.patches.extend(value.items().filter_map(path).map(|path| Patch { path, target: None }));
                let inline: Vec<_> = value.items().filter(|it| path(*it).is_none()).collect();
                inline.into_iter().for_each(|it| self.complete_kinds(&it.value()));
            }
            "patches" => value.items().for_each(|it| self.patch(it)),
            "patchesJson6902" => {
                self.own.extend(value.items().filter_map(|it| field(Some(it), "path").and_then(path)));
                value.items().for_each(|it| self.layers.complete(target(it).and_then(|it| it.kind).as_deref()));
            }
            "transformers" => {
                self.own.extend(value.items().filter_map(path));
                let inline = value.items().filter(|it| it.value().contains('\n')).map(|it| yaml::parse(&*it.value()));
                let named: Vec<PathBuf> = inline.flat_map(|tree| named_patches(&tree)).collect();
                self.unused.extend(named);
            }
            "generators" | "validators" | "configurations" | "crds" => self.own.extend(value.items().filter_map(path)),
            "openapi" => self.own.extend(field(Some(value), "path").and_then(path)),
            "helmCharts" => {
                let charts = value.items().flat_map(|it| fields(Some(it)));
                self.own.extend(charts.filter(|(key, _)| key == "valuesFile").filter_map(|(_, value)| path(value)));
            }
            "helmChartInflationGenerator" => self.own.extend(value.items().filter_map(|it| field(Some(it), "values").and_then(path))),
            "vars" => self.has_variables = value.items().next().is_some(),
            "labels" => self.labels(value),
            "commonLabels" if value.entries().next().is_some() => self.layers.set(["labels", "selector", "matchLabels"]),
            "namePrefix" | "nameSuffix" if !value.value().is_empty() => self.layers.set(["metadata.name"]),
            "namespace" if !value.value().is_empty() => self.layers.set_namespace(),
            "images" if value.items().any(|it| field(Some(it), "newName").is_some()) => self.layers.set(["image"]),
            "replicas" if value.items().next().is_some() => self.layers.set(["spec.replicas"]),
            "replacements" => {
                self.replacements.extend(value.items().filter_map(|it| field(Some(it), "path").and_then(path)));
                value.items().for_each(|it| self.replacement(it));
            }
            _ => {}
        }
        if ["transformers", "configurations"].contains(&key) && value.items().next().is_some() {
            self.layers.complete(None);
        }
    }

    fn patch(&mut self, item: Node<'_>) {
        let target = target(item);
        match (&target, field(Some(item), "patch")) {
            (Some(target), _) => self.layers.complete(target.kind.as_deref()),
            (None, Some(text)) => self.complete_kinds(&text.value()),
            (None, None) => {}
        }
        self.patches.extend(field(Some(item), "path").and_then(path).map(|path| Patch { path, target }));
    }

    fn complete_kinds(&mut self, patch: &str) {
        kinds(patch).into_iter().for_each(|kind| self.layers.complete(kind.as_deref()));
    }

    fn labels(&mut self, value: Node<'_>) {
        for item in value.items() {
            let is = |key| field(Some(item), key).is_some_and(|it| it.value() == "true");
            if is("includeSelectors") || is("includeTemplates") || field(Some(item), "fields").is_some() {
                self.layers.set(["labels", "selector", "matchLabels"]);
            }
        }
    }

    fn replacement(&mut self, node: Node<'_>) {
        for target in field(Some(node), "targets").into_iter().flat_map(|it| it.items().collect::<Vec<_>>()) {
            match field(Some(target), "fieldPaths") {
                Some(paths) => paths.items().for_each(|path| self.layers.set([&*bare(&path.value())])),
                None => self.layers.set(["metadata.name"]),
            }
            if field(field(Some(target), "options"), "create").is_some_and(|it| it.value() == "true") {
                self.layers.complete(None);
            }
        }
    }
}

/// `spec.template.spec.containers.[name=a].env.0.value` without what chooses among items.
fn bare(path: &str) -> String {
    let mut bare = String::new();
    let mut depth = 0;
    for char in path.chars() {
        match char {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ if depth > 0 => {}
            _ => bare.push(char),
        }
    }
    let is_name = |part: &&str| !part.is_empty() && *part != "*" && part.parse::<u32>().is_err();
    bare.split('.').filter(is_name).collect::<Vec<_>>().join(".")
}

/// The objects that an item of `patches` is for.
fn target(item: Node<'_>) -> Option<Target> {
    let target = field(Some(item), "target").filter(|it| it.entries().next().is_some())?;
    // The kind is a regular expression.
    let is_name = |kind: &str| !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Some(Target { kind: field(Some(target), "kind").map(|kind| kind.value().into_owned()).filter(|kind| is_name(kind)) })
}

/// The kinds of objects that a strategic merge patch is for; `None` for one that does not say it.
pub fn kinds(patch: &str) -> Vec<Option<String>> {
    let parts = yaml::split(patch).into_iter().map(|part| yaml::parse(&patch[part.span()]));
    let kind = |tree: Tree| tree.root().map(|root| field(Some(root), "kind").map(|kind| kind.value().into_owned()));
    parts.filter_map(kind).collect()
}

/// Whether a file has the name of a patch: `manager_patch.yaml`, `patches/manager.yaml`.
pub fn has_name_of_patch(path: &Path) -> bool {
    let words = |name: Option<&OsStr>| -> Vec<String> {
        name.and_then(OsStr::to_str).unwrap_or_default().split(['_', '-', '.']).map(str::to_owned).collect()
    };
    words(path.file_stem()).iter().any(|word| word == "patch")
        || words(path.parent().and_then(Path::file_name)).iter().any(|word| ["patch", "patches"].contains(&&**word))
}

/// The patch that a comment would list: `#- path: patch.yaml`, or `#- manager_patch.yaml`.
fn commented_patch(comment: &str) -> Option<PathBuf> {
    let item = comment.split_once("- ")?.1.trim();
    let path = item.strip_prefix("path:").map(str::trim);
    let path = path.or_else(|| Some(item).filter(|it| it.contains("patch") && !it.contains([' ', ':'])))?;
    (path.ends_with(".yaml") || path.ends_with(".yml")).then(|| PathBuf::from(path))
}

fn fields<'t>(node: Option<Node<'t>>) -> Vec<(String, Node<'t>)> {
    let entries = node.and_then(Node::resolved).into_iter().flat_map(Node::entries);
    entries.filter_map(|entry| Some((entry.key.value().into_owned(), entry.value.resolved()?))).collect()
}

fn field<'t>(node: Option<Node<'t>>, name: &str) -> Option<Node<'t>> {
    node.and_then(Node::resolved)?.entries().find(|entry| entry.key.value() == name)?.value.resolved()
}

/// A path on this machine; not the text of a patch, and not an address.
fn path(node: Node<'_>) -> Option<PathBuf> {
    let text = node.resolved()?.value();
    (!text.is_empty() && !text.contains(['\n', ':', '?', '{'])).then(|| PathBuf::from(&*text))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{read, read_replacements, read_transformers};
    use crate::rules::Completeness::{Completed, Whole};

    #[test]
    fn lists_the_patches() {
        for (text, expected) in [
            ("patches:\n- path: a.yaml\n  target: {kind: Pod}\n- patch: |\n    x: 1\n- path: b.yaml\n", "a.yaml! b.yaml"),
            ("patchesStrategicMerge:\n- ../b.yaml\n- |\n  kind: Pod\n  x: 1\n", "../b.yaml"),
            ("# ours\n---\npatches:\n- path: a.yaml\n", "a.yaml"),
            ("---\r\npatches:\r\n- path: a.yaml\r\n", "a.yaml"),
            ("patchesJson6902:\n- path: c.json\nresources: [d.yaml]\n", ""),
            ("patches:\n#ON - path: e.yaml\n# - manager_patch.yaml\n# - see the patch.yaml\n", "(e.yaml) (manager_patch.yaml)"),
            ("transformers:\n- |-\n  kind: PatchTransformer\n  path: f.yaml\n- t.yaml\n", "(f.yaml)"),
            ("patches:\n- path: a.yaml\n  pa", "a.yaml"),
            ("resources: [d.yaml]\n", ""),
            ("", ""),
            ("[", ""),
        ] {
            let read = read(text);
            let listed = read.patches.iter().map(|it| format!("{}{}", it.path.display(), if it.target.is_some() { "!" } else { "" }));
            let unused = read.unused.iter().map(|it| format!("({})", it.display()));
            assert_eq!(listed.chain(unused).collect::<Vec<_>>().join(" "), expected, "{text}");
        }
        assert_eq!(read_transformers("path: a.yaml\n---\npaths: [b.yaml]\n"), [PathBuf::from("a.yaml"), PathBuf::from("b.yaml")]);
    }

    #[test]
    fn says_what_it_does() {
        for (text, completeness, set) in [
            ("patches: [{patch: x, target: {kind: Pod}}]", Completed, ""),
            ("patches: [{patch: x, target: {kind: Service}}]", Whole, ""),
            ("patches: [{patch: x, target: {kind: Pod|Job}}]", Completed, ""),
            ("patches: [{patch: x, target: {name: a}}]", Completed, ""),
            ("patches: [{patch: '{kind: Pod}'}, {patch: '{kind: Job}'}]", Completed, ""),
            ("patches: [{patch: '{kind: Job}'}]", Whole, ""),
            ("patchesStrategicMerge: [\"kind: Service\\n---\\nkind: Pod\\n\"]", Completed, ""),
            ("patchesJson6902: [{target: {kind: Pod}, path: a.yaml}]", Completed, ""),
            ("patches: []\npatchesStrategicMerge:\n", Whole, ""),
            ("transformers: [a]", Completed, ""),
            ("labels: [{pairs: {a: b}, includeSelectors: true}]", Whole, "spec.selector.matchLabels[a]"),
            ("labels: [{pairs: {a: b}, includeTemplates: true}]", Whole, "spec.template.metadata.labels"),
            ("commonLabels: {a: b}", Whole, "spec.selector"),
            ("namePrefix: a-", Whole, "metadata.name"),
            ("images: [{name: a, newName: b}]", Whole, "spec.containers[0].image"),
            ("replicas: [{name: a, count: 1}]", Whole, "spec.replicas"),
            (
                "replacements: [{targets: [{fieldPaths: ['spec.containers.[name=a.b].env.0.value'], options: {create: true}}]}]",
                Completed,
                "spec.containers[0].env[0].value",
            ),
        ] {
            let read = read(text);
            assert_eq!(read.layers.completeness(Some("Pod")), completeness, "{text}");
            assert!(set.is_empty() || read.layers.sets(set), "{text}");
        }
        for text in
            ["labels: [{pairs: {a: b}}]", "images: [{name: a, newTag: b}]", "commonLabels: {}", "namespace: a", "commonAnnotations: {a: b}"]
        {
            assert!(read(text).layers.changes_nothing(), "{text}");
        }
        assert!(read("namespace: a").layers.sets_namespace());
        for text in ["targets: [{fieldPaths: [spec.x]}]", "- targets: [{fieldPaths: [spec.x]}]"] {
            assert!(read_replacements(text).sets("spec.x"), "{text}");
        }
    }
}
