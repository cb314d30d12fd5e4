//! A user's own credential taken out of a kubeconfig, with our exec entry in its place, and back (layer 2). All else in the
//! entry stays as it is.

use serde_json::{Map, Value, json};

use super::entries::{EXTENSION, MARK};
use super::merge::Kind;
use crate::error::{Error, Result};
use crate::pipeline::lint;

/// What a user authenticates with. Clients take most of these before they ask an exec plugin, so all go.
const CREDENTIAL: [&str; 10] = [
    "token",
    "tokenFile",
    "client-certificate",
    "client-certificate-data",
    "client-key",
    "client-key-data",
    "username",
    "password",
    "auth-provider",
    "exec",
];

/// What of a user's entry is a secret in plain text, by field: what an exec plugin is given counts where its name says so.
pub fn secrets(user: &Value) -> Vec<String> {
    let filled = |field: &&str| user[*field].as_str().is_some_and(|text| !text.is_empty());
    let mut found: Vec<_> = ["token", "client-key-data", "password"]
        .iter()
        .filter(|field| filled(field))
        .map(ToString::to_string)
        .collect();
    if user["auth-provider"]["config"].as_object().is_some_and(|config| !config.is_empty()) {
        found.push("auth-provider".to_owned());
    }
    let list = |field: &str| user["exec"][field].as_array().into_iter().flatten();
    let names = list("env").filter(|variable| variable["value"].as_str().is_some_and(|value| !value.is_empty()));
    let names: Vec<_> = names.filter_map(|variable| variable["name"].as_str().map(ToOwned::to_owned)).collect();
    found.extend(lint::suspicious(&names).map(|name| format!("exec.env.{name}")));
    let arguments: Vec<_> = list("args").filter_map(Value::as_str).collect();
    found.extend(secret_flags(&arguments).into_iter().map(|flag| format!("exec.args {flag}")));
    found
}

/// Those flags that end in a word for a secret and have a value, be it behind `=` or the next argument.
fn secret_flags(arguments: &[&str]) -> Vec<String> {
    let flags = arguments.iter().enumerate().filter_map(|(place, argument)| {
        let (flag, value) = argument.split_once('=').map_or((*argument, None), |(flag, value)| (flag, Some(value)));
        let value = value.or_else(|| arguments.get(place + 1).copied().filter(|next| !next.starts_with('-')));
        let last = flag.strip_prefix('-')?.rsplit(['-', '_']).next()?.to_owned();
        let is_secret = lint::suspicious([&last]).next().is_some();
        (is_secret && value.is_some_and(|value| !value.is_empty())).then(|| flag.to_owned())
    });
    flags.collect()
}

/// The files that a user's entry names, by field, and that hold a secret: they stay where they are.
pub fn files(user: &Value) -> Vec<(&'static str, String)> {
    let path = |field: &'static str| Some((field, user[field].as_str().filter(|path| !path.is_empty())?.to_owned()));
    ["client-key", "tokenFile"].into_iter().filter_map(path).collect()
}

/// The fields that [`seal`] takes out.
pub fn taken(user: &Value) -> Map<String, Value> {
    let field = |name: &&str| Some(((*name).to_owned(), user.get(*name)?.clone()));
    CREDENTIAL.iter().filter_map(field).collect()
}

/// Takes the credential out of a user's entry and puts `exec` there. `original` is the id under which it is kept.
pub fn seal(user: &mut Value, exec: Value, original: &str) {
    let Some(fields) = user.as_object_mut() else { return };
    fields.retain(|name, _| !CREDENTIAL.contains(&name.as_str()));
    fields.insert("exec".to_owned(), exec);
    let mark = json!({ "name": MARK, "extension": { "original": original } });
    match fields.get_mut("extensions").and_then(Value::as_array_mut) {
        Some(extensions) => extensions.push(mark),
        None => drop(fields.insert("extensions".to_owned(), json!([mark]))),
    }
}

/// The id under which the user's own credential is kept; `None` = it was not sealed.
pub fn original(user: &Value) -> Option<&str> {
    let mark = user.get("extensions")?.as_array()?.iter().find(|extension| extension["name"] == MARK)?;
    mark["extension"]["original"].as_str()
}

/// Puts `fields` back into a user's entry, in the place of our exec entry. Refuses to replace what somebody has put there
/// since.
pub fn unseal(user: &mut Value, fields: Map<String, Value>) -> Result<()> {
    let Some(entry) = user.as_object_mut() else { return Err(Error::failure("the user's entry is gone")) };
    entry.remove("exec");
    if let Some(name) = entry.keys().find(|name| CREDENTIAL.contains(&name.as_str())) {
        return Err(Error::failure(format!("somebody has given the user another credential since: {name}"))
            .hint(format!("take `{name}` out of the user's entry, then try again")));
    }
    remove_extension(entry, MARK);
    entry.extend(fields);
    Ok(())
}

/// Has a cluster name the connector whose credential is for it, beside whatever else it tells exec plugins.
pub fn name_connector(cluster: &mut Value, connector: &str) -> Result<()> {
    let Some(cluster) = cluster.as_object_mut() else { return Err(Error::failure("the cluster's entry is gone")) };
    let extensions = cluster.entry("extensions").or_insert_with(|| json!([]));
    if extensions.is_null() {
        *extensions = json!([]);
    }
    let Some(extensions) = extensions.as_array_mut() else {
        return Err(Error::failure("the cluster's extensions are no list"));
    };
    let Some(ours) = extensions.iter_mut().find(|extension| extension["name"] == EXTENSION) else {
        extensions.push(json!({ "name": EXTENSION, "extension": { "connector": connector } }));
        return Ok(());
    };
    match ours["extension"].as_object_mut() {
        Some(config) => drop(config.insert("connector".to_owned(), json!(connector))),
        None => return Err(Error::failure("the cluster tells its exec plugins something else than a list of names")),
    }
    Ok(())
}

/// The connector that a cluster names, or whatever stands in that place.
pub fn named_connector(cluster: &Value) -> Option<&Value> {
    let ours = cluster["extensions"].as_array()?.iter().find(|extension| extension["name"] == EXTENSION)?;
    match ours["extension"].as_object() {
        Some(config) => config.get("connector"),
        None => Some(&ours["extension"]),
    }
}

/// Takes the connector's name out of a cluster again.
pub fn forget_connector(cluster: &mut Value) {
    let Some(cluster) = cluster.as_object_mut() else { return };
    let extensions = cluster.get_mut("extensions").and_then(Value::as_array_mut).into_iter().flatten();
    let mut empty = false;
    for extension in extensions.filter(|extension| extension["name"] == EXTENSION) {
        if let Some(config) = extension["extension"].as_object_mut() {
            config.remove("connector");
            empty |= config.is_empty();
        }
    }
    if empty {
        remove_extension(cluster, EXTENSION);
    }
}

fn remove_extension(entry: &mut Map<String, Value>, name: &str) {
    let Some(extensions) = entry.get_mut("extensions").and_then(Value::as_array_mut) else { return };
    extensions.retain(|extension| extension["name"] != name);
    if extensions.is_empty() {
        entry.remove("extensions");
    }
}

/// The body of an entry, to be changed.
pub fn body_mut<'t>(tree: &'t mut Value, kind: Kind, name: &str) -> Option<&'t mut Value> {
    let list = tree.get_mut(kind.list())?.as_array_mut()?;
    list.iter_mut().find(|entry| entry["name"] == name)?.get_mut(kind.body())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_secret() {
        let names = |user: Value| secrets(&user);
        assert_eq!(names(json!({"token": "t", "client-certificate-data": "c", "client-key-data": "k"})).len(), 2);
        assert!(names(json!({"token": "", "tokenFile": "f", "client-key": "k", "username": "u"})).is_empty());
        let exec = |env: Value, args: Value| names(json!({"exec": {"env": env, "args": args}}));
        let args = json!(["eks", "get-token", "--token-cache-dir=/x", "--region", "eu", "--use-key"]);
        assert!(
            exec(json!([{"name": "AWS_PROFILE", "value": "p"}, {"name": "T_TOKEN", "value": ""}]), args).is_empty()
        );
        let env = json!([{"name": "CLIENT_SECRET", "value": "s"}]);
        assert_eq!(
            exec(env, json!(["--oidc-client-secret=s", "--password", "p"])),
            ["exec.env.CLIENT_SECRET", "exec.args --oidc-client-secret", "exec.args --password"]
        );
        assert_eq!(names(json!({"auth-provider": {"name": "oidc", "config": {"id-token": "t"}}})), ["auth-provider"]);
    }

    #[test]
    fn what_goes_comes_back_and_all_else_stays() {
        let before =
            json!({"token": "t", "client-key": "k", "as": "jane", "x-owner": 1, "extensions": [{"name": "e"}]});
        let mut user = before.clone();
        let fields = taken(&user);
        seal(&mut user, json!({"command": "zenml-credential"}), "kubeconfig-1");
        assert_eq!((original(&user), user.get("token"), &user["as"]), (Some("kubeconfig-1"), None, &json!("jane")));
        user["x-since"] = json!(true);
        unseal(&mut user, fields.clone()).unwrap();
        assert_eq!(user["x-since"].take(), json!(true));
        user.as_object_mut().unwrap().remove("x-since");
        assert_eq!(user, before);
        seal(&mut user, json!({}), "kubeconfig-2");
        user["token"] = json!("another");
        assert!(unseal(&mut user, fields).unwrap_err().to_string().contains("another credential since: token"));
    }

    #[test]
    fn a_cluster_names_a_connector_beside_what_it_says_already() {
        for before in [
            json!({"server": "s"}),
            json!({"server": "s", "extensions": [{"name": EXTENSION, "extension": {"audience": "a"}}]}),
            json!({"server": "s", "extensions": [{"name": "other", "extension": "x"}]}),
        ] {
            let mut cluster = before.clone();
            name_connector(&mut cluster, "one").unwrap();
            assert_eq!(named_connector(&cluster), Some(&json!("one")));
            name_connector(&mut cluster, "two").unwrap();
            assert_eq!(named_connector(&cluster), Some(&json!("two")));
            forget_connector(&mut cluster);
            assert_eq!(cluster, before);
        }
        let mut odd = json!({"extensions": [{"name": EXTENSION, "extension": "text"}]});
        assert!(name_connector(&mut odd, "one").is_err() && named_connector(&odd) == Some(&json!("text")));
    }
}
