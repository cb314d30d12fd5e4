//! `logout`: takes a connector's own entries out of the kubeconfig again (layer 3).

use std::path::{Path, PathBuf};

use crate::connector;
use crate::error::{Error, Result};
use crate::kubeconfig::entries::{self, Login};
use crate::kubeconfig::merge::{Entry, Kind};
use crate::kubeconfig::{Kubeconfig, write};
use crate::paths::Home;
use crate::registry;

/// What to take out.
#[derive(Debug, Default)]
pub struct Request {
    /// The connector's name, id or unique id prefix; also the name of one that was deleted since.
    pub reference: String,
    /// One kubeconfig file instead of `$KUBECONFIG`.
    pub kubeconfig: Option<PathBuf>,
}

/// What was taken out.
#[derive(Debug)]
pub struct LoggedOut {
    /// The contexts, whatever they were called in the end, and the files that held them.
    pub contexts: Vec<(String, PathBuf)>,
    /// The users that none of these contexts named, and the files that held them.
    pub users: Vec<(String, PathBuf)>,
    /// One of the contexts was the current one.
    pub was_current: bool,
    /// What still asks for the connector or misses an entry now, a sentence each: `login` did not write it.
    pub left: Vec<String>,
}

/// Removes the entries that `login` wrote, in every file and also under another context name, and nothing else.
pub fn logout(home: &Home, request: &Request) -> Result<LoggedOut> {
    let known = registry::entries(home)?;
    let found = registry::among(&known, &request.reference);
    let kubeconfig = Kubeconfig::load(request.kubeconfig.as_deref())?;
    let name = connector::entry_name(found.as_ref().map_or(&request.reference, |connector| &connector.name));
    let former = kubeconfig.find(Kind::User, &name).and_then(|user| entries::connector(user.body));
    let logins = entries::logins(&kubeconfig, |user, reference| match registry::among(&known, reference) {
        Ok(connector) => found.as_ref().is_ok_and(|found| found.id == connector.id),
        // It was deleted, so all that is known of it is what its entries say.
        Err(_) => user.name == name || reference == request.reference || former.as_deref() == Some(reference),
    });
    let (ours, others): (Vec<_>, Vec<_>) = logins.into_iter().partition(|login| connector::is_entry_name(&login.user));
    let mut left: Vec<_> = others.iter().map(asks_too).collect();
    if ours.is_empty() {
        found?;
        let error = Error::failure(format!("{} has no login of this connector", kubeconfig.describe()))
            .hint(format!("it would be the user \"{name}\", with a cluster of that name"));
        return Err(left.into_iter().fold(error, Error::hint));
    }
    let is_ours = |name: &str| ours.iter().any(|login| login.user == name);
    // In another file, entries of the same names may be somebody's own.
    let foreign = |name: &str, file: &Path| {
        let mut users = kubeconfig.each(Kind::User).filter(|user| user.name == name && user.file.path == file);
        is_ours(name)
            && users.any(|user| !ours.iter().any(|login| login.user == user.name && login.file == user.file.path))
    };
    // Ours is the context of our user; another one may name entries that go now.
    let (gone, broken): (Vec<_>, Vec<_>) = kubeconfig
        .each(Kind::Context)
        .filter(|context| context.body["user"].as_str().is_none_or(|user| !foreign(user, &context.file.path)))
        .filter(|context| ["user", "cluster"].iter().any(|field| context.body[field].as_str().is_some_and(is_ours)))
        .partition(|context| {
            let user = context.body["user"].as_str().unwrap_or_default();
            is_ours(user) && (context.name == user || context.body["cluster"] == user)
        });
    // A cluster of the same name in a file of its own, which no context of ours leads to, is somebody's.
    let stays = |kind: Kind, entry: &Entry<'_>| {
        kind == Kind::Cluster
            && !ours.iter().any(|login| login.user == entry.name && login.file == entry.file.path)
            && !gone.iter().any(|context| context.body["cluster"] == entry.name && context.file.path == entry.file.path)
    };
    left.extend(broken.iter().map(|context| {
        let (name, file) = (context.name.escape_debug(), context.file.path.display());
        format!("context \"{name}\" in {file} stays, because `login` did not write it, but names entries that are gone")
    }));
    let parts =
        [Kind::Cluster, Kind::User].into_iter().flat_map(|kind| kubeconfig.each(kind).map(move |it| (kind, it)));
    let parts = parts
        .filter(|(kind, entry)| is_ours(entry.name) && !foreign(entry.name, &entry.file.path) && !stays(*kind, entry));
    remove(parts.chain(gone.iter().map(|context| (Kind::Context, *context))))?;
    let bare = ours.iter().filter(|login| gone.iter().all(|context| context.body["user"] != login.user));
    Ok(LoggedOut {
        was_current: gone.iter().any(|context| kubeconfig.current_context() == Some(context.name)),
        contexts: gone.iter().map(|context| (context.name.to_owned(), context.file.path.clone())).collect(),
        users: bare.map(|login| (login.user.clone(), login.file.clone())).collect(),
        left,
    })
}

fn asks_too(login: &Login) -> String {
    let (user, file) = (login.user.escape_debug(), login.file.display());
    if login.sealed {
        return format!(
            "user \"{user}\" in {file} is sealed; `kubectl zenml connector unseal` puts its own credential back"
        );
    }
    format!(
        "user \"{user}\" in {file} asks for this connector too and stays, because `login` did not write it; \
         `kubectl config delete-user` removes it"
    )
}

/// Removes the entries, one write a file.
fn remove<'a>(entries: impl Iterator<Item = (Kind, Entry<'a>)>) -> Result<()> {
    let entries: Vec<_> = entries.collect();
    let mut files: Vec<_> = entries.iter().map(|(_, entry)| &entry.file.path).collect();
    files.sort();
    files.dedup();
    for file in files {
        write::edit(file, |tree| {
            for (kind, entry) in entries.iter().filter(|(_, entry)| entry.file.path == *file) {
                write::remove(tree, *kind, entry.name);
            }
            Ok(())
        })?;
    }
    Ok(())
}
