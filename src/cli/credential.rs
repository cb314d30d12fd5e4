//! `credential`: what kubectl runs (layer 4). `credential get` never comes here: the binary answers it before clap starts.

use std::ffi::OsString;

use clap::Subcommand;

use crate::error::{Error, Result};
use crate::helper::Ask;
use crate::ops::refill;
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
    /// Renew a credential and answer as `get` does
    #[command(hide = true)]
    Refill {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

/// Runs a verb of `credential`.
pub(super) async fn run(verb: Credential) -> Result<()> {
    match verb {
        Credential::Get { .. } => Err(Error::usage("`credential get` takes one connector")),
        Credential::Refill { arguments } => {
            let ask = Ask::read(arguments.into_iter())?;
            let fresh = refill::refill(&Home::from_env()?, &ask).await?;
            if let Some(error) = fresh.warning {
                let error =
                    error.under("the credential could not be renewed; the current one is served while it lasts");
                ui::say(error.render().trim_end());
            }
            ask.answer(&fresh.header, &fresh.content)
        }
    }
}
