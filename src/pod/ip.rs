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

/// An address in the one way of writing it (`IsValidIP`).
pub fn canonical(text: &str) -> Result<(), String> {
    let address = parse(text, Release::V1_36)?;
    if address.to_string() == text { Ok(()) } else { Err(format!("must be in canonical form (\"{address}\")")) }
}

/// An address that Endpoints, and the external addresses of a Service, can have (`ValidateEndpointIP`).
pub fn endpoint(text: &str, release: Release) -> Result<(), String> {
    let address = parse(text, release)?.to_canonical();
    let is_link_local_multicast = match address {
        IpAddr::V4(four) => four.octets()[..3] == [224, 0, 0],
        IpAddr::V6(six) => six.segments()[0] & 0xff0f == 0xff02,
    };
    let is_link_local = match address {
        IpAddr::V4(four) => four.is_link_local(),
        IpAddr::V6(six) => six.segments()[0] & 0xffc0 == 0xfe80,
    };
    if address.is_unspecified() {
        Err(format!("may not be unspecified ({text})"))
    } else if address.is_loopback() {
        Err("may not be in the loopback range (127.0.0.0/8, ::1/128)".into())
    } else if is_link_local {
        Err("may not be in the link-local range (169.254.0.0/16, fe80::/10)".into())
    } else if is_link_local_multicast {
        Err("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)".into())
    } else {
        Ok(())
    }
}

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    /// As it is written, also with bits beyond the length.
    pub address: IpAddr,
    /// How many of its bits count.
    pub length: u8,
}

impl Cidr {
    fn bits(self) -> (u128, u32) {
        match self.address {
            IpAddr::V4(four) => (u128::from(u32::from(four)) << 96, 32),
            IpAddr::V6(six) => (u128::from(six), 128),
        }
    }

    fn mask(self) -> u128 {
        u128::MAX.checked_shl(128 - u32::from(self.length)).unwrap_or(0)
    }

    /// The same without the bits beyond the length.
    pub fn masked(self) -> Cidr {
        let bits = self.bits().0 & self.mask();
        let address = match self.address {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from((bits >> 96) as u32)),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from(bits)),
        };
        Cidr { address, ..self }
    }

    /// Whether all addresses of the other one are in it, and it has more.
    pub fn holds_strictly(self, other: Cidr) -> bool {
        let same_family = self.address.is_ipv4() == other.address.is_ipv4();
        same_family && self.length < other.length && other.bits().0 & self.mask() == self.masked().bits().0
    }
}

impl std::fmt::Display for Cidr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

/// Reads a range of addresses (`IsValidCIDRForLegacyField`): from 1.36 on without leading zeros and bits beyond the length.
pub fn cidr(text: &str, release: Release) -> Result<Cidr, String> {
    let Some(cidr) = sloppy_cidr(text) else {
        return Err("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)".into());
    };
    if release >= Release::V1_36 {
        if is_padded(text) {
            return Err("must not have leading 0s in IP or prefix length".into());
        }
        if is_mapped(cidr) {
            return Err("must not have an IPv4-mapped IPv6 address".into());
        }
        if cidr.masked() != cidr {
            return Err("must not have bits set beyond the prefix length".into());
        }
    }
    Ok(cidr)
}

/// A range of addresses in the one way of writing it (`IsValidCIDR`).
pub fn canonical_cidr(text: &str) -> Result<(), String> {
    let cidr = cidr(text, Release::V1_36)?;
    if cidr.to_string() == text { Ok(()) } else { Err(format!("must be in canonical form (\"{cidr}\")")) }
}

/// Whether a range that can be read has leading zeros.
pub fn is_padded(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    address.parse::<IpAddr>().is_err() || (length.len() > 1 && length.starts_with('0'))
}

/// Whether it is a range of IPv4 addresses written as IPv6 ones.
pub fn is_mapped(cidr: Cidr) -> bool {
    matches!(cidr.address, IpAddr::V6(six) if six.to_ipv4_mapped().is_some())
}

/// `ParseCIDRSloppy`
pub fn sloppy_cidr(text: &str) -> Option<Cidr> {
    let (address, length) = text.split_once('/')?;
    let address = sloppy(address)?;
    let length: u8 = length.bytes().all(|byte| byte.is_ascii_digit()).then(|| length.parse().ok())??;
    (length <= if address.is_ipv4() { 32 } else { 128 }).then_some(Cidr { address, length })
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
