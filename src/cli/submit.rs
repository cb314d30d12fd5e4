//! `submit` (layer 4).

use std::path::PathBuf;

use clap::Args;

use super::flags::{ClusterFlags, DryRun, DryRunFlag, FormatParser, ParameterFlags, TimeoutFlag, namespace};
use super::place::say_where;
use super::run::attend::{self, Waiting};
use super::run::log_files::LogFlags;
use super::run::watch::shown;
use super::{input, submit_plan};
use crate::cluster::Cluster;
use crate::cluster::access::Target;
use crate::error::{Error, Result};
use crate::ops::run::Found;
use crate::ops::run::attend::holder;
use crate::ops::stack::access::active;
use crate::orchestrator::drive::Driver;
use crate::orchestrator::progress::Report;
use crate::orchestrator::record::Record;
use crate::orchestrator::root::Mode;
use crate::orchestrator::submit::{self, Request, Submitted};
use crate::output::{self, Format};
use crate::pipeline::spec::Pipeline;
use crate::{pipeline, stack, ui};

/// What to run, and how.
#[derive(Args, Debug)]
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
    #[arg(long, conflicts_with = "timeout")]
    detach: bool,
    #[command(flatten)]
    timeout: TimeoutFlag,
    #[command(flatten)]
    logs: LogFlags,
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

impl SubmitArgs {
    /// How to wait for the run's end; none where nobody waits.
    fn waiting(&self, pipeline: &Pipeline) -> Result<Option<Waiting>> {
        let is_asked = self.logs.is_asked();
        if is_asked && (self.detach || self.dry_run.dry_run != DryRun::None) {
            let flag = if self.detach { "--detach" } else { "--dry-run" };
            return Err(Error::usage(format!("`{flag}` does not wait, and logs come while one waits")));
        }
        // A terminal that drives a run cannot leave it.
        let leaves = self.detach || (pipeline.settings.detach && !self.attached && !is_asked);
        let waiting = || Ok(Waiting { logs: self.logs.wish()?, timeout: self.timeout });
        (!leaves).then(waiting).transpose()
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
    let waiting = args.waiting(&pipeline)?;
    submit_plan::warn(&args, &pipeline);
    let cluster = active.connect().await?;
    let mut request = submit_plan::request(&args, (&text, &pipeline), &active, &cluster)?;
    if dry_run == DryRun::Client {
        return submit_plan::show(&request, &args);
    }
    say_where(&cluster, &request.run.namespace);
    // Of ten thousand steps it is more than the run itself, which may take long.
    drop((pipeline, text));
    if dry_run == DryRun::Server {
        shown(async |report| submit::dry_run(&cluster, &mut request, report).await).await?;
        return submit_plan::show(&request, &args);
    }
    match shown(async |report| start(&cluster, request, waiting, report).await).await? {
        Some((run, record)) => attend::verdict(&run, &record),
        None => Ok(()),
    }
}

/// Submits and stays until the end, unless that is not wanted.
pub(super) async fn start(
    cluster: &Cluster,
    request: Request,
    waiting: Option<Waiting>,
    report: &Report,
) -> Result<Option<(Found, Record)>> {
    let attached = request.mode == Mode::Attached;
    let Submitted { identity, namespace, root, run } = submit::submit(cluster, request, report).await?;
    ui::print(&output::line("run", &identity.name, "created"))?;
    let found = Found { namespace, identity, uid: root.uid.clone(), created: None, suspended: false };
    let Some(waiting) = waiting else {
        report.notice(attend::look(&found));
        return Ok(None);
    };
    let driver = attached.then(|| {
        let (cluster, namespace) = (cluster.clone(), found.namespace.clone());
        let (identity, holder) = (found.identity.clone(), holder());
        Driver { cluster, namespace, identity, root, run, holder, gives_way: false, seen: None }
    });
    let record = attend::stay(cluster, &found, driver, waiting, report).await?;
    Ok(Some((found, record)))
}
