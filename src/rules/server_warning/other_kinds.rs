//! What the server warns of in kinds without a PodSpec. The rules are those of Pods.

use crate::diagnostic::Reason;
use crate::pod::{Object, Value, ip};
use crate::schema::{Release, ty};

use super::super::incompatible_fields::network::annotation;
use super::super::{Check, Report, declare_rule};

declare_rule! {
    /// Deprecated fields, values and kinds.
    ///
    /// ## Why
    /// Another field or kind has taken their place, and in some clusters they no longer have any effect.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: web
    /// spec:
    ///   trafficDistribution: PreferClose
    ///   selector:
    ///     app: web
    ///   ports:
    ///   - port: 80
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: web
    /// spec:
    ///   trafficDistribution: PreferSameZone
    ///   selector:
    ///     app: web
    ///   ports:
    ///   - port: 80
    /// ```
    ///
    /// ## Source
    /// `GetWarningsForService`, `warnOnDeprecatedAddressType`, `nodeWarnings`, `warningsForPersistentVolumeSpecAndMeta`.
    DEPRECATED_FIELD = "deprecated-field", Warning, [
        Check::Object(endpoints),
        Check::Type(ty::SERVICE_SPEC, service),
        Check::Type(ty::ENDPOINT_SLICE, slice),
        Check::Type(ty::NODE_SPEC, node),
        Check::Type(ty::PERSISTENT_VOLUME_SPEC, reclaim),
        Check::Type(ty::CSI_DRIVER_SPEC, token),
    ]
}

fn is(within: Value<'_>, field: &str, text: &str) -> bool {
    within.text_of(field).is_some_and(|it| it == text)
}

/// Whether a Service has no address of its own.
fn is_headless(spec: Value<'_>) -> bool {
    let kind = spec.text_of("type");
    kind.is_none_or(|kind| kind.is_empty() || kind == "ClusterIP") && is(spec, "clusterIP", "None")
}

fn endpoints<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(root) = object.root().filter(|root| root.is_a(ty::ENDPOINTS)) else { return };
    let message = Reason::Warning.of("`Endpoints` are deprecated since Kubernetes 1.33; use an EndpointSlice of `discovery.k8s.io/v1`");
    if let Some(kind) = root.get("kind") {
        report.on(kind, message);
    }
}

/// `GetWarningsForService`
fn service<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let release = spec.model().release();
    let external = spec.get("externalIPs").filter(|it| !it.is_absent());
    let alias = is(spec, "type", "ExternalName");
    if let Some(value) = external.filter(|_| release >= EXTERNAL_IPS && !alias && !is_headless(spec)) {
        report.on_key(value, Reason::Warning.of("`externalIPs` is deprecated; some clusters no longer implement it"));
    }
    let close = spec.get("trafficDistribution").filter(|it| it.text().is_some_and(|text| text == "PreferClose"));
    if let Some(value) = close.filter(|_| release >= Release::V1_35) {
        report.on(value, Reason::Warning.of("`PreferClose` is deprecated; use `PreferSameZone`"));
    }
}

/// The first release that warns of `externalIPs`.
const EXTERNAL_IPS: Release = Release::V1_36;

/// What of a Service has no effect.
pub(super) fn ineffective<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let external = spec.get("externalIPs").filter(|it| !it.is_absent());
    let alias = is(spec, "type", "ExternalName");
    if let Some(value) = external.filter(|_| alias) {
        report.on_key(value, Reason::Warning.of("`externalIPs` has no effect with `type: ExternalName`"));
    }
    if let Some(value) = spec.get("externalName").filter(|it| !it.is_absent() && !alias) {
        report.on_key(value, Reason::Warning.of("`externalName` has no effect without `type: ExternalName`"));
    }
    if !is_headless(spec) {
        return;
    }
    let balancer = spec.get("loadBalancerIP").filter(|it| !it.is_absent());
    let affinity = spec.get("sessionAffinity").filter(|it| it.text().is_some_and(|text| text == "ClientIP"));
    for value in balancer.into_iter().chain(external).chain(affinity).filter(|_| spec.model().release() >= Release::V1_34) {
        let name = value.field().map_or("", |field| field.name);
        report.on_key(value, Reason::Warning.of(format!("`{name}` has no effect for a headless Service")));
    }
}

fn slice<'m>(slice: Value<'m>, report: &mut Report<'m>) {
    if let Some(kind) = slice.get("addressType").filter(|_| is(slice, "addressType", "FQDN")) {
        // The server's own path.
        report.on(kind, Reason::Warning.of("endpoints of type `FQDN` are deprecated")).field = "spec.addressType".into();
    }
}

fn node<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if let Some(value) = spec.entry("configSource").filter(|it| !it.is_null()) {
        report.on_key(value, Reason::Warning.of("`configSource` no longer has any effect"));
    }
    if let Some(value) = spec.get("externalID").filter(|it| !it.is_absent()) {
        report.on_key(value, Reason::Warning.of("`externalID` is deprecated and has no effect"));
    }
}

fn reclaim<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let policy = spec.get("persistentVolumeReclaimPolicy").filter(|_| is(spec, "persistentVolumeReclaimPolicy", "Recycle"));
    if let Some(policy) = policy {
        report.on(policy, Reason::Warning.of("`Recycle` is deprecated; let a StorageClass make volumes instead"));
    }
}

fn token<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let unset = spec.entry("serviceAccountTokenInSecrets").is_none_or(Value::is_null);
    if let Some(requests) = spec.get("tokenRequests").filter(|it| !it.is_absent() && unset && spec.model().release() >= Release::V1_35) {
        let path = spec.path_to("serviceAccountTokenInSecrets");
        let message = "without `serviceAccountTokenInSecrets: true`, tokens are in the attributes of volumes, which drivers may log";
        report.on_key(requests, Reason::Warning.of(message)).field = path;
    }
}

/// Annotations whose place fields have taken.
pub(super) fn annotations<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(root) = object.root() else { return };
    let class_is_given = || root.at(&["spec", "ingressClassName"]).is_some();
    let (keys, remedy): (&[&str], _) = if root.is_a(ty::SERVICE) {
        (&["service.kubernetes.io/topology-aware-hints"], "use `service.kubernetes.io/topology-mode`")
    } else if root.is_a(ty::INGRESS) && !class_is_given() {
        (&["kubernetes.io/ingress.class"], "use the field `ingressClassName`")
    } else if root.is_a(ty::PERSISTENT_VOLUME_CLAIM) {
        (&["volume.beta.kubernetes.io/storage-class"], "use the field `storageClassName`")
    } else if root.is_a(ty::PERSISTENT_VOLUME) {
        let keys = &["volume.beta.kubernetes.io/storage-class", "volume.beta.kubernetes.io/mount-options"];
        (keys, "use the field of that name")
    } else if root.is_a(ty::SERVICE_ACCOUNT) {
        (&["kubernetes.io/enforce-mountable-secrets"], "separate what may not see each other by namespaces")
    } else {
        return;
    };
    for key in keys {
        if let Some((value, _)) = annotation(root, key) {
            report.on_key(value, Reason::Warning.of(format!("annotation `{key}` is deprecated; {remedy}")));
        }
    }
}

/// A quota of requests above that of limits.
pub(super) fn quota<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let amount = |name: &str| {
        let entry = spec.list("hard").find(|it| it.key_text().is_some_and(|key| key == name))?;
        Some((entry, entry.quantity()?))
    };
    for name in ["cpu", "memory", "ephemeral-storage"] {
        let bare = || amount(name).filter(|_| name != "ephemeral-storage");
        let request = amount(&format!("requests.{name}")).or_else(bare);
        if let (Some((site, request)), Some((_, limit))) = (request, amount(&format!("limits.{name}")))
            && request > limit
        {
            report.on(site, Reason::Warning.of(format!("this is greater than `limits.{name}`, which will be reached first")));
        }
    }
}

/// The addresses of Services, Endpoints and EndpointSlices.
pub(super) fn addresses<'m>(value: Value<'m>, report: &mut Report<'m>) {
    if value.is_a(ty::SERVICE_SPEC) {
        let cluster = value.get("clusterIP").filter(|_| value.list("clusterIPs").next().is_none() && !is(value, "clusterIP", "None"));
        if let Some(cluster) = cluster {
            let before = value.path_to("clusterIPs[0]");
            if let Some(diagnostic) = super::address(cluster, report) {
                diagnostic.field = before;
            }
        }
        let lists = ["clusterIPs", "externalIPs"].into_iter().flat_map(|name| value.list(name)).chain(value.get("loadBalancerIP"));
        lists.for_each(|it| _ = super::address(it, report));
        value.list("loadBalancerSourceRanges").for_each(|it| range(it, report));
    } else if value.is_a(ty::ENDPOINT_ADDRESS) {
        value.get("ip").into_iter().for_each(|it| _ = super::address(it, report));
    } else if value.is_a(ty::ENDPOINT) {
        value.list("addresses").for_each(|it| _ = super::address(it, report));
    } else if value.is_a(ty::IP_BLOCK) {
        value.get("cidr").into_iter().chain(value.list("except")).for_each(|it| range(it, report));
    } else if value.is_a(ty::NODE_SPEC) {
        value.list("podCIDRs").for_each(|it| range(it, report));
    }
}

/// `GetWarningsForCIDR`
fn range<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let Some(text) = value.text() else { return };
    let (Some(cidr), Ok(_)) = (ip::sloppy_cidr(&text), ip::cidr(&text, value.model().release())) else { return };
    let masked = cidr.masked();
    let message = if masked != cidr || ip::is_padded(&text) || ip::is_mapped(cidr) {
        format!("this range is rejected by Kubernetes {} and later; write `{masked}`", Release::V1_36)
    } else if cidr.address.is_ipv6() && cidr.to_string() != text {
        format!("the canonical form of this range is `{cidr}`")
    } else {
        return;
    };
    report.on(value, Reason::Warning.of(message));
}
