//! The contract of exec credential plugins, row by row, against real kubectl (1.36 and 1.20) and kube-rs. What clients do
//! with a bad answer is tested as "ours is never such a one".
//!
//! - [`input`]: what clients say, and how the entry that `login` writes makes them say it;
//! - [`output`]: what the helper answers, and how it fails;
//! - [`caching`]: how often it is run, expiry, 401, certificates that change;
//! - [`policy`]: kubectl's list of allowed plugins;
//! - [`bound`], [`unbound`]: credentials that are for one cluster only;
//! - [`extension`]: a cluster that names its connector;
//! - [`kube_rs`]: where kube-rs differs.
//!
//! Hostile KUBERNETES_EXEC_INFO, expired credentials and failing plugins over plain pipes: `credential.rs`.

mod bound;
mod caching;
mod extension;
mod input;
mod kube_rs;
mod output;
mod policy;
mod proxy;
mod rotation;
mod unbound;

use std::fs;

use serde_json::{Value, json};

use crate::support::sandbox::Sandbox;

/// The API versions of exec credentials.
const VERSIONS: [&str; 2] = ["v1", "v1beta1"];

/// A user who is logged in through the helper, and has no other context.
fn logged_in(kubeconfig: &str, version: &str) -> Sandbox {
    let sandbox = Sandbox::with_vault(kubeconfig);
    sandbox.zenml(&["register", "prod"]).succeeds();
    only_login(&sandbox, version);
    sandbox
}

/// Leaves the login of connector `prod` as the only context.
fn only_login(sandbox: &Sandbox, version: &str) {
    fs::remove_file(sandbox.path(".kube/config")).unwrap();
    sandbox.zenml(&["login", "prod", "--set-current", "--exec-api-version", version]).succeeds();
}

/// Changes the exec entry of the one user.
fn edit_exec(sandbox: &Sandbox, change: impl FnOnce(&mut Value)) {
    sandbox.edit_kubeconfig(|tree| change(&mut tree["users"][0]["user"]["exec"]));
}

/// A user who is logged in to a connector whose credential comes from the plugin `script` (run at registration, too).
fn plugin(script: &str) -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.script("cloud-token", script);
    sandbox.edit_kubeconfig(|tree| {
        let version = "client.authentication.k8s.io/v1";
        let exec = json!({"apiVersion": version, "command": "cloud-token", "interactiveMode": "Never"});
        tree["users"][0]["user"] = json!({ "exec": exec });
    });
    sandbox.zenml(&["register", "prod", "--no-verify"]).succeeds();
    only_login(&sandbox, "v1");
    sandbox
}

/// What a plugin prints: `status` in an ExecCredential, with an end in so many seconds.
fn answer(status: &str, seconds: u32) -> String {
    format!(
        "printf '{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{{{status},\
         \"expirationTimestamp\":\"%s\"}}}}' \"$(date -u -d '+{seconds} seconds' +%FT%TZ)\"\n"
    )
}
