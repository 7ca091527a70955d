//! Kinds of custom resources that hold Pods, or parts of them, and where.
//!
//! Nothing is known of their other fields: the types around the parts are open.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use super::{Field, KindInfo, Release, Scope, Shape, Type, prefix, ty, type_named};

/// The number of the types and fields that only custom resources have.
pub(super) const ID: u16 = u16::MAX;

/// A kind of custom resource.
#[derive(Debug)]
pub struct Custom {
    /// What the controller fills in begins with one of these: `{{`.
    pub fills_in: &'static [&'static str],
    /// Whether the controller makes Pods of the template as it is and keeps them running, as that of a Deployment does. Others add
    /// volumes, and set another `restartPolicy`.
    pub is_like_deployment: bool,
}

/// The kinds of custom resources that a project has beside the well-known ones.
#[derive(Clone, Default)]
pub struct Kinds(Option<Arc<Source>>);

struct Source {
    declared: Vec<&'static KindInfo>,
    defined: LazyLock<Vec<&'static KindInfo>, Box<dyn FnOnce() -> Vec<&'static KindInfo> + Send>>,
}

impl Kinds {
    /// Those that a configuration declares, and those that are defined in files, which are read when such an object is met.
    pub fn new(declared: Vec<&'static KindInfo>, defined: impl FnOnce() -> Vec<&'static KindInfo> + Send + 'static) -> Self {
        let defined: Box<dyn FnOnce() -> Vec<&'static KindInfo> + Send> = Box::new(defined);
        Kinds(Some(Arc::new(Source { declared, defined: LazyLock::new(defined) })))
    }

    /// The kind of that apiVersion and name: of the API server, declared, well-known, or defined.
    pub fn kind(&self, api_version: &str, kind: &str) -> Option<&'static KindInfo> {
        let is_it = |info: &&&'static KindInfo| info.kind == kind && info.api_version == api_version;
        let declared = || self.0.as_ref()?.declared.iter().find(is_it).copied();
        let defined = || self.0.as_ref().filter(|_| api_version.contains('.'))?.defined.iter().find(is_it).copied();
        declared().or_else(|| super::kind(api_version, kind)).or_else(defined)
    }
}

impl fmt::Debug for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Kinds").field(&self.0.as_ref().map(|source| source.declared.len())).finish()
    }
}

impl PartialEq for Kinds {
    /// Whether they come from the same reading of the same files.
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (None, None) => true,
            _ => false,
        }
    }
}

/// What of a Pod lies at a place.
#[derive(Clone, Copy)]
struct Part {
    /// The name of the type.
    ty: &'static str,
    /// The fields that its containers need not have: the controller adds them.
    optional: &'static [&'static str],
    /// The fields of a container that mean something else here.
    without: &'static [&'static str],
    /// The fields that it has beside those of the type. It may get more with every release of its controller.
    more: &'static [&'static str],
}

const fn part(ty: &'static str) -> Part {
    Part { ty, optional: &[], without: &[], more: &[] }
}

/// A template of which the controller completes the containers, and their probes.
const fn completed(ty: &'static str) -> Part {
    Part {
        optional: &["name", "image", "containers"],
        without: &["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"],
        ..part(ty)
    }
}

/// A container with fields of its own, and without others.
const fn step(more: &'static [&'static str], without: &'static [&'static str]) -> Part {
    Part { ty: "Container", optional: &["name", "image"], without, more }
}

struct Row {
    group: &'static str,
    /// The usual version.
    version: &'static str,
    kind: &'static str,
    /// Names of fields; `[]` goes on with each item of a list, `*` with each value of a map.
    places: &'static [(&'static str, Part)],
    custom: Custom,
}

const fn row(group: &'static str, version: &'static str, kind: &'static str, places: &'static [(&'static str, Part)]) -> Row {
    Row { group, version, kind, places, custom: Custom { fills_in: &[], is_like_deployment: false } }
}

const TEMPLATE: Part = part("PodTemplateSpec");

const ARGO_CONTAINER: Part = step(&["dependencies", "mirrorVolumeMounts"], &[]);
/// Its `command` gets the script as a file.
const ARGO_SCRIPT: Part = step(&["source"], &["command", "args"]);
/// A script takes the place of `command`, and both end when they are done.
const TEKTON_STEP: Part = step(
    &[
        "computeResources",
        "displayName",
        "onError",
        "params",
        "ref",
        "results",
        "script",
        "stderrConfig",
        "stdoutConfig",
        "timeout",
        "when",
        "workspaces",
    ],
    &["command", "args"],
);
const REVISION: Part = Part {
    optional: &["name"],
    more: &["containerConcurrency", "idleTimeoutSeconds", "responseStartTimeoutSeconds", "timeoutSeconds"],
    ..TEMPLATE
};

const ROWS: &[Row] = &[
    row("agones.dev", "v1", "Fleet", &[("spec.template.spec.template", TEMPLATE)]),
    row("agones.dev", "v1", "GameServer", &[("spec.template", TEMPLATE)]),
    row("agones.dev", "v1", "GameServerSet", &[("spec.template.spec.template", TEMPLATE)]),
    row("actions.github.com", "v1alpha1", "AutoscalingRunnerSet", &[("spec.template", TEMPLATE)]),
    row("apps.kruise.io", "v1alpha1", "BroadcastJob", &[("spec.template", TEMPLATE)]),
    row("apps.kruise.io", "v1alpha1", "CloneSet", &[("spec.template", TEMPLATE)]).like_deployment(),
    row("apps.openshift.io", "v1", "DeploymentConfig", &[("spec.template", TEMPLATE)]).like_deployment(),
    row("argoproj.io", "v1alpha1", "AnalysisTemplate", &[("spec.metrics[].provider.job.spec.template", TEMPLATE)]).filled_in(&["{{"]),
    row("argoproj.io", "v1alpha1", "ClusterAnalysisTemplate", &[("spec.metrics[].provider.job.spec.template", TEMPLATE)])
        .filled_in(&["{{"]),
    row("argoproj.io", "v1alpha1", "ClusterWorkflowTemplate", WORKFLOW).filled_in(&["{{"]),
    row("argoproj.io", "v1alpha1", "CronWorkflow", CRON_WORKFLOW).filled_in(&["{{"]),
    row("argoproj.io", "v1alpha1", "Rollout", &[("spec.template", TEMPLATE)]).like_deployment(),
    row("argoproj.io", "v1alpha1", "Workflow", WORKFLOW).filled_in(&["{{"]),
    row("argoproj.io", "v1alpha1", "WorkflowTemplate", WORKFLOW).filled_in(&["{{"]),
    row("elasticsearch.k8s.elastic.co", "v1", "Elasticsearch", &[("spec.nodeSets[].podTemplate", completed("PodTemplateSpec"))]),
    row("jobset.x-k8s.io", "v1alpha2", "JobSet", &[("spec.replicatedJobs[].template.spec.template", TEMPLATE)]),
    row("keda.sh", "v1alpha1", "ScaledJob", &[("spec.jobTargetRef", part("JobSpec"))]),
    row("kibana.k8s.elastic.co", "v1", "Kibana", &[("spec.podTemplate", completed("PodTemplateSpec"))]),
    row("kubeflow.org", "v1", "MPIJob", &[("spec.mpiReplicaSpecs.*.template", TEMPLATE)]),
    row("kubeflow.org", "v1", "PaddleJob", &[("spec.paddleReplicaSpecs.*.template", TEMPLATE)]),
    row("kubeflow.org", "v1", "PyTorchJob", &[("spec.pytorchReplicaSpecs.*.template", TEMPLATE)]),
    row("kubeflow.org", "v1", "TFJob", &[("spec.tfReplicaSpecs.*.template", TEMPLATE)]),
    row("kubeflow.org", "v1", "XGBoostJob", &[("spec.xgbReplicaSpecs.*.template", TEMPLATE)]),
    row(
        "leaderworkerset.x-k8s.io",
        "v1",
        "LeaderWorkerSet",
        &[("spec.leaderWorkerTemplate.leaderTemplate", TEMPLATE), ("spec.leaderWorkerTemplate.workerTemplate", TEMPLATE)],
    ),
    row("monitoring.coreos.com", "v1", "Alertmanager", OPERATED),
    row("monitoring.coreos.com", "v1", "Prometheus", OPERATED),
    row("monitoring.coreos.com", "v1", "ThanosRuler", OPERATED),
    row("monitoring.coreos.com", "v1alpha1", "PrometheusAgent", OPERATED),
    row("ray.io", "v1", "RayCluster", &[("spec.headGroupSpec.template", TEMPLATE), ("spec.workerGroupSpecs[].template", TEMPLATE)]),
    row(
        "ray.io",
        "v1",
        "RayJob",
        &[
            ("spec.rayClusterSpec.headGroupSpec.template", TEMPLATE),
            ("spec.rayClusterSpec.workerGroupSpecs[].template", TEMPLATE),
            ("spec.submitterPodTemplate", TEMPLATE),
        ],
    ),
    row(
        "ray.io",
        "v1",
        "RayService",
        &[("spec.rayClusterConfig.headGroupSpec.template", TEMPLATE), ("spec.rayClusterConfig.workerGroupSpecs[].template", TEMPLATE)],
    ),
    row("serving.knative.dev", "v1", "Configuration", &[("spec.template", REVISION)]).like_deployment(),
    row("serving.knative.dev", "v1", "Service", &[("spec.template", REVISION)]).like_deployment(),
    row(
        "tekton.dev",
        "v1",
        "Pipeline",
        &[("spec.tasks[].taskSpec.steps[]", TEKTON_STEP), ("spec.finally[].taskSpec.steps[]", TEKTON_STEP)],
    )
    .filled_in(&["$("]),
    row(
        "tekton.dev",
        "v1",
        "PipelineRun",
        &[("spec.pipelineSpec.tasks[].taskSpec.steps[]", TEKTON_STEP), ("spec.pipelineSpec.finally[].taskSpec.steps[]", TEKTON_STEP)],
    )
    .filled_in(&["$("]),
    row("tekton.dev", "v1", "Task", &[("spec.steps[]", TEKTON_STEP), ("spec.sidecars[]", TEKTON_STEP), ("spec.volumes[]", part("Volume"))])
        .filled_in(&["$("]),
    row(
        "tekton.dev",
        "v1",
        "TaskRun",
        &[("spec.taskSpec.steps[]", TEKTON_STEP), ("spec.taskSpec.sidecars[]", TEKTON_STEP), ("spec.taskSpec.volumes[]", part("Volume"))],
    )
    .filled_in(&["$("]),
];

const WORKFLOW: &[(&str, Part)] = &[
    ("spec.templates[].container", ARGO_CONTAINER),
    ("spec.templates[].containerSet.containers[]", ARGO_CONTAINER),
    ("spec.templates[].initContainers[]", ARGO_CONTAINER),
    ("spec.templates[].script", ARGO_SCRIPT),
    ("spec.templates[].sidecars[]", ARGO_CONTAINER),
    ("spec.templates[].volumes[]", part("Volume")),
    ("spec.volumes[]", part("Volume")),
];

const CRON_WORKFLOW: &[(&str, Part)] = &[
    ("spec.workflowSpec.templates[].container", ARGO_CONTAINER),
    ("spec.workflowSpec.templates[].containerSet.containers[]", ARGO_CONTAINER),
    ("spec.workflowSpec.templates[].initContainers[]", ARGO_CONTAINER),
    ("spec.workflowSpec.templates[].script", ARGO_SCRIPT),
    ("spec.workflowSpec.templates[].sidecars[]", ARGO_CONTAINER),
    ("spec.workflowSpec.templates[].volumes[]", part("Volume")),
    ("spec.workflowSpec.volumes[]", part("Volume")),
];

/// Containers are merged by name with those of the operator.
const OPERATED: &[(&str, Part)] = &[
    ("spec.affinity", part("Affinity")),
    ("spec.containers[]", completed("Container")),
    ("spec.initContainers[]", completed("Container")),
    ("spec.resources", part("ResourceRequirements")),
    ("spec.tolerations[]", part("Toleration")),
    ("spec.volumeMounts[]", part("VolumeMount")),
    ("spec.volumes[]", part("Volume")),
];

impl Row {
    const fn filled_in(mut self, marks: &'static [&'static str]) -> Row {
        self.custom.fills_in = marks;
        self
    }

    const fn like_deployment(mut self) -> Row {
        self.custom.is_like_deployment = true;
        self
    }

    /// The kind with its types. It is made once and kept for good.
    fn info(&'static self) -> KindInfo {
        let mut tree = Tree::default();
        for (place, part) in self.places {
            tree.add(&segments(place), Shape::Object(part.resolve()));
        }
        for (field, shape) in [("apiVersion", Shape::String), ("kind", Shape::String), ("metadata", Shape::Object(ty::OBJECT_META))] {
            tree.add(&[field], shape);
        }
        let pod_spec = match self.places {
            [(place, part)] if part.ty == "PodTemplateSpec" && !place.contains(['[', '*']) => {
                let path: Vec<&str> = place.split('.').chain(["spec"]).collect();
                &*path.leak()
            }
            _ => &[],
        };
        KindInfo {
            api_version: format!("{}/{}", self.group, self.version).leak(),
            kind: self.kind,
            ty: tree.into_type(self.kind),
            scope: Scope::Namespaced,
            pod_spec,
            since: Release::OLDEST,
            custom: Some(&self.custom),
        }
    }
}

/// A place of Pods that a configuration declares.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// `example.com/v1`
    pub api_version: String,
    /// `Fleet`
    pub kind: String,
    /// `spec.ships[].podTemplate`
    pub at: String,
    /// The name of the type there; one of [`Declared::TYPES`].
    pub ty: &'static str,
}

impl Declared {
    /// What can be at a place, the usual one first.
    pub const TYPES: [&str; 3] = ["PodTemplateSpec", "PodSpec", "Container"];

    /// Whether a place is written as one: names of fields with dots between them, `[]` after the name of a list, `*` for the values of a map.
    pub fn is_place(at: &str) -> bool {
        let is_step = |step: &str| {
            let name = step.strip_suffix("[]").unwrap_or(step);
            !name.is_empty() && (name == "*" || name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)))
        };
        at.split('.').all(is_step)
    }
}

/// The kinds that a configuration declares. They are kept for good.
pub fn declared(places: &[Declared]) -> Vec<&'static KindInfo> {
    let mut kinds: BTreeMap<(&str, &str), Vec<(&'static str, Part)>> = BTreeMap::new();
    for place in places {
        let at: &'static str = place.at.clone().leak();
        kinds.entry((&place.api_version, &place.kind)).or_default().push((at, part(place.ty)));
    }
    let info = |((version, kind), places): ((&str, &str), Vec<(&'static str, Part)>)| -> &'static KindInfo {
        let (group, version) = version.rsplit_once('/').unwrap_or(("", version));
        let [group, version, kind] = [group, version, kind].map(|text| -> &'static str { text.to_owned().leak() });
        let row: &'static Row = Box::leak(Box::new(row(group, version, kind, places.leak())));
        Box::leak(Box::new(row.info()))
    };
    kinds.into_iter().map(info).collect()
}

/// The steps of a place, with `[]` and `*` as steps of their own.
fn segments(place: &'static str) -> Vec<&'static str> {
    place.split('.').flat_map(|step| step.strip_suffix("[]").map_or(vec![step], |name| vec![name, "[]"])).collect()
}

/// The fields that lead to parts of Pods.
#[derive(Default)]
struct Tree {
    shape: Option<Shape>,
    below: BTreeMap<&'static str, Tree>,
}

impl Tree {
    fn add(&mut self, steps: &[&'static str], shape: Shape) {
        match steps {
            [] => self.shape = Some(shape),
            [first, rest @ ..] => self.below.entry(first).or_default().add(rest, shape),
        }
    }

    fn into_shape(mut self, name: &'static str) -> Shape {
        if let Some(shape) = self.shape {
            return shape;
        }
        if let Some(item) = self.below.remove("[]") {
            return Shape::List(Box::leak(Box::new(item.into_shape(name))));
        }
        match self.below.remove("*") {
            Some(value) => Shape::Map(Box::leak(Box::new(value.into_shape(name)))),
            None => Shape::Object(self.into_type(name)),
        }
    }

    fn into_type(self, name: &'static str) -> &'static Type {
        let field = |(name, tree): (&'static str, Tree)| plain(name, tree.into_shape(name));
        new_type(ID, name, self.below.into_iter().map(field).collect(), true, &[])
    }
}

impl Part {
    /// The type at the place: that of Kubernetes, or a variant of it.
    fn resolve(&self) -> &'static Type {
        self.variant(type_named(self.ty).expect("a type of Kubernetes"))
    }

    fn variant(&self, ty: &'static Type) -> &'static Type {
        if self.optional.is_empty() && self.without.is_empty() && self.more.is_empty() {
            return ty;
        }
        let field = |field: &Field| {
            let shape = match field.name {
                "spec" if ty == ty::POD_TEMPLATE_SPEC => Shape::Object(self.variant(ty::POD_SPEC)),
                "containers" | "initContainers" if ty == ty::POD_SPEC => {
                    Shape::List(Box::leak(Box::new(Shape::Object(self.variant(ty::CONTAINER)))))
                }
                _ => field.shape,
            };
            Field { shape, ..*field }
        };
        let fields = ty.fields.iter().filter(|field| ty != ty::CONTAINER || !self.without.contains(&field.name)).map(field);
        // Of a template the Pod has them.
        let has_more = ty.name == self.ty && ty != ty::POD_TEMPLATE_SPEC || ty == ty::POD_SPEC;
        let more = self.more.iter().filter(|_| has_more).map(|name| plain(name, Shape::Any));
        let mut fields: Vec<Field> = fields.chain(more).collect();
        fields.sort_by_key(|field| field.name);
        new_type(ty.id, ty.name, fields, has_more, self.optional)
    }
}

/// A field of which nothing but its shape is known.
pub(super) fn plain(name: &'static str, shape: Shape) -> Field {
    Field { id: ID, name, doc: "", shape, required: false, since: Release::OLDEST, until: None, facts: None }
}

pub(super) fn new_type(id: u16, name: &'static str, fields: Vec<Field>, is_open: bool, optional: &'static [&'static str]) -> &'static Type {
    let prefixes: Vec<u64> = fields.iter().map(|field| prefix(field.name)).collect();
    Box::leak(Box::new(Type { id, name, doc: "", fields: fields.leak(), prefixes: prefixes.leak(), is_open, optional }))
}

/// The kind of custom resource of that name in the group of an apiVersion.
pub(super) fn kind(api_version: &str, kind: &str) -> Option<&'static KindInfo> {
    // Few documents are of such a kind, and only for them the types are made.
    static KINDS: LazyLock<Vec<KindInfo>> = LazyLock::new(|| ROWS.iter().map(Row::info).collect());
    let (group, _) = api_version.split_once('/')?;
    let at = ROWS.iter().position(|row| row.kind == kind && row.group == group)?;
    Some(&KINDS[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_makes_a_kind() {
        for row in ROWS {
            let version = format!("{}/v0", row.group);
            let info = kind(&version, row.kind).expect(row.kind);
            assert!(info.ty.is_custom() && info.ty.is_open && info.holds_pods() && !info.is_workload(), "{}", row.kind);
            assert!(row.places.iter().all(|(place, _)| Declared::is_place(place)), "{}", row.kind);
            let end = info.pod_spec.iter().try_fold(info.ty, |ty, name| ty.field(name)?.shape.struct_within());
            assert!(info.pod_spec.is_empty() || end.is_some_and(|ty| ty == ty::POD_SPEC), "{}", row.kind);
        }
        assert!(kind("argoproj.io/v1alpha1", "Pod").is_none() && kind("v1", "Workflow").is_none());
    }

    #[test]
    fn a_variant_is_still_the_type() {
        let step = TEKTON_STEP.resolve();
        assert!(step == ty::CONTAINER && step.is_open && !step.is_custom());
        assert!(step.field("script").is_some() && step.field("command").is_none() && step.field("image").is_some());
        assert_eq!(step.optional, ["name", "image"]);
        assert!(step.fields.is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn places() {
        for (place, is_place) in
            [("spec.ships[].podTemplate", true), ("spec.*.template", true), ("", false), ("spec..a", false), ("a b", false), ("[]", false)]
        {
            assert_eq!(Declared::is_place(place), is_place, "{place}");
        }
    }
}
