//! `podls check --fix` and `--diff`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::diagnostic::{Diagnostic, Fix};
use crate::ide::{self, Fixes};
use crate::text::apply;

use super::finding::Finding;
use super::paths::{near, slashes};
use super::read::{self, Form};

/// One fix may show the next mistake. So often the file is read again at most: two fixes may undo each other.
const MOST_ROUNDS: usize = 20;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The options about fixes.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct FixArguments {
    /// Apply the safe fixes to the files and report the remaining findings; standard input is printed with its fixes.
    #[arg(long)]
    fix: bool,
    /// Print the changes that `--fix` would make as a unified diff, without writing; exits with status 1 if there are any.
    #[arg(long, conflicts_with_all = ["format", "write_baseline"])]
    diff: bool,
    /// Also apply the first fix of the other findings, which may change the meaning. Requires `--fix` or `--diff`.
    #[arg(long)]
    unsafe_fixes: bool,
}

/// What is done with fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They are only reported.
    Report,
    /// They are written.
    Write,
    /// They are printed.
    Diff,
}

impl FixArguments {
    /// What is done with fixes; the error says which options do not go together.
    pub fn mode(&self) -> Result<Mode, String> {
        match (self.fix, self.diff) {
            (_, true) => Ok(Mode::Diff),
            (true, false) => Ok(Mode::Write),
            (false, false) if self.unsafe_fixes => Err("--unsafe-fixes requires --fix or --diff".to_owned()),
            (false, false) => Ok(Mode::Report),
        }
    }

    /// The text with all fixes, and what is found in it then; `findings` are those of `text`, and `analyse` finds those of a new text.
    pub fn apply(
        &self,
        text: String,
        findings: Vec<Finding>,
        analyse: impl Fn(&str) -> Result<Vec<Finding>, String>,
    ) -> Result<Fixed, String> {
        let choose = if self.unsafe_fixes { any } else { Diagnostic::preferred };
        let mut fixed = Fixed { text, findings, counts: BTreeMap::new() };
        for _ in 0..MOST_ROUNDS {
            let Fixes { edits, codes } = ide::fixes(fixed.findings.iter().map(|it| &it.diagnostic), choose);
            if edits.is_empty() {
                break;
            }
            codes.iter().for_each(|code| *fixed.counts.entry(code).or_insert(0) += 1);
            fixed.text = apply(&fixed.text, &edits);
            fixed.findings = analyse(&fixed.text)?;
        }
        Ok(fixed)
    }
}

/// The preferred fix, else the first.
fn any(diagnostic: &Diagnostic) -> Option<&Fix> {
    diagnostic.preferred().or_else(|| diagnostic.fixes.first())
}

/// A text after its fixes.
#[derive(Debug)]
pub struct Fixed {
    pub text: String,
    /// What is left.
    pub findings: Vec<Finding>,
    /// How many findings of each rule were fixed.
    pub counts: BTreeMap<&'static str, usize>,
}

impl Fixed {
    /// How many findings were fixed.
    pub fn count(&self) -> usize {
        self.counts.values().sum()
    }

    /// `fixed 3: unknown-field (2), yaml-syntax`
    pub fn summary(&self) -> String {
        let one = |(code, count): (&&str, &usize)| if *count > 1 { format!("{code} ({count})") } else { (*code).to_owned() };
        format!("fixed {}: {}", self.count(), self.counts.iter().map(one).collect::<Vec<_>>().join(", "))
    }
}

/// The changes of a file as a unified diff that `git apply` takes; empty if there are none. A link has the name of the file that it leads to.
pub fn diff(path: Option<&Path>, name: &str, before: &str, after: &str) -> String {
    let target = path.filter(|path| path.is_symlink()).and_then(|path| fs::canonicalize(path).ok());
    let relative = slashes(&target.map_or(name.into(), |it| near(&it).to_string_lossy().into_owned()));
    TextDiff::from_lines(before, after).unified_diff().header(&format!("a/{relative}"), &format!("b/{relative}")).to_string()
}

/// Why a text cannot be replaced by its fixed version; `path` is its file, if it is one.
pub fn obstacle(path: Option<&Path>, form: Form) -> Option<String> {
    let name = path.map_or("standard input".into(), |path| path.display().to_string());
    if form == Form::Other {
        return Some(format!("{name} is not encoded in UTF-8 and was not fixed; save it as UTF-8 first"));
    }
    let metadata = fs::metadata(path?).ok()?;
    let is_writable = metadata.is_file() && !metadata.permissions().readonly();
    (!is_writable).then(|| format!("{name} is not a writable file and was not fixed"))
}

/// Replaces the text of a file atomically, so nobody ever reads half of it. Links and permissions are preserved.
///
/// The error says why the file was left as it is.
pub fn write(path: &Path, before: &str, after: &str) -> Result<(), String> {
    let because = |error: io::Error| read::why(path, &error);
    let target = fs::canonicalize(path).map_err(because)?;
    // Another file takes its place, which needs no permission to write this one.
    fs::OpenOptions::new().write(true).open(&target).map_err(because)?;
    let metadata = fs::metadata(&target).map_err(because)?;
    let bytes = fs::read(&target).map_err(because)?;
    let mark = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK } else { b"" };
    if bytes[mark.len()..] != *before.as_bytes() {
        return Err(format!("{} changed during the check and was not fixed", path.display()));
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder).map_err(because)?;
    [mark, after.as_bytes()].into_iter().try_for_each(|part| file.write_all(part)).map_err(because)?;
    keep_owner(&file, &metadata)
        .map_err(|error| format!("{} was not fixed because its owner cannot be preserved: {error}", path.display()))?;
    file.as_file().set_permissions(metadata.permissions()).map_err(because)?;
    file.persist(&target).map(drop).map_err(|error| because(error.error))
}

/// Gives a file the owner and group of another.
#[cfg(unix)]
fn keep_owner(file: &NamedTempFile, of: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.as_file().metadata()?;
    if (own.uid(), own.gid()) == (of.uid(), of.gid()) { Ok(()) } else { fchown(file.as_file(), Some(of.uid()), Some(of.gid())) }
}

#[cfg(not(unix))]
fn keep_owner(_: &NamedTempFile, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}
