//! Questions about the parts of a script.

use super::argv::base_name;
use super::script::{Command, Item, Shape};

/// Nothing after it is reached.
pub(super) fn is_final(item: &Item) -> bool {
    let [Command { shape: Shape::Simple { words, .. }, .. }] = &item.chain[..] else { return false };
    let first = words.first().map(|it| it.decoded.text.as_str());
    item.background.is_none() && (first == Some("exit") || first == Some("exec") && words.len() > 1)
}

/// The program of a simple command.
pub(super) fn name_of(command: &Command) -> Option<&str> {
    match &command.shape {
        Shape::Simple { words, .. } => words.first().map(|it| base_name(&it.decoded.text)),
        _ => None,
    }
}

/// A command that is run for its answer.
pub(super) fn is_test(command: &Command) -> bool {
    matches!(command.shape, Shape::Test(_))
        || matches!(name_of(command), Some("[" | "test" | "command" | "which" | "type" | "pgrep" | "grep" | "id"))
}

/// What reads its script from its input.
pub(super) fn is_interpreter(name: &str) -> bool {
    matches!(base_name(name), "sh" | "bash" | "ash" | "dash" | "python" | "python3" | "node" | "perl" | "ruby" | "php")
}

/// Whether a loop counts: it compares a number, and its body sets a variable.
pub(super) fn counts(condition: &[Item], body: &[Item]) -> bool {
    let [Item { chain, .. }] = condition else { return false };
    let compares = chain.iter().all(|it| match &it.shape {
        Shape::Simple { words, .. } => words.iter().any(|it| matches!(it.decoded.text.as_str(), "-lt" | "-le" | "-gt" | "-ge")),
        Shape::Test(text) => text.contains(['<', '>']),
        _ => false,
    });
    let sets = |it: &Command| match &it.shape {
        Shape::Simple { assignments, words, .. } => {
            assignments.iter().any(|it| it.decoded.text.contains("((") || it.decoded.text.contains("expr"))
                || words.first().is_some_and(|it| it.decoded.text == "let")
        }
        Shape::Test(text) => text.contains("++") || text.contains("--") || text.contains("+="),
        _ => false,
    };
    compares && body.iter().flat_map(|it| &it.chain).any(sets)
}

/// Whether a loop's condition always holds (`wanted` true), or never.
pub(super) fn is_constant(condition: &[Item], wanted: bool) -> bool {
    let [Item { chain, background: None, .. }] = condition else { return false };
    let [command] = &chain[..] else { return false };
    let words: Vec<&str> = match &command.shape {
        Shape::Simple { words, .. } => words.iter().map(|it| it.decoded.text.as_str()).collect(),
        Shape::Test(text) => return wanted && matches!(text.as_str(), "1" | "true"),
        _ => return false,
    };
    match words[..] {
        ["true" | ":" | "/bin/true"] => wanted,
        ["false" | "/bin/false"] => !wanted,
        ["[", "1" | "true", "]"] | ["test", "1" | "true"] | ["sleep", _] => wanted,
        _ => false,
    }
}

/// Whether something in the body may end the loop.
pub(super) fn leaves_loop(body: &[Item]) -> bool {
    mentions(body, &["break", "exit", "return", "exec", "kill"])
}

/// Whether one of these commands is named anywhere in the list. Nesting is bounded by the parser.
pub(super) fn mentions(list: &[Item], names: &[&str]) -> bool {
    let in_command = |command: &Command| match &command.shape {
        Shape::Simple { .. } => name_of(command).is_some_and(|it| names.contains(&it)),
        Shape::Group(list) | Shape::Subshell(list) | Shape::For { body: list, .. } => mentions(list, names),
        Shape::While { condition, body, .. } => mentions(condition, names) || mentions(body, names),
        Shape::If { conditions, branches, .. } => mentions(conditions, names) || branches.iter().any(|it| mentions(it, names)),
        Shape::Case { branches, .. } => branches.iter().any(|it| mentions(it, names)),
        Shape::Function { .. } => true,
        Shape::Coprocess(_) | Shape::Test(_) => false,
    };
    list.iter().flat_map(|it| &it.chain).any(in_command)
}
