//! `connector list-resources` (layer 3): what each connector gives access to, as its cluster says.

use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;

use super::list::Filter;
use crate::cluster::access;
use crate::cluster::verify::identify;
use crate::connector::Connector;
use crate::error::{Error, Result};
use crate::paths::Home;
use crate::registry::store;

/// How many connectors are contacted at once.
pub(super) const PARALLEL: usize = 8;

/// What a connector gives access to.
#[derive(Debug)]
pub struct Resources {
    /// Its record.
    pub connector: Connector,
    /// The names of the resources, or why they cannot be reached.
    pub names: Result<Vec<String>>,
}

/// Asks the cluster of each connector that `filter` admits, with its own credential; by name. A connector whose secret
/// cannot be had is never tried without.
pub async fn resources(home: &Home, filter: &Filter) -> Result<Vec<Resources>> {
    let connectors = store::all(home)?.into_iter().filter(|connector| filter.admits(connector, Timestamp::now()));
    let asked = connectors.map(|connector| async move {
        let names = names(home, &connector).await;
        Resources { connector, names }
    });
    Ok(stream::iter(asked).buffered(PARALLEL).collect().await)
}

async fn names(home: &Home, connector: &Connector) -> Result<Vec<String>> {
    let cluster = access::of_connector(home, connector).await?;
    if identify(&cluster).await?.anonymous && !connector.is_anonymous() {
        return Err(anonymous(&cluster.server));
    }
    Ok(vec![connector.resource_name.clone()])
}

/// The error of a server that accepts no credential and answers all the same.
fn anonymous(server: &str) -> Error {
    Error::failure(format!("{server} does not know this credential: it sees an anonymous user"))
        .hint("get a new credential from the cluster's own tool, and give it with `kubectl zenml connector update`")
}
