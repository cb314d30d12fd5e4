//! A connector's fields as flags, named as kubectl names them (layer 4).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::certificate;
use crate::cli::flags::{namespace, seconds};
use crate::cli::secret_source::SecretSource;
use crate::connector::Impersonation;
use crate::error::{Context, Error, Result};
use crate::execcred::{Answer, ApiVersion};
use crate::files;
use crate::kubeconfig::Credential;
use crate::ops::connector::given::{Account, Given};
use crate::pipeline::lint;
use crate::secret::Secret;
use crate::vault::content::{ExecPlugin, InteractiveMode, Variable};

/// Where the cluster is. With --server nothing is read from a kubeconfig; the others replace what the context says.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Cluster options")]
pub(super) struct ClusterFields {
    /// Register this API server instead of a context's
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Call the cluster this [default: as in the context, or the server's host]
    #[arg(long, value_name = "NAME", alias = "cluster_name")]
    cluster_name: Option<String>,
    /// Trust the authorities in this file for the server's certificate
    #[arg(long, value_name = "FILE", alias = "certificate_authority")]
    certificate_authority: Option<String>,
    /// Do not check the server's certificate
    #[arg(long, alias = "insecure")]
    insecure_skip_tls_verify: bool,
    /// Expect this name in the server's certificate
    #[arg(long, value_name = "NAME", alias = "tls_server_name")]
    tls_server_name: Option<String>,
    /// Reach the server through this proxy; @FILE where its URL holds a password
    #[arg(long, value_name = "URL", alias = "proxy_url")]
    proxy_url: Option<String>,
    /// Use this namespace where a command names none
    #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace)]
    namespace: Option<String>,
    /// Impersonate this user
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,
    /// Impersonate this UID
    #[arg(long = "as-uid", value_name = "UID", requires = "user")]
    uid: Option<String>,
    /// Impersonate this group (can be repeated)
    #[arg(long = "as-group", value_name = "GROUP", requires = "user")]
    groups: Vec<String>,
}

/// With what the cluster is used. They replace the context's own credential.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Credential options")]
pub(super) struct CredentialFields {
    /// Insist on this method
    #[arg(long, value_name = "METHOD", alias = "auth_method",
        value_parser = ["token", "password", "exec", "token-file", "service-account"])]
    auth_method: Option<String>,
    /// Use the bearer token in @FILE, on standard input (-), or asked for
    #[arg(long, value_name = "@FILE", num_args = 0..=1, default_missing_value = "", group = "credential")]
    token: Option<SecretSource>,
    /// Use the token that this file holds each time
    #[arg(long, value_name = "FILE", alias = "token_file", group = "credential")]
    token_file: Option<PathBuf>,
    /// Use the client certificate in this file; may come with --token
    #[arg(long, value_name = "FILE", alias = "client_certificate", requires = "client_key",
        conflicts_with_all = ["token_file", "username", "exec_command"])]
    client_certificate: Option<PathBuf>,
    /// Use the client certificate's key in this file
    #[arg(long, value_name = "FILE", alias = "client_key", requires = "client_certificate")]
    client_key: Option<PathBuf>,
    /// Use this user name with --password
    #[arg(long, value_name = "NAME", requires = "password", group = "credential")]
    username: Option<String>,
    /// Use the password in @FILE, on standard input (-), or asked for
    #[arg(long, value_name = "@FILE", num_args = 0..=1, default_missing_value = "", requires = "username")]
    password: Option<SecretSource>,
    /// Run this exec plugin for credentials
    #[arg(long, value_name = "COMMAND", group = "credential")]
    exec_command: Option<String>,
    /// Give the plugin this argument (can be repeated)
    #[arg(long, value_name = "ARGUMENT", requires = "exec_command", allow_hyphen_values = true)]
    exec_arg: Vec<String>,
    /// Give the plugin this variable; NAME=@FILE where it is a secret (can be repeated)
    #[arg(long, value_name = "NAME=VALUE", requires = "exec_command")]
    exec_env: Vec<String>,
    /// Speak this version of the exec credential API with the plugin
    #[arg(long, value_name = "VERSION", default_value = "client.authentication.k8s.io/v1", requires = "exec_command")]
    exec_api_version: String,
    /// Let the plugin use the terminal in this way
    #[arg(long, value_name = "MODE", default_value = "IfAvailable", value_parser = ["Never", "IfAvailable", "Always"],
        requires = "exec_command")]
    exec_interactive_mode: String,
    /// Tell the plugin which cluster it is asked for
    #[arg(long, requires = "exec_command")]
    exec_provide_cluster_info: bool,
    /// Hand out only short-lived tokens of this ServiceAccount, minted with the credential above
    #[arg(long, value_name = "[NAMESPACE/]NAME", alias = "service_account")]
    service_account: Option<String>,
    /// Ask for tokens of the ServiceAccount that live this long, such as 1h
    #[arg(long, value_name = "DURATION", alias = "expiration_seconds", visible_alias = "duration",
        value_parser = seconds)]
    expiration_seconds: Option<u32>,
    /// Ask for tokens of the ServiceAccount for this audience (can be repeated)
    #[arg(long, value_name = "AUDIENCE", requires = "service_account")]
    audience: Vec<String>,
}

/// What the flags say. Reads the files that they name.
pub(super) fn given(cluster: ClusterFields, credential: CredentialFields) -> Result<Given> {
    let service_account = credential.service_account()?;
    Ok(Given {
        server: cluster.server,
        cluster_name: cluster.cluster_name,
        certificate_authority: cluster
            .certificate_authority
            .as_deref()
            .map(|path| pem("certificate-authority", path))
            .transpose()?,
        insecure: cluster.insecure_skip_tls_verify,
        tls_server_name: cluster.tls_server_name,
        proxy_url: cluster.proxy_url.map(proxy_url).transpose()?,
        namespace: cluster.namespace,
        impersonation: Impersonation {
            user: cluster.user,
            uid: cluster.uid,
            groups: cluster.groups,
            extra: BTreeMap::new(),
        },
        service_account,
        auth_method: credential.auth_method.clone(),
        tell_plugin: credential.exec_provide_cluster_info,
        credential: credential.credential()?,
    })
}

impl CredentialFields {
    /// How long minted tokens shall live, with or without an account that is given with it.
    pub(super) fn expiration_seconds(&self) -> Option<u32> {
        self.expiration_seconds
    }

    /// Whether a ServiceAccount's tokens shall be handed out.
    pub(super) fn mints(&self) -> bool {
        self.service_account.is_some()
    }

    fn credential(self) -> Result<Option<Credential>> {
        if let Some(path) = self.token_file {
            return Ok(Some(Credential::TokenFile(path)));
        }
        if let (Some(username), Some(password)) = (&self.username, &self.password) {
            let password = password.read("--password", "password")?;
            return Ok(Some(Credential::Basic { username: username.clone(), password }));
        }
        if self.exec_command.is_some() {
            return self.plugin().map(|plugin| Some(Credential::Exec(Box::new(plugin))));
        }
        if self.token.is_none() && self.client_certificate.is_none() {
            return Ok(None);
        }
        let read = |flag: &str, path: &Option<PathBuf>| {
            path.as_ref().map(|path| pem(flag, &path.to_string_lossy())).transpose()
        };
        Ok(Some(Credential::Static(Answer {
            token: self.token.map(|source| source.read("--token", "token")).transpose()?,
            client_certificate: read("client-certificate", &self.client_certificate)?,
            client_key: read("client-key", &self.client_key)?.map(Secret::new),
        })))
    }

    fn plugin(self) -> Result<ExecPlugin> {
        let api_version = ApiVersion::parse(&self.exec_api_version).ok_or_else(|| {
            Error::usage(format!("exec plugin: invalid apiVersion \"{}\"", self.exec_api_version.escape_debug()))
        })?;
        Ok(ExecPlugin {
            api_version,
            command: self.exec_command.unwrap_or_default(),
            args: self.exec_arg.into_iter().map(Secret::new).collect(),
            env: self.exec_env.iter().map(|text| variable(text)).collect::<Result<_>>()?,
            // Only `resolve` knows the cluster.
            cluster: None,
            interactive_mode: match self.exec_interactive_mode.as_str() {
                "Never" => InteractiveMode::Never,
                "Always" => InteractiveMode::Always,
                _ => InteractiveMode::IfAvailable,
            },
            install_hint: None,
            directory: std::env::current_dir().context(|| "the current directory is gone")?,
            pinned: false,
        })
    }

    fn service_account(&self) -> Result<Option<Account>> {
        let Some(text) = &self.service_account else { return Ok(None) };
        let (namespace, name) = match text.split_once('/') {
            Some((namespace, name)) => (Some(namespace.to_owned()), name),
            None => (None, text.as_str()),
        };
        if name.is_empty() || name.contains('/') || namespace.as_deref() == Some("") {
            return Err(Error::usage("--service-account is written NAMESPACE/NAME or NAME"));
        }
        let (audiences, seconds) = (self.audience.clone(), self.expiration_seconds);
        Ok(Some(Account { namespace, name: name.to_owned(), audiences, seconds }))
    }
}

/// A plugin's variable. Whatever sounds like a secret comes from a file.
fn variable(text: &str) -> Result<Variable> {
    let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.is_empty()) else {
        return Err(Error::usage("--exec-env is written NAME=VALUE"));
    };
    let value = match value.strip_prefix('@') {
        Some(path) => SecretSource::File(path.into()).read("--exec-env", name)?,
        None if lint::suspicious([&name.to_owned()]).next().is_some() => {
            return Err(Error::usage(format!("the value of {name} is not taken on the command line"))
                .hint(format!("put it into a file: --exec-env {name}=@FILE")));
        }
        None => Secret::new(value.to_owned()),
    };
    Ok(Variable { name: name.to_owned(), value })
}

fn proxy_url(text: String) -> Result<Secret<String>> {
    match text.strip_prefix('@') {
        Some(path) => SecretSource::File(path.into()).read("--proxy-url", "proxy"),
        None if text.contains('@') => Err(Error::usage("a proxy's password is not taken on the command line")
            .hint("put the whole URL into a file: --proxy-url @FILE")),
        None => Ok(Secret::new(text)),
    }
}

/// The PEM text in a file, which may also hold base64 of it. The path may begin with @.
fn pem(flag: &str, path: &str) -> Result<String> {
    let path = path.strip_prefix('@').unwrap_or(path);
    // What is no path may be the key itself, so it is not repeated.
    let text = files::read_text(Path::new(path)).context(|| format!("cannot read the file that --{flag} names"))?;
    certificate::pem(&text).ok_or_else(|| Error::failure(format!("there is no PEM in the file that --{flag} names")))
}
