//! What macro strings come to for one message, and names as DNS can be asked for them.
//! [RFC 7208, 7.2 to 7.4](https://www.rfc-editor.org/rfc/rfc7208#section-7.2)

use crate::dns::name::{MAX_LABEL, MAX_NAME};
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::macros::{Expansion, Letter, MacroString, Part};

/// What the macro letters stand for while one record is evaluated.
/// [RFC 7208, 7.2](https://www.rfc-editor.org/rfc/rfc7208#section-7.2)
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values<'v> {
    /// `l`: the local part of the sender; `postmaster` where there is none.
    pub(crate) local_part: &'v str,
    /// `o`: the domain of the sender.
    pub(crate) sender_domain: &'v str,
    /// `d`: the domain whose record is evaluated.
    pub(crate) domain: &'v str,
    /// `i`, `c`, `v`: the sender's address, an IPv4 address where it is one in disguise.
    pub(crate) ip: IpAddr,
    /// `h`: the name given in HELO or EHLO.
    pub(crate) helo: &'v str,
    /// `p`: the validated host name of the sender, or `unknown`.
    pub(crate) host_name: &'v str,
    /// `r`: the name of the receiving host.
    pub(crate) receiver: &'v str,
    /// `t`: seconds since 1970.
    pub(crate) timestamp: u64,
}

impl<'v> Values<'v> {
    /// What is the same for every message from `sender`; the rest stands for nothing.
    pub(crate) const fn of_domain(domain: &'v str, sender: &'v str) -> Self {
        Self {
            local_part: "",
            sender_domain: sender,
            domain,
            ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            helo: "",
            host_name: "",
            receiver: "",
            timestamp: 0,
        }
    }

    fn of(&self, letter: Letter) -> String {
        match letter {
            Letter::Domain => self.domain.to_owned(),
            Letter::Family => if self.ip.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
            Letter::Helo => self.helo.to_owned(),
            Letter::HostName => self.host_name.to_owned(),
            Letter::Ip => dotted(self.ip),
            Letter::LocalPart => self.local_part.to_owned(),
            Letter::ReadableIp => self.ip.to_string(),
            Letter::Receiver => self.receiver.to_owned(),
            Letter::Sender => format!("{}@{}", self.local_part, self.sender_domain),
            Letter::SenderDomain => self.sender_domain.to_owned(),
            Letter::Time => self.timestamp.to_string(),
        }
    }
}

/// Whether the string holds `%{p}`, which costs lookups of its own.
pub(crate) fn needs_host_name(string: &MacroString<'_>) -> bool {
    string.parts().any(|part| matches!(part, Part::Expand(Expansion { letter: Letter::HostName, .. })))
}

/// The string with every macro replaced.
pub(crate) fn expand(string: &MacroString<'_>, values: &Values<'_>) -> String {
    let mut out = String::with_capacity(string.text().len());
    for part in string.parts() {
        match part {
            Part::Expand(expansion) => {
                let value = transformed(&values.of(expansion.letter), &expansion);
                if expansion.escape { escape_into(&mut out, &value) } else { out.push_str(&value) }
            }
            Part::Literal(text) => out.push_str(text),
            Part::Percent => out.push('%'),
            Part::Space => out.push(' '),
            Part::UrlSpace => out.push_str("%20"),
        }
    }
    out
}

/// Splits the value at the delimiters, reverses its parts and keeps the rightmost ones, joined by dots.
/// [RFC 7208, 7.3](https://www.rfc-editor.org/rfc/rfc7208#section-7.3)
fn transformed(value: &str, expansion: &Expansion<'_>) -> String {
    if expansion.keep.is_none() && !expansion.reverse && expansion.delimiters.is_empty() {
        return value.to_owned();
    }
    let delimiters = if expansion.delimiters.is_empty() { "." } else { expansion.delimiters };
    let mut parts: Vec<&str> = value.split(|c| delimiters.contains(c)).collect();
    if expansion.reverse {
        parts.reverse();
    }
    let keep = expansion.keep.and_then(|keep| usize::try_from(keep).ok()).unwrap_or(usize::MAX);
    let from = parts.len().saturating_sub(keep);
    parts.get(from..).unwrap_or_default().join(".")
}

/// Percent-encodes all but what RFC 3986 calls unreserved.
fn escape_into(out: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// The address as `%{i}`: an IPv6 address as 32 hexadecimal digits with dots between them.
/// [RFC 7208, 7.3](https://www.rfc-editor.org/rfc/rfc7208#section-7.3)
fn dotted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let nibbles: Vec<String> = v6
                .octets()
                .iter()
                .flat_map(|octet| [octet >> 4, octet & 15])
                .map(|n| format!("{n:x}"))
                .collect();
            nibbles.join(".")
        }
    }
}

/// The name whose PTR records say what host an address belongs to.
/// [RFC 1035, 3.5](https://www.rfc-editor.org/rfc/rfc1035#section-3.5),
/// [RFC 3596, 2.5](https://www.rfc-editor.org/rfc/rfc3596#section-2.5)
pub(crate) fn reverse_name(ip: IpAddr) -> String {
    let dotted = dotted(ip);
    let reversed: Vec<&str> = dotted.rsplit('.').collect();
    format!("{}.{}.arpa", reversed.join("."), if ip.is_ipv4() { "in-addr" } else { "ip6" })
}

/// An IPv4 address that came as an IPv4-mapped IPv6 address is an IPv4 address.
/// [RFC 7208, 5](https://www.rfc-editor.org/rfc/rfc7208#section-5)
pub(crate) fn unmapped(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) => Ipv6Addr::to_ipv4_mapped(&v6).map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    }
}

/// The expanded name as DNS can be asked for it: cut from the left to 253 characters, in the notation of a zone
/// file, lower case, no final dot. `None` where no question can be built from it: an empty label, one of more than
/// 63 octets, anything but ASCII (RFC 8616, 4). [RFC 7208, 7.3](https://www.rfc-editor.org/rfc/rfc7208#section-7.3)
pub(crate) fn dns_name(expanded: &str) -> Option<String> {
    let mut name = expanded.strip_suffix('.').unwrap_or(expanded);
    while name.len() > MAX_NAME {
        name = name.split_once('.')?.1;
    }
    let fits = |label: &str| (1..=MAX_LABEL).contains(&label.len());
    if !name.is_ascii() || !name.split('.').all(fits) {
        return None;
    }
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            // As the wire codec prints them, so that the question is found again in its answer.
            ' ' | '\\' => out.extend(['\\', c]),
            '!'..='~' => out.push(c.to_ascii_lowercase()),
            // Writing to a string does not fail.
            _ => {
                let _ = write!(out, "\\{:03}", u32::from(c));
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{RecordType, decode, encode};

    const VALUES: Values<'static> = Values {
        local_part: "strong-bad",
        sender_domain: "email.example.com",
        domain: "email.example.com",
        ip: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 3)),
        helo: "mx.example.org",
        host_name: "unknown",
        receiver: "mx.example.net",
        timestamp: 1_764_000_000,
    };

    fn expanded(text: &str, ip: &str) -> String {
        let values = Values { ip: ip.parse().unwrap(), ..VALUES };
        expand(&MacroString::explanation(text).unwrap(), &values)
    }

    /// The examples of RFC 7208, 7.4.
    #[test]
    fn the_examples_of_the_rfc_come_out() {
        for (text, ip, expected) in [
            ("%{s}", "192.0.2.3", "strong-bad@email.example.com"),
            ("%{o}", "192.0.2.3", "email.example.com"),
            ("%{d}", "192.0.2.3", "email.example.com"),
            ("%{d4}", "192.0.2.3", "email.example.com"),
            ("%{d3}", "192.0.2.3", "email.example.com"),
            ("%{d2}", "192.0.2.3", "example.com"),
            ("%{d1}", "192.0.2.3", "com"),
            ("%{dr}", "192.0.2.3", "com.example.email"),
            ("%{d2r}", "192.0.2.3", "example.email"),
            ("%{l}", "192.0.2.3", "strong-bad"),
            ("%{l-}", "192.0.2.3", "strong.bad"),
            ("%{lr}", "192.0.2.3", "strong-bad"),
            ("%{lr-}", "192.0.2.3", "bad.strong"),
            ("%{l1r-}", "192.0.2.3", "strong"),
            ("%{ir}.%{v}._spf.%{d2}", "192.0.2.3", "3.2.0.192.in-addr._spf.example.com"),
            ("%{lr-}.lp._spf.%{d2}", "192.0.2.3", "bad.strong.lp._spf.example.com"),
            ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "192.0.2.3", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
            ("%{d2}.trusted-domains.example.net", "192.0.2.3", "example.com.trusted-domains.example.net"),
            (
                "%{ir}.%{v}._spf.%{d2}",
                "2001:db8::cb01",
                "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com",
            ),
        ] {
            assert_eq!(expanded(text, ip), expected, "{text}");
        }
    }

    #[test]
    fn the_letters_of_explanations_and_escapes_come_out() {
        for (text, expected) in [
            ("%{c} %{r} %{t} %{p} %{h}", "192.0.2.3 mx.example.net 1764000000 unknown mx.example.org"),
            ("%{S}", "strong-bad%40email.example.com"),
            ("100%% of%_two%-words", "100% of two%20words"),
            ("%{d99999999999}", "email.example.com"),
            ("%{d.-}", "email.example.com"),
            // What RFC 3986 calls unreserved stays.
            ("%{H}", "mx.example.org"),
        ] {
            assert_eq!(expanded(text, "192.0.2.3"), expected, "{text}");
        }
        assert_eq!(expanded("%{c}", "2001:DB8::1"), "2001:db8::1");
    }

    /// [RFC 7208, 7.1](https://www.rfc-editor.org/rfc/rfc7208#section-7.1)
    #[test]
    fn values_are_divided_at_each_delimiter() {
        let values = Values { local_part: "a.b-c+d,e/f_g=h~i", ..VALUES };
        let expanded = |text: &str| expand(&MacroString::explanation(text).unwrap(), &values);
        for (text, expected) in [
            ("%{l1}", "b-c+d,e/f_g=h~i"),
            ("%{l1.}", "b-c+d,e/f_g=h~i"),
            ("%{l1-}", "c+d,e/f_g=h~i"),
            ("%{l1+}", "d,e/f_g=h~i"),
            ("%{l1,}", "e/f_g=h~i"),
            ("%{l1/}", "f_g=h~i"),
            ("%{l1_}", "g=h~i"),
            ("%{l1=}", "h~i"),
            ("%{lr.-+,/_=}", "h~i.g.f.e.d.c.b.a"),
            ("%{l2r.-+,/_=}", "b.a"),
            ("%{L}", "a.b-c%2Bd%2Ce%2Ff_g%3Dh~i"),
        ] {
            assert_eq!(expanded(text), expected, "{text}");
        }
    }

    #[test]
    fn reverse_names_are_those_of_dns() {
        assert_eq!(reverse_name("192.0.2.3".parse().unwrap()), "3.2.0.192.in-addr.arpa");
        assert_eq!(
            reverse_name("2001:db8::1".parse().unwrap()),
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
        );
    }

    #[test]
    fn names_are_cut_from_the_left_and_refused_where_no_question_can_be_built() {
        let long = format!("{}.{}example.com", "a".repeat(60), "b".repeat(50).as_str().to_owned() + ".");
        assert_eq!(dns_name(&long).as_deref(), Some(long.as_str()));
        let too_long = format!("{}example.com", format!("{}.", "a".repeat(60)).repeat(4));
        assert_eq!(
            dns_name(&too_long),
            Some(format!("{}example.com", format!("{}.", "a".repeat(60)).repeat(3)))
        );
        assert_eq!(dns_name("Example.COM.").as_deref(), Some("example.com"));
        for text in ["", ".", "a..b", ".a.b", &format!("{}.com", "a".repeat(64)), "é.com", &"a".repeat(300)]
        {
            assert_eq!(dns_name(text), None, "{text}");
        }
    }

    /// What stands in the question stands in the answer, whatever characters a macro brought in.
    #[test]
    fn odd_characters_survive_the_wire() {
        for text in
            ["macro%percent  space.example.com", "jumpin' jupiter", "a\\b.c", "tab\tbell\u{7}.d", "[1.2]"]
        {
            let name = dns_name(text).unwrap();
            let mut wire = encode(&name, RecordType::A, false).unwrap();
            wire[2] |= 0x80;
            assert!(decode(&name, RecordType::A, &wire, 0).is_ok(), "{text}");
        }
    }
}
