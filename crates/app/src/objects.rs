//! Where the program keeps bytes: a folder unless told otherwise. What goes wrong, in its words.

use std::path::Path;
use std::time::Duration;

use gloss_llm::http;
use gloss_objects::{Address, Objects, ObjectsError};

use crate::error::{Error, ErrorKind, Result};

/// How long an object store may say nothing before it counts as away.
const PATIENCE: Duration = Duration::from_secs(30);

/// The folder `objects` of the data directory, if there is no other address.
pub(crate) fn open(address: Option<Address>, data_dir: &Path) -> Result<Objects> {
    let address = address.unwrap_or_else(|| Address::Folder(data_dir.join("objects")));
    Ok(Objects::open(address, PATIENCE, || http::client(PATIENCE))?)
}

impl From<ObjectsError> for Error {
    fn from(error: ObjectsError) -> Self {
        let kind = match &error {
            ObjectsError::InvalidUrl { .. }
            | ObjectsError::InvalidEndpoint { .. }
            | ObjectsError::NoKey { .. } => ErrorKind::Invalid,
            ObjectsError::TooLarge { .. } => ErrorKind::TooLarge,
            _ => ErrorKind::Unavailable,
        };
        Self::new(kind, error.code(), error.to_string()).hint(error.hint())
    }
}
