//! Taking back what was registered for a user that cannot be sealed (layer 3).

use super::Request;
use crate::error::Error;
use crate::kubeconfig::merge::Kind;
use crate::kubeconfig::{Kubeconfig, entries, sealing};
use crate::ops::connector::delete::delete;
use crate::paths::Home;

/// Deletes the connectors with the ids of `made`, unless an entry of the kubeconfig names one by now, and says so beside the
/// error.
pub(super) fn undo(home: &Home, request: &Request, made: &[String], error: Error) -> Error {
    let Ok(kubeconfig) = Kubeconfig::load(request.kubeconfig.as_deref()) else { return error };
    let unnamed = made.iter().filter(|id| !is_named(&kubeconfig, id));
    let gone: Vec<_> = unnamed.filter_map(|id| delete(home, id, false).ok()).map(|deleted| deleted.name).collect();
    if gone.is_empty() {
        return error;
    }
    error.hint(format!("connector {}, registered for this, is deleted again", gone.join(", ")))
}

fn is_named(kubeconfig: &Kubeconfig, id: &str) -> bool {
    kubeconfig.each(Kind::User).any(|user| entries::connector(user.body).as_deref() == Some(id))
        || kubeconfig
            .each(Kind::Cluster)
            .any(|cluster| sealing::named_connector(cluster.body).and_then(|named| named.as_str()) == Some(id))
}
