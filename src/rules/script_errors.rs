//! `script-error`, `eaten-dollar` and `folded-script`

use crate::pod::Value;
use crate::pod::command;
use crate::pod::known_image::KnownImage;
use crate::pod::spec::{Container, Role};
use crate::schema::ty;
use crate::text::lines;
use crate::yaml::{Kind, Style};

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Shell scripts that no shell can read: an unclosed quote, `if` without `fi`, `&&` with nothing before or after it.
    ///
    /// ## Why
    /// A shell reads the script before it runs it, or up to the error, and ends with "Syntax error". The container fails each time.
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
    ///     command: ["sh", "-c", "if [ -f /config ]; then exec ./start.sh --config"]
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
    ///     command: ["sh", "-c", "if [ -f /config ]; then exec ./start.sh --config; fi; exec ./start.sh"]
    /// ```
    ///
    /// ## Source
    /// POSIX, Shell Command Language, Shell Grammar.
    SCRIPT_ERROR = "script-error", Warning from Others, [Check::Type(ty::CONTAINER, check), Check::Type(ty::EXEC_ACTION, check)]
}

declare_rule! {
    /// `$$` in a shell script, which the kubelet makes one `$`.
    ///
    /// ## Why
    /// In `command` and `args` the kubelet replaces `$(NAME)`, and `$$` is read as a single `$`. A script that means its own process by `$$` gets a lone dollar
    /// sign. Write `$$$$`.
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
    ///     command: ["sh", "-c", "echo $$ > /run/web.pid; exec ./start.sh"]
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
    ///     command: ["sh", "-c", "echo $$$$ > /run/web.pid; exec ./start.sh"]
    /// ```
    ///
    /// ## Source
    /// `Expand` of `k8s.io/kubernetes/third_party/forked/golang/expansion`.
    EATEN_DOLLAR = "eaten-dollar", Warning from Others, []
}

declare_rule! {
    /// Shell scripts in a folded block (`>`), whose lines become one.
    ///
    /// ## Why
    /// In a folded block a line break is a space: `set -e` and the command on the next line become `set -e ./start.sh`. A comment makes all that follows part of it.
    /// Write the script with `|`.
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
    ///     - >
    ///       set -e
    ///       cd /app
    ///       exec ./start.sh
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
    ///       set -e
    ///       cd /app
    ///       exec ./start.sh
    /// ```
    ///
    /// ## Source
    /// YAML 1.2.2, Line Folding.
    FOLDED_SCRIPT = "folded-script", Warning from Others, []
}

declare_rule! {
    /// Programs in the background of a container that something idle keeps alive.
    ///
    /// ## Why
    /// `./server & sleep infinity` keeps the container running, whatever becomes of the server: when it crashes, nothing starts it again, and the signal to stop never
    /// reaches it. Let the server be the process that the container runs.
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
    ///     command: ["sh", "-c", "./server & sleep infinity"]
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
    ///     command: ["sh", "-c", "exec ./server"]
    /// ```
    ///
    /// ## Source
    /// The kubelet restarts containers whose first process has ended (`ShouldContainerBeRestarted`).
    UNWATCHED_PROCESS = "unwatched-process", Information from Others, []
}

/// One look at the words serves all rules of this file.
fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let (Some(container), Some(line)) = (Container::around(value), report.command_line(value)) else { return };
    let Some(script) = line.script() else { return };
    let (command, args) = line.words();
    let Some(item) = line.item_at(script) else { return };
    if let Some(folded) = folded(item) {
        report.of(&FOLDED_SCRIPT).on(item, format!("in a folded block (`>`) the line `{folded}` goes on with the next one; use `|`"));
        return;
    }
    let is_dash = container.image().is_some_and(|image| KnownImage::has_dash(&image));
    if let Some(evidence) = command::script_error(&command, &args, is_dash) {
        line.emit(&evidence, evidence.why.clone(), report.of(&SCRIPT_ERROR));
    }
    // One that must end is reported as such.
    let must_end = container.role == Role::Init || value.ancestors().any(|it| it.is_a(ty::JOB_SPEC));
    if value.is_a(ty::CONTAINER)
        && !must_end
        && let Some(evidence) = command::unwatched(&command, &args)
    {
        line.emit(&evidence, evidence.why.clone(), report.of(&UNWATCHED_PROCESS));
    }
    // In a hook nothing is replaced.
    if value.is_a(ty::CONTAINER)
        && let Some(evidence) = command::eaten_dollar(&command, &args)
    {
        line.emit(&evidence, evidence.why.clone(), report.of(&EATEN_DOLLAR));
    }
}

/// Commands that begin a line of a script, and are no argument of another one.
const BEGINNINGS: [&str; 24] = [
    "set", "cd", "export", "echo", "exec", "sleep", "if", "for", "while", "until", "mkdir", "cp", "mv", "touch", "chmod", "chown",
    "apt-get", "apk", "pip", "npm", "curl", "wget", "trap", "source",
];

/// Those of them after which a program is meant to run, and such programs.
const SETUPS: [&str; 12] = ["set", "cd", "sleep", "mkdir", "cp", "mv", "chmod", "chown", "apt-get", "apk", "pip", "npm"];
const PROGRAMS: [&str; 12] =
    ["python", "python3", "node", "java", "nginx", "gunicorn", "uvicorn", "php", "bundle", "dotnet", "redis-server", "npm"];

/// The first line of a folded script that was meant to end there.
pub(super) fn folded(script: Value<'_>) -> Option<String> {
    let node = script.written();
    if node.kind() != Kind::Scalar(Style::Folded) {
        return None;
    }
    let written: Vec<&str> = lines(node.text()).skip(1).map(str::trim_end).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let pairs = written.windows(2).filter(|pair| pair.iter().all(|line| !line.trim().is_empty()));
    // Lines that are indented further keep their breaks.
    let base = written.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min()?;
    let mut pairs = pairs.filter(|pair| pair.iter().all(|line| indent(line) == base)).map(|pair| (pair[0].trim(), pair[1].trim()));
    let begins = |line: &str| line.split_whitespace().next().is_some_and(|word| BEGINNINGS.contains(&word) || word.starts_with("./"));
    let goes_on = |line: &str| {
        line.ends_with([';', '&', '|', '\\', '(', '{', ',', '"', '\'']) && !line.ends_with("\\;")
            || ["do", "then", "else", "in"].iter().any(|word| line.split_whitespace().last() == Some(*word))
    };
    let first = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    let is_broken = |(line, next): &(&str, &str)| {
        let runs = SETUPS.contains(&&*first(line)) && PROGRAMS.contains(&&*first(next));
        let is_whole = first(line) != "exec" && (first(line) != "sleep" || line.contains(' '));
        line.starts_with('#') || begins(line) && (begins(next) || runs) && !goes_on(line) && is_whole
    };
    pairs.find(is_broken).map(|(line, _)| line.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    fn text(lines: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: a\n    {lines}\n")
    }

    #[test]
    fn scripts() {
        for fine in [
            "command: [sh, -c, \"./a 'b c' && ./d\"]",
            "command: [sh, -c, 'case $1 in a) ./b;; *) ./c;; esac']",
            "command: [sh, -c, 'for i in 1 2; do ./a $i; done']",
            "command: [sh, -c, './a if then']",
            "command: [sh, -c, './a $$(b) $${C} $$D $$$$']",
            "command: [sh, -c, \"./a # don't\"]",
            "args: [sh, \"it's\"]",
            "command: [python, -c, \"run('a)\"]",
        ] {
            check(&text(fine));
        }
        for wrong in ["./a 'b", "if ./a; then ./b", "./a && && ./b", "./a &; ./b", "while true; do ./a", "&& ./a", "./a; fi"] {
            let found = crate::analysis::Analysis::new(text(&format!("command: [sh, -c, {wrong:?}]")), &Default::default(), None);
            assert!(found.diagnostics().iter().any(|(_, it)| it.code == "script-error"), "{wrong}");
        }
    }

    #[test]
    fn idle_holders() {
        for fine in ["./a & wait", "./a & ./b", "./a; sleep infinity", "trap 'kill 1' TERM; ./a & sleep infinity"] {
            check(&text(&format!("command: [sh, -c, {fine:?}]")));
        }
        check(&text("command: [sh, -c, './a & tail -f /dev/null']\n                       ^^^^^ info[unwatched-process]: nobody notices"));
    }

    #[test]
    fn folded() {
        let block = |lines: &str| text(&format!("command: [sh, -c]\n    args:\n    - >-\n{lines}"));
        for fine in [
            "      exec java\n      -jar app.jar",
            "      cd /app &&\n      ./start.sh",
            "      set -e;\n      cd /app;\n      ./start.sh",
            "      ./start.sh\n      --a\n      --b",
            "      set -e\n\n      ./start.sh",
        ] {
            check(&block(fine));
        }
        check(&block("      set -e\n      ./start.sh").replace("    - >-\n", "    - >-\n      ^^ warning[folded-script]: `set -e`\n"));
    }
}
