//! Rules about what is outside the tree of a document: found where files are read, explained like the others.

use super::declare::declare_rule;

declare_rule! {
    /// A `.podls.yaml` holds something that podls can't follow: a syntax error, an unknown setting, rule or release, a wrong value.
    ///
    /// Everything else in the file still counts.
    ///
    /// ## Why
    /// A setting that is misspelt does nothing, and nobody would notice.
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
    /// # The release that the manifests are meant for.
    /// kubernetes: "1.35"
    /// # off, error, warning, information or hint.
    /// rules:
    ///   port-clash: off
    /// # Paths that are left out, as in a .gitignore.
    /// exclude:
    /// - vendor/
    /// ```
    ///
    /// ## Source
    /// podls itself; Kubernetes does not read this file.
    PODLS_CONFIG = "podls-config", Error, []
}

declare_rule! {
    /// A file is not written in UTF-8.
    ///
    /// kubectl reads UTF-8, and UTF-16 if it begins with a byte order mark. Of anything else it makes UTF-8: each byte that does not fit
    /// becomes the character `�`. podls reads as kubectl does.
    ///
    /// ## Why
    /// In a comment nothing is lost. In a value, the cluster gets another value than the one in the file.
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
