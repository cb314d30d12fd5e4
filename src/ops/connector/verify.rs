//! `verify`: more than "the server answered" (layer 3).

use serde::Serialize;

use crate::cluster::access;
use crate::cluster::verify::{Identity, Permission, Work, identify, permissions};
use crate::connector::Connector;
use crate::error::{Error, Kind, Result};
use crate::paths::Home;
use crate::registry::store;

/// What to verify.
#[derive(Debug, Default)]
pub struct Request {
    /// The connector's name, id or unique id prefix.
    pub reference: String,
    /// Only for this work; `None` = for either.
    pub work: Option<Work>,
    /// Where the work is done; `None` = the connector's own namespace, else the work's default.
    pub namespace: Option<String>,
}

/// What was found.
#[derive(Debug, Serialize)]
pub struct Verified {
    /// The record.
    #[serde(skip)]
    pub connector: Connector,
    /// Who the server says that this is.
    pub identity: Identity,
    /// Every question that was asked.
    pub permissions: Vec<Permission>,
    /// For which work it is fit.
    #[serde(skip)]
    pub fit: Vec<(Work, bool)>,
}

impl Verified {
    /// Whether it is fit for any work that was asked about.
    pub fn is_fit(&self) -> bool {
        !self.identity.anonymous && self.fit.iter().any(|(_, fit)| *fit)
    }
}

/// Verifies a connector against its cluster.
pub async fn verify(home: &Home, request: &Request) -> Result<Verified> {
    let connector = store::find(home, &request.reference)?;
    let cluster = access::of_connector(home, &connector).await?;
    let identity = identify(&cluster).await?;
    if identity.anonymous {
        // Such a user may not even ask what it may do.
        let message = format!("{} does not know this credential: it sees an anonymous user", cluster.server);
        return Err(Error::new(Kind::Unfit, message).hint("get a new credential from the cluster's own tool"));
    }
    let works = request.work.map_or_else(|| vec![Work::Orchestrator, Work::Deployer], |work| vec![work]);
    let mut asked = Vec::new();
    let mut fit = Vec::new();
    for work in works {
        let own = request.namespace.as_deref().or(connector.configuration.namespace.as_deref());
        let answers = permissions(&cluster, work, own.unwrap_or(work.default_namespace())).await?;
        fit.push((work, answers.iter().all(|answer| answer.allowed)));
        asked.extend(answers);
    }
    Ok(Verified { connector, identity, permissions: asked, fit })
}
