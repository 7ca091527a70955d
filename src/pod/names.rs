//! Names as the API server reads them: each function says in the server's own words what is wrong with a text.
//!
//! The sources are `k8s.io/apimachinery/pkg/util/validation` and `pkg/apis/core/validation`. All lengths are in bytes.

/// What the server says of a text; an error is its words, without the regular expression that follows them.
pub type Checked = Result<(), String>;

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const SEARCH_DOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
const QUALIFIED: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/// RFC 1123 label (`IsDNS1123Label`): containers, volumes, namespaces, host names.
pub fn dns_label(text: &str) -> Checked {
    if is_dns_label(text) {
        at_most(text, 63)
    } else if is_dns_subdomain(text) {
        fail("must not contain dots")
    } else {
        fail(LABEL)
    }
}

/// RFC 1123 subdomain (`IsDNS1123Subdomain`): most objects.
pub fn dns_subdomain(text: &str) -> Checked {
    if is_dns_subdomain(text) { at_most(text, 253) } else { fail(SUBDOMAIN) }
}

/// RFC 1035 label (`IsDNS1035Label`): Services, until 1.35.
pub fn dns_1035_label(text: &str) -> Checked {
    if is_dns_label(text) && text.starts_with(|first: char| first.is_ascii_lowercase()) {
        at_most(text, 63)
    } else {
        fail(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        )
    }
}

/// One part of the path of a URL (`IsPathSegmentName`): what has no rule of its own.
pub fn path_segment(text: &str) -> Checked {
    match text {
        "." => fail("may not be '.'"),
        ".." => fail("may not be '..'"),
        _ => path_segment_prefix(text),
    }
}

/// Start of a part of a path (`IsPathSegmentPrefix`).
pub fn path_segment_prefix(text: &str) -> Checked {
    match text.chars().find(|letter| ['/', '%'].contains(letter)) {
        Some(letter) => Err(format!("may not contain '{letter}'")),
        None => Ok(()),
    }
}

/// Host of an Ingress (`validateIngressRules`).
pub fn host(text: &str) -> Checked {
    if text.parse::<std::net::IpAddr>().is_ok() { fail("must be a DNS name, not an IP address") } else { host_pattern(text) }
}

/// A DNS subdomain, or one after `*.` (`IsWildcardDNS1123Subdomain`).
pub fn host_pattern(text: &str) -> Checked {
    match text.strip_prefix("*.") {
        _ if !text.contains('*') => dns_subdomain(text),
        Some(rest) if is_dns_subdomain(rest) => at_most(text, 253),
        _ => fail("a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain"),
    }
}

/// What a generated name starts with: as `check`, but it may end in dashes (`maskTrailingDash`).
pub fn prefix_of(text: &str, check: fn(&str) -> Checked) -> Checked {
    match text.strip_suffix('-') {
        // The server puts a letter for the last dash.
        Some(start) if !start.is_empty() => check(&format!("{start}a")),
        _ => check(text),
    }
}

/// An entry of `dnsConfig.searches` (`validatePodDNSConfig`): a lone dot, or a subdomain with underscores, perhaps with a dot at the end.
pub fn search_domain(text: &str) -> Checked {
    let is_label = |label: &str| {
        let label = label.strip_prefix('_').unwrap_or(label);
        bounded(label, is_lower, |byte| is_lower(byte) || matches!(byte, b'-' | b'_'))
    };
    let domain = text.strip_suffix('.').unwrap_or(text);
    if text == "." {
        Ok(())
    } else if domain.split('.').all(is_label) {
        at_most(domain, 253)
    } else {
        fail(SEARCH_DOMAIN)
    }
}

/// Name of a CSI driver (`ValidateCSIDriverName`).
pub fn driver_name(text: &str) -> Checked {
    if text.len() > 63 { fail("may not be more than 63 bytes") } else { dns_subdomain(&text.to_ascii_lowercase()) }
}

/// Key of a label, taint, condition, gate (`IsQualifiedName`): `[prefix/]name`.
pub fn qualified_name(text: &str) -> Checked {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    if name.contains('/') {
        return fail(&format!("a valid label key {QUALIFIED} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"));
    }
    match prefix {
        Some("") => return fail("prefix part must be non-empty"),
        Some(prefix) => dns_subdomain(prefix).map_err(|words| format!("prefix part {words}"))?,
        None => {}
    }
    if name.is_empty() {
        fail("name part must be non-empty")
    } else if name.len() > 63 {
        fail("name part must be no more than 63 characters")
    } else if is_label_text(name) {
        Ok(())
    } else {
        fail(&format!("name part {QUALIFIED}"))
    }
}

/// Key of an annotation (`ValidateAnnotations`): a qualified name once it is in lower case.
pub fn annotation_key(text: &str) -> Checked {
    qualified_name(&text.to_lowercase())
}

/// A qualified name with a prefix once it is in lower case (`ValidateUserAnnotations`).
pub fn prefixed_key(text: &str) -> Checked {
    annotation_key(text)?;
    if text.contains('/') { Ok(()) } else { fail("must be a domain-prefixed key (such as \"acme.io/foo\")") }
}

/// `domain/path` (`IsDomainPrefixedPath`).
pub fn prefixed_path(text: &str) -> Checked {
    let Some((domain, path)) = text.split_once('/').filter(|(domain, path)| !domain.is_empty() && !path.is_empty()) else {
        return fail("must be a domain-prefixed path (such as \"acme.io/foo\")");
    };
    dns_subdomain(domain)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte);
    if path.bytes().all(allowed) { Ok(()) } else { fail("Invalid path") }
}

/// A finalizer (`ValidateFinalizerName`, `validateKubeFinalizerName`).
pub fn finalizer(text: &str) -> Checked {
    qualified_name(text)?;
    let standard = ["kubernetes", "foregroundDeletion", "orphan"];
    if text.contains('/') || standard.contains(&text) {
        Ok(())
    } else {
        fail("name is neither a standard finalizer name nor is it fully qualified")
    }
}

/// Value of a label (`IsValidLabelValue`).
pub fn label_value(text: &str) -> Checked {
    if text.is_empty() || is_label_text(text) { at_most(text, 63) } else { fail(LABEL_VALUE) }
}

/// Name of a port, `IANA_SVC_NAME` (`IsValidPortName`).
pub fn port_name(text: &str) -> Checked {
    at_most(text, 15)?;
    if text.is_empty() || !text.bytes().all(|byte| is_lower(byte) || byte == b'-') {
        fail("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    } else if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        fail("must contain at least one letter (a-z)")
    } else if text.contains("--") {
        fail("must not contain consecutive hyphens")
    } else if text.starts_with('-') || text.ends_with('-') {
        fail("must not begin or end with a hyphen")
    } else {
        Ok(())
    }
}

/// Name of an environment variable, in every release that podls knows (`IsRelaxedEnvVarName`).
pub fn env_var_name(text: &str) -> Checked {
    if text.is_empty() {
        fail("environment variable name must be non-empty")
    } else if text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=') {
        Ok(())
    } else {
        fail("a valid environment variable name must consist only of printable ASCII characters other than '='")
    }
}

/// Key of a ConfigMap or Secret (`IsConfigMapKey`).
pub fn config_key(text: &str) -> Checked {
    at_most(text, 253)?;
    if text.is_empty() || !text.bytes().all(is_label_byte) {
        return fail("a valid config key must consist of alphanumeric characters, '-', '_' or '.'");
    }
    match text {
        "." => fail("must not be '.'"),
        ".." => fail("must not be '..'"),
        _ if text.starts_with("..") => fail("must not start with '..'"),
        _ => Ok(()),
    }
}

/// Name of an HTTP header (`IsHTTPHeaderName`).
pub fn http_header_name(text: &str) -> Checked {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        Ok(())
    } else {
        fail("a valid HTTP header must consist of alphanumeric characters or '-'")
    }
}

/// A certificate signer, `domain/path` (`ValidateSignerName`).
pub fn signer_name(text: &str) -> Checked {
    let Some((domain, path)) = text.split_once('/').filter(|(_, path)| !path.contains('/')) else {
        return fail("must be a fully qualified domain and path of the form 'example.com/signer-name'");
    };
    if domain.len() > 253 {
        return fail("may not be more than 253 bytes");
    }
    domain.split('.').try_for_each(dns_label).map_err(|words| format!("validating label: {words}"))?;
    if !domain.contains('.') {
        return fail("should be a domain with at least two segments separated by dots");
    }
    path.split('.').try_for_each(dns_subdomain).map_err(|words| format!("validating label: {words}"))?;
    if path.len() > 317 { fail("may not be more than 317 bytes") } else { Ok(()) }
}

/// A ClusterTrustBundle (`ValidateClusterTrustBundleName`): a subdomain, or `signer:name`, where `/` of the signer is `:`.
pub fn trust_bundle_name(text: &str) -> Checked {
    match text.rsplit_once(':') {
        Some(("", _)) => fail("ClusterTrustBundle without signer name must not have \":\" in its name"),
        Some((_, name)) => dns_subdomain(name),
        None => dns_subdomain(text),
    }
}

/// A kernel parameter (`IsValidSysctlName`): segments joined by dots or slashes.
pub fn sysctl_name(text: &str) -> Checked {
    let is_segment = |segment: &str| bounded(segment, is_lower, |byte| is_lower(byte) || matches!(byte, b'-' | b'_'));
    if text.len() <= 253 && text.split(['.', '/']).all(is_segment) {
        Ok(())
    } else {
        fail("must have at most 253 characters and consist of lower case segments joined by '.' or '/'")
    }
}

/// A Windows user, `DOMAIN\user` or `user` (`validateWindowsSecurityContextOptions`).
pub fn windows_user_name(text: &str) -> Checked {
    if text.is_empty() {
        return fail("runAsUserName cannot be an empty string");
    }
    if text.bytes().any(|byte| byte.is_ascii_control()) {
        return fail("runAsUserName cannot contain control characters");
    }
    let (domain, user) = match text.split_once('\\') {
        Some((domain, user)) => (Some(domain), user),
        None => (None, text),
    };
    if user.contains('\\') {
        return fail("runAsUserName cannot contain more than one backslash");
    }
    if let Some(domain) = domain {
        if domain.len() >= 256 {
            return fail("runAsUserName's Domain length must be under 256 characters");
        }
        let of_dns = domain.split('.').all(|label| {
            label.len() <= 63 && bounded(label, |byte| byte.is_ascii_alphanumeric(), |byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        let letters = domain.chars().count();
        let of_netbios =
            (1..=15).contains(&letters) && !domain.contains(['/', ':', '*', '?', '"', '<', '>', '|']) && !domain.starts_with('.');
        if !of_dns && !of_netbios {
            return fail("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
        }
    }
    if user.is_empty() {
        fail("runAsUserName's User cannot be empty")
    } else if user.len() > 104 {
        fail("runAsUserName's User length must not be longer than 104 characters")
    } else if user.bytes().all(|byte| matches!(byte, b'.' | b' ')) {
        fail("runAsUserName's User cannot contain only periods or spaces")
    } else if user.contains(['"', '/', ':', ';', '|', '=', ',', '+', '*', '?', '<', '>', '@', '[', ']']) {
        fail("runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]")
    } else {
        Ok(())
    }
}

/// An iSCSI name (`validateISCSIVolumeSource`).
pub fn iqn(text: &str) -> Checked {
    let alphanumeric = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // `iqn.2001-04.com.example:name`; the server looks for it anywhere in the text.
    let is_iqn = |text: &str| {
        text.match_indices("iqn.").any(|(at, _)| {
            let rest = &text[at + 4..];
            let Some((domain, name)) = rest.split_once(':') else { return false };
            let Some((date, domain)) = domain.as_bytes().split_at_checked(8) else { return false };
            let is_date = date.iter().enumerate().all(|(at, &byte)| match at {
                4 => byte == b'-',
                7 => byte == b'.',
                _ => byte.is_ascii_digit(),
            });
            is_date
                && !domain.is_empty()
                && domain.iter().all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
                && !name.is_empty()
                && !name.contains([',', ';', '*', '&', '$', '|', ' ', '\t', '\n', '\r', '\x0c'])
        })
    };
    let valid = match text.get(..3) {
        Some("iqn") => is_iqn(text),
        Some("eui") => text.is_char_boundary(4) && text.len() > 4 && alphanumeric(&text[4..], 16),
        Some("naa") => text.is_char_boundary(4) && text.len() > 4 && alphanumeric(&text[4..], 32),
        _ => return fail("must be valid format starting with iqn, eui, or naa"),
    };
    if valid { Ok(()) } else { fail("must be valid format") }
}

/// The operator and the number of values of a selector's requirement (`ValidateLabelSelectorRequirement`).
pub fn selector_values(operator: &str, values: usize) -> Checked {
    match operator {
        "In" | "NotIn" if values == 0 => fail("must be specified when `operator` is 'In' or 'NotIn'"),
        "Exists" | "DoesNotExist" if values > 0 => fail("may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        "In" | "NotIn" | "Exists" | "DoesNotExist" => Ok(()),
        _ => fail("not a valid selector operator"),
    }
}

fn fail(words: &str) -> Checked {
    Err(words.to_owned())
}

fn at_most(text: &str, length: usize) -> Checked {
    if text.len() > length { Err(format!("must be no more than {length} characters")) } else { Ok(()) }
}

/// Not empty, with such bytes at both ends and such bytes in it.
fn bounded(text: &str, edge: fn(u8) -> bool, inner: fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|&byte| edge(byte)) && bytes.last().is_some_and(|&byte| edge(byte)) && bytes.iter().all(|&byte| inner(byte))
}

fn is_lower(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn is_label_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn is_label_text(text: &str) -> bool {
    bounded(text, |byte| byte.is_ascii_alphanumeric(), is_label_byte)
}

fn is_dns_label(text: &str) -> bool {
    bounded(text, is_lower, |byte| is_lower(byte) || byte == b'-')
}

fn is_dns_subdomain(text: &str) -> bool {
    text.split('.').all(is_dns_label)
}
