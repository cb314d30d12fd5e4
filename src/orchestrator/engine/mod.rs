//! The engine: one watch of the run's pods, a bounded window of creations, and the machine between them (layer 3). What it
//! does is in `hands`.

mod hands;
mod own;
mod queue;

use std::collections::HashSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use self::own::News;
use self::queue::Queue;
use super::checkpoint::{Checkpoint, Written};
use super::clock::Clock;
use super::create::{Creator, Delay, Outcome as Creation};
use super::facts::is_over;
use super::herald::Herald;
use super::kept_logs::Keeper;
use super::lease::Held;
use super::ledger::{Known, Ledger, Try};
use super::machine::Outcome;
use super::progress::{Progress, Report};
use super::record::Record;
use super::{cache, labels, mounts};
use crate::cluster::watch::{Change, Selection, changes};
use crate::cluster::{Cluster, namespace};
use crate::error::{Error, Result};
use crate::pipeline::pod::Owner;

/// The checkpoint is written at most this often.
const CHECKPOINT: Duration = Duration::from_secs(2);
/// The pause before a deletion or a write is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// How long the end of a run waits for the logs that are being kept.
const LAST_LOGS: Duration = Duration::from_secs(10);

/// Why a run ends whose root says so.
const STOPPED: &str = "a person asked for it";

/// What the engine may be told from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// End the run: delete what is alive, record that it was stopped, and why.
    Stop(String),
    /// Stop acting and leave everything as it is.
    Leave,
}

/// Why the engine returned.
#[derive(Debug)]
pub enum End {
    /// The run ended and that is recorded.
    Finished(Record),
    /// Told to leave.
    Left,
    /// Another one may act now.
    LeaseLost,
    /// The run was deleted. Its pods are told to end.
    Deleted,
    /// Its record was deleted, and this user may not make it anew. Its pods are told to end.
    Unrecorded(Error),
}

/// The run that an engine works on.
pub struct Work<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// The run's namespace.
    pub namespace: &'a str,
    /// The root, which controls the pods.
    pub owner: &'a Owner,
    /// The run's record.
    pub checkpoint: &'a Checkpoint,
    /// Where events go.
    pub report: &'a Report,
}

/// Runs until the end of the run, or until something ends the engine's right to act.
pub async fn run(
    work: &Work<'_>,
    ledger: Ledger,
    lease: &mut Held,
    control: &mut mpsc::UnboundedReceiver<Control>,
) -> Result<End> {
    let (delays, mut delayed) = mpsc::unbounded_channel();
    let mut engine = Engine::new(work, ledger, delays);
    let selector = format!("{}={},{}", labels::RUN_ID, engine.ledger.run().run_id, labels::STEP);
    let mut pods = pin!(changes::<Pod>(work.cluster, work.namespace, Selection::labels(selector)));
    let (mut mounts, mut hears_of_mounts) = (pin!(mounts::news(work.cluster, work.namespace)), true);
    let mut own = pin!(own::news(work, &engine.ledger.run().run_id));
    if engine.ledger.wants_cache() {
        let cache = cache::load(work.cluster, work.namespace, &engine.ledger.run().pipeline).await;
        engine.ledger.use_cache(cache);
    }
    engine.begin();
    loop {
        let (next, wake) = (engine.next_checkpoint(), engine.next_wake());
        tokio::select! {
            Some(change) = pods.next(), if engine.heard != Heard::Nothing => engine.pod(change)?,
            () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => engine.tick(),
            Some(done) = engine.tasks.join_next() => if let Ok(done) = done { engine.done(done) },
            Some(delay) = delayed.recv() => engine.delayed(delay),
            Some(news) = own.next() => engine.hear(news),
            Some(change) = mounts.next(), if hears_of_mounts => hears_of_mounts = engine.hear_of_mounts(change),
            Some(order) = control.recv() => match order {
                Control::Stop(why) => engine.stop(&why),
                Control::Leave => return Ok(engine.leave().await),
            },
            () = lease.lost() => return Ok(End::LeaseLost),
            () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => engine.write_checkpoint(),
        }
        if let Some(end) = engine.end.take() {
            return Ok(engine.give_up(end).await);
        }
        engine.create_next();
        engine.tell();
        if let Some(outcome) = engine.outcome {
            return engine.finish(outcome, lease, own.as_mut()).await;
        }
    }
}

/// What a background task came to.
enum Done {
    Created(Try, Creation),
    /// Nothing follows from it.
    Background,
    Written(Result<Written>),
}

/// What the root was heard to say. Until then no step begins: a person may have suspended or stopped the run before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heard {
    Nothing,
    GoOn,
    Suspended,
}

struct Engine<'a> {
    work: &'a Work<'a>,
    ledger: Ledger,
    queue: Queue,
    creator: Arc<Creator>,
    /// Pods that were seen to have ended: each is one reason to ask again where a quota was used up.
    over: HashSet<String>,
    tasks: JoinSet<Done>,
    clock: Clock,
    heard: Heard,
    outcome: Option<Outcome>,
    /// There is nothing left to work on.
    end: Option<End>,
    why: Option<String>,
    trouble: Option<String>,
    foreign: bool,
    unknown: Option<String>,
    /// How long containers get to end, where it is not as their pods say: in seconds.
    grace: Option<u32>,
    keeper: Keeper,
    herald: Herald,
    dirty: bool,
    writing: bool,
    written: Option<Instant>,
}

impl<'a> Engine<'a> {
    fn new(work: &'a Work<'a>, ledger: Ledger, delays: mpsc::UnboundedSender<Delay>) -> Self {
        let creator = Arc::new(Creator::new(work.cluster, work.namespace, delays));
        let (tasks, outcome, end, why, trouble) = (JoinSet::new(), None, None, None, None);
        let (foreign, unknown, grace) = (false, None, None);
        let (dirty, writing, written) = (false, false, None);
        let clock = Clock::start();
        let keeper = Keeper::start(work.cluster, work.namespace, &work.owner.name);
        let herald = Herald::start(work.cluster, work.namespace, work.owner);
        Self {
            work,
            ledger,
            queue: Queue::default(),
            creator,
            over: HashSet::new(),
            tasks,
            clock,
            heard: Heard::Nothing,
            outcome,
            end,
            why,
            trouble,
            foreign,
            unknown,
            grace,
            keeper,
            herald,
            dirty,
            writing,
            written,
        }
    }

    fn begin(&mut self) {
        if self.ledger.record().started.is_none() {
            self.herald.began(self.ledger.record());
        }
        self.ledger.begin(self.clock.now());
        self.dirty = true;
        self.work.report.tell(Progress::Run(self.summary()));
        let suspended = self.ledger.record().suspended;
        let _ = self.ledger.suspend(suspended, self.clock.now());
        if let Some(why) = self.ledger.record().stop.clone() {
            self.stop(&why);
        }
    }

    fn next_wake(&self) -> Option<Instant> {
        self.ledger.next_wake().map(|time| self.clock.instant(time))
    }

    fn tick(&mut self) {
        let now = self.clock.now();
        let actions = self.ledger.tick(now);
        self.act(actions);
        self.ledger.overdue(now).into_iter().for_each(|pod| self.delete(pod));
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Root(request) => self.asked(request.as_deref()),
            News::RunGone => self.end = Some(End::Deleted),
            News::RecordGone => (self.dirty, self.written) = (true, None),
            News::Deaf if self.heard == Heard::Nothing => self.heard = Heard::GoOn,
            News::Deaf | News::Nothing => {}
        }
    }

    /// What a person wants of the run, by the root's annotation.
    fn asked(&mut self, request: Option<&str>) {
        let before = self.heard;
        self.heard = if request == Some(labels::REQUEST_SUSPEND) { Heard::Suspended } else { Heard::GoOn };
        match request {
            // Whoever goes on with a suspended run is to know that nothing will happen.
            Some(labels::REQUEST_SUSPEND) => {
                if before != self.heard {
                    let means = self.work.checkpoint.identity.suspension(self.work.namespace);
                    self.work.report.notice(format!("suspended: {means}"));
                }
                self.suspend(true);
            }
            Some(labels::REQUEST_STOP) => self.stop(STOPPED),
            Some(labels::REQUEST_KILL) => self.kill(STOPPED),
            None | Some(labels::REQUEST_RESUME) => self.suspend(false),
            Some(other) if self.unknown.as_deref() != Some(other) => {
                self.work.report.notice(format!("the request \"{other}\" is unknown to this version; nothing is done"));
                self.unknown = Some(other.to_owned());
            }
            Some(_) => {}
        }
    }

    fn kill(&mut self, why: &str) {
        if self.grace.replace(0).is_none() {
            self.why.get_or_insert_with(|| why.to_owned());
            (self.dirty, self.written) = (true, None);
            let actions = self.ledger.kill(why, self.clock.now());
            self.act(actions);
        }
    }

    fn suspend(&mut self, suspended: bool) {
        if self.ledger.record().suspended != suspended {
            self.dirty = true;
            let actions = self.ledger.suspend(suspended, self.clock.now());
            self.act(actions);
            if !suspended {
                self.work.report.notice("resumed");
            }
            self.work.report.tell(Progress::Run(self.summary()));
        }
    }

    fn pod(&mut self, change: Change<Pod>) -> Result<()> {
        if !matches!(change, Change::Trouble(_)) && self.trouble.take().is_some() {
            self.work.report.notice("the API server answers again");
        }
        match change {
            Change::ListBegins => self.ledger.list_begins(),
            Change::Present(pod) => match self.ledger.present(&pod, self.clock.now()) {
                Known::Ours(actions) => {
                    // Until then a quota counts it, though its container may have ended.
                    if is_over(&pod) && self.over.insert(pod.name_any()) {
                        self.creator.one_ended();
                    }
                    self.act(actions);
                }
                Known::Foreign => self.foreign(&pod),
            },
            Change::Gone(pod) => {
                let name = pod.name_any();
                let actions = self.ledger.gone(&name, self.clock.now());
                if !self.over.remove(&name) {
                    self.creator.one_ended();
                }
                self.act(actions);
            }
            Change::ListEnds => {
                let actions = self.ledger.list_ends(self.clock.now());
                self.act(actions);
            }
            Change::Trouble(trouble) if trouble.forbidden => return Err(trouble.error),
            Change::Trouble(trouble) => {
                let text = trouble.error.to_string();
                if self.trouble.as_ref() != Some(&text) {
                    self.work.report.notice(format!("waiting for the API server: {text}"));
                    self.trouble = Some(text);
                }
            }
        }
        Ok(())
    }

    fn foreign(&mut self, pod: &Pod) {
        if !std::mem::replace(&mut self.foreign, true) {
            let name = pod.name_any();
            self.work.report.notice(format!("pod/{name} has this run's labels but is not of it; it does not count"));
        }
    }

    fn done(&mut self, done: Done) {
        let now = self.clock.now();
        if let Done::Created(one, outcome) = &done {
            self.queue.done(*one, matches!(outcome, Creation::Created));
        }
        let actions = match done {
            Done::Created(one, Creation::Created) => self.ledger.created(one, now),
            Done::Created(one, Creation::Refused(error)) => self.ledger.refused(one, "PodRefused", &error, now),
            Done::Created(one, Creation::Abandoned) => self.ledger.abandoned(one, now),
            // That is no failure of the step.
            Done::Created(one, Creation::Ends) => {
                self.stop(&namespace::ends(self.work.namespace));
                self.ledger.abandoned(one, now)
            }
            Done::Created(one, Creation::Closed(error)) => {
                let actions = self.ledger.refused(one, "PodRefused", &error, now);
                self.act(actions);
                return self.stop(&error.to_string());
            }
            Done::Background => return,
            Done::Written(result) => {
                self.writing = false;
                match self.take_written(result) {
                    Ok(()) => self.drop_recorded(),
                    Err(_) => self.dirty = true,
                }
                return;
            }
        };
        self.act(actions);
    }

    fn delayed(&mut self, delay: Delay) {
        self.queue.delayed(delay.one);
        self.ledger.delayed(delay.one.0, delay.why, delay.waits_for);
    }

    fn stop(&mut self, why: &str) {
        if self.why.is_none() {
            self.why = Some(why.to_owned());
            // Whoever takes over is to know at once.
            (self.dirty, self.written) = (true, None);
            let actions = self.ledger.stop(why, self.clock.now());
            self.act(actions);
        }
    }

    /// Tells what changed, and remembers that it is to be recorded.
    fn tell(&mut self) {
        let changes = self.ledger.take_changes();
        if changes.is_empty() {
            return;
        }
        self.dirty = true;
        for step in changes {
            self.keep_log(&step);
            self.herald.step(&step);
            self.work.report.tell(Progress::Step(step));
        }
        self.work.report.tell(Progress::Run(self.summary()));
    }

    fn summary(&self) -> Record {
        self.ledger.record().without_steps()
    }
}
