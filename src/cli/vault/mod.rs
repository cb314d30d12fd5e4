//! `vault`: where secrets are kept, and under which key (layer 4).

mod holder;
mod passphrase;
mod settings;
mod view;

use clap::{Args, Subcommand};

use self::holder::HolderFlags;
use self::passphrase::PassphraseFlag;
use self::settings::SettingsFlags;
use super::flags::{OutputFlag, duration};
use super::prompt;
use crate::error::{Context, Error, Result};
use crate::ops::vault::relocate::{self, relocate};
use crate::ops::vault::unlock::{self, unlock};
use crate::ops::vault::{self, CACHE_SECONDS, destroy, rekey, status};
use crate::output::{Format, structured};
use crate::paths::Home;
use crate::ui;
use crate::vault::Vault as Opened;

pub(super) use self::holder::ask;

/// The verbs of `vault`.
#[derive(Debug, Subcommand)]
pub(super) enum Vault {
    Init(Init),
    /// Show where the key is held and whether it can be had, without unlocking anything
    Status {
        #[command(flatten)]
        output: OutputFlag,
    },
    Unlock(Unlock),
    /// Take the kernel's copy of the key away
    ///
    /// A vault under a passphrase is locked by this. A keyring stays as open as it is, and a key file cannot be locked.
    Lock,
    /// Seal every credential under a new key
    ///
    /// The old key is kept until every credential is sealed under the new one. A rekey that was stopped, even by a loss of
    /// power, loses nothing; run the command again to finish it.
    Rekey {
        #[command(flatten)]
        passphrase: PassphraseFlag,
    },
    Move(Move),
    /// Destroy the key, and with it every sealed credential
    ///
    /// First the key is removed from its holder, so that no copy of a sealed file opens any more, then the files are
    /// deleted. The connectors stay registered, without a credential.
    Destroy {
        /// Do not ask
        #[arg(short, long)]
        yes: bool,
    },
}

/// Create the vault and its key
///
/// `register` creates an `os` vault by itself where the keyring works; this command is for the other choices. Without a
/// holder it changes the settings of the vault that there is.
#[derive(Args, Debug)]
pub(super) struct Init {
    #[command(flatten)]
    holder: HolderFlags,
    /// Read the passphrase from this file, or with - from standard input, instead of asking for it
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<String>,
    #[command(flatten)]
    settings: SettingsFlags,
}

/// The kernel keeps no key longer: seven days.
const LONGEST: i64 = 604_800;

/// Make the key available for a while
///
/// Asks for the passphrase, or on a terminal lets the keyring ask for its own, and gives the key to the kernel.
#[derive(Args, Debug)]
pub(super) struct Unlock {
    #[command(flatten)]
    passphrase: PassphraseFlag,
    /// Let the kernel keep the key for this long, such as 30m or 8h, instead of for as long as the vault's settings say
    #[arg(long, value_name = "DURATION", value_parser = cache)]
    cache: Option<u32>,
}

/// Let another holder hold the key
///
/// The key stays the same, so no credential is sealed anew. The new holder is given the key and asked for it again before
/// the old one is made to forget it. With `--holder passphrase` a vault under a passphrase gets another one.
#[derive(Args, Debug)]
pub(super) struct Move {
    #[command(flatten)]
    holder: HolderFlags,
    #[command(flatten)]
    passphrase: PassphraseFlag,
    /// Read the new passphrase from this file, or with - from standard input, instead of asking for it
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<String>,
    /// From now on keep the key in the kernel for this many seconds; 0 turns that off
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(..=LONGEST))]
    cache_seconds: Option<u32>,
}

/// Runs a verb of `vault`.
pub(super) async fn run(verb: Vault) -> Result<()> {
    let home = Home::from_env()?;
    match verb {
        Vault::Init(flags) => init(&home, flags).await,
        Vault::Status { output } => {
            let status = status::status(&home).await?;
            match output.output {
                Format::Table | Format::Wide => ui::print(&view::describe(&status)),
                Format::Name => ui::print(&format!("vault/{}\n", status.id)),
                format => {
                    let value = serde_json::to_value(&status).context(|| "cannot write JSON")?;
                    ui::print(&structured(&value, &format)?)
                }
            }
        }
        Vault::Unlock(flags) => {
            let request = unlock::Request {
                passphrase: flags.passphrase.of(&Opened::require(&home)?)?,
                cache_seconds: flags.cache,
                person: prompt::is_possible(),
            };
            view::unlocked(&unlock(&home, &request).await?)
        }
        Vault::Lock => view::locked(&unlock::lock(&home)?),
        Vault::Rekey { passphrase } => {
            let passphrase = passphrase.of(&Opened::require(&home)?)?;
            view::rekeyed(&rekey::rekey(&home, passphrase.as_ref()).await?)
        }
        Vault::Move(flags) => relocated(&home, flags).await,
        Vault::Destroy { yes } => {
            let contents = destroy::contents(&home)?;
            match (yes, contents.users.is_empty()) {
                (false, _) => confirm(&contents)?,
                // A script that destroys a vault seldom means the user's own kubeconfig.
                (true, false) => ui::warn(&view::what_goes(&contents)),
                (true, true) => {}
            }
            view::destroyed(&destroy::destroy(&home).await?)
        }
    }
}

async fn init(home: &Home, flags: Init) -> Result<()> {
    if flags.holder.is_empty() {
        if flags.passphrase_file.is_some() || flags.settings.is_empty() {
            return Err(Error::usage("the key of a new vault needs a holder: --holder os, key-file or passphrase"));
        }
        let vault = vault::configure(home, flags.settings.cache_seconds(), |it| flags.settings.apply(it))?;
        return ui::print(&format!("vault/{} configured\n", vault.settings().id));
    }
    // Whoever has a vault is not asked for a passphrase in vain.
    vault::refuse_existing(home)?;
    let choice = flags.holder.choice(home, flags.passphrase_file.as_deref(), "--passphrase-file")?;
    let mut vault = vault::init(home, &choice, flags.settings.cache_seconds().unwrap_or(CACHE_SECONDS)).await?;
    if !flags.settings.is_empty() {
        vault = vault::configure(home, None, |it| flags.settings.apply(it))?;
    }
    ui::print(&format!("vault/{} created ({})\n", vault.settings().id, vault.settings().holder))?;
    view::hint_after_init(&choice);
    Ok(())
}

async fn relocated(home: &Home, flags: Move) -> Result<()> {
    let vault = Opened::require(home)?;
    if flags.holder.is_empty() {
        let error = Error::usage(
            "the key needs a new holder: --holder os, key-file or passphrase, --key-file or --systemd-credential",
        );
        return Err(error.hint(
            "to change only how long the kernel keeps it, run `kubectl zenml vault init --cache-seconds SECONDS`",
        ));
    }
    if flags.passphrase.is_stdin() && flags.new_passphrase_file.as_deref() == Some("-") {
        return Err(Error::usage("standard input can hold only one of two passphrases"));
    }
    let passphrase = flags.passphrase.of(&vault)?;
    let choice = flags.holder.choice(home, flags.new_passphrase_file.as_deref(), "--new-passphrase-file")?;
    let request = relocate::Request { choice, passphrase, cache_seconds: flags.cache_seconds };
    view::moved(&relocate(home, &request).await?)
}

fn confirm(contents: &destroy::Contents) -> Result<()> {
    if !prompt::is_possible() {
        return Err(Error::usage("without a terminal, `vault destroy` must be given --yes"));
    }
    ui::say(&view::what_goes(contents));
    match prompt::line("Type destroy to go on: ")?.as_str() {
        "destroy" => Ok(()),
        _ => Err(Error::failure("nothing was destroyed")),
    }
}

/// A time that the kernel can keep a key for, in seconds.
fn cache(text: &str) -> Result<u32, String> {
    let seconds = duration(text)?.as_secs();
    match u32::try_from(seconds) {
        Ok(seconds) if (1..=LONGEST).contains(&i64::from(seconds)) => Ok(seconds),
        _ => Err("the kernel keeps a key for 1s to 168h".to_owned()),
    }
}
