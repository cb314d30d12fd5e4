//! `logout`: takes a connector's own entries out of the kubeconfig again (layer 3).

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::kubeconfig::merge::Kind;
use crate::kubeconfig::{Kubeconfig, entries, write};
use crate::paths::Home;
use crate::registry::store;

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
    /// The context's name, and that of its cluster and user.
    pub context: String,
    /// The files that held the entries.
    pub files: Vec<PathBuf>,
    /// The context was the current one.
    pub was_current: bool,
}

/// Removes the three entries that `login` wrote, and nothing else.
pub fn logout(home: &Home, request: &Request) -> Result<LoggedOut> {
    let found = store::find(home, &request.reference);
    let kubeconfig = Kubeconfig::load(request.kubeconfig.as_deref())?;
    let context = match &found {
        Ok(connector) => connector.entry_name(),
        Err(_) => format!("zenml-{}", request.reference),
    };
    let ours = kubeconfig.find(Kind::User, &context).is_some_and(|user| entries::connector(user.body).is_some());
    if !ours {
        found?;
        return Err(Error::failure(format!("{} has no login of this connector", kubeconfig.describe()))
            .hint(format!("it would be the context \"{context}\"")));
    }
    let was_current = kubeconfig.current_context() == Some(&context);
    let entries = Kind::ALL.into_iter().filter_map(|kind| kubeconfig.find(kind, &context));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.file.path.clone()).collect();
    files.sort();
    files.dedup();
    for file in &files {
        write::edit(file, |tree| {
            for kind in Kind::ALL {
                write::remove(tree, kind, &context);
            }
            Ok(())
        })?;
    }
    Ok(LoggedOut { context, files, was_current })
}
