//! What time a server has (layer 2). It is asked without any credential, and its certificate is not checked: whether that is
//! valid now depends on the very clock that is in doubt.

use std::time::Duration;

use http::Request;
use http::header::DATE;
use kube::client::Body;

use super::endpoint::Endpoint;
use super::failure;
use crate::error::{Error, Kind, Result};
use crate::execcred::Cluster;
use crate::helper::now;

/// How many seconds the clock of `cluster` is ahead of this machine's, by its answer to one request; `None` where that
/// names no time. To a second or two, and half of what the answer took.
pub async fn ahead(cluster: &Cluster, limit: Duration) -> Result<Option<i64>> {
    let cluster = Cluster { insecure_skip_tls_verify: true, certificate_authority_data: None, ..cluster.clone() };
    let server = cluster.server.clone();
    let client = Endpoint { cluster, ..Endpoint::default() }.anonymous()?;
    let request = Request::get("/version")
        .body(Body::empty())
        .map_err(|error| Error::failure("cannot ask for the time").because(error))?;
    let begin = now();
    let answer = tokio::time::timeout(limit, client.send(request))
        .await
        .map_err(|_| Error::new(Kind::TimedOut, format!("{server} did not answer within {} s", limit.as_secs())))?
        .map_err(|error| failure::explain(&server, &error))?;
    let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
    let then = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    Ok(then.map(|then| then.timestamp().as_second() - i64::midpoint(begin, now())))
}
