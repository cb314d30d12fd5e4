//! Which kubeconfig entries ask for a connector (layer 3). The user's entry counts, whatever its context is called and
//! whether it has one: its arguments name the connector by id, as `login` writes them, or by name or unique id prefix, or leave
//! that to the context's cluster.

use crate::connector::{Connector, entry_name, is_entry_name};
use crate::error::Result;
use crate::kubeconfig::entries::{self, Login};
use crate::kubeconfig::merge::Kind;
use crate::kubeconfig::{Credential, Kubeconfig};
use crate::paths::Home;
use crate::registry::{self, Entry};
use crate::vault::content::PASSWORD;
use crate::vault::header::BoundCluster;

/// The users in every file of `$KUBECONFIG` that ask for the connector `id`. A kubeconfig that cannot be read has none.
pub fn of(home: &Home, id: &str) -> Result<Vec<Login>> {
    Ok(among(&registry::entries(home)?, id))
}

/// As [`of`], where the registry was read already.
pub fn among(known: &[Entry], id: &str) -> Vec<Login> {
    let Ok(kubeconfig) = Kubeconfig::load(None) else { return Vec::new() };
    entries::logins(&kubeconfig, |_, reference| {
        registry::among(known, reference).is_ok_and(|connector| connector.id == id)
    })
}

/// The id of that connector of `known` which kubectl's current context asks for. A kubeconfig that cannot be read asks for
/// none.
pub fn active(known: &[Entry]) -> Option<String> {
    let kubeconfig = Kubeconfig::load(None).ok()?;
    let context = kubeconfig.find(Kind::Context, kubeconfig.current_context()?)?;
    let user = kubeconfig.find(Kind::User, context.body["user"].as_str()?)?;
    let reference = entries::connector_in(&kubeconfig, &context, &user)?;
    registry::among(known, &reference).ok().map(|connector| connector.id)
}

/// The names of the contexts of `logins`, each once.
pub fn contexts(logins: &[Login]) -> Vec<String> {
    let mut names: Vec<_> = logins.iter().flat_map(|login| login.contexts.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// What leads to a connector, for people: each context, and each user that no context names.
pub fn sentences(logins: &[Login]) -> Vec<String> {
    let users = logins.iter().filter(|login| login.contexts.is_empty());
    let users =
        users.map(|login| format!("user {} in {}, without a context", login.user.escape_debug(), login.file.display()));
    contexts(logins).into_iter().map(|name| format!("context {}", name.escape_debug())).chain(users).collect()
}

/// A context that says what its connector said before it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outdated {
    /// The context's name.
    pub context: String,
    /// What of it, in a clause.
    pub what: String,
    /// It is the user's own, with the credential sealed; else `login` wrote it.
    pub sealed: bool,
}

/// The contexts of the connector `after` that no longer fit it, having fitted `before` or not.
pub fn outdated(home: &Home, before: &Connector, after: &Connector) -> Result<Vec<Outdated>> {
    let logins = of(home, &after.id)?;
    let names = contexts(&logins);
    let is_sealed = |name: &str| logins.iter().any(|login| login.sealed && login.contexts.iter().any(|it| it == name));
    let Ok(kubeconfig) = Kubeconfig::load(None) else { return Ok(Vec::new()) };
    let bound = BoundCluster::of(&after.configuration.cluster())?;
    let (old, new) = (&before.configuration, &after.configuration);
    let what = |context: &str| {
        let resolved = kubeconfig.resolve(Some(context)).ok()?;
        let difference = BoundCluster::of(&resolved.cluster).map(|asked| bound.difference(&asked));
        match (difference, &resolved.credential) {
            (Ok(Some(difference)), _) => return Some(difference.what),
            (Err(error), _) => return Some(error.to_string()),
            (_, Credential::Basic { .. }) if before.revision != after.revision => {
                return Some("it holds a user name and password of before".to_owned());
            }
            (_, Credential::Ours(_)) if after.auth_method == PASSWORD => {
                return Some("clients cannot be handed a user name and password".to_owned());
            }
            _ => {}
        }
        // What somebody has set by hand since is meant so.
        if resolved.namespace == old.namespace && old.namespace != new.namespace {
            let name = |namespace: &Option<String>| namespace.as_deref().unwrap_or("none").escape_debug().to_string();
            return Some(format!("the namespace is {}, not {}", name(&old.namespace), name(&new.namespace)));
        }
        let stale = resolved.impersonation == old.impersonation && old.impersonation != new.impersonation;
        stale.then(|| "it impersonates whom the connector impersonated before".to_owned())
    };
    Ok(names
        .into_iter()
        .filter_map(|context| Some(Outdated { what: what(&context)?, sealed: is_sealed(&context), context }))
        .collect())
}

/// What is to be said of entries that `login` wrote under another name than `name`, which the connector has now.
pub fn named_before(logins: &[Login], name: &str) -> Option<String> {
    let own = entry_name(name);
    let before: Vec<_> = logins.iter().filter(|login| is_entry_name(&login.user) && login.user != own).collect();
    let names: Vec<_> = before.iter().map(|login| login.user.escape_debug().to_string()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "the kubeconfig's {} goes on working under that name; for one named {own}, run `kubectl zenml logout {name}`, \
             then `kubectl zenml login {name}`",
            names.join(", ")
        )
    })
}
