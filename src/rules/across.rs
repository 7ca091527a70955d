//! What the documents of a file say of each other: the findings that hold only if another object is there, or is not.
//!
//! A rule reports such a finding with its [`condition`](crate::diagnostic::condition::Condition); [`Offers`], what all documents of the file
//! hold, decide it. Nothing is decided where a template or another layer of Kustomize may change one of the objects.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use memchr::memmem;

use crate::diagnostic::condition::{Labels, Level, Scope};
use crate::pod::quantity::Quantity;
use crate::pod::spec::{Container, PodSpec, Port, Role};
use crate::pod::{self, Model, Object, Value};
use crate::yaml::{Entry, Node};

use super::Options;

mod decide;

/// An object, as far as others are about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    kind: String,
    scope: Scope,
    name: String,
    /// A kubelet reads it from a file.
    is_static: bool,
    what: What,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    Workload(Workload),
    /// The keys of a ConfigMap or Secret.
    Keys(BTreeSet<String>),
    /// Who can use a claim at once, and whether it is a block device.
    Claim {
        sharing: Sharing,
        is_block: bool,
    },
    /// Whether a Service is headless, what it selects by, and its ports.
    Service {
        is_headless: bool,
        selector: Labels,
        /// Pods that are not ready count too.
        has_unready: bool,
        ports: Vec<(Option<String>, Option<i64>)>,
    },
    Limits(Vec<Limit>),
    /// The resources that a quota counts, with how many thousandths of each there are.
    Quota(BTreeMap<String, i128>),
    /// The level that a Namespace enforces.
    Namespace(Option<Level>),
    /// The labels that a PodDisruptionBudget selects.
    Budget(Labels),
    /// The kind and name that are scaled.
    Autoscaler(String, String),
    /// One of a kind that podls does not know: it may make Pods.
    Foreign,
    Other,
    /// Not an object: the rules that a comment of the file silences and that would have reported something in the document.
    Silenced(BTreeSet<&'static str>),
}

/// Who can use a claim at once.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sharing {
    Nodes,
    OneNode,
    OnePod,
}

#[derive(Clone, Debug, PartialEq)]
struct Workload {
    /// `None` where they are not known.
    labels: Option<Labels>,
    ports: Vec<OpenPort>,
    replicas: i64,
    /// Whether several Pods are made of it that use a claim.
    shares_claims: bool,
    /// The name of each container with the resources that it requests; none where the Pod as a whole does.
    requests: Option<Vec<(String, Vec<String>)>>,
    /// The names of its sidecar containers.
    sidecars: Vec<String>,
}

/// A port that a container declares.
#[derive(Clone, Debug, PartialEq)]
struct OpenPort {
    name: Option<String>,
    number: Option<i64>,
    protocol: String,
}

/// A limit of a LimitRange.
#[derive(Clone, Debug, PartialEq)]
struct Limit {
    /// `Container`, `Pod`, `PersistentVolumeClaim`
    of: String,
    /// `min`, `max`, `default`, `defaultRequest`, `maxLimitRequestRatio`
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
    by_kind: HashMap<&'o str, Vec<usize>>,
    by_name: HashMap<(&'o str, &'o str), Vec<usize>>,
    workloads: Vec<usize>,
    /// Whether Pods may be there whose labels are not known.
    has_unknown_pods: bool,
    /// The workloads by one label.
    by_label: HashMap<(&'o str, &'o str), Vec<usize>>,
}

/// Parts of the names of all kinds that are of interest to others, and of the fields that make a Pod or workload so.
const NAMES: [&str; 11] = [
    "Service",
    "PodDisruptionBudget",
    "HorizontalPodAutoscaler",
    "NetworkPolicy",
    "ConfigMap",
    "Secret",
    "ersistentVolumeClaim",
    "LimitRange",
    "ResourceQuota",
    "Namespace",
    "config.source",
];

/// Which objects of interest to others ([`Offer::is_of_interest`]) a file may hold, as far as a look at its text can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interests(u16);

impl Interests {
    /// Any.
    pub const ALL: Interests = Interests(u16::MAX);

    /// Those that a text may hold.
    pub fn of(text: &str, options: &Options) -> Interests {
        static FINDERS: LazyLock<[memmem::Finder<'_>; NAMES.len()]> = LazyLock::new(|| NAMES.map(memmem::Finder::new));
        let named = |number: &usize| FINDERS[*number].find(text.as_bytes()).is_some();
        let of_kubelet = u16::from(options.is_static) << NAMES.len();
        // Whether a comment for the whole file is of use shows in all its documents.
        let of_comment = u16::from(!options.silenced.is_empty()) << (NAMES.len() + 1);
        Interests((0..NAMES.len()).filter(named).fold(of_kubelet | of_comment, |all, number| all | 1 << number))
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether there may be objects of all these kinds.
    pub(super) fn include(self, kinds: &[&str]) -> bool {
        let number = |kind: &&str| NAMES.iter().position(|name| name == kind);
        kinds.iter().all(|kind| number(kind).is_none_or(|number| self.0 & 1 << number != 0))
    }
}

impl Offer {
    /// The rules that are silenced in the whole file and would have reported something in a document.
    pub fn silenced(codes: BTreeSet<&'static str>) -> Offer {
        Offer { kind: String::new(), scope: None, name: String::new(), is_static: false, what: What::Silenced(codes) }
    }

    /// Whether it is an object at all.
    pub fn is_object(&self) -> bool {
        !matches!(self.what, What::Silenced(_))
    }

    /// Whether anything in its file can depend on it: in a file without such an object no [`Condition`] holds.
    ///
    /// [`Condition`]: crate::diagnostic::condition::Condition
    pub fn is_of_interest(&self) -> bool {
        self.is_static
            || match &self.what {
                What::Workload(workload) => workload.shares_claims,
                What::Other | What::Foreign => {
                    matches!(self.kind.as_str(), "Service" | "PodDisruptionBudget" | "NetworkPolicy" | "ServiceAccount")
                }
                _ => true,
            }
    }
}

/// The objects of a document.
pub fn offers(model: &Model, options: &Options) -> Vec<Offer> {
    model.objects().filter(|object| object.kind().is_some()).map(|object| offer(object, options)).collect()
}

fn offer(object: Object<'_>, options: &Options) -> Offer {
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
            let sharing = match () {
                () if modes.is_empty() || !modes.iter().all(|mode| mode.starts_with("ReadWriteOnce")) => Sharing::Nodes,
                () if modes.iter().all(|mode| mode == "ReadWriteOncePod") => Sharing::OnePod,
                () => Sharing::OneNode,
            };
            What::Claim { sharing, is_block: text(node, &["spec", "volumeMode"]).is_some_and(|it| it == "Block") }
        }
        ("Service", _) if text(node, &["spec", "type"]).is_none_or(|it| it != "ExternalName") => {
            let port = |port: Node<'_>| (text(port, &["name"]), text(port, &["port"]).and_then(|it| it.parse().ok()));
            let is_headless = text(node, &["spec", "clusterIP"]).is_some_and(|it| it == "None");
            let selector = get(node, &["spec", "selector"]).and_then(labels).unwrap_or_default();
            let has_unready = text(node, &["spec", "publishNotReadyAddresses"]).is_some_and(|it| it != "false");
            What::Service { is_headless, selector, has_unready, ports: items(node, &["spec", "ports"]).map(port).collect() }
        }
        ("LimitRange", _) => What::Limits(limits(node)),
        ("ResourceQuota", _) if get(node, &["spec", "scopes"]).is_none() && get(node, &["spec", "scopeSelector"]).is_none() => {
            What::Quota(get(node, &["spec", "hard"]).into_iter().flat_map(amounts).collect())
        }
        ("Namespace", _) => {
            let label = text(node, &["metadata", "labels", "pod-security.kubernetes.io/enforce"]);
            What::Namespace(match label.as_deref() {
                Some("baseline") => Some(Level::Baseline),
                Some("restricted") => Some(Level::Restricted),
                _ => None,
            })
        }
        ("PodDisruptionBudget", _) => match match_labels(node, &["spec", "selector"]) {
            Some(labels) => What::Budget(labels),
            None => What::Other,
        },
        ("HorizontalPodAutoscaler", _) => {
            let target = |field| text(node, &["spec", "scaleTargetRef", field]).unwrap_or_default();
            What::Autoscaler(target("kind"), target("name"))
        }
        _ if is_foreign(object) => What::Foreign,
        _ => What::Other,
    };
    Offer { is_static: is_static(object, options), scope: scope(node), name: object.name().unwrap_or_default(), kind, what }
}

/// Whether its kind is none of Kubernetes itself.
fn is_foreign(object: Object<'_>) -> bool {
    let version = object.api_version().map(|it| it.value().into_owned()).unwrap_or_default();
    let group = version.rsplit_once('/').map_or("", |(group, _)| group);
    group.contains('.') && !group.ends_with(".k8s.io")
}

fn workload(object: Object<'_>, pod: PodSpec<'_>) -> Workload {
    let named = |port: Port<'_>| OpenPort {
        name: port.name().map(|it| it.into_owned()),
        number: port.number(),
        protocol: port.0.text_of("protocol").map_or_else(|| "TCP".to_owned(), |it| it.into_owned()),
    };
    let requests = |container: Container<'_>| {
        let lists = ["requests", "limits"].into_iter().filter_map(|list| container.value.at(&["resources", list]));
        let mut resources: Vec<String> = vec![];
        for name in lists.flat_map(|list| list.children()).filter_map(Value::key_text) {
            if resources.iter().all(|it| *it != *name) {
                resources.push(name.into_owned());
            }
        }
        (container.name().unwrap_or_default().into_owned(), resources)
    };
    let replicas = object.at(&["spec", "replicas"]).and_then(Value::int).unwrap_or(1);
    Workload {
        labels: pod::labels::Labels::of(pod).map(|labels| labels.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()),
        ports: pod.running().flat_map(Container::ports).map(named).collect(),
        replicas,
        shares_claims: replicas > 1 && pod.volumes().any(|volume| volume.0.gives("persistentVolumeClaim")),
        sidecars: pod.containers().filter(|it| it.role == Role::Sidecar).filter_map(|it| Some(it.name()?.into_owned())).collect(),
        requests: (!pod.value().gives("resources")).then(|| pod.containers().filter(|it| it.role == Role::Regular).map(requests).collect()),
    }
}

fn limits(node: Node<'_>) -> Vec<Limit> {
    let mut all = vec![];
    for limit in items(node, &["spec", "limits"]) {
        let of = text(limit, &["type"]).unwrap_or_default();
        for list in ["min", "max", "default", "defaultRequest", "maxLimitRequestRatio"] {
            let amounts = get(limit, &[list]).into_iter().flat_map(amounts);
            all.extend(amounts.map(|(resource, millis)| Limit { of: of.clone(), list, resource, millis }));
        }
    }
    all
}

/// The quantities of a mapping in thousandths.
fn amounts(node: Node<'_>) -> impl Iterator<Item = (String, i128)> {
    node.entries().filter_map(|entry| {
        let quantity = Quantity::parse(&entry.value.resolved()?.value()).ok()?;
        Some((entry.key.key_text().into_owned(), quantity.millis()))
    })
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

/// A mapping as labels; `None` where a value is none.
pub(super) fn labels(node: Node<'_>) -> Option<Labels> {
    let pair = |entry: Entry<'_>| Some((entry.key.key_text().into_owned(), entry.value.resolved()?.value().into_owned()));
    node.entries().map(pair).collect()
}

/// The labels that a selector demands, if it demands some and nothing else.
pub(super) fn match_labels(node: Node<'_>, path: &[&str]) -> Option<Labels> {
    let selector = get(node, path)?;
    let mut all = get(selector, &["matchLabels"]).map_or_else(|| Some(Labels::new()), labels)?;
    for expression in items(selector, &["matchExpressions"]) {
        let values: Vec<_> = items(expression, &["values"]).collect();
        let ([only], "In") = (&values[..], &*text(expression, &["operator"])?) else { return None };
        all.insert(text(expression, &["key"])?, only.value().into_owned());
    }
    Some(all).filter(|it| !it.is_empty())
}

/// Whether a kubelet reads the object from a file of its own.
pub(crate) fn is_static(object: Object<'_>, options: &Options) -> bool {
    let says_so = || text(object.node(), &["metadata", "annotations", "kubernetes.io/config.source"]).is_some_and(|it| it == "file");
    options.is_static || object.kind().is_some_and(|it| it.value() == "Pod") && says_so()
}
