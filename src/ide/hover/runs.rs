//! On `command` and `args`: what the container runs.

use crate::pod::command::{self, Verdict};
use crate::pod::spec::{Container, PodSpec};

use super::Spot;

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let field = spot.holder();
    let container = Container::around(spot.value).filter(|_| field == "command" || field == "args")?;
    if !["Container", "EphemeralContainer"].contains(&spot.owner()) {
        return None;
    }
    let words = |field: &str| -> Vec<String> { container.value.list(field).filter_map(|it| Some(it.text()?.into_owned())).collect() };
    let (command, args) = (words("command"), words("args"));
    let runs = match (command.is_empty(), args.is_empty()) {
        (true, true) => "Runs the `ENTRYPOINT` of the image with its `CMD`: an empty list counts as not given.".to_owned(),
        (true, false) => format!("Runs the `ENTRYPOINT` of the image with `{}`; its `CMD` is not used.", joined(&args)),
        (false, _) => {
            let all: Vec<String> = command.iter().chain(&args).cloned().collect();
            format!("Runs `{}`; `ENTRYPOINT` and `CMD` of the image are not used.", joined(&all))
        }
    };
    let entry = command::analyse(&borrowed(&command), &borrowed(&args));
    let shell = match (entry.script, entry.args_only) {
        (Some(_), _) => "A shell reads the script; `$(NAME)` is filled in before, by the kubelet.",
        (None, true) => "The kubelet fills in `$(NAME)`; whether a shell reads the words is up to the image.",
        (None, false) => "No shell: `&`, `|`, `*` and `$NAME` are plain text; `$(NAME)` is filled in by the kubelet.",
    };
    let mut lines = vec![runs, shell.to_owned()];
    lines.extend(verdict(&entry.verdict, container));
    let here = lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n");
    Some(if spot.on_key { spot.with_field(&here) } else { format!("**{field}** · what the container runs\n\n{here}") })
}

fn borrowed(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

fn verdict(verdict: &Verdict, container: Container<'_>) -> Option<String> {
    let policy = PodSpec::around(container.value).map_or("Always".into(), |spec| spec.restart_policy());
    let restarted = match (container.must_end(), &*policy) {
        (true, _) => "then the next container starts",
        (_, "Never") => "and is not restarted (`restartPolicy: Never`)",
        (_, "OnFailure") => "and is restarted only if it failed (`restartPolicy: OnFailure`)",
        _ => "and is restarted with growing delay (`restartPolicy: Always`)",
    };
    Some(match verdict {
        Verdict::Foreground => "Stays in the foreground; the container lives as long as it runs.".into(),
        Verdict::NeverEnds(_) => "Never ends by itself.".into(),
        Verdict::Ends => format!("Ends soon, {restarted}."),
        Verdict::Exits(evidence) | Verdict::Daemonizes(evidence, _) | Verdict::BackgroundArgument(evidence) => {
            format!("Does not stay: {}. The container ends, {restarted}.", evidence.why.trim_end_matches('.'))
        }
        Verdict::Unknown => return None,
    })
}

/// Words as one would type them, cut to a length that fits a popup. A backtick would end the code span.
fn joined(words: &[String]) -> String {
    let quoted = |word: &String| match word.is_empty() || word.contains([' ', '\n', ';', '&', '|', '*', '$']) {
        true => format!("'{}'", word.split('\n').next().unwrap_or_default()),
        false => word.clone(),
    };
    let line = words.iter().map(quoted).collect::<Vec<_>>().join(" ").replace('`', "'");
    if line.chars().count() <= 120 { line } else { line.chars().take(119).chain(['…']).collect() }
}
