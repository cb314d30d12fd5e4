//! `connector seal` and `connector unseal` (layer 4).

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::Args;

use super::session::ExecApiVersion;
use crate::cli::vault;
use crate::error::{Error, Result};
use crate::ops::connector::seal::unseal::{self, Unsealed};
use crate::ops::connector::seal::{self, Done, Outcome, Request, Sealed, Used, Which};
use crate::paths::Home;
use crate::ui;

/// Take the secrets of contexts out of the kubeconfig and into the vault
///
/// The token, key or plugin's secret of each user's entry is sealed, and an exec entry of the credential helper takes its
/// place: contexts keep their names, and kubectl and every other client go on as before. A connector is registered where
/// none holds this very credential. A user with contexts of several clusters gets one connector for each of these, which
/// the cluster's entry then names. Files that an entry names stay as they are. `connector unseal` puts everything back.
#[derive(Args, Debug)]
pub(crate) struct Seal {
    #[command(flatten)]
    which: WhichContexts,
    /// Have clients speak this version of the exec credential API; every kubectl since 1.20 knows v1beta1
    #[arg(long, value_name = "VERSION", value_enum, default_value = "v1beta1")]
    exec_api_version: ExecApiVersion,
    /// Do not ask the clusters whether the credentials work
    #[arg(long, alias = "no_verify")]
    no_verify: bool,
    /// Check everything and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Put the secrets that `seal` has taken out of the kubeconfig back
///
/// What else was changed in the file since stays. The connectors stay registered.
#[derive(Args, Debug)]
pub(crate) struct Unseal {
    #[command(flatten)]
    which: WhichContexts,
    /// Check everything and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Whose entries.
#[derive(Args, Debug)]
struct WhichContexts {
    /// Take this context's user instead of the current context's
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// Take the users of all contexts
    #[arg(long, alias = "all_contexts", conflicts_with = "context")]
    all_contexts: bool,
    /// Change this kubeconfig file instead of $KUBECONFIG
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
}

impl WhichContexts {
    fn which(&self) -> Which {
        match &self.context {
            _ if self.all_contexts => Which::All,
            Some(context) => Which::Context(context.clone()),
            None => Which::Current,
        }
    }
}

impl Seal {
    /// Seals, and says what left the file and what works now.
    pub(super) async fn run(self) -> Result<()> {
        let home = Home::from_env()?;
        let holder = if self.dry_run { None } else { vault::ask(&home).await? };
        let request = Request {
            which: self.which.which(),
            kubeconfig: self.which.kubeconfig,
            api_version: self.exec_api_version.into(),
            registered: None,
            no_verify: self.no_verify,
            dry_run: self.dry_run,
            terminal: io::stdin().is_terminal() && io::stderr().is_terminal(),
            holder,
        };
        print(seal::seal(&home, &request).await?, request.dry_run)
    }
}

/// Prints what was done.
pub(super) fn print(outcomes: Vec<Outcome<Sealed>>, dry_run: bool) -> Result<()> {
    report(outcomes, "sealed", dry_run, |sealed| print_sealed(sealed, dry_run))
}

impl Unseal {
    /// Puts everything back, and says what is in plain text now.
    pub(super) async fn run(self) -> Result<()> {
        let request =
            unseal::Request { which: self.which.which(), kubeconfig: self.which.kubeconfig, dry_run: self.dry_run };
        let outcomes = unseal::unseal(&Home::from_env()?, &request).await?;
        report(outcomes, "unsealed", self.dry_run, |unsealed| print_unsealed(unsealed, self.dry_run))
    }
}

/// Prints each outcome. Fails where one user could not be done.
fn report<T>(outcomes: Vec<Outcome<T>>, verb: &str, dry_run: bool, print: impl Fn(&T)) -> Result<()> {
    let all = outcomes.len();
    let suffix = if dry_run { " (dry run)" } else { "" };
    let mut failed = Vec::new();
    for Outcome { user, contexts, result } in outcomes {
        let contexts = match contexts.join(", ") {
            none if none.is_empty() => String::new(),
            names => format!(", contexts: {}", shown(&names)),
        };
        match result {
            Ok(Done::Nothing(reason)) => {
                ui::say(&format!("User \"{}\"{contexts} stays as it is: {reason}.", shown(&user)));
            }
            Ok(Done::Changed(done)) => {
                ui::say(&format!("User \"{}\"{contexts}", shown(&user)));
                print(&done);
                ui::print(&format!("user/{} {verb}{suffix}\n", shown(&user)))?;
            }
            Err(error) => failed.push((user, error)),
        }
    }
    if all == 1
        && let Some((_, error)) = failed.pop()
    {
        return Err(error);
    }
    for (user, error) in &failed {
        ui::say(&format!("User \"{}\": {}", shown(user), error.render().trim_end()));
    }
    match failed.len() {
        0 => Ok(()),
        count => Err(Error::failure(format!("{count} of {all} users could not be {verb}"))
            .hint("the reasons are above; the other users are done")),
    }
}

/// Whoever wrote the kubeconfig may not forge a line of ours.
fn shown(text: &str) -> impl std::fmt::Display + use<'_> {
    text.escape_debug()
}

fn print_sealed(sealed: &Sealed, dry_run: bool) {
    let (left, works) = if dry_run { ("Would leave", "would use") } else { ("Left", "use") };
    ui::say(&format!("  {left} {}: {}", sealed.file.display(), sealed.left.join(", ")));
    for Used { connector, new, contexts, account } in &sealed.used {
        let contexts = contexts.join(", ");
        let new = if *new { " (new)" } else { "" };
        let account = match account {
            None => String::new(),
            Some(Ok(account)) => format!(", which works as {}", shown(account)),
            Some(Err(_)) => ", which does not work".to_owned(),
        };
        ui::say(&format!("  Contexts that {works} connector {connector}{new}: {}{account}", shown(&contexts)));
    }
    for Used { contexts, account, .. } in &sealed.used {
        if let (Some(Err(error)), Some(context)) = (account, contexts.first()) {
            ui::warn(&format!("context \"{}\" does not work now: {error}", shown(context)));
            ui::say(&format!("Put the entry back with `kubectl zenml connector unseal --context {}`.", shown(context)));
        }
    }
    for warning in &sealed.warnings {
        ui::warn(warning);
    }
}

fn print_unsealed(unsealed: &Unsealed, dry_run: bool) {
    let back = if dry_run { "Would be" } else { "Is" };
    ui::say(&format!("  {back} in plain text in {}: {}", unsealed.file.display(), unsealed.back.join(", ")));
    if !unsealed.connectors.is_empty() {
        ui::say(&format!("  Still registered: connector {}", unsealed.connectors.join(", ")));
    }
}
