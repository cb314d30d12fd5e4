//! What `submit` is to create: from flags and the file to a request, and the request for a person to look at (layer 4).

use std::path::Path;

use jiff::Timestamp;
use uuid::Uuid;

use super::flags::DryRun;
use super::place::namespace_of;
use super::submit::SubmitArgs;
use super::{input, secret_values};
use crate::cluster::Cluster;
use crate::error::{Error, Result, steers};
use crate::image::reference;
use crate::ops::stack::access::Active;
use crate::orchestrator::root::Mode;
use crate::orchestrator::source::Source;
use crate::orchestrator::submit::{self, Request};
use crate::output;
use crate::pipeline::parameters;
use crate::pipeline::resolve::{ResolvedStep, RunIdentity, resolve};
use crate::pipeline::secrets::{Keys, OwnSecret};
use crate::pipeline::spec::Pipeline;
use crate::secret::Secret;
use crate::{naming, paths, ui};

/// The image that this build was released with.
const RELEASED_IMAGE: Option<&str> = option_env!("KUBECTL_ZENML_ORCHESTRATOR_IMAGE");
/// The longest name of a run, in bytes: it stands in annotations and in messages.
const LONGEST_NAME: usize = 200;

/// What the flags and the file ask for. Secrets are read here, unless no server is asked.
pub(super) fn request(
    args: &SubmitArgs,
    (text, pipeline): (&str, &Pipeline),
    active: &Active,
    cluster: &Cluster,
) -> Result<Request> {
    let values = parameters::values(&pipeline.parameters, &input::overrides(&args.parameters.parameters)?)?;
    let named = pipeline.settings.namespace.as_deref();
    let (namespace, chosen) = namespace_of(args.namespace.as_deref(), named, active, cluster)?;
    let name = match &args.name {
        Some(name) => checked(name)?,
        None => naming::default_run_name(&pipeline.name, Timestamp::now()),
    };
    let identity = RunIdentity { id: Uuid::new_v4().to_string(), name, namespace };
    Ok(Request {
        run: resolve(pipeline, &values, &identity)?.into(),
        mode: if args.attached { Mode::Attached } else { Mode::Job },
        image: image(args.orchestrator_image.as_deref(), pipeline.settings.orchestrator_image.as_deref(), active)?,
        chosen,
        create_namespace: args.create_namespace,
        secrets: secrets(args, pipeline)?,
        source: Some(Source::new(text, &active.base(), &values)),
        record: None,
    })
}

/// The orchestrator's own image: what a flag, the environment, the file, or the component names, else that of this build.
pub(super) fn image(flag: Option<&str>, file: Option<&str>, active: &Active) -> Result<Option<String>> {
    let image = flag
        .map(ToOwned::to_owned)
        .or_else(|| paths::text_variable(paths::ORCHESTRATOR_IMAGE_VARIABLE))
        .or_else(|| file.map(ToOwned::to_owned))
        .or_else(|| active.component.as_ref()?.text("orchestrator_image").map(ToOwned::to_owned))
        .or_else(|| RELEASED_IMAGE.map(ToOwned::to_owned));
    if let Some(wrong) = image.as_ref().filter(|image| !reference::is_valid(image)) {
        return Err(Error::usage(format!("\"{}\" is no image name", wrong.escape_debug())));
    }
    Ok(image)
}

pub(super) fn checked(name: &str) -> Result<String> {
    if name.trim().is_empty() || name.len() > LONGEST_NAME || name.chars().any(steers) {
        return Err(Error::usage(format!("a run's name has 1 to {LONGEST_NAME} bytes and no control characters")));
    }
    if name.starts_with('@') {
        return Err(Error::usage("a run's name does not start with @: `@latest` is the newest run"));
    }
    if name.starts_with('-') {
        return Err(Error::usage("a run's name does not start with -: every command would take it for a flag"));
    }
    Ok(name.to_owned())
}

/// The values that are ours to bring, by their key in the run's Secret; files are relative to the pipeline file.
fn secrets(args: &SubmitArgs, pipeline: &Pipeline) -> Result<Vec<(String, Secret<String>)>> {
    let folder = args.filename.parent().unwrap_or(Path::new(""));
    let is_asked = args.dry_run.dry_run != DryRun::Client;
    let value = |own: &OwnSecret<'_>| {
        let value =
            if is_asked { secret_values::value(own.variable, own.source, folder)? } else { Secret::new(String::new()) };
        Ok((own.key.clone(), value))
    };
    Keys::of(pipeline).own().iter().map(value).collect()
}

/// Says what is allowed and hardly meant.
pub(super) fn warn(args: &SubmitArgs, pipeline: &Pipeline) {
    let attached = if args.attached { pipeline.warnings_without_job() } else { Vec::new() };
    for warning in pipeline.warnings().iter().chain(&attached) {
        ui::warn(warning);
    }
}

/// What would be created: as one table, or every object.
pub(super) fn show(request: &Request, args: &SubmitArgs) -> Result<()> {
    if request.mode == Mode::Job && request.image.is_none() {
        ui::warn("no orchestrator image is named, so the Job is left out; `--attached` needs none");
    }
    if let Some(format) = args.output.as_ref().filter(|format| !format.is_table()) {
        return ui::print(&output::objects::render(&submit::objects(request)?, format)?);
    }
    let run = &request.run;
    let row = |step: &ResolvedStep| {
        let upstream = if step.upstream_steps.is_empty() { "<none>".to_owned() } else { step.upstream_steps.join(",") };
        let first = step.foreach.as_ref().map(|_| 0);
        vec![step.name.clone(), step.image.clone(), upstream, run.instance_pod_name(step, first, 1)]
    };
    let rows: Vec<_> = run.steps.iter().map(row).collect();
    ui::print(&output::table::render(&["STEP", "IMAGE", "UPSTREAM", "POD"], &rows))?;
    ui::print(&output::line("run", &run.run_name, &format!("created{}", args.dry_run.dry_run.note())))
}
