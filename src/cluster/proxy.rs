//! HTTP to a Service through the API server, which needs no exposure and no port-forward (layer 2).

use futures_util::io::Cursor;
use futures_util::{AsyncRead, AsyncReadExt, TryStreamExt};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use kube::Client;
use kube::client::Body;
use kube::core::Status;
use serde_json::Value;

use super::Cluster;
use super::failure::{self, On};
use super::forward::bearer;
use crate::deployer::rights;
use crate::error::{Context, Error, Result};
use crate::secret::Secret;

/// How much of a refusal is read to see whose it is.
const LONGEST_STATUS: u64 = 64 * 1024;

/// A Service's port, and a path there.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    /// The Service's namespace.
    pub namespace: &'a str,
    /// Its name.
    pub service: &'a str,
    /// The port's name or number.
    pub port: &'a str,
    /// An absolute path, with its query.
    pub path: &'a str,
}

impl Destination<'_> {
    fn url(&self) -> String {
        let Self { namespace, service, port, path } = self;
        format!("/api/v1/namespaces/{namespace}/services/{service}:{port}/proxy{path}")
    }
}

/// An answer whose body is still on its way.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it comes.
    pub body: Box<dyn AsyncRead + Send + Unpin>,
}

/// What a request through the API server came to.
pub enum Reply {
    /// The service's answer.
    Answer(Answer),
    /// This user may not use the API server's proxy.
    Forbidden(Error),
}

/// POSTs `body` to a URL outside of the API server, with `key` as a bearer token.
pub async fn post_directly(url: &str, path: &str, key: Option<&Secret<String>>, body: Vec<u8>) -> Result<Answer> {
    let uri = url.parse().context(|| format!("\"{url}\" is no URL"))?;
    let client = Client::try_from(kube::Config::new(uri)).context(|| format!("cannot connect to {url}"))?;
    let mut request =
        Request::post(path).header(http::header::CONTENT_TYPE, "application/json").header(http::header::ACCEPT, "*/*");
    if let Some(key) = key {
        request = request.header(http::header::AUTHORIZATION, bearer(key)?);
    }
    let request = request.body(unrepeatable(body).await).context(|| format!("\"{path}\" cannot be asked for"))?;
    let answer = client.send(request).await.map_err(|error| failure::explain(url, &error));
    Ok(passed_on(answer.map_err(|error| error.under(format!("{url} gives no answer")))?))
}

fn passed_on(response: Response<Body>) -> Answer {
    let (parts, body) = response.into_parts();
    let body = body.into_data_stream().map_err(std::io::Error::other).into_async_read();
    Answer { status: parts.status, headers: parts.headers, body: Box::new(Box::pin(body)) }
}

/// POSTs `body`, once: a service's own 429 or 503 is an answer, and a request that does something is not repeated.
pub async fn post(cluster: &Cluster, to: Destination<'_>, content_type: &str, body: Vec<u8>) -> Result<Reply> {
    let request = Request::post(to.url())
        .header(http::header::CONTENT_TYPE, content_type)
        .header(http::header::ACCEPT, "*/*")
        .body(unrepeatable(body).await)
        .context(|| format!("\"{}\" cannot be asked for", to.path))?;
    let answer = passed_on(cluster.client.send(request).await.on(cluster)?);
    if answer.status.is_success() { Ok(Reply::Answer(answer)) } else { not_by_the_server(answer, to.namespace).await }
}

/// The answer, if it is the service's. The API server's own refusals are a `Status`, and become an error; whatever the
/// service says is passed on untouched.
async fn not_by_the_server(mut answer: Answer, namespace: &str) -> Result<Reply> {
    let mut start = Vec::new();
    (&mut answer.body).take(LONGEST_STATUS).read_to_end(&mut start).await.context(|| "the answer was cut")?;
    let status = serde_json::from_slice::<Value>(&start).ok().filter(|value| {
        value["kind"] == "Status" && value["apiVersion"] == "v1" && value["code"] == answer.status.as_u16()
    });
    if let Some(status) = status.and_then(|value| serde_json::from_value::<Status>(value).ok()) {
        let error = explained(&status, namespace);
        return if status.code == 403 { Ok(Reply::Forbidden(error)) } else { Err(error) };
    }
    answer.body = Box::new(Cursor::new(start).chain(answer.body));
    Ok(Reply::Answer(answer))
}

fn explained(status: &Status, namespace: &str) -> Error {
    let error = failure::from_status(status);
    match status.code {
        403 => error
            .hint(format!("calls go through services/proxy or pods/portforward, {}", rights::way("invoke", namespace))),
        503 if status.message.contains("no endpoints available") => error.hint("none of its pods is ready"),
        502..=504 => error.hint("no pod answers on the port of the Service"),
        _ => error,
    }
}

/// A body that kube's client cannot clone, and hence does not send again by its rule of repeating every request that was
/// answered 429, 503 or 504: the body of a response is of that kind, so one is made out of `bytes`.
async fn unrepeatable(bytes: Vec<u8>) -> Body {
    let mut body = Some(bytes);
    let echo = tower::service_fn(move |_: Request<Body>| {
        let answer = Response::new(Body::from(body.take().unwrap_or_default()));
        async move { Ok::<_, std::convert::Infallible>(answer) }
    });
    match Client::new(echo, "").send(Request::new(Body::empty())).await {
        Ok(response) => response.into_body(),
        Err(_) => Body::empty(),
    }
}
