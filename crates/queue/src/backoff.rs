//! How long to wait before asking again.

/// A number in `0.0..1.0`, drawn by the caller: rules do not roll dice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dice(pub f64);

/// Exponential, with full jitter: many workers that fail together do not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    pub first_ms: u64,
    pub max_ms: u64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first_ms: 1000, max_ms: 5 * 60 * 1000 }
    }
}

impl Backoff {
    /// The wait before the next try, `earlier` waits after the first.
    ///
    /// What the provider asks for is honoured in full; jitter comes on top of it.
    pub fn wait_ms(self, earlier: u32, retry_after_ms: Option<u64>, dice: Dice) -> u64 {
        let doubled = self.first_ms.saturating_mul(1u64.checked_shl(earlier).unwrap_or(u64::MAX));
        let ceiling = doubled.min(self.max_ms);
        let jitter = |ceiling: u64| (ceiling as f64 * dice.0.clamp(0.0, 1.0)) as u64;
        match retry_after_ms {
            Some(asked) => asked + jitter(self.first_ms),
            None => jitter(ceiling),
        }
    }
}
