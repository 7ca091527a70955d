//! Checks a text against the format that the schema's facts give it.

use super::names::{self, Checked};
use super::{api_names, cel, cron, fields, ip, paths};
use crate::schema::Release;
use crate::schema::facts::Format;

/// What the server of that release says of `text` in a field of that format; `number` is its value if it is a YAML number.
pub fn check(format: Format, text: &str, number: Option<i64>, release: Release) -> Checked {
    match format {
        Format::DnsLabel => names::dns_label(text),
        Format::DnsSubdomain => names::dns_subdomain(text),
        Format::DnsLabelPrefix => names::prefix_of(text, names::dns_label),
        Format::DnsSubdomainPrefix => names::prefix_of(text, names::dns_subdomain),
        Format::SearchDomain => names::search_domain(text),
        Format::DriverName => names::driver_name(text),
        Format::QualifiedName => names::qualified_name(text),
        Format::AnnotationKey => names::annotation_key(text),
        Format::PrefixedKey => names::prefixed_key(text),
        Format::PrefixedPath => names::prefixed_path(text),
        Format::Finalizer => names::finalizer(text),
        Format::LabelValue => names::label_value(text),
        Format::PortName => names::port_name(text),
        Format::EnvVarName => names::env_var_name(text),
        Format::ConfigKey => names::config_key(text),
        Format::HttpHeaderName => names::http_header_name(text),
        Format::SignerName => names::signer_name(text),
        Format::TrustBundleName => names::trust_bundle_name(text),
        Format::WindowsUserName => names::windows_user_name(text),
        Format::Sysctl => names::sysctl_name(text),
        Format::Iqn => names::iqn(text),
        Format::AbsolutePath => paths::absolute(text),
        Format::NoBacksteps => paths::no_backsteps(text),
        Format::RelativePath => paths::relative(text),
        Format::LocalPath => paths::local(text),
        Format::Ip => ip::parse(text, release).map(drop),
        Format::CanonicalIp => ip::canonical(text),
        Format::EndpointIp => ip::endpoint(text, release),
        Format::Cidr => ip::cidr(text, release).map(drop),
        Format::PaddedCidr => ip::cidr(text.trim(), release).map(drop),
        Format::CanonicalCidr => ip::canonical_cidr(text),
        Format::ServiceName if release >= Release::V1_36 => names::dns_label(text),
        Format::ServiceName => names::dns_1035_label(text),
        Format::PathSegment => names::path_segment(text),
        Format::PathSegmentPrefix => names::path_segment_prefix(text),
        Format::Host => names::host(text),
        Format::TlsHost => names::host_pattern(text),
        Format::DomainName => names::dns_subdomain(text.strip_suffix('.').unwrap_or(text)),
        Format::QuotaResource => fields::quota_resource(text),
        Format::Resource => fields::resource(text),
        Format::LimitType => fields::limit_type(text),
        Format::PositiveQuantity => fields::positive_quantity(text),
        Format::TargetPort if text.is_empty() || number == Some(0) => Ok(()),
        Format::TargetPort | Format::PortNumberOrName => fields::port(text, number),
        Format::CountOrPercent => fields::share(text, number).map(drop),
        Format::CountOrPercentTo100 => up_to_100(fields::share(text, number)?),
        Format::PositiveCountOrPercentTo100 => {
            let share = fields::share(text, number)?;
            if share.is_zero() { Err("cannot be 0".into()) } else { up_to_100(share) }
        }
        Format::NonNegativeQuantity => fields::quantity(text),
        Format::ContainerResource => fields::container_resource(text),
        Format::PodResource => fields::pod_resource(text),
        Format::Cron => cron::Schedule::parse(text).map(drop),
        Format::TimeZone => fields::time_zone(text),
        Format::EnvFieldPath => fields::env_field_path(text),
        Format::VolumeFieldPath => fields::volume_field_path(text),
        Format::ResourceField => fields::resource_field(text),
        // Whether they are below `completions` is looked at where that is known.
        Format::Indexes => match fields::indexes(text, i64::MAX) {
            Ok(_) => Ok(()),
            Err(fields::IndexError::Format(words) | fields::IndexError::TooLarge(words)) => Err(words),
        },
        Format::HostPorts => fields::host_ports(text),
        Format::NoSlash => fields::no_slash(text),
        Format::NonEmpty if text.is_empty() => Err("cannot be an empty string".into()),
        Format::NonEmpty => Ok(()),
        Format::Trimmed => fields::trimmed(text),
        Format::Dns1035Label => names::dns_1035_label(text),
        Format::TwoLabels => api_names::domain(text, 2),
        Format::ThreeLabels => api_names::domain(text, 3),
        Format::KindName => api_names::kind(text),
        Format::GroupVersion => api_names::group_version(text),
        Format::HttpsUrl => api_names::https_url(text),
        Format::ServicePath => api_names::service_path(text),
        Format::NonResourceUrl => api_names::non_resource_url(text),
        Format::OneLine => api_names::one_line(text),
        Format::Printable => api_names::printable(text),
        Format::SimpleJsonPath => api_names::json_path(text, &["."]),
        Format::JsonPathOfSpec => api_names::json_path(text, &[".spec."]),
        Format::JsonPathOfStatus => api_names::json_path(text, &[".status."]),
        Format::JsonPathOfSpecOrStatus => api_names::json_path(text, &[".spec.", ".status."]),
        Format::CelIdentifier => cel::identifier(text),
        Format::CelExpression => cel::expression(text),
        Format::AttributeName => api_names::attribute(text),
        Format::FullyQualifiedAttribute => api_names::qualified_attribute(text),
        Format::PoolName => api_names::pool(text),
        Format::ExtendedResource => api_names::extended_resource(text),
        Format::SemanticVersion => api_names::semantic_version(text),
    }
}

/// `IsNotMoreThan100Percent`
fn up_to_100(share: fields::Share) -> Checked {
    if matches!(share, fields::Share::Percent(101..)) { Err("must not be greater than 100%".into()) } else { Ok(()) }
}

/// A right text near `text`, for a fix: `My_App` becomes `my-app`. `None` where nothing is left, or the format knows no near text.
pub fn suggest_valid(format: Format, text: &str) -> Option<String> {
    let (lower, allowed, length): (bool, &[u8], usize) = match format {
        Format::DnsLabel | Format::ServiceName => (true, b"-", 63),
        Format::PortName => (true, b"-", 15),
        Format::DnsSubdomain => (true, b"-.", 253),
        Format::LabelValue => (false, b"-_.", 63),
        Format::ConfigKey => (false, b"-_.", 253),
        Format::HttpHeaderName => (false, b"-", 253),
        _ => return None,
    };
    let mut fixed = String::with_capacity(text.len());
    for letter in text.chars() {
        let letter = if lower { letter.to_ascii_lowercase() } else { letter };
        let fits = letter.is_ascii_alphanumeric() || u8::try_from(letter).is_ok_and(|byte| allowed.contains(&byte));
        let next = if fits { letter } else { '-' };
        // Two signs in a row are as bad as none in port names and subdomains.
        if next.is_ascii_alphanumeric() || fixed.ends_with(|last: char| last.is_ascii_alphanumeric()) {
            fixed.push(next);
        }
    }
    fixed.truncate(length);
    fixed.truncate(fixed.trim_end_matches(|last: char| !last.is_ascii_alphanumeric()).len());
    (fixed != text && check(format, &fixed, None, Release::default()).is_ok() && !fixed.is_empty()).then_some(fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixes() {
        for (format, text, expected) in [
            (Format::DnsLabel, "My_App", Some("my-app")),
            (Format::DnsLabel, "web.1", Some("web-1")),
            (Format::DnsLabel, "_", None),
            (Format::DnsLabel, "fine", None),
            (Format::DnsSubdomain, "Web..Shop.", Some("web.shop")),
            (Format::PortName, "administration-port", Some("administration")),
            (Format::PortName, "8080", None),
            (Format::LabelValue, "a b/c", Some("a-b-c")),
            (Format::Ip, "1.2.3", None),
        ] {
            assert_eq!(suggest_valid(format, text).as_deref(), expected, "{text}");
        }
    }
}
