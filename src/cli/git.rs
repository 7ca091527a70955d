//! What git knows of the files.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::absolute;

/// The commit that is checked out.
pub const HEAD: &str = "HEAD";

/// The files in the paths that differ from what they were where this branch left `base`, and those that git does not know yet.
pub fn changed(base: &str, within: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let top = PathBuf::from(line(&run(Path::new("."), &["rev-parse", "--show-toplevel"])?));
    // From this folder to the top of the repository, and back.
    let up = line(&run(Path::new("."), &["rev-parse", "--show-cdup"])?);
    let prefix = line(&run(Path::new("."), &["rev-parse", "--show-prefix"])?);
    let tracked = if base == HEAD && !is_commit(HEAD) {
        run(&top, &["ls-files", "-z"])?
    } else {
        let diff = [
            "diff",
            "--name-only",
            "-z",
            "--no-renames",
            "--diff-filter=d",
            "--no-ext-diff",
            "--merge-base",
            "--end-of-options",
            base,
            "--",
        ];
        run(&top, &diff).map_err(|error| {
            format!("{error}; `--changed` requires a local branch or commit: run `git fetch`, in a shallow clone `git fetch --unshallow`")
        })?
    };
    let new = run(&top, &["ls-files", "-z", "--others", "--exclude-standard"])?;
    let mut names: Vec<&[u8]> =
        [&tracked, &new].into_iter().flat_map(|list| list.split(|byte| *byte == 0)).filter(|it| !it.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    let within: Vec<PathBuf> = within.iter().map(|path| absolute(path)).collect();
    let shown = |name: &[u8]| {
        let name = path(name);
        name.strip_prefix(&prefix).map(Path::to_owned).unwrap_or_else(|_| Path::new(&up).join(&name))
    };
    let is_within = |file: &PathBuf| within.iter().any(|path| absolute(file).starts_with(path));
    Ok(names.into_iter().map(shown).filter(is_within).collect())
}

/// Whether git knows a commit by that name.
pub fn is_commit(name: &str) -> bool {
    run(Path::new("."), &["rev-parse", "--quiet", "--verify", "--end-of-options", &format!("{name}^{{commit}}")]).is_ok()
}

/// A name as git prints it.
#[cfg(unix)]
pub fn path(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(name).into()
}

/// A name as git prints it.
#[cfg(not(unix))]
pub fn path(name: &[u8]) -> PathBuf {
    String::from_utf8_lossy(name).into_owned().into()
}

fn run(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let command = Command::new("git").current_dir(folder).env("GIT_OPTIONAL_LOCKS", "0").args(arguments).output();
    let output = command.map_err(|error| format!("cannot run git: {error}; install it, or list the files with `--files-from`"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let error = String::from_utf8_lossy(&output.stderr);
    let error = error.lines().next().unwrap_or_default();
    Err(format!("git: {}", error.strip_prefix("fatal: ").unwrap_or(error)))
}

fn line(output: &[u8]) -> String {
    String::from_utf8_lossy(output).trim_end_matches(['\n', '\r']).to_owned()
}
