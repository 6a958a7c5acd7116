//! What follows from a call: which blocks are settled, and which are asked again at once. Pure.

use gloss_llm::pack::Oversize;
use gloss_llm::unpack::{BlockOutcome, ReplyIssue, Unpacked};
use gloss_llm::{CallError, StopReason};
use gloss_queue::{Ending, ReleaseCause};
use gloss_store::UNUSABLE;
use serde_json::Value;

/// Halvings before every block that is left goes alone.
pub(crate) const DEPTH_MAX: u32 = 3;

/// Why a block ended as it did, for its overlay's `last_error`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Why {
    pub(crate) kind: String,
    pub(crate) message: String,
}

impl Why {
    fn new(kind: &str, message: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), message: message.into() }
    }
}

impl Why {
    pub(crate) fn oversize(over: &Oversize) -> Self {
        let (tokens, max) = (over.input_tokens, over.input_tokens_max);
        Self::new("oversize", format!("about {tokens} tokens, and a call holds {max}"))
    }

    pub(crate) fn lost() -> Self {
        Self::new("block_missing", "the conversion does not hold this block any more")
    }
}

/// A block to be asked again in another call, and what was wrong with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Again {
    pub(crate) index: u32,
    pub(crate) feedback: Option<String>,
}

/// Every block of the call is in exactly one of the three.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Aftermath {
    pub(crate) answered: Vec<(u32, Value)>,
    pub(crate) ended: Vec<(u32, Ending, Why)>,
    /// Packs to send now, under the same lease. No attempt is charged for a split.
    pub(crate) again: Vec<Vec<Again>>,
}

/// After a reply: what is complete and valid is kept, only the rest is asked again.
pub(crate) fn after_reply(unpacked: Unpacked, depth: u32) -> Aftermath {
    let asked = unpacked.outcomes.len();
    let mut after = Aftermath::default();
    let mut missing = Vec::new();
    for (index, outcome) in unpacked.outcomes {
        let (kind, message) = match outcome {
            BlockOutcome::Ok(answer) => {
                after.answered.push((index, answer));
                continue;
            }
            BlockOutcome::Missing if asked > 1 => {
                missing.push(Again { index, feedback: None });
                continue;
            }
            BlockOutcome::Missing => (UNUSABLE, missing_message(unpacked.issue)),
            BlockOutcome::Invalid { message } => (UNUSABLE, message),
            BlockOutcome::Conflict => {
                (UNUSABLE, "two results for this block contradicted each other".to_owned())
            }
        };
        if asked > 1 {
            after.again.push(vec![Again { index, feedback: Some(message) }]);
        } else {
            after.ended.push((index, Ending::Unusable, Why::new(kind, message)));
        }
    }
    after.again.extend(split(&missing, asked, depth));
    after
}

fn missing_message(issue: Option<ReplyIssue>) -> String {
    match issue {
        Some(ReplyIssue::Truncated) => "the answer did not fit into the output limit",
        Some(ReplyIssue::Refused) => "the model refused to answer",
        Some(ReplyIssue::NoToolUse) => "the model did not use the tool",
        Some(ReplyIssue::MalformedJson) => "the answer was not valid JSON",
        Some(ReplyIssue::NoResults) => "the answer had no `results`",
        None => "the answer left this block out",
    }
    .to_owned()
}

/// After a call that brought no reply. `indexes` are the call's blocks.
pub(crate) fn after_error(indexes: &[u32], depth: u32, error: &CallError) -> Aftermath {
    let why = Why::new(error.code(), error.to_string());
    let ending = match error {
        CallError::InvalidKey { .. } => Ending::Released(ReleaseCause::InvalidApiKey),
        CallError::NoCredit { .. } => Ending::Released(ReleaseCause::InsufficientCredit),
        CallError::RateLimited { retry_after_ms, .. }
        | CallError::Unavailable { retry_after_ms, .. } => {
            Ending::Deferred { retry_after_ms: *retry_after_ms }
        }
        CallError::Timeout { .. } | CallError::Connection { .. } | CallError::Unreadable { .. } => {
            Ending::Deferred { retry_after_ms: None }
        }
        // One block may be what the provider refuses; its neighbours are not to suffer for it.
        CallError::PromptTooLong { .. } | CallError::Rejected { status: 400 | 422, .. }
            if indexes.len() > 1 =>
        {
            let left: Vec<Again> =
                indexes.iter().map(|i| Again { index: *i, feedback: None }).collect();
            let again = split(&left, indexes.len(), depth);
            return Aftermath { again, ..Aftermath::default() };
        }
        CallError::PromptTooLong { .. } => Ending::Impossible,
        CallError::Rejected { .. } => Ending::Unusable,
    };
    let ended = indexes.iter().map(|index| (*index, ending, why.clone())).collect();
    Aftermath { ended, ..Aftermath::default() }
}

/// Packs of at most half the size that did not work; single blocks at the last.
fn split(left: &[Again], asked: usize, depth: u32) -> Vec<Vec<Again>> {
    let size = if depth + 1 >= DEPTH_MAX { 1 } else { asked.div_ceil(2) };
    left.chunks(size.max(1)).map(<[Again]>::to_vec).collect()
}

/// The stable word for the call ledger.
pub(crate) fn outcome_word(stop: StopReason) -> &'static str {
    match stop {
        StopReason::Complete => "ok",
        other => other.as_str(),
    }
}

#[cfg(test)]
mod tests;
