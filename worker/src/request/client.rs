//! Who asks, as far as the limits must know: a hash of the address that means nothing tomorrow.
//!
//! The salt is random, changes with the day (UTC), is kept in one Durable Object and destroyed with it. Without it nobody
//! can tell which address a hash was made of, not even by trying all.
//!
//! What a client sends again must be known after midnight, too: for that there is a second salt that stays
//! ([`lasting_key`]), in a Durable Object of its own, apart from the database that holds what was made with it.

use std::cell::RefCell;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use sha2::{Digest, Sha256};
use worker::{Env, Request};

use crate::day::today;
use crate::response::problem::Problem;
use crate::{objects, platform};

thread_local! {
    /// The day and its salt, as this isolate knows them.
    static SALT: RefCell<Option<(u32, String)>> = const { RefCell::new(None) };
    /// The salt that stays, as this isolate knows it.
    static LASTING_SALT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The hash of the address that `request` came from.
pub(crate) async fn key(request: &Request, env: &Env) -> Result<String, Problem> {
    let address = platform::header(&request.headers().0, "cf-connecting-ip").unwrap_or_default();
    let salt = salt(env).await?;
    Ok(hash(&format!("{salt} {}", network(&address))))
}

/// The hash of a key that a client chose and of the address that it came from: the same key from another address is another
/// one, and tomorrow it is the same.
///
/// # Errors
/// If the salt cannot be had.
pub(crate) async fn lasting_key(request: &Request, env: &Env, key: &str) -> Result<String, Problem> {
    let address = platform::header(&request.headers().0, "cf-connecting-ip").unwrap_or_default();
    let known = LASTING_SALT.with_borrow(Clone::clone);
    let salt = match known {
        Some(salt) => salt,
        None => {
            let salt = objects::lasting_salt(env).await?;
            LASTING_SALT.set(Some(salt.clone()));
            salt
        }
    };
    // No address holds a blank; so what stands before the key is of one reading.
    Ok(hash(&format!("{salt} {} {key}", network(&address))))
}

/// SHA-256, in hexadecimal.
pub(crate) fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// What counts as one client: an IPv4 address, in whatever form, or the network of an IPv6 address. A household has 2⁶⁴ of
/// the latter.
fn network(address: &str) -> String {
    let v6 = match address.parse() {
        Ok(IpAddr::V6(v6)) => v6,
        Ok(IpAddr::V4(v4)) => return v4.to_string(),
        Err(_) => return address.to_owned(),
    };
    if let Some(v4) = embedded(v6) {
        return v4.to_string();
    }
    let [a, b, c, d, ..] = v6.segments();
    format!("{a:x}:{b:x}:{c:x}:{d:x}")
}

/// The IPv4 address of who comes from this IPv6 address. Where it is in the last bits, all of IPv4 would be one network
/// otherwise; with 6to4, one IPv4 address would be 2¹⁶ networks.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let (high, low) = match address.segments() {
        // IPv4-compatible and IPv4-mapped (RFC 4291 section 2.5.5), IPv4-translated (RFC 2765 section 2.1), NAT64 (RFC 6052
        // section 2.1).
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => (high, low),
        // 6to4 (RFC 3056 section 2).
        [0x2002, high, low, ..] => (high, low),
        // Teredo, with every bit turned round (RFC 4380 section 4).
        [0x2001, 0, _, _, _, _, high, low] => (!high, !low),
        _ => return None,
    };
    Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
}

async fn salt(env: &Env) -> Result<String, Problem> {
    let today = today();
    let known = SALT
        .with_borrow(|known| known.as_ref().filter(|(day, _)| *day == today).map(|(_, salt)| salt.clone()));
    if let Some(salt) = known {
        return Ok(salt);
    }
    let salt = objects::salt(env, today).await?;
    SALT.set(Some((today, salt.clone())));
    Ok(salt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_is_one_ipv4_address_in_whatever_form_or_a_network_of_ipv6() {
        for form in ["203.0.113.7", "::ffff:203.0.113.7", "64:ff9b::203.0.113.7", "2002:cb00:7107::1"] {
            assert_eq!(network(form), "203.0.113.7", "{form}");
        }
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::"));
        assert_ne!(network("2001:db8:1:2::"), network("2001:db8:1:3::"));
        assert_eq!(network(""), "");
    }

    #[test]
    fn the_hash_is_the_one_that_stored_keys_have() {
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
