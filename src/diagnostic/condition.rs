//! What other documents of a file must be like for a diagnostic to hold.

use std::collections::BTreeMap;

/// The namespace that an object names; none where it is left to kubectl.
pub type Scope = Option<String>;

/// Labels, or a selector of labels.
pub type Labels = BTreeMap<String, String>;

/// Something that only the other objects of the file can show. They are objects of the same namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// There is another object in an earlier document.
    IsLater,
    /// No document has a finding of that rule, which a comment silences in the whole file.
    Unused(&'static str),
    /// There are workloads, and the selector matches none of their Pods.
    SelectsNothing(Scope, Labels),
    /// The selector matches Pods, of which none has such a port of that protocol.
    LacksPort(Scope, Labels, TargetPort, String),
    /// The selector matches the Pods of one workload only, which needs all its replicas for this.
    NeedsAll(Scope, Labels, Least),
    /// The Pods of a workload that the selector matches are matched by a PodDisruptionBudget of another name too.
    HasOtherBudget(Scope, Labels, String),
    /// A HorizontalPodAutoscaler of another name scales the workload too.
    HasOtherScaler(Workload, String),
    /// Nothing defines the object of that kind and name, and another one has nearly the same name; or all files of a workspace are known.
    UnknownObject(Scope, &'static str, String),
    /// There are objects of the kind, but not of the name.
    LacksTarget(Scope, String, String),
    /// The workload has a container that requests nothing of that resource; only the one of a name counts, where one is given.
    LacksRequests(Workload, String, Option<String>),
    /// The workload has no such container.
    LacksContainer(Workload, String),
    /// The object of that kind and name has no such key.
    LacksKey(Scope, &'static str, String, String),
    /// There is no claim of that name, or it can be mounted on one node only.
    ClaimNotShared(Scope, String),
    /// The claim of that name can be mounted on one node only.
    ClaimOfOneNode(Scope, String),
    /// The claim of that name can be used by one Pod only.
    ClaimOfOnePod(Scope, String),
    /// The claim of that name is a block device, or is none.
    ClaimIsBlock(Scope, String, bool),
    /// The Service of that name has no such port.
    LacksServicePort(Scope, String, TargetPort),
    /// The Service of that name is not headless.
    HasAddress(Scope, String),
    /// The Service of that name has the Pods of the workload only, and only while they are ready; where only its name is asked for, it
    /// must be headless, for other names are known without Pods.
    ServesOnly(String, Workload, Asked),
    /// A LimitRange does not allow the amount.
    BreaksLimits(Scope, Amount),
    /// A ResourceQuota has less of that resource than so many thousandths.
    ExceedsQuota(Scope, String, i128),
    /// A ResourceQuota counts one of these resources, which a container does not set, and no LimitRange sets it.
    LacksForQuota(Scope, Vec<String>),
    /// The Namespace of that name enforces a Pod Security level that is violated: baseline too, or only restricted.
    Violates(String, Level),
}

/// How many Pods must be available.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Least {
    /// So many.
    Count(i64),
    /// So many of a hundred, rounded up.
    Percent(i64),
}

/// What somebody asks of a Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Its addresses.
    Name,
    /// An answer of a Pod.
    Answer,
}

/// A workload by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its namespace.
    pub scope: Scope,
    /// `Deployment`
    pub kind: String,
    /// `metadata.name`
    pub name: String,
}

/// An amount that something asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// `Container`, `Pod` or `PersistentVolumeClaim`.
    pub of: &'static str,
    /// `limits` or `requests`.
    pub list: &'static str,
    /// `cpu`, `memory`.
    pub resource: String,
    /// In thousandths.
    pub millis: i128,
    /// What the other list of the same container has, in thousandths.
    pub other: Option<i128>,
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
