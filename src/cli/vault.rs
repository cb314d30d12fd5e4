//! `vault`: where secrets are kept, and under which key (layer 4).

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::flags::OutputFlag;
use super::vault_settings::SettingsFlags;
use crate::error::{Context, Error, Result};
use crate::ops::vault::{self, CACHE_SECONDS, State, Status};
use crate::output::{Format, structured, table};
use crate::paths::Home;
use crate::ui;
use crate::vault::settings::Holder;

/// The verbs of `vault`.
#[derive(Debug, Subcommand)]
pub(super) enum Vault {
    /// Create the vault and its key
    ///
    /// `register` creates an `os` vault by itself where the keyring works; this command is for the other choice. Without
    /// --holder it changes the settings of the vault that there is.
    Init {
        /// Let this hold the key of a new vault
        #[arg(long, value_enum)]
        holder: Option<HolderName>,
        /// Create the key file here [default: vault.key beside the vault]
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
        #[command(flatten)]
        settings: SettingsFlags,
    },
    /// Show where the key is held and whether it can be had, without unlocking anything
    Status {
        #[command(flatten)]
        output: OutputFlag,
    },
}

/// Who holds a vault's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum HolderName {
    /// The operating system's keyring
    Os,
    /// A file that only you may read
    KeyFile,
}

/// Runs a verb of `vault`.
pub(super) async fn run(verb: Vault) -> Result<()> {
    let home = Home::from_env()?;
    match verb {
        Vault::Init { holder: None, key_file, settings } => {
            if key_file.is_some() || settings.is_empty() {
                return Err(Error::usage("the key of a new vault needs a holder: --holder os or --holder key-file"));
            }
            let vault = vault::configure(&home, |it| settings.apply(it))?;
            ui::print(&format!("vault/{} configured\n", vault.settings().id))
        }
        Vault::Init { holder: Some(holder), key_file, settings } => {
            let holder = match (holder, key_file) {
                (HolderName::Os, Some(_)) => return Err(Error::usage("--key-file goes with --holder key-file")),
                (HolderName::Os, None) => Holder::Os,
                (HolderName::KeyFile, file) => {
                    let path = file.unwrap_or_else(|| vault::default_key_file(&home));
                    Holder::KeyFile {
                        path: std::path::absolute(&path).context(|| "cannot find the current directory")?,
                    }
                }
            };
            let mut vault = vault::init(&home, holder, settings.cache_seconds().unwrap_or(CACHE_SECONDS)).await?;
            if !settings.is_empty() {
                vault = vault::configure(&home, |it| settings.apply(it))?;
            }
            ui::print(&format!("vault/{} created ({})\n", vault.settings().id, vault.settings().holder))
        }
        Vault::Status { output } => {
            let status = vault::status(&home).await?;
            match output.output {
                Format::Table | Format::Wide => ui::print(&describe(&status)),
                Format::Name => ui::print(&format!("vault/{}\n", status.id)),
                format => {
                    let value = serde_json::to_value(&status).context(|| "cannot write JSON")?;
                    ui::print(&structured(&value, &format)?)
                }
            }
        }
    }
}

fn describe(status: &Status) -> String {
    let state = match &status.state {
        State::Cached => "available (cached in the kernel)".to_owned(),
        State::Available => "available".to_owned(),
        State::Unavailable(why) => format!("unavailable: {why}"),
    };
    let cache = match status.cache_seconds {
        _ if status.holder != Holder::Os => "N/A".to_owned(),
        0 => "off".to_owned(),
        seconds => format!("{seconds} s"),
    };
    table::fields(&[
        ("ID", status.id.clone()),
        ("Holder", status.holder.to_string()),
        ("Key", state),
        ("Key ID", status.key.clone()),
        ("Kernel cache", cache),
        ("Audit log", if status.audit { "on" } else { "off" }.to_owned()),
        (
            "Deadlines",
            format!("{} s, {} s with an exec plugin", status.deadline_seconds, status.plugin_deadline_seconds),
        ),
        ("Sealed credentials", status.sealed.to_string()),
        ("Directory", status.directory.display().to_string()),
    ])
}
