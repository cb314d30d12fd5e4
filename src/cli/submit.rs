//! `submit` (layer 4).

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use uuid::Uuid;

use super::flags::{ClusterFlags, DryRun, DryRunFlag, FormatParser, ParameterFlags, namespace};
use super::input;
use super::place::{namespace_of, say_where};
use super::run::attend;
use super::run::watch::shown;
use crate::cluster::Cluster;
use crate::cluster::access::Target;
use crate::error::{Error, Result};
use crate::image::reference;
use crate::ops::run::Found;
use crate::ops::run::attend::holder;
use crate::ops::stack::access::{Active, active};
use crate::orchestrator::drive::Driver;
use crate::orchestrator::progress::Report;
use crate::orchestrator::record::Record;
use crate::orchestrator::root::Mode;
use crate::orchestrator::submit::{self, Request, Submitted};
use crate::output::{self, Format};
use crate::pipeline::parameters;
use crate::pipeline::resolve::{RunIdentity, resolve};
use crate::pipeline::spec::Pipeline;
use crate::{naming, paths, pipeline, stack, ui};

/// The image that this build was released with.
const RELEASED_IMAGE: Option<&str> = option_env!("KUBECTL_ZENML_ORCHESTRATOR_IMAGE");
/// The longest name of a run, in bytes: it stands in annotations and in messages.
const LONGEST_NAME: usize = 200;

/// What to run, and how.
#[derive(Args, Debug)]
pub(super) struct SubmitArgs {
    /// Read the pipeline from this file; - is standard input
    #[arg(short, long, value_name = "FILE")]
    filename: PathBuf,
    #[command(flatten)]
    parameters: ParameterFlags,
    /// Name the run [default: <pipeline>-<date>-<time>]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Use this namespace [default: the file's, else the context's, else zenml]
    #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace)]
    namespace: Option<String>,
    /// Create the namespace if it is missing
    #[arg(long)]
    create_namespace: bool,
    /// Orchestrate from this terminal instead of an orchestrator pod; the steps are pods all the same
    #[arg(long, conflicts_with_all = ["detach", "orchestrator_image"])]
    attached: bool,
    /// Return once the run is submitted; without this flag, wait for its end
    #[arg(long)]
    detach: bool,
    // clap's `env` would print the variable's value in the help.
    #[arg(
        long,
        value_name = "IMAGE",
        help = "Run this image as the orchestrator [env: KUBECTL_ZENML_ORCHESTRATOR_IMAGE]"
    )]
    orchestrator_image: Option<String>,
    #[command(flatten)]
    dry_run: DryRunFlag,
    /// Print what a dry run would create as table, wide, json, yaml, name or jsonpath=PATH
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        requires = "dry_run",
        value_parser = FormatParser,
        hide_possible_values = true
    )]
    output: Option<Format>,
    #[command(flatten)]
    cluster: ClusterFlags,
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
    warn_of_secrets(&pipeline);
    let cluster = active.connect().await?;
    let mut request = request(&args, &pipeline, &active, &cluster)?;
    if dry_run == DryRun::Client {
        return plan(&request, &args);
    }
    say_where(&cluster, &request.run.namespace);
    let outcome = shown(async |report| {
        if dry_run == DryRun::Server {
            return submit::dry_run(&cluster, &mut request, report).await.map(|()| None);
        }
        start(&cluster, request.clone(), &args, report).await
    });
    match outcome.await? {
        Some((run, record)) => attend::verdict(&run, &record),
        None if dry_run == DryRun::Server => plan(&request, &args),
        None => Ok(()),
    }
}

/// Submits and stays until the end, unless that is not wanted.
async fn start(
    cluster: &Cluster,
    request: Request,
    args: &SubmitArgs,
    report: &Report,
) -> Result<Option<(Found, Record)>> {
    let Submitted { identity, namespace, root, run } = submit::submit(cluster, request, report).await?;
    ui::print(&output::line("run", &identity.name, "created"))?;
    let found = Found { namespace, identity, uid: root.uid.clone(), created: None };
    if args.detach {
        report.notice(attend::look(&found));
        return Ok(None);
    }
    let record = if args.attached {
        let (cluster, namespace) = (cluster.clone(), found.namespace.clone());
        let driver = Driver { cluster, namespace, identity: found.identity.clone(), root, run, holder: holder() };
        attend::drive(driver, &found, report).await
    } else {
        attend::wait(cluster, &found, report).await
    };
    record.map(|record| Some((found, record)))
}

fn request(args: &SubmitArgs, pipeline: &Pipeline, active: &Active, cluster: &Cluster) -> Result<Request> {
    let values = parameters::values(&pipeline.parameters, &input::overrides(&args.parameters.parameters)?)?;
    let (namespace, chosen) =
        namespace_of(args.namespace.as_deref(), pipeline.settings.namespace.as_deref(), active, cluster)?;
    let name = match &args.name {
        Some(name) => checked(name)?,
        None => naming::default_run_name(&pipeline.name, Timestamp::now()),
    };
    let identity = RunIdentity { id: Uuid::new_v4().to_string(), name, namespace };
    let image = args
        .orchestrator_image
        .clone()
        .or_else(|| paths::text_variable(paths::ORCHESTRATOR_IMAGE_VARIABLE))
        .or_else(|| active.component.as_ref()?.text("orchestrator_image").map(ToOwned::to_owned))
        .or_else(|| RELEASED_IMAGE.map(ToOwned::to_owned));
    if let Some(wrong) = image.as_ref().filter(|image| !reference::is_valid(image)) {
        return Err(Error::usage(format!("\"{}\" is no image name", wrong.escape_debug())));
    }
    Ok(Request {
        run: resolve(pipeline, &values, &identity)?,
        mode: if args.attached { Mode::Attached } else { Mode::Job },
        image,
        chosen,
        create_namespace: args.create_namespace,
    })
}

fn checked(name: &str) -> Result<String> {
    if name.trim().is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Error::usage(format!("a run's name has 1 to {LONGEST_NAME} bytes and no control characters")));
    }
    if name.starts_with('@') {
        return Err(Error::usage("a run's name does not start with @: `@latest` is the newest run"));
    }
    Ok(name.to_owned())
}

/// A value in clear is read by everybody who may see the run's ConfigMaps or pods.
fn warn_of_secrets(pipeline: &Pipeline) {
    for (step, name) in pipeline.suspicious_variables() {
        let place = step.map(|step| format!(" of step \"{step}\"")).unwrap_or_default();
        ui::warn(&format!("{name}{place} looks like a secret, and stands in the run's objects for all to read"));
    }
}

/// What would be created: as one table, or every object.
fn plan(request: &Request, args: &SubmitArgs) -> Result<()> {
    if request.mode == Mode::Job && request.image.is_none() {
        ui::warn("no orchestrator image is named, so the Job is left out; `--attached` needs none");
    }
    if let Some(format) = args.output.as_ref().filter(|format| !format.is_table()) {
        return ui::print(&output::objects::render(&submit::objects(request)?, format)?);
    }
    let run = &request.run;
    let row = |step: &pipeline::resolve::ResolvedStep| {
        let upstream = if step.upstream_steps.is_empty() { "<none>".to_owned() } else { step.upstream_steps.join(",") };
        vec![step.name.clone(), step.image.clone(), upstream, run.pod_name(step, 1)]
    };
    let rows: Vec<_> = run.steps.iter().map(row).collect();
    ui::print(&output::table::render(&["STEP", "IMAGE", "UPSTREAM", "POD"], &rows))?;
    ui::print(&output::line("run", &run.run_name, &format!("created{}", args.dry_run.dry_run.note())))
}
