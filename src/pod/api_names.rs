//! Names, paths and addresses in the objects that extend and guard the API: each function says in the server's own words what is wrong
//! with a text.
//!
//! The sources are `k8s.io/apimachinery/pkg/util/validation`, `k8s.io/apimachinery/pkg/api/validate/content`,
//! `k8s.io/apiserver/pkg/util/webhook`, `pkg/apis/flowcontrol/validation` and `pkg/apis/resource/validation`.

use super::names::{Checked, dns_1035_label, dns_label, dns_subdomain, driver_name, qualified_name};

fn fail(words: impl Into<String>) -> Checked {
    Err(words.into())
}

/// A DNS subdomain with so many labels (`IsFullyQualifiedName`).
pub fn domain(text: &str, labels: usize) -> Checked {
    dns_subdomain(text)?;
    if text.split('.').count() >= labels {
        Ok(())
    } else if labels == 2 {
        fail("should be a domain with at least one dot")
    } else {
        fail("should be a domain with at least three segments separated by dots")
    }
}

/// Name of a kind (`ValidateCustomResourceDefinitionNames`).
pub fn kind(text: &str) -> Checked {
    dns_1035_label(&text.to_lowercase()).map_err(|words| format!("may have mixed case, but should otherwise match: {words}"))
}

/// The `apiVersion` of a kind of parameters (`validateParamKind`).
pub fn group_version(text: &str) -> Checked {
    let (group, version) = text.split_once('/').unwrap_or(("", text));
    if version.contains('/') {
        return fail(format!("unexpected GroupVersion string: {text}"));
    }
    if !group.is_empty() {
        dns_subdomain(group)?;
    }
    if version.is_empty() { fail("version must be specified") } else { dns_1035_label(version) }
}

/// The URL of a webhook (`ValidateWebhookURL`).
pub fn https_url(text: &str) -> Checked {
    const FORM: &str = "; desired format: https://host[/path]";
    let scheme = text.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| !scheme.contains(['/', '?', '#']));
    if text.bytes().any(|byte| byte.is_ascii_control()) {
        return fail(format!("url must be a valid URL{FORM}"));
    }
    if !scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")) {
        return fail(format!("'https' is the only allowed URL scheme{FORM}"));
    }
    let rest = &text["https:".len()..];
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = rest.strip_prefix("//").map_or("", |rest| rest.split('/').next().unwrap_or_default());
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let port = host.rsplit_once(']').map_or(host, |(_, port)| port).rsplit_once(':').map_or("", |(_, port)| port);
    if host.contains([' ', '<', '>', '"', '\\', '^', '`', '{', '}', '|']) || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        fail(format!("url must be a valid URL{FORM}"))
    } else if host.is_empty() {
        fail(format!("host must be specified{FORM}"))
    } else if user.is_some() {
        fail("user information is not permitted in the URL")
    } else if !fragment.is_empty() {
        fail("fragments are not permitted in the URL")
    } else if !query.is_empty() {
        fail("query parameters are not permitted in the URL")
    } else {
        Ok(())
    }
}

/// The path of a webhook's Service (`ValidateWebhookService`).
pub fn service_path(text: &str) -> Checked {
    if text == "/" || text.is_empty() {
        return Ok(());
    }
    let Some(rest) = text.strip_prefix('/') else { return fail("must start with a '/'") };
    let rest = if text == "//" { rest } else { rest.strip_suffix('/').unwrap_or(rest) };
    let rest = if text == "//" { "" } else { rest };
    for (at, segment) in rest.split('/').enumerate() {
        if segment.is_empty() {
            return fail(format!("segment[{at}] may not be empty"));
        }
        dns_subdomain(segment).map_err(|words| format!("segment[{at}]: {words}"))?;
    }
    Ok(())
}

/// A path in a FlowSchema (`ValidateNonResourceURLPath`); a lone `*` stands for all.
pub fn non_resource_url(text: &str) -> Checked {
    let stars = text.matches('*').count();
    match text {
        "" => fail("must not be empty"),
        "/" | "*" => Ok(()),
        _ if !text.starts_with('/') => fail("must start with slash"),
        _ if text.contains(' ') => fail("must not contain white-space"),
        _ if text.contains("//") => fail("must not contain double slash"),
        _ if stars > 1 || (stars == 1 && !text.ends_with("/*")) => fail("wildcard can only do suffix matching"),
        _ => Ok(()),
    }
}

/// A message (`validateValidation`).
pub fn one_line(text: &str) -> Checked {
    match text.trim() {
        "" if !text.is_empty() => fail("must be non-empty if specified"),
        words if words.contains(['\n', '\r']) => fail("must not contain line breaks"),
        _ => Ok(()),
    }
}

/// A warning that the server sends (`validateDeprecationWarning`).
pub fn printable(text: &str) -> Checked {
    if text.is_empty() {
        fail("must not be an empty string")
    } else if text.chars().any(|it| it.is_control() || (it.is_whitespace() && it != ' ')) {
        fail("must only contain printable UTF-8 characters")
    } else {
        Ok(())
    }
}

/// A simple JSON path below one of `roots` (`validateSimpleJSONPath`).
pub fn json_path(text: &str, roots: &[&str]) -> Checked {
    if !text.is_empty() && !text.starts_with('.') {
        return fail("must be a simple json path starting with .");
    }
    if text.is_empty() || roots.iter().any(|root| text.starts_with(root)) {
        return Ok(());
    }
    match roots {
        [".spec."] => fail("should be a json path under .spec"),
        [".status."] => fail("should be a json path under .status"),
        _ => fail("should be a json path under either .spec or .status"),
    }
}

/// Name of a device's attribute or capacity (`validateQualifiedName`): the server does not look at what has more than one slash.
pub fn attribute(text: &str) -> Checked {
    let mut parts = text.split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(name), None, _) => identifier(name),
        (Some(domain), Some(name), None) => {
            if domain.is_empty() {
                return fail("the domain must not be empty");
            }
            driver_name(domain)?;
            if name.is_empty() { fail("the name must not be empty") } else { identifier(name) }
        }
        _ => Ok(()),
    }
}

/// Name of an attribute with its domain (`validateFullyQualifiedName`).
pub fn qualified_attribute(text: &str) -> Checked {
    attribute(text)?;
    if text.contains('/') { Ok(()) } else { fail("a fully qualified name must be a domain and a name separated by a slash") }
}

/// `IsCIdentifier`
fn identifier(text: &str) -> Checked {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if text.len() > 32 {
        fail("may not be more than 32 bytes")
    } else if text.bytes().all(word) && text.bytes().next().is_some_and(|first| !first.is_ascii_digit()) {
        Ok(())
    } else {
        fail("a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'")
    }
}

/// Name of a pool of devices (`validatePoolName`).
pub fn pool(text: &str) -> Checked {
    if text.len() > 253 { fail("may not be more than 253 bytes") } else { text.split('/').try_for_each(dns_subdomain) }
}

/// Name of a resource that the cluster's owner adds (`IsExtendedResourceName`).
pub fn extended_resource(text: &str) -> Checked {
    let domain = text.split('/').next().unwrap_or_default();
    let native = !text.contains('/') || domain == "kubernetes.io" || domain.ends_with(".kubernetes.io") || text.contains("kubernetes.io/");
    if native || text.starts_with("requests.") || qualified_name(&format!("requests.{text}")).is_err() {
        fail("must be a valid extended resource name")
    } else {
        Ok(())
    }
}

/// A version as semver.org has it (`validateDeviceAttributeVersionValue`).
pub fn semantic_version(text: &str) -> Checked {
    let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let (core, pre) = rest.split_once('-').map_or((rest, None), |(core, pre)| (core, Some(pre)));
    let number = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit()) && (part == "0" || !part.starts_with('0'));
    let word = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    let pre_word = |part: &str| word(part) && (number(part) || part.bytes().any(|it| !it.is_ascii_digit()));
    let good = core.split('.').count() == 3
        && core.split('.').all(number)
        && pre.is_none_or(|pre| pre.split('.').all(pre_word))
        && build.is_none_or(|build| build.split('.').all(word));
    if good { Ok(()) } else { fail("must be a string compatible with semver.org spec 2.0.0") }
}

/// A ServiceAccount in a subject of flow control: its name, or `*` for all (`ValidateServiceAccountSubject`).
pub fn account_or_all(text: &str) -> Checked {
    if text == "*" { Ok(()) } else { dns_subdomain(text) }
}

/// A namespace in a rule of flow control: its name, or `*` for all (`ValidateFlowSchemaResourcePolicyRule`).
pub fn namespace_or_all(text: &str) -> Checked {
    if text == "*" {
        return Ok(());
    }
    dns_label(text).map_err(|words| format!("each member of this list must be '*' or a DNS-1123 label; {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        type Row<'a> = (fn(&str) -> Checked, &'a [&'a str], &'a [&'a str]);
        let rows: &[Row<'_>] = &[
            (|text| domain(text, 3), &["a.b.c"], &["a.b", "A.b.c", ""]),
            (|text| domain(text, 2), &["a.b"], &["a", ""]),
            (kind, &["Book", "book"], &["", "Book.s", "1Book"]),
            (group_version, &["v1", "apps/v1"], &["a/b/c", "apps/", "A/v1", "v.1"]),
            (
                https_url,
                &["https://a", "https://a:8443/b", "HTTPS://a", "https://[::1]:80/a", "https://a/?"],
                &["http://a", "a", "https://", "https:///a", "https://u@a", "https://a#b", "https://a?b", "https://a:b", ""],
            ),
            (service_path, &["", "/", "/a", "/a/b/", "/a.b"], &["a", "//", "/a//b", "/A", "/a/.."]),
            (non_resource_url, &["/", "*", "/healthz", "/a/*"], &["", "a", "/a b", "/a//b", "/a*", "/*/*"]),
            (one_line, &["", "a b", "\na\n"], &[" ", "a\nb"]),
            (printable, &["a b"], &["", "a\nb"]),
            (|text| json_path(text, &[".spec."]), &["", ".spec.a"], &["spec.a", ".a", ".status.a"]),
            (attribute, &["a", "a.b/c", "a_1", "a/b/c"], &["", "a-b", "/a", "a/", "1a"]),
            (qualified_attribute, &["a.b/c"], &["a", "a.b/"]),
            (pool, &["a", "a.b/c"], &["", "A", "a//b"]),
            (extended_resource, &["example.com/gpu"], &["cpu", "kubernetes.io/a", "requests.a/b", "a/b/c", "example.com/"]),
            (semantic_version, &["1.2.3", "1.0.0-a.1+b", "0.0.0"], &["1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-01", ""]),
            (account_or_all, &["*", "a.b"], &["A", ""]),
            (namespace_or_all, &["*", "a"], &["a.b", ""]),
        ];
        for (check, good, bad) in rows {
            good.iter().for_each(|text| assert_eq!(check(text), Ok(()), "{text}"));
            bad.iter().for_each(|text| assert!(check(text).is_err(), "{text}"));
        }
    }
}
