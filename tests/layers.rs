//! Layering: a module imports only from the modules above it in `lib.rs`, only the last ones do IO, and files do not import each other in
//! circles.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The first layer that may read files; those after it may do more.
const FIRST_WITH_IO: &str = "project";
/// What the pure layers must not know.
const IO: [&str; 10] =
    ["std::fs", "std::io", "net::Tcp", "std::env", "std::time", "std::process", "std::thread", "tokio", "tower_lsp_server", "ls_types"];
/// Entry points, which must not know each other.
const ENTRY_POINTS: [&str; 2] = ["lsp", "cli"];
/// The circles that are there, by a file of each, with the reason.
const CIRCLES: [(&str, &str); 2] = [
    ("yaml::parser", "one large struct, `Parser`, with its methods in many files"),
    ("pod::model", "the decoder fills the model in place, with the views that read it"),
];

#[test]
fn imports_go_up() {
    let layers = layers();
    let rank = |layer: &str| layers.iter().position(|it| it == layer);
    let mut wrong = vec![];
    for module in modules().values() {
        let layer = &module.path[0];
        let own = rank(layer).unwrap_or_else(|| panic!("{layer} is not a layer of lib.rs"));
        for other in module.uses.iter().filter(|path| path.len() > 1 && path[0] == "crate").map(|path| &path[1]) {
            let beside = ENTRY_POINTS.contains(&layer.as_str()) && ENTRY_POINTS.contains(&other.as_str()) && other != layer;
            if rank(other).is_some_and(|other| other > own) || beside {
                wrong.push(format!("{} imports `{other}`", module.path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "imports against the order of lib.rs:\n{}", wrong.join("\n"));
}

#[test]
fn the_core_is_pure() {
    let layers = layers();
    let pure = layers.iter().take_while(|layer| *layer != FIRST_WITH_IO).cloned().collect::<Vec<_>>();
    assert!(pure.len() < layers.len(), "lib.rs has no layer `{FIRST_WITH_IO}`");
    let mut wrong = vec![];
    for module in modules().values().filter(|module| pure.contains(&module.path[0])) {
        for path in &module.uses {
            let path = path.join("::");
            if let Some(io) = IO.into_iter().find(|io| path.contains(io)) {
                wrong.push(format!("{}: {io}", module.path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "IO in layers that must be pure:\n{}", wrong.join("\n"));
}

#[test]
fn files_import_each_other_in_no_circle() {
    let modules = modules();
    let imports: BTreeMap<String, BTreeSet<String>> =
        modules.iter().map(|(name, module)| (name.clone(), module.imports(&modules))).collect();
    let mut circles = circles(&imports);
    circles.retain(|circle| !CIRCLES.iter().any(|(file, _)| circle.contains(*file)));
    let shown = circles.iter().map(|circle| {
        let edges = circle.iter().map(|file| {
            let within: Vec<_> = imports[file].intersection(circle).map(String::as_str).collect();
            format!("  {file} imports {}", within.join(", "))
        });
        edges.collect::<Vec<_>>().join("\n")
    });
    assert!(circles.is_empty(), "{} circles:\n{}", circles.len(), shown.collect::<Vec<_>>().join("\n\n"));
}

#[test]
fn reads_imports() {
    let text = "use crate::{\n    text::Edit,\n    yaml::{self, Tree},\n};\npub use super::names::Name as Other;\n\
        fn f() -> crate::pod::Model { super::g(\"crate::no\") }\n#[cfg(test)]\nmod tests { use crate::lsp; }\n";
    let module = Module::new(vec!["rules".into(), "a".into()], text);
    let uses: Vec<String> = module.uses.iter().map(|path| path.join("::")).collect();
    assert_eq!(uses, ["crate::text::Edit", "crate::yaml", "crate::yaml::Tree", "crate::pod::Model", "super::g"]);
    assert_eq!(module.exports["Other"].join("::"), "super::names::Name");
}

/// The layers in the order of lib.rs.
fn layers() -> Vec<String> {
    let lib = fs::read_to_string(root().join("lib.rs")).expect("src/lib.rs");
    lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(str::to_owned).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// A source file with the paths that it names, without tests.
struct Module {
    /// `pod`, `names` for `src/pod/names.rs`.
    path: Vec<String>,
    uses: Vec<Vec<String>>,
    /// What it passes on, by name: `pub use`.
    exports: HashMap<String, Vec<String>>,
}

/// All files of the layers, by their names: `pod::names`.
fn modules() -> BTreeMap<String, Module> {
    let mut folders = vec![root()];
    let mut modules = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let file = entry.expect("an entry").path();
            if file.is_dir() {
                folders.push(file);
                continue;
            }
            let relative = file.strip_prefix(root()).expect("below src").with_extension("");
            let path: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            let is_code = file.extension().is_some_and(|it| it == "rs") && !path.iter().any(|part| part == "tests");
            if is_code && !["lib", "main", "fixture"].contains(&path[0].as_str()) {
                let text = fs::read_to_string(&file).expect("a source file");
                modules.insert(path.join("::"), Module::new(path, &text));
            }
        }
    }
    modules
}

impl Module {
    fn new(path: Vec<String>, text: &str) -> Module {
        let mut module = Module { path, uses: vec![], exports: HashMap::new() };
        module.read(text.parse().expect("Rust"));
        module
    }

    /// Takes in all paths of the tokens.
    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        let mut is_public = false;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Punct(it) if it.as_char() == '#' && is_for_tests(tokens.get(at)) => {
                    let is_end = |it: &TokenTree| matches!(it, TokenTree::Punct(it) if it.as_char() == ';') || braces(it).is_some();
                    at += tokens[at..].iter().position(is_end).map_or(tokens.len(), |end| end + 1);
                }
                TokenTree::Ident(it) if *it == "pub" => is_public = true,
                TokenTree::Ident(it) if *it == "use" && !is_capture(tokens.get(at)) => {
                    let end =
                        at + tokens[at..].iter().position(|it| matches!(it, TokenTree::Punct(it) if it.as_char() == ';')).expect("an end");
                    let mut leaves = vec![];
                    use_tree(&tokens[at..end], &[], &mut leaves);
                    match std::mem::take(&mut is_public) {
                        true => self.exports.extend(leaves),
                        false => self.uses.extend(leaves.into_iter().map(|(_, path)| path)),
                    }
                    at = end;
                }
                TokenTree::Ident(first) => {
                    is_public = false;
                    let mut path = vec![first.to_string()];
                    while let [TokenTree::Punct(a), TokenTree::Punct(b), TokenTree::Ident(next), ..] = &tokens[at..]
                        && (a.as_char(), b.as_char()) == (':', ':')
                    {
                        path.push(next.to_string());
                        at += 3;
                    }
                    if path.len() > 1 {
                        self.uses.push(path);
                    }
                }
                TokenTree::Group(group) => self.read(group.stream()),
                _ => {}
            }
        }
    }

    /// The other files that it imports from, through what they pass on. What the modules around it define belongs to it too.
    fn imports(&self, modules: &BTreeMap<String, Module>) -> BTreeSet<String> {
        let own = self.path.join("::");
        let is_around = |file: &str| own.strip_prefix(file).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
        let files = self.uses.iter().filter_map(|path| self.resolve(path, modules, 0));
        files.filter(|file| !is_around(file)).collect()
    }

    /// The file in which a path of this file is defined; `None` for what is not ours.
    fn resolve(&self, path: &[String], modules: &BTreeMap<String, Module>, depth: usize) -> Option<String> {
        let mut base = self.path.clone();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => (base, rest) = (vec![], &path[1..]),
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|it| it == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            child if modules.contains_key(&format!("{}::{child}", base.join("::"))) => {}
            _ => return None,
        }
        while let Some(next) = rest.first().filter(|next| modules.contains_key(&[&base[..], &[(*next).clone()]].concat().join("::"))) {
            base.push(next.clone());
            rest = &rest[1..];
        }
        let file = modules.get(&base.join("::"))?;
        let exported = rest.first().and_then(|name| file.exports.get(name)).filter(|_| depth < 9);
        let further = exported.and_then(|path| file.resolve(&[&path[..], &rest[1..]].concat(), modules, depth + 1));
        Some(further.unwrap_or_else(|| base.join("::")))
    }
}

/// Whether an attribute is `#[cfg(test)]`.
fn is_for_tests(attribute: Option<&TokenTree>) -> bool {
    attribute.is_some_and(|it| it.to_string().replace(' ', "").starts_with("[cfg(test)"))
}

/// Whether `use` is followed by `<`, as in `impl Iterator + use<'_>`.
fn is_capture(next: Option<&TokenTree>) -> bool {
    matches!(next, Some(TokenTree::Punct(it)) if it.as_char() == '<')
}

fn braces(token: &TokenTree) -> Option<TokenStream> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
        _ => None,
    }
}

/// The paths that a `use` names, each with the name that it has here.
fn use_tree(tokens: &[TokenTree], before: &[String], leaves: &mut Vec<(String, Vec<String>)>) {
    let is_comma = |it: &TokenTree| matches!(it, TokenTree::Punct(it) if it.as_char() == ',');
    for branch in tokens.split(is_comma).filter(|branch| !branch.is_empty()) {
        let mut path = before.to_vec();
        let mut alias = None;
        let mut words = branch.iter();
        while let Some(word) = words.next() {
            match word {
                TokenTree::Ident(it) if *it == "as" => alias = words.next().map(ToString::to_string),
                TokenTree::Ident(it) if *it == "self" && !path.is_empty() => {}
                TokenTree::Ident(it) => path.push(it.to_string()),
                _ => {
                    if let Some(inner) = braces(word) {
                        use_tree(&inner.into_iter().collect::<Vec<_>>(), &path, leaves);
                        path.clear();
                    }
                }
            }
        }
        if let Some(last) = path.last() {
            leaves.push((alias.unwrap_or_else(|| last.clone()), path));
        }
    }
}

/// The sets of files each of which reaches all others of its set.
fn circles(imports: &BTreeMap<String, BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let reached = |start: &String| {
        let mut reached = BTreeSet::new();
        let mut open = vec![start];
        while let Some(file) = open.pop() {
            open.extend(imports[file].iter().filter(|next| imports.contains_key(*next) && reached.insert((*next).clone())));
        }
        reached
    };
    let all: BTreeMap<&String, BTreeSet<String>> = imports.keys().map(|file| (file, reached(file))).collect();
    let circle = |file: &String| all[file].iter().filter(|other| all[other].contains(file)).cloned().collect::<BTreeSet<_>>();
    let circles: BTreeSet<BTreeSet<String>> = imports.keys().map(circle).filter(|circle| circle.len() > 1).collect();
    circles.into_iter().collect()
}
