//! `unknown-object`

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::condition::{Condition, Scope};
use crate::pod::Object;
use crate::schema::facts::Target;
use crate::text::distance;
use crate::yaml::Node;

use super::across::{self, get, items, text};
use super::neighbours::{self, only_if};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Names of ConfigMaps, Secrets, claims, ServiceAccounts and Services that are probably misspelled.
    ///
    /// ## Why
    /// A Pod waits until the objects exist that it names. They may be created by somebody else, so a name is reported only where the same file defines another
    /// object of the kind, in the namespace, with nearly the same name. An editor also reports ConfigMaps, claims and ServiceAccounts that no file of the workspace
    /// defines, where some define others of the kind in the namespace. Nothing is reported in files that Helm or Kustomize may change.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: web-settings
    /// data:
    ///   host: example.com
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     envFrom:
    ///     - configMapRef:
    ///         name: web-setings
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: web-settings
    /// data:
    ///   host: example.com
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     envFrom:
    ///     - configMapRef:
    ///         name: web-settings
    /// ```
    ///
    /// ## Source
    /// "Restrictions" in the documentation of ConfigMaps; `envFrom` in `makeEnvironmentVariables` of the kubelet.
    UNKNOWN_OBJECT = "unknown-object", Information, [], across [Check::AnyObject(check)]
}

/// Objects that Kubernetes makes in each namespace.
const MADE_BY_KUBERNETES: [&str; 2] = ["kube-root-ca.crt", "default"];

/// Which objects the files of a workspace define: for each kind the names, each with its namespaces.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Defined {
    names: HashMap<String, HashMap<String, HashSet<Scope>>>,
    /// The kinds of objects whose names a template writes.
    unsure: HashSet<String>,
    /// The files that name one that is not defined.
    lacking: HashSet<Arc<Path>>,
}

impl Defined {
    /// Notes that a file names an object that is not defined.
    pub fn note_lack(&mut self, file: Arc<Path>) {
        self.lacking.insert(file);
    }

    /// Whether a file names one that is not defined.
    pub fn lacks_for(&self, file: &Path) -> bool {
        self.lacking.contains(file)
    }

    /// Whether nothing is defined.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether others may name objects of a kind, so that it is worth being added.
    pub fn counts(kind: &str) -> bool {
        ["ConfigMap", "PersistentVolumeClaim", "ServiceAccount"].contains(&kind)
    }

    /// Adds an object; one without a name is named by a template.
    pub fn add(&mut self, kind: &str, name: &str, namespace: Option<&str>) {
        if name.is_empty() {
            self.unsure.insert(kind.to_owned());
        } else {
            let names = self.names.entry(kind.to_owned()).or_default();
            names.entry(name.to_owned()).or_default().insert(namespace.map(str::to_owned));
        }
    }

    /// Whether a diagnostic is about an object that no file defines, while some define others of its kind in its namespace.
    pub fn lacks(&self, diagnostic: &Diagnostic) -> bool {
        match diagnostic.condition.as_deref() {
            Some(Condition::UnknownObject(scope, kind, name)) => self.is_lacking(scope, kind, name),
            _ => false,
        }
    }

    /// Whether no file defines an object, while some define others of its kind in its namespace.
    pub fn is_lacking(&self, scope: &Scope, kind: &str, name: &str) -> bool {
        let Some(names) = self.names.get(kind) else { return false };
        let others = || names.iter().filter(|(_, scopes)| scopes.contains(scope)).map(|(name, _)| name.as_str());
        // What a template calls its objects is not known, but it hardly repeats a mistake.
        let has_others = || match self.unsure.contains(kind) {
            true => is_misspelt(name, others()),
            false => others().next().is_some(),
        };
        // Kustomize puts something before or after the names of others.
        let is_made_of = |other: &String| {
            name.strip_prefix(&**other).is_some_and(|rest| rest.starts_with('-'))
                || name.strip_suffix(&**other).is_some_and(|rest| rest.ends_with('-'))
        };
        !names.contains_key(name) && has_others() && !names.keys().any(is_made_of)
    }
}

/// Whether one of the names was probably meant by another one: one word of it is misspelt. Short words and numbers tell different objects
/// apart: `web-a` and `web-b`, `stage` and `state`; not so short words with swapped letters: `web` and `wbe`.
pub(super) fn is_misspelt<'n>(name: &str, others: impl Iterator<Item = &'n str>) -> bool {
    let words = |name: &'n str| name.split(['-', '.']);
    let own: Vec<_> = name.split(['-', '.']).collect();
    let is_near = |other: &'n str| {
        let mut differing = std::iter::zip(&own, words(other)).filter(|(own, other)| *own != other);
        let tells = |own: &str, other: &str| own.len().max(other.len()) >= LONG || own.len() > 2 && letters(own) == letters(other);
        let first = differing.next().filter(|(own, other)| tells(own, other) && !has_digit(own) && !has_digit(other));
        words(other).count() == own.len()
            && first.is_some_and(|(own, other)| distance(own, other, 1).is_some())
            && differing.next().is_none()
    };
    let mut others = others;
    others.any(is_near)
}

fn letters(word: &str) -> Vec<u8> {
    let mut letters = word.as_bytes().to_vec();
    letters.sort_unstable();
    letters
}

/// Words of so many letters are seldom like another one by chance.
const LONG: usize = 6;

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

fn check<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let scope = across::scope(object.node());
    for (site, field, name) in backends(object) {
        let diagnostic = report.add(site.range(), field, message("Service", &name), Some(object.index()));
        only_if(diagnostic, Condition::UnknownObject(scope.clone(), "Service", name));
    }
    if neighbours::pod_of(object).is_none() {
        return;
    }
    for value in object.values() {
        let kind = match value.facts().refers_to {
            Some(Target::ConfigMap) => "ConfigMap",
            Some(Target::Secret) => "Secret",
            Some(Target::ServiceAccount) => "ServiceAccount",
            Some(Target::PersistentVolumeClaim) => "PersistentVolumeClaim",
            _ => continue,
        };
        let is_optional = value.parent().is_some_and(|it| it.is_true("optional"));
        let Some(name) = value.text().filter(|name| !name.is_empty() && !is_optional) else { continue };
        // A StatefulSet makes its claims, and numbers them.
        let is_of_set = kind == "PersistentVolumeClaim" && name.ends_with(|last: char| last.is_ascii_digit());
        if !is_of_set && !MADE_BY_KUBERNETES.contains(&&*name) {
            let diagnostic = report.on(value, message(kind, &name));
            only_if(diagnostic, Condition::UnknownObject(scope.clone(), kind, name.into_owned()));
        }
    }
}

/// The Services that an Ingress sends requests to, each with its node and its path.
fn backends(object: Object<'_>) -> Vec<(Node<'_>, String, String)> {
    const SERVICE: [&str; 3] = ["backend", "service", "name"];
    if !neighbours::is_of(object, "networking.k8s.io/v1", "Ingress") {
        return vec![];
    }
    let rules = items(object.node(), &["spec", "rules"]).enumerate();
    let paths = rules.flat_map(|(rule, it)| items(it, &["http", "paths"]).enumerate().map(move |(path, it)| (rule, path, it)));
    let backend = |(rule, path, it)| {
        Some((get(it, &SERVICE)?, format!("spec.rules[{rule}].http.paths[{path}].backend.service.name"), text(it, &SERVICE)?))
    };
    paths.filter_map(backend).collect()
}

fn message(kind: &str, name: &str) -> String {
    format!("no known {kind} has the name `{name}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_long_word_is_misspelt() {
        for (name, other, expected) in [
            ("web-setings", "web-settings", true),
            ("web-confg", "web-config", true),
            ("config-web", "web-config", false),
            ("web-config-a", "web-config-b", false),
            ("settings1", "settings2", false),
            ("stage", "state", false),
            ("web", "wbe", true),
            ("a-1", "1-a", false),
            ("web-setings-x", "web-settings", false),
        ] {
            assert_eq!(is_misspelt(name, [other].into_iter()), expected, "{name} {other}");
        }
    }

    #[test]
    fn what_the_workspace_lacks() {
        let mut defined = Defined::default();
        defined.add("ConfigMap", "settings", Some("shop"));
        defined.add("ServiceAccount", "", Some("shop"));
        defined.add("ServiceAccount", "web-server", Some("shop"));
        let shop = Some("shop".to_owned());
        for (scope, kind, name, expected) in [
            (&shop, "ConfigMap", "other", true),
            (&shop, "ConfigMap", "settings", false),
            (&None, "ConfigMap", "other", false),
            (&None, "ConfigMap", "settings", false),
            (&shop, "ConfigMap", "dev-settings", false),
            (&shop, "ConfigMap", "settings-v2", false),
            (&shop, "PersistentVolumeClaim", "other", false),
            (&shop, "ServiceAccount", "other", false),
            (&shop, "ServiceAccount", "web-servr", true),
        ] {
            assert_eq!(defined.is_lacking(scope, kind, name), expected, "{scope:?} {kind} {name}");
        }
    }
}
