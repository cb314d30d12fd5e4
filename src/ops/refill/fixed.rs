//! Credentials that nobody renews for us, and what their owner can do instead (layer 3).

use crate::connector::Connector;
use crate::error::Error;
use crate::naming;
use crate::vault::content::PASSWORD;

/// Why the credential of `connector` cannot be renewed, and how another one gets into the vault.
pub(super) fn error(connector: &Connector) -> Error {
    let name = &connector.name;
    let cannot = |why: &str| Error::failure(format!("connector \"{name}\" cannot be refreshed: {why}"));
    let update = |flags: &str| format!("to give it another one, run `kubectl zenml connector update {name} {flags}`");
    let configuration = &connector.configuration;
    if let Some(file) = &configuration.token_file {
        return Error::failure(format!(
            "connector \"{name}\" needs no refresh: its token is read from a file each time"
        ))
        .hint(format!("a new token in {} is used at once", file.display()));
    }
    if connector.auth_method == PASSWORD {
        let user = configuration.username.as_deref().unwrap_or("NAME");
        let flags = format!("--username {} --password @FILE", naming::word(user));
        return cannot("a password has nobody to ask for the next one").hint(update(&flags));
    }
    let certificate = connector.secrets.iter().any(|field| field == "client_key");
    let flags = if certificate { "--client-certificate FILE --client-key FILE" } else { "--token @FILE" };
    cannot("a token or certificate has nobody to ask for the next one").hint(update(flags))
}
