//! Jobs, by themselves and in a CronJob.

use crate::diagnostic::{Fix, Incomplete, Reason};
use crate::pod::fields::{IndexError, indexes};
use crate::pod::{Object, Value, names};
use crate::schema::ty;

use super::{Check, Report, declare_rule, rewrite, superfluous, text_or_empty};

declare_rule! {
    /// Fields of a Job that contradict each other.
    ///
    /// ## Why
    /// The API server rejects the object. Per-index fields require `completionMode: Indexed` and `completions`, and `successPolicy` and
    /// `podFailurePolicy` must be consistent with them.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: render
    /// spec:
    ///   completionMode: Indexed
    ///   parallelism: 2
    ///   template:
    ///     spec:
    ///       restartPolicy: Never
    ///       containers:
    ///       - name: render
    ///         image: blender:4.2
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: render
    /// spec:
    ///   completionMode: Indexed
    ///   parallelism: 2
    ///   completions: 8
    ///   template:
    ///     spec:
    ///       restartPolicy: Never
    ///       containers:
    ///       - name: render
    ///         image: blender:4.2
    /// ```
    ///
    /// ## Source
    /// `validateJobSpec`, `validatePodFailurePolicy`, `validateSuccessPolicy`, `validateNameAllowsCompletions`.
    INCOMPATIBLE_JOB_FIELDS = "incompatible-job-fields", Error, [
        Check::Type(ty::JOB_SPEC, job),
        Check::Object(indexed_job),
    ]
}

/// The most Pods at a time, and the most failed indexes, of an indexed Job (`maxParallelismForIndexedJob`).
const MOST: i64 = 100_000;
/// The same for a Job with more than [`MOST`] completions and `backoffLimitPerIndex` (`parallelismLimitForHighCompletions`).
const MOST_OF_LARGE: i64 = 10_000;
/// The longest `succeededIndexes`, in bytes (`maxJobSuccessPolicySucceededIndexesLimit`).
const MAX_INDEXES_LENGTH: usize = 64 * 1024;

/// `validateJobSpec`
pub(super) fn job<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    failure_policy(spec, report);
    let Some(mode) = text_or_empty(spec, "completionMode") else { return };
    let given = |field: &str| spec.entry(field).filter(|it| !it.is_null());
    if mode != "Indexed" {
        // A mode that is none has an error of its own.
        let known = ["", "NonIndexed"].contains(&&*mode);
        let only = ["backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"].into_iter().find_map(given).filter(|_| known);
        if let Some(value) = only {
            let field = value.field().map_or("", |field| field.name);
            superfluous(value, Reason::Invalid.of(format!("`{field}` requires `completionMode: Indexed`")), report);
        }
        return;
    }
    let in_cron_job = spec.parent().is_some_and(|parent| parent.is_a(ty::JOB_TEMPLATE_SPEC));
    let completions = match given("completions") {
        Some(value) => value.int(),
        // The server takes both for 1 where neither is given, but not in a CronJob.
        None if given("parallelism").is_none() && !in_cron_job => Some(1),
        None => {
            if let Some(value) = spec.entry("completions").or_else(|| spec.get("completionMode")).filter(|_| report.reports_missing()) {
                let path = spec.path_to("completions");
                let diagnostic = report.on(value, Reason::Required.of("`completionMode: Indexed` requires `completions`"));
                diagnostic.field = path;
                diagnostic.incomplete = Some(Incomplete::Node(spec.node().id()));
            }
            None
        }
    };
    failed_indexes(spec, completions, report);
    success_policy(spec, completions, report);
}

/// The policy of success that only an indexed Job can have.
pub(super) fn refused(job: Value<'_>) -> Option<Value<'_>> {
    let indexed = text_or_empty(job, "completionMode").is_none_or(|mode| mode == "Indexed");
    job.get("successPolicy").filter(|_| !indexed)
}

/// The bounds of `parallelism` and `maxFailedIndexes` of an indexed Job.
fn failed_indexes<'m>(spec: Value<'m>, completions: Option<i64>, report: &mut Report<'m>) {
    let given = |field: &str| spec.entry(field).filter(|it| !it.is_null());
    let per_index = given("backoffLimitPerIndex");
    let large = per_index.is_some() && completions.is_some_and(|number| number > MOST);
    let most = if large { MOST_OF_LARGE } else { MOST };
    let size = if large { format!(" when `completions` is greater than {MOST}") } else { " in an indexed Job".to_owned() };
    for field in ["parallelism", "maxFailedIndexes"] {
        let Some(value) = spec.get(field) else { continue };
        let Some(number) = value.int() else { continue };
        if number > most {
            report.on(value, Reason::Invalid.of(format!("`{field}` must not exceed {most}{size}")));
        } else if let (Some(completions), "maxFailedIndexes") = (completions, field)
            && number > completions
        {
            report.on(value, Reason::Invalid.of(format!("`{field}` must not exceed `completions` ({completions})")));
        }
    }
    match given("maxFailedIndexes") {
        Some(value) if per_index.is_none() => {
            let path = spec.path_to("backoffLimitPerIndex");
            report.on_key(value, Reason::Required.of("`maxFailedIndexes` requires `backoffLimitPerIndex`")).field = path;
        }
        None if large => {
            let message = Reason::Required.of(format!("`maxFailedIndexes` is required with more than {MOST} completions"));
            report.missing(spec, "maxFailedIndexes", message);
        }
        _ => {}
    }
}

/// `validateSuccessPolicyRule`
fn success_policy<'m>(spec: Value<'m>, completions: Option<i64>, report: &mut Report<'m>) {
    let Some(completions) = completions else { return };
    let rules = spec.at(&["successPolicy"]).into_iter().flat_map(|policy| policy.list("rules")).filter(|rule| rule.is_sound());
    for rule in rules {
        let listed = rule.get("succeededIndexes").and_then(|value| Some((value, value.text()?)));
        let read = listed.as_ref().map(|(_, text)| indexes(text, completions));
        if let Some((value, text)) = &listed {
            if text.len() > MAX_INDEXES_LENGTH {
                report.on(*value, Reason::TooLong.of(format!("`succeededIndexes` must have at most {MAX_INDEXES_LENGTH} characters")));
            } else if let Some(Err(IndexError::TooLarge(index))) = &read {
                let message = Reason::Invalid.of(format!("index {index} is too large; `completions` is {completions}"));
                report.on(*value, message);
            }
        }
        let Some((count, number)) = rule.get("succeededCount").and_then(|count| Some((count, count.int()?))) else { continue };
        let total = read.and_then(Result::ok);
        if number > completions {
            report.on(count, Reason::Invalid.of(format!("`succeededCount` must not exceed `completions` ({completions})")));
        } else if let Some(total) = total.filter(|&total| number > total) {
            report.on(count, Reason::Invalid.of(format!("`succeededCount` must not exceed the {total} indexes of `succeededIndexes`")));
        }
    }
}

/// `validatePodFailurePolicyRule`, `validatePodReplacementPolicy`
fn failure_policy<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(policy) = spec.entry("podFailurePolicy").filter(|policy| !policy.is_null()) else { return };
    if let Some(replacement) = spec.get("podReplacementPolicy").filter(|it| it.text().is_some_and(|text| text == "TerminatingOrFailed")) {
        let message = Reason::Unsupported.of("`podFailurePolicy` requires `podReplacementPolicy: Failed`, its default");
        let diagnostic = report.on(replacement, message);
        diagnostic.fixes.push(Fix::preferred("Replace with `Failed`", vec![rewrite::scalar(replacement.written(), "Failed")]));
    }
    for rule in policy.list("rules").filter(|rule| rule.is_sound()) {
        let fails_index = rule.get("action").filter(|action| action.text().is_some_and(|text| text == "FailIndex"));
        if let Some(action) = fails_index.filter(|_| spec.entry("backoffLimitPerIndex").is_none_or(Value::is_null)) {
            report.on(action, Reason::Invalid.of("`FailIndex` requires `backoffLimitPerIndex` in the Job"));
        }
        if let Some(codes) = rule.get("onExitCodes") {
            exit_codes(codes, report);
        }
    }
}

/// `validatePodFailurePolicyRuleOnExitCodes`
fn exit_codes<'m>(codes: Value<'m>, report: &mut Report<'m>) {
    // The server reads null as 0.
    let number = |value: Value<'m>| if value.is_null() { Some(0) } else { value.int() };
    let values: Vec<_> = codes.list("values").filter_map(|value| Some((value, number(value)?))).collect();
    if codes.text_of("operator").is_some_and(|operator| operator == "In") {
        for (value, _) in values.iter().filter(|(_, code)| *code == 0) {
            report.on(*value, Reason::Invalid.of("exit code 0 means success; remove it from `values`"));
        }
    }
    if let Some(pair) = values.windows(2).find(|pair| pair[0].1 > pair[1].1) {
        let path = codes.path_to("values");
        report.on(pair[1].0, Reason::Invalid.of("exit codes must be in ascending order")).field = path;
    }
}

/// `validateNameAllowsCompletions`: the Pods of an indexed Job get its name and their index as host name.
pub(super) fn indexed_job<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(spec) = object.at(&["spec"]).filter(|spec| spec.is_a(ty::JOB_SPEC)) else { return };
    let indexed = spec.text_of("completionMode").is_some_and(|mode| mode == "Indexed");
    let parallelism = spec.entry("parallelism").filter(|it| !it.is_null());
    let completions = match spec.entry("completions").filter(|it| !it.is_null()) {
        Some(value) => value.int(),
        None => parallelism.is_none().then_some(1),
    };
    let Some(completions) = completions.filter(|&number| indexed && number > 0) else { return };
    let Some(metadata) = object.at(&["metadata"]) else { return };
    let text = |field: &str| metadata.get(field).and_then(|value| Some((value, value.text()?.into_owned()))).filter(|it| !it.1.is_empty());
    // A made name has five letters after at most 58 of its start.
    let made = || text("generateName").map(|(value, start)| (value, format!("{}aaaaa", start.get(..58).unwrap_or(&start))));
    let Some((value, name)) = text("name").or_else(made) else { return };
    // What is wrong with the name itself has an error of its own.
    if names::dns_subdomain(&name).is_err() || name.len() > 63 {
        return;
    }
    let host = format!("{name}-{}", completions - 1);
    if let Err(words) = names::dns_label(&host) {
        let message = Reason::Invalid.of(format!("\"{host}\", the hostname of the last Pod of this Job, is not valid: {words}"));
        let path = metadata.path_to("name");
        report.on(value, message).field = path;
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    fn job(spec: &str) -> String {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n{spec}  template:\n    spec: {{restartPolicy: Never, containers: [{{name: a, image: b}}]}}\n"
        )
    }

    #[test]
    fn indexed_jobs() {
        // Without both numbers there is one completion.
        check(&job("  completionMode: Indexed\n"));
        check(&job("  completionMode: Indexed
  completions: 200000
               ^^^^^^ warning[questionable-value]: with this many completions and this much parallelism, the Job status may exceed the size limit
  parallelism: 20000
               ^^^^^ error[incompatible-job-fields]: `parallelism` must not exceed 10000 when `completions` is greater than 100000
  backoffLimitPerIndex: 1
  maxFailedIndexes: 10
"));
        check(&job("  backoffLimitPerIndex: 1
  ^^^^^^^^^^^^^^^^^^^^ error[incompatible-job-fields]: requires `completionMode: Indexed`
"));
        check(
            &job("  completionMode: Indexed\n  completions: 5\n")
                .replace("{name: a}\nspec", "{name: a.b}\n                 ^^^ error[incompatible-job-fields]: a.b-4\nspec"),
        );
    }

    #[test]
    fn success() {
        check(&job("  completionMode: Indexed
  completions: 4
  successPolicy:
    rules:
    - {succeededIndexes: \"0-1,3\", succeededCount: 3}
    - {succeededIndexes: \"0-4\"}
                         ^^^^^ error[incompatible-job-fields]: index 4 is too large; `completions` is 4
    - {succeededIndexes: \"0,2\", succeededCount: 3}
                                                ^ error[incompatible-job-fields]: the 2 indexes
    - {succeededCount: 5}
                       ^ error[incompatible-job-fields]: `succeededCount` must not exceed `completions` (4)
"));
    }

    #[test]
    fn failure() {
        let text = |replacement: &str, mark: &str| {
            job(&format!(
                "  podReplacementPolicy: {replacement}
{mark}  podFailurePolicy:
    rules:
    - action: FailIndex
              ^^^^^^^^^ error[incompatible-job-fields]: backoffLimitPerIndex
      onExitCodes: {{operator: In, values: [0, 3, 2]}}
                                           ^ error[incompatible-job-fields]: exit code 0
                                                 ^ error[incompatible-job-fields]: exit codes must be in ascending order
"
            ))
        };
        let mark = "                        ^^^^^^^^^^^^^^^^^^^ error[incompatible-job-fields]: requires `podReplacementPolicy: Failed`\n";
        check(&text("TerminatingOrFailed", mark));
        check(&text("Failed", ""));
        let policy = |replacement: &str| {
            job(&format!(
                "  podReplacementPolicy: {replacement}\n  podFailurePolicy: {{rules: [{{action: Count, onPodConditions: [{{type: DisruptionTarget}}]}}]}}\n"
            ))
        };
        assert_eq!(fixed(&policy("TerminatingOrFailed"), "incompatible-job-fields"), policy("Failed"));
    }
}
