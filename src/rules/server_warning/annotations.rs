//! Annotations whose place fields have taken.

use std::cell::LazyCell;

use crate::diagnostic::Reason;
use crate::pod::Value;
use crate::pod::spec::PodSpec;

use super::super::invalid_annotation::{APPARMOR_OF_CONTAINER, SECCOMP_OF_CONTAINER, SECCOMP_OF_POD};
use super::super::{Check, Report, declare_rule};

declare_rule! {
    /// Deprecated annotations that were replaced by a field.
    ///
    /// ## Why
    /// Most of them no longer have any effect.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   annotations:
    ///     scheduler.alpha.kubernetes.io/critical-pod: ""
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   priorityClassName: system-cluster-critical
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `warningsForPodSpecAndMeta`.
    DEPRECATED_ANNOTATION = "deprecated-annotation", Warning, [
        Check::PodSpec(check),
        Check::Object(super::other_kinds::annotations),
    ]
}

pub(super) fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let (Some(pod), Some(holder)) = (PodSpec::new(spec), spec.parent()) else { return };
    let Some(annotations) = holder.at(&["metadata", "annotations"]) else { return };
    let profile_of = |value: Value<'m>, field: &'static str| value.at(&["securityContext", field]);
    // What is there and cannot be read is none of our business.
    let has = |value: Value<'m>, field: &str| {
        value
            .entry("securityContext")
            .is_some_and(|it| !it.is_null() && (!it.is_sound() || it.entry(field).is_some_and(|it| !it.is_null())))
    };
    let containers = LazyCell::new(|| pod.containers_by_name());
    for entry in annotations.children() {
        let Some(key) = entry.key_text() else { continue };
        let of_container = |prefix: &str| key.strip_prefix(prefix).and_then(|name| containers.get(name));
        let field = match &*key {
            "scheduler.alpha.kubernetes.io/critical-pod" => "priorityClassName",
            "security.alpha.kubernetes.io/sysctls" | "security.alpha.kubernetes.io/unsafe-sysctls" => "sysctls",
            SECCOMP_OF_POD if !has(spec, "seccompProfile") => "seccompProfile",
            _ if of_container(SECCOMP_OF_CONTAINER).is_some_and(|it| !has(it.value, "seccompProfile")) => "seccompProfile",
            _ if of_container(APPARMOR_OF_CONTAINER).is_some_and(|it| !has(it.value, "appArmorProfile"))
                && !(pod.is_of_pod() && pod.is_windows())
                && !says_the_same(entry, profile_of(spec, "appArmorProfile"), pod.is_of_pod()) =>
            {
                "appArmorProfile"
            }
            _ => continue,
        };
        let effect = if field == "appArmorProfile" { "is deprecated" } else { "no longer has any effect" };
        // Where it warns, the server does not leave `metadata` out of the path.
        let path = format!("{}.annotations[{key}]", holder.path_to("metadata"));
        report.on_key(entry, Reason::Warning.of(format!("annotation `{key}` {effect}; use the field `{field}`"))).field = path;
    }
}

/// Whether an AppArmor annotation says what the profile of the whole Pod says (`ApparmorFieldForAnnotation`).
fn says_the_same(annotation: Value<'_>, of_pod: Option<Value<'_>>, is_pod: bool) -> bool {
    let text = annotation.text().unwrap_or_default();
    let (kind, file) = match (&*text, text.strip_prefix("localhost/")) {
        ("runtime/default", _) => ("RuntimeDefault", None),
        ("unconfined", _) => ("Unconfined", None),
        (_, Some(file)) if !(is_pod && file.is_empty()) => ("Localhost", Some(file)),
        _ => return false,
    };
    of_pod.is_some_and(|it| it.text_of("type").as_deref() == Some(kind) && it.text_of("localhostProfile").as_deref() == file)
}
