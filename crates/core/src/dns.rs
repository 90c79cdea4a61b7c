//! DNS: records, the wire codec, and questions as a check asks them.

pub mod address;
pub mod claim;
mod lookup;
mod message;
pub mod provider;
pub mod purpose;
mod record;
pub mod survey;
pub mod wildcard;

pub use lookup::{Lookup, Outcome, Resolved, addresses, server_address, texts, zone_apex};
pub use message::{MEDIA_TYPE, decode, encode, is_message};
pub use record::{CharacterString, DnsReply, ExtendedError, Record, RecordData, RecordType, ResponseCode};
