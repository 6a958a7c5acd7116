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
    /// The run's, its owner's, and its owner's of this day: a call is paid from all of them.
    pub purses: [Purse; 3],
    pub prefix: Warmth,
}

/// Money that may be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purse {
    pub spent_micro_usd: u64,
    /// Held for calls under way; what they do not need comes back.
    pub reserved_micro_usd: u64,
    /// None is no limit.
    pub budget_micro_usd: Option<u64>,
}

impl Purse {
    /// What is left for calls that start now, and what would be if all under way cost nothing.
    fn left(self) -> (u64, u64) {
        let Some(budget) = self.budget_micro_usd else { return (u64::MAX, u64::MAX) };
        let unspent = budget.saturating_sub(self.spent_micro_usd);
        (unspent.saturating_sub(self.reserved_micro_usd), unspent)
    }

    fn is_overdrawn(self) -> bool {
        let committed = self.spent_micro_usd.saturating_add(self.reserved_micro_usd);
        self.budget_micro_usd.is_some_and(|budget| committed > budget)
    }
}

/// What is known of the prompt prefix that the calls share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Warmth {
    /// The provider has it in its cache, or nothing of it is cached: calls need not wait.
    #[default]
    Open,
    /// Nobody has paid for it yet. The first call leads: it alone writes the cache.
    Cold,
    /// The lead is under way, and what it writes cannot be read yet.
    Led,
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
    /// Granted, and the others wait until it begins to be answered.
    Lead,
    /// All places, or what is left of the money, are taken, or the prefix is not cached
    /// yet; ask again when a call has ended or has begun to be answered.
    Busy,
    /// It cannot be paid for, whatever the calls under way leave over.
    OverBudget,
    /// Its blocks have passed on to somebody else.
    LeaseLost,
    RunOver,
}

impl Admission {
    pub const fn may_start(self) -> bool {
        matches!(self, Self::Granted | Self::Lead)
    }
}

/// In the order asked. A call that cannot be paid for does not hold up a cheaper one behind it.
pub fn admit(load: Load, limits: CallLimits, asks: &[Ask]) -> Vec<Admission> {
    let mut load = load;
    let mut decide = |ask: &Ask| {
        if !ask.lease_held {
            return Admission::LeaseLost;
        }
        if load.prefix == Warmth::Led {
            return Admission::Busy;
        }
        if load.run_calls >= limits.per_run || load.owner_calls >= limits.per_owner {
            return Admission::Busy;
        }
        let pays_never = |purse: &Purse| {
            ask.reserve_micro_usd > purse.left().1
                || purse.budget_micro_usd.is_some_and(|budget| purse.spent_micro_usd > budget)
        };
        if load.purses.iter().any(pays_never) {
            return Admission::OverBudget;
        }
        // A purse that is overdrawn is that for calls which cost nothing too.
        let pays = |purse: &Purse| {
            let (free, _) = purse.left();
            ask.reserve_micro_usd <= free && !purse.is_overdrawn()
        };
        if !load.purses.iter().all(pays) {
            return Admission::Busy;
        }
        for purse in &mut load.purses {
            let reserved = purse.reserved_micro_usd.saturating_add(ask.reserve_micro_usd);
            purse.reserved_micro_usd = reserved;
        }
        load.run_calls += 1;
        load.owner_calls += 1;
        match load.prefix {
            Warmth::Cold => {
                load.prefix = Warmth::Led;
                Admission::Lead
            }
            _ => Admission::Granted,
        }
    };
    asks.iter().map(&mut decide).collect()
}

#[cfg(test)]
mod tests;
