//! DNS: records, the wire format, names, addresses, and a question's answer with its aliases followed.
//!
//! ```
//! use launch_ready_protocols::dns::{self, RecordData, RecordType};
//!
//! // A question for DNS over HTTPS (RFC 8484), and a record in the notation of zone files.
//! assert!(dns::encode("example.com", RecordType::Mx, false).is_some());
//! let mx = RecordData::Mx { preference: 10, exchange: "mx.example.com.".to_owned() };
//! assert_eq!(mx.record_type(), RecordType::Mx);
//! ```

pub mod address;
pub(crate) mod lookup;
mod message;
pub mod name;
mod record;

pub use lookup::{Lookup, Resolution, addresses, read, texts};
pub use message::{MEDIA_TYPE, decode, encode, is_message};
pub use name::dns_name;
pub use record::{CharacterString, DnsReply, ExtendedError, Record, RecordData, RecordType, ResponseCode};
