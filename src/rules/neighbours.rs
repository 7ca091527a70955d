//! What only other objects of the same file show: each finding has a [`Condition`] that these must fulfil, see [`across`](super::across).
//!
//! These checks run only where a document has neighbours.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::condition::Condition;
use crate::pod::spec::PodSpec;
use crate::pod::{Enforcement, Object};
use crate::schema::ty;
use crate::yaml::{Entry, Node};

use super::across::{get, labels, match_labels};

pub mod amounts;
pub mod claims;
pub mod pod_security;
pub mod scaling;
pub mod services;
pub mod unknown_key;

pub(super) fn only_if(diagnostic: &mut Diagnostic, condition: Condition) {
    diagnostic.condition = Some(Box::new(condition));
}

/// Whether an object is of that kind.
pub(super) fn is_of(object: Object<'_>, version: &str, kind: &str) -> bool {
    object.kind().is_some_and(|it| it.value() == kind) && object.api_version().is_some_and(|it| it.value() == version)
}

/// The PodSpec from which an object makes Pods.
pub(super) fn pod_of(object: Object<'_>) -> Option<PodSpec<'_>> {
    let spec = object.pod_spec().filter(|spec| spec.enforcement() != Enforcement::Dropped)?;
    let is_template = spec.parent().is_some_and(|it| it.is_a(ty::POD_TEMPLATE));
    PodSpec::new(spec).filter(|_| !is_template)
}

/// The entry at a path of keys.
fn entry<'t>(node: Node<'t>, path: &[&str]) -> Option<Entry<'t>> {
    let (last, before) = path.split_last()?;
    get(node, before)?.entries().find(|entry| entry.key.value() == *last)
}
