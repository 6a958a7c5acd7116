//! Bytes by hash in a local folder: sources and representations. No user's file name gets here.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use gloss_core_model::{ConvUid, OwnerId, SourceUid};

use crate::error::{Error, ErrorKind, Result};

#[derive(Debug, Clone)]
pub(crate) struct Objects {
    root: PathBuf,
}

impl Objects {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(crate) async fn put_source(
        &self,
        owner: OwnerId,
        uid: &SourceUid,
        bytes: Vec<u8>,
    ) -> Result<()> {
        self.put(self.path(owner, "source", uid.as_str()), bytes).await
    }

    pub(crate) async fn put_representation(
        &self,
        owner: OwnerId,
        uid: &ConvUid,
        bytes: Vec<u8>,
    ) -> Result<()> {
        self.put(self.path(owner, "representation", uid.as_str()), bytes).await
    }

    fn path(&self, owner: OwnerId, kind: &str, hash: &str) -> PathBuf {
        self.root.join(owner.to_string()).join(kind).join(&hash[..2]).join(hash)
    }

    async fn put(&self, path: PathBuf, bytes: Vec<u8>) -> Result<()> {
        let shown = path.display().to_string();
        let written = tokio::task::spawn_blocking(move || write_once(&path, &bytes))
            .await
            .map_err(Error::internal)?;
        written.map_err(|error| {
            Error::new(
                ErrorKind::Unavailable,
                "object_store",
                format!("cannot write {shown}: {error}"),
            )
            .hint("check the free space and the rights of the data directory (GLOSS_DATA_DIR)")
        })
    }
}

/// Whole or not at all: a file is written beside its place, made durable, then renamed.
fn write_once(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    std::fs::File::open(folder)?.sync_all()
}
