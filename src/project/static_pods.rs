//! Which files a kubelet reads by itself.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use super::read;
use crate::pod::refs::across::at;
use crate::rules::{StaticFile, StaticPod};
use crate::yaml;

/// The folders whose files kubelets read by convention. A folder that is merely called `manifests` is not one.
const FOLDERS: [&str; 2] = ["etc/kubernetes/manifests", "kubelet.d"];

/// Whether a file is directly in such a folder.
pub fn is_in_folder(path: &Path) -> bool {
    path.parent().is_some_and(|folder| FOLDERS.iter().any(|it| folder.ends_with(it)))
}

/// Whether a kubelet reads a file of a folder although its name is that of a copy.
pub fn is_copy(folder: &Path, name: &OsStr) -> bool {
    name.to_str().is_some_and(has_copy_name) && is_in_folder(&folder.join(name))
}

/// A file of a folder, with the namespace and name of the Pod that the kubelet makes of it.
#[derive(Debug)]
pub struct Source {
    file: String,
    namespace: String,
    name: String,
}

/// In a folder with more files nothing is said of copies.
const MOST_FILES: usize = 200;

const TEMPLATES: [&str; 10] = [".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".gotmpl", ".erb", ".epp", ".in"];

/// The Pods of the files of a folder.
pub fn sources(folder: &Path) -> Vec<Source> {
    let mut files = vec![];
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(file) = entry.file_name().into_string() else { continue };
        // A template is for another place.
        if !file.starts_with('.') && !TEMPLATES.iter().any(|it| file.ends_with(it)) && entry.path().is_file() {
            files.push(file);
        }
        if files.len() > MOST_FILES {
            return vec![];
        }
    }
    files.into_iter().filter_map(|file| source(folder, file)).collect()
}

fn source(folder: &Path, file: String) -> Option<Source> {
    let text = read(&folder.join(&file)).ok()?;
    // An empty document before the first `---` counts only where it is written.
    let part = yaml::split(&text).into_iter().map(|part| &text[part.span()]).find(|part| yaml::parse(*part).root().is_some())?;
    let tree = yaml::parse(part);
    let value = |path| Some(at(tree.root()?, path)?.resolved()?.value().into_owned()).filter(|it: &String| !it.is_empty());
    let is_pod = value("kind")? == "Pod" && value("apiVersion")? == "v1";
    let namespace = value("metadata.namespace").unwrap_or_else(|| "default".to_owned());
    Some(Source { file, namespace, name: value("metadata.name")? }).filter(|_| is_pod)
}

/// What is around a file, where the folder has these Pods. In a folder of a repository that has the files of several nodes, only copies
/// count.
pub fn around(path: &Path, sources: &[Source]) -> StaticFile {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let is_of_kubelet = is_in_folder(path);
    let beside = sources.iter().filter(|it| it.file != file).map(|it| StaticPod {
        file: it.file.clone(),
        namespace: it.namespace.clone(),
        name: it.name.clone(),
        is_later: *it.file > *file,
        is_copy: is_copy_of(&file, &it.file) || is_copy_of(&it.file, &file),
    });
    StaticFile {
        is_hidden: file.starts_with('.'),
        is_copy: has_copy_name(&file) || sources.iter().any(|it| is_copy_of(&file, &it.file)),
        beside: beside.filter(|it| is_of_kubelet || it.is_copy).collect(),
    }
}

const ENDINGS: [&str; 3] = [".yaml", ".yml", ".json"];
/// What people and tools write after the name of a file, or before its ending, when they keep another version of it.
const WORDS: [&str; 20] = [
    "bak",
    "backup",
    "bkp",
    "old",
    "orig",
    "original",
    "save",
    "saved",
    "copy",
    "prev",
    "previous",
    "disabled",
    "off",
    "rpmsave",
    "rpmnew",
    "rpmorig",
    "dpkg-old",
    "dpkg-dist",
    "dpkg-new",
    "dpkg-bak",
];

/// Whether a file is a copy of a manifest, or one put aside, by its name alone: `web.yaml.bak`, `web.yaml~`, `#web.yaml#`,
/// `web.yaml.20240131`.
fn has_copy_name(file: &str) -> bool {
    original(file).is_some()
}

/// The name of which it is a copy.
fn original(file: &str) -> Option<&str> {
    if let Some(inner) = file.strip_prefix('#').and_then(|it| it.strip_suffix('#')) {
        return Some(inner).filter(|it| ENDINGS.iter().any(|ending| it.ends_with(ending)));
    }
    let end = ENDINGS.iter().filter_map(|ending| Some(file.find(ending)? + ending.len())).min()?;
    let (original, rest) = file.split_at(end);
    (rest == "~" || is_mark(rest)).then_some(original)
}

/// Whether it is `.bak`, `-old`, ` (copy)`, `_2024-01-31` …
fn is_mark(rest: &str) -> bool {
    let Some(word) = rest.strip_prefix(['.', '-', '_', ' ']).map(|it| it.trim_matches(['~', '(', ')'])) else { return false };
    let stem = word.trim_end_matches(|it: char| it.is_ascii_digit() || matches!(it, '-' | '_' | '.'));
    if stem.is_empty() { !word.is_empty() } else { WORDS.iter().any(|it| it.eq_ignore_ascii_case(stem)) }
}

/// Whether one file is a copy of the other by its name: also `web-old.yaml` of `web.yaml`.
fn is_copy_of(copy: &str, of: &str) -> bool {
    let between = || {
        let (stem, ending) = of.rsplit_once('.')?;
        copy.strip_prefix(stem)?.strip_suffix(ending)?.strip_suffix('.')
    };
    // A number may be the number of an instance.
    let is_word = |rest: &str| is_mark(rest) && rest.chars().any(char::is_alphabetic);
    original(copy) == Some(of) || between().is_some_and(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_copies() {
        for copy in [
            "web.yaml.bak",
            "web.yaml~",
            "#web.yaml#",
            "web.yaml.old",
            "web.yaml.bak2",
            "web.yml.disabled",
            "web.yaml.2024-01-31",
            "a.json.orig",
            "web.yaml_backup",
            "web.yaml.rpmsave",
        ] {
            assert!(has_copy_name(copy), "{copy}");
        }
        for other in [
            "web.yaml",
            "web.yaml.j2",
            "web.yaml.tmpl",
            "README.md",
            "web",
            "web.yaml.sops",
            "web-old.yaml",
            "old.yaml",
            "web.yaml.bakery",
            "a.yaml.d",
        ] {
            assert!(!has_copy_name(other), "{other}");
        }
        for (copy, of, expected) in [
            ("web-old.yaml", "web.yaml", true),
            ("web.bak.yaml", "web.yaml", true),
            ("web (copy).yaml", "web.yaml", true),
            ("web.yaml.bak", "web.yaml", true),
            ("web-2.yaml", "web.yaml", false),
            ("web-old.yaml", "db.yaml", false),
            ("web-older.yaml", "web.yaml", false),
            ("web.yaml", "web-old.yaml", false),
            ("web.yaml", "web.yaml", false),
        ] {
            assert_eq!(is_copy_of(copy, of), expected, "{copy} of {of}");
        }
    }

    #[test]
    fn folders() {
        for (path, expected) in [
            ("/etc/kubernetes/manifests/web.yaml", true),
            ("roles/node/files/etc/kubernetes/manifests/web.yaml", true),
            ("/srv/kubelet.d/web", true),
            ("/etc/kubernetes/manifests/old/web.yaml", false),
            ("/work/manifests/web.yaml", false),
            ("/work/kubernetes/manifests/web.yaml", false),
        ] {
            assert_eq!(is_in_folder(Path::new(path)), expected, "{path}");
        }
    }
}
