//! Which kubeconfig entries ask for a connector (layer 3). The user's entry counts, whatever its context is called and
//! whether it has one: its arguments name the connector by id, as `login` writes them, or by name or unique id prefix, or leave
//! that to the context's cluster.

use crate::error::Result;
use crate::kubeconfig::Kubeconfig;
use crate::kubeconfig::entries::{self, Login};
use crate::kubeconfig::merge::Kind;
use crate::paths::Home;
use crate::registry;

/// The users in every file of `$KUBECONFIG` that ask for the connector `id`. A kubeconfig that cannot be read has none.
pub fn of(home: &Home, id: &str) -> Result<Vec<Login>> {
    let known = registry::entries(home)?;
    let Ok(kubeconfig) = Kubeconfig::load(None) else { return Ok(Vec::new()) };
    Ok(entries::logins(&kubeconfig, |_, reference| {
        registry::among(&known, reference).is_ok_and(|connector| connector.id == id)
    }))
}

/// The id of the connector that kubectl's current context asks for. A kubeconfig that cannot be read asks for none.
pub fn active(home: &Home) -> Option<String> {
    let kubeconfig = Kubeconfig::load(None).ok()?;
    let context = kubeconfig.find(Kind::Context, kubeconfig.current_context()?)?;
    let user = kubeconfig.find(Kind::User, context.body["user"].as_str()?)?;
    let reference = entries::connector_in(&kubeconfig, &context, &user)?;
    registry::resolve(home, &reference).ok().map(|connector| connector.id)
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
