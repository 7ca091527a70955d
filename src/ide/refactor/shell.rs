//! A command put into a shell, and taken out of it.

use crate::pod::Value;
use crate::pod::command::{foreground_words, quote, split_words};
use crate::rules::rewrite::{self, Draft, column, is_json};
use crate::schema::ty;
use crate::text::{Edit, TextRange, line_end};
use crate::yaml::{Kind, Layout};

use super::{At, Refactoring, RefactoringKind};

/// Programs that read a script after `-c`.
const SHELLS: [&str; 5] = ["sh", "ash", "bash", "dash", "busybox"];

/// What is a part of the shell, and mostly no program.
const BUILT_IN: [&str; 12] = [":", "[[", "alias", "exit", "fg", "jobs", "let", "local", "read", "return", "shift", "unset"];

pub(super) fn proposals(at: At<'_>) -> Option<Refactoring> {
    let value = at.value()?;
    let list = std::iter::once(value).chain(value.ancestors()).take(2).find(|it| it.field().is_some_and(|it| it.name == "command"))?;
    let holder = list.parent().filter(|it| it.is_a(ty::CONTAINER) || it.is_a(ty::EXEC_ACTION))?;
    let args = holder.entry("args");
    let words = words(list)?;
    let program = words.first()?.rsplit('/').next()?.to_owned();
    let is_shell = SHELLS.contains(&&*program);
    if is_shell {
        let script = words.get(2).filter(|_| words.len() == 3 && words[1] == "-c" && args.is_none())?;
        let plain = unwrapped(script)?;
        let title = format!("Run `{}` without a shell", plain.first()?);
        return Some(Refactoring::new(RefactoringKind::Inline, title, vec![written(list, &plain)?]));
    }
    let all = match args {
        None => words,
        Some(args) => [words, self::words(args)?].concat(),
    };
    // A shell would fill in what the kubelet fills in, or leaves.
    if all.iter().any(|word| word.contains(['$', '\n'])) {
        return None;
    }
    let script = format!("exec {}", all.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" "));
    let mut edits = vec![written(list, &["sh".to_owned(), "-c".to_owned(), script])?];
    if let Some(args) = args {
        edits.push(rewrite::without(args)?);
    }
    Some(Refactoring::new(RefactoringKind::Rewrite, format!("Run `{program}` in a shell"), edits))
}

/// The words of a script that is a single command, and needs no shell.
fn unwrapped(script: &str) -> Option<Vec<String>> {
    let given = split_words(script);
    let given = given.strip_prefix(&["exec".to_owned()]).unwrap_or(&given);
    let plain = foreground_words(script);
    let is_program = plain.first().is_some_and(|it| !BUILT_IN.contains(&it.as_str()));
    (plain == given && is_program && !script.contains(['$', '\n'])).then_some(plain)
}

fn words(list: Value<'_>) -> Option<Vec<String>> {
    let words: Vec<_> = list.children().map(|item| Some(item.text()?.into_owned())).collect::<Option<_>>()?;
    (list.is_sound() && list.written().id() == list.node().id() && !words.is_empty()).then_some(words)
}

/// Writes other words in place of those of a list, in its own layout.
fn written(list: Value<'_>, words: &[String]) -> Option<Edit> {
    let node = list.written();
    let text = node.tree().text();
    let draft = Draft::List(words.iter().map(Draft::text).collect());
    let end = node.range().start as usize + node.text().trim_end().len();
    let new_text = match node.kind() {
        Kind::Sequence(Layout::Flow) => draft.inline(is_json(node)),
        _ => {
            let items: Vec<_> = words.iter().map(|word| format!("- {}", Draft::text(word).inline(false))).collect();
            items.join(&format!("{}{}", line_end(text), " ".repeat(column(node))))
        }
    };
    Some(Edit::replace(TextRange::new(node.range().start as usize, end), new_text))
}

#[cfg(test)]
mod tests {
    use super::super::tests::offered;

    #[test]
    fn in_and_out() {
        for (before, after) in [
            ("    command$0: [nginx, -g, 'daemon off;'] # x\n", "    command: [sh, -c, \"exec nginx -g 'daemon off;'\"] # x\n"),
            (
                "    command:\n    - ngi$0nx\n    args: [-t]\n    image: a\n",
                "    command:\n    - sh\n    - -c\n    - exec nginx -t\n    image: a\n",
            ),
            ("    command: [sh, $0-c, \"exec nginx -g 'daemon off;'\"]\n", "    command: [nginx, -g, \"daemon off;\"]\n"),
            ("    command: [sh, $0-c, \"a && b\"]\n", ""),
            ("    command: [sh, $0-c, \"a &\"]\n", ""),
            ("    command: [sh, $0-c, exit 1]\n", ""),
            ("    command: [sh, $0-c, \"a $B\"]\n", ""),
            ("    command: [a, $0$(B)]\n", ""),
            ("    command:\n    - a$0 # why\n    - b\n", ""),
        ] {
            assert_eq!(offered(before, " shell").first().map_or("", |it| it), after, "{before}");
        }
    }
}
