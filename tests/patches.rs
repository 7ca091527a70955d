//! A patch is never judged by what it lacks: any part of a right manifest is a right patch.

use std::fs;
use std::path::Path;

use podls::analysis::Analysis;
use podls::rules::{Completeness, Layers, Options};
use podls::yaml;
use yaml_serde::{Mapping, Value};

/// What names an item of a list that is merged; a patch keeps it.
const MERGE_KEYS: [&str; 10] =
    ["name", "containerPort", "mountPath", "devicePath", "ip", "topologyKey", "type", "uid", "protocol", "resourceName"];
/// So many patches are made of each manifest.
const PATCHES: u64 = 60;

/// xorshift64*: the same numbers in each run.
struct Numbers(u64);

impl Numbers {
    fn one_in(&mut self, n: u64) -> bool {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).is_multiple_of(n)
    }
}

#[test]
fn a_part_of_a_manifest_is_a_patch() {
    let mut numbers = Numbers(42);
    let mut tried = 0;
    for (name, manifest) in manifests() {
        for _ in 0..PATCHES {
            let mut patch = manifest.clone();
            shorten(&mut patch, &mut numbers, true);
            let text = yaml_serde::to_string(&patch).expect("YAML");
            for completeness in [Completeness::Patch, Completeness::PatchOfTarget, Completeness::Completed] {
                let found = findings(&text, completeness);
                assert!(found.is_empty(), "a {completeness:?} of {name}:\n{}\n\n{text}", found.join("\n"));
            }
            tried += 1;
        }
    }
    assert!(tried > 2000, "only {tried} patches");
}

/// What is wrong by itself is wrong in a patch too.
#[test]
fn a_slip_in_a_patch_is_found() {
    for (slip, code) in [
        ("replica: 3", "unknown-field"),
        ("replicas: many", "type-mismatch"),
        ("template: {spec: {containers: [{name: web, imagePullPolicy: Allways}]}}", "unsupported-value"),
        ("template: {spec: {containers: [{name: web, ports: [{containerPort: 0}]}]}}", "out-of-range"),
        ("template: {spec: {containers: [{name: web, resources: {limits: {memory: 1Gb}}}]}}", "invalid-quantity"),
        ("template: {spec: {restartPolicy: Never}}", "unsupported-restart-policy"),
        ("containers: []", "misplaced-field"),
        ("replicas: 1\n  replicas: 2", "duplicate-key"),
    ] {
        let text = format!("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  {slip}\n");
        for completeness in [Completeness::Patch, Completeness::PatchOfTarget, Completeness::Completed] {
            let found = findings(&text, completeness);
            assert!(matches!(&found[..], [one] if one.starts_with(code)), "{text}: {found:?}");
        }
    }
}

fn findings(text: &str, completeness: Completeness) -> Vec<String> {
    let options = Options { layers: Layers::of(completeness), ..Options::default() };
    let analysis = Analysis::new(text, &options, None);
    analysis.diagnostics().iter().map(|(_, it)| format!("{} at {}: {}", it.code, it.field, it.message)).collect()
}

/// The accepted manifests of which nothing is said, one for each object.
fn manifests() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/bases");
    let mut files: Vec<_> = fs::read_dir(folder).expect("the bases").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let mut manifests = vec![];
    for file in files {
        let text = fs::read_to_string(&file).expect("a text");
        for part in yaml::split(&text) {
            let part = &text[part.span()];
            let Ok(value) = yaml_serde::from_str::<Value>(part) else { continue };
            let items = value.get("items").and_then(Value::as_sequence).cloned().unwrap_or_else(|| vec![value]);
            for item in items.into_iter().filter(Value::is_mapping) {
                let text = yaml_serde::to_string(&item).expect("YAML");
                if findings(&text, Completeness::Whole).is_empty() {
                    manifests.push((file.display().to_string(), item));
                }
            }
        }
    }
    manifests
}

/// Removes some entries and items, and sets others to `null`.
fn shorten(value: &mut Value, numbers: &mut Numbers, is_top: bool) {
    match value {
        Value::Mapping(mapping) => {
            let keeps = |key: &Value| MERGE_KEYS.iter().any(|it| key == it) || is_top && key != "spec";
            let kept = std::mem::take(mapping).into_iter().filter(|(key, _)| keeps(key) || !numbers.one_in(4));
            *mapping = kept.collect::<Mapping>();
            for (key, value) in mapping.iter_mut() {
                if !keeps(key) && numbers.one_in(12) {
                    *value = Value::Null;
                } else {
                    shorten(value, numbers, false);
                }
            }
        }
        Value::Sequence(items) => {
            items.retain(|_| !numbers.one_in(4));
            items.iter_mut().for_each(|item| shorten(item, numbers, false));
        }
        _ => {}
    }
}
