//! `login` and `logout` (layer 4).

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Which;
use crate::cli::prompt;
use crate::error::Result;
use crate::execcred::ApiVersion;
use crate::ops::connector::describe::{self, Described};
use crate::ops::connector::login::{self, LoggedIn};
use crate::ops::connector::logout;
use crate::paths::Home;
use crate::ui;

/// Write a kubeconfig context that gets its credential from a connector
///
/// The entries are named zenml-NAME and hold no secret: kubectl, Helm and every other client ask the credential helper,
/// which answers only for the connector's own cluster. What --unbound and --bound change is kept until they change it again.
#[derive(Args, Debug)]
pub(crate) struct Login {
    #[command(flatten)]
    which: Which,
    /// Make it the current context; without this flag the current context stays as it is
    #[arg(long, alias = "set_current")]
    set_current: bool,
    /// Speak this version of the exec credential API; v1beta1 is for kubectl before 1.22
    #[arg(long, value_name = "VERSION", default_value = "v1")]
    exec_api_version: ExecApiVersion,
    /// Replace entries of the same name that something else wrote
    #[arg(long)]
    overwrite: bool,
    /// Write this kubeconfig file instead of $KUBECONFIG
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    #[command(flatten)]
    binding: Binding,
}

/// Whether the credential is for the connector's own cluster only.
#[derive(Args, Debug)]
struct Binding {
    /// Give up the check that the credential is asked for its own cluster, for clients that cannot name it
    #[arg(long, conflicts_with = "bound")]
    unbound: bool,
    /// Restore that check
    #[arg(long)]
    bound: bool,
    /// Do not ask whether that is really wanted
    #[arg(long, requires = "unbound")]
    yes: bool,
}

/// Remove the kubeconfig context of a connector
///
/// Exactly the three entries that `login` wrote are removed.
#[derive(Args, Debug)]
pub(crate) struct Logout {
    #[command(flatten)]
    which: Which,
    /// Change this kubeconfig file instead of $KUBECONFIG
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ExecApiVersion {
    V1,
    V1beta1,
}

impl From<ExecApiVersion> for ApiVersion {
    fn from(version: ExecApiVersion) -> Self {
        match version {
            ExecApiVersion::V1 => Self::V1,
            ExecApiVersion::V1beta1 => Self::V1Beta1,
        }
    }
}

impl Login {
    /// Writes the entries and says which context is current.
    pub(crate) async fn run(self) -> Result<()> {
        let home = Home::from_env()?;
        let Binding { unbound, bound, yes } = self.binding;
        if unbound && !yes {
            confirm(&home, &self.which.name)?;
        }
        let request = login::Request {
            reference: self.which.name,
            kubeconfig: self.kubeconfig,
            set_current: self.set_current,
            api_version: self.exec_api_version.into(),
            overwrite: self.overwrite,
            unbound: (unbound || bound).then_some(unbound),
        };
        let LoggedIn { context, files, current, warnings, .. } = login::login(&home, &request).await?;
        for file in &files {
            ui::say(&format!("Context \"{context}\" is in {}.", file.display()));
        }
        for warning in &warnings {
            ui::warn(warning);
        }
        ui::print(&format!("context/{context} configured\n"))?;
        match current {
            Some(name) if name == context => ui::say(&format!("The current context is \"{name}\".")),
            current => {
                let still = match current {
                    Some(name) => format!("The current context is still \"{name}\""),
                    None => "There is no current context".to_owned(),
                };
                ui::say(&format!("{still}; to switch, run `kubectl config use-context {context}`."));
            }
        }
        Ok(())
    }
}

/// Asks whether the check shall go, where the connector is bound still.
fn confirm(home: &Home, reference: &str) -> Result<()> {
    let Described { connector, header, .. } = describe::describe(home, reference)?;
    if header.is_some_and(|header| header.unbound) {
        return Ok(());
    }
    prompt::confirm(&format!(
        "Without the check, any kubeconfig that names connector \"{}\" beside another server has its credential sent there. \
         Give up the check?",
        connector.name
    ))
}

impl Logout {
    /// Removes the entries.
    pub(crate) fn run(self) -> Result<()> {
        let request = logout::Request { reference: self.which.name, kubeconfig: self.kubeconfig };
        let gone = logout::logout(&Home::from_env()?, &request)?;
        for file in &gone.files {
            ui::say(&format!("Context \"{}\" is gone from {}.", gone.context, file.display()));
        }
        if gone.was_current {
            ui::warn("this removed your active context, use \"kubectl config use-context\" to select a different one");
        }
        ui::print(&format!("context/{} deleted\n", gone.context))
    }
}
