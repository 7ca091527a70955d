//! `unknown-key`

use crate::diagnostic::condition::Condition;
use crate::pod::spec::{Container, Mount};
use crate::pod::{Object, Value};

use super::{only_if, pod_of};
use crate::rules::{Check, Report, across, declare_rule};

declare_rule! {
    /// Keys that the ConfigMap or Secret of the same file does not have.
    ///
    /// ## Why
    /// A container with a variable from a key that is missing waits with `CreateContainerConfigError`; a volume with such a file is not mounted. Not reported is
    /// what is `optional`, and what is not in the file.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: web
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
    ///     env:
    ///     - name: HOST
    ///       valueFrom:
    ///         configMapKeyRef:
    ///           name: web
    ///           key: hostname
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: web
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
    ///     env:
    ///     - name: HOST
    ///       valueFrom:
    ///         configMapKeyRef:
    ///           name: web
    ///           key: host
    /// ```
    ///
    /// ## Source
    /// `makeEnvironmentVariables` and the volume plugins of the kubelet.
    UNKNOWN_KEY = "unknown-key", Warning, [], across [Check::AnyObject(check)]
}

fn check<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(pod) = pod_of(object) else { return };
    let scope = across::scope(object.node());
    let mut look = |kind, holder: Value<'m>, name: &str, key: Value<'m>| {
        let Some(text) = key.text().filter(|text| !text.is_empty() && !holder.is_true("optional")) else { return };
        let diagnostic = report.on(key, format!("the {kind} `{name}` has no key `{text}`"));
        only_if(diagnostic, Condition::LacksKey(scope.clone(), kind, name.to_owned(), text.into_owned()));
    };
    for env in pod.containers().flat_map(Container::env) {
        for (field, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
            if let Some(source) = env.at(&["valueFrom", field])
                && let (Some(name), Some(key)) = (source.text_of("name"), source.get("key"))
            {
                look(kind, source, &name, key);
            }
        }
    }
    for volume in pod.volumes() {
        for (field, named, kind) in [("configMap", "name", "ConfigMap"), ("secret", "secretName", "Secret")] {
            let Some(source) = volume.0.get(field) else { continue };
            let Some(name) = source.text_of(named) else { continue };
            source.list("items").filter_map(|item| item.get("key")).for_each(|key| look(kind, source, &name, key));
            if source.list("items").next().is_none() {
                let of_volume = |mount: &Mount<'m>| mount.name() == volume.name();
                let sub_paths = pod.containers().flat_map(Container::mounts).filter(of_volume).filter_map(|it| it.0.get("subPath"));
                sub_paths.for_each(|sub_path| look(kind, source, &name, sub_path));
            }
        }
        for (field, kind) in [("configMap", "ConfigMap"), ("secret", "Secret")] {
            for source in volume.0.get("projected").into_iter().flat_map(|it| it.list("sources")).filter_map(|it| it.get(field)) {
                let Some(name) = source.text_of("name") else { continue };
                source.list("items").filter_map(|item| item.get("key")).for_each(|key| look(kind, source, &name, key));
            }
        }
    }
}
