//! `deployment logs` (layer 4).

use clap::{ArgAction, Args};
use kube::ResourceExt;

use super::{PlaceFlags, log_view, reach};
use crate::cluster::logs::End;
use crate::error::Result;
use crate::ops::deployment::find::find;
use crate::ops::deployment::logs;
use crate::stack::Kind;
use crate::ui;

/// Which logs.
#[derive(Args, Debug)]
pub(in crate::cli) struct LogsArgs {
    /// The deployment's name or id
    name: String,
    /// Follow the logs, also of pods that start later
    #[arg(short, long, conflicts_with = "previous")]
    follow: bool,
    /// Print this many lines from the end of each pod's log [default: all, which is also -1]
    #[arg(long, value_name = "LINES", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(-1..))]
    tail: Option<i64>,
    /// Print the logs of the containers that ran before the last restart
    #[arg(long)]
    previous: bool,
    /// Print the logs of all pods, not only of the newest
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true")]
    all_pods: bool,
    #[command(flatten)]
    place: PlaceFlags,
}

pub(super) async fn logs(args: LogsArgs) -> Result<()> {
    let (cluster, place) = reach(args.place, Kind::Deployer).await?;
    let deployment = find(&cluster, &place, &args.name).await?;
    let request = logs::Request {
        follow: args.follow,
        tail: args.tail.filter(|lines| *lines >= 0),
        previous: args.previous,
        newest: !args.all_pods,
    };
    let read = async |sink| logs::read(&cluster, &deployment, request, &sink).await;
    let line = |logs::Line { pod, text, several }| {
        Ok(if several { format!("[pod/{pod}] {text}\n") } else { format!("{text}\n") })
    };
    if log_view::print(read, line).await? == End::Deleted {
        ui::say(&format!("deployment \"{}\" was deleted", deployment.name_any()));
    }
    Ok(())
}
