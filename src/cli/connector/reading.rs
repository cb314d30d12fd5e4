//! From what was said about a connector's fields to what a registration takes: the files that they name are read (layer 4).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::fields::Fields;
use crate::certificate;
use crate::cli::input;
use crate::cli::secret_source::SecretSource;
use crate::connector::Impersonation;
use crate::connector::catalogue::{Id, Kind, Method};
use crate::error::{Context, Error, Result};
use crate::execcred::{Answer, ApiVersion};
use crate::files;
use crate::kubeconfig::Credential;
use crate::ops::connector::given::{Account, Given};
use crate::ops::connector::parts::Parts;
use crate::pipeline::lint;
use crate::secret::Secret;
use crate::vault::content::{InteractiveMode, Variable};

impl Fields {
    /// What they say of a connector that is to be made. Reads the files that they name.
    pub(super) fn given(&self, method: Option<Method>, seconds: Option<u32>) -> Result<Given> {
        let mut given = self.beside_parts(method, seconds)?;
        given.credential = given.credential.map_or_else(|| self.parts()?.whole(), |credential| Ok(Some(credential)))?;
        Ok(given)
    }

    /// What they say of a connector that is there: its [`Parts`], and all else. Reads the files that they name.
    pub(super) fn changes(&self, method: Option<Method>, seconds: Option<u32>) -> Result<(Given, Parts)> {
        Ok((self.beside_parts(method, seconds)?, self.parts()?))
    }

    fn beside_parts(&self, method: Option<Method>, seconds: Option<u32>) -> Result<Given> {
        let text = |id| self.text(id).map(ToOwned::to_owned);
        Ok(Given {
            allow_anonymous: false,
            in_cluster: false,
            server: text(Id::Server),
            cluster_name: text(Id::ClusterName),
            certificate_authority: self.pem(Id::CertificateAuthority)?.map(|pem| pem.expose().clone()),
            insecure: self.yes(Id::Insecure),
            tls_server_name: text(Id::TlsServerName),
            proxy_url: self.text(Id::ProxyUrl).map(proxy_url).transpose()?,
            namespace: text(Id::Namespace),
            impersonation: Impersonation {
                user: text(Id::As),
                uid: text(Id::AsUid),
                groups: self.texts(Id::AsGroup).to_vec(),
                extra: self.extra(),
            },
            service_account: self.account(seconds),
            method,
            tell_plugin: self.yes(Id::ExecProvideClusterInfo),
            credential: self.credential()?,
        })
    }

    /// Checks that a file which the field names can be read, and that it holds no secret in the open.
    pub(super) fn check(&self, id: Id) -> Result<()> {
        match id.field().kind {
            Kind::Pem => self.pem(id).map(|_| ()),
            Kind::Proxy => self.text(id).map_or(Ok(()), |text| proxy_url(text).map(|_| ())),
            Kind::Variables => self.texts(id).iter().try_for_each(|text| variable(text).map(|_| ())),
            _ => Ok(()),
        }
    }

    fn credential(&self) -> Result<Option<Credential>> {
        if let Some(path) = self.text(Id::TokenFile) {
            return Ok(Some(Credential::TokenFile(plain(path).into())));
        }
        if self.lacks(Id::Token) && self.lacks(Id::ClientCertificate) {
            return Ok(None);
        }
        Ok(Some(Credential::Static(Answer {
            // Beside a certificate an empty token is none: clusters of k3d have such users.
            token: if self.lacks(Id::ClientCertificate) {
                self.secret(Id::Token)?
            } else {
                self.secret_if_any(Id::Token)?
            },
            client_certificate: self.pem(Id::ClientCertificate)?.map(|pem| pem.expose().clone()),
            client_key: self.pem(Id::ClientKey)?,
        })))
    }

    fn parts(&self) -> Result<Parts> {
        let command = self.text(Id::ExecCommand).map(ToOwned::to_owned);
        let here = || std::env::current_dir().context(|| "the current directory is gone");
        let typed = |id| self.typed(id).iter().cloned();
        let given = self.texts(Id::ExecEnv).iter().map(|text| variable(text));
        let mode = |text| match text {
            "Never" => InteractiveMode::Never,
            "Always" => InteractiveMode::Always,
            _ => InteractiveMode::IfAvailable,
        };
        Ok(Parts {
            command: command.map(|command| here().map(|directory| (command, directory))).transpose()?,
            args: self.texts(Id::ExecArg).iter().cloned().map(Secret::new).chain(typed(Id::ExecArg)).collect(),
            env: given.chain(typed(Id::ExecEnv).map(|text| Ok(assignment(text.expose())))).collect::<Result<_>>()?,
            api_version: self.text(Id::ExecApiVersion).and_then(ApiVersion::parse),
            interactive_mode: self.text(Id::ExecInteractiveMode).map(mode),
            username: self.text(Id::Username).map(ToOwned::to_owned),
            password: self.secret(Id::Password)?,
        })
    }

    fn account(&self, seconds: Option<u32>) -> Option<Account> {
        let text = self.text(Id::ServiceAccount)?;
        let (namespace, name) = match text.split_once('/') {
            Some((namespace, name)) => (Some(namespace.to_owned()), name),
            None => (None, text),
        };
        let audiences = self.texts(Id::Audience).to_vec();
        Some(Account { namespace, name: name.to_owned(), audiences, seconds })
    }

    fn extra(&self) -> BTreeMap<String, Vec<String>> {
        let mut extra = BTreeMap::<_, Vec<_>>::new();
        for (key, value) in self.texts(Id::AsUserExtra).iter().filter_map(|text| text.split_once('=')) {
            extra.entry(key.to_owned()).or_default().push(value.to_owned());
        }
        extra
    }

    fn secret(&self, id: Id) -> Result<Option<Secret<String>>> {
        let field = id.field();
        let read = |source: &SecretSource| source.read(&format!("--{}", field.flag), &field.title.to_lowercase());
        self.source(id).map(read).transpose()
    }

    fn secret_if_any(&self, id: Id) -> Result<Option<Secret<String>>> {
        let field = id.field();
        let Some(source) = self.source(id) else { return Ok(None) };
        source.read_if_any(&format!("--{}", field.flag), &field.title.to_lowercase())
    }

    /// The field's PEM text: from a file, which may also hold base64 of it, from standard input, or as it was given.
    fn pem(&self, id: Id) -> Result<Option<Secret<String>>> {
        let Some(given) = self.text(id) else { return Ok(None) };
        if let Some(pem) = certificate::pem(given) {
            return Ok(Some(Secret::new(pem)));
        }
        let flag = id.field().flag;
        let text = match given {
            "-" => input::text(Path::new("-"))?.1,
            // What is no path may be the key itself, so it is not repeated.
            path => files::read_text(Path::new(plain(path))).map_err(|error| {
                let hint = files::hint(Path::new(plain(path)), &error);
                Error::failure(format!("cannot read the file that --{flag} names")).because(error).hint(hint)
            })?,
        };
        let pem = certificate::pem(&text);
        pem.map(|pem| Some(Secret::new(pem)))
            .ok_or_else(|| Error::failure(format!("there is no PEM in the file that --{flag} names")))
            .map_err(|error| error.hint("PEM begins with `-----BEGIN `; base64 of it is taken, too"))
    }
}

/// A path, which may also be written as `ZenML` has it, with @ before it.
fn plain(path: &str) -> &str {
    path.strip_prefix('@').unwrap_or(path)
}

/// A plugin's variable. Whatever sounds like a secret comes from a file.
fn variable(text: &str) -> Result<Variable> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let value = match value.strip_prefix('@') {
        Some(path) => SecretSource::File(PathBuf::from(path)).read("--exec-env", name)?,
        None if lint::suspicious([&name.to_owned()]).next().is_some() => {
            return Err(Error::usage(format!("the value of {name} is not taken in the open"))
                .hint(format!("put it into a file, and give {name}=@FILE")));
        }
        None => Secret::new(value.to_owned()),
    };
    Ok(Variable { name: name.to_owned(), value })
}

/// `NAME=VALUE`, whatever the value.
fn assignment(text: &str) -> Variable {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    Variable { name: name.to_owned(), value: Secret::new(value.to_owned()) }
}

fn proxy_url(text: &str) -> Result<Secret<String>> {
    match text.strip_prefix('@') {
        Some(path) => SecretSource::File(path.into()).read("--proxy-url", "proxy"),
        None if text.contains('@') => Err(Error::usage("a proxy's password is not taken in the open")
            .hint("put the whole URL into a file, and give @FILE")),
        None => Ok(Secret::new(text.to_owned())),
    }
}
