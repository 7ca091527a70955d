//! Makes the schema table from `k8s-openapi`: the nine kinds that hold a PodSpec and every type they reach, as Rust statics.
//!
//! `k8s-openapi` knows one release at a time, the newest; what came and went since the oldest one is merged in from
//! `src/schema/history.rs`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::{env, fs, path::Path};

use k8s_openapi::api::{apps::v1 as apps, batch::v1 as batch, core::v1 as core};
use serde_json::Value;

#[path = "src/schema/history.rs"]
mod history;

/// What no row of the history speaks of is as old as 1.33, the oldest release that podls speaks for.
const OLDEST: u32 = 33;

/// The kinds with their apiVersion and the way to their PodSpec.
const KINDS: [(&str, &str, &[&str]); 9] = [
    ("v1", "Pod", &["spec"]),
    ("v1", "PodTemplate", &["template", "spec"]),
    ("v1", "ReplicationController", &["spec", "template", "spec"]),
    ("apps/v1", "DaemonSet", &["spec", "template", "spec"]),
    ("apps/v1", "Deployment", &["spec", "template", "spec"]),
    ("apps/v1", "ReplicaSet", &["spec", "template", "spec"]),
    ("apps/v1", "StatefulSet", &["spec", "template", "spec"]),
    ("batch/v1", "CronJob", &["spec", "jobTemplate", "spec", "template", "spec"]),
    ("batch/v1", "Job", &["spec", "template", "spec"]),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/schema/history.rs");
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("schema.rs");
    fs::write(out, Generator::new(definitions()).table()).expect("the table can be written");
}

/// The JSON schemas of all types, by their names without the package.
fn definitions() -> BTreeMap<String, Value> {
    let mut generator = schemars::generate::SchemaSettings::draft07().into_generator();
    generator.subschema_for::<core::Pod>();
    generator.subschema_for::<core::PodTemplate>();
    generator.subschema_for::<core::ReplicationController>();
    generator.subschema_for::<apps::DaemonSet>();
    generator.subschema_for::<apps::Deployment>();
    generator.subschema_for::<apps::ReplicaSet>();
    generator.subschema_for::<apps::StatefulSet>();
    generator.subschema_for::<batch::CronJob>();
    generator.subschema_for::<batch::Job>();
    let mut by_name = BTreeMap::new();
    for (path, schema) in generator.take_definitions(false) {
        let before = by_name.insert(short(&path).to_owned(), schema);
        assert!(before.is_none(), "two types are named {path}");
    }
    merge_gone(&mut by_name);
    by_name
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
    let chars: Vec<char> = name.chars().collect();
    let mut constant = String::new();
    for (at, char) in chars.iter().enumerate() {
        let follows_small = at > 0 && !chars[at - 1].is_uppercase();
        let precedes_small = at > 0 && chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        if char.is_uppercase() && (follows_small || precedes_small) {
            constant.push('_');
        }
        constant.push(char.to_ascii_uppercase());
    }
    constant
}

/// Writes the statics of the table.
struct Generator {
    definitions: BTreeMap<String, Value>,
    /// The position of each struct among the types.
    numbers: BTreeMap<String, usize>,
}

impl Generator {
    fn new(definitions: BTreeMap<String, Value>) -> Self {
        let structs = definitions.iter().filter(|(name, schema)| schema["type"] == "object" && *name != "FieldsV1");
        let numbers = structs.enumerate().map(|(number, (name, _))| (name.clone(), number)).collect();
        Generator { definitions, numbers }
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
                    "  Field {{ id: {field_id}, name: {field:?}, doc: {}, shape: {}, required: {}, since: {}, until: {until} }},",
                    doc(schema),
                    self.shape(schema),
                    required.contains(&field.as_str()),
                    release_name(since),
                )
                .unwrap();
                field_id += 1;
            }
            writeln!(out, "], prefixes: &[{}] }},", prefixes.join(", ")).unwrap();
        }
        writeln!(out, "];\npub static TYPES: &[Type] = &TYPE;\npub const FIELDS: usize = {field_id};\npub static KINDS: &[KindInfo] = &[")
            .unwrap();
        for (api_version, kind, pod_spec) in KINDS {
            let ty = self.numbers[kind];
            writeln!(out, "KindInfo {{ api_version: {api_version:?}, kind: {kind:?}, ty: &TYPE[{ty}], pod_spec: &{pod_spec:?} }},")
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
            let name = short(reference);
            return match name {
                "Quantity" => "Shape::Quantity".into(),
                "IntOrString" => "Shape::IntOrString".into(),
                "Time" | "MicroTime" => "Shape::Time".into(),
                "FieldsV1" | "RawExtension" => "Shape::Any".into(),
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
