//! `connector unseal`: what `seal` has taken out of a kubeconfig goes back, and all else stays (layer 3). The kubeconfig is
//! written first and the vault last.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::entry::{changed, kept, remove_original};
use super::{Done, Outcome, Which, users};
use crate::error::{Error, Result};
use crate::keyring;
use crate::kubeconfig::merge::{Entry, Kind};
use crate::kubeconfig::{Kubeconfig, entries, sealing, write};
use crate::ops::connector::turn;
use crate::paths::Home;
use crate::registry;

/// What to put back.
#[derive(Debug, Default)]
pub struct Request {
    /// Whose entries.
    pub which: Which,
    /// One kubeconfig file instead of `$KUBECONFIG`.
    pub kubeconfig: Option<PathBuf>,
    /// Change nothing.
    pub dry_run: bool,
}

/// A user whose own credential is back.
#[derive(Debug)]
pub struct Unsealed {
    /// The file that the entry stands in.
    pub file: PathBuf,
    /// The secrets that are in the file again, in plain text.
    pub back: Vec<String>,
    /// The names of the connectors that served the contexts and are registered. They stay so.
    pub connectors: Vec<String>,
}

/// A cluster's file and name.
type Place = (PathBuf, String);

/// Puts back what was sealed of the users that `request` names, one after the other.
pub async fn unseal(home: &Home, request: &Request) -> Result<Vec<Outcome<Unsealed>>> {
    let mut outcomes = Vec::new();
    for (user, contexts) in users(&Kubeconfig::load(request.kubeconfig.as_deref())?, &request.which)? {
        let result = unseal_user(home, request, &user).await;
        outcomes.push(Outcome { user, contexts, result });
    }
    Ok(outcomes)
}

async fn unseal_user(home: &Home, request: &Request, name: &str) -> Result<Done<Unsealed>> {
    // Where there is no vault, there is nobody to wait for.
    let alone = !request.dry_run && home.root().is_dir();
    let _turn = if alone { Some(turn::take(home).await?) } else { None };
    put_back(home, request, &Kubeconfig::load(request.kubeconfig.as_deref())?, name).await
}

async fn put_back(home: &Home, request: &Request, kubeconfig: &Kubeconfig, name: &str) -> Result<Done<Unsealed>> {
    let Some(user) = kubeconfig.find(Kind::User, name) else {
        return Ok(Done::Nothing("it is not in the kubeconfig".to_owned()));
    };
    let Some((id, fields)) = original(home, request, &user).await? else {
        return Ok(Done::Nothing("it is not sealed".to_owned()));
    };
    let connectors = connectors(home, kubeconfig, &user);
    let mut restored = user.body.clone();
    sealing::unseal(&mut restored, fields.clone())?;
    if !request.dry_run {
        rewrite(&user, &fields, &freed(kubeconfig, &user))?;
        remove_original(home, &id)?;
    }
    let back = sealing::secrets(&restored);
    Ok(Done::Changed(Unsealed { file: user.file.path.clone(), back, connectors }))
}

/// What is kept of a user whose entry is sealed, and under which id.
async fn original(home: &Home, request: &Request, user: &Entry<'_>) -> Result<Option<(String, Map<String, Value>)>> {
    if let Some(id) = sealing::original(user.body) {
        let Some(original) = keyring::open_original(home, id).await? else {
            return Err(Error::failure(format!(
                "user \"{}\" is sealed, and what was taken out of its entry is not in this vault",
                user.name
            ))
            .hint("it was put back into another copy of this kubeconfig, or sealed by somebody else, or the vault was made anew")
            .hint("write the entry anew with the cluster's own tool"));
        };
        return fields(original.fields.expose()).map(|fields| Some((id.to_owned(), fields)));
    }
    if registry::entries(home)?.is_empty() {
        return Ok(None);
    }
    // Somebody may have taken the mark out of the entry, and a run that was killed may have left what is in the file again.
    let file = std::path::absolute(&user.file.path).unwrap_or_else(|_| user.file.path.clone());
    for (id, original) in kept(home, &file, user.name).await? {
        let fields = fields(original.fields.expose())?;
        if entries::connector_for(user.body, &crate::execcred::Cluster::default()).is_some() {
            return Ok(Some((id, fields)));
        }
        if !request.dry_run && fields == sealing::taken(user.body) {
            remove_original(home, &id)?;
        }
    }
    Ok(None)
}

fn fields(text: &str) -> Result<Map<String, Value>> {
    // The parser's own message could repeat a piece of the secret.
    serde_json::from_str(text).map_err(|_| Error::failure("what was sealed of this user is damaged"))
}

/// The names of the connectors that serve the user's contexts, as far as they are still there.
fn connectors(home: &Home, kubeconfig: &Kubeconfig, user: &Entry<'_>) -> Vec<String> {
    let contexts = kubeconfig.all(Kind::Context).into_iter().filter(|context| context.body["user"] == user.name);
    let asked = contexts.filter_map(|context| entries::connector_in(kubeconfig, &context, user));
    let mut names: Vec<_> =
        asked.filter_map(|asked| registry::resolve(home, &asked).ok()).map(|connector| connector.name).collect();
    names.sort();
    names.dedup();
    names
}

/// The clusters that name a connector for this user and for nobody else.
fn freed(kubeconfig: &Kubeconfig, user: &Entry<'_>) -> Vec<Place> {
    let users = |context: &Entry<'_>| kubeconfig.find(Kind::User, context.body["user"].as_str()?);
    let by_cluster = |context: &Entry<'_>, user: &Entry<'_>| {
        entries::connector(user.body).is_none() && entries::connector_in(kubeconfig, context, user).is_some()
    };
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for context in kubeconfig.all(Kind::Context) {
        let Some(found) = users(&context).filter(|found| by_cluster(&context, found)) else { continue };
        let cluster = context.body["cluster"].as_str().and_then(|name| kubeconfig.find(Kind::Cluster, name));
        let place = cluster.map(|cluster| (cluster.file.path.clone(), cluster.name.to_owned()));
        if found.name == user.name { &mut own } else { &mut others }.extend(place);
    }
    own.retain(|place| !others.contains(place));
    own
}

/// Changes the files: the user's own first.
fn rewrite(user: &Entry<'_>, fields: &Map<String, Value>, freed: &[Place]) -> Result<()> {
    let own = &user.file.path;
    let forget = |tree: &mut Value, path: &Path| {
        for (_, name) in freed.iter().filter(|(file, _)| file == path) {
            // One that is gone names nothing.
            if let Some(cluster) = sealing::body_mut(tree, Kind::Cluster, name) {
                sealing::forget_connector(cluster);
            }
        }
    };
    write::edit(own, |tree| {
        let body = sealing::body_mut(tree, Kind::User, user.name).filter(|body| **body == *user.body);
        sealing::unseal(body.ok_or_else(changed)?, fields.clone())?;
        forget(tree, own);
        Ok(())
    })?;
    let mut others: Vec<_> = freed.iter().map(|(file, _)| file).filter(|file| *file != own).collect();
    others.sort();
    others.dedup();
    for file in others {
        write::edit(file, |tree| {
            forget(tree, file);
            Ok(())
        })?;
    }
    Ok(())
}
