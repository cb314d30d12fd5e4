//! Watches that do not freeze: a list in pages, then a watch that is renewed before a silent connection can hide (layer
//! 2, over kube-runtime).

use std::fmt::Debug;
use std::pin::pin;

use futures_util::{Stream, StreamExt};
use k8s_openapi::NamespaceResourceScope;
use kube::api::Api;
use kube::runtime::watcher::{self, Event};
use kube::runtime::{WatchStreamExt, watcher as watch};
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;

use super::{Cluster, failure, objects};
use crate::error::Error;

/// How long one watch request lives, in seconds. kube-runtime takes a connection for dead five seconds after that.
const TIMEOUT: u32 = 60;

/// What a watch tells.
#[derive(Debug)]
pub enum Change<K> {
    /// A full list begins: what it does not name is gone.
    ListBegins,
    /// The object is there, new or changed.
    Present(Box<K>),
    /// The object was deleted; its last state.
    Gone(Box<K>),
    /// The full list is complete.
    ListEnds,
    /// The server could not be asked. The watch goes on by itself, with pauses that grow.
    Trouble(Trouble),
}

/// Why a watch pauses.
#[derive(Debug)]
pub struct Trouble {
    /// In kubectl's words.
    pub error: Error,
    /// Whether this user may not watch: waiting will not mend that.
    pub forbidden: bool,
}

/// Which objects to watch, as selectors in Kubernetes' own notation.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    labels: Option<String>,
    fields: Option<String>,
}

impl Selection {
    /// Objects whose labels match.
    pub fn labels(selector: impl Into<String>) -> Self {
        Self { labels: Some(selector.into()), fields: None }
    }

    /// Objects whose fields match.
    pub fn fields(selector: impl Into<String>) -> Self {
        Self { labels: None, fields: Some(selector.into()) }
    }

    /// The one object of this name.
    pub fn name(name: &str) -> Self {
        Self::fields(format!("metadata.name={name}"))
    }
}

/// Watches one kind in one namespace for ever. Managed fields are dropped: they are a quarter of a pod.
pub fn changes<K>(cluster: &Cluster, namespace: &str, selection: Selection) -> impl Stream<Item = Change<K>> + use<K>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + DeserializeOwned + Debug + Send + 'static,
    K::DynamicType: Default,
{
    changes_anywhere(cluster, Some(namespace), selection)
}

/// As [`changes`], in one namespace or in all of them.
pub fn changes_anywhere<K>(
    cluster: &Cluster,
    namespace: Option<&str>,
    selection: Selection,
) -> impl Stream<Item = Change<K>> + use<K>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + DeserializeOwned + Debug + Send + 'static,
    K::DynamicType: Default,
{
    let api: Api<K> = objects::anywhere(cluster, namespace);
    let config = watcher::Config {
        label_selector: selection.labels,
        field_selector: selection.fields,
        timeout: Some(TIMEOUT),
        ..watcher::Config::default()
    };
    let server = cluster.server.clone();
    watch(api, config).default_backoff().modify(|object| object.managed_fields_mut().clear()).map(move |event| {
        match event {
            Ok(Event::Init) => Change::ListBegins,
            Ok(Event::InitApply(object) | Event::Apply(object)) => Change::Present(Box::new(object)),
            Ok(Event::Delete(object)) => Change::Gone(Box::new(object)),
            Ok(Event::InitDone) => Change::ListEnds,
            Err(error) => Change::Trouble(failure::explain_watch(&server, &error)),
        }
    })
}

/// Whether `object` is the one with this UID, and nobody has deleted it: one of the same name, that somebody has made since,
/// is another.
pub fn is_there(object: &impl ResourceExt, uid: &str) -> bool {
    object.uid().as_deref() == Some(uid) && object.meta().deletion_timestamp.is_none()
}

/// Waits until the object `name` with this UID is gone, also where that happens while the watch is down. `look` is shown it
/// each time it is seen.
pub async fn until_gone<K>(cluster: &Cluster, namespace: &str, name: &str, uid: &str, mut look: impl FnMut(&K))
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + DeserializeOwned + Debug + Send + 'static,
    K::DynamicType: Default,
{
    let mut changes = pin!(changes::<K>(cluster, namespace, Selection::name(name)));
    let mut listed = true;
    while let Some(change) = changes.next().await {
        let may_be_gone = !matches!(change, Change::ListBegins | Change::Trouble(_));
        match change {
            Change::Present(found) => {
                // One of the same name, that somebody has made since, is another.
                listed = found.uid().as_deref() == Some(uid);
                look(&found);
            }
            Change::ListBegins | Change::Gone(_) => listed = false,
            Change::ListEnds | Change::Trouble(_) => {}
        }
        if may_be_gone && !listed {
            break;
        }
    }
}
