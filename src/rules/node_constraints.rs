//! `contradictory-node-constraints` and `unknown-node-label`

use std::borrow::Cow;

use crate::diagnostic::{Fix, Severity};
use crate::pod::Value;
use crate::text::{distance, slips};

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Demands on the node that no node can meet at once.
    ///
    /// ## Why
    /// A node must fulfil all of `nodeSelector` and all expressions of one term of the required node affinity, and a node of another operating
    /// system than `os.name` refuses the Pod. Where these contradict each other, the Pod stays `Pending`.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   nodeSelector:
    ///     disk: ssd
    ///   affinity:
    ///     nodeAffinity:
    ///       requiredDuringSchedulingIgnoredDuringExecution:
    ///         nodeSelectorTerms:
    ///         - matchExpressions:
    ///           - key: disk
    ///             operator: In
    ///             values: ["hdd"]
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   os:
    ///     name: linux
    ///   nodeSelector:
    ///     kubernetes.io/os: windows
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
    ///   nodeSelector:
    ///     disk: ssd
    ///   affinity:
    ///     nodeAffinity:
    ///       requiredDuringSchedulingIgnoredDuringExecution:
    ///         nodeSelectorTerms:
    ///         - matchExpressions:
    ///           - key: disk
    ///             operator: In
    ///             values: ["hdd", "ssd"]
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `GetRequiredNodeAffinity` of `k8s.io/component-helpers`; `rejectPodAdmissionBasedOnOSField` of the kubelet.
    CONTRADICTORY_NODE_CONSTRAINTS = "contradictory-node-constraints", Warning, [Check::PodSpec(check)]
}

declare_rule! {
    /// Labels of nodes that are misspelt, or have a value that no node has.
    ///
    /// ## Why
    /// Each node has `kubernetes.io/hostname`, `kubernetes.io/os` (`linux` or `windows`) and `kubernetes.io/arch` (as Go names it: `amd64`, `arm64`), and in a
    /// cloud `topology.kubernetes.io/zone` and `region`. With a name or value that is only similar, no node matches.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   nodeSelector:
    ///     kubernetes.io/arch: x86_64
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
    ///   nodeSelector:
    ///     kubernetes.io/arch: amd64
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// Well-Known Labels, Annotations and Taints; `GOOS` and `GOARCH` of Go.
    UNKNOWN_NODE_LABEL = "unknown-node-label", Warning from Itself, [Check::PodSpec(check_labels)]
}

/// What is demanded of a label.
enum Demand<'m> {
    In(Vec<Cow<'m, str>>),
    NotIn(Vec<Cow<'m, str>>),
    Exists,
    Lacks,
    Above(i64),
    Below(i64),
}

/// A demand, and the value to mark.
struct On<'m> {
    key: Cow<'m, str>,
    demand: Demand<'m>,
    site: Value<'m>,
}

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let selector: Vec<On<'m>> = spec.get("nodeSelector").into_iter().flat_map(|it| it.children()).filter_map(of_label).collect();
    let os = spec.at(&["os", "name"]).filter(|it| it.text().is_some_and(|name| name == "linux" || name == "windows"));
    if let Some(os) = os.and_then(Value::text)
        && let Some(label) = selector.iter().find(|it| it.key == "kubernetes.io/os" && !it.demand.allows(&os))
    {
        report.on(label.site, format!("no node fulfils both this and `os.name: {os}`"));
        return;
    }
    let required = ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"];
    let Some(terms) = spec.at(&required).and_then(|it| it.get("nodeSelectorTerms")) else { return };
    let mut sites = vec![];
    for term in terms.children() {
        // A term without expressions matches no node, which is a matter of its own.
        let Some(demands) = of_term(term).filter(|it| !it.is_empty()) else { return };
        let Some(site) = contradiction(&selector, os.and_then(Value::text), &demands) else { return };
        sites.push(site);
    }
    for (site, with) in sites {
        report.on(site, format!("no node fulfils both this and {with}"));
    }
}

/// The first demand of a term that cannot hold beside one before it.
fn contradiction<'m>(selector: &[On<'m>], os: Option<Cow<'m, str>>, term: &[On<'m>]) -> Option<(Value<'m>, String)> {
    for (at, on) in term.iter().enumerate() {
        if let Some(os) = os.as_ref().filter(|os| on.key == "kubernetes.io/os" && !on.demand.allows(os)) {
            return Some((on.site, format!("`os.name: {os}`")));
        }
        if let Some(label) = selector.iter().find(|it| it.key == on.key && it.demand.excludes(&on.demand)) {
            return Some((on.site, format!("the `nodeSelector` with `{}`", label.key)));
        }
        if term[..at].iter().any(|it| it.key == on.key && it.demand.excludes(&on.demand)) {
            return Some((on.site, format!("the expression on `{}` before it", on.key)));
        }
    }
    None
}

fn of_label(label: Value<'_>) -> Option<On<'_>> {
    Some(On { key: label.key_text()?, demand: Demand::In(vec![label.text()?]), site: label })
}

fn of_term(term: Value<'_>) -> Option<Vec<On<'_>>> {
    term.list("matchExpressions").map(of_expression).collect()
}

fn of_expression(expression: Value<'_>) -> Option<On<'_>> {
    let values = expression.list("values").map(Value::text).collect::<Option<Vec<_>>>()?;
    let number = || values.first()?.parse().ok();
    let demand = match &*expression.text_of("operator")? {
        "In" => Demand::In(values),
        "NotIn" => Demand::NotIn(values),
        "Exists" => Demand::Exists,
        "DoesNotExist" => Demand::Lacks,
        "Gt" => Demand::Above(number()?),
        "Lt" => Demand::Below(number()?),
        _ => return None,
    };
    Some(On { key: expression.text_of("key")?, demand, site: expression })
}

impl Demand<'_> {
    /// Whether a node with that value fulfils it.
    fn allows(&self, value: &str) -> bool {
        let number = || value.parse::<i64>().ok();
        match self {
            Demand::In(values) => values.iter().any(|it| it == value),
            Demand::NotIn(values) => values.iter().all(|it| it != value),
            Demand::Exists => true,
            Demand::Lacks => false,
            Demand::Above(least) => number().is_some_and(|number| number > *least),
            Demand::Below(most) => number().is_some_and(|number| number < *most),
        }
    }

    /// Whether no node fulfils both.
    fn excludes(&self, other: &Demand<'_>) -> bool {
        match (self, other) {
            (Demand::In(values), other) | (other, Demand::In(values)) => !values.is_empty() && !values.iter().any(|it| other.allows(it)),
            (Demand::Lacks, Demand::Exists | Demand::Above(_) | Demand::Below(_)) => true,
            (Demand::Exists | Demand::Above(_) | Demand::Below(_), Demand::Lacks) => true,
            (Demand::Above(least), Demand::Below(most)) | (Demand::Below(most), Demand::Above(least)) => most.saturating_sub(*least) < 2,
            _ => false,
        }
    }
}

/// Values of well-known labels as people write them, and what the nodes have.
const VALUES: &[(&str, &[&str], &str)] = &[
    ("kubernetes.io/arch", &["x86_64", "x86-64", "x64", "AMD64", "intel"], "amd64"),
    ("kubernetes.io/arch", &["aarch64", "ARM64", "arm64v8", "armv8"], "arm64"),
    ("kubernetes.io/arch", &["armhf", "armv7", "armv7l", "arm32v7"], "arm"),
    ("kubernetes.io/arch", &["i386", "x86", "i686"], "386"),
    ("kubernetes.io/os", &["Linux", "LINUX", "ubuntu", "debian"], "linux"),
    ("kubernetes.io/os", &["Windows", "WINDOWS", "win"], "windows"),
];

/// The labels that the kubelet and the clouds give their nodes, in the domains that Kubernetes keeps for itself.
const LABELS: &[&str] = &[
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "kubernetes.io/arch",
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "node.kubernetes.io/instance-type",
];

fn check_labels<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    for label in spec.get("nodeSelector").into_iter().flat_map(|it| it.children()) {
        let Some(key) = label.key_text() else { continue };
        if let Some(right) = misspelt(&key) {
            let diagnostic = report.on_key(label, format!("no node has the label `{key}`; did you mean `{right}`?"));
            let fix = label.key().map(|node| Fix::preferred(format!("Replace with `{right}`"), vec![rewrite::rename(node, right)]));
            diagnostic.fixes.extend(fix);
        }
        check_value(&key, label, report);
    }
    let node = ["affinity", "nodeAffinity"];
    let required = spec.at(&node).and_then(|it| it.get("requiredDuringSchedulingIgnoredDuringExecution"));
    for expression in required.into_iter().flat_map(|it| it.list("nodeSelectorTerms")).flat_map(|it| it.list("matchExpressions")) {
        let (Some(key), Some(operator)) = (expression.get("key"), expression.text_of("operator")) else { continue };
        let Some(name) = key.text().filter(|_| ["In", "Exists"].contains(&&*operator)) else { continue };
        check_key(key, report);
        let values: Vec<_> = expression.list("values").collect();
        // Beside a right value a wrong one does no harm.
        if let [only] = values[..] {
            check_value(&name, only, report);
        }
    }
    let affinities = ["podAffinity", "podAntiAffinity"].into_iter().filter_map(|it| spec.at(&["affinity", it]));
    let terms = affinities.flat_map(|it| {
        let preferred = it.list("preferredDuringSchedulingIgnoredDuringExecution").filter_map(|it| it.get("podAffinityTerm"));
        it.list("requiredDuringSchedulingIgnoredDuringExecution").chain(preferred)
    });
    for term in terms.chain(spec.list("topologySpreadConstraints")) {
        term.get("topologyKey").into_iter().for_each(|key| check_key(key, report));
    }
}

fn check_key<'m>(key: Value<'m>, report: &mut Report<'m>) {
    let Some(text) = key.text() else { return };
    let bare = ["hostname", "zone", "region"].into_iter().find(|it| *it == text);
    let Some(right) =
        misspelt(&text).or_else(|| LABELS.iter().copied().find(|it| bare.is_some_and(|bare| it.ends_with(&format!("/{bare}")))))
    else {
        return;
    };
    let diagnostic = report.on(key, format!("no node has the label `{text}`; did you mean `{right}`?"));
    if bare.is_some() {
        diagnostic.message = format!("nodes have no label `{text}` of themselves; did you mean `{right}`?");
        diagnostic.severity = Severity::Information;
    }
    diagnostic.fixes.push(Fix::possible(format!("Replace with `{right}`"), vec![rewrite::scalar(key.written(), right)]));
}

fn check_value<'m>(key: &str, value: Value<'m>, report: &mut Report<'m>) {
    let Some(text) = value.text() else { return };
    let Some((.., right)) = VALUES.iter().find(|(label, wrong, _)| *label == key && wrong.contains(&&*text)) else { return };
    let diagnostic = report.on(value, format!("no node has `{key}: {text}`; it is called `{right}`"));
    diagnostic.fixes.push(Fix::preferred(format!("Replace with `{right}`"), vec![rewrite::scalar(value.written(), right)]));
}

/// The well-known label that a key of the same domains was meant to be: a slip in it, or another domain before its name.
fn misspelt(key: &str) -> Option<&'static str> {
    let (domain, name) = key.split_once('/')?;
    if LABELS.contains(&key) || !["kubernetes.io", "topology.kubernetes.io", "node.kubernetes.io"].contains(&domain) {
        return None;
    }
    let moved = LABELS.iter().find(|it| it.rsplit('/').next() == Some(name));
    let same_domain = |it: &&&str| it.split('/').next() == Some(domain);
    let near = |it: &&&str| name.len() > 2 && it.rsplit('/').next().is_some_and(|known| distance(name, known, slips(known)).is_some());
    moved.or_else(|| LABELS.iter().filter(same_domain).find(near)).copied()
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    fn text(spec: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers: [{{name: a, image: b}}]\n{spec}\n")
    }

    fn affinity(terms: &str) -> String {
        format!(
            "  affinity:\n    nodeAffinity:\n      requiredDuringSchedulingIgnoredDuringExecution:\n        nodeSelectorTerms:\n{terms}"
        )
    }

    #[test]
    fn contradictions() {
        let term = "        - matchExpressions: [{key: a, operator: In, values: [b]}, {key: a, operator: NotIn, values: [b]}]";
        let mark = "\n                                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[contradictory-node-constraints]: before it";
        check(&text(&affinity(&format!("{term}{mark}"))));
        check(&text(&affinity(&format!("{term}\n        - matchExpressions: [{{key: c, operator: Exists}}]"))));
        check(&text(&format!("  nodeSelector: {{a: x}}\n{}", affinity("        - matchExpressions: [{key: a, operator: Exists}]"))));
        check(&text(&format!(
            "  nodeSelector: {{a: x}}\n{}",
            affinity(
                "        - matchExpressions: [{key: a, operator: DoesNotExist}]\n                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[contradictory-node-constraints]: `nodeSelector`"
            )
        )));
        check(&text(&affinity(
            "        - matchExpressions: [{key: a, operator: Gt, values: ['3']}, {key: a, operator: Lt, values: ['9']}]",
        )));
        check(&text("  os: {name: windows}\n  nodeSelector: {kubernetes.io/os: windows}"));
    }

    #[test]
    fn labels() {
        for (wrong, right) in [
            ("kubernetes.io/arch: aarch64", "kubernetes.io/arch: arm64"),
            ("topology.kubernetes.io/hostname: a", "kubernetes.io/hostname: a"),
            ("kubernetes.io/zone: a", "topology.kubernetes.io/zone: a"),
            ("topology.kubernetes.io/zones: a", "topology.kubernetes.io/zone: a"),
        ] {
            assert_eq!(
                fixed(&text(&format!("  nodeSelector: {{{wrong}}}")), "unknown-node-label"),
                text(&format!("  nodeSelector: {{{right}}}"))
            );
        }
        for fine in ["kubernetes.io/os: linux", "example.com/zone: a", "topology.kubernetes.io/rack: a", "kubernetes.io/role: a", "zone: b"]
        {
            check(&text(&format!("  nodeSelector: {{{fine}}}")));
        }
        check(&text(&affinity("        - matchExpressions: [{key: kubernetes.io/arch, operator: NotIn, values: [x86_64]}]")));
    }
}
