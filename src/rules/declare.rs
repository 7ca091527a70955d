//! How a rule is declared.

/// Declares a rule: its page as doc comment, its static, its code, its severity, and where it looks. The page is kept for run time:
/// `podls explain`, the rule's page, and the tests that run its examples.
///
/// A page begins with one sentence that says what the rule finds. Then come `## Why`, `## Bad`, `## Good` (each with `yaml` blocks that
/// are tested: every bad block gives this rule and no other error, no good block gives anything) and `## Source`.
///
/// Checks that look only in a file with other objects come after those as `across […]`; `beside "Kind"` says without which kind nothing they
/// find can hold.
///
/// `Error from Itself` says what a finding rests on, see [`Evidence`](super::Evidence); without it, that is the whole subject of the check.
macro_rules! declare_rule {
    ($(#[doc = $page:literal])+ $name:ident = $code:literal, $severity:ident, $($rest:tt)*) => {
        declare_rule! { $(#[doc = $page])+ $name = $code, $severity from Subject, $($rest)* }
    };
    (
        $(#[doc = $page:literal])+ $name:ident = $code:literal, $severity:ident from $evidence:ident,
        [$($check:expr),* $(,)?] $(, across [$($across:expr),* $(,)?] $(beside $beside:literal)?)?
    ) => {
        $(#[doc = $page])+
        pub static $name: $crate::rules::Rule = $crate::rules::Rule {
            code: $code,
            severity: $crate::diagnostic::Severity::$severity,
            evidence: $crate::rules::Evidence::$evidence,
            page: concat!($($page, "\n"),+),
            checks: &[$($check),*],
            across: &[$($($across),*)?],
            beside: &[$($($beside)?)?],
        };
    };
}
pub(crate) use declare_rule;
