//! The store itself: put, get, look, list, delete.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use gloss_core_model::{OwnerId, Timestamp};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{
    BackoffConfig, Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
};

use crate::address::{Address, Bucket};
use crate::error::ObjectsError;
use crate::folder;
use crate::http::Connector;
use crate::key::{Key, Object};

/// Larger ones are neither written nor read: S3 takes 5 GiB in one request, memory takes less.
pub const OBJECT_BYTES_MAX: u64 = 1 << 30;
/// A request that fails is asked this often again, and not when this much time has gone by.
const RETRIES_MAX: usize = 3;
const RETRY_WITHIN: Duration = Duration::from_secs(30);
const BACKOFF: BackoffConfig = BackoffConfig {
    init_backoff: Duration::from_millis(100),
    max_backoff: Duration::from_secs(2),
    base: 2.0,
};
/// Beside the owners: written to learn what time it is there.
const CLOCK: &str = "clock";

type Result<T> = std::result::Result<T, ObjectsError>;

/// Cloning shares everything.
#[derive(Debug, Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    address: Arc<Address>,
    prefix: Path,
}

/// An object as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub key: Key,
    pub bytes: u64,
    /// By the clock of whoever keeps it.
    pub modified: Timestamp,
}

impl Objects {
    /// Asks nobody yet; a folder is made, if the one it lies in is there. `client` is called for a
    /// bucket, whose service may say nothing for as long as `patience`.
    pub fn open(
        address: Address,
        patience: Duration,
        client: impl FnOnce() -> reqwest::Client,
    ) -> Result<Self> {
        let (store, prefix): (Arc<dyn ObjectStore>, _) = match &address {
            Address::Folder(path) => (Arc::new(folder::open(path)?), Path::default()),
            Address::Bucket(bucket) => {
                let built = s3(bucket, Connector { client: client(), patience });
                let built = built.map_err(|error| {
                    ObjectsError::from_store(&address.to_string(), None, &error)
                })?;
                (Arc::new(built), bucket.prefix.clone())
            }
        };
        Ok(Self { store, address: Arc::new(address), prefix })
    }

    /// Where this is, for people.
    pub fn place(&self) -> String {
        self.address.to_string()
    }

    /// Whole or not at all, and on the disk when this returns. It is written even if it is there:
    /// that mends what was damaged, and makes it young, so that nobody collects it before the row
    /// that names it is there.
    pub async fn put(
        &self,
        owner: OwnerId,
        object: &Object,
        bytes: impl AsRef<[u8]> + Send + 'static,
    ) -> Result<()> {
        let (key, bytes) = (object.key(owner), Bytes::from_owner(bytes));
        self.check_size(&key, bytes.len() as u64)?;
        let path = key.path(&self.prefix);
        let put = self.store.put(&path, PutPayload::from_bytes(bytes)).await;
        put.map(drop).map_err(|error| self.told(None, &error))
    }

    /// Writes what a row names already, if it is not there in its full size. True if it was not.
    pub async fn restore(
        &self,
        owner: OwnerId,
        object: &Object,
        bytes: impl AsRef<[u8]> + Send + 'static,
    ) -> Result<bool> {
        let found = self.look(&object.key(owner)).await?;
        if found.is_some_and(|found| found.bytes == bytes.as_ref().len() as u64) {
            return Ok(false);
        }
        self.put(owner, object, bytes).await.map(|()| true)
    }

    /// The bytes that were put, or an error that says what is wrong with them.
    pub async fn get(&self, owner: OwnerId, object: &Object) -> Result<Bytes> {
        let key = object.key(owner);
        let told = |error: Error| self.told(Some(&key), &error);
        let found = self.store.get(&key.path(&self.prefix)).await.map_err(told)?;
        self.check_size(&key, found.meta.size)?;
        let bytes = found.bytes().await.map_err(told)?;
        let (object, read) = (object.clone(), bytes.clone());
        // Hashing a large object would hold up everybody else.
        let right = tokio::task::spawn_blocking(move || object.is(&read)).await;
        if right.is_ok_and(|right| right) {
            return Ok(bytes);
        }
        Err(ObjectsError::Damaged { place: self.place(), key })
    }

    /// None if it is not there.
    pub async fn look(&self, key: &Key) -> Result<Option<Listed>> {
        match self.store.head(&key.path(&self.prefix)).await {
            Ok(meta) => Ok(self.listed(&meta)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.told(Some(key), &error)),
        }
    }

    /// What there is, of one owner or of all, in no order. What is not ours is passed over.
    pub fn list(&self, owner: Option<OwnerId>) -> BoxStream<'_, Result<Listed>> {
        let owner = owner.map(|owner| owner.to_string());
        let prefix: Path = self.prefix.parts().chain(owner.as_deref().map(Into::into)).collect();
        let listed = self.store.list(Some(&prefix)).map_err(|error| self.told(None, &error));
        listed.try_filter_map(async |meta| Ok(self.listed(&meta))).boxed()
    }

    /// It need not be there.
    pub async fn delete(&self, key: &Key) -> Result<()> {
        match self.store.delete(&key.path(&self.prefix)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.told(Some(key), &error)),
        }
    }

    /// Everything of an owner who is nobody any more, and the folder that was theirs.
    pub async fn forget(&self, owner: OwnerId) -> Result<()> {
        let listed: Vec<Listed> = self.list(Some(owner)).try_collect().await?;
        for Listed { key, .. } in &listed {
            self.delete(key).await?;
        }
        let Address::Folder(path) = &*self.address else { return Ok(()) };
        let path = path.join(owner.to_string());
        self.in_folder(move || folder::forget(&path)).await
    }

    /// The time where the objects are kept, as they are dated by it. Writes a small file.
    pub async fn clock(&self) -> Result<Timestamp> {
        let path: Path = self.prefix.parts().chain([CLOCK.into()]).collect();
        let told = |error: Error| self.told(None, &error);
        self.store.put(&path, PutPayload::from_static(b"gloss\n")).await.map_err(told)?;
        let meta = self.store.head(&path).await.map_err(told)?;
        Ok(Timestamp(meta.last_modified.timestamp_millis()))
    }

    /// Deletes what writers that died have left behind, older than `before`: files and bytes.
    /// A bucket has none of it.
    pub async fn clear(&self, before: Timestamp) -> Result<(u64, u64)> {
        let Address::Folder(path) = &*self.address else { return Ok((0, 0)) };
        let path = path.clone();
        self.in_folder(move || folder::clear(&path, before)).await
    }

    async fn in_folder<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
    ) -> Result<T> {
        let done = tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string());
        let done = done.and_then(|done| done.map_err(|error| error.to_string()));
        done.map_err(|reason| ObjectsError::Failed { place: self.place(), reason })
    }

    fn listed(&self, meta: &ObjectMeta) -> Option<Listed> {
        Some(Listed {
            key: Key::read(&meta.location, &self.prefix)?,
            bytes: meta.size,
            modified: Timestamp(meta.last_modified.timestamp_millis()),
        })
    }

    fn check_size(&self, key: &Key, bytes: u64) -> Result<()> {
        if bytes <= OBJECT_BYTES_MAX {
            return Ok(());
        }
        let (place, key) = (self.place(), key.clone());
        Err(ObjectsError::TooLarge { place, key, bytes, bytes_max: OBJECT_BYTES_MAX })
    }

    fn told(&self, key: Option<&Key>, error: &Error) -> ObjectsError {
        ObjectsError::from_store(&self.place(), key, error)
    }
}

fn s3(bucket: &Bucket, connector: Connector) -> object_store::Result<impl ObjectStore> {
    let retry =
        RetryConfig { backoff: BACKOFF, max_retries: RETRIES_MAX, retry_timeout: RETRY_WITHIN };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_access_key_id(&bucket.key_id)
        .with_secret_access_key(bucket.secret.expose())
        // Not every service that speaks S3 knows the request for many at once.
        .with_disable_bulk_delete(true)
        .with_retry(retry)
        .with_http_connector(connector);
    if let Some(token) = &bucket.token {
        builder = builder.with_token(token.expose());
    }
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    builder.build()
}

#[cfg(test)]
mod tests;
