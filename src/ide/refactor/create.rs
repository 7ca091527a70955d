//! Objects made for a workload: a Service, a PodDisruptionBudget, a NetworkPolicy.

use std::collections::HashSet;

use crate::pod::names::{dns_label, port_name};
use crate::pod::spec::{Container, PodSpec, Port};
use crate::pod::{Object, Value};
use crate::rules::rewrite::{Draft, Indent, column, is_json};
use crate::text::{BREAKS, Edit, line_at, line_end};
use crate::yaml::{Kind, Layout, Node};

use super::labels::Labels;
use super::{At, Refactoring, RefactoringKind, Siblings};

/// Workloads whose Pods stay.
const LASTING: [&str; 6] = ["Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"];
/// Of these, the ones whose Pods a PodDisruptionBudget can count.
const COUNTED: [&str; 4] = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];

pub(super) fn proposals(at: At<'_>, siblings: Siblings<'_>) -> Vec<Refactoring> {
    let Some(workload) = at.head().and_then(Workload::of) else { return vec![] };
    let mut created = vec![
        ("Service", &["spec", "selector"][..], workload.service()),
        ("PodDisruptionBudget", &["spec", "selector", "matchLabels"], workload.budget()),
        ("NetworkPolicy", &["spec", "podSelector", "matchLabels"], workload.policy()),
    ];
    created.retain(|it| it.2.is_some());
    if !created.is_empty() {
        for other in siblings {
            let is_there = |kind: &str, selector: &[&str]| other.model().objects().any(|it| workload.has(it, kind, selector));
            created.retain(|(kind, selector, _)| !is_there(kind, selector));
        }
    }
    let created = created.into_iter().filter_map(|(kind, _, draft)| {
        let edit = append(workload.object, &draft?)?;
        Some(Refactoring::new(RefactoringKind::Extract, format!("Create a {kind} for `{}`", workload.name), vec![edit]))
    });
    created.collect()
}

/// A workload, with what others must know of it.
struct Workload<'m> {
    object: Object<'m>,
    kind: &'static str,
    name: String,
    selector: Labels,
    labels: Labels,
    /// What its containers serve, with names that are unique.
    ports: Vec<(String, Port<'m>)>,
}

impl<'m> Workload<'m> {
    fn of(object: Object<'m>) -> Option<Self> {
        let kind = object.info()?.kind;
        let spec = PodSpec::of(object).filter(|_| LASTING.contains(&kind))?;
        let labels = Labels::of(spec.value().parent()?.at(&["metadata", "labels"])?)?;
        let selector = match (object.at(&["spec", "selector", "matchLabels"]), kind) {
            (Some(selector), _) => Labels::of(selector)?,
            (None, "ReplicationController") => Labels::of(object.at(&["spec", "selector"])?)?,
            (None, "Pod") => labels.identity(),
            _ => return None,
        };
        let name = object.at(&["metadata", "name"])?.text()?.into_owned();
        (!selector.is_empty() && dns_label(&name).is_ok()).then(|| Workload { object, kind, name, selector, labels, ports: ports(spec) })
    }

    /// Whether an object of that kind is there for it already: it has that name, or selects its Pods.
    fn has(&self, other: Object<'_>, kind: &str, selector: &[&str]) -> bool {
        let selects =
            selector.iter().try_fold(other.node(), |node, name| entry(node, name)).is_some_and(|it| self.labels.are_selected_by(it));
        other.kind().is_some_and(|it| it.value() == kind) && (selects || other.name().is_some_and(|name| name == self.name))
    }

    fn service(&self) -> Option<Draft> {
        let name = self.object.at(&["spec", "serviceName"]).and_then(Value::text).unwrap_or(self.name.as_str().into());
        let ports = self.ports.iter().filter_map(|(name, port)| {
            let number = Draft::Raw(port.number()?.to_string());
            let target = port.name().map_or_else(|| number.clone(), Draft::text);
            let protocol = protocol(*port).map(|it| ("protocol", it));
            let fields = [("name", Draft::text(name)), ("port", number), ("targetPort", target)];
            Some(Draft::Map(fields.into_iter().chain(protocol).collect()))
        });
        let mut spec = vec![("selector", self.selector.draft(false)), ("ports", Draft::List(ports.collect()))];
        if self.kind == "StatefulSet" {
            spec.insert(0, ("clusterIP", Draft::Raw("None".to_owned())));
        }
        let is_name = dns_label(&name).is_ok() && name.starts_with(|it: char| it.is_ascii_lowercase());
        (!self.ports.is_empty() && is_name).then(|| self.draft("v1", "Service", &name, spec))
    }

    fn budget(&self) -> Option<Draft> {
        let spec = vec![("maxUnavailable", Draft::Raw("1".to_owned())), ("selector", self.match_labels())];
        COUNTED.contains(&self.kind).then(|| self.draft("policy/v1", "PodDisruptionBudget", &self.name, spec))
    }

    fn policy(&self) -> Option<Draft> {
        let mut spec = vec![("podSelector", self.match_labels()), ("policyTypes", Draft::List(vec![Draft::text("Ingress")]))];
        let ports = self.ports.iter().filter_map(|(_, port)| {
            let number = ("port", Draft::Raw(port.number()?.to_string()));
            Some(Draft::Map(std::iter::once(number).chain(protocol(*port).map(|it| ("protocol", it))).collect()))
        });
        if !self.ports.is_empty() {
            spec.push(("ingress", Draft::List(vec![Draft::Map(vec![("ports", Draft::List(ports.collect()))])])));
        }
        Some(self.draft("networking.k8s.io/v1", "NetworkPolicy", &self.name, spec))
    }

    fn match_labels(&self) -> Draft {
        Draft::Map(vec![("matchLabels", self.selector.draft(false))])
    }

    fn draft(&self, api_version: &str, kind: &str, name: &str, spec: Vec<(&'static str, Draft)>) -> Draft {
        manifest(self.object, api_version, kind, name, ("spec", Draft::Map(spec)))
    }
}

/// An object in the namespace of another one.
pub(super) fn manifest(beside: Object<'_>, api_version: &str, kind: &str, name: &str, content: (&'static str, Draft)) -> Draft {
    let namespace = beside.at(&["metadata", "namespace"]).and_then(Value::text).map(|it| ("namespace", Draft::text(it)));
    let metadata = std::iter::once(("name", Draft::text(name))).chain(namespace).collect();
    Draft::Map(vec![("apiVersion", Draft::text(api_version)), ("kind", Draft::text(kind)), ("metadata", Draft::Map(metadata)), content])
}

/// Puts an object after another one: as a document of its own, or as the next item of its list. Nowhere in JSON.
pub(super) fn append(after: Object<'_>, draft: &Draft) -> Option<Edit> {
    let node = after.node();
    let tree = node.tree();
    let (text, indent) = (tree.text(), Indent::of(tree));
    let list = node.parent();
    let (at, lines, pad) = match list {
        None => (text.len(), std::iter::once("---".to_owned()).chain(draft.lines(indent)?).collect::<Vec<_>>(), 0),
        Some(list) if list.kind() == Kind::Sequence(Layout::Block) => {
            let end = node.range().end as usize;
            let end = if text[..end].ends_with(BREAKS) { end } else { line_at(text, end).end as usize };
            (end, draft.item(indent), column(list))
        }
        _ => return None,
    };
    let before_line = text[..at].ends_with(BREAKS);
    let lines = lines.into_iter().map(|line| format!("{}{line}", " ".repeat(pad))).collect::<Vec<_>>().join(line_end(text));
    let new_text = if before_line { format!("{lines}{}", line_end(text)) } else { format!("{}{lines}", line_end(text)) };
    (!is_json(node)).then(|| Edit::insert(at, new_text))
}

fn entry<'t>(mapping: Node<'t>, name: &str) -> Option<Node<'t>> {
    mapping.entries().find(|entry| entry.key.value() == name).map(|entry| entry.value)
}

/// The ports that the containers serve, each once.
fn ports(spec: PodSpec<'_>) -> Vec<(String, Port<'_>)> {
    let (mut numbers, mut names) = (HashSet::new(), HashSet::new());
    let all = spec.running().flat_map(Container::ports);
    let served = all.filter(|port| port.number().is_some_and(|number| numbers.insert((number, port.protocol().into_owned()))));
    let named = served.map(|port| {
        let own = port.name().map(|name| name.into_owned()).filter(|name| port_name(name).is_ok() && !names.contains(name));
        let name = own.unwrap_or_else(|| format!("{}-{}", port.protocol().to_lowercase(), port.number().unwrap_or_default()));
        names.insert(name.clone());
        (name, port)
    });
    named.collect()
}

fn protocol(port: Port<'_>) -> Option<Draft> {
    Some(port.protocol()).filter(|protocol| protocol != "TCP").map(Draft::text)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{in_file, in_text};

    const SET: &str = "\
apiVersion: apps/v1
kind: State$0fulSet
metadata:
    name: db
    namespace: data
spec:
    serviceName: db-peers
    selector:
        matchLabels: {app: \"db\"}
    template:
        metadata:
            labels: {app: \"db\", tier: back}
        spec:
            containers:
                - name: db
                  image: postgres:17
                  ports:
                      - containerPort: 5432
                        name: sql
                      - containerPort: 5353
                        protocol: UDP
";

    fn created(text: &str, kind: &str) -> Vec<String> {
        let before = text.replace("$0", "");
        in_text(text, kind).iter().map(|it| it.strip_prefix(&before).unwrap_or(it).to_owned()).collect()
    }

    #[test]
    fn objects_for_a_workload() {
        let head = |api_version: &str, kind: &str, name: &str| {
            format!("---\napiVersion: {api_version}\nkind: {kind}\nmetadata:\n    name: {name}\n    namespace: data\nspec:\n")
        };
        let service = "    clusterIP: None\n    selector:\n        app: \"db\"\n    ports:\n        - name: sql\n          port: 5432\n          targetPort: sql\n        - name: udp-5353\n          port: 5353\n          targetPort: 5353\n          protocol: UDP\n";
        assert_eq!(created(SET, "Service"), [head("v1", "Service", "db-peers") + service]);
        let budget = "    maxUnavailable: 1\n    selector:\n        matchLabels:\n            app: \"db\"\n";
        assert_eq!(created(SET, "Budget"), [head("policy/v1", "PodDisruptionBudget", "db") + budget]);
        let policy = "    podSelector:\n        matchLabels:\n            app: \"db\"\n    policyTypes: [Ingress]\n    ingress:\n        - ports:\n              - port: 5432\n              - port: 5353\n                protocol: UDP\n";
        assert_eq!(created(SET, "Policy"), [head("networking.k8s.io/v1", "NetworkPolicy", "db") + policy]);
    }

    #[test]
    fn only_where_it_can_be() {
        for (text, kind, count) in [
            (
                "apiVersion: v1\nkind: Pod$0\nmetadata: {name: a, labels: {app: a}}\nspec:\n  containers:\n  - {name: a, image: b}\n",
                "Service",
                0,
            ),
            (
                "apiVersion: v1\nkind: Pod$0\nmetadata: {name: a, labels: {app: a}}\nspec:\n  containers:\n  - {name: a, image: b}\n",
                "Budget",
                0,
            ),
            (
                "apiVersion: v1\nkind: Pod$0\nmetadata: {name: a, labels: {app: a}}\nspec:\n  containers:\n  - {name: a, image: b}\n",
                "Policy",
                1,
            ),
            ("apiVersion: v1\nkind: Pod$0\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: a, image: b}\n", "Policy", 0),
            ("{\"apiVersion\": \"v1\", \"kind\": \"Pod$0\", \"metadata\": {\"name\": \"a\", \"labels\": {\"app\": \"a\"}}}\n", "Policy", 0),
        ] {
            assert_eq!(created(text, kind).len(), count, "{text}");
        }
    }

    #[test]
    fn not_what_the_file_holds_already() {
        let pod = "apiVersion: v1\nkind: Pod$0\nmetadata: {name: a, labels: {app: b}}\nspec:\n  containers: [{name: a, image: b, ports: [{containerPort: 80}]}]\n";
        for (other, count) in [
            ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n", 0),
            ("apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {selector: {app: b}}\n", 0),
            ("apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {selector: {app: c}}\n", 1),
            ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", 1),
        ] {
            assert_eq!(in_file(pod, "Service", &[other]).len(), count, "{other}");
        }
    }

    #[test]
    fn in_a_list() {
        let pod =
            "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a, labels: {app: a}}\n  spec:\n    containers: [{name: a, image: b}]\n";
        let text = format!("apiVersion: v1\nkind: List\nitems:\n{}{pod}", pod.replace("Pod", "Pod$0"));
        let policy = "- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata:\n    name: a\n  spec:\n    podSelector:\n      matchLabels:\n        app: a\n    policyTypes: [Ingress]\n";
        assert_eq!(in_text(&text, "Policy"), [format!("apiVersion: v1\nkind: List\nitems:\n{pod}{policy}{pod}")]);
    }
}
