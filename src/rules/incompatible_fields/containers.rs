//! Fields of containers.

use std::collections::HashMap;

use crate::diagnostic::{Fix, Reason, Related};
use crate::pod::Value;
use crate::pod::quantity::Quantity;
use crate::pod::spec::{Container, PodSpec, Role, Volume};
use crate::schema::facts::Target;
use crate::schema::{Release, ty};

use super::{Check, Report, declare_rule, lacking, rewrite, superfluous, text_or_empty};

declare_rule! {
    /// Fields of a container, or of a security context, that contradict each other.
    ///
    /// ## Why
    /// The API server rejects the object. Each field is valid on its own, but `Bidirectional` mounts require a privileged container, and
    /// a profile of type `Localhost` requires its file.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   securityContext:
    ///     seccompProfile:
    ///       type: RuntimeDefault
    ///       localhostProfile: profiles/web.json
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
    ///   securityContext:
    ///     seccompProfile:
    ///       type: Localhost
    ///       localhostProfile: profiles/web.json
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `ValidateSecurityContext`, `ValidateProcMountType`, `validateSeccompProfileField`, `ValidateAppArmorProfileField`,
    /// `validateContainerRestartPolicy`, `validateResizePolicy`, `validateSleepAction`, `validateResourceClaimNames`,
    /// `validateContainerResourceDivisor`, `validateFileKeyRefVolumes`, `validateMountPropagation`, `validateMountRecursiveReadOnly`.
    INCOMPATIBLE_CONTAINER_FIELDS = "incompatible-container-fields", Error, [
        Check::Type(ty::APP_ARMOR_PROFILE, apparmor),
        Check::Type(ty::CONTAINER, container),
        Check::Type(ty::FILE_KEY_SELECTOR, file_key),
        Check::Type(ty::LIFECYCLE, lifecycle),
        Check::Type(ty::RESOURCE_FIELD_SELECTOR, divisor),
        Check::Type(ty::RESOURCE_REQUIREMENTS, claims),
        Check::Type(ty::SECCOMP_PROFILE, seccomp),
        Check::Type(ty::SECURITY_CONTEXT, security),
        Check::Type(ty::VOLUME_MOUNT, mount),
    ]
}

/// `validateSeccompProfileField`
pub(super) fn seccomp<'m>(profile: Value<'m>, report: &mut Report<'m>) {
    local_profile(profile, report);
}

/// `ValidateAppArmorProfileField`
pub(super) fn apparmor<'m>(profile: Value<'m>, report: &mut Report<'m>) {
    local_profile(profile, report);
}

fn local_profile<'m>(profile: Value<'m>, report: &mut Report<'m>) {
    let Some(kind) = text_or_empty(profile, "type") else { return };
    // Another type has an error of its own.
    if !["RuntimeDefault", "Unconfined", "Localhost"].contains(&&*kind) {
        return;
    }
    let file = profile.entry("localhostProfile").filter(|file| !file.is_null());
    let seccomp = profile.is_a(ty::SECCOMP_PROFILE);
    match file {
        None if kind == "Localhost" => {
            lacking(profile, "localhostProfile", Reason::Required.of("type `Localhost` requires `localhostProfile`"), report)
        }
        Some(file) if kind == "Localhost" && file.is_absent() && !seccomp => {
            lacking(profile, "localhostProfile", Reason::Required.of("type `Localhost` requires `localhostProfile`"), report);
        }
        Some(file) if kind != "Localhost" && (!file.is_absent() || seccomp) => {
            superfluous(
                file,
                Reason::Invalid.of(format!("`localhostProfile` is only allowed with type `Localhost`, not `{kind}`")),
                report,
            );
        }
        _ => {}
    }
}

/// `ValidateSecurityContext`
pub(super) fn security<'m>(context: Value<'m>, report: &mut Report<'m>) {
    let Some(escalation) = context.get("allowPrivilegeEscalation").filter(|it| it.bool() == Some(false)) else { return };
    let added = context.at(&["capabilities", "add"]).into_iter().flat_map(|list| list.children());
    let why = if context.is_true("privileged") {
        "`privileged` is true"
    } else if added.filter_map(Value::text).any(|capability| capability == "CAP_SYS_ADMIN") {
        "`CAP_SYS_ADMIN` is added"
    } else {
        return;
    };
    let message = Reason::Invalid.of(format!("`allowPrivilegeEscalation` must not be false when {why}"));
    let path = context.path();
    let diagnostic = report.on(escalation, message);
    diagnostic.field = path;
    diagnostic.fixes.extend(rewrite::without(escalation).map(|edit| Fix::possible("Remove `allowPrivilegeEscalation`", vec![edit])));
}

/// `validateContainerRestartPolicy`, `ValidateProcMountType`
pub(super) fn container<'m>(container: Value<'m>, report: &mut Report<'m>) {
    let rules = container.entry("restartPolicyRules").filter(|rules| rules.enforcement() == container.enforcement() && !rules.is_absent());
    if let Some(rules) = rules.filter(|_| !container.gives("restartPolicy")) {
        let path = container.path_to("restartPolicy");
        // An empty policy is where the hand must go.
        let place = container.entry("restartPolicy").unwrap_or(rules);
        let diagnostic = report.on_key(place, Reason::Required.of("`restartPolicyRules` requires a `restartPolicy` of the container"));
        diagnostic.field = path;
    }
    resize(container, report);
    // 1.33 knows the field for sidecars alone.
    let policy = container.entry("restartPolicy").filter(|it| !it.is_null() && container.model().release() == Release::V1_33);
    if let (Some(policy), Some(it)) = (policy, Container::around(container)) {
        let is_sidecar = policy.text().is_none_or(|text| text == "Always");
        match it.role {
            Role::Regular => {
                _ = superfluous(
                    policy,
                    Reason::Forbidden.of("before Kubernetes 1.34, `restartPolicy` is allowed only on init containers"),
                    report,
                )
            }
            Role::Init if !is_sidecar => {
                _ = report.on(policy, Reason::Unsupported.of("Kubernetes 1.33 supports only `Always` here, for a sidecar container"))
            }
            _ => {}
        }
    }
    let unmasked = container.at(&["securityContext", "procMount"]).filter(|mount| mount.text().is_some_and(|text| text == "Unmasked"));
    let spec = container.ancestors().find(|it| it.is_a(ty::POD_SPEC));
    if let (Some(mount), Some(spec)) = (unmasked, spec)
        && spec.entry("hostUsers").is_none_or(|users| users.is_null() || users.bool() == Some(true))
    {
        report.on(mount, Reason::Invalid.of("`Unmasked` requires `hostUsers: false` in the Pod"));
    }
}

/// `validateResizePolicy`, and from 1.36 `validateInitContainers`: what never restarts a container cannot restart it to resize it.
fn resize<'m>(container: Value<'m>, report: &mut Report<'m>) {
    let spec = container.ancestors().find(|it| it.is_a(ty::POD_SPEC));
    let never = spec.and_then(|spec| spec.text_of("restartPolicy")).is_some_and(|policy| policy == "Never");
    let init = container.model().release() >= Release::V1_36 && Container::around(container).is_some_and(|it| it.role == Role::Init);
    let policies = container.list("resizePolicy").filter_map(|policy| policy.get("restartPolicy")).filter(|_| never || init);
    for policy in policies.filter(|policy| policy.text().is_some_and(|text| text == "RestartContainer")) {
        let (path, whose) = match init {
            true => (policy.path(), "in an init container that is not a sidecar"),
            false => (container.path_to("resizePolicy"), "when the Pod's `restartPolicy` is `Never`"),
        };
        let diagnostic = report.on(policy, Reason::Invalid.of(format!("must be `NotRequired` {whose}")));
        diagnostic.field = path;
        diagnostic.fixes.push(Fix::preferred("Replace with `NotRequired`", vec![rewrite::scalar(policy.written(), "NotRequired")]));
    }
}

/// `validateFileKeyRefVolumes`
pub(super) fn file_key<'m>(selector: Value<'m>, report: &mut Report<'m>) {
    let (Some(pod), Some(site)) = (PodSpec::around(selector), selector.get("volumeName")) else { return };
    let Some(name) = site.text() else { return };
    // Of several of one name the server takes the last one.
    let Some(owner) = report.names(pod.value(), Target::Volume).last(&name).map(|it| it.owner) else { return };
    let is_empty_dir = |volume: Volume<'m>| volume.source().is_none() || volume.0.entry("emptyDir").is_some_and(|it| !it.is_null());
    if !(owner.is_a(ty::VOLUME) && is_empty_dir(Volume(owner))) {
        let diagnostic = report.on(site, Reason::Invalid.of("`fileKeyRef` requires an `emptyDir` volume"));
        diagnostic.related.push(Related { range: owner.range(), message: "the volume".to_owned() });
    }
}

/// `validateSleepAction`
pub(super) fn lifecycle<'m>(lifecycle: Value<'m>, report: &mut Report<'m>) {
    let pod = PodSpec::around(lifecycle);
    let grace = match pod.and_then(|pod| pod.value().entry("terminationGracePeriodSeconds")) {
        // In a Pod itself the server takes 1 for what is below 0.
        Some(grace) if !grace.is_null() => grace.int().map(|it| if it < 0 && pod.is_some_and(PodSpec::is_of_pod) { 1 } else { it }),
        _ => Some(30),
    };
    let hooks = ["postStart", "preStop"].into_iter().filter_map(|hook| lifecycle.at(&[hook, "sleep", "seconds"]));
    for seconds in hooks {
        if let (Some(grace), Some(number)) = (grace, seconds.int())
            && number > grace
        {
            let message = Reason::Invalid.of(format!("the sleep of {number} s must not exceed `terminationGracePeriodSeconds` ({grace})"));
            let path = seconds.parent().map(Value::path).unwrap_or_default();
            report.on(seconds, message).field = path;
        }
    }
}

/// `validateResourceClaimNames`: who has a whole claim has each of its requests.
pub(super) fn claims<'m>(resources: Value<'m>, report: &mut Report<'m>) {
    let listed = resources.get("claims").filter(|list| list.enforcement() == resources.enforcement());
    let mut seen: HashMap<_, Value<'m>> = HashMap::new();
    for claim in listed.into_iter().flat_map(|list| list.children()).filter(|claim| claim.is_sound()) {
        let (Some(site), Some(name), Some(request)) = (claim.get("name"), claim.text_of("name"), text_or_empty(claim, "request")) else {
            continue;
        };
        if let Some(first) = seen.get(&(name.clone(), !request.is_empty())) {
            let path = claim.path();
            let diagnostic =
                report.on(site, Reason::Duplicate.of(format!("resource claim \"{name}\" is referenced both as a whole and by request")));
            diagnostic.field = path;
            diagnostic.related.push(Related { range: first.range(), message: "first defined here".to_owned() });
        }
        seen.entry((name, request.is_empty())).or_insert(claim);
    }
}

const MEMORY_UNITS: [&str; 13] = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

/// `validateContainerResourceDivisor`
pub(super) fn divisor<'m>(selector: Value<'m>, report: &mut Report<'m>) {
    let (Some(resource), Some(divisor)) = (selector.text_of("resource"), selector.get("divisor")) else { return };
    let Some(quantity) = divisor.quantity() else { return };
    let units: &[&str] = match resource.split_once('.').map(|(_, name)| name) {
        Some("cpu") => &["1m", "1"],
        Some("memory" | "ephemeral-storage") => &MEMORY_UNITS,
        Some(name) if name.starts_with("hugepages-") => &MEMORY_UNITS,
        _ => return,
    };
    // The server compares the amounts as it writes them, and takes 0 for the default.
    let fits =
        quantity == Quantity::ZERO || units.iter().any(|unit| Quantity::parse(unit) == Ok(quantity) && !is_plain_large(&divisor, unit));
    if !fits {
        let known = if units.len() == 2 { "1m and 1".to_owned() } else { units.join(", ") };
        report.on(divisor, Reason::Invalid.of(format!("the divisor of `{resource}` must be {known}")));
    }
}

/// `1024` is written `1024` again and not `1Ki`: the server keeps the kind of suffix.
fn is_plain_large(divisor: &Value<'_>, unit: &str) -> bool {
    let text = divisor.text().unwrap_or_default();
    unit.ends_with('i') != text.ends_with('i')
}

/// `validateMountPropagation`, `validateMountRecursiveReadOnly`
pub(super) fn mount<'m>(mount: Value<'m>, report: &mut Report<'m>) {
    let path_of = |field: &str| {
        let list = mount.parent().map(Value::path).unwrap_or_default();
        format!("{list}.{field}")
    };
    let propagation = mount.get("mountPropagation");
    let shares_both_ways = propagation.filter(|it| it.text().is_some_and(|text| text == "Bidirectional"));
    let container = Container::around(mount).filter(|container| container.role != Role::Ephemeral);
    if let (Some(value), Some(container)) = (shares_both_ways, container) {
        let context = container.value.entry("securityContext");
        let unreadable = |it: Option<Value<'m>>| it.is_some_and(|it| !it.is_sound() && !it.is_null());
        let privileged = context.and_then(|context| context.entry("privileged"));
        if !unreadable(context) && !unreadable(privileged) && privileged.is_none_or(|it| it.bool() != Some(true)) {
            let path = path_of("mountPropagation");
            let diagnostic = report.on(value, Reason::Forbidden.of("`Bidirectional` requires a privileged container"));
            diagnostic.field = path;
            diagnostic.fixes.push(Fix::possible("Use `HostToContainer`", vec![rewrite::scalar(value.written(), "HostToContainer")]));
        }
    }
    let recursive = mount.get("recursiveReadOnly").filter(|it| it.text().is_some_and(|text| ["Enabled", "IfPossible"].contains(&&*text)));
    if let Some(value) = recursive {
        let path = path_of("recursiveReadOnly");
        if !mount.is_true("readOnly") && mount.entry("readOnly").is_none_or(|it| it.is_sound() || it.is_null()) {
            let fix = match mount.get("readOnly") {
                Some(value) => Some(rewrite::scalar(value.written(), "true")).filter(|_| false),
                None => rewrite::field(mount, &[], "readOnly", &rewrite::Draft::Raw("true".into())),
            };
            let diagnostic = report.on(value, Reason::Forbidden.of("`recursiveReadOnly` requires `readOnly: true`"));
            diagnostic.field = path;
            diagnostic.fixes.extend(fix.map(|edit| Fix::preferred("Add `readOnly: true`", vec![edit])));
        } else if propagation.and_then(Value::text).is_some_and(|text| !text.is_empty() && text != "None") {
            report.on(value, Reason::Forbidden.of("`recursiveReadOnly` requires `mountPropagation: None`")).field = path;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, check_with, release};

    #[test]
    fn files_of_variables_lie_in_an_empty_dir() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: a
    image: b
    env:
    - {name: A, valueFrom: {fileKeyRef: {volumeName: a, path: p, key: k}}}
    - {name: B, valueFrom: {fileKeyRef: {volumeName: b, path: p, key: k}}}
                                                     ^ error[incompatible-container-fields]: `fileKeyRef` requires an `emptyDir` volume
  volumes: [{name: a, emptyDir: {}}, {name: b, configMap: {name: c}}]
",
        );
    }

    #[test]
    fn an_init_container_is_not_resized_by_a_restart() {
        let text = |mark: &str| {
            format!(
                "
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:
  initContainers:
  - {{name: a, image: b, resizePolicy: [{{resourceName: cpu, restartPolicy: RestartContainer}}]}}
{mark}  - {{name: b, image: b, restartPolicy: Always, resizePolicy: [{{resourceName: cpu, restartPolicy: RestartContainer}}]}}
  containers: [{{name: c, image: d}}]
"
            )
        };
        check(&text(
            "                                                                          ^^^^^^^^^^^^^^^^ error[incompatible-container-fields]: not a sidecar\n",
        ));
        check_with(&text(""), &release("1.35"));
    }

    #[test]
    fn a_whole_claim_has_all_its_requests() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  resourceClaims: [{name: gpu, resourceClaimName: a}]
  containers:
  - {name: a, image: b, resources: {claims: [{name: gpu, request: a}, {name: gpu, request: b}]}}
  - {name: b, image: b, resources: {claims: [{name: gpu}, {name: gpu, request: b}]}}
                                                                 ^^^ error[incompatible-container-fields]: as a whole
",
        );
    }

    #[test]
    fn a_hook_sleeps_no_longer_than_the_pod_waits() {
        let text = |grace: i64, mark: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  terminationGracePeriodSeconds: {grace}\n  containers:\n  - {{name: a, image: b, lifecycle: {{preStop: {{sleep: {{seconds: 1}}}}}}}}\n{mark}"
            )
        };
        let mark = "                                                               ^ error[incompatible-container-fields]: `terminationGracePeriodSeconds` (0)\n";
        check(&text(0, mark));
        check(&text(1, ""));
    }
}
