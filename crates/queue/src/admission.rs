//! Who may start a model call: the money and the places that are left, decided in one go.

/// How many calls may be under way at once, over all workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLimits {
    pub per_run: u32,
    pub per_owner: u32,
}

/// What is under way and what is spent, as seen under the locks of the owner and the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    pub run_calls: u32,
    pub owner_calls: u32,
    /// Spent and reserved together.
    pub committed_micro_usd: u64,
    /// None is no budget.
    pub budget_micro_usd: Option<u64>,
}

/// A call that asks to be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Its blocks are still held under the lease it was packed from.
    pub lease_held: bool,
    /// What it may cost at most.
    pub reserve_micro_usd: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    Granted,
    /// All places are taken; ask again when a call has ended.
    Busy,
    /// The run cannot pay for it.
    OverBudget,
    /// Its blocks have passed on to somebody else.
    LeaseLost,
    RunOver,
}

/// In the order asked. A call that cannot be paid for does not hold up a cheaper one behind it.
pub fn admit(load: Load, limits: CallLimits, asks: &[Ask]) -> Vec<Admission> {
    let mut load = load;
    let mut decide = |ask: &Ask| {
        if !ask.lease_held {
            return Admission::LeaseLost;
        }
        if load.run_calls >= limits.per_run || load.owner_calls >= limits.per_owner {
            return Admission::Busy;
        }
        let committed = load.committed_micro_usd.saturating_add(ask.reserve_micro_usd);
        if load.budget_micro_usd.is_some_and(|budget| committed > budget) {
            return Admission::OverBudget;
        }
        load.committed_micro_usd = committed;
        load.run_calls += 1;
        load.owner_calls += 1;
        Admission::Granted
    };
    asks.iter().map(&mut decide).collect()
}

#[cfg(test)]
mod tests;
