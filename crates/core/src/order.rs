//! Putting lists in order, with one copy of the sorting code for all of them.
//!
//! The standard library's sort is compiled anew for every type of item: five kilobytes of WebAssembly each time, for lists
//! of a dozen. Here the places are put in order, which are numbers whatever the items are; `clippy.toml` keeps the others out.

use std::cmp::Ordering;

/// Sorts by `order`. Stable: of two equal items, the first stays first.
pub fn sort_by<T>(items: &mut [T], mut order: impl FnMut(&T, &T) -> Ordering) {
    let places = places(items.len(), &mut |a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => order(a, b),
        _ => Ordering::Equal,
    });
    arrange(places, &mut |a, b| items.swap(a, b));
}

/// Sorts by what `key` makes of an item. Stable.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// Sorts from the smallest to the largest. Stable.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Which item belongs at each place: each behind those before it that are not greater. Lists here have a dozen items, and some
/// thousands at most: then the places that move are some megabytes, a few milliseconds.
#[inline(never)]
fn places(len: usize, order: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::with_capacity(len);
    for item in 0..len {
        let behind = places.partition_point(|before| order(*before, item) != Ordering::Greater);
        places.insert(behind, item);
    }
    places
}

/// Brings every item to its place, by swaps.
#[inline(never)]
fn arrange(mut places: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..places.len() {
        // Follows a circle of items that take each other's places; one that is done names itself.
        let mut at = start;
        while let Some(from) = places.get(at).copied()
            && from != start
        {
            swap(at, from);
            if let Some(place) = places.get_mut(at) {
                *place = at;
            }
            at = from;
        }
        if let Some(place) = places.get_mut(at) {
            *place = at;
        }
    }
}

#[cfg(test)]
mod tests {
    proptest::proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(items: Vec<(u8, u16)>) {
            let (mut ours, mut theirs) = (items.clone(), items);
            super::sort_by_key(&mut ours, |(key, _)| *key);
            theirs.sort_by_key(|(key, _)| *key);
            proptest::prop_assert_eq!(&ours, &theirs);
            super::sort(&mut ours);
            theirs.sort();
            proptest::prop_assert_eq!(ours, theirs);
        }
    }
}
