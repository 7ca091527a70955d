//! What other documents of a file must be like for a diagnostic to hold.

use std::collections::BTreeMap;

/// The namespace that an object names; none where it is left to kubectl.
pub type Scope = Option<String>;

/// Labels, or a selector of labels.
pub type Labels = BTreeMap<String, String>;

/// Something that only the other objects of the file can show. They are objects of the same namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// There are workloads, and the selector matches none of their Pods.
    SelectsNothing(Scope, Labels),
    /// The selector matches Pods, of which none has such a port.
    LacksPort(Scope, Labels, TargetPort),
    /// The selector matches the Pods of one workload only, which has no more replicas than this.
    NeedsAll(Scope, Labels, i64),
    /// There are objects of the kind, but not of the name.
    LacksTarget(Scope, String, String),
    /// Nothing defines the object of that kind and name, and another one has nearly the same name; or all files of a workspace are known.
    UnknownObject(Scope, &'static str, String),
    /// The workload of that kind and name has a container that requests nothing of that resource.
    LacksRequests(Scope, String, String, String),
    /// The object of that kind and name has no such key.
    LacksKey(Scope, &'static str, String, String),
    /// There is no claim of that name, or it can be mounted on one node only.
    ClaimNotShared(Scope, String),
    /// The claim of that name can be mounted on one node only.
    ClaimOfOneNode(Scope, String),
    /// The claim of that name is a block device, or is none.
    ClaimIsBlock(Scope, String, bool),
    /// The Service of that name has no such port.
    LacksServicePort(Scope, String, TargetPort),
    /// A LimitRange allows less, or demands more, than one of these amounts in thousandths of a container.
    BreaksLimits(Scope, Vec<Amount>),
    /// A ResourceQuota counts one of these resources, which a container does not set, and no LimitRange sets it.
    LacksForQuota(Scope, Vec<String>),
    /// The Namespace of that name enforces a Pod Security level that is violated: baseline too, or only restricted.
    Violates(String, Level),
}

/// An amount that a container asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// `limits` or `requests`.
    pub list: &'static str,
    /// `cpu`, `memory`.
    pub resource: String,
    /// In thousandths.
    pub millis: i128,
}

/// A port of a Service as the Pods have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetPort {
    /// By its name.
    Name(String),
    /// By its number.
    Number(i64),
}

/// A level of the Pod Security Standards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `baseline`
    Baseline,
    /// `restricted`
    Restricted,
}
