//! IP addresses, as each release reads them (`IsValidIPForLegacyField`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::schema::Release;

/// Reads an address. Until 1.35 leading zeros count for nothing and IPv4-mapped IPv6 addresses pass; from 1.36 both are rejected
/// (`StrictIPCIDRValidation`).
pub fn parse(text: &str, release: Release) -> Result<IpAddr, String> {
    let Some(address) = sloppy(text) else {
        return Err("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)".into());
    };
    if release >= Release::V1_36 {
        if text.parse::<IpAddr>().is_err() {
            return Err("must not have leading 0s".into());
        }
        if let IpAddr::V6(six) = address
            && six.to_ipv4_mapped().is_some()
        {
            return Err("must not be an IPv4-mapped IPv6 address".into());
        }
    }
    Ok(address)
}

/// `ParseIPSloppy`: leading zeros do not count.
fn sloppy(text: &str) -> Option<IpAddr> {
    if !text.contains(':') {
        return Some(IpAddr::V4(four(text)?));
    }
    let mut plain = String::with_capacity(text.len());
    for (number, group) in text.split(':').enumerate() {
        if number > 0 {
            plain.push(':');
        }
        if group.contains('.') {
            plain.push_str(&four(group)?.to_string());
        } else {
            plain.push_str(without_zeros(group));
        }
    }
    Some(IpAddr::V6(plain.parse::<Ipv6Addr>().ok()?))
}

fn four(text: &str) -> Option<Ipv4Addr> {
    let mut octets =
        text.split('.').map(|part| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| without_zeros(part).parse().ok())?);
    let mut next = || octets.next().flatten();
    let address = Ipv4Addr::new(next()?, next()?, next()?, next()?);
    octets.next().is_none().then_some(address)
}

/// Keeps one digit.
fn without_zeros(digits: &str) -> &str {
    let bare = digits.trim_start_matches('0');
    if bare.is_empty() && !digits.is_empty() { "0" } else { bare }
}
