//! The recorded cases: manifests with what the API servers answered. `record.py` writes them and says what each member means.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use serde::Deserialize;

/// A manifest of our own with one edit, and the answers to it.
#[derive(Debug, Deserialize)]
pub struct Case {
    pub id: String,
    /// The kind of edit: `key/typo`; `base` where there is none.
    pub op: String,
    pub base: String,
    /// From where to where the base is replaced, and by what.
    edit: (usize, usize, String),
    /// The edited field as the server prints it; empty where the edit is of the text itself.
    pub path: String,
    expect: Answer,
    #[serde(default)]
    differs: BTreeMap<String, Answer>,
}

/// What the API server of one release answers to `create`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    pub accepted: bool,
    pub errors: Vec<Problem>,
    pub then: Vec<Problem>,
    pub warnings: Vec<String>,
    /// Where one of its errors may begin; empty where that is open.
    pub lines: Vec<usize>,
}

/// One reason why it refuses.
#[derive(Debug, Deserialize)]
pub struct Problem {
    pub class: String,
    pub field: String,
    pub message: String,
}

impl Case {
    /// The manifest.
    pub fn text(&self, bases: &BTreeMap<String, String>) -> String {
        let (from, to, with) = &self.edit;
        let mut text = bases[&self.base].clone();
        text.replace_range(from..to, with);
        text
    }

    /// Whether the server of a release says something else than the newest one.
    pub fn differs_on(&self, release: &str) -> bool {
        self.differs.contains_key(release)
    }

    /// What the server of a release says of it.
    pub fn answer(&self, release: &str) -> &Answer {
        self.differs.get(release).unwrap_or(&self.expect)
    }
}

impl Answer {
    /// The fields that the server names, of what it refuses and of what it would refuse next.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.errors.iter().chain(&self.then).map(|it| it.field.as_str()).filter(|it| !it.is_empty())
    }

    /// Whether one of its reasons is of that class.
    pub fn is(&self, class: &str) -> bool {
        self.errors.iter().any(|it| it.class == class)
    }
}

/// The manifests that the cases are made from, by file name.
pub fn bases(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).expect("the folder of the bases").map(|it| it.expect("a file").path());
    files.map(|it| (it.file_name().expect("a name").to_string_lossy().into_owned(), fs::read_to_string(&it).expect("a base"))).collect()
}

#[derive(Deserialize)]
struct Head {
    releases: Vec<String>,
}

/// Reads `.ndjson` or `.ndjson.gz`: the recorded releases, and the cases.
pub fn read(path: &Path) -> (Vec<String>, Vec<Case>) {
    let packed = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = String::new();
    match path.extension().is_some_and(|it| it == "gz") {
        true => drop(GzDecoder::new(&packed[..]).read_to_string(&mut text).expect("gzip")),
        false => text = String::from_utf8(packed).expect("UTF-8"),
    }
    let (head, cases) = text.split_once('\n').expect("a first line");
    let head: Head = serde_json::from_str(head).expect("the releases");
    (head.releases, cases.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect())
}
