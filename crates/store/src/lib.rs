//! The only crate that knows sqlx: one set of operations over SQLite and PostgreSQL.
//!
//! What both databases share is written once, in `statements/`, and compiled once per driver;
//! what differs sits in `sqlite.rs` and `postgres.rs`. The conformance suite (`tests/it/store`) is
//! the specification.

#![expect(clippy::duplicate_mod, reason = "the statements are compiled once per driver")]

use std::future::Future;
use std::pin::Pin;

use gloss_core_model::{
    Block, ConvUid, DocumentId, Note, OverlayStatus, OwnerId, ProjectId, RunId, RunStatus,
    SchemaId, SchemaRef, SchemaUid, SourceUid, Timestamp,
};

mod error;
mod postgres;
mod sqlite;
mod types;
mod wake;

pub use error::StoreError;
pub use types::*;
pub use wake::Wakes;

/// The closed set of databases. Cloning shares the connections.
#[derive(Debug, Clone)]
pub enum Store {
    Sqlite(sqlite::Db),
    Postgres(postgres::Db),
}

impl Store {
    /// Connects to `sqlite:PATH`, `sqlite::memory:` or `postgres://…`. Migrates nothing.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        match url.split_once(':') {
            Some(("sqlite", _)) => Ok(Self::Sqlite(sqlite::Db::open(url).await?)),
            Some(("postgres" | "postgresql", _)) => {
                Ok(Self::Postgres(postgres::Db::open(url).await?))
            }
            _ => Err(StoreError::InvalidUrl { url: without_password(url) }),
        }
    }

    /// Copies a live SQLite database into a new file.
    pub async fn backup(&self, path: String) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(db) => db.backup(path).await,
            Self::Postgres(_) => Err(StoreError::SqliteOnly { what: "backup", instead: "pg_dump" }),
        }
    }

    /// New work of other processes is heard of with PostgreSQL, where it is not behind a pooler;
    /// with SQLite only that of this process.
    pub fn wakes(&self) -> Wakes {
        match self {
            Self::Sqlite(db) => db.wakes(),
            Self::Postgres(db) => db.wakes(),
        }
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite(db) => db.close().await,
            Self::Postgres(db) => db.close().await,
        }
    }

    /// Every statement by name, for the test that prepares each on its database.
    pub async fn prepare_all(&self) -> Result<u32, (String, StoreError)> {
        match self {
            Self::Sqlite(db) => db.prepare_all().await,
            Self::Postgres(db) => db.prepare_all().await,
        }
    }

    /// Every statement's name and text: what the benchmarks hold beside the raw driver.
    pub fn statements(&self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Sqlite(db) => db.statements(),
            Self::Postgres(db) => db.statements(),
        }
    }
}

/// Scheme, host and database of a URL. A password may stand before the @ or in the query.
fn without_password(url: &str) -> String {
    let bare = url.split('?').next().unwrap_or(url);
    let scheme = bare.split([':', '/']).next().unwrap_or_default();
    match (bare.find("://"), bare.rfind('@')) {
        (Some(_), Some(at)) => format!("{scheme}://…{}", &bare[at..]),
        (Some(_), None) => bare.to_owned(),
        (None, _) => format!("{scheme}:…"),
    }
}

/// Runs a unit of database work to its end even when the caller goes away: what was
/// asked for is done or not, and not left to the moment of a hang-up; and no connection of SQLite's
/// goes back to its pool inside an open transaction.
async fn joined<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::spawn(work).await.map_err(|_| StoreError::TaskStopped)?
}

/// What every operation answers. Boxed here, so that the code behind it is compiled in this crate,
/// once, and not again in each crate that awaits it.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send>>;

macro_rules! operations {
    ($($(#[$meta:meta])* fn $name:ident($($arg:ident: $type:ty),* $(,)?) -> $result:ty;)+) => {
        impl Store {$(
            $(#[$meta])*
            pub fn $name(&self, $($arg: $type),*) -> Answer<$result> {
                match self {
                    Self::Sqlite(db) => {
                        let db = db.clone();
                        Box::pin(joined(async move { db.$name($($arg),*).await }))
                    }
                    Self::Postgres(db) => {
                        let db = db.clone();
                        Box::pin(joined(async move { db.$name($($arg),*).await }))
                    }
                }
            }
        )+}
    };
}

operations! {
    /// Brings the tables up to date. Safe to call from many processes at once.
    fn migrate() -> ();
    fn status() -> DatabaseStatus;
    /// The database's own time, which all who share it can agree on.
    fn clock() -> Timestamp;
    /// Every rule that a query can check; empty is healthy.
    fn check() -> Vec<Violation>;

    /// The first of an owner comes after the default project, which is made on first need.
    fn project_create(new: NewProject) -> ProjectPut;
    fn project_find(owner: OwnerId, key: ProjectKey, now: Timestamp) -> Option<ProjectRow>;
    /// By name, those after `after`.
    fn project_list(
        owner: OwnerId, after: Option<String>, limit: u32, now: Timestamp,
    ) -> Vec<ProjectRow>;
    fn project_update(
        owner: OwnerId, id: ProjectId, change: ProjectChange, now: Timestamp,
    ) -> ProjectPut;
    /// With `cascade`, its documents go with it, and their runs. The default project stays.
    fn project_delete(owner: OwnerId, id: ProjectId, cascade: bool) -> Deletion;

    /// Stores a document, its conversion and blocks in one transaction. The same bytes again
    /// answer with the document that exists, unless that one had failed.
    fn document_put(new: NewDocument) -> Put<DocumentRow>;
    /// The same, with what its reader told beside the blocks. It is kept with the document and not
    /// with the conversion, which another source may share that has other pages missing.
    fn document_put_noted(new: NewDocument, notes: Vec<Note>) -> Put<DocumentRow>;
    fn document_get(owner: OwnerId, id: DocumentId) -> Option<DocumentRow>;
    fn document_by_source(owner: OwnerId, source_uid: SourceUid) -> Option<DocumentRow>;
    /// Newest first, older than `before`.
    fn document_list(
        owner: OwnerId, project: Option<ProjectId>, before: Option<DocumentId>, limit: u32,
    ) -> Vec<DocumentRow>;
    /// None where the document or the project has gone.
    fn document_move(
        owner: OwnerId, id: DocumentId, to: ProjectId, now: Timestamp,
    ) -> Option<DocumentRow>;
    /// With `cascade`, its runs go with it. Its blocks go with the last document that has them.
    fn document_delete(owner: OwnerId, id: DocumentId, cascade: bool) -> Deletion;
    /// All documents of an owner who is nobody any more, and the default project that had them.
    fn owner_forget(owner: OwnerId) -> Deletion;
    /// Blocks with an index of at least `from`, in order.
    fn block_page(owner: OwnerId, conv_uid: ConvUid, from: u32, limit: u32) -> Vec<Block>;

    /// Sources that documents name, of all owners in order, after the one given.
    fn source_refs(after: Option<(OwnerId, SourceUid)>, limit: u32) -> Vec<SourceRef>;
    /// The same of what conversions have written down.
    fn representation_refs(
        after: Option<(OwnerId, ConvUid)>, limit: u32,
    ) -> Vec<RepresentationRef>;
    /// Those of these sources that a document names.
    fn sources_named(owner: OwnerId, uids: Vec<String>) -> Vec<String>;
    /// Those of these representations that a conversion names.
    fn representations_named(owner: OwnerId, uids: Vec<String>) -> Vec<String>;

    fn schema_put(owner: OwnerId, row: SchemaRow) -> SchemaPut;
    fn schema_get(owner: OwnerId, id: SchemaId) -> Option<SchemaRow>;
    fn schema_by_ref(owner: OwnerId, schema_ref: SchemaRef) -> Option<SchemaRow>;
    fn schema_by_uid(owner: OwnerId, uid: SchemaUid) -> Option<SchemaRow>;
    fn schema_list(owner: OwnerId, after: Option<SchemaRef>, limit: u32) -> Vec<SchemaRow>;
    /// Not while a run needs it.
    fn schema_delete(owner: OwnerId, id: SchemaId) -> Deletion;

    /// The run, its snapshot and one overlay per block, in one transaction.
    fn run_create(new: NewRun) -> RunPut;
    /// The run that an idempotency key has made, and the hash of the request that did.
    fn run_by_key(owner: OwnerId, key: String) -> Option<(RunId, String)>;
    fn run_get(owner: OwnerId, id: RunId) -> Option<RunRow>;
    fn run_list(
        owner: OwnerId, status: Option<RunStatus>, before: Option<RunId>, limit: u32,
    ) -> Vec<RunRow>;
    fn run_change(owner: OwnerId, id: RunId, change: RunChange, now: Timestamp) -> RunChanged;
    /// What a run may spend from now on; none lifts the limit. A run that had run out goes on.
    fn run_budget(
        owner: OwnerId,
        id: RunId,
        budget_micro_usd: Option<u64>,
        now: Timestamp,
    ) -> BudgetChanged;
    /// A run that is running stays. With `cascade`, confirmed answers go too. What its calls have
    /// cost stays spent.
    fn run_delete(owner: OwnerId, id: RunId, cascade: bool) -> Deletion;
    /// Says why a running run is not moving.
    fn run_attention(owner: OwnerId, id: RunId, change: AttentionChange, now: Timestamp) -> ();

    /// Running runs with a block that is due: at most 200 of an owner and 2,000 in all, the
    /// oldest first.
    fn runs_with_work(only: Option<RunId>, now: Timestamp) -> Vec<RunWork>;
    /// When the next block will be due or the next lease will end; none when nothing is open.
    fn next_due(only: Option<RunId>, now: Timestamp) -> Option<Timestamp>;
    fn claim(want: ClaimRequest) -> Option<Claim>;
    /// Moves the leases' end. Answers with those that still exist.
    fn lease_renew(leases: Vec<i64>, expires_at: Timestamp) -> Vec<i64>;
    /// Returns the blocks of expired leases to pending; answers how many.
    fn sweep(now: Timestamp) -> u32;
    /// Writes down the calls that may be made, before their bytes leave; a verdict for each.
    fn calls_start(start: CallsStart) -> Vec<Admission>;
    /// Every call with this prefix may read it from the provider's cache, until then.
    fn prefix_warmed(
        owner: OwnerId,
        prefix: CachedPrefix,
        since: Timestamp,
        now: Timestamp,
    ) -> ();
    /// The answers there are to what is asked, by its key.
    fn memo_find(owner: OwnerId, keys: Vec<String>) -> Vec<Known>;
    /// What a run's calls add up to.
    fn run_report(owner: OwnerId, run: RunId) -> RunReport;
    /// Every machine write of some finished calls, in one guarded transaction.
    fn settle(batch: SettleBatch) -> Settled;

    fn overlay_get(owner: OwnerId, run: RunId, index: u32) -> Option<OverlayRow>;
    /// Blocks with an index of at least `from`, in order, with their overlays.
    fn overlay_page(
        owner: OwnerId, run: RunId, status: Option<OverlayStatus>, from: u32, limit: u32,
    ) -> Vec<OverlayRow>;
    fn review(request: ReviewRequest) -> Reviewed;
}
