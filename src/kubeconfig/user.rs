//! What a kubeconfig user authenticates with, in client-go's order of precedence (layer 2).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::merge::Entry;
use super::resolve::{Credential, body, pem_field};
use super::{entries, exec};
use crate::connector::Impersonation;
use crate::error::{Error, Result};
use crate::execcred::{Answer, Cluster};
use crate::secret::Secret;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct UserBody {
    token: Option<Secret<String>>,
    #[serde(rename = "tokenFile")]
    token_file: Option<String>,
    client_certificate: Option<String>,
    client_certificate_data: Option<String>,
    client_key: Option<String>,
    client_key_data: Option<Secret<String>>,
    username: Option<String>,
    password: Option<Secret<String>>,
    auth_provider: Option<Value>,
    exec: Option<exec::Body>,
    #[serde(rename = "as")]
    impersonate: Option<String>,
    as_uid: Option<String>,
    as_groups: Option<Vec<String>>,
    as_user_extra: Option<BTreeMap<String, Vec<String>>>,
}

/// Takes a user apart. `cluster` is what its exec plugin may be told.
pub(super) fn read(
    entry: &Entry<'_>,
    cluster: &Cluster,
    proxy_url: Option<&Secret<String>>,
) -> Result<(Impersonation, Credential)> {
    let user: UserBody = body(entry, "user")?;
    let impersonation = Impersonation {
        user: user.impersonate.clone().filter(|name| !name.is_empty()),
        uid: user.as_uid.clone().filter(|uid| !uid.is_empty()),
        groups: user.as_groups.clone().unwrap_or_default(),
        extra: user.as_user_extra.clone().unwrap_or_default(),
    };
    if impersonation.user.is_none() && !impersonation.is_empty() {
        return Err(Error::failure(format!(
            "requesting uid, groups or user-extra for \"{}\" without impersonating a user",
            entry.name
        )));
    }
    Ok((impersonation, credential(entry, user, cluster, proxy_url)?))
}

fn credential(
    entry: &Entry<'_>,
    user: UserBody,
    cluster: &Cluster,
    proxy_url: Option<&Secret<String>>,
) -> Result<Credential> {
    let filled = |value: Option<String>| value.filter(|value| !value.is_empty());
    let certificate = pem_field(
        entry,
        ("client-certificate", filled(user.client_certificate)),
        ("client-certificate-data", filled(user.client_certificate_data)),
    )?;
    let key = pem_field(
        entry,
        ("client-key", filled(user.client_key)),
        ("client-key-data", filled(user.client_key_data.map(|data| data.expose().clone()))),
    )?;
    let key = key.map(Secret::new);
    if certificate.is_some() && key.is_none() {
        return Err(Error::failure(format!(
            "client-key-data or client-key must be specified for \"{}\" to use the clientCert authentication method",
            entry.name
        )));
    }
    let token = user.token.filter(|token| !token.expose().trim().is_empty());
    let token_file = filled(user.token_file);
    let username = filled(user.username);
    if username.is_some() && (token.is_some() || token_file.is_some()) {
        return Err(Error::failure(format!(
            "more than one authentication method found for \"{}\"; found [token basicAuth], only one is allowed",
            entry.name
        )));
    }
    // In client-go the file wins over the token, and either over exec, which is not consulted then.
    if let Some(path) = token_file {
        return Ok(Credential::TokenFile(entry.file.directory().join(path)));
    }
    if let Some(username) = username {
        let password = user.password.unwrap_or_else(|| Secret::new(String::new()));
        return Ok(Credential::Basic { username, password });
    }
    if token.is_some() || certificate.is_some() {
        let token = token.map(|token| Secret::new(token.expose().trim().to_owned()));
        let client_key = key.filter(|_| certificate.is_some());
        return Ok(Credential::Static(Answer { token, client_certificate: certificate, client_key }));
    }
    if let Some(provider) = user.auth_provider {
        return Ok(Credential::AuthProvider(provider["name"].as_str().unwrap_or("unknown").to_owned()));
    }
    match user.exec {
        None => Ok(Credential::Anonymous),
        Some(exec) => match entries::connector_for(entry.body, cluster) {
            Some(connector) if connector.is_empty() => {
                Err(Error::failure(format!("user \"{}\" names no connector, and nor does its cluster", entry.name))
                    .hint("write the entry anew with `kubectl zenml login`"))
            }
            Some(connector) => Ok(Credential::Ours(connector)),
            None => exec.plugin(entry, cluster, proxy_url).map(|plugin| Credential::Exec(Box::new(plugin))),
        },
    }
}
