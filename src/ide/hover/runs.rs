//! On `command` and `args`: what the container runs.

use crate::pod::command::{self, Verdict};
use crate::pod::restart::{DecidedBy, Restart, has_rules};
use crate::pod::spec::Container;

use super::{Spot, describe};

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let field = spot.holder();
    let container = Container::around(spot.value).filter(|_| field == "command" || field == "args")?;
    if !["Container", "EphemeralContainer"].contains(&spot.owner()) {
        return None;
    }
    // A template may choose among the words.
    if ["command", "args"].iter().any(|field| container.value.entry(field).is_some() && !container.value.is_certain_of(field)) {
        return None;
    }
    let words = |field: &str| -> Vec<String> { container.value.list(field).map(|it| it.text().unwrap_or_default().into_owned()).collect() };
    let (command, args) = (words("command"), words("args"));
    let runs = match (command.is_empty(), args.is_empty()) {
        (true, true) => "Runs the `ENTRYPOINT` of the image with its `CMD`; an empty list has no effect.".to_owned(),
        (true, false) => format!("Runs the `ENTRYPOINT` of the image with {}; its `CMD` is not used.", command_line(&args)),
        (false, _) => {
            let all: Vec<String> = command.iter().chain(&args).cloned().collect();
            format!("Runs {}; `ENTRYPOINT` and `CMD` of the image are not used.", command_line(&all))
        }
    };
    let entry = command::analyse(&borrowed(&command), &borrowed(&args));
    let shell = match (entry.script, entry.args_only) {
        (Some(_), _) => "A shell runs the script; the kubelet expands `$(NAME)` first.",
        (None, true) => "The kubelet expands `$(NAME)`; whether a shell runs the command depends on the image.",
        (None, false) => "Not run by a shell: `&`, `|`, `*` and `$NAME` are passed literally; the kubelet expands `$(NAME)`.",
    };
    let mut lines = vec![runs, shell.to_owned()];
    lines.extend(verdict(&entry.verdict, container));
    let here = describe::list(&lines);
    Some(if spot.on_key { spot.with_field(&here) } else { format!("**{field}** · what the container runs\n\n{here}") })
}

fn borrowed(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

fn verdict(verdict: &Verdict, container: Container<'_>) -> Option<String> {
    let ended = || after_end(container).map_or(String::new(), |it| format!(" {it}"));
    Some(match verdict {
        Verdict::Foreground => "Runs in the foreground; the container terminates when this process exits.".into(),
        Verdict::NeverEnds(_) => "Does not exit on its own.".into(),
        Verdict::Ends => format!("Exits on its own.{}", ended()),
        Verdict::BackgroundArgument(evidence) => format!("{}.", capitalized(&evidence.why)),
        Verdict::Daemonizes(_, daemon) if container.may_configure(daemon) => return None,
        Verdict::Exits(evidence) | Verdict::Daemonizes(evidence, _) => {
            format!("Does not stay in the foreground: {}, so the container terminates.{}", evidence.why, ended())
        }
        Verdict::Unknown => return None,
    })
}

/// What the kubelet does when the container has ended (`ContainerShouldRestart`; of init containers `computeInitContainerActions`).
fn after_end(container: Container<'_>) -> Option<String> {
    let (restart, decided_by) = Restart::after_end(container)?;
    if container.must_end() {
        let failure = if restart == Restart::Never { "makes the Pod `Failed`" } else { "is retried with exponential back-off" };
        return Some(format!("When it succeeds, the next container starts; a failure {failure}."));
    }
    if decided_by == DecidedBy::Role {
        let sidecar = restart == Restart::Always;
        let text = if sidecar {
            "It is then restarted with exponential back-off, as sidecars always are."
        } else {
            "Ephemeral containers are never restarted."
        };
        return Some(text.to_owned());
    }
    let what = match restart {
        Restart::Always => "restarted with exponential back-off",
        Restart::OnFailure => "restarted with exponential back-off, only if it has failed",
        Restart::Never => "not restarted",
    };
    let rules = if has_rules(container) { ", after its `restartPolicyRules`" } else { "" };
    let whose = if decided_by == DecidedBy::Container { " of the container" } else { "" };
    Some(format!("It is then {what} (`restartPolicy: {}`{whose}{rules}).", restart.name()))
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// How many characters of a command line are shown.
const SHOWN: usize = 120;

/// Words as one would type them, as code, cut to a length that fits a popup. The end of a line is shown as `⏎`.
pub(super) fn command_line(words: &[String]) -> String {
    let line = words.iter().map(|word| command::quote(word.trim_end_matches('\n'))).collect::<Vec<_>>().join(" ").replace('\n', "⏎");
    let cut = line.char_indices().nth(SHOWN).map_or(line.len(), |it| it.0);
    if cut == line.len() { describe::code(&line) } else { describe::code(&format!("{}…", &line[..cut])) }
}
