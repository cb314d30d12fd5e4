//! Files and parameters that commands are given (layer 4).

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use crate::error::{Context, Result};
use crate::pipeline::parameters::Override;

/// A file's name for messages, and its text; `-` is standard input.
pub(super) fn text(path: &Path) -> Result<(String, String)> {
    if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).context(|| "cannot read standard input")?;
        return Ok(("standard input".to_owned(), text));
    }
    let name = path.display().to_string();
    let text = fs::read_to_string(path).context(|| format!("cannot read {name}"))?;
    Ok((name, text))
}

/// The values of `-p`: `NAME=VALUE`, or `@FILE` for all those in a file.
pub(super) fn overrides(given: &[String]) -> Result<Vec<Override>> {
    let read = |given: &String| match given.strip_prefix('@') {
        None => Ok(Override::Assignment(given.clone())),
        Some(path) => text(Path::new(path)).map(|(name, text)| Override::File { name, text }),
    };
    given.iter().map(read).collect()
}
