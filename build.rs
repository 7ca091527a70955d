//! Makes the schema table from `k8s-openapi`: the kinds that the API server serves by default and every type they reach, as Rust
//! statics.
//!
//! `k8s-openapi` knows one release at a time, the newest; what came and went since the oldest one is merged in from
//! `src/schema/history.rs`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::{env, fs, path::Path};

use k8s_openapi::api::{
    admissionregistration::v1 as admissionregistration, apps::v1 as apps, autoscaling, batch::v1 as batch,
    certificates::v1 as certificates, coordination::v1 as coordination, core::v1 as core, discovery::v1 as discovery, events::v1 as events,
    flowcontrol::v1 as flowcontrol, networking::v1 as networking, node::v1 as node, policy::v1 as policy, rbac::v1 as rbac,
    resource::v1 as resource, scheduling::v1 as scheduling, storage::v1 as storage, storagemigration::v1 as storagemigration,
};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1::APIService;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

#[path = "src/schema/history.rs"]
mod history;

/// What no row of the history speaks of is as old as 1.33, the oldest release that podls speaks for.
const OLDEST: u32 = 33;

/// A kind that the API server serves by default.
struct Kind {
    api_version: &'static str,
    /// Adds its type, and all that it reaches, to the definitions.
    define: fn(&mut SchemaGenerator),
    /// The name of its type, with the package.
    path: fn() -> Cow<'static, str>,
    scope: &'static str,
    /// Where its PodSpec lies.
    pod_spec: &'static [&'static str],
    /// The first minor release that serves it by default.
    since: u32,
}

impl Kind {
    const fn namespaced<T: JsonSchema>(api_version: &'static str) -> Kind {
        let define = |generator: &mut SchemaGenerator| drop(generator.subschema_for::<T>());
        Kind { api_version, define, path: T::schema_name, scope: "Namespaced", pod_spec: &[], since: OLDEST }
    }

    const fn cluster<T: JsonSchema>(api_version: &'static str) -> Kind {
        Kind { scope: "Cluster", ..Kind::namespaced::<T>(api_version) }
    }

    const fn pods_at(mut self, path: &'static [&'static str]) -> Kind {
        self.pod_spec = path;
        self
    }

    const fn since(mut self, release: u32) -> Kind {
        self.since = release;
        self
    }
}

/// All kinds that can be created on a server with default settings, but those that only ask a question (reviews, `Binding`).
/// The first nine hold a PodSpec.
const KINDS: &[Kind] = &[
    Kind::namespaced::<core::Pod>("v1").pods_at(&["spec"]),
    Kind::namespaced::<core::PodTemplate>("v1").pods_at(&["template", "spec"]),
    Kind::namespaced::<core::ReplicationController>("v1").pods_at(&["spec", "template", "spec"]),
    Kind::namespaced::<apps::DaemonSet>("apps/v1").pods_at(&["spec", "template", "spec"]),
    Kind::namespaced::<apps::Deployment>("apps/v1").pods_at(&["spec", "template", "spec"]),
    Kind::namespaced::<apps::ReplicaSet>("apps/v1").pods_at(&["spec", "template", "spec"]),
    Kind::namespaced::<apps::StatefulSet>("apps/v1").pods_at(&["spec", "template", "spec"]),
    Kind::namespaced::<batch::CronJob>("batch/v1").pods_at(&["spec", "jobTemplate", "spec", "template", "spec"]),
    Kind::namespaced::<batch::Job>("batch/v1").pods_at(&["spec", "template", "spec"]),
    Kind::namespaced::<core::ConfigMap>("v1"),
    Kind::namespaced::<core::Endpoints>("v1"),
    Kind::namespaced::<core::Event>("v1"),
    Kind::namespaced::<core::LimitRange>("v1"),
    Kind::cluster::<core::Namespace>("v1"),
    Kind::cluster::<core::Node>("v1"),
    Kind::cluster::<core::PersistentVolume>("v1"),
    Kind::namespaced::<core::PersistentVolumeClaim>("v1"),
    Kind::namespaced::<core::ResourceQuota>("v1"),
    Kind::namespaced::<core::Secret>("v1"),
    Kind::namespaced::<core::Service>("v1"),
    Kind::namespaced::<core::ServiceAccount>("v1"),
    Kind::cluster::<admissionregistration::MutatingAdmissionPolicy>("admissionregistration.k8s.io/v1").since(36),
    Kind::cluster::<admissionregistration::MutatingAdmissionPolicyBinding>("admissionregistration.k8s.io/v1").since(36),
    Kind::cluster::<admissionregistration::MutatingWebhookConfiguration>("admissionregistration.k8s.io/v1"),
    Kind::cluster::<admissionregistration::ValidatingAdmissionPolicy>("admissionregistration.k8s.io/v1"),
    Kind::cluster::<admissionregistration::ValidatingAdmissionPolicyBinding>("admissionregistration.k8s.io/v1"),
    Kind::cluster::<admissionregistration::ValidatingWebhookConfiguration>("admissionregistration.k8s.io/v1"),
    Kind::cluster::<CustomResourceDefinition>("apiextensions.k8s.io/v1"),
    Kind::cluster::<APIService>("apiregistration.k8s.io/v1"),
    Kind::namespaced::<apps::ControllerRevision>("apps/v1"),
    Kind::namespaced::<autoscaling::v2::HorizontalPodAutoscaler>("autoscaling/v2"),
    Kind::namespaced::<autoscaling::v1::HorizontalPodAutoscaler>("autoscaling/v1"),
    Kind::cluster::<certificates::CertificateSigningRequest>("certificates.k8s.io/v1"),
    Kind::cluster::<certificates::ClusterTrustBundle>("certificates.k8s.io/v1").since(37),
    Kind::namespaced::<certificates::PodCertificateRequest>("certificates.k8s.io/v1").since(37),
    Kind::namespaced::<coordination::Lease>("coordination.k8s.io/v1"),
    Kind::namespaced::<discovery::EndpointSlice>("discovery.k8s.io/v1"),
    Kind::namespaced::<events::Event>("events.k8s.io/v1"),
    Kind::cluster::<flowcontrol::FlowSchema>("flowcontrol.apiserver.k8s.io/v1"),
    Kind::cluster::<flowcontrol::PriorityLevelConfiguration>("flowcontrol.apiserver.k8s.io/v1"),
    Kind::cluster::<networking::IPAddress>("networking.k8s.io/v1"),
    Kind::namespaced::<networking::Ingress>("networking.k8s.io/v1"),
    Kind::cluster::<networking::IngressClass>("networking.k8s.io/v1"),
    Kind::namespaced::<networking::NetworkPolicy>("networking.k8s.io/v1"),
    Kind::cluster::<networking::ServiceCIDR>("networking.k8s.io/v1"),
    Kind::cluster::<node::RuntimeClass>("node.k8s.io/v1"),
    Kind::namespaced::<policy::PodDisruptionBudget>("policy/v1"),
    Kind::cluster::<rbac::ClusterRole>("rbac.authorization.k8s.io/v1"),
    Kind::cluster::<rbac::ClusterRoleBinding>("rbac.authorization.k8s.io/v1"),
    Kind::namespaced::<rbac::Role>("rbac.authorization.k8s.io/v1"),
    Kind::namespaced::<rbac::RoleBinding>("rbac.authorization.k8s.io/v1"),
    Kind::cluster::<resource::DeviceClass>("resource.k8s.io/v1").since(34),
    Kind::cluster::<resource::DeviceTaintRule>("resource.k8s.io/v1").since(37),
    Kind::namespaced::<resource::ResourceClaim>("resource.k8s.io/v1").since(34),
    Kind::namespaced::<resource::ResourceClaimTemplate>("resource.k8s.io/v1").since(34),
    Kind::cluster::<resource::ResourceSlice>("resource.k8s.io/v1").since(34),
    Kind::cluster::<scheduling::PriorityClass>("scheduling.k8s.io/v1"),
    Kind::cluster::<storage::CSIDriver>("storage.k8s.io/v1"),
    Kind::cluster::<storage::CSINode>("storage.k8s.io/v1"),
    Kind::namespaced::<storage::CSIStorageCapacity>("storage.k8s.io/v1"),
    Kind::cluster::<storage::StorageClass>("storage.k8s.io/v1"),
    Kind::cluster::<storage::VolumeAttachment>("storage.k8s.io/v1"),
    Kind::cluster::<storage::VolumeAttributesClass>("storage.k8s.io/v1").since(34),
    Kind::cluster::<storagemigration::StorageVersionMigration>("storagemigration.k8s.io/v1").since(37),
];

/// The packages whose types are named with their group where another package has a type of that name: `resource/ResourceClaim`.
const NAMESAKES: [&str; 7] =
    ["apiextensions.v1", "apiregistration.v1", "autoscaling.v1", "discovery.v1", "events.v1", "flowcontrol.v1", "resource.v1"];

/// The types that hold anything.
const ANYTHING: [&str; 4] = ["FieldsV1", "JSON", "JSONSchemaPropsOrStringArray", "RawExtension"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/schema/history.rs");
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("schema.rs");
    fs::write(out, Generator::new().table()).expect("the table can be written");
}

/// The JSON schemas of all types, by their names with the package: `io.k8s.api.core.v1.Pod`.
fn by_path() -> BTreeMap<String, Value> {
    let mut generator = schemars::generate::SchemaSettings::draft07().into_generator();
    for kind in KINDS {
        (kind.define)(&mut generator);
    }
    generator.take_definitions(false).into_iter().collect()
}

/// The names of all types, by those with the package.
fn names<'a>(paths: impl Iterator<Item = &'a String>) -> BTreeMap<String, String> {
    let paths: Vec<_> = paths.collect();
    let mut taken = BTreeMap::new();
    let mut name = |path: &&String| {
        let (package, short) = path.rsplit_once('.').unwrap_or(("", path));
        let is_shared = paths.iter().filter(|other| self::short(other) == short).count() > 1;
        let group = NAMESAKES.iter().find(|it| package.ends_with(*it)).filter(|_| is_shared).and_then(|it| it.split('.').next());
        let name = group.map_or_else(|| short.to_owned(), |group| format!("{group}/{short}"));
        let other = taken.insert(name.clone(), path.to_string());
        assert!(other.is_none(), "two types are named {name}: {path}, {other:?}");
        (path.to_string(), name)
    };
    paths.iter().map(&mut name).collect()
}

/// Gives the claims of a StatefulSet a type of their own: they need neither `apiVersion` nor `kind`, and their names are those of volumes.
fn separate_claim_templates(definitions: &mut BTreeMap<String, Value>) {
    let claim = definitions["PersistentVolumeClaim"].clone();
    definitions.insert("VolumeClaimTemplate".to_owned(), claim);
    let set = definitions.get_mut("StatefulSetSpec").expect("a struct with claims");
    set["properties"]["volumeClaimTemplates"]["items"]["$ref"] = "#/definitions/VolumeClaimTemplate".into();
}

/// Adds the fields and types that the newest release no longer has.
fn merge_gone(definitions: &mut BTreeMap<String, Value>) {
    let gone: BTreeMap<String, Value> = serde_json::from_str(history::GONE).expect("history::GONE is JSON");
    for (name, schema) in gone {
        match definitions.get_mut(&name) {
            None => drop(definitions.insert(name, schema)),
            Some(there) => {
                let fields = there["properties"].as_object_mut().expect("a struct with fields");
                for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
                    assert!(fields.insert(field.clone(), schema.clone()).is_none(), "{name}.{field} is still there");
                }
            }
        }
    }
}

/// The name of a constant: `HTTP_GET_ACTION` for `HTTPGetAction`.
fn constant(name: &str) -> String {
    let name = name.replace('/', "_");
    let chars: Vec<char> = name.chars().collect();
    let mut constant = String::new();
    for (at, char) in chars.iter().enumerate() {
        let follows_small = at > 0 && !chars[at - 1].is_uppercase() && chars[at - 1] != '_';
        let precedes_small = at > 0 && chars[at - 1] != '_' && chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        if char.is_uppercase() && (follows_small || precedes_small) {
            constant.push('_');
        }
        constant.push(char.to_ascii_uppercase());
    }
    constant
}

/// Writes the statics of the table.
struct Generator {
    /// The schemas of all types, by name.
    definitions: BTreeMap<String, Value>,
    /// The names of all types, by those with the package.
    names: BTreeMap<String, String>,
    /// The position of each struct among the types.
    numbers: BTreeMap<String, usize>,
}

impl Generator {
    fn new() -> Self {
        let by_path = by_path();
        let names = names(by_path.keys());
        let mut definitions = by_path.into_iter().map(|(path, schema)| (names[&path].clone(), schema)).collect();
        merge_gone(&mut definitions);
        separate_claim_templates(&mut definitions);
        let structs = definitions.iter().filter(|(name, schema)| schema["type"] == "object" && !ANYTHING.contains(&name.as_str()));
        let numbers = structs.enumerate().map(|(number, (name, _))| (name.clone(), number)).collect();
        Generator { definitions, names, numbers }
    }

    fn table(&self) -> String {
        let docs = self.repeated_docs();
        let mut out = String::new();
        for (doc, number) in &docs {
            writeln!(out, "const DOC_{number}: &str = {doc:?};").unwrap();
        }
        let doc = |schema: &Value| {
            let text = description(schema);
            docs.get(text).map_or_else(|| format!("{text:?}"), |number| format!("DOC_{number}"))
        };
        let mut history = History { used: vec![false; history::ROWS.len()] };
        let mut field_id = 0;
        writeln!(out, "static TYPE: [Type; {}] = [", self.numbers.len()).unwrap();
        for (name, number) in &self.numbers {
            let schema = &self.definitions[name];
            writeln!(out, "Type {{ id: {number}, name: {name:?}, doc: {}, fields: &[", doc(schema)).unwrap();
            let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let properties: BTreeMap<_, _> = schema["properties"].as_object().into_iter().flatten().collect();
            let prefixes: Vec<_> = properties.keys().map(|field| format!("prefix({field:?})")).collect();
            for (field, schema) in properties {
                let (since, until) = history.of(name, field);
                let until = until.map_or("None".to_owned(), |release| format!("Some({})", release_name(release)));
                writeln!(
                    out,
                    "  Field {{ id: {field_id}, name: {field:?}, doc: {}, shape: {}, required: {}, since: {}, until: {until}, facts: None }},",
                    doc(schema),
                    self.shape(schema),
                    required.contains(&field.as_str()),
                    release_name(since),
                )
                .unwrap();
                field_id += 1;
            }
            writeln!(out, "], prefixes: &[{}], is_open: false, optional: &[] }},", prefixes.join(", ")).unwrap();
        }
        writeln!(out, "];\npub static TYPES: &[Type] = &TYPE;\npub const FIELDS: usize = {field_id};\npub static KINDS: &[KindInfo] = &[")
            .unwrap();
        for Kind { api_version, path, scope, pod_spec, since, .. } in KINDS {
            let path = path();
            let (kind, ty, since) = (short(&path), self.numbers[&self.names[&*path]], release_name(*since));
            writeln!(
                out,
                "KindInfo {{ api_version: {api_version:?}, kind: {kind:?}, ty: &TYPE[{ty}], scope: Scope::{scope}, pod_spec: &{pod_spec:?}, \
                 since: {since}, custom: None }},"
            )
            .unwrap();
        }
        writeln!(
            out,
            "];\n/// A constant for each type, so that a misspelled name does not compile.\npub mod ty {{\nuse super::{{TYPE, Type}};"
        )
        .unwrap();
        for (name, number) in &self.numbers {
            writeln!(out, "/// `{name}`\npub const {}: &Type = &TYPE[{number}];", constant(name)).unwrap();
        }
        writeln!(out, "}}").unwrap();
        history.assert_all_used();
        out
    }

    /// The descriptions that occur more than once, numbered.
    fn repeated_docs(&self) -> BTreeMap<&str, usize> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for schema in self.definitions.values() {
            *counts.entry(description(schema)).or_default() += 1;
            for field in schema["properties"].as_object().into_iter().flat_map(|fields| fields.values()) {
                *counts.entry(description(field)).or_default() += 1;
            }
        }
        counts.into_iter().filter(|&(_, count)| count > 1).enumerate().map(|(number, (doc, _))| (doc, number)).collect()
    }

    /// The `Shape` of a value with that JSON schema.
    fn shape(&self, schema: &Value) -> String {
        if let Some(reference) = schema["$ref"].as_str() {
            let path = reference.rsplit('/').next().unwrap_or(reference);
            let name = self.names.get(path).map_or(path, String::as_str);
            return match name {
                "Quantity" => "Shape::Quantity".into(),
                "IntOrString" => "Shape::IntOrString".into(),
                "Time" => "Shape::Time".into(),
                "MicroTime" => "Shape::MicroTime".into(),
                _ if ANYTHING.contains(&name) => "Shape::Any".into(),
                // A list of schemas the server decodes, but rejects afterwards.
                "JSONSchemaPropsOrArray" => format!("Shape::Object(&TYPE[{}])", self.numbers["JSONSchemaProps"]),
                "JSONSchemaPropsOrBool" => format!("Shape::ObjectOrBool(&TYPE[{}])", self.numbers["JSONSchemaProps"]),
                _ => format!("Shape::Object(&TYPE[{}])", self.numbers[name]),
            };
        }
        match (schema["type"].as_str().unwrap_or_default(), schema["format"].as_str().unwrap_or_default()) {
            ("string", "byte") => "Shape::Bytes".into(),
            ("string", "") => "Shape::String".into(),
            ("boolean", "") => "Shape::Bool".into(),
            ("integer", "int32") => "Shape::Int32".into(),
            ("integer", "int64") => "Shape::Int64".into(),
            ("number", _) => "Shape::Double".into(),
            ("array", "") => format!("Shape::List(&{})", self.shape(&schema["items"])),
            ("object", "") => format!("Shape::Map(&{})", self.shape(&schema["additionalProperties"])),
            _ => panic!("no shape for {schema}"),
        }
    }
}

/// Looks up since and until, and remembers which rows were used.
struct History {
    used: Vec<bool>,
}

impl History {
    /// Since and until of a field, as minor releases.
    fn of(&mut self, ty: &str, field: &str) -> (u32, Option<u32>) {
        let at = |name| history::ROWS.iter().position(|row| row.0 == ty && row.1 == name);
        let Some(row) = at(field).or_else(|| at("*")) else { return (OLDEST, None) };
        self.used[row] = true;
        (history::ROWS[row].2, history::ROWS[row].3)
    }

    /// Stops the build where a row names no field.
    fn assert_all_used(&self) {
        for (row, used) in history::ROWS.iter().zip(&self.used) {
            assert!(used, "src/schema/history.rs names {}.{}, which is no field", row.0, row.1);
        }
    }
}

fn release_name(minor: u32) -> String {
    if minor <= OLDEST { "Release::OLDEST".to_owned() } else { format!("Release::V1_{minor}") }
}

fn description(schema: &Value) -> &str {
    schema["description"].as_str().unwrap_or_default()
}

fn short(path: &str) -> &str {
    path.rsplit(['.', '/']).next().unwrap_or(path)
}
