//! Rules about what is outside the tree of a document: found where files are read, explained like the others.

use super::declare::declare_rule;

declare_rule! {
    /// A `.podls.yaml` that contains an error: a syntax error, an unknown setting, rule or release, a wrong value.
    ///
    /// The rest of the file still applies.
    ///
    /// ## Why
    /// A misspelled setting would silently have no effect.
    ///
    /// ## Bad
    /// ```text
    /// kubernetes: "1.53"
    /// rules:
    ///   port-clashs: off
    /// ```
    ///
    /// ## Good
    /// ```text
    /// # The Kubernetes release to check against.
    /// kubernetes: "1.35"
    /// # off, error, warning, information or hint.
    /// rules:
    ///   port-clash: off
    /// # Paths to skip, as in a .gitignore.
    /// exclude:
    /// - vendor/
    /// ```
    ///
    /// ## Source
    /// podls itself; Kubernetes does not read this file.
    PODLS_CONFIG = "podls-config", Error, []
}

declare_rule! {
    /// A file that is not encoded in UTF-8.
    ///
    /// kubectl reads UTF-8, and UTF-16 if it begins with a byte order mark. In any other encoding, it replaces each invalid byte with
    /// `�`, and podls does the same.
    ///
    /// ## Why
    /// In a comment this is harmless. In a value, the cluster receives a different value from the one in the file.
    ///
    /// ## Bad
    /// ```text
    /// an "é" saved as the single byte E9, as Latin-1 has it
    /// ```
    ///
    /// ## Good
    /// ```text
    /// the same file, saved as UTF-8 by the editor or by `iconv -f latin1 -t utf-8`
    /// ```
    ///
    /// ## Source
    /// `FileVisitor` of `k8s.io/cli-runtime`.
    NOT_UTF_8 = "not-utf-8", Warning, []
}
