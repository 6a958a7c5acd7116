//! Which objects the rows name: page by page over all owners, and whether some are among them.

use gloss_core_model::{ConvUid, OwnerId, SourceUid};
use uuid::Uuid;

use super::super::{Db, DbRow, words};
use super::row::Columns;
use crate::{PAGE_ROWS_MAX, RepresentationRef, SourceRef, StoreError};

statements! {
    SOURCE_REFS = "SELECT owner_id, source_uid, source_type, source_bytes FROM document \
                   WHERE (owner_id, source_uid) > ($1, $2) \
                   ORDER BY owner_id, source_uid LIMIT $3";
    REPRESENTATION_REFS = "SELECT owner_id, conv_uid, tool, representation FROM conversion \
                           WHERE (owner_id, conv_uid) > ($1, $2) \
                           ORDER BY owner_id, conv_uid LIMIT $3";
    SOURCES_NAMED = concat!(
        "SELECT source_uid AS uid FROM document WHERE owner_id = $1 AND ",
        among!("source_uid", "$2", TEXT)
    );
    REPRESENTATIONS_NAMED = concat!(
        "SELECT conv_uid AS uid FROM conversion WHERE owner_id = $1 AND ",
        among!("conv_uid", "$2", TEXT)
    );
}

impl Db {
    pub(crate) async fn source_refs(
        &self,
        after: Option<(OwnerId, SourceUid)>,
        limit: u32,
    ) -> Result<Vec<SourceRef>, StoreError> {
        let rows = self.page(SOURCE_REFS, start(after), limit).await?;
        let refs = rows.iter().map(|row| {
            let columns = Columns { table: "document", row };
            Ok(SourceRef {
                owner: OwnerId(columns.uuid("owner_id")?),
                uid: columns.parse("source_uid")?,
                source_type: columns.parse("source_type")?,
                bytes: columns.u64("source_bytes")?,
            })
        });
        refs.collect()
    }

    pub(crate) async fn representation_refs(
        &self,
        after: Option<(OwnerId, ConvUid)>,
        limit: u32,
    ) -> Result<Vec<RepresentationRef>, StoreError> {
        let rows = self.page(REPRESENTATION_REFS, start(after), limit).await?;
        let refs = rows.iter().map(|row| {
            let columns = Columns { table: "conversion", row };
            Ok(RepresentationRef {
                owner: OwnerId(columns.uuid("owner_id")?),
                uid: columns.parse("conv_uid")?,
                tool: columns.parse("tool")?,
                representation: columns.parse("representation")?,
            })
        });
        refs.collect()
    }

    async fn page(
        &self,
        sql: &'static str,
        (owner, uid): (Uuid, String),
        limit: u32,
    ) -> Result<Vec<DbRow>, StoreError> {
        let query = self.query(sql).bind(owner).bind(uid);
        let query = query.bind(i64::from(limit.min(PAGE_ROWS_MAX)));
        Ok(query.fetch_all(&mut *self.reading().await?).await?)
    }

    pub(crate) async fn sources_named(
        &self,
        owner: OwnerId,
        uids: Vec<String>,
    ) -> Result<Vec<String>, StoreError> {
        self.named(SOURCES_NAMED, owner, uids).await
    }

    pub(crate) async fn representations_named(
        &self,
        owner: OwnerId,
        uids: Vec<String>,
    ) -> Result<Vec<String>, StoreError> {
        self.named(REPRESENTATIONS_NAMED, owner, uids).await
    }

    async fn named(
        &self,
        sql: &'static str,
        owner: OwnerId,
        uids: Vec<String>,
    ) -> Result<Vec<String>, StoreError> {
        let query = self.query(sql).bind(owner.0).bind(words(uids));
        let rows = query.fetch_all(&mut *self.reading().await?).await?;
        rows.iter().map(|row| Columns { table: "named", row }.text("uid")).collect()
    }
}

/// Nothing comes before nobody's object without a name.
fn start<T: ToString>(after: Option<(OwnerId, T)>) -> (Uuid, String) {
    after.map_or_else(Default::default, |(owner, uid)| (owner.0, uid.to_string()))
}
