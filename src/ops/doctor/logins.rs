//! The kubeconfig's contexts that ask our helper: do they ask for what there is, and as they should (layer 3).

use std::path::Path;

use serde_json::Value;

use super::{Check, word};
use crate::connector::ENTRY_PREFIX;
use crate::error::{Error, Result};
use crate::kubeconfig::merge::{Entry, Kind};
use crate::kubeconfig::{Credential, Kubeconfig, entries, sealing};
use crate::paths::{self, Home};
use crate::registry;
use crate::vault::Vault;
use crate::vault::header::BoundCluster;

/// Looks at every user that asks our helper, in each context that leads to it.
pub(super) fn check(home: &Home, kubeconfig: &Kubeconfig) -> Vec<Check> {
    let users: Vec<_> = kubeconfig.all(Kind::User).into_iter().filter(|user| is_ours(user.body)).collect();
    let mut checks: Vec<_> = users.iter().filter_map(|user| broken_user(home, kubeconfig, user)).collect();
    let contexts: Vec<_> = kubeconfig
        .all(Kind::Context)
        .into_iter()
        .filter(|context| users.iter().any(|user| context.body["user"] == user.name))
        .collect();
    checks.extend(contexts.iter().filter_map(|context| broken_context(home, kubeconfig, context)));
    let others = kubeconfig.all(Kind::User).into_iter().filter(|user| !is_ours(user.body));
    checks.extend(others.filter_map(|user| foreign_program(home, &user)));
    if checks.is_empty() {
        checks.push(Check::ok("logins", format!("{} in {}", contexts.len(), kubeconfig.describe())));
    }
    checks
}

/// The commands by which the kubeconfig's users ask our helper, each once.
pub(super) fn commands(kubeconfig: &Kubeconfig) -> Vec<String> {
    let ours = kubeconfig.all(Kind::User).into_iter().filter(|user| is_ours(user.body));
    let mut commands: Vec<_> = ours.filter_map(|user| program(&user)).collect();
    commands.sort();
    commands.dedup();
    commands
}

fn is_ours(user: &Value) -> bool {
    entries::connector_for(user, &crate::execcred::Cluster::default()).is_some()
}

/// The command as kubectl sees it: a path with a slash counts from the kubeconfig's directory.
fn program(user: &Entry<'_>) -> Option<String> {
    let command = user.body["exec"]["command"].as_str()?;
    if !command.contains('/') {
        return Some(command.to_owned());
    }
    user.file.directory().join(command).into_os_string().into_string().ok()
}

/// A user whose connector is gone, or whose program is.
fn broken_user(home: &Home, kubeconfig: &Kubeconfig, user: &Entry<'_>) -> Option<Check> {
    let (check, name) = (format!("user {}", user.name), user.name);
    // A registry that cannot be read has a check of its own.
    let known = registry::entries(home).ok()?;
    if let Some(reference) = entries::connector(user.body)
        && registry::among(&known, &reference).is_err()
    {
        let fix = match name.strip_prefix(ENTRY_PREFIX) {
            // Only this entry knows which sealed one belongs here.
            _ if sealing::original(user.body).is_some() => {
                let contexts = kubeconfig.all(Kind::Context);
                let own = contexts.iter().find(|context| context.body["user"] == name);
                let which = own.map_or("--all-contexts".to_owned(), |own| format!("--context {}", word(own.name)));
                format!("kubectl zenml connector unseal {which}")
            }
            Some(connector) => format!("kubectl zenml logout {}", word(connector)),
            None => format!("kubectl config delete-user {}", word(name)),
        };
        let reference = reference.escape_debug();
        return Some(Check::error(check, format!("asks for connector \"{reference}\", which does not exist"), fix));
    }
    let command = program(user)?;
    let there = if command.contains('/') { Path::new(&command).is_file() } else { paths::on_path(&command).is_some() };
    (!there).then(|| {
        let fix = format!("install it there, or write the entry anew: `kubectl zenml login {}`", connector(home, user));
        Check::error(check, format!("runs {command}, which is not there"), fix)
    })
}

/// A user whose entry has the name that `login` gives to one, and runs another program than the helper, or the helper with
/// arguments that it does not answer.
fn foreign_program(home: &Home, user: &Entry<'_>) -> Option<Check> {
    let command = user.body["exec"]["command"].as_str()?;
    let connector = user.name.strip_prefix(ENTRY_PREFIX)?;
    let check = format!("user {}", user.name);
    let program = command.rsplit('/').next().unwrap_or(command);
    let message = if [paths::HELPER, paths::PLUGIN].contains(&program) {
        format!("runs {program} with other arguments than those that ask for a connector's credential")
    } else {
        format!("runs {}, not {}: no connector's credential is asked for", command.escape_debug(), paths::HELPER)
    };
    Some(if let Ok(entry) = registry::resolve(home, connector) {
        Check::error(check, message, format!("kubectl zenml login {} --overwrite", word(&entry.name)))
    } else {
        let fix = format!("give it another name, or `kubectl config delete-user {}`", word(user.name));
        Check::warn(check, message, fix)
    })
}

/// The name of a user's connector, for a command.
fn connector(home: &Home, user: &Entry<'_>) -> String {
    let reference = entries::connector(user.body).unwrap_or_default();
    registry::resolve(home, &reference).map_or_else(|_| "CONNECTOR".to_owned(), |entry| entry.name)
}

/// A context that the helper would refuse.
fn broken_context(home: &Home, kubeconfig: &Kubeconfig, context: &Entry<'_>) -> Option<Check> {
    let check = format!("context {}", context.name);
    match refusal(home, kubeconfig, context) {
        Ok(None) => None,
        Ok(Some((message, fix))) => Some(Check::error(check, message, fix)),
        Err(error) => Some(Check::of(check, &error)),
    }
}

/// Why the helper would refuse, and what mends that.
fn refusal(home: &Home, kubeconfig: &Kubeconfig, context: &Entry<'_>) -> Result<Option<(String, String)>> {
    let resolved = kubeconfig.resolve(Some(context.name))?;
    let Credential::Ours(reference) = &resolved.credential else { return Ok(None) };
    // What is missing has a check of its own, unless the cluster names it.
    let entry = match registry::resolve(home, reference) {
        Ok(entry) => entry,
        Err(error) if resolved.cluster.connector() == Some(reference) => return Err(error),
        Err(_) => return Ok(None),
    };
    let Ok(Some(vault)) = Vault::open(home) else { return Ok(None) };
    let Ok(Some(sealed)) = vault.sealed(&entry.id) else { return Ok(None) };
    let login = format!("kubectl zenml login {}", entry.name);
    let user = kubeconfig.find(Kind::User, context.body["user"].as_str().unwrap_or_default());
    let told = user.as_ref().is_some_and(|user| user.body["exec"]["provideClusterInfo"] == true);
    if !told {
        let refused = !sealed.header.unbound;
        return Ok(refused.then(|| ("its user lacks `provideClusterInfo: true`, so it is refused".to_owned(), login)));
    }
    if !resolved.cluster.can_be_told() {
        return Err(Error::failure("its certificate authority is too large for the environment in which it is told")
            .hint(format!("kubectl zenml login {} --unbound", entry.name)));
    }
    let asked = BoundCluster::of(&resolved.cluster)?;
    // `login` writes an entry of its own, which mends none that was sealed.
    let sealed_entry = user.is_some_and(|user| sealing::original(user.body).is_some());
    let fix = if sealed_entry {
        let update = format!("connector update {} --auto-configure --context {}", entry.name, word(context.name));
        format!("if the cluster has moved there: kubectl zenml {update}")
    } else {
        login
    };
    Ok(sealed.header.cluster.difference(&asked).map(|difference| {
        (format!("its cluster is not the one that \"{}\" is bound to: {}", entry.name, difference.what), fix)
    }))
}
