//! Charts: evidence that people would rather look at than read.

use serde::{Deserialize, Serialize};

use crate::email::spf::MAX_LOOKUP_TERMS;
use crate::email::spf::tree::{Entry, Tree};
use crate::http::{Chain, Hop};

/// Something that people would rather look at than read. It never says more than the text that it stands beside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Chart {
    /// What is drawn.
    pub kind: ChartKind,
    /// Its parts, in order.
    pub rows: Vec<ChartRow>,
    /// What the values should not pass; 0 where nothing limits them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub limit: u32,
}

/// The kinds of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ChartKind {
    /// A redirect chain: a row for each answered request, with its address, its status, and the milliseconds to the end
    /// of its headers; a row without a status says how the chain ends where it does not arrive.
    Chain,
    /// Parts of something of which there is only so much: a row for each part, with its name and what it takes.
    Shares,
    /// Milliseconds in the order of asking, beside a target.
    Times,
    /// From when to when something is valid: three rows, for its first day, the day on which it was read, and its last day,
    /// each with the date and how many whole days there are from then to the end.
    Validity,
}

/// One part of a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChartRow {
    /// What it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// How much.
    pub value: u32,
    /// The status of an answer; 0 where it is none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub status: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Chart {
    /// A redirect chain hop by hop.
    #[must_use]
    pub fn of_chain(chain: &Chain) -> Self {
        let hop = |hop: &Hop| ChartRow {
            text: hop.url.to_string(),
            value: hop.headers_ms,
            status: hop.status.into(),
        };
        let end = chain.ending().map(|text| ChartRow { text, ..ChartRow::default() });
        Self { kind: ChartKind::Chain, rows: chain.hops.iter().map(hop).chain(end).collect(), limit: 0 }
    }

    /// The lookups of each term of an SPF record, those below it included, beside the limit.
    #[must_use]
    pub fn of_lookups(tree: &Tree) -> Self {
        let root = tree.nodes.first().map_or(&[][..], |node| &node.entries);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let row = |entry: &Entry| ChartRow {
            text: entry.term.clone(),
            value: count(tree.lookups_of(entry)),
            ..ChartRow::default()
        };
        let rows = root.iter().map(row).filter(|row| row.value > 0).collect();
        Self { kind: ChartKind::Shares, rows, limit: count(MAX_LOOKUP_TERMS) }
    }
}
