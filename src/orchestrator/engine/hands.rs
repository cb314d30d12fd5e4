//! What the engine does: creating and deleting pods, and writing the checkpoint, in the background (layer 3).

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::{Stream, StreamExt};
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::ResourceExt;
use tokio::time::{Instant, sleep, sleep_until};

use super::own::News;
use super::{CHECKPOINT, Done, End, Engine, LAST_LOGS, RETRY};
use crate::cluster::objects;
use crate::cluster::watch::Change;
use crate::error::Result;
use crate::orchestrator::checkpoint::Written;
use crate::orchestrator::facts::lingers;
use crate::orchestrator::kept_logs::Failed;
use crate::orchestrator::lease::Held;
use crate::orchestrator::ledger::Try;
use crate::orchestrator::machine::{Action, Outcome};
use crate::orchestrator::progress::Progress;
use crate::orchestrator::record::{StepPhase, StepRecord};
use crate::orchestrator::{cache, labels};
use crate::pipeline::policy::ExecutionMode;

impl Engine<'_> {
    pub(super) fn act(&mut self, actions: Vec<Action>) {
        let mut actions = VecDeque::from(actions);
        while let Some(action) = actions.pop_front() {
            match action {
                Action::CreatePod { step, attempt, charged } => {
                    let (one, now) = ((step, attempt), self.clock.now());
                    if let Some(entry) = self.ledger.cached(one) {
                        actions.extend(self.ledger.hit(one, entry, now));
                        continue;
                    }
                    self.queue.push(self.ledger.settings_of(step), (one, charged));
                }
                Action::AbandonPod { step, attempt } if self.queue.take_back((step, attempt)) => {
                    actions.extend(self.ledger.abandoned((step, attempt), self.clock.now()));
                }
                Action::AbandonPod { step, attempt } => self.creator.abandon(self.ledger.pod_name(step, attempt)),
                Action::DeletePod { step, attempt } => self.delete(self.ledger.pod_name(step, attempt)),
                // The ledger has answered it.
                Action::Expand { .. } => {}
                Action::Finish(outcome) => self.outcome = Some(outcome),
            }
        }
    }

    /// Begins to create what is next, as far as that may be.
    pub(super) fn create_next(&mut self) {
        while let Some(((step, attempt), charged)) = self.queue.pop() {
            match self.ledger.pod(step, attempt, charged) {
                Ok(pod) => self.create((step, attempt), pod),
                Err(error) => {
                    self.queue.done((step, attempt), false);
                    let actions = self.ledger.refused((step, attempt), "BadOutput", &error, self.clock.now());
                    self.act(actions);
                }
            }
        }
    }

    /// Whether more can be heard: without the right to watch events one only learns less.
    pub(super) fn hear_of_mounts(&mut self, change: Change<Event>) -> bool {
        match change {
            Change::Present(event) => {
                let actions = self.ledger.cannot_mount(*event, self.clock.now());
                self.act(actions);
                true
            }
            Change::Trouble(trouble) => !trouble.forbidden,
            _ => true,
        }
    }

    fn create(&mut self, one: Try, pod: Pod) {
        let creator = Arc::clone(&self.creator);
        self.tasks.spawn(async move { Done::Created(one, creator.create(one, pod).await) });
    }

    pub(super) fn delete(&mut self, name: String) {
        let (api, grace) = (objects::api::<Pod>(self.work.cluster, self.work.namespace), self.grace);
        self.tasks.spawn(async move {
            while objects::delete_within(&api, &name, grace).await.is_err() {
                sleep(RETRY).await;
            }
            Done::Background
        });
    }

    /// The log of a step that failed in its container outlives the pod; of an attempt before, where the pod will not stay.
    pub(super) fn keep_log(&self, step: &StepRecord) {
        if let Some(pod) = step.pod.clone().filter(|_| step.started.is_some())
            && (step.phase == StepPhase::Failed || (step.phase == StepPhase::Retrying && self.ledger.lingers(&pod)))
        {
            self.keeper.keep(Failed { step: step.name.clone(), attempt: step.attempt, pod });
        }
    }

    /// When the checkpoint is to be written next, if it is.
    pub(super) fn next_checkpoint(&self) -> Option<Instant> {
        (self.dirty && !self.writing).then(|| self.written.map_or_else(Instant::now, |last| last + CHECKPOINT))
    }

    pub(super) fn write_checkpoint(&mut self) {
        (self.dirty, self.writing, self.written) = (false, true, Some(Instant::now()));
        self.ledger.recording();
        let write = self.write();
        self.write_cache();
        self.tasks.spawn(async move { Done::Written(write.await) });
    }

    fn write(&self) -> impl Future<Output = Result<Written>> + Send + use<> {
        self.work.checkpoint.write(self.ledger.record())
    }

    /// What follows from a write, where it was the last word of somebody who deletes.
    pub(super) fn take_written(&mut self, result: Result<Written>) -> Result<()> {
        match result? {
            Written::Done => {}
            Written::Anew => self.work.report.notice("the run's record was deleted, and is written anew"),
            Written::RunGone => self.end = Some(End::Deleted),
            Written::Refused(error) => self.end = Some(End::Unrecorded(error)),
        }
        Ok(())
    }

    /// Ends what is alive of a run that is no more: garbage collection does that too, unless somebody told it not to.
    pub(super) async fn give_up(mut self, end: End) -> End {
        self.tasks.shutdown().await;
        self.sweep().await;
        end
    }

    /// Deletes pods whose steps are recorded as succeeded, where there are more than are kept.
    pub(super) fn drop_recorded(&mut self) {
        let (api, names) = (objects::api::<Pod>(self.work.cluster, self.work.namespace), self.ledger.written());
        if names.is_empty() {
            return;
        }
        self.dirty = true;
        self.tasks.spawn(async move {
            for name in names {
                // One that stays is one too many, and no harm.
                let _ = objects::delete(&api, &name).await;
            }
            Done::Background
        });
    }

    fn write_cache(&mut self) {
        if let Some(patch) = self.ledger.take_cache_patch() {
            let (cluster, namespace) = (self.work.cluster.clone(), self.work.namespace.to_owned());
            let pipeline = self.ledger.run().pipeline.clone();
            self.tasks.spawn(async move {
                cache::write(&cluster, &namespace, &pipeline, patch).await;
                Done::Background
            });
        }
    }

    /// Leaves everything as it is, recorded as far as the server can be reached.
    pub(super) async fn leave(mut self) -> End {
        self.tasks.shutdown().await;
        let _ = tokio::time::timeout(RETRY * 3, self.write()).await;
        End::Left
    }

    /// Deletes what is alive of the run after its end: pods of a process that had lost its right and did not know yet.
    async fn sweep(&self) {
        let api = objects::api::<Pod>(self.work.cluster, self.work.namespace);
        let selector = format!("{}={},{}", labels::RUN_ID, self.ledger.run().run_id, labels::STEP);
        // Where the server does not answer, or nothing may be listed any more, owner references remain.
        let Ok(pods) = objects::list_all(&api, &selector).await else { return };
        for pod in pods.iter().filter(|pod| pod.metadata.deletion_timestamp.is_none()) {
            if self.ledger.is_alive(pod) {
                let _ = objects::delete_within(&api, &pod.name_any(), self.grace).await;
            }
        }
    }

    /// Deletes the pods whose step has ended, and which go on after the time that they have.
    async fn end_lingering(&self) {
        let Some((due, names)) = self.ledger.lingering() else { return };
        sleep_until(self.clock.instant(due)).await;
        let api = objects::api::<Pod>(self.work.cluster, self.work.namespace);
        for name in names {
            // Where the server does not answer, it is one pod too many.
            if api.get_opt(&name).await.ok().flatten().is_some_and(|pod| lingers(&pod)) {
                let _ = objects::delete_within(&api, &name, self.grace).await;
            }
        }
    }

    /// Records the end for certain: only what is recorded has happened. Deletions that were asked for are carried out.
    pub(super) async fn finish(
        mut self,
        outcome: Outcome,
        lease: &mut Held,
        mut own: Pin<&mut impl Stream<Item = News>>,
    ) -> Result<End> {
        self.write_cache();
        if self.ledger.surplus() > 0 && !self.writing {
            self.write_checkpoint();
        }
        while let Some(done) = self.tasks.join_next().await {
            if let Ok(done) = done {
                self.done(done);
            }
        }
        let cut_short = self.ledger.run().execution_mode == ExecutionMode::FailFast && outcome == Outcome::Failed;
        if cut_short || matches!(outcome, Outcome::Stopped | Outcome::TimedOut) {
            self.sweep().await;
        }
        let why = self.why.take().filter(|_| outcome == Outcome::Stopped);
        self.ledger.finish(outcome, why, self.clock.now());
        let _ = tokio::time::timeout(LAST_LOGS, self.keeper.finish()).await;
        let mut told = None;
        loop {
            tokio::select! {
                result = self.write() => match self.take_written(result) {
                    Ok(()) if self.end.is_none() => break,
                    Ok(()) => {}
                    Err(error) => {
                        let text = error.to_string();
                        if told.as_ref() != Some(&text) {
                            self.work.report.notice(format!("cannot record the end of the run yet: {text}"));
                            told = Some(text);
                        }
                    }
                },
                Some(News::RunGone) = own.next() => self.end = Some(End::Deleted),
                () = lease.lost() => return Ok(End::LeaseLost),
            }
            if let Some(end) = self.end.take() {
                return Ok(self.give_up(end).await);
            }
            sleep(RETRY).await;
        }
        self.work.report.tell(Progress::Run(self.summary()));
        let record = self.summary();
        self.herald.ended(&record).await;
        self.end_lingering().await;
        Ok(End::Finished(self.ledger.into_record()))
    }
}
