//! A client for one cluster and one credential, built by us (layer 2): kube-rs's own reading of a kubeconfig drops
//! fields and runs exec plugins in its own way.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use http::uri::Scheme;
use kube::config::AuthInfo;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::connection;
use crate::connector::{Configuration, Connector, Impersonation};
use crate::error::{Context, Error, Result};
use crate::execcred::{Answer, Cluster};
use crate::helper;
use crate::secret::Secret;
use crate::vault::header::{BoundCluster, Header, host};

/// How long a connection may take to come about.
pub(super) const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Where requests go and on whose behalf.
#[derive(Clone, Default)]
pub struct Endpoint {
    /// The cluster.
    pub cluster: Cluster,
    /// The proxy's whole URL, where it carries a user name or password.
    pub proxy_url: Option<Secret<String>>,
    /// On whose behalf requests are made.
    pub impersonation: Impersonation,
    /// The namespace of requests that name none.
    pub namespace: Option<String>,
}

impl Endpoint {
    /// A connector's cluster. `proxy_url` is the proxy's sealed URL, if there is one.
    pub fn of(configuration: &Configuration, proxy_url: Option<Secret<String>>) -> Self {
        Self {
            cluster: configuration.cluster(),
            proxy_url,
            impersonation: configuration.impersonation.clone(),
            namespace: configuration.namespace.clone(),
        }
    }

    /// As [`Endpoint::of`], for a sealed credential: its header must name the same cluster, whatever the record says now.
    pub fn sealed(header: &Header, connector: &Connector, proxy_url: Option<Secret<String>>) -> Result<Self> {
        match header.cluster.difference(&BoundCluster::of(&connector.configuration.cluster())?) {
            None => Ok(Self::of(&connector.configuration, proxy_url)),
            Some(difference) => Err(helper::bound(&difference, &connector.name)),
        }
    }

    /// A client that authenticates with `answer`.
    pub fn client(&self, answer: &Answer) -> Result<kube::Client> {
        answer.check_token()?;
        self.client_with(AuthInfo {
            token: answer.token.as_ref().map(|token| token.expose().as_str().into()),
            client_certificate_data: answer.client_certificate.as_ref().map(|pem| STANDARD.encode(pem)),
            client_key_data: answer.client_key.as_ref().map(|pem| STANDARD.encode(pem.expose()).into()),
            ..AuthInfo::default()
        })
    }

    /// A client that authenticates with nothing.
    pub fn anonymous(&self) -> Result<kube::Client> {
        self.client_with(AuthInfo::default())
    }

    /// A client that authenticates with a user name and password.
    pub fn client_of_user(&self, username: &str, password: &Secret<String>) -> Result<kube::Client> {
        self.client_with(AuthInfo {
            username: Some(username.to_owned()),
            password: Some(password.expose().as_str().into()),
            ..AuthInfo::default()
        })
    }

    fn client_with(&self, auth: AuthInfo) -> Result<kube::Client> {
        let cluster = &self.cluster;
        let mut config = kube::Config::new(self.url()?);
        config.default_namespace = self.namespace.clone().unwrap_or_else(|| "default".to_owned());
        config.root_cert = authorities(cluster)?;
        config.accept_invalid_certs = cluster.insecure_skip_tls_verify;
        config.tls_server_name.clone_from(&cluster.tls_server_name);
        config.connect_timeout = Some(CONNECT_LIMIT);
        config.proxy_url = self.proxy()?;
        // As client-go: nothing secret goes out without TLS, and the server sees an anonymous user.
        let auth = if config.cluster_url.scheme() == Some(&Scheme::HTTPS) { auth } else { AuthInfo::default() };
        config.auth_info = AuthInfo {
            impersonate: self.impersonation.user.clone(),
            impersonate_uid: self.impersonation.uid.clone(),
            impersonate_groups: some(self.impersonation.groups.clone()),
            impersonate_user_extra: Some(self.impersonation.extra.clone().into_iter().collect()),
            ..auth
        };
        let client = kube::Client::try_from(config).map_err(|error| {
            let cause = connection::root_cause(&error);
            let hints = connection::hints(host(&cluster.server), &cause);
            let failed = Error::failure(format!("no client can be made for {}", cluster.server)).cause(cause);
            hints.into_iter().fold(failed, Error::hint)
        })?;
        Ok(blaming(cluster.clone(), client))
    }

    /// A server without a scheme is HTTPS where anything says TLS, as in client-go.
    fn url(&self) -> Result<Uri> {
        let cluster = &self.cluster;
        let tls = cluster.insecure_skip_tls_verify || cluster.certificate_authority_data.is_some();
        let whole = match cluster.server.contains("://") {
            true => cluster.server.clone(),
            false if tls => format!("https://{}", cluster.server),
            false => format!("http://{}", cluster.server),
        };
        check_port(&cluster.server)?;
        whole.parse().context(|| format!("the server's URL {} cannot be read", cluster.server))
    }

    /// Whether the server is asked through TLS.
    pub fn is_encrypted(&self) -> Result<bool> {
        Ok(self.url()?.scheme() == Some(&Scheme::HTTPS))
    }

    fn proxy(&self) -> Result<Option<Uri>> {
        let shown = self.cluster.proxy_url.as_deref();
        let Some(url) = self.proxy_url.as_ref().map(|url| url.expose().as_str()).or(shown) else { return Ok(None) };
        let uri: Uri =
            url.parse().context(|| format!("the proxy's URL {} cannot be read", shown.unwrap_or_default()))?;
        match uri.scheme_str() {
            Some("http" | "https" | "socks5") => Ok(Some(uri)),
            _ => Err(Error::failure(format!(
                "the proxy {} is neither http, https nor socks5",
                shown.unwrap_or_default()
            ))
            .hint("write its URL with one of these schemes, such as http://HOST:3128")),
        }
    }
}

/// Refuses a server's URL with a port that there cannot be: the parser of URLs passes over it.
pub fn check_port(server: &str) -> Result<()> {
    let address = host(server);
    let behind = address.rsplit_once(']').map_or(address, |(_, rest)| rest);
    let port = behind.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.is_empty());
    match port.filter(|port| port.parse::<u16>().is_err()) {
        None => Ok(()),
        Some(port) => Err(Error::failure(format!("the server's URL {server} has no port {port}"))
            .hint("ports go from 1 to 65535; that of an API server is mostly 6443 or 443")),
    }
}

/// The same client, whose errors say what only `cluster` tells: that its proxy cannot be reached, which to the layers above
/// is the server, and whose authority was trusted.
fn blaming(cluster: Cluster, client: kube::Client) -> kube::Client {
    let (namespace, cluster) = (client.default_namespace().to_owned(), Arc::new(cluster));
    let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
        let (client, cluster) = (client.clone(), cluster.clone());
        async move {
            client.send(request).await.map_err(|error| match connection::of_cluster(&cluster, &error) {
                Some(error) => tower::BoxError::from(error),
                None => error.into(),
            })
        }
    });
    kube::Client::new(service, namespace)
}

/// The DER certificates of the cluster's own authority; `None` = the system's roots.
fn authorities(cluster: &Cluster) -> Result<Option<Vec<Vec<u8>>>> {
    let Some(data) = &cluster.certificate_authority_data else { return Ok(None) };
    let pem = STANDARD.decode(data).context(|| "the cluster's certificate authority is not base64")?;
    let certificates = CertificateDer::pem_slice_iter(&pem)
        .map(|certificate| certificate.map(|der| der.to_vec()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| Error::failure("the cluster's certificate authority cannot be read as PEM"))?;
    if certificates.is_empty() {
        return Err(Error::failure("the cluster's certificate authority holds no PEM certificate")
            .hint("PEM begins with `-----BEGIN CERTIFICATE-----`"));
    }
    Ok(Some(certificates))
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    if list.is_empty() { None } else { Some(list) }
}
