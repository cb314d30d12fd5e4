//! `deployment invoke`: one request to a deployed service (layer 3).
//!
//! It goes through the API server's proxy; with a key, or where the proxy is forbidden, through a stream to a ready pod,
//! because the API server takes `Authorization` away from what it passes on.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1 as core;
use kube::ResourceExt;
use serde_json::{Map, Value};

use super::{endpoint, port_forward};
use crate::cluster::Cluster;
use crate::cluster::failure;
use crate::cluster::forward::{self, Target};
use crate::cluster::objects::api;
use crate::cluster::proxy::{self, Answer, Destination, Reply};
use crate::deployer::manifests::{AUTH_VARIABLE, INVOKE_PATH_ANNOTATION, PORT_NAME};
use crate::deployer::spec::DEFAULT_INVOKE_PATH;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// What to send, and how.
#[derive(Default)]
pub struct Request {
    /// The body.
    pub body: Vec<u8>,
    /// The key that the service wants; without it the deployment's own.
    pub auth_key: Option<Secret<String>>,
    /// By the published URL, not through the API server.
    pub direct: bool,
}

/// POSTs to the deployment's invoke path. The answer's body is still to be read.
pub async fn invoke(cluster: &Cluster, deployment: &Deployment, request: Request) -> Result<Answer> {
    let key = match request.auth_key {
        Some(key) => Some(key),
        None => own_key(cluster, deployment).await?,
    };
    if request.direct {
        let url = endpoint::public(cluster, deployment).await?;
        let (base, below) = split(&url);
        let path = format!("{below}{}", path(deployment));
        return proxy::post_directly(base, &path, key.as_ref(), request.body).await;
    }
    if key.is_some() {
        return by_stream(cluster, deployment, key.as_ref(), request.body).await;
    }
    match through_proxy(cluster, deployment, request.body.clone()).await? {
        Reply::Answer(answer) => Ok(answer),
        // What the stream says of it is not what was asked for first.
        Reply::Forbidden(error) => by_stream(cluster, deployment, None, request.body).await.map_err(|second| {
            error.hint(format!("a stream to a pod instead of the proxy failed too: {}", second.brief()))
        }),
    }
}

/// Whether a call without a key is let in; none where that cannot be found out.
pub async fn is_open(cluster: &Cluster, deployment: &Deployment) -> Option<bool> {
    match through_proxy(cluster, deployment, b"{}".to_vec()).await {
        Ok(Reply::Answer(answer)) => Some(!matches!(answer.status.as_u16(), 401 | 403)),
        Ok(Reply::Forbidden(_)) | Err(_) => None,
    }
}

async fn through_proxy(cluster: &Cluster, deployment: &Deployment, body: Vec<u8>) -> Result<Reply> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let path = path(deployment);
    let destination = Destination { namespace: &namespace, service: &name, port: PORT_NAME, path };
    proxy::post(cluster, destination, "application/json", body).await
}

async fn by_stream(
    cluster: &Cluster,
    deployment: &Deployment,
    key: Option<&Secret<String>>,
    body: Vec<u8>,
) -> Result<Answer> {
    let pod = port_forward::ready_pod(cluster, deployment).await?;
    let namespace = deployment.namespace().unwrap_or_default();
    let to = Target { namespace: &namespace, pod: &pod, port: port_forward::port(deployment) };
    forward::post(cluster, to, path(deployment), key, body).await
}

fn path(deployment: &Deployment) -> &str {
    deployment.annotations().get(INVOKE_PATH_ANNOTATION).map_or(DEFAULT_INVOKE_PATH, String::as_str)
}

/// The scheme and host of a URL, and the path behind them.
fn split(url: &str) -> (&str, &str) {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find('/').map_or(url.len(), |at| host + at);
    url.split_at(end)
}

/// The key in the Secret that the container gets it from.
async fn own_key(cluster: &Cluster, deployment: &Deployment) -> Result<Option<Secret<String>>> {
    let container = deployment.spec.template.spec.as_ref().and_then(|spec| spec.containers.first());
    let variables = container.and_then(|container| container.env.as_ref()).into_iter().flatten();
    let reference = variables
        .filter(|variable| variable.name == AUTH_VARIABLE)
        .find_map(|variable| variable.value_from.as_ref()?.secret_key_ref.as_ref());
    let Some(reference) = reference else { return Ok(None) };
    let namespace = deployment.namespace().unwrap_or_default();
    let secret = api::<core::Secret>(cluster, &namespace).get(&reference.name).await.map_err(|error| {
        let explained = failure::explain(&cluster.server, &error);
        explained.under("the service wants a key, which cannot be read").hint(format!(
            "it takes the right to get the Secret \"{}\", which `kubectl zenml rbac deployer -n {namespace} --auth-key-of {}` prints; \
             or bring the key with --auth-key @FILE",
            reference.name,
            deployment.name_any()
        ))
    })?;
    let value = secret.data.as_ref().and_then(|data| data.get(&reference.key));
    let text = value.and_then(|value| String::from_utf8(value.0.clone()).ok());
    let missing = || Error::failure(format!("the Secret \"{}\" holds no key that is text", reference.name));
    text.map(|text| Some(Secret::new(text))).ok_or_else(missing)
}

/// `{"parameters": {…}}` out of `name=value` pairs. A value that is JSON stays what it is, any other is a string.
pub fn parameters(pairs: &[String]) -> Result<Vec<u8>> {
    let mut parameters = Map::new();
    for pair in pairs {
        let (name, value) = pair.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
            Error::usage(format!("\"{pair}\" is no parameter")).hint("write it as in --param name=Ada")
        })?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        if parameters.insert(name.to_owned(), value).is_some() {
            return Err(Error::usage(format!("the parameter \"{name}\" is given twice: which one is meant?")));
        }
    }
    Ok(serde_json::json!({ "parameters": parameters }).to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn built(pairs: &[&str]) -> String {
        let pairs: Vec<String> = pairs.iter().map(ToString::to_string).collect();
        String::from_utf8(parameters(&pairs).unwrap()).unwrap()
    }

    #[test]
    fn urls_are_split_behind_the_host() {
        for (url, expected) in [
            ("http://a", ("http://a", "")),
            ("https://a:8/b/c", ("https://a:8", "/b/c")),
            ("http://[::1]:8", ("http://[::1]:8", "")),
        ] {
            assert_eq!(split(url), expected);
        }
    }

    #[test]
    fn values_are_json_where_they_parse() {
        assert_eq!(built(&["name=Ada"]), r#"{"parameters":{"name":"Ada"}}"#);
        assert_eq!(built(&["n=3", "on=true", "l=[1]"]), r#"{"parameters":{"l":[1],"n":3,"on":true}}"#);
        assert_eq!(built(&["q=a=b", "s=\"3\"", "e="]), r#"{"parameters":{"e":"","q":"a=b","s":"3"}}"#);
        assert!(parameters(&["name".to_owned()]).is_err());
        let error = parameters(&["name=A".to_owned(), "n=1".to_owned(), "name=A".to_owned()]).unwrap_err();
        assert_eq!((error.kind(), error.to_string().contains("\"name\" is given twice")), (Kind::Usage, true));
    }
}
