//! Where a command looks for what a person named (layer 3).

use std::fmt::Debug;

use k8s_openapi::NamespaceResourceScope;
use kube::Resource;
use kube::api::Api;
use serde::de::DeserializeOwned;

use crate::cluster::failure::{self, On};
use crate::cluster::{Cluster, objects, verify};
use crate::error::{Error, Result};

/// Where to look.
#[derive(Clone, Debug)]
pub struct Place {
    /// The namespace to look in first.
    pub namespace: String,
    /// Whether a person named it: then nowhere else.
    pub only: bool,
}

/// What looking came to.
pub(super) enum Search<T> {
    /// It is there.
    Found(T),
    /// It is nowhere, as far as this user may look.
    Missing {
        /// Whether only the first namespace could be looked at.
        only_here: bool,
    },
}

/// Looks in the first namespace, then in all: what matches `selector`, as `choose` chooses. The API server's refusal of
/// the first namespace is an error: nobody may say then that something is not there.
pub(super) async fn look<K, T>(
    cluster: &Cluster,
    place: &Place,
    selector: &str,
    choose: impl Fn(Vec<K>) -> Result<Option<T>>,
) -> Result<Search<T>>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + DeserializeOwned + Debug,
    K::DynamicType: Default,
{
    let here = match objects::list_all(&objects::api::<K>(cluster, &place.namespace), selector).await {
        Err(error) if failure::is_forbidden(&error) && !place.only => {
            return Err(error).on(cluster).map_err(|error| {
                error.hint(format!("another namespace than \"{}\" may be meant: name it with `-n`", place.namespace))
            });
        }
        here => here.on(cluster)?,
    };
    if let Some(found) = choose(here)? {
        return Ok(Search::Found(found));
    }
    if place.only {
        return Ok(Search::Missing { only_here: !may_look_everywhere::<K>(cluster).await });
    }
    match objects::list_all(&Api::<K>::all(cluster.client.clone()), selector).await {
        Ok(everywhere) => Ok(choose(everywhere)?.map_or(Search::Missing { only_here: false }, Search::Found)),
        Err(error) if failure::is_forbidden(&error) => Ok(Search::Missing { only_here: true }),
        Err(error) => Err(error).on(cluster),
    }
}

/// Whether this user may list the kind in all namespaces; not where that cannot be learnt.
async fn may_look_everywhere<K>(cluster: &Cluster) -> bool
where
    K: Resource,
    K::DynamicType: Default,
{
    let kind = K::DynamicType::default();
    let (group, plural) = (K::group(&kind), K::plural(&kind));
    let answer = verify::allowed(cluster, "", &[(&group, &plural, &["list"])]).await;
    answer.is_ok_and(|answers| answers.iter().all(|(.., allowed)| *allowed))
}

/// What each of `references` means, or one error that names all those that mean nothing. `noun` is what they are.
pub(super) async fn each<T>(
    noun: &str,
    place: &Place,
    references: &[String],
    search: impl AsyncFn(&str) -> Result<Search<T>>,
) -> Result<Vec<T>> {
    let (mut found, mut missing, mut only_here) = (Vec::with_capacity(references.len()), Vec::new(), false);
    for reference in references {
        match search(reference).await? {
            Search::Found(one) => found.push(one),
            Search::Missing { only_here: narrow } => {
                missing.push(format!("\"{reference}\""));
                only_here |= narrow;
            }
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    let plural = if missing.len() == 1 { "" } else { "s" };
    Err(not_found(&format!("{noun}{plural} {} not found", missing.join(", ")), noun, place, only_here))
}

/// The error that `what` says, with where was looked and how to look further.
pub(super) fn not_found(what: &str, noun: &str, place: &Place, only_here: bool) -> Error {
    let here = format!(" in namespace \"{}\"", place.namespace);
    if place.only {
        let error = Error::failure(format!("{what}{here}"));
        return error.hint(if only_here {
            "another namespace may be meant: name that one with `-n`".to_owned()
        } else {
            format!(
                "another namespace may be meant: `kubectl zenml {noun} list -A` lists the {noun}s of every namespace"
            )
        });
    }
    if only_here {
        return Error::failure(format!("{what}{here}"))
            .hint("you may not look into all namespaces at once: name the right one with `-n`");
    }
    Error::failure(what).hint(format!("`kubectl zenml {noun} list -A` lists the {noun}s of every namespace"))
}
