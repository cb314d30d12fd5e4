//! `deployment invoke`: one request to a deployed service, through the API server (layer 3).

use k8s_openapi::api::apps::v1::Deployment;
use kube::ResourceExt;
use serde_json::{Map, Value};

use crate::cluster::Cluster;
use crate::cluster::proxy::{self, Answer, Destination};
use crate::deployer::manifests::{INVOKE_PATH_ANNOTATION, PORT_NAME};
use crate::deployer::spec::DEFAULT_INVOKE_PATH;
use crate::error::{Error, Result};

/// POSTs `body` to the deployment's invoke path. The answer's body is still to be read.
pub async fn invoke(cluster: &Cluster, deployment: &Deployment, body: Vec<u8>) -> Result<Answer> {
    let (name, namespace) = (deployment.name_any(), deployment.namespace().unwrap_or_default());
    let path = deployment.annotations().get(INVOKE_PATH_ANNOTATION).map_or(DEFAULT_INVOKE_PATH, String::as_str);
    let destination = Destination { namespace: &namespace, service: &name, port: PORT_NAME, path };
    proxy::post(cluster, destination, "application/json", body).await
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
    fn values_are_json_where_they_parse() {
        assert_eq!(built(&["name=Ada"]), r#"{"parameters":{"name":"Ada"}}"#);
        assert_eq!(built(&["n=3", "on=true", "l=[1]"]), r#"{"parameters":{"l":[1],"n":3,"on":true}}"#);
        assert_eq!(built(&["q=a=b", "s=\"3\"", "e="]), r#"{"parameters":{"e":"","q":"a=b","s":"3"}}"#);
        assert!(parameters(&["name".to_owned()]).is_err());
        let error = parameters(&["name=A".to_owned(), "n=1".to_owned(), "name=A".to_owned()]).unwrap_err();
        assert_eq!((error.kind(), error.to_string().contains("\"name\" is given twice")), (Kind::Usage, true));
    }
}
