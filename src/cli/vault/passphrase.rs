//! Where a vault's passphrase comes from: a file, standard input or a person, never the command line (layer 4).

use std::path::Path;

use clap::Args;

use crate::cli::{input, prompt};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::ui;
use crate::vault::Vault;
use crate::vault::settings::Holder;

/// A passphrase of fewer characters can be found by trying, however slow each try is made.
const SHORT: usize = 12;

/// The vault's present passphrase.
#[derive(Args, Debug, Default)]
pub(in crate::cli) struct PassphraseFlag {
    /// Read the vault's passphrase from this file, or with - from standard input, instead of asking for it
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<String>,
}

impl PassphraseFlag {
    /// The passphrase of `vault`, where that has one.
    pub(super) fn of(&self, vault: &Vault) -> Result<Option<Secret<String>>> {
        match (&vault.settings().holder, &self.passphrase_file) {
            (Holder::Passphrase { .. }, Some(file)) => read(file).map(Some),
            (Holder::Passphrase { .. }, None) => {
                prompt::secret("passphrase of the vault", "--passphrase-file FILE").map(Some)
            }
            (holder, Some(_)) => Err(Error::usage(format!(
                "--passphrase-file: the vault's key is held by the {holder}, not a passphrase"
            ))),
            (_, None) => Ok(None),
        }
    }

    /// Whether standard input is read for it.
    pub(super) fn is_stdin(&self) -> bool {
        self.passphrase_file.as_deref() == Some("-")
    }
}

/// A new passphrase: from `file`, or asked for twice. `flag` is named where there is nobody to ask.
pub(super) fn new(file: Option<&str>, flag: &str) -> Result<Secret<String>> {
    let passphrase = match file {
        Some(file) => read(file)?,
        None => ask_twice(&format!("{flag} FILE"))?,
    };
    if passphrase.expose().chars().count() < SHORT {
        ui::warn(&format!(
            "this passphrase is short (under {SHORT} characters): whoever gets a copy of vault.json can find it by trying, \
             which argon2id slows down and does not prevent; `kubectl zenml vault move --holder passphrase` takes a longer one"
        ));
    }
    Ok(passphrase)
}

fn ask_twice(instead: &str) -> Result<Secret<String>> {
    let what = "new passphrase of the vault";
    let passphrase = prompt::secret(what, instead)?;
    if prompt::secret_again(what, instead)?.expose() == passphrase.expose() {
        return Ok(passphrase);
    }
    Err(Error::failure("the two passphrases differ"))
}

/// One line end at the end belongs to the file, not to the passphrase.
fn read(file: &str) -> Result<Secret<String>> {
    let (name, text) = input::secret(Path::new(file.strip_prefix('@').unwrap_or(file)))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    match line.strip_suffix('\r').unwrap_or(line) {
        "" => Err(Error::failure(format!("there is no passphrase in {name}"))),
        passphrase => Ok(Secret::new(passphrase.to_owned())),
    }
}
