//! Documents, conversions and blocks.

use std::collections::BTreeMap;

use gloss_core_model::{
    Block, BlockType, ConvUid, ConversionFacts, DocumentId, DocumentStatus, Locator, Note, OwnerId,
    ProjectId, SourceUid,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::{Db, DbRow, Tx, bind_rows};
use super::batch;
use super::row::{Columns, int};
use super::{library, projects};
use crate::{DocumentRow, NewDocument, PAGE_ROWS_MAX, Put, StoreError, Unread};

/// Blocks per insert: bounds one statement's size.
const BLOCKS_PER_INSERT: usize = 500;

macro_rules! select_document {
    ($rest:literal) => {
        concat!(
            "SELECT d.*, (SELECT p.name FROM project p WHERE p.owner_id = d.owner_id \
             AND p.project_id = d.project_id) AS project_name, c.tool, c.representation, \
             c.converter, c.total_blocks, c.total_characters, c.block_type_freq \
             FROM document d LEFT JOIN conversion c \
             ON c.owner_id = d.owner_id AND c.conv_uid = d.conv_uid ",
            $rest
        )
    };
}

statements! {
    BY_SOURCE = select_document!("WHERE d.owner_id = $1 AND d.source_uid = $2");
    BY_ID = select_document!("WHERE d.owner_id = $1 AND d.document_id = $2");
    LIST = select_document!(
        "WHERE d.owner_id = $1 AND (CAST($2 AS TEXT) IS NULL OR d.document_id < $3) \
         ORDER BY d.document_id DESC LIMIT $4"
    );
    LIST_OF_PROJECT = select_document!(
        "WHERE d.owner_id = $1 AND d.project_id = $2 AND d.document_id < $3 \
         ORDER BY d.document_id DESC LIMIT $4"
    );
    /// Two uploads of the same bytes at once: the second one reads the first one's row.
    INSERT = "INSERT INTO document (owner_id, document_id, source_uid, source_type, source_bytes, \
              source_characters, title, status, error, conv_uid, created_at, updated_at, \
              project_id, notes, error_code) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14) \
              ON CONFLICT (owner_id, source_uid) DO NOTHING";
    /// Failed bytes may be offered again: the row keeps its id, and its project unless another is
    /// named.
    REPLACE_FAILED = "UPDATE document SET title = $3, status = $4, error = $5, conv_uid = $6, \
                      source_characters = $7, updated_at = $8, \
                      project_id = COALESCE($9, project_id), notes = $10, error_code = $11 \
                      WHERE owner_id = $1 AND source_uid = $2 \
                      AND status IN ('conversion_failed', 'ingest_failed')";
    CONVERSION_INSERT = "INSERT INTO conversion (owner_id, conv_uid, tool, representation, \
                         converter, total_blocks, total_characters, block_type_freq, created_at) \
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                         ON CONFLICT (owner_id, conv_uid) DO NOTHING";
    BLOCKS_INSERT = concat!(
        "INSERT INTO block (owner_id, conv_uid, block_index, block_type, locator, content) \
         SELECT $1, $2, r.block_index, r.block_type, r.locator, r.content FROM ",
        rows!("$3" block_index BIGINT, "$4" block_type TEXT, "$5" locator TEXT, "$6" content TEXT)
    );
    BLOCK_PAGE = "SELECT block_index, block_type, locator, content FROM block \
                  WHERE owner_id = $1 AND conv_uid = $2 AND block_index >= $3 \
                  ORDER BY block_index LIMIT $4";
}

impl Db {
    pub(crate) async fn document_put(
        &self,
        new: NewDocument,
    ) -> Result<Put<DocumentRow>, StoreError> {
        self.document_put_noted(new, Vec::new()).await
    }

    pub(crate) async fn document_put_noted(
        &self,
        new: NewDocument,
        notes: Vec<Note>,
    ) -> Result<Put<DocumentRow>, StoreError> {
        let mut tx = self.begin().await?;
        library::share(&mut tx, new.owner).await?;
        let Some(project) = projects::of_new(&mut tx, &new).await? else {
            tx.rollback().await?;
            return Err(StoreError::ProjectNotFound);
        };
        let (inserted, changed) = row_put(&mut tx, &new, &notes, project).await?;
        let row = tx
            .query(BY_SOURCE)
            .bind(new.owner.0)
            .bind(new.source_uid.as_str())
            .fetch_one(&mut *tx)
            .await?;
        let row = document(&row)?;
        if changed == 0 {
            // A conversion of the same bytes that differs from theirs would be nobody's.
            tx.rollback().await?;
            return Ok(Put::Existing(row));
        }
        tx.commit().await?;
        Ok(if inserted == 0 { Put::Replaced(row) } else { Put::Created(row) })
    }

    pub(crate) async fn document_get(
        &self,
        owner: OwnerId,
        id: DocumentId,
    ) -> Result<Option<DocumentRow>, StoreError> {
        let row = self
            .query(BY_ID)
            .bind(owner.0)
            .bind(id.0)
            .fetch_optional(&mut *self.reading().await?)
            .await?;
        row.as_ref().map(document).transpose()
    }

    pub(crate) async fn document_by_source(
        &self,
        owner: OwnerId,
        source_uid: SourceUid,
    ) -> Result<Option<DocumentRow>, StoreError> {
        let row = self
            .query(BY_SOURCE)
            .bind(owner.0)
            .bind(source_uid.as_str())
            .fetch_optional(&mut *self.reading().await?)
            .await?;
        row.as_ref().map(document).transpose()
    }

    pub(crate) async fn document_list(
        &self,
        owner: OwnerId,
        project: Option<ProjectId>,
        before: Option<DocumentId>,
        limit: u32,
    ) -> Result<Vec<DocumentRow>, StoreError> {
        let query = match project {
            Some(id) => {
                let before = before.map_or(Uuid::max(), |id| id.0);
                self.query(LIST_OF_PROJECT).bind(owner.0).bind(id.0).bind(before)
            }
            None => self
                .query(LIST)
                .bind(owner.0)
                .bind(before.map(|id| id.to_string()))
                .bind(before.map_or(owner.0, |id| id.0)),
        };
        let query = query.bind(i64::from(limit.min(PAGE_ROWS_MAX)));
        let rows = query.fetch_all(&mut *self.reading().await?).await?;
        rows.iter().map(document).collect()
    }

    pub(crate) async fn block_page(
        &self,
        owner: OwnerId,
        conv_uid: ConvUid,
        from: u32,
        limit: u32,
    ) -> Result<Vec<Block>, StoreError> {
        let rows = self
            .query(BLOCK_PAGE)
            .bind(owner.0)
            .bind(conv_uid.as_str())
            .bind(i64::from(from))
            .bind(i64::from(limit.min(PAGE_ROWS_MAX)))
            .fetch_all(&mut *self.reading().await?)
            .await?;
        rows.iter().map(|row| block(&Columns { table: "block", row })).collect()
    }
}

pub(super) async fn by_id(
    tx: &mut Tx,
    owner: OwnerId,
    id: DocumentId,
) -> Result<Option<DocumentRow>, StoreError> {
    let row = tx.query(BY_ID).bind(owner.0).bind(id.0).fetch_optional(&mut **tx).await?;
    row.as_ref().map(document).transpose()
}

/// Writes the document's own row, over one that had failed too: how many are new, and how many
/// new or changed.
async fn row_put(
    tx: &mut Tx,
    new: &NewDocument,
    notes: &[Note],
    project: ProjectId,
) -> Result<(u64, u64), StoreError> {
    let (status, error, code, conv_uid) = match &new.outcome {
        Ok((facts, blocks)) => {
            conversion_put(tx, new, facts, blocks).await?;
            (DocumentStatus::Ingested, None, None, Some(facts.conv_uid.as_str()))
        }
        Err(Unread { status, code, reason }) => {
            (*status, Some(reason.replace('\0', "")), Some(code.as_str()), None)
        }
    };
    let title = new.title.replace('\0', "");
    let notes = notes_json(notes).to_string();
    let inserted = tx
        .query(INSERT)
        .bind(new.owner.0)
        .bind(new.document_id.0)
        .bind(new.source_uid.as_str())
        .bind(new.source_type.as_str())
        .bind(int(new.source_bytes))
        .bind(new.source_characters.map(int))
        .bind(title.as_str())
        .bind(status.as_str())
        .bind(error.as_deref())
        .bind(conv_uid)
        .bind(new.now.0)
        .bind(project.0)
        .bind(notes.as_str())
        .bind(code)
        .execute(&mut **tx)
        .await?
        .rows_affected();
    if inserted > 0 {
        return Ok((inserted, inserted));
    }
    let replaced = tx
        .query(REPLACE_FAILED)
        .bind(new.owner.0)
        .bind(new.source_uid.as_str())
        .bind(title.as_str())
        .bind(status.as_str())
        .bind(error.as_deref())
        .bind(conv_uid)
        .bind(new.source_characters.map(int))
        .bind(new.now.0)
        .bind(new.project_id.map(|id| id.0))
        .bind(notes.as_str())
        .bind(code)
        .execute(&mut **tx)
        .await?;
    Ok((0, replaced.rows_affected()))
}

/// A representation that is byte-identical to an earlier one shares that one's blocks.
async fn conversion_put(
    tx: &mut Tx,
    new: &NewDocument,
    facts: &ConversionFacts,
    blocks: &[Block],
) -> Result<(), StoreError> {
    let freq: BTreeMap<&str, u32> =
        facts.block_type_freq.iter().map(|(kind, n)| (kind.as_str(), *n)).collect();
    let inserted = tx
        .query(CONVERSION_INSERT)
        .bind(new.owner.0)
        .bind(facts.conv_uid.as_str())
        .bind(facts.tool.as_str())
        .bind(facts.representation.as_str())
        .bind(&facts.converter)
        .bind(i64::from(facts.total_blocks))
        .bind(int(facts.total_characters))
        .bind(json!(freq).to_string())
        .bind(new.now.0)
        .execute(&mut **tx)
        .await?
        .rows_affected();
    if inserted == 0 {
        return Ok(());
    }
    for part in blocks.chunks(BLOCKS_PER_INSERT) {
        let columns = vec![
            ("block_index", batch::numbers(part, |b| b.index.into())),
            ("block_type", batch::texts(part, |b| b.block_type.as_str())),
            ("locator", batch::owned_texts(part, |b| locator_json(&b.locator).to_string())),
            ("content", batch::texts(part, |b| &b.content)),
        ];
        let insert = tx.query(BLOCKS_INSERT).bind(new.owner.0).bind(facts.conv_uid.as_str());
        bind_rows(insert, columns).execute(&mut **tx).await?;
    }
    Ok(())
}

fn document(row: &DbRow) -> Result<DocumentRow, StoreError> {
    let columns = Columns { table: "document", row };
    Ok(DocumentRow {
        document_id: DocumentId(columns.uuid("document_id")?),
        project_id: ProjectId(columns.uuid("project_id")?),
        project_name: columns.parse("project_name")?,
        source_uid: columns.parse("source_uid")?,
        source_type: columns.parse("source_type")?,
        source_bytes: columns.u64("source_bytes")?,
        source_characters: columns.opt_int("source_characters")?.and_then(|n| n.try_into().ok()),
        title: columns.text("title")?,
        status: columns.parse("status")?,
        error: columns.opt_text("error")?,
        error_code: columns.opt_parse("error_code")?,
        conversion: conversion(&columns)?,
        notes: notes(&columns)?,
        created_at: columns.time("created_at")?,
    })
}

fn notes_json(notes: &[Note]) -> Value {
    let note = |note: &Note| json!({ "code": note.code.as_str(), "message": note.message });
    notes.iter().map(note).collect()
}

fn notes(columns: &Columns<'_>) -> Result<Vec<Note>, StoreError> {
    let stored = columns.json("notes")?;
    let note = |note: &Value| {
        let text = |key: &str| note.get(key).and_then(Value::as_str).unwrap_or_default();
        let code = text("code").parse().map_err(|error| columns.bad("notes", &error))?;
        Ok(Note { code, message: text("message").to_owned() })
    };
    stored.as_array().into_iter().flatten().map(note).collect()
}

fn conversion(columns: &Columns<'_>) -> Result<Option<ConversionFacts>, StoreError> {
    let Some(conv_uid) = columns.opt_parse("conv_uid")? else { return Ok(None) };
    let mut block_type_freq = BTreeMap::new();
    for (name, count) in columns.json("block_type_freq")?.as_object().into_iter().flatten() {
        let kind: BlockType =
            name.parse().map_err(|error| columns.bad("block_type_freq", &error))?;
        block_type_freq.insert(kind, count.as_u64().and_then(|n| n.try_into().ok()).unwrap_or(0));
    }
    Ok(Some(ConversionFacts {
        conv_uid,
        tool: columns.parse("tool")?,
        representation: columns.parse("representation")?,
        converter: columns.text("converter")?,
        total_blocks: columns.u32("total_blocks")?,
        total_characters: columns.u64("total_characters")?,
        block_type_freq,
    }))
}

fn block(columns: &Columns<'_>) -> Result<Block, StoreError> {
    Ok(Block {
        index: columns.u32("block_index")?,
        block_type: columns.parse("block_type")?,
        locator: locator(columns)?,
        content: columns.text("content")?,
    })
}

fn locator_json(locator: &Locator) -> Value {
    match locator {
        Locator::TextOffsetRange { start_offset, end_offset } => {
            json!({ "start_offset": start_offset, "end_offset": end_offset })
        }
        Locator::DoclingJsonPointer { pointer, page_no } => {
            json!({ "pointer": pointer, "page_no": page_no })
        }
    }
}

pub(super) fn locator(columns: &Columns<'_>) -> Result<Locator, StoreError> {
    let stored = columns.json("locator")?;
    let offset = |key: &str| stored.get(key).and_then(Value::as_u64);
    let pointer = stored.get("pointer").and_then(Value::as_str);
    match (offset("start_offset"), offset("end_offset"), pointer) {
        (Some(start_offset), Some(end_offset), None) => {
            Ok(Locator::TextOffsetRange { start_offset, end_offset })
        }
        (None, None, Some(pointer)) => Ok(Locator::DoclingJsonPointer {
            pointer: pointer.to_owned(),
            page_no: offset("page_no").and_then(|n| n.try_into().ok()),
        }),
        _ => Err(columns.bad("locator", &"neither a range nor a pointer")),
    }
}
