//! The user's settings.

use std::collections::HashMap;

use serde_json::Value;

use crate::ide::HintKind;
use crate::rules::{self, Level};
use crate::schema::{Release, Releases};

/// The settings of the user in the editor. A `.podls.yaml` overrides them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// `kubernetes`
    pub releases: Option<Releases>,
    /// `rules`
    pub levels: HashMap<String, Level>,
    /// `inlayHints`
    pub hints: HashMap<HintKind, bool>,
}

impl Settings {
    /// Reads settings, either bare or in a section `podls`, as editors send them. What is wrong is returned in words for the user; the rest
    /// counts all the same. Names that are not ours are left alone: editors keep their own settings in the same section.
    pub fn read(value: &Value) -> (Settings, Vec<String>) {
        let value = value.get("podls").filter(|section| section.is_object()).unwrap_or(value);
        let (mut settings, mut problems) = (Settings::default(), vec![]);
        match &value["kubernetes"] {
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => match text.parse() {
                Ok(releases) => settings.releases = Some(releases),
                Err(error) => problems.push(format!("podls.kubernetes: {error}")),
            },
            other => {
                let example = Release::default();
                problems.push(format!("podls.kubernetes: expected a release in quotes, such as \"{example}\", or \"all\", not {other}"));
            }
        }
        match &value["rules"] {
            Value::Null => {}
            Value::Object(rules) => {
                for (code, level) in rules {
                    if !rules::has_level(code) {
                        problems.push(format!("podls.rules: unknown rule or group {code:?}; `podls rules` lists them"));
                    } else if let Some(level) = level.as_str().and_then(Level::named) {
                        settings.levels.insert(code.clone(), level);
                    } else {
                        problems.push(format!("podls.rules: {code} must be off, error, warning, information or hint, not {level}"));
                    }
                }
            }
            other => problems.push(format!("podls.rules: expected an object from rule to level, not {other}")),
        }
        match &value["inlayHints"] {
            Value::Null => {}
            Value::Object(kinds) => {
                for (name, shown) in kinds {
                    match (HintKind::ALL.into_iter().find(|kind| kind.name() == name), shown.as_bool()) {
                        (Some(kind), Some(shown)) => drop(settings.hints.insert(kind, shown)),
                        (Some(_), None) => problems.push(format!("podls.inlayHints: {name} must be true or false, not {shown}")),
                        (None, _) => problems.push(format!("podls.inlayHints: unknown kind of hint {name:?}; there are {}", hint_names())),
                    }
                }
            }
            other => problems.push(format!("podls.inlayHints: expected an object from kind of hint to true or false, not {other}")),
        }
        (settings, problems)
    }

    /// These settings, and where they say nothing the `older` ones.
    pub fn over(mut self, older: &Settings) -> Settings {
        self.releases = self.releases.or(older.releases);
        for (code, level) in &older.levels {
            self.levels.entry(code.clone()).or_insert(*level);
        }
        for (kind, shown) in &older.hints {
            self.hints.entry(*kind).or_insert(*shown);
        }
        self
    }

    /// The kinds of inlay hints that are shown.
    pub fn shown_hints(&self) -> Vec<HintKind> {
        HintKind::ALL.into_iter().filter(|kind| self.hints.get(kind).copied().unwrap_or(kind.is_default())).collect()
    }
}

fn hint_names() -> String {
    HintKind::ALL.map(HintKind::name).join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diagnostic::Severity;

    /// VS Code offers and checks only what the extension's manifest declares of the settings: it must be what is read here.
    /// `UPDATE=1 cargo test --lib vscode` writes it again.
    #[test]
    fn vscode_declares_what_is_read() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/editors/vscode/package.json");
        let mut manifest = std::fs::read_to_string(path).expect("the extension's manifest").replace("\r\n", "\n");
        if std::env::var_os("UPDATE").is_some() {
            for (name, text) in declared() {
                let (before, after) = manifest.split_once(&format!("\"podls.{name}\": ")).expect(name);
                let mut values = serde_json::Deserializer::from_str(after).into_iter::<Value>();
                values.next().expect(name).expect(name);
                manifest = format!("{before}\"podls.{name}\": {text}{}", &after[values.byte_offset()..]);
            }
            std::fs::write(path, &manifest).expect("the manifest can be written");
        }
        let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
        let mut settings = manifest["contributes"]["configuration"]["properties"].as_object().expect("settings").clone();
        for (name, text) in declared() {
            let expected: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(settings.remove(&format!("podls.{name}")), Some(expected), "UPDATE=1 cargo test --lib vscode");
            assert_eq!(Settings::read(&json!({ name: 5 })).1.len(), 1, "{name} is read");
        }
        let own: Vec<_> = settings.keys().collect();
        assert_eq!(own, ["podls.server.path", "podls.trace.server", "podls.yamlExtension"], "the extension's own");
    }

    #[test]
    fn what_vscode_offers_is_taken() {
        let [kubernetes, rules, hints] = declared().map(|(_, text)| serde_json::from_str::<Value>(&text).expect("JSON"));
        let values = |of: &Value| of["enum"].as_array().expect("values").clone();
        for release in values(&kubernetes) {
            assert_eq!(Settings::read(&json!({ "kubernetes": release })).1, [] as [&str; 0]);
        }
        for (code, rule) in rules["properties"].as_object().expect("rules") {
            for level in values(rule) {
                assert_eq!(Settings::read(&json!({ "rules": { code: level } })).1, [] as [&str; 0]);
            }
        }
        let defaults: serde_json::Map<_, _> =
            hints["properties"].as_object().expect("hints").iter().map(|(name, hint)| (name.clone(), hint["default"].clone())).collect();
        let (settings, problems) = Settings::read(&json!({ "inlayHints": defaults }));
        assert_eq!((settings.shown_hints(), problems), (Settings::default().shown_hints(), vec![]));
    }

    /// The settings as the extension's manifest declares them.
    fn declared() -> [(&'static str, String); 3] {
        let releases = |first, second| -> Vec<_> { [first, second].into_iter().chain(Release::ALL.map(Release::name)).collect() };
        let kubernetes = json!({
            "type": "string",
            "enum": releases("", "all"),
            "enumItemLabels": releases("the newest", "all"),
            "default": "",
            "order": 1,
            "markdownDescription": "The Kubernetes release to check manifests for. Empty: the newest supported one. `all`: all supported releases; a message names those that it is about. A `.podls.yaml` overrides this setting.",
        });
        let levels: Vec<_> = ["off"].into_iter().chain(Severity::ALL.map(Severity::name)).collect();
        let rule = |rule: &&rules::Rule| {
            let (default, summary) = (rule.severity.name(), rule.summary());
            let schema = json!({ "type": "string", "enum": levels, "default": default, "markdownDescription": summary });
            format!("            {:?}: {schema}", rule.code)
        };
        let description = "Disables rules or groups of rules, or changes their severity. The severity of a rule overrides that of its group; a `.podls.yaml` overrides these settings.";
        let object =
            json!({ "type": "object", "default": {}, "order": 2, "markdownDescription": description, "additionalProperties": false });
        let group = |group: &rules::group::Group| {
            let schema = json!({ "type": "string", "enum": levels, "markdownDescription": format!("A group of rules. {}", group.summary) });
            format!("            {:?}: {schema}", group.name)
        };
        // One line for each rule.
        let properties = rules::group::GROUPS.iter().map(group).chain(rules::all().iter().map(rule)).collect::<Vec<_>>().join(",\n");
        let object = object.to_string().replacen('{', "{\n          ", 1);
        let rules = format!("{},\n          \"properties\": {{\n{properties}\n          }}\n        }}", object.trim_end_matches('}'));
        let hint = |kind: HintKind| {
            let schema = json!({ "type": "boolean", "default": kind.is_default(), "markdownDescription": kind.summary() });
            (kind.name().to_owned(), schema)
        };
        let hints = json!({
            "type": "object",
            "default": {},
            "order": 3,
            "markdownDescription": "Which inlay hints are shown.",
            "additionalProperties": false,
            "properties": HintKind::ALL.map(hint).into_iter().collect::<serde_json::Map<_, _>>(),
        });
        [("kubernetes", kubernetes.to_string()), ("rules", rules), ("inlayHints", hints.to_string())]
    }

    #[test]
    fn what_is_wrong_is_reported_and_the_rest_counts() {
        for (value, release, reported) in [
            (json!(null), None, vec![]),
            (json!({"kubernetes": "1.35"}), Some("1.35"), vec![]),
            (json!({"kubernetes": "1.37,1.33"}), Some("1.33, 1.37"), vec![]),
            (json!({"podls": {"kubernetes": "v1.34"}}), Some("1.34"), vec![]),
            (json!({"kubernetes": "", "server": {"path": "/x"}}), None, vec![]),
            (json!({"kubernetes": 1.35}), None, vec!["in quotes"]),
            (json!({"kubernetes": "1.12"}), None, vec!["does not know"]),
            (json!({"kubernetes": "1.36", "rules": {"no-such": "off"}}), Some("1.36"), vec!["unknown rule or group \"no-such\""]),
            (json!({"rules": []}), None, vec!["an object"]),
            (json!({"inlayHints": {"qos": true, "schedule": false}}), None, vec![]),
            (json!({"inlayHints": {"qos": 1, "quality": true}}), None, vec!["qos must be true or false", "schedule, units"]),
            (json!([1]), None, vec![]),
        ] {
            let (settings, problems) = Settings::read(&value);
            assert_eq!(settings.releases.map(|it| it.to_string()).as_deref(), release, "{value}");
            assert_eq!(problems.len(), reported.len(), "{problems:?}");
            assert!(problems.iter().zip(&reported).all(|(problem, part)| problem.contains(part)), "{problems:?}");
        }
    }
}
