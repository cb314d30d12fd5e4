//! `login`: kubeconfig entries that get a connector's credential from the helper (layer 3). No secret is written.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::bind;
use crate::cluster::access;
use crate::cluster::endpoint::Endpoint;
use crate::connector::Connector;
use crate::error::{Error, Result};
use crate::execcred::ApiVersion;
use crate::helper;
use crate::kubeconfig::entries::{self, Helper as Program};
use crate::kubeconfig::merge::{Entry, Kind};
use crate::kubeconfig::{Kubeconfig, write};
use crate::paths::{self, Home};
use crate::registry::store;
use crate::secret::Secret;
use crate::vault::Vault;
use crate::vault::content::{Credential, PASSWORD};

/// What to write.
#[derive(Debug, Default)]
pub struct Request {
    /// The connector's name, id or unique id prefix.
    pub reference: String,
    /// One kubeconfig file instead of `$KUBECONFIG`.
    pub kubeconfig: Option<PathBuf>,
    /// Make the context the current one.
    pub set_current: bool,
    /// What clients and helper speak; `None` = what the entry that is there says, else v1.
    pub api_version: Option<ApiVersion>,
    /// Replace entries that are not ours.
    pub overwrite: bool,
    /// Write the password of a connector that has one, in plain text.
    pub embed_password: bool,
    /// Give up (`Some(true)`) or restore (`Some(false)`) the check of the cluster that asks; `None` = leave it as it is.
    pub unbound: Option<bool>,
}

/// What was written.
#[derive(Debug)]
pub struct LoggedIn {
    /// The connector's name.
    pub connector: String,
    /// The context's name, and that of its cluster and user.
    pub context: String,
    /// The files that now hold the entries.
    pub files: Vec<PathBuf>,
    /// The context that is current now.
    pub current: Option<String>,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Writes the entries of a connector, having bound or unbound its credential where that was asked for.
pub async fn login(home: &Home, request: &Request) -> Result<LoggedIn> {
    let connector = store::find(home, &request.reference)?;
    let mut vault = Vault::require(home)?;
    let sealed = vault.sealed(&connector.id)?.ok_or_else(|| helper::missing(&connector.name))?;
    // Both may have been changed, in one step, since the record was read.
    let same = sealed.header.revision == connector.revision;
    let connector = if same { connector } else { store::find(home, &connector.id)? };
    if connector.is_anonymous() {
        return Err(helper::anonymous());
    }
    let password = embedded(home, &connector, request.embed_password).await?;
    // The record is not sealed: what it says must not send the credential anywhere else, not even an unbound one.
    Endpoint::sealed(&sealed.header, &connector, None)?;
    let unbound = request.unbound.unwrap_or(sealed.header.unbound);
    if !unbound {
        check_authority(&connector)?;
    }
    let kubeconfig = Kubeconfig::load_for_writing(request.kubeconfig.as_deref())?;
    let name = connector.entry_name();
    if !request.overwrite {
        check_ours(&kubeconfig, &name)?;
    }
    let (program, mut warnings) = program()?;
    if unbound {
        let name = &connector.name;
        let can_be_bound = connector.configuration.cluster().can_be_told();
        let again = if can_be_bound {
            format!("to bind it again, run `kubectl zenml login {name} --bound`")
        } else {
            smaller_authority(name)
        };
        warnings.push(format!(
            "this connector is unbound: whatever kubeconfig asks for its credential gets it, for any cluster; {again}"
        ));
    }
    if let Some(plugin) = paths::stable_plugin() {
        vault.note_plugin(plugin)?;
    }
    let bodies = [
        (Kind::Cluster, entries::cluster(&connector)),
        (
            Kind::User,
            if let Some((username, password)) = &password {
                entries::user_with_password(&connector, username, password)
            } else {
                let version = request.api_version.or_else(|| spoken(&kubeconfig, &name)).unwrap_or_default();
                entries::user(&connector, &program, version, unbound)
            },
        ),
        (Kind::Context, entries::context(&connector)),
    ];
    let files = write_entries(&kubeconfig, &name, &bodies, request.set_current)?;
    // Last: a login that fails gives no check up, and clients say which cluster they mean before it is restored.
    if unbound != sealed.header.unbound {
        bind::set_unbound(home, &connector.id, unbound).await?;
    }
    if password.is_some() {
        warnings.push("the kubeconfig holds the password in plain text; `logout` removes it".to_owned());
    }
    if connector.secrets.iter().any(|field| field == "proxy_url") {
        warnings.push("the proxy's user name and password stay sealed; kubectl needs them in `proxy-url`".to_owned());
    }
    let current =
        if request.set_current { Some(name.clone()) } else { kubeconfig.current_context().map(ToOwned::to_owned) };
    Ok(LoggedIn { connector: connector.name, context: name, files, current, warnings })
}

/// The user name and password to write, where the connector has those and nothing else will do.
async fn embedded(home: &Home, connector: &Connector, wanted: bool) -> Result<Option<(String, Secret<String>)>> {
    match (connector.auth_method == PASSWORD, wanted) {
        (false, false) => Ok(None),
        (false, true) => Err(Error::usage(format!("connector \"{}\" has no password to embed", connector.name))),
        (true, false) => Err(helper::no_password()),
        (true, true) => match access::open(home, connector).await?.1 {
            Credential::Password { username, password } => Ok(Some((username, password))),
            _ => Err(Error::failure("what is sealed is no password").hint("register the connector again")),
        },
    }
}

/// What has to be done before the connector `name` can be bound, whose authority is too large for clients.
pub(in crate::ops) fn smaller_authority(name: &str) -> String {
    format!(
        "to bind it, first leave of its certificate authority only what signs the server's certificate, which clients can \
         hand over: `kubectl zenml connector update {name} --certificate-authority FILE`"
    )
}

/// Refuses what no client could tell the helper.
pub(super) fn check_authority(connector: &Connector) -> Result<()> {
    let size = connector.configuration.certificate_authority.as_ref().map_or(0, String::len);
    if connector.configuration.cluster().can_be_told() {
        return Ok(());
    }
    let name = &connector.name;
    Err(Error::failure(format!("the cluster's certificate authority is too large for clients ({} KiB)", size / 1024))
        .hint("kubectl hands it to the helper in an environment variable, which Linux limits to 128 KiB")
        .hint(format!(
            "give it only the authority that signs the server's certificate: `kubectl zenml connector update {name} \
             --certificate-authority FILE`"
        ))
        .hint(format!("or give up the check of the cluster that asks: `kubectl zenml login {name} --unbound`")))
}

/// Entries of the same name that are not ours are somebody's.
fn check_ours(kubeconfig: &Kubeconfig, name: &str) -> Result<()> {
    let user = kubeconfig.find(Kind::User, name);
    let our_file = user.as_ref().filter(|user| entries::connector(user.body).is_some()).map(|user| &user.file.path);
    let is_ours = |kind: Kind, entry: &Entry<'_>| match kind {
        Kind::User => our_file.is_some(),
        // `login` writes the three of them together, and its context names both of the others.
        Kind::Cluster => our_file == Some(&entry.file.path),
        Kind::Context => our_file.is_some() && entry.body["user"] == name && entry.body["cluster"] == name,
    };
    let found = Kind::ALL.into_iter().filter_map(|kind| Some((kind, kubeconfig.find(kind, name)?)));
    match { found }.find(|(kind, entry)| !is_ours(*kind, entry)) {
        None => Ok(()),
        Some((kind, entry)) => Err(Error::failure(format!(
            "{} has a {} named \"{name}\" that is not ours",
            entry.file.path.display(),
            kind.body()
        ))
        .hint("add --overwrite to replace it")),
    }
}

/// The version that our entry of this name speaks, if there is one.
fn spoken(kubeconfig: &Kubeconfig, name: &str) -> Option<ApiVersion> {
    let user = kubeconfig.find(Kind::User, name).filter(|user| entries::connector(user.body).is_some())?;
    ApiVersion::parse(user.body["exec"]["apiVersion"].as_str()?)
}

/// Writes each entry where one of its name is, else into the file where kubectl puts new ones.
fn write_entries(
    kubeconfig: &Kubeconfig,
    name: &str,
    bodies: &[(Kind, Value); 3],
    set_current: bool,
) -> Result<Vec<PathBuf>> {
    let default = kubeconfig.default_file()?;
    let place = |kind: Kind| kubeconfig.find(kind, name).map_or(default.clone(), |entry| entry.file.path.clone());
    let mut files: Vec<PathBuf> = bodies.iter().map(|(kind, _)| place(*kind)).collect();
    if set_current {
        files.push(default.clone());
    }
    files.sort();
    files.dedup();
    for file in &files {
        write::edit(file, |tree| {
            for (kind, body) in bodies.iter().filter(|(kind, _)| place(*kind) == *file) {
                write::put(tree, *kind, name, body);
            }
            if set_current && *file == default {
                write::set_current(tree, name);
            }
            Ok(())
        })?;
    }
    Ok(files)
}

/// How clients run the helper: by a bare name where PATH leads to this very installation, so that upgrades change
/// nothing, else by its whole path.
pub(in crate::ops) fn program() -> Result<(Program, Vec<String>)> {
    let leads_to = |name: &str, file: Option<PathBuf>| {
        let file: Option<&Path> = file.as_deref();
        file.is_some_and(|file| paths::on_path(name).is_some_and(|found| paths::is_same_file(&found, file)))
    };
    if leads_to(paths::HELPER, paths::sibling(paths::HELPER)) {
        return Ok((Program { command: paths::HELPER.to_owned(), alone: true }, Vec::new()));
    }
    if leads_to(paths::PLUGIN, paths::sibling(paths::PLUGIN)) {
        return Ok((Program { command: paths::PLUGIN.to_owned(), alone: false }, Vec::new()));
    }
    let path = paths::stable_plugin()
        .and_then(|path| path.into_os_string().into_string().ok())
        .ok_or_else(|| Error::failure("this program does not know where it lies"))?;
    let warning = format!("{} is not on PATH, so the entry names {path}; when it moves, log in again", paths::PLUGIN);
    Ok((Program { command: path, alone: false }, vec![warning]))
}
