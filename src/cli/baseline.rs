//! Recorded findings: a check with a baseline reports only new ones.
//!
//! Findings are matched by file, rule, object and field, so lines may move and containers may be added before. In a file that the
//! baseline doesn't have, a finding is known if it was in a file that is gone: files may be renamed.

use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::project::absolute;
use crate::text::plural;

use super::finding::{Finding, ObjectName};
use super::read;

/// What other versions of podls write otherwise.
const VERSION: u32 = 2;

/// The options about a baseline.
#[derive(Debug, clap::Args)]
pub struct BaselineArguments {
    /// Record all current findings in FILE, and report none: later checks with `--baseline FILE` report only new ones.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
    /// Report and fix only findings that are not in FILE, a baseline written by `--write-baseline`.
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
    Known(Known),
    /// It keeps them for a file.
    Recorded(PathBuf, Mutex<BTreeMap<(String, Key), usize>>),
}

/// What a baseline holds.
#[derive(Debug, Default)]
pub struct Known {
    /// The folder that its paths are relative to.
    folder: PathBuf,
    /// How often each finding is in a file.
    files: HashMap<String, BTreeMap<Key, usize>>,
    /// How often each is in files that are gone; only those of objects with a name.
    moved: BTreeMap<Key, usize>,
}

/// By what a finding is recognized in its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    code: String,
    /// `Deployment prod/web`; empty where an object has no name of its own.
    object: String,
    field: String,
}

/// How findings compare with a baseline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// So many are known.
    pub known: usize,
    /// So many of the baseline are no longer found.
    pub gone: usize,
}

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    /// Relative to the folder of the baseline.
    file: String,
    #[serde(flatten)]
    key: Key,
    count: usize,
}

impl Baseline {
    /// What the options ask for.
    pub fn new(arguments: &BaselineArguments) -> Result<Self, String> {
        match (&arguments.baseline, &arguments.write_baseline) {
            (Some(path), _) => Ok(Baseline::Known(Known::read(path)?)),
            (None, Some(path)) => Ok(Baseline::Recorded(path.clone(), Mutex::default())),
            (None, None) => Ok(Baseline::None),
        }
    }

    /// Whether findings are kept for a file, and none is reported.
    pub fn is_recorded(&self) -> bool {
        matches!(self, Baseline::Recorded(..))
    }

    /// Takes the known findings of a file away.
    pub fn retain_new(&self, path: &str, findings: &mut Vec<Finding>) -> Compared {
        let Baseline::Known(known) = self else { return Compared::default() };
        let own = known.files.get(&relative(path, &known.folder));
        let expected = |key: &Key| own.and_then(|own| own.get(key)).or_else(|| known.moved.get(key)).copied().unwrap_or(0);
        let mut seen: BTreeMap<Key, usize> = BTreeMap::new();
        let before = findings.len();
        findings.retain(|finding| {
            let key = Key::of(finding);
            let most = expected(&key);
            let count = seen.entry(key).or_insert(0);
            *count += 1;
            *count > most
        });
        let is_left = |(key, count): (&Key, &usize)| count.saturating_sub(seen.get(key).copied().unwrap_or(0));
        Compared { known: before - findings.len(), gone: own.into_iter().flatten().map(is_left).sum() }
    }

    /// Keeps the findings of a file for the baseline, if one is to be written.
    pub fn record(&self, path: &str, findings: &mut Vec<Finding>) {
        let Baseline::Recorded(baseline, all) = self else { return };
        let file = relative(path, &folder_of(baseline));
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        findings.drain(..).for_each(|finding| *all.entry((file.clone(), Key::of(&finding))).or_insert(0) += 1);
    }

    /// Writes the baseline if that was asked for, and says so.
    pub fn write(&self) -> Result<Option<String>, String> {
        let Baseline::Recorded(path, all) = self else { return Ok(None) };
        let all = std::mem::take(&mut *all.lock().unwrap_or_else(PoisonError::into_inner));
        let (count, text) = (all.values().sum(), text(all).map_err(|error| error.to_string())?);
        fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        let findings = plural(count, "finding");
        Ok(Some(format!("wrote {findings} to {}; use `--baseline {}` to report only new ones", path.display(), path.display())))
    }
}

impl Key {
    fn of(finding: &Finding) -> Key {
        // A name that is filled in later is the name of many.
        let has_name = |it: &&ObjectName| !it.name.is_empty() && !it.name.contains(['{', '$', '<']);
        Key {
            code: finding.diagnostic.code.into(),
            object: finding.object.as_ref().filter(has_name).map(ObjectName::qualified).unwrap_or_default(),
            field: finding.named_field.clone(),
        }
    }
}

impl Known {
    fn read(path: &Path) -> Result<Known, String> {
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => format!("{} does not exist; create it with `--write-baseline {}`", path.display(), path.display()),
            _ => read::why(path, &error),
        })?;
        let version = serde_json::from_str::<serde_json::Value>(&text).ok().and_then(|it| it["version"].as_u64());
        if let Some(version) = version.filter(|it| *it != u64::from(VERSION)) {
            return Err(format!("{} has version {version}, expected {VERSION}; update it with `--write-baseline`", path.display()));
        }
        let file: File = serde_json::from_str(&text)
            .map_err(|error| format!("{} is not a baseline of podls: {error}; create it with `--write-baseline`", path.display()))?;
        Ok(Known::new(file.findings, folder_of(path)))
    }

    fn new(findings: Vec<Entry>, folder: PathBuf) -> Known {
        let mut known = Known { folder, ..Known::default() };
        for Entry { file, key, count } in findings {
            if !key.object.is_empty() && !known.folder.join(&file).exists() {
                *known.moved.entry(key.clone()).or_insert(0) += count;
            }
            *known.files.entry(file).or_default().entry(key).or_insert(0) += count;
        }
        known
    }
}

fn folder_of(baseline: &Path) -> PathBuf {
    absolute(baseline).parent().map(Path::to_owned).unwrap_or_default()
}

/// A path relative to a folder, with slashes: however a file was named, it is the same.
fn relative(path: &str, folder: &Path) -> String {
    let path = absolute(Path::new(path));
    let common = path.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    let relative: PathBuf = up.chain(path.components().skip(common)).collect();
    relative.to_string_lossy().replace('\\', "/")
}

/// A baseline with one line per finding, so that its changes are easy to review.
fn text(all: BTreeMap<(String, Key), usize>) -> serde_json::Result<String> {
    let entries = all.into_iter().map(|((file, key), count)| serde_json::to_string(&Entry { file, key, count }));
    let entries = entries.collect::<serde_json::Result<Vec<_>>>()?;
    Ok(format!("{{\"version\":{VERSION},\"findings\":[\n{}\n]}}\n", entries.join(",\n")))
}
