//! Streams to a pod through the API server, and HTTP on them (layer 2). Unlike its proxy they leave `Authorization` alone.

use std::time::Duration;

use futures_util::TryStreamExt;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use k8s_openapi::api::core::v1::Pod;
use kube::api::Portforwarder;
use tokio::io::{AsyncRead, AsyncWrite};

use super::Cluster;
use super::objects::api;
use super::proxy::Answer;
use crate::deployer::rights;
use crate::error::{Context, Error, Result};
use crate::secret::Secret;

/// How long the kubelet is given to say why a stream ended.
const REASON: Duration = Duration::from_secs(2);

/// A port of a pod.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The pod's namespace.
    pub namespace: &'a str,
    /// Its name.
    pub pod: &'a str,
    /// The port.
    pub port: u16,
}

/// A stream to a port of a pod.
pub struct Stream {
    forwarder: Portforwarder,
    port: u16,
    pod: String,
}

impl Stream {
    /// Opens one. The port itself is tried only when something is written.
    pub async fn open(cluster: &Cluster, to: Target<'_>) -> Result<Self> {
        let pods = api::<Pod>(cluster, to.namespace);
        let opened = pods.portforward(to.pod, &[to.port]).await;
        let forwarder = opened.map_err(|error| refused(cluster, &error, to))?;
        Ok(Self { forwarder, port: to.port, pod: to.pod.to_owned() })
    }

    /// Copies between this stream and `other` until both have ended, or the port turns out not to be reached.
    pub async fn join(mut self, mut other: impl AsyncRead + AsyncWrite + Unpin) -> Result<()> {
        let mut stream = self.take()?;
        let mut refusal = self.forwarder.take_error(self.port).map(Box::pin);
        let mut copy = Box::pin(tokio::io::copy_bidirectional(&mut other, &mut stream));
        let copied = loop {
            let refused = async {
                match refusal.as_mut() {
                    Some(refusal) => refusal.await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                copied = &mut copy => break copied,
                // Whoever has nothing more to send may keep the connection open, and would never be told.
                reason = refused => match reason {
                    Some(reason) => return Err(self.unreachable(&reason)),
                    None => refusal = None,
                },
            }
        };
        drop(copy);
        drop(stream);
        let reason = match refusal {
            Some(refusal) => tokio::time::timeout(REASON, refusal).await.ok().flatten(),
            None => None,
        };
        match reason.map(|reason| self.unreachable(&reason)) {
            Some(reason) => Err(reason),
            None => copied.map(drop).or_else(|error| match error.kind() {
                std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::BrokenPipe => Ok(()),
                _ => Err(error).context(|| "the connection was cut"),
            }),
        }
    }

    fn take(&mut self) -> Result<impl AsyncRead + AsyncWrite + Unpin + Send + 'static> {
        let taken = self.forwarder.take_stream(self.port);
        taken.ok_or_else(|| Error::failure("the API server opened no stream"))
    }

    /// Why the port could not be reached: the stream itself only ends.
    async fn reason(&mut self) -> Option<Error> {
        let error = self.forwarder.take_error(self.port)?;
        let reason = tokio::time::timeout(REASON, error).await.ok().flatten()?;
        Some(self.unreachable(&reason))
    }

    fn unreachable(&self, reason: &str) -> Error {
        Error::failure(format!("pod {} cannot be reached on port {}", self.pod, self.port)).cause(reason.trim())
    }
}

fn refused(cluster: &Cluster, error: &kube::Error, to: Target<'_>) -> Error {
    let explained =
        super::failure::explain(&cluster.server, error).under(format!("cannot open a stream to pod {}", to.pod));
    if matches!(error, kube::Error::UpgradeConnection(_)) || super::failure::lacks_right(error) {
        return explained.hint(format!("it goes through pods/portforward, {}", rights::way("invoke", to.namespace)));
    }
    explained
}

/// POSTs `body` to `path` of a pod, with `key` as a bearer token.
pub async fn post(
    cluster: &Cluster,
    to: Target<'_>,
    path: &str,
    key: Option<&Secret<String>>,
    body: Vec<u8>,
) -> Result<Answer> {
    let mut request = Request::post(path)
        .header(http::header::HOST, format!("localhost:{}", to.port))
        .header(http::header::CONTENT_TYPE, "application/json")
        .header(http::header::ACCEPT, "*/*");
    if let Some(key) = key {
        request = request.header(http::header::AUTHORIZATION, bearer(key)?);
    }
    let request = request.body(Full::new(Bytes::from(body))).context(|| format!("\"{path}\" cannot be asked for"))?;
    let mut stream = Stream::open(cluster, to).await?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream.take()?)).await.context(|| "the pod does not speak HTTP")?;
    let connection = tokio::spawn(connection);
    match sender.send_request(request).await {
        Ok(response) => {
            let (parts, body) = response.into_parts();
            let body = body.into_data_stream().map_err(std::io::Error::other).into_async_read();
            // The stream lives as long as its forwarder.
            let body = Kept { body: Box::pin(body), _kept: (stream, sender) };
            Ok(Answer { status: parts.status, headers: parts.headers, body: Box::new(body) })
        }
        Err(error) => {
            connection.abort();
            let none = || Error::failure(format!("pod {} gives no answer on port {}", to.pod, to.port)).because(error);
            Err(stream.reason().await.unwrap_or_else(none))
        }
    }
}

/// `key` as a header's value that no log shows.
pub(super) fn bearer(key: &Secret<String>) -> Result<http::HeaderValue> {
    let text = zeroize::Zeroizing::new(format!("Bearer {}", key.expose()));
    let value = http::HeaderValue::from_str(&text);
    let mut value = value.map_err(|_| Error::failure("the auth key has characters that a header cannot have"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A body, and what it comes through.
struct Kept<B, K> {
    body: B,
    _kept: K,
}

impl<B: futures_util::AsyncRead + Unpin, K: Unpin> futures_util::AsyncRead for Kept<B, K> {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        buffer: &mut [u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        std::pin::Pin::new(&mut self.body).poll_read(context, buffer)
    }
}
