//! Paths inside volumes and containers, as the API server checks them.

use super::names::Checked;

/// Starts with `/` (`path.IsAbs`).
pub fn absolute(text: &str) -> Checked {
    if text.starts_with('/') { Ok(()) } else { fail("must be an absolute path") }
}

/// Has no part `..` (`validatePathNoBacksteps`).
pub fn no_backsteps(text: &str) -> Checked {
    if text.split('/').any(|part| part == "..") { fail("must not contain '..'") } else { Ok(()) }
}

/// Relative, without a part `..` (`validateLocalDescendingPath`).
pub fn relative(text: &str) -> Checked {
    if text.starts_with('/') { fail("must be a relative path") } else { no_backsteps(text) }
}

/// Relative, and not one of the names that the kubelet keeps for itself (`ValidateLocalNonReservedPath`).
pub fn local(text: &str) -> Checked {
    relative(text)?;
    if text.starts_with("..") { fail("must not start with '..'") } else { Ok(()) }
}

fn fail(words: &str) -> Checked {
    Err(words.to_owned())
}
