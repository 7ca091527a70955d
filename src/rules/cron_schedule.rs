//! `schedule-never-fires` and `short-deadline`

use crate::pod::Value;
use crate::pod::cron::Schedule;
use crate::schema::ty;

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Schedules on days that no month has.
    ///
    /// ## Why
    /// The API server accepts `0 0 30 2 *`, and the CronJob never makes a Job.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata:
    ///   name: web
    /// spec:
    ///   schedule: "0 0 31 4 *"
    ///   jobTemplate:
    ///     spec:
    ///       template:
    ///         spec:
    ///           restartPolicy: Never
    ///           containers:
    ///           - name: report
    ///             image: ghcr.io/example/report:1.0
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata:
    ///   name: web
    /// spec:
    ///   schedule: "0 0 30 4 *"
    ///   jobTemplate:
    ///     spec:
    ///       template:
    ///         spec:
    ///           restartPolicy: Never
    ///           containers:
    ///           - name: report
    ///             image: ghcr.io/example/report:1.0
    /// ```
    ///
    /// ## Source
    /// `SpecSchedule.Next` of `github.com/robfig/cron`, which gives up after five years.
    SCHEDULE_NEVER_FIRES = "schedule-never-fires", Warning from Itself, [Check::Type(ty::CRON_JOB_SPEC, check_schedule)]
}

declare_rule! {
    /// Deadlines for the start of a Job that are shorter than the time between two looks at the CronJob.
    ///
    /// ## Why
    /// The controller may look at a CronJob only every 10 seconds. With a shorter `startingDeadlineSeconds` a start may be missed each time.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata:
    ///   name: web
    /// spec:
    ///   schedule: "0 0 * * *"
    ///   startingDeadlineSeconds: 5
    ///   jobTemplate:
    ///     spec:
    ///       template:
    ///         spec:
    ///           restartPolicy: Never
    ///           containers:
    ///           - name: report
    ///             image: ghcr.io/example/report:1.0
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata:
    ///   name: web
    /// spec:
    ///   schedule: "0 0 * * *"
    ///   startingDeadlineSeconds: 60
    ///   jobTemplate:
    ///     spec:
    ///       template:
    ///         spec:
    ///           restartPolicy: Never
    ///           containers:
    ///           - name: report
    ///             image: ghcr.io/example/report:1.0
    /// ```
    ///
    /// ## Source
    /// The documentation of CronJob, "Deadline for delayed Job start".
    SHORT_DEADLINE = "short-deadline", Information from Itself, [Check::Type(ty::CRON_JOB_SPEC, check_deadline)]
}

fn check_schedule<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(schedule) = spec.get("schedule") else { return };
    let fires = schedule.text().and_then(|text| Schedule::parse(&text).ok()).is_none_or(Schedule::fires);
    if !fires {
        report.on(schedule, "this day never comes, so the CronJob never makes a Job");
    }
}

fn check_deadline<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(deadline) = spec.get("startingDeadlineSeconds") else { return };
    if deadline.int().is_some_and(|seconds| (0..10).contains(&seconds)) {
        report.on(deadline, "the controller may look only every 10 seconds, so a shorter deadline may miss every start");
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn schedules() {
        let text = |schedule: &str| {
            format!(
                "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: a}}\nspec:\n  schedule: {schedule}\n  jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: b}}]}}}}}}}}\n"
            )
        };
        for never in ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30,31 FEB *"] {
            check(&text(&format!("{never}\n            {} warning[schedule-never-fires]: never comes", "^".repeat(never.len()))));
        }
        for right in ["0 0 29 2 *", "0 0 31 */2 *", "0 0 31 2 1", "'@monthly'", "0 0 31 4-7 *"] {
            check(&text(right));
        }
    }
}
