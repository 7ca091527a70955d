//! `split-command`, `carriage-return` and `dash-pipefail`

use crate::pod::Value;
use crate::pod::command;
use crate::pod::known_image::KnownImage;
use crate::pod::spec::Container;
use crate::schema::ty;

use super::script_errors::folded;
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Options on a line of their own, which the shell runs as a command.
    ///
    /// ## Why
    /// A shell ends a command at the end of its line, unless the line ends with `\`. A comment ends it too, also between two lines that are joined, and so does a
    /// space after the `\`. In a folded block (`>`), lines that are indented further keep their line breaks. What comes next is run as a command of its own,
    /// which is not found.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    ///     command: ["sh", "-c"]
    ///     args:
    ///     - |
    ///       exec ./start.sh \
    ///         # the port of the Service
    ///         --port 8080
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    ///     command: ["sh", "-c"]
    ///     args:
    ///     - |
    ///       # the port of the Service
    ///       exec ./start.sh \
    ///         --port 8080
    /// ```
    ///
    /// ## Source
    /// POSIX, Shell Command Language, Escape Character (Backslash) and Token Recognition.
    SPLIT_COMMAND = "split-command", Warning from Others, [Check::Type(ty::CONTAINER, check), Check::Type(ty::EXEC_ACTION, check)]
}

declare_rule! {
    /// Scripts and arguments with a carriage return at the end of a line.
    ///
    /// ## Why
    /// A shell reads a carriage return as a part of the word before it: `set -e` with one is an illegal option, and the program `start.sh` with one is not found. In
    /// YAML only the escape `\r` in double quotes makes one; the line ends of a block are always plain ones.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    ///     command: ["sh", "-c", "set -e\r\nexec ./start.sh\r\n"]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    ///     command: ["sh", "-c", "set -e\nexec ./start.sh\n"]
    /// ```
    ///
    /// ## Source
    /// POSIX, Shell Command Language, Token Recognition; YAML 1.2.2, Line Break Characters.
    CARRIAGE_RETURN = "carriage-return", Warning from Others, []
}

declare_rule! {
    /// `set -o pipefail` in a shell that does not know it.
    ///
    /// ## Why
    /// The `sh` of Debian and Ubuntu is dash. Up to Debian 13 and Ubuntu 24.04 it has no option `pipefail` and ends with "Illegal option", also where `|| true` comes
    /// after it. `bash` and the `sh` of Alpine know it. Reported for images whose shell is known.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: python:3.14
    ///     command: ["sh", "-c", "set -eo pipefail; exec ./start.sh"]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: python:3.14
    ///     command: ["bash", "-c", "set -eo pipefail; exec ./start.sh"]
    /// ```
    ///
    /// ## Source
    /// dash(1), version 0.5.12.
    DASH_PIPEFAIL = "dash-pipefail", Warning from Others, []
}

/// One look at the words serves all rules of this file.
fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let Some(line) = report.command_line(value) else { return };
    let is_suspect = |word: &str| word.contains('\r') || word.contains("pipefail") || has_option_line(word);
    let Some(container) = Container::around(value).filter(|_| line.all_words().any(is_suspect)) else { return };
    let (command, args) = line.words();
    if let Some(evidence) = command::carriage_return(&command, &args) {
        line.emit(&evidence, evidence.why.clone(), report.of(&CARRIAGE_RETURN));
        return;
    }
    let Some(item) = line.script().and_then(|at| line.item_at(at)).filter(|it| folded(*it).is_none()) else { return };
    let Some(script) = item.text() else { return };
    if has_option_line(&script)
        && let Some(evidence) = command::split_command(&command, &args)
    {
        line.emit(&evidence, evidence.why.clone(), report.of(&SPLIT_COMMAND));
    }
    let lacks_it = || container.image().is_some_and(|image| KnownImage::lacks_pipefail(&image));
    if command.iter().chain(&args).any(|it| it.contains("pipefail"))
        && let Some(evidence) = command::unknown_pipefail(&command, &args, lacks_it())
    {
        line.emit(&evidence, evidence.why.clone(), report.of(&DASH_PIPEFAIL));
    }
}

/// Whether a line of a text begins with `-`, but for the first one.
fn has_option_line(text: &str) -> bool {
    text.split('\n').skip(1).any(|line| line.trim_start().starts_with('-'))
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    fn text(image: &str, lines: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: {image}\n    {lines}\n"
        )
    }

    #[test]
    fn lines_of_scripts() {
        check(&text(
            "a",
            "command: [sh, -c]\n    args:\n    - |\n      ./a\n        --b\n        ^^^ warning[split-command]: does not end with",
        ));
        check(&text(
            "a",
            "command: [sh, -c]\n    args:\n    - |\n      ./a \\\n        --b\n      case $1 in\n        -v) ./c ;;\n      esac",
        ));
        check(&text("a", "command: [sh, -c, \"cat <<E\\n--b\\nE\\n./a\"]"));
        check(&text(
            "debian:13",
            "command: [sh, -c, set -o pipefail; exec ./a]\n                             ^^^^^^^^ warning[dash-pipefail]: use `bash`",
        ));
        check(&text("alpine", "command: [sh, -c, set -o pipefail; exec ./a]"));
    }

    #[test]
    fn carriage_returns_are_removed() {
        assert_eq!(fixed(&text("a", "command: [sh, -c, \"a\\r\\nb\\r\"]"), "carriage-return"), text("a", "command: [sh, -c, \"a\\nb\"]"));
    }
}
