//! `deployment …` (layer 4).

mod call;
mod change;
mod logs;
mod look;

use std::process::ExitCode;

use clap::Subcommand;

use super::flags::{ListFlags, OutputFlag, PlaceFlags, duration};
use super::place::{reach, say_all_places, say_none};
use super::{deployment_view, input, log_view};
use crate::error::Result;

/// The verbs of `deployment`.
#[derive(Debug, Subcommand)]
pub(super) enum DeploymentCommand {
    /// List deployments
    List(ListFlags),
    /// Show a deployment, its pods, and what is wrong with them
    Describe(look::Shown),
    /// Wait for a rollout, and say how it stands
    ///
    /// Exits with 4 when the rollout fails, and with 5 when the time is over first.
    Status(look::StatusArgs),
    /// Print the logs of a deployment's pods
    Logs(logs::LogsArgs),
    /// List what the cluster said about a deployment's objects
    Events(look::Shown),
    /// Print where a deployment can be reached
    Url(look::Shown),
    /// Call a deployment, and print its answer
    ///
    /// Posts to the service's invoke path, through the API server. Exits with 1 when the answer's status is neither 2xx nor
    /// 3xx.
    Invoke(Box<call::InvokeArgs>),
    /// Open a deployment's port on this machine
    PortForward(call::PortForwardArgs),
    /// Set the number of pods
    Scale(change::ScaleArgs),
    /// Replace all pods, a few at a time
    Restart(change::RestartArgs),
    /// List the revisions that can be gone back to
    History(look::Shown),
    /// Go back to an earlier revision
    Rollback(change::RollbackArgs),
    /// Delete deployments with everything that belongs to them
    Delete(change::DeleteArgs),
}

/// Runs `deployment …`.
pub(super) async fn run(command: DeploymentCommand) -> Result<ExitCode> {
    match command {
        DeploymentCommand::List(args) => look::list(args).await?,
        DeploymentCommand::Describe(args) => look::describe(args).await?,
        DeploymentCommand::Status(args) => return look::status(args).await,
        DeploymentCommand::Logs(args) => Box::pin(logs::logs(args)).await?,
        DeploymentCommand::Events(args) => look::events(args).await?,
        DeploymentCommand::Url(args) => look::url(args).await?,
        DeploymentCommand::Invoke(args) => return Box::pin(call::invoke(*args)).await,
        DeploymentCommand::PortForward(args) => Box::pin(call::port_forward(args)).await?,
        DeploymentCommand::Scale(args) => change::scale(args).await?,
        DeploymentCommand::Restart(args) => change::restart(args).await?,
        DeploymentCommand::History(args) => look::history(args).await?,
        DeploymentCommand::Rollback(args) => Box::pin(change::rollback(args)).await?,
        DeploymentCommand::Delete(args) => change::delete(args).await?,
    }
    Ok(ExitCode::SUCCESS)
}
