//! Where a secret on the command line comes from: a file, standard input or a question; never the command line (layer 4).

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::{input, prompt};
use crate::connector::catalogue::Kind;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A secret flag's value. What was given in the open is dropped at once, and refused when it is read.
#[derive(Clone, Debug)]
pub(super) enum SecretSource {
    /// `@FILE`.
    File(PathBuf),
    /// `-`.
    Stdin,
    /// The flag alone.
    Prompt,
    /// The secret itself.
    Literal,
    /// The secret, as a person has typed it when asked.
    Typed(Secret<String>),
}

impl FromStr for SecretSource {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "" => Self::Prompt,
            "-" => Self::Stdin,
            text => text.strip_prefix('@').map_or(Self::Literal, |path| Self::File(path.into())),
        })
    }
}

impl SecretSource {
    /// The secret of `flag`, without the space and line ends around it. `what` is asked for on a terminal.
    pub(super) fn read(&self, flag: &str, what: &str) -> Result<Secret<String>> {
        self.read_if_any(flag, what)?.ok_or_else(|| {
            Error::failure(format!("no value was given for {flag}"))
                .hint("the file, or standard input, was empty: see whether what writes it has worked")
        })
    }

    /// As [`SecretSource::read`]; `None` where there is nothing.
    pub(super) fn read_if_any(&self, flag: &str, what: &str) -> Result<Option<Secret<String>>> {
        let text = match self {
            Self::File(path) => input::secret(path)?.1,
            Self::Stdin => input::secret(Path::new("-"))?.1,
            Self::Prompt => return prompt::secret(what, &format!("{flag} @FILE")).map(Some),
            Self::Literal => return Err(refused(flag, Kind::Secret)),
            Self::Typed(value) => return Ok(Some(value.clone())),
        };
        Ok(Some(text.trim()).filter(|value| !value.is_empty()).map(|value| Secret::new(value.to_owned())))
    }
}

/// The error for the secret of `flag` on the command line.
pub(super) fn refused(flag: &str, kind: Kind) -> Error {
    let error =
        Error::usage(format!("{flag} is not taken on the command line, which every user of this machine can read"));
    error.hint(match kind {
        Kind::Secret => {
            format!("give it as {flag} @FILE, as {flag} - for standard input, or as {flag} alone to be asked for it")
        }
        _ => format!("give it as {flag} FILE, or as {flag} - for standard input"),
    })
}
