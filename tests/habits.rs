//! Counts which field follows which in real manifests, and keeps `src/ide/completion/habits.txt` current.
//!
//! What is kept are names of fields and how often one follows the other, counted in the 282 manifests with containers of
//! kubernetes/examples at 279e8e4f and of the test data of zegl/kube-score at 06dedc9. Any folder of manifests can be counted:
//! `UPDATE=1 PODLS_CORPUS=FOLDER cargo test --test habits -- --ignored` writes the file again; without `UPDATE` it is compared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use podls::pod::{Model, State, Step, Value};
use podls::schema::{Field, Release, Shape, facts};
use podls::yaml;

const FILE: &str = "src/ide/completion/habits.txt";

/// What the files of one folder repeat is one author's habit.
const MOST_PER_FOLDER: u32 = 3;

/// Place of a struct and the field before (`^`: none), to the fields that came next (`$`: none) and how often.
type Counts = BTreeMap<(String, String), BTreeMap<String, u32>>;

#[test]
#[ignore = "needs the counted manifests: PODLS_CORPUS=FOLDER"]
fn habits_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = env::var_os("PODLS_CORPUS").expect("PODLS_CORPUS names a folder of manifests");
    let mut files = vec![];
    collect(Path::new(&folder), &mut files);
    assert!(!files.is_empty(), "no manifest in {}", folder.display());
    let mut counts = Counts::new();
    files.sort();
    for folder in files.chunk_by(|a, b| a.parent() == b.parent()) {
        let mut of_folder = Counts::new();
        for text in folder.iter().filter_map(|path| fs::read_to_string(path).ok()) {
            for part in yaml::split(&text) {
                let model = Model::new(yaml::parse(&text[part.span()]), Release::default());
                if model.values().all(is_complete) {
                    count(&model, &mut of_folder);
                }
            }
        }
        for (place, row) in of_folder {
            let sum = counts.entry(place).or_default();
            row.into_iter().for_each(|(name, count)| *sum.entry(name).or_default() += count.min(MOST_PER_FOLDER));
        }
    }
    let now = print(&counts);
    if env::var_os("UPDATE").is_some() {
        fs::write(root.join(FILE), now).expect("the file can be written");
    } else {
        let before = fs::read_to_string(root.join(FILE)).expect("the file is there");
        assert!(before == now, "{FILE} is outdated; UPDATE=1 writes it again");
    }
}

/// All YAML files below a folder.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "yaml" || it == "yml") {
            files.push(path);
        }
    }
}

/// Whether a struct has the fields that the server requires: many files of the corpus are bad on purpose, and no example to follow.
fn is_complete(value: Value<'_>) -> bool {
    let is_required = |field: &Field| field.required || value.holder().map_or(facts::of(field), |it| facts::within(it, field)).required;
    value.ty().filter(|_| value.is_sound()).is_none_or(|ty| ty.fields.iter().all(|it| !is_required(it) || value.get(it.name).is_some()))
}

/// Counts the pairs of neighbours in every struct of a document.
fn count(model: &Model, counts: &mut Counts) {
    for value in model.values().filter(|it| matches!(it.shape(), Shape::Object(_)) && it.state() == State::Sound) {
        let place = place(value);
        let fields: Vec<_> = value.children().filter_map(|child| child.field()).map(|field| field.name).collect();
        for (before, after) in ["^"].iter().chain(&fields).zip(fields.iter().chain(&["$"])) {
            let row = counts.entry((place.clone(), (*before).to_owned())).or_default();
            *row.entry((*after).to_owned()).or_default() += 1;
        }
    }
}

/// `Pod` for a whole object, else the struct and field that hold it: `PodSpec.containers`.
fn place(value: Value<'_>) -> String {
    let holder = std::iter::once(value).chain(value.ancestors()).find(|it| it.field().is_some());
    match holder.and_then(|it| Some((it.parent()?.ty()?, it.field()?))) {
        Some((ty, field)) if !matches!(value.step(), Step::Object) => format!("{}.{}", ty.name, field.name),
        _ => value.ty().map_or_else(String::new, |ty| ty.name.to_owned()),
    }
}

fn print(counts: &Counts) -> String {
    let mut text = String::new();
    for ((place, before), row) in counts {
        let mut row: Vec<_> = row.iter().collect();
        row.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
        let row: Vec<_> = row.iter().map(|(name, count)| format!("{name}={count}")).collect();
        text.push_str(&format!("{place} {before} {}\n", row.join(" ")));
    }
    text
}
