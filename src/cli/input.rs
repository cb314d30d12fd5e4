//! Files and parameters that commands are given (layer 4).

use std::fs::File;
use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::files;
use crate::pipeline::parameters::Override;

/// The largest secret, in bytes: no token, key or passphrase comes near it.
const LARGEST_SECRET: u64 = 64 * 1024;

/// A file's name for messages, and its text; `-` is standard input.
pub(super) fn text(path: &Path) -> Result<(String, String)> {
    let name = name(path);
    let bytes = bytes(path, files::LARGEST_TEXT)?;
    // The error of the conversion would hold the bytes.
    let text = String::from_utf8(bytes).map_err(|_| not_text(&name))?;
    Ok((name, text))
}

/// As [`text()`] for a secret. Standard input is only read where `path` is `-`.
pub(super) fn secret(path: &Path) -> Result<(String, Zeroizing<String>)> {
    let name = name(path);
    let bytes = Zeroizing::new(bytes(path, LARGEST_SECRET)?);
    let text = std::str::from_utf8(&bytes).map_err(|_| not_text(&name))?;
    Ok((name, Zeroizing::new(text.to_owned())))
}

/// What is in a file, at most `limit` bytes; `-` is standard input.
pub(super) fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let read = if path == Path::new("-") {
        files::read_at_most(limit, io::stdin().lock())
    } else {
        File::open(path).and_then(|file| files::read_at_most(limit, file))
    };
    read.map_err(|error| {
        let hint = files::hint(path, &error);
        Error::failure(format!("cannot read {}", name(path))).because(error).hint(hint)
    })
}

fn not_text(name: &str) -> Error {
    Error::failure(format!("{name} is not UTF-8 text")).hint("save it as text; certificates and keys as PEM")
}

/// A file's name for messages.
pub(super) fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// The values of `-p`: `NAME=VALUE`, or `@FILE` for all those in a file.
pub(super) fn overrides(given: &[String]) -> Result<Vec<Override>> {
    let read = |given: &String| match given.strip_prefix('@') {
        None => Ok(Override::Assignment(given.clone())),
        Some(path) => text(Path::new(path)).map(|(name, text)| Override::File { name, text }),
    };
    given.iter().map(read).collect()
}
