//! Connectors on disk, as far as the helper must know them: names to ids (layer 0). The rest is in `store`.

#[cfg(feature = "cli")]
pub mod stacks;
#[cfg(feature = "cli")]
pub mod store;

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use serde::Deserialize;

use crate::error::{Context, Error, Result};
use crate::files;
use crate::paths::Home;

/// A connector's name and id.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// The UUID, for ever.
    pub id: String,
    /// The name, until it is renamed.
    pub name: String,
}

/// All connectors by name. A file that cannot be read is an error: a connector must not vanish silently.
pub fn entries(home: &Home) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for path in paths(home)? {
        if let Some(bytes) = files::read_private(&path)? {
            let entry = serde_json::from_slice::<Entry>(&bytes).context(|| format!("{} is damaged", path.display()));
            entries.push(entry.map_err(|error| {
                error.hint("move that file away, and register the connector again; the others are whole")
            })?);
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// The connectors' files.
fn paths(home: &Home) -> Result<Vec<PathBuf>> {
    let dir = home.connectors();
    let failed = || format!("cannot read {}", dir.display());
    let listing = match fs::read_dir(&dir) {
        Ok(listing) => listing,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).context(failed),
    };
    files::check_private_dir(&dir)?;
    let mut paths = Vec::new();
    for file in listing {
        let path = file.context(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// The one connector with this name, id or unique id prefix.
pub fn resolve(home: &Home, reference: &str) -> Result<Entry> {
    among(&entries(home)?, reference)
}

/// The one of `entries` with this name, id or unique id prefix.
pub fn among(entries: &[Entry], reference: &str) -> Result<Entry> {
    if let Some(exact) = entries.iter().find(|entry| entry.name == reference || entry.id == reference) {
        return Ok(exact.clone());
    }
    let mut matching = entries.iter().filter(|entry| reference.len() >= 4 && entry.id.starts_with(reference));
    match (matching.next(), matching.next()) {
        (Some(one), None) => Ok(one.clone()),
        (Some(_), Some(_)) => {
            let candidates: Vec<_> = entries
                .iter()
                .filter(|entry| entry.id.starts_with(reference))
                .map(|entry| format!("{} ({})", entry.name, entry.id))
                .collect();
            Err(Error::failure(format!("more than one connector has an id that starts with \"{reference}\""))
                .hint(format!("candidates: {}", candidates.join(", "))))
        }
        _ => Err(not_found(reference)),
    }
}

fn not_found(reference: &str) -> Error {
    Error::failure(format!("connector \"{reference}\" not found"))
        .hint("run `kubectl zenml connector list` to see the registered connectors")
}
