//! What the documents of a file say of each other: the findings that hold only if another object is there, or is not.
//!
//! A rule reports such a finding with its [`Condition`]; [`Offers`], what all documents of the file hold, decide it. Nothing is decided where
//! a template or another layer of Kustomize may change one of the objects.

use std::collections::{BTreeSet, HashMap};

use memchr::memmem;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::condition::{Amount, Condition, Labels, Level, Scope, TargetPort};
use crate::pod::quantity::Quantity;
use crate::pod::spec::{Container, PodSpec, Port, Role};
use crate::pod::{self, Model, Object, Value};
use crate::yaml::Node;

use super::unknown_object;

/// An object, as far as others are about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    kind: String,
    scope: Scope,
    name: String,
    what: What,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    Workload(Workload),
    /// The keys of a ConfigMap or Secret.
    Keys(BTreeSet<String>),
    /// Whether a claim can be mounted on one node only, and whether it is a block device.
    Claim {
        of_one_node: bool,
        is_block: bool,
    },
    /// The ports of a Service.
    Service(Vec<(Option<String>, Option<i64>)>),
    Limits(Vec<Limit>),
    /// The resources that a quota counts.
    Quota(BTreeSet<String>),
    /// The level that a Namespace enforces.
    Namespace(Option<Level>),
    /// The kind and name that are scaled.
    Autoscaler(String, String),
    /// One of a kind that podls does not know: it may make Pods.
    Foreign,
    Other,
}

#[derive(Clone, Debug, PartialEq)]
struct Workload {
    /// `None` where they are not known.
    labels: Option<Labels>,
    ports: Vec<(Option<String>, Option<i64>)>,
    replicas: i64,
    /// Whether several Pods are made of it that use a claim.
    shares_claims: bool,
    /// For each container the resources that it requests; none where the Pod as a whole does.
    requests: Option<Vec<BTreeSet<String>>>,
}

/// The limits of a LimitRange for containers.
#[derive(Clone, Debug, PartialEq)]
struct Limit {
    /// `min`, `max`, `default`, `defaultRequest`
    list: &'static str,
    resource: String,
    millis: i128,
}

/// More objects are not compared with each other: the time is the author's.
const MOST_OBJECTS: usize = 2000;

/// Whether two objects count as of one namespace.
type SameScope = fn(&Scope, &Scope) -> bool;

/// What the documents of a file hold, to look things up in.
#[derive(Debug, Default)]
pub struct Offers<'o> {
    all: Vec<&'o Offer>,
    by_name: HashMap<(&'o str, &'o str), Vec<usize>>,
    /// The workloads by one label.
    by_label: HashMap<(&'o str, &'o str), Vec<usize>>,
}

/// Parts of the names of all kinds that are of interest to others, and of the field that makes a workload so.
const NAMES: [&str; 9] = [
    "Service",
    "PodDisruptionBudget",
    "HorizontalPodAutoscaler",
    "ConfigMap",
    "Secret",
    "ersistentVolumeClaim",
    "LimitRange",
    "ResourceQuota",
    "Namespace",
];

/// Whether a file may hold an object that is of interest to others ([`Offer::is_of_interest`]), as far as a look at its text can show.
pub fn may_matter(text: &str) -> bool {
    NAMES.iter().any(|name| memmem::find(text.as_bytes(), name.as_bytes()).is_some())
}

impl Offer {
    /// Whether anything in its file can depend on it: in a file without such an object no [`Condition`] holds.
    pub fn is_of_interest(&self) -> bool {
        match &self.what {
            What::Workload(workload) => workload.shares_claims,
            What::Other | What::Foreign => matches!(self.kind.as_str(), "Service" | "PodDisruptionBudget"),
            _ => true,
        }
    }
}

/// The objects of a document.
pub fn offers(model: &Model) -> Vec<Offer> {
    model.objects().filter(|object| object.kind().is_some()).map(offer).collect()
}

fn offer(object: Object<'_>) -> Offer {
    let kind = object.kind().map(|kind| kind.value().into_owned()).unwrap_or_default();
    let node = object.node();
    let what = match (kind.as_str(), PodSpec::of(object)) {
        ("PodTemplate", _) => What::Other,
        (_, Some(pod)) => What::Workload(workload(object, pod)),
        ("ConfigMap" | "Secret", _) => {
            let maps = ["data", "binaryData", "stringData"].into_iter().filter_map(|name| get(node, &[name]));
            let keys: BTreeSet<_> = maps.flat_map(Node::entries).map(|entry| entry.key.key_text().into_owned()).collect();
            // What is empty is filled in by somebody, and some Secrets by a controller.
            let is_filled_in = keys.is_empty() || text(node, &["type"]).is_some_and(|it| it == "kubernetes.io/service-account-token");
            if is_filled_in { What::Other } else { What::Keys(keys) }
        }
        ("PersistentVolumeClaim", _) => {
            let modes: Vec<_> = items(node, &["spec", "accessModes"]).map(|mode| mode.value().into_owned()).collect();
            let of_one_node = !modes.is_empty() && modes.iter().all(|mode| mode.starts_with("ReadWriteOnce"));
            What::Claim { of_one_node, is_block: text(node, &["spec", "volumeMode"]).is_some_and(|it| it == "Block") }
        }
        ("Service", _) if text(node, &["spec", "type"]).is_none_or(|it| it != "ExternalName") => {
            let port = |port: Node<'_>| (text(port, &["name"]), text(port, &["port"]).and_then(|it| it.parse().ok()));
            What::Service(items(node, &["spec", "ports"]).map(port).collect())
        }
        ("LimitRange", _) => What::Limits(limits(node)),
        ("ResourceQuota", _) if get(node, &["spec", "scopes"]).is_none() && get(node, &["spec", "scopeSelector"]).is_none() => {
            What::Quota(get(node, &["spec", "hard"]).into_iter().flat_map(Node::entries).map(|it| it.key.key_text().into_owned()).collect())
        }
        ("Namespace", _) => {
            let label = text(node, &["metadata", "labels", "pod-security.kubernetes.io/enforce"]);
            What::Namespace(match label.as_deref() {
                Some("baseline") => Some(Level::Baseline),
                Some("restricted") => Some(Level::Restricted),
                _ => None,
            })
        }
        ("HorizontalPodAutoscaler", _) => {
            let target = |field| text(node, &["spec", "scaleTargetRef", field]).unwrap_or_default();
            What::Autoscaler(target("kind"), target("name"))
        }
        _ if is_foreign(object) => What::Foreign,
        _ => What::Other,
    };
    Offer { scope: scope(node), name: object.name().unwrap_or_default(), kind, what }
}

/// Whether its kind is none of Kubernetes itself.
fn is_foreign(object: Object<'_>) -> bool {
    let version = object.api_version().map(|it| it.value().into_owned()).unwrap_or_default();
    let group = version.rsplit_once('/').map_or("", |(group, _)| group);
    group.contains('.') && !group.ends_with(".k8s.io")
}

fn workload(object: Object<'_>, pod: PodSpec<'_>) -> Workload {
    let named = |port: Port<'_>| (port.name().map(|it| it.into_owned()), port.number());
    let requests = |container: Container<'_>| {
        let lists = ["requests", "limits"].into_iter().filter_map(|list| container.value.at(&["resources", list]));
        lists.flat_map(|list| list.children()).filter_map(|it| Some(it.key_text()?.into_owned())).collect()
    };
    let replicas = object.at(&["spec", "replicas"]).and_then(Value::int).unwrap_or(1);
    Workload {
        labels: pod::labels::Labels::of(pod).map(|labels| labels.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()),
        ports: pod.running().flat_map(Container::ports).map(named).collect(),
        replicas,
        shares_claims: replicas > 1 && pod.volumes().any(|volume| volume.0.gives("persistentVolumeClaim")),
        requests: (!pod.value().gives("resources")).then(|| pod.containers().filter(|it| it.role == Role::Regular).map(requests).collect()),
    }
}

fn limits(node: Node<'_>) -> Vec<Limit> {
    let of_containers = |limit: &Node<'_>| text(*limit, &["type"]).is_some_and(|it| it == "Container");
    let mut all = vec![];
    for limit in items(node, &["spec", "limits"]).filter(of_containers) {
        for list in ["min", "max", "default", "defaultRequest"] {
            for entry in get(limit, &[list]).into_iter().flat_map(Node::entries) {
                let Some(quantity) = entry.value.resolved().and_then(|it| Quantity::parse(&it.value()).ok()) else { continue };
                all.push(Limit { list, resource: entry.key.key_text().into_owned(), millis: quantity.millis() });
            }
        }
    }
    all
}

/// The namespace of an object.
pub(super) fn scope(object: Node<'_>) -> Scope {
    text(object, &["metadata", "namespace"])
}

/// What is at a path of keys.
pub(super) fn get<'t>(node: Node<'t>, path: &[&str]) -> Option<Node<'t>> {
    path.iter().try_fold(node.resolved()?, |node, key| node.entries().find(|entry| entry.key.value() == *key)?.value.resolved())
}

/// The items of the list at a path of keys.
pub(super) fn items<'t>(node: Node<'t>, path: &[&str]) -> impl Iterator<Item = Node<'t>> {
    get(node, path).into_iter().flat_map(Node::items).filter_map(Node::resolved)
}

/// The text at a path of keys, if there is one.
pub(super) fn text(node: Node<'_>, path: &[&str]) -> Option<String> {
    get(node, path).map(|it| it.value().into_owned()).filter(|it| !it.is_empty())
}

impl<'o> Offers<'o> {
    /// Those of all documents. Empty where there are too many.
    pub fn new(offers: impl Iterator<Item = &'o Offer>) -> Self {
        let all: Vec<_> = offers.take(MOST_OBJECTS + 1).collect();
        if all.len() > MOST_OBJECTS {
            return Offers::default();
        }
        let mut found = Offers { all, ..Offers::default() };
        for (at, offer) in found.all.iter().enumerate() {
            found.by_name.entry((offer.kind.as_str(), offer.name.as_str())).or_default().push(at);
            if let What::Workload(Workload { labels: Some(labels), .. }) = &offer.what {
                labels.iter().for_each(|(key, value)| found.by_label.entry((key.as_str(), value.as_str())).or_default().push(at));
            }
        }
        found
    }

    /// Whether the condition of a diagnostic holds.
    pub fn uphold(&self, diagnostic: &Diagnostic) -> bool {
        diagnostic.condition.as_ref().is_none_or(|condition| self.fulfil(condition))
    }

    /// Whether a condition holds.
    pub fn fulfil(&self, condition: &Condition) -> bool {
        match condition {
            Condition::SelectsNothing(scope, selector) => {
                let mut workloads = self.workloads(scope).peekable();
                // Others may make Pods with any labels.
                workloads.peek().is_some() && !self.may_be_selected_otherwise() && self.selected(scope, selector, may_be).next().is_none()
            }
            Condition::LacksPort(scope, selector, port) => {
                let mut selected = self.selected(scope, selector, equal).peekable();
                let lacks = |workload: &Workload| match port {
                    TargetPort::Name(name) => !workload.ports.iter().any(|(it, _)| it.as_ref() == Some(name)),
                    TargetPort::Number(number) => {
                        !workload.ports.is_empty() && workload.ports.iter().all(|(_, it)| it.is_some_and(|it| it != *number))
                    }
                };
                selected.peek().is_some() && !self.may_be_selected_otherwise() && selected.all(lacks)
            }
            Condition::NeedsAll(scope, selector, least) => {
                let mut selected = self.selected_offers(scope, selector, equal);
                let (Some((offer, workload)), None) = (selected.next(), selected.next()) else { return false };
                let scales = |it: &&Offer| matches!(&it.what, What::Autoscaler(kind, name) if *kind == offer.kind && *name == offer.name);
                ["Deployment", "StatefulSet", "ReplicaSet"].contains(&offer.kind.as_str())
                    && workload.replicas > 0
                    && workload.replicas <= *least
                    && !self.all.iter().any(scales)
            }
            Condition::LacksTarget(scope, kind, name) => {
                let mut alike = self.all.iter().filter(|it| it.kind == *kind && equal(&it.scope, scope)).peekable();
                alike.peek().is_some() && !self.named(kind, name).any(|it| may_be(&it.scope, scope))
            }
            Condition::UnknownObject(scope, kind, name) => {
                let alike = self.all.iter().filter(|it| it.kind == *kind && equal(&it.scope, scope)).map(|it| it.name.as_str());
                unknown_object::is_misspelt(name, alike) && !self.defines(kind, name, scope)
            }
            Condition::LacksRequests(scope, kind, name, resource) => {
                let gives = |it: &Limit| ["default", "defaultRequest"].contains(&it.list) && it.resource == *resource;
                let lacks = |offer: &Offer| match &offer.what {
                    What::Workload(Workload { requests: Some(requests), .. }) => requests.iter().any(|it| !it.contains(resource)),
                    _ => false,
                };
                let mut targets = self.named(kind, name).filter(|it| equal(&it.scope, scope)).peekable();
                targets.peek().is_some() && targets.all(lacks) && !self.limits(scope).any(gives)
            }
            Condition::LacksKey(scope, kind, name, key) => {
                let mut objects = self.named(kind, name).filter(|it| equal(&it.scope, scope)).peekable();
                let lacks = |offer: &Offer| matches!(&offer.what, What::Keys(keys) if !keys.contains(key));
                objects.peek().is_some() && objects.all(lacks)
            }
            Condition::ClaimNotShared(scope, name) => {
                let mut claims = self.named("PersistentVolumeClaim", name).filter(|it| may_be(&it.scope, scope));
                claims.all(|it| matches!(it.what, What::Claim { of_one_node: true, .. }))
            }
            Condition::ClaimOfOneNode(scope, name) => {
                let mut claims = self.named("PersistentVolumeClaim", name).filter(|it| equal(&it.scope, scope));
                claims.next().is_some_and(|it| matches!(it.what, What::Claim { of_one_node: true, .. }))
            }
            Condition::ClaimIsBlock(scope, name, wanted) => {
                let mut claims = self.named("PersistentVolumeClaim", name).filter(|it| equal(&it.scope, scope));
                claims.next().is_some_and(|it| matches!(it.what, What::Claim { is_block, .. } if is_block == *wanted))
            }
            Condition::LacksServicePort(scope, name, port) => {
                let lacks = |offer: &Offer| match (&offer.what, port) {
                    (What::Service(ports), TargetPort::Name(name)) => !ports.iter().any(|(it, _)| it.as_ref() == Some(name)),
                    (What::Service(ports), TargetPort::Number(number)) => !ports.iter().any(|(_, it)| *it == Some(*number)),
                    _ => false,
                };
                let mut services = self.named("Service", name).filter(|it| equal(&it.scope, scope)).peekable();
                services.peek().is_some() && services.all(lacks)
            }
            Condition::BreaksLimits(scope, amounts) => self.limits(scope).any(|limit| amounts.iter().any(|it| breaks(limit, it))),
            Condition::LacksForQuota(scope, resources) => {
                let set = |resource: &str| {
                    let (list, name) = resource.split_once('.').unwrap_or(("requests", resource));
                    self.limits(scope)
                        .any(|it| it.resource == name && (it.list == "default" || list == "requests" && it.list == "defaultRequest"))
                };
                let counts = |resource: &String| {
                    let bare = resource.strip_prefix("requests.").unwrap_or(resource);
                    self.all.iter().filter(|it| equal(&it.scope, scope)).any(|it| match &it.what {
                        What::Quota(hard) => hard.contains(resource) || hard.contains(bare),
                        _ => false,
                    })
                };
                resources.iter().any(|it| counts(it) && !set(it))
            }
            Condition::Violates(namespace, level) => self.named("Namespace", namespace).any(|it| match it.what {
                What::Namespace(Some(enforced)) => enforced >= *level,
                _ => false,
            }),
        }
    }

    /// Whether the object that a diagnostic looks for is there.
    pub fn give(&self, diagnostic: &Diagnostic) -> bool {
        match diagnostic.condition.as_deref() {
            Some(Condition::UnknownObject(scope, kind, name)) => self.defines(kind, name, scope),
            _ => false,
        }
    }

    /// Whether an object of a kind and name is there, or may be in that namespace.
    fn defines(&self, kind: &str, name: &str, scope: &Scope) -> bool {
        self.named(kind, name).any(|it| may_be(&it.scope, scope))
    }

    fn named<'s>(&'s self, kind: &'s str, name: &'s str) -> impl Iterator<Item = &'o Offer> + use<'s, 'o> {
        self.by_name.get(&(kind, name)).into_iter().flatten().map(|at| self.all[*at])
    }

    fn workloads<'s>(&'s self, scope: &'s Scope) -> impl Iterator<Item = &'o Workload> + use<'s, 'o> {
        self.all.iter().filter(|it| equal(&it.scope, scope)).filter_map(|it| match &it.what {
            What::Workload(workload) => Some(workload),
            _ => None,
        })
    }

    fn limits<'s>(&'s self, scope: &'s Scope) -> impl Iterator<Item = &'o Limit> + use<'s, 'o> {
        let of = |it: &&'o Offer| match &it.what {
            What::Limits(limits) => limits.as_slice(),
            _ => &[],
        };
        self.all.iter().filter(|it| equal(&it.scope, scope)).flat_map(of)
    }

    /// Whether Pods may be there whose labels are not known.
    fn may_be_selected_otherwise(&self) -> bool {
        self.all.iter().any(|it| matches!(&it.what, What::Foreign | What::Workload(Workload { labels: None, .. })))
    }

    fn selected<'s>(
        &'s self,
        scope: &'s Scope,
        selector: &'s Labels,
        is_same: SameScope,
    ) -> impl Iterator<Item = &'o Workload> + use<'s, 'o> {
        self.selected_offers(scope, selector, is_same).map(|it| it.1)
    }

    fn selected_offers<'s>(
        &'s self,
        scope: &'s Scope,
        selector: &'s Labels,
        is_same: SameScope,
    ) -> impl Iterator<Item = (&'o Offer, &'o Workload)> + use<'s, 'o> {
        let first = selector.iter().next().and_then(|(key, value)| self.by_label.get(&(key.as_str(), value.as_str())));
        first.into_iter().flatten().map(|at| self.all[*at]).filter(move |it| is_same(&it.scope, scope)).filter_map(move |it| {
            match &it.what {
                What::Workload(workload) => {
                    let labels = workload.labels.as_ref()?;
                    selector.iter().all(|(key, value)| labels.get(key) == Some(value)).then_some((it, workload))
                }
                _ => None,
            }
        })
    }
}

fn breaks(limit: &Limit, amount: &Amount) -> bool {
    limit.resource == amount.resource
        && match limit.list {
            "max" => amount.millis > limit.millis,
            "min" => amount.millis < limit.millis,
            _ => false,
        }
}

fn equal(a: &Scope, b: &Scope) -> bool {
    a == b
}

/// Without a namespace an object may be applied to any.
fn may_be(a: &Scope, b: &Scope) -> bool {
    a == b || a.is_none() || b.is_none()
}
