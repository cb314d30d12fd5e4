//! `run retry` (layer 4).

use clap::Args;
use jiff::Timestamp;
use uuid::Uuid;

use super::attend::{self, Waiting};
use super::log_files::{LogFlags, Logs};
use super::watch::shown;
use crate::cli::flags::{PlaceFlags, TimeoutFlag};
use crate::cli::place::{reach, say_where};
use crate::cli::submit::start;
use crate::cli::{input, submit_plan};
use crate::cluster::Cluster;
use crate::cluster::access::Target;
use crate::cluster::namespace::Chosen;
use crate::error::{Error, Result};
use crate::ops::run::Found;
use crate::ops::run::attend::driver;
use crate::ops::run::find::find;
use crate::ops::stack::access::active;
use crate::orchestrator::progress::Report;
use crate::orchestrator::record::Record;
use crate::orchestrator::retry::{self, Request, variant};
use crate::orchestrator::root::Mode;
use crate::orchestrator::source::{self, Source};
use crate::orchestrator::{checkpoint, submit};
use crate::pipeline::parameters::{self, Override};
use crate::pipeline::resolve::{ResolvedRun, RunIdentity, resolve};
use crate::pipeline::secrets::Keys;
use crate::stack::Kind;
use crate::{naming, output, ui};

/// Which run to try again, and from where.
#[derive(Args, Debug)]
pub(in crate::cli) struct RetryArgs {
    /// The run's name or id; @latest is the newest
    #[arg(value_name = "NAME")]
    run: String,
    /// Do also this step again, and all that wait for it; an instance is train[3]
    #[arg(long, value_name = "STEP")]
    from: Option<String>,
    /// Make a new run with this parameter, or all those in a file, in which what would do the same is not done again
    #[arg(short, long = "param", value_name = "NAME=VALUE|@FILE")]
    parameters: Vec<String>,
    /// Name the new run [default: <pipeline>-<date>-<time>]
    #[arg(long, value_name = "NAME", requires = "parameters")]
    name: Option<String>,
    /// Return once the run goes on; without this flag, wait for its end
    #[arg(long, conflicts_with = "timeout")]
    detach: bool,
    #[command(flatten)]
    timeout: TimeoutFlag,
    #[command(flatten)]
    logs: LogFlags,
    /// Run this image as the orchestrator [default: the one before]
    #[arg(long, value_name = "IMAGE")]
    orchestrator_image: Option<String>,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Tries a run again, in its place.
pub(super) async fn retry(args: RetryArgs) -> Result<()> {
    let active = active(Kind::Orchestrator, Target::from(args.place.cluster.clone()))?;
    let (cluster, place) = reach(args.place, Kind::Orchestrator).await?;
    let run = find(&cluster, &place, &args.run).await?;
    if args.detach && args.parameters.is_empty() && run.identity.mode == Mode::Attached {
        return Err(Error::usage(
            "`--detach` is for runs in the cluster: this one was submitted with --attached, and a terminal drives it",
        ));
    }
    let image = submit_plan::image(args.orchestrator_image.as_deref(), None, &active)?;
    let request = Request { from: args.from, image: args.orchestrator_image, fallback: image };
    if args.detach && args.logs.is_asked() {
        return Err(Error::usage("`--detach` does not wait, and logs come while one waits"));
    }
    let waiting = if args.detach { None } else { Some(Waiting { logs: args.logs.wish()?, timeout: args.timeout }) };
    say_where(&cluster, &run.namespace);
    if !args.parameters.is_empty() {
        let wanted = Changed { parameters: args.parameters, name: args.name, request };
        return Box::pin(changed(&cluster, &run, wanted, waiting)).await;
    }
    let record = shown(async |report| again(&cluster, &run, &request, waiting, report).await).await?;
    record.map_or(Ok(()), |record| attend::verdict(&run, &record))
}

/// Tries `run` again and, where somebody waits, stays until its end.
pub(super) async fn again(
    cluster: &Cluster,
    run: &Found,
    request: &Request,
    waiting: Option<Waiting>,
    report: &Report,
) -> Result<Option<Record>> {
    let driver = driver(cluster, run).await?;
    let done = retry::retry(&driver, request, report).await?;
    ui::print(&output::line("run", &run.identity.name, "retried"))?;
    let Some(waiting) = waiting else {
        report.notice(attend::look(run));
        return Ok(None);
    };
    // Their logs were told when they ran.
    let waiting = Waiting { logs: Logs { without: done, ..waiting.logs }, ..waiting };
    let driver = Some(driver).filter(|_| run.identity.mode == Mode::Attached);
    attend::stay(cluster, run, driver, waiting, report).await.map(Some)
}

/// What is to be another way this time.
struct Changed {
    parameters: Vec<String>,
    name: Option<String>,
    request: Request,
}

/// Makes a run like `run` with other parameters, and stays as `submit` does.
async fn changed(cluster: &Cluster, run: &Found, changed: Changed, waiting: Option<Waiting>) -> Result<()> {
    let driver = driver(cluster, run).await?;
    let (old, identity) = (&driver.run, &driver.identity);
    let record = checkpoint::load(cluster, &run.namespace, &identity.object()).await?;
    let source = source::load(cluster, &run.namespace, identity).await?;
    let pipeline = source.pipeline(&identity.name)?;
    let before = Override::File { name: format!("run {}", identity.name), text: variant::values_text(&source.values)? };
    let given = [vec![before], input::overrides(&changed.parameters)?].concat();
    let values = parameters::values(&pipeline.parameters, &given)?;
    let name = match &changed.name {
        Some(name) => submit_plan::checked(name)?,
        None => naming::default_run_name(&pipeline.name, Timestamp::now()),
    };
    let identity = RunIdentity { id: Uuid::new_v4().to_string(), name, namespace: run.namespace.clone() };
    let new = ResolvedRun { pod_security: old.pod_security, ..resolve(&pipeline, &values, &identity)? };
    let keys: Vec<String> = Keys::of(&pipeline).own().iter().map(|own| own.key.clone()).collect();
    let submission = submit::Request {
        record: Some(variant::inherit(old, &record, &new, changed.request.from.as_deref())?),
        secrets: variant::values(cluster, old, &keys).await?,
        source: Some(Source { values, ..source }),
        mode: run.identity.mode,
        image: retry::image(&driver, &changed.request).await?,
        chosen: Chosen::Named,
        create_namespace: false,
        run: new.into(),
    };
    let outcome = shown(async |report| start(cluster, submission.clone(), waiting, report).await).await?;
    outcome.map_or(Ok(()), |(run, record)| attend::verdict(&run, &record))
}
