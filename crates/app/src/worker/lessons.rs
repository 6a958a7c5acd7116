//! What a call teaches about packs: whether this one was too large, and how long answers are.

use gloss_llm::unpack::{BlockOutcome, ReplyIssue, Unpacked};
use gloss_llm::{CallError, Experience};

use super::call::Job;

pub(super) fn of_reply(
    job: &Job,
    unpacked: &Unpacked,
    output_tokens: u64,
    learned: &mut Experience,
) {
    let asked = u32::try_from(job.blocks.len()).unwrap_or(u32::MAX);
    let mixed_up = unpacked
        .outcomes
        .iter()
        .filter(|(_, outcome)| matches!(outcome, BlockOutcome::Missing | BlockOutcome::Conflict));
    let n_mixed_up = mixed_up.count();
    let cut = unpacked.issue == Some(ReplyIssue::Truncated);
    let refused = unpacked.issue == Some(ReplyIssue::Refused);
    // One block that goes wrong may do so by itself, whatever the size of its pack.
    if asked > 1 && !refused && (cut || n_mixed_up > 1 || unpacked.strays > 0) {
        learned.went_wrong(asked);
    } else if !cut && n_mixed_up == 0 && unpacked.issue.is_none() {
        learned.went_well(asked, job.brief.pack_limits().blocks_max);
        lengths(job, unpacked, output_tokens, learned);
    }
}

/// A prompt that was too long may have been so because of its blocks.
pub(super) fn of_error(job: &Job, error: &CallError, learned: &mut Experience) {
    let too_large = matches!(error, CallError::PromptTooLong { .. });
    if let (true, Ok(asked @ 2..)) = (too_large, u32::try_from(job.blocks.len())) {
        learned.went_wrong(asked);
    }
}

/// The call's tokens, shared out among its answers by their length.
fn lengths(job: &Job, unpacked: &Unpacked, output_tokens: u64, learned: &mut Experience) {
    let answers = unpacked.outcomes.iter().filter_map(|(index, outcome)| match outcome {
        BlockOutcome::Ok(answer) => Some((*index, answer.to_string().len())),
        _ => None,
    });
    let answers: Vec<(u32, usize)> = answers.collect();
    let bytes: usize = answers.iter().map(|(_, bytes)| bytes).sum();
    if output_tokens == 0 || bytes == 0 {
        return;
    }
    for (index, length) in answers {
        let Some((kind, content)) = job.held(index).and_then(|held| held.block.block.as_ref())
        else {
            continue;
        };
        let tokens = output_tokens as f64 * length as f64 / bytes as f64;
        learned.written(*kind, tokens, job.brief.estimated_output_tokens(content));
    }
}
