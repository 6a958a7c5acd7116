//! How fast one account may be asked for one model: what its limits leave, how many calls it bears
//! at once, and whether it answers at all. Pure.

use gloss_core_model::Timestamp;

use crate::limits::{Allowance, RateLimits};
use crate::provider::CallError;
use crate::request::Reply;

/// So many failures in a row, and only one call at a time tries whether the provider is back.
const FAILURES_MAX: u32 = 5;
const FIRST_REST_MS: f64 = 250.0;
const REST_MS_MAX: f64 = 30_000.0;
const MINUTE_MS: f64 = 60_000.0;
/// More calls at once than this are no limit of the provider's.
const CALLS_UNBOUNDED: f64 = 512.0;

/// What a call will take of the limits, as far as one can tell before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Need {
    pub input_tokens: u64,
    pub output_tokens: u64,
}

/// A bucket that fills at a steady rate.
#[derive(Debug, Clone, Copy)]
struct Level {
    limit: f64,
    left: f64,
    per_ms: f64,
    at: Timestamp,
}

impl Level {
    fn told(allowance: Allowance, now: Timestamp) -> Self {
        let (limit, left) = (allowance.limit as f64, allowance.remaining as f64);
        let refill = (limit - left).max(0.0) / (allowance.full_in_ms as f64).max(1.0);
        // A bucket that is told to be full says nothing of its rate; limits are by the minute.
        let per_ms = refill.max(limit / MINUTE_MS);
        Self { limit, left, per_ms, at: now }
    }

    fn left_at(self, now: Timestamp) -> f64 {
        let since = (now.0 - self.at.0).max(0) as f64;
        (self.left + self.per_ms * since).min(self.limit)
    }

    fn has(self, need: u64, now: Timestamp) -> bool {
        // What never fits is left to the provider to refuse.
        self.left_at(now) >= (need as f64).min(self.limit)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Pace {
    in_flight: u32,
    /// As many calls at once as the provider has borne; none while it has never complained.
    calls_max: Option<f64>,
    /// Complaints about calls from before this are about the pace of then.
    slowed_at: Option<Timestamp>,
    quiet_until: Timestamp,
    failures: u32,
    requests: Option<Level>,
    tokens: Option<Level>,
    input_tokens: Option<Level>,
    output_tokens: Option<Level>,
}

impl Pace {
    pub fn may_send(&self, need: Need, now: Timestamp) -> bool {
        let has = |level: Option<Level>, need: u64| level.is_none_or(|level| level.has(need, now));
        let calls_max = if self.failures >= FAILURES_MAX { Some(1.0) } else { self.calls_max };
        now >= self.quiet_until
            && calls_max.is_none_or(|max| f64::from(self.in_flight) + 1.0 <= max)
            && has(self.requests, 1)
            && has(self.tokens, need.input_tokens + need.output_tokens)
            && has(self.input_tokens, need.input_tokens)
            && has(self.output_tokens, need.output_tokens)
    }

    pub fn sent(&mut self, need: Need, now: Timestamp) {
        self.in_flight += 1;
        let take = |level: &mut Option<Level>, need: u64| {
            if let Some(level) = level {
                level.left = level.left_at(now) - need as f64;
                level.at = now;
            }
        };
        take(&mut self.requests, 1);
        take(&mut self.tokens, need.input_tokens + need.output_tokens);
        take(&mut self.input_tokens, need.input_tokens);
        take(&mut self.output_tokens, need.output_tokens);
    }

    /// A call was held back after all.
    pub fn not_sent(&mut self, need: Need) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let give = |level: &mut Option<Level>, need: u64| {
            if let Some(level) = level {
                level.left += need as f64;
            }
        };
        give(&mut self.requests, 1);
        give(&mut self.tokens, need.input_tokens + need.output_tokens);
        give(&mut self.input_tokens, need.input_tokens);
        give(&mut self.output_tokens, need.output_tokens);
    }

    /// A call that was started then is back. `dice` in `0.0..1.0` keeps workers out of step.
    pub fn landed(
        &mut self,
        result: Result<&Reply, &CallError>,
        started_at: Timestamp,
        now: Timestamp,
        dice: f64,
    ) {
        let at_once = f64::from(self.in_flight);
        self.in_flight = self.in_flight.saturating_sub(1);
        let reached = !matches!(
            result,
            Err(CallError::Connection { .. }
                | CallError::Timeout { .. }
                | CallError::Unavailable { .. })
        );
        self.failures = if reached { 0 } else { self.failures.saturating_add(1) };
        match result {
            Ok(reply) => {
                self.heard(reply.limits, now);
                // One more at once for every round of calls that went well.
                let grown = self.calls_max.map(|max| max + 1.0 / max);
                self.calls_max = grown.filter(|max| *max < CALLS_UNBOUNDED);
            }
            Err(error) => {
                let wait_ms =
                    error.retry_after_ms().map(|ms| i64::try_from(ms).unwrap_or(i64::MAX));
                let rest_ms = (!reached && self.failures >= FAILURES_MAX).then(|| self.rest(dice));
                let quiet_ms = wait_ms.max(rest_ms).unwrap_or(0);
                self.quiet_until = self.quiet_until.max(now.plus_ms(quiet_ms));
                let too_fast = matches!(
                    error,
                    CallError::RateLimited { .. } | CallError::Unavailable { status: 529, .. }
                );
                if too_fast && self.slowed_at.is_none_or(|slowed| started_at > slowed) {
                    self.calls_max = Some((at_once / 2.0).max(1.0));
                    self.slowed_at = Some(now);
                }
            }
        }
    }

    /// Between half of and the whole pause, which doubles.
    fn rest(&self, dice: f64) -> i64 {
        let doublings = f64::from((self.failures - FAILURES_MAX).min(16));
        let rest = (FIRST_REST_MS * doublings.exp2()).min(REST_MS_MAX);
        (rest * (0.5 + dice.clamp(0.0, 1.0) / 2.0)) as i64
    }

    fn heard(&mut self, limits: RateLimits, now: Timestamp) {
        let told = |level: &mut Option<Level>, allowance: Option<Allowance>| {
            if let Some(allowance) = allowance {
                *level = Some(Level::told(allowance, now));
            }
        };
        told(&mut self.requests, limits.requests);
        told(&mut self.tokens, limits.tokens);
        told(&mut self.input_tokens, limits.input_tokens);
        told(&mut self.output_tokens, limits.output_tokens);
    }
}

#[cfg(test)]
mod tests;
