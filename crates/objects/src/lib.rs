//! Bytes by content id: sources and representations, in a local folder or an S3-compatible bucket.
//!
//! An object's name is made of its bytes, so the same name always means the same bytes: writing
//! twice changes nothing, and reading checks what came back.

mod address;
mod error;
mod folder;
mod http;
mod key;
mod objects;
mod secret;

pub use address::{Address, Bucket};
pub use bytes::Bytes;
pub use error::ObjectsError;
pub use key::{Key, Kind, Object};
pub use objects::{Listed, OBJECT_BYTES_MAX, Objects};
pub use secret::Secret;
