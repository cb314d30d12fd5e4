//! `login` and `logout` (layer 4).

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Which;
use super::list::Resource;
use crate::cli::prompt;
use crate::error::Result;
use crate::execcred::ApiVersion;
use crate::ops::connector::describe::{self, Described};
use crate::ops::connector::login::{self, LoggedIn};
use crate::ops::connector::logout;
use crate::paths::Home;
use crate::registry::store;
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
    #[arg(long)]
    set_current: bool,
    /// Speak this version of the exec credential API; v1beta1 is for kubectl before 1.22; without this flag the entry keeps
    /// its version, and a new one speaks v1
    #[arg(long, value_name = "VERSION")]
    exec_api_version: Option<ExecApiVersion>,
    /// Replace entries of the same name that something else wrote
    #[arg(long)]
    overwrite: bool,
    /// Write the password of a connector that has one into the kubeconfig, in plain text: clients cannot get it otherwise
    #[arg(long)]
    embed_password: bool,
    /// Write this kubeconfig file instead of $KUBECONFIG
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    #[command(flatten)]
    resource: Resource,
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
/// Exactly the entries that `login` wrote are removed, in every file of $KUBECONFIG and also where their context was renamed;
/// what else asks for the connector is listed.
#[derive(Args, Debug)]
pub(crate) struct Logout {
    #[command(flatten)]
    which: Which,
    /// Change this kubeconfig file instead of $KUBECONFIG
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
}

/// A version of the exec credential API.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ExecApiVersion {
    #[value(alias = "client.authentication.k8s.io/v1")]
    V1,
    #[value(alias = "client.authentication.k8s.io/v1beta1")]
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
        let at = self.kubeconfig.as_deref().map_or(String::new(), |file| format!(" --kubeconfig {}", word(file)));
        let home = Home::from_env()?;
        self.resource.check(&store::find(&home, &self.which.name)?)?;
        let Binding { unbound, bound, yes } = self.binding;
        if unbound && !yes {
            confirm(&home, &self.which.name)?;
        }
        let request = login::Request {
            reference: self.which.name,
            kubeconfig: self.kubeconfig,
            set_current: self.set_current,
            api_version: self.exec_api_version.map(Into::into),
            overwrite: self.overwrite,
            embed_password: self.embed_password,
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
                ui::say(&format!("{still}; to switch, run `kubectl config use-context {context}{at}`."));
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
        let kinds = [("Context", &gone.contexts), ("User", &gone.users)];
        for (kind, (name, file)) in kinds.into_iter().flat_map(|(kind, names)| names.iter().map(move |it| (kind, it))) {
            ui::say(&format!("{kind} \"{}\" is gone from {}.", name.escape_debug(), file.display()));
        }
        for sentence in &gone.left {
            ui::warn(sentence);
        }
        if gone.was_current {
            ui::warn("this removed your active context, use \"kubectl config use-context\" to select a different one");
        }
        let mut lines: Vec<_> = gone.contexts.iter().map(|(name, _)| format!("context/{name} deleted\n")).collect();
        lines.extend(gone.users.iter().map(|(name, _)| format!("user/{name} deleted\n")));
        lines.dedup();
        ui::print(&lines.concat())
    }
}

/// A path as a shell takes it for one word.
fn word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
