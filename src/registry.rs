//! Connectors on disk, as far as the helper must know them: names to ids (layer 0).

use std::fs;
use std::io::ErrorKind;

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
    let dir = home.connectors();
    let listing = match fs::read_dir(&dir) {
        Ok(listing) => listing,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::failure(format!("cannot read {}", dir.display())).because(error)),
    };
    files::check_private_dir(&dir)?;
    let mut entries = Vec::new();
    for file in listing {
        let path = file.context(|| format!("cannot read {}", dir.display()))?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        if let Some(bytes) = files::read_private(&path)? {
            entries.push(serde_json::from_slice::<Entry>(&bytes).context(|| format!("{} is damaged", path.display()))?);
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// The one connector with this name, id or unique id prefix.
pub fn resolve(home: &Home, reference: &str) -> Result<Entry> {
    let entries = entries(home)?;
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
        _ => Err(Error::failure(format!("connector \"{reference}\" not found"))
            .hint("run `kubectl zenml connector list` to see the registered connectors")),
    }
}
