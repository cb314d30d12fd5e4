//! Our own entries in a kubeconfig: how they look, and where they are (layer 2).

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Kubeconfig;
use super::merge::{Entry, Kind};
use super::sealing;
use super::write::object;
use crate::connector::Connector;
use crate::execcred::{ApiVersion, Cluster};
use crate::paths;
use crate::secret::Secret;
use crate::vault::content::InteractiveMode;

/// What `login` tells somebody who has the kubeconfig but not the program.
const INSTALL_HINT: &str = "This context's credential comes from kubectl-zenml. Put zenml-credential and kubectl-zenml\n\
    on PATH; where only kubectl-zenml is, as krew installs it, write the entry anew with `kubectl-zenml login`.";

/// How clients run the helper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helper {
    /// A bare name that PATH resolves, or an absolute path.
    pub command: String,
    /// The command is `zenml-credential`, not the whole plugin.
    pub alone: bool,
}

impl Helper {
    /// The arguments that ask for `connector`, or for the one that the cluster names.
    pub fn args(&self, connector: Option<&str>) -> Vec<String> {
        let verb: &[&str] = if self.alone { &["get"] } else { &["credential", "get"] };
        verb.iter().copied().chain(connector).map(ToOwned::to_owned).collect()
    }
}

/// The extension of a cluster that exec plugins are told.
pub const EXTENSION: &str = "client.authentication.k8s.io/exec";
/// The extension that marks a user's entry as ours where no helper does.
pub(super) const MARK: &str = "kubectl-zenml";

/// The connector (id, or name) that a user's entry asks our helper for, or whose password it holds; `None` for anything
/// else.
pub fn connector(user: &Value) -> Option<String> {
    marked(user).or_else(|| asked(user).filter(|reference| !reference.is_empty()))
}

fn marked(user: &Value) -> Option<String> {
    let extensions = user.get("extensions")?.as_array()?;
    let mark = extensions.iter().find(|extension| extension["name"] == MARK)?;
    mark["extension"]["connector"].as_str().map(ToOwned::to_owned)
}

/// The connector that a user's entry asks our helper for; where the arguments name none, the one that `cluster` names, or
/// nothing (`""`).
pub fn connector_for(user: &Value, cluster: &Cluster) -> Option<String> {
    let asked = asked(user)?;
    Some(if asked.is_empty() { cluster.connector().unwrap_or_default().to_owned() } else { asked })
}

/// What a user's entry asks our helper for, `""` where that is left to the cluster; `None` = it does not ask our helper.
fn asked(user: &Value) -> Option<String> {
    let exec = user.get("exec")?;
    let command = exec.get("command")?.as_str()?;
    let name = command.rsplit('/').next().unwrap_or(command);
    if ![paths::HELPER, paths::PLUGIN].contains(&name) {
        return None;
    }
    let args: Vec<&str> = exec.get("args")?.as_array()?.iter().filter_map(Value::as_str).collect();
    match args[..] {
        ["get"] | ["credential", "get"] => Some(String::new()),
        ["get", connector] | ["credential", "get", connector] => Some(connector.to_owned()),
        _ => None,
    }
}

/// The body of a connector's `clusters` entry.
pub fn cluster(connector: &Connector) -> Value {
    let configuration = &connector.configuration;
    object([
        ("server", Some(json!(configuration.server))),
        (
            "certificate-authority-data",
            configuration.certificate_authority.as_ref().map(|pem| json!(STANDARD.encode(pem))),
        ),
        ("insecure-skip-tls-verify", configuration.insecure.then_some(Value::Bool(true))),
        ("tls-server-name", configuration.tls_server_name.as_ref().map(|name| json!(name))),
        ("proxy-url", configuration.proxy_url.as_ref().map(|url| json!(url))),
    ])
}

/// The body of a connector's `users` entry. Impersonation stands here too: an exec credential cannot carry it.
/// `unbound` = clients need not say which cluster they mean.
pub fn user(connector: &Connector, helper: &Helper, version: ApiVersion, unbound: bool) -> Value {
    with_impersonation(connector, [("exec", exec(std::slice::from_ref(connector), helper, version, unbound))])
}

/// The `exec` of a user's entry that asks for `connectors`: for the one, or, where there are several, for the one that the
/// context's cluster names. `unbound` as for [`user`].
pub fn exec(connectors: &[Connector], helper: &Helper, version: ApiVersion, unbound: bool) -> Value {
    // A token needs no terminal ever; a foreign plugin may have to ask its user.
    let asks = |connector: &Connector| {
        connector.configuration.exec.as_ref().is_some_and(|plugin| plugin.interactive_mode != InteractiveMode::Never)
    };
    let interactive = if connectors.iter().any(asks) { InteractiveMode::IfAvailable } else { InteractiveMode::Never };
    let one = match connectors {
        [one] => Some(one.id.as_str()),
        _ => None,
    };
    json!({
        "apiVersion": version.as_str(),
        "command": helper.command,
        "args": helper.args(one),
        "env": null,
        "installHint": INSTALL_HINT,
        "interactiveMode": interactive,
        "provideClusterInfo": !unbound,
    })
}

/// The body of a `users` entry that holds the password of a connector in plain text.
pub fn user_with_password(connector: &Connector, username: &str, password: &Secret<String>) -> Value {
    let mark = json!([{ "name": MARK, "extension": { "connector": connector.id } }]);
    with_impersonation(
        connector,
        [("username", json!(username)), ("password", json!(password.expose())), ("extensions", mark)],
    )
}

fn with_impersonation<const N: usize>(connector: &Connector, fields: [(&'static str, Value); N]) -> Value {
    let impersonation = &connector.configuration.impersonation;
    let mut user = object([
        ("as", impersonation.user.as_ref().map(|user| json!(user))),
        ("as-uid", impersonation.uid.as_ref().map(|uid| json!(uid))),
        ("as-groups", (!impersonation.groups.is_empty()).then(|| json!(impersonation.groups))),
        ("as-user-extra", (!impersonation.extra.is_empty()).then(|| json!(impersonation.extra))),
    ]);
    for (name, value) in fields {
        user[name] = value;
    }
    user
}

/// The body of a connector's `contexts` entry.
pub fn context(connector: &Connector) -> Value {
    let name = connector.entry_name();
    object([
        ("cluster", Some(json!(name))),
        ("user", Some(json!(name))),
        ("namespace", connector.configuration.namespace.as_ref().map(|namespace| json!(namespace))),
    ])
}

/// A kubeconfig user that asks our helper for a connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The user's name.
    pub user: String,
    /// The file that it stands in.
    pub file: PathBuf,
    /// The contexts that name this user, in any file.
    pub contexts: Vec<String>,
    /// It is one that `connector seal` has made so.
    pub sealed: bool,
}

/// The users for which `asks` holds, given what they ask our helper for; in every file, with or without a context. A user
/// who leaves it to the cluster asks for what the clusters of its contexts name.
pub fn logins(kubeconfig: &Kubeconfig, asks: impl Fn(&Entry<'_>, &str) -> bool) -> Vec<Login> {
    let login = |user: Entry<'_>| {
        let contexts = kubeconfig.all(Kind::Context).into_iter().filter(|context| context.body["user"] == user.name);
        let contexts: Vec<_> = match connector(user.body) {
            Some(reference) if asks(&user, &reference) => contexts.collect(),
            Some(_) => return None,
            None => {
                let asks_in = |context: &Entry<'_>| {
                    connector_in(kubeconfig, context, &user).is_some_and(|reference| asks(&user, &reference))
                };
                contexts.filter(asks_in).collect()
            }
        };
        if contexts.is_empty() && connector(user.body).is_none() {
            return None;
        }
        let contexts = contexts.into_iter().map(|context| context.name.to_owned()).collect();
        let sealed = sealing::original(user.body).is_some();
        Some(Login { user: user.name.to_owned(), file: user.file.path.clone(), contexts, sealed })
    };
    kubeconfig.each(Kind::User).filter_map(login).collect()
}

/// The connector that `user` asks our helper for in `context`, be it named by its arguments or by the context's cluster.
pub fn connector_in(kubeconfig: &Kubeconfig, context: &Entry<'_>, user: &Entry<'_>) -> Option<String> {
    if let Some(reference) = connector(user.body) {
        return Some(reference);
    }
    asked(user.body)?;
    let cluster = kubeconfig.find(Kind::Cluster, context.body["cluster"].as_str()?)?;
    let extensions = cluster.body["extensions"].as_array()?;
    let ours = extensions.iter().find(|extension| extension["name"] == EXTENSION)?;
    let cluster = Cluster { config: Some(ours["extension"].clone()), ..Cluster::default() };
    cluster.connector().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_own_entries() {
        let user = |command: &str, args: &[&str]| json!({"exec": {"command": command, "args": args}});
        assert_eq!(connector(&user("zenml-credential", &["get", "a"])).as_deref(), Some("a"));
        assert_eq!(connector(&user("/opt/bin/kubectl-zenml", &["credential", "get", "a"])).as_deref(), Some("a"));
        assert_eq!(connector(&user("aws", &["get", "a"])), None);
        assert_eq!(connector(&user("kubectl-zenml", &["version"])), None);
        assert_eq!(connector(&json!({"token": "x"})), None);
        let marked = json!({"username": "u", "extensions": [{"name": MARK, "extension": {"connector": "a"}}]});
        assert_eq!(connector(&marked).as_deref(), Some("a"));
        let shared = user("zenml-credential", &["get"]);
        let cluster = Cluster { config: Some(json!({"connector": "b"})), ..Cluster::default() };
        assert_eq!((connector(&shared), connector_for(&shared, &cluster).as_deref()), (None, Some("b")));
        assert_eq!(connector_for(&user("zenml-credential", &["get", "a"]), &cluster).as_deref(), Some("a"));
        assert_eq!(connector_for(&shared, &Cluster::default()).as_deref(), Some(""));
    }
}
