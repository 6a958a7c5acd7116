//! Schemas: immutable, unique by name and by content.

use gloss_core_model::{OwnerId, SchemaId, SchemaRef, SchemaUid};

use super::super::{Db, DbRow};
use super::row::Columns;
use crate::{PAGE_ROWS_MAX, SchemaPut, SchemaRow, StoreError};

/// Only somebody who saves and deletes the same schema all the time needs more.
const PUT_TRIES_MAX: u32 = 5;
/// Versions tried for a free suggestion; the next one is suggested unseen after that.
const SUGGESTIONS_MAX: u32 = 100;

statements! {
    BY_ID = "SELECT * FROM schema WHERE owner_id = $1 AND schema_id = $2";
    BY_REF = "SELECT * FROM schema WHERE owner_id = $1 AND schema_ref = $2";
    BY_UID = "SELECT * FROM schema WHERE owner_id = $1 AND schema_uid = $2";
    LIST = "SELECT * FROM schema WHERE owner_id = $1 AND schema_ref > $2 \
            ORDER BY schema_ref LIMIT $3";
    INSERT = "INSERT INTO schema (owner_id, schema_id, schema_ref, schema_uid, artifact, \
              created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
}

impl Db {
    pub(crate) async fn schema_put(
        &self,
        owner: OwnerId,
        row: SchemaRow,
    ) -> Result<SchemaPut, StoreError> {
        // What stood in the way may be deleted before it is looked at.
        for _ in 0..PUT_TRIES_MAX {
            if let Some(put) = self.schema_offer(owner, &row).await? {
                return Ok(put);
            }
        }
        Err(StoreError::Locked)
    }

    /// None where what stood in the way has gone.
    async fn schema_offer(
        &self,
        owner: OwnerId,
        row: &SchemaRow,
    ) -> Result<Option<SchemaPut>, StoreError> {
        let query = self
            .query(INSERT)
            .bind(owner.0)
            .bind(row.schema_id.0)
            .bind(row.schema_ref.as_str())
            .bind(row.schema_uid.as_str())
            .bind(&row.artifact)
            .bind(row.created_at.0);
        if self.execute(query).await? == 1 {
            return Ok(Some(SchemaPut::Created(row.clone())));
        }
        if let Some(existing) = self.schema_by_ref(owner, row.schema_ref.clone()).await? {
            if existing.schema_uid == row.schema_uid {
                return Ok(Some(SchemaPut::Existing(existing)));
            }
            let suggested = self.free_ref(owner, &row.schema_ref).await?;
            return Ok(Some(SchemaPut::RefTaken { existing, suggested }));
        }
        let existing = self.schema_by_uid(owner, row.schema_uid.clone()).await?;
        Ok(existing.map(|existing| SchemaPut::ContentTaken { existing }))
    }

    async fn free_ref(&self, owner: OwnerId, taken: &SchemaRef) -> Result<SchemaRef, StoreError> {
        for n in 2..SUGGESTIONS_MAX {
            let candidate = taken.with_version(n);
            if self.schema_by_ref(owner, candidate.clone()).await?.is_none() {
                return Ok(candidate);
            }
        }
        Ok(taken.with_version(SUGGESTIONS_MAX))
    }

    pub(crate) async fn schema_get(
        &self,
        owner: OwnerId,
        id: SchemaId,
    ) -> Result<Option<SchemaRow>, StoreError> {
        let row = self
            .query(BY_ID)
            .bind(owner.0)
            .bind(id.0)
            .fetch_optional(&mut *self.reading().await?)
            .await?;
        row.as_ref().map(schema).transpose()
    }

    pub(crate) async fn schema_by_ref(
        &self,
        owner: OwnerId,
        schema_ref: SchemaRef,
    ) -> Result<Option<SchemaRow>, StoreError> {
        let row = self
            .query(BY_REF)
            .bind(owner.0)
            .bind(schema_ref.as_str())
            .fetch_optional(&mut *self.reading().await?)
            .await?;
        row.as_ref().map(schema).transpose()
    }

    pub(crate) async fn schema_by_uid(
        &self,
        owner: OwnerId,
        uid: SchemaUid,
    ) -> Result<Option<SchemaRow>, StoreError> {
        let row = self
            .query(BY_UID)
            .bind(owner.0)
            .bind(uid.as_str())
            .fetch_optional(&mut *self.reading().await?)
            .await?;
        row.as_ref().map(schema).transpose()
    }

    pub(crate) async fn schema_list(
        &self,
        owner: OwnerId,
        after: Option<SchemaRef>,
        limit: u32,
    ) -> Result<Vec<SchemaRow>, StoreError> {
        let rows = self
            .query(LIST)
            .bind(owner.0)
            .bind(after.as_ref().map_or("", SchemaRef::as_str))
            .bind(i64::from(limit.min(PAGE_ROWS_MAX)))
            .fetch_all(&mut *self.reading().await?)
            .await?;
        rows.iter().map(schema).collect()
    }
}

fn schema(row: &DbRow) -> Result<SchemaRow, StoreError> {
    let columns = Columns { table: "schema", row };
    Ok(SchemaRow {
        schema_id: SchemaId(columns.uuid("schema_id")?),
        schema_ref: columns.parse("schema_ref")?,
        schema_uid: columns.parse("schema_uid")?,
        artifact: columns.text("artifact")?,
        created_at: columns.time("created_at")?,
    })
}
