//! Entity ids: UUID version 7, one newtype each, so that a run is never taken for a document.

use std::fmt;
use std::str::FromStr;

pub use uuid::Uuid;

/// Text that is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a {kind} id (a UUID such as 0199d0c6-6a5e-7cc0-9a52-0d5f6f1f7a11)")]
pub struct InvalidId {
    pub kind: &'static str,
    pub found: String,
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident, $kind:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text)
                    .map($name)
                    .map_err(|_| InvalidId { kind: $kind, found: text.to_owned() })
            }
        }
    )+};
}

ids! {
    /// Whose rows these are. Every key of every table starts with it.
    OwnerId, "owner";
    ProjectId, "project";
    DocumentId, "document";
    SchemaId, "schema";
    RunId, "run";
    /// One dispatched model call.
    CallId, "call";
}

impl OwnerId {
    /// The one owner of an installation without accounts.
    pub const LOCAL: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));
}

impl ProjectId {
    /// The project of what is put nowhere else. It has its owner's own id: nobody has to look for
    /// it, and two who make it at once make the same one.
    pub const fn default_of(owner: OwnerId) -> Self {
        Self(owner.0)
    }
}

/// A UUID version 7 from a moment and ten random bytes, both the caller's.
pub fn uuid_v7(now: crate::Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.as_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
