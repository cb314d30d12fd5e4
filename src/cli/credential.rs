//! `credential`: what kubectl runs, and what people see of it (layer 4). `credential get` never comes here: the binary
//! answers it before clap starts.

use std::io::{self, IsTerminal};
use std::time::Duration;

use clap::Subcommand;
use jiff::Timestamp;
use tokio::signal::unix::{SignalKind, signal};

use super::credential_view::{Line, Summary};
use super::flags::{OutputFlag, duration};
use crate::error::{Context, Error, Kind, Result};
use crate::execcred::rfc3339;
use crate::helper::{self, Ask};
use crate::ops::credential::{self, Filter};
use crate::ops::refill::{self, Way};
use crate::output::{self, Format};
use crate::paths::Home;
use crate::ui;

/// The verbs of `credential`.
#[derive(Debug, Subcommand)]
pub(super) enum Credential {
    /// Answer a Kubernetes client that asks for a connector's credential
    ///
    /// This is the exec credential plugin that `kubectl zenml login` writes into a kubeconfig. It reads
    /// KUBERNETES_EXEC_INFO and answers only for the cluster that the connector was registered with.
    Get {
        /// Print the credential although standard output is a terminal
        #[arg(long)]
        show_secrets: bool,
        /// The connector's name, id or unique id prefix [default: what the kubeconfig's cluster names]
        connector: Option<String>,
    },
    /// Renew a connector's credential now
    ///
    /// For when the server refuses a credential that seems to be good (401), and to log in again: on a terminal the
    /// connector's exec plugin may ask questions.
    Refresh {
        /// The connector's name, id or unique id prefix
        name: String,
    },
    /// Show each connector's credential: its end, its last use and its last error
    ///
    /// Nothing is unlocked and nobody is asked for this.
    Status {
        #[command(flatten)]
        output: OutputFlag,
    },
    /// Show who asked for which credential, and what became of that
    ///
    /// `kubectl zenml vault init --audit=false` turns the log off.
    Audit {
        /// Show only those of this connector: a name, id or unique id prefix
        name: Option<String>,
        /// Show only those of this last time, such as 30m or 24h
        #[arg(long, value_name = "DURATION", value_parser = duration)]
        since: Option<Duration>,
        /// Show only so many, the newest
        #[arg(long, value_name = "NUMBER")]
        tail: Option<usize>,
        #[command(flatten)]
        output: OutputFlag,
    },
    /// Renew a credential and answer as `get` does
    #[command(hide = true)]
    Refill {
        /// Also where it seems to be good
        #[arg(long)]
        force: bool,
        /// As for `get`
        #[arg(long)]
        show_secrets: bool,
        /// As for `get`
        connector: Option<String>,
    },
}

/// Runs a verb of `credential`.
pub(super) async fn run(verb: Credential) -> Result<()> {
    match verb {
        Credential::Get { .. } => {
            Err(Error::usage("`credential get` takes one connector").hint("it is run by kubectl"))
        }
        Credential::Refresh { name } => refresh(&name).await,
        Credential::Status { output } => status(&output),
        Credential::Audit { name, since, tail, output } => {
            let since = since.and_then(|since| Timestamp::now().checked_sub(since).ok());
            audit(&Filter { connector: name, since, tail }, &output)
        }
        Credential::Refill { force, show_secrets, connector } => {
            let ask = Ask::new(connector, show_secrets).map_err(helper::note_refusal)?;
            let terminal = ask.request.as_ref().is_none_or(|request| request.interactive) && at_terminal();
            let home = Home::from_env()?;
            let refill = refill::refill(&home, &ask, Way { force, terminal, ..Way::default() });
            let (fresh, answer) = Box::pin(unless_stopped(refill)).await?;
            if let Some(warning) = fresh.warning {
                ui::warn(&warning.brief());
            }
            helper::hand_out(&fresh.header.connector, &answer)
        }
    }
}

/// Gives `renewal` up on a signal that ends this program, and with it the exec plugin that it runs: that would go on alone,
/// beside the one of whoever renews next. What the keyboard sends goes to both by itself.
async fn unless_stopped<T>(renewal: impl Future<Output = Result<T>>) -> Result<T> {
    let failed = || "cannot wait for signals";
    let mut terminate = signal(SignalKind::terminate()).context(failed)?;
    let mut hang_up = signal(SignalKind::hangup()).context(failed)?;
    tokio::select! {
        done = renewal => done,
        _ = terminate.recv() => Err(Error::new(Kind::Interrupted, "the renewal was stopped by SIGTERM")),
        _ = hang_up.recv() => Err(Error::new(Kind::Interrupted, "the renewal was stopped by SIGHUP")),
    }
}

async fn refresh(name: &str) -> Result<()> {
    let home = Home::from_env()?;
    let (connector, fresh) = Box::pin(unless_stopped(refill::refresh(&home, name, at_terminal()))).await?;
    if let Some(warning) = fresh.warning {
        ui::warn(&warning.brief());
    }
    let end = match fresh.header.expires_at {
        Some(end) => format!("expires at {}", rfc3339(end)),
        None => "expires at an unknown time".to_owned(),
    };
    ui::print(&format!("connector/{} refreshed ({end})\n", connector.name))
}

fn status(output: &OutputFlag) -> Result<()> {
    let (states, unknown) = credential::status(&Home::from_env()?)?;
    for error in unknown {
        ui::warn(&error.brief());
    }
    let items: Vec<_> = states.into_iter().map(Summary).collect();
    if items.is_empty() {
        ui::say("No connectors found. Register one with `kubectl zenml register`.");
    }
    ui::print(&output::list(&items, &output.output, false)?)
}

fn audit(filter: &Filter, output: &OutputFlag) -> Result<()> {
    let (questions, on) = credential::audit(&Home::from_env()?, filter)?;
    if !on {
        ui::say("The audit log is off. Turn it on with `kubectl zenml vault init --audit`.");
    }
    // A question that could not be read is about no connector that could be named.
    let named = output.output == Format::Name;
    let shown = questions.into_iter().filter(|question| !named || question.entry.connector.is_some());
    let items: Vec<_> = shown.map(Line).collect();
    if items.is_empty() {
        ui::say("Nobody has asked for a credential.");
    }
    ui::print(&output::list(&items, &output.output, false)?)
}

fn at_terminal() -> bool {
    io::stdin().is_terminal()
}
