//! `misspelt-object`

use crate::diagnostic::condition::Condition;
use crate::pod::Object;
use crate::schema::facts::Target;

use super::{is_of, only_if, pod_of};
use crate::rules::across::{self, get, items, text};
use crate::rules::{Check, Report, declare_rule};

declare_rule! {
    /// Names of ConfigMaps, Secrets, claims, service accounts and Services that differ slightly from one in the same file.
    ///
    /// ## Why
    /// A Pod that names an object which does not exist waits for it. Where the file has one with nearly the same name, one of the two is probably misspelled.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: conifg
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
    ///         name: config
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: config
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
    ///         name: config
    /// ```
    ///
    /// ## Source
    /// `makeEnvironmentVariables` and the volume plugins of the kubelet; the admission plugin ServiceAccount.
    MISSPELT_OBJECT = "misspelt-object", Information, [Check::Across(&Check::AnyObject(check))]
}

fn check<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let scope = across::scope(object.node());
    if is_of(object, "networking.k8s.io/v1", "Ingress") {
        for (rule, it) in items(object.node(), &["spec", "rules"]).enumerate() {
            for (path, it) in items(it, &["http", "paths"]).enumerate() {
                let (Some(site), Some(name)) = (get(it, &SERVICE), text(it, &SERVICE)) else { continue };
                let field = format!("spec.rules[{rule}].http.paths[{path}].backend.service.name");
                let diagnostic = report.add(site.range(), field, message("Service", &name), Some(object.index()));
                only_if(diagnostic, Condition::IsMisspelt(scope.clone(), "Service", name));
            }
        }
    }
    if pod_of(object).is_none() {
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
        let diagnostic = report.on(value, message(kind, &name));
        only_if(diagnostic, Condition::IsMisspelt(scope.clone(), kind, name.into_owned()));
    }
}

const SERVICE: [&str; 3] = ["backend", "service", "name"];

fn message(kind: &str, name: &str) -> String {
    format!("this file has no {kind} `{name}`, but one with nearly this name")
}
