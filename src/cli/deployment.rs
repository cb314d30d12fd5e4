//! `deployment list|describe|logs|invoke|delete` (layer 4).

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::{ArgAction, Args, Subcommand};
use futures_util::AsyncReadExt;
use kube::ResourceExt;

use super::flags::{ListFlags, OutputFlag, PlaceFlags, duration};
use super::place::{reach, say_all_places, say_none};
use super::{deployment_view, input, log_view};
use crate::cluster::proxy::Answer;
use crate::error::{Context, Error, Result};
use crate::ops::deployment::find::{find, find_all};
use crate::ops::deployment::{delete, describe, invoke, list, logs};
use crate::stack::Kind;
use crate::{output, ui};

/// The largest body that is sent, in bytes: it is held in memory.
const LARGEST_BODY: u64 = 256 * 1024 * 1024;

/// The verbs of `deployment`.
#[derive(Debug, Subcommand)]
pub(super) enum DeploymentCommand {
    /// List deployments
    List(ListFlags),
    /// Show a deployment, its pods, and what is wrong with them
    Describe(DescribeArgs),
    /// Print the logs of a deployment's pods
    Logs(LogsArgs),
    /// Call a deployment, and print its answer
    ///
    /// Posts to the service's invoke path, through the API server. Exits with 1 when the answer's status is neither 2xx nor
    /// 3xx.
    Invoke(InvokeArgs),
    /// Delete deployments with everything that belongs to them
    Delete(DeleteArgs),
}

/// Which deployment, and how to print it.
#[derive(Args, Debug)]
pub(super) struct DescribeArgs {
    /// The deployment's name or id
    name: String,
    #[command(flatten)]
    place: PlaceFlags,
    #[command(flatten)]
    output: OutputFlag,
}

/// Which logs.
#[derive(Args, Debug)]
pub(super) struct LogsArgs {
    /// The deployment's name or id
    name: String,
    /// Follow the logs, also of pods that start later
    #[arg(short, long)]
    follow: bool,
    /// Print this many lines from the end of each pod's log [default: all]
    #[arg(long, value_name = "LINES")]
    tail: Option<u32>,
    #[command(flatten)]
    place: PlaceFlags,
}

/// What to send where.
#[derive(Args, Debug)]
pub(super) struct InvokeArgs {
    /// The deployment's name or id
    name: String,
    /// Send this file's content as it is; - is standard input
    #[arg(value_name = "@FILE", conflicts_with_all = ["json", "parameters"])]
    body: Option<String>,
    /// Send this JSON as it is
    #[arg(long, value_name = "JSON", conflicts_with = "parameters")]
    json: Option<String>,
    /// Send {"parameters": {NAME: VALUE}} (can be repeated)
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// Print the answer's status and headers too
    #[arg(short, long)]
    include: bool,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Which deployments.
#[derive(Args, Debug)]
pub(super) struct DeleteArgs {
    /// The deployments' names or ids
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Wait until the pods are gone
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true")]
    wait: bool,
    /// Give up waiting after this long
    #[arg(long, value_name = "DURATION", default_value = "120s", value_parser = duration)]
    timeout: Duration,
    #[command(flatten)]
    place: PlaceFlags,
}

/// Runs `deployment …`.
pub(super) async fn run(command: DeploymentCommand) -> Result<ExitCode> {
    match command {
        DeploymentCommand::List(args) => list(args).await?,
        DeploymentCommand::Describe(args) => describe(args).await?,
        DeploymentCommand::Logs(args) => Box::pin(logs(args)).await?,
        DeploymentCommand::Invoke(args) => return invoke(args).await,
        DeploymentCommand::Delete(args) => delete(args).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(args: ListFlags) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Deployer).await?;
    let namespace = (!args.all_namespaces).then_some(place.namespace);
    let request = list::Request { namespace: namespace.clone(), selector: args.selector };
    let deployments = list::list(&cluster, &request).await?;
    if deployments.is_empty() {
        say_none("deployments", namespace.as_deref());
    }
    ui::print(&output::list(&deployments, &args.output.output, args.all_namespaces)?)
}

async fn describe(args: DescribeArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    let described = describe::describe(&cluster, &deployment).await?;
    ui::print(&output::one(&described, &args.output.output, || deployment_view::describe(&described))?)
}

async fn logs(args: LogsArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    let request = logs::Request { follow: args.follow, tail: args.tail.map(i64::from) };
    let read = async |sink| logs::read(&cluster, &deployment, request, &sink).await;
    let line = |logs::Line { pod, text, several }| {
        if several { format!("[pod/{pod}] {text}\n") } else { format!("{text}\n") }
    };
    log_view::print(&format!("deployment \"{}\"", deployment.name_any()), read, line).await
}

async fn invoke(args: InvokeArgs) -> Result<ExitCode> {
    let body = match (&args.body, &args.json) {
        (Some(source), _) => content(source)?,
        (None, Some(json)) => json.clone().into_bytes(),
        (None, None) => invoke::parameters(&args.parameters)?,
    };
    let (cluster, place) = reach(args.place, Kind::Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    let mut answer = invoke::invoke(&cluster, &deployment, body).await?;
    let succeeded = answer.status.is_success() || answer.status.is_redirection();
    if args.include {
        ui::print(&head(&answer))?;
    } else if !succeeded {
        ui::say(&format!("HTTP {}", answer.status));
    }
    let mut buffer = vec![0; 16 * 1024];
    loop {
        match answer.body.read(&mut buffer).await.context(|| "the answer was cut")? {
            0 => break,
            read => ui::print_bytes(&buffer[..read])?,
        }
    }
    Ok(ExitCode::from(u8::from(!succeeded)))
}

/// A request body from `@file` or standard input.
fn content(source: &str) -> Result<Vec<u8>> {
    if source == "-" {
        return input::bytes(Path::new(source), LARGEST_BODY);
    }
    let Some(path) = source.strip_prefix('@') else {
        return Err(Error::usage(format!("\"{source}\" is neither @FILE nor -")).hint("a text is given with --json"));
    };
    input::bytes(Path::new(path), LARGEST_BODY)
}

/// Status and headers as HTTP/1.1 writes them.
fn head(answer: &Answer) -> String {
    let mut text = format!("HTTP/1.1 {}\n", answer.status);
    for (name, value) in &answer.headers {
        let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
    }
    text.push('\n');
    text
}

async fn delete(args: DeleteArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Deployer).await?;
    // All are found before the first is deleted, so that a wrong name deletes nothing.
    let mut found = find_all(&cluster, &place, &args.names).await?;
    // A name and an id may mean the same deployment.
    let mut seen = HashSet::new();
    found.retain(|deployment| seen.insert(deployment.uid()));
    let namespaces: Vec<String> = found.iter().filter_map(ResourceExt::namespace).collect();
    say_all_places(&cluster, namespaces.iter().map(String::as_str));
    for deployment in &found {
        let mut lines = Vec::new();
        let mut deleted = |kind: &str, name: &str| lines.push(output::line(kind, name, "deleted"));
        let outcome = delete::delete(&cluster, deployment, &mut deleted).await;
        ui::print(&lines.concat())?;
        outcome?;
    }
    if args.wait {
        for deployment in &found {
            delete::wait(&cluster, deployment, args.timeout).await?;
        }
    }
    Ok(())
}
