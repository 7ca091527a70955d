//! `os-mismatch`

use crate::diagnostic::{Fix, Reason, Related};
use crate::pod::Value;
use crate::pod::spec::PodSpec;
use crate::schema::ty;

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Fields that the Pod's operating system does not support, and Pods that mix Windows HostProcess containers with other containers.
    ///
    /// ## Why
    /// The API server rejects the object: `cannot be set for a windows pod`, `windows options cannot be set for a linux pod`. Windows has
    /// no numeric user IDs, capabilities, or seccomp and AppArmor profiles. Either all containers of a Pod are HostProcess containers,
    /// which requires `hostNetwork: true`, or none is.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   os:
    ///     name: windows
    ///   securityContext:
    ///     runAsUser: 1000
    ///   containers:
    ///   - name: web
    ///     image: mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2025
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   os:
    ///     name: windows
    ///   securityContext:
    ///     windowsOptions:
    ///       runAsUserName: ContainerUser
    ///   containers:
    ///   - name: web
    ///     image: mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2025
    /// ```
    ///
    /// ## Source
    /// `validateWindows`, `validateLinux`, `validateWindowsHostProcessPod`, `validatePodResources`.
    OS_MISMATCH = "os-mismatch", Error, [Check::PodSpec(check)]
}

/// Fields of the PodSpec that Windows does not have. Of these, `false` is for the server the same as absent.
const OFF_IS_FINE: [&str; 2] = ["hostPID", "hostIPC"];
const OF_POD: [&str; 3] = ["hostUsers", "shareProcessNamespace", "resources"];
/// Fields of the Pod's security context that Windows does not have. An empty list of sysctls is for the server the same as none.
const OF_POD_CONTEXT: [&str; 11] = [
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "seLinuxChangePolicy",
];
/// Fields of a container's security context that Windows does not have.
const OF_CONTAINER_CONTEXT: [&str; 10] = [
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
];

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let os = spec.at(&["os", "name"]).and_then(Value::text);
    let contexts = || {
        let of_containers = PodSpec::new(spec).into_iter().flat_map(PodSpec::containers).filter_map(|it| it.value.get("securityContext"));
        spec.get("securityContext").into_iter().chain(of_containers).filter(|it| it.enforcement() == spec.enforcement())
    };
    match os.as_deref() {
        Some("windows") => {
            let off = |value: &Value<'m>| value.bool() == Some(false);
            let own = OFF_IS_FINE.iter().filter_map(|field| spec.entry(field)).filter(|it| !off(it));
            for value in own.chain(OF_POD.iter().filter_map(|field| spec.entry(field))) {
                emit(value, spec, report);
            }
            for context in contexts() {
                let fields: &[&str] = if context.is_a(ty::POD_SECURITY_CONTEXT) { &OF_POD_CONTEXT } else { &OF_CONTAINER_CONTEXT };
                let empty = |value: &Value<'m>| value.is_absent() && value.field().is_some_and(|field| field.name == "sysctls");
                for value in fields.iter().filter_map(|field| context.entry(field)).filter(|it| !empty(it)) {
                    emit(value, spec, report);
                }
            }
        }
        Some("linux") => contexts().filter_map(|context| context.entry("windowsOptions")).for_each(|value| emit(value, spec, report)),
        _ => {}
    }
    host_processes(spec, report);
}

/// The resources of a whole Pod that Windows does not have.
pub(super) fn refused(pod: PodSpec<'_>) -> impl Iterator<Item = Value<'_>> {
    let windows = pod.is_windows();
    pod.value().get("resources").filter(|_| windows).into_iter()
}

/// Says of a field that the operating system does not have it.
fn emit<'m>(value: Value<'m>, spec: Value<'m>, report: &mut Report<'m>) {
    if value.is_null() || value.enforcement() != spec.enforcement() {
        return;
    }
    let name = value.field().map_or("", |field| field.name);
    let message = match name {
        "windowsOptions" => Reason::Forbidden.of("`windowsOptions` must not be set for a Linux Pod; `os.name` is `linux`"),
        _ => Reason::Forbidden.of(format!("`{name}` must not be set for a Windows Pod; `os.name` is `windows`")),
    };
    let diagnostic = report.on_key(value, message);
    diagnostic.fixes.extend(rewrite::without(value).map(|edit| Fix::possible(format!("Remove `{name}`"), vec![edit])));
    diagnostic.related.extend(spec.at(&["os", "name"]).map(|os| Related { range: os.range(), message: "the operating system".into() }));
}

/// `validateWindowsHostProcessPod`, which does not ask for the operating system.
fn host_processes<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let of = |value: Value<'m>| value.at(&["securityContext", "windowsOptions", "hostProcess"]);
    let whole = of(spec);
    let of_pod = whole.and_then(Value::bool);
    let containers: Vec<_> = PodSpec::new(spec).into_iter().flat_map(PodSpec::containers).map(|it| it.value).collect();
    if of_pod.is_none() && containers.iter().all(|container| of(*container).is_none()) {
        return;
    }
    let mut reported = false;
    for own in containers.iter().filter_map(|container| of(*container)) {
        if let (Some(pod), Some(container)) = (of_pod, own.bool())
            && pod != container
        {
            report.on(own, Reason::Invalid.of(format!("`hostProcess` must match the Pod's value ({pod})")));
            reported = true;
        }
    }
    let in_host = |container: &&Value<'m>| of(**container).and_then(Value::bool).or(of_pod) == Some(true);
    let count = containers.iter().filter(in_host).count();
    if count == 0 || reported {
        return;
    }
    if let Some(other) = containers.iter().find(|container| !in_host(container)) {
        let path = spec.path();
        let message = Reason::Invalid.of("if one container is a HostProcess container, all must be; this one is not");
        report.on_key(of(*other).unwrap_or(*other), message).field = path;
    }
    let network = spec.entry("hostNetwork");
    if network.is_none_or(|it| it.is_null() || it.bool() == Some(false)) {
        let path = spec.path_to("hostNetwork");
        let message = Reason::Invalid.of("`hostProcess` requires `hostNetwork: true` in the Pod");
        let first = containers.iter().find(in_host).and_then(|container| of(*container));
        let Some(place) = network.filter(|it| !it.is_null()).or(first).or(whole) else { return };
        let edit = match network {
            Some(value) if !value.written().is_empty() => Some(rewrite::scalar(value.written(), "true")),
            Some(_) => None,
            None => rewrite::field(spec, &[], "hostNetwork", &rewrite::Draft::Raw("true".into())),
        };
        let diagnostic = report.on(place, message);
        diagnostic.field = path;
        diagnostic.fixes.extend(edit.map(|edit| Fix::preferred("Set `hostNetwork: true`", vec![edit])));
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    fn pod(os: &str, spec: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  os: {{name: {os}}}\n{spec}")
    }

    #[test]
    fn windows() {
        let spec = "  hostPID: false
  hostIPC: true
  ^^^^^^^ error[os-mismatch]: Windows Pod
  securityContext:
    sysctls: []
    runAsNonRoot: true
    supplementalGroups: []
    ^^^^^^^^^^^^^^^^^^ error[os-mismatch]
  containers:
  - name: web
    image: a
    securityContext: {privileged: false}
                      ^^^^^^^^^^ error[os-mismatch]
";
        check(&pod("windows", spec));
        check(&pod("linux", "  containers: [{name: a, image: b, securityContext: {privileged: false}}]\n"));
    }

    #[test]
    fn linux() {
        let text = "  containers: [{name: a, image: b, securityContext: {windowsOptions: {}}}]\n";
        check(&pod(
            "linux",
            &format!("{text}                                                     ^^^^^^^^^^^^^^ error[os-mismatch]: Linux\n"),
        ));
        check(&pod("windows", text));
    }

    #[test]
    fn processes_of_the_host() {
        let text = "  securityContext: {windowsOptions: {hostProcess: true}}
                                                  ^^^^ error[os-mismatch]: hostNetwork
  containers: [{name: a, image: b}]
";
        check(&pod("windows", text));
        let text = "  hostNetwork: true
  containers:
  - name: a
    image: b
    securityContext: {windowsOptions: {hostProcess: true}}
  - name: b
    ^^^^^^^ error[os-mismatch]: all must be
    image: b
";
        check(&pod("windows", text));
    }
}
