//! What the engine does: creating and deleting pods, and writing the checkpoint, in the background (layer 3).

use std::pin::Pin;
use std::sync::Arc;

use futures_util::{Stream, StreamExt};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use tokio::time::{Instant, sleep};

use super::{CHECKPOINT, Creation, Done, End, Engine, RETRY, Root, is_gone};
use crate::cluster::objects;
use crate::cluster::watch::Change;
use crate::error::Result;
use crate::orchestrator::checkpoint;
use crate::orchestrator::lease::Held;
use crate::orchestrator::ledger::Try;
use crate::orchestrator::machine::{Action, Outcome};
use crate::orchestrator::progress::Progress;
use crate::pipeline::{pod, render};

impl Engine<'_> {
    pub(super) fn act(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::CreatePod { step, attempt } => self.create((step, attempt)),
                Action::DeletePod { step, attempt } => self.delete((step, attempt)),
                Action::Finish(outcome) => self.outcome = Some(outcome),
            }
        }
    }

    fn create(&mut self, (step, attempt): Try) {
        let run = self.ledger.run();
        let pod = match render::render(&run.steps[step], None, &|_| None) {
            Ok(rendered) => pod::pod(run, &rendered, attempt, self.work.owner),
            Err(error) => {
                self.tasks.spawn(async move { Done::Created((step, attempt), Creation::Refused(error)) });
                return;
            }
        };
        let creator = Arc::clone(&self.creator);
        self.tasks.spawn(async move { Done::Created((step, attempt), creator.create(step, pod).await) });
    }

    fn delete(&mut self, (step, attempt): Try) {
        let run = self.ledger.run();
        let name = run.pod_name(&run.steps[step], attempt);
        let api = objects::api::<Pod>(self.work.cluster, self.work.namespace);
        self.sweep.asked(name.clone());
        self.tasks.spawn(async move {
            while objects::delete(&api, &name).await.is_err() {
                sleep(RETRY).await;
            }
            Done::Deleted
        });
    }

    /// When the checkpoint is to be written next, if it is.
    pub(super) fn next_checkpoint(&self) -> Option<Instant> {
        (self.dirty && !self.writing).then(|| self.written.map_or_else(Instant::now, |last| last + CHECKPOINT))
    }

    pub(super) fn write_checkpoint(&mut self) {
        (self.dirty, self.writing, self.written) = (false, true, Some(Instant::now()));
        let (cluster, namespace) = (self.work.cluster.clone(), self.work.namespace.to_owned());
        let (root, record) = (self.work.owner.name.clone(), self.ledger.record().clone());
        self.tasks.spawn(async move { Done::Written(checkpoint::write(&cluster, &namespace, &root, &record).await) });
    }

    /// Leaves everything as it is, recorded as far as the server can be reached.
    pub(super) async fn leave(mut self) -> End {
        self.tasks.shutdown().await;
        let write =
            checkpoint::write(self.work.cluster, self.work.namespace, &self.work.owner.name, self.ledger.record());
        let _ = tokio::time::timeout(RETRY * 3, write).await;
        End::Left
    }

    /// Records the end for certain: only what is recorded has happened. Deletions that were asked for are carried out.
    pub(super) async fn finish(
        mut self,
        outcome: Outcome,
        lease: &mut Held,
        mut root: Pin<&mut impl Stream<Item = Change<Root>>>,
    ) -> Result<End> {
        while let Some(done) = self.tasks.join_next().await {
            if let Ok(done) = done {
                self.done(done);
            }
        }
        self.ledger.finish(outcome, self.why.take(), Timestamp::now());
        loop {
            let write =
                checkpoint::write(self.work.cluster, self.work.namespace, &self.work.owner.name, self.ledger.record());
            tokio::select! {
                result = write => match result {
                    Ok(()) => break,
                    Err(error) => self.work.report.notice(format!("cannot record the end of the run yet: {error}")),
                },
                Some(change) = root.next() => if is_gone(&change, self.work.owner) { return Ok(End::Deleted) },
                () = lease.lost() => return Ok(End::LeaseLost),
            }
            sleep(RETRY).await;
        }
        self.work.report.tell(Progress::Run(self.summary()));
        Ok(End::Finished(self.ledger.record().clone()))
    }
}
