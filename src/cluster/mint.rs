//! What a sealed credential becomes for our own client, and new tokens of a ServiceAccount (layer 2).

use std::time::{Duration, Instant};

use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::ServiceAccount as Object;
use kube::api::{Api, PostParams};

use super::endpoint::Endpoint;
use super::{failure, plugin};
use crate::error::{Error, Kind, Result};
use crate::execcred::Answer;
use crate::secret::Secret;
use crate::vault::content::{Credential, ServiceAccount};
use crate::{helper, token_file};

/// For how long the API server may take to mint a token.
const LIMIT: Duration = Duration::from_secs(10);

/// A client for `endpoint` that authenticates with `credential` as it is now.
pub fn client(endpoint: &Endpoint, credential: &Credential) -> Result<kube::Client> {
    match credential {
        Credential::Token { answer } | Credential::Exec { answer, .. } | Credential::ServiceAccount { answer, .. } => {
            endpoint.client(answer)
        }
        Credential::Password { username, password } => endpoint.client_of_user(username, password),
        Credential::TokenFile { path } => endpoint.client(&token_file::read(path, helper::now())?.0),
    }
}

/// How a new answer is got.
#[derive(Clone, Copy, Debug)]
pub struct Means {
    /// How long it may take, be it an exec plugin's or the API server's work, or one after the other.
    pub limit: Duration,
    /// Whether it may talk to a person.
    pub terminal: bool,
}

/// `credential` with a new answer, and that answer's end in Unix seconds as far as its giver named one. One that has no
/// answer of its own stays as it is. `endpoint` is asked for only where the API server is to mint.
pub async fn renewed(
    credential: Credential,
    endpoint: impl FnOnce() -> Result<Endpoint>,
    means: Means,
) -> Result<(Credential, Option<i64>)> {
    match credential {
        Credential::Exec { plugin, .. } => {
            let (answer, end) = plugin::run(&plugin, means.limit, means.terminal).await?;
            Ok((Credential::Exec { plugin, answer }, end))
        }
        Credential::ServiceAccount { base, account, seconds, .. } => {
            let (answer, end) = token(&endpoint()?, &base, &account, seconds, means).await?;
            Ok((Credential::ServiceAccount { base, account, seconds, answer }, Some(end)))
        }
        other => Ok((other, None)),
    }
}

/// Mints a token of `account` that lives for `seconds`, or for as long as the server grants; the end, in Unix seconds, is
/// the server's word. `base` asks for it; where that is an exec plugin, it is run first.
pub async fn token(
    endpoint: &Endpoint,
    base: &Credential,
    account: &ServiceAccount,
    seconds: Option<u32>,
    means: Means,
) -> Result<(Answer, i64)> {
    let begin = Instant::now();
    let client = match base {
        Credential::Exec { plugin, .. } => {
            endpoint.client(&plugin::run(plugin, means.limit, means.terminal).await?.0)?
        }
        other => client(endpoint, other)?,
    };
    let ServiceAccount { namespace, name, audiences } = account;
    let spec = TokenRequestSpec {
        audiences: Some(audiences.clone()),
        expiration_seconds: seconds.map(i64::from),
        ..TokenRequestSpec::default()
    };
    let request = TokenRequest { spec: Some(spec), ..TokenRequest::default() };
    let api: Api<Object> = Api::namespaced(client, namespace);
    let options = PostParams::default();
    let asked = api.create_token_request(name, &options, &request);
    let server = &endpoint.cluster.server;
    let under = |error: Error| error.under(format!("no token can be had for serviceaccount {namespace}/{name}"));
    let answer = tokio::time::timeout(LIMIT.min(means.limit.saturating_sub(begin.elapsed())), asked)
        .await
        .map_err(|_| under(Error::new(Kind::TimedOut, format!("{server} did not answer in time"))))?
        .map_err(|error| advised(account, &error, under(failure::explain(server, &error))))?;
    let status = answer.status.unwrap_or_default();
    let (Some(token), Some(end)) = (status.token, status.expiration_timestamp) else {
        return Err(under(Error::failure("the server's answer holds no token")));
    };
    Ok((Answer { token: Some(Secret::new(token)), ..Answer::default() }, end.0.as_second()))
}

/// `told` with what to do about it, where the API server's answer shows that.
fn advised(account: &ServiceAccount, answer: &kube::Error, told: Error) -> Error {
    let ServiceAccount { namespace, name, .. } = account;
    if failure::is_not_found(answer) {
        let create = format!("`kubectl create serviceaccount {name} -n {namespace}`");
        return told.hint(format!("name one that exists, as NAMESPACE/NAME, or have it created: {create}"));
    }
    if failure::is_forbidden(answer) {
        return told
            .hint(format!("the credential that asks needs the right to create serviceaccounts/token in {namespace}"));
    }
    told
}
