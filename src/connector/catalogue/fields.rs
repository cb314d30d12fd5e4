//! What there is to know of a configuration field (layer 1).

use rustls_pki_types::ServerName;

use super::Method;
use super::table::FIELDS;
use crate::naming;

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the table says what each is")]
pub enum Id {
    Server,
    ClusterName,
    CertificateAuthority,
    Insecure,
    TlsServerName,
    ProxyUrl,
    Namespace,
    As,
    AsUid,
    AsGroup,
    AsUserExtra,
    Username,
    Password,
    Token,
    ClientCertificate,
    ClientKey,
    TokenFile,
    ExecCommand,
    ExecArg,
    ExecEnv,
    ExecApiVersion,
    ExecInteractiveMode,
    ExecProvideClusterInfo,
    ServiceAccount,
    Audience,
}

/// What there is to know of a field.
#[derive(Debug)]
pub struct Field {
    /// Which one.
    pub id: Id,
    /// Where it is in the configuration, with dots between the keys. `ZenML`'s name where `ZenML` has it.
    pub path: &'static str,
    /// The flag without its dashes, as kubectl has it.
    pub flag: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What the flag does.
    pub help: &'static str,
    /// What stands for the value in texts.
    pub value: &'static str,
    /// How the value is given.
    pub kind: Kind,
    /// The one method that has it; `None` = all.
    pub method: Option<Method>,
    /// Whether it must be there.
    pub need: Need,
    /// What must be given with it.
    pub needs: &'static [Id],
    /// The value is kept in the vault alone.
    pub secret: bool,
}

/// How a value is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As it is.
    Text,
    /// As it is: a URL.
    Url,
    /// As it is, or `@FILE` where it holds a password.
    Proxy,
    /// As it is: a name that a certificate can have.
    ServerName,
    /// As it is: a namespace's name.
    Namespace,
    /// Yes or no.
    Flag,
    /// PEM, or base64 of it, in a file or on standard input; a certificate also as it is.
    Pem,
    /// In a file, on standard input, or asked for.
    Secret,
    /// A file that stays where it is.
    Path,
    /// As it is, as often as wanted.
    Texts,
    /// `NAME=VALUE`, or `NAME=@FILE` where it is a secret, as often as wanted.
    Variables,
    /// `KEY=VALUE`, as often as wanted, also with the same key.
    Extra,
    /// `[NAMESPACE/]NAME`.
    Account,
    /// One of these.
    Choice(&'static [&'static str]),
}

/// Whether a field must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It, or another one of its method.
    Either,
    /// It is this when nobody says otherwise.
    Default(&'static str),
    /// It is made of something else when nobody says otherwise.
    Derived(&'static str),
    /// It may be missing.
    Optional,
}

impl Id {
    /// What there is to know of it.
    #[expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a test has each of them")]
    pub fn field(self) -> &'static Field {
        FIELDS.iter().find(|field| field.id == self).expect("every field is in the catalogue")
    }
}

impl Field {
    /// The flag's whole help, where a connector is made.
    pub fn flag_help(&self) -> String {
        match self.need {
            Need::Derived(from) => format!("{} [default: {from}]", self.change_help()),
            _ => self.change_help(),
        }
    }

    /// The flag's help where there is a connector: what is not given stays as it is.
    pub fn change_help(&self) -> String {
        let how = match self.kind {
            Kind::Secret => " in @FILE, on standard input (-), or asked for",
            Kind::Pem => " (a file with PEM)",
            Kind::Texts | Kind::Variables | Kind::Extra => " (can be repeated)",
            _ => "",
        };
        format!("{}{how}", self.help)
    }

    /// The flag with its value, such as `--token @FILE`.
    pub fn usage(&self) -> String {
        if self.kind == Kind::Flag { format!("--{}", self.flag) } else { format!("--{} {}", self.flag, self.value) }
    }

    /// The choice that `text` means: itself, or an API's version alone.
    pub fn choice(&self, text: &str) -> Option<&'static str> {
        let Kind::Choice(values) = self.kind else { return None };
        values.iter().copied().find(|value| *value == text || value.rsplit('/').next() == Some(text))
    }

    /// Whether it can be given more than once.
    pub fn repeats(&self) -> bool {
        matches!(self.kind, Kind::Texts | Kind::Variables | Kind::Extra)
    }

    /// Fields that cannot be given with it: those of another method, unless one is the other's base.
    pub fn excludes(&self) -> impl Iterator<Item = &'static Self> {
        let own = self.method.filter(|method| !method.needs_base());
        FIELDS.iter().filter(move |other| {
            own.is_some() && other.method.is_some_and(|method| !method.needs_base() && Some(method) != own)
        })
    }

    /// Whether `text` can be its value, as far as that can be told without looking anywhere. An error is a sentence.
    pub fn check(&self, text: &str) -> Result<(), String> {
        let fine = |holds: bool, sentence: &str| if holds { Ok(()) } else { Err(sentence.to_owned()) };
        let assigns = text.split_once('=').is_some_and(|(name, _)| !name.is_empty());
        if text.chars().any(char::is_control) && !matches!(self.kind, Kind::Pem | Kind::Secret) {
            return Err("write it without line breaks and other control characters".to_owned());
        }
        match self.kind {
            Kind::Namespace => naming::namespace(text),
            Kind::ServerName => server_name(text),
            Kind::Url => fine(is_url(text), "write a URL, such as https://HOST:6443"),
            Kind::Variables | Kind::Extra => fine(assigns, &format!("write {}", self.value)),
            Kind::Account => fine(is_account(text), "write NAMESPACE/NAME or NAME"),
            Kind::Choice(values) => fine(self.choice(text).is_some(), &format!("write one of {}", values.join(", "))),
            Kind::Proxy => {
                fine(text.starts_with('@') || is_proxy(text), "write a URL, such as http://HOST:3128, or @FILE")
            }
            Kind::Text | Kind::Texts | Kind::Path => fine(!text.trim().is_empty(), "write something"),
            Kind::Flag | Kind::Pem | Kind::Secret => Ok(()),
        }
    }
}

/// Refuses what no certificate is made for, and no client asks by. An error is a sentence.
pub fn server_name(text: &str) -> Result<(), String> {
    match ServerName::try_from(text) {
        Ok(_) => Ok(()),
        Err(_) => Err("write the name alone, such as kubernetes.default.svc, or an IP address".to_owned()),
    }
}

/// `https://HOST`, `http://HOST`, or a host alone.
fn is_url(text: &str) -> bool {
    let rest = ["https://", "http://"].into_iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or(text);
    let holds = |wrong: &str| rest.contains(wrong);
    let strange = holds("://") || holds("?") || holds("#") || rest.contains(char::is_whitespace);
    !rest.is_empty() && !rest.starts_with('/') && !strange
}

/// A URL with a host and, if any, a port that there can be.
fn is_proxy(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let port = if place.ends_with(']') { None } else { place.rsplit_once(':').map(|(_, port)| port) };
    !place.is_empty() && !place.starts_with(':') && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

fn is_account(text: &str) -> bool {
    let (namespace, name) = text.split_once('/').map_or((None, text), |(namespace, name)| (Some(namespace), name));
    !name.is_empty() && !name.contains('/') && namespace != Some("")
}
