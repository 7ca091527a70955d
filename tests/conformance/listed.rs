//! The list of known disagreements in `README.md`: its blocks of ```` ```disagreements ````, one line each: the word for the promise, the
//! case, the releases.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use podls::schema::Release;

use super::judge::Promise;

/// A promise that is not kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disagreement {
    pub promise: Promise,
    pub case: String,
    pub release: Release,
}

/// All that a file lists.
pub fn read(path: &Path) -> BTreeSet<Disagreement> {
    let text = fs::read_to_string(path).expect("the list");
    let mut all = BTreeSet::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```disagreements";
        } else if inside {
            let mut words = line.split_whitespace();
            let word = words.next().expect(line);
            let (_, promise) = *Promise::ALL.iter().find(|it| it.0 == word).unwrap_or_else(|| panic!("{word}: no such promise"));
            let case = words.next().expect(line);
            for release in words {
                let release = release.parse().unwrap_or_else(|_| panic!("{release}: no such release"));
                let is_new = all.insert(Disagreement { promise, case: case.to_owned(), release });
                assert!(is_new, "listed twice: {line}");
            }
        }
    }
    all
}

/// Takes out of the list what is none any more.
pub fn forget_settled(path: &Path, found: &BTreeSet<Disagreement>) {
    let text = fs::read_to_string(path).expect("the list");
    let mut out = String::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```disagreements";
        }
        let mut words: Vec<&str> = line.split_whitespace().collect();
        if !inside || words.len() < 3 {
            out += line;
        } else {
            let (word, case) = (words[0], words[1].to_owned());
            let promise = Promise::ALL.iter().find(|it| it.0 == word).map(|it| it.1);
            let is_found = |release: &str| {
                let (Some(promise), Ok(release)) = (promise, release.parse()) else { return true };
                found.contains(&Disagreement { promise, case: case.clone(), release })
            };
            words = words.iter().enumerate().filter(|(index, it)| *index < 2 || is_found(it)).map(|it| *it.1).collect();
            if words.len() == 2 {
                continue;
            }
            out += &words.join(" ");
        }
        out.push('\n');
    }
    fs::write(path, out).expect("the list can be written");
}

/// The same lines.
pub fn print(all: &[&Disagreement]) -> String {
    let mut lines: BTreeMap<(Promise, &str), Vec<&str>> = BTreeMap::new();
    for it in all {
        lines.entry((it.promise, &it.case)).or_default().push(it.release.name());
    }
    lines.iter().map(|((promise, case), releases)| format!("{} {case} {}\n", word(*promise), releases.join(" "))).collect()
}

/// The word for a promise that is broken.
pub fn word(promise: Promise) -> &'static str {
    Promise::ALL.iter().find(|it| it.1 == promise).map_or("", |it| it.0)
}
