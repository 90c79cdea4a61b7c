//! Where redirects lead in the end. Each is followed once, however long the chains are.

/// Where a place leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// To a place that leads no further, after so many steps.
    At {
        /// The last place.
        place: usize,
        /// Steps to it.
        steps: usize,
    },
    /// Into a circle.
    Circle {
        /// The place of the circle that is reached first.
        entry: usize,
    },
}

/// The end of each of `len` places. `next` tells which place, below `len`, one leads to; it is asked once for each.
pub(crate) fn ends(len: usize, next: &mut dyn FnMut(usize) -> Option<usize>) -> Vec<End> {
    let mut ends: Vec<Option<End>> = vec![None; len];
    // Of the places on the way that is being followed: coming back to one of them closes a circle.
    let mut positions: Vec<Option<usize>> = vec![None; len];
    let mut way: Vec<usize> = Vec::new();
    for start in 0..len {
        let mut at = start;
        let mut end = loop {
            if let Some(end) = ends[at] {
                break end;
            }
            if let Some(position) = positions[at] {
                for member in way.drain(position..) {
                    ends[member] = Some(End::Circle { entry: member });
                }
                break End::Circle { entry: at };
            }
            let Some(further) = next(at) else {
                let end = End::At { place: at, steps: 0 };
                ends[at] = Some(end);
                break end;
            };
            positions[at] = Some(way.len());
            way.push(at);
            at = further;
        };
        for place in way.drain(..).rev() {
            if let End::At { steps, .. } = &mut end {
                *steps += 1;
            }
            ends[place] = Some(end);
        }
    }
    // All of them are known by now.
    ends.into_iter().flatten().collect()
}
