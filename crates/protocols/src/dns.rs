//! DNS: records, the wire format, names, addresses, and a question's answer with its aliases followed.

pub mod address;
pub(crate) mod lookup;
mod message;
pub mod name;
mod record;

pub use lookup::{Lookup, Resolution, addresses, read, texts};
pub use message::{MEDIA_TYPE, decode, encode, is_message};
pub use name::dns_name;
pub use record::{CharacterString, DnsReply, ExtendedError, Record, RecordData, RecordType, ResponseCode};
