//! The kubelet's events about volumes that it cannot mount: a pod's status says nothing of them (layer 3).

use futures_util::Stream;
use k8s_openapi::api::core::v1::Event;

use super::machine::FAILED_MOUNT;
use crate::cluster::Cluster;
use crate::cluster::watch::{Change, Selection, changes};

/// What is said of volumes in `namespace`, also about pods of others. Not everybody may watch events.
pub(super) fn news(cluster: &Cluster, namespace: &str) -> impl Stream<Item = Change<Event>> + use<> {
    let selection = Selection::fields(format!("involvedObject.kind=Pod,reason={FAILED_MOUNT}"));
    changes(cluster, namespace, selection)
}
