//! The ledger of model calls: a row before the bytes leave, its cost when they are back.

use std::collections::HashMap;

use gloss_core_model::{Attention, OwnerId, RunId, RunStatus};
use gloss_queue::admission::{Admission, Ask, Load, Purse, Warmth, admit};
use uuid::Uuid;

use super::super::{Db, Tx, bind_rows, numbers};
use super::batch;
use super::row::{Columns, int};
use super::tally::{self, Delta};
use super::{prefixes, runs};
use crate::{AttentionChange, CallEnd, CallStart, CallsStart, StoreError};

const DAY_MS: i64 = 86_400_000;

statements! {
    OWNER_LOCK = owner_lock!();
    /// A lease outlives its blocks where they were taken back and its calls are still out.
    LEASES_HELD = concat!(
        "SELECT lease_id FROM lease WHERE owner_id = $1 AND run_id = $2 AND ",
        among!("lease_id", "$3", BIGINT), " AND expires_at >= $4 AND (SELECT 1 \
         FROM overlay o WHERE o.lease_id = lease.lease_id AND o.status = 'claimed' LIMIT 1) \
         IS NOT NULL"
    );
    /// A call whose lease has run out may have died with its worker, and holds no slot.
    LOAD = "SELECT count(*) AS owner_calls, count(CASE WHEN c.run_id = $2 THEN 1 END) AS run_calls \
            FROM llm_call c JOIN lease l ON l.lease_id = c.lease_id \
            WHERE c.owner_id = $1 AND c.outcome = 'started' AND l.expires_at >= $3";
    OWNER_SPENT = "SELECT CAST(COALESCE(sum(cost_micro_usd), 0) + \
                   (SELECT COALESCE(sum(cost_micro_usd), 0) FROM spent_on_deleted \
                   WHERE owner_id = $1) AS BIGINT) AS spent, CAST(COALESCE(sum(reserved_micro_usd), 0) AS BIGINT) AS reserved \
                   FROM run_tally WHERE owner_id = $1";
    OWNER_SPENT_ON = "SELECT CAST(COALESCE(sum(cost_micro_usd), 0) + \
                         (SELECT COALESCE(sum(cost_micro_usd), 0) FROM spent_on_deleted \
                         WHERE owner_id = $1 AND day = $2) AS BIGINT) AS spent, \
                         CAST(COALESCE(sum(CASE WHEN outcome = 'started' \
                         THEN reserved_micro_usd END), 0) AS BIGINT) AS reserved \
                         FROM llm_call WHERE started_at / 86400000 = $2 AND owner_id = $1";
    START = concat!(
        "INSERT INTO llm_call (owner_id, run_id, call_id, lease_id, provider, model, key_id, \
         purpose, estimated_input_tokens, estimated_output_tokens, blocks, depth, started_at, \
         reserved_micro_usd, outcome) SELECT $1, $2, r.call, r.fence, r.provider, r.model, r.k, \
         r.purpose, r.est_input, r.est_output, r.blocks, r.depth, r.started_at, r.reserve, \
         'started' FROM ",
        rows!("$3" call UUID, "$4" fence BIGINT, "$5" provider TEXT, "$6" model TEXT,
              "$7" k TEXT, "$8" purpose TEXT, "$9" est_input BIGINT, "$10" est_output BIGINT,
              "$11" blocks BIGINT, "$12" depth BIGINT, "$13" started_at BIGINT,
              "$14" reserve BIGINT)
    );
    RUN_STARTED = "UPDATE run SET started_at = $3 \
                   WHERE owner_id = $1 AND run_id = $2 AND started_at IS NULL";
    /// $3 is `started`, or `lost` for a call that was given up too early.
    END = concat!(
        "WITH r AS MATERIALIZED (SELECT r.*, ", uuid!("$1"), " AS of_owner, ", uuid!("$2"),
        " AS of_run FROM ",
        rows!("$4" call UUID, "$5" latency BIGINT, "$6" ended TEXT, "$7" problem TEXT,
              "$8" n_strays BIGINT, "$9" input BIGINT, "$10" output BIGINT, "$11" written BIGINT,
              "$12" cached BIGINT, "$13" cost BIGINT, "$14" request TEXT),
        ") UPDATE llm_call SET latency_ms = r.latency, outcome = r.ended, issue = r.problem, \
         strays = r.n_strays, input_tokens = r.input, output_tokens = r.output, \
         cache_write_tokens = r.written, cache_read_tokens = r.cached, \
         cost_micro_usd = r.cost, provider_request_id = r.request",
        each_of_batch!(
            "llm_call",
            "owner_id = r.of_owner AND run_id = r.of_run AND call_id = r.call"
        ),
        " AND outcome = $3 RETURNING call_id, reserved_micro_usd"
    );
    LOSE = concat!(
        "UPDATE llm_call SET outcome = 'lost', cost_micro_usd = reserved_micro_usd \
         WHERE owner_id = $1 AND run_id = $2 AND outcome = 'started' AND ",
        among!("lease_id", "$3", BIGINT), " RETURNING reserved_micro_usd"
    );
}

impl Db {
    /// Asks, decides and writes under the locks of the owner and the run, so that no two workers
    /// can spend the same money or take the same slot.
    pub(crate) async fn calls_start(
        &self,
        start: CallsStart,
    ) -> Result<Vec<Admission>, StoreError> {
        let (owner, run) = (start.owner, start.run_id);
        let mut tx = self.begin().await?;
        tx.query(OWNER_LOCK).bind(owner.0).execute(&mut *tx).await?;
        if runs::lock(&mut tx, owner, run).await? != Some(RunStatus::Running) {
            tx.rollback().await?;
            return Ok(vec![Admission::RunOver; start.calls.len()]);
        }
        let load = load(&mut tx, &start).await?;
        let held = leases_held(&mut tx, &start).await?;
        let asks: Vec<Ask> = start
            .calls
            .iter()
            .map(|call| Ask {
                lease_held: held.contains(&call.lease_id),
                reserve_micro_usd: call.reserve_micro_usd,
            })
            .collect();
        let verdicts = admit(load, start.limits, &asks);
        let admitted: Vec<&CallStart> = start
            .calls
            .iter()
            .zip(&verdicts)
            .filter(|(_, verdict)| verdict.may_start())
            .map(|(call, _)| call)
            .collect();
        if verdicts.contains(&Admission::OverBudget) {
            // With the verdict, so that no late word of it undoes a budget that was raised since.
            let raise = AttentionChange::Raise(Attention::BudgetExhausted);
            runs::change_attention(&mut tx, owner, run, raise, start.now).await?;
        }
        if admitted.is_empty() {
            tx.commit().await?;
            return Ok(verdicts);
        }
        write_starts(&mut tx, owner, run, &admitted).await?;
        if let (Some(prefix), true) = (&start.prefix, verdicts.contains(&Admission::Lead)) {
            prefixes::lead(&mut tx, owner, prefix, run, admitted[0].call_id).await?;
        }
        let first = admitted.iter().map(|call| call.started_at.0).min();
        tx.query(RUN_STARTED).bind(owner.0).bind(run.0).bind(first).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(verdicts)
    }
}

async fn load(tx: &mut Tx, start: &CallsStart) -> Result<Load, StoreError> {
    let sums = tally::read(tx, start.owner, start.run_id).await?;
    let row = tx
        .query(LOAD)
        .bind(start.owner.0)
        .bind(start.run_id.0)
        .bind(start.now.0)
        .fetch_one(&mut **tx)
        .await?;
    let prefix = match &start.prefix {
        Some(prefix) => prefixes::warmth(tx, start.owner, prefix, start.now).await?,
        None => Warmth::Open,
    };
    let columns = Columns { table: "llm_call", row: &row };
    let run = Purse {
        spent_micro_usd: sums.spent_micro_usd,
        reserved_micro_usd: sums.reserved_micro_usd,
        budget_micro_usd: sums.budget_micro_usd,
    };
    let budgets = start.owner_budgets;
    let total = owner_purse(tx, start.owner, budgets.total_micro_usd, None).await?;
    let today = start.now.0.div_euclid(DAY_MS);
    let day = owner_purse(tx, start.owner, budgets.day_micro_usd, Some(today)).await?;
    Ok(Load {
        run_calls: columns.u32("run_calls")?,
        owner_calls: columns.u32("owner_calls")?,
        purses: [run, total, day],
        prefix,
    })
}

/// Added up only where there is a limit to keep.
async fn owner_purse(
    tx: &mut Tx,
    owner: OwnerId,
    budget_micro_usd: Option<u64>,
    day: Option<i64>,
) -> Result<Purse, StoreError> {
    if budget_micro_usd.is_none() {
        return Ok(Purse::default());
    }
    let row = match day {
        Some(day) => tx.query(OWNER_SPENT_ON).bind(owner.0).bind(day),
        None => tx.query(OWNER_SPENT).bind(owner.0),
    };
    let row = row.fetch_one(&mut **tx).await?;
    let columns = Columns { table: "llm_call", row: &row };
    Ok(Purse {
        spent_micro_usd: columns.u64("spent")?,
        reserved_micro_usd: columns.u64("reserved")?,
        budget_micro_usd,
    })
}

async fn leases_held(tx: &mut Tx, start: &CallsStart) -> Result<Vec<i64>, StoreError> {
    let rows = tx
        .query(LEASES_HELD)
        .bind(start.owner.0)
        .bind(start.run_id.0)
        .bind(numbers(start.calls.iter().map(|call| call.lease_id).collect()))
        .bind(start.now.0)
        .fetch_all(&mut **tx)
        .await?;
    rows.iter().map(|row| Columns { table: "lease", row }.int("lease_id")).collect()
}

async fn write_starts(
    tx: &mut Tx,
    owner: OwnerId,
    run: RunId,
    calls: &[&CallStart],
) -> Result<(), StoreError> {
    let columns = vec![
        ("call", batch::ids(calls, |c| c.call_id.0)),
        ("fence", batch::numbers(calls, |c| c.lease_id)),
        ("provider", batch::texts(calls, |c| &c.provider)),
        ("model", batch::texts(calls, |c| &c.model)),
        ("k", batch::texts(calls, |c| &c.key_id)),
        ("purpose", batch::texts(calls, |c| if c.check { "check" } else { "answer" })),
        ("est_input", batch::numbers(calls, |c| int(c.estimated_input_tokens))),
        ("est_output", batch::numbers(calls, |c| int(c.estimated_output_tokens))),
        ("blocks", batch::numbers(calls, |c| c.blocks.into())),
        ("depth", batch::numbers(calls, |c| c.depth.into())),
        ("started_at", batch::numbers(calls, |c| c.started_at.0)),
        ("reserve", batch::numbers(calls, |c| int(c.reserve_micro_usd))),
    ];
    let insert = tx.query(START).bind(owner.0).bind(run.0);
    bind_rows(insert, columns).execute(&mut **tx).await?;
    let reserved = calls.iter().map(|call| int(call.reserve_micro_usd)).sum();
    let delta = Delta { reserved_micro_usd: reserved, ..Delta::default() };
    tally::add(tx, owner, run, 0, delta).await
}

/// Ends the calls that had not ended yet, and answers with what that adds: a batch that is written
/// again, because its first commit was never heard of, costs nothing twice.
pub(super) async fn end(
    tx: &mut Tx,
    owner: OwnerId,
    run: RunId,
    calls: &[CallEnd],
) -> Result<Delta, StoreError> {
    let mut delta = Delta::default();
    if calls.is_empty() {
        return Ok(delta);
    }
    let open = end_where(tx, owner, run, calls, "started").await?;
    let lost = if open.len() == calls.len() {
        HashMap::new()
    } else {
        end_where(tx, owner, run, calls, "lost").await?
    };
    for call in calls {
        let id = call.call_id.0;
        let guess = match (open.get(&id), lost.get(&id)) {
            (Some(reserved), _) => {
                delta.spent.calls += 1;
                delta.reserved_micro_usd -= reserved;
                0
            }
            // Counted as a call, at its reservation, when it was given up.
            (None, Some(reserved)) => *reserved,
            (None, None) => continue,
        };
        delta.cost_micro_usd += int(call.spent.cost_micro_usd) - guess;
        delta.spent.input_tokens += call.spent.input_tokens;
        delta.spent.output_tokens += call.spent.output_tokens;
        delta.spent.cache_write_tokens += call.spent.cache_write_tokens;
        delta.spent.cache_read_tokens += call.spent.cache_read_tokens;
    }
    Ok(delta)
}

/// Answers with what was reserved for each call that it has ended.
async fn end_where(
    tx: &mut Tx,
    owner: OwnerId,
    run: RunId,
    calls: &[CallEnd],
    outcome: &str,
) -> Result<HashMap<Uuid, i64>, StoreError> {
    let columns = vec![
        ("call", batch::ids(calls, |c| c.call_id.0)),
        ("latency", batch::numbers(calls, |c| int(c.latency_ms))),
        ("ended", batch::texts(calls, |c| &c.outcome)),
        ("problem", batch::opt_texts(calls, |c| c.issue.as_deref())),
        ("n_strays", batch::numbers(calls, |c| c.strays.into())),
        ("input", batch::numbers(calls, |c| int(c.spent.input_tokens))),
        ("output", batch::numbers(calls, |c| int(c.spent.output_tokens))),
        ("written", batch::numbers(calls, |c| int(c.spent.cache_write_tokens))),
        ("cached", batch::numbers(calls, |c| int(c.spent.cache_read_tokens))),
        ("cost", batch::numbers(calls, |c| int(c.spent.cost_micro_usd))),
        ("request", batch::opt_texts(calls, |c| c.provider_request_id.as_deref())),
    ];
    let update = tx.query(END).bind(owner.0).bind(run.0).bind(outcome);
    let rows = bind_rows(update, columns).fetch_all(&mut **tx).await?;
    let ended = rows.iter().map(|row| {
        let columns = Columns { table: "llm_call", row };
        Ok((columns.uuid("call_id")?, columns.int("reserved_micro_usd")?))
    });
    ended.collect()
}

/// Gives up the calls of leases that are gone, at what they may have cost.
pub(super) async fn lose(
    tx: &mut Tx,
    owner: OwnerId,
    run: RunId,
    leases: Vec<i64>,
) -> Result<Delta, StoreError> {
    let rows =
        tx.query(LOSE).bind(owner.0).bind(run.0).bind(numbers(leases)).fetch_all(&mut **tx).await?;
    let mut delta = Delta::default();
    for row in &rows {
        let reserved = Columns { table: "llm_call", row }.int("reserved_micro_usd")?;
        delta.spent.calls += 1;
        delta.cost_micro_usd += reserved;
        delta.reserved_micro_usd -= reserved;
    }
    Ok(delta)
}
