//! `invalid-annotation`

use std::borrow::Cow;
use std::cell::LazyCell;

use crate::diagnostic::{Fix, Reason, Related};
use crate::pod::spec::{Container, PodSpec};
use crate::pod::{Value, paths};

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Invalid values of annotations that the API server validates.
    ///
    /// ## Why
    /// Most annotations are free-form, but the API server validates a few on Pods: `controller.kubernetes.io/pod-deletion-cost` must be
    /// an integer, a legacy AppArmor annotation must name a container and a valid profile, and legacy AppArmor and seccomp annotations
    /// must match the fields that replaced them.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   annotations:
    ///     controller.kubernetes.io/pod-deletion-cost: low
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
    ///   annotations:
    ///     controller.kubernetes.io/pod-deletion-cost: "-100"
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `ValidatePodSpecificAnnotations`, `validateSeccompAnnotationsAndFields`, `validateAppArmorAnnotationsAndFieldsMatchOnCreate`.
    INVALID_ANNOTATION = "invalid-annotation", Error, [Check::PodSpec(check)]
}

const MIRROR: &str = "kubernetes.io/config.mirror";
const TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/tolerations";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
pub(super) const SECCOMP_OF_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
pub(super) const SECCOMP_OF_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
pub(super) const APPARMOR_OF_CONTAINER: &str = "container.apparmor.security.beta.kubernetes.io/";

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(annotations) = spec.parent().and_then(|owner| owner.at(&["metadata", "annotations"])) else { return };
    let Some(pod) = PodSpec::new(spec) else { return };
    let containers = LazyCell::new(|| pod.containers_by_name());
    for entry in annotations.children() {
        let Some(key) = entry.key_text() else { continue };
        let text = if entry.is_null() { Cow::Borrowed("") } else { entry.text().unwrap_or_default() };
        if !(entry.is_null() || entry.is_sound()) {
            continue;
        }
        match &*key {
            MIRROR if !spec.gives("nodeName") => {
                report.on_key(entry, Reason::Invalid.of("the mirror annotation requires `spec.nodeName`; the kubelet sets both"));
            }
            TOLERATIONS if !text.is_empty() && serde_json::from_str::<Vec<serde_json::Map<_, _>>>(&text).is_err() => {
                let path = annotations.path();
                report.on(entry, Reason::Invalid.of("must be a JSON list of tolerations")).field = path;
            }
            DELETION_COST if !is_cost(&text) => {
                report.on(entry, Reason::Invalid.of("must be a 32-bit integer without a plus sign or leading zeros"));
            }
            SECCOMP_OF_POD => seccomp(entry, &key, &text, spec.get("securityContext"), report),
            _ => {
                if let Some(name) = key.strip_prefix(SECCOMP_OF_CONTAINER) {
                    seccomp(entry, &key, &text, containers.get(name).and_then(|it| it.value.get("securityContext")), report);
                } else if let Some(name) = key.strip_prefix(APPARMOR_OF_CONTAINER) {
                    apparmor(entry, (name, containers.get(name)), &text, pod, report);
                }
            }
        }
    }
}

/// `GetDeletionCostFromPodAnnotations`
fn is_cost(text: &str) -> bool {
    let start = text == "0" || text.starts_with('-') || text.starts_with(|first: char| ('1'..='9').contains(&first));
    start && text.parse::<i32>().is_ok()
}

/// `ValidateSeccompProfile`, `validateSeccompAnnotationsAndFieldsMatch`
fn seccomp<'m>(entry: Value<'m>, key: &str, text: &str, context: Option<Value<'m>>, report: &mut Report<'m>) {
    let file = text.strip_prefix("localhost/");
    let known = match file {
        Some(file) => paths::relative(file),
        None if ["runtime/default", "docker/default", "unconfined"].contains(&text) => Ok(()),
        None => Err("must be a valid seccomp profile".to_owned()),
    };
    if let Err(words) = known {
        let path = format!("{}.{key}", entry.parent().map(Value::path).unwrap_or_default());
        let message = Reason::Invalid
            .of(format!("{words}; use `runtime/default`, `unconfined`, or `localhost/<file>`, or preferably the field `seccompProfile`"));
        report.on(entry, message).field = path;
        return;
    }
    if let Some(profile) = context.and_then(|context| context.get("seccompProfile")) {
        compare(entry, text, profile, &["runtime/default", "docker/default"], report);
    }
}

/// `ValidateAppArmorPodAnnotations`, `validateAppArmorAnnotationsAndFieldsMatchOnCreate`
fn apparmor<'m>(
    entry: Value<'m>,
    (name, container): (&str, Option<&Container<'m>>),
    text: &str,
    pod: PodSpec<'m>,
    report: &mut Report<'m>,
) {
    let Some(container) = container else {
        report.on_key(entry, Reason::Invalid.of(format!("the Pod has no container \"{name}\"")));
        return;
    };
    if !["", "runtime/default", "unconfined"].contains(&text) && !text.starts_with("localhost/") {
        let message =
            Reason::Invalid.of(format!("invalid AppArmor profile {text:?}; use `runtime/default`, `unconfined`, or `localhost/<profile>`"));
        report.on(entry, message);
        return;
    }
    let of =
        |value: Value<'m>| value.get("securityContext").and_then(|context| context.entry("appArmorProfile")).filter(|it| !it.is_null());
    if let Some(profile) = of(container.value).or_else(|| of(pod.value())).filter(|profile| !pod.is_windows() && profile.is_sound()) {
        compare(entry, text, profile, &["runtime/default"], report);
    }
}

/// The annotation and the field that has taken its place must say the same.
fn compare<'m>(entry: Value<'m>, text: &str, profile: Value<'m>, default: &[&str], report: &mut Report<'m>) {
    let Some(kind) = profile.get("type") else { return };
    let file = profile.text_of("localhostProfile");
    let fits = match kind.text().as_deref() {
        Some("Unconfined") => text == "unconfined",
        Some("RuntimeDefault") => default.contains(&text),
        Some("Localhost") => text.strip_prefix("localhost/").is_some_and(|it| file.as_deref() == Some(it)),
        _ => true,
    };
    if fits {
        return;
    }
    let of_file = kind.text().is_some_and(|it| it == "Localhost") && text.starts_with("localhost/");
    let path = profile.path_to(if of_file { "localhostProfile" } else { "type" });
    let name = profile.field().map_or("", |field| field.name);
    let message = Reason::Forbidden.of(format!("`{text}` does not match `{name}`; remove the annotation"));
    let diagnostic = report.on(entry, message);
    diagnostic.field = path;
    diagnostic.related.push(Related { range: kind.range(), message: "the field".to_owned() });
    diagnostic.fixes.extend(rewrite::without(entry).map(|edit| Fix::possible("Remove the annotation", vec![edit])));
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn annotations() {
        check(
            "
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    controller.kubernetes.io/pod-deletion-cost: \"+5\"
                                                ^^^^ error[invalid-annotation]: must be a 32-bit integer without a plus sign or leading zeros
    container.apparmor.security.beta.kubernetes.io/web: runtime/default
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[deprecated-annotation]: is deprecated; use the field
    container.apparmor.security.beta.kubernetes.io/log: unconfined
                                                        ^^^^^^^^^^ error[invalid-annotation]: `appArmorProfile`
    container.apparmor.security.beta.kubernetes.io/none: runtime/default
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-annotation]: the Pod has no container \"none\"
    seccomp.security.alpha.kubernetes.io/pod: localhost/../a
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[deprecated-annotation]: annotation `seccomp.security.alpha.kubernetes.io/pod` no longer has any effect; use the field `seccompProfile`
                                              ^^^^^^^^^^^^^^ error[invalid-annotation]: must not contain '..'
    kubernetes.io/config.mirror: a
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-annotation]: nodeName
spec:
  containers:
  - {name: web, image: a}
  - {name: log, image: a, securityContext: {appArmorProfile: {type: RuntimeDefault}}}
",
        );
    }
}
