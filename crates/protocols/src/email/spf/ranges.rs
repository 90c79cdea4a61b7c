//! Sets of addresses as sorted, disjoint ranges: unions and differences of networks, and how many addresses they hold.

use std::net::IpAddr;

/// A set of numbers as ranges, first and last included; sorted, disjoint, no two of them adjacent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ranges(Vec<(u128, u128)>);

impl Ranges {
    /// All numbers of the `bits` lowest bits that agree with `value` in the first `prefix` of them.
    fn network(value: u128, prefix: u8, bits: u32) -> Self {
        let host_bits = bits.saturating_sub(u32::from(prefix));
        let mask = 1u128.checked_shl(host_bits).map_or(u128::MAX, |size| size - 1);
        Self(vec![(value & !mask, value | mask)])
    }

    /// Both together.
    fn union(&mut self, other: &Self) {
        self.0.extend(&other.0);
        self.0.sort();
        let mut merged: Vec<(u128, u128)> = Vec::with_capacity(self.0.len());
        for &(first, last) in &self.0 {
            match merged.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        self.0 = merged;
    }

    /// What is in this set and not in the other.
    fn minus(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        let mut holes = other.0.iter().peekable();
        for &(first, last) in &self.0 {
            let mut from = Some(first);
            while let Some(&&(hole_first, hole_last)) = holes.peek() {
                if hole_last < first {
                    holes.next();
                    continue;
                }
                if hole_first > last {
                    break;
                }
                if let Some(start) = from.filter(|start| *start < hole_first) {
                    left.push((start, hole_first - 1));
                }
                from = hole_last.checked_add(1);
                if hole_last > last {
                    // It may reach into the next range, too.
                    break;
                }
                holes.next();
            }
            if let Some(start) = from.filter(|start| *start <= last) {
                left.push((start, last));
            }
        }
        Self(left)
    }

    /// How many numbers are left when the `shift` lowest bits are dropped.
    fn count(&self, shift: u32) -> u128 {
        let mut count = 0u128;
        let mut before = None;
        for &(first, last) in &self.0 {
            let (mut first, last) = (first >> shift, last >> shift);
            // Two ranges may share what is left.
            if before == Some(first) {
                first = first.saturating_add(1);
            }
            if first <= last {
                count = count.saturating_add((last - first).saturating_add(1));
            }
            before = Some(last);
        }
        count
    }
}

/// A set of IPv4 and IPv6 addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Addresses {
    v4: Ranges,
    v6: Ranges,
}

impl Addresses {
    /// The network of that prefix length that `address` lies in.
    pub(crate) fn network(address: IpAddr, prefix: u8) -> Self {
        match address {
            IpAddr::V4(v4) => {
                Self { v4: Ranges::network(u128::from(v4.to_bits()), prefix, 32), v6: Ranges::default() }
            }
            IpAddr::V6(v6) => Self { v4: Ranges::default(), v6: Ranges::network(v6.to_bits(), prefix, 128) },
        }
    }

    /// Every address there is.
    pub(crate) fn all() -> Self {
        Self { v4: Ranges::network(0, 0, 32), v6: Ranges::network(0, 0, 128) }
    }

    /// Both together.
    pub(crate) fn union(&mut self, other: &Self) {
        self.v4.union(&other.v4);
        self.v6.union(&other.v6);
    }

    /// What is in this set and not in the other.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        Self { v4: self.v4.minus(&other.v4), v6: self.v6.minus(&other.v6) }
    }

    /// Whether there is no address in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.v4.0.is_empty() && self.v6.0.is_empty()
    }

    /// How many IPv4 addresses there are: at most 2³².
    pub(crate) fn v4_addresses(&self) -> u64 {
        u64::try_from(self.v4.count(0)).unwrap_or(u64::MAX)
    }

    /// How many IPv6 networks of 64 bits hold an address of the set: at most 2⁶⁴.
    pub(crate) fn v6_networks(&self) -> u128 {
        self.v6.count(64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(networks: &[&str]) -> Addresses {
        let mut set = Addresses::default();
        for network in networks {
            let (address, prefix) = network.split_once('/').unwrap();
            set.union(&Addresses::network(address.parse().unwrap(), prefix.parse().unwrap()));
        }
        set
    }

    #[test]
    fn overlaps_count_once() {
        assert_eq!(set(&["192.0.2.0/24", "192.0.2.128/25", "192.0.3.0/24"]).v4_addresses(), 512);
        assert_eq!(set(&["192.0.2.77/24"]).v4_addresses(), 256, "host bits do not matter");
        assert_eq!(set(&["0.0.0.0/1", "128.0.0.0/1"]), set(&["0.0.0.0/0"]));
        assert_eq!(set(&["0.0.0.0/0"]).v4_addresses(), 1 << 32);
    }

    #[test]
    fn networks_of_64_bits_count_once() {
        assert_eq!(set(&["2001:db8::1/128", "2001:db8::ffff/128", "2001:db8:0:1::/64"]).v6_networks(), 2);
        assert_eq!(set(&["2001:db8::/32"]).v6_networks(), 1 << 32);
        assert_eq!(set(&["::/0"]).v6_networks(), 1 << 64);
        assert_eq!(Addresses::all().v6_networks(), 1 << 64);
    }

    #[test]
    fn holes_are_cut_out() {
        let left = set(&["10.0.0.0/8"]).minus(&set(&["10.1.0.0/16", "10.255.0.0/16", "9.0.0.0/8"]));
        assert_eq!(left.v4_addresses(), (1 << 24) - 2 * 65_536);
        assert!(set(&["10.0.0.0/8", "2001:db8::/32"]).minus(&Addresses::all()).is_empty());
        let parts = set(&["10.0.0.0/9", "10.192.0.0/10"]);
        assert_eq!(parts.minus(&set(&["10.64.0.0/8"])), Addresses::default());
    }

    proptest! {
        /// Compared with sets of numbers, on a small world.
        #[test]
        fn as_sets_of_numbers(a in networks(), b in networks()) {
            let ranges = |networks: &[(u8, u8)]| {
                let mut all = Ranges::default();
                for (value, prefix) in networks { all.union(&Ranges::network(u128::from(*value), *prefix, 8)); }
                all
            };
            let numbers = |networks: &[(u8, u8)]| -> std::collections::BTreeSet<u128> {
                (0..=255u128)
                    .filter(|n| networks.iter().any(|(value, prefix)| {
                        let shift = 8 - u32::from(*prefix);
                        n >> shift == u128::from(*value) >> shift
                    }))
                    .collect()
            };
            let (left, right) = (ranges(&a), ranges(&b));
            prop_assert_eq!(left.count(0), numbers(&a).len() as u128);
            prop_assert_eq!(left.minus(&right).count(0), numbers(&a).difference(&numbers(&b)).count() as u128);
            let mut both = left.clone();
            both.union(&right);
            prop_assert_eq!(both.count(0), numbers(&a).union(&numbers(&b)).count() as u128);
            let quarters: std::collections::BTreeSet<u128> = numbers(&a).iter().map(|n| n >> 2).collect();
            prop_assert_eq!(left.count(2), quarters.len() as u128);
        }
    }

    fn networks() -> impl Strategy<Value = Vec<(u8, u8)>> {
        proptest::collection::vec((any::<u8>(), 0..=8u8), 0..6)
    }
}
