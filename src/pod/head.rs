//! The head of an object: `apiVersion` and `kind`, and what they say it is.

use crate::schema::{self, KindInfo, Release};
use crate::text::{distance, slips};
use crate::yaml::{self, BranchId, Kind, Node, NodeId, Scalar};

use super::decode::Issue;
use super::model::{Builder, Model, ObjectData};

/// What is wrong with `apiVersion` or `kind`.
#[derive(Clone, Debug)]
pub enum HeadIssue {
    /// No `kind`, or none that is text.
    MissingKind,
    /// No `apiVersion`, or none that is text.
    MissingApiVersion,
    /// The kind is known, but not in the `apiVersion` that is written; it has this one.
    WrongApiVersion(&'static str),
    /// No such kind in the groups of the API server; perhaps this one.
    UnknownKind(Option<&'static str>),
    /// The server serves the kind by default only from a later release on.
    LaterKind(Release),
    /// The key is misspelled; this is the right one.
    MisspeltKey(NodeId, &'static str),
}

/// Kinds of the built-in groups that no manifest is created from: they ask the server something, or are part of its answers.
const OTHER_KINDS: &[(&str, &[&str])] =
    &[("v1", &["Binding", "ComponentStatus", "List", "Status"]), ("policy/v1", &["Eviction"]), ("autoscaling/v1", &["Scale"])];

/// Kinds of `v1` that are not the API server's: those of a kubeconfig, of the old scheduler, and of OpenShift before its groups.
const FOREIGN: &[&str] = &["Config", "DeploymentConfig", "Policy", "Route", "Template"];

/// What a mapping with only one of `apiVersion` and `kind` is read as an object by, for completion.
const BODY: &[&str] = &["metadata", "spec", "template", "items", "data", "stringData", "status"];

/// The containers of a CronJob: `spec.jobTemplate.spec.template.spec.containers`.
const CONTAINERS_WITHIN: usize = 5;

/// The objects of the document and reads their heads. Gives back the misspelled keys of all heads.
pub(super) fn read(builder: &mut Builder<'_, '_>) -> Vec<(NodeId, &'static str)> {
    let tree = builder.tree;
    let mut misspelt = vec![];
    let mut open: Vec<(Node<'_>, Option<&'static KindInfo>)> = tree.root().map(|root| (root, None)).into_iter().collect();
    while let Some((node, implied)) = open.pop() {
        let Some(node) = node.resolved().filter(|node| matches!(node.kind(), Kind::Mapping(_))) else { continue };
        let Some(head) = Head::of(node) else {
            if implied.is_none() {
                continue;
            }
            object(builder, node, Head { is_meant: true, ..Head::default() }, implied);
            continue;
        };
        builder.model.meant_as_manifest |= head.is_meant;
        misspelt.extend_from_slice(&head.misspelt);
        if let Some((items, implied)) = head.list(node)
            && open.len() + builder.model.objects.len() < tree.len()
        {
            let issues = head.judge_list(tree);
            if !issues.is_empty() {
                let object = builder.model.objects.len();
                builder.model.objects.push(head.object(node, None));
                issues.into_iter().for_each(|issue| builder.issue(Issue::Head { issue, object }));
            }
            let items: Vec<_> = items.items().map(|item| (item, implied)).collect();
            open.extend(items.into_iter().rev());
            continue;
        }
        object(builder, node, head, implied);
    }
    misspelt
}

fn object(builder: &mut Builder<'_, '_>, node: Node<'_>, head: Head<'_>, implied: Option<&'static KindInfo>) {
    let object = builder.model.objects.len();
    let (info, issues) = match implied {
        Some(info) if head.kind.is_none() && head.api_version.is_none() => (Some(info), vec![]),
        _ if head.is_kind_unknown => (head.possible_kind(node), vec![]),
        _ => head.judge(node, builder.model),
    };
    builder.model.objects.push(head.object(node, info));
    for issue in issues {
        builder.issue(Issue::Head { issue, object });
    }
}

#[derive(Default)]
struct Head<'t> {
    api_version: Option<Node<'t>>,
    kind: Option<Node<'t>>,
    misspelt: Vec<(NodeId, &'static str)>,
    /// It is an object beyond doubt: it says `apiVersion` and `kind`, or what it holds can be nothing else.
    is_meant: bool,
    /// A template writes the `apiVersion`, or may.
    is_version_unknown: bool,
    /// A template writes the kind, or may.
    is_kind_unknown: bool,
    /// All kinds that are written, where a template chooses one of several.
    kinds: Vec<Node<'t>>,
}

impl<'t> Head<'t> {
    /// The head of a mapping; `None` if it is not an object, nor the beginning of one.
    fn of(node: Node<'t>) -> Option<Head<'t>> {
        let mut head = Head::default();
        let mut body = false;
        for entry in node.entries() {
            match &*entry.key.value() {
                // Words between the commas of a JSON comment are read as keys.
                "apiVersion" | "kind" if entry.value.is_empty() && !has_colon(entry.key) => {}
                "apiVersion" => {
                    let other = head.api_version.replace(entry.value);
                    head.is_version_unknown |= entry.value.has_template() || other.is_some_and(|it| it.branch() != entry.value.branch());
                }
                "kind" => {
                    let other = head.kind.replace(entry.value);
                    head.is_kind_unknown |= entry.value.has_template() || other.is_some_and(|it| it.branch() != entry.value.branch());
                    head.kinds.push(entry.value);
                }
                other => body |= BODY.contains(&other),
            }
        }
        head.is_version_unknown |= head.api_version.is_none() && node.is_open();
        head.is_kind_unknown |= head.kind.is_none() && node.is_open();
        for entry in node.entries().filter(|entry| matches!(entry.value.kind(), Kind::Scalar(_))) {
            let key = entry.key.value().to_lowercase().replace(['-', '_'], "");
            let near = |name: &str| distance(&key, &name.to_lowercase(), slips(name)).is_some();
            if head.api_version.is_none() && near("apiVersion") {
                head.api_version = Some(entry.value);
                head.misspelt.push((entry.key.id(), "apiVersion"));
            } else if head.kind.is_none() && near("kind") {
                head.kind = Some(entry.value);
                head.misspelt.push((entry.key.id(), "kind"));
            }
        }
        let telling = Head::text(head.kind).is_some_and(|kind| named(&kind).is_some())
            || Head::text(head.api_version).is_some_and(|version| schema::kinds().iter().any(|info| info.api_version == version));
        let body = body || telling;
        let both = head.api_version.is_some() && head.kind.is_some();
        let may_be_both = (head.api_version.is_some() || head.is_version_unknown) && (head.kind.is_some() || head.is_kind_unknown);
        head.is_meant = may_be_both || telling && (is_workload(node) || is_list(node) || is_cut(node));
        (if head.misspelt.is_empty() { both || body && (head.api_version.is_some() || head.kind.is_some()) } else { both && body })
            .then_some(head)
    }

    fn text(node: Option<Node<'t>>) -> Option<String> {
        node.and_then(Node::resolved)
            .filter(|node| matches!(node.kind(), Kind::Scalar(_)) && yaml::resolve(*node) == Scalar::String && !node.has_template())
            .map(|node| node.value().into_owned())
            .filter(|text| !text.is_empty())
    }

    /// The items of a `List`, and the kind that the list's own kind says they are of.
    fn list(&self, node: Node<'t>) -> Option<(Node<'t>, Option<&'static KindInfo>)> {
        let kind = Head::text(self.kind)?;
        let of = kind.strip_suffix("List")?;
        let info = schema::kind(&Head::text(self.api_version)?, of);
        if info.is_none() && !of.is_empty() {
            return None;
        }
        let items = node.entries().find(|entry| entry.key.value() == "items")?.value.resolved()?;
        matches!(items.kind(), Kind::Sequence(_)).then_some((items, info))
    }

    fn object(&self, node: Node<'t>, info: Option<&'static KindInfo>) -> ObjectData {
        let [api_version, kind] = [self.api_version, self.kind].map(|node| node.map(Node::id));
        ObjectData {
            node: node.id(),
            api_version,
            kind,
            info,
            is_kind_certain: !self.is_kind_unknown,
            is_meant: self.is_meant,
            root: None,
            values: 0..0,
        }
    }

    /// What is wrong with the head of a `List`. Its keys may be in any case: nothing but the head is decoded, and not strictly.
    fn judge_list(&self, tree: &yaml::Tree) -> Vec<HeadIssue> {
        let foreign = Head::text(self.kind).is_some_and(|kind| kind == "List")
            && Head::text(self.api_version).is_some_and(|version| version != "v1" && (is_ours(&version) || looks_like(&version)));
        let misspelt = self.misspelt.iter().filter(|(key, name)| !tree.node(*key).key_text().eq_ignore_ascii_case(name));
        let misspelt = misspelt.map(|&(key, name)| HeadIssue::MisspeltKey(key, name));
        misspelt.chain(foreign.then_some(HeadIssue::WrongApiVersion("v1"))).collect()
    }

    /// Whether a template writes it only on a condition: then it may be meant for another release.
    fn is_conditional(&self) -> bool {
        self.kind.is_some_and(|kind| kind.branch() != BranchId::ALWAYS)
            || self.api_version.is_some_and(|node| node.branch() != BranchId::ALWAYS)
    }

    /// One of the kinds that a template may make of it, if all of them are ours.
    fn possible_kind(&self, node: Node<'t>) -> Option<&'static KindInfo> {
        let written: Option<Vec<_>> = self.kinds.iter().map(|kind| named(&Head::text(Some(*kind))?)).collect();
        if let Some(first) = written.and_then(|kinds| kinds.first().copied()) {
            return Some(first);
        }
        let version = Head::text(self.api_version).filter(|_| !self.is_version_unknown)?;
        let has = |path: &[&str]| {
            let below = |node: Node<'t>, name: &&str| node.entries().find(|entry| entry.key.text() == *name)?.value.resolved();
            path.iter().try_fold(node, below).is_some()
        };
        schema::workloads().iter().find(|info| {
            info.api_version == version
                && has(info.pod_spec)
                && (info.pod_spec.len() > 1 || has(&[info.pod_spec, &["containers"]].concat()))
        })
    }

    /// Which kind the object at `node` is to be read as, and what is wrong with its head.
    fn judge(&self, node: Node<'t>, model: &Model) -> (Option<&'static KindInfo>, Vec<HeadIssue>) {
        let mut issues: Vec<_> = self.misspelt.iter().map(|&(key, name)| HeadIssue::MisspeltKey(key, name)).collect();
        // The server reads `/v1` as `v1`.
        let version = Head::text(self.api_version).filter(|_| !self.is_version_unknown).map(|version| match version.strip_prefix('/') {
            Some(rest) if !rest.contains('/') && !rest.is_empty() => rest.to_owned(),
            _ => version,
        });
        let kind = Head::text(self.kind);
        let info = match (&version, &kind) {
            (Some(version), Some(kind)) => match model.kinds().kind(version, kind) {
                Some(info) if info.since > model.release() && !self.is_conditional() => {
                    issues.push(HeadIssue::LaterKind(info.since));
                    None
                }
                Some(info) => Some(info),
                None if !is_ours(version) && !looks_like(version) => None,
                None if is_other(version, kind) || is_foreign(version, kind) => None,
                None => match meant(version, kind) {
                    Some(info) => {
                        if !self.is_conditional() {
                            issues.push(HeadIssue::WrongApiVersion(info.api_version));
                        }
                        Some(info)
                    }
                    None if !is_ours(version) => None,
                    None if self.is_conditional() => None,
                    None => {
                        let is_ours = is_workload(node) || is_list(node);
                        let near = nearest(kind, is_ours);
                        // Without a group, others have kinds of their own.
                        if near.is_some() || is_ours || version.contains('/') {
                            issues.push(HeadIssue::UnknownKind(near));
                        }
                        near.and_then(named)
                    }
                },
            },
            (None, Some(kind)) => {
                if !self.is_version_unknown {
                    issues.push(HeadIssue::MissingApiVersion);
                }
                named(kind)
            }
            (_, None) => {
                let is_version_missing = version.is_none() && !self.is_version_unknown;
                issues.push(if is_version_missing { HeadIssue::MissingApiVersion } else { HeadIssue::MissingKind });
                None
            }
        };
        (info, issues)
    }
}

fn has_colon(key: Node<'_>) -> bool {
    key.tree().text()[key.range().end as usize..].trim_start().starts_with(':')
}

/// Whether there are containers in a mapping, as deep as a CronJob has them. A key on the way there may be misspelled.
fn is_workload(node: Node<'_>) -> bool {
    let mut level = vec![node];
    for _ in 0..=CONTAINERS_WITHIN {
        let entries = || level.iter().flat_map(|node| node.entries());
        if entries().any(|entry| entry.key.value() == "containers" && entry.value.resolved().is_some_and(is_sequence)) {
            return true;
        }
        level = entries().map(|entry| entry.value).filter(|value| matches!(value.kind(), Kind::Mapping(_))).collect();
    }
    false
}

fn is_sequence(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Sequence(_))
}

/// Whether the rest of a workload follows that kubectl does not read: the mapping was ended before it.
fn is_cut(node: Node<'_>) -> bool {
    node.parent().is_none() && node.tree().roots().skip(1).any(is_workload)
}

/// Whether a mapping has items that say what they are.
fn is_list(node: Node<'_>) -> bool {
    let first = value_of(node, "items").and_then(|items| items.items().next()?.resolved());
    first.is_some_and(|item| value_of(item, "apiVersion").is_some() && value_of(item, "kind").is_some())
}

fn value_of<'t>(node: Node<'t>, key: &str) -> Option<Node<'t>> {
    node.entries().find(|entry| entry.key.value() == key)?.value.resolved()
}

/// Whether another program reads such an object, or another server.
fn is_foreign(version: &str, kind: &str) -> bool {
    version == "builtin" || version == "v1" && FOREIGN.contains(&kind)
}

/// Whether an apiVersion is of a group whose kinds are all known.
fn is_ours(version: &str) -> bool {
    let group = version.split_once('/').map_or("", |(group, _)| group);
    group == "extensions" || groups().any(|own| own == group)
}

/// The groups of the API server.
fn groups() -> impl Iterator<Item = &'static str> {
    schema::kinds().iter().map(KindInfo::group)
}

/// Whether an apiVersion of an unknown group is a slip for one of ours, `api/v1`, `core/v1`, or can be none at all: `/v1`, `a/b/c`.
fn looks_like(version: &str) -> bool {
    ["api/v1", "core/v1"].contains(&version)
        || version.starts_with('/')
        || version.split('/').count() > 2
        || version.split_once('/').is_some_and(|(group, _)| groups().any(|own| !own.is_empty() && distance(group, own, 1) == Some(1)))
}

fn named(kind: &str) -> Option<&'static KindInfo> {
    schema::kinds().iter().find(|info| info.kind == kind)
}

/// The kind of that name; if several groups have one, that of the group which is written.
fn meant(version: &str, kind: &str) -> Option<&'static KindInfo> {
    let group = version.split_once('/').map_or("", |(group, _)| group);
    schema::kinds().iter().find(|info| info.kind == kind && info.group() == group).or_else(|| named(kind))
}

fn is_other(version: &str, kind: &str) -> bool {
    let listed = |(_, kinds): &&(&str, &[&str])| kinds.contains(&kind);
    let is_list = || kind.strip_suffix("List").is_some_and(|of| schema::kind(version, of).is_some());
    OTHER_KINDS.iter().filter(|(of, _)| *of == version).any(|it| listed(&it)) || is_list()
}

/// The kind whose name is nearest: another case, a plural, a slip of the hand; of what must be ours also a name cut short.
fn nearest(kind: &str, is_ours: bool) -> Option<&'static str> {
    let lower = kind.to_lowercase();
    let names = schema::kinds().iter().map(|info| info.kind).chain(OTHER_KINDS.iter().flat_map(|(_, kinds)| kinds.iter().copied()));
    let near = |name: &'static str| {
        let lower_name = name.to_lowercase();
        let abbreviated = is_ours && lower.len() >= 3 && lower_name.starts_with(&lower);
        let distance =
            if abbreviated { lower_name.len().abs_diff(lower.len()).min(1) } else { distance(&lower, &lower_name, slips(name))? };
        Some((distance, name))
    };
    names.filter_map(near).min().map(|(_, name)| name)
}
