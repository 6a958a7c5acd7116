//! How long a claim holds, and when its holder speaks up.

/// The length of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseTerm {
    pub ms: i64,
}

impl LeaseTerm {
    pub const fn of_seconds(seconds: u32) -> Self {
        Self { ms: seconds as i64 * 1000 }
    }

    /// A live worker renews at a third of the term, so that two renewals may be lost.
    pub const fn renew_every_ms(self) -> i64 {
        self.ms / 3
    }
}
