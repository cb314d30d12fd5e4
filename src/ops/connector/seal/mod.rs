//! `connector seal`: a user's own credential goes from the kubeconfig into the vault, and our exec entry takes its place
//! (layer 3).
//!
//! A credential is bound to one cluster. So a user with contexts of several clusters gets a connector for each of them, and
//! an exec entry that names none: each cluster names its own, in the extension that exec plugins are told.
//!
//! The vault is written first and the kubeconfig last, so that what is taken out of it is never nowhere. [`unseal`] goes the
//! other way.

mod connectors;
mod entry;
mod undo;
pub mod unseal;

use std::fs::File;
use std::path::PathBuf;

use self::connectors::{Group, Served};
use self::entry::write_entry;
use super::turn;
use crate::cluster::access;
use crate::cluster::verify::identify;
use crate::error::{Error, Result};
use crate::execcred::ApiVersion;
use crate::helper;
use crate::kubeconfig::merge::{Entry, Kind};
use crate::kubeconfig::{Kubeconfig, entries, sealing};
use crate::ops::vault;
use crate::paths::Home;
use crate::vault::header::without_user_info;

/// Whose entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// The current context's user.
    #[default]
    Current,
    /// This context's user.
    Context(String),
    /// The users of all contexts.
    All,
}

/// What to seal.
#[derive(Debug, Default)]
pub struct Request {
    /// Whose entries.
    pub which: Which,
    /// One kubeconfig file instead of `$KUBECONFIG`.
    pub kubeconfig: Option<PathBuf>,
    /// What clients and helper speak.
    pub api_version: ApiVersion,
    /// The id of the connector that was registered for this: of several with the user's credential it is the one to name,
    /// and it goes again where the user cannot be sealed.
    pub registered: Option<String>,
    /// Do not ask the clusters, neither before nor after.
    pub no_verify: bool,
    /// Change nothing.
    pub dry_run: bool,
    /// An exec plugin may talk to a person.
    pub terminal: bool,
    /// Who shall hold the key of the vault where there is none yet; `None` = the keyring, if it works.
    pub holder: Option<vault::Choice>,
}

/// What became of one user.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The user's name.
    pub user: String,
    /// The contexts that name it, in any file.
    pub contexts: Vec<String>,
    /// What was done, or why nothing could be.
    pub result: Result<Done<T>>,
}

/// What was done.
#[derive(Debug)]
pub enum Done<T> {
    /// The entry was changed.
    Changed(T),
    /// There was nothing to do, for this reason.
    Nothing(String),
}

/// A user whose credential is sealed.
#[derive(Debug)]
pub struct Sealed {
    /// The file that the entry stands in.
    pub file: PathBuf,
    /// The secrets that are not in the file any more.
    pub left: Vec<String>,
    /// Where clients get the credential now.
    pub used: Vec<Used>,
    /// What the user should know: above all, what stays in plain text somewhere.
    pub warnings: Vec<String>,
}

/// The contexts that one connector serves.
#[derive(Debug)]
pub struct Used {
    /// The connector's name.
    pub connector: String,
    /// It is registered for this.
    pub new: bool,
    /// The contexts.
    pub contexts: Vec<String>,
    /// Who the server says that such a context is now; `None` = it was not asked.
    pub account: Option<Result<String>>,
}

/// Seals the credentials of the users that `request` names, one after the other.
pub async fn seal(home: &Home, request: &Request) -> Result<Vec<Outcome<Sealed>>> {
    let mut outcomes = Vec::new();
    for (user, contexts) in users(&Kubeconfig::load(request.kubeconfig.as_deref())?, &request.which)? {
        let result = seal_user(home, request, &user).await;
        outcomes.push(Outcome { user, contexts, result });
    }
    Ok(outcomes)
}

/// The users that are meant, each with the contexts that name it.
fn users(kubeconfig: &Kubeconfig, which: &Which) -> Result<Vec<(String, Vec<String>)>> {
    let user = |context: &Entry<'_>| context.body["user"].as_str().filter(|user| !user.is_empty()).map(str::to_owned);
    let mut names: Vec<String> = Vec::new();
    match which {
        Which::All => {
            names.extend(kubeconfig.all(Kind::Context).iter().filter_map(user));
            // They cannot be sealed, and whoever seals all wants to know of them.
            let with_secret = |user: &Entry<'_>| !sealing::secrets(user.body).is_empty();
            names.extend(kubeconfig.all(Kind::User).into_iter().filter(with_secret).map(|user| user.name.to_owned()));
        }
        Which::Current | Which::Context(_) => {
            let wanted = if let Which::Context(name) = which { Some(name.as_str()) } else { None };
            let context = kubeconfig.context(wanted)?;
            names.push(user(&context).ok_or_else(|| {
                Error::failure(format!("context \"{}\" has no user, so there is nothing to seal", context.name))
            })?);
        }
    }
    let contexts = |name: &str| {
        let all = kubeconfig.all(Kind::Context).into_iter();
        all.filter(|context| context.body["user"] == name).map(|context| context.name.to_owned()).collect()
    };
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for name in names {
        if found.iter().all(|(earlier, _)| *earlier != name) {
            let contexts = contexts(&name);
            found.push((name, contexts));
        }
    }
    Ok(found)
}

async fn seal_user(home: &Home, request: &Request, name: &str) -> Result<Done<Sealed>> {
    let (mut made, mut turn) = (Vec::from_iter(request.registered.clone()), None);
    match begin(home, request, name, &mut turn, &mut made).await {
        // Still in turn: nobody else has begun to use it.
        Err(error) if !request.dry_run => Err(undo::undo(home, request, &made, error)),
        Err(error) => Err(error),
        Ok(Done::Nothing(reason)) => Ok(Done::Nothing(reason)),
        Ok(Done::Changed((sealed, served))) => {
            drop(turn);
            let used = works(request, served).await;
            Ok(Done::Changed(Sealed { used, ..sealed }))
        }
    }
}

/// Seals a user, and says what serves its contexts then. What is registered for that is put on the list of what was `made`.
async fn begin(
    home: &Home,
    request: &Request,
    name: &str,
    turn: &mut Option<File>,
    made: &mut Vec<String>,
) -> Result<Done<(Sealed, Vec<Served>)>> {
    // Most users have nothing to seal, and need no vault and nobody's turn.
    if let Done::Nothing(reason) = examine(&Kubeconfig::load(request.kubeconfig.as_deref())?, request, name)? {
        return Ok(Done::Nothing(reason));
    }
    if !request.dry_run {
        vault::ensure(home, request.holder.as_ref()).await?;
        *turn = Some(turn::take(home).await?);
    }
    // Somebody may have changed it while we waited.
    let kubeconfig = Kubeconfig::load(request.kubeconfig.as_deref())?;
    let (user, mut groups, mut warnings) = match examine(&kubeconfig, request, name)? {
        Done::Changed(found) => found,
        Done::Nothing(reason) => return Ok(Done::Nothing(reason)),
    };
    connectors::find(home, &mut groups, request.registered.as_deref()).await?;
    connectors::check_clusters(&groups)?;
    let fresh = connectors::register(home, request, &mut groups).await;
    made.extend(
        groups.iter().filter(|group| group.new).filter_map(|group| group.connector.as_ref()).map(|it| it.id.clone()),
    );
    warnings.extend(fresh?);
    warnings.extend(stays(&kubeconfig, &user, &groups));
    if !request.dry_run {
        write_entry(home, request, &user, &groups).await?;
    }
    let (file, left) = (user.file.path.clone(), sealing::secrets(user.body));
    let served = groups.into_iter().filter_map(Group::served).collect();
    Ok(Done::Changed((Sealed { file, left, used: Vec::new(), warnings }, served)))
}

/// A user's entry, the connectors that its contexts need, and what to say of these.
type Found<'k> = (Entry<'k>, Vec<Group<'k>>, Vec<String>);

/// What there is to seal of a user.
fn examine<'k>(kubeconfig: &'k Kubeconfig, request: &Request, name: &str) -> Result<Done<Found<'k>>> {
    let Some(user) = kubeconfig.find(Kind::User, name) else {
        if request.which == Which::All {
            return Ok(Done::Nothing("it is not in the kubeconfig".to_owned()));
        }
        return Err(Error::failure(format!("the context names user \"{name}\", which is not in the kubeconfig"))
            .hint(format!("looked in {}", kubeconfig.describe())));
    };
    if let Some(reason) = nothing(&user) {
        return Ok(Done::Nothing(reason));
    }
    if kubeconfig.each(Kind::Context).all(|context| context.body["user"] != name) {
        return Ok(Done::Nothing(
            "no context names it, so its cluster is not known; its secret stays in the file".to_owned(),
        ));
    }
    let (groups, warnings) = connectors::groups(kubeconfig, name)?;
    Ok(Done::Changed((user, groups, warnings)))
}

/// Why a user has nothing that could be sealed, if that is so.
fn nothing(user: &Entry<'_>) -> Option<String> {
    if entries::connector_for(user.body, &crate::execcred::Cluster::default()).is_some() {
        return Some("it gets its credential from the credential helper already".to_owned());
    }
    if entries::connector(user.body).is_some() {
        return Some("`login --embed-password` wrote it; `logout` takes it out".to_owned());
    }
    if !sealing::secrets(user.body).is_empty() {
        return None;
    }
    let files: Vec<_> = sealing::files(user.body)
        .into_iter()
        .map(|(field, path)| format!("{} ({field})", user.file.directory().join(path).display()))
        .collect();
    Some(match (files.is_empty(), user.body.get("exec")) {
        (false, _) => format!("its secret is in a file, which stays as it is: {}", files.join(", ")),
        (true, Some(_)) => "its exec plugin is given nothing whose name says that it is secret".to_owned(),
        (true, None) => "its entry holds no secret".to_owned(),
    })
}

/// What stays in plain text, or may surprise.
fn stays(kubeconfig: &Kubeconfig, user: &Entry<'_>, groups: &[Group<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    for (field, path) in sealing::files(user.body) {
        let path = user.file.directory().join(path);
        found.push(format!("{} ({field}) stays as it is, with the secret in it", path.display()));
    }
    let same = |other: &Entry<'_>| other.name == user.name && other.file.path != user.file.path;
    for other in kubeconfig.each(Kind::User).filter(same) {
        if !sealing::secrets(other.body).is_empty() {
            let file = other.file.path.display();
            found.push(format!(
                "{file} has a user \"{}\" too, which an earlier file hides; it is not sealed",
                user.name.escape_debug()
            ));
        }
    }
    // Clusters that differ in that password alone are one cluster.
    let with_password =
        |cluster: &&Entry<'_>| cluster.body["proxy-url"].as_str().is_some_and(|url| without_user_info(url) != url);
    for cluster in groups.iter().flat_map(|group| &group.clusters).filter(with_password) {
        found.push(format!(
            "the proxy's password stays in the entry of cluster \"{}\": kubectl needs it there",
            cluster.name.escape_debug()
        ));
    }
    found
}

/// Asks each cluster who the rewritten contexts are, as every client would.
async fn works(request: &Request, served: Vec<Served>) -> Vec<Used> {
    let mut used = Vec::new();
    for Served { connector, new, contexts } in served {
        let asks = !request.dry_run && !request.no_verify;
        let account = if asks { Some(account(request, contexts.first().map(String::as_str)).await) } else { None };
        used.push(Used { connector, new, contexts, account });
    }
    used
}

async fn account(request: &Request, context: Option<&str>) -> Result<String> {
    let kubeconfig = Kubeconfig::load(request.kubeconfig.as_deref())?;
    let identity = identify(&access::of_context(kubeconfig.resolve(context)?).await?).await?;
    if identity.anonymous {
        return Err(Error::failure("the server sees an anonymous user"));
    }
    Ok(identity.account.unwrap_or_else(|| "a user whom the server does not name".to_owned()))
}

/// The refusal of what no exec credential can carry.
fn no_password(user: &str) -> Error {
    helper::no_password()
        .under(format!("user \"{user}\" has a user name and password, which cannot be sealed in a kubeconfig"))
        .hint("register the context, take the password out with `kubectl config unset`, and use --connector")
}
