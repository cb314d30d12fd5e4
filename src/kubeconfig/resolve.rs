//! A context taken apart: which cluster, as whom, with what (layer 2). What kubectl refuses is refused in its words.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::merge::{Entry, Kind};
use super::read::File;
use super::{Kubeconfig, entries, user};
use crate::certificate;
use crate::connector::Impersonation;
use crate::error::{Context, Error, Result};
use crate::execcred::{Answer, Cluster};
use crate::files;
use crate::secret::Secret;
use crate::vault::content::ExecPlugin;

/// Whose certificate a server may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Anybody's: it is not checked.
    Anybody,
    /// One that an authority has signed.
    Authority,
}

/// A context, resolved.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The context's name.
    pub context: String,
    /// The cluster's name.
    pub cluster_name: String,
    /// How the cluster is reached; the proxy's URL without user name and password.
    pub cluster: Cluster,
    /// The proxy's whole URL where it carries a user name or password.
    pub proxy_url: Option<Secret<String>>,
    /// The context's namespace.
    pub namespace: Option<String>,
    /// On whose behalf requests are made.
    pub impersonation: Impersonation,
    /// With what.
    pub credential: Credential,
}

/// What a kubeconfig user authenticates with.
#[derive(Clone, Debug)]
pub enum Credential {
    /// Nothing: the server sees an anonymous user.
    Anonymous,
    /// A token, a client certificate, or both.
    Static(Answer),
    /// A file that is read anew each time.
    TokenFile(PathBuf),
    /// HTTP basic authentication.
    Basic {
        /// The user's name.
        username: String,
        /// The password.
        password: Secret<String>,
    },
    /// An exec plugin.
    Exec(Box<ExecPlugin>),
    /// Our own helper, for this connector.
    Ours(String),
    /// An auth provider of kubectl's past, by name.
    AuthProvider(String),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ContextBody {
    cluster: Option<String>,
    user: Option<String>,
    namespace: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct ClusterBody {
    server: Option<String>,
    tls_server_name: Option<String>,
    insecure_skip_tls_verify: Option<bool>,
    certificate_authority: Option<String>,
    certificate_authority_data: Option<String>,
    proxy_url: Option<String>,
    extensions: Option<Vec<Extension>>,
}

#[derive(Deserialize)]
struct Extension {
    name: String,
    #[serde(default)]
    extension: Value,
}

impl Kubeconfig {
    /// The entry of `context`, or of the current one.
    pub fn context(&self, context: Option<&str>) -> Result<Entry<'_>> {
        let Some(name) = context.or(self.current_context()) else { return Err(self.no_context()) };
        self.find(Kind::Context, name).ok_or_else(|| self.dangling(name, context.is_none()))
    }

    /// Resolves `context`, or the current one.
    pub fn resolve(&self, context: Option<&str>) -> Result<Resolved> {
        self.resolve_with(context, None)
    }

    /// As [`Kubeconfig::resolve`]; of a certificate authority and a certificate that is not to be checked, which exclude
    /// each other, `trust` is the one that counts.
    pub fn resolve_with(&self, context: Option<&str>, trust: Option<Trust>) -> Result<Resolved> {
        let entry = self.context(context)?;
        let name = entry.name;
        let body: ContextBody = body(&entry, "context")?;
        let (cluster_name, cluster, proxy_url) = self.cluster(name, body.cluster.unwrap_or_default(), trust)?;
        let (impersonation, credential) = match body.user.filter(|user| !user.is_empty()) {
            None => (Impersonation::default(), Credential::Anonymous),
            Some(wanted) => {
                let user = self.find(Kind::User, &wanted).ok_or_else(|| {
                    Error::failure(format!(
                        "context \"{name}\" names user \"{wanted}\", which is not in the kubeconfig"
                    ))
                    .hint(format!("looked in {}", self.describe()))
                })?;
                user::read(&user, &cluster, proxy_url.as_ref())?
            }
        };
        let namespace = body.namespace.filter(|namespace| !namespace.is_empty());
        Ok(Resolved {
            context: name.to_owned(),
            cluster_name,
            cluster,
            proxy_url,
            namespace,
            impersonation,
            credential,
        })
    }

    fn cluster(
        &self,
        context: &str,
        wanted: String,
        trust: Option<Trust>,
    ) -> Result<(String, Cluster, Option<Secret<String>>)> {
        let entry = self.find(Kind::Cluster, &wanted).ok_or_else(|| {
            Error::failure(format!("context \"{context}\" names cluster \"{wanted}\", which is not in the kubeconfig"))
                .hint(format!("looked in {}", self.describe()))
        })?;
        let body: ClusterBody = body(&entry, "cluster")?;
        let filled = |value: Option<String>| value.filter(|value| !value.is_empty());
        let Some(server) = filled(body.server) else {
            return Err(Error::failure(format!("no server found for cluster \"{wanted}\"")).hint(format!(
                "write its URL into {}: `kubectl config set-cluster NAME --server URL`",
                place(entry.file)
            )));
        };
        let mut authority = pem_field(
            &entry,
            ("certificate-authority", filled(body.certificate_authority)),
            ("certificate-authority-data", filled(body.certificate_authority_data)),
        )?;
        let mut insecure = body.insecure_skip_tls_verify.unwrap_or_default();
        match trust {
            Some(Trust::Anybody) => authority = None,
            Some(Trust::Authority) => insecure = false,
            None => {}
        }
        if insecure && authority.is_some() {
            return Err(Error::failure(format!(
                "cluster \"{wanted}\": specifying a root certificates file with the insecure flag is not allowed"
            ))
            .hint("remove either `insecure-skip-tls-verify` or the certificate authority from the cluster's entry")
            .hint("or register it with one of them: --insecure-skip-tls-verify, or --certificate-authority FILE"));
        }
        let proxy = filled(body.proxy_url);
        let shown = proxy.as_deref().map(crate::vault::header::without_user_info);
        let config = body
            .extensions
            .into_iter()
            .flatten()
            .find(|extension| extension.name == entries::EXTENSION)
            .map(|extension| extension.extension);
        let sealed = proxy.filter(|whole| Some(whole) != shown.as_ref()).map(Secret::new);
        let cluster = Cluster {
            server,
            tls_server_name: filled(body.tls_server_name),
            insecure_skip_tls_verify: insecure,
            certificate_authority_data: authority.map(|pem| STANDARD.encode(pem)),
            proxy_url: shown,
            config,
        };
        Ok((wanted, cluster, sealed))
    }

    fn no_context(&self) -> Error {
        let names = self.context_names();
        let error = if names.is_empty() {
            Error::failure(format!("there are no contexts in the kubeconfig ({})", self.describe()))
        } else {
            Error::failure("the kubeconfig has no current context")
        };
        if names.is_empty() {
            error.hint("set KUBECONFIG to a kubeconfig file, or create ~/.kube/config with your cluster's own tool")
        } else {
            error.hint(format!("name one with --context: {names}"))
        }
    }

    fn dangling(&self, name: &str, current: bool) -> Error {
        let which = if current { "the current context" } else { "context" };
        let names = self.context_names();
        let error = Error::failure(format!("{which} \"{name}\" does not exist in {}", self.describe()));
        if names.is_empty() { error } else { error.hint(format!("the contexts are: {names}")) }
    }

    fn context_names(&self) -> String {
        let names: Vec<_> = self.all(Kind::Context).iter().map(|entry| entry.name.to_owned()).collect();
        names.join(", ")
    }
}

/// The typed body of an entry. The parser's message may repeat a value, so only the place is named.
pub(super) fn body<T: DeserializeOwned + Default>(entry: &Entry<'_>, what: &str) -> Result<T> {
    if entry.body.is_null() {
        return Ok(T::default());
    }
    T::deserialize(entry.body).map_err(|_| {
        Error::failure(format!("{what} \"{}\" in {} has a field of the wrong type", entry.name, place(entry.file)))
            .hint("numbers and dates that are meant as text need quotes")
    })
}

/// PEM from a file or from a field that holds it; kubectl refuses both at once.
pub(super) fn pem_field(
    entry: &Entry<'_>,
    (path_field, path): (&str, Option<String>),
    (data_field, data): (&str, Option<String>),
) -> Result<Option<String>> {
    let name = entry.name;
    match (path, data) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => {
            Err(Error::failure(format!("{data_field} and {path_field} are both specified for \"{name}\""))
                .hint(format!("remove one of them from {}", place(entry.file))))
        }
        (None, Some(data)) => certificate::pem(&data).map(Some).ok_or_else(|| {
            Error::failure(format!("{data_field} of \"{name}\" in {} is not base64 of PEM", place(entry.file)))
                .hint("write the entry anew with the cluster's own tool")
        }),
        (Some(path), None) => {
            let path = entry.file.directory().join(path);
            let message = || format!("unable to read {path_field} {} for \"{name}\"", path.display());
            let way_out = "put the file back, or write the entry anew with the cluster's own tool";
            let text = files::read_text(&path).context(message).map_err(|error| error.hint(way_out))?;
            certificate::pem(&text)
                .map(Some)
                .ok_or_else(|| Error::failure(message()).cause("there is no PEM in it").hint(way_out))
        }
    }
}

fn place(file: &File) -> impl std::fmt::Display + use<'_> {
    Path::display(&file.path)
}
