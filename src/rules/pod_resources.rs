//! `pod-resources`

use crate::diagnostic::{Reason, Related};
use crate::pod::quantity::Quantity;
use crate::pod::spec::{PodSpec, Role};
use crate::pod::{Step, Value};
use crate::schema::ty;

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Pod-level resources (`spec.resources`) that are smaller than those of the containers.
    ///
    /// ## Why
    /// The API server rejects the object: `must be greater than or equal to aggregate container requests of 600m`. The Pod-level request
    /// must be at least the sum of the container requests, and no container limit may exceed the Pod-level limit.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   resources:
    ///     requests:
    ///       cpu: 500m
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       requests:
    ///         cpu: 400m
    ///   - name: log
    ///     image: fluent-bit:4.0
    ///     resources:
    ///       requests:
    ///         cpu: 200m
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   resources:
    ///     requests:
    ///       cpu: 600m
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       requests:
    ///         cpu: 400m
    ///   - name: log
    ///     image: fluent-bit:4.0
    ///     resources:
    ///       requests:
    ///         cpu: 200m
    /// ```
    ///
    /// ## Source
    /// `validatePodResourceConsistency`.
    POD_RESOURCES = "pod-resources", Error, [Check::PodSpec(check)]
}

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    let Some(resources) = spec.get("resources").filter(|it| it.enforcement() == spec.enforcement()) else { return };
    if pod.is_windows() {
        return;
    }
    aggregate(pod, resources, "requests", report);
    aggregate(pod, resources, "limits", report);
    made_requests(pod, resources, report);
    for limit in pod.containers().filter(|it| it.role == Role::Regular).flat_map(|it| entries(it.value, "limits")) {
        let Some(name) = limit.key_text() else { continue };
        let most = own_entries(resources, "limits").find(|it| it.key_text().as_ref() == Some(&name));
        if let (Some(most), Some(wanted)) = (most, millis(limit))
            && millis(most).is_some_and(|most| wanted > most)
        {
            let text = most.text().unwrap_or_default();
            let message = Reason::Invalid.of(format!("must be less than or equal to the Pod's {name} limit of {text}"));
            let index = limit.ancestors().find_map(|it| match (it.is_a(ty::CONTAINER), it.step()) {
                (true, Step::Item(index)) => Some(index),
                _ => None,
            });
            let path = spec.path_to(&format!("resources.containers[{}][{name}].limits", index.unwrap_or_default()));
            let diagnostic = report.on(limit, message);
            diagnostic.field = path;
            diagnostic.related.push(Related { range: most.range(), message: "the limit of the Pod".to_owned() });
        }
    }
}

/// What the Pod itself has. There are CPU, memory and a few sizes of huge pages; the server rejects all else, whatever else it is.
fn own_entries<'m>(resources: Value<'m>, list: &'static str) -> impl Iterator<Item = Value<'m>> {
    resources.list(list).take(100)
}

/// Compares what the Pod has with what its containers have together: of limits, only those of huge pages.
fn aggregate<'m>(pod: PodSpec<'m>, resources: Value<'m>, list: &'static str, report: &mut Report<'m>) {
    for own in own_entries(resources, list) {
        let (Some(name), Some(amount)) = (own.key_text(), millis(own)) else { continue };
        if list == "limits" && !name.starts_with("hugepages-") {
            continue;
        }
        let Some(sum) = sum(pod, list, &name).filter(|&sum| sum > amount) else { continue };
        let sum = if sum % 1000 == 0 { (sum / 1000).to_string() } else { format!("{sum}m") };
        let message = Reason::Invalid.of(format!("must be greater than or equal to the sum of the container {list}, {sum}"));
        report.on(own, message);
    }
}

/// A Pod itself that has limits requests what its containers do, where it does not say how much (`defaultPodRequests`).
fn made_requests<'m>(pod: PodSpec<'m>, resources: Value<'m>, report: &mut Report<'m>) {
    for limit in own_entries(resources, "limits").filter(|_| pod.is_of_pod()) {
        let (Some(name), Some(most)) = (limit.key_text(), limit.quantity().map(Quantity::millis)) else { continue };
        let requested = own_entries(resources, "requests").any(|it| it.key_text().as_ref() == Some(&name));
        if requested || !["cpu", "memory"].contains(&&*name) || sum(pod, "requests", &name).is_none_or(|sum| sum <= most) {
            continue;
        }
        let path = resources.path_to("requests");
        let message = Reason::Invalid.of(format!("the sum of the container requests exceeds this {name} limit of the Pod"));
        report.on(limit, message).field = path;
    }
}

/// What the containers have of a resource together, in thousandths: those that run side by side, or one init container with the sidecars
/// before it if that is more (`AggregateContainerRequests`). `None` where an amount cannot be read.
fn sum(pod: PodSpec<'_>, list: &'static str, name: &str) -> Option<i128> {
    let (mut together, mut sidecars, mut most) = (0, 0, 0);
    for container in pod.containers() {
        let amount = amount_of(container.value, list, name, pod.is_of_pod())?;
        match container.role {
            Role::Regular => together += amount,
            Role::Sidecar => {
                together += amount;
                sidecars += amount;
                most = most.max(sidecars);
            }
            Role::Init => most = most.max(sidecars + amount),
            Role::Ephemeral => {}
        }
    }
    Some(most.max(together))
}

/// What a container has of a resource; in a Pod itself, its limit counts as a request where it makes none.
fn amount_of(container: Value<'_>, list: &'static str, name: &str, of_pod: bool) -> Option<i128> {
    let find = |list: &'static str| entries(container, list).find(|it| it.key_text().as_deref() == Some(name));
    let found = find(list).or_else(|| find("limits").filter(|_| of_pod && list == "requests"));
    found.map_or(Some(0), millis)
}

fn entries<'m>(container: Value<'m>, list: &'static str) -> impl Iterator<Item = Value<'m>> {
    container.get("resources").into_iter().flat_map(move |resources| resources.list(list))
}

fn millis(entry: Value<'_>) -> Option<i128> {
    entry.quantity().map(Quantity::millis)
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn a_limit_is_a_request_only_in_a_pod_itself() {
        let spec = |indent: &str, mark: &str| {
            let spec = format!(
                "resources: {{requests: {{cpu: 1}}}}\n{mark}containers:\n- {{name: a, image: b, resources: {{limits: {{cpu: 1500m}}}}}}\n"
            );
            spec.lines().map(|line| format!("{indent}{line}\n")).collect::<String>()
        };
        let mark = "                            ^ error[pod-resources]: 1500m\n";
        check(&format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n{}", spec("  ", mark)));
        check(&format!("apiVersion: v1\nkind: PodTemplate\nmetadata: {{name: a}}\ntemplate:\n  spec:\n{}", spec("    ", "")));
    }

    #[test]
    fn init_containers_and_limits() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  resources:
    requests: {memory: 1Gi}
                       ^^^ error[pod-resources]: 1610612736
    limits: {cpu: 2, memory: 2Gi}
  initContainers:
  - {name: side, image: a, restartPolicy: Always, resources: {requests: {memory: 512Mi}}}
  - {name: first, image: a, resources: {requests: {memory: 1Gi}}}
  containers:
  - {name: web, image: a, resources: {limits: {cpu: 3}, requests: {cpu: 1, memory: 256Mi}}}
                                                    ^ error[pod-resources]: must be less than or equal to the Pod's cpu limit of 2
",
        );
    }
}
