//! The logs of all steps of a run that goes on, as they are written (layer 3).

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::StreamExt;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::ResourceExt;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::missing::Had;
use super::{Copied, Line, Request, Sink, Told, attempt, is_wanted, part, pods, selector, tell};
use crate::cluster::Cluster;
use crate::cluster::log_follow::{Followed, Next};
use crate::cluster::logs::End;
use crate::cluster::watch::{Change, Selection, changes, until_gone};
use crate::error::Result;
use crate::ops::run::Found;
use crate::orchestrator::facts::{has_started, step_name};
use crate::orchestrator::record::Record;
use crate::orchestrator::{checkpoint, kept_logs};

/// So many logs are followed at once; those of further steps come when there is room, and are whole all the same.
const MOST_AT_ONCE: usize = 256;

/// All steps at once, new ones as they start, until the run is recorded as ended or is deleted. Attempts before a retry
/// are left out.
pub(super) async fn follow(
    cluster: &Cluster,
    run: &Found,
    request: &Request,
    record: &Record,
    sink: &Sink,
) -> Result<End> {
    let mut reading = Reading::new(cluster, run, request, record, sink);
    let mut pods = pin!(changes::<Pod>(cluster, &run.namespace, Selection::labels(selector(run, request))));
    let state = checkpoint::name(&run.identity.object());
    let mut state = pin!(changes::<ConfigMap>(cluster, &run.namespace, Selection::name(&state)));
    let object = run.identity.object();
    let mut gone = pin!(until_gone(cluster, &run.namespace, &object, &run.uid, |_: &ConfigMap| {}));
    let ended = loop {
        tokio::select! {
            () = &mut gone => break None,
            Some(change) = pods.next() => match change {
                Change::Present(pod) => reading.open(&pod),
                Change::Trouble(trouble) if trouble.forbidden => return Err(trouble.error),
                _ => {}
            },
            Some(change) = state.next() => match change {
                Change::Trouble(trouble) if trouble.forbidden => return Err(trouble.error),
                Change::Present(found) if checkpoint::read(&found, false)?.phase.is_final() => {
                    break Some(checkpoint::read(&found, true)?);
                }
                _ => {}
            },
            () = sink.closed() => return Ok(End::Whole),
        }
    };
    for pod in self::pods(cluster, run, request).await.unwrap_or_default() {
        reading.open(&pod);
    }
    let Some(record) = ended else {
        reading.read().await;
        return Ok(End::Deleted);
    };
    reading.finish(&record).await.map(|()| End::Whole)
}

/// The logs that are being read, one task each.
struct Reading<'a> {
    cluster: &'a Cluster,
    run: &'a Found,
    request: &'a Request,
    sink: &'a Sink,
    pasts: HashMap<String, u16>,
    opened: HashSet<String>,
    room: Arc<Semaphore>,
    /// Whether it was said that logs may not be read.
    refused: Arc<AtomicBool>,
    tasks: JoinSet<(String, Copied)>,
    had: Had,
}

impl<'a> Reading<'a> {
    fn new(cluster: &'a Cluster, run: &'a Found, request: &'a Request, record: &Record, sink: &'a Sink) -> Self {
        let pasts = record.steps.iter().filter(|step| step.past > 0);
        let pasts = pasts.map(|step| (step.name.clone(), step.past)).collect();
        let (room, refused, tasks) = (Arc::new(Semaphore::new(MOST_AT_ONCE)), Arc::default(), JoinSet::new());
        let (opened, had) = (HashSet::new(), Had::default());
        Self { cluster, run, request, sink, pasts, opened, room, refused, tasks, had }
    }

    fn open(&mut self, pod: &Pod) {
        let (step, name) = (step_name(pod), pod.name_any());
        if !self.is_asked(&step, attempt(pod)) || !has_started(pod) || !self.opened.insert(name.clone()) {
            return;
        }
        let log = Followed::new(self.cluster, &self.run.namespace, &name, &part(self.request.tail));
        let (sink, room, refused) = (self.sink.clone(), Arc::clone(&self.room), Arc::clone(&self.refused));
        self.tasks.spawn(async move {
            // The semaphore is never closed.
            let _permit = room.acquire().await.ok();
            let copied = copy_on(log, &step, name, &sink, &refused).await;
            (step, copied)
        });
        while let Some(Ok((step, copied))) = self.tasks.try_join_next() {
            self.had.take(step, copied);
        }
    }

    fn is_asked(&self, step: &str, attempt: u16) -> bool {
        let is_past = self.pasts.get(step).is_some_and(|past| attempt <= *past);
        !is_past && !self.request.without.contains(step) && is_wanted(self.request, step)
    }

    /// Reads what was opened to its end.
    async fn read(&mut self) {
        while let Some(done) = self.tasks.join_next().await {
            if let Ok((step, copied)) = done {
                self.had.take(step, copied);
            }
        }
    }

    /// The run has ended as `record` says: what was kept of pods that nobody saw comes last.
    async fn finish(mut self, record: &Record) -> Result<()> {
        self.read().await;
        if !self.had.misses(self.request, record).is_empty() {
            let kept = kept_logs::load(self.cluster, &self.run.namespace, &self.run.identity.object()).await;
            for kept in kept {
                if self.is_asked(&kept.step, kept.attempt) && !self.opened.contains(&kept.pod) {
                    let step = kept.step.clone();
                    tell(kept, self.request.tail, self.sink).await?;
                    self.had.take(step, Copied::Whole);
                }
            }
        }
        self.had.conclude(self.run, self.request, record, self.sink).await
    }
}

/// Copies a log to its end, and says where that is not the container's.
async fn copy_on(mut log: Followed, step: &str, pod: String, sink: &Sink, refused: &AtomicBool) -> Copied {
    let mut told = false;
    loop {
        let text = match log.next().await {
            Next::Line(text) => text,
            Next::End => return Copied::Whole,
            Next::Lost { gone: true, .. } if !told => return Copied::Gone,
            Next::Lost { error, .. } => {
                let what = if told { "more of this log" } else { "its log" };
                if !refused.swap(true, Ordering::Relaxed) || !error.to_string().contains("forbidden") {
                    let _ = sink.send(Told::Note(format!("[{step}] ({what} cannot be had: {error})"))).await;
                }
                return if told { Copied::Whole } else { Copied::Failed(error) };
            }
        };
        told = true;
        if sink.send(Told::Line(Line { step: step.to_owned(), pod: pod.clone(), text })).await.is_err() {
            return Copied::Whole;
        }
    }
}
