//! Namespaces: is it there, and creating our own default (layer 2).

use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::api::{Api, ObjectMeta};

use super::Cluster;
use super::failure::{self, On};
use super::objects::{self, Created};
use super::verdict::{Verdict, of_create};
use crate::error::{Error, Result};

/// Who chose a namespace, which decides what happens when it is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// A person, on the command line, in a file or in a context: never created unasked.
    Named,
    /// This program's own default: created when missing.
    Default,
}

/// What [`ensure`] found or did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ensured {
    /// It was there, or reading it is forbidden and it is assumed to be.
    There,
    /// It was created.
    Created,
}

/// Whether `name` is missing and may be created; a missing one that somebody named is an error, unless `create` allows
/// it, and so is one that is being deleted. Nothing is created. Where reading is forbidden it is assumed to be there, unless
/// it could be created.
pub async fn is_to_be_created(cluster: &Cluster, name: &str, chosen: Chosen, create: bool) -> Result<bool> {
    let api: Api<Namespace> = Api::all(cluster.client.clone());
    match api.get_metadata_opt(name).await {
        Ok(Some(found)) if found.metadata.deletion_timestamp.is_some() => {
            return Err(Error::failure(ends(name)).hint("nothing new is accepted in it: name another one with `-n`"));
        }
        Ok(Some(_)) => return Ok(false),
        Err(error) if failure::is_forbidden(&error) => {
            let may_create = create || chosen == Chosen::Default;
            return Ok(may_create && api.create(&objects::post(true), &namespace(name)).await.is_ok());
        }
        other => other.on(cluster)?,
    };
    if chosen == Chosen::Named && !create {
        return Err(Error::verbatim(format!("Error from server (NotFound): namespaces \"{name}\" not found"))
            .hint("create it with `--create-namespace`, or name another one with `-n`"));
    }
    Ok(true)
}

/// Makes sure that `name` exists. `create` allows the creation of a namespace that somebody named.
pub async fn ensure(cluster: &Cluster, name: &str, chosen: Chosen, create: bool) -> Result<Ensured> {
    if !is_to_be_created(cluster, name, chosen, create).await? {
        return Ok(Ensured::There);
    }
    let api: Api<Namespace> = Api::all(cluster.client.clone());
    match objects::create(&api, &namespace(name)).await.on(cluster)? {
        Created::New(_) => Ok(Ensured::Created),
        Created::Exists => Ok(Ensured::There),
    }
}

/// What is said of a namespace that goes.
pub fn ends(name: &str) -> String {
    format!("namespace \"{name}\" is being deleted")
}

/// As [`ends`], where the namespace does, or of one that is gone; none where it stays, and where this cannot be learnt. Who
/// may not look at it asks whether something could be made in it.
pub async fn end(cluster: &Cluster, name: &str) -> Option<String> {
    let gone = || Some(format!("namespace \"{name}\" is gone"));
    match Api::<Namespace>::all(cluster.client.clone()).get_metadata_opt(name).await {
        Ok(None) => return gone(),
        Ok(Some(found)) => return found.metadata.deletion_timestamp.map(|_| ends(name)),
        Err(error) if failure::is_forbidden(&error) => {}
        Err(_) => return None,
    }
    let metadata = ObjectMeta { generate_name: Some("probe-".to_owned()), ..ObjectMeta::default() };
    let probe = ConfigMap { metadata, ..ConfigMap::default() };
    let error = objects::api::<ConfigMap>(cluster, name).create(&objects::post(true), &probe).await.err()?;
    match of_create(&cluster.server, &error) {
        Verdict::Ends(_) if failure::is_not_found(&error) => gone(),
        Verdict::Ends(_) => Some(ends(name)),
        _ => None,
    }
}

fn namespace(name: &str) -> Namespace {
    Namespace { metadata: ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() }, ..Namespace::default() }
}
