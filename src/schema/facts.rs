//! Our own facts beside the generated table: what the API server demands of a field beyond its type, and what it fills in.
//!
//! The rows are written as one reads them, split by area. [`of`] finds those of a field by its number; [`within`] adds what holds of a
//! field only in one place: `metadata.name` is a DNS subdomain in a Pod and a DNS label in a StatefulSet.

mod access;
mod config;
mod containers;
mod devices;
mod extensions;
mod group_table;
mod groups;
mod meta;
mod network;
mod pod;
mod probes;
mod row;
mod scaling;
mod scheduling;
mod security;
mod storage;
mod volumes;
mod workloads;

use std::sync::LazyLock;

use super::{FIELDS, Field, Release, Type, kinds, type_named, types, workloads};
pub use group_table::groups;
pub use groups::{Blames, Group};
use row::Row;

/// What is known of a field. Where the field is a list or a map, `values`, `format` and `range` speak of its items or values.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Dense number over the facts of all fields, for tables beside this one; 0 where there is no field.
    pub id: u16,
    /// The server rejects the object without it. An empty string, list or map counts as absent.
    pub required: bool,
    /// What holds if it is not given, for people; Markdown.
    pub default: Option<&'static str>,
    /// The values there are, or if not `closed`, the usual ones.
    pub values: &'static [Value],
    /// The server rejects any other value than `values`.
    pub closed: bool,
    /// The server rejects even `""`; elsewhere an empty string counts as not given. Items of a list are always looked at.
    pub refuses_empty: bool,
    /// What a text must look like.
    pub format: Option<Format>,
    /// What the keys of a map must look like.
    pub keys: Option<Format>,
    /// The usual keys of a map.
    pub known_keys: &'static [Value],
    /// The smallest and the largest number.
    pub range: Option<(i64, i64)>,
    /// The longest text, in bytes.
    pub max_length: Option<usize>,
    /// The longest list.
    pub max_items: Option<usize>,
    /// Which fields of a list's items together must not repeat; no field at all stands for the item itself.
    pub unique: &'static [&'static [&'static str]],
    /// The field of a list's items for whose repetition the server only warns.
    pub warns_repeated: Option<&'static str>,
    /// What the text names.
    pub refers_to: Option<Target>,
    /// The server rejects the field here; the text says what to do instead.
    pub forbidden: Option<&'static str>,
    /// The feature gate without which the server drops the field and all below it unread.
    pub gate: Option<Gate>,
    /// Which releases enforce this, and what holds of all below it.
    pub enforced: Enforced,
    /// The kind in whose objects the server does not look at it.
    pub not_in: Option<&'static str>,
    /// The function or marker of Kubernetes that says so.
    pub source: &'static str,
}

/// Which releases of the server enforce what is known of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enforced {
    /// All of them.
    Always,
    /// This one and the later ones.
    Since(Release),
    /// None: it is advice.
    Never,
}

/// A value that a field may have.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    /// As it is written.
    pub name: &'static str,
    /// What it does, in a sentence; may be empty.
    pub doc: &'static str,
    /// The first release that accepts it.
    pub since: Release,
}

/// What a text must look like. The readers are in `pod::names` and beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, 63 characters.
    DnsLabel,
    /// DNS labels joined by dots, 253 characters.
    DnsSubdomain,
    /// Start of a DNS label: may end in a dash.
    DnsLabelPrefix,
    /// Start of a DNS subdomain: may end in a dash.
    DnsSubdomainPrefix,
    /// A DNS subdomain that may have underscores and end in a dot, or be a dot.
    SearchDomain,
    /// A DNS subdomain whatever the case, 63 characters.
    DriverName,
    /// Key of a label, a taint, a condition: `[prefix/]name`.
    QualifiedName,
    /// Key of an annotation: a qualified name whatever the case.
    AnnotationKey,
    /// A qualified name with a prefix, whatever the case.
    PrefixedKey,
    /// `domain/path`.
    PrefixedPath,
    /// Of a finalizer: a qualified name with a prefix, or one of the old three.
    Finalizer,
    /// Value of a label, 63 characters, may be empty.
    LabelValue,
    /// `IANA_SVC_NAME`, 15 characters with a letter.
    PortName,
    /// A port number, or the name of one.
    PortNumberOrName,
    /// The same, or nothing: `0` and `""`.
    TargetPort,
    /// Any printable ASCII but `=`.
    EnvVarName,
    /// Key in a ConfigMap or Secret.
    ConfigKey,
    /// Of an HTTP header.
    HttpHeaderName,
    /// Starts with `/`.
    AbsolutePath,
    /// Has no `..` part.
    NoBacksteps,
    /// Relative, without a `..` part.
    RelativePath,
    /// Relative, without a `..` part, and its name does not start with `..`.
    LocalPath,
    /// An IPv4 or IPv6 address.
    Ip,
    /// An address, written the one way it should be.
    CanonicalIp,
    /// An address that others can send to: not that of a loopback device or of the local link.
    EndpointIp,
    /// `10.0.0.0/8`: an address and how many of its bits count.
    Cidr,
    /// The same, with spaces around it.
    PaddedCidr,
    /// The same, written the one way it should be.
    CanonicalCidr,
    /// Name of a Service: until 1.35 it begins with a letter.
    ServiceName,
    /// One part of a URL's path: no `/`, no `%`, neither `.` nor `..`.
    PathSegment,
    /// Start of such a part.
    PathSegmentPrefix,
    /// A DNS subdomain, perhaps with `*` as its first label, that is not an IP address.
    Host,
    /// The same, in a list where IP addresses pass.
    TlsHost,
    /// A DNS subdomain that may end in a dot.
    DomainName,
    /// A key of a ResourceQuota: what a namespace can be allowed so much of.
    QuotaResource,
    /// Name of a resource that any object can ask for.
    Resource,
    /// What a LimitRange limits: `Container`, or a qualified name.
    LimitType,
    /// A quantity above zero.
    PositiveQuantity,
    /// A count, or a percentage.
    CountOrPercent,
    /// A count, or a percentage up to 100 %.
    CountOrPercentTo100,
    /// A count above zero, or a percentage from 1 % to 100 %.
    PositiveCountOrPercentTo100,
    /// A quantity that is not negative.
    NonNegativeQuantity,
    /// Name of a resource that a container can ask for.
    ContainerResource,
    /// `cpu`, `memory`, `hugepages-…`.
    PodResource,
    /// Schedule of a CronJob.
    Cron,
    /// A name of the IANA time zone database.
    TimeZone,
    /// Field of the Pod that an environment variable can take.
    EnvFieldPath,
    /// Field of the Pod that a downwardAPI volume can take.
    VolumeFieldPath,
    /// Field of a container's resources.
    ResourceField,
    /// Kernel parameter, with dots or slashes.
    Sysctl,
    /// No space at the start or the end.
    Trimmed,
    /// Anything but nothing.
    NonEmpty,
    /// Name of a certificate signer: `domain/path`.
    SignerName,
    /// Name of a ClusterTrustBundle: a DNS subdomain, or `signer:name`.
    TrustBundleName,
    /// `DOMAIN\\user` or `user`.
    WindowsUserName,
    /// Has no `/`.
    NoSlash,
    /// iSCSI name: `iqn.…`, `eui.…`, `naa.…`.
    Iqn,
    /// Indexes of a Job: `0,2-5`.
    Indexes,
    /// `host:port`, several with commas.
    HostPorts,
    /// RFC 1035 label: as a DNS label, and starts with a letter.
    Dns1035Label,
    /// A DNS subdomain with at least two labels.
    TwoLabels,
    /// A DNS subdomain with at least three labels.
    ThreeLabels,
    /// Name of a kind: an RFC 1035 label whatever the case.
    KindName,
    /// `apiVersion` of a kind: `group/version` or `version`.
    GroupVersion,
    /// A URL with the scheme `https`, a host and perhaps a path.
    HttpsUrl,
    /// Path of a webhook: DNS subdomains after slashes.
    ServicePath,
    /// Path of a URL of the API server, perhaps with `/*` at its end.
    NonResourceUrl,
    /// Text without line breaks that is not only space.
    OneLine,
    /// Printable text.
    Printable,
    /// `.spec.replicas`
    SimpleJsonPath,
    /// A simple JSON path below `.spec`.
    JsonPathOfSpec,
    /// A simple JSON path below `.status`.
    JsonPathOfStatus,
    /// A simple JSON path below `.spec` or `.status`.
    JsonPathOfSpecOrStatus,
    /// An identifier of CEL.
    CelIdentifier,
    /// An expression in CEL.
    CelExpression,
    /// Name of a device's attribute: `[domain/]identifier`.
    AttributeName,
    /// Name of a device's attribute with its domain.
    FullyQualifiedAttribute,
    /// Name of a pool of devices: DNS subdomains joined by slashes.
    PoolName,
    /// Name of an extended resource: `example.com/gpu`.
    ExtendedResource,
    /// `1.2.3-beta.1+build`
    SemanticVersion,
}

/// What a name refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A volume of the Pod.
    Volume,
    /// A container or init container of the Pod.
    Container,
    /// A named port of the same container.
    Port,
    /// An entry of the Pod's `resourceClaims`.
    PodResourceClaim,
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
    /// A PersistentVolumeClaim.
    PersistentVolumeClaim,
    /// A ServiceAccount.
    ServiceAccount,
    /// A Service.
    Service,
    /// A PriorityClass.
    PriorityClass,
    /// A RuntimeClass.
    RuntimeClass,
    /// A StorageClass.
    StorageClass,
    /// A VolumeAttributesClass.
    VolumeAttributesClass,
    /// A Node.
    Node,
    /// A Namespace.
    Namespace,
    /// A ResourceClaim.
    ResourceClaim,
    /// A ResourceClaimTemplate.
    ResourceClaimTemplate,
}

/// A feature gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    /// `EmptyDirVolumeMode`
    pub name: &'static str,
    /// The first release in which it is on by default; `None` if it is off in all.
    pub on_since: Option<Release>,
}

impl Gate {
    /// Whether the gate is on by default.
    pub fn on_in(self, release: Release) -> bool {
        self.on_since.is_some_and(|since| since <= release)
    }
}

impl Facts {
    /// Nothing is known.
    pub const NONE: Facts = Facts {
        id: 0,
        required: false,
        default: None,
        values: &[],
        closed: false,
        refuses_empty: false,
        format: None,
        keys: None,
        known_keys: &[],
        range: None,
        max_length: None,
        max_items: None,
        unique: &[],
        warns_repeated: None,
        refers_to: None,
        forbidden: None,
        gate: None,
        enforced: Enforced::Always,
        not_in: None,
        source: "",
    };

    /// Whether the server of that release enforces the facts. Where it does not, it enforces none of those of the fields below either:
    /// who walks down a document has to remember it.
    pub fn enforced_in(&self, release: Release) -> bool {
        let is_enforced = match self.enforced {
            Enforced::Always => true,
            Enforced::Since(first) => first <= release,
            Enforced::Never => false,
        };
        is_enforced && self.gate.is_none_or(|gate| gate.on_in(release))
    }

    /// The values that `release` accepts.
    pub fn values_in(&self, release: Release) -> impl Iterator<Item = &'static Value> + use<> {
        self.values.iter().filter(move |value| value.since <= release)
    }

    /// These facts, where they say nothing those of `base`.
    fn over(self, base: Facts) -> Facts {
        let either = |own: &'static [Value], other| if own.is_empty() { other } else { own };
        Facts {
            id: 0,
            required: self.required || base.required,
            default: self.default.or(base.default),
            values: either(self.values, base.values),
            closed: if self.values.is_empty() { base.closed } else { self.closed },
            refuses_empty: self.refuses_empty || base.refuses_empty,
            format: self.format.or(base.format),
            keys: self.keys.or(base.keys),
            known_keys: either(self.known_keys, base.known_keys),
            range: self.range.or(base.range),
            max_length: self.max_length.or(base.max_length),
            max_items: self.max_items.or(base.max_items),
            unique: if self.unique.is_empty() { base.unique } else { self.unique },
            warns_repeated: self.warns_repeated.or(base.warns_repeated),
            refers_to: self.refers_to.or(base.refers_to),
            forbidden: self.forbidden.or(base.forbidden),
            gate: self.gate.or(base.gate),
            enforced: if self.enforced == Enforced::Always { base.enforced } else { self.enforced },
            not_in: self.not_in.or(base.not_in),
            source: if self.source.is_empty() { base.source } else { self.source },
        }
    }
}

/// What is known of a field wherever it is.
pub fn of(field: &Field) -> &'static Facts {
    let table: &'static Table = &TABLE;
    table.anywhere.get(usize::from(field.id)).or(field.facts).unwrap_or(&Facts::NONE)
}

/// What is known of a field of the struct, or list of structs, that `parent` holds.
pub fn within(parent: &Field, field: &Field) -> &'static Facts {
    let table: &'static Table = &TABLE;
    let Some(own) = table.within.get(usize::from(field.id)) else { return of(field) };
    own.binary_search_by_key(&parent.id, |(id, _)| *id).map_or_else(|_| of(field), |at| &own[at].1)
}

/// The facts of all fields, wherever they are, each with its field. [`Facts::id`] counts them from 1 on.
pub fn all() -> impl Iterator<Item = (&'static Field, &'static Facts)> {
    let table: &'static Table = &TABLE;
    let within = |field: &Field| table.within[usize::from(field.id)].iter().map(|(_, facts)| facts);
    let fields = types().iter().flat_map(|ty| ty.fields);
    fields.flat_map(move |field| std::iter::once(of(field)).chain(within(field)).map(move |facts| (field, facts)))
}

/// Whether structs of that type may have required fields, if only in some places.
pub fn has_required(ty: &Type) -> bool {
    TABLE.required.get(usize::from(ty.id)).map_or_else(|| ty.fields.iter().any(|field| field.required), |fields| !fields.is_empty())
}

/// The fields without which the server rejects a struct of that type, if it is the value of `parent`, or an item of it.
pub fn required(parent: Option<&'static Field>, ty: &Type) -> impl Iterator<Item = (&'static Field, &'static Facts)> + use<> {
    let table: &'static Table = &TABLE;
    let facts = move |field| parent.map_or_else(|| of(field), |parent| within(parent, field));
    let fields = table.required.get(usize::from(ty.id)).into_iter().flatten();
    let optional = ty.optional;
    fields.map(move |&field| (field, facts(field))).filter(|(field, facts)| facts.required && !optional.contains(&field.name))
}

/// The facts by the numbers of the fields.
struct Table {
    anywhere: Vec<Facts>,
    /// By field, what holds below single parents, sorted by their numbers.
    within: Vec<Vec<(u16, Facts)>>,
    /// By type, the fields that are required somewhere.
    required: Vec<Vec<&'static Field>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { anywhere: vec![Facts::NONE; FIELDS], within: vec![vec![]; FIELDS], required: vec![] };
    let places: Vec<_> = rows().flat_map(|row| Place::all(row).into_iter().map(move |place| (place, row.facts))).collect();
    for (place, own) in places.iter().filter(|(place, _)| place.parent.is_none()) {
        let facts = &mut table.anywhere[usize::from(place.field.id)];
        *facts = own.over(*facts);
    }
    for (place, own) in &places {
        let (Some(parent), field) = (place.parent, usize::from(place.field.id)) else { continue };
        let below = &mut table.within[field];
        match below.iter_mut().find(|(id, _)| *id == parent.id) {
            Some((_, facts)) => *facts = own.over(*facts),
            None => below.push((parent.id, own.over(table.anywhere[field]))),
        }
    }
    table.within.iter_mut().for_each(|below| below.sort_by_key(|(id, _)| *id));
    let numbered = table.anywhere.iter_mut().chain(table.within.iter_mut().flatten().map(|(_, facts)| facts));
    numbered.zip(1..).for_each(|(facts, id)| facts.id = id);
    let required = |field: &&'static Field| {
        let id = usize::from(field.id);
        table.anywhere[id].required || table.within[id].iter().any(|(_, facts)| facts.required)
    };
    table.required = types().iter().map(|ty| ty.fields.iter().filter(required).collect()).collect();
    table
});

fn rows() -> impl Iterator<Item = &'static Row> {
    let workloads =
        [pod::ROWS, containers::ROWS, volumes::ROWS, probes::ROWS, security::ROWS, scheduling::ROWS, workloads::ROWS, meta::ROWS];
    let others = [config::ROWS, network::ROWS, scaling::ROWS, storage::ROWS, access::ROWS, devices::ROWS, extensions::ROWS];
    workloads.into_iter().chain(others).flatten()
}

/// Where a row holds: a field, perhaps only below one parent.
struct Place {
    parent: Option<&'static Field>,
    field: &'static Field,
}

impl Place {
    /// The places that a row names: `Type.field` or `Type.parent.field`; `Kind` stands for each kind, `Workload` for those with a PodSpec. A row of `Container` holds of an
    /// `EphemeralContainer` too, since both have its fields.
    fn all(row: &Row) -> Vec<Place> {
        let (first, rest) = row.place.split_once('.').unwrap_or((row.place, ""));
        let types: Vec<&'static Type> = match first {
            "Kind" => kinds().iter().map(|kind| kind.ty).collect(),
            "Workload" => workloads().iter().map(|kind| kind.ty).collect(),
            "Container" => ["EphemeralContainer", first].into_iter().filter_map(type_named).collect(),
            _ => type_named(first).into_iter().collect(),
        };
        let find = |ty: &'static Type| match rest.split_once('.') {
            None => Some(Place { parent: None, field: ty.field(rest)? }),
            Some((parent, field)) => {
                let parent = ty.field(parent)?;
                Some(Place { parent: Some(parent), field: parent.shape.struct_within()?.field(field)? })
            }
        };
        types.into_iter().filter_map(find).collect()
    }
}

#[cfg(test)]
mod tests;
