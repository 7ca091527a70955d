//! The user's settings.

use std::collections::HashMap;

use serde_json::Value;

use crate::rules::{self, Level};
use crate::schema::Release;

/// What the user set in the editor. A `.podls.yaml` wins over it for what it names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// `kubernetes`
    pub release: Option<Release>,
    /// `rules`
    pub levels: HashMap<String, Level>,
}

impl Settings {
    /// Reads settings, either bare or in a section `podls`, as editors send them. What is wrong is told, in words for the user; the rest
    /// counts all the same. Names that are not ours are left alone: editors keep their own settings in the same section.
    pub fn read(value: &Value) -> (Settings, Vec<String>) {
        let value = value.get("podls").filter(|section| section.is_object()).unwrap_or(value);
        let (mut settings, mut problems) = (Settings::default(), vec![]);
        match &value["kubernetes"] {
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => match text.parse() {
                Ok(release) => settings.release = Some(release),
                Err(error) => problems.push(format!("podls.kubernetes: {error}")),
            },
            other => {
                problems.push(format!("podls.kubernetes: a release in quotes is wanted, such as \"{}\", not {other}", Release::default()))
            }
        }
        match &value["rules"] {
            Value::Null => {}
            Value::Object(rules) => {
                for (code, level) in rules {
                    if rules::named(code).is_none() {
                        problems.push(format!("podls.rules: there is no rule {code:?}; `podls rules` lists them"));
                    } else if let Some(level) = level.as_str().and_then(Level::named) {
                        settings.levels.insert(code.clone(), level);
                    } else {
                        problems.push(format!("podls.rules: {code} must be off, error, warning, information or hint, not {level}"));
                    }
                }
            }
            other => problems.push(format!("podls.rules: an object from rule to level is wanted, not {other}")),
        }
        (settings, problems)
    }

    /// These settings, and where they say nothing the `older` ones.
    pub fn over(mut self, older: &Settings) -> Settings {
        self.release = self.release.or(older.release);
        for (code, level) in &older.levels {
            self.levels.entry(code.clone()).or_insert(*level);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wrong_is_told_and_the_rest_counts() {
        for (value, release, told) in [
            (json!(null), None, vec![]),
            (json!({"kubernetes": "1.35"}), Some("1.35"), vec![]),
            (json!({"podls": {"kubernetes": "v1.34"}}), Some("1.34"), vec![]),
            (json!({"kubernetes": "", "server": {"path": "/x"}}), None, vec![]),
            (json!({"kubernetes": 1.35}), None, vec!["in quotes"]),
            (json!({"kubernetes": "1.12"}), None, vec!["does not know"]),
            (json!({"kubernetes": "1.36", "rules": {"no-such": "off"}}), Some("1.36"), vec!["no rule \"no-such\""]),
            (json!({"rules": []}), None, vec!["an object"]),
            (json!([1]), None, vec![]),
        ] {
            let (settings, problems) = Settings::read(&value);
            assert_eq!(settings.release.map(Release::name), release, "{value}");
            assert_eq!(problems.len(), told.len(), "{problems:?}");
            assert!(problems.iter().zip(&told).all(|(problem, part)| problem.contains(part)), "{problems:?}");
        }
    }
}
