//! Who shall hold a vault's key: by flags, or asked for (layer 4).

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::passphrase;
use crate::cli::prompt;
use crate::error::{Context, Error, Result};
use crate::ops::vault::{self, Choice};
use crate::paths::Home;
use crate::ui;

/// Who holds a vault's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum HolderName {
    /// The operating system's keyring
    Os,
    /// A file that only you may read
    KeyFile,
    /// Whoever knows the passphrase; needs the kernel's cache
    Passphrase,
}

/// The holder.
#[derive(Args, Debug)]
pub(super) struct HolderFlags {
    /// Let this hold the key
    #[arg(long, value_enum)]
    holder: Option<HolderName>,
    /// Create the key file here [default: vault.key beside the vault]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Let the key be in the file of this name in `$CREDENTIALS_DIRECTORY`, where systemd puts it for a service
    #[arg(long, value_name = "NAME", value_parser = credential, conflicts_with = "key_file")]
    systemd_credential: Option<String>,
}

impl HolderFlags {
    /// Whether none is given.
    pub(super) fn is_empty(&self) -> bool {
        self.holder.is_none() && self.key_file.is_none() && self.systemd_credential.is_none()
    }

    /// The choice. A new passphrase comes from `passphrase_file`, the value of the flag `flag`, or a person.
    pub(super) fn choice(self, home: &Home, passphrase_file: Option<&str>, flag: &str) -> Result<Choice> {
        let goes_with = |flag: &str, holder: &str| Err(Error::usage(format!("{flag} goes with --holder {holder}")));
        match (self.holder, self.key_file, self.systemd_credential) {
            (Some(HolderName::Os | HolderName::Passphrase), Some(_), _) => goes_with("--key-file", "key-file"),
            (Some(HolderName::Os | HolderName::Passphrase), _, Some(_)) => {
                goes_with("--systemd-credential", "key-file, or without it")
            }
            (Some(HolderName::Passphrase), ..) => passphrase::new(passphrase_file, flag).map(Choice::Passphrase),
            _ if passphrase_file.is_some() => goes_with(flag, "passphrase"),
            (_, _, Some(name)) => Ok(Choice::SystemdCredential(name)),
            (Some(HolderName::Os), ..) => Ok(Choice::Os),
            (Some(HolderName::KeyFile) | None, file, None) => {
                let path = file.unwrap_or_else(|| vault::default_key_file(home));
                let path = std::path::absolute(&path).context(|| "cannot find the current directory")?;
                Ok(Choice::KeyFile(path))
            }
        }
    }
}

/// Asks who shall hold the key where there is no vault yet, the keyring does not work, and a person is there. `None`: go on,
/// which tells what the matter is.
pub(crate) async fn ask(home: &Home) -> Result<Option<Choice>> {
    if !prompt::is_possible() {
        return Ok(None);
    }
    let Some(error) = vault::missing(home).await? else { return Ok(None) };
    let file = vault::default_key_file(home);
    ui::say(&format!(
        "There is no vault yet, and the keyring cannot hold its key: {error}.\n\
         Where shall the key be?\n  f  in {}, which only you may read\n  p  under a passphrase\n  q  nowhere: stop here",
        file.display()
    ));
    match prompt::key("f, p or q: ", &['f', 'p', 'q'])? {
        'f' => Ok(Some(Choice::KeyFile(file))),
        'p' => passphrase::new(None, "--passphrase-file").map(|passphrase| Some(Choice::Passphrase(passphrase))),
        _ => Err(error
            .under("there is no vault, and nothing was registered")
            .hint("see `kubectl zenml vault init --help`")),
    }
}

/// systemd's rule for names, and no way out of the directory.
fn credential(name: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '@' | '+');
    if !name.is_empty() && name.len() < 256 && !name.starts_with('.') && name.chars().all(fits) {
        return Ok(name.to_owned());
    }
    Err("a credential's name is letters, digits and . - _ : @ +".to_owned())
}
