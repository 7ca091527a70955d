//! `resource-amounts` and `fractional-bytes`

use std::collections::HashMap;

use crate::diagnostic::{Fix, Incomplete, Reason, Related};
use crate::pod::Value;
use crate::pod::quantity::Quantity;
use crate::pod::spec::PodSpec;
use crate::schema::ty;

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Inconsistent resource quantities: a request above its limit, a fraction of an extended resource, huge pages without CPU or memory.
    ///
    /// ## Why
    /// The API server rejects the object: `must be less than or equal to memory limit of 1Gi`. Extended resources and huge pages cannot
    /// be overcommitted: a limit is required, and the request must equal it.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       requests:
    ///         memory: 2Gi
    ///       limits:
    ///         memory: 512Mi
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       requests:
    ///         memory: 256Mi
    ///       limits:
    ///         memory: 512Mi
    /// ```
    ///
    /// ## Source
    /// `ValidateContainerResourceRequirements`.
    RESOURCE_AMOUNTS = "resource-amounts", Error, [Check::Type(ty::RESOURCE_REQUIREMENTS, check), Check::PodSpec(check_overhead)]
}

declare_rule! {
    /// Memory or storage quantities that are not whole bytes.
    ///
    /// ## Why
    /// The suffix `m` means milli: `128m` is 0.128 bytes. The API server accepts it with a warning and rounds it up to one byte, so the
    /// container cannot start. Use `Mi` or `M`. The API server gives the same warning for quantities that are too large to express in
    /// thousandths.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       limits:
    ///         memory: 128m
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       limits:
    ///         memory: 128Mi
    /// ```
    ///
    /// ## Source
    /// `warningsForPodSpecAndMeta`: `fractional byte value "128m" is invalid, must be an integer`.
    FRACTIONAL_BYTES = "fractional-bytes", Warning from Itself, [Check::Validated(|field, _| RESOURCES.contains(&field.name), check_bytes)]
}

/// Fields that hold amounts of resources.
const RESOURCES: [&str; 3] = ["limits", "requests", "overhead"];

/// `IsOvercommitAllowed`: of what is not the node's own, or is a huge page, nobody gets more than is there.
fn may_be_overcommitted(name: &str) -> bool {
    (!name.contains('/') || name.contains("kubernetes.io/")) && !name.starts_with("hugepages-")
}

fn check<'m>(resources: Value<'m>, report: &mut Report<'m>) {
    let (requests, limits) = (resources.get("requests"), resources.get("limits"));
    let unreadable = |name: &str| resources.entry(name).is_some_and(|it| !it.is_sound() && !it.is_null());
    let mut limit_of: HashMap<_, Value<'m>> = HashMap::new();
    for limit in limits.into_iter().flat_map(|limits| limits.children()) {
        if let Some(name) = limit.key_text() {
            limit_of.entry(name).or_insert(limit);
        }
    }
    for request in requests.into_iter().flat_map(|requests| requests.children()) {
        let (Some(name), Some(wanted)) = (request.key_text(), request.quantity()) else { continue };
        let overcommitted = may_be_overcommitted(&name);
        match limit_of.get(&name) {
            None if !overcommitted && !unreadable("limits") => {
                let path = resources.path_to("limits");
                let diagnostic = report.on_key(request, Reason::Required.of(format!("`{name}` requires a limit equal to the request")));
                diagnostic.field = path;
                diagnostic.incomplete = Some(Incomplete::Node(resources.node().id()));
            }
            Some(limit) => {
                let Some(most) = limit.quantity() else { continue };
                let text = limit.text().unwrap_or("0".into());
                // Compared as the server keeps them, in thousandths.
                let message = if overcommitted && wanted.millis() > most.millis() {
                    Reason::Invalid.of(format!("the request must not exceed the {name} limit of {text}"))
                } else if !overcommitted && wanted.millis() != most.millis() {
                    Reason::Invalid.of(format!("the request must be equal to the `{name}` limit of {text}"))
                } else {
                    continue;
                };
                let diagnostic = report.on(request, message);
                diagnostic.field = requests.map(Value::path).unwrap_or_default();
                diagnostic.related.push(Related { range: limit.range(), message: "the limit".to_owned() });
                // `2` may become `200Mi`: the request is not to blame while the limit is being written.
                diagnostic.incomplete = Some(Incomplete::Node(limit.written().id()));
                let lower = rewrite::scalar(request.written(), &text);
                let raise = rewrite::scalar(limit.written(), &request.text().unwrap_or_default());
                if !limit.is_null() {
                    diagnostic.fixes.push(Fix::possible(format!("Lower the request to {text}"), vec![lower]));
                    diagnostic.fixes.push(Fix::possible("Raise the limit to the request", vec![raise]));
                }
            }
            None => {}
        }
    }
    for entry in [limits, requests].into_iter().flatten().flat_map(|list| list.children()) {
        devices_and_pages(entry, report);
    }
    pages_need_memory(resources, report);
}

/// `validateOverhead`: the server looks at it as if these were limits.
fn check_overhead<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(overhead) = spec.get("overhead") else { return };
    for entry in overhead.children() {
        devices_and_pages(entry, report);
    }
    let named = |names: fn(&str) -> bool| overhead.children().find(move |it| it.key_text().is_some_and(|name| names(&name)));
    let memory = named(|name| name == "cpu" || name == "memory");
    if let Some(pages) = named(|name| name.starts_with("hugepages-")).filter(|_| memory.is_none()) {
        let path = overhead.path();
        let diagnostic = report.on_key(pages, Reason::Forbidden.of("huge pages require `cpu` or `memory`"));
        diagnostic.field = path;
        diagnostic.incomplete = Some(Incomplete::Node(overhead.node().id()));
    }
}

/// The largest amount that the server can derive from its parts.
const MAX_MILLIS: i128 = i64::MAX as i128;

/// Devices are whole, huge pages are whole pages.
fn devices_and_pages<'m>(entry: Value<'m>, report: &mut Report<'m>) {
    let (Some(name), Some(quantity)) = (entry.key_text(), entry.quantity()) else { return };
    if let Some(size) = name.strip_prefix("hugepages-").and_then(|size| Quantity::parse(size).ok()) {
        if !quantity.is_multiple_of(size) {
            report.on(entry, Reason::Invalid.of(format!("must be a multiple of the page size of `{name}`")));
        }
    } else if name.contains('/') && !name.contains("kubernetes.io/") && quantity.millis() % 1000 != 0 && quantity.millis() < MAX_MILLIS {
        report.on(entry, Reason::Invalid.of(format!("`{name}` must be an integer")));
    }
}

fn pages_need_memory<'m>(resources: Value<'m>, report: &mut Report<'m>) {
    let lists = || ["limits", "requests"].into_iter().filter_map(|name| resources.entry(name)).flat_map(|list| list.children());
    // A Pod itself with limits gets the requests of its containers, if it makes none.
    let pod = resources.parent().and_then(PodSpec::new).filter(|pod| pod.is_of_pod() && resources.gives("limits"));
    let named = |list: Value<'m>| list.children().any(|it| it.key_text().is_some_and(|name| name == "cpu" || name == "memory"));
    let of_containers = pod.into_iter().flat_map(PodSpec::containers).filter_map(|it| it.value.get("resources"));
    if of_containers.flat_map(|it| ["limits", "requests"].into_iter().filter_map(move |name| it.entry(name))).any(named) {
        return;
    }
    let pages = lists().find(|it| it.key_text().is_some_and(|name| name.starts_with("hugepages-")));
    let memory = lists().any(|it| it.key_text().is_some_and(|name| name == "cpu" || name == "memory"));
    if let Some(pages) = pages.filter(|_| !memory) {
        let path = resources.path();
        let diagnostic = report.on_key(pages, Reason::Forbidden.of("huge pages require `cpu` or `memory`"));
        diagnostic.field = path;
        diagnostic.incomplete = Some(Incomplete::Node(resources.node().id()));
    }
}

fn check_bytes<'m>(value: Value<'m>, report: &mut Report<'m>) {
    if value.field().is_some() || !value.is_sound() {
        return;
    }
    let Some(name) = value.key_text().filter(|name| ["memory", "ephemeral-storage", "storage"].contains(&&**name)) else { return };
    let Some(text) = value.text() else { return };
    let Some(quantity) = value.quantity() else { return };
    let is_whole = quantity.is_saturated() || quantity.millis() % 1000 == 0;
    let message = match text.strip_suffix('m') {
        _ if is_whole && !quantity.is_saturated() && !overflows(quantity, &text) => return,
        _ if is_whole => format!("{} of {name} is too large for the API server", shown(&text)),
        Some(number) => format!("{} of {name} is not a whole number of bytes (`m` means milli); use `{number}Mi`", shown(&text)),
        None => format!("{} of {name} is not a whole number of bytes", shown(&text)),
    };
    let path = warned_path(value);
    let diagnostic = report.on(value, message);
    diagnostic.field = path;
    if let Some(number) = text.strip_suffix('m').filter(|_| !is_whole) {
        for (unit, preferred) in [("Mi", true), ("M", false)] {
            let edits = vec![rewrite::scalar(value.written(), &format!("{number}{unit}"))];
            diagnostic.fixes.push(Fix { title: format!("Replace with `{number}{unit}`"), preferred, edits });
        }
    }
}

/// A quantity for a message, cut where it is long.
fn shown(text: &str) -> String {
    match text.char_indices().nth(24) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// The server counts thousandths in 64 bits. Of a number too large for that the last ones are left, but nothing where the suffix is a
/// power of a thousand from `G` on: `Quantity.MilliValue`.
fn overflows(quantity: Quantity, text: &str) -> bool {
    (quantity.millis() as i64) % 1000 != 0 && !text.ends_with(['G', 'T', 'P', 'E'])
}

/// As the server's warning has it: of a claim template it leaves out the `spec`.
fn warned_path(value: Value<'_>) -> String {
    let path = value.path();
    match value.ancestors().any(|it| it.holder().is_some_and(|field| field.name == "volumeClaimTemplates")) {
        true => path.replacen("].spec.resources.", "].resources.", 1),
        false => path,
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    fn text(resources: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: a\n    image: b\n    resources:\n      {resources}\n"
        )
    }

    #[test]
    fn amounts() {
        check(&text("limits: {cpu: 1, memory: 1Gi}\n      requests: {cpu: 1000m, memory: 1024Mi, ephemeral-storage: 1Gi}"));
        check(&text(
            "limits: {cpu: 100m}\n      requests: {cpu: 0.2}\n                      ^^^ error[resource-amounts]: cpu limit of 100m",
        ));
        check(&text(
            "limits: {cpu: 1}\n      requests: {example.com/gpu: 1}\n                 ^^^^^^^^^^^^^^^ error[resource-amounts]: requires a limit",
        ));
        check(&text("limits: {example.com/gpu: 1500m}\n                                ^^^^^ error[resource-amounts]: must be an integer"));
        check(&text("limits: {hugepages-2Mi: 3Mi, cpu: 1}\n                              ^^^ error[resource-amounts]: pages"));
        check(&text("limits: {hugepages-2Mi: 4Mi}\n               ^^^^^^^^^^^^^ error[resource-amounts]: `cpu` or `memory`"));
    }

    #[test]
    fn numbers_are_read_as_kubectl_writes_them() {
        check(&text("limits: {cpu: 1_0, example.com/gpu: 0x10}\n      requests: {cpu: 9, example.com/gpu: 16}"));
    }

    #[test]
    fn overhead() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  overhead: {hugepages-2Mi: 3Mi, cpu: 1}
                            ^^^ error[resource-amounts]: pages
  resources: {limits: {hugepages-2Mi: 4Mi}}
                       ^^^^^^^^^^^^^ error[resource-amounts]: `cpu` or `memory`
  containers: [{name: a, image: b}]
",
        );
    }

    #[test]
    fn bytes() {
        assert_eq!(fixed(&text("limits: {memory: 128m}"), "fractional-bytes"), text("limits: {memory: 128Mi}"));
        check(&text("limits: {memory: 1.5Gi, cpu: 1500m}"));
        check(&text("limits: {memory: 1Ei}\n                       ^^^ warning[fractional-bytes]: too large for the API server"));
        check(&text("limits: {memory: 1e400}\n                       ^^^^^ warning[fractional-bytes]: too large for the API server"));
        check(&text(
            "limits: {memory: 0.5}\n                       ^^^ warning[fractional-bytes]: `0.5` of memory is not a whole number of bytes",
        ));
        check(&text("limits: {memory: 8Pi}\n                       ^^^ info[unlikely-amount]"));
        check(&text("limits: {memory: 10P}"));
    }
}
