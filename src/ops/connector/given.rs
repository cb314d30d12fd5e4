//! What the user says about a connector beside a context, or instead of one (layer 3).

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::lift::Minted;
use crate::cluster::incluster;
use crate::connector::Impersonation;
use crate::connector::catalogue::Method;
use crate::error::{Error, Result};
use crate::execcred::{Answer, Cluster};
use crate::kubeconfig::{Credential, Kubeconfig, Resolved, Trust};
use crate::secret::Secret;
use crate::vault::content::ServiceAccount;
use crate::vault::header::{host, without_user_info};

/// The fields that were given. With a server no context is read; without one they replace those of the context.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for a flag")]
pub struct Given {
    /// The cluster and the ServiceAccount of the pod that this runs in, instead of a context.
    pub in_cluster: bool,
    /// The URL.
    pub server: Option<String>,
    /// What the cluster is called; `None` = the server's host, where there is no context.
    pub cluster_name: Option<String>,
    /// PEM.
    pub certificate_authority: Option<String>,
    /// Do not check the server's certificate.
    pub insecure: bool,
    /// Whose name the server's certificate carries.
    pub tls_server_name: Option<String>,
    /// The proxy's URL; it may hold a password.
    pub proxy_url: Option<Secret<String>>,
    /// The namespace for commands that name none.
    pub namespace: Option<String>,
    /// On whose behalf requests are made.
    pub impersonation: Impersonation,
    /// With what.
    pub credential: Option<Credential>,
    /// Tell the given exec plugin which cluster it is asked for.
    pub tell_plugin: bool,
    /// Take a context without any credential too.
    pub allow_anonymous: bool,
    /// Whose short-lived tokens are handed out instead of that.
    pub service_account: Option<Account>,
    /// The auth method, where it was said.
    pub method: Option<Method>,
}

/// A ServiceAccount as it is given.
#[derive(Clone, Debug)]
pub struct Account {
    /// `None` = the connector's own namespace, else `default`.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Who accepts the tokens; empty = the API server.
    pub audiences: Vec<String>,
    /// For how many seconds they live; `None` = as the server likes.
    pub seconds: Option<u32>,
}

impl Given {
    /// Whether anything was given that decides how the cluster is reached, or as whom.
    pub fn connects(&self) -> bool {
        let Self { cluster_name: _, namespace: _, server, certificate_authority, insecure, .. } = self;
        let Self { tls_server_name, proxy_url, impersonation, credential, tell_plugin, .. } = self;
        let Self { service_account, method, in_cluster, .. } = self;
        let cluster = [server, certificate_authority, tls_server_name];
        cluster.iter().any(|field| field.is_some())
            || method.is_some()
            || *in_cluster
            || *insecure
            || *tell_plugin
            || proxy_url.is_some()
            || credential.is_some()
            || service_account.is_some()
            || !impersonation.is_empty()
    }

    /// The context with what was given in place of its own, or what was given alone.
    pub fn resolve(&self, kubeconfig: Option<&Path>, context: Option<&str>) -> Result<(Resolved, Option<Minted>)> {
        let resolved = match &self.server {
            Some(_) if context.is_some() => {
                return Err(Error::usage("--server and --context exclude each other").hint(
                    "with --server nothing is taken from a kubeconfig; without it, flags replace the context's fields",
                ));
            }
            Some(server) => alone(server),
            None if self.in_cluster => incluster::mounted()?,
            None => Kubeconfig::load(kubeconfig)?.resolve_with(context, self.trust())?,
        };
        self.onto(resolved)
    }

    /// `resolved` with what was given in place of its own.
    pub fn onto(&self, mut resolved: Resolved) -> Result<(Resolved, Option<Minted>)> {
        self.place(&mut resolved)?;
        if let Some(credential) = self.credential.clone() {
            resolved.credential = credential;
        }
        if let (true, Credential::Anonymous) = (self.allow_anonymous, &resolved.credential) {
            resolved.credential = Credential::Static(Answer::default());
        }
        if let (true, Credential::Exec(plugin)) = (self.tell_plugin, &mut resolved.credential) {
            let whole = resolved.proxy_url.as_ref().map(|url| url.expose().clone());
            let proxy_url = whole.or_else(|| resolved.cluster.proxy_url.clone());
            plugin.cluster = Some(Cluster { proxy_url, ..resolved.cluster.clone() });
        }
        self.check_method(&resolved.credential)?;
        let minted = self.service_account.clone().map(|account| {
            let namespace = account.namespace.or_else(|| resolved.namespace.clone());
            let namespace = namespace.unwrap_or_else(|| "default".to_owned());
            (ServiceAccount { namespace, name: account.name, audiences: account.audiences }, account.seconds)
        });
        Ok((resolved, minted))
    }

    /// What replaces the context's own trust, if anything does.
    fn trust(&self) -> Option<Trust> {
        if self.insecure {
            return Some(Trust::Anybody);
        }
        self.certificate_authority.as_ref().map(|_| Trust::Authority)
    }

    fn place(&self, resolved: &mut Resolved) -> Result<()> {
        let cluster = &mut resolved.cluster;
        if self.insecure && self.certificate_authority.is_some() {
            return Err(Error::usage("specifying a root certificates file with the insecure flag is not allowed")
                .hint("give --certificate-authority alone to have the server's certificate checked"));
        }
        if let Some(pem) = &self.certificate_authority {
            cluster.certificate_authority_data = Some(STANDARD.encode(pem));
            cluster.insecure_skip_tls_verify = false;
        }
        if self.insecure {
            cluster.certificate_authority_data = None;
            cluster.insecure_skip_tls_verify = true;
        }
        if let Some(name) = &self.tls_server_name {
            cluster.tls_server_name = Some(name.clone());
        }
        if let Some(url) = &self.proxy_url {
            let shown = without_user_info(url.expose());
            resolved.proxy_url = (shown != *url.expose()).then(|| url.clone());
            cluster.proxy_url = Some(shown);
        }
        if let Some(name) = &self.cluster_name {
            resolved.cluster_name.clone_from(name);
        }
        if self.namespace.is_some() {
            resolved.namespace.clone_from(&self.namespace);
        }
        if !self.impersonation.is_empty() {
            resolved.impersonation = self.impersonation.clone().over(&resolved.impersonation)?;
        }
        Ok(())
    }

    /// The method of the connector that is made with `credential`; `None` where none can be.
    pub fn makes(&self, credential: &Credential) -> Option<Method> {
        match credential {
            _ if self.service_account.is_some() => Some(Method::ServiceAccount),
            Credential::Static(_) => Some(Method::Token),
            Credential::TokenFile(_) => Some(Method::TokenFile),
            Credential::Basic { .. } => Some(Method::Password),
            Credential::Exec(_) => Some(Method::Exec),
            Credential::Anonymous | Credential::Ours(_) | Credential::AuthProvider(_) => None,
        }
    }

    /// Refuses a method that what was given does not make.
    fn check_method(&self, credential: &Credential) -> Result<()> {
        let (Some(wanted), Some(made)) = (self.method, self.makes(credential)) else { return Ok(()) };
        if made == wanted {
            return Ok(());
        }
        let context = wanted.about().lifted_from.map(|from| format!(", or a context with {from}"));
        Err(Error::usage(format!(
            "--auth-method {} does not fit: this makes a connector of method {}",
            wanted.name(),
            made.name()
        ))
        .hint(format!("give {}{}", wanted.flags(), context.unwrap_or_default())))
    }
}

/// A cluster of which only the server is known.
fn alone(server: &str) -> Resolved {
    Resolved {
        context: String::new(),
        cluster_name: host(server).to_owned(),
        cluster: Cluster { server: server.to_owned(), ..Cluster::default() },
        proxy_url: None,
        namespace: None,
        impersonation: Impersonation::default(),
        credential: Credential::Anonymous,
    }
}
