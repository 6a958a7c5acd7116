//! What a local folder asks for beyond a store: that it is there, and what dead writers leave.

use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::{Duration, SystemTime};

use gloss_core_model::Timestamp;
use object_store::local::LocalFileSystem;

use crate::error::ObjectsError;

/// OWNER/source/ab: names of objects are in folders this deep.
const DEPTH: u32 = 3;

pub(crate) fn open(path: &Path) -> Result<LocalFileSystem, ObjectsError> {
    let failed = |reason: String| {
        let place = path.display().to_string();
        ObjectsError::Failed { place, reason }
    };
    // Only the last folder is made: a disk that is not mounted would otherwise look like an empty
    // store.
    match make_private(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(failed(error.to_string()));
        }
        _ if !path.is_dir() => return Err(failed("it is no folder".to_owned())),
        _ => {}
    }
    let opened = LocalFileSystem::new_with_prefix(path);
    opened.map(|store| store.with_fsync(true)).map_err(|error| failed(error.to_string()))
}

fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A writer writes beside the object's place and renames; one that died did not come to that.
pub(crate) fn clear(root: &Path, before: Timestamp) -> io::Result<(u64, u64)> {
    let before = u64::try_from(before.as_millis()).unwrap_or(0);
    let before = SystemTime::UNIX_EPOCH + Duration::from_millis(before);
    let (mut files, mut bytes) = (0, 0);
    walk(root, DEPTH, &mut |entry| {
        let meta = entry.metadata()?;
        if meta.is_file() && meta.modified()? < before && is_unfinished(entry) {
            fs::remove_file(entry.path())?;
            files += 1;
            bytes += meta.len();
        }
        Ok(())
    })?;
    Ok((files, bytes))
}

/// An owner's folder goes with whatever is in it. It need not be there.
pub(crate) fn forget(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// `abcdef…#1` is how the store names what it is writing, `.tmp…` how it once did.
fn is_unfinished(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    let hex = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match name.split_once('#') {
        Some((hash, n)) => hex(hash) && !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()),
        None => name.starts_with(".tmp"),
    }
}

fn walk(
    folder: &Path,
    depth: u32,
    see: &mut impl FnMut(&DirEntry) -> io::Result<()>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Others are at work here: what has gone since is no mistake.
        let seen = match depth {
            0 => see(&entry),
            _ if entry.file_type()?.is_dir() => walk(&entry.path(), depth - 1, see),
            _ => Ok(()),
        };
        match seen {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            seen => seen?,
        }
    }
    Ok(())
}
