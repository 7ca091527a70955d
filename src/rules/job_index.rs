//! `missing-job-index`

use crate::pod::Value;
use crate::pod::spec::PodSpec;
use crate::schema::ty;

use super::{Check, Report, declare_rule};

declare_rule! {
    /// The index of a Pod in a Job that has none.
    ///
    /// ## Why
    /// Only the Pods of a Job with `completionMode: Indexed` have the variable `JOB_COMPLETION_INDEX` and the annotation of that name. Elsewhere it is empty.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: web
    /// spec:
    ///   template:
    ///     spec:
    ///       restartPolicy: Never
    ///       containers:
    ///       - name: work
    ///         image: ghcr.io/example/work:1.0
    ///         command: ["sh", "-c", "exec ./work --part $JOB_COMPLETION_INDEX"]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: work
    /// spec:
    ///   completionMode: Indexed
    ///   completions: 3
    ///   template:
    ///     spec:
    ///       restartPolicy: Never
    ///       containers:
    ///       - name: work
    ///         image: ghcr.io/example/work:1.0
    ///         command: ["sh", "-c", "exec ./work --part $JOB_COMPLETION_INDEX"]
    /// ```
    ///
    /// ## Source
    /// `addCompletionIndexEnvVariables` of the Job controller.
    MISSING_JOB_INDEX = "missing-job-index", Warning, [Check::PodSpec(check)]
}

/// The variable, and in annotations its place.
pub(super) const VARIABLE: &str = "JOB_COMPLETION_INDEX";
const ANNOTATION: &str = "batch.kubernetes.io/job-completion-index";

/// Whether the Pods of a PodSpec get an index: `None` where they are none of a Job.
pub(super) fn is_indexed(pod: PodSpec<'_>) -> Option<bool> {
    let job = pod.value().ancestors().find(|it| it.is_a(ty::JOB_SPEC))?;
    Some(!job.is_certain_of("completionMode") || job.text_of("completionMode").is_some_and(|mode| mode == "Indexed"))
}

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec).filter(|pod| is_indexed(*pod) == Some(false)) else { return };
    for container in pod.containers() {
        let sets = container.env().any(|env| env.text_of("name").is_some_and(|name| name == VARIABLE)) || container.value.gives("envFrom");
        let words = ["command", "args"].into_iter().flat_map(|list| container.value.list(list));
        let values = container.env().filter_map(|env| env.get("value"));
        let uses = |it: &Value<'m>| it.text().is_some_and(|text| uses_index(&text));
        let paths = container.env().filter_map(|env| env.at(&["valueFrom", "fieldRef", "fieldPath"]));
        let named = |it: &Value<'m>| it.text().is_some_and(|text| text.contains(ANNOTATION));
        let used = words.chain(values).filter(uses).find(|_| !sets).or_else(|| paths.into_iter().find(named));
        if let Some(site) = used {
            report.on(site, "the Pods of this Job have no index; set `completionMode: Indexed`, and `completions`");
        }
    }
}

fn uses_index(text: &str) -> bool {
    text.match_indices(VARIABLE).any(|(at, name)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        // `${NAME:-0}` has a value without it.
        let has_default = ["-", ":-", "=", ":=", "+", ":+", "?", ":?"].iter().any(|it| after.starts_with(it));
        before.ends_with('$') || before.ends_with("$(") || before.ends_with("${") && !has_default
    })
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn jobs() {
        let text = |lines: &str| {
            format!(
                "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: web}}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: web\n        image: a\n        {lines}\n"
            )
        };
        check(&text("args: [--n=$(JOB_COMPLETION_INDEX)]").replace("template:", "completionMode: Indexed\n  completions: 2\n  template:"));
        check(&text("env: [{name: JOB_COMPLETION_INDEX, value: '1'}]\n        args: [--n=$(JOB_COMPLETION_INDEX)]"));
        check(&text("args: [JOB_COMPLETION_INDEX]"));
        check(&text("command: [sh, -c, 'work ${JOB_COMPLETION_INDEX:-0}']"));
    }
}
