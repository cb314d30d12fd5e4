//! The credential helper: one sealed file in, one ExecCredential out (layer 0).
//!
//! The hit path takes no lock, opens no socket, starts no process. Whatever needs more (a keyring, another exec plugin,
//! the network) is the plugin's work: the helper becomes `kubectl-zenml credential refill`.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{SystemTime, UNIX_EPOCH};

use zeroize::Zeroizing;

use crate::audit::{self, Event};
use crate::error::{Context, Error, Kind, Result, harmless};
use crate::execcred::{self, ApiVersion, Request};
use crate::paths::{self, Home};
use crate::registry;
use crate::token_file;
use crate::vault::Vault;
use crate::vault::content::{Content, Credential, PASSWORD, RENEWABLE};
use crate::vault::header::{BoundCluster, Difference, Header};
use crate::vault::sealed::Sealed;

/// The helper's whole command line.
const USAGE: &str = "usage: zenml-credential get [--show-secrets] [CONNECTOR]; everything else is in `kubectl zenml`";

/// What a caller asks for: a connector, in a way.
#[derive(Debug)]
pub struct Ask {
    /// The connector's name, id or unique id prefix, as it was given.
    pub reference: String,
    /// What the client said; `None` when a person runs the command.
    pub request: Option<Request>,
}

impl Ask {
    /// Reads `[--show-secrets] [CONNECTOR]` and `KUBERNETES_EXEC_INFO`, which may name the connector instead. Without the
    /// latter only a person at a terminal who says `--show-secrets` is answered, so that nothing in a kubeconfig can ask in
    /// this way.
    pub fn read(arguments: impl Iterator<Item = OsString>) -> Result<Self> {
        let usage = || Error::usage("the credential helper takes one connector").hint(USAGE);
        let (mut reference, mut show_secrets) = (None, false);
        for argument in arguments {
            match argument.into_string() {
                Ok(flag) if flag == "--show-secrets" => show_secrets = true,
                Ok(name) if !name.starts_with('-') && reference.is_none() => reference = Some(name),
                _ => return Err(usage()),
            }
        }
        Self::new(reference, show_secrets)
    }

    /// The question for `reference`, or for the connector that the cluster names, with what the environment says about it.
    pub fn new(reference: Option<String>, show_secrets: bool) -> Result<Self> {
        let request = match paths::variable(paths::EXEC_INFO_VARIABLE) {
            Some(text) => Some(Request::parse(&text.into_string().unwrap_or_default())?),
            None if reference.is_none() => {
                return Err(Error::usage("the credential helper takes one connector").hint(USAGE));
            }
            None if !io::stdout().is_terminal() => {
                return Err(Error::failure("KUBERNETES_EXEC_INFO is not set")
                    .hint("this command is run by kubectl and other Kubernetes clients"));
            }
            None if !show_secrets => {
                return Err(Error::failure("a terminal is shown no secret").hint("add --show-secrets to see it"));
            }
            None => None,
        };
        let reference = reference.map_or_else(|| named_by_cluster(request.as_ref()), Ok)?;
        Ok(Self { reference, request })
    }

    /// The vault. Where it cannot be opened, that refusal is noted as far as it can be.
    pub fn vault(&self, home: &Home) -> Result<Vault> {
        Vault::require(home).inspect_err(|error| {
            let connector = registry::resolve(home, &self.reference).ok().map(|entry| entry.id);
            audit::refused(home, None, connector.as_deref(), error);
        })
    }

    /// The sealed credential that is asked for, not opened yet.
    pub fn sealed(&self, home: &Home, vault: &Vault) -> Result<Sealed> {
        // `login` writes ids: no need to look through the registry for those.
        let by_id = if is_uuid(&self.reference) { vault.sealed(&self.reference)? } else { None };
        match by_id {
            Some(sealed) => Ok(sealed),
            None => {
                vault.sealed(&registry::resolve(home, &self.reference)?.id)?.ok_or_else(|| missing(&self.reference))
            }
        }
    }

    /// Refuses a client that would send the credential to another cluster than the sealed one.
    pub fn check(&self, header: &Header) -> Result<()> {
        let Some(request) = &self.request else { return Ok(()) };
        let Some(cluster) = &request.cluster else {
            if header.unbound {
                return Ok(());
            }
            let login = format!("`kubectl zenml login {}", self.name());
            return Err(Error::failure("the client does not say which cluster it means, so it gets no credential")
                .hint(format!("set `provideClusterInfo: true` in the kubeconfig's exec entry, as {login}` does"))
                .hint(format!(
                    "for a client that cannot say it, give up the check for this connector: {login} --unbound`"
                )));
        };
        let difference = match BoundCluster::of(cluster) {
            Ok(asked) => header.cluster.difference(&asked),
            Err(error) => Some(Difference::of_authority(error.to_string())),
        };
        match difference {
            None => Ok(()),
            Some(difference) => Err(bound(&difference, &self.name())),
        }
    }

    /// The connector's name where it can be told, for messages.
    fn name(&self) -> String {
        let entry = Home::from_env().and_then(|home| registry::resolve(&home, &self.reference));
        entry.map_or_else(|_| self.reference.clone(), |entry| entry.name)
    }

    /// What is written for the client. Whatever of it can fail fails here, before the log says that it was handed out.
    pub fn answer(&self, header: &Header, content: &Content) -> Result<Zeroizing<Vec<u8>>> {
        let version = self.request.as_ref().map_or(ApiVersion::default(), |request| request.api_version);
        match &content.credential {
            Credential::Token { answer } if answer.is_empty() => Err(anonymous()),
            Credential::Token { answer }
            | Credential::Exec { answer, .. }
            | Credential::ServiceAccount { answer, .. } => {
                answer.to_exec_credential(version, header.reported_expiry(now()))
            }
            Credential::TokenFile { path } => {
                let (answer, until) = token_file::read(path, now())?;
                answer.to_exec_credential(version, Some(until))
            }
            Credential::Password { .. } => Err(no_password()),
        }
    }
}

/// `get`: answers at once, or becomes the plugin's `credential refill`.
pub fn get(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    report(match Ask::read(arguments) {
        Ok(ask) => hit(&ask),
        Err(error) => Err(note_refusal(error)),
    })
}

/// `--version`.
pub fn version() -> ExitCode {
    let text = concat!("zenml-credential ", env!("CARGO_PKG_VERSION"), "\n");
    report(io::stdout().write_all(text.as_bytes()).context(|| "cannot write the version"))
}

/// `--help`.
pub fn usage() -> ExitCode {
    report(io::stdout().write_all(format!("{USAGE}\n").as_bytes()).context(|| "cannot write the help"))
}

/// The error for another verb than `get`.
pub fn unknown_verb() -> ExitCode {
    report(Err(Error::usage("the credential helper has one verb, get").hint(USAGE)))
}

/// The process's exit code; an error is said on standard error first.
pub fn report(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = io::stderr().write_all(harmless(&error.render()).as_bytes());
            ExitCode::from(error.kind().exit_code())
        }
    }
}

/// The error for a credential that has ended and cannot be renewed.
pub fn expired(header: &Header) -> Error {
    let when = header.expires_at.map_or_else(|| "an unknown time".to_owned(), execcred::rfc3339);
    Error::failure(format!("the credential expired at {when}"))
        .hint("get a new one, and give it to the connector: `kubectl zenml connector update`")
}

/// Unix seconds.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs().cast_signed())
}

/// Notes the refusal of a question that could not even be read. A mistyped command is none.
pub fn note_refusal(error: Error) -> Error {
    refused(None, error)
}

/// Writes the answer for `connector`, in one go. One that nobody can have got is noted as a refusal.
pub fn hand_out(connector: &str, answer: &Zeroizing<Vec<u8>>) -> Result<()> {
    write(answer).map_err(|error| refused(Some(connector), error))
}

fn refused(connector: Option<&str>, error: Error) -> Error {
    if let (true, Ok(home)) = (error.kind() != Kind::Usage, Home::from_env()) {
        audit::refused(&home, Vault::open(&home).ok().flatten().as_ref(), connector, &error);
    }
    error
}

fn hit(ask: &Ask) -> Result<()> {
    let home = Home::from_env()?;
    let vault = ask.vault(&home)?;
    let (connector, answer) = match ask.sealed(&home, &vault) {
        Ok(sealed) => {
            let connector = sealed.header.connector.clone();
            let opened = open(ask, &vault, sealed);
            (Some(connector), opened.and_then(|(header, content)| ask.answer(&header, &content)))
        }
        Err(error) => (None, Err(error)),
    };
    match answer {
        Ok(answer) => {
            // Before the answer: nothing is handed out that is not noted.
            audit::note(&home, &vault, connector.as_deref(), Event::Hit);
            hand_out(connector.as_deref().unwrap_or_default(), &answer)
        }
        Err(error) => {
            audit::refused(&home, Some(&vault), connector.as_deref(), &error);
            Err(error)
        }
    }
}

/// Opens what is sealed, or becomes the plugin, which can do more.
fn open(ask: &Ask, vault: &Vault, sealed: Sealed) -> Result<(Header, Content)> {
    ask.check(&sealed.header)?;
    if sealed.header.auth_method == PASSWORD {
        return Err(no_password());
    }
    let now = now();
    let renewable = RENEWABLE.contains(&sealed.header.auth_method.as_str());
    if renewable && sealed.header.is_stale(now) {
        return Err(refill(ask, vault));
    }
    if !renewable && sealed.header.is_expired(now) {
        return Err(expired(&sealed.header));
    }
    match vault.key_at_hand(&sealed.header.key)? {
        Some(key) => sealed.open(&key),
        None => Err(refill(ask, vault)),
    }
}

/// The error for a client that means another cluster than the sealed one of the connector `name`.
pub fn bound(difference: &Difference, name: &str) -> Error {
    let login = format!("for an entry as it was registered, run `kubectl zenml login {name}`");
    Error::failure(format!("this credential is bound to another cluster: {}", difference.what))
        .hint(difference.fix.replace("NAME", name))
        .hint(login)
}

/// The error for a credential that this contract has no field for.
pub fn no_password() -> Error {
    Error::failure("a user name and password cannot be handed to clients: exec credentials have no field for them")
        .hint("commands that take --connector use them; for kubectl: `kubectl zenml login --embed-password`")
}

/// The error for a connector that was registered without a credential, which no client could take for an answer.
pub fn anonymous() -> Error {
    Error::failure("this connector is anonymous: it has no credential that could be handed out")
        .hint("commands that take --connector use it; for kubectl, use a context whose user is empty")
}

/// The error for a connector without a sealed credential.
pub fn missing(reference: &str) -> Error {
    Error::failure(format!("nothing is sealed for connector \"{reference}\""))
        .hint("register it again with `kubectl zenml register`")
}

/// Becomes the plugin; returns only where that fails. PATH is never asked.
fn refill(ask: &Ask, vault: &Vault) -> Error {
    let Some(plugin) = plugin(vault) else {
        return Error::failure("this credential needs kubectl-zenml to be renewed, and it was not found")
            .hint("install kubectl-zenml beside zenml-credential, or run `kubectl zenml login` again");
    };
    let mut command = Command::new(&plugin);
    command.args(["credential", "refill"]);
    if ask.request.is_none() {
        command.arg("--show-secrets");
    }
    let error = command.arg(&ask.reference).exec();
    Error::failure(format!("cannot run {}", plugin.display())).because(error)
}

fn plugin(vault: &Vault) -> Option<PathBuf> {
    paths::sibling(paths::PLUGIN).or_else(|| vault.settings().plugin.clone().filter(|path| path.is_file()))
}

/// The connector of an exec entry that names none in its arguments, so that one user serves several clusters.
fn named_by_cluster(request: Option<&Request>) -> Result<String> {
    let named = request.and_then(|request| request.cluster.as_ref()).and_then(execcred::Cluster::connector);
    named.map(ToOwned::to_owned).ok_or_else(|| {
        Error::failure("neither the exec entry's arguments nor the kubeconfig's cluster name a connector")
            .hint("write the entry with `kubectl zenml login`, which names it in the arguments")
            .hint(
                "or set `provideClusterInfo: true`, and name it in the cluster: extensions: \
                 [{name: client.authentication.k8s.io/exec, extension: {connector: NAME}}]",
            )
    })
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn write(bytes: &Zeroizing<Vec<u8>>) -> Result<()> {
    let mut out = io::stdout().lock();
    // A raw write: the buffer of `Stdout` would keep a copy of the secret.
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        match rustix::io::write(&out, rest) {
            Ok(written) => rest = &rest[written..],
            Err(rustix::io::Errno::INTR) => {}
            // Whoever asked is gone.
            Err(rustix::io::Errno::PIPE) => return Ok(()),
            Err(error) => return Err(error).context(|| "cannot write the credential"),
        }
    }
    out.flush().context(|| "cannot write the credential")
}
