//! Everything the simulator remembers between calls, behind one lock that is never held long.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gloss_llm::Usage;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::ask::Ask;
use crate::cache::Cache;
use crate::choice::{Choice, Memory, choose};
use crate::faults::{FaultError, FaultKind, FaultRule, Faults};
use crate::prompt::Prompt;

/// What the simulator has done so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Calls that arrived. Those neither answered nor refused were dropped, hang or still run.
    pub calls: u64,
    /// Calls with a model's reply, be it cut off or a refusal.
    pub answered: u64,
    /// Calls with an error, be it a status or the body under a 200.
    pub refused: u64,
    /// Tokens of all answered calls.
    pub usage: Usage,
    /// Injections by kind of fault.
    pub faults: BTreeMap<FaultKind, u64>,
    /// Calls that have arrived and are not yet wholly answered.
    pub in_flight: u64,
    pub peak_in_flight: u64,
}

/// What can be changed while the simulator runs, as `/admin/faults` shows and takes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    #[serde(default)]
    pub(crate) seed: u64,
    /// Absent in a change: as it was.
    pub(crate) latency_ms: Option<u64>,
    #[serde(default)]
    pub(crate) rules: Vec<FaultRule>,
}

/// What is decided about a call when it arrives.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) choice: Choice,
    pub(crate) delay: Duration,
    /// Input side only.
    pub(crate) usage: Usage,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) log: bool,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    latency_ms: u64,
    faults: Faults,
    memory: Memory,
    cache: Cache,
    stats: Stats,
    /// Numbers calls for their ids; a reset does not start it again.
    n_calls: u64,
}

impl State {
    pub(crate) fn new(latency_ms: u64, faults: Faults, log: bool) -> Self {
        Self { log, inner: Mutex::new(Inner { latency_ms, faults, ..Inner::default() }) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn stats(&self) -> Stats {
        self.inner().stats.clone()
    }

    pub(crate) fn settings(&self) -> Settings {
        let inner = self.inner();
        let Faults { seed, rules } = inner.faults.clone();
        Settings { seed, latency_ms: Some(inner.latency_ms), rules }
    }

    pub(crate) fn change(&self, settings: Settings) -> Result<(), FaultError> {
        let Settings { seed, latency_ms, rules } = settings;
        self.set_faults(Faults { seed, rules }.checked()?);
        let mut inner = self.inner();
        inner.latency_ms = latency_ms.unwrap_or(inner.latency_ms);
        Ok(())
    }

    /// New rules start with fresh dice, so that the same rules give the same faults again.
    pub(crate) fn set_faults(&self, faults: Faults) {
        let mut inner = self.inner();
        inner.faults = faults;
        inner.memory = Memory::default();
    }

    /// Forgets counters, dice and cache; keeps rules and latency.
    pub(crate) fn reset(&self) {
        let mut inner = self.inner();
        let in_flight = inner.stats.in_flight;
        inner.stats = Stats { in_flight, peak_in_flight: in_flight, ..Stats::default() };
        inner.memory = Memory::default();
        inner.cache = Cache::default();
    }

    /// Decides a call's fate: its faults, its delay, what it reads from the cache.
    pub(crate) fn plan(&self, ask: &Ask, prompt: &Prompt, now: Instant) -> Plan {
        let inner = &mut *self.inner();
        let choice = choose(&inner.faults, &mut inner.memory, ask);
        for kind in choice.kinds() {
            *inner.stats.faults.entry(kind).or_default() += 1;
        }
        let usage = match choice.end() {
            Some(_) => Usage::default(),
            None => inner.cache.arrive(prompt, now),
        };
        let delay = Duration::from_millis(inner.latency_ms) + choice.delay();
        Plan { choice, delay, usage }
    }

    /// The first byte of an answer leaves.
    pub(crate) fn answer(&self, prompt: &Prompt, usage: Usage, now: Instant) {
        let mut inner = self.inner();
        inner.cache.begin(prompt, now);
        inner.stats.answered += 1;
        inner.stats.usage += usage;
    }

    pub(crate) fn refuse(&self) {
        self.inner().stats.refused += 1;
    }
}

/// A call in flight, until it is dropped.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) state: Arc<State>,
    pub(crate) number: u64,
    pub(crate) n_in_flight: u64,
}

impl Call {
    pub(crate) fn arrive(state: Arc<State>) -> Self {
        let mut inner = state.inner();
        inner.n_calls += 1;
        inner.stats.calls += 1;
        inner.stats.in_flight += 1;
        inner.stats.peak_in_flight = inner.stats.peak_in_flight.max(inner.stats.in_flight);
        let (number, n_in_flight) = (inner.n_calls, inner.stats.in_flight);
        drop(inner);
        Self { state, number, n_in_flight }
    }

    pub(crate) fn request_id(&self) -> String {
        format!("req_{:012}", self.number)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.state.inner().stats.in_flight -= 1;
    }
}
