//! How a DNS question comes.

/// How a question came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Via<'a> {
    Udp,
    Tcp,
    /// Over HTTPS, to this host.
    Doh(&'a str),
}

/// The public resolvers that the lab plays.
pub(crate) const HOSTS: [&str; 3] = ["cloudflare-dns.com", "dns.google", "dns.quad9.net"];
/// Where they listen.
pub(crate) const PATH: &str = "/dns-query";
