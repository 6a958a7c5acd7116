//! Overlays as people see and change them.

use gloss_core_model::{CallId, OverlayEvent, OverlayStatus, OwnerId, RunEvent, RunId, RunStatus};

use super::super::{Db, DbRow, NumberList, Tx, numbers};
use super::row::Columns;
use super::tally::{self, Delta};
use super::{documents, runs};
use crate::{OverlayRow, PAGE_ROWS_MAX, Review, ReviewRequest, Reviewed, StoreError};

macro_rules! select_overlay {
    ($rest:literal) => {
        concat!(
            "SELECT o.*, b.block_type, b.locator, b.content FROM overlay o \
             JOIN block b ON b.owner_id = $1 AND b.conv_uid = \
             (SELECT conv_uid FROM run WHERE owner_id = $1 AND run_id = $2) \
             AND b.block_index = o.block_index WHERE o.owner_id = $1 AND o.run_id = $2 ",
            $rest
        )
    };
}

/// Which overlays a review is about: $3 a list of block numbers or null, $4 a revision or null,
/// $5 a status.
macro_rules! chosen {
    () => {
        concat!(
            " WHERE owner_id = $1 AND run_id = $2 AND status = $5 AND (",
            is_null!("$3", BIGINT),
            " OR ",
            among!("block_index", "$3", BIGINT),
            ") ",
            "AND (CAST($4 AS BIGINT) IS NULL OR revision = $4)"
        )
    };
}

statements! {
    ONE = select_overlay!("AND o.block_index = $3");
    PAGE = select_overlay!(
        "AND o.block_index >= $3 AND b.block_index >= $3 \
         AND (CAST($4 AS TEXT) IS NULL OR o.status = $4) \
         ORDER BY o.block_index LIMIT $5"
    );
    /// Written before the change, in its transaction: no change without its history.
    HISTORY = concat!(
        "INSERT INTO overlay_history (owner_id, run_id, block_index, revision, action, actor, \
         value, reason, at) SELECT owner_id, run_id, block_index, revision + 1, $6, $7, \
         COALESCE(CAST($8 AS TEXT), staging), $9, $10 FROM overlay", chosen!()
    );
    CONFIRM = concat!(
        "UPDATE overlay SET status = 'confirmed', confirmed = staging, confirmed_by = $6, \
         confirmed_at = $7, revision = revision + 1", chosen!(), " RETURNING block_index"
    );
    REJECT = concat!(
        "UPDATE overlay SET status = 'pending', staging = NULL, edited_by = NULL, \
         reused_from = NULL, attempts = 0, \
         deferrals = 0, not_before = 0, error_kind = NULL, error_message = NULL, \
         generation = generation + 1, revision = revision + 1", chosen!(), " RETURNING block_index"
    );
    EDIT = concat!(
        "UPDATE overlay SET staging = $6, edited_by = $7, revision = revision + 1",
        chosen!(), " RETURNING block_index"
    );
    REOPEN = concat!(
        "UPDATE overlay SET status = 'ai_complete', confirmed = NULL, confirmed_by = NULL, \
         confirmed_at = NULL, revision = revision + 1", chosen!(), " RETURNING block_index"
    );
}

impl Db {
    pub(crate) async fn overlay_get(
        &self,
        owner: OwnerId,
        run: RunId,
        index: u32,
    ) -> Result<Option<OverlayRow>, StoreError> {
        let row = self
            .query(ONE)
            .bind(owner.0)
            .bind(run.0)
            .bind(i64::from(index))
            .fetch_optional(&mut *self.reading().await?)
            .await?;
        row.as_ref().map(overlay).transpose()
    }

    pub(crate) async fn overlay_page(
        &self,
        owner: OwnerId,
        run: RunId,
        status: Option<OverlayStatus>,
        from: u32,
        limit: u32,
    ) -> Result<Vec<OverlayRow>, StoreError> {
        let rows = self
            .query(PAGE)
            .bind(owner.0)
            .bind(run.0)
            .bind(i64::from(from))
            .bind(status.map(OverlayStatus::as_str))
            .bind(i64::from(limit.min(PAGE_ROWS_MAX)))
            .fetch_all(&mut *self.reading().await?)
            .await?;
        rows.iter().map(overlay).collect()
    }

    pub(crate) async fn review(&self, request: ReviewRequest) -> Result<Reviewed, StoreError> {
        let mut tx = self.begin().await?;
        let Some(status) = runs::lock(&mut tx, request.owner, request.run_id).await? else {
            tx.rollback().await?;
            return Ok(Reviewed::default());
        };
        history(&mut tx, &request).await?;
        let mut changed = change(&mut tx, &request).await?;
        changed.sort_unstable();
        let mut after = status;
        if matches!(request.review, Review::Reject { .. }) {
            after = count_rejected(&mut tx, &request, status, changed.len()).await?;
        }
        tx.commit().await?;
        if matches!(request.review, Review::Reject { .. }) && !changed.is_empty() {
            self.low_water.forget(request.run_id);
            self.announce(request.now).await;
        }
        let asked = request.indexes.unwrap_or_default();
        let unchanged =
            asked.into_iter().filter(|index| changed.binary_search(index).is_err()).collect();
        Ok(Reviewed { changed, unchanged, run_status: Some(after) })
    }
}

/// The state machine names the one status each review starts from.
fn starts_from(review: &Review) -> OverlayStatus {
    let event = event(review);
    let from = OverlayStatus::ALL.iter().find(|status| status.on(event).is_ok());
    *from.unwrap_or(&OverlayStatus::AiComplete)
}

fn event(review: &Review) -> OverlayEvent {
    match review {
        Review::Confirm => OverlayEvent::Confirm,
        Review::Reject { .. } => OverlayEvent::Reject,
        Review::Edit { .. } => OverlayEvent::Edit,
        Review::Reopen => OverlayEvent::Reopen,
    }
}

fn indexes(request: &ReviewRequest) -> Option<NumberList> {
    let list = request.indexes.as_ref()?;
    Some(numbers(list.iter().map(|index| i64::from(*index)).collect()))
}

async fn history(tx: &mut Tx, request: &ReviewRequest) -> Result<(), StoreError> {
    let (value, reason) = match &request.review {
        Review::Edit { value } => (Some(value), None),
        Review::Reject { reason } => (None, reason.as_ref()),
        Review::Confirm | Review::Reopen => (None, None),
    };
    tx.query(HISTORY)
        .bind(request.owner.0)
        .bind(request.run_id.0)
        .bind(indexes(request))
        .bind(request.revision.map(i64::from))
        .bind(starts_from(&request.review).as_str())
        .bind(event(&request.review).as_str())
        .bind(&request.actor)
        .bind(value)
        .bind(reason.map(|text| text.replace('\0', "")))
        .bind(request.now.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn change(tx: &mut Tx, request: &ReviewRequest) -> Result<Vec<u32>, StoreError> {
    let sql = match &request.review {
        Review::Confirm => CONFIRM,
        Review::Reject { .. } => REJECT,
        Review::Edit { .. } => EDIT,
        Review::Reopen => REOPEN,
    };
    let query = tx
        .query(sql)
        .bind(request.owner.0)
        .bind(request.run_id.0)
        .bind(indexes(request))
        .bind(request.revision.map(i64::from))
        .bind(starts_from(&request.review).as_str());
    let query = match &request.review {
        Review::Confirm => query.bind(&request.actor).bind(request.now.0),
        Review::Edit { value } => query.bind(value).bind(&request.actor),
        Review::Reject { .. } | Review::Reopen => query,
    };
    let rows = query.fetch_all(&mut **tx).await?;
    rows.iter().map(|row| Columns { table: "overlay", row }.u32("block_index")).collect()
}

/// A rejected block is work again, so a complete run goes on; a cancelled one stays cancelled.
async fn count_rejected(
    tx: &mut Tx,
    request: &ReviewRequest,
    status: RunStatus,
    rejected: usize,
) -> Result<RunStatus, StoreError> {
    if rejected == 0 {
        return Ok(status);
    }
    let delta = Delta { completed: -super::row::int(rejected), ..Delta::default() };
    tally::add(tx, request.owner, request.run_id, 0, delta).await?;
    let after = status.on(RunEvent::Reopen).unwrap_or(status);
    if after != status {
        runs::set_status(tx, request.owner, request.run_id, after, None).await?;
    }
    Ok(after)
}

fn overlay(row: &DbRow) -> Result<OverlayRow, StoreError> {
    let columns = Columns { table: "overlay", row };
    Ok(OverlayRow {
        index: columns.u32("block_index")?,
        block_type: columns.parse("block_type")?,
        locator: documents::locator(&columns)?,
        content: columns.text("content")?,
        status: columns.parse("status")?,
        attempts: columns.u32("attempts")?,
        deferrals: columns.u32("deferrals")?,
        error_kind: columns.opt_text("error_kind")?,
        error_message: columns.opt_text("error_message")?,
        staging: columns.opt_text("staging")?,
        confirmed: columns.opt_text("confirmed")?,
        revision: columns.u32("revision")?,
        call_id: columns.opt_uuid("call_id")?.map(CallId),
        reused_from: columns.opt_text("reused_from")?,
        edited_by: columns.opt_text("edited_by")?,
        confirmed_by: columns.opt_text("confirmed_by")?,
        confirmed_at: columns.opt_time("confirmed_at")?,
    })
}
