//! A user's entry in the kubeconfig, and what is kept of it in the vault (layer 3). The vault is written first and the
//! kubeconfig last, so that what is taken out of it is never nowhere.

use std::path::{Path, PathBuf};

use serde_json::Value;
use uuid::Uuid;

use super::Request;
use super::connectors::Group;
use crate::error::{Context, Error, Result};
use crate::keyring;
use crate::kubeconfig::merge::{Entry, Kind};
use crate::kubeconfig::{entries, sealing, write};
use crate::ops::connector::login;
use crate::paths::{self, Home};
use crate::secret::Secret;
use crate::vault::Vault;
use crate::vault::lock::Lock;
use crate::vault::original::{self, Original};

/// Seals what the entry holds, then changes the kubeconfig.
pub(super) async fn write_entry(home: &Home, request: &Request, user: &Entry<'_>, groups: &[Group<'_>]) -> Result<()> {
    let connectors: Vec<_> = groups.iter().filter_map(|group| group.connector.clone()).collect();
    let (program, _) = login::program()?;
    let exec = entries::exec(&connectors, &program, request.api_version, false);
    if let Some(plugin) = paths::stable_plugin() {
        Vault::require(home)?.note_plugin(plugin)?;
    }
    let named: Vec<_> = match groups {
        [_] => Vec::new(),
        groups => groups.iter().flat_map(Group::names).collect(),
    };
    let (id, new) = keep(home, user).await?;
    let written = rewrite(user, &named, &exec, &id);
    if written.is_err() && new {
        remove_original(home, &id)?;
    }
    written
}

/// Seals the user's own credential, and says under which id, and whether it was not there before: a run that was killed may
/// have sealed it.
async fn keep(home: &Home, user: &Entry<'_>) -> Result<(String, bool)> {
    let fields = serde_json::to_string(&sealing::taken(user.body)).context(|| "cannot write JSON")?;
    let file = std::path::absolute(&user.file.path).unwrap_or_else(|_| user.file.path.clone());
    let original = Original { file, user: user.name.to_owned(), fields: Secret::new(fields) };
    for (id, kept) in kept(home, &original.file, user.name).await? {
        if kept.fields.expose() == original.fields.expose() {
            return Ok((id, false));
        }
    }
    let id = format!("{}{}", original::PREFIX, Uuid::new_v4());
    keyring::seal_original(home, &id, &original).await?;
    Ok((id, true))
}

/// What is kept of the user `name` in `file`.
pub(super) async fn kept(home: &Home, file: &Path, name: &str) -> Result<Vec<(String, Original)>> {
    let mut found = Vec::new();
    for (id, user) in original::all(&Vault::require(home)?)? {
        if user != name {
            continue;
        }
        let opened = keyring::open_original(home, &id).await?;
        found.extend(opened.filter(|original| original.file == file && original.user == name).map(|it| (id, it)));
    }
    Ok(found)
}

/// Removes what is kept; it stands in the kubeconfig.
pub(super) fn remove_original(home: &Home, id: &str) -> Result<()> {
    // A rekey must not write back what is removed here.
    let _lock = Lock::shared(home.root())?;
    Vault::require(home)?.remove(id).map(drop)
}

/// A cluster that is to name a connector: its file, its name, and the connector's id.
pub(super) type Named = (PathBuf, String, String);

/// Changes the files: those that only hold clusters first, the user's own last.
fn rewrite(user: &Entry<'_>, named: &[Named], exec: &Value, id: &str) -> Result<()> {
    let own = &user.file.path;
    let name_clusters = |tree: &mut Value, path: &Path| {
        for (_, cluster, connector) in named.iter().filter(|(file, _, _)| file == path) {
            sealing::name_connector(sealing::body_mut(tree, Kind::Cluster, cluster).ok_or_else(changed)?, connector)?;
        }
        Ok(())
    };
    let mut others: Vec<_> = named.iter().map(|(file, _, _)| file).filter(|file| *file != own).collect();
    others.sort();
    others.dedup();
    for file in others {
        write::edit(file, |tree| name_clusters(tree, file))?;
    }
    write::edit(own, |tree| {
        name_clusters(tree, own)?;
        let body = sealing::body_mut(tree, Kind::User, user.name).filter(|body| **body == *user.body);
        sealing::seal(body.ok_or_else(changed)?, exec.clone(), id);
        Ok(())
    })
    .map(drop)
}

pub(super) fn changed() -> Error {
    Error::failure("the kubeconfig was changed by somebody else meanwhile").hint("try again")
}
