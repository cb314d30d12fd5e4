//! The values of secrets that files name: from a file beside them, or from the terminal (layer 4).

use std::fs::{self, File};
use std::path::Path;

use zeroize::Zeroizing;

use super::prompt;
use crate::error::{Context, Error, Result};
use crate::files;
use crate::pipeline::spec::SecretSource;
use crate::secret::Secret;

/// The largest secret, in bytes: the API server's limit for a Secret as a whole.
const LARGEST_SECRET: u64 = 1024 * 1024;

/// The value of the secret `name`; files are relative to `folder`.
pub(super) fn value(name: &str, source: &SecretSource, folder: &Path) -> Result<Secret<String>> {
    match source {
        SecretSource::File(path) => file(name, &folder.join(path)),
        _ => prompt::secret(&format!("secret {name}"), "{file: …}"),
    }
}

/// Why the secret `name` cannot have its value from this file, if it cannot. A pipe is left alone: it is read once only.
pub(super) fn fault(name: &str, path: &Path) -> Option<String> {
    let is_pipe = fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir());
    if is_pipe { None } else { file(name, path).err().map(|error| error.brief()) }
}

/// A secret from a file, without the newline that editors put at the end.
pub(super) fn file(name: &str, path: &Path) -> Result<Secret<String>> {
    let bytes = File::open(path).and_then(|file| files::read_at_most(LARGEST_SECRET, file)).map(Zeroizing::new);
    let bytes = bytes.context(|| format!("cannot read {} for the secret {name}", path.display()))?;
    let text = std::str::from_utf8(&bytes).ok().filter(|text| !text.contains('\0'));
    let text = text.ok_or_else(|| {
        Error::failure(format!("{} is no text, which an environment variable must be", path.display()))
    })?;
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    Ok(Secret::new(text.to_owned()))
}
