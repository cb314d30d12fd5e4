//! `verify`: more than "the server answered" (layer 3).

use futures_util::stream::{self, StreamExt};
use serde::Serialize;

use super::resources::PARALLEL;
use crate::cluster::access;
use crate::cluster::verify::{Identity, Permission, Work, identify, permissions};
use crate::connector::Connector;
use crate::error::{Error, Kind, Result};
use crate::helper::now;
use crate::paths::Home;
use crate::registry::store;

/// What to ask of a connector.
#[derive(Clone, Debug, Default)]
pub struct Questions {
    /// Only for this work; `None` = for either.
    pub work: Option<Work>,
    /// Where the work is done; `None` = the connector's own namespace, else the work's default.
    pub namespace: Option<String>,
    /// Ask about no rights.
    pub identity_only: bool,
    /// It must give access to this type of resource.
    pub resource_type: Option<String>,
    /// It must give access to the resource of this name.
    pub resource_id: Option<String>,
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
        self.fit.is_empty() || self.fit.iter().any(|(_, fit)| *fit)
    }
}

/// How a connector stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It works, and may do what was asked about.
    Fit,
    /// Its cluster answers, and does not accept it or lets it do too little.
    Unfit,
    /// Its credential has ended.
    Expired,
    /// Its cluster does not answer, or there is no credential to ask with.
    Failed,
}

impl Standing {
    /// Of a result.
    pub fn of(connector: &Connector, verified: Result<&Verified, &Error>) -> Self {
        let ended = connector.expires_at.is_some_and(|end| end.as_second() <= now());
        match verified {
            Ok(verified) if verified.is_fit() => Self::Fit,
            Ok(_) => Self::Unfit,
            Err(_) if ended => Self::Expired,
            Err(error) if error.kind() == Kind::Unfit => Self::Unfit,
            Err(_) => Self::Failed,
        }
    }

    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fit => "fit",
            Self::Unfit => "unfit",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

/// Verifies the connector `reference` against its cluster.
pub async fn verify(home: &Home, reference: &str, questions: &Questions) -> Result<Verified> {
    one(home, store::find(home, reference)?, questions).await
}

/// Verifies every connector, some at once. `done` is told of each as it comes; the results are in the order of
/// `connectors`.
pub async fn all(
    home: &Home,
    connectors: Vec<Connector>,
    questions: &Questions,
    done: impl Fn(&Connector, &Result<Verified>),
) -> Vec<(Connector, Result<Verified>)> {
    let done = &done;
    let asked = connectors.into_iter().map(|connector| async move {
        let verified = one(home, connector.clone(), questions).await;
        done(&connector, &verified);
        (connector, verified)
    });
    stream::iter(asked).buffered(PARALLEL).collect().await
}

async fn one(home: &Home, connector: Connector, questions: &Questions) -> Result<Verified> {
    connector.check_resource(questions.resource_type.as_deref(), questions.resource_id.as_deref())?;
    let verified = ask(home, &connector, questions).await;
    let (identity, permissions, fit) = verified.map_err(|error| hinted(error, &connector))?;
    Ok(Verified { connector, identity, permissions, fit })
}

type Found = (Identity, Vec<Permission>, Vec<(Work, bool)>);

async fn ask(home: &Home, connector: &Connector, questions: &Questions) -> Result<Found> {
    let cluster = access::of_connector(home, connector).await?;
    let identity = identify(&cluster).await?;
    if identity.anonymous && connector.is_anonymous() && !questions.identity_only {
        return Err(Error::new(Kind::Unfit, "the server sees an anonymous user, who may not ask what it may do")
            .hint("it was registered with --allow-anonymous; what it may do turns out when it is used"));
    }
    if identity.anonymous && !connector.is_anonymous() {
        // Such a user may not even ask what it may do.
        let message = format!("{} does not know this credential: it sees an anonymous user", cluster.server);
        return Err(Error::new(Kind::Unfit, message).hint("get a new credential from the cluster's own tool"));
    }
    let works = match questions.work {
        _ if questions.identity_only => Vec::new(),
        Some(work) => vec![work],
        None => vec![Work::Orchestrator, Work::Deployer],
    };
    let (mut asked, mut fit) = (Vec::new(), Vec::new());
    for work in works {
        let own = questions.namespace.as_deref().or(connector.configuration.namespace.as_deref());
        let answers = permissions(&cluster, work, own.unwrap_or(work.default_namespace())).await?;
        fit.push((work, answers.iter().all(|answer| answer.allowed)));
        asked.extend(answers);
    }
    Ok((identity, asked, fit))
}

/// A cluster on this machine that refuses connections, or shows another certificate, has often been made anew.
fn hinted(error: Error, connector: &Connector) -> Error {
    let server = &connector.configuration.server;
    let host = server.split_once("://").map_or(server.as_str(), |(_, rest)| rest);
    let local = ["127.", "localhost", "[::1]", "0.0.0.0"].iter().any(|local| host.starts_with(local));
    let text = error.render();
    let another = ["refused", "UnknownIssuer", "BadSignature"].iter().any(|word| text.contains(word));
    if !local || !another {
        return error;
    }
    error.hint(format!(
        "if this cluster was made anew (kind, k3d, minikube), take its context again: `kubectl zenml connector update {} \
         --auto-configure --context CONTEXT`",
        connector.name
    ))
}
