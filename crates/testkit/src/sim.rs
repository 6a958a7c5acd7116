//! The protocol under bad luck: a seeded schedule of workers that crash, answer late, lose replies
//! and meet clock jumps, people who cancel and review, and the rules checked after every step.

use gloss_core_model::{OverlayStatus, RunStatus, Timestamp};
use gloss_queue::admission::Admission;
use gloss_queue::protocol::{Answer, Book, Command, End, Guards, Start, Write, WriteTo};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

mod rules;

pub use rules::Violation;

/// Blocks, calls at a time and money of the run that is simulated.
pub const BLOCKS: usize = 6;
pub const CALLS_MAX: u32 = 3;
pub const BUDGET: u64 = 12;
const WORKERS: usize = 3;
const LEASE_MS: i64 = 100;
const STEPS: usize = 120;
const ATTEMPTS_MAX: u32 = 3;
const RESERVE_MAX: usize = 5;
/// Rounds of honest work that must finish any run once bad luck ends.
const ROUNDS_TO_FINISH: usize = 100;

/// A command and what was heard of it, for replaying on a real database.
pub type Trace = Vec<(Command, Answer)>;

/// A claim in a worker's memory; it may have passed on without the worker knowing.
#[derive(Debug, Clone)]
struct Held {
    lease: u64,
    /// Blocks and the generation and attempts they were claimed with.
    blocks: Vec<(usize, u32, u32)>,
    /// Calls that are out for them, and what was reserved.
    calls: Vec<(u64, u64)>,
}

/// One seed's world.
struct World {
    rng: SmallRng,
    book: Book,
    now: Timestamp,
    workers: Vec<Vec<Held>>,
    /// Writes that were sent, whose sender may send them again.
    sent: Vec<Command>,
    accepted: rules::Accepted,
    last_call: u64,
    trace: Trace,
}

/// Runs one seed; answers with its trace, or the first rule that broke.
pub fn simulate(seed: u64, guards: Guards) -> Result<Trace, Violation> {
    let mut world = World {
        rng: SmallRng::seed_from_u64(seed),
        book: Book::new(BLOCKS, CALLS_MAX, Some(BUDGET), guards),
        now: Timestamp(1000),
        workers: vec![Vec::new(); WORKERS],
        sent: Vec::new(),
        accepted: rules::Accepted::new(),
        last_call: 0,
        trace: Trace::new(),
    };
    for _ in 0..STEPS {
        let command = world.choose();
        if let Some(command) = command {
            world.act(command)?;
        }
    }
    world.finish()?;
    Ok(world.trace)
}

impl World {
    fn below(&mut self, n: usize) -> usize {
        self.rng.random_range(0..n)
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// What happens next, if it is something the store hears of.
    fn choose(&mut self) -> Option<Command> {
        let worker = self.below(WORKERS);
        match self.below(23) {
            20..23 => self.start(worker),
            0..5 => {
                let max = 1 + self.below(4);
                Some(Command::Claim { max, now: self.now, lease_ms: LEASE_MS })
            }
            5..11 => self.settle(worker),
            11 => {
                let held = self.workers[worker].last()?;
                Some(Command::Renew { lease: held.lease, until: self.now.plus_ms(LEASE_MS) })
            }
            12 => Some(Command::Sweep { now: self.now }),
            13 => {
                self.misfortune(worker);
                None
            }
            14 => self.repeat(),
            15 => Some(
                [Command::Cancel, Command::Resume, Command::RetryFailed][self.below(3)].clone(),
            ),
            16 => {
                let jump = [1, 30, 200, 5000, -300][self.below(5)];
                self.now = self.now.plus_ms(jump);
                None
            }
            _ => {
                let index = self.below(BLOCKS);
                Some(match self.below(4) {
                    0 => Command::Confirm { index },
                    1 => Command::Reject { index },
                    2 => Command::Edit { index, value: format!("edited {}", self.now.0) },
                    _ => Command::Reopen { index },
                })
            }
        }
    }

    /// A worker asks leave for a call about what it believes to hold.
    fn start(&mut self, worker: usize) -> Option<Command> {
        if self.workers[worker].is_empty() {
            return None;
        }
        let at = self.below(self.workers[worker].len());
        let calls = (0..=self.below(2)).map(|_| {
            self.last_call += 1;
            let reserve = self.below(RESERVE_MAX) as u64;
            Start { call: self.last_call, lease: self.workers[worker][at].lease, reserve }
        });
        let calls = calls.collect();
        Some(Command::Start { calls, now: self.now })
    }

    /// A worker settles some of what it believes to hold, late or not.
    fn settle(&mut self, worker: usize) -> Option<Command> {
        if self.workers[worker].is_empty() {
            return None;
        }
        let at = self.below(self.workers[worker].len());
        let whole = self.chance(70);
        let held = &mut self.workers[worker][at];
        let n = if whole { held.blocks.len() } else { 1 };
        let (lease, blocks) = (held.lease, held.blocks.drain(..n).collect::<Vec<_>>());
        let done = held.blocks.is_empty();
        let out = if whole { held.calls.drain(..).collect() } else { Vec::new() };
        if done {
            self.workers[worker].remove(at);
        }
        let calls = out
            .into_iter()
            .map(|(call, reserved)| End { call, cost: self.rng.random_range(0..=reserved) })
            .collect();
        let writes = blocks
            .into_iter()
            .map(|(index, generation, attempts)| {
                let to = match self.below(10) {
                    0..6 => WriteTo::Stage(format!("{index} by {lease}")),
                    6..8 => WriteTo::Attempt { failed: attempts + 1 >= ATTEMPTS_MAX },
                    8 => WriteTo::Defer { not_before: self.now.plus_ms(50) },
                    _ => WriteTo::Release,
                };
                Write { index, lease, generation, to }
            })
            .collect();
        let leases_done = if done { vec![lease] } else { Vec::new() };
        Some(Command::Settle { writes, calls, leases_done })
    }

    /// A crash forgets what was held. A freeze is no action at all: time passes.
    fn misfortune(&mut self, worker: usize) {
        if self.chance(50) {
            self.workers[worker].clear();
        } else {
            self.now = self.now.plus_ms(LEASE_MS + 1);
        }
    }

    /// A reply was lost, and the sender asks again; or an old packet arrives late.
    fn repeat(&mut self) -> Option<Command> {
        if self.sent.is_empty() {
            return None;
        }
        let at = self.below(self.sent.len());
        Some(self.sent[at].clone())
    }

    fn act(&mut self, command: Command) -> Result<(), Violation> {
        let before = self.book.clone();
        let answer = self.book.apply(&command);
        if let Answer::Claimed { lease, blocks } = &answer {
            let of = |i: &usize| (*i, before.overlays[*i].generation, before.overlays[*i].attempts);
            let blocks = blocks.iter().map(of).collect();
            let held = Held { lease: *lease, blocks, calls: Vec::new() };
            let worker = self.below(WORKERS);
            // Sometimes the reply is lost: the blocks are leased to nobody who knows.
            if !self.chance(10) {
                self.workers[worker].push(held);
            }
        }
        if let (Command::Start { calls, .. }, Answer::Started(admissions)) = (&command, &answer) {
            self.note_started(calls, admissions);
        }
        if matches!(command, Command::Settle { .. }) {
            self.sent.push(command.clone());
        }
        let after = &self.book;
        let step = rules::Step { before: &before, command: &command, answer: &answer, after };
        rules::check(&step, &mut self.accepted)?;
        self.trace.push((command, answer));
        Ok(())
    }

    fn note_started(&mut self, calls: &[Start], admissions: &[Admission]) {
        for (start, admission) in calls.iter().zip(admissions) {
            let mut held = self.workers.iter_mut().flatten();
            if *admission == Admission::Granted
                && let Some(held) = held.find(|held| held.lease == start.lease)
            {
                held.calls.push((start.call, start.reserve));
            }
        }
    }

    /// Bad luck ends: everybody who knows anything dies, one honest worker remains.
    fn finish(&mut self) -> Result<(), Violation> {
        self.workers.iter_mut().for_each(Vec::clear);
        self.act(Command::Resume)?;
        for _ in 0..ROUNDS_TO_FINISH {
            if self.book.status != RunStatus::Running && self.book.calls.reserved == 0 {
                break;
            }
            self.now = self.now.plus_ms(10_000);
            self.act(Command::Sweep { now: self.now })?;
            let claim = Command::Claim { max: 2, now: self.now, lease_ms: LEASE_MS };
            let before = self.trace.len();
            self.act(claim)?;
            let Answer::Claimed { lease, blocks } = self.trace[before].1.clone() else { continue };
            let writes = blocks
                .into_iter()
                .map(|index| {
                    let generation = self.book.overlays[index].generation;
                    Write { index, lease, generation, to: WriteTo::Stage("last".to_owned()) }
                })
                .collect();
            let leases_done = vec![lease];
            self.act(Command::Settle { writes, calls: Vec::new(), leases_done })?;
        }
        let open = self.book.overlays.iter().any(|overlay| {
            matches!(overlay.status, OverlayStatus::Pending | OverlayStatus::Claimed)
        });
        let rule = "I-8 when faults stop, everything comes to an end";
        if open {
            return Err(Violation::new(rule, "work is left"));
        }
        if self.book.calls.reserved > 0 {
            return Err(Violation::new(rule, "money is reserved for calls that nobody makes"));
        }
        Ok(())
    }
}
