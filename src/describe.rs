//! What `kubectl describe` shows of an object before it exists, and what podls knows beyond.
//!
//! The object is decoded (`decode`), completed as the API server completes it (`create`, `defaults`, `resources`), and printed as kubectl's
//! describers print it (`pod`, `workload`, `job`, `fields` and their sections), into columns (`writer`). The layout is that of kubectl 1.37.

use serde_json::Value as Json;

use crate::pod::Object;
use crate::pod::spec::PodSpec;

mod beyond;
mod container;
mod create;
mod decode;
mod defaults;
mod env;
mod fields;
mod job;
mod json;
mod metadata;
mod picture;
mod place;
mod pod;
mod probe;
mod quantity;
mod resources;
mod scheduling;
mod template;
mod volume;
mod workload;
mod writer;

pub use beyond::Statement;
pub use picture::picture;

use json::Read;
use writer::Writer;

/// An object, described.
#[derive(Clone, Debug)]
pub struct Description {
    /// `apps/v1`
    pub api_version: &'static str,
    /// `Deployment`
    pub kind: &'static str,
    /// Its namespace: `default` where the manifest gives none.
    pub namespace: String,
    /// Its name; a generated one ends in `xxxxx`.
    pub name: String,
    /// What `kubectl describe` prints of it.
    pub text: String,
    /// What podls knows beyond; nothing of a template, which may be filled in with anything.
    pub statements: Vec<Statement>,
    /// See [`picture`]; empty for a template.
    pub picture: String,
    /// The object with all that the API server fills in, but without what only a cluster decides.
    pub object: Json,
}

/// Describes an object of the kinds that hold a PodSpec; what of it cannot be read is shown as written, or left out.
pub fn describe(object: Object<'_>) -> Option<Description> {
    let info = object.info().filter(|info| info.is_workload())?;
    let release = object.model().release();
    let written = decode::decode(object.root()?)?;
    let created = create::create(info.kind, written.clone(), release);
    let metadata = &created["metadata"];
    let pods = PodSpec::of(object).filter(|_| !object.model().tree().is_template());
    let spec = &place::pod_template(info.kind, &created)["spec"];
    let written = &place::pod_template(info.kind, &written)["spec"];
    Some(Description {
        api_version: info.api_version,
        kind: info.kind,
        namespace: metadata["namespace"].show(),
        name: metadata["name"].show(),
        text: text(info.kind, &created, info.ty),
        statements: pods.map_or_else(Vec::new, |pods| beyond::statements(pods, info.kind, written, &resources::as_in_pods(spec, release))),
        picture: pods.map_or_else(String::new, |pods| writer::escaped(&picture(pods)).into_owned()),
        object: create::without_identity(created.clone()),
    })
}

impl Description {
    /// Leaves out what would not hold if other files add to the object.
    pub fn keep_text_only(&mut self) {
        self.statements.clear();
        self.picture.clear();
    }

    /// The statements in two columns.
    pub fn beyond(&self) -> String {
        let w = &mut Writer::default();
        for (title, lines) in &self.statements {
            let mut lead = format!("{title}:");
            for line in lines {
                w.line(0, format_args!("{lead}\t{line}"));
                lead.clear();
            }
        }
        std::mem::take(w).finish()
    }
}

fn text(kind: &str, object: &Json, ty: &'static crate::schema::Type) -> String {
    let w = &mut Writer::default();
    match kind {
        "Pod" => pod::describe(w, object),
        "Deployment" => workload::deployment(w, object),
        "ReplicaSet" => workload::replica_set(w, object),
        "ReplicationController" => workload::replication_controller(w, object),
        "StatefulSet" => workload::stateful_set(w, object),
        "DaemonSet" => workload::daemon_set(w, object),
        "Job" => job::job(w, object),
        "CronJob" => job::cron_job(w, object),
        _ => fields::describe(w, object, ty),
    }
    w.field(0, "Events", "<none>");
    std::mem::take(w).finish()
}
