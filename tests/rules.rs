//! Every rule has a page whose examples hold, and `src/rules/README.md` is made of these pages. `UPDATE=1 cargo test --test rules`
//! writes it again.

use std::fmt::Write;

use podls::diagnostic::Severity;
use podls::rules::{self, Rule};

mod common;

#[test]
fn codes_are_unique_and_readable() {
    let codes: Vec<_> = rules::all().iter().map(|rule| rule.code).collect();
    for pair in codes.windows(2) {
        assert!(pair[0] < pair[1], "{pair:?}");
    }
    for code in codes {
        let kebab = code.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        assert!(kebab, "{code} is not in kebab-case");
    }
}

#[test]
fn pages_have_their_sections() {
    for rule in rules::all() {
        let first = summary(rule);
        assert!(first.ends_with('.'), "{}: the page begins with a sentence, not {first:?}", rule.code);
        let titles: Vec<_> = rule.page.lines().filter_map(|line| line.trim().strip_prefix("## ")).collect();
        assert_eq!(titles, ["Why", "Bad", "Good", "Source"], "{}", rule.code);
    }
}

#[test]
fn bad_examples_give_their_rule_and_nothing_else() {
    // Some rules look at what belongs to no document.
    for rule in rules::all().iter().filter(|rule| !rule.page.contains("```text")) {
        let examples = common::blocks(rule, "Bad");
        assert!(!examples.is_empty(), "{}", rule.code);
        for example in examples {
            let found = common::diagnostics(&example);
            let own = found.iter().filter(|it| it.code == rule.code).count();
            assert!(own > 0 && own == found.len(), "{}: {found:#?}\n{example}", rule.code);
        }
    }
}

#[test]
fn good_examples_give_nothing() {
    for rule in rules::all() {
        for example in common::blocks(rule, "Good") {
            let found = common::diagnostics(&example);
            assert!(found.is_empty(), "{}: {found:#?}\n{example}", rule.code);
        }
    }
}

#[test]
fn preferred_fixes_repair_the_examples() {
    for rule in rules::all() {
        for example in common::blocks(rule, "Bad") {
            common::fixes_hold(&example);
        }
    }
}

#[test]
fn readme_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/README.md");
    let wanted = readme();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &wanted).expect("the page can be written");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == wanted, "src/rules/README.md is not made of the pages any more: UPDATE=1 cargo test --test rules");
}

/// The first paragraph of a page.
fn summary(rule: &Rule) -> String {
    rule.page.trim().lines().map(str::trim).take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn readme() -> String {
    let mut page = String::from(
        "# The rules\n\nMade of the pages in the rule files by `UPDATE=1 cargo test --test rules`; `podls explain RULE` prints one of them.\n\n\
         An error is what the API server (or kubectl before it) refuses. A warning is accepted, and fails at run time nearly everywhere, or the \
         server itself warns. `# podls: allow(rule)` on a line or above it silences a rule there; `.podls.yaml` switches rules, or whole \
         groups of them, off or gives them another severity.\n",
    );
    for group in rules::group::GROUPS {
        let _ = write!(page, "\nGroup `{}`: {}\n\n| rule | severity | |\n|---|---|---|\n", group.name, group.summary);
        for rule in group.rules {
            let _ = writeln!(page, "| [{0}](#{0}) | {1} | {2} |", rule.code, severity(rule), summary(rule));
        }
    }
    for rule in rules::all() {
        let _ = write!(page, "\n## {}\n\n", rule.code);
        let mut in_code = false;
        for line in rule.page.trim().lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()) {
            in_code ^= line.starts_with("```");
            let below = if !in_code && line.starts_with("## ") { "#" } else { "" };
            let _ = writeln!(page, "{below}{line}");
        }
    }
    page
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "information",
        Severity::Hint => "hint",
    }
}
