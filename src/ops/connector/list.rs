//! `connector list` (layer 3). Reads no secret.

use crate::connector::Connector;
use crate::error::Result;
use crate::kubeconfig::merge::Kind;
use crate::kubeconfig::{Kubeconfig, entries};
use crate::paths::Home;
use crate::registry::store;

/// A connector in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its record.
    pub connector: Connector,
    /// kubectl's current context gets its credential from it.
    pub active: bool,
}

/// Every connector, by name.
pub fn list(home: &Home) -> Result<Vec<Listed>> {
    let active = active();
    let connectors = store::all(home)?.into_iter();
    Ok(connectors.map(|connector| Listed { active: active.as_deref() == Some(&connector.id), connector }).collect())
}

/// The connector that kubectl's current context asks. A kubeconfig that cannot be read asks none.
pub fn active() -> Option<String> {
    let kubeconfig = Kubeconfig::load(None).ok()?;
    let context = kubeconfig.find(Kind::Context, kubeconfig.current_context()?)?;
    let user = kubeconfig.find(Kind::User, context.body["user"].as_str()?)?;
    entries::connector(user.body)
}
