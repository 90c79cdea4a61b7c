//! Which addresses are on the public internet. Whoever judges an address, judges it by [`special_purpose`].
//!
//! ```
//! use launch_ready_protocols::dns::address::special_purpose;
//!
//! assert!(special_purpose("10.0.0.1".parse().unwrap()).is_some());
//! assert!(special_purpose("1.1.1.1".parse().unwrap()).is_none());
//! ```

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Why an address cannot be reached from the public internet, or is not where a site can be: the name of the range it
/// lies in, with the RFC. `None` for a global address.
///
/// Of IPv6, only what IANA gives out is global: [`GLOBAL_UNICAST`] without the special-purpose ranges in it. An IPv6
/// address that only carries an IPv4 address, in whichever of the ways there are, is never global, whatever it carries:
/// who has the IPv4 address publishes that.
#[must_use]
pub fn special_purpose(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => SPECIAL_V4.iter().find(|(net, _)| net.contains(&v4)).map(|(_, name)| *name),
        IpAddr::V6(v6) => SPECIAL_V6
            .iter()
            .find(|(net, _)| net.contains(&v6))
            .map(|(_, name)| *name)
            .or((!GLOBAL_UNICAST.contains(&v6)).then_some(UNASSIGNED)),
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

/// The range whose first half begins with these four groups; the second half is zero.
const fn v6([a, b, c, d]: [u16; 4], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), length)
}

/// All that IANA gives out for use on the internet (IPv6 global unicast address assignments; RFC 4291 section 2.4).
const GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0, 0, 0], 3);
const UNASSIGNED: &str = "not given out (RFC 4291)";

/// IANA's IPv4 Special-Purpose Address Registry, and multicast. As of 2026-11.
///
/// All of it, also what the registry calls globally reachable: behind those addresses are services of the network itself,
/// at whichever place is nearest, and no site. A range inside of another stands before it.
static SPECIAL_V4: &[(Ipv4Net, &str)] = &[
    (v4(0, 0, 0, 0, 32), "this host (RFC 1122)"),
    (v4(0, 0, 0, 0, 8), "this network (RFC 791)"),
    (v4(10, 0, 0, 0, 8), "private (RFC 1918)"),
    (v4(100, 64, 0, 0, 10), "shared by carriers (RFC 6598)"),
    (v4(127, 0, 0, 0, 8), "loopback (RFC 1122)"),
    (v4(169, 254, 0, 0, 16), "link-local (RFC 3927)"),
    (v4(172, 16, 0, 0, 12), "private (RFC 1918)"),
    (v4(192, 0, 0, 0, 29), "IPv4 over IPv6 (RFC 7335)"),
    (v4(192, 0, 0, 8, 32), "dummy (RFC 7600)"),
    (v4(192, 0, 0, 9, 32), "port control (RFC 7723)"),
    (v4(192, 0, 0, 10, 32), "TURN relay (RFC 8155)"),
    (v4(192, 0, 0, 170, 31), "NAT64 discovery (RFC 8880)"),
    (v4(192, 0, 0, 0, 24), "protocol assignments (RFC 6890)"),
    (v4(192, 0, 2, 0, 24), "documentation (RFC 5737)"),
    (v4(192, 31, 196, 0, 24), "AS112 (RFC 7535)"),
    (v4(192, 52, 193, 0, 24), "multicast relay (RFC 7450)"),
    (v4(192, 88, 99, 2, 32), "6a44 relay (RFC 6751)"),
    (v4(192, 88, 99, 0, 24), "6to4 relay, no longer in use (RFC 7526)"),
    (v4(192, 168, 0, 0, 16), "private (RFC 1918)"),
    (v4(192, 175, 48, 0, 24), "AS112 (RFC 7534)"),
    (v4(198, 18, 0, 0, 15), "benchmarking (RFC 2544)"),
    (v4(198, 51, 100, 0, 24), "documentation (RFC 5737)"),
    (v4(203, 0, 113, 0, 24), "documentation (RFC 5737)"),
    (v4(224, 0, 0, 0, 4), "multicast (RFC 5771)"),
    (v4(255, 255, 255, 255, 32), "broadcast (RFC 919)"),
    (v4(240, 0, 0, 0, 4), "reserved (RFC 1112)"),
];

/// IANA's IPv6 Special-Purpose Address Registry, multicast, and what was given up. As of 2026-11; as for IPv4, all of it.
static SPECIAL_V6: &[(Ipv6Net, &str)] = &[
    (Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128), "unspecified (RFC 4291)"),
    (Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128), "loopback (RFC 4291)"),
    (v6([0, 0, 0, 0], 96), "IPv4 in IPv6, no longer in use (RFC 4291)"),
    (Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96), "IPv4 in IPv6 (RFC 4291)"),
    (Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0), 96), "IPv4 in IPv6 (RFC 2765)"),
    (v6([0x64, 0xff9b, 0, 0], 96), "IPv4 behind a translator (RFC 6052)"),
    (v6([0x64, 0xff9b, 1, 0], 48), "IPv4 behind a local translator (RFC 8215)"),
    (v6([0x100, 0, 0, 0], 64), "discard only (RFC 6666)"),
    (v6([0x100, 0, 0, 1], 64), "dummy (RFC 9780)"),
    (v6([0x2001, 0, 0, 0], 32), "Teredo (RFC 4380)"),
    (service(1), "port control (RFC 7723)"),
    (service(2), "TURN relay (RFC 8155)"),
    (service(3), "service registration (RFC 9665)"),
    (v6([0x2001, 2, 0, 0], 48), "benchmarking (RFC 5180)"),
    (v6([0x2001, 3, 0, 0], 32), "multicast relay (RFC 7450)"),
    (v6([0x2001, 4, 0x112, 0], 48), "AS112 (RFC 7535)"),
    (v6([0x2001, 0x10, 0, 0], 28), "ORCHID, no longer in use (RFC 4843)"),
    (v6([0x2001, 0x20, 0, 0], 28), "ORCHID (RFC 7343)"),
    (v6([0x2001, 0x30, 0, 0], 28), "drones (RFC 9374)"),
    (v6([0x2001, 0, 0, 0], 23), "protocol assignments (RFC 2928)"),
    (v6([0x2001, 0xdb8, 0, 0], 32), "documentation (RFC 3849)"),
    (v6([0x2002, 0, 0, 0], 16), "6to4 (RFC 3056)"),
    (v6([0x2620, 0x4f, 0x8000, 0], 48), "AS112 (RFC 7534)"),
    (v6([0x3fff, 0, 0, 0], 20), "documentation (RFC 9637)"),
    (v6([0x5f00, 0, 0, 0], 16), "segment routing (RFC 9602)"),
    (v6([0xfc00, 0, 0, 0], 7), "unique local (RFC 4193)"),
    (v6([0xfe80, 0, 0, 0], 10), "link-local (RFC 4291)"),
    (v6([0xfec0, 0, 0, 0], 10), "site-local, no longer in use (RFC 3879)"),
    (v6([0xff00, 0, 0, 0], 8), "multicast (RFC 4291)"),
];

/// One of the services at `2001:1::1` and the next ones.
const fn service(number: u16) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(0x2001, 1, 0, 0, 0, 0, 0, number), 128)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn special(address: &str) -> Option<&'static str> {
        special_purpose(address.parse().unwrap())
    }

    /// A range as the registry has it: its first and its last address, what they are called, and the address before and the
    /// one behind it where that is on the public internet.
    type Row = (&'static str, &'static str, &'static str, Option<&'static str>, Option<&'static str>);

    const IPV4: &[Row] = &[
        ("0.0.0.0", "0.0.0.0", "this host", None, None),
        ("0.0.0.1", "0.255.255.255", "this network", None, Some("1.0.0.0")),
        ("10.0.0.0", "10.255.255.255", "private", Some("9.255.255.255"), Some("11.0.0.0")),
        ("100.64.0.0", "100.127.255.255", "shared by carriers", Some("100.63.255.255"), Some("100.128.0.0")),
        ("127.0.0.0", "127.255.255.255", "loopback", Some("126.255.255.255"), Some("128.0.0.0")),
        ("169.254.0.0", "169.254.255.255", "link-local", Some("169.253.255.255"), Some("169.255.0.0")),
        ("172.16.0.0", "172.31.255.255", "private", Some("172.15.255.255"), Some("172.32.0.0")),
        ("192.0.0.0", "192.0.0.7", "IPv4 over IPv6", Some("191.255.255.255"), None),
        ("192.0.0.8", "192.0.0.8", "dummy", None, None),
        ("192.0.0.9", "192.0.0.9", "port control", None, None),
        ("192.0.0.10", "192.0.0.10", "TURN relay", None, None),
        ("192.0.0.170", "192.0.0.171", "NAT64 discovery", None, None),
        ("192.0.0.11", "192.0.0.255", "protocol assignments", None, Some("192.0.1.0")),
        ("192.0.2.0", "192.0.2.255", "documentation", Some("192.0.1.255"), Some("192.0.3.0")),
        ("192.31.196.0", "192.31.196.255", "AS112", Some("192.31.195.255"), Some("192.31.197.0")),
        ("192.52.193.0", "192.52.193.255", "multicast relay", Some("192.52.192.255"), Some("192.52.194.0")),
        ("192.88.99.2", "192.88.99.2", "6a44 relay", None, None),
        (
            "192.88.99.0",
            "192.88.99.255",
            "6to4 relay, no longer in use",
            Some("192.88.98.255"),
            Some("192.88.100.0"),
        ),
        ("192.168.0.0", "192.168.255.255", "private", Some("192.167.255.255"), Some("192.169.0.0")),
        ("192.175.48.0", "192.175.48.255", "AS112", Some("192.175.47.255"), Some("192.175.49.0")),
        ("198.18.0.0", "198.19.255.255", "benchmarking", Some("198.17.255.255"), Some("198.20.0.0")),
        ("198.51.100.0", "198.51.100.255", "documentation", Some("198.51.99.255"), Some("198.51.101.0")),
        ("203.0.113.0", "203.0.113.255", "documentation", Some("203.0.112.255"), Some("203.0.114.0")),
        ("224.0.0.0", "239.255.255.255", "multicast", Some("223.255.255.255"), None),
        ("240.0.0.0", "255.255.255.254", "reserved", None, None),
        ("255.255.255.255", "255.255.255.255", "broadcast", None, None),
    ];

    const LAST: &str = "ffff:ffff:ffff:ffff";

    const IPV6: &[Row] = &[
        ("::", "::", "unspecified", None, None),
        ("::1", "::1", "loopback", None, None),
        ("::2", "::ffff:ffff", "IPv4 in IPv6, no longer in use", None, None),
        ("::ffff:0:0", "::ffff:ffff:ffff", "IPv4 in IPv6", None, None),
        ("::ffff:0:0:0", "::ffff:0:ffff:ffff", "IPv4 in IPv6", None, None),
        ("64:ff9b::", "64:ff9b::ffff:ffff", "IPv4 behind a translator", None, None),
        ("64:ff9b:1::", "64:ff9b:1:ffff:LAST", "IPv4 behind a local translator", None, None),
        ("100::", "100::LAST", "discard only", None, None),
        ("100:0:0:1::", "100:0:0:1:LAST", "dummy", None, None),
        ("2001::", "2001:0:ffff:ffff:LAST", "Teredo", Some("2000:ffff:ffff:ffff:LAST"), None),
        ("2001:1::1", "2001:1::1", "port control", None, None),
        ("2001:1::2", "2001:1::2", "TURN relay", None, None),
        ("2001:1::3", "2001:1::3", "service registration", None, None),
        ("2001:2::", "2001:2:0:ffff:LAST", "benchmarking", None, None),
        ("2001:3::", "2001:3:ffff:ffff:LAST", "multicast relay", None, None),
        ("2001:4:112::", "2001:4:112:ffff:LAST", "AS112", None, None),
        ("2001:10::", "2001:1f:ffff:ffff:LAST", "ORCHID, no longer in use", None, None),
        ("2001:20::", "2001:2f:ffff:ffff:LAST", "ORCHID", None, None),
        ("2001:30::", "2001:3f:ffff:ffff:LAST", "drones", None, None),
        ("2001:1::", "2001:1ff:ffff:ffff:LAST", "protocol assignments", None, Some("2001:200::")),
        (
            "2001:db8::",
            "2001:db8:ffff:ffff:LAST",
            "documentation",
            Some("2001:db7:ffff:ffff:LAST"),
            Some("2001:db9::"),
        ),
        ("2002::", "2002:ffff:ffff:ffff:LAST", "6to4", Some("2001:ffff:ffff:ffff:LAST"), Some("2003::")),
        (
            "2620:4f:8000::",
            "2620:4f:8000:ffff:LAST",
            "AS112",
            Some("2620:4f:7fff:ffff:LAST"),
            Some("2620:4f:8001::"),
        ),
        (
            "3fff::",
            "3fff:fff:ffff:ffff:LAST",
            "documentation",
            Some("3ffe:ffff:ffff:ffff:LAST"),
            Some("3fff:1000::"),
        ),
        ("5f00::", "5f00:ffff:ffff:ffff:LAST", "segment routing", None, None),
        ("fc00::", "fdff:ffff:ffff:ffff:LAST", "unique local", None, None),
        ("fe80::", "febf:ffff:ffff:ffff:LAST", "link-local", None, None),
        ("fec0::", "feff:ffff:ffff:ffff:LAST", "site-local, no longer in use", None, None),
        ("ff00::", "ffff:ffff:ffff:ffff:LAST", "multicast", None, None),
    ];

    #[test]
    fn each_row_of_the_registries_holds_from_its_first_address_to_its_last_and_no_further() {
        for (first, last, name, before, behind) in IPV4.iter().chain(IPV6) {
            for address in [first, last] {
                let address = address.replace("LAST", LAST);
                let found = special(&address).unwrap_or_else(|| panic!("{address} is {name}"));
                assert_eq!(found.split(" (RFC ").next(), Some(*name), "{address}");
            }
            for address in [before, behind].into_iter().flatten() {
                let address = address.replace("LAST", LAST);
                assert_eq!(special(&address), None, "{address}");
            }
        }
        assert_eq!((IPV4.len(), IPV6.len()), (SPECIAL_V4.len(), SPECIAL_V6.len()), "every row is tried");
    }

    #[test]
    fn an_address_that_carries_an_ipv4_address_is_never_public_whatever_it_carries() {
        for carried in ["::7f00:1", "::808:808", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:7f00:1"] {
            assert!(special(carried).is_some(), "{carried}");
        }
        for carried in ["64:ff9b::808:808", "64:ff9b:1::808:808", "2002:808:808::1", "2001:0:808:808::1"] {
            assert!(special(carried).is_some(), "{carried}");
        }
    }

    #[test]
    fn of_ipv6_only_what_is_given_out_is_public() {
        for address in [
            "::1:0:0:0",
            "64:ff9b::1:0:0",
            "64:ff9b:2::",
            "100:0:0:2::",
            "1fff:ffff::",
            "4000::",
            "5f01::",
            "fe00::",
        ] {
            assert_eq!(special(address), Some(UNASSIGNED), "{address}");
        }
        for address in
            ["2000::1", "2606:4700::1", "2a00:1450::1", "2a05:d014::21", "2001:4860::8888", "3fff:1000::1"]
        {
            assert_eq!(special(address), None, "{address}");
        }
    }
}
