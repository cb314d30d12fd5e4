//! `submit` (layer 4).

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::flags::{ClusterFlags, DryRun, DryRunFlag, FormatParser, ParameterFlags, namespace};
use super::place::say_where;
use super::{input, live, submit_plan};
use crate::cluster::Cluster;
use crate::cluster::access::Target;
use crate::error::{Error, Kind, Result};
use crate::ops::run::{Found, logs};
use crate::ops::stack::access::active;
use crate::orchestrator::drive::{Driven, Driver};
use crate::orchestrator::engine::Control;
use crate::orchestrator::follow::follow;
use crate::orchestrator::progress::Report;
use crate::orchestrator::record::{Phase, Record, StepPhase};
use crate::orchestrator::root::Mode;
use crate::orchestrator::submit::{self, Request, Submitted};
use crate::output::{self, Format};
use crate::pipeline::spec::Pipeline;
use crate::{pipeline, stack, ui};

/// How long the logs may take to come to their end after the run has.
const LAST_LOGS: Duration = Duration::from_secs(15);

/// What to run, and how.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct SubmitArgs {
    /// Read the pipeline from this file; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub(super) filename: PathBuf,
    #[command(flatten)]
    pub(super) parameters: ParameterFlags,
    /// Name the run [default: <pipeline>-<date>-<time>]
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Use this namespace [default: the file's, else the context's, else zenml]
    #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace)]
    pub(super) namespace: Option<String>,
    /// Create the namespace if it is missing
    #[arg(long)]
    pub(super) create_namespace: bool,
    /// Orchestrate from this terminal instead of an orchestrator pod; the steps are pods all the same
    #[arg(long, conflicts_with_all = ["detach", "orchestrator_image"])]
    pub(super) attached: bool,
    /// Return once the run is submitted; without this flag, wait for its end
    #[arg(long)]
    detach: bool,
    /// Print the logs of all steps while waiting
    #[arg(long, conflicts_with_all = ["detach", "dry_run"])]
    logs: bool,
    // clap's `env` would print the variable's value in the help.
    #[arg(
        long,
        value_name = "IMAGE",
        help = "Run this image as the orchestrator [env: KUBECTL_ZENML_ORCHESTRATOR_IMAGE]"
    )]
    pub(super) orchestrator_image: Option<String>,
    #[command(flatten)]
    pub(super) dry_run: DryRunFlag,
    /// Print what a dry run would create as table, wide, json, yaml, name or jsonpath=PATH
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        requires = "dry_run",
        value_parser = FormatParser,
        hide_possible_values = true
    )]
    pub(super) output: Option<Format>,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Whether to stay until a run's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
    Not,
    ForTheEnd,
    WithLogs,
}

impl SubmitArgs {
    fn waiting(&self, pipeline: &Pipeline) -> Waiting {
        // A terminal that drives a run cannot leave it.
        let leaves = self.detach || (pipeline.settings.detach && !self.attached && !self.logs);
        match (leaves, self.logs) {
            (true, _) => Waiting::Not,
            (false, true) => Waiting::WithLogs,
            (false, false) => Waiting::ForTheEnd,
        }
    }
}

/// Runs `submit`.
pub(super) async fn run(args: SubmitArgs) -> Result<()> {
    let dry_run = args.dry_run.dry_run;
    if args.output.is_some() && dry_run == DryRun::None {
        return Err(Error::usage("`submit -o` goes with --dry-run"));
    }
    let (file, text) = input::text(&args.filename)?;
    let active = active(stack::Kind::Orchestrator, Target::from(args.cluster.clone()))?;
    let pipeline = pipeline::read::read_over(&file, &text, &active.base())?;
    submit_plan::warn(&args, &pipeline);
    let cluster = active.connect().await?;
    let mut request = submit_plan::request(&args, &pipeline, &active, &cluster)?;
    if dry_run == DryRun::Client {
        return submit_plan::show(&request, &args);
    }
    say_where(&cluster, &request.run.namespace);
    let (report, events) = Report::channel();
    let view = tokio::spawn(live::show(events));
    let outcome = if dry_run == DryRun::Server {
        submit::dry_run(&cluster, &mut request, &report).await.map(|()| None)
    } else {
        start(&cluster, request.clone(), args.waiting(&pipeline), &report).await
    };
    drop(report);
    // The view ends by itself once nobody reports any more.
    let _ = view.await;
    match outcome? {
        Some((submitted, record)) => verdict(&submitted, &record),
        None if dry_run == DryRun::Server => submit_plan::show(&request, &args),
        None => Ok(()),
    }
}

/// Submits and stays until the end, unless that is not wanted.
async fn start(
    cluster: &Cluster,
    request: Request,
    waiting: Waiting,
    report: &Report,
) -> Result<Option<(Submitted, Record)>> {
    let attached_run = request.mode == Mode::Attached;
    let submitted = submit::submit(cluster, request, report).await?;
    ui::print(&output::line("run", &submitted.identity.name, "created"))?;
    if waiting == Waiting::Not {
        report.notice(look(&submitted));
        return Ok(None);
    }
    let mut logs = JoinSet::new();
    if waiting == Waiting::WithLogs {
        logs.spawn(tell_logs(cluster.clone(), found(&submitted), report.clone()));
    }
    let record = if attached_run {
        attached(cluster, &submitted, report).await
    } else {
        wait(cluster, &submitted, report).await
    }?;
    let _ = tokio::time::timeout(LAST_LOGS, logs.join_next()).await;
    Ok(Some((submitted, record)))
}

/// Tells every line of every step, as `run logs -f` prints it.
async fn tell_logs(cluster: Cluster, run: Found, report: Report) {
    let (sink, mut lines) = mpsc::channel(1024);
    let request = logs::Request { follow: true, ..logs::Request::default() };
    let tell = async {
        while let Some(logs::Line { step, text }) = lines.recv().await {
            report.notice(format!("[{step}] {text}"));
        }
    };
    let read = async { logs::read(&cluster, &run, &request, &{ sink }).await };
    if let (Err(error), ()) = tokio::join!(read, tell) {
        report.notice(format!("the logs are not available: {error}"));
    }
}

fn found(submitted: &Submitted) -> Found {
    Found {
        namespace: submitted.namespace.clone(),
        identity: submitted.identity.clone(),
        uid: submitted.root.uid.clone(),
        created: None,
    }
}

/// Follows the run until it ends. The first Ctrl-C only ends the following.
async fn wait(cluster: &Cluster, submitted: &Submitted, report: &Report) -> Result<Record> {
    tokio::select! {
        record = Box::pin(follow(cluster, &submitted.namespace, &submitted.identity, report)) => record,
        _ = tokio::signal::ctrl_c() => {
            Err(Error::new(Kind::Interrupted, "detached; the run goes on in the cluster").hint(look(submitted)))
        }
    }
}

/// Drives the run from here. Ctrl-C stops driving; the pods that run keep running.
async fn attached(cluster: &Cluster, submitted: &Submitted, report: &Report) -> Result<Record> {
    let driver = Driver {
        cluster: cluster.clone(),
        namespace: submitted.namespace.clone(),
        identity: submitted.identity.clone(),
        root: submitted.root.clone(),
        run: submitted.run.clone(),
        holder: format!("terminal-{}", Uuid::new_v4()),
    };
    let (orders, mut control) = mpsc::unbounded_channel();
    let interrupts =
        tokio::spawn(
            async move { while tokio::signal::ctrl_c().await.is_ok() && orders.send(Control::Leave).is_ok() {} },
        );
    let end = driver.drive(&mut control, report).await;
    interrupts.abort();
    match end? {
        Driven::Ended(record) => Ok(record),
        Driven::Left => Err(left(submitted)),
    }
}

fn left(submitted: &Submitted) -> Error {
    let (name, namespace) = (&submitted.identity.name, &submitted.namespace);
    Error::new(Kind::Interrupted, "interrupted; no further step starts, and the pods that run keep running")
        .hint(format!("kubectl get pods -n {namespace} -l zenml.io/run-id={}", submitted.identity.id))
        .hint(format!("kubectl zenml run delete {name} -n {namespace}    removes the run and its pods"))
}

fn look(submitted: &Submitted) -> String {
    let (name, namespace) = (&submitted.identity.name, &submitted.namespace);
    format!("kubectl zenml run describe {name} -n {namespace}    (or `run logs -f {name} -n {namespace}`)")
}

/// The run's end as an exit code and, where it failed, why.
fn verdict(submitted: &Submitted, record: &Record) -> Result<()> {
    let (name, namespace) = (&submitted.identity.name, &submitted.namespace);
    if record.phase == Phase::Succeeded {
        return ui::print(&output::line("run", name, "succeeded"));
    }
    let (word, kind) = match record.phase {
        Phase::Stopped => ("was stopped", Kind::RunFailed),
        Phase::TimedOut => ("timed out", Kind::TimedOut),
        _ => ("failed", Kind::RunFailed),
    };
    let why = record.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
    let mut error = Error::new(kind, format!("run \"{name}\" {word}{why}"));
    let spoken = record.steps.iter().find(|step| step.phase == StepPhase::Failed && step.message.is_some());
    for line in spoken
        .and_then(|step| step.message.as_deref())
        .unwrap_or_default()
        .lines()
        .rev()
        .take(5)
        .collect::<Vec<_>>()
        .iter()
        .rev()
    {
        error = error.cause(*line);
    }
    Err(error.hint(format!("kubectl zenml run describe {name} -n {namespace}")))
}
