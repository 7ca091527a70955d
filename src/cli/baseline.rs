//! Findings that are known: a check with a baseline reports only what is new.
//!
//! A finding is known again by its rule, its object and its field, so that lines may move and a file may be renamed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::text::plural;

use super::format::{Finding, slashes};
use super::read;

/// What later versions of podls may write otherwise.
const VERSION: u32 = 1;

/// The options about a baseline.
#[derive(Debug, clap::Args)]
pub struct BaselineArguments {
    /// Write all findings to FILE as known, and report none: later checks with `--baseline FILE` report only new ones.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
    /// Report only findings that are not in FILE, which `--write-baseline` wrote.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// How a check treats its findings.
#[derive(Debug, Default)]
pub enum Baseline {
    /// It reports all of them.
    #[default]
    None,
    /// It does not report these.
    Known(BTreeMap<Key, usize>),
    /// It keeps them for a file.
    Recorded(PathBuf, Mutex<BTreeMap<Key, usize>>),
}

/// By what a finding is known again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    code: String,
    /// `Deployment prod/web`, or the file where an object has no name of its own.
    object: String,
    field: String,
}

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    key: Key,
    /// How often it is found in a file.
    count: usize,
}

impl Baseline {
    /// What the options ask for.
    pub fn new(arguments: &BaselineArguments) -> Result<Self, String> {
        match (&arguments.baseline, &arguments.write_baseline) {
            (Some(path), _) => Ok(Baseline::Known(known(path)?)),
            (None, Some(path)) => Ok(Baseline::Recorded(path.clone(), Mutex::default())),
            (None, None) => Ok(Baseline::None),
        }
    }

    /// Keeps the findings of a file that are to be reported.
    pub fn filter(&self, path: &str, findings: &mut Vec<Finding>) {
        let mut seen = BTreeMap::new();
        match self {
            Baseline::None => {}
            Baseline::Known(known) => findings.retain(|finding| {
                let key = Key::of(path, finding);
                let Some(expected) = known.get(&key) else { return true };
                let count = seen.entry(key).or_insert(0);
                *count += 1;
                *count > *expected
            }),
            Baseline::Recorded(_, all) => {
                findings.drain(..).for_each(|finding| *seen.entry(Key::of(path, &finding)).or_insert(0) += 1);
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                for (key, count) in seen {
                    let most = all.entry(key).or_insert(0);
                    *most = count.max(*most);
                }
            }
        }
    }

    /// Writes the baseline if that was asked for, and says so.
    pub fn write(&self) -> Result<Option<String>, String> {
        let Baseline::Recorded(path, all) = self else { return Ok(None) };
        let all = std::mem::take(&mut *all.lock().unwrap_or_else(PoisonError::into_inner));
        let (count, text) = (all.len(), text(all).map_err(|error| error.to_string())?);
        fs::write(path, text).map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
        let findings = plural(count, "finding");
        Ok(Some(format!("{} has {findings} now; `--baseline {}` reports only others", path.display(), path.display())))
    }
}

impl Key {
    fn of(path: &str, finding: &Finding) -> Key {
        // A name that is filled in later is the name of many.
        let has_name = |name: &str| !name.is_empty() && !name.contains(['{', '$', '<']);
        let named = finding.object.as_ref().filter(|it| has_name(&it.name));
        let namespace = named.and_then(|it| it.namespace.as_deref()).map_or(String::new(), |it| format!("{it}/"));
        Key {
            code: finding.diagnostic.code.into(),
            object: named.map_or_else(|| slashes(path), |it| format!("{} {namespace}{}", it.kind, it.name)),
            field: finding.diagnostic.field.clone(),
        }
    }
}

/// Reads a baseline.
fn known(path: &Path) -> Result<BTreeMap<Key, usize>, String> {
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("{} does not exist; write it with `--write-baseline {}`", path.display(), path.display()),
        _ => read::why(path, &error),
    })?;
    let file: File = serde_json::from_str(&text)
        .map_err(|error| format!("{} is not a baseline of podls: {error}; write it with `--write-baseline`", path.display()))?;
    if file.version != VERSION {
        return Err(format!("{} has version {}, expected {VERSION}; write it again with `--write-baseline`", path.display(), file.version));
    }
    Ok(file.findings.into_iter().map(|entry| (entry.key, entry.count)).collect())
}

/// A baseline with a line for each finding, so that changes of it are easy to review.
fn text(all: BTreeMap<Key, usize>) -> serde_json::Result<String> {
    let entries = all.into_iter().map(|(key, count)| serde_json::to_string(&Entry { key, count }));
    let entries = entries.collect::<serde_json::Result<Vec<_>>>()?;
    Ok(format!("{{\"version\":{VERSION},\"findings\":[\n{}\n]}}\n", entries.join(",\n")))
}
