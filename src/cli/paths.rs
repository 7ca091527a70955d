//! Paths as they are shown.

use std::env;
use std::path::Path;

/// A path as other tools write it: with slashes, and relative without `./`.
pub fn slashes(path: &str) -> String {
    path.replace('\\', "/").trim_start_matches("./").to_owned()
}

/// A path relative to the current folder, if it is below it.
pub fn near(path: &Path) -> &Path {
    env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path)
}
