//! Deprecated labels of nodes.

use crate::diagnostic::{Fix, Reason};
use crate::pod::{Object, Step, Value, names};
use crate::schema::ty;

use super::super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Deprecated node labels.
    ///
    /// ## Why
    /// Newer nodes may no longer have the label, and then no node matches.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   nodeSelector:
    ///     beta.kubernetes.io/os: linux
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
    ///     kubernetes.io/os: linux
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `deprecatedNodeLabels`, `GetWarningsForNodeSelectorTerm`.
    DEPRECATED_LABEL = "deprecated-label", Warning, [
        Check::PodSpec(node_selector),
        Check::Type(ty::NODE_SELECTOR_TERM, node_term),
        Check::Type(ty::TOPOLOGY_SPREAD_CONSTRAINT, topology_key),
        Check::Object(node_labels),
    ]
}

/// What `deprecatedNodeLabels` lists, and the label that took its place.
const DEPRECATED: [(&str, Option<&str>); 8] = [
    ("app.kubernetes.io/created-by", None),
    ("beta.kubernetes.io/arch", Some("kubernetes.io/arch")),
    ("beta.kubernetes.io/instance-type", Some("node.kubernetes.io/instance-type")),
    ("beta.kubernetes.io/os", Some("kubernetes.io/os")),
    ("failure-domain.beta.kubernetes.io/region", Some("topology.kubernetes.io/region")),
    ("failure-domain.beta.kubernetes.io/zone", Some("topology.kubernetes.io/zone")),
    ("node-role.kubernetes.io/master", Some("node-role.kubernetes.io/control-plane")),
    ("scheduler.alpha.kubernetes.io/preferAvoidPods", None),
];

pub(super) fn node_selector<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    spec.get("nodeSelector").into_iter().flat_map(|it| it.children()).for_each(|entry| emit(entry, report));
}

pub(super) fn node_term<'m>(term: Value<'m>, report: &mut Report<'m>) {
    let requirements = term.list("matchExpressions").filter(|it| it.is_sound());
    requirements.filter_map(|requirement| requirement.get("key")).for_each(|key| emit(key, report));
}

/// `GetWarningsForNodeSelectorTerm`: in terms that only prefer, the server lets any value pass.
pub(super) fn node_values<'m>(term: Value<'m>, report: &mut Report<'m>) {
    if !term.ancestors().any(|it| it.is_a(ty::PREFERRED_SCHEDULING_TERM)) {
        return;
    }
    for value in term.list("matchExpressions").filter(|it| it.is_sound()).flat_map(|requirement| requirement.list("values")) {
        if let Some(Err(words)) = value.text().map(|text| names::label_value(&text)) {
            report.on(value, Reason::Warning.of(format!("no node can have this label: {words}")));
        }
    }
}

pub(super) fn topology_key<'m>(constraint: Value<'m>, report: &mut Report<'m>) {
    constraint.get("topologyKey").into_iter().for_each(|key| emit(key, report));
}

/// Deprecated labels of nodes in StorageClasses, RuntimeClasses and storage capacities.
fn node_labels<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(root) = object.root() else { return };
    if root.is_a(ty::STORAGE_CLASS) {
        let requirements = root.list("allowedTopologies").flat_map(|term| term.list("matchLabelExpressions"));
        requirements.filter_map(|it| it.get("key")).for_each(|key| emit(key, report));
    } else if root.is_a(ty::RUNTIME_CLASS) {
        root.at(&["scheduling", "nodeSelector"]).into_iter().flat_map(|it| it.children()).for_each(|it| emit(it, report));
    } else if root.is_a(ty::CSI_STORAGE_CAPACITY)
        && let Some(selector) = root.get("nodeTopology")
    {
        selector.list("matchLabels").for_each(|it| emit(it, report));
        selector.list("matchExpressions").filter_map(|it| it.get("key")).for_each(|key| emit(key, report));
    }
}

/// Says of a label, as the key of a map or as a value, that it is deprecated.
pub(super) fn emit<'m>(label: Value<'m>, report: &mut Report<'m>) {
    let is_key = matches!(label.step(), Step::Key);
    let Some(text) = (if is_key { label.key_text() } else { label.text() }) else { return };
    let Some((_, new)) = DEPRECATED.iter().find(|it| it.0 == text) else { return };
    let diagnostic = match new {
        Some(new) => report.on_key(label, Reason::Warning.of(format!("label `{text}` is deprecated; use `{new}`"))),
        None => report.on_key(label, Reason::Warning.of(format!("label `{text}` is deprecated"))),
    };
    let written = if is_key { label.key() } else { Some(label.written()) };
    if let Some(written) = written {
        diagnostic.range = written.range();
        let edit = |new: &&str| if is_key { rewrite::rename(written, new) } else { rewrite::scalar(written, new) };
        diagnostic.fixes.extend(new.iter().map(|new| Fix::possible(format!("Replace with `{new}`"), vec![edit(new)])));
    }
}
