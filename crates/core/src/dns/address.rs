//! Which addresses are on the public internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Why an address cannot be reached from the public internet, or should not be: the registry's name for the range
/// it lies in. `None` for a global address.
#[must_use]
pub fn special_purpose(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => SPECIAL_V4.iter().find(|(net, _)| net.contains(&v4)).map(|(_, name)| *name),
        IpAddr::V6(v6) => match embedded_v4(v6) {
            Some(v4) => special_purpose(IpAddr::V4(v4)),
            None => SPECIAL_V6.iter().find(|(net, _)| net.contains(&v6)).map(|(_, name)| *name),
        },
    }
}

/// The IPv4 address that traffic for this IPv6 address ends up at: IPv4-mapped (RFC 4291 section 2.5.5.2), NAT64
/// (RFC 6052 section 2.1) or 6to4 (RFC 3056 section 2).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., a, b, c, d] = address.octets();
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => Some(Ipv4Addr::new(a, b, c, d)),
        [0x2002, high, low, ..] => Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))),
        _ => None,
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(first: u16, second: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), length)
}

/// IANA IPv4 special-purpose address registry, ranges that are not globally reachable, and multicast. As of 2026-11.
static SPECIAL_V4: &[(Ipv4Net, &str)] = &[
    (v4(0, 0, 0, 0, 8), "this network (RFC 791)"),
    (v4(10, 0, 0, 0, 8), "private (RFC 1918)"),
    (v4(100, 64, 0, 0, 10), "shared by carriers (RFC 6598)"),
    (v4(127, 0, 0, 0, 8), "loopback (RFC 1122)"),
    (v4(169, 254, 0, 0, 16), "link-local (RFC 3927)"),
    (v4(172, 16, 0, 0, 12), "private (RFC 1918)"),
    (v4(192, 0, 0, 0, 24), "protocol assignments (RFC 6890)"),
    (v4(192, 0, 2, 0, 24), "documentation (RFC 5737)"),
    (v4(192, 88, 99, 0, 24), "6to4 relay, no longer in use (RFC 7526)"),
    (v4(192, 168, 0, 0, 16), "private (RFC 1918)"),
    (v4(198, 18, 0, 0, 15), "benchmarking (RFC 2544)"),
    (v4(198, 51, 100, 0, 24), "documentation (RFC 5737)"),
    (v4(203, 0, 113, 0, 24), "documentation (RFC 5737)"),
    (v4(224, 0, 0, 0, 4), "multicast (RFC 5771)"),
    (v4(240, 0, 0, 0, 4), "reserved (RFC 1112)"),
];

/// IANA IPv6 special-purpose address registry, ranges that are not globally reachable, and multicast. As of 2026-11.
static SPECIAL_V6: &[(Ipv6Net, &str)] = &[
    (Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128), "unspecified (RFC 4291)"),
    (Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128), "loopback (RFC 4291)"),
    (v6(0x64, 0xff9b, 32), "translation, local (RFC 8215)"),
    (v6(0x100, 0, 64), "discard only (RFC 6666)"),
    (v6(0x2001, 0, 32), "Teredo (RFC 4380)"),
    (v6(0x2001, 2, 48), "benchmarking (RFC 5180)"),
    (v6(0x2001, 0xdb8, 32), "documentation (RFC 3849)"),
    (v6(0x3fff, 0, 20), "documentation (RFC 9637)"),
    (v6(0x5f00, 0, 16), "segment routing (RFC 9602)"),
    (v6(0xfc00, 0, 7), "unique local (RFC 4193)"),
    (v6(0xfe80, 0, 10), "link-local (RFC 4291)"),
    (v6(0xfec0, 0, 10), "site-local, no longer in use (RFC 3879)"),
    (v6(0xff00, 0, 8), "multicast (RFC 4291)"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn special(address: &str) -> bool {
        special_purpose(address.parse().unwrap()).is_some()
    }

    #[test]
    fn what_is_not_on_the_public_internet_is_known_in_every_disguise() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.10",
            "192.0.2.1",
            "198.51.100.7",
            "203.0.113.9",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:a00:1::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "3fff::1",
        ] {
            assert!(special(address), "{address}");
        }
        for address in [
            "1.1.1.1",
            "76.76.21.21",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.169.0.1",
            "2606:4700::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::",
            "2a00:1450::1",
        ] {
            assert!(!special(address), "{address}");
        }
    }
}
