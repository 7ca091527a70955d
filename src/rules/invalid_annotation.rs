//! `invalid-annotation`

use std::borrow::Cow;

use crate::pod::spec::{Container, PodSpec};
use crate::pod::{Value, paths};

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Finds annotations of Pods that the API server reads, and cannot.
    ///
    /// ## Why
    /// Most annotations are anybody's. Of some the server knows what they must say, and refuses the object else: profiles of seccomp and
    /// AppArmor, which once stood there, the cost of a deletion, the mark of a mirror Pod.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   annotations:
    ///     controller.kubernetes.io/pod-deletion-cost: high
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
    ///     controller.kubernetes.io/pod-deletion-cost: "100"
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `ValidatePodSpecificAnnotations`, `validateAppArmorAnnotationsAndFieldsMatchOnCreate`.
    INVALID_ANNOTATION = "invalid-annotation", Error, [Check::PodSpec(check)]
}

const APPARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP_OF_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let (Some(pod), Some(holder)) = (PodSpec::new(spec), spec.parent()) else { return };
    let Some(annotations) = holder.at(&["metadata", "annotations"]) else { return };
    // Of a template the server leaves `metadata` out of the path.
    let path = if pod.is_of_pod() { annotations.path() } else { holder.path_to("annotations") };
    for entry in annotations.children() {
        let Some(key) = entry.key_text() else { continue };
        let text = if entry.is_null() { Some(Cow::Borrowed("")) } else { entry.text() };
        let Some(text) = text else { continue };
        let (field, message) = match &*key {
            "kubernetes.io/config.mirror" if !spec.gives("nodeName") => {
                (format!("{path}[{key}]"), "a mirror Pod needs `nodeName` (Invalid value)".to_owned())
            }
            "controller.kubernetes.io/pod-deletion-cost" if !is_cost(&text) => {
                (format!("{path}[{key}]"), "the cost must be a whole number of 32 bits (Invalid value)".to_owned())
            }
            _ if (key == "seccomp.security.alpha.kubernetes.io/pod" || key.starts_with(SECCOMP_OF_CONTAINER)) && !is_seccomp(&text) => {
                let names = "`runtime/default`, `unconfined` and `localhost/` with a path";
                (format!("{path}.{key}"), format!("{text:?} is no seccomp profile (Invalid value); there are {names}"))
            }
            _ => match key.strip_prefix(APPARMOR) {
                Some(name) => match apparmor(pod, name, &text) {
                    Some((field, message)) => (field.unwrap_or_else(|| format!("{path}[{key}]")), message),
                    None => continue,
                },
                None => continue,
            },
        };
        report.on(entry, message).field = field;
    }
}

/// `GetDeletionCostFromPodAnnotations`: no sign but minus, no zeros before the number.
fn is_cost(text: &str) -> bool {
    (text == "0" || !text.starts_with(['+', '0'])) && text.parse::<i32>().is_ok()
}

fn is_seccomp(text: &str) -> bool {
    ["runtime/default", "docker/default", "unconfined"].contains(&text)
        || text.strip_prefix("localhost/").is_some_and(|path| paths::local(path).is_ok())
}

/// What is wrong with the annotation of an AppArmor profile, and at which field if not at the annotation itself.
fn apparmor(pod: PodSpec<'_>, name: &str, text: &str) -> Option<(Option<String>, String)> {
    let named = |it: &Container<'_>| it.name().is_some_and(|it| it == name);
    let Some(container) = pod.containers().find(named) else {
        return Some((None, format!("the Pod has no container \"{name}\" (Invalid value)")));
    };
    let file = text.strip_prefix("localhost/");
    if !["", "runtime/default", "unconfined"].contains(&text) && file.is_none() {
        return Some((
            None,
            format!("{text:?} is no AppArmor profile (Invalid value); there are `runtime/default`, `unconfined` and `localhost/…`"),
        ));
    }
    if pod.value().get("os").and_then(|os| os.text_of("name")).is_some_and(|os| os == "windows") {
        return None;
    }
    let profile = |value: Value<'_>| {
        let profile = value.at(&["securityContext", "appArmorProfile"])?;
        Some((profile.text_of("type")?.into_owned(), profile.text_of("localhostProfile").map(Cow::into_owned)))
    };
    // To a container of a Pod that has no profile, the server gives that of the annotation.
    let of_pod = || if pod.is_of_pod() { None } else { profile(pod.value()) };
    let (kind, local) = profile(container.value).or_else(of_pod)?;
    let field = match &*kind {
        "Unconfined" if text != "unconfined" => "type",
        "RuntimeDefault" if text != "runtime/default" => "type",
        "Localhost" if file.is_none() => "type",
        "Localhost" if file != local.as_deref() => "localhostProfile",
        _ => return None,
    };
    let path = format!("{}.securityContext.appArmorProfile.{field}", container.value.path());
    Some((
        Some(path),
        format!("the annotation and the `appArmorProfile` of the container must say the same (Forbidden): there it is `{kind}`"),
    ))
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
    kubernetes.io/config.mirror: x
                                 ^ error[invalid-annotation]: nodeName
    controller.kubernetes.io/pod-deletion-cost: '007'
                                                ^^^^^ error[invalid-annotation]: 32 bits
    container.seccomp.security.alpha.kubernetes.io/other: default
                                                          ^^^^^^^ error[invalid-annotation]: no seccomp profile
    container.apparmor.security.beta.kubernetes.io/nobody: unconfined
                                                           ^^^^^^^^^^ error[invalid-annotation]: no container
    container.apparmor.security.beta.kubernetes.io/a: unconfined
                                                      ^^^^^^^^^^ error[invalid-annotation]: there it is `RuntimeDefault`
    any.example/thing: '+7'
spec:
  containers:
  - {name: a, image: b, securityContext: {appArmorProfile: {type: RuntimeDefault}}}
",
        );
    }
}
