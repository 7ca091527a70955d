//! How a rule is declared.

/// Declares a rule: its page as doc comment, its static, its code, its severity, and where it looks. The page is kept for run time:
/// `podls explain`, the rule's page, and the tests that run its examples.
///
/// A page begins with one sentence that says what the rule finds. Then come `## Why`, `## Bad`, `## Good` (each with `yaml` blocks that
/// are tested: every bad block gives this rule and no other error, no good block gives anything) and `## Source`.
///
/// `Error from Itself` says what a finding rests on, see [`Evidence`](super::Evidence); without it, that is the whole subject of the check.
macro_rules! declare_rule {
    ($(#[doc = $page:literal])+ $name:ident = $code:literal, $severity:ident, [$($check:expr),* $(,)?]) => {
        declare_rule! { $(#[doc = $page])+ $name = $code, $severity from Subject, [$($check),*] }
    };
    ($(#[doc = $page:literal])+ $name:ident = $code:literal, $severity:ident from $evidence:ident, [$($check:expr),* $(,)?]) => {
        $(#[doc = $page])+
        pub static $name: $crate::rules::Rule = $crate::rules::Rule {
            code: $code,
            severity: $crate::diagnostic::Severity::$severity,
            evidence: $crate::rules::Evidence::$evidence,
            page: concat!($($page, "\n"),+),
            checks: &[$($check),*],
        };
    };
}
pub(crate) use declare_rule;
