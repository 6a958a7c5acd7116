//! Sending what waits: each call asks leave of the store before its bytes leave.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use gloss_core_model::{Attention, CallId, RunId, Timestamp};
use gloss_llm::{Begun, Need, Provider};
use gloss_queue::ReleaseCause;
use gloss_store::{Admission, CachedPrefix, CallsStart};

use super::super::call::Job;
use super::super::settlement;
use super::Desk;
use super::care::release;
use super::lead::Lead;
use crate::Brief;
use crate::error::Result;

impl Desk {
    /// Starts what may start. The call rows are written before the bytes leave.
    pub(in super::super) async fn dispatch(&mut self) -> Result<()> {
        // A lease may have run out while the database kept the claim before this waiting: it is
        // renewed or known to be lost before calls are asked for on it.
        self.renew_leases().await;
        let now = self.app.now();
        let mut starting: BTreeMap<RunId, Vec<(CallId, Job)>> = BTreeMap::new();
        let mut staying = VecDeque::new();
        let mut free = self.calls_max.saturating_sub(self.flying());
        while let Some(job) = self.waiting.pop_front() {
            match self.benches.get_mut(&job.brief.run_id) {
                Some(bench) if free > 0 && bench.in_flight < bench.share => {
                    let pace = self.paces.entry(bench.account.clone()).or_default();
                    let need = job.need();
                    if !pace.may_send(need, now) {
                        staying.push_back(job);
                        continue;
                    }
                    pace.sent(need, now);
                    free -= 1;
                    bench.in_flight += 1;
                    let call_id = CallId(self.app.new_id());
                    starting.entry(job.brief.run_id).or_default().push((call_id, job));
                }
                _ => staying.push_back(job),
            }
        }
        self.waiting = staying;
        let mut failed = Ok(());
        for (run_id, calls) in starting {
            if let Err(error) = self.start(run_id, calls, now).await {
                failed = Err(error);
            }
        }
        failed
    }

    /// Asks leave for some calls of a run and sends those that got it. None leaves for a run that
    /// has been cancelled, for blocks that have passed on, or for money that is not there.
    async fn start(
        &mut self,
        run_id: RunId,
        calls: Vec<(CallId, Job)>,
        now: Timestamp,
    ) -> Result<()> {
        if let Err(error) = self.take_back(run_id).await {
            self.put_back(run_id, calls);
            return Err(error);
        }
        let Some(bench) = self.benches.get(&run_id) else { return Ok(()) };
        let (brief, provider) = (Arc::clone(&bench.brief), Arc::clone(&bench.provider));
        let prefix = bench.prefix.clone();
        let start = CallsStart {
            owner: brief.owner,
            run_id,
            prefix: prefix.clone(),
            limits: brief.call_limits(),
            owner_budgets: self.app.owner_budgets,
            calls: calls.iter().map(|(id, job)| job.start(*id, provider.as_ref(), now)).collect(),
            now,
        };
        let admissions = match self.app.store.calls_start(start).await {
            Ok(admissions) => admissions,
            Err(error) => {
                self.unsure.entry(run_id).or_default().extend(calls.iter().map(|(id, _)| *id));
                self.put_back(run_id, calls);
                return Err(error.into());
            }
        };
        let refused = calls.iter().zip(&admissions).filter(|(_, verdict)| !verdict.may_start());
        let refused: Vec<Need> = refused.map(|((_, job), _)| job.need()).collect();
        self.not_sent(run_id, &refused);
        let mut unaffordable = Vec::new();
        for ((call_id, job), admission) in calls.into_iter().zip(admissions) {
            match admission {
                Admission::Granted | Admission::Lead => {
                    let led = prefix.clone().filter(|_| admission == Admission::Lead);
                    self.send(call_id, job, Arc::clone(&provider), led);
                }
                Admission::Busy => self.waiting.push_back(job),
                Admission::OverBudget => unaffordable.push(job),
                Admission::LeaseLost => {
                    self.abandon(&job);
                    self.lose(job.lease_id);
                }
                Admission::RunOver => self.forget(run_id),
            }
        }
        self.out_of_budget(&brief, unaffordable).await
    }

    /// From here on it is paid for.
    fn send(
        &mut self,
        call_id: CallId,
        job: Job,
        provider: Arc<dyn Provider>,
        led: Option<CachedPrefix>,
    ) {
        let (begun, heard) = Begun::channel();
        let account = self.account_of(job.brief.run_id);
        let asked = job.clone().ask(call_id, self.app.now(), provider, account, begun);
        let handle = match led {
            Some(prefix) => {
                let (app, warmed) = (self.app.clone(), Arc::clone(&self.warmed));
                let lead = Lead { app, owner: job.brief.owner, prefix, warmed };
                self.in_flight.spawn(lead.answer(asked, heard))
            }
            None => self.in_flight.spawn(asked),
        };
        self.flying.insert(handle.id(), (call_id, job));
    }

    /// So many calls were not sent after all.
    fn not_sent(&mut self, run_id: RunId, needs: &[Need]) {
        self.landed_of(run_id, needs.len());
        if let Some(pace) = self.paces.get_mut(&self.account_of(run_id)) {
            needs.iter().for_each(|need| pace.not_sent(*need));
        }
    }

    fn put_back(&mut self, run_id: RunId, calls: Vec<(CallId, Job)>) {
        let needs: Vec<Need> = calls.iter().map(|(_, job)| job.need()).collect();
        self.not_sent(run_id, &needs);
        self.waiting.extend(calls.into_iter().map(|(_, job)| job));
    }

    /// Calls whose start was not answered may have been written down all the same. They were never
    /// made, so they end at no cost before anything else is asked.
    async fn take_back(&mut self, run_id: RunId) -> Result<()> {
        let Some(unsure) = self.unsure.get(&run_id) else { return Ok(()) };
        let Some(bench) = self.benches.get(&run_id) else { return Ok(()) };
        let mut batch = settlement::batch(&bench.brief, self.app.now());
        batch.calls = unsure.iter().map(|call_id| settlement::not_sent(*call_id)).collect();
        self.app.store.settle(batch).await?;
        self.unsure.remove(&run_id);
        Ok(())
    }

    async fn out_of_budget(&mut self, brief: &Brief, jobs: Vec<Job>) -> Result<()> {
        if jobs.is_empty() {
            return Ok(());
        }
        let mut batch = settlement::batch(brief, self.app.now());
        for job in &jobs {
            release(job, ReleaseCause::BudgetExhausted, &mut batch);
        }
        self.release_waiting(brief.run_id, &mut batch);
        self.stopped.push((brief.run_id, Attention::BudgetExhausted));
        self.write(batch).await.map(|_| ())
    }
}
