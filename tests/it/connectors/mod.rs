//! The verbs of `connector` beyond registering: update, rename, list, verify --all, list-resources; many at once, and killed
//! anywhere.

mod crowd;
mod flags;
mod killed;
mod lists;
mod parts;
mod pending;
mod update;
mod verify;

use std::fs;

use serde_json::Value;

use crate::support::kubeconfig;
use crate::support::sandbox::Sandbox;

/// Where the state is in a HOME.
pub const STATE: &str = ".local/share/kubectl-zenml";

/// What `describe` says of a connector.
#[track_caller]
pub fn described(sandbox: &Sandbox, name: &str) -> Value {
    sandbox.zenml(&["connector", "describe", name, "-o", "json"]).json()
}

/// The names in the list that `flags` ask for.
#[track_caller]
pub fn names(sandbox: &Sandbox, flags: &[&str]) -> Vec<String> {
    let words = [&["connector", "list", "-o", "name"], flags].concat();
    let text = sandbox.zenml(&words).succeeds();
    text.lines().map(|line| line.trim_start_matches("connector/").to_owned()).collect()
}

/// The cluster's kubeconfig with another server, as a file of this HOME.
pub fn elsewhere(sandbox: &Sandbox, server: &str) -> String {
    let text = fs::read_to_string(kubeconfig("token")).unwrap();
    let real = text.lines().find_map(|line| line.trim().strip_prefix("server: ")).unwrap();
    sandbox.write("elsewhere.yaml", text.replace(real, server).as_bytes()).display().to_string()
}

/// A connector `prod` that is logged in, and current.
pub fn logged_in() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    sandbox.zenml(&["login", "prod", "--set-current"]).succeeds();
    sandbox
}
