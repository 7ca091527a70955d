//! Jobs and CronJobs.

use serde_json::Value as Json;

use super::json::Read;
use super::metadata::{controller, selector};
use super::template::{self, optional};
use super::workload::{labels_and_annotations, name};
use super::writer::Writer;

const UNSET: &str = "<unset>";

pub(super) fn job(w: &mut Writer, object: &Json) {
    let (metadata, spec) = (&object["metadata"], &object["spec"]);
    name(w, metadata);
    w.field(0, "Selector", selector(&spec["selector"]));
    labels_and_annotations(w, metadata);
    controller(w, object);
    optional(w, 0, "Parallelism", &spec["parallelism"]);
    w.field(0, "Completions", spec["completions"].show_or(UNSET));
    optional(w, 0, "Completion Mode", &spec["completionMode"]);
    optional(w, 0, "Suspend", &spec["suspend"]);
    optional(w, 0, "Backoff Limit", &spec["backoffLimit"]);
    optional(w, 0, "TTL Seconds After Finished", &spec["ttlSecondsAfterFinished"]);
    deadline(w, spec);
    w.field(0, "Pods Statuses", "0 Active / 0 Succeeded / 0 Failed");
    if spec["completionMode"] == "Indexed" {
        w.field(0, "Completed Indexes", "<none>");
    }
    template::section(w, &spec["template"]);
}

pub(super) fn cron_job(w: &mut Writer, object: &Json) {
    let spec = &object["spec"];
    name(w, &object["metadata"]);
    labels_and_annotations(w, &object["metadata"]);
    w.field(0, "Schedule", spec["schedule"].show());
    w.field(0, "Concurrency Policy", spec["concurrencyPolicy"].show());
    w.field(0, "Suspend", if spec["suspend"].is_true() { "True" } else { "False" });
    w.field(0, "Time Zone", spec["timeZone"].show_or(UNSET));
    w.field(0, "Successful Job History Limit", spec["successfulJobsHistoryLimit"].show());
    w.field(0, "Failed Job History Limit", spec["failedJobsHistoryLimit"].show());
    let seconds = spec["startingDeadlineSeconds"].show();
    w.field(0, "Starting Deadline Seconds", if seconds.is_empty() { UNSET.into() } else { format!("{seconds}s") });
    let of_job = &spec["jobTemplate"]["spec"];
    w.field(0, "Selector", if of_job["selector"].is_object() { selector(&of_job["selector"]) } else { UNSET.into() });
    w.field(0, "Parallelism", of_job["parallelism"].show_or(UNSET));
    w.field(0, "Completions", of_job["completions"].show_or(UNSET));
    deadline(w, of_job);
    template::section(w, &of_job["template"]);
    w.field(0, "Last Schedule Time", UNSET);
    w.field(0, "Active Jobs", "<none>");
}

fn deadline(w: &mut Writer, spec: &Json) {
    if !spec["activeDeadlineSeconds"].is_null() {
        w.field(0, "Active Deadline Seconds", format_args!("{}s", spec["activeDeadlineSeconds"].show()));
    }
}
