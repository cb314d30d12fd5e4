//! A client that outlives its credential (layer 2): it is built anew shortly before the credential's end, and once when
//! the server answers 401, whereupon that request is made again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Request, Response, StatusCode};
use kube::client::Body;
use tokio::sync::Mutex;
use tower::BoxError;

use super::endpoint::Endpoint;
use super::source::{Obtained, Source};
use crate::error::{Error, Result};
use crate::helper::now;

/// A server that refuses every credential is not asked with a new one for each request.
const BETWEEN_REFUSALS: Duration = Duration::from_secs(10);

struct Renewing {
    endpoint: Endpoint,
    source: Source,
    state: Mutex<State>,
}

struct State {
    client: kube::Client,
    renew_at: Option<i64>,
    ends_at: Option<i64>,
    generation: u64,
    /// When the server last refused a credential, and why there was no other.
    refused: Option<(Instant, Option<Error>)>,
}

/// The server refuses the credential, and this is why there is no other.
#[derive(Debug)]
pub(super) struct Unrenewed(pub(super) Error);

impl std::fmt::Display for Unrenewed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the credential was refused: {}", self.0)
    }
}

impl std::error::Error for Unrenewed {}

/// A client for `endpoint` with credentials from `source`, the first of which is fetched now.
pub async fn client(endpoint: Endpoint, source: Source) -> Result<kube::Client> {
    let Obtained { answer, renew_at, ends_at } = source.obtain(true).await?;
    let client = endpoint.client(&answer)?;
    let namespace = endpoint.namespace.clone().unwrap_or_else(|| "default".to_owned());
    let state = Mutex::new(State { client, renew_at, ends_at, generation: 0, refused: None });
    let renewing = Arc::new(Renewing { endpoint, source, state });
    let service = tower::service_fn(move |request| {
        let renewing = renewing.clone();
        async move { renewing.send(request).await }
    });
    Ok(kube::Client::new(service, namespace))
}

impl Renewing {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let (client, generation) = self.current().await?;
        let (again, request) = twice(request);
        let response = client.send(request).await?;
        match again {
            Some(again) if response.status() == StatusCode::UNAUTHORIZED => match self.refused(generation).await? {
                Some(client) => Ok(client.send(again).await?),
                None => Ok(response),
            },
            _ => Ok(response),
        }
    }

    /// The client as it should be now. Everybody waits for the one who renews it.
    async fn current(&self) -> Result<(kube::Client, u64)> {
        let mut state = self.state.lock().await;
        if state.renew_at.is_some_and(|at| at <= now()) {
            match self.take(self.source.obtain(false).await, &mut state) {
                Ok(()) => {}
                // The old one serves to its real end.
                Err(_) if state.ends_at.is_some_and(|end| end > now()) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((state.client.clone(), state.generation))
    }

    /// A client with a newer credential than the one that was refused, if there is any.
    async fn refused(&self, generation: u64) -> Result<Option<kube::Client>, Unrenewed> {
        let mut state = self.state.lock().await;
        if state.generation == generation {
            match &state.refused {
                Some((then, why)) if then.elapsed() < BETWEEN_REFUSALS => {
                    return why.clone().map_or(Ok(None), |why| Err(Unrenewed(why)));
                }
                _ => {}
            }
            let another = self.take(self.source.obtain_another(generation == 0).await, &mut state).err();
            state.refused = Some((Instant::now(), another.clone()));
            if let Some(why) = another {
                return Err(Unrenewed(why));
            }
        }
        Ok(Some(state.client.clone()))
    }

    fn take(&self, obtained: Result<Obtained>, state: &mut State) -> Result<()> {
        let Obtained { answer, renew_at, ends_at } = obtained?;
        state.client = self.endpoint.client(&answer)?;
        (state.renew_at, state.ends_at) = (renew_at, ends_at);
        state.generation += 1;
        Ok(())
    }
}

/// The request and a copy of it, where its body can be had twice.
fn twice(request: Request<Body>) -> (Option<Request<Body>>, Request<Body>) {
    let (parts, body) = request.into_parts();
    let copy = body.try_clone().map(|body| Request::from_parts(parts.clone(), body));
    (copy, Request::from_parts(parts, body))
}
