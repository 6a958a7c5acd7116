//! Turns finished calls into one batch of guarded writes, and what is left into new jobs.

use gloss_core_model::{Attention, CallId, OwnerId, RunId, Timestamp};
use gloss_llm::{CallError, Experience, Reply, Usage, unpack};
use gloss_queue::{ClaimState, Dice, Ending, Settlement, settle};
use gloss_store::{AttentionChange, CallEnd, Settle, SettleBatch, SettleTo, Spent};

use super::call::{Done, Held, Job};
use super::recover::{Aftermath, Why, after_error, after_reply, outcome_word};
use super::{check, lessons};
use crate::Brief;

/// What the worker should know of a settled batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) owner: OwnerId,
    pub(super) run_id: RunId,
    pub(super) staged: u32,
    /// Calls that did not reach the provider.
    pub(super) unreached: u32,
    pub(super) attention: Option<Attention>,
    /// When the newest of the calls that brought answers was started.
    pub(super) answered: Option<Timestamp>,
}

/// An empty batch for a run.
pub(super) fn batch(brief: &Brief, now: Timestamp) -> SettleBatch {
    SettleBatch {
        owner: brief.owner,
        run_id: brief.run_id,
        calls: Vec::new(),
        blocks: Vec::new(),
        leases_done: Vec::new(),
        remember: Vec::new(),
        checked: Vec::new(),
        attention: AttentionChange::Keep,
        now,
    }
}

/// A call that was written down, perhaps, and never made.
pub(super) fn not_sent(call_id: CallId) -> CallEnd {
    CallEnd {
        call_id,
        latency_ms: 0,
        outcome: "not_sent".to_owned(),
        issue: None,
        strays: 0,
        spent: Spent::default(),
        provider_request_id: None,
    }
}

/// Adds one finished call to its run's batch; answers with the packs to send at once.
pub(super) fn add(
    done: Done,
    batch: &mut SettleBatch,
    learned: &mut Experience,
    dice: &mut dyn FnMut() -> Dice,
) -> Vec<Job> {
    let Done { job, call_id, started_at, latency_ms, result, .. } = done;
    let mut call = CallEnd {
        call_id,
        latency_ms,
        outcome: String::new(),
        issue: None,
        strays: 0,
        spent: Spent { calls: 1, ..Spent::default() },
        provider_request_id: None,
    };
    let mut after = match result {
        Ok(reply) => {
            let unpacked = unpack(&job.indexes(), &reply, &job.brief.validator);
            outcome_word(reply.stop).clone_into(&mut call.outcome);
            call.issue = unpacked.issue.map(|issue| issue.to_string());
            call.strays = unpacked.strays;
            call.spent = spent(reply.usage, job.brief.cost_micro_usd(reply.usage));
            lessons::of_reply(&job, &unpacked, said_tokens(&reply), learned);
            call.provider_request_id = reply.provider_request_id;
            after_reply(unpacked, job.depth)
        }
        Err(error) => {
            error.code().clone_into(&mut call.outcome);
            if may_be_billed(&error) {
                call.spent.cost_micro_usd = job.cost_max_micro_usd();
            }
            lessons::of_error(&job, &error, learned);
            after_error(&job.indexes(), job.depth, &error)
        }
    };
    batch.calls.push(call);
    if !after.answered.is_empty() {
        answered(batch, started_at);
    }
    if let Some(packed) = &job.packed {
        let compared = check::compare(packed, after);
        if !compared.fields.is_empty() {
            learned.checked(compared.agree(), job.brief.pack_limits().blocks_max);
        }
        let to = SettleTo::Staged(compared.answer.to_string());
        let staged = job.blocks.iter().map(|held| settled(&job, held, to.clone(), Some(call_id)));
        batch.blocks.extend(staged);
        check::add(compared.fields, &mut batch.checked);
        return Vec::new();
    }
    let checks = check::sample(&job, &mut after, dice);
    let mut again = add_blocks(&job, after, Some(call_id), batch, dice());
    again.extend(checks);
    again
}

/// Work moves again, so far as this call can tell. A refusal in the same batch says otherwise.
fn answered(batch: &mut SettleBatch, started_at: Timestamp) {
    match &mut batch.attention {
        AttentionChange::Raise(_) => {}
        AttentionChange::Clear { before } => *before = started_at.max(*before),
        keep @ AttentionChange::Keep => *keep = AttentionChange::Clear { before: started_at },
    }
}

fn add_blocks(
    job: &Job,
    after: Aftermath,
    call_id: Option<CallId>,
    batch: &mut SettleBatch,
    dice: Dice,
) -> Vec<Job> {
    for (index, answer) in after.answered {
        if let Some(held) = job.held(index) {
            let to = SettleTo::Staged(answer.to_string());
            batch.blocks.push(settled(job, held, to, call_id));
        }
    }
    for (index, ending, why) in after.ended {
        if let Some(held) = job.held(index) {
            end(job, held, ending, why, call_id, batch, dice);
        }
    }
    after.again.into_iter().map(|pack| job.again(pack)).collect()
}

/// Ends one block's turn by the rules of the queue.
pub(super) fn end(
    job: &Job,
    held: &Held,
    ending: Ending,
    why: Why,
    call_id: Option<CallId>,
    batch: &mut SettleBatch,
    dice: Dice,
) {
    let Why { kind, message } = why;
    let before = ClaimState { attempts: held.block.attempts, deferrals: held.block.deferrals };
    let to = match settle(before, ending, job.brief.retry_limits(), batch.now, dice) {
        // Answers are staged with their value, above.
        Settlement::Stage => return,
        Settlement::Retry => SettleTo::Attempt { failed: false, kind, message },
        Settlement::Fail => SettleTo::Attempt { failed: true, kind, message },
        Settlement::Defer { not_before, exhausted } => {
            if exhausted && !stops_dispatch(batch.attention) {
                batch.attention = AttentionChange::Raise(Attention::ProviderUnavailable);
            }
            SettleTo::Deferred { not_before, kind, message }
        }
        Settlement::Release(cause) => {
            if let Some(attention) = cause.attention() {
                batch.attention = AttentionChange::Raise(attention);
            }
            SettleTo::Released
        }
    };
    batch.blocks.push(settled(job, held, to, call_id));
}

fn stops_dispatch(change: AttentionChange) -> bool {
    matches!(change, AttentionChange::Raise(attention) if attention.stops_dispatch())
}

pub(super) fn settled(job: &Job, held: &Held, to: SettleTo, call_id: Option<CallId>) -> Settle {
    Settle {
        index: held.block.index,
        lease_id: job.lease_id,
        generation: held.block.generation,
        to,
        call_id,
    }
}

/// The provider has worked on it, and nobody will say for how much: it counts at its worst.
const fn may_be_billed(error: &CallError) -> bool {
    matches!(error, CallError::Timeout { .. } | CallError::Unreadable { .. })
}

/// What an answer took without what was only thought.
fn said_tokens(reply: &Reply) -> u64 {
    reply.usage.output_tokens.saturating_sub(reply.thinking_tokens)
}

fn spent(usage: Usage, cost_micro_usd: u64) -> Spent {
    Spent {
        calls: 1,
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cache_write_tokens: usage.cache_write_tokens,
        cache_read_tokens: usage.cache_read_tokens,
        cost_micro_usd,
    }
}
