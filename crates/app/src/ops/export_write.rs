//! Confirmed data out, one record per block, streamed: memory does not grow with the document.

use std::io::Write;

use gloss_core_model::{Block, OverlayStatus};
use gloss_export::{
    Columns, ConvStatus, DocumentFacts, ExportError, Facts, Format, Options, Provenance, Row,
    SchemaFacts, SourceFacts, Writer,
};
use gloss_store::{DocumentRow, OverlayRow, PAGE_ROWS_MAX, RunRow};

use super::lookup::ingested;
use crate::error::{Error, ErrorKind, Result};
use crate::views::RunView;
use crate::{App, Ctx};

#[derive(Debug, Clone)]
pub struct ExportRequest {
    pub run_id: String,
    pub format: Format,
    /// Staged data too, marked as drafts.
    pub include_staged: bool,
    pub with_provenance: bool,
}

/// A record for every block, and how many have data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    pub records: u32,
    pub answered: u32,
}

impl App {
    /// Writes every block of a run in order; answers with the output and the number of records.
    pub async fn export_write<W: Write + Send>(
        &self,
        ctx: &Ctx,
        request: &ExportRequest,
        out: W,
    ) -> Result<(W, Exported)> {
        let run = self.find_run(ctx, &request.run_id).await?;
        let document = self.find_document(ctx, &run.document_id.to_string()).await?;
        let facts = self.facts(ctx, &run, &document).await?;
        let options =
            Options { drafts: request.include_staged, provenance: request.with_provenance };
        let model = RunView::from(&run).model;
        let mut writer = Writer::new(request.format, out, &facts, options).map_err(unwritten)?;
        let mut from = 0;
        let mut answered = 0;
        loop {
            let page =
                self.store.overlay_page(ctx.owner, run.run_id, None, from, PAGE_ROWS_MAX).await?;
            let Some(last) = page.last() else { break };
            from = last.index + 1;
            for overlay in &page {
                let row = row(overlay, &run, model.as_deref(), request)?;
                answered += u32::from(row.data.is_some());
                writer.write(&row).map_err(unwritten)?;
            }
        }
        if from < run.rollup.total {
            let message = format!("run {} was deleted while it was exported", run.run_id);
            return Err(Error::conflict("run_deleted", message).hint("what is written is a part"));
        }
        Ok((writer.finish().map_err(unwritten)?, Exported { records: from, answered }))
    }

    async fn facts(&self, ctx: &Ctx, run: &RunRow, document: &DocumentRow) -> Result<Facts> {
        let (schema_row, schema) = self.schema_of(ctx, run).await?;
        Ok(Facts {
            document: DocumentFacts {
                source: SourceFacts {
                    source_uid: document.source_uid.clone(),
                    source_type: document.source_type,
                    source_filesize: document.source_bytes,
                    source_total_characters: document.source_characters,
                    source_upload_timestamp: document.created_at,
                },
                conversion: ingested(document)?.clone(),
                conv_status: ConvStatus::Success,
            },
            schema: Some(SchemaFacts {
                schema_ref: schema_row.schema_ref,
                schema_uid: schema_row.schema_uid,
            }),
            columns: Columns::of(&schema),
        })
    }
}

fn row(
    overlay: &OverlayRow,
    run: &RunRow,
    model: Option<&str>,
    request: &ExportRequest,
) -> Result<Row> {
    let (text, draft) = match overlay.status {
        OverlayStatus::Confirmed => (overlay.confirmed.as_deref(), false),
        OverlayStatus::AiComplete if request.include_staged => (overlay.staging.as_deref(), true),
        _ => (None, false),
    };
    let data = text.map(serde_json::from_str).transpose().map_err(Error::internal)?;
    let provenance = request.with_provenance.then(|| Provenance {
        run_id: run.run_id,
        model: model.map(str::to_owned),
        call_id: overlay.call_id,
        attempts: overlay.attempts,
        confirmed_by: overlay.confirmed_by.clone(),
        confirmed_at: overlay.confirmed_at,
    });
    let block = Block {
        index: overlay.index,
        block_type: overlay.block_type,
        locator: overlay.locator.clone(),
        content: overlay.content.clone(),
    };
    Ok(Row { block, data, draft, provenance })
}

fn unwritten(error: ExportError) -> Error {
    let message = error.to_string();
    let mut failed = Error::new(ErrorKind::Unavailable, "export_not_written", message);
    failed.source = Some(Box::new(error));
    failed
}
